"""Bring the index up to what is on disk: scan, plan, read what moved, one transaction."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rounds.domain.artefact import copy_of
from rounds.domain.changes import Stamp, plan
from rounds.store.files import Scan, digest, read, scan
from rounds.store.index import Index, fingerprint
from rounds.store.rows import Reader, Rows, artefact, rows_of

BATCH = 500
"""How many notes go into the index at a time."""

_Read = tuple[str, Stamp, bytes, Rows]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync found. Paths are relative to the vault.

    Attributes:
        moved: old path by new path.
        problems: how many problems the index now knows of, in all notes.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: dict[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    problems: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.moved or self.removed)


def sync_index(root: str, index: Index, reader: Reader, today: str) -> SyncReport:
    """Make the index equal to the disk.

    Raises:
        OSError: the vault's folder can't be listed; the index stays as it was.
    """
    found = scan(root)
    mark = fingerprint(found)
    rules = repr(reader)
    if index.meta("mark") == mark and index.meta("reader") == rules and index.meta("day") == today:
        return SyncReport(problems=index.problem_count())
    with index.writing():
        indexed = index.stamps() if index.meta("reader") == rules else {}
        report = _apply(root, index, reader, found, indexed)
        index.derive(today)
        index.set_meta({"mark": mark, "reader": rules})
    return report


def _apply(root: str, index: Index, reader: Reader, found: Scan, indexed: dict[str, Stamp]) -> SyncReport:
    todo = plan(found.notes, indexed)
    gone = [key for key, _ in index.hashes(todo.removed).values()]
    index.touched(gone)
    index.remove(gone)
    for new, old in todo.moved.items():
        index.rename(old, new)
    known = index.hashes(todo.read)
    added: list[str] = []
    changed: list[str] = []
    keys: list[int] = []
    unused = index.next_key()
    reading = _read_all(root, todo.read, reader)
    while batch := list(islice(reading, BATCH)):
        notes = []
        for path, stamp, content, rows in batch:
            key, before = known.get(path, (0, b""))
            if before == content and path not in todo.moved and path in indexed:
                index.restamp(path, stamp)
                continue
            if not key:
                key, unused = unused, unused + 1
            if path not in todo.moved:
                (changed if before else added).append(path)
            notes.append((key, path, stamp, content, rows))
        if known:
            index.touched([note[0] for note in notes])  # whom the old version linked to
        index.put(notes, fresh=not known)
        keys += [note[0] for note in notes]
    index.touched(keys if known or indexed else None)
    index.put_artefacts(found.artefacts)
    return SyncReport(tuple(added), tuple(changed), dict(todo.moved), todo.removed, index.problem_count())


def _read_all(root: str, paths: Sequence[str], reader: Reader) -> Iterator[_Read]:
    """Read notes one after another; what can't be read just now is left for the next sync."""
    for path in paths:
        try:
            data, stamp = read(os.path.join(root, path))
        except OSError:
            continue
        yield path, stamp, digest(data), _rows(root, path, data, reader)


def _rows(root: str, path: str, data: bytes, reader: Reader) -> Rows:
    rows = rows_of(path, data, reader)
    plain = copy_of(path.rpartition("/")[2])
    if plain is None:
        return rows
    original = path.rpartition("/")[0] + "/" + plain if "/" in path else plain
    try:
        other, _ = read(os.path.join(root, original))
    except OSError:
        return rows
    same_id = rows.stored_id and rows.stored_id == rows_of(original, other, reader).stored_id
    return artefact(original) if same_id or other == data else rows
