"""Actions on the selected note, shared by all screens: a method per action of the table."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

from rounds.domain.reminders.reminder import Reminder
from rounds.errors import RoundsError
from rounds.tui.jobs import Job
from rounds.tui.messages import OpenEditor, PartnerAdded, ShowPartners
from rounds.tui.phrases import AS_BEFORE, UNDONE, clean, explained, what, when
from rounds.tui.textual_compat import ErrorGuard

if TYPE_CHECKING:
    from rounds.tui.dialogs.form import Dialog
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import NoteRecord


@dataclass(frozen=True, slots=True)
class Selection:
    """The note that an action is about.

    Attributes:
        line, column: 1-based place in it; line 0 for none.
    """

    path: str
    name: str
    line: int = 0
    column: int = 1


class NoteScreen(ErrorGuard, Screen[None]):
    """A screen with a selected note. Subclasses provide the selection, and may override actions."""

    PLACE: ClassVar[str]
    UNCHOSEN: ClassVar[str] = "Choose somebody first."

    def __init__(self, desk: "VaultSession") -> None:
        super().__init__()
        self.desk = desk

    @property
    def entry(self) -> "NoteRecord | None":
        """The selected note's record, if the list has one."""
        return None

    @property
    def subject(self) -> Selection | None:
        """The selected note."""
        entry = self.entry
        return Selection(entry.path, entry.name) if entry else None

    @property
    def reminders(self) -> tuple[Reminder, ...]:
        """The reminders that `done`, `later` and `skip` could mean."""
        subject = self.subject
        return self.desk.agenda.of(subject.path) if subject else ()

    def start(self, work: Callable[[], Coroutine[None, None, None]], *, group: str) -> None:
        """Run work in a worker; an expected error becomes a notification. A newer one replaces its group's worker."""
        # As a callable: a worker replaced before it starts leaves no coroutine behind.
        self.run_worker(partial(self._notify_errors, work), group=group, exclusive=True)  # type: ignore[arg-type]

    async def _notify_errors(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            await work()
        except RoundsError as error:
            self.tell(error)

    def tell(self, what_happened: RoundsError | str) -> None:
        """Show a notification."""
        if isinstance(what_happened, RoundsError):
            self.app.notify(explained(what_happened), severity="warning", timeout=8, markup=False)
        elif what_happened:
            self.app.notify(what_happened, markup=False)

    # Actions ----------------------------------------------------------------------------------------------------

    def ask(self, dialog: "Dialog", then: Callable[[], object] | None = None) -> None:
        """Open a dialog; when it's saved, show its message."""

        def ended(words: str | None) -> None:
            if words:
                self.tell(words)
                if then is not None:
                    then()
            else:
                self.gave_up()

        self.app.push_screen(dialog, ended)

    def gave_up(self) -> None:
        """Called when a dialog was left without saving."""

    def on_subject(self, act: Callable[[Selection], object]) -> None:
        """Call `act` with the selected note, or say that nothing is selected."""
        subject = self.subject
        if subject is None:
            self.tell(self.UNCHOSEN)
        else:
            act(subject)

    def ask_about(self, dialog: "Callable[[VaultSession, str, str], Dialog]") -> None:
        """Open a dialog about the selected note."""
        self.on_subject(lambda subject: self.ask(dialog(self.desk, subject.name, subject.path)))

    def on_reminder(self, verb: str, act: Callable[[Reminder], None]) -> None:
        """Call `act` with the selected note's reminder; with several, ask which one."""
        from rounds.tui.dialogs.list import Pick

        subject, reminders = self.subject, self.reminders
        if subject is None:
            self.tell(self.UNCHOSEN)
        elif not reminders:
            self.tell(f"Nothing is waiting for {clean(subject.name)}.")
        elif len(reminders) == 1:
            act(reminders[0])
        else:
            today = self.desk.agenda.today
            pick = Pick(f"{verb}: which one?", [(each, what(each), when(each, today)) for each in reminders])
            self.app.push_screen(pick, lambda picked: act(picked) if picked is not None else None)

    def action_log(self) -> None:
        from rounds.tui.dialogs.forms import LogTouch

        self.ask_about(LogTouch)

    def action_log_any(self) -> None:
        from rounds.tui.dialogs.log_touch import LogForAnybody

        self.ask(LogForAnybody(self.desk))

    def action_plan(self) -> None:
        from rounds.tui.dialogs.forms import AddFollowUp

        self.ask_about(AddFollowUp)

    def action_done(self) -> None:
        self.on_reminder("Done", self._done)

    def _done(self, reminder: Reminder) -> None:
        from rounds.tui.dialogs.forms import LogTouch

        if not reminder.line and reminder.sets is None:
            self.ask(LogTouch(self.desk, reminder.name, reminder.path, reminder=reminder))
        else:
            self.start(partial(self._tick, reminder), group=f"tick {reminder.uid}")

    async def _tick(self, reminder: Reminder) -> None:
        from rounds.vault.log_actions import done

        here = replace(reminder, path=self.desk.place_of(reminder.path))
        await self.desk.write(here.path, lambda vault: done(vault, here))
        self.tell(f"Done: {what(reminder)}, {clean(reminder.name)}.")

    def action_later(self) -> None:
        from rounds.tui.dialogs.forms import Later

        self.on_reminder("Later", lambda reminder: self.ask(Later(self.desk, reminder)))

    def action_skip(self) -> None:
        from rounds.tui.dialogs.forms import Skip

        self.on_reminder("Skip", lambda reminder: self.ask(Skip(self.desk, reminder)))

    def action_draft(self) -> None:
        from rounds.tui.dialogs.draft import DraftMessage

        self.ask_about(DraftMessage)

    def action_prep(self) -> None:
        from rounds.tui.dialogs.prep import prepare

        self.on_subject(lambda subject: self.start(partial(prepare, self, subject), group="prep"))

    def action_ready(self) -> None:
        from rounds.tui.dialogs.ready import get_ready

        self.start(partial(get_ready, self), group="ready")

    def action_card(self) -> None:
        from rounds.tui.dialogs.exports import make_card

        make_card(self)

    def action_suggest(self) -> None:
        from rounds.tui.dialogs.month import suggest

        self.start(partial(suggest, self), group="month")

    def action_intro(self) -> None:
        from rounds.tui.dialogs.introductions import introduce

        self.on_subject(lambda subject: self.start(partial(introduce, self, subject), group="introduce"))

    def action_releases(self) -> None:
        from rounds.tui.screens.releases import show_releases

        self.on_subject(lambda subject: self.start(partial(show_releases, self, subject.path), group="releases"))

    def action_open(self) -> None:
        self.on_subject(lambda subject: self.post_message(ShowPartners(path=subject.path)))

    def action_change(self) -> None:
        from rounds.tui.dialogs.forms import ChangeProperty

        self.ask_about(ChangeProperty)

    def action_add(self) -> None:
        from rounds.tui.dialogs.forms import AddPartner

        dialog = AddPartner(self.desk)
        self.ask(dialog, lambda: self.post_message(PartnerAdded(dialog.added)))

    def action_edit(self) -> None:
        self.on_subject(lambda it: self.post_message(OpenEditor(it.path, it.line, it.column)))

    def action_obsidian(self) -> None:
        self.on_subject(lambda subject: self.start(partial(self._obsidian, subject), group="obsidian"))

    async def _obsidian(self, subject: Selection) -> None:
        from rounds.exports.obsidian import link_of, open_link

        await self.desk.read(lambda vault: open_link(link_of(vault.root, subject.path)))

    def action_undo(self) -> None:
        """One undo per key press, one after the other; an error or a stop ends the series."""
        self.desk.undos += 1
        if self.desk.undos == 1:
            self.start(self._undo, group="undo")

    async def _undo(self) -> None:
        from rounds.vault.history import undo

        try:
            while self.desk.undos:
                job = Job("Undoing")
                undone = await self.desk.write("", partial(undo, told=job.step), job)
                self.tell(f"{UNDONE if undone.paths else AS_BEFORE} {clean(undone.what)}.")
                await self.show_undone(undone.paths)
                self.desk.undos -= 1  # last: an earlier key press then needs no worker of its own
        finally:
            self.desk.undos = 0

    async def show_undone(self, paths: Sequence[str]) -> None:
        """Put the cursor on a restored note, if the list has one.

        After ticking off one thing too many, it's under the cursor again, not the next one.
        """

    def action_help(self) -> None:
        from rounds.tui.dialogs.help import help_of

        self.app.push_screen(help_of(self.focused, self.PLACE, self.desk.keys))
