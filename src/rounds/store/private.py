"""Folders and files that are their owner's alone: what lies in them says whom somebody knows."""

import os
import time
from contextlib import suppress


def make_folder(folder: str) -> None:
    """Make a folder and those above it that are missing; `makedirs` would leave these open to others."""
    if not os.path.isdir(folder):
        make_folder(os.path.dirname(folder))
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)


def write_private(path: str, data: bytes) -> None:
    """Write a file with mode 0600, atomically and down to the disk; folders that are made have mode 0700.

    Raises:
        OSError: it can't be written; what was there stays.
    """
    temporary = f"{path}.{os.urandom(4).hex()}.tmp"
    try:
        make_folder(os.path.dirname(path))
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def lock(descriptor: int, seconds: float) -> bool | None:
    """Take the lock of a file; the system gives it back when the file is closed, or the process ends.

    Returns:
        False where it could not be had in time; None where there is no such lock on this system.
    """
    try:
        import fcntl
    except ImportError:
        return None
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        else:
            return True
