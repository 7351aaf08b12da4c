"""Ways to rename that Python does not have: exchange two files, and never over an existing one.

What a system or a file system can't do is done by the next best way (docs/decisions/0026-file-systems.md).
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from errno import EAGAIN, EEXIST, EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM
from stat import S_ISREG
from unicodedata import normalize

from rounds.domain.file_names import one_name
from rounds.storage.open_file import BINARY

NOREPLACE, EXCHANGE = 1, 2
"""Flags of `renameat2`."""

_HERE = -100  # AT_FDCWD
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}  # its number, for a C library that does not name it
_UNKNOWN = frozenset({EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM})
"""What a system answers that can't do it at all; where the last one means more, the next way fails by it too."""

_COARSE = 2.0
"""Seconds in which FAT counts the times of files."""

_WAITS = (0.01, 0.05, 0.2, 0.5)
"""Seconds between the tries on Windows, where a file that another program has open can't be renamed."""


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
    """Rename with a flag of Linux, or as Windows does the same.

    Returns:
        False where the system or the file system does not know it; nothing has happened then.
    """
    if os.name == "nt":
        if flag == NOREPLACE:
            _retried(os.rename, old, new)  # never over an existing file there
            return True
        return _exchanged_on_windows(old, new)
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
    if failed and (code := ctypes.get_errno()) not in _UNKNOWN:
        raise OSError(code, os.strerror(code), old)
    return not failed


def rename_new(old: str, new: str, *, take: bool = True) -> None:
    """Unlike a rename, never over an existing file.

    Args:
        take: where the system can't do that, take the name with an empty file first. Whoever is killed then leaves it
            empty, see `release`. Without it, the name is only looked for.

    Raises:
        FileExistsError: there is one.
    """
    if rename(old, new, NOREPLACE):
        return
    try:
        os.link(old, new)
    except FileExistsError:
        raise
    except OSError:  # FAT, some network drives and phones have no hard links
        _rename_to_free(old, new, take=take)
        return
    try:
        os.unlink(old)
    except OSError:
        if os.path.samefile(old, new):
            os.unlink(new)
        raise


def _rename_to_free(old: str, new: str, *, take: bool) -> None:
    if not take:
        _ensure_free(not os.path.lexists(new), new)
        os.replace(old, new)
        return
    taken = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o666)
    try:
        os.close(taken)
        _ensure_free(not os.stat(new).st_size, new)  # else somebody has written into it
        os.replace(old, new)
    except BaseException:
        with suppress(OSError):
            release(old, new)
        raise


def _ensure_free(free: bool, path: str) -> None:
    if not free:
        raise FileExistsError(EEXIST, os.strerror(EEXIST), path)


def release(old: str, new: str, since: float = 0.0) -> None:
    """Let go of a name that was taken with an empty file for a rename that never came: there are no words in it.

    Args:
        since: seconds since the epoch; an empty file that is older is somebody else's.

    Raises:
        OSError: it can't be removed.
    """
    if is_one(old, new) or not (os.path.lexists(old) and os.path.lexists(new)) or os.path.islink(new):
        return
    status = os.stat(new)
    if S_ISREG(status.st_mode) and not status.st_size and status.st_mtime >= since - _COARSE:
        os.unlink(new)


def end_link(old: str, new: str) -> None:
    """Take away the old name of a file that a hard link has given a new one, where nobody came to that.

    Raises:
        OSError: it can't be removed.
    """
    if os.path.lexists(old) and os.path.lexists(new) and os.stat(old).st_nlink > 1 and os.path.samefile(old, new):
        os.unlink(old)


def has_name(path: str) -> bool:
    """Whether there is a file of exactly that name, also on a case-blind disk, which finds it by another one too."""
    folder, name = os.path.split(path)
    try:
        return os.path.lexists(path) and normalize("NFC", name) in {normalize("NFC", e) for e in os.listdir(folder)}
    except OSError:
        return os.path.lexists(path)


def is_one(source: str, target: str) -> bool:
    """Whether a case-blind disk has one file for both names; the numbers of files tell it on some of them alone."""
    if not (one_name(source, target) and os.path.lexists(source) and os.path.lexists(target)):
        return False
    return not (has_name(source) and has_name(target)) or os.path.samefile(source, target)


def waits() -> tuple[float | None, ...]:
    """Seconds to wait after each try that another program's open file has refused; None after the last one."""
    return (*_WAITS, None) if os.name == "nt" else (None,)


def _retried(act: Callable[[str, str], None], old: str, new: str) -> None:
    """Rename to a name that nothing has, which may be refused for a moment on Windows."""
    for seconds in waits():
        try:
            return act(old, new)
        except PermissionError:
            if seconds is None:
                raise
            time.sleep(seconds)
    return None


# Windows ----------------------------------------------------------------------------------------------------------

_NOT_KNOWN = frozenset({1, 50, 87, 120})
"""Errors of a file system that can't replace with a backup: no such function, not supported, wrong parameter."""

_MOVED_AWAY = 1177  # the note has the name of the backup now, and the new file did not get its own


def backup_of(beside: str) -> str:
    """The name under which Windows puts what was replaced, until it has that of the temporary file."""
    return f"{beside.removesuffix('.tmp')}.old.tmp"


def _exchanged_on_windows(beside: str, target: str) -> bool:
    """Put the new file in the place of a note, and the note in its place: `ReplaceFileW`, and then a rename.

    Raises:
        OSError: another program has one of the two open, or it can't be written; the note is as it was.
    """
    out = backup_of(beside)
    code = replace_file(target, beside, out)
    if code in _NOT_KNOWN:
        return False
    if code == _MOVED_AWAY:
        _retried(os.rename, out, target)
    if code:
        raise PermissionError(EPERM, f"another program has it open (error {code} of Windows)", target)
    try:
        _retried(os.rename, out, beside)
    except OSError:
        replace_file(target, out, beside)
        raise
    return True


def replace_file(target: str, new: str, out: str) -> int:
    """`ReplaceFileW`: the new file gets the target's name, attributes and permissions, and the target the name `out`.

    Returns:
        The error of Windows; 0 where it is done.
    """
    import ctypes

    library = getattr(ctypes, "WinDLL", None)
    if library is None:
        return 120
    kernel = library("kernel32", use_last_error=True)
    merge_what_can_be = 0x2 | 0x4  # attributes or permissions that can't be carried over stop no save
    done = kernel.ReplaceFileW(*map(ctypes.c_wchar_p, (target, new, out)), merge_what_can_be, None, None)
    return 0 if done else int(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]
