"""The list of one day: what stands on it, with its reasons."""

from collections.abc import Sequence
from datetime import date

from textual.content import Content

from rounds.domain.phrases import counted, full_day
from rounds.domain.reminders.reminder import Reminder
from rounds.domain.reminders.sections import Section, section_of
from rounds.tui.phrases import clean, what
from rounds.tui.widgets.rowlist import RowList
from rounds.tui.widgets.todaylist import named_row


class DayList(RowList):
    """The reminders of a day below its date."""

    HEAD = 1

    def __init__(self, today: date, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.empty = "Nothing is planned for this day."
        self._day = self._today = today
        self._found: Sequence[Reminder] = ()

    @property
    def reminder(self) -> Reminder | None:
        """The reminder under the cursor."""
        return self.at_cursor(self._found)

    def show(self, day: date, found: Sequence[Reminder], today: date) -> None:
        """Show the reminders of a day; the cursor stays on its row."""
        self._day, self._found, self._today = day, found, today
        self.set_rows([each.uid for each in found])

    def draw_head(self, width: int) -> Content:
        today = ", today" if self._day == self._today else ""
        number = f"  {counted(len(self._found), 'thing')}" if self._found else ""
        return Content.assemble("  ", (f"{full_day(self._day)}{today}", "bold"), number).truncate(width, ellipsis=True)

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - rows have one line
        reminder = self._found[index]
        late = section_of(reminder, self._today) is Section.LATE
        at = f"{reminder.time:%H:%M}" if reminder.time else ""
        right = " ".join(filter(None, ("!" if late else "", at)))
        look = "$text-warning" if late else "$accent"
        name = Content.styled(clean(reminder.name), "bold")
        return named_row(name, what(reminder), right, width, here=index == self.cursor, look=look)
