"""Private files and folders: locks, atomic writes, and output files, which never replace foreign ones (decision 25)."""

import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rounds.domain.file_names_copies import bounded
from rounds.errors import RoundsError
from rounds.storage.atomic_rename import rename_new
from rounds.storage.durable import sync, sync_folder
from rounds.storage.files import write_all
from rounds.storage.open_file import content, ordinary, private

_LIVE = 60.0
"""Seconds after which a temporary file counts as abandoned."""


def make_folder(folder: str) -> None:
    """Create a folder and its missing parents, all private: `makedirs` would leave the parents open to others."""
    above = os.path.dirname(folder)
    if folder and not os.path.isdir(folder):
        if above != folder:  # a missing drive has no parent
            make_folder(above)
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        sync_folder(above)


@contextmanager
def locked(path: str, seconds: float) -> Iterator[bool]:
    """Hold the lock of a file; the system releases it when the process ends.

    Yields False if the lock isn't free in time.

    Raises:
        OSError: the file can't be created, or can't be locked at all.
    """
    descriptor = private(path, os.O_CREAT | os.O_RDWR)
    try:
        deadline = time.monotonic() + seconds
        while not (alone := lock(descriptor)) and time.monotonic() < deadline:
            time.sleep(0.005)
        yield alone
    finally:
        with suppress(OSError):  # the work is done, whatever the disk says now
            os.close(descriptor)


def lock(descriptor: int) -> bool:
    """Take a file's lock, unless another process has it; closing the file or ending the process releases it.

    Raises:
        OSError: this file can't be locked at all.
    """
    with suppress(BlockingIOError, PermissionError):
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def rename_damaged(path: str) -> str:
    """Rename an unusable file to a free name beside it; return the new path.

    Raises:
        OSError: it can't be renamed.
    """
    number = 1
    while os.path.lexists(aside := f"{path}.damaged-{number}"):
        number += 1
    os.rename(path, aside)
    return aside


def write_private(path: str, data: bytes, *, new: bool = False) -> None:
    """Write a file with mode 0600, atomically and synced to disk; new folders get mode 0700.

    Args:
        new: never overwrite a file.

    Raises:
        FileExistsError: with `new`, the file exists.
        OSError: it can't be written; the old file stays.
    """
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, bounded(name, f".{os.urandom(4).hex()}.tmp"))
    try:
        make_folder(folder)
        descriptor = private(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            write_all(descriptor, data)
            sync(descriptor)
        finally:
            os.close(descriptor)
        (rename_new if new else os.replace)(temporary, path)
        sync_folder(folder)
    finally:
        with suppress(OSError):
            os.unlink(temporary)
    _sweep(path)


def _sweep(path: str) -> None:
    """Delete temporary files that killed writers left beside a file."""
    folder, name = os.path.split(path)
    name = bounded(name, "x" * len(".01234567.tmp"))[: -len(".01234567.tmp")]
    with suppress(OSError):
        for each in os.scandir(folder):
            end = re.search(r"\.[0-9a-f]{8}\.tmp\Z", each.name)
            if end and each.name == bounded(name, end[0]) and time.time() - each.stat().st_mtime > _LIVE:
                os.unlink(each.path)


# Output files --------------------------------------------------------------------------------------------------------

Ours = Callable[[bytes], bool]
"""Test whether a file may be overwritten, by its bytes."""

_LEFT = "It was left as it is. Move it away, or choose another place."


def read_output(path: str) -> bytes:
    """Content of a feed file; empty if it's missing, unreadable, or readable by others."""
    try:
        with open(path, "rb", opener=ordinary) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            return file.read() if mode == 0o600 or os.name == "nt" else b""  # Windows has other permissions
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


def is_blank(path: str) -> bool:
    """Whether a file holds nothing of anybody's: it's empty, as after a killed write on FAT, or only has blanks."""
    try:
        return not os.path.islink(path) and not content(path).strip(_NOTHING)
    except OSError:
        return False


def write_output(path: str, data: bytes, ours: Ours) -> bool:
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
    if there == data and read_output(path) == data:
        return False
    try:
        write_private(path, data, new=there is None)
    except FileExistsError as error:
        raise RoundsError(f"another program has just made {path}", hint=_LEFT) from error
    except OSError as error:
        raise RoundsError(f"{path} can't be written: {error.strerror}", hint="It is as it was before.") from error
    return True
