"""Choose one of a few: reminders of a partner, saved queries."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rounds.tui.sturdy import Sturdy

T = TypeVar("T")


class Pick(Sturdy, ModalScreen[T], Generic[T]):
    """A short list; it ends with what was chosen, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, choices: Sequence[tuple[T, str, str]]) -> None:
        """Make the list.

        Args:
            title: in bold above it.
            choices: what is chosen, and in words: what it is, and more about it.
        """
        super().__init__()
        self._heading = title
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content.styled(self._heading, "bold"), id="title")
            lines = [Content.assemble(name, (f"  {more}" if more else "", "$foreground-muted"))
                     for _, name, more in self._choices]  # fmt: skip
            yield OptionList(*map(Option, lines), compact=True)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index][0])
