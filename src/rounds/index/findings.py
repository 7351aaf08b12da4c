"""What the client guard found in notes: kept until the note changes."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rounds.index.writer import Index


class FindingRow(NamedTuple):
    """A finding in a note; `line` and `column` begin at 1."""

    line: int
    column: int
    level: str
    kind: str
    message: str
    hint: str


class Unread(NamedTuple):
    """A note that the guard hasn't read in this version, with its properties."""

    key: int
    path: str
    hash: bytes
    properties: dict[str, Any]


def unread(index: "Index") -> list[Unread]:
    """The notes that the guard has to read."""
    rows = index.rows(
        "SELECT f.key, f.path, f.hash, d.properties FROM files f JOIN notes n ON n.key = f.key "
        "JOIN details d ON d.key = f.key LEFT JOIN guarded g ON g.file = f.key AND g.hash = f.hash WHERE g.file IS NULL"
    )
    return [Unread(key, path, hash_, json.loads(properties)) for key, path, hash_, properties in rows]


def keep(index: "Index", found: Iterable[tuple[Unread, list[FindingRow]]]) -> None:
    """Keep what was found in some notes."""
    with index.writing():
        index.connection.executemany(
            "INSERT OR REPLACE INTO guarded (file, hash, findings) VALUES (?, ?, ?)",
            [(note.key, note.hash, json.dumps(rows)) for note, rows in found],
        )


def findings(index: "Index") -> list[tuple[str, FindingRow]]:
    """All findings with their path, of versions that are still there."""
    rows = index.rows(
        "SELECT f.path, g.findings FROM guarded g JOIN files f ON f.key = g.file AND f.hash = g.hash "
        "WHERE g.findings != '[]' ORDER BY f.path"
    )
    return [(path, FindingRow(*row)) for path, found in rows for row in json.loads(found)]
