"""The filter: a line for the query, and below it how many it finds, or what in it can't be understood.

Half a word is no mistake: while one is typed, what it may become is told instead.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Static

from rounds.domain.completion import closed, word_start
from rounds.errors import QueryError
from rounds.formats.plain import shown
from rounds.tui.sturdy import Sturdy
from rounds.tui.widgets.prose import hanging


class _Query(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "submit", show=False)]


class FilterLine(Sturdy, Vertical):
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
        self._shown: tuple[str, str, QueryError | None, Sequence[str]] = ("", "", None, ())

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

    def show(self, found: str, order: str, trouble: QueryError | None = None, offers: Sequence[str] = ()) -> None:
        """Say how many were found; of a query that can't be understood, what is shown instead.

        Args:
            found, order: in words.
            trouble: why not all of the query counts.
            offers: what the word that is being typed may become.
        """
        self._shown = found, order, trouble, offers
        self._lay_out()

    def on_descendant_blur(self) -> None:
        """Nobody types any more: what is half a word now stays one."""
        self._lay_out()

    def _lay_out(self) -> None:
        found, order, trouble, offers = self._shown
        if trouble is not None and not (self.input.has_focus and unfinished(trouble, self.input.cursor_position)):
            self._status.update(explained(trouble, self.size.width, int(self.input.scroll_x)))
            return
        quiet = " · ".join(offers) or (trouble.message if trouble and closed(trouble.query) == trouble.query else order)
        line = Content.assemble(f"   {found}", (f"  {shown(quiet)}", "$foreground-muted"))
        self._status.update(line.truncate(max(self.size.width - 2, 20), ellipsis=True))


def unfinished(error: QueryError, cursor: int) -> bool:
    """Whether a fault is of the word that is being typed: the cursor is at its end, or at the end of what is open."""
    query = error.query
    if query[cursor : cursor + 1].strip(" )"):
        return False
    return error.position >= word_start(query, cursor) or (cursor == len(query) and closed(query) != query)


def explained(error: QueryError, width: int, scrolled: int) -> Content:
    """A caret under the fault and what it is, on one line where it fits.

    Args:
        error: with its place in the query.
        width: of the whole line, with three cells before the query.
        scrolled: cells by which the query is scrolled out to the left.
    """
    place = max(3 + cell_len(error.query[: error.position]) - scrolled, 3)
    words = shown(f"{error.message.rstrip('.')}. {error.hint}" if error.hint else error.message.rstrip("."))
    caret = Content.styled("^", "bold $text-error")
    if place + 2 + cell_len(words) <= width:
        return Content(" " * place) + caret + Content(f" {words}")
    if cell_len(words) + 4 <= place:
        return Content(f"{words} ".rjust(place)) + caret
    below = hanging(Content("   "), Content(words), width - 2)
    return Content("\n").join([Content(" " * min(place, width - 1)) + caret, *below])
