"""What an index holds of each note, to compare two indexes, and to read again where they differ."""

from collections.abc import Collection
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from rounds.index.writer import Index

_NOT_COMPARED = ("key", "path", "stirred")
"""Columns of `notes` that say when something was read, or where the rest is."""

_PARTS = {
    "properties": "SELECT n.path, {columns}, d.properties, d.other FROM notes n JOIN details d ON d.key = n.key",
    "log": "SELECT n.path, t.* FROM log t JOIN notes n ON n.key = t.note ORDER BY n.path, t.line",
    "follow-ups": "SELECT n.path, t.* FROM followups t JOIN notes n ON n.key = t.note ORDER BY n.path, t.line",
    "links": "SELECT n.path, t.* FROM links t JOIN notes n ON n.key = t.note "
    "ORDER BY n.path, t.line, t.property, t.target, t.folder",
    "names": "SELECT n.path, t.note, t.name, t.rank FROM places t JOIN notes n ON n.key = t.note "
    "ORDER BY n.path, t.name",
    "words": "SELECT n.path, t.rowid, t.title, t.properties, t.body FROM search t JOIN notes n ON n.key = t.rowid",
    "reminders": "SELECT n.path, t.* FROM reminders t JOIN notes n ON n.key = t.note ORDER BY n.path, t.place",
}
"""What is stored of a note, in the words of messages; but for the first, the key comes after the path."""


def contents(index: "Index") -> dict[str, dict[str, int]]:
    """A checksum of each part of what is stored of each readable note, by path."""
    names = [name for _, name, *_ in index.rows("PRAGMA table_info(notes)") if name not in _NOT_COMPARED]
    columns = ", ".join(f"n.{name}" for name in names)
    found: dict[str, dict[str, int]] = {
        path: {} for (path,) in index.rows("SELECT path FROM notes WHERE readable ORDER BY path")
    }
    for part, sql in _PARTS.items():
        first = 0 if part == "properties" else 1  # after the key
        for path, *row in index.connection.execute(sql.format(columns=columns)):
            if (sums := found.get(path)) is not None:
                sums[part] = crc32(repr(row[first:]).encode(errors="replace"), sums.get(part, 0))
    return found


def read_again(index: "Index", paths: Collection[str], gone: Collection[str]) -> None:
    """Let the next sync read some notes again, and forget those that are gone; all that is derived is derived again."""
    with index.writing():
        stamps, before = index.stamps(), index.stamps()
        for path in paths:
            stamps.pop(path, None)
        index.doubt(paths)
        index.remove([key for key, _ in index.hashes([*gone]).values()])
        index.set_state(index.state()._replace(seen=""), stamps, before)
        run = index.connection.execute
        run("DELETE FROM meta WHERE name IN ('reminders', 'problems') OR name LIKE 'duplicates of a %'")
        run("DELETE FROM guarded")
