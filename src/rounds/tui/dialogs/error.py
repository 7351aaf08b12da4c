"""Messages about unexpected errors and about unsaved forms."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rounds.notes.plain_text import escape_controls
from rounds.tui.widgets.bars import DialogBar


class MessageDialog(ModalScreen[str]):
    """A few sentences with keys to answer; the result is the answer's word.

    It may appear while somebody is typing, so no letter is an answer.
    """

    ANSWERS: ClassVar[tuple[tuple[str, str, str], ...]]
    """Key, what it does, and the answer's word."""

    def __init__(self, title: str, *paragraphs: str) -> None:
        super().__init__()
        self._heading = title
        self._paragraphs = paragraphs

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog", can_focus=False):
            yield Static(Content.styled(self._heading, "bold"), id="title")
            for words in self._paragraphs:
                yield Static(Content(escape_controls(words)), classes="paragraph", markup=False)
            yield DialogBar([(key, words, f"answer('{word}')") for key, words, word in self.ANSWERS])

    def on_mount(self) -> None:
        bar = self.query_one(DialogBar)
        bar.can_focus = True
        self.set_focus(bar)

    def action_answer(self, word: str) -> None:
        self.dismiss(word)


class Mishap(MessageDialog):
    """Something failed; the program goes on."""

    ANSWERS = (("enter", "go on", "on"), ("ctrl+q", "quit", "quit"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,escape", "answer('on')", show=False)]


class Offer(MessageDialog):
    """A form was left unsaved when the program ended."""

    ANSWERS = (("enter", "open it", "open"), ("delete", "let it go", "drop"), ("escape", "not now", "keep"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer('open')", show=False),
        Binding("delete", "answer('drop')", show=False),
        Binding("escape", "answer('keep')", show=False),
    ]
