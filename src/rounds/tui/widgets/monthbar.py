"""The month's goal as a bar: partners contacted, chosen, and still open."""

from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from rounds.domain.network import Month

_BAR, _SHORT_BAR = 18, 8


class MonthBar(Widget):
    """A line; hidden without a goal or without partners."""

    DEFAULT_CSS = "MonthBar { height: auto; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._month: Month | None = None
        self._day = date.min
        self._key = ""

    def show(self, month: "Month | None", day: date, *, anybody: bool, key: str = "") -> None:
        """Show the month's progress.

        Args:
            key: opens the suggestions; shown while the goal is open.
        """
        wanted = month is not None and month.contacted + month.chosen < month.goal
        self._month, self._day, self._key = month, day, key if wanted else ""
        self.display = month is not None and bool(month.goal) and anybody
        self.refresh(layout=True)

    def render(self) -> Content:
        month, width = self._month, self.size.width
        if month is None:
            return Content("")
        hint = Content.assemble("   ", (self._key, "bold $accent"), (" whom next", "$foreground-muted"))
        chosen = f", {month.chosen} chosen" if month.chosen else ""
        line = _line(month, _BAR, month.summary(self._day))
        brief = _line(month, _SHORT_BAR, f"{month.contacted} new, goal {month.goal}{chosen}")
        ways = [*([line + hint] if self._key else []), line, *([brief + hint] if self._key else []), brief]
        fits = (way for way in ways if way.cell_length <= width)
        return next(fits, brief.truncate(max(width, 1), ellipsis=True))


def _line(month: "Month", cells: int, words: str) -> Content:
    return Content.assemble("  ", *bar(month, cells), "  ", (words, "$foreground-muted"))


def bar(month: "Month", cells: int) -> list[tuple[str, str]]:
    """Full for contacted, half for chosen, light for open: readable without color."""
    goal = max(month.goal, 1)
    full = min(month.contacted * cells // goal, cells)
    half = min(month.chosen * cells // goal, cells - full)
    return [("█" * full, "$accent"), ("▒" * half, "$accent"), ("░" * (cells - full - half), "$foreground-muted")]
