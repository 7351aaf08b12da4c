"""The index's file: opened, made, and replaced where it is damaged."""

import os
import sqlite3
from collections.abc import Iterator
from math import inf
from zlib import crc32

from rounds.domain.folding import fold_path, fold_value
from rounds.store.private import locked, make_folder
from rounds.store.reading import private

VERSION = 13
"""Raised whenever schema.sql or what is stored changes; each version has a file of its own."""

PATIENCE = 60
"""Seconds to wait for another process that is writing, such as one that makes a first index of a large vault."""


_DAMAGE = frozenset({
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG,
})  # fmt: skip
"""What SQLite says of a database that holds something else than we wrote; SQLITE_ERROR is a table that is missing."""


def index_path(folder: str) -> str:
    """Where this version's index lies in a vault's cache folder."""
    return os.path.join(folder, f"index-v{VERSION}.sqlite")


def place_of(root: str) -> str:
    """A short name for a vault's folder: two copies of one vault on a machine keep indexes of their own."""
    return f"{crc32(os.path.realpath(root).encode('utf-8', 'surrogateescape')):08x}"


def open_index(path: str) -> tuple[sqlite3.Connection, int]:
    """Open the index, making or replacing it where it is missing or damaged; its inode comes along."""
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


def reopen(path: str, before: int) -> tuple[sqlite3.Connection, int]:
    """Replace a damaged index, unless what stands there is another file by now.

    A process that still has the damaged file open goes on with that until it meets the damage itself: SQLite
    leaves the log of a database alone that was moved away under it.
    """
    with locked(f"{path}.lock", inf):
        if _touch(path) == before:
            for end in ("", "-wal", "-shm", "-journal"):
                if os.path.exists(path + end):
                    os.unlink(path + end)
        inode = _touch(path)
        return _connect(path), inode


def _touch(path: str) -> int:
    """Make sure that the file is there and ours alone; returns its inode."""
    descriptor = private(path, os.O_CREAT | os.O_RDWR)
    try:
        return os.fstat(descriptor).st_ino
    finally:
        os.close(descriptor)


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            connection.execute("PRAGMA page_size = 8192")
            _create(connection)
        elif connection.execute("SELECT count(*) FROM meta").fetchone()[0]:
            write_ahead(connection)
        connection.execute("PRAGMA synchronous = OFF")  # a lost index is rebuilt; the files are the truth
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function("folded", 1, fold_value, deterministic=True)
        connection.create_function("folded_path", 1, fold_path, deterministic=True)
    except BaseException:
        connection.close()
        raise
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
