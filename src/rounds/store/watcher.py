"""Says that a folder is dirty. Events are hints: what changed is found by a scan, never by an event."""

import contextlib
import logging
import os
import threading
import time
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rounds.domain.artefact import is_noise

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

QUIET = 0.1
"""Seconds without an event after which a burst counts as over."""

LONGEST = 1.0
"""Seconds after which a burst is answered even while it goes on."""

REGULAR = 60.0
"""Seconds between the checks that need no event: for what no watcher reports."""


POLLING = 5.0
"""Seconds between the checks where nothing can be watched."""


class Watcher:
    """Watches a folder in threads of its own and calls back when something in it may have changed.

    The callback runs in the watcher's thread, never twice at a time. Where the system can't watch the folder,
    `polling` is True and the regular checks are all there is, every five seconds.

    Args:
        root: the folder.
        on_dirty: called after each burst of events, and regularly.
        on_trouble: told in words why watching is limited.
    """

    def __init__(self, root: str, on_dirty: Callable[[], None], on_trouble: Callable[[str], None]) -> None:
        self._root = root
        self._on_dirty = on_dirty
        self._on_trouble = on_trouble
        self._wake = threading.Condition()
        self._first: float | None = None  # monotonic time of the burst's first event
        self._last = 0.0
        self._soon: float | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="rounds-watcher", daemon=True)
        self._observer: object = None
        self.polling = False

    def __enter__(self) -> Self:
        self._observe()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def hint(self) -> None:
        """Say that something may have changed."""
        now = time.monotonic()
        with self._wake:
            self._last = now
            if self._first is None:
                self._first = now
                self._wake.notify()

    def again(self, seconds: float) -> None:
        """Look again so much later, whether anything happens or not."""
        with self._wake:
            self._soon = time.monotonic() + seconds

    def ignores(self, path: str | bytes) -> bool:
        """Whether an event is about a swap or temporary file, or anything in a dot-folder such as .git."""
        text = os.fsdecode(path).removeprefix(self._root)
        *folders, name = text.split(os.sep)
        return is_noise(name) or any(folder.startswith(".") for folder in folders)

    def stop(self) -> None:
        """End both threads; a callback that runs is waited for."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join()
        if self._observer is not None:
            self._observer.stop()  # type: ignore[attr-defined]
            self._observer.join()  # type: ignore[attr-defined]
            self._observer = None

    def _observe(self) -> None:
        from watchdog import events
        from watchdog.observers import Observer

        watcher = self

        class Handler(events.FileSystemEventHandler):
            def on_any_event(self, event: "FileSystemEvent") -> None:
                if not all(watcher.ignores(path) for path in (event.src_path, event.dest_path) if path):
                    watcher.hint()

        kinds: list[type[FileSystemEvent]] = [
            events.FileCreatedEvent,
            events.FileClosedEvent,
            events.FileMovedEvent,
            events.FileDeletedEvent,
            events.DirCreatedEvent,
            events.DirMovedEvent,
            events.DirDeletedEvent,
        ]
        # A folder that is made and watched at once, or an event after the end, is not for users to read about.
        logging.getLogger("watchdog").addHandler(logging.NullHandler())
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
        observer = Observer()
        try:
            observer.schedule(Handler(), self._root, recursive=True, event_filter=kinds)
            observer.start()
        except OSError as error:
            self.polling = True
            self._on_trouble(f"changes can't be watched here ({error.strerror or error}); looking every few seconds")
            with contextlib.suppress(RuntimeError):
                observer.stop()
        else:
            self._observer = observer

    def _run(self) -> None:
        while self._wait():
            self._on_dirty()

    def _wait(self) -> bool:
        """Wait for the end of a burst, or for the next regular check; False when it is time to stop."""
        with self._wake:
            until = time.monotonic() + (POLLING if self.polling else REGULAR)
            until, self._soon = min(until, self._soon or until), None
            while not self._stopping:
                now = time.monotonic()
                due = until if self._first is None else min(self._last + QUIET, self._first + LONGEST)
                if now >= due:
                    self._first = None
                    return True
                self._wake.wait(due - now)
            return False
