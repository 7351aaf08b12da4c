"""Temporary files of killed saves: deleted, or kept as copies."""

import os
import re
import time
from contextlib import suppress
from datetime import datetime
from errno import EEXIST, ENAMETOOLONG, ENOENT
from typing import TYPE_CHECKING

from rounds.domain.file_names_copies import LONGEST, bounded
from rounds.errors import RoundsError
from rounds.storage.atomic_rename import backup_of, end_link, release, rename_new
from rounds.storage.durable import sync_folder
from rounds.storage.files import clear, digest, inside

if TYPE_CHECKING:
    from rounds.storage.journal import Step

_TEMPORARY = r"\.~[0-9a-f]{8}(\.old)?\.tmp"
_LENGTHS = (LONGEST, 140, 80)
"""Length limits of a name in bytes, tried in turn: encrypted folders and some drives allow less than others."""


def temporary(step: "Step") -> str:
    """Name of a step's temporary file.

    Raises:
        RoundsError: the step's id isn't one of ours: the journal is a file too, so its content isn't trusted.
    """
    if not step.id.isalnum():
        raise RoundsError(f"{step.path}: the journal names a step in a way that Rounds does not")
    return f".~{step.id}.tmp"


def clean_up(root: str, step: "Step", since: float) -> list[str]:
    """Remove what a killed or failed step left: an empty note, a second name, a temporary file.

    Args:
        root: the vault.
        since: when it was done, at the earliest; seconds since the epoch.

    Returns:
        Messages, as for `settle`.

    Raises:
        OSError: it can't be removed now.
    """
    old, new = os.path.join(root, step.path), os.path.join(root, step.to or step.path)
    with suppress(RoundsError):
        if step.to:
            release(old, new, since)
            end_link(old, new)
        elif step.before is None:
            release(os.path.join(os.path.dirname(new), temporary(step)), new, since)
    return settle_step(root, step)


def settle_step(root: str, step: "Step", *, patient: bool = True) -> list[str]:
    """As `settle`, for the temporary file of a step that wrote."""
    if step.to:
        return []
    try:
        target = inside(root, step.path)
        beside = os.path.join(os.path.dirname(target), temporary(step))
    except RoundsError as error:
        return [f"{error.message}, so what was left beside it was not looked at."]
    base = digest(step.before) if step.before is not None else None
    said = settle(beside, target, base, step.after or b"", patient=patient)
    return [f"{step.path}: {words}" for words in said]


def settle(beside: str, target: str, base: bytes | None, data: bytes, *, patient: bool = True) -> list[str]:
    """Clean up the temporary files of a save that is over, or was killed.

    A file with the old text, the new one or a beginning of it is deleted. Any other becomes a conflict copy.

    Args:
        beside: path of the temporary file.
        target: of the note.
        base, data, patient: as for `files.clear`.

    Returns:
        Messages about text that is nowhere else, with its new place.

    Raises:
        OSError: a file can't be read, or it can be deleted but that fails.
    """
    said = []
    for each in (beside, backup_of(beside)):
        if each != beside and os.path.lexists(each) and not os.path.lexists(target):
            with suppress(OSError):  # reported below
                rename_new(each, target)
        if clear(each, base, data, patient=patient):
            continue
        try:
            copy = keep_as_copy(each, os.path.basename(target), datetime.now().astimezone())
            said.append(f"what another program wrote at the same moment is in {os.path.basename(copy)}. {_BOTH}")
        except OSError as error:
            if os.path.lexists(each):  # else another process was faster
                what = "what another program wrote at the same moment is in"
                said.append(f"{what} {each}, which can't be given the name of a copy: {error.strerror}")
    return said


_BOTH = "To see both: rounds conflicts"


def keep_as_copy(beside: str, name: str, now: datetime, folder: str | None = None) -> str:
    """Rename a file that must not be deleted to a conflict copy.

    Args:
        beside: its path.
        name: name of its note; cut if it's too long with the mark.
        now: for the name of the copy.
        folder: folder for the copy; by default that of the file.

    Returns:
        Its new path.

    Raises:
        OSError: it can't be renamed; it stays where it was.
    """
    stem, end = os.path.splitext(name)
    folder = os.path.dirname(beside) if folder is None else folder
    for most in _LENGTHS:
        for number in range(100):
            mark = f"{now:%Y-%m-%d %H%M%S}{f' {number}' if number else ''}"
            copy = os.path.join(folder, bounded(stem, f" (conflicted copy {mark}){end}", most))
            try:
                rename_new(beside, copy, take=False)
            except FileExistsError:
                continue
            except OSError as error:
                too_long = error.errno == ENAMETOOLONG or (error.errno == ENOENT and os.path.lexists(beside))
                if not too_long or most == _LENGTHS[-1]:
                    raise
                break
            sync_folder(folder)
            return copy
    raise OSError(EEXIST, "too many copies", beside)


def strays(root: str, *, older: float) -> list[str]:
    """Temporary files of saves, at least `older` seconds old; younger ones may be in use.

    A wrong clock may date some in the future: then the distance from now counts.
    """
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name[0] != "."]
        for path in (os.path.join(folder, name) for name in names if _is_temporary(name)):
            with suppress(OSError):  # it has gone since
                if abs(time.time() - os.lstat(path).st_mtime) >= older:
                    found.append(os.path.relpath(path, root).replace(os.sep, "/"))
    return found


def _is_temporary(name: str) -> bool:
    return name.startswith(".~") and re.fullmatch(_TEMPORARY, name) is not None
