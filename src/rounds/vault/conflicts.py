"""Conflict copies from sync services: pair, merge, move to the trash."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from enum import StrEnum
from typing import Literal

from rounds.domain.file_names_copies import Shape, related, shape_of
from rounds.errors import ChangedMeanwhileError, NotFoundError, RoundsError
from rounds.index import ids_last_contact as derived
from rounds.index.ids_last_contact import one_maker
from rounds.index.scan import copies, scan
from rounds.notes.document import Document
from rounds.notes.frontmatter.fences_quoting import lf
from rounds.notes.merge.merge_note import Conflict, merge
from rounds.notes.read_note import read_note
from rounds.storage import files, leftover_files
from rounds.vault.note_files import trash
from rounds.vault.vault import Vault

Versions = Callable[[str], Iterable[bytes]]
"""Earlier versions of the note at a path, from git or the journal, newest first."""


class State(StrEnum):
    """How a copy can be resolved."""

    SAME = "the copy says what the note says"
    MERGES = "the copy merges into the note"
    CONFLICT = "the two say different things"
    UNREADABLE = "one of the two can't be read"
    ALONE = "the note is gone, the copy is all there is"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A conflict copy and the result of merging it.

    Attributes:
        copy, note: paths.
        merged: the note's content after the merge.
        diff: unified diff of the note; empty if the note doesn't change.
        conflicts: what prevents the merge.
        based: whether an earlier version served as the base of the merge.
        seen: digests of note and copy as read.
    """

    copy: str
    note: str
    state: State
    merged: bytes
    diff: str
    conflicts: tuple[Conflict, ...]
    based: bool
    seen: tuple[bytes, bytes]

    @property
    def ready(self) -> bool:
        """Whether it can be applied without a decision by the user."""
        return self.state in (State.SAME, State.MERGES)


def proposals(vault: Vault, versions: Versions | None = None) -> list[Proposal]:
    """Preview the merge of each conflict copy in the vault, sorted by path. Nothing is written.

    Args:
        versions: earlier versions of a note; the newest possible origin of the copy is the base of the merge.
    """
    found = scan(vault.root)
    pairs = {
        copy: note for copy, note in found.artefacts.items() if note not in ("", copy) and not copy.endswith(".icloud")
    }
    names = related(found.notes)
    pairs |= copies(vault.root, names, vault.reader)
    pairs |= _twins(vault, names, pairs)
    proposed = []
    for copy, note in sorted(pairs.items()):
        try:
            proposed.append(propose(vault, copy, note, versions))
        except NotFoundError as error:
            vault.writer.notices.append(f"{error.message}, so it stays as it is.")
    return proposed


def recover(vault: Vault) -> None:
    """Turn temporary files of crashed saves into conflict copies: ours now, other machines' after an hour."""
    vault.writer.recover()
    for path in leftover_files.strays(vault.root, older=3600):
        try:
            data = _read(vault, path)
        except NotFoundError as error:
            vault.writer.notices.append(f"{error.message}, so it stays as it is.")
            continue
        if data is None:  # deleted since
            continue
        folder = path[: path.rfind("/") + 1]
        id_ = read_note(path, data, vault.reader.folders).id
        known = vault.ask(derived.paths_with_id, id_) if id_ else []
        note = next((each for each in known if each[: each.rfind("/") + 1] == folder), f"{folder}Recovered.md")
        place = os.path.join(vault.root, path)
        try:
            if data in (b"", _read(vault, note)):
                os.unlink(place)
            else:
                leftover_files.keep_as_copy(place, note[len(folder) :], datetime.now().astimezone())
        except (OSError, NotFoundError) as error:
            if os.path.lexists(place):  # otherwise another process was faster
                why = error.message if isinstance(error, NotFoundError) else error.strerror
                vault.writer.notices.append(f"{path} has text from an interrupted save, so it stays: {why}.")


def _twins(vault: Vault, names: Mapping[str, Sequence[str]], known: Mapping[str, str]) -> dict[str, str]:
    """Pair notes whose names differ only in case or Unicode form, unless each has its own id."""
    found: dict[str, str] = {}
    for path, (note, *_) in names.items():
        if path not in known and note not in known and shape_of(note, path) is Shape.TWIN:
            with suppress(NotFoundError):
                ids = [read_note(each, _read(vault, each) or b"", vault.reader.folders).id for each in (note, path)]
                if not all(ids) or one_maker(*ids):
                    found[path] = found.get(note, note)
    return found


def _read(vault: Vault, path: str) -> bytes | None:
    """The bytes of a file; None if it doesn't exist. An unreadable file isn't treated as missing.

    Raises:
        NotFoundError: it can't be read, or is a link out of the vault: merged text is shared with everybody.
    """
    try:
        return files.read(files.inside(vault.root, path))[0]
    except FileNotFoundError:
        return None
    except RoundsError as error:
        raise NotFoundError(error.message) from error
    except OSError as error:
        raise NotFoundError(f"{path} can't be read: {error.strerror}") from error


def propose(vault: Vault, copy: str, note: str, versions: Versions | None = None) -> Proposal:
    """Preview the merge of one copy into its note.

    Raises:
        NotFoundError: the copy is gone, or one of the two can't be read.
    """
    ours = _read(vault, copy)
    if ours is None:
        raise NotFoundError(f"{copy} is gone")
    theirs = _read(vault, note)
    if theirs is None:
        return Proposal(copy, note, State.ALONE, ours, "", (), False, (b"", files.digest(ours)))
    seen = (files.digest(theirs), files.digest(ours))
    if theirs == ours:
        return Proposal(copy, note, State.SAME, theirs, "", (), False, seen)
    ours = _with_id_of(theirs, ours)
    base = _base(versions(note) if versions is not None else (), ours)
    merged = merge(None, theirs, ours, path=note)
    if base is not None:
        guessed = merge(base, theirs, ours, path=note)
        # The base is a guess, so it must never remove lines from the note.
        if _lines(theirs) - _lines(guessed.data) <= _lines(theirs) - _lines(merged.data):
            merged = guessed
        else:
            base = None
    state = State.SAME if merged.data == theirs else State.MERGES
    if merged.conflicts:
        state = State.CONFLICT
    if not all(Document.parse(data).readable for data in (theirs, ours)):
        state = State.UNREADABLE
    changes = diff(note, theirs, merged.data)
    return Proposal(copy, note, state, merged.data, changes, merged.conflicts, base is not None, seen)


def _with_id_of(note: bytes, copy: bytes) -> bytes:
    """Give the copy the note's id if the two ids differ only in the added number, which isn't a conflict."""
    document = Document.parse(copy)
    one, other = (str(each.properties.get("id") or "") for each in (Document.parse(note), document))
    if not one or not other or one == other or not one_maker(one, other):
        return copy
    with suppress(RoundsError):
        return bytes(document.set("id", one))
    return copy


def _base(versions: Iterable[bytes], copy: bytes) -> bytes | None:
    """The newest earlier version that the copy could come from; None if there is none.

    A base newer than the true one would count lines the copy never had as removed. So every line of the base that the
    copy lacks must already be in the oldest version. A base older than the true one is safe: the merge only keeps or
    asks more.
    """
    known = list(versions)
    if not known:
        return None
    lines, oldest = _lines(copy), _lines(known[-1])
    return next(version for version in known if _lines(version) - lines <= oldest)


def _lines(data: bytes) -> set[str]:
    return set(_text(data).split("\n"))


def _text(data: bytes) -> str:
    return lf(data.decode(errors="replace"))


def diff(path: str, before: bytes, after: bytes) -> str:
    """A unified diff; empty if nothing differs."""
    old, new = _text(before).splitlines(), _text(after).splitlines()
    return "\n".join(unified_diff(old, new, path, path, lineterm=""))


def apply(vault: Vault, proposal: Proposal, *, keep: Literal["", "note", "copy"] = "") -> str:
    """Write the merged note if neither file changed since the preview, and move the copy to the trash.

    Args:
        keep: whose version to use where the two don't merge; the other one goes to the trash whole.

    Returns:
        The copy's new path.

    Raises:
        ChangedMeanwhileError: note or copy changed since they were read; nothing is written.
        RoundsError: they don't merge, and no side was chosen.
    """
    if not keep and not proposal.ready:
        raise RoundsError(
            f"{proposal.copy}: {proposal.state}", hint="Choose one with --keep note or --keep copy, or merge by hand."
        )
    alone = proposal.state is State.ALONE
    copy, note = vault.read(proposal.copy), None if alone else vault.read(proposal.note)
    now = tuple(files.digest(bytes(each.document)) if each else b"" for each in (note, copy))
    if now != proposal.seen:
        raise ChangedMeanwhileError(f"{proposal.copy} or its note has changed meanwhile", hint="Look once more.")
    with vault.change(of=1 if note is None else 3 if keep == "copy" else 2 if proposal.state is State.MERGES else 1):
        if note is None and keep == "copy":
            vault.move(proposal.copy, proposal.note)
            return proposal.note
        if note is not None and keep == "copy":  # the note's old version goes to the trash
            vault.writer.put(files.free_in_trash(vault.root, proposal.note), bytes(note.document), None)
            vault.save(note, copy.document)
        elif note is not None and proposal.state is State.MERGES:
            vault.save(note, Document.parse(proposal.merged))
        return trash(vault, proposal.copy)
