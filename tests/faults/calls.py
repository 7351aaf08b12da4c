"""Our calls to the system that change files: counted, and stopped or made to fail at any of them."""

import os
from collections.abc import Callable
from typing import Any

from rounds.store import files, renames

CALLS = (
    "open", "write", "fsync", "rename", "replace", "link", "unlink", "remove", "mkdir", "rmdir", "symlink", "utime", "truncate",
    "ftruncate", "chmod", "fchmod",
)  # fmt: skip
"""Functions of `os`. Writes through Python's own files would pass by: `tests/faults/test_commands.py` finds those."""

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Hook:
    """Counts the calls that change files, and acts before the nth.

    Attributes:
        reads: whether files that are opened to be read count as well.
    """

    def __init__(self, at: int, act: Callable[[], object], *, reads: bool = False) -> None:
        self.count, self.at, self.act, self.reads = 0, at, act, reads

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A function of the system with ours around it."""

        def hooked(*words: Any, **more: Any) -> Any:
            if self.reads or not is_open or words[1] & _WRITING:
                self.count += 1
                if self.count == self.at:
                    self.act()
            return call(*words, **more)

        is_open = call is os.open
        return hooked

    def install(self) -> None:
        """For the rest of this process."""
        for name in CALLS:
            setattr(os, name, self.around(getattr(os, name)))
        for module in (renames, files):
            for name in ("rename", "rename_new"):
                setattr(module, name, self.around(getattr(module, name)))
