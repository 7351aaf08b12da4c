"""Choose one of several reminders of the same partner."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from rounds.domain.reminders import Reminder
from rounds.tui.sturdy import Sturdy
from rounds.tui.words import what, when


class Pick(Sturdy, ModalScreen[Reminder]):
    """A short list; it ends with the reminder that was chosen, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", show=False)]

    def __init__(self, title: str, reminders: Sequence[Reminder], today: date) -> None:
        super().__init__()
        self._title = title
        self._reminders = reminders
        self._today = today

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content.styled(self._title, "bold"), id="title")
            yield OptionList(*[Option(self._line(reminder)) for reminder in self._reminders], compact=True)

    def _line(self, reminder: Reminder) -> Content:
        day = when(reminder, self._today)
        return Content.assemble(what(reminder), (f"  {day}" if day else "", "$foreground-muted"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._reminders[event.option_index])
