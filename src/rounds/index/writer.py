"""The vault's SQLite index: reads and writes.

The files are the truth; the index can be deleted at any time.
"""

import json
import marshal
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from rounds.domain.file_names_copies import Stamp, printable
from rounds.index.database import DATED, FOLDED, Database, statements, write_ahead
from rounds.index.ids_last_contact import derive, derive_first, mark_touched
from rounds.index.people_compared import noted
from rounds.notes.links import FILE, place_names, stem

if TYPE_CHECKING:
    from rounds.index.note_rows import Rows
    from rounds.index.scan import Scan

_ALWAYS = 9
"""Number of leading columns of a note's row, including its key, that are never NULL."""

_NEWER = 100
"""From this many changed stamps on, all stamps are rewritten."""

_NOTE_COLUMNS = (
    "path", "type", "stem", "folder", "title", "id", "stored_id", "readable", "last_contact", "written_contact",
    *FOLDED, *DATED, "works_at",
)  # fmt: skip
_OR_NULL = "nullif(?,'')"
_INSERTS = {
    "files": "INSERT INTO files VALUES (?,?,?)",
    "notes": f"INSERT INTO notes (key,{','.join(_NOTE_COLUMNS)}) VALUES "
    f"({','.join(['?'] * _ALWAYS + [_OR_NULL] * (len(_NOTE_COLUMNS) + 1 - _ALWAYS))})",
    "details": "INSERT INTO details VALUES (?,?,?)",
    "log": f"INSERT OR IGNORE INTO log VALUES (?,?,?,?,?,?,?,{_OR_NULL},?)",
    "followups": "INSERT OR IGNORE INTO followups VALUES (?,?,?,?,?,?,?,?,?,?)",
    "links": "INSERT OR IGNORE INTO links VALUES (?,?,?,?,?)",
    "places": "INSERT OR IGNORE INTO places (note,name,rank) VALUES (?,?,?)",
    "problems": "INSERT INTO problems VALUES (?,?,?,?,?,?,?)",
    "search": "INSERT INTO search (rowid,title,properties,body) VALUES (?,?,?,?)",
}
_OWNED = {
    "notes": "key", "details": "key", "log": "note", "followups": "note", "links": "note", "places": "note",
    "search": "rowid", "reminders": "note",
}  # fmt: skip


class State(NamedTuple):
    """The state of disk and settings that the index was made from.

    Attributes:
        seen: fingerprint of the disk; empty if nothing was indexed yet.
        reader: settings that notes were read with.
        day: ISO date up to which entries count as touches.
        lost: paths of the files that couldn't be read, each with a NUL after it.
    """

    seen: str = ""
    reader: str = ""
    day: str = ""
    lost: str = ""


class Content(NamedTuple):
    """Snapshot of a note's indexed content.

    Attributes:
        properties: as JSON.
        readable: whether the file could be read then.
        log: date, kind and text of each entry.
        followups: text and status of each.
    """

    properties: str
    readable: bool
    log: tuple[tuple[str, str, str], ...]
    followups: tuple[tuple[str, str], ...]


class Index(Database):
    """One vault's index. Every method that writes runs inside `writing()`.

    Attributes:
        connection: for `index/query_sql.py` and the Vault; rows come as tuples.
        seen_revision: newest `revision` that the user of this object has seen; None for none yet.
        walked: the last walk over the vault's files, if that was for a one-time command.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.seen_revision: int | None = None
        self.walked: Scan | None = None
        self._lasting: dict[tuple[object, ...], list[tuple[Any, ...]]] = {}

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

    def rows(self, sql: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> list[Any]:
        """Rows of a query, as tuples. A parameter that UTF-8 can't encode matches nothing."""
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except UnicodeEncodeError:
            return self.connection.execute(sql, _storable(parameters)).fetchall()

    def written(self) -> int:
        """A number that changes when another connection or process writes (`data_version`)."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def state(self) -> State:
        """The state of disk and settings that the index was made from."""
        names = ",".join("?" * len(State._fields))
        sql = f"SELECT name, value FROM meta WHERE name IN ({names})"
        return State(**dict(self.connection.execute(sql, State._fields)))

    def revision(self) -> int:
        """Number of the last sync that changed anything; `notes.stirred` has the number for each note."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = 'stirred'").fetchone()
        return int(row[0]) if row is not None else 0

    def changed_since(self, revision: int) -> tuple[str, ...]:
        """Paths of the notes changed after `revision`."""
        rows = self.connection.execute("SELECT path FROM notes WHERE stirred > ? ORDER BY path", (revision,))
        return tuple(path for (path,) in rows)

    def cached_rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query, cached until a sync changes something; for queries repeated on each key of a filter."""
        now = (self.age, self.revision())
        asked = (now, sql, *parameters)
        if asked not in self._lasting:
            self._lasting = {each: rows for each, rows in self._lasting.items() if each[0] == now}
            self._lasting[asked] = self.connection.execute(sql, parameters).fetchall()
        return self._lasting[asked]

    def kept(self, name: str) -> Any:
        """A value stored with `keep`, as JSON gives it; None if there is none, or a damaged one."""
        data = self._checked(name)
        return None if data is None else json.loads(data)

    def keep(self, name: str, value: object) -> None:
        """Store a value that was derived from the notes, until the index is replaced."""
        data = _sealed(json.dumps(value).encode())
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, data))

    def stamps(self) -> dict[str, Stamp]:
        """Stamps of the notes as last read; empty if they are damaged, so that everything is read again."""
        stamps, newer = self._blob("stamps"), self._blob("newer")
        if stamps is None or newer is None:
            return {}
        stamps.update(newer)
        for path in [path for path, stamp in newer.items() if not stamp]:
            del stamps[path]
        return stamps

    def set_state(
        self,
        state: State,
        stamps: Mapping[str, Stamp],
        before: Mapping[str, Stamp],
        among: Iterable[str] | None = None,
    ) -> None:
        """Store the state that the index was made from.

        All stamps are in one blob, which is read in 5 ms instead of 30 ms for columns. Changes since then are in a
        second blob while they are few: usually it's one note of ten thousand.

        Args:
            before: the stamps stored so far.
            among: the paths whose stamps may differ; all by default.
        """
        newer = self._blob("newer") if before else None
        if newer is not None:
            for path in {*before, *stamps} if among is None else among:
                if (stamp := stamps.get(path, ())) != before.get(path, ()):
                    newer[path] = stamp
        blobs = {"newer": newer} if newer is not None and len(newer) < _NEWER else {"stamps": dict(stamps), "newer": {}}
        values: dict[str, object] = {**state._asdict()}
        for name, blob in blobs.items():
            values[name] = _sealed(marshal.dumps(blob, 2))
        self.connection.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", values.items())

    def _blob(self, name: str) -> dict[str, Any] | None:
        """Stamps by path, an empty one for a note that is gone; None if missing or damaged."""
        data = self._checked(name)
        found: dict[str, Any] | None = None if data is None else marshal.loads(data)  # noqa: S302  # as we wrote it
        return found

    def _checked(self, name: str) -> bytes | None:
        """A value with a checksum, without it; None if missing or damaged."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        data = row[0] if row is not None else b""
        if not isinstance(data, bytes) or len(data) < 4 or _sealed(data[:-4]) != data:
            return None
        return data[:-4]

    def hashes(self, paths: Sequence[str]) -> dict[str, tuple[int, bytes]]:
        """Key and content hash of the indexed files among `paths`."""
        if not paths:
            return {}
        marks = ",".join("?" * len(paths)) if len(paths) < 900 else ""
        where = f"WHERE path IN ({marks})" if marks else ""
        rows = self.connection.execute(f"SELECT path, key, hash FROM files {where}", paths if marks else ())
        return {path: (key, content) for path, key, content in rows}

    def content(self, key: int) -> Content:
        """Snapshot of a note's content, for a later comparison."""
        ask = self.connection.execute
        note = ask(
            "SELECT d.properties, n.readable FROM notes n JOIN details d USING (key) WHERE key = ?", (key,)
        ).fetchone()
        properties, readable = note or ("{}", True)
        log = ask("SELECT date, kind, text FROM log WHERE note = ?", (key,)).fetchall()
        followups = ask("SELECT text, status FROM followups WHERE note = ?", (key,)).fetchall()
        return Content(properties, bool(readable), tuple(log), tuple(followups))

    def copies(self) -> dict[str, str]:
        """Problem messages by path, for files that are copies, not notes."""
        sql = "SELECT path, message FROM problems WHERE file AND file NOT IN (SELECT key FROM notes)"
        return dict(self.connection.execute(sql).fetchall())

    def emptied(self, key: int, content: bytes) -> bool:
        """Whether an empty file held a note of a known type when last read; an inbox has no type."""
        where = "n.key = ? AND n.type <> '' AND (f.hash <> ? OR NOT n.readable)"
        sql = f"SELECT 1 FROM notes n JOIN files f ON f.key = n.key WHERE {where}"
        return self.connection.execute(sql, (key, content)).fetchone() is not None

    def rename(self, old: str, new: str) -> None:
        """Change a file's path; its rows follow with the next `put`, and the client guard reads the name again."""
        self.connection.execute("DELETE FROM guarded WHERE file = (SELECT key FROM files WHERE path = ?)", (old,))
        self.connection.execute("UPDATE files SET path = ? WHERE path = ?", (new, old))

    def doubt(self, paths: Iterable[str]) -> None:
        """Mark notes to be indexed again at the next reading, even if unchanged."""
        self.connection.executemany("UPDATE files SET hash = x'' WHERE path = ?", [(path,) for path in paths])

    def put(self, notes: Sequence[tuple[int, str, bytes, "Rows"]], *, fresh: bool = False) -> None:
        """Write notes: key, path, content hash and rows of each.

        A note that can't be read now keeps the rows of its last good version; its problems are new.

        Args:
            notes: what to write.
            fresh: True if no key has rows yet (a first index): nothing is looked up or deleted.
        """
        if fresh:
            self._insert(notes, ())
            return
        with noted(self.connection, [key for key, *_ in notes]):
            self._insert(notes, {key for key, _, _, rows in notes if self._clear(key, rows)})

    def _insert(self, notes: Iterable[tuple[int, str, bytes, "Rows"]], kept: Collection[int]) -> None:
        """Insert rows; of the notes `kept`, only those of the file and its problems."""
        lists: dict[str, list[tuple[object, ...]]] = {table: [] for table in _INSERTS}
        for key, path, content, rows in notes:
            lists["files"].append((key, path, content))
            lists["problems"] += [(key, path, *row) for row in rows.problems]
            if rows.note is None or key in kept:
                continue
            lists["notes"].append((key, *rows.note))
            lists["details"].append((key, *rows.details))
            lists["search"].append((key, *rows.search))
            lists["log"] += [(key, *row) for row in rows.log]
            lists["followups"] += [(key, *row) for row in rows.followups]
            lists["links"] += [(key, *row) for row in rows.links]
            lists["places"] += [(key, *row) for row in rows.places]
        for table, values in lists.items():
            if values:
                self.connection.executemany(_INSERTS[table], values)

    def _clear(self, key: int, rows: "Rows | None" = None) -> bool:
        """Delete a note's rows; True if the rows of its last good version stay because it can't be read now."""
        run = self.connection.execute
        run("DELETE FROM files WHERE key = ?", (key,))
        run("DELETE FROM problems WHERE file = ?", (key,))
        if rows is not None and rows.note is not None and not rows.readable:
            before = run("SELECT path, title FROM notes WHERE key = ?", (key,)).fetchone()
            if before is not None:
                self._keep(key, rows.note, *before)
                return True
        for table, column in _OWNED.items():
            run(f"DELETE FROM {table} WHERE {column} = ?", (key,))
        return False

    def _keep(self, key: int, note: Sequence[object], path: str, title: str) -> None:
        """Mark the last good version as unreadable; update the values that come from the file's name."""
        now = dict(zip(_NOTE_COLUMNS, note, strict=True), key=key)
        now["title"] = now["title"] if stem(path) == stem(title) else title
        run = self.connection.execute
        if path != now["path"] and run("DELETE FROM places WHERE note = ? AND rank = ?", (key, FILE)).rowcount:
            names = place_names(str(now["path"]), "", ())
            self.connection.executemany(_INSERTS["places"], [(key, *row) for row in names])
        run(
            "UPDATE notes SET readable = 0, path = :path, stem = :stem, folder = :folder, title = :title, "
            "id = iif(stored_id, id, :id) WHERE key = :key",
            now,
        )

    def remove(self, keys: Collection[int]) -> None:
        """Forget files that are gone."""
        with noted(self.connection, keys):
            for key in keys:
                self._clear(key)

    def put_artefacts(self, artefacts: Mapping[str, str], unseen: Mapping[str, str]) -> None:
        """Write the problems of copies and placeholders, each with its note, and of unreadable folders and notes."""
        self.connection.execute("DELETE FROM problems WHERE file = 0")
        from rounds.index.note_rows import artefact, out_of_sight

        problems = [(0, path, *artefact(path, note).problems[0]) for path, note in artefacts.items()]
        problems += [(0, path.rstrip("/"), *out_of_sight(path, why).problems[0]) for path, why in unseen.items()]
        self.connection.executemany(_INSERTS["problems"], problems)

    def problem_count(self) -> int:
        """Number of problems in the notes, of all levels."""
        return int(self.connection.execute("SELECT count(*) FROM problems").fetchone()[0])

    def next_key(self) -> int:
        """A key above all keys in use."""
        return int(self.connection.execute("SELECT coalesce(max(key), 0) + 1 FROM files").fetchone()[0])

    def touched(self, keys: Iterable[int]) -> None:
        """Mark derived values of notes as stale (`index.derived`)."""
        mark_touched(self.connection, keys)

    def derive(self, today: str, day: str) -> None:
        """Compute the derived values of all touched notes, and of notes with entries dated between the two days.

        Args:
            today: ISO date up to which entries count.
            day: ISO date up to which they counted so far.
        """
        derive(self.connection, today, day)
        self._raise_revision()
        run = self.connection.execute
        run("UPDATE notes SET stirred = ? WHERE key IN (SELECT key FROM touched)", (self.revision(),))
        run("DELETE FROM touched")

    def _raise_revision(self) -> None:
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES ('stirred', ?)", (self.revision() + 1,))

    def finish_first(self, today: str) -> None:
        """Finish a first fill: create the secondary indexes, and compute the derived values."""
        for statement in statements("CREATE INDEX", "CREATE UNIQUE"):
            self.connection.execute(statement)
        derive_first(self.connection, today)
        self._raise_revision()

    def settle(self) -> None:
        """Let readers and a writer work without waiting for each other; call it after a first fill.

        Not earlier: a rollback journal writes a fill once, a write-ahead log twice.
        """
        write_ahead(self.connection)


def _sealed(data: bytes) -> bytes:
    """A value with its checksum."""
    return data + crc32(data).to_bytes(4)


def _storable(parameters: Sequence[object] | Mapping[str, object]) -> list[object] | dict[str, object]:
    if isinstance(parameters, Mapping):
        return dict(zip(parameters, _storable([*parameters.values()]), strict=True))
    return [printable(each) if isinstance(each, str) else each for each in parameters]
