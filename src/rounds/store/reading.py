"""Files that are read by their names: ordinary ones alone, of a size that can be read, and nobody waits for them."""

import os
from errno import EFBIG, EINVAL, EISDIR
from stat import S_ISDIR, S_ISREG

BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
LARGEST = 128 << 20
"""Bytes of a file that is read; a note has some thousands."""

NOT_ORDINARY = "it is not an ordinary file"


def ordinary(path: str, flags: int = os.O_RDONLY) -> int:
    """Open an ordinary file of a size that can be read: an `opener` for all that `open` reads by a name of the vault.

    A pipe would keep whoever opens it waiting for ever, and a link to a device has no end.

    Raises:
        OSError: it can't be opened, is not an ordinary file, or is larger than `LARGEST`.
    """
    descriptor = os.open(path, flags | BINARY | _AT_ONCE)
    status = os.fstat(descriptor)
    if S_ISREG(status.st_mode) and status.st_size <= LARGEST:
        return descriptor
    os.close(descriptor)
    if S_ISDIR(status.st_mode):
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), path)
    raise _too_large(path) if S_ISREG(status.st_mode) else OSError(EINVAL, NOT_ORDINARY, path)


def content(path: str) -> bytes:
    """The bytes of an ordinary file.

    Raises:
        OSError: as `ordinary`.
    """
    with open(path, "rb", opener=ordinary) as file:
        return read_all(file.fileno(), os.fstat(file.fileno()).st_size)


def _too_large(path: str) -> OSError:
    return OSError(EFBIG, f"it is larger than {LARGEST >> 20} MB", path)


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
            raise _too_large("")
    return b"".join(parts)
