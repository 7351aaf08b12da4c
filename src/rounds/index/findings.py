"""What the client guard found in notes: kept until the note changes."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rounds.index.writer import Index


class FindingRow(NamedTuple):
    """A finding in a note; `line` and `column` begin at 1, but for line 0, the name of the note."""

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


def _among(paths: Iterable[str] | None) -> tuple[str, tuple[str, ...]]:
    """A condition on `f.path` with its parameters; none for all notes."""
    if paths is None:
        return "", ()
    return " AND f.path IN (SELECT value FROM json_each(?))", (json.dumps([*paths]),)


def unread(index: "Index", paths: Iterable[str] | None = None) -> list[Unread]:
    """The notes that the guard has to read: some of them, or all."""
    among, parameters = _among(paths)
    rows = index.rows(
        "SELECT f.key, f.path, f.hash, d.properties FROM files f JOIN notes n ON n.key = f.key "
        "JOIN details d ON d.key = f.key LEFT JOIN guarded g ON g.file = f.key AND g.hash = f.hash "
        f"WHERE g.file IS NULL{among}",
        parameters,
    )
    return [Unread(key, path, hash_, json.loads(properties)) for key, path, hash_, properties in rows]


def keep(index: "Index", found: Iterable[tuple[Unread, list[FindingRow]]]) -> None:
    """Keep what was found in some notes."""
    with index.writing():
        index.connection.executemany(
            "INSERT OR REPLACE INTO guarded (file, hash, findings) VALUES (?, ?, ?)",
            [(note.key, note.hash, json.dumps(rows)) for note, rows in found],
        )


def findings(index: "Index", paths: Iterable[str] | None = None) -> list[tuple[str, FindingRow]]:
    """Findings with their path, of versions that are still there: in some notes, or in all."""
    among, parameters = _among(paths)
    rows = index.rows(
        "SELECT f.path, g.findings FROM guarded g JOIN files f ON f.key = g.file AND f.hash = g.hash "
        f"WHERE g.findings != '[]'{among} ORDER BY f.path",
        parameters,
    )
    return [(path, FindingRow(*row)) for path, found in rows for row in json.loads(found)]
