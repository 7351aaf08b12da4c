"""Undo of typing in one-line fields, word by word."""

from weakref import WeakKeyDictionary

from textual import events
from textual.widget import Widget
from textual.widgets import Input

from rounds.tui.widgets.name_field import NameField

_State = tuple[str, int]
_MOST = 100
"""States kept of each field."""


class TypingUndo:
    """The earlier texts of each field. Text areas have an undo of their own."""

    def __init__(self) -> None:
        self._earlier: WeakKeyDictionary[Input, list[_State]] = WeakKeyDictionary()
        self._later: WeakKeyDictionary[Input, list[_State]] = WeakKeyDictionary()
        self._word_in: Input | None = None  # the field whose word is being typed

    def take(self, field: Widget | None, event: events.Event) -> bool:
        """Note a field's text before a key or paste reaches it; True if the key was undo or redo, and is done."""
        if not isinstance(field, Input):
            return False
        key = event.key if isinstance(event, events.Key) else ""
        if key in {"ctrl+z", "ctrl+y"}:
            self._word_in = None
            if key == "ctrl+z" and isinstance(field, NameField) and field.take_back is not None:
                field.take_back()
                return True
            sides = (self._earlier, self._later) if key == "ctrl+z" else (self._later, self._earlier)
            _swap(field, *(side.setdefault(field, []) for side in sides))
            return True
        in_word = isinstance(event, events.Key) and event.is_printable and not (event.character or " ").isspace()
        if not in_word or field is not self._word_in:
            self._keep(field)
        self._word_in = field if in_word else None
        return False

    def _keep(self, field: Input) -> None:
        states = self._earlier.setdefault(field, [])
        if not states or states[-1][0] != field.value:
            states.append((field.value, field.cursor_position))
            del states[:-_MOST]
            self._later.pop(field, None)


def _swap(field: Input, source: list[_State], target: list[_State]) -> None:
    """Bring back the newest state of `source` that differs from the field's text."""
    while source:
        value, cursor = source.pop()
        if value != field.value:
            target.append((field.value, field.cursor_position))
            field.value, field.cursor_position = value, cursor
            return
