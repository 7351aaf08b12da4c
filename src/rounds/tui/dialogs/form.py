"""FormDialog: declared fields, saving in a thread, errors beside the text that stays, leaving without loss."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from rounds.errors import ChangedMeanwhileError, ClientInformationError, NotFoundError, RoundsError, UsageError
from rounds.notes.dates import parse_day
from rounds.tui.dialogs.autosave import Autosave, put_back, texts, texts_by_field
from rounds.tui.dialogs.client_marks import SEEN, ClientMarks
from rounds.tui.jobs import Job
from rounds.tui.messages import NotesChanged, NotesMoved
from rounds.tui.note_refs import FollowedNote
from rounds.tui.phrases import clean, explained
from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.fields import Choice, Day, Words

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_T = TypeVar("_T")

Fields = Iterable[tuple[str, Widget]]
"""The rows of a form: a label and its field; an empty label for text and containers across the whole width."""


class FormDialog(ErrorGuard, ModalScreen[str]):
    """A form about one note. Its result is a message saying what was done, or None when it was left.

    A subclass declares `fields` and what they offer, and saves them in `act`.

    Attributes:
        about: the name of the note.
        note: the note, followed through renames.
        first: selector of the fields; the first match has the focus when the dialog opens.
        busy: it's reading or saving; keys wait.
        restored: text to put back from an earlier run; empty once that's done.
        job: progress of saving, if `act` reports steps.
        subject: what else it's about, for reopening it: a reminder's uid, a line of the inbox.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's own way
    SAVE: ClassVar[str] = "save"
    """The verb for saving."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("enter", "save", show=False),
        Binding("f1", "help", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(self, session: "VaultSession", title: str, about: str = "", path: str = "") -> None:
        super().__init__()
        self.session = session
        self.note = FollowedNote(session, path)
        self._behind: Callable[[], Awaitable[None]] | None = None  # what's left to do after a change of the note
        self.heading = clean(title)
        self.about = clean(about)
        self.subject = ""
        self.job = Job("Saving")
        self.start: list[str] = []  # the fields' texts before anything was typed
        self._held: dict[str, str] = {}
        self.busy = False
        self.autosave = Autosave(self)
        self.restored: Mapping[str, str] = {}
        self.confirmed: dict[str, object] = {}  # what the user was warned about, by topic
        self._warned: list[str] = []  # the texts for which leaving was questioned
        self._explained: list[str] = []  # the texts of the current message
        self.first = "Input, TextArea"

    @property
    def path(self) -> str:
        """The note's current path."""
        return self.note.path

    # For subclasses ---------------------------------------------------------------------------------------------

    def fields(self) -> Fields:
        """The rows, from top to bottom."""
        raise NotImplementedError

    def below(self) -> ComposeResult:
        """Content too long to fit between the fields and the message."""
        yield from ()

    def offers(self, vault: "Vault") -> Mapping[str, Sequence[str]]:  # noqa: ARG002 - for subclasses
        """Choices to read from the vault, by field."""
        return {}

    async def look_up(self) -> None:
        """Read what the fields offer and hold."""
        for name, choices in (await self.session.read(self.offers)).items():
            field = self.query_one(f"#{name}", Choice)
            field.set_choices(choices, field.input.value)

    def act(self, vault: "Vault") -> str:
        """Save the fields, in a thread, and return what was done.

        Raises:
            RoundsError: a value can't be understood or saved.
        """
        raise NotImplementedError

    def beginning(self, name: str) -> str:
        """What stands before the text of a field in its line of the note: by default, it's a property."""
        return f"{name}: "

    @property
    def writes(self) -> Sequence[str]:
        """Paths of the notes that saving writes, where known."""
        return [self.path]

    async def work(self) -> str:
        """Run `act`; a form that only asks something reads instead."""
        return await self.session.write(self.writes, self.on_the_note(self.act), self.job)

    def on_the_note(self, act: "Callable[[Vault], _T]") -> "Callable[[Vault], _T]":
        """Wrap `act` so that it starts only if the same note is still at its path."""

        def checked(vault: "Vault") -> "_T":
            self.note.check(vault)
            return act(vault)

        return checked

    def past_day(self, vault: "Vault", name: str) -> date:
        """The day typed into a field, by default today; a weekday means the last one.

        Raises:
            DateError: it isn't a day.
        """
        return parse_day(self.text(name) or "today", today=vault.today(), past=True)

    def confirm(self, topic: str, value: object, message: str, hint: str) -> None:
        """Warn about a value once; saving again with the same one goes on.

        Raises:
            UsageError: the user wasn't warned about it yet.
        """
        if self.confirmed.get(topic) != value:
            self.confirmed[topic] = value
            raise UsageError(message, hint=hint)

    def keys(self) -> list[tuple[str, str, str]]:
        """Key, what it does, and its action, for the line at the bottom."""
        more = [(*field.hint, "") for field in self._focused_fields() if field.hint]
        return [("enter", self.SAVE, "save"), *more, ("escape", "leave", "leave")]

    def _focused_fields(self) -> list[Day | Words]:
        found = self.focused.ancestors_with_self if self.focused else []
        return [field for field in found if isinstance(field, Day | Words)]

    def on_descendant_focus(self) -> None:
        """The focused field may have a key of its own."""
        self.query_one(DialogBar).set_keys(self.keys())

    # The dialog itself ------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            yield Static(self._head, id="title", markup=False)
            for label, field in self.fields():
                yield Horizontal(Label(label, markup=False), Vertical(field), classes="row") if label else field
            yield Static(id="trouble", markup=False)
            yield from self.below()
            with Vertical(id="foot"):
                yield ClientMarks(self)
                yield DialogBar(self.keys())

    @property
    def _head(self) -> Content:
        return Content.assemble((self.heading, "bold"), (f"  {self.about}" if self.about else "", "$foreground-muted"))

    def on_mount(self) -> None:
        self.query_one("#dialog").can_focus = False
        found = list(self.query(self.first))
        if not found:
            self.query_one(DialogBar).can_focus = True
        self.set_focus(found[0] if found else self.query_one(DialogBar))
        self.start = self.texts()
        self.run_worker(self.read_all())

    async def read_all(self) -> None:
        """Read the note and the fields after opening, and explain errors. Restore text either way, once."""
        self.busy = True
        try:
            await self.explaining(self._find_note)
            await self.explaining(self.look_up)
            if self.restored:
                await self.explaining(lambda: self.restore(self.restored))
                self.restored, self._explained = {}, self.texts()  # the message belongs to these texts
            if self.note.gone:
                self._say_gone()
        finally:
            self.busy = False

    async def explaining(self, work: Callable[[], Awaitable[None]], *, again: bool = True) -> None:
        """Do some work; explain errors, and follow a note that has moved."""
        try:
            await work()
        except ChangedMeanwhileError as error:
            await self.changed_meanwhile(error)
        except NotFoundError as error:
            await self._seek(work if again else None, error)
        except ClientInformationError as error:
            seen = self.query_one(ClientMarks).go_to(error.added)
            self.explain(SEEN if seen else explained(error))
        except RoundsError as error:
            self.explain(explained(error))

    def texts(self) -> list[str]:
        """The current texts of the fields."""
        return texts(self)

    def text(self, name: str) -> str:
        """The text of a field, by ID, when saving began; empty without such a field."""
        return self._held.get(name, "")

    def action_page(self, direction: int) -> None:
        """Scroll content longer than the dialog."""
        for part in self.query(VerticalScroll):
            part.scroll_relative(y=direction * max(1, part.size.height - 1), animate=False)

    def action_help(self) -> None:
        """Show the keys of the dialog."""
        from rounds.tui.dialogs.text import help_of

        self.app.push_screen(help_of(self.focused, "", {}))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.submitted()

    def submitted(self) -> None:
        """On enter in a line: show a completion before saving."""
        field = self.focused.parent if self.focused else None
        if not isinstance(field, Choice) or field.complete or not field.take_completion():
            self.action_save()

    def action_save(self) -> None:
        """Save once; the dialog closes on success."""
        self.run_busy(self.save)

    def run_busy(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run work in a worker and explain errors; keys wait meanwhile. While something else runs, do nothing."""

        async def run() -> None:
            try:
                await self.explaining(work)
            finally:
                self.busy = False

        if not self.busy:
            self.busy = True
            self.run_worker(run())

    async def save(self) -> None:
        """Save the fields and close."""
        self._held = self.holds()
        self.dismiss(await self.work())

    def holds(self) -> dict[str, str]:
        """The fields' texts by ID, from top to bottom."""
        return texts_by_field(self)

    # Typed text is kept until it's saved or left ----------------------------------------------------------------

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _keep_soon(self) -> None:
        self.autosave.soon()
        self.query_one(ClientMarks).soon()
        self.query_one("#trouble").display &= self.texts() == self._explained  # the error may be fixed now

    def keeps(self) -> dict[str, str]:
        """The texts to keep for a restart; sensitive ones are left out."""
        return self.holds()

    async def restore(self, holds: Mapping[str, str]) -> None:
        """Put back kept text."""
        put_back(self, holds)

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Close and discard kept text, unless it was never restored or the note is gone."""
        self.autosave.end(keep=bool(self.restored or self._outlives) and not result)
        return super().dismiss(result)

    @property
    def changed(self) -> bool:
        """Whether anything was typed."""
        return self.texts() != self.start

    # The note may change, move or disappear while the form is open ----------------------------------------------

    @on(NotesChanged)
    @on(NotesMoved)
    def _follow_soon(self, message: NotesChanged | NotesMoved) -> None:
        """Another program changed notes: typed text stays, and the consequences are shown at once."""
        if not self.busy:
            if isinstance(message, NotesChanged):
                self._behind = self.follow
            # As a callable: a worker replaced before it starts leaves no coroutine behind.
            self.run_worker(self._follow_note, group="follow", exclusive=True)  # type: ignore[arg-type]

    async def _follow_note(self) -> None:
        """Find the note again, then do what's left from an earlier message."""
        before, was_gone = self.path, self.note.gone
        try:
            await self._find_note()
        except RoundsError as error:
            self.explain(explained(error))
            return
        if self.path != before:
            self._behind = self.moved
        if self.note.gone:
            self._say_gone()
        elif was_gone:
            self.explain(f"{self.about or 'The note'} is there again. Your words are still here.")
        elif self._behind is not None:
            await self.explaining(self._behind)
        self._behind = None

    async def moved(self) -> None:
        """The note has a new path and maybe a new name; most dialogs need nothing more."""

    async def _find_note(self) -> None:
        """Find the note again and show its new name."""
        before = self.path
        renamed = await self.note.find()
        if renamed and self.about == clean(renamed):
            self.about = clean(self.note.name)
            self.query_one("#title", Static).update(self._head)
        if self.path != before:
            self.autosave.now()

    async def _seek(self, work: Callable[[], Awaitable[None]] | None, error: RoundsError) -> None:
        """Retry after a note has moved; say so if it's gone."""
        before = self.path, self.note.id
        try:
            await self.session.sync()
            await self._find_note()
        except RoundsError as other:
            error = other
        if self.note.gone:
            self._say_gone()
        elif work is not None and (not self.path or (self.path, self.note.id) != before):
            await self.explaining(work, again=False)
        else:
            self.explain(explained(error))

    def _say_gone(self) -> None:
        words = f"{self.about or 'The note'} is no longer there."
        if self._outlives and self.changed:
            words += " Your words are kept, and offered when Rounds starts again."
        self.explain(f"{words}\nIf it comes back, enter saves as ever. Escape leaves.")

    @property
    def _outlives(self) -> bool:
        """Whether typed text is kept when the form is left: the note is gone."""
        return self.note.gone and bool(self.note.name) and bool(self.keeps())

    async def follow(self) -> None:
        """Say that another program has changed the note."""
        self.explain(f"{self.about or 'The note'} was changed by another program meanwhile. Saving keeps both.")

    async def changed_meanwhile(self, error: ChangedMeanwhileError) -> None:
        """Another program saved first: nothing was written, and no typed text is lost."""
        self.explain(f"{explained(error)}\nYour words are still here.")

    def action_leave(self) -> None:
        """Leave; with typed text, only when asked twice."""
        if self.texts() in (self.start, self._warned) or self._outlives:
            self.dismiss("")
            return
        self.explain("This is not saved yet. Press escape again to leave it, or enter to save.", leaving=True)

    def explain(self, words: str, *, leaving: bool = False) -> None:
        """Show a message below the fields; with `leaving`, the next escape leaves without another question."""
        self._explained = self.texts()
        self._warned = self._explained if leaving else self._warned
        trouble = self.query_one("#trouble", Static)
        trouble.update(Content(words))
        trouble.display = True
        self.call_after_refresh(trouble.scroll_visible, animate=False)  # its height at that time
