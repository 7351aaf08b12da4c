"""Rows and heads in columns."""

from collections.abc import Mapping, Sequence

from textual.content import Content

GAP = 2
"""Cells between two columns."""

Layout = Sequence[tuple[str, int]]
"""Each column's name and how wide it is, gaps left out; the first is the name of the note."""


def in_columns(layout: Layout, cells: Mapping[str, str], *, here: bool, readable: bool) -> Content:
    """A row: what has no room is cut with an ellipsis.

    Args:
        cells: texts by column.
        here: the cursor is on it.
        readable: False marks a note that can't be read.
    """
    parts: list[Content | tuple[str, str]] = [("▌ " if here else "  " if readable else "! ", "$accent")]
    for name, room in layout:
        style = ("bold" if here else "") if name == "name" else "$foreground-muted"
        parts += [Content.styled(cells[name], style).truncate(room, ellipsis=True, pad=True), (" " * GAP, "")]
    return Content.assemble(*parts[:-1])


def head_of(layout: Layout, names: Mapping[str, str] | None = None) -> Content:
    """The line above: the columns' own names, or others."""
    return Content("  " + (" " * GAP).join((names or {}).get(name, name)[:room].ljust(room) for name, room in layout))
