"""What Today, Partners and Problems share: the bars, the preview, and everything that can be done with a partner."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from rounds.domain.reminders import Reminder
from rounds.errors import NotFoundError, RoundsError
from rounds.tui.actions import actions_of
from rounds.tui.messages import (
    AgendaRead,
    EditorChosen,
    PartnerAdded,
    PartnersWanted,
    RowChosen,
    RowHighlighted,
    TroubleMet,
)
from rounds.tui.sturdy import Sturdy
from rounds.tui.widgets.banner import Banner
from rounds.tui.widgets.bars import BottomBar, TopBar
from rounds.tui.widgets.preview import Preview
from rounds.tui.words import clean, explained, full_day, what, when

if TYPE_CHECKING:
    from rounds.store.unsaved import Form
    from rounds.tui.desk import Desk
    from rounds.tui.screens.dialog import Dialog

_PAINTED = 0.03
"""Seconds for which the cursor rests before a note is read: a key that is held down does not wait for notes in passing,
and the cursor is painted first."""

_SETTLED = 0.15
"""Seconds for which the cursor rests on a partner before what takes longer to find is read."""

_TYPED = 0.6
"""The same while somebody types a filter: people pause longer between two keys than between two rows."""

READING = "Reading your notes …"


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


class Place(Sturdy, Screen[None]):
    """A screen of its own number key. Subclasses compose a list and say what is selected in it."""

    PLACE: ClassVar[str]
    UNCHOSEN: ClassVar[str] = "Choose somebody first."
    AUTO_FOCUS = ""  # the list gets it, in on_mount
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - Textual's own way
    VERTICAL_BREAKPOINTS = [(0, "-short"), (22, "-tall")]  # noqa: RUF012 - Textual's own way

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self.desk = desk
        self._stale = False
        self.top = TopBar(self.PLACE, full_day(desk.agenda.today))
        self.banner = Banner(id="banner")
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
        yield self.banner
        with Container(id="body"):
            with Container(id="list-side"):
                yield from self.content()
                yield Static(Content(READING), id="empty", markup=False)
            yield self.preview
        yield self.bottom

    def on_mount(self) -> None:
        self.set_focus(self.listing)
        self.bottom.set_actions(actions_of(self.PLACE, self.desk.keys))
        self.bottom.set_problems(len(self.desk.agenda.problems))
        self.banner.show(self.desk.away)
        self.start(self.reload, group="reload")

    def on_agenda_read(self, _: AgendaRead) -> None:
        """Reload; a screen that is not in sight does so when it comes back."""
        self.banner.show(self.desk.away)
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

    def explain_empty(self, words: str) -> None:
        """Say why the list is empty; with no words it is not."""
        self.query_one("#empty", Static).update(Content(words if self.desk.synced else READING))
        self.set_class(bool(words), "-empty")

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

    def on_row_chosen(self, event: RowChosen) -> None:
        event.stop()
        self.action_read()

    def on_row_highlighted(self, event: RowHighlighted) -> None:
        event.stop()
        self.show_preview()

    def show_preview(self) -> None:
        """Bring the preview to what is selected."""
        if self.preview.display:
            self.start(self._preview, group="preview")

    async def _preview(self) -> None:
        from rounds.tui.profile import read_profile, with_ties

        subject = self.subject
        if subject is None:
            self.preview.show(None)
            return
        await asyncio.sleep(_PAINTED)
        agenda = self.desk.agenda
        try:
            profile = await self.desk.read(lambda vault: read_profile(vault, subject.path, agenda))
        except NotFoundError:
            self.preview.show(None, f"{subject.name} is no longer there.")
            return
        self.preview.show(profile)
        # Who moves on does not wait for it.
        await asyncio.sleep(_TYPED if isinstance(self.focused, Input) else _SETTLED)
        self.preview.show(await self.desk.read(lambda vault: with_ties(vault, profile, self.desk.people)))

    def action_read(self) -> None:
        """Give the note the whole screen, or the list its place again."""
        reading = not self.has_class("-reading")
        if reading and self.subject is None:
            return
        self.set_class(reading, "-reading")
        self.call_after_refresh(self.show_preview)
        self.set_focus(self.preview if reading else self.listing)

    def action_view(self) -> None:
        """As `read`, for places where enter does something else."""
        self.action_read()

    def action_back(self) -> None:
        """From the note back to the list."""
        if self.has_class("-reading"):
            self.action_read()
        else:
            self.set_focus(self.listing)

    # What can be done -------------------------------------------------------------------------------------------

    def ask(self, dialog: "Dialog", then: Callable[[], object] | None = None) -> None:
        """Open a dialog; when it is done, say so."""

        def ended(words: str | None) -> None:
            if words:
                self.tell(words)
                if then is not None:
                    then()

        self.app.push_screen(dialog, ended)

    def reopen(self, form: "Form") -> bool:
        """Open a form that was left when the program ended, or at least show what it held.

        Returns:
            Whether it is open.
        """
        from rounds.tui.screens.forms import AddPartner
        from rounds.tui.screens.reopen import held, reopened

        dialog = reopened(self.desk, form)
        if isinstance(dialog, AddPartner):
            self.ask(dialog, lambda: self.post_message(PartnerAdded(dialog.added)))
        elif dialog is not None:
            self.ask(dialog)
        else:
            words = "\n".join(filter(None, held(form).values()))
            self.app.notify(words, title="What it was about is gone. You had typed", timeout=60, markup=False)
        return dialog is not None

    def on_subject(self, act: Callable[[Subject], object]) -> None:
        """Do something with the selected note, or say that there is none."""
        subject = self.subject
        if subject is None:
            self.tell(self.UNCHOSEN)
        else:
            act(subject)

    def ask_about(self, dialog: "Callable[[Desk, str, str], Dialog]") -> None:
        """Open a dialog about the selected note."""
        self.on_subject(lambda subject: self.ask(dialog(self.desk, subject.name, subject.path)))

    def on_reminder(self, verb: str, act: Callable[[Reminder], None]) -> None:
        """Do something with the reminder that is meant; of several, one is asked for."""
        from rounds.tui.screens.pick import Pick

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
        from rounds.tui.screens.forms import LogTouch

        self.ask_about(LogTouch)

    def action_plan(self) -> None:
        from rounds.tui.screens.forms import AddFollowUp

        self.ask_about(AddFollowUp)

    def action_done(self) -> None:
        self.on_reminder("Done", self._done)

    def _done(self, reminder: Reminder) -> None:
        from rounds.tui.screens.forms import LogTouch

        if not reminder.line and reminder.sets is None:
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

    def action_draft(self) -> None:
        from rounds.tui.screens.draft import DraftMessage

        self.ask_about(DraftMessage)

    def action_prep(self) -> None:
        from rounds.tui.screens.prep import prepare

        self.on_subject(lambda subject: self.start(partial(prepare, self, subject), group="prep"))

    def action_ready(self) -> None:
        from rounds.tui.screens.ready import get_ready

        self.start(partial(get_ready, self), group="ready")

    def action_card(self) -> None:
        from rounds.tui.screens.papers import make_card

        make_card(self)

    def action_suggest(self) -> None:
        from rounds.tui.screens.month import suggest

        self.start(partial(suggest, self), group="month")

    def action_intro(self) -> None:
        from rounds.tui.screens.introducing import introduce

        self.on_subject(lambda subject: self.start(partial(introduce, self, subject), group="introduce"))

    def action_releases(self) -> None:
        from rounds.tui.screens.releases import show_releases

        self.on_subject(lambda subject: self.start(partial(show_releases, self, subject.path), group="releases"))

    def action_open(self) -> None:
        self.on_subject(lambda subject: self.post_message(PartnersWanted(path=subject.path)))

    def action_change(self) -> None:
        from rounds.tui.screens.forms import ChangeProperty

        self.ask_about(ChangeProperty)

    def action_add(self) -> None:
        from rounds.tui.screens.forms import AddPartner

        dialog = AddPartner(self.desk)
        self.ask(dialog, lambda: self.post_message(PartnerAdded(dialog.added)))

    def action_edit(self) -> None:
        self.on_subject(lambda it: self.post_message(EditorChosen(it.path, it.line, it.column)))

    def action_obsidian(self) -> None:
        self.on_subject(lambda subject: self.start(partial(self._obsidian, subject), group="obsidian"))

    async def _obsidian(self, subject: Subject) -> None:
        from rounds.outlets.obsidian import link_of, open_link

        await self.desk.read(lambda vault: open_link(link_of(vault.root, subject.path)))

    def action_undo(self) -> None:
        self.start(self._undo, group="undo")

    async def _undo(self) -> None:
        from rounds.vault.history import undo

        undone = await self.desk.write("", undo)
        self.tell(f"Undone: {clean(undone.what)}.")

    def action_look(self) -> None:
        self.start(self._look, group="look")

    async def _look(self) -> None:
        try:
            if not await self.desk.sync():
                self.tell("Nothing has changed.")
        except RoundsError as error:
            self.post_message(TroubleMet(explained(error)))

    def action_help(self) -> None:
        from rounds.tui.screens.help import Help

        self.app.push_screen(Help(self.PLACE, self.desk.keys))
