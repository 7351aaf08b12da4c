"""The list of organizations: name, kind, number of partners, and contact data."""

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from rounds.tui.phrases import clean, in_words
from rounds.tui.widgets.columns import GAP, Layout, head_of, in_columns
from rounds.tui.widgets.rowlist import RowList
from rounds.vault.vault import NoteRecord

_FIXED = {"members": 7, "phone": 15, "city": 12}
_FROM = {"members": 0, "phone": 58, "city": 84}
"""Minimum width for each column."""
_ROLE = 70


def layout(width: int) -> Layout:
    """The columns that fit into a width, with their widths without gaps."""
    width -= 2  # the cursor mark
    fixed = [(name, _FIXED[name]) for name, least in _FROM.items() if width >= least]
    free = width - sum(cells + GAP for _, cells in fixed)
    if width < _ROLE:
        return [("name", free), *fixed]
    role = (free - GAP) * 2 // 5
    return [("name", free - GAP - role), ("role", role), *fixed]


class OrganizationList(RowList):
    """Organizations by name, one line each."""

    HEAD: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._rows: list[tuple[NoteRecord, dict[str, str]]] = []

    @property
    def entry(self) -> NoteRecord | None:
        """The organization under the cursor."""
        return self._rows[self.cursor][0] if 0 <= self.cursor < len(self._rows) else None

    def show(self, found: Sequence[tuple[NoteRecord, int]]) -> None:
        """Show these with their number of members; the cursor stays on its organization."""
        self._rows = [(entry, _cells(entry, number)) for entry, number in found]
        self.set_rows([entry.path for entry, _ in found])

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - rows have one line
        entry, cells = self._rows[index]
        return in_columns(layout(width), cells, here=index == self.cursor, readable=entry.readable)

    def draw_head(self, line: int, width: int) -> Content:  # noqa: ARG002 - the head has one line
        return head_of(layout(width))


def _cells(entry: NoteRecord, number: int) -> dict[str, str]:
    has = entry.properties.get
    known = {name: in_words(has(name)) for name in ("role", "phone", "city")}
    return {**known, "name": clean(entry.name), "members": f"{number or '':>{_FIXED['members']}}"}
