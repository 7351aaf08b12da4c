"""The lists of referrals, of matching partners, and of problems."""

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from textual.content import Content

from rounds.domain.match import MARKS, Fit, Match
from rounds.errors import Problem
from rounds.tui.phrases import clean, count, here, note_name
from rounds.tui.widgets.prose import hanging
from rounds.tui.widgets.rowlist import RowList, cursor_mark
from rounds.vault.referrals import FiledReferral

_T = TypeVar("_T")


class ReferralList(RowList):
    """Open referrals on two lines with their release, the longest open first; closed ones on one line."""

    _shown: Sequence[FiledReferral | str] = ()
    _today = date.min

    @property
    def filed(self) -> FiledReferral | None:
        """The referral under the cursor."""
        row = self.at_cursor(self._shown)
        return row if isinstance(row, FiledReferral) else None

    def show(self, filed: Sequence[FiledReferral], today: date) -> None:
        """Show these, open ones first; the cursor stays on its referral."""
        self._today = today
        open_ = [each for each in filed if each.referral.is_open]
        closed = [each for each in filed if not each.referral.is_open]
        headed: list[FiledReferral | str] = [f"{len(closed)} closed", *closed] if closed else []
        self._shown = [f"{len(open_)} open" if open_ else "None is open.", *open_, *headed]
        identities = [None if isinstance(row, str) else row.referral.path for row in self._shown]
        self.set_rows(identities, [2 if isinstance(row, str) or row.referral.is_open else 1 for row in self._shown])

    def draw(self, index: int, line: int, width: int) -> Content:
        row = self._shown[index]
        if isinstance(row, str):
            return Content.styled(f"  {row}", "bold") if line == (1 if index else 0) else Content("")
        left, right = self._first(row) if line == 0 else self._second(row)
        left = left.truncate(max(width - right.cell_length - 4, 8), ellipsis=True, pad=True)
        return Content.assemble(cursor_mark(here=index == self.cursor), left, "  ", right)

    def _first(self, row: FiledReferral) -> tuple[Content, Content]:
        referral, muted = row.referral, "$foreground-muted"
        way = {"out": "to", "in": "from"}.get(referral.direction, clean(referral.direction))
        name = Content.assemble(
            (f"{way:<5}", muted),
            (clean(referral.partner) or note_name(referral.path), "bold" if referral.is_open else ""),
        )
        how_long = referral.how_long(self._today)
        if referral.is_open:
            return name, Content.styled(how_long, "$accent")
        return name, Content.styled(f"{clean(referral.status)}, {how_long}".strip(", "), muted)

    def _second(self, row: FiledReferral) -> tuple[Content, Content]:
        referral = row.referral
        words = " · ".join(clean(each) for each in (referral.status, referral.client, referral.reason) if each)
        left = Content.styled(f"     {words}", "$foreground-muted")
        if row.uncovered(self._today):
            return left, Content.styled(f"! {row.release_words}", "$text-warning")
        return left, Content.styled(row.release_words, "$foreground-muted")


class WrappedList(RowList, Generic[_T]):
    """Items wrapped to the width of the list; a blank line separates them."""

    def __init__(self, items: Sequence[_T] = (), *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._items = items
        self._wrapped: list[list[Content]] = []
        self._width = -1

    def wrap(self, item: _T, width: int) -> list[Content]:
        """The lines of an item."""
        raise NotImplementedError

    def identify(self, item: _T) -> Hashable:
        """The identity of an item's row."""
        raise NotImplementedError

    @property
    def item(self) -> _T | None:
        """The item under the cursor."""
        return self.at_cursor(self._items)

    def show(self, items: Sequence[_T]) -> None:
        """Show these; the cursor stays on its item."""
        self._items = items
        self._width = self.scrollable_content_region.width
        self._wrapped = [self.wrap(item, max(self._width - 3, 20)) for item in items]
        self.set_rows([self.identify(item) for item in items], [len(lines) + 1 for lines in self._wrapped])

    def on_resize(self) -> None:
        """Wrap again for another width."""
        if self._width != self.scrollable_content_region.width:
            self.show(self._items)

    def lit(self, index: int, line: int) -> bool:
        return line < len(self._wrapped[index])

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - wrapped already
        if not self.lit(index, line):
            return Content("")
        return Content.assemble(cursor_mark(here=index == self.cursor), self._wrapped[index][line])


class ProblemList(WrappedList[Problem]):
    """Problems with place, message and hint in full."""

    def identify(self, item: Problem) -> Hashable:
        return item.path, item.message

    def wrap(self, item: Problem, width: int) -> list[Content]:
        where = f"{clean(item.path)}:{item.line}:{item.column}"
        head = Content.assemble((where, "bold"), (f"  {item.level}", "$foreground-muted"))
        hint = Content.styled(clean(here(item.hint)), "$foreground-muted").wrap(width) if item.hint else []
        return [*head.wrap(width), *Content(clean(item.message)).wrap(width), *hint]


class Fitting(NamedTuple):
    """A partner who may suit a client.

    Attributes:
        method: how they want referrals.
    """

    match: Match
    method: str


class MatchList(WrappedList[Fitting]):
    """Partners, best match first, each with what fits (+), what's unknown (?) and what doesn't fit (-)."""

    def identify(self, item: Fitting) -> Hashable:
        return item.match.candidate.path

    def wrap(self, item: Fitting, width: int) -> list[Content]:
        candidate = item.match.candidate
        about = ", ".join(filter(None, (candidate.role, candidate.city, item.method and f"referrals by {item.method}")))
        head = Content.assemble((clean(candidate.name), "bold"), (f"  {clean(about)}", "$foreground-muted"))
        lines = head.wrap(width)
        colors = {Fit.YES: "$text-success", Fit.UNKNOWN: "$foreground-muted", Fit.NO: "$text-warning"}
        for reason in item.match.said:
            mark = Content.styled(f"  {MARKS[reason.fit]} ", colors[reason.fit])
            lines += hanging(mark, Content(clean(reason.words)), width)
        return lines


def fits(found: Sequence[Fitting]) -> str:
    """The number of matches, and what that means for the client."""
    if len(found) == 1:
        return "1 partner. Try fewer criteria; a client should be given more than one name."
    return f"{count(len(found), 'partner')}. Give the client more than one name; the choice is theirs."
