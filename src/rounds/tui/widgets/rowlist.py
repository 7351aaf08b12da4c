"""A list that draws only the rows in sight, without a widget per row, so ten thousand cost no more than forty."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Sequence
from itertools import accumulate, chain
from typing import ClassVar, TypeVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from rounds.tui.messages import RowHighlighted, RowSelected
from rounds.tui.textual_compat import ErrorGuard, report_error, set_lines

_T = TypeVar("_T")

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+")

_LINE = 70
"""Maximum width of readable text, in cells."""


def straight(text: str) -> str:
    """A text with a zero-width mark after right-to-left parts, so a terminal that reorders these leaves the next
    columns alone.
    """
    return text if text.isascii() else _RIGHT_TO_LEFT.sub("\\g<0>\u200e", text)


def cursor_mark(*, here: bool, otherwise: str = "  ") -> tuple[str, str]:
    """The mark before a row, with its style."""
    return ("▌ " if here else otherwise, "$accent")


class RowList(ErrorGuard, ScrollView, can_focus=True, inherit_bindings=False):
    """Rows of one or more lines with a cursor. Subclasses draw them.

    Attributes:
        empty: text shown without rows.

    A row has an identity; when rows change, the cursor stays on its row, at the same height on
    the screen if possible. Rows with identity None can't be selected: headings.
    """

    ALLOW_SELECT = False
    HEAD: ClassVar[int] = 0
    """Lines at the top that don't scroll: 0 or 1."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row--cursor", "row--blurred", "row--head"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home,g", "edge(-1)", show=False),
        Binding("end,G", "edge(1)", show=False),
    ]

    DEFAULT_CSS = """
    RowList { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """

    cursor: reactive[int] = reactive(-1, repaint=False, always_update=True)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._identities: Sequence[Hashable | None] = ()
        self._starts: list[int] | None = None
        self._reported: Hashable | None = None
        self._undrawn = False  # a row could not be drawn
        self.empty = ""

    # For subclasses ---------------------------------------------------------------------------------------------

    def draw(self, index: int, line: int, width: int) -> Content:
        """One line of a row.

        Args:
            index: of the row.
            line: 0-based, within the row.
            width: in cells; longer lines are cut.
        """
        raise NotImplementedError

    def lit(self, index: int, line: int) -> bool:  # noqa: ARG002 - for subclasses
        """Whether the cursor highlights this line of a row: not for a separating blank line."""
        return True

    def draw_head(self, width: int) -> Content:
        """The line at the top that doesn't scroll, if there is one."""
        raise NotImplementedError

    @property
    def lines_each(self) -> int:
        """Lines of a row whose height isn't given."""
        return 1

    # Rows -------------------------------------------------------------------------------------------------------

    def set_rows(
        self,
        identities: Sequence[Hashable | None],
        heights: Sequence[int] | None = None,
        held: Hashable | None = None,
    ) -> None:
        """Show these rows.

        Args:
            identities: of each row; None for one that can't be selected.
            heights: lines of each row; `lines_each` by default.
            held: identity for the cursor to stay on; by default the row's own.
        """
        held, before = held or self.identity, self.cursor
        above = self.line_of(before) - self.scroll_offset.y if held is not None else 0
        known = self._identities, self._starts
        self._identities = identities
        if heights is None and self.lines_each > 1:
            heights = [self.lines_each] * len(identities)
        self._starts = None if heights is None else [0, *accumulate(heights)]
        set_lines(self, self._lines + self.HEAD)
        found = self._find(held)
        top = self.scroll_offset.y
        self.cursor = found if found >= 0 else self._near(before)
        if known == (self._identities, self._starts) and self.cursor == before:
            self._scroll(top)  # even if the mouse has scrolled the cursor out of sight
        elif self.cursor >= 0:
            self._hold(above if before >= 0 else self.line_of(self.cursor))  # the first rows: from the top
        self.refresh()

    def _hold(self, above: int) -> None:
        """Scroll so that the cursor's row is this many lines below the top, or as near as it's fully visible."""
        top, end = self.line_of(self.cursor), self.line_of(self.cursor + 1)
        if self._view > 0:
            above = max(min(above, self._view - (end - top)), 0)
        self._scroll(top - above)

    def _scroll(self, line: int) -> None:
        """Scroll to this line, also in a list that gets its scrollbar only with the next layout."""
        self.scroll_to(y=line, animate=False, force=True)

    def _find(self, identity: Hashable | None) -> int:
        if identity is None:
            return -1
        try:
            return self._identities.index(identity)
        except ValueError:
            return -1

    def _near(self, index: int) -> int:
        """The selectable row at this index, or else after, or else before it; -1 without one."""
        index = max(min(index, self.count - 1), 0)
        near = chain(range(index, self.count), range(index - 1, -1, -1))
        return next((place for place in near if self._identities[place] is not None), -1)

    def follow(self, place_of: Callable[[str], str]) -> None:
        """Update row identities that are paths to the notes' current paths."""
        self._identities = [place_of(each) if isinstance(each, str) else each for each in self._identities]

    def go_to(self, identity: Hashable) -> bool:
        """Put the cursor on a row; False if there is no such row."""
        found = self._find(identity)
        if found >= 0:
            self.cursor = found
        return found >= 0

    def go_to_any(self, wanted: Collection[Hashable]) -> bool:
        """Stay on one of these rows, or else put the cursor on the first of them; False if there is none."""
        return self.identity in wanted or any(row in wanted and self.go_to(row) for row in self.identities)

    @property
    def identities(self) -> Sequence[Hashable | None]:
        """The identities of the rows, from top to bottom."""
        return self._identities

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self._identities)

    @property
    def identity(self) -> Hashable | None:
        """The identity of the row under the cursor."""
        return self.at_cursor(self._identities)

    def at_cursor(self, values: Sequence[_T]) -> _T | None:
        """The one of these values, one for each row, whose row is under the cursor."""
        return values[self.cursor] if 0 <= self.cursor < len(values) else None

    @property
    def in_sight(self) -> range:
        """The rows on the screen."""
        height, top = self._view, self.scroll_offset.y
        if not self._lines or height <= 0:
            return range(0)
        return range(self._row_at(top), self._row_at(min(top + height, self._lines) - 1) + 1)

    @property
    def _lines(self) -> int:
        return len(self._identities) if self._starts is None else self._starts[-1]

    @property
    def _view(self) -> int:
        return int(self.scrollable_content_region.height) - self.HEAD

    def line_of(self, index: int) -> int:
        """A row's first line, counted from the first row."""
        return index if self._starts is None else self._starts[index]

    def _row_at(self, line: int) -> int:
        return line if self._starts is None else bisect_right(self._starts, line) - 1

    # The cursor -------------------------------------------------------------------------------------------------

    def watch_cursor(self, before: int, now: int) -> None:
        """Redraw both rows, keep the cursor in sight, and report its row."""
        for index in {before, now}:
            if 0 <= index < len(self._identities):
                self.refresh_lines(self.line_of(index) + self.HEAD, self.line_of(index + 1) - self.line_of(index))
        self._show_cursor()
        if self.identity != self._reported or now < 0:
            self._reported = self.identity
            self.post_message(RowHighlighted(now))

    def _show_cursor(self) -> None:
        if self.identity is None or self._view <= 0:
            return
        top, end = self.line_of(self.cursor), self.line_of(self.cursor + 1)
        if self._near(0) == self.cursor:
            top = 0  # also show the heading above the first row
        if top < self.scroll_offset.y:
            self._scroll(top)
        elif end > self.scroll_offset.y + self._view:
            self._scroll(end - self._view)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_cursor)

    def action_move(self, step: int) -> None:
        place = self.cursor + step
        while 0 <= place < len(self._identities) and self._identities[place] is None:
            place += step
        if 0 <= place < len(self._identities):
            self.cursor = place

    def action_page(self, direction: int) -> None:
        if self.cursor < 0:
            return
        line = min(max(self.line_of(self.cursor) + direction * max(1, self._view - 1), 0), self._lines - 1)
        self.cursor = self._near(self._row_at(line))

    def action_edge(self, direction: int) -> None:
        self.cursor = self._near(0 if direction < 0 else len(self._identities) - 1)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < self.HEAD:
            self.head_clicked(offset.x)
            return
        line = offset.y - self.HEAD + self.scroll_offset.y
        if line < self._lines and self._identities[self._row_at(line)] is not None:
            self.cursor = self._row_at(line)
            if event.chain == 2:
                self.post_message(RowSelected(self.cursor))
            else:
                self.row_clicked()

    def row_clicked(self) -> None:
        """Called for a click on a row, after the cursor is on it; a double click is RowSelected."""

    def head_clicked(self, x: int) -> None:
        """Called for a click on a head line, with the cell's column."""

    # Drawing ----------------------------------------------------------------------------------------------------

    @property
    def room(self) -> int:
        """Cells per line; the last one stays free before a scrollbar."""
        return max(self.scrollable_content_region.width - self.show_vertical_scrollbar, 0)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < self.HEAD:
            return self._strip(self.draw_head(self.room), width, "row--head")
        line = y - self.HEAD + self.scroll_offset.y
        if line >= self._lines:
            return self._strip(self._blank(line, self.room), width, "")
        index = self._row_at(line)
        line -= self.line_of(index)
        part = ""
        if index == self.cursor and self._identities[index] is not None and self.lit(index, line):
            part = "row--cursor" if self.has_focus else "row--blurred"
        return self._strip(self._drawn(index, line, self.room), width, part)

    def _blank(self, line: int, width: int) -> Content:
        """A line below the rows: blank, or from the text shown without rows."""
        if self._identities or not self.empty:
            return Content("")
        lines = Content.styled(self.empty, "$foreground-muted").wrap(max(min(width - 4, _LINE), 1))
        return Content("  ") + lines[line - 1] if 0 < line <= len(lines) else Content("")

    def _drawn(self, index: int, line: int, width: int) -> Content:
        """A line of a row; an error in a row is reported once and leaves it blank, so the other rows still appear."""
        try:
            return self.draw(index, line, width)
        except Exception as error:  # noqa: BLE001 - any error is reported
            if not self._undrawn:
                self._undrawn = True
                self.app.call_later(report_error, self.app, error)
            return Content("  …")

    def _strip(self, content: Content, width: int, part: str) -> Strip:
        base = self.get_visual_style(part) if part else self.visual_style
        if part and self.get_component_styles(part).text_style.reverse:  # Textual leaves this out of a part's style
            base += Style(reverse=True)
        parsed = content.truncate(width, ellipsis=True).render(base, "")
        strip = Strip([Segment(straight(text), style.rich_style) for text, style in parsed])
        return strip.adjust_cell_length(width, base.rich_style)
