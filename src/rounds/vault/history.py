"""What was changed: by us, to be undone; and where the vault is a git repository, by its commits."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from rounds.errors import ChangedMeanwhileError, NotFoundError, RoundsError, StoppedError
from rounds.formats.links import name_of
from rounds.formats.merge import merge
from rounds.store import files, git
from rounds.store.journal import AGAIN, FAILED, Change, Step
from rounds.store.lasttoday import FILE
from rounds.vault.conflicts import diff
from rounds.vault.inbox import FILE as INBOX
from rounds.vault.keeping import trash
from rounds.vault.sync import Step as Pace
from rounds.vault.sync import unwatched
from rounds.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was changed.

    Attributes:
        id: of the change, or the commit.
        what: a sentence without its period, such as `renamed Dana to Dana Whitlock`; a commit's subject.
        by: `rounds`, or the author of a commit.
        state: `saved`, `not saved` or `undone`; `commit` for one of git.
        paths: of the notes, as they are called after it.
        diff: unified; empty for a commit.
    """

    id: str
    at: datetime
    what: str
    by: str
    state: str
    paths: tuple[str, ...]
    diff: str


def history(vault: Vault, path: str = "", *, most: int = 20) -> list[Event]:
    """The newest changes of a note, through its renames, or of the vault, with git's where it is in a repository."""
    ours = list(islice(_ours(vault, path), most))
    commits = git.commits(vault.root, path or ".", most=most)
    theirs = [Event(c.id, c.at, c.subject, c.author, "commit", (path,) if path else (), "") for c in commits]
    return sorted([*ours, *theirs], key=lambda event: event.at, reverse=True)[:most]


def _ours(vault: Vault, path: str) -> Iterator[Event]:
    names = {path}
    for change, undone in _changes(vault):
        if path and not any(step.path in names or step.to in names for step in change.steps):
            continue
        names |= {step.path for step in change.steps if step.to in names}
        yield _event(change, undone=undone)


def _changes(vault: Vault) -> Iterator[tuple[Change, bool]]:
    """The changes of this vault, the newest first, and whether each was undone.

    Also those of a vault that is gone, since it may be this one before it was moved.
    """
    undone: set[str] = set()
    for change in vault.saving.journal.changes():
        if change.root == vault.saving.root or not os.path.isdir(change.root):
            if change.id not in undone:  # an undo that was undone itself does not count
                undone.add(change.undoes)
            yield change, change.id in undone


def _event(change: Change, *, undone: bool = False) -> Event:
    saved = change.saved and any(_counts(step) for step in change.steps)
    state = ("undone" if undone else "saved") if saved else "not saved"
    return Event(change.id, change.at, _what(change), "rounds", state, tuple(change.paths), _diff(change))


def _counts(step: Step) -> bool:
    return step.state not in {AGAIN, FAILED}


def _what(change: Change) -> str:
    names = [name_of(path) for path in change.paths if path != INBOX] or [name_of(INBOX)]
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


def _diff(change: Change) -> str:
    """What the steps that count did to each note; of a change that was not saved, what it would have done."""
    first: dict[str, bytes] = {}
    last: dict[str, bytes] = {}
    counting = [step for step in change.steps if _counts(step)] or change.steps[:1]
    for step in counting:
        if step.after is not None:
            first.setdefault(step.path, step.before or b"")
            last[step.path] = step.after
    return "\n".join(filter(None, (diff(path, first[path], after) for path, after in last.items())))


def versions(vault: Vault, path: str) -> Iterator[bytes]:
    """Earlier versions of a note, the newest first: those of the journal, then git's."""
    for change, _ in _changes(vault):
        for step in reversed(change.steps):
            if step.path == path:
                yield from (data for data in (step.after if _counts(step) else None, step.before) if data is not None)
    yield from git.versions(vault.root, path)


def forget(vault: Vault) -> None:
    """Empty the journal, and what Today showed last. What was changed before can't be undone any more."""
    with vault.change():
        vault.saving.journal.forget()
    with suppress(FileNotFoundError):
        os.unlink(os.path.join(vault.data, FILE))


# Undo -------------------------------------------------------------------------------------------------------------


def undo(vault: Vault, wanted: str = "", step: Pace = unwatched) -> Event:
    """Undo a change of ours: the bytes from before, or where a note was changed since, a merge that takes ours out.

    Args:
        wanted: id of the change; empty for the last one that is not undone yet.
        step: told how many notes are as before again.

    Returns:
        What was undone, with the paths that its notes have again.

    Raises:
        NotFoundError: there is nothing to undo, or no change of that id.
        ChangedMeanwhileError: what was changed since does not merge. Nothing is undone.
        StoppedError: by `step`. What was undone by then is put back; where that can't be, it says how many notes are
            undone, and names the change that they are.
        RoundsError: it can't be undone, for a reason that is said. Nothing is undone.
    """
    for change in _undoable(vault, wanted):
        with vault.saving.change(undoes=change.id) as ours:
            plan = _Plan(vault, change)
            if not plan.acts and any(not each.state for each in change.steps):
                continue  # killed before it did anything
            stopped = plan.apply(step)
        if stopped:
            _put_back(vault, ours.id, f"{stopped} of {len(plan.acts)} notes are")
            raise StoppedError("Stopped. Nothing was undone.")
        return replace(_event(change, undone=True), paths=tuple(dict.fromkeys(each.path for each in change.steps)))
    raise NotFoundError(
        f"there is no change {wanted} that could be undone" if wanted else "there is nothing to undo",
        hint="What was changed: rounds history",
    )


def _put_back(vault: Vault, undone: str, notes: str) -> None:
    """Undo the undo that was stopped."""
    try:
        undo(vault, undone)
    except RoundsError as error:
        raise StoppedError(
            f"Stopped. {notes} as before the change, and stay so, since {error.message}.",
            hint=f"Once that is mended, this gives them the change again: rounds undo {undone}",
        ) from error


def _undoable(vault: Vault, wanted: str) -> Iterator[Change]:
    for change, undone in _changes(vault):
        known = change.id == wanted if wanted else not change.undoes
        if known and not undone and _event(change).state == "saved":
            yield change


class _Plan:
    """What it takes to undo a change, worked out before anything is written.

    Attributes:
        acts: in their order: the path, the path to move it to or an empty text, the bytes that are there and those to
            write. No bytes to write and no place to move to means the trash.
    """

    def __init__(self, vault: Vault, change: Change) -> None:
        self.vault = vault
        self.acts: list[tuple[str, str, bytes, bytes | None]] = []
        self._seen: dict[str, bytes | None] = {}
        self._paths = change.paths
        for step in reversed(change.steps):
            if not _counts(step):
                continue
            if step.to:
                self._move_back(step)
            else:
                self._take_back(step)

    def _now(self, path: str) -> bytes | None:
        if path not in self._seen:
            try:
                self._seen[path] = files.read(os.path.join(self.vault.root, path))[0]
            except FileNotFoundError:
                self._seen[path] = None
            except OSError as error:
                raise RoundsError(f"{path} can't be read: {error.strerror}", hint="Nothing was undone.") from error
        return self._seen[path]

    def _move_back(self, step: Step) -> None:
        data, there = self._now(step.to), self._now(step.path)
        if data is None and there is not None:
            return  # it never came to that, or somebody has moved it back
        if data is None:
            raise RoundsError(f"{step.to} is gone", hint="Nothing was undone.")
        if there is not None:
            raise RoundsError(f"{step.path} is there again, as another note", hint="Nothing was undone.")
        self.acts.append((step.to, step.path, data, None))
        self._seen[step.to], self._seen[step.path] = None, data

    def _take_back(self, step: Step) -> None:
        now, path, after = self._now(step.path), step.path, step.after or b""
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
        merged = merge(after, now, step.before, path=path)
        if merged.conflicts:
            raise ChangedMeanwhileError(
                f"{path} was changed since, in the same place",
                hint="Nothing was undone.",
                differences=[conflict.difference for conflict in merged.conflicts],
            )
        self.acts.append((path, "", now, merged.data))
        self._seen[path] = merged.data

    def apply(self, step: Pace) -> int:
        """Do it; a note that is changed in this very moment is merged once more.

        Returns:
            After how many acts it was stopped on the way; 0 where it was not.
        """
        if not self.acts:
            self.vault.saving.mark(self._paths[0])
        for number, (path, to, now, data) in enumerate(self.acts, 1):
            if data is not None:
                self.vault.saving.put(path, data, now)
            elif to:
                self.vault.move(path, to)
            else:
                trash(self.vault, path)
            try:
                step(number, len(self.acts))
            except StoppedError:
                return number if number < len(self.acts) else 0
        return 0
