"""Today: what is late, due and ahead, in sections."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from rounds.domain.reminders.reminder import Reminder
from rounds.domain.reminders.sections import Section, on_days
from rounds.tui.actions import TODAY, Action, actions_of, bindings, key_name
from rounds.tui.agenda import FEW
from rounds.tui.messages import DaySelected, OpenEditor
from rounds.tui.phrases import day_name
from rounds.tui.screens.main_screen import READING, MainScreen
from rounds.tui.screens.note_screen import Selection, flow
from rounds.tui.widgets.bars import MonthBar
from rounds.tui.widgets.monthgrid import WeekStrip
from rounds.tui.widgets.todaylist import TodayList

if TYPE_CHECKING:
    from rounds.tui.agenda import Agenda
    from rounds.tui.dialogs.form import FormDialog
    from rounds.tui.session import VaultSession

_NOTHING = """\
Nothing is waiting.

Follow-ups that you add with f, thank-yous after a meeting, and check-ins with people \
you haven't talked to in a while turn up here."""

_UNKNOWN = "The reminders were not read to the end.\n\nPress r to read them."


def first_steps(agenda: "Agenda") -> str:
    """First steps in a new vault, each with its key and progress; empty once all are done."""
    if agenda.partners > FEW:
        return ""
    steps = (
        (agenda.ready >= 6, "R", f"Get ready: six things before a first contact ({agenda.ready} of 6)"),
        (agenda.partners >= 2, "n", f"Add two people your clients see too ({agenda.partners} of 2)"),
        (agenda.reached, "2 m", "Draft a message to one of them"),
    )
    if all(done for done, _, _ in steps):
        return ""
    lines = [f"{'☑' if done else '☐'}  {key:<3}  {words}" for done, key, words in steps]
    nobody = "Nobody is in your network yet. " if not agenda.partners else ""
    end = "Your follow-ups, thank-yous and questions turn up here on their day.\n? shows all keys."
    return "\n\n".join([f"{nobody}Three steps to begin with:", "\n".join(lines), end])


class TodayScreen(MainScreen):
    """The list of the day; the partner under the cursor beside it if there is room."""

    PLACE = TODAY
    BINDINGS = [  # noqa: RUF012 - Textual's own way
        *bindings(TODAY), ("escape", "back"), ("left", "strip(-1)"), ("right", "strip(1)")
    ]  # fmt: skip

    def above(self) -> ComposeResult:
        yield WeekStrip(self.session.agenda.today, id="strip")

    def content(self) -> ComposeResult:
        yield MonthBar(id="month")
        yield TodayList(id="today")

    @property
    def listing(self) -> TodayList:
        return self.query_one(TodayList)

    @property
    def subject(self) -> Selection | None:
        reminder, thought = self.listing.reminder, self.listing.thought
        if thought is not None and thought.path:
            return Selection(thought.path, thought.name)
        return Selection(reminder.path, reminder.name, reminder.line) if reminder else None

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        reminder = self.listing.reminder
        return (reminder,) if reminder else ()

    def __init__(self, session: "VaultSession") -> None:
        super().__init__(session)
        self._undone: frozenset[str] = frozenset()  # restored notes to go to when their reminders are back
        self._acted: Reminder | None = None  # the reminder being handled
        self._before: tuple[Agenda, Hashable | None] = session.agenda, None  # agenda and selection before the undo

    def action_undo(self) -> None:
        self._before = self.session.agenda, self.listing.identity
        super().action_undo()

    async def show_undone(self, paths: Sequence[str]) -> None:
        if not self.has_class("-reading"):
            self._undone = frozenset(paths)
            await self.reload()

    async def reload(self) -> None:
        agenda = self.session.agenda
        if not self.session.agenda.complete:  # the inbox is a file, so it would appear before the rows above it
            agenda = replace(agenda, inbox=())
        empty = not agenda.sections and not agenda.inbox
        self.explain_empty(self._nothing(agenda) if empty else "")
        key = next((each.keys[0] for each in actions_of(TODAY, self.session.keys) if each.name == "suggest"), "")
        self.query_one(MonthBar).show(agenda.month, agenda.today, anybody=bool(agenda.partners), key=key_name(key))
        shown, chosen = self._before
        undone = self._undone if agenda is not shown else ()
        stayed = self.listing.identity == chosen
        acted = self._acted
        if acted is not None and acted not in agenda.of(acted.path):  # it's done or changed
            self._acted = None
        shown_days = (
            each for section, some in agenda.sections.items() if section is not Section.NO_HURRY for each in some
        )
        self.query_one(WeekStrip).show(on_days(shown_days), agenda.today)
        self.listing.show(agenda, undone if stayed else (), acted.uid if acted and not self._acted else None)
        if undone or self.session.paused:
            self._undone = frozenset()
        self.show_preview()

    def footer(self) -> Sequence[Action]:
        """In an empty vault, only actions that need no partner."""
        actions, agenda = super().footer(), self.session.agenda
        if not self.session.agenda.complete or agenda.partners or agenda.sections or agenda.inbox:
            return actions
        labels = {"ready": "get ready", "add": "new", "help": "help", "quit": "quit"}
        return [replace(each, label=labels[each.name]) for each in actions if each.name in labels]

    def _nothing(self, agenda: "Agenda") -> str:
        if not self.session.agenda.complete:
            return _UNKNOWN if self.session.paused else READING
        return first_steps(agenda) or _NOTHING

    def action_fold(self) -> None:
        """Show or fold what can wait."""
        self.listing.fold(Section.NO_HURRY)

    def action_strip(self, days: int) -> None:
        """Move in the seven days at the top, if they're shown."""
        strip = self.query_one(WeekStrip)
        if strip.display and self.focused is self.listing:
            self.set_focus(strip)
            strip.action_move(days)

    def on_day_selected(self, event: DaySelected) -> None:
        """Go to the first row of the day."""
        event.stop()
        if self.listing.go_to_day(event.day):
            self.set_focus(self.listing)
        else:
            self.tell(f"Nothing is planned for {day_name(event.day, self.session.agenda.today)}.")

    @flow
    async def action_note(self) -> None:
        from rounds.vault.today_export import PATH, write_today

        written = await self.session.write(PATH, write_today)
        self.tell(f"{PATH} is written." if written else f"{PATH} is up to date.")

    # The inbox --------------------------------------------------------------------------------------------------

    @flow
    async def action_yes(self) -> None:
        """File a line of the inbox as proposed, or do what a reminder asks about."""
        thought = self.listing.thought
        if thought is None:
            reminder = self.listing.reminder
            if reminder is not None and reminder.rule == "meeting" and reminder.happened:
                self.start(self._met, reminder, group=f"tick {reminder.uid}")
            else:
                super().action_done()
            return
        from rounds.tui.dialogs.inbox import file_line

        self.start(file_line, self, thought, group=f"file {thought.line} {thought.text}")  # the next doesn't replace it

    async def _met(self, reminder: Reminder) -> None:
        """Tick a meeting off; then what was said can be written down."""
        from rounds.tui.dialogs.composer import MeetingNote, write_meeting_note

        self._acted = reminder
        await self.tick(reminder)
        path, day = self.session.place_of(reminder.path), str(reminder.due or "today")
        await write_meeting_note(self, MeetingNote(self.session, reminder.name, path, kind=reminder.kind, on=day))

    def action_done(self) -> None:
        if self.listing.section is not None:
            self.listing.fold(self.listing.section)
        elif self.listing.thought is None:
            super().action_done()
        else:
            self.action_yes()

    @flow
    async def action_change(self) -> None:
        """Correct a line of the inbox; for a partner, change a property."""
        thought = self.listing.thought
        if thought is None:
            super().action_change()
            return
        from rounds.tui.dialogs.log_touch import FileThought

        await self.ask(FileThought(self.session, thought))

    def action_plan(self) -> None:
        """Make a line of the inbox a follow-up; for a partner, add one."""
        from rounds.tui.dialogs.inbox import plan_line

        if thought := self.listing.thought:
            self.start(plan_line, self, thought, group=f"file {thought.line} {thought.text}")
        else:
            super().action_plan()

    def action_skip(self) -> None:
        """Discard a line of the inbox, or skip a reminder."""
        from rounds.tui.dialogs.inbox import discard

        if thought := self.listing.thought:
            self.start(discard, self, thought, group=f"file {thought.line} {thought.text}")
        else:
            super().action_skip()

    async def chosen_reminder(self, verb: str) -> Reminder | None:
        if self.listing.thought is not None:
            self.tell(
                "This is a line of the inbox: y files it, c puts it right, f makes it a follow-up, x discards it."
            )
            return None
        self._acted = self.listing.reminder
        return await super().chosen_reminder(verb)

    async def ask(self, form: "FormDialog") -> bool:
        saved = await super().ask(form)
        if not saved:
            self._acted = None
        return saved

    def action_edit(self) -> None:
        """Open the inbox at its line, or the note."""
        from rounds.vault.inbox import FILE

        thought = self.listing.thought
        if thought is None:
            super().action_edit()
        else:
            self.post_message(OpenEditor(FILE, thought.line, 1))

    def action_read(self) -> None:
        if self.listing.section is not None and not self.has_class("-reading"):
            self.listing.fold(self.listing.section)
        else:
            super().action_read()
