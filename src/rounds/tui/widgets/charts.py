"""Charts of a year: touches per week, referrals and new partners per month, and partners per stage.

Drawn with block characters: readable without color, at any width.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from rounds.domain.partner_referral_release import RESTING
from rounds.domain.report import Report
from rounds.exports.report import MONTHS, heading, sentences
from rounds.tui.phrases import count
from rounds.tui.widgets.prose import hanging

_WIDEST = 112  # longer bars don't say more
_HIGH = 5
_MARGIN = 5
_WEEKS = 53
_MUTED = "$foreground-muted"
_ACROSS = " ▏▎▍▌▋▊▉█"
_UP = " ▁▂▃▄▅▆▇█"


class Year(NamedTuple):
    """The data of a year's charts.

    Attributes:
        weeks: touches in each week up to today; the first starts on January 1.
        stages: number of partners in each stage today.
    """

    report: Report
    weeks: Sequence[int]
    stages: Mapping[str, int]


class YearPlot(VerticalScroll, inherit_bindings=False):
    """The charts of one year, laid out for the available width."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", show=False),
        Binding("down,j", "scroll_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown,space", "page_down", show=False),
        Binding("home,g", "scroll_home", show=False),
        Binding("end,G", "scroll_end", show=False),
    ]
    DEFAULT_CSS = """
    YearPlot > Static { width: 1fr; height: auto; }
    """

    _year: Year | None = None

    def compose(self) -> ComposeResult:
        yield Static(markup=False)

    def show(self, year: Year) -> None:
        """Show this; it keeps its scroll position."""
        self._year = year
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        if self._year is not None:
            width = min(max(self.scrollable_content_region.width, 24), _WIDEST)
            self.query_one(Static).update(Content("\n").join(lines(self._year, width)))


def lines(year: Year, width: int) -> list[Content]:
    """All lines of the charts."""
    report = year.report
    found = [Content.styled(heading(report), "bold")]
    for part in (_touches(year, width), _months(report, width), _funnel(year.stages, width), _words(report, width)):
        found += [Content(""), *part]
    return [piece for line in found for piece in (line.wrap(width) if line.cell_length > width else [line])]


def _touches(year: Year, width: int) -> Iterator[Content]:
    room = width - _MARGIN
    share = max(1, -(-_WEEKS // room))  # weeks per bar, and cells per bar
    wide = max(1, room * share // _WEEKS)
    weeks = gathered(year.weeks, share)
    most, total = max(weeks, default=0), sum(weeks)
    title = "Touches in each week" if share == 1 else f"Touches in every {share} weeks"
    yield Content.assemble(
        (title, "bold $accent"), (f"  {count(total, 'touch', 'touches')}, at most {most:,}", _MUTED)
    )  # fmt: skip
    axis = [f"{most:,}", *[""] * (_HIGH - 2), "0"]
    for mark, line in zip(axis, pillars([each for each in weeks for _ in range(wide)], _HIGH, "$accent"), strict=True):
        yield Content.styled(f"{mark:>{_MARGIN - 1}} ", _MUTED) + line
    yield Content.styled(" " * _MARGIN + _calendar(year.report.year, share, wide, room), _MUTED)


def _calendar(year: int, share: int, wide: int, width: int) -> str:
    """The months' names below their first week; initials if there is little room."""
    first = dt.date(year, 1, 1)
    places = [(dt.date(year, month, 1) - first).days // 7 // share * wide for month in range(1, 13)]
    room = min(after - place for place, after in pairwise(places))
    text = ""
    for place, name in zip(places, MONTHS, strict=True):
        text = text.ljust(place) + (name if room > len(name) else name[0])
    return text[:width]


def _months(report: Report, width: int) -> Iterator[Content]:
    """One line per month, with bars for referrals out and in, and for new partners: all on one scale."""
    cells = (width - 5) // 3
    heads = ("by you", "to you", f"new, of {report.goal}") if cells < 16 else (
        "Referred by you", "Referred to you", f"New partners, goal {report.goal}")  # fmt: skip
    yield Content("     ") + Content.assemble(
        *[Content.styled(head, "bold $accent").truncate(cells, pad=True) for head in heads]
    )
    begun = report.months[: report.begun]
    most = max((max(each.outgoing, each.incoming, each.contacted) for each in begun), default=0)
    for name, month in zip(MONTHS, begun, strict=False):
        reached = bool(report.goal) and month.contacted >= report.goal
        yield Content.assemble(
            (f"{name}  ", _MUTED),
            _barred(month.outgoing, most, cells, "$secondary"),
            _barred(month.incoming, most, cells, "$primary"),
            _barred(month.contacted, most, cells, "$accent", "✓" if reached else ""),
        )


def _barred(value: int, most: int, cells: int, style: str, sign: str = "") -> Content:
    """A bar, its number, and a quiet sign, padded to a number of cells."""
    number = f"{value:,}" if value else "·"
    drawn = bar(value, most, max(cells - 8, 2))
    text = Content.assemble(
        (drawn, style), " " if drawn else "", (number, "" if value else _MUTED), (f" {sign}" if sign else "", _MUTED)
    )
    return text.truncate(cells, pad=True)


def _funnel(stages: Mapping[str, int], width: int) -> Iterator[Content]:
    """A bar for each stage with all partners at that stage or further; resting ones are listed below."""
    yield Content.styled("How far partners have come, as of today", "bold $accent")
    onward = [(stage, number) for stage, number in stages.items() if stage not in RESTING]
    most = sum(number for _, number in onward)
    for place, (stage, _) in enumerate(onward):
        far = sum(number for _, number in onward[place:])
        words = stage if place == len(onward) - 1 else f"{stage} or further"
        yield Content.styled(f"{words:<22}", _MUTED) + _barred(far, most, width - 22, "$accent")
    apart = ", ".join(f"{stages[stage]:,} {stage}" for stage in stages if stage in RESTING and stages[stage])
    if apart:
        yield Content.styled(f"Beside them: {apart}.", _MUTED)


def _words(report: Report, width: int) -> Iterator[Content]:
    yield Content.styled("In words", "bold $accent")
    gaps = f"{len(report.gaps):,} closed in the year; in {report.open_gaps:,} nobody has been met yet, as of today"
    for label, text in [*sentences(report), ("Gaps", gaps)]:
        yield from hanging(Content.styled("• ", "$accent"), Content(f"{label}: {text}."), width)


def bar(value: int, most: int, cells: int) -> str:
    """A horizontal bar in proportion to `most`; a positive value gets at least one eighth of a cell."""
    if value <= 0 or most <= 0:
        return ""
    eighths = max(1, min(value, most) * cells * 8 // most)
    return "█" * (eighths // 8) + _ACROSS[eighths % 8].strip()


def pillars(values: Sequence[int], height: int, style: str) -> list[Content]:
    """Vertical bars, one cell wide, the highest at full height, as lines from top to bottom."""
    most = max(values, default=0)
    eighths = [0 if not value else max(1, value * height * 8 // most) for value in values]
    lines = []
    for floor in range(height - 1, -1, -1):
        signs = [_UP[min(max(each - floor * 8, 0), 8)] for each in eighths]
        lines.append(Content.styled("".join(signs), style))
    return lines


def gathered(values: Sequence[int], share: int) -> list[int]:
    """Sums of `share` neighbors each."""
    return [sum(values[place : place + share]) for place in range(0, len(values), share)]
