"""Python as Windows has it, for modules of Rounds alone: what `os` lacks there, and how its files behave.

`install` it first. Everything else sees the real system. `WINDOWS_PYTHON` names the Python it is, 313 by default: since that
one `os.fchmod` is there, and `os.geteuid` is not.
"""

import builtins
import errno
import fcntl
import os
import stat
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Self

GONE = frozenset({
    "chown", "fchown", "fdatasync", "fork", "getegid", "geteuid", "getgid", "getuid", "getxattr", "killpg", "listxattr",
    "mkfifo", "pread", "pwrite", "sched_getaffinity", "setsid", "setxattr", "statvfs", "uname",
    "O_DIRECTORY", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_TMPFILE",
})  # fmt: skip
"""What `os` of Windows has not."""

SIGNALS = frozenset(
    {"SIGALRM", "SIGBUS", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGSTOP", "SIGTSTP", "SIGURG", "SIGWINCH"}
)
"""What `signal` of Windows has not."""

MODULES = frozenset({"fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"})
"""What there is no module of."""


class _Status:
    """What `stat` tells there: no owner, a mode of one bit, and of an entry of a folder no number."""

    def __init__(self, real: os.stat_result, *, of_entry: bool = False) -> None:
        mode = real.st_mode
        if stat.S_ISREG(mode):
            mode = stat.S_IFREG | (0o666 if mode & stat.S_IWUSR else 0o444)
        self.st_mode, self.st_size, self.st_uid, self.st_gid = mode, real.st_size, 0, 0
        self.st_ino, self.st_dev, self.st_nlink = (0, 0, 0) if of_entry else (real.st_ino, real.st_dev, real.st_nlink)
        self.st_mtime, self.st_mtime_ns = real.st_mtime, real.st_mtime_ns
        self.st_ctime, self.st_ctime_ns = 1e9, 10**18  # when it was made


class _Entry:
    def __init__(self, real: "os.DirEntry[str]") -> None:
        self._real = real
        self.name, self.path = real.name, real.path

    def stat(self, *, follow_symlinks: bool = True) -> _Status:
        return _Status(self._real.stat(follow_symlinks=follow_symlinks), of_entry=True)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class _Entries:
    def __init__(self, path: str = ".") -> None:
        self._real = os.scandir(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._real.close()

    def __iter__(self) -> Iterator[_Entry]:
        return map(_Entry, self._real)


def _held(path: str) -> bool:
    """Whether this process has the file open, as Python does there: nobody may rename or remove it meanwhile."""
    try:
        wanted = os.stat(path)
    except OSError:
        return False
    for number in os.listdir("/proc/self/fd"):
        try:
            found = os.stat(f"/proc/self/fd/{number}")
        except OSError:
            continue
        if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino) and not stat.S_ISDIR(found.st_mode):
            return True
    return False


def _closed(act: Callable[..., Any]) -> Callable[..., Any]:
    """An act on files that no program may have open."""

    def refusing(*paths: str) -> Any:
        for path in paths:
            if _held(path):
                raise PermissionError(errno.EACCES, "The process cannot access the file", path)
        return act(*paths)

    return refusing


def _rename(old: str, new: str) -> None:
    if os.path.lexists(new) and not os.path.samefile(old, new):
        raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists", old)
    os.rename(old, new)


def _open(path: str, flags: int, mode: int = 0o777) -> int:
    if os.path.isdir(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)
    return os.open(path, flags, mode)


class _Module(types.ModuleType):
    """A module with some names of its own, and without some; the rest is the real one's."""

    def __init__(self, real: types.ModuleType, gone: frozenset[str], **own: object) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(own, _real=real, _gone=gone)

    def __getattr__(self, name: str) -> Any:
        if name in self._gone:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(self._real, name)


def _locking(descriptor: int, *_: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise PermissionError(errno.EACCES, "Permission denied") from None


class _Kernel:
    """kernel32 of a Windows that can't replace a file with a backup."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def ReplaceFileW(self, *_: object) -> int:  # noqa: N802
        return 0


def _modules() -> dict[str, types.ModuleType]:
    import ctypes
    import signal

    gone = GONE if int(os.environ.get("WINDOWS_PYTHON", "313")) >= 313 else GONE | {"fchmod"}
    windows_os = _Module(
        os, gone, name="nt", O_BINARY=0, supports_fd=frozenset(os.supports_fd - {os.scandir}), scandir=_Entries,
        stat=lambda path, **more: _Status(os.stat(path, **more)), fstat=lambda number: _Status(os.fstat(number)),
        unlink=_closed(os.unlink), remove=_closed(os.unlink), replace=_closed(os.replace), rename=_closed(_rename),
        open=_open,
    )  # fmt: skip
    return {
        "os": windows_os,
        "sys": _Module(sys, frozenset(), platform="win32"),
        "signal": _Module(signal, SIGNALS),
        "ctypes": _Module(ctypes, frozenset(), WinDLL=_Kernel, get_last_error=lambda: 120),
        "msvcrt": _Module(types.ModuleType("msvcrt"), frozenset(), LK_NBLCK=2, locking=_locking),
    }


def install() -> None:
    """From now on, modules of Rounds import these; before any of them is imported."""
    import pathlib  # noqa: F401  # with the real ones: what comes with Python is not tried here
    import subprocess  # noqa: F401
    import tempfile  # noqa: F401

    windows, real = _modules(), builtins.__import__
    sys.modules["msvcrt"] = windows["msvcrt"]

    def imported(name: str, *more: Any, **named: Any) -> Any:
        importer = (more[0] if more else named.get("globals")) or {}
        ours = str(importer.get("__name__", "")).startswith("rounds.")
        if ours and name in MODULES:
            raise ImportError(name)
        found = real(name, *more, **named)
        return windows[name] if ours and name in windows else found

    builtins.__import__ = imported
