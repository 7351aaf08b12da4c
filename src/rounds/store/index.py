"""The index: a disposable SQLite database over the vault. The files are the truth; this can be deleted at any time."""

import marshal
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files as resources
from typing import Any

from rounds.domain.changes import Stamp
from rounds.store.files import Scan, digest
from rounds.store.rows import DATED, FOLDED, Rows, artefact

VERSION = 1
"""Raised whenever schema.sql or what is stored changes; each version has a file of its own."""

_NOTE_COLUMNS = (
    "path", "type", "stem", "title", "id", "stored_id", "readable", "last_contact", *FOLDED, *DATED,
)  # fmt: skip
_INSERTS = {
    "files": "INSERT INTO files VALUES (?,?,?,?,?,?,?)",
    "notes": f"INSERT INTO notes (key,{','.join(_NOTE_COLUMNS)}) VALUES (?{',?' * len(_NOTE_COLUMNS)})",
    "details": "INSERT INTO details VALUES (?,?,?)",
    "log": "INSERT INTO log VALUES (?,?,?,?,?,?,?,?,?)",
    "followups": "INSERT INTO followups VALUES (?,?,?,?,?,?,?,?,?,?)",
    "links": "INSERT INTO links VALUES (?,?,?,?,?)",
    "problems": "INSERT INTO problems VALUES (?,?,?,?,?,?,?)",
    "search": "INSERT INTO search (rowid,title,properties,body) VALUES (?,?,?,?)",
}
_OWNED = {
    "notes": "key", "details": "key", "log": "note", "followups": "note", "links": "note", "search": "rowid",
}  # fmt: skip

# The latest touch of each partner: its own log, an organization's entry that names it by link, a referral.
_LAST_CONTACT = """
UPDATE notes SET last_contact = (SELECT max(day) FROM (
  SELECT json_extract(d.properties, '$.last_contact') AS day FROM details d WHERE d.key = notes.key
    AND json_extract(d.properties, '$.last_contact') GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'
  UNION ALL SELECT max(date) FROM log WHERE note = notes.key AND touch AND date <= :today
  UNION ALL SELECT max(l.date) FROM links k JOIN notes o ON o.key = k.note AND o.type IN ('organization', 'referral')
    JOIN log l ON l.note = k.note AND l.line = k.line AND l.touch AND l.date <= :today
    WHERE k.target = notes.stem AND (k.property = '' OR k.property = 'partner')
      AND (k.folder = '' OR notes.path LIKE '%' || k.folder || '/%')
)) WHERE type = 'partner' AND key IN (SELECT key FROM touched)"""


class Index:
    """One vault's index. Every method that writes runs inside `writing()`.

    Attributes:
        connection: for `store/search.py` and the Vault; rows come as tuples.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.connection = _open(path)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def replace(self) -> None:
        """Put a damaged database out of the way and start an empty one."""
        self.connection.close()
        _discard(self.path)
        self.connection = _open(self.path)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction; rolled back as a whole when anything inside it raises."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    def meta(self, name: str) -> Any:
        """A value of the meta table, or None."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row is not None else None

    def set_meta(self, values: Mapping[str, object]) -> None:
        """Remember values by name."""
        self.connection.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", values.items())

    def stamps(self) -> dict[str, Stamp]:
        """The stamp of every indexed file, by path."""
        rows = self.connection.execute("SELECT path, mtime, ctime, size, inode FROM files")
        return {path: (mtime, ctime, size, inode) for path, mtime, ctime, size, inode in rows}

    def hashes(self, paths: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Key and content hash of the indexed files among `paths`."""
        if not paths:
            return {}
        marks = ",".join("?" * len(paths)) if len(paths) < 900 else ""
        where = f"WHERE path IN ({marks})" if marks else ""
        rows = self.connection.execute(f"SELECT path, key, hash FROM files {where}", paths if marks else ())
        return {path: (key, content) for path, key, content in rows}

    def restamp(self, path: str, stamp: Stamp) -> None:
        """Only the stamp moved: the content is the same."""
        self.connection.execute(
            "UPDATE files SET mtime = ?, ctime = ?, size = ?, inode = ? WHERE path = ?", (*stamp, path)
        )

    def rename(self, old: str, new: str) -> None:
        """A file was moved; its rows follow when it is put again."""
        self.connection.execute("UPDATE files SET path = ? WHERE path = ?", (new, old))

    def put(self, notes: Iterable[tuple[int, str, Stamp, bytes, Rows]], *, fresh: bool = False) -> None:
        """Write notes: key, path, stamp, content hash and rows of each.

        A note that can't be read now keeps the rows of its last good version; its problems are new.

        Args:
            notes: what to write.
            fresh: none of the keys has rows yet (a first index): nothing is looked up or deleted.
        """
        lists: dict[str, list[tuple[object, ...]]] = {table: [] for table in _INSERTS}
        for key, path, stamp, content, rows in notes:
            if not fresh:
                kept = not rows.readable and self._unreadable(key, path)
                self._clear(key, problems_only=kept)
                if kept:
                    lists["files"].append((key, path, *stamp, content))
                    lists["problems"] += [(key, path, *row) for row in rows.problems]
                    continue
            lists["files"].append((key, path, *stamp, content))
            lists["problems"] += [(key, path, *row) for row in rows.problems]
            if rows.note is None:
                continue
            lists["notes"].append((key, *rows.note))
            lists["details"].append((key, *rows.details))
            lists["search"].append((key, *rows.search))
            lists["log"] += [(key, *row) for row in rows.log]
            lists["followups"] += [(key, *row) for row in rows.followups]
            lists["links"] += [(key, *row) for row in rows.links]
        for table, values in lists.items():
            self.connection.executemany(_INSERTS[table], values)

    def _unreadable(self, key: int, path: str) -> bool:
        """Mark the last good version, if there is one."""
        done = self.connection.execute("UPDATE notes SET readable = 0, path = ? WHERE key = ?", (path, key))
        return done.rowcount > 0

    def _clear(self, key: int, *, problems_only: bool = False) -> None:
        self.connection.execute("DELETE FROM files WHERE key = ?", (key,))
        self.connection.execute("DELETE FROM problems WHERE file = ?", (key,))
        if not problems_only:
            for table, column in _OWNED.items():
                self.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))

    def remove(self, keys: Iterable[int]) -> None:
        """Forget files that are gone."""
        for key in keys:
            self._clear(key)

    def put_artefacts(self, artefacts: Mapping[str, str]) -> None:
        """Write the problems of copies and placeholders, which are no notes; path and the note it belongs to."""
        self.connection.execute("DELETE FROM problems WHERE file = 0")
        self.connection.executemany(
            _INSERTS["problems"],
            [(0, path, *artefact(note).problems[0]) for path, note in artefacts.items()],
        )

    def problem_count(self) -> int:
        """How many problems the notes have, all levels."""
        return int(self.connection.execute("SELECT count(*) FROM problems").fetchone()[0])

    def next_key(self) -> int:
        """A key above all that are in use."""
        return int(self.connection.execute("SELECT coalesce(max(key), 0) + 1 FROM files").fetchone()[0])

    def touched(self, keys: Sequence[int] | None) -> None:
        """Say whose derived values are stale: these notes and every note they link to; None means all."""
        run = self.connection.execute
        run("CREATE TEMP TABLE IF NOT EXISTS touched (key INTEGER PRIMARY KEY)")
        if keys is None:
            run("INSERT OR IGNORE INTO touched SELECT key FROM notes")
            return
        self.connection.executemany("INSERT OR IGNORE INTO touched VALUES (?)", [(key,) for key in keys])
        self.connection.executemany(
            "INSERT OR IGNORE INTO touched SELECT n.key FROM links k JOIN notes n ON n.stem = k.target WHERE k.note = ?",
            [(key,) for key in keys],
        )

    def derive(self, today: str) -> None:
        """Work out `last_contact` of all touched notes, and of those whose dated entries have come due."""
        self.connection.execute(
            "INSERT OR IGNORE INTO touched SELECT note FROM log WHERE date > ? AND date <= ?", (self.meta("day"), today)
        )
        self.connection.execute(_LAST_CONTACT, {"today": today})
        self.connection.execute("DELETE FROM touched")
        self.set_meta({"day": today})


def fingerprint(found: Scan) -> bytes:
    """One hash of everything a scan saw: equal means that nothing has changed on disk."""
    return digest(marshal.dumps((found.notes, found.artefacts), 2))


def index_path(folder: str) -> str:
    """Where this version's index lies in a vault's cache folder."""
    return os.path.join(folder, f"index-v{VERSION}.sqlite")


def _open(path: str) -> sqlite3.Connection:
    """Open the index, making or replacing it where it is missing or damaged."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "lock" in str(error):
            raise
        _discard(path)
        return _connect(path)


def _connect(path: str) -> sqlite3.Connection:
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA busy_timeout = 10000")
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            connection.execute("PRAGMA journal_mode = WAL")
            _create(connection)
        connection.execute("PRAGMA synchronous = OFF")  # a lost index is rebuilt; the files are the truth
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables, unless another process has just done it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            schema = (resources("rounds.store") / "schema.sql").read_text(encoding="utf-8")
            for statement in _statements(schema):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _statements(schema: str) -> Iterator[str]:
    statement = ""
    for line in schema.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _discard(path: str) -> None:
    """Put a damaged index out of the way."""
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.unlink(path + end)
