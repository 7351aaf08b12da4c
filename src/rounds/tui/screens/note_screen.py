"""Actions on the selected note, shared by all screens: a method per action of the table."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, TypeVarTuple

from textual.screen import Screen

from rounds.domain.reminders.reminder import Reminder
from rounds.domain.server_questions import ASKING
from rounds.errors import RoundsError
from rounds.tui.jobs import Job
from rounds.tui.messages import OpenEditor, PartnerAdded, ShowPartners
from rounds.tui.phrases import AS_BEFORE, REDONE, UNDONE, clean, explained, what, when
from rounds.tui.textual_compat import ErrorGuard

if TYPE_CHECKING:
    from textual.content import Content

    from rounds.tui.dialogs.form import FormDialog
    from rounds.tui.dialogs.list import ListDialog
    from rounds.tui.session import VaultSession
    from rounds.vault.history_undo import Event
    from rounds.vault.vault import NoteRecord, Vault

_S = TypeVar("_S", bound="NoteScreen")
_T = TypeVar("_T")
_Args = TypeVarTuple("_Args")


def flow(action: Callable[[_S], Coroutine[Any, Any, None]]) -> Callable[[_S], None]:
    """Run an action in a worker, so that it can wait for dialogs; started again, it replaces the earlier run."""

    @wraps(action)
    def started(screen: _S) -> None:
        screen.start(action, screen, group=action.__name__)

    return started


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

    def __init__(self, session: "VaultSession") -> None:
        super().__init__()
        self.session = session

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
        return self.session.agenda.of(subject.path) if subject else ()

    def start(self, work: Callable[[*_Args], Coroutine[Any, Any, object]], *arguments: *_Args, group: str) -> None:
        """Run work in a worker; an expected error becomes a notification. A newer one replaces its group's worker."""
        # As a callable: a worker replaced before it starts leaves no coroutine behind.
        run = partial(self._notify_errors, work, *arguments)
        self.run_worker(run, group=group, exclusive=True)  # type: ignore[arg-type]

    async def _notify_errors(self, work: Callable[[*_Args], Coroutine[Any, Any, object]], *arguments: *_Args) -> None:
        try:
            await work(*arguments)
        except RoundsError as error:
            self.tell(error)

    def tell(self, what_happened: RoundsError | str) -> None:
        """Show a notification."""
        if isinstance(what_happened, RoundsError):
            self.app.notify(explained(what_happened), severity="warning", timeout=8, markup=False)
        elif what_happened:
            self.app.notify(what_happened, markup=False)

    # Dialogs: only from a flow ----------------------------------------------------------------------------------

    async def wait_for(self, dialog: Screen[_T]) -> _T | None:
        """Show a dialog and wait for its result; None if it was left."""
        return await self.app.push_screen_wait(dialog)

    async def choose(self, dialog: "ListDialog[_T]") -> tuple[str, _T | None]:
        """Show a list and wait for a key and an item; an empty key and None if it was left."""
        return await self.wait_for(dialog) or ("", None)

    async def pick(self, title: str, rows: "Sequence[tuple[_T, Content]]", *, about: str = "") -> _T | None:
        """Show a list with one line for each item and wait for the chosen item; None if it was left."""
        from rounds.tui.dialogs.list import ChoiceList

        return (await self.choose(ChoiceList(title, rows, about=about)))[1]

    async def ask(self, form: "FormDialog") -> bool:
        """Show a form and, once it's saved, its message.

        Returns:
            Whether it was saved.
        """
        words = await self.wait_for(form)
        self.tell(words or "")
        return bool(words)

    def chosen(self) -> Selection | None:
        """The selected note; None, with a notification, without one."""
        if self.subject is None:
            self.tell(self.UNCHOSEN)
        return self.subject

    async def ask_about(self, form: "Callable[[VaultSession, str, str], FormDialog]") -> None:
        """Show a form about the selected note."""
        if subject := self.chosen():
            await self.ask(form(self.session, subject.name, subject.path))

    async def chosen_reminder(self, verb: str) -> Reminder | None:
        """The selected note's reminder; with several, ask which one."""
        from rounds.tui.dialogs.list import choice

        subject, reminders = self.chosen(), self.reminders
        if subject is None:
            return None
        if not reminders:
            self.tell(f"Nothing is waiting for {clean(subject.name)}.")
            return None
        if len(reminders) == 1:
            return reminders[0]
        today = self.session.agenda.today
        rows = [(each, choice(what(each), when(each, today))) for each in reminders]
        return await self.pick(f"{verb}: which one?", rows)

    # Actions ----------------------------------------------------------------------------------------------------

    @flow
    async def action_log(self) -> None:
        from rounds.tui.dialogs.composer import log_or_write
        from rounds.tui.dialogs.log_touch import LogTouch

        if subject := self.chosen():
            await log_or_write(self, LogTouch(self.session, subject.name, subject.path))

    @flow
    async def action_write(self) -> None:
        from rounds.tui.dialogs.composer import MeetingNote, write_meeting_note

        if subject := self.chosen():
            await write_meeting_note(self, MeetingNote(self.session, subject.name, subject.path))

    @flow
    async def action_log_any(self) -> None:
        from rounds.tui.dialogs.log_touch import LogForAnybody

        await self.ask(LogForAnybody(self.session))

    @flow
    async def action_one_line(self) -> None:
        from rounds.tui.dialogs.one_line import OneLine

        await self.ask(OneLine(self.session))

    @flow
    async def action_plan(self) -> None:
        from rounds.tui.dialogs.log_touch import AddFollowUp

        await self.ask_about(AddFollowUp)

    @flow
    async def action_done(self) -> None:
        from rounds.tui.dialogs.composer import log_or_write
        from rounds.tui.dialogs.log_touch import LogTouch

        reminder = await self.chosen_reminder("Done")
        if reminder is None:
            return
        if not reminder.line and reminder.sets is None and reminder.rule not in ASKING:
            await log_or_write(self, LogTouch(self.session, reminder.name, reminder.path, reminder=reminder))
        else:  # the next one doesn't replace it
            self.start(self.tick, reminder, group=f"tick {reminder.uid}")

    async def tick(self, reminder: Reminder) -> None:
        """Do what a reminder asks for, without further words."""
        from rounds.vault.task_app import done

        here = replace(reminder, path=self.session.place_of(reminder.path))
        await self.session.write(here.path, lambda vault: done(vault, here))
        self.tell(f"Done: {what(reminder)}, {clean(reminder.name)}.")

    @flow
    async def action_later(self) -> None:
        from rounds.tui.dialogs.log_touch import Later

        if reminder := await self.chosen_reminder("Later"):
            await self.ask(Later(self.session, reminder))

    @flow
    async def action_skip(self) -> None:
        from rounds.tui.dialogs.log_touch import Skip

        reminder = await self.chosen_reminder("Skip")
        if reminder is not None and reminder.rule in ASKING:
            self.start(self._decline, reminder, group=f"tick {reminder.uid}")
        elif reminder is not None:
            await self.ask(Skip(self.session, reminder))

    async def _decline(self, reminder: Reminder) -> None:
        from rounds.vault.task_app import skip

        here = replace(reminder, path=self.session.place_of(reminder.path))
        await self.session.write("", lambda vault: skip(vault, here))
        self.tell(f"Your note stays as it is, and your task app gets it back: {clean(reminder.name)}.")

    @flow
    async def action_draft(self) -> None:
        from rounds.tui.dialogs.draft import DraftMessage

        await self.ask_about(DraftMessage)

    @flow
    async def action_contact(self) -> None:
        from rounds.tui.dialogs.contact import contact_at_hand

        if subject := self.chosen():
            await contact_at_hand(self, subject.name, subject.path)

    @flow
    async def action_prep(self) -> None:
        from rounds.tui.dialogs.outreach import prepare

        if subject := self.chosen():
            await prepare(self, subject.name, subject.path)

    @flow
    async def action_ready(self) -> None:
        from rounds.tui.dialogs.exports import get_ready

        await get_ready(self)

    @flow
    async def action_card(self) -> None:
        from rounds.tui.dialogs.exports import make_card

        await make_card(self)

    @flow
    async def action_suggest(self) -> None:
        from rounds.tui.dialogs.outreach import suggest

        await suggest(self)

    @flow
    async def action_intro(self) -> None:
        from rounds.tui.dialogs.outreach import introduce

        if subject := self.chosen():
            await introduce(self, subject.name, subject.path)

    @flow
    async def action_map(self) -> None:
        from rounds.tui.dialogs.network_map import show_map

        if subject := self.chosen():
            await show_map(self, subject.path)

    @flow
    async def action_releases(self) -> None:
        from rounds.tui.dialogs.referrals import show_releases

        if subject := self.chosen():
            await show_releases(self, subject.path)

    @flow
    async def action_change(self) -> None:
        from rounds.tui.dialogs.facts import FactsSheet

        await self.ask_about(FactsSheet)

    @flow
    async def action_add(self) -> None:
        from rounds.tui.dialogs.add_partner import AddPartner

        form = AddPartner(self.session)
        if await self.ask(form):
            self.post_message(PartnerAdded(form.added))

    @flow
    async def action_import_contacts(self) -> None:
        from rounds.tui.dialogs.import_contacts import import_contacts

        await import_contacts(self)

    @flow
    async def action_obsidian(self) -> None:
        from rounds.exports.editor_clipboard_mail_obsidian import link_of, open_link

        if subject := self.chosen():
            await self.session.read(lambda vault: open_link(link_of(vault.root, subject.path)))

    def action_open(self) -> None:
        if subject := self.chosen():
            self.post_message(ShowPartners(path=subject.path))

    def action_edit(self) -> None:
        if subject := self.chosen():
            self.post_message(OpenEditor(subject.path, subject.line, subject.column))

    def action_undo(self) -> None:
        """One undo per key press, one after the other; an error or a stop ends the series."""
        self._queue_undo("")

    def action_redo(self) -> None:
        """One redo per key press, in the same order as the undos."""
        self._queue_undo("redo")

    def _queue_undo(self, which: str) -> None:
        self.session.undos.append(which)
        if len(self.session.undos) == 1:
            self.start(self._undo, group="undo")

    async def _undo(self) -> None:
        try:
            while self.session.undos:
                await self.undo_one(self.session.undos[0])
                self.session.undos.pop(0)  # last: an earlier key press then needs no worker of its own
        finally:
            self.session.undos.clear()

    async def undo_one(self, which: str = "", redone: str = "") -> None:
        """Undo or redo a change, say so, and go to its note.

        Args:
            which: id of the change or of its undo, `redo` for what was undone last, empty for this session's last
                change.
            redone: the change that `which` is the undo of, in words.
        """
        from rounds.vault.history_undo import undo
        from rounds.vault.undo_list import redo

        job = Job("Undoing")

        def act(vault: "Vault") -> "Event":
            return redo(vault, job.step) if which == "redo" else undo(vault, which, job.step, own=not which)

        done = await self.session.write("", act, job)
        verb = REDONE if redone or which == "redo" else UNDONE
        self.tell(f"{verb if done.paths else AS_BEFORE} {clean(redone or done.what)}.")
        await self.show_undone(done.paths)

    @flow
    async def action_changes(self) -> None:
        from rounds.tui.dialogs.undo_list import show_changes

        await show_changes(self)

    @flow
    async def action_messages(self) -> None:
        from rounds.tui.dialogs.undo_list import MessageLog

        await self.wait_for(MessageLog(self.session.told))

    async def show_undone(self, paths: Sequence[str]) -> None:
        """Put the cursor on a restored note, if the list has one.

        After ticking off one thing too many, it's under the cursor again, not the next one.
        """

    @flow
    async def action_settings(self) -> None:
        from rounds.tui.dialogs.settings import show_settings

        await show_settings(self)

    def action_help(self) -> None:
        from rounds.tui.dialogs.text import help_of

        self.app.push_screen(help_of(self.focused, self.PLACE, self.session.keys))
