"""Undo plan for a change, made before anything is written."""

import os
import re
from collections.abc import Callable
from errno import EFBIG, EINVAL, EISDIR, ELOOP, ENAMETOOLONG
from typing import TYPE_CHECKING

from rounds.domain.file_names import one_name
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.notes.links import name_of
from rounds.storage import files
from rounds.storage.atomic_rename import has_name
from rounds.storage.journal import AGAIN, FAILED, Change, Step

if TYPE_CHECKING:
    from rounds.vault.writer import NoteWriter

_INBOX = "Inbox.md"
_NO_NOTE = frozenset({EFBIG, EINVAL, EISDIR, ELOOP, ENAMETOOLONG})
"""Errors that mean the path can't be a note, however often it's read."""

_ID = re.compile(rb"^id:[ \t]*[\"']?([\w-]+)", re.MULTILINE)


def counts(step: Step) -> bool:
    """Whether a step may have changed its note."""
    return step.state not in {AGAIN, FAILED}


def title(change: Change) -> str:
    """A change as a sentence without its period, such as `renamed Dana to Dana Whitlock`."""
    names = [name_of(path) for path in change.paths if path != _INBOX] or [name_of(_INBOX)]
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    moved = next((step for step in change.steps if step.to), None)
    if change.undoes:
        return f"undid the change {change.undoes}"
    if moved is None:
        verb = change.what or ("added" if change.steps[0].before is None else "changed")
        return f"{verb} {names[0]}{more}"
    if moved.to.startswith(".trash/"):
        return f"moved {name_of(moved.path)} to the trash"
    return f"renamed {name_of(moved.path)} to {name_of(moved.to)}"


class TakeBack:
    """The plan for undoing a change, made before anything is written.

    Attributes:
        acts: in order: the path, the path to move it to or empty text, the current bytes, and the bytes to write. No
            bytes to write and no target path means the trash.
        change: the change that records the undo, once it has started.

    Raises:
        ChangedMeanwhileError: later edits don't merge.
        RoundsError: it can't be undone; the message gives the reason.
    """

    def __init__(self, saving: "NoteWriter", change: Change, find: Callable[[str], str]) -> None:
        """`find` gives the path of the note with an id, or an empty text."""
        self.saving = saving
        self.find = find
        self.acts: list[tuple[str, str, bytes, bytes | None]] = []
        self.change: Change | None = None
        self._seen: dict[str, bytes | None] = {}
        for step in reversed(change.steps):
            if not counts(step):
                continue
            if not step.kept:
                raise RoundsError(
                    f"the text of {step.path} from before was too long to be kept", hint="Nothing was undone."
                )
            if step.to:
                self._move_back(step)
            else:
                self._take_back(step)

    def _now(self, path: str) -> bytes | None:
        if path not in self._seen:
            try:
                self._seen[path] = files.read(files.inside(self.saving.root, path))[0]
            except (FileNotFoundError, NotADirectoryError):
                self._seen[path] = None
            except OSError as error:
                raise RoundsError(f"{path} can't be read: {error.strerror}", hint="Nothing was undone.") from error
        return self._seen[path]

    def _place(self, step: Step) -> str:
        """The note's current path: it may have been moved since."""
        if self._now(step.path) is None and (found := _ID.search(step.after or b"")):
            elsewhere = self.find(found[1].decode())
            if elsewhere and self._now(elsewhere) is not None:
                return elsewhere
        return step.path

    def _move_back(self, step: Step) -> None:
        data, there = self._now(step.to), self._now(step.path)
        if data is not None and there is not None and one_name(step.path, step.to):
            there = there if has_name(os.path.join(self.saving.root, step.path)) else None
            data = data if has_name(os.path.join(self.saving.root, step.to)) else None
        if data is None and there is not None:
            return  # it never happened, or was already moved back
        if data is None:
            raise RoundsError(f"{step.to} is gone", hint="Nothing was undone.")
        if there is not None:
            raise RoundsError(f"{step.path} is there again, as another note", hint="Nothing was undone.")
        self.acts.append((step.to, step.path, data, None))
        self._seen[step.to], self._seen[step.path] = None, data

    def _take_back(self, step: Step) -> None:
        path, after = self._place(step), step.after or b""
        now = self._now(path)
        if now == step.before:
            return
        if now is None:
            raise RoundsError(f"{path} is gone", hint="Nothing was undone.")
        if step.before is None:
            if now != after:
                raise RoundsError(
                    f"{path} was changed since it was added", hint="Nothing was undone. You can move it to the trash."
                )
            self.acts.append((path, "", now, None))
            self._seen[path] = None
            return
        from rounds.notes.merge.notes import merge

        merged = merge(after, now, step.before, path=path)
        if merged.conflicts:
            raise ChangedMeanwhileError(
                f"{path} was changed since, in the same place",
                hint="Nothing was undone.",
                differences=[conflict.difference for conflict in merged.conflicts],
            )
        if merged.data != now:
            self.acts.append((path, "", now, merged.data))
            self._seen[path] = merged.data

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the changed notes, as after the undo; for a note moved to the trash, its old path."""
        return tuple(dict.fromkeys(to or path for path, to, _, _ in reversed(self.acts)))

    def apply(self, told: Callable[[int, int], object] = lambda _, __: None) -> None:
        """Carry out the plan; a note edited at this very moment is merged once more.

        Args:
            told: progress callback after each act; may stop with an error.
        """
        for number, (path, to, now, data) in enumerate(self.acts, 1):
            if data is not None:
                self.saving.put(path, data, now)
            else:
                self.saving.move(path, to or files.free_in_trash(self.saving.root, path))
            told(number, len(self.acts))


def has_happened(root: str, step: Step) -> bool | None:
    """Whether a step of a crashed process was completed, by the file's current content; None if unknown.

    Raises:
        OSError: the file can't be read now; a later try may work.
    """
    try:
        if step.to:
            return has_name(os.path.join(root, step.to))
        now = files.read(files.inside(root, step.path))[0]
    except (FileNotFoundError, NotADirectoryError):
        return False if step.before is None else None
    except RoundsError:
        return None
    except OSError as error:
        if error.errno in _NO_NOTE:
            return None
        raise
    return True if now == step.after else False if now == step.before else None
