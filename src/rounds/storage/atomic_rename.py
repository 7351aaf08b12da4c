"""Renames that Python lacks: exchange two files, or never overwrite one.

If a system or file system can't do it, the next best way is used (docs/decisions/0026-file-systems.md).
"""

import os
import sys
import time
from collections.abc import Callable
from errno import EAGAIN, EEXIST, EINVAL, ENAMETOOLONG, ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM
from stat import S_ISREG
from unicodedata import normalize

from rounds.domain.file_names_copies import one_name
from rounds.storage.open_file import BINARY, TOO_LONG, is_too_long

NOREPLACE, EXCHANGE = 1, 2
"""Flags of `renameat2`, Linux's call."""

_ON_A_MAC = {EXCHANGE: 0x2, NOREPLACE: 0x4}
"""The same flags for `renamex_np`, macOS' call: RENAME_SWAP and RENAME_EXCL. APFS knows both, HFS+ the second one."""

_HERE = -100  # AT_FDCWD
_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}  # syscall number, for a C library without the function
_UNKNOWN = frozenset({EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM})
"""Errors of a system that can't do it at all. If the last one has another cause, the next way fails with it too."""

_COARSE = 2.0
"""Resolution of FAT's file times, in seconds."""

_WAITS = (0.01, 0.05, 0.2, 0.5)
"""Seconds between retries on Windows, where a file that another program has open can't be renamed."""


class EmptyLeftError(OSError):
    """A rename failed, and the empty file that reserved the new name can't be removed either."""


def is_being_written(descriptor: int) -> bool:
    """Whether a program has the file open for writing, in which case Linux refuses a lease; False elsewhere."""
    if sys.platform == "linux":
        import fcntl
        from signal import SIGURG

        try:
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, SIGURG)  # ignored by default; a broken lease's signal would kill us
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as error:
            return error.errno == EAGAIN
    return False


def rename(old: str, new: str, flag: int) -> bool:
    """Rename with a flag of `renameat2`, or its equivalent on a Mac or on Windows.

    Returns:
        False if the system or file system doesn't support it; then nothing has happened.
    """
    if os.name == "nt":
        if flag == NOREPLACE:
            _retried(_rename_on_windows, old, new)
            return True
        return _exchanged_on_windows(old, new)
    if (failed := _renamed(os.fsencode(old), os.fsencode(new), flag)) is None:
        return False
    import ctypes

    if failed and (code := ctypes.get_errno()) not in _UNKNOWN:
        raise OSError(code, os.strerror(code), old)
    return not failed


def _renamed(old: bytes, new: bytes, flag: int) -> int | None:
    """Call the C library; return its result, with `errno` set, or None if it lacks the function."""
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        return int(libc.renamex_np(old, new, _ON_A_MAC[flag])) if hasattr(libc, "renamex_np") else None
    if sys.platform != "linux":
        return None
    names = (_HERE, old, _HERE, new, flag)
    if hasattr(libc, "renameat2"):
        return int(libc.renameat2(*names))
    number = _RENAMEAT2.get(os.uname().machine)
    return int(libc.syscall(number, *names)) if number else None


def rename_new(old: str, new: str, *, take: bool = True) -> None:
    """Rename, but never over an existing file.

    Args:
        take: if the system can't do that, first reserve the name with an empty file. A process killed then leaves the
            empty file, see `release`. If False, only check that the name is free.

    Raises:
        FileExistsError: there is one.
        EmptyLeftError: see `release`.
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
        _ensure_free(not os.stat(new).st_size, new)  # else another program has written into it
        os.replace(old, new)
    except BaseException as error:
        try:
            release(old, new)
        except OSError:
            if isinstance(error, OSError):
                raise EmptyLeftError(error.errno, error.strerror, new) from error
        raise


def _ensure_free(free: bool, path: str) -> None:
    if not free:
        raise FileExistsError(EEXIST, os.strerror(EEXIST), path)


def release(old: str, new: str, since: float = 0.0) -> None:
    """Remove the empty file that reserved a name for a rename that never happened.

    Args:
        since: seconds since the epoch; an older empty file isn't ours.

    Raises:
        OSError: it can't be removed.
    """
    if is_one(old, new) or not (os.path.lexists(old) and os.path.lexists(new)) or os.path.islink(new):
        return
    status = os.stat(new)
    if S_ISREG(status.st_mode) and not status.st_size and status.st_mtime >= since - _COARSE:
        os.unlink(new)


def end_link(old: str, new: str) -> None:
    """Remove the old name of a file that has its new name as a hard link, after an interrupted rename.

    Raises:
        OSError: it can't be removed.
    """
    if os.path.lexists(old) and os.path.lexists(new) and os.stat(old).st_nlink > 1 and os.path.samefile(old, new):
        os.unlink(old)


def has_name(path: str) -> bool:
    """Whether a file of exactly this name exists; a case-insensitive disk finds it by other names too."""
    folder, name = os.path.split(path)
    try:
        return os.path.lexists(path) and normalize("NFC", name) in {normalize("NFC", e) for e in os.listdir(folder)}
    except OSError:
        return os.path.lexists(path)


def is_one(source: str, target: str) -> bool:
    """Whether both names are one file on a case-insensitive disk; inode numbers show it only on some of them."""
    if not (one_name(source, target) and os.path.lexists(source) and os.path.lexists(target)):
        return False
    return not (has_name(source) and has_name(target)) or os.path.samefile(source, target)


def waits() -> tuple[float | None, ...]:
    """Seconds to wait after each try that failed because a program has the file open; None after the last one."""
    return (*_WAITS, None) if os.name == "nt" else (None,)


def _retried(act: Callable[[str, str], None], old: str, new: str) -> None:
    """Rename to a free name, with retries: Windows may refuse for a moment."""
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
"""Windows errors if replacing with a backup isn't possible: no such function, not supported, wrong parameter."""

_MOVED_AWAY = 1177  # the note now has the backup's name, and the new file still has its own


def backup_of(beside: str) -> str:
    """Name of the replaced file on Windows, until it gets the temporary file's name."""
    return f"{beside.removesuffix('.tmp')}.old.tmp"


def _rename_on_windows(old: str, new: str) -> None:
    """Rename to a free name; never over a file.

    Raises:
        OSError: also for a path that is too long, with that reason.
    """
    try:
        os.rename(old, new)
    except FileNotFoundError as error:
        if is_too_long(new) and os.path.isdir(os.path.dirname(new)):
            raise OSError(ENAMETOOLONG, TOO_LONG, new) from error
        raise


def _exchanged_on_windows(beside: str, target: str) -> bool:
    """Exchange a note and its new file: `ReplaceFileW`, then a rename.

    Raises:
        OSError: another program has one of them open, or it can't be written; the note is unchanged.
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
        The Windows error code; 0 for success.
    """
    if sys.platform != "win32":
        return 120
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    merge_what_can_be = 0x2 | 0x4  # a save succeeds without attributes or permissions that can't be copied
    done = kernel.ReplaceFileW(*map(ctypes.c_wchar_p, (target, new, out)), merge_what_can_be, None, None)
    return 0 if done else ctypes.get_last_error()
