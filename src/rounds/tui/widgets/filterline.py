"""The filter: a line for the query, and below it how many it finds, or what in it can't be understood."""

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Label, Static

from rounds.errors import QueryError
from rounds.formats.plain import shown

PATIENCE = 0.4
"""Seconds without a key after which a query that can't be understood is explained; half a word is no mistake."""


class _Query(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "submit", show=False)]


class FilterLine(Vertical):
    """A query as it is typed. Its errors appear under their place, without anything moving."""

    DEFAULT_CSS = """
    FilterLine { height: auto; }
    FilterLine > Horizontal { height: 1; }
    FilterLine Label { width: 3; }
    FilterLine Input { width: 1fr; }
    FilterLine > Static { height: auto; min-height: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.input = _Query(placeholder="role:psychiatrist accepting:open portland", compact=True)
        self._status = Static(id="status", markup=False)
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(" / ")
            yield self.input
        yield self._status

    @property
    def query_text(self) -> str:
        """What is typed."""
        return self.input.value

    def focus_input(self) -> None:
        """Type here."""
        self.screen.set_focus(self.input)

    def clear(self) -> None:
        """Show everybody."""
        self.input.value = ""

    def show_count(self, found: str, order: str) -> None:
        """Say how many were found."""
        self._stop()
        self._status.update(Content.assemble(f"   {found}", (f"  {order}", "$foreground-muted")))

    def show_error(self, error: QueryError) -> None:
        """Explain, once the user stops typing, what can't be understood; the last good list stays."""
        self._stop()
        self._timer = self.set_timer(PATIENCE, lambda: self._explain(error))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()

    def _explain(self, error: QueryError) -> None:
        self._status.update(explained(error, self.size.width, int(self.input.scroll_x)))


def explained(error: QueryError, width: int, scrolled: int) -> Content:
    """A caret under the fault and what it is, on one line where it fits.

    Args:
        error: with its place in the query.
        width: of the whole line, with three cells before the query.
        scrolled: cells by which the query is scrolled out to the left.
    """
    place = max(3 + cell_len(error.query[: error.position]) - scrolled, 3)
    words = shown(" ".join(filter(None, (error.message.rstrip("."), error.hint)))).replace("\n", " ")
    if error.hint:
        words = shown(f"{error.message.rstrip('.')}. {error.hint}")
    caret = Content.styled("^", "bold $text-error")
    if place + 2 + cell_len(words) <= width:
        return Content(" " * place) + caret + Content(f" {words}")
    if cell_len(words) + 4 <= place:
        return Content(f"{words} ".rjust(place)) + caret
    return Content(" " * min(place, width - 1)) + caret + Content(f"\n   {words}")
