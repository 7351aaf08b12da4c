"""The month's goal as a bar: new partners contacted, those chosen, and what is left."""

from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

if TYPE_CHECKING:
    from rounds.domain.month import Month

_BAR, _SHORT_BAR = 18, 8


class MonthBar(Widget):
    """A line; not there where nobody has set a goal or nobody is in the network yet."""

    DEFAULT_CSS = "MonthBar { height: auto; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._month: Month | None = None
        self._day = date.min
        self._key = ""

    def show(self, month: "Month | None", day: date, *, anybody: bool, key: str = "") -> None:
        """Show how the month stands.

        Args:
            key: that shows whom to contact next; it is named while somebody is wanted.
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
        line = _line(month, _BAR, month.in_words(self._day))
        brief = _line(month, _SHORT_BAR, f"{month.contacted} new, goal {month.goal}{chosen}")
        ways = [*([line + hint] if self._key else []), line, *([brief + hint] if self._key else []), brief]
        fits = (way for way in ways if way.cell_length <= width)
        return next(fits, brief.truncate(max(width, 1), ellipsis=True))


def _line(month: "Month", cells: int, words: str) -> Content:
    return Content.assemble("  ", *bar(month, cells), "  ", (words, "$foreground-muted"))


def bar(month: "Month", cells: int) -> list[tuple[str, str]]:
    """Full for the contacted, half for the chosen, light for what is left: told apart without color."""
    goal = max(month.goal, 1)
    full = min(month.contacted * cells // goal, cells)
    half = min(month.chosen * cells // goal, cells - full)
    return [("█" * full, "$accent"), ("▒" * half, "$accent"), ("░" * (cells - full - half), "$foreground-muted")]
