"""The list of partners: a table whose rows come from the index as they come into sight."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from textual.content import Content

from rounds.tui.messages import HeaderSelected, RowsRequested
from rounds.tui.phrases import clean, in_words, short_day
from rounds.tui.widgets.columns import GAP, Layout, head_of, in_columns
from rounds.tui.widgets.rowlist import RowList
from rounds.vault.organizations import inherited_by
from rounds.vault.queries import entries
from rounds.vault.vault import NoteRecord, Vault

AHEAD = 60
"""How many rows beyond those in sight are fetched along."""

_PAGE = 20
"""The least that is taken for a page: a list that shows nobody yet may soon show many."""

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
"""What can be shown beside the name, from left to right."""

_FIXED = {"stage": 9, "last": 8, "phone": 15, "accepting": 9, "check_in": 8}
"""Cells of what is never longer: `not a fit`, `Apr 2025`, `+1 503-555-0186`."""

_NAME = 13  # cells that a name has at least
_FREE = 15  # cells that any other column has at least


def column_name(name: str) -> str:
    """A column as people read it."""
    return {"last": "last touch"}.get(name, name.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of the table shows, ready for the screen."""

    entry: NoteRecord
    cells: dict[str, str]

    @classmethod
    def of(cls, entry: NoteRecord, today: date, inherited: Mapping[str, object]) -> "Row":
        """The row of an entry, with what a partner has from the organization."""
        cells = {name: in_words(inherited.get(name, entry.properties.get(name))) for name in CHOOSABLE}
        return cls(entry, {**cells, "name": clean(entry.name), "last": short_day(entry.last_contact, today)})


def partner_rows(vault: Vault, keys: Sequence[int], today: date) -> dict[int, Row]:
    """The rows of some partners, by key."""
    found = entries(vault, keys)
    given = inherited_by(vault, found)
    return {entry.key: Row.of(entry, today, given.get(entry.key, {})) for entry in found}


def keys_near(keys: Sequence[int], held: object, sight: range) -> Sequence[int]:
    """The keys whose rows will be drawn first: those around the one that is held, else around what is in sight, and
    those of the next page.
    """
    place = keys.index(held) if held in keys and isinstance(held, int) else sight.start
    page = max(len(sight), _PAGE)
    return keys[max(0, place - page) : place + 2 * page]


def layout(width: int, columns: Sequence[str] = DEFAULT) -> Layout:
    """Which columns fit into a width, and how wide each is, gaps left out. The name always does; of the others the
    wide ones go first, from the right, and the last touch stays longest.
    """
    width -= 2  # the mark of the cursor
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
    """Partners by key of the index; rows not there yet are asked for with RowsWanted and drawn when they come."""

    HEAD: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.order = "name"
        self.columns: tuple[str, ...] = DEFAULT
        self.marked: set[int] = set()
        self._rows: dict[int, Row] = {}
        self._asked: set[int] = set()
        self._last_marked = -1  # the row at the end that was marked with the cursor on it

    def show(self, keys: Sequence[int], rows: dict[int, Row], *, empty: str = "") -> None:
        """Show other partners, with the rows that are known of them; where there are none, say `empty`."""
        self._rows = rows
        self.empty = empty
        self._asked = set()
        self.set_rows(keys)

    @property
    def keys(self) -> list[int]:
        """Of all partners in the list."""
        return [key for key in self._identities if isinstance(key, int)]

    def mark(self) -> None:
        """Mark the row under the cursor, or take its mark away; then go on to the next. On the last row, where the
        cursor stays, one key more does nothing.
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
        """Mark all rows; where they are, none."""
        here = {*self.keys}
        self._last_marked = -1
        self.marked = set() if here and here <= self.marked else self.marked | here
        self.refresh()

    def unmark(self) -> None:
        """Mark nobody."""
        self._last_marked = -1
        self.marked.clear()

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
        cells = row.cells
        if self._identities[index] in self.marked:
            cells = {**cells, "name": f"✓ {cells['name']}"}
        return in_columns(layout(width, self.columns), cells, here=index == self.cursor, readable=row.entry.readable)

    def draw_head(self, line: int, width: int) -> Content:  # noqa: ARG002 - the head has one line
        shown = layout(width, self.columns)
        arrows = {self.order.removeprefix("-"): " ↓" if self.order.startswith("-") else " ↑"}
        return head_of(shown, {n: column_name(n).removesuffix(" touch") + arrows.get(n, "") for n, _ in shown})

    def head_clicked(self, x: int) -> None:
        end = 2
        for name, cells in layout(self.room, self.columns):
            end += cells + GAP
            if x < end:
                self.post_message(HeaderSelected(name))
                return

    def _ask(self) -> None:
        sight = self.in_sight
        near = self._identities[max(0, sight.start - AHEAD) : sight.stop + AHEAD]
        keys = tuple(k for k in near if isinstance(k, int) and k not in self._rows and k not in self._asked)
        if keys:
            self._asked.update(keys)
            self.post_message(RowsRequested(keys))
