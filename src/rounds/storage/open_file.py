"""Files that are read by their names: ordinary ones alone, of a size that can be read, and nobody waits for them."""

import os
from errno import EFBIG, EINVAL, EISDIR
from stat import S_ISDIR, S_ISREG

BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
USUAL, MOST = 128, 2048
"""Megabytes of a file that is read at most, where config.toml says nothing, and what it can say."""

LARGEST = USUAL << 20
"""Bytes of a file that is read; a note has some thousands. `largest` of config.toml is another limit."""

NOT_ORDINARY = "it is not an ordinary file"


def limit(megabytes: int) -> None:
    """Read files of up to that size from now on."""
    global LARGEST  # noqa: PLW0603 - one process reads for one person
    LARGEST = megabytes << 20


def ordinary(path: str, flags: int = os.O_RDONLY) -> int:
    """Open an ordinary file of a size that can be read: the `opener` of all that is opened by a name.

    A pipe would keep whoever opens it waiting for ever, and a link to a device has no end.

    Raises:
        OSError: it can't be opened, is not an ordinary file, or is to be read and larger than `LARGEST`.
    """
    return _opened(path, flags, 0o666, LARGEST)


def private(path: str, flags: int) -> int:
    """The same for a file of ours: where it is made, nobody else may read it, and a small `LARGEST` does not count."""
    return _opened(path, flags, 0o600, ours())


def ours() -> int:
    """Bytes of a file of ours that is read at most; the journal has copies of notes."""
    return max(LARGEST, USUAL << 20)


def _opened(path: str, flags: int, mode: int, largest: int) -> int:
    descriptor = os.open(path, flags | BINARY | _AT_ONCE, mode)
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
    """All that an open file holds.

    Args:
        size: that it likely has.

    Raises:
        OSError: it can't be read, or has no end.
    """
    data = os.read(descriptor, size + 1)
    if len(data) <= size:
        return data
    parts, length = [data], len(data)
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
        if (length := length + len(part)) > LARGEST:  # the size of what the system makes up says nothing
            raise _too_large("", LARGEST)
    return b"".join(parts)
