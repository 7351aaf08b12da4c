"""The map of gaps: niches with roles as tiles, showing how many partners are known and whether any was met."""

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.domain.gaps_introductions_suggestions import Cell
from rounds.tui.phrases import clean
from rounds.tui.widgets.rowlist import RowList

_TILE = 27  # cells of a tile
_BLANK = 18  # from this height on, a blank line separates the niches
_STATES = {
    "empty": ("○", "nobody yet", "$warning"),
    "open": ("◐", "not met yet", "$secondary"),
    "met": ("●", "met", "$success"),
}
"""Sign, meaning and color."""


def _key(cell: Cell) -> tuple[str, str]:
    """A tile's identity: niche and role."""
    return cell.niche.name, cell.role.name


class GapMap(RowList):
    """Tiles in lines below their niche. The cursor stays on its tile when the layout changes."""

    HEAD: ClassVar[int] = 1
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "across(-1)", show=False),
        Binding("right", "across(1)", show=False),
    ]

    _cells: Sequence[Cell] = ()
    _shown: Sequence[str | list[Cell]] = ()
    _column = 0
    _layout = (1, False)  # tiles per line, and whether blank lines separate the niches

    @property
    def cell(self) -> Cell | None:
        """The tile's cell under the cursor."""
        line = self.at_cursor(self._shown)
        return line[min(self._column, len(line) - 1)] if isinstance(line, list) else None

    @property
    def identity(self) -> tuple[str, str] | None:
        """The identity of the tile under the cursor."""
        return _key(self.cell) if self.cell else None

    def _find(self, identity: object) -> int:
        """The line of a tile; also moves the cursor's column there."""
        for index, line in enumerate(self._shown):
            keys = [] if isinstance(line, str) else [_key(cell) for cell in line]
            if identity in keys:
                self._column = keys.index(identity)
                return index
        return -1

    def show(self, cells: Sequence[Cell]) -> None:
        """Show these cells, sorted by niche; the cursor stays on its tile."""
        held, self._cells = self.identity, cells
        self._layout = across, parted = self._wanted_layout()
        shown: list[str | list[Cell]] = []
        for niche, group in groupby(cells, key=lambda cell: cell.niche):
            some = list(group)
            shown += [niche.name, *(some[place : place + across] for place in range(0, len(some), across))]
        self._shown = shown
        headings = [isinstance(line, str) for line in self._shown]
        heights = [2 if heading and parted else 1 for heading in headings]
        self.set_rows([None if heading else place for place, heading in enumerate(headings)], heights, held)

    def _wanted_layout(self) -> tuple[int, bool]:
        size = self.scrollable_content_region
        return max(1, size.width // _TILE), size.height >= _BLANK

    def on_resize(self) -> None:
        """Lay out again for another width."""
        if self._layout != self._wanted_layout():
            self.show(self._cells)

    # The cursor -------------------------------------------------------------------------------------------------

    def action_across(self, step: int) -> None:
        """Go to the next tile; from the end of a line to the next line."""
        keys = [_key(cell) for cell in self._cells]
        if self.identity in keys:
            place = keys.index(self.identity) + step
            if 0 <= place < len(keys):
                self.go_to(keys[place])

    def on_click(self, event: events.Click) -> None:
        """Set the column; RowList also gets the click and sets the line."""
        offset = event.get_content_offset(self)
        if offset is not None and offset.y >= self.HEAD:
            self._column = offset.x // max(1, self.room // self._layout[0])

    # Drawing ----------------------------------------------------------------------------------------------------

    def lit(self, index: int, line: int) -> bool:  # noqa: ARG002 - one tile is lit, not a line
        return False

    def draw_head(self, width: int) -> Content:
        words = [f"{sign} {name}" for sign, name, _ in _STATES.values()]
        return Content(" " + ("   " if width >= 44 else "  ").join(words))

    def draw(self, index: int, line: int, width: int) -> Content:
        shown = self._shown[index]
        if not isinstance(shown, str):
            room = width // self._layout[0]
            here = min(self._column, len(shown) - 1) if index == self.cursor else -1
            return Content.assemble(*[self._tile(cell, room, here=place == here) for place, cell in enumerate(shown)])
        if self._layout[1] and not line:
            return Content("")
        cells = [cell for cell in self._cells if cell.niche.name == shown]
        empty = sum(cell.empty for cell in cells)
        words = f"  ○ {empty} of {len(cells)}" if empty else ""
        return Content.assemble((clean(shown), "bold"), (words, "$foreground-muted"))

    def _tile(self, cell: Cell, width: int, *, here: bool) -> Content:
        sign, _, color = _STATES["empty" if cell.empty else "open" if cell.open else "met"]
        warmth = 20 + 8 * min(cell.met, 3)
        text = Content(f"{'▌' if here else ' '}{sign} {cell.known:>2} {clean(cell.role.name)}")
        text = text.truncate(width - 1, ellipsis=True, pad=True)
        if here:
            text = text.stylize("bold reverse" if self.has_focus else "bold underline")
        elif self.app.theme.startswith("ansi"):  # 16 colors have no shades
            text = text.stylize(color, 0, 6)
        else:
            text = text.stylize(f"on {color} {warmth}%")
        return text + Content(" ")
