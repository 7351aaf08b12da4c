"""A scrolling text over the screen, closed by the keys that opened it."""

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from rounds.tui.textual_compat import ErrorGuard


class TextDialog(ErrorGuard, ModalScreen[str]):
    """Subclasses provide the lines for a width. The result is that of the key that closed it, if it has one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", show=False),
        Binding("j", "scroll(1)", show=False),
        Binding("k", "scroll(-1)", show=False),
    ]

    def lines(self, width: int) -> Iterator[Content]:
        """The text, laid out for a width."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet"):
            yield Static(markup=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#sheet"))
        self.lay_out()

    def on_resize(self) -> None:
        self.call_after_refresh(self.lay_out)

    def action_scroll(self, step: int) -> None:
        self.query_one("#sheet").scroll_relative(y=step, animate=False)

    def lay_out(self) -> None:
        """Update the lines."""
        width = max(self.query_one("#sheet").scrollable_content_region.width, 24)
        self.query_one(Static).update(Content("\n").join(self.lines(width)))
