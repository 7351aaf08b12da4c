"""Writes that are on the disk when they return: files, folders, new folders."""

import os
import sys
from contextlib import suppress
from errno import EINVAL, ENAMETOOLONG, ENOSYS, ENOTSUP, EOPNOTSUPP

from rounds.storage.open_file import TOO_DEEP, is_too_long

_NO_SYNC = frozenset({EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP})  # from FAT in user space and some network drives


def sync(descriptor: int) -> None:
    """Write a file or folder through to the disk. A Mac's `fsync` leaves it in the drive's cache.

    Raises:
        OSError: it can't be confirmed.
    """
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):  # not every disk knows it
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: str, path: str = "") -> list[str]:
    """Sync a folder's entries to disk; return a message about `path` if the disk doesn't confirm it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # Windows can't
        return []
    except OSError as error:
        return [f"{path} is saved, durability unknown: its folder can't be opened ({error.strerror})."]
    try:
        sync(descriptor)
    except OSError as error:
        if error.errno in _NO_SYNC:
            return []
        return [f"{path} is saved, durability unknown: the disk did not confirm it ({error.strerror})."]
    finally:
        with suppress(OSError):
            os.close(descriptor)
    return []


def make_folders(folder: str) -> None:
    """Create a folder and its missing parents, and sync their entries to disk.

    Raises:
        OSError: one can't be created; for a path that Windows finds too long, with that reason.
    """
    if not os.path.isdir(folder) and (above := os.path.dirname(folder)) != folder:
        make_folders(above)
        try:
            os.mkdir(folder)
        except FileExistsError:
            pass
        except FileNotFoundError as error:
            if is_too_long(folder, of_folder=True):
                raise OSError(ENAMETOOLONG, TOO_DEEP, folder) from error
            raise
        sync_folder(above)
