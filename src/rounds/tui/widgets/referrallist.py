"""The list of referrals, open ones first, and the list of matching partners."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from textual.content import Content

from rounds.domain.match import MARKS, Fit, Match
from rounds.tui.phrases import clean, count, note_name
from rounds.tui.widgets.prose import hanging
from rounds.tui.widgets.rowlist import RowList
from rounds.vault.referrals import FiledReferral


class ReferralList(RowList):
    """Open referrals on two lines with their release, the longest open first; closed ones on one line."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._shown: list[FiledReferral | str] = []
        self._today = date.min

    @property
    def filed(self) -> FiledReferral | None:
        """The referral under the cursor."""
        row = self._shown[self.cursor] if 0 <= self.cursor < len(self._shown) else None
        return row if isinstance(row, FiledReferral) else None

    def show(self, filed: Sequence[FiledReferral], today: date) -> None:
        """Show these, open ones first; the cursor stays on its referral."""
        self._today = today
        open_ = [each for each in filed if each.referral.is_open]
        closed = [each for each in filed if not each.referral.is_open]
        self._shown = [f"{len(open_)} open" if open_ else "None is open.", *open_]
        self._shown += [f"{len(closed)} closed", *closed] if closed else []
        self.set_rows(
            [None if isinstance(row, str) else row.referral.path for row in self._shown],
            [
                2 if index == 0 or isinstance(row, str) or row.referral.is_open else 1
                for index, row in enumerate(self._shown)
            ],
        )

    def draw(self, index: int, line: int, width: int) -> Content:
        row = self._shown[index]
        if isinstance(row, str):
            return Content.styled(f"  {row}", "bold") if line == (1 if index else 0) else Content("")
        mark = ("▌ " if index == self.cursor else "  ", "$accent")
        left, right = self._first(row) if line == 0 else self._second(row)
        room = max(width - right.cell_length - 4, 8)
        return Content.assemble(mark, left.truncate(room, ellipsis=True, pad=True), "  ", right)

    def _first(self, row: FiledReferral) -> tuple[Content, Content]:
        referral, muted = row.referral, "$foreground-muted"
        way = {"out": "to", "in": "from"}.get(referral.direction, clean(referral.direction))
        name = Content.assemble(
            (f"{way:<5}", muted),
            (clean(referral.partner) or note_name(referral.path), "bold" if referral.is_open else ""),
        )
        if referral.is_open:
            return name, Content.styled(referral.how_long(self._today), "$accent")
        return name, Content.styled(f"{clean(referral.status)}, {referral.how_long(self._today)}".strip(", "), muted)

    def _second(self, row: FiledReferral) -> tuple[Content, Content]:
        referral = row.referral
        words = " · ".join(clean(each) for each in (referral.status, referral.client, referral.reason) if each)
        release = f"! {row.release_words}" if row.uncovered(self._today) else row.release_words
        left = Content.styled(f"     {words}", "$foreground-muted")
        return left, Content.styled(release, "$text-warning" if row.uncovered(self._today) else "$foreground-muted")


class Fitting(NamedTuple):
    """A partner who may suit a client.

    Attributes:
        method: how they want referrals.
    """

    match: Match
    method: str


class MatchList(RowList):
    """Partners, best match first, each with what fits (+), what's unknown (?) and what doesn't fit (-)."""

    def __init__(self, found: Sequence[Fitting]) -> None:
        super().__init__()
        self.found = found
        self._wrapped: list[list[Content]] = []

    @property
    def match(self) -> Match | None:
        """The match under the cursor."""
        return self.found[self.cursor].match if 0 <= self.cursor < len(self.found) else None

    def on_resize(self) -> None:
        """Wrap again for another width."""
        width = max(self.scrollable_content_region.width - 3, 20)
        self._wrapped = [[line for part in _lines(each, width) for line in part] for each in self.found]
        self.set_rows([each.match.candidate.path for each in self.found], [len(lines) + 1 for lines in self._wrapped])

    def lit(self, index: int, line: int) -> bool:
        return line < len(self._wrapped[index])

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - wrapped already
        if not self.lit(index, line):
            return Content("")
        return Content.styled("▌ " if index == self.cursor else "  ", "$accent") + self._wrapped[index][line]


def _lines(each: Fitting, width: int) -> list[list[Content]]:
    candidate = each.match.candidate
    about = ", ".join(filter(None, (candidate.role, candidate.city, each.method and f"referrals by {each.method}")))
    head = Content.assemble((clean(candidate.name), "bold"), (f"  {clean(about)}", "$foreground-muted"))
    reasons = (*each.match.reasons, each.match.taking)
    colors = {Fit.YES: "$text-success", Fit.UNKNOWN: "$foreground-muted", Fit.NO: "$text-warning"}
    return [
        head.wrap(width),
        *(
            hanging(Content.styled(f"  {MARKS[r.fit]} ", colors[r.fit]), Content(clean(r.words)), width)
            for r in reasons
        ),
    ]


def fits(found: Sequence[Fitting]) -> str:
    """The number of matches, and what that means for the client."""
    if len(found) == 1:
        return "1 partner. With fewer wishes there are more; a client should be given more than one name."
    return f"{count(len(found), 'partner')}. Give the client more than one name; the choice is theirs."
