"""The index's database: opened, created, replaced when damaged, held in memory when its file can't be used."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from errno import EBUSY, EINVAL, ENOENT
from typing import TypeVar
from zlib import crc32

from rounds.domain.folding import fold_path, fold_value
from rounds.domain.query.fields import DATES, FIELDS, Kind
from rounds.errors import RoundsError
from rounds.storage.locks_private_output_files import locked, make_folder
from rounds.storage.open_file import NOT_ORDINARY, private

T = TypeVar("T")

VERSION = 20
"""Schema version: raised whenever schema.sql or the stored values change; each version has its own file."""

PATIENCE = 60
"""Seconds to wait for another process that is writing, such as the first index of a large vault."""

_PAGE = 8192
"""Page size in bytes."""

_DAMAGE = frozenset({
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG,
})  # fmt: skip
"""SQLite error codes for a database with content that isn't ours; SQLITE_ERROR means a missing table."""

_UNUSABLE = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS,
})  # fmt: skip
"""SQLite error codes for a file that can't be used now, whatever its content."""


FOLDED = tuple(field.column for field in FIELDS if field.kind in (Kind.CHOICE, Kind.WORDS, Kind.NAME))
"""Known properties that are folded columns of `notes`."""

DATED = tuple(field.column for field in FIELDS if field.kind in DATES and field.name not in ("last", "due"))
"""Known properties that are ISO date columns of `notes`; last_contact and due are derived instead."""


class Database:
    """Connection to an index: to its file, or to memory if there can't be a file.

    Attributes:
        age: an object that changes when a damaged database is replaced, or the file given up.
        trouble: why there is no file; empty if there is one.
    """

    connection: sqlite3.Connection
    _inode: int

    def __init__(self, path: str) -> None:
        self.path = path
        self.age = object()
        self.trouble = ""
        self._open(open_index, path)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def replace(self) -> None:
        """Replace a damaged database with an empty one, unless another process already did."""
        self.connection.close()
        self.age = object()
        if self.trouble:
            self.connection = _prepared(_memory())
        else:
            self._open(reopen, self.path, self._inode)

    def go_without(self, error: Exception) -> bool:
        """Continue in memory if the file can't be used, with all content that can still be read.

        Returns:
            False if the error has another cause, or there is no file anymore.
        """
        if self.trouble or not unusable(error):
            return False
        self.age = object()
        self._hold(error, in_memory(self.path, self.connection))
        return True

    def _open(self, opening: Callable[..., tuple[sqlite3.Connection, int]], *where: object) -> None:
        try:
            self.connection, self._inode = opening(*where)
        except (OSError, sqlite3.Error) as error:
            self._hold(error, in_memory(self.path))

    def _hold(self, error: Exception, connection: sqlite3.Connection) -> None:
        self.connection, self._inode = connection, 0
        why = error.strerror if isinstance(error, OSError) else None
        self.trouble = f"{why or error} ({os.path.dirname(self.path)})"


def kept_up(index: Database, work: Callable[[], T]) -> T:
    """Run work on the index; retry with a new index if it's damaged, or in memory if its file can't be used.

    Raises:
        RoundsError: it can be neither read nor rebuilt.
    """
    for last in (False, False, True):
        try:
            return work()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not last and damaged(error):
                index.replace()
            elif last or not index.go_without(error):
                hint = "Try again in a moment."
                raise RoundsError(f"the index can't be read or written: {error}", hint=hint) from error
    raise AssertionError  # the last attempt has returned or raised


def index_path(folder: str) -> str:
    """Path of this version's index in a vault's cache folder."""
    return os.path.join(folder, f"index-v{VERSION}.sqlite")


def place_of(root: str) -> str:
    """A short name for a vault's folder, so that two copies of a vault on one machine have separate indexes."""
    return f"{crc32(os.path.realpath(root).encode('utf-8', 'surrogateescape')):08x}"


def open_index(path: str) -> tuple[sqlite3.Connection, int]:
    """Open the index; create it if missing, replace it if damaged. Also return its inode.

    Raises:
        OSError, sqlite3.Error: the file can't be created or opened.
    """
    make_folder(os.path.dirname(path))
    inode = 0
    try:
        inode = _touch(path)
        return _connect(path), inode
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if not damaged(error):
            raise
        return reopen(path, inode)


def damaged(error: Exception) -> bool:
    """Whether an error means damage; any other, such as a full disk, is reported to the user."""
    if not isinstance(error, sqlite3.DatabaseError):
        return isinstance(error, UnicodeDecodeError)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by Python itself: text that isn't UTF-8
        return type(error) is sqlite3.OperationalError
    return code & 0xFF in _DAMAGE or code == sqlite3.SQLITE_IOERR_SHORT_READ


def unusable(error: Exception) -> bool:
    """Whether an error means that the file can't be used now: a full or read-only disk, or another process."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, OSError) or (code is not None and code & 0xFF in _UNUSABLE)


def in_memory(path: str, source: sqlite3.Connection | None = None) -> sqlite3.Connection:
    """An index in memory, with the file's content if that can be read.

    Args:
        path: path of the file.
        source: open connection to the file, if any; it's closed.
    """
    copy = _memory()
    with suppress(OSError, sqlite3.Error):
        with closing(source or _only_to_be_read(path)) as there:
            there.execute("PRAGMA busy_timeout = 0")
            there.backup(copy, progress=_no_waiting)
        if copy.execute("PRAGMA user_version").fetchone()[0] == VERSION:
            return _prepared(copy)
    copy.close()
    return _prepared(_memory())


def _memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA page_size = {_PAGE}")  # a copy in memory must have the page size of its source
    return connection


def _no_waiting(status: int, _: int, __: int) -> None:
    """Stop the copy on a lock: Python would retry forever while another process holds it."""
    if status not in (sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE):
        raise sqlite3.OperationalError("the index is busy")


def _only_to_be_read(path: str) -> sqlite3.Connection:
    """Open the file read-only and as it is: without write access, SQLite can't have its usual files beside it.

    Raises:
        OSError: it isn't an ordinary file, or isn't whole without the log beside it.
    """
    if not os.path.isfile(path):
        raise OSError(EINVAL, NOT_ORDINARY, path)
    for log in ("-wal", "-journal"):
        if os.path.exists(path + log) and os.path.getsize(path + log):
            raise OSError(EBUSY, os.strerror(EBUSY), path + log)
    return _uri(path, "mode=ro&immutable=1")


def stored(path: str) -> sqlite3.Connection:
    """Open the index of another start, to read from it: nothing is made, mended or waited for.

    Raises:
        OSError, sqlite3.Error: there is none, or another program is writing it.
    """
    if not os.path.isfile(path):
        raise OSError(ENOENT, os.strerror(ENOENT), path)
    return _uri(path, "mode=ro")


def _uri(path: str, options: str) -> sqlite3.Connection:
    from urllib.parse import quote

    return sqlite3.connect(f"file:{quote(os.path.abspath(path))}?{options}", uri=True, timeout=0, isolation_level=None)


def reopen(path: str, before: int) -> tuple[sqlite3.Connection, int]:
    """Replace a damaged index, unless it has already been replaced.

    A process that still has the damaged file open uses it until it meets the damage itself: SQLite doesn't touch the
    log of a database that was removed.

    Raises:
        OSError, sqlite3.Error: the file can't be created or opened.
    """
    with locked(f"{path}.lock", PATIENCE) as alone:
        if not alone:
            raise OSError(EBUSY, os.strerror(EBUSY), path)
        if _touch(path) == before:
            for end in ("", "-wal", "-shm", "-journal"):
                if os.path.exists(path + end):
                    os.unlink(path + end)
        inode = _touch(path)
        return _connect(path), inode


def _touch(path: str) -> int:
    """Make sure that the file exists and is private; return its inode.

    Raises:
        OSError: it can't be created, or isn't an ordinary file (SQLite might wait for a pipe).
    """
    descriptor = private(path, os.O_CREAT | os.O_RDWR)
    try:
        return os.fstat(descriptor).st_ino
    finally:
        os.close(descriptor)


def _connect(path: str) -> sqlite3.Connection:
    for end in ("-journal", "-wal", "-shm"):
        if os.path.lexists(path + end) and not os.path.isfile(path + end):
            raise OSError(EINVAL, NOT_ORDINARY, path + end)  # SQLite would wait for a pipe
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        return _prepared(connection)
    except BaseException:
        connection.close()
        raise


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Set up a connection: its settings and functions, and the tables if they are new."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
        connection.execute(f"PRAGMA page_size = {_PAGE}")
        _create(connection)
    elif connection.execute("SELECT count(*) FROM meta").fetchone()[0]:
        write_ahead(connection)
    connection.execute("PRAGMA synchronous = OFF")  # a lost index is rebuilt; the files are the truth
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.create_function("folded", 1, fold_value, deterministic=True)
    connection.create_function("folded_path", 1, fold_path, deterministic=True)
    return connection


def write_ahead(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError:
        return  # another process is reading: the next one that opens the index will do it


def _create(connection: sqlite3.Connection) -> None:
    """Make the tables, unless another process has just done it.

    Raises:
        sqlite3.OperationalError: the file holds something else.
    """
    run = connection.execute
    run("BEGIN IMMEDIATE")
    try:
        version = run("PRAGMA user_version").fetchone()[0]
        foreign = version != VERSION and (version or run("SELECT count(*) FROM sqlite_master").fetchone()[0])
        if version != VERSION and not foreign:
            for statement in statements("CREATE TABLE", "CREATE VIEW", "CREATE VIRTUAL"):
                run(statement)
            run(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    if foreign:
        raise sqlite3.OperationalError("not an index of this version")


def statements(*kinds: str) -> Iterator[str]:
    """The statements of the schema that begin with one of `kinds`."""
    with open(os.path.join(os.path.dirname(__file__), "schema.sql"), encoding="utf-8") as file:
        schema = file.read()  # not by importlib.resources, whose import takes 10 ms
    statement = ""
    for line in schema.splitlines(keepends=True):
        if not statement and not line.startswith("CREATE"):
            continue
        statement += line
        if sqlite3.complete_statement(statement):
            if statement.startswith(kinds):
                yield statement
            statement = ""
