"""The filter: a query line, and below it the number of results or the error.

An incomplete word isn't an error: while it's being typed, its completions are shown instead.
"""

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widgets import Input, Label, Static

from rounds.domain.query.parser import closed, word_start
from rounds.errors import QueryError
from rounds.notes.plain_text import escape_controls
from rounds.tui.textual_compat import ErrorGuard
from rounds.tui.widgets.prose import hanging


class _Query(Input):
    """The query line.

    Attributes:
        completed: the query after tab, if it belongs to the current text.
        recent: used filters, newest first; up goes through them.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "submit", show=False),
        Binding("up", "earlier", show=False),
        Binding("tab", "complete", show=False),
    ]

    virtual_size = reactive(Size(0, 0))  # replaces Textual's own, which lays out the whole screen on each key

    def __init__(self, *, placeholder: str, compact: bool) -> None:
        super().__init__(placeholder=placeholder, compact=compact)
        self.completed = self.completed_for = ""
        self.recent: Sequence[str] = ()

    def action_complete(self) -> None:
        """Complete the word at the cursor; with nothing to complete, go on to the list."""
        head, tail = self.value[: self.cursor_position], self.value[self.cursor_position :]
        if not self.completed or self.completed_for != head or self.completed == head:
            self.screen.focus_next()
            return
        gap = "" if self.completed.endswith(":") or tail.startswith(" ") else " "
        self.value = f"{self.completed}{gap}{tail}"
        self.cursor_position = len(self.completed + gap)

    def action_cursor_right(self, select: bool = False) -> None:
        """At the end of the text, complete as tab does."""
        at_end = not select and self.cursor_position == len(self.value)
        if at_end and self.completed_for == self.value and self.completed not in ("", self.value):
            self.action_complete()
        else:
            super().action_cursor_right(select)

    def action_earlier(self) -> None:
        """Show the filter before this one."""
        place = self.recent.index(self.value) + 1 if self.value in self.recent else 0
        if place < len(self.recent):
            self.value = self.recent[place]
            self.cursor_position = len(self.value)


class FilterLine(ErrorGuard, Vertical):
    """A query input. Its errors appear below their position, without anything else moving."""

    DEFAULT_CSS = """
    FilterLine { height: auto; }
    FilterLine > Horizontal { height: 1; }
    FilterLine Label { width: 3; }
    FilterLine Input { width: 1fr; }
    FilterLine > Static { height: auto; min-height: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.input = _Query(placeholder="such as role:psychiatrist accepting:open portland", compact=True)
        self._status = Static(id="status", markup=False)
        self._shown: tuple[str, str, QueryError | None, Sequence[str]] = ("", "", None, ())

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Label(" / ")
            yield self.input
        yield self._status

    @property
    def query_text(self) -> str:
        """The typed query."""
        return self.input.value

    def complete_with(self, head: str, completed: str) -> None:
        """Set what tab makes of the text before the cursor."""
        self.input.completed_for, self.input.completed = head, completed

    def show(self, found: str, order: str, error: QueryError | None = None, offers: Sequence[str] = ()) -> None:
        """Show the number of results, or the error and its completions.

        Args:
            found, order: as text.
            error: the error in the query, if any.
            offers: completions of the word being typed.
        """
        self._shown = found, order, error, offers
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    def on_descendant_blur(self) -> None:
        """After typing, an incomplete word counts as an error."""
        self._lay_out()

    @property
    def _typing(self) -> bool:
        return self.input.has_focus and bool(self.input.value)

    def _lay_out(self) -> None:
        found, order, error, offers = self._shown
        if error is not None and not (self.input.has_focus and unfinished(error, self.input.cursor_position)):
            self._update_status(explained(error, self.size.width, int(self.input.scroll_x)))
            return
        quiet = " · ".join(offers) if error else f"{order}  tab: {offers[0]}" if offers and self._typing else ""
        quiet = quiet or (error.message if error and closed(error.query) == error.query else order)
        line = Content.assemble(f"   {found}", (f"  {escape_controls(quiet)}", "$foreground-muted"))
        self._update_status(line.truncate(max(self.size.width - 2, 20), ellipsis=True))

    def _update_status(self, line: Content) -> None:
        """Update the line; a new layout, which moves the list, happens only when its number of lines changes."""
        self._status.update(line, layout=len(line.split("\n")) != self._status.size.height)


def unfinished(error: QueryError, cursor: int) -> bool:
    """Whether an error is in the word being typed: the cursor is at its end, or at the end of an open quote or
    parenthesis.
    """
    query = error.query
    if query[cursor : cursor + 1].strip(" )"):
        return False
    return error.position >= word_start(query, cursor) or (cursor == len(query) and closed(query) != query)


def explained(error: QueryError, width: int, scrolled: int) -> Content:
    """A caret under the error and its message, on one line if they fit.

    Args:
        error: with its position in the query.
        width: of the whole line, with three cells before the query.
        scrolled: cells scrolled out to the left.
    """
    place = max(3 + cell_len(error.query[: error.position]) - scrolled, 3)
    words = escape_controls(f"{error.message.rstrip('.')}. {error.hint}" if error.hint else error.message.rstrip("."))
    caret = Content.styled("^", "bold $text-error")
    if place + 2 + cell_len(words) <= width:
        return Content(" " * place) + caret + Content(f" {words}")
    if cell_len(words) + 4 <= place:
        return Content(f"{words} ".rjust(place)) + caret
    below = hanging(Content("   "), Content(words), width - 2)
    return Content("\n").join([Content(" " * min(place, width - 1)) + caret, *below])
