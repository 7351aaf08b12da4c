"""The field of a new partner's name, where a whole mail signature can be pasted."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input


class NameField(Input):
    """A line that passes a pasted signature on instead of taking its first line.

    Attributes:
        take_back: undoes the last such paste; None if there is none. It goes before the undo of typing.
    """

    @dataclass
    class SignaturePasted(Message):
        """A signature was pasted."""

        text: str

    take_back: Callable[[], None] | None = None

    def on_paste(self, event: events.Paste) -> None:
        """Take a name as it is, and pass on a signature."""
        from rounds.domain.signature import is_signature

        if is_signature(event.text):
            event.prevent_default()
            event.stop()
            self.post_message(self.SignaturePasted(event.text))
