"""What Today, Partners and Problems share: the bars, the preview, and everything that can be done with a partner."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from rounds.domain.reminders import Reminder
from rounds.errors import NotFoundError, RoundsError
from rounds.tui.actions import actions_of
from rounds.tui.messages import AgendaRead, EditorChosen, PartnerAdded, RowHighlighted
from rounds.tui.screens.dialog import Dialog
from rounds.tui.widgets.bars import BottomBar, TopBar
from rounds.tui.widgets.preview import Preview
from rounds.tui.words import clean, explained, full_day, what

if TYPE_CHECKING:
    from rounds.tui.desk import Desk


@dataclass(frozen=True, slots=True)
class Subject:
    """The note that an action is about.

    Attributes:
        line, column: 1-based place in it; line 0 for none.
    """

    path: str
    name: str
    line: int = 0
    column: int = 1


class Place(Screen[None]):
    """A screen of its own number key. Subclasses compose a list and say what is selected in it."""

    PLACE: ClassVar[str]
    AUTO_FOCUS = ""  # the list gets it, in on_mount
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's own way
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012 - Textual's own way

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self._stale = False
        self.top = TopBar(self.PLACE, full_day(desk.agenda.today))
        self.bottom = BottomBar()
        self.preview = Preview(id="preview")

    # What subclasses say ----------------------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """The list, and what belongs to it."""
        raise NotImplementedError

    @property
    def listing(self) -> Widget:
        """The list, which has the focus unless something else needs it."""
        raise NotImplementedError

    @property
    def subject(self) -> Subject | None:
        """The note that is selected."""
        raise NotImplementedError

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """The reminders that `done`, `later` and `skip` could mean."""
        raise NotImplementedError

    async def reload(self) -> None:
        """Show the vault as it is now; nothing that the user has chosen moves."""
        raise NotImplementedError

    # The screen itself ------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        yield self.top
        with Container(id="body"):
            with Container(id="list-side"):
                yield from self.content()
            yield self.preview
        yield self.bottom

    def on_mount(self) -> None:
        self.set_focus(self.listing)
        self.bottom.set_actions(actions_of(self.PLACE, self.desk.keys))
        self.bottom.set_problems(len(self.desk.agenda.problems))
        self.start(self.reload, group="reload")

    def on_agenda_read(self, _: AgendaRead) -> None:
        """Reload; a screen that is not in sight does so when it comes back."""
        self.top.set_day(full_day(self.desk.agenda.today))
        self.bottom.set_problems(len(self.desk.agenda.problems))
        if self.app.screen_stack and self.app.screen_stack[0] is self:
            self.start(self.reload, group="reload")
        else:
            self._stale = True

    def on_screen_resume(self) -> None:
        if self._stale:
            self._stale = False
            self.start(self.reload, group="reload")

    def start(self, work: Callable[[], Coroutine[None, None, None]], *, group: str) -> None:
        """Run something in a worker; an error on purpose becomes a notification. The newest of a group counts."""
        # As a callable: a worker that is replaced before it began leaves no coroutine behind.
        self.run_worker(partial(self._kindly, work), group=group, exclusive=True)  # type: ignore[arg-type]

    async def _kindly(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            await work()
        except RoundsError as error:
            self.tell(error)

    def tell(self, what_happened: RoundsError | str) -> None:
        """A notification."""
        if isinstance(what_happened, RoundsError):
            self.app.notify(explained(what_happened), severity="warning", timeout=8, markup=False)
        elif what_happened:
            self.app.notify(what_happened, markup=False)

    # The preview ------------------------------------------------------------------------------------------------

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        event.stop()
        self.show_preview()

    def show_preview(self) -> None:
        """Bring the preview to what is selected."""
        if self.preview.display:
            self.start(self._preview, group="preview")

    async def _preview(self) -> None:
        from rounds.tui.profile import read_profile

        subject = self.subject
        if subject is None:
            self.preview.show(None)
            return
        agenda = self.desk.agenda
        try:
            profile = await self.desk.read(lambda vault: read_profile(vault, subject.path, agenda))
        except NotFoundError:
            self.preview.show(None, f"{subject.name} is no longer there.")
        else:
            self.preview.show(profile)

    def action_read(self) -> None:
        """Give the note the whole screen, or the list its place again."""
        reading = not self.has_class("-reading")
        if reading and self.subject is None:
            return
        self.set_class(reading, "-reading")
        self.call_after_refresh(self.show_preview)
        self.set_focus(self.preview if reading else self.listing)

    def action_back(self) -> None:
        """From the note back to the list."""
        if self.has_class("-reading"):
            self.action_read()
        else:
            self.set_focus(self.listing)

    # What can be done -------------------------------------------------------------------------------------------

    def ask(self, dialog: Dialog, then: Callable[[], None] | None = None) -> None:
        """Open a dialog; when it is done, say so."""

        def ended(words: str | None) -> None:
            if words:
                self.tell(words)
                if then is not None:
                    then()

        self.app.push_screen(dialog, ended)

    def on_subject(self, act: Callable[[Subject], None]) -> None:
        """Do something with the selected note, or say that there is none."""
        subject = self.subject
        if subject is None:
            self.tell("Choose somebody first.")
        else:
            act(subject)

    def on_reminder(self, verb: str, act: Callable[[Reminder], None]) -> None:
        """Do something with the reminder that is meant; of several, one is asked for."""
        from rounds.tui.screens.pick import Pick

        subject, reminders = self.subject, self.reminders
        if subject is None:
            self.tell("Choose somebody first.")
        elif not reminders:
            self.tell(f"Nothing is waiting for {clean(subject.name)}.")
        elif len(reminders) == 1:
            act(reminders[0])
        else:
            pick = Pick(f"{verb}: which one?", reminders, self.desk.agenda.today)
            self.app.push_screen(pick, lambda picked: act(picked) if picked is not None else None)

    def action_log(self) -> None:
        from rounds.tui.screens.forms import LogTouch

        self.on_subject(lambda subject: self.ask(LogTouch(self.desk, subject.name, subject.path)))

    def action_plan(self) -> None:
        from rounds.tui.screens.forms import AddFollowUp

        self.on_subject(lambda subject: self.ask(AddFollowUp(self.desk, subject.name, subject.path)))

    def action_done(self) -> None:
        self.on_reminder("Done", self._done)

    def _done(self, reminder: Reminder) -> None:
        from rounds.tui.screens.forms import LogTouch

        if not reminder.line:
            self.ask(LogTouch(self.desk, reminder.name, reminder.path, reminder=reminder))
        else:
            self.start(partial(self._tick, reminder), group=f"tick {reminder.uid}")

    async def _tick(self, reminder: Reminder) -> None:
        from rounds.vault.acts import done

        await self.desk.write(reminder.path, lambda vault: done(vault, reminder))
        self.tell(f"Done: {what(reminder)}, {clean(reminder.name)}.")

    def action_later(self) -> None:
        from rounds.tui.screens.forms import Later

        self.on_reminder("Later", lambda reminder: self.ask(Later(self.desk, reminder)))

    def action_skip(self) -> None:
        from rounds.tui.screens.forms import Skip

        self.on_reminder("Skip", lambda reminder: self.ask(Skip(self.desk, reminder)))

    def action_change(self) -> None:
        from rounds.tui.screens.forms import ChangeProperty

        self.on_subject(lambda subject: self.ask(ChangeProperty(self.desk, subject.name, subject.path)))

    def action_add(self) -> None:
        from rounds.tui.screens.forms import AddPartner

        dialog = AddPartner(self.desk)
        self.ask(dialog, lambda: self.added(dialog.added))

    def added(self, path: str) -> None:
        """Show a partner who was just added."""
        self.app.post_message(PartnerAdded(path))

    def action_edit(self) -> None:
        self.on_subject(self.open_editor)

    def open_editor(self, subject: Subject) -> None:
        """Hand the terminal to the user's editor; when it comes back, look at what is on disk."""
        self.app.post_message(EditorChosen(subject.path, subject.line, subject.column))

    def action_obsidian(self) -> None:
        self.on_subject(lambda subject: self.start(partial(self._obsidian, subject), group="obsidian"))

    async def _obsidian(self, subject: Subject) -> None:
        from rounds.outlets.obsidian import link_of, open_link

        await self.desk.read(lambda vault: open_link(link_of(vault.root, subject.path)))

    def action_look(self) -> None:
        self.start(self._look, group="look")

    async def _look(self) -> None:
        if not await self.desk.sync():
            self.tell("Nothing has changed.")

    def action_help(self) -> None:
        from rounds.tui.screens.help import Help

        self.app.push_screen(Help(self.PLACE, self.desk.keys))
