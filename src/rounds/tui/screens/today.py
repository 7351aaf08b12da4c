"""Today: a few things that matter, and what has no hurry."""

from textual.app import ComposeResult

from rounds.domain.reminders import Reminder
from rounds.tui.actions import TODAY, bindings
from rounds.tui.screens.place import Place, Subject
from rounds.tui.widgets.todaylist import FOLD, TodayList

_NOBODY = """\
Nobody is in your network yet.

Press n to add the first partner: a pediatrician, a psychiatrist, a school \
counselor, anyone whose work touches that of your clients.

Then press l to log that you wrote to them, and f for what comes next. Both will \
turn up here on their day.

? shows all keys."""
_NOTHING = """\
Nothing is waiting.

What you write down with f, thank-yous after a meeting, and check-ins with people \
you have not talked to for a while turn up here."""


class TodayScreen(Place):
    """The list of the day; the partner it is about beside it where there is room."""

    PLACE = TODAY
    BINDINGS = [*bindings(TODAY), ("escape", "back")]  # noqa: RUF012 - Textual's own way

    def content(self) -> ComposeResult:
        yield TodayList(id="today")

    @property
    def listing(self) -> TodayList:
        return self.query_one(TodayList)

    @property
    def subject(self) -> Subject | None:
        reminder = self.listing.reminder
        return Subject(reminder.path, reminder.name, reminder.line) if reminder else None

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        reminder = self.listing.reminder
        return (reminder,) if reminder else ()

    async def reload(self) -> None:
        agenda = self.desk.agenda
        empty = not agenda.due and not agenda.waiting
        self.explain_empty("" if not empty else _NOTHING if agenda.partners else _NOBODY)
        self.listing.show(agenda.due, agenda.waiting, agenda.today)
        self.show_preview()

    def action_fold(self) -> None:
        self.listing.fold()

    def action_read(self) -> None:
        if self.listing.identity == FOLD and not self.has_class("-reading"):
            self.action_fold()
        else:
            super().action_read()
