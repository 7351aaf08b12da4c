"""The line that searches inside a note: typed words, and which hit is shown."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label, Static

from rounds.tui.messages import FindRequested
from rounds.tui.textual_compat import ErrorGuard


class FindLine(ErrorGuard, Horizontal):
    """A line below a note, hidden until a search begins."""

    DEFAULT_CSS = """
    FindLine { height: 1; display: none; }
    FindLine Label { width: 6; }
    FindLine Input { width: 1fr; border: none; height: 1; padding: 0; }
    FindLine #found { width: auto; padding-left: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", show=False),
        Binding("down", "step(1)", show=False),
    ]

    def compose(self) -> ComposeResult:
        yield Label(" Find ")
        yield Input(compact=True)
        yield Static(id="found", markup=False)

    def begin(self) -> None:
        """Show the line, with the words of the last search selected."""
        self.display = True
        field = self.query_one(Input)
        field.focus()
        field.select_all()
        self.say(0, -1)

    def close(self) -> None:
        """Hide the line and the hits."""
        if self.display:
            self.display = False
            self.post_message(FindRequested("", 0))

    def say(self, number: int, count: int) -> None:
        """Show which hit of how many is in sight; a negative count before anything was typed."""
        words = (
            "enter next · escape closes" if count < 0 else f"{number} of {count} · enter next" if count else "not found"
        )
        self.query_one("#found", Static).update(f"{words} ")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display:
            self.post_message(FindRequested(event.value, 0))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_step(1)

    def action_step(self, step: int) -> None:
        self.post_message(FindRequested(self.query_one(Input).value, step))
