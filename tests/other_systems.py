"""Python as Windows or macOS has it, for modules of Rounds alone: what it lacks there, and how its files behave.

`install` it before any of them is imported. Everything else sees the real system. As a plugin of pytest, with ROUNDS_SYSTEM
set to one of SYSTEMS, it makes a whole run see that system: `make platforms`.
"""

import builtins
import errno
import os
import stat
import sys
import types
from collections.abc import Callable
from typing import Any, Self

SYSTEMS = ("windows-3.12", "windows-3.13", "macos")
"""Python 3.13 of Windows has `os.fchmod`, and no `os.geteuid`; here, the 3.12 also has no way to replace a file with a backup."""

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
        self.st_atime, self.st_atime_ns = real.st_atime, real.st_atime_ns
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

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> _Entry:
        return _Entry(next(self._real))

    def close(self) -> None:
        self._real.close()


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


def _unlink(path: str) -> None:
    os.unlink(path)


def _mkdir(path: str, mode: int = 0o777) -> None:
    os.mkdir(path, mode)


def _replace(old: str, new: str) -> None:
    os.replace(old, new)


def _rename(old: str, new: str) -> None:
    if os.path.lexists(new) and not os.path.samefile(old, new):
        raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists", old)
    os.rename(old, new)


LONGEST = sys.maxsize
"""Characters of a path at most; 259 where long paths aren't turned on."""


def _in_length(call: Callable[..., Any], less: int = 0) -> Callable[..., Any]:
    """A call that finds no file at a path that is too long; `less` characters are allowed for a new folder."""

    def looking(*paths: Any, **more: Any) -> Any:
        for path in paths:
            if isinstance(path, str) and len(path) > LONGEST - less:
                raise FileNotFoundError(errno.ENOENT, "The system cannot find the path specified", path)
        return call(*paths, **more)

    return looking


def _open(path: str, flags: int, mode: int = 0o777) -> int:
    if os.path.exists(path) and not os.path.isfile(path):  # a folder; there are no pipes by name
        raise PermissionError(errno.EACCES, "Permission denied", path)
    if path.endswith(".md"):
        CALLS.append(f"open {path}")
    return os.open(path, flags, mode)


def _startfile(link: str) -> None:
    """The program that opens links here stands for the one that Windows has for them."""
    import subprocess

    if subprocess.run(["xdg-open", link], check=False).returncode:
        raise OSError(errno.ENOENT, "No application is associated with the specified file")


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
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise PermissionError(errno.EACCES, "Permission denied") from None


_error = 0
"""The last error code of Windows."""


class _Kernel:
    """kernel32 with `ReplaceFileW`, which no file that a program has open may take part in."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def ReplaceFileW(self, *names: Any) -> int:  # noqa: N802
        global _error  # noqa: PLW0603 - as in Windows: of the last call
        target, new, out = (name.value for name in names[:3])
        _error = 32 if _held(target) or _held(new) else 0
        if not _error:
            os.chmod(new, os.stat(target).st_mode & 0o7777)
            os.replace(target, out)
            os.rename(new, target)
        return int(not _error)


class _LesserKernel(_Kernel):
    """kernel32 of a disk on which a file can't be replaced with a backup."""

    def ReplaceFileW(self, *_: Any) -> int:  # noqa: N802
        global _error  # noqa: PLW0603
        _error = 120
        return 0


def _on_windows(system: str) -> dict[str, types.ModuleType]:
    import ctypes
    import signal
    import socket

    old = system == "windows-3.12"
    windows_os = _Module(
        os, GONE | {"fchmod"} if old else GONE, name="nt", O_BINARY=0, scandir=_Entries,
        supports_fd=frozenset(os.supports_fd - {os.scandir}),
        stat=_in_length(lambda path, **more: _Status(os.stat(path, **more))),
        fstat=lambda number: _Status(os.fstat(number)),
        unlink=_closed(_unlink), remove=_closed(_unlink), replace=_closed(_replace), rename=_in_length(_closed(_rename)),
        open=_in_length(_open), mkdir=_in_length(_mkdir, 12), startfile=_startfile,
    )  # fmt: skip
    kernel = _LesserKernel if old else _Kernel
    return {
        "os": windows_os,
        "sys": _Module(sys, frozenset(), platform="win32"),
        "signal": _Module(signal, SIGNALS),
        # A port may be shared by sockets with SO_REUSEADDR, as Linux does with SO_REUSEPORT.
        "socket": _Module(
            socket, frozenset(), SO_REUSEADDR=socket.SO_REUSEPORT, SO_EXCLUSIVEADDRUSE=socket.SO_REUSEADDR
        ),
        "ctypes": _Module(ctypes, frozenset(), WinDLL=kernel, get_last_error=lambda: _error),
        "msvcrt": _Module(types.ModuleType("msvcrt"), frozenset(), LK_NBLCK=2, locking=_locking),
    }


GONE_ON_A_MAC = frozenset(
    {"fdatasync", "getxattr", "listxattr", "removexattr", "sched_getaffinity", "setxattr", "O_TMPFILE"}
)
"""What `os` of macOS has not."""


class _MacLibrary:
    """The C library of macOS: a rename with flags, and copies of attributes."""

    def __init__(self, *_: object, **__: object) -> None:
        import ctypes

        self._real = ctypes.CDLL(None, use_errno=True)

    def renamex_np(self, old: bytes, new: bytes, flag: int) -> int:
        CALLS.append("renamex_np")
        return int(self._real.renameat2(-100, old, -100, new, {0x2: 2, 0x4: 1}[flag]))

    def fcopyfile(self, source: int, target: int, _state: None, flags: int) -> int:
        CALLS.append("fcopyfile")
        for name in os.listxattr(source) if flags & 0x4 else ():
            os.setxattr(target, name, os.getxattr(source, name))
        return 0


def _on_a_mac(_: str) -> dict[str, types.ModuleType]:
    import ctypes
    import fcntl

    leases = frozenset({"F_GETLEASE", "F_GETSIG", "F_NOTIFY", "F_SETLEASE", "F_SETSIG"})

    def control(descriptor: int, what: int, *more: Any) -> Any:
        if what != _FULL_SYNC:
            return fcntl.fcntl(descriptor, what, *more)
        CALLS.append("F_FULLFSYNC")
        return os.fsync(descriptor)

    return {
        "os": _Module(os, GONE_ON_A_MAC),
        "sys": _Module(sys, frozenset(), platform="darwin"),
        "fcntl": _Module(fcntl, leases, F_FULLFSYNC=_FULL_SYNC, fcntl=control),
        "ctypes": _Module(ctypes, frozenset(), CDLL=_MacLibrary),
    }


_FULL_SYNC = 51
CALLS: list[str] = []
"""Names of the calls that only macOS has, and on Windows the notes that were opened, in turn."""


def install(system: str) -> None:
    """From now on, modules of Rounds import these; before any of them is imported."""
    import pathlib  # noqa: F401  # with the real ones: what comes with Python is not tried here
    import subprocess  # noqa: F401
    import tempfile  # noqa: F401

    import platformdirs  # noqa: F401

    on_windows = system != "macos"
    theirs, real = (_on_windows if on_windows else _on_a_mac)(system), builtins.__import__
    if on_windows:
        sys.modules["msvcrt"] = theirs["msvcrt"]

    def imported(name: str, *more: Any, **named: Any) -> Any:
        importer = (more[0] if more else named.get("globals")) or {}
        ours = str(importer.get("__name__", "")).startswith("rounds.")
        if ours and on_windows and name in MODULES:
            raise ImportError(name)
        found = real(name, *more, **named)
        return theirs[name] if ours and name in theirs else found

    builtins.__import__ = imported


_LINKS, _PIPES = "there are hard links on other systems", "Windows has no pipes among its files"
_LEASES, _INOTIFY = "only Linux has leases", "only Linux has inotify"
_ACTED = "the test acts Windows by itself"
_COMPARES = "a disk that can't exchange files compares before it replaces, and sees nothing later"
_HELPER = "Windows has no second process that reads notes"
NOT_THERE = {
    "test_a_file_that_is_open_for_writing_is_left_alone": (_LEASES, "windows macos"),
    "test_a_system_that_watches_too_few_folders_is_noticed": (_INOTIFY, "windows macos"),
    "test_folders_that_are_just_coming_are_no_folders_left_out": (_INOTIFY, "windows macos"),
    "test_a_network_drive_is_looked_at_every_few_seconds": ("/proc/mounts is Linux's", "windows macos"),
    "test_folders_are_not_counted_while_watchdog_watches_anew": (_INOTIFY, "windows macos"),
    "test_a_large_tree_that_comes_back_is_watched_without_long_words": (_INOTIFY, "windows macos"),
    "test_windows_replaces_with_a_backup_which_is_looked_at": (_ACTED, "macos"),
    "test_a_note_that_windows_holds_for_a_moment_is_tried_again": (_ACTED, "macos"),
    "test_a_try_again_writes_over_nothing_that_was_saved_meanwhile": (_ACTED, "windows macos"),
    "test_a_note_is_moved_on_windows_once_it_is_free": (_ACTED, "windows"),
    "test_a_new_note_whose_last_rename_fails_leaves_nothing": ("Windows has a rename that replaces nothing", "windows"),
    "test_a_file_system_that_does_not_know_the_flag_is_no_error": ("it is a flag of Linux", "windows macos"),
    "test_a_hard_link_whose_old_name_can_not_go_is_taken_back": (_LINKS, "windows"),
    "test_two_notes_of_one_text_by_hard_link_are_two": (_LINKS, "windows"),
    "test_the_same_size_and_time_do_not_hide_a_change": (
        "Windows has no time of the last change but that one",
        "windows",
    ),
    "test_a_save_keeps_extended_attributes": ("Windows keeps attributes itself", "windows"),
    "test_a_save_keeps_owner_and_group": ("Windows keeps the owner itself", "windows"),
    "test_a_save_keeps_the_mode": ("Windows has other permissions", "windows"),
    "test_a_feed_that_others_could_read_is_closed": ("Windows has other permissions", "windows"),
    "test_a_folder_that_is_not_confirmed_is_said": ("Windows confirms no folders", "windows"),
    "test_the_first_step_of_a_journal_is_on_the_disk_before_the_note_is": ("Windows confirms no folders", "windows"),
    "test_a_note_that_ends_the_second_process_is_found": (_HELPER, "windows"),
    "test_the_helper_does_its_share_and_leaves_nothing": (_HELPER, "windows"),
    "test_an_opener_that_stays_is_no_failure": ("Windows starts the program of a link itself", "windows"),
    "test_no_name_adds_anything_to_the_link[no utf-8 \\udcff]": ("Windows' names are all of Unicode", "windows"),
    "test_only_ordinary_files_are_read": (_PIPES, "windows"),
    "test_a_config_that_is_a_pipe_is_told": (_PIPES, "windows"),
    "test_json_for_another_encoding_loses_no_letter": ("text in pipes is always UTF-8 on Windows", "windows"),
    "test_help_imports_nothing_heavy": ("Windows' console is made ready first, by cli/output.py", "windows"),
    "test_no_ctrl_c_is_lost_just_before_the_read": ("Windows has no select for what is typed", "windows"),
    "test_what_another_program_saved_in_the_last_moment_is_given_back": (_COMPARES, "windows-3.12"),
    "test_a_text_that_has_no_name_any_more_stays_beside": (_COMPARES, "windows-3.12"),
    "test_an_interface_ends_when_its_server_was_killed": ("Windows has no hang-up to wait for", "windows"),
    "test_a_pipe_is_no_version": (_PIPES, "windows"),
    "test_a_pipe_in_the_journal_keeps_nobody_waiting": (_PIPES, "windows"),
    "test_a_pipe_is_not_replaced": (_PIPES, "windows"),
}
"""Tests of what another system hasn't: the reason, and the systems, `windows` for both."""


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Skip tests of what the system hasn't, with the reason; on a real Mac or Windows PC too."""
    import pytest

    here = os.environ.get("ROUNDS_SYSTEM") or {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    for item in items:
        reason, systems = NOT_THERE.get(item.name) or NOT_THERE.get(getattr(item, "originalname", ""), ("", ""))
        if {here, here.partition("-")[0]} & {*systems.split()}:
            item.add_marker(pytest.mark.skip(reason=reason))


if os.environ.get("ROUNDS_SYSTEM"):
    install(os.environ["ROUNDS_SYSTEM"])
