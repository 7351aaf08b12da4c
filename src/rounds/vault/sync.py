"""Bring the index up to what is on disk: scan, plan, read what moved, one transaction."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.artefact import copy_of
from rounds.domain.changes import Plan, Stamp, plan
from rounds.store.columns import Reader
from rounds.store.index import Index, State, fingerprint
from rounds.store.scan import Scan, scan

if TYPE_CHECKING:
    from rounds.store.rows import Rows


class SyncReport(NamedTuple):
    """What a sync found. Paths are relative to the vault.

    Attributes:
        changed: notes, and rounds.toml.
        moved: old path by new path.
        problems: how many problems the index now knows of, in all notes.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: Mapping[str, str] = {}
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
    written = index.written()
    known = index.state()
    wanted = State(fingerprint(found), repr(reader), today)
    if known == wanted:
        return SyncReport(problems=index.problem_count())
    with index.writing():
        if index.written() != written:  # another process was quicker, so our scan may be the older one
            known, found = index.state(), scan(root)
            wanted = wanted._replace(seen=fingerprint(found))
        report = _Sync(root, index, reader, today, known).apply(found, wanted)
    if not known.reader:
        index.settle()
    return report


class _Sync:
    """One sync inside of its transaction."""

    def __init__(self, root: str, index: Index, reader: Reader, today: str, known: State) -> None:
        self.root = root
        self.index = index
        self.reader = reader
        self.today = today
        self.known = known
        self.first = not known.reader
        self.added: list[str] = []
        self.changed: list[str] = []
        self.stamps: dict[str, Stamp] = {}

    def apply(self, found: Scan, wanted: State) -> SyncReport:
        """Bring the index up to what a scan found."""
        index = self.index
        indexed = index.stamps()
        todo = _plan(found.notes, indexed)
        gone = [key for key, _ in index.hashes(todo.removed).values()]
        index.touched(gone)
        index.remove(gone)
        for new, old in todo.moved.items():
            index.rename(old, new)
        again = self._again(todo, found.notes)
        self._read([*todo.read, *again], todo, again)
        index.put_artefacts(found.artefacts)
        if self.first:
            index.finish_first(self.today)
        else:
            index.derive(self.today, self.known.day)
        seen = self._seen(found, indexed, [*todo.read, *again])
        index.set_state(wanted if seen is found else wanted._replace(seen=fingerprint(seen)), seen.notes)
        return SyncReport(
            tuple(sorted(self.added)),
            tuple(sorted(self.changed)),
            dict(todo.moved),
            todo.removed,
            index.problem_count(),
        )

    def _again(self, todo: Plan, notes: Mapping[str, Stamp]) -> frozenset[str]:
        """Unchanged notes to be read all the same: all with another reader, and copies of notes that changed."""
        if self.first:
            return frozenset()
        if self.known.reader != repr(self.reader):
            return frozenset(notes).difference(todo.read)
        stirred = {*todo.read, *todo.removed, *todo.moved.values()}
        return frozenset(_copies(stirred, notes)).difference(todo.read)

    def _read(self, paths: list[str], todo: Plan, again: frozenset[str]) -> None:
        index = self.index
        known = index.hashes(paths) if not self.first else {}
        unused = index.next_key()
        folder = os.path.dirname(index.path)
        from rounds.store.intake import read_rows  # loads every parser: not where nothing has changed

        with closing(read_rows(self.root, paths, self.reader, self.today, folder)) as chunks:
            for chunk in chunks:
                notes: list[tuple[int, str, bytes, Rows]] = []
                for note in chunk:
                    path, stamp, content, rows = note
                    self.stamps[path] = stamp
                    key, before = known.get(path, (0, None))
                    if before == content and content and path not in todo.moved and path not in again:
                        continue
                    if not key:
                        key, unused = unused, unused + 1
                    if path not in todo.moved:
                        (self.added if before is None else self.changed).append(path)
                    notes.append((key, path, content, rows))
                self._put(notes)

    def _put(self, notes: list[tuple[int, str, bytes, "Rows"]]) -> None:
        if self.first:
            self.index.put(notes, fresh=True)
            return
        keys = [note[0] for note in notes]
        self.index.touched(keys)  # whom the old versions linked to
        self.index.put(notes)
        self.index.touched(keys)

    def _seen(self, found: Scan, indexed: Mapping[str, Stamp], paths: Sequence[str]) -> Scan:
        """The scan, with the stamps that belong to the bytes that were read.

        A file that vanished or was being written meanwhile keeps its old stamp, or has none: the next sync sees to it.
        """
        odd = [path for path in paths if self.stamps.get(path) != found.notes[path]]
        if not odd:
            return found
        off = {path: self.stamps.get(path) or indexed.get(path) for path in odd}
        notes = {path: stamp for path, scanned in found.notes.items() if (stamp := off.get(path, scanned))}
        return Scan(notes, found.artefacts)


def _plan(disk: Mapping[str, Stamp], indexed: Mapping[str, Stamp]) -> Plan:
    """The plan, made of what differs alone: usually one note of ten thousand."""
    other = {path: stamp for path, stamp in disk.items() if indexed.get(path) != stamp}
    gone = indexed.keys() - disk.keys()
    return plan(other, {path: indexed[path] for path in (*gone, *other) if path in indexed})


def _copies(stirred: Collection[str], notes: Mapping[str, Stamp]) -> Iterator[str]:
    """Notes that by their names may be copies of notes that came, changed or went."""
    if len(stirred) > 100:
        for path in notes:
            folder, slash, name = path.rpartition("/")
            if (plain := copy_of(name)) is not None and folder + slash + plain in stirred:
                yield path
        return
    for path in stirred:
        start = path[:-3]
        for number in range(1, 100):
            for end in (f" {number}", f" ({number})", f"({number})"):
                if (copy := f"{start}{end}{path[-3:]}") in notes:
                    yield copy
