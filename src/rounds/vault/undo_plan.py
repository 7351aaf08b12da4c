"""Undo plan for a change, made before anything is written."""

import os
from collections.abc import Callable
from contextlib import suppress
from errno import EFBIG, EINVAL, EISDIR, ELOOP, ENAMETOOLONG
from typing import TYPE_CHECKING

from rounds.domain.file_names_copies import one_name
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.notes.links import name_of
from rounds.storage import files
from rounds.storage.atomic_rename import has_name
from rounds.storage.journal import AGAIN, FAILED, Change, Step

if TYPE_CHECKING:
    from rounds.vault.note_writer import NoteWriter

_INBOX = "Inbox.md"
_NO_NOTE = frozenset({EFBIG, EINVAL, EISDIR, ELOOP, ENAMETOOLONG})
"""Errors that mean the path can't be a note, however often it's read."""


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
        first = change.steps[0]
        verb = change.what or ("added" if first.before is None and not first.forgotten else "changed")
        return f"{verb} {names[0]}{more}"
    if change.what:
        return f"{change.what} {names[0]}"
    if moved.to.startswith(".trash/"):
        return f"moved {name_of(moved.path)} to the trash"
    return f"renamed {name_of(moved.path)} to {name_of(moved.to)}"


def id_of(data: bytes | None) -> str:
    """The id that a note's content stores; empty if there is none."""
    if not data:
        return ""
    from rounds.notes.document import Document

    document = Document.parse(data)
    value = document.properties.get("id") if document.readable else None
    return "" if value is None else str(value)


def id_at(root: str, path: str) -> str:
    """The id stored in the note at a path; empty if there is none, or it can't be read."""
    with suppress(OSError, RoundsError):
        return id_of(files.read(files.inside(root, path))[0])
    return ""


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

    def __init__(self, writer: "NoteWriter", change: Change, find: Callable[[str], str]) -> None:
        """`find` gives the current path of the note with an id, or an empty text."""
        self.writer = writer
        self.find = find
        self.acts: list[tuple[str, str, bytes, bytes | None]] = []
        self.change: Change | None = None
        self._seen: dict[str, bytes | None] = {}
        for step in reversed(change.steps):
            if not counts(step):
                continue
            if step.forgotten:
                raise RoundsError(
                    f"text in {step.path} was removed with rounds forget, so this can't be undone: {title(change)}",
                    hint="Nothing was undone. To undo another change, give its id from: rounds history",
                )
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
                self._seen[path] = files.read(files.inside(self.writer.root, path))[0]
            except (FileNotFoundError, NotADirectoryError):
                self._seen[path] = None
            except OSError as error:
                raise RoundsError(f"{path} can't be read: {error.strerror}", hint="Nothing was undone.") from error
        return self._seen[path]

    def _by_id(self, note: str) -> str:
        """The current path of the note with an id; empty if it isn't found."""
        path = self.find(note)
        now = self._now(path) if path else None
        return path if now is not None and id_of(now) in {note, ""} else ""

    def _place(self, step: Step) -> str:
        """The current path of a written note: it may have been moved since, and another one put in its place."""
        now = self._now(step.path)
        if now is not None and now == step.after:
            return step.path
        before, after = id_of(step.before), id_of(step.after)
        note = after or before
        if not note or (now is not None and id_of(now) == after):
            return step.path
        if elsewhere := self._by_id(note):
            return elsewhere
        if (
            now is None
            or now == step.before
            or (before and id_of(now) == before)
            or _but_id(now) == _but_id(step.after)
        ):
            return step.path  # gone, taken back by hand, or given another id by hand
        raise _another(step.path, note, "take the change out by hand; to see it: rounds history")

    def _move_back(self, step: Step) -> None:
        data, there = self._now(step.to), self._now(step.path)
        if data is not None and there is not None and one_name(step.path, step.to):
            there = there if has_name(os.path.join(self.writer.root, step.path)) else None
            data = data if has_name(os.path.join(self.writer.root, step.to)) else None
        path = step.to
        if step.note and id_of(data) != step.note:
            path = step.path if id_of(there) == step.note else self._by_id(step.note)
            if not path and data is not None:
                raise _another(step.to, step.note, f"move it back by hand, to {step.path}")
            data = self._now(path) if path else None
        if path == step.path or (data is None and there is not None and not step.note):
            return  # it never happened, or was already moved back
        if data is None:
            raise RoundsError(f"{step.to} is gone", hint="Nothing was undone.")
        if there is not None:
            raise RoundsError(
                f"{step.path} is there again, as another note",
                hint="Nothing was undone. Rename that note, then undo again.",
            )
        self.acts.append((path, step.path, data, None))
        self._seen[path], self._seen[step.path] = None, data

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
        from rounds.notes.merge.merge_note import merge

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

    def apply(self, step: Callable[[int, int], object] = lambda _, __: None) -> None:
        """Carry out the plan; a note edited at this very moment is merged once more.

        Args:
            step: progress callback after each act; may stop with an error.
        """
        for number, (path, to, now, data) in enumerate(self.acts, 1):
            if data is not None:
                self.writer.put(path, data, now)
            else:
                self.writer.move(path, to or files.free_in_trash(self.writer.root, path))
            step(number, len(self.acts))


def _but_id(data: bytes | None) -> list[bytes]:
    return [line for line in (data or b"").splitlines() if not line.startswith(b"id:")]


def _another(path: str, note: str, by_hand: str) -> RoundsError:
    return RoundsError(
        f"{path} is another note now, and the note with the id {note} can't be found",
        hint=f"Nothing was undone. If it is the same note with another id, give it the line `id: {note}` again and "
        f"undo once more, or {by_hand}.",
    )


def has_happened(root: str, step: Step) -> bool | None:
    """Whether a step of a crashed process was completed, by the file's current content; None if unknown.

    Raises:
        OSError: the file can't be read now; a later try may work.
    """
    try:
        if step.to:
            moved, stayed = (has_name(os.path.join(root, path)) for path in (step.to, step.path))
            return None if step.note and not moved and not stayed else moved
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
