"""Our calls to the system that change files: counted, and stopped or made to fail at any of them."""

import os
from collections.abc import Callable
from typing import Any

from rounds.calendar.caldav import Collection
from rounds.storage import atomic_rename, files

CALLS = (
    "open", "write", "fsync", "rename", "replace", "link", "unlink", "remove", "mkdir", "rmdir", "symlink", "utime", "truncate",
    "ftruncate", "chmod", "fchmod",
)  # fmt: skip
"""Functions of `os`. Writes through Python's own files would pass by: `tests/faults/test_commands.py` finds those."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Hook:
    """Counts the calls that change files, and acts before the nth.

    Attributes:
        reads: whether files that are opened to be read count as well; what an unreadable folder means is tested elsewhere.
    """

    def __init__(self, at: int, act: Callable[[], object], *, reads: bool = False) -> None:
        self.count, self.at, self.act, self.reads = 0, at, act, reads

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A function of the system with ours around it."""

        def hooked(*words: Any, **more: Any) -> Any:
            if not is_open or words[1] & _WRITING or (self.reads and not os.path.isdir(words[0])):
                self.count += 1
                if self.count == self.at:
                    self.act()
            return call(*words, **more)

        is_open = call is os.open
        return hooked

    def install(self) -> None:
        """For the rest of this process; what is put on a calendar server counts too."""
        for name in CALLS:
            setattr(os, name, self.around(getattr(os, name)))
        for module in (atomic_rename, files):
            for name in ("rename", "rename_new"):
                setattr(module, name, self.around(getattr(module, name)))
        for name in ("put", "delete"):
            setattr(Collection, name, self.around(getattr(Collection, name)))


class Recorder:
    """Writes down each call that changes files of a folder, once it has succeeded.

    Attributes:
        calls: its name; paths, flags of the opening or renaming; descriptors; the bytes and where they begin in the file.
    """

    def __init__(self, folder: str) -> None:
        self.folder = os.path.join(folder, "")
        self.calls: list[tuple[Any, ...]] = []

    def install(self) -> None:
        """For the rest of this process."""
        wrapped: dict[str, Callable[..., None]] = {
            "open": self._opened, "write": self._wrote, "fsync": self._synced, "rename": self._renamed, "replace": self._renamed,
            "link": self._linked, "unlink": self._unlinked, "remove": self._unlinked, "mkdir": self._made, "rmdir": self._unlinked,
        }  # fmt: skip
        for name, note in wrapped.items():
            setattr(os, name, _noting(getattr(os, name), note))
        exchange = _noting(atomic_rename.rename, self._exchanged)
        for module in (atomic_rename, files):
            module.rename = exchange  # type: ignore[attr-defined]

    def _is_ours(self, path: object) -> bool:
        return isinstance(path, (str, os.PathLike)) and os.path.abspath(path).startswith(self.folder)

    def _opened(self, descriptor: int, path: Any, flags: int, *_: object) -> None:
        self.calls.append(("opened", os.path.abspath(path) if self._is_ours(path) else "", flags, descriptor))

    def _wrote(self, length: int, descriptor: int, data: bytes) -> None:
        if os.isatty(descriptor) or not os.path.exists(f"/proc/self/fd/{descriptor}"):
            return
        try:
            end = os.lseek(descriptor, 0, os.SEEK_CUR)
        except OSError:  # a pipe
            return
        self.calls.append(("wrote", descriptor, bytes(data[:length]), end - length))

    def _synced(self, _: None, descriptor: int) -> None:
        self.calls.append(("synced", descriptor))

    def _renamed(self, _: None, old: Any, new: Any) -> None:
        self._exchanged(True, old, new, 0)

    def _exchanged(self, done: bool, old: Any, new: Any, flag: int) -> None:
        if done and self._is_ours(new):
            self.calls.append(("renamed", os.path.abspath(old), os.path.abspath(new), flag))

    def _linked(self, _: None, old: Any, new: Any) -> None:
        self.calls.append(("linked", os.path.abspath(old), os.path.abspath(new)))

    def _unlinked(self, _: None, path: Any, **more: object) -> None:
        if self._is_ours(path) and not more:
            self.calls.append(("unlinked", os.path.abspath(path)))

    def _made(self, _: None, path: Any, *__: object) -> None:
        if self._is_ours(path):
            self.calls.append(("made", os.path.abspath(path)))


def _noting(call: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
    def noted(*words: Any, **more: Any) -> Any:
        given = call(*words, **more)
        note(given, *words, **more)
        return given

    return noted
