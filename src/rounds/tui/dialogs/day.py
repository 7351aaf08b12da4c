"""A month calendar for picking a day."""

import calendar
from datetime import date
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget

from rounds.domain.phrases import full_day
from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.monthgrid import days_later, months_later, weeks_of

_CELLS = 4
_HEAD = 2
"""Lines above the first week."""


class Month(Widget, can_focus=True):
    """The month around a day. The chosen day is in brackets, today is underlined."""

    DEFAULT_CSS = "Month { width: 36; height: 10; }"  # the longest day in words, and that it's today

    def __init__(self, day: date, today: date) -> None:
        super().__init__()
        self.day = days_later(day, 0)
        self._today = today

    @property
    def _weeks(self) -> list[list[date]]:
        return weeks_of(self.day)

    def go(self, day: date) -> None:
        """Choose another day."""
        self.day = day
        self.refresh()

    def day_at(self, x: int, y: int) -> date | None:
        """The day at a position in the widget."""
        week, place = y - _HEAD, x // _CELLS
        return self._weeks[week][place] if 0 <= week < len(self._weeks) and 0 <= place < 7 else None

    def on_click(self, event: events.Click) -> None:
        day = self.day_at(event.x, event.y)
        if day is not None:
            self.go(day)
            if event.chain == 2:
                self.screen.dismiss(day)

    def render(self) -> Content:
        names = "".join(f"{calendar.day_abbr[day.weekday()][:2]:>3} " for day in self._weeks[0])
        lines = [
            Content.styled(f"{self.day:%B %Y}".center(7 * _CELLS), "bold"),
            Content.styled(names, "$foreground-muted"),
            *(Content("").join(map(self._cell, week)) for week in self._weeks),
        ]
        lines += [Content("")] * (9 - len(lines))
        today = " · today" if self.day == self._today else ""
        return Content("\n").join([*lines, Content.styled(f" {full_day(self.day)}{today}", "$foreground-muted")])

    def _cell(self, day: date) -> Content:
        number = Content.styled(f"{day.day:>2}", "bold underline" if day == self._today else "")
        if day == self.day:
            return Content.assemble("[", number, "]").stylize("bold reverse")
        cell = Content.assemble(" ", number, " ")
        return cell if day.month == self.day.month else cell.stylize("$foreground-muted")


class DayPicker(ErrorGuard, ModalScreen[date]):
    """Arrows move by days and weeks; the result is the chosen day, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", show=False),
        Binding("right,l", "move(1)", show=False),
        Binding("up,k", "move(-7)", show=False),
        Binding("down,j", "move(7)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("home", "today", show=False),
        Binding("enter,space", "take", show=False),
        Binding("escape,ctrl+o", "dismiss", show=False),
    ]

    def __init__(self, day: date, today: date) -> None:
        super().__init__()
        self._today = today
        self.month = Month(day, today)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield self.month
            yield DialogBar(
                [("enter", "take it", "take"), ("page up, down", "month", ""), ("escape", "leave", "dismiss")]
            )

    def action_move(self, days: int) -> None:
        self.month.go(days_later(self.month.day, days))

    def action_turn(self, months: int) -> None:
        """Go to the same day of another month, or to its last day."""
        self.month.go(months_later(self.month.day, months))

    def action_today(self) -> None:
        self.month.go(self._today)

    def action_take(self) -> None:
        self.dismiss(self.month.day)
