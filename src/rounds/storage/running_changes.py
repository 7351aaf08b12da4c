"""Running changes: a small file in the journal's folder for each, locked as long as its process lives."""

import os
import re
import time
from contextlib import ExitStack, suppress

from rounds.storage.open_file import private
from rounds.storage.secure_files import lock, locked, make_folder

_NAME = re.compile(r"[0-9a-f]{8}-(\d{6}-\d{4})\.live")

_YOUNG = 60.0
"""Seconds in which a mark without a lock may be of a process that is about to lock it."""


class RunningChanges:
    """The marks of changes in the journal's folder. A killed process leaves its mark without a lock.

    Where a file can't be locked, there are no marks.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._locks: dict[str, ExitStack] = {}

    def _path(self, change: str, segment: str) -> str:
        return os.path.join(self.folder, f"{change}-{segment.removesuffix('.jsonl')}.live")

    def hold(self, change: str, segment: str) -> None:
        """Mark a change as running, once, with the segment that it is written to."""
        if change in self._locks or not segment:
            return
        self._locks[change] = stack = ExitStack()
        path = self._path(change, segment)
        try:
            make_folder(self.folder)
            stack.enter_context(locked(path, 1.0))
        except OSError:
            with suppress(OSError):
                os.unlink(path)

    def remove(self, change: str, segment: str) -> None:
        """Remove the mark of a change that is over."""
        if change in self._locks:
            self._locks.pop(change).close()
        with suppress(OSError):
            os.unlink(self._path(change, segment))

    def let_go(self) -> None:
        """Unlock what is held; changes that are not over keep their marks."""
        while self._locks:
            self._locks.popitem()[1].close()

    def is_live(self, change: str, segment: str) -> bool:
        """Whether the process of a change still runs; False where nobody can tell."""
        try:
            descriptor = private(self._path(change, segment), os.O_RDWR)
        except OSError:
            return False
        try:
            return not lock(descriptor)
        except OSError:
            return False
        finally:
            with suppress(OSError):
                os.close(descriptor)

    def segments(self) -> set[str]:
        """The segments with a change that has a mark."""
        try:
            names = os.listdir(self.folder)
        except OSError:
            return set()
        return {f"{found[1]}.jsonl" for found in map(_NAME.fullmatch, names) if found}

    def sweep(self) -> None:
        """Remove the marks that are nobody's any more."""
        with suppress(OSError):
            for entry in list(os.scandir(self.folder)):
                found = _NAME.fullmatch(entry.name)
                with suppress(OSError):
                    old = time.time() - entry.stat().st_mtime > _YOUNG
                    if found and old and not self.is_live(entry.name[:8], found[1]):
                        os.unlink(entry.path)
