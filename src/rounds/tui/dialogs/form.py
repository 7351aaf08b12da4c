"""The base of all dialogs: fields, saving in a thread, errors beside the text that stays, leaving without loss."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from rounds.errors import ChangedMeanwhileError, NotFoundError, RoundsError
from rounds.tui.jobs import Job
from rounds.tui.messages import NotesChanged, NotesMoved
from rounds.tui.phrases import clean, explained
from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.fields import Choice, Day, Words
from rounds.vault.search import ensure_same_note, ids_of, resolve_note

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession
    from rounds.vault.vault import Vault

_T = TypeVar("_T")

PAUSE = 0.2
"""Seconds without a key before typed text is kept."""


class Dialog(ErrorGuard, ModalScreen[str]):
    """A form about one note. Its result is a message saying what was done, or None when it was left.

    A subclass yields its fields from `fields` and saves them in `act`.

    Attributes:
        about: the name of the note.
        path: of the note; it follows a rename or move.
        note_id: stored in the note, known after the first read; empty without one.
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

    def __init__(self, desk: "VaultSession", title: str, about: str, path: str) -> None:
        super().__init__()
        self.desk = desk
        self.path = desk.place_of(path)
        self.note_id = ""
        self._called = ""  # the note's name when last seen
        self._gone = False
        self._behind: Callable[[], Awaitable[None]] | None = None  # what's left to do after a change of the note
        self._title = clean(title)
        self.about = clean(about)
        self.subject = ""
        self.job = Job("Saving")
        self._start: list[str] = []
        self._held: dict[str, str] = {}
        self.busy = False
        self._pause: Timer | None = None
        self.restored: Mapping[str, str] = {}
        self._warned: list[str] = []  # the texts for which leaving was questioned
        self._explained: list[str] = []  # the texts of the current message
        self.first = "Input, TextArea"

    # For subclasses ---------------------------------------------------------------------------------------------

    def fields(self) -> ComposeResult:
        """The fields, each in a `labeled` row."""
        raise NotImplementedError

    def below(self) -> ComposeResult:
        """Content too long to fit between the fields and the message."""
        yield from ()

    async def look_up(self) -> None:
        """Read what the fields offer and hold; most dialogs need nothing."""

    def act(self, vault: "Vault") -> str:
        """Save the fields, in a thread, and return what was done.

        Raises:
            RoundsError: a value can't be understood or saved.
        """
        raise NotImplementedError

    @property
    def writes(self) -> Sequence[str]:
        """Paths of the notes that saving writes, where known."""
        return [self.path]

    async def work(self) -> str:
        """Run `act`; a form that only asks something reads instead."""
        return await self.desk.write(self.writes, self.on_the_note(self.act), self.job)

    def on_the_note(self, act: "Callable[[Vault], _T]") -> "Callable[[Vault], _T]":
        """Wrap `act` so that it starts only if the same note is still at its path."""

        def checked(vault: "Vault") -> "_T":
            ensure_same_note(vault, self.path, self.note_id)
            return act(vault)

        return checked

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
            yield from self.fields()
            yield Static(id="trouble", markup=False)
            yield from self.below()
            yield DialogBar(self.keys())

    @property
    def _head(self) -> Content:
        return Content.assemble((self._title, "bold"), (f"  {self.about}" if self.about else "", "$foreground-muted"))

    def on_mount(self) -> None:
        self.query_one("#dialog").can_focus = False
        found = list(self.query(self.first))
        if not found:
            self.query_one(DialogBar).can_focus = True
        self.set_focus(found[0] if found else self.query_one(DialogBar))
        self._start = self.texts()
        self.run_worker(self.look_up_kindly())

    async def look_up_kindly(self) -> None:
        """Read the note and the fields after opening, and explain errors. Restore text either way, once."""
        self.busy = True
        try:
            await self._explaining(self._find_note)
            await self._explaining(self.look_up)
            if self.restored:
                await self._explaining(partial(self.restore, self.restored))
                self.restored, self._explained = {}, self.texts()  # the message belongs to these texts
            if self._gone:
                self._say_gone()
        finally:
            self.busy = False

    async def _explaining(self, work: Callable[[], Awaitable[None]], *, again: bool = True) -> None:
        """Do some work; explain errors, and follow a note that has moved."""
        try:
            await work()
        except ChangedMeanwhileError as error:
            await self.changed_meanwhile(error)
        except NotFoundError as error:
            await self._seek(work if again else None, error)
        except RoundsError as error:
            self.explain(explained(error))

    def texts(self) -> list[str]:
        """The current texts of the fields."""
        return [
            field.value if isinstance(field, Input) else field.text
            for field in self.query("Input, TextArea")
            if isinstance(field, Input | TextArea)
        ]

    def text(self, name: str) -> str:
        """The text of a field, by ID, when saving began; empty without such a field."""
        return self._held.get(name, "")

    def action_page(self, direction: int) -> None:
        """Scroll content longer than the dialog."""
        for part in self.query(VerticalScroll):
            part.scroll_relative(y=direction * max(1, part.size.height - 1), animate=False)

    def action_help(self) -> None:
        """Show the keys of the dialog."""
        from rounds.tui.dialogs.help import help_of

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
        if not self.busy:
            self.busy = True
            self.run_worker(self._save())

    def holds(self) -> dict[str, str]:
        """The fields' texts by ID, from top to bottom."""
        fields = [*self.query("Words, Choice, Input")]
        held = {
            field.id: field.text if isinstance(field, Words) else field.value
            for field in fields
            if field.id and isinstance(field, Words | Choice | Input)
        }
        return {name: text.strip() for name, text in held.items()}

    # Typed text is kept until it's saved or left ----------------------------------------------------------------

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _keep_soon(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._keep)
        self.query_one("#trouble").display &= self.texts() == self._explained  # the error may be fixed now

    def _keep(self) -> None:
        holds = self.keeps()
        if not holds or not self.is_attached:
            return
        if self.texts() != self._start:
            form = {"form": type(self).__name__, "title": self._title, "about": self.about, "path": self.path}
            self.desk.unsaved.keep({**form, "id": self.note_id, "subject": self.subject, "holds": holds})
        elif not self.restored:
            self.desk.unsaved.clear()  # erasing everything discards it

    def keeps(self) -> dict[str, str]:
        """The texts to keep for a restart; sensitive ones are left out."""
        return self.holds()

    async def restore(self, holds: Mapping[str, str]) -> None:
        """Put back kept text."""
        for name, held in holds.items():
            for found in self.query(f"#{name}") if name.isidentifier() else ():
                if isinstance(found, Words):
                    found.text = held
                elif isinstance(found, Choice):
                    found.set_choices(found.input.choices, held)
                elif isinstance(found, Input):
                    found.value = held

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Close and discard kept text, unless it was never restored or the note is gone."""
        if self._pause is not None:
            self._pause.stop()
        if (self.restored or self._outlives) and not result:
            self._keep()
            self.desk.unsaved.close()
        else:
            self.desk.unsaved.clear()
        return super().dismiss(result)

    async def _save(self) -> None:
        self._held = self.holds()
        try:
            await self._explaining(self._finish)
        finally:
            self.busy = False

    async def _finish(self) -> None:
        self.dismiss(await self.work())

    # The note may change, move or disappear while the form is open ----------------------------------------------

    @on(NotesChanged)
    @on(NotesMoved)
    def _follow_soon(self, message: NotesChanged | NotesMoved) -> None:
        """Another program changed notes: typed text stays, and the consequences are shown at once."""
        if not self.busy:
            if isinstance(message, NotesChanged):
                self._behind = self.follow
            # As a callable: a worker replaced before it starts leaves no coroutine behind.
            self.run_worker(self._follow_kindly, group="follow", exclusive=True)  # type: ignore[arg-type]

    async def _follow_kindly(self) -> None:
        """Find the note again, then do what's left from an earlier message."""
        before, was_gone = self.path, self._gone
        try:
            await self._find_note()
        except RoundsError as error:
            self.explain(explained(error))
            return
        if self.path != before:
            self._behind = self.moved
        if self._gone:
            self._say_gone()
        elif was_gone:
            self.explain(f"{self.about or 'The note'} is there again. Your words are still here.")
        elif self._behind is not None:
            await self._explaining(self._behind)
        self._behind = None

    async def moved(self) -> None:
        """The note has a new path and maybe a new name; most dialogs need nothing more."""

    async def _find_note(self) -> None:
        """Find the note by path, by where it moved, or by ID; a form about no note skips this."""
        if not self.path:
            return
        path, id_ = self.desk.place_of(self.path), self.note_id
        found = await self.desk.read(lambda vault: resolve_note(vault, path, id_))
        stored = await self.desk.read(partial(ids_of, paths=[found.path] if found else []))
        self._gone = found is None and self.desk.synced
        if found is None:
            return
        if self._called and self._called != found.name and self.about == clean(self._called):
            self.about = clean(found.name)
            self.query_one("#title", Static).update(self._head)
        moved = found.path != self.path
        self.path, self.note_id, self._called = found.path, stored.get(found.path, ""), found.name
        if moved:
            self._keep()

    async def _seek(self, work: Callable[[], Awaitable[None]] | None, error: RoundsError) -> None:
        """Retry after a note has moved; say so if it's gone."""
        before = self.path, self.note_id
        try:
            await self.desk.sync()
            await self._find_note()
        except RoundsError as other:
            error = other
        if self._gone:
            self._say_gone()
        elif work is not None and (not self.path or (self.path, self.note_id) != before):
            await self._explaining(work, again=False)
        else:
            self.explain(explained(error))

    def _say_gone(self) -> None:
        words = f"{self.about or 'The note'} is no longer there."
        if self._outlives and self.texts() != self._start:
            words += " Your words are kept, and offered when Rounds starts again."
        self.explain(f"{words}\nIf it comes back, enter saves as ever. Escape leaves.")

    @property
    def _outlives(self) -> bool:
        """Whether typed text is kept when the form is left: the note is gone."""
        return self._gone and bool(self._called) and bool(self.keeps())

    async def follow(self) -> None:
        """Say that another program has changed the note."""
        self.explain(f"{self.about or 'The note'} was changed by another program meanwhile. Saving keeps both.")

    async def changed_meanwhile(self, error: ChangedMeanwhileError) -> None:
        """Another program saved first: nothing was written, and no typed text is lost."""
        self.explain(f"{explained(error)}\nYour words are still here.")

    def action_leave(self) -> None:
        """Leave; with typed text, only when asked twice."""
        if self.texts() in (self._start, self._warned) or self._outlives:
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


def labeled(label: str, field: Widget) -> Widget:
    """A row of a dialog."""
    return Horizontal(Label(label, markup=False), Vertical(field), classes="row")
