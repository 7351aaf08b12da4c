"""The list of partners: a table whose rows come from the index as they come into sight."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.content import Content

from rounds.tui.messages import ColumnChosen, RowsWanted
from rounds.tui.widgets.rowlist import RowList
from rounds.tui.words import clean, short_day
from rounds.vault.vault import Entry

AHEAD = 60
"""How many rows beyond those in sight are fetched along."""

_GAP = 2
_FIXED = {"stage": 9, "last": 8}  # "not a fit", "Apr 2025"
_NARROW = 34  # below it, the name and the last touch only
_TWO, _THREE = 34, 52  # cells for name and role; for name, role and organization


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of the table shows, ready for the screen."""

    entry: Entry
    cells: dict[str, str]

    @classmethod
    def of(cls, entry: Entry, today: date) -> "Row":
        """The row of an entry."""
        cells = {name: clean(entry.properties.get(name) or "") for name in ("role", "organization", "stage")}
        return cls(entry, {**cells, "name": clean(entry.name), "last": short_day(entry.last_contact, today)})


def keys_near(keys: Sequence[int], held: object, sight: range) -> Sequence[int]:
    """The keys whose rows will be drawn first: those around the one that is held, else around what is in sight."""
    place = keys.index(held) if held in keys and isinstance(held, int) else sight.start
    reach = len(sight) + AHEAD
    return keys[max(0, place - reach) : place + reach]


def layout(width: int) -> list[tuple[str, int]]:
    """Which columns fit into a width, and how wide each is, gaps left out."""
    width -= 2  # the mark of the cursor
    if width < _NARROW:
        return [("name", max(8, width - _GAP - _FIXED["last"])), ("last", _FIXED["last"])]
    rest = width - sum(_FIXED.values()) - 2 * _GAP
    if rest >= _THREE:
        free = rest - 2 * _GAP
        name, role = free * 34 // 100, free * 31 // 100
        first = [("name", name), ("role", role), ("organization", free - name - role)]
    elif rest >= _TWO:
        name = (rest - _GAP) * 52 // 100
        first = [("name", name), ("role", rest - _GAP - name)]
    else:
        first = [("name", rest)]
    return [*first, *_FIXED.items()]


class PartnerTable(RowList):
    """Partners by key of the index; rows not there yet are asked for with RowsWanted and drawn when they come."""

    HEAD: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.order = "name"
        self._rows: dict[int, Row] = {}
        self._asked: set[int] = set()

    def show(self, keys: Sequence[int], rows: dict[int, Row]) -> None:
        """Show other partners, with the rows that are known of them."""
        self._rows = rows
        self._asked = set()
        self.set_rows(keys)

    def supply(self, rows: dict[int, Row], wanted: Iterable[int]) -> None:
        """Draw rows that have come of those that were asked for."""
        self._rows.update(rows)
        self._asked.difference_update(wanted)
        self.refresh()

    @property
    def row(self) -> Row | None:
        """The one under the cursor, if it is there."""
        key = self.identity
        return self._rows.get(key) if isinstance(key, int) else None

    def row_at(self, index: int) -> Row | None:
        """A row; one that is not there yet is asked for."""
        key = self._identities[index]
        row = self._rows.get(key) if isinstance(key, int) else None
        if row is None:
            self._ask()
        return row

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - rows have one line
        row = self.row_at(index)
        if row is None:
            return Content.styled("  …", "$foreground-muted")
        mark = "▌ " if index == self.cursor else "  " if row.entry.readable else "! "
        parts: list[Content | tuple[str, str]] = [(mark, "$accent")]
        for name, cells in layout(width):
            style = "bold" if name == "name" and index == self.cursor else "" if name == "name" else "$foreground-muted"
            text = Content.styled(row.cells[name], style) if style else Content(row.cells[name])
            parts += [text.truncate(cells, ellipsis=True, pad=True), (" " * _GAP, "")]
        return Content.assemble(*parts[:-1])

    def draw_head(self, line: int, width: int) -> Content:  # noqa: ARG002 - the head has one line
        words = []
        for name, cells in layout(width):
            arrow = {name: " ↑", f"-{name}": " ↓"}.get(self.order, "")
            words.append((name + arrow)[:cells].ljust(cells))
        return Content("  " + (" " * _GAP).join(words))

    def head_clicked(self, x: int) -> None:
        end = 2
        for name, cells in layout(self.scrollable_content_region.width):
            end += cells + _GAP
            if x < end:
                self.post_message(ColumnChosen(name))
                return

    def _ask(self) -> None:
        sight = self.in_sight
        near = self._identities[max(0, sight.start - AHEAD) : sight.stop + AHEAD]
        keys = tuple(k for k in near if isinstance(k, int) and k not in self._rows and k not in self._asked)
        if keys:
            self._asked.update(keys)
            self.post_message(RowsWanted(keys))
