"""Feeds as files that a calendar subscribes to: outside the vault, readable by their owner alone."""

import os
import stat

from rounds.errors import RoundsError
from rounds.store.private import write_private
from rounds.store.reading import ordinary


def read_feed(path: str) -> bytes:
    """What a feed file holds; nothing where it is missing, can't be read, or others can read it."""
    try:
        with open(path, "rb", opener=ordinary) as file:
            return file.read() if stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600 else b""
    except OSError:
        return b""


def write_feed(path: str, data: bytes) -> bool:
    """Write a feed file, atomically, with mode 0600.

    Returns:
        False where the file held these bytes already; it is then left alone.

    Raises:
        RoundsError: it can't be written. The last good feed stays.
    """
    path = os.path.realpath(path)  # a link to where it is published stays one
    if read_feed(path) == data:
        return False
    try:
        write_private(path, data)
    except OSError as error:
        raise RoundsError(f"{path} can't be written: {error.strerror}", hint="It is as it was before.") from error
    return True
