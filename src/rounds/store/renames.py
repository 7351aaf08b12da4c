"""Ways to rename that Python does not have: exchange two files, and never over an existing one."""

import os
import sys
import time
from collections.abc import Callable
from errno import EAGAIN, EINVAL, ENOSYS

NOREPLACE, EXCHANGE = 1, 2
"""Flags of `renameat2`."""

_HERE = -100  # AT_FDCWD
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}  # its number, for a C library that does not name it


def is_being_written(descriptor: int) -> bool:
    """Whether a program has the file open for writing, which Linux tells by refusing a lease; False if unknown."""
    try:
        import fcntl
        from signal import SIGURG
    except ImportError:
        return False
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, SIGURG)  # which does nothing; a broken lease's own signal would kill us
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == EAGAIN
    return False


def rename(old: str, new: str, flag: int) -> bool:
    """Rename with a flag of Linux.

    Returns:
        False where the system or the file system does not know it; nothing has happened then.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    names = (_HERE, os.fsencode(old), _HERE, os.fsencode(new), flag)
    if hasattr(libc, "renameat2"):
        failed = libc.renameat2(*names)
    elif number := _RENAMEAT2.get(os.uname().machine):
        failed = libc.syscall(number, *names)
    else:
        return False
    if failed and (code := ctypes.get_errno()) not in (EINVAL, ENOSYS):
        raise OSError(code, os.strerror(code), old)
    return not failed


def rename_new(old: str, new: str) -> None:
    """Unlike a rename, never over an existing file.

    Raises:
        FileExistsError: there is one.
    """
    if rename(old, new, NOREPLACE):
        return
    try:
        os.link(old, new)
        os.unlink(old)
    except FileExistsError:
        raise
    except OSError:  # FAT, some network drives and phones have no hard links: take the name first, then replace
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        retried(os.replace, old, new)


def retried(act: Callable[[str, str], None], old: str, new: str) -> None:
    """On Windows, a file that another program has open can't be replaced for a moment. Not tested there."""
    for seconds in (0.01, 0.05, 0.2, 0.5) if os.name == "nt" else ():
        try:
            act(old, new)
        except PermissionError:
            time.sleep(seconds)
        else:
            return
    act(old, new)
