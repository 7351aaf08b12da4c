"""Calendar: the month, and what stands on each day."""

from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult

from rounds.domain.reminders.reminder import Reminder
from rounds.domain.reminders.sections import on_days
from rounds.tui.actions import CALENDAR, bindings
from rounds.tui.messages import DayHighlighted, DaySelected
from rounds.tui.phrases import day_name
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection
from rounds.tui.widgets.daylist import DayList
from rounds.tui.widgets.monthgrid import MonthGrid

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession


class CalendarScreen(MainScreen):
    """The month, with the list of the chosen day below it. Keys for a reminder work in that list."""

    PLACE = CALENDAR
    UNCHOSEN = "Press enter first: then you can choose from what stands on this day."
    BINDINGS = [*bindings(CALENDAR), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
        self.month = MonthGrid(session.agenda.today, id="grid")
        self.day = DayList(session.agenda.today, id="day")

    def content(self) -> ComposeResult:
        yield self.month
        yield self.day

    @property
    def listing(self) -> MonthGrid:
        return self.month

    @property
    def _reminder(self) -> Reminder | None:
        return None if self.focused is self.month else self.day.reminder

    @property
    def subject(self) -> Selection | None:
        reminder = self._reminder
        return Selection(reminder.path, reminder.name, reminder.line) if reminder else None

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        return (self._reminder,) if self._reminder else ()

    async def reload(self) -> None:
        agenda = self.session.agenda
        self.explain_empty("")
        self.month.show(await self.session.read(lambda _: on_days(agenda.reminders)), agenda.today)
        self._show_day()

    def _show_day(self) -> None:
        day = self.month.day
        self.day.show(day, self.month.days.get(day, ()), self.session.agenda.today)
        if not self.day.count and self.focused is self.day:
            self.set_focus(self.month)
        self.show_preview()

    def on_day_highlighted(self, event: DayHighlighted) -> None:
        event.stop()
        self._show_day()

    def on_day_selected(self, event: DaySelected) -> None:
        """Go to the list of the day."""
        event.stop()
        if self.day.count:
            self.set_focus(self.day)
        else:
            self.tell(f"Nothing is planned for {day_name(event.day, self.session.agenda.today)}.")

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        self.show_preview()

    def action_back(self) -> None:
        if self.has_class("-reading"):
            self.action_read()
            self.set_focus(self.day)
        else:
            super().action_back()
