"""History and undo: our changes, and git commits if there are any."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from rounds.errors import NotFoundError, RoundsError, StoppedError
from rounds.storage import git_history
from rounds.storage.journal import DONE, SWEPT, TAKEN_BACK, Change
from rounds.storage.tui_state import NOTE, TODAY
from rounds.vault.conflicts import diff
from rounds.vault.index_sync import Progress as Pace
from rounds.vault.index_sync import no_progress
from rounds.vault.undo_plan import TakeBack, counts, title
from rounds.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Event:
    """A change in the history.

    Attributes:
        id: the change's id, or the commit's.
        what: a sentence without its period, such as `renamed Dana to Dana Whitlock`; a commit's subject.
        by: `rounds`, or the author of a commit.
        state: `saved`, `not saved`, `undone` or `forgotten` (saved, and it can't be undone any more); `commit` for git.
        paths: the notes' paths after the change.
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
    """The newest changes of the vault, or of a note through its renames, with git commits in a repository."""
    ours = list(islice(_ours(vault, path), most))
    try:
        commits = git_history.commits(vault.root, path or ".", most=most)
    except RoundsError as error:
        vault.writer.notices.append(f"Git's commits can't be read: {error.message}.")
        commits = []
    theirs = [Event(c.id, c.at, c.subject, c.author, "commit", (path,) if path else (), "") for c in commits]
    return sorted([*ours, *theirs], key=lambda event: event.at, reverse=True)[:most]


def _ours(vault: Vault, path: str) -> Iterator[Event]:
    names = {path}
    for change, undone in changes(vault):
        if path and not any(step.path in names or step.to in names for step in change.steps):
            continue
        names |= {step.path for step in change.steps if step.to in names}
        yield event_of(change, undone=undone)


def changes(vault: Vault) -> Iterator[tuple[Change, bool]]:
    """The vault's changes, newest first, each with whether it was undone.

    Includes changes of vaults that are gone, since this one may have been moved.

    Raises:
        RoundsError: a part of the journal can't be read.
    """
    undone: set[str] = set()
    for change in _kept(vault):
        if change.is_of(vault.writer.root):
            if (
                change.id not in undone and change.ended == DONE
            ):  # an undo that failed, or was undone itself, does not count
                undone.add(change.undoes)
            yield change, change.id in undone or change.ended == TAKEN_BACK


def own_changes(vault: Vault) -> Iterator[tuple[Change, bool]]:
    """Those of `changes` that this process made."""
    left = set(vault.writer.journal.own)
    for change, undone in changes(vault) if left else ():
        if change.id in left:
            left.remove(change.id)
            yield change, undone
        if not left:
            return


def _kept(vault: Vault) -> Iterator[Change]:
    try:
        yield from vault.writer.journal.changes()
    except OSError as error:
        raise RoundsError(
            f"the journal of changes can't be read: {error.strerror}: {error.filename}",
            hint="Nothing was changed. See whether you may read that file, and whether its disk is there.",
        ) from error


def event_of(change: Change, *, undone: bool = False) -> Event:
    """A change as an event of the history."""
    saved = _took_effect(change)
    forgotten = "forgotten" if any(step.forgotten for step in change.steps) else "saved"
    state = ("undone" if undone else forgotten) if saved else "not saved"
    return Event(change.id, change.at, title(change), "rounds", state, tuple(change.paths), _diff(change))


def _diff(change: Change) -> str:
    """Diff of each note over the steps that took effect; if none did, over the first intended step."""
    first: dict[str, bytes] = {}
    last: dict[str, bytes] = {}
    counting = [step for step in change.steps if counts(step)] or change.steps[:1]
    for step in counting:
        if step.after is not None:
            first.setdefault(step.path, step.before or b"")
            last[step.path] = step.after
    return "\n".join(filter(None, (diff(path, first[path], after) for path, after in last.items())))


def versions(vault: Vault, path: str) -> Iterator[bytes]:
    """Earlier versions of a note, newest first: the journal's, then git's."""
    with suppress(RoundsError):  # with fewer versions, a merge only keeps more
        for change, _ in changes(vault):
            for step in reversed(change.steps):
                if step.path == path:
                    known = (step.after if counts(step) else None, step.before)
                    yield from (data for data in known if data is not None)
    try:
        yield from git_history.versions(vault.root, path)
    except RoundsError as error:
        vault.writer.notices.append(f"Git's versions of {path} can't be read: {error.message}.")


def was_done(vault: Vault, change: str) -> bool:
    """Whether a change, by its id, took effect, even if it was undone since.

    Raises:
        RoundsError: a part of the journal can't be read.
    """
    return any(each.id == change and each.ended == DONE and _took_effect(each) for each in _kept(vault))


def _took_effect(change: Change) -> bool:
    return change.saved and any(counts(step) for step in change.steps)


def forget(vault: Vault) -> None:
    """Clear the journal, and the files with what Today showed. Earlier changes can no longer be undone."""
    with vault.change():
        vault.writer.journal.forget()
    for name in (NOTE, TODAY):
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(vault.data, name))


# Undo -------------------------------------------------------------------------------------------------------------


def undo(vault: Vault, wanted: str = "", step: Pace = no_progress, *, own: bool = False) -> Event:
    """Undo one of our changes: restore the old bytes, or merge our change out of a note that was edited since.

    Args:
        wanted: id of the change; empty for the last one not yet undone.
        step: progress callback, counting restored notes.
        own: only consider changes that this process made.

    Returns:
        The undone change, with the notes' restored paths.

    Raises:
        NotFoundError: there is nothing to undo, or no change with that id.
        ChangedMeanwhileError: later edits don't merge. Nothing is undone.
        StoppedError: raised by `step`. Undone notes are put back; if that fails, the message says how many notes
            are undone, and names that change.
        RoundsError: it can't be undone; the message gives the reason. Nothing is undone.
    """
    for change in _undoable(vault, wanted, own=own):
        if not wanted and vault.writer.journal.lost_after(change):
            raise RoundsError(
                "the last change can't be read, so it can't be undone",
                hint=f"The change before it was: {title(change)}. To undo that one: rounds undo {change.id}",
            )
        taking = TakeBack(vault.writer, change, vault.writer.find)
        if not taking.acts and any(each.state in {"", SWEPT} for each in change.steps):
            continue  # killed before it wrote anything
        with _explained(taking), vault.writer.change(undoes=change.id, of=len(taking.acts)) as taking.change:
            taking.apply(step)
            if not taking.acts:
                vault.writer.mark(change.paths[0])
        return replace(event_of(change, undone=True), paths=taking.paths)
    if own:
        hint = "To see earlier changes: rounds history"
        raise NotFoundError("there is nothing to undo in this session", hint=hint)
    raise NotFoundError(
        f"there is no change {wanted} that could be undone" if wanted else "there is nothing to undo",
        hint="To see the changes: rounds history",
    )


@contextmanager
def _explained(taking: TakeBack) -> Iterator[None]:
    """Add to an error what is undone: nothing, or the notes that couldn't be changed back again."""
    try:
        yield
    except RoundsError as error:
        ours = taking.change
        if ours is not None and ours.half:
            done = len({step.to or step.path for step in ours.steps if step.state == DONE})
            raise type(error)(
                f"{error.message.rstrip('.')}. {done} of {len(taking.acts)} notes are as before the change, "
                f"and stay so, since {ours.half}.",
                hint=f"Once that is fixed, this redoes the change in them: rounds undo {ours.id}",
            ) from error
        if isinstance(error, StoppedError):
            raise StoppedError("Stopped. Nothing was undone.") from error
        error.hint = f"{error.hint} Nothing was undone.".strip()
        raise


def _undoable(vault: Vault, wanted: str, *, own: bool) -> Iterator[Change]:
    for change, undone in own_changes(vault) if own else changes(vault):
        known = change.id == wanted if wanted else not change.undoes
        if known and not undone and event_of(change).state in {"saved", "forgotten"}:
            if not change.ended and vault.writer.journal.running.is_live(change.id, change.segment):
                raise RoundsError(
                    f"this change is still running: {title(change)}",
                    hint="Nothing was undone. Try again once it is done.",
                )
            yield change
