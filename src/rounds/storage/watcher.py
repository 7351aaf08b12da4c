"""Folder watcher: reports that something may have changed.

Events are hints: only a scan finds what changed.
"""

import contextlib
import logging
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Self

from rounds.domain.file_names_copies import is_noise

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

QUIET = 0.1
"""Seconds without an event after which a burst counts as over."""

LONGEST = 1.0
"""Seconds after which a burst is handled even while it goes on."""

REGULAR = 60.0
"""Seconds between the regular checks, for changes that no watcher reports."""

_REMOTE = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "9p", "drvfs", "vboxsf", "prl_fs", "fuse.sshfs", "fuse.rclone", "afs", "ceph",
    "virtiofs", "fuse.vmhgfs-fuse", "fuse.davfs", "davfs", "fuse.gvfsd-fuse", "fuse.s3fs", "fuse.glusterfs",
})  # fmt: skip
"""File systems whose changes by other machines raise no event here; 9p and drvfs are Windows' disks under WSL."""

_ON_A_MAC = (
    ("/Library/Mobile Documents/", "iCloud Drive"),
    ("/Library/CloudStorage/", "a cloud service"),
    ("/Volumes/", "another disk"),
)
"""Parts of a real path on a Mac, and what lies there; a share of another computer is one of the volumes."""

_ONEDRIVE = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
"""Variables of Windows with the folders of OneDrive."""

POLLING = 5.0
"""Seconds between the checks if nothing can be watched."""

GLANCE = 1.0
"""Seconds between the checks that the folder is still the one watched."""

UNSURE = 5.0
"""Seconds after an overflow with two checks a second: events are lost while watchdog sets up its watches again."""

STILL = 5
"""Checks in a row, a second apart, that must find the same folders left out."""


class _Overflow(logging.Handler):
    """Handler of watchdog's log, which alone reports an overflow of the event queue.

    Other messages, such as about a new folder that is already watched, or an event after the end, aren't for users.

    Attributes:
        last: monotonic time of the last overflow.
    """

    def __init__(self, hint: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._hint = hint
        self.last = -UNSURE

    def emit(self, record: logging.LogRecord) -> None:
        """Handle a message."""
        if "overflow" in record.getMessage():
            self.last = time.monotonic()
            self._hint()


class Watcher:
    """Watches a folder in its own threads and calls back when something in it may have changed.

    The callback runs in the watcher's thread, never twice at a time. If the system can't watch the folder, `polling` is
    True and only the regular checks run, every five seconds.

    Args:
        root: the folder.
        on_dirty: called after each burst of events, and regularly.
        on_trouble: called with a message if watching is limited.
    """

    def __init__(self, root: str, on_dirty: Callable[[], None], on_trouble: Callable[[str], None]) -> None:
        self._root = root
        self._on_dirty = on_dirty
        self._on_trouble = on_trouble
        self._wake = threading.Condition()
        self._first: float | None = None  # monotonic time of the burst's first event
        self._last = 0.0
        self._soon: float | None = None
        self._grown = False
        self._left_out: tuple[int, int] | None = None
        self._looks = 0  # checks in a row that found the same folders left out
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="rounds-watcher", daemon=True)
        self._observer: object = None
        self._place = _place(root)
        self._log = _Overflow(self.hint)
        self.polling = False

    def __enter__(self) -> Self:
        self._observe()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def hint(self) -> None:
        """Report that something may have changed."""
        now = time.monotonic()
        with self._wake:
            self._last = now
            if self._first is None:
                self._first = now
                self._wake.notify()

    def again(self, seconds: float) -> None:
        """Check again after some seconds, whether anything happens or not."""
        with self._wake:
            soon = time.monotonic() + seconds
            self._soon = min(soon, self._soon or soon)

    def renew(self) -> None:
        """Set up the watches again after the folder was away: the old ones may belong to a moved folder."""
        if not self._stopping:
            self._unobserve()
            self._observe()

    def ignores(self, path: str | bytes) -> bool:
        """Whether an event is about a swap or temporary file, or anything in a dot-folder such as .git."""
        text = os.fsdecode(path).removeprefix(self._root)
        *folders, name = text.split(os.sep)
        return is_noise(name) or any(folder.startswith(".") for folder in folders)

    def stop(self) -> None:
        """End both threads; wait for a running callback."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        self._unobserve()
        logging.getLogger("watchdog").removeHandler(self._log)

    def _unobserve(self) -> None:
        if self._observer is not None:
            self._observer.stop()  # type: ignore[attr-defined]
            self._observer.join()  # type: ignore[attr-defined]
            self._observer = None

    def _observe(self) -> None:
        from watchdog.events import FileSystemEventHandler
        from watchdog.observers import Observer

        watcher = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: "FileSystemEvent") -> None:
                if not all(watcher.ignores(path) for path in (event.src_path, event.dest_path) if path):
                    watcher._grown |= event.is_directory
                    watcher.hint()

        logging.getLogger("watchdog").addHandler(self._log)
        _quieten()
        self._before = watches_held()
        observer: BaseObserver | None = None
        try:
            observer = Observer()
            observer.schedule(Handler(), self._root, recursive=True, event_filter=_kinds())
            observer.start()
        except OSError as error:
            self._poll(error.strerror or str(error))
            with contextlib.suppress(RuntimeError):
                if observer is not None:
                    observer.stop()
        else:
            self._observer = observer
            if kind := remote_kind(os.path.realpath(self._root)):
                self._poll(f"the folder lies on {kind}, which doesn't report all changes by others")
            elif left_out := self._count():
                self._poll_left_out(left_out)

    def _count(self) -> tuple[int, int] | None:
        """Numbers of watched folders and of all folders, if some are left out: watchdog doesn't report that."""
        if self.polling or sys.platform != "linux":
            return None
        watched, folders = watches_held() - self._before, folder_count(self._root)
        return (watched, folders) if watched < folders else None

    def _poll_left_out(self, left_out: tuple[int, int]) -> None:
        watched, folders = left_out
        self._poll(f"the system watches only {watched} of its {folders} folders; raise fs.inotify.max_user_watches")

    def _poll(self, why: str) -> None:
        self.polling = True
        self._on_trouble(f"changes can't be watched here ({why}); looking every few seconds")

    def _run(self) -> None:
        while self._wait():
            self._on_dirty()
            if self._grown and not self._unsure():
                self._look_for_left_out()

    def _look_for_left_out(self) -> None:
        """Switch to polling if new folders aren't watched.

        While folders are being added, the numbers change, and on a busy machine watchdog pauses for a while. So several
        checks in a row must find the same.
        """
        before, self._left_out = self._left_out, self._count()
        self._looks = self._looks + 1 if self._left_out == before else 1
        self._grown = self._left_out is not None
        if self._left_out is None:
            return
        if self._looks >= STILL:
            self._poll_left_out(self._left_out)
        else:
            self.again(LONGEST)

    def _unsure(self) -> bool:
        """Whether watchdog may still be setting up its watches after an overflow."""
        return time.monotonic() - self._log.last < UNSURE

    def _wait(self) -> bool:
        """Wait for the end of a burst, or for the next regular check; False if it's time to stop.

        No event reports that the folder itself was moved, unmounted or mounted over, so check it now and then.
        """
        with self._wake:
            until = time.monotonic() + (0.5 if self._unsure() else POLLING if self.polling else REGULAR)
            until, self._soon = min(until, self._soon or until), None
        while True:
            place = _place(self._root)  # without the lock: a disk that hangs must not keep others waiting
            with self._wake:
                if self._stopping:
                    return False
                now = time.monotonic()
                due = until if self._first is None else min(until, self._last + QUIET, self._first + LONGEST)
                if now >= due or place != self._place:
                    self._first, self._place = None, place
                    return True
                self._wake.wait(min(due - now, GLANCE))


def _kinds() -> "list[type[FileSystemEvent]]":
    """The events that may mean a change."""
    from watchdog import events

    kinds: list[type[FileSystemEvent]] = [
        events.FileCreatedEvent,
        events.FileClosedEvent,
        events.FileMovedEvent,
        events.FileDeletedEvent,
        events.DirCreatedEvent,
        events.DirMovedEvent,
        events.DirDeletedEvent,
    ]
    # Outside Linux no event says that a file is closed after writing.
    return kinds if sys.platform == "linux" else [*kinds, events.FileModifiedEvent]


def _quieten() -> None:
    """Ignore watchdog's warnings, and keep 7.1 from listing all watches in its warning about a known folder.

    It builds that text even if warnings are ignored (its `watch.short_str` lacks the call). For a folder that comes
    back with many subfolders, this takes quadratic time: two minutes for 13,000.
    """
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
    if sys.platform == "linux":
        from watchdog.observers.inotify_c import Watch

        Watch.__repr__ = Watch.short_str  # type: ignore[method-assign, assignment]


def _place(root: str) -> tuple[int, int] | None:
    """Identity of a folder (device, inode); None if there is none."""
    try:
        status = os.stat(root)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def watches_held() -> int:
    """Number of folders that this process watches, on Linux; 0 elsewhere."""
    count = 0
    for name in os.listdir("/proc/self/fdinfo") if os.path.isdir("/proc/self/fdinfo") else ():
        with contextlib.suppress(OSError), open(f"/proc/self/fdinfo/{name}", encoding="ascii") as file:
            count += file.read().count("inotify wd:")
    return count


def folder_count(root: str) -> int:
    """Number of folders at and below `root`, with or without notes, as watchdog watches them."""
    return sum(1 for _ in os.walk(root))


def remote_kind(place: str, system: str = sys.platform, environ: Mapping[str, str] = os.environ) -> str:
    """What a folder lies on, if changes by other machines may raise no event there; empty for an ordinary disk.

    Args:
        place: real path of the folder; a drive letter of a network drive is resolved already.
        system: as `sys.platform` names it.
    """
    if system == "darwin":
        return next((name for part, name in _ON_A_MAC if part in f"{place}/"), "")
    if system == "win32":
        if place.startswith("\\\\?\\UNC\\") or (place.startswith("\\\\") and not place.startswith("\\\\?\\")):
            return "a network drive"
        inside = f"{place.rstrip(_SLASHES)}\\".casefold()
        synced = [f"{environ[each].rstrip(_SLASHES)}\\".casefold() for each in _ONEDRIVE if environ.get(each)]
        return "OneDrive" if inside.startswith(tuple(synced)) else ""
    kind = file_system(place)
    return kind if kind in _REMOTE else ""


_SLASHES = "\\/"


def file_system(root: str) -> str:
    """The kind of file system of a folder, as Linux names it; empty if unknown."""
    place = os.path.realpath(root)
    found = ("", "")
    with contextlib.suppress(OSError), open("/proc/mounts", encoding="utf-8", errors="replace") as file:
        for line in file:
            _, mount, kind, *_ = line.split(" ")
            mount = mount.replace("\\040", " ")
            inside = place == mount or place.startswith(mount.rstrip("/") + "/")
            if inside and len(mount) >= len(found[0]):
                found = mount, kind
    return found[1]
