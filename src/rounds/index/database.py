"""The index's file: opened, made, and replaced where it is damaged."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from errno import EBUSY, EINVAL
from zlib import crc32

from rounds.domain.folding import fold_path, fold_value
from rounds.storage.open_file import NOT_ORDINARY, private
from rounds.storage.secure_files import locked, make_folder

VERSION = 13
"""Raised whenever schema.sql or what is stored changes; each version has a file of its own."""

PATIENCE = 60
"""Seconds to wait for another process that is writing, such as one that makes a first index of a large vault."""

_PAGE = 8192
"""Bytes of a page."""

_DAMAGE = frozenset({
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG,
})  # fmt: skip
"""What SQLite says of a database that holds something else than we wrote; SQLITE_ERROR is a table that is missing."""

_UNUSABLE = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS,
})  # fmt: skip
"""What SQLite says of a file that can't be used now, whatever it holds."""


class Database:
    """An index's connection: to its file, or to memory where there can be no file.

    Attributes:
        age: another object once a damaged database was replaced by a new one, or the file given up.
        trouble: why there is no file; empty for the usual case.
    """

    connection: sqlite3.Connection
    _inode: int

    def __init__(self, path: str) -> None:
        self.path = path
        self.age = object()
        self.trouble = ""
        self._open(open_index, path)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def replace(self) -> None:
        """Put a damaged database out of the way, unless another process has done so, and start an empty one."""
        self.connection.close()
        self.age = object()
        if self.trouble:
            self.connection = _prepared(_memory())
        else:
            self._open(reopen, self.path, self._inode)

    def go_without(self, error: Exception) -> bool:
        """Go on in memory, where the file can't be used: with all that it holds, as far as it can still be read.

        Returns:
            False where the error says something else, or there is no file any more.
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


def index_path(folder: str) -> str:
    """Where this version's index lies in a vault's cache folder."""
    return os.path.join(folder, f"index-v{VERSION}.sqlite")


def place_of(root: str) -> str:
    """A short name for a vault's folder: two copies of one vault on a machine keep indexes of their own."""
    return f"{crc32(os.path.realpath(root).encode('utf-8', 'surrogateescape')):08x}"


def open_index(path: str) -> tuple[sqlite3.Connection, int]:
    """Open the index, making or replacing it where it is missing or damaged; its inode comes along.

    Raises:
        OSError, sqlite3.Error: there can't be a file.
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
    """Whether an error tells of damage; one that does not, such as a full disk, is for the user to hear of."""
    if not isinstance(error, sqlite3.DatabaseError):
        return isinstance(error, UnicodeDecodeError)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # said by Python: a text that is no UTF-8
        return type(error) is sqlite3.OperationalError
    return code & 0xFF in _DAMAGE or code == sqlite3.SQLITE_IOERR_SHORT_READ


def unusable(error: Exception) -> bool:
    """Whether an error says that the file can't be used now: a full disk, a read-only one, another process."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, OSError) or (code is not None and code & 0xFF in _UNUSABLE)


def in_memory(path: str, source: sqlite3.Connection | None = None) -> sqlite3.Connection:
    """An index without a file. It begins with what the one in the file holds, if that can be read.

    Args:
        path: of the file.
        source: has it open.
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
    connection.execute(f"PRAGMA page_size = {_PAGE}")  # a copy in memory has to have that of its source
    return connection


def _no_waiting(status: int, _: int, __: int) -> None:
    """Python would try again without end while another process has the database locked."""
    if status not in (sqlite3.SQLITE_OK, sqlite3.SQLITE_DONE):
        raise sqlite3.OperationalError("the index is busy")


def _only_to_be_read(path: str) -> sqlite3.Connection:
    """The file, taken as it is: where nothing can be written, SQLite can't have its usual files beside it.

    Raises:
        OSError: it is no ordinary file, or not whole without a log that lies beside it.
    """
    if not os.path.isfile(path):
        raise OSError(EINVAL, NOT_ORDINARY, path)
    for log in ("-wal", "-journal"):
        if os.path.exists(path + log) and os.path.getsize(path + log):
            raise OSError(EBUSY, os.strerror(EBUSY), path + log)
    from urllib.parse import quote

    return sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro&immutable=1", uri=True)


def reopen(path: str, before: int) -> tuple[sqlite3.Connection, int]:
    """Replace a damaged index, unless what stands there is another file by now.

    A process that still has the damaged file open goes on with that until it meets the damage itself: SQLite
    leaves the log of a database alone that was moved away under it.

    Raises:
        OSError, sqlite3.Error: there can't be a file.
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
    """Make sure that the file is there and ours alone; returns its inode.

    Raises:
        OSError: there can't be one, or something that is no file is there, which SQLite might wait for.
    """
    descriptor = private(path, os.O_CREAT | os.O_RDWR)
    try:
        return os.fstat(descriptor).st_ino
    finally:
        os.close(descriptor)


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        return _prepared(connection)
    except BaseException:
        connection.close()
        raise


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """A database with its tables and functions, which are made where it is new."""
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
    """The statements of the schema that begin so."""
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
