"""What saves that died left beside the notes: temporary files, found and set aside as conflict copies."""

import os
import re
import time
from contextlib import suppress
from datetime import datetime
from errno import EEXIST

from rounds.store.renames import rename_new

_TEMPORARY = re.compile(r"\.~[0-9a-f]{8}\.tmp")


def set_aside(beside: str, name: str, now: datetime) -> str:
    """Give a temporary file that must not be removed the name of a conflict copy.

    Args:
        beside: its path.
        name: of the note that it is a version of.
        now: for the name of the copy.

    Returns:
        Its new path.

    Raises:
        OSError: it can't be renamed, and is where it was.
    """
    stem, end = os.path.splitext(name)
    for number in range(100):
        mark = f"{now:%Y-%m-%d %H%M%S}{f' {number}' if number else ''}"
        copy = os.path.join(os.path.dirname(beside), f"{stem} (conflicted copy {mark}){end}")
        with suppress(FileExistsError):
            rename_new(beside, copy)
            return copy
    raise OSError(EEXIST, "too many copies", beside)


def strays(root: str, *, older: float) -> list[str]:
    """Temporary files of saves, of that age in seconds at least; they are live while somebody saves."""
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name[0] != "."]
        for path in (os.path.join(folder, name) for name in names if _TEMPORARY.fullmatch(name)):
            with suppress(OSError):
                if time.time() - os.stat(path).st_mtime >= older:
                    found.append(os.path.relpath(path, root).replace(os.sep, "/"))
    return found
