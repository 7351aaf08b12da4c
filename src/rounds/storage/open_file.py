"""Safe opening of files: only ordinary ones, of limited size."""

import os
import sys
from errno import EFBIG, EINVAL, EISDIR
from stat import S_ISDIR, S_ISREG

BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
USUAL, MOST = 128, 2048
"""Size limit for reading a file, in megabytes: the default, and the maximum for config.toml."""

LARGEST = USUAL << 20
"""Size limit for reading a file, in bytes; a note has some thousands. `largest` of config.toml changes it."""

NOT_ORDINARY = "it is not an ordinary file"
TOO_LONG = "its path has more than 259 characters, which this Windows doesn't allow"
TOO_DEEP = "the path of its folder is too long: this Windows allows 259 characters, with the name of a file in it"
SHORTEN = "Give it a shorter name, or move the vault to a folder with a shorter path."


def limit(megabytes: int) -> None:
    """Set the size limit for reading files."""
    global LARGEST  # noqa: PLW0603 - one setting for the whole process
    LARGEST = megabytes << 20


def is_too_long(path: str, *, of_folder: bool = False) -> bool:
    """Whether Windows refuses a path for its length; it then says that there's no such file.

    It allows longer paths if the computer is set to: then this is False for a file that exists.

    Args:
        of_folder: as the path of a new folder, which must leave room for a short file name.
    """
    if os.name != "nt" or len(path) <= (_LONGEST_FOLDER if of_folder else _LONGEST):
        return False
    try:
        os.stat(path)
    except OSError as error:
        return isinstance(error, FileNotFoundError)
    return False


_LONGEST = 259
"""Characters of a path on Windows: MAX_PATH, which counts a zero at the end."""

_LONGEST_FOLDER = 247
"""The same for a folder to create: less by a short file name, 8.3 characters."""


def ordinary(path: str, flags: int = os.O_RDONLY) -> int:
    """Open an ordinary file within the size limit: the `opener` for every file opened by name.

    Opening a pipe could wait forever, and a device may have no end.

    Raises:
        OSError: it can't be opened, isn't an ordinary file, or is opened for reading and larger than `LARGEST`.
    """
    return _opened(path, flags, 0o666, LARGEST)


def private(path: str, flags: int) -> int:
    """The same for one of our own files: created private, and not limited by a small `LARGEST`."""
    return _opened(path, flags, 0o600, ours())


def streamed(path: str, flags: int) -> int:
    """The same for a file of any size, which is read piece by piece."""
    return _opened(path, flags, 0o666, sys.maxsize)


def ours() -> int:
    """Size limit for reading our own files, in bytes; the journal has copies of notes."""
    return max(LARGEST, USUAL << 20)


def _opened(path: str, flags: int, mode: int, largest: int) -> int:
    try:
        descriptor = os.open(path, flags | BINARY | _AT_ONCE, mode)
    except PermissionError as error:
        if os.path.isdir(path):  # on Windows, no folder can be opened
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR), path) from error
        raise
    status = os.fstat(descriptor)
    small = status.st_size <= largest or flags & (os.O_WRONLY | os.O_RDWR)
    if S_ISREG(status.st_mode) and small:
        return descriptor
    os.close(descriptor)
    if S_ISDIR(status.st_mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), path)
    raise _too_large(path, largest) if S_ISREG(status.st_mode) else OSError(EINVAL, NOT_ORDINARY, path)


def content(path: str) -> bytes:
    """The bytes of an ordinary file.

    Raises:
        OSError: as `ordinary`.
    """
    with open(path, "rb", opener=ordinary) as file:
        return read_all(file.fileno(), os.fstat(file.fileno()).st_size)


def _too_large(path: str, largest: int) -> OSError:
    return OSError(EFBIG, f"it is larger than {largest >> 20} MB", path)


def read_all(descriptor: int, size: int) -> bytes:
    """All bytes of an open file.

    Args:
        size: its expected size.

    Raises:
        OSError: it can't be read, or has no end.
    """
    data = os.read(descriptor, size + 1)
    if len(data) <= size:
        return data
    parts, length = [data], len(data)
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
        if (length := length + len(part)) > LARGEST:  # virtual files report no real size
            raise _too_large("", LARGEST)
    return b"".join(parts)
