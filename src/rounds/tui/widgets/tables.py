"""Lists of partners and organizations in columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.content import Content

from rounds.tui.messages import HeaderSelected, RowsRequested
from rounds.tui.phrases import clean, in_words, short_day
from rounds.tui.widgets.rowlist import RowList, cursor_mark
from rounds.vault.list_search import entries
from rounds.vault.organizations import inherited_by
from rounds.vault.vault import NoteRecord, Vault

GAP = 2
"""Cells between two columns."""

Layout = Sequence[tuple[str, int]]
"""Each column's name and width without gaps; the note's name comes first."""

AHEAD = 60
"""Rows to load beyond those in sight."""

_PAGE = 20
"""Minimum page size: an empty list may soon be full."""

DEFAULT = ("role", "organization", "stage", "last")
CHOOSABLE = (
    "role",
    "organization",
    "stage",
    "last",
    "city",
    "phone",
    "email",
    "accepting",
    "check_in",
    "insurance",
    "tags",
)
"""Columns to choose from, left to right."""

_FIXED = {"stage": 9, "last": 8, "phone": 15, "accepting": 9, "check_in": 8}
"""Cells of columns with a known maximum: `not a fit`, `Apr 2025`, `+1 503-555-0186`."""

_NAME = 13  # minimum cells for the name
_FREE = 15  # minimum cells for any other column


def column_name(name: str) -> str:
    """A column's title."""
    return {"last": "last touch"}.get(name, name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Row:
    """The data of a table row, ready for display."""

    entry: NoteRecord
    cells: dict[str, str]

    @classmethod
    def of(cls, entry: NoteRecord, today: date, inherited: Mapping[str, object]) -> "Row":
        """The row of a note, with the values that a partner inherits from the organization."""
        cells = {name: in_words(inherited.get(name, entry.properties.get(name))) for name in CHOOSABLE}
        return cls(entry, {**cells, "name": clean(entry.name), "last": short_day(entry.last_contact, today)})


def partner_rows(vault: Vault, keys: Sequence[int], today: date) -> dict[int, Row]:
    """The rows of these partners, by key."""
    found = entries(vault, keys)
    given = inherited_by(vault, found)
    return {entry.key: Row.of(entry, today, given.get(entry.key, {})) for entry in found}


def keys_near(keys: Sequence[int], held: object, sight: range) -> Sequence[int]:
    """The keys to load first: those around the held one, or else the rows in sight, plus a page on each side."""
    place = keys.index(held) if held in keys and isinstance(held, int) else sight.start
    page = max(len(sight), _PAGE)
    return keys[max(0, place - page) : place + 2 * page]


def _row(layout: Layout, cells: Mapping[str, str], *, here: bool, readable: bool) -> Content:
    """A row; text that is too long is cut with an ellipsis, and a note that can't be read is marked."""
    parts: list[Content | tuple[str, str]] = [cursor_mark(here=here, otherwise="  " if readable else "! ")]
    for name, room in layout:
        style = ("bold" if here else "") if name == "name" else "$foreground-muted"
        parts += [Content.styled(cells[name], style).truncate(room, ellipsis=True, pad=True), (" " * GAP, "")]
    return Content.assemble(*parts[:-1])


def _head(titles: Sequence[tuple[str, int]]) -> Content:
    """The header line, of titles and their widths."""
    return Content("  " + (" " * GAP).join(title[:room].ljust(room) for title, room in titles))


def partner_layout(width: int, columns: Sequence[str] = DEFAULT) -> Layout:
    """The columns that fit into a width, with their widths without gaps. The name always fits; other columns are
    removed from the right, wide ones first and the last touch last.
    """
    width -= 2  # the cursor mark
    kept = [*columns]
    while kept and _least(kept) > width:
        wide, narrow = [n for n in kept if n not in _FIXED], [n for n in kept if n != "last"]
        kept.remove((wide or narrow or kept)[-1])
    free = ["name", *(name for name in kept if name not in _FIXED)]
    rest = width - sum(GAP + _FIXED[name] for name in kept if name in _FIXED) - GAP * (len(free) - 1)
    share = rest // len(free)
    name_cells = rest - share * (len(free) - 1) if len(free) > 1 else rest
    return [("name", max(name_cells, 8)), *((name, _FIXED.get(name, share)) for name in kept)]


def _least(columns: Sequence[str]) -> int:
    return _NAME + sum(GAP + _FIXED.get(name, _FREE) for name in columns)


class PartnerTable(RowList):
    """Partners by index key; missing rows are requested with RowsRequested and drawn on arrival.

    Attributes:
        order: name of the column that sorts; a minus before it reverses the order.
        columns: shown after the name, where there is room.
        marked: keys of the marked partners.
        rows: loaded so far, by key.
    """

    HEAD: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.order = "name"
        self.columns: tuple[str, ...] = DEFAULT
        self.marked: set[int] = set()
        self.rows: dict[int, Row] = {}
        self._asked: set[int] = set()
        self._last_marked = -1  # the last row, marked with the cursor still on it

    def show(self, keys: Sequence[int], rows: dict[int, Row], *, empty: str = "", first: bool = False) -> None:
        """Show other partners, with their known rows; without partners, show `empty`.

        Args:
            first: put the cursor on the first one; otherwise it stays on its partner.
        """
        self.rows = rows
        self.empty = empty
        self._asked = set()
        self.set_rows(keys, held=keys[0] if first and keys else None)

    @property
    def keys(self) -> list[int]:
        """The keys of all partners in the list."""
        return [key for key in self._identities if isinstance(key, int)]

    def mark(self) -> None:
        """Mark or unmark the row under the cursor, then go to the next. On the last row, where the cursor stays, a
        second key press does nothing.
        """
        key, place = self.identity, self.cursor
        if isinstance(key, int) and key != self._last_marked:
            self.marked ^= {key}
            self.action_move(1)
            self._last_marked = key if self.cursor == place else -1
            self.refresh()

    def watch_cursor(self, before: int, now: int) -> None:
        super().watch_cursor(before, now)
        if before != now:
            self._last_marked = -1

    def mark_all(self) -> None:
        """Mark all rows; if all are marked, unmark everything."""
        here = {*self.keys}
        self._last_marked = -1
        self.marked = set() if here and here <= self.marked else self.marked | here
        self.refresh()

    def unmark(self) -> None:
        """Remove all marks."""
        self._last_marked = -1
        self.marked.clear()

    def supply(self, rows: dict[int, Row], wanted: Iterable[int]) -> None:
        """Draw requested rows that have arrived."""
        self.rows.update(rows)
        self._asked.difference_update(wanted)
        self.refresh()

    @property
    def row(self) -> Row | None:
        """The row under the cursor, if loaded."""
        key = self.identity
        return self.rows.get(key) if isinstance(key, int) else None

    def row_at(self, index: int) -> Row | None:
        """A row; one that isn't loaded yet is requested."""
        key = self._identities[index]
        row = self.rows.get(key) if isinstance(key, int) else None
        if row is None:
            self._ask()
        return row

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - rows have one line
        row = self.row_at(index)
        if row is None:
            return Content.styled("  …", "$foreground-muted")
        cells = row.cells
        if self._identities[index] in self.marked:
            cells = {**cells, "name": f"✓ {cells['name']}"}
        return _row(partner_layout(width, self.columns), cells, here=index == self.cursor, readable=row.entry.readable)

    def draw_head(self, width: int) -> Content:
        arrows = {self.order.removeprefix("-"): " ↓" if self.order.startswith("-") else " ↑"}
        titles = [
            (column_name(name).removesuffix(" touch") + arrows.get(name, ""), room)
            for name, room in partner_layout(width, self.columns)
        ]
        return _head(titles)

    def head_clicked(self, x: int) -> None:
        end = 2
        for name, cells in partner_layout(self.room, self.columns):
            end += cells + GAP
            if x < end:
                self.post_message(HeaderSelected(name))
                return

    def _ask(self) -> None:
        sight = self.in_sight
        near = self._identities[max(0, sight.start - AHEAD) : sight.stop + AHEAD]
        keys = tuple(k for k in near if isinstance(k, int) and k not in self.rows and k not in self._asked)
        if keys:
            self._asked.update(keys)
            self.post_message(RowsRequested(keys))


# Organizations ---------------------------------------------------------------------------------------------------

_CELLS = {"members": 7, "phone": 15, "city": 12}
_FROM = {"members": 0, "phone": 58, "city": 84}
"""Minimum width for each column."""
_ROLE = 70


def organization_layout(width: int) -> Layout:
    """The columns that fit into a width, with their widths without gaps."""
    width -= 2  # the cursor mark
    fixed = [(name, _CELLS[name]) for name, least in _FROM.items() if width >= least]
    free = width - sum(cells + GAP for _, cells in fixed)
    if width < _ROLE:
        return [("name", free), *fixed]
    role = (free - GAP) * 2 // 5
    return [("name", free - GAP - role), ("role", role), *fixed]


class OrganizationList(RowList):
    """Organizations by name, one line each, with their number of partners."""

    HEAD: ClassVar[int] = 1

    _found: Sequence[tuple[NoteRecord, int]] = ()

    @property
    def entry(self) -> NoteRecord | None:
        """The organization under the cursor."""
        found = self.at_cursor(self._found)
        return found[0] if found else None

    def show(self, found: Sequence[tuple[NoteRecord, int]]) -> None:
        """Show these with their number of members; the cursor stays on its organization."""
        self._found = found
        self.set_rows([entry.path for entry, _ in found])

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - rows have one line
        entry, number = self._found[index]
        cells = {name: in_words(entry.properties.get(name)) for name in ("role", "phone", "city")}
        cells |= {"name": clean(entry.name), "members": f"{number or '':>{_CELLS['members']}}"}
        return _row(organization_layout(width), cells, here=index == self.cursor, readable=entry.readable)

    def draw_head(self, width: int) -> Content:
        return _head(organization_layout(width))
