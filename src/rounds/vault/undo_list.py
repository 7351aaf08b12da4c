"""The list of changes to undo or redo, newest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from rounds.errors import NotFoundError
from rounds.storage.journal import DONE, Change
from rounds.vault.history_undo import Event, changes, event_of, own_changes, undo
from rounds.vault.index_sync import Progress, no_progress
from rounds.vault.undo_plan import counts
from rounds.vault.vault import Vault

MOST = 100
"""Changes in the list."""

Properties = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ListedChange:
    """A change that can be undone or, once it's undone, redone.

    Attributes:
        id: of the change.
        undo: id of its undo; empty if it isn't undone.
        at: when it was made.
        what: a sentence without its period, such as `renamed Dana to Dana Whitlock`.
        own: whether this process made it.
        path: of its note, or of the first one.
        properties: those of its note, before and after; None if it has several notes, or isn't an edit.
        diff: as in `Event`.
    """

    id: str
    undo: str
    at: datetime
    what: str
    own: bool
    path: str
    properties: tuple[Properties, Properties] | None
    diff: str


def listed(vault: Vault, most: int = MOST) -> list[ListedChange]:
    """The newest changes that can be undone or redone, of this session and of earlier ones.

    Raises:
        RoundsError: the journal can't be read.
    """
    return list(islice(_listed(vault), most))


def _listed(vault: Vault) -> Iterator[ListedChange]:
    undos: dict[str, str] = {}
    for change, undone in changes(vault):
        if change.undoes:
            if not undone and change.ended == DONE:
                undos.setdefault(change.undoes, change.id)
            continue
        event = event_of(change)
        if event.state == "saved" and (not undone or change.id in undos):
            taken = undos[change.id] if undone else ""
            own = change.id in vault.writer.journal.own
            yield ListedChange(
                change.id, taken, event.at, event.what, own, event.paths[0], _properties(change), event.diff
            )


def _properties(change: Change) -> tuple[Properties, Properties] | None:
    steps = [step for step in change.steps if counts(step)]
    if len({step.path for step in steps}) != 1 or steps[0].before is None or steps[-1].after is None:
        return None
    from rounds.notes.document import Document

    before, after = Document.parse(steps[0].before), Document.parse(steps[-1].after)
    return (before.properties, after.properties) if before.readable and after.readable else None


def redo(vault: Vault, step: Progress = no_progress) -> Event:
    """Redo the change undone last in this session, unless something else was changed since.

    Args:
        step: as for `undo`.

    Returns:
        The change that is in effect again, with its notes' current paths.

    Raises:
        NotFoundError: there is nothing to redo.
        RoundsError: as for `undo`.
    """
    for change, undone in own_changes(vault):
        if not change.undoes:
            break
        target = None if undone or change.ended != DONE else _change(vault, change.undoes)
        if target is not None and not target.undoes:
            return replace(event_of(target), paths=undo(vault, change.id, step).paths)
    raise NotFoundError("there is nothing to redo", hint="Redo brings back what was undone last.")


def _change(vault: Vault, wanted: str) -> Change | None:
    return next((change for change, _ in changes(vault) if change.id == wanted), None)
