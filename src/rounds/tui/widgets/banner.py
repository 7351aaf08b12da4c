"""A lasting warning below the top line: that the notes are missing."""

from textual.content import Content
from textual.widget import Widget

from rounds.errors import RoundsError
from rounds.notes.plain_text import escape_controls


class Banner(Widget):
    """A few lines below the top; hidden without a message."""

    DEFAULT_CSS = "Banner { height: auto; max-height: 5; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._error: RoundsError | None = None

    def show(self, error: RoundsError | None) -> None:
        """Show a problem and what to do; hide with None."""
        self._error = error
        self.display = error is not None
        self.refresh(layout=True)

    def render(self) -> Content:
        if self._error is None:
            return Content("")
        return Content.assemble(
            ("! ", "bold"), (escape_controls(self._error.message), "bold"), f". {escape_controls(self._error.hint)}"
        )
