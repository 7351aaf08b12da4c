"""What all dialogs share: fields, saving in a thread, errors beside the text that stays, leaving without loss."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.tui.widgets.bars import DialogBar
from rounds.tui.widgets.fields import Choice, Words
from rounds.tui.words import clean, explained

if TYPE_CHECKING:
    from rounds.tui.desk import Desk
    from rounds.vault.vault import Vault


class Dialog(ModalScreen[str]):
    """A form about one note. It ends with words that say what was done, or with nothing when it was left.

    A subclass yields its fields from `fields` and says in `act` what saving them does.

    Attributes:
        about: the name of the note.
        first: the fields of which the first has the focus when the dialog opens.
        busy: it reads or saves; keys wait meanwhile.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012 - Textual's own way
    SAVE: ClassVar[str] = "save"
    """The verb for it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+s", "save", show=False, priority=True),
        Binding("enter", "save", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]

    def __init__(self, desk: "Desk", title: str, about: str, path: str) -> None:
        super().__init__()
        self.desk = desk
        self.path = path
        self._title = clean(title)
        self.about = clean(about)
        self._start: list[str] = []
        self._held: dict[str, str] = {}
        self.busy = False
        self._warned: list[str] = []  # the texts that leaving was asked about
        self.first = "Input, TextArea"

    # What subclasses say ----------------------------------------------------------------------------------------

    def fields(self) -> ComposeResult:
        """The fields, each in a `labeled` row."""
        raise NotImplementedError

    async def look_up(self) -> None:
        """Read what the fields offer and hold; most dialogs need nothing."""

    def act(self, vault: "Vault") -> str:
        """Save what the fields hold, in a thread, and say what was done.

        Raises:
            RoundsError: a value can't be understood, or not be saved.
        """
        raise NotImplementedError

    def keys(self) -> list[tuple[str, str, str]]:
        """Key, what it does, and its action, for the line at the bottom."""
        return [("enter", self.SAVE, "save"), ("escape", "leave", "leave")]

    # The dialog itself ------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            title = Content.assemble(
                (self._title, "bold"), (f"  {self.about}" if self.about else "", "$foreground-muted")
            )
            yield Static(title, id="title", markup=False)
            yield from self.fields()
            yield Static(id="trouble", markup=False)
            yield DialogBar(self.keys())

    def on_mount(self) -> None:
        self.query_one("#dialog").can_focus = False
        found = list(self.query(self.first))
        if not found:
            self.query_one(DialogBar).can_focus = True
        self.set_focus(found[0] if found else self.query_one(DialogBar))
        self._start = self.texts()
        self.run_worker(self.look_up_kindly())

    async def look_up_kindly(self) -> None:
        """Read what the dialog shows of the vault, after it has opened; what can't be read is explained."""
        self.busy = True
        try:
            await self.look_up()
        except RoundsError as error:
            self.explain(explained(error))
        finally:
            self.busy = False

    def texts(self) -> list[str]:
        """What the fields hold now."""
        return [
            field.value if isinstance(field, Input) else field.text
            for field in self.query("Input, TextArea")
            if isinstance(field, Input | TextArea)
        ]

    def text(self, name: str) -> str:
        """What the field of that id held when saving began; empty where there is none."""
        return self._held.get(name, "")

    def action_page(self, direction: int) -> None:
        """Scroll what is longer than the dialog."""
        for part in self.query(VerticalScroll):
            part.scroll_relative(y=direction * max(1, part.size.height - 1), animate=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.submitted()

    def submitted(self) -> None:
        """Enter was pressed in a line: what completes it is seen before it is saved."""
        field = self.focused.parent if self.focused else None
        if not isinstance(field, Choice) or field.complete or not field.take_completion():
            self.action_save()

    def action_save(self) -> None:
        """Save once; the dialog ends when that went well."""
        if not self.busy:
            self.busy = True
            self.run_worker(self._save())

    async def _save(self) -> None:
        texts = {field.id or "": field.text for field in self.query(Words)}
        values = {field.id or "": field.value for field in [*self.query(Input), *self.query(Choice)]}
        self._held = {name: held.strip() for name, held in {**texts, **values}.items()}
        try:
            words = await self.desk.write(self.path, self.act)
        except ChangedMeanwhileError as error:
            await self.changed_meanwhile(error)
        except RoundsError as error:
            self.explain(explained(error))
        else:
            self.dismiss(words)
        finally:
            self.busy = False

    async def changed_meanwhile(self, error: ChangedMeanwhileError) -> None:
        """Another program was quicker: nothing was written, and nothing that was typed is lost."""
        self.explain(f"{explained(error)}\nYour words are still here.")

    def action_leave(self) -> None:
        """Leave; with words typed, only when asked twice."""
        if self.texts() in (self._start, self._warned):
            self.dismiss("")
            return
        self.explain("This is not saved yet. Press escape again to leave it, or enter to save.", leaving=True)

    def explain(self, words: str, *, leaving: bool = False) -> None:
        """Say something below the fields; with `leaving`, the next escape leaves without another question."""
        if leaving:
            self._warned = self.texts()
        trouble = self.query_one("#trouble", Static)
        trouble.update(Content(words))
        trouble.display = True
        trouble.scroll_visible(animate=False)


def labeled(label: str, field: Widget) -> Widget:
    """A row of a dialog."""
    return Horizontal(Label(label, markup=False), Vertical(field), classes="row")
