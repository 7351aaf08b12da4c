"""Output files: private, atomic, never over foreign ones (decision 25)."""

import os
import stat
from collections.abc import Callable

from rounds.errors import RoundsError
from rounds.storage.open_file import content, ordinary
from rounds.storage.secure_files import write_private

Ours = Callable[[bytes], bool]
"""Test whether a file may be overwritten, by its bytes."""

_LEFT = "It was left as it is. Move it away, or choose another place."


def read_feed(path: str) -> bytes:
    """Content of a feed file; empty if it's missing, unreadable, or readable by others."""
    try:
        with open(path, "rb", opener=ordinary) as file:
            return file.read() if stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600 else b""
    except OSError:
        return b""


def check_ours(path: str, ours: Ours) -> bytes | None:
    """Check that a file may be written: it doesn't exist, is empty, or was made by Rounds.

    Args:
        path: links are followed; their target counts.

    Returns:
        Its content; None if it doesn't exist.

    Raises:
        RoundsError: it holds something else, is a folder or a device, or can't be read.
    """
    path = os.path.realpath(path)
    try:
        data = content(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        raise RoundsError(f"{path} can't be written: it is a folder", hint="Choose another place.") from None
    except OSError as error:
        why = error.strerror or error
        raise RoundsError(f"{path} can't be read, so its content is not known: {why}", hint=_LEFT) from error
    if data.strip(_NOTHING) and not ours(data):
        raise RoundsError(f"{path} is there already, and Rounds did not make it", hint=_LEFT)
    return data


_NOTHING = b"\0 \t\r\n"
"""Bytes of an empty file, and of one that a power cut left behind."""


def write_feed(path: str, data: bytes, ours: Ours) -> bool:
    """Write a file, atomically, with mode 0600.

    Args:
        ours: test whether a file with these bytes may be overwritten; see `check_ours`.

    Returns:
        False if the file held these bytes already; then it's left alone.

    Raises:
        RoundsError: it can't be written, or is not ours. The last good file stays.
    """
    path = os.path.realpath(path)  # a link to the published file stays a link
    there = check_ours(path, lambda now: now == data or ours(now))
    if there == data and read_feed(path) == data:
        return False
    try:
        write_private(path, data, new=there is None)
    except FileExistsError as error:
        raise RoundsError(f"another program has just made {path}", hint=_LEFT) from error
    except OSError as error:
        raise RoundsError(f"{path} can't be written: {error.strerror}", hint="It is as it was before.") from error
    return True
