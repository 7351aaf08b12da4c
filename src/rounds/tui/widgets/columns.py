"""Layout of rows and headers in columns."""

from collections.abc import Mapping, Sequence

from textual.content import Content

GAP = 2
"""Cells between two columns."""

Layout = Sequence[tuple[str, int]]
"""Each column's name and width without gaps; the note's name comes first."""


def in_columns(layout: Layout, cells: Mapping[str, str], *, here: bool, readable: bool) -> Content:
    """A row; text that is too long is cut with an ellipsis.

    Args:
        cells: texts by column.
        here: whether the cursor is on it.
        readable: False marks a note that can't be read.
    """
    parts: list[Content | tuple[str, str]] = [("▌ " if here else "  " if readable else "! ", "$accent")]
    for name, room in layout:
        style = ("bold" if here else "") if name == "name" else "$foreground-muted"
        parts += [Content.styled(cells[name], style).truncate(room, ellipsis=True, pad=True), (" " * GAP, "")]
    return Content.assemble(*parts[:-1])


def head_of(layout: Layout, names: Mapping[str, str] | None = None) -> Content:
    """The header line, with the columns' names or other titles."""
    return Content("  " + (" " * GAP).join((names or {}).get(name, name)[:room].ljust(room) for name, room in layout))
