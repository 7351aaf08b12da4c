"""Feeds as files that a calendar subscribes to: outside the vault, readable by their owner alone."""

import os
import secrets
import stat

from rounds.errors import RoundsError
from rounds.store.private import make_folder


def write_feed(path: str, data: bytes) -> bool:
    """Write a feed file, atomically, with mode 0600; folders that are made have mode 0700.

    Returns:
        False where the file held these bytes already; it is then left alone.

    Raises:
        RoundsError: it can't be written. The last good feed stays.
    """
    path = os.path.realpath(path)  # a link to where it is published stays one
    temporary = f"{path}.{secrets.token_hex(4)}.tmp"
    try:
        if _holds(path, data):
            return False
        make_folder(os.path.dirname(path))
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise RoundsError(f"{path} can't be written: {error.strerror}", hint="It is as it was before.") from error
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)
    return True


def _holds(path: str, data: bytes) -> bool:
    """Whether the file holds these bytes already, and nobody else can read them."""
    try:
        with open(path, "rb") as file:
            return file.read() == data and stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
    except OSError:
        return False  # missing or unreadable: it is written anew
