"""Index sync with the disk: scan, plan, read changes, one transaction."""

import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from typing import TYPE_CHECKING

from rounds.domain.file_names_copies import Plan, Stamp, plan
from rounds.errors import VanishedError
from rounds.index.scan import (
    LINKED,
    NOWHERE,
    Reader,
    Scan,
    copies,
    fingerprint,
    is_any_readable,
    not_trashed,
    rescanned,
    scan,
)
from rounds.index.writer import Content, Index, State
from rounds.vault.grace_period import GracePeriod
from rounds.vault.sync_report import SyncReport

if TYPE_CHECKING:
    from rounds.index.note_rows import Rows


Progress = Callable[[int, int], None]
"""Progress callback: (done, total); raises StoppedError to cancel."""


def no_progress(done: int, of: int) -> None:
    """No-op progress callback."""


YOUNG = 20_000_000
"""Nanoseconds: a file written this shortly before it was read may be written again with the same stamp."""

COARSE = 1_000_000_000
"""Nanoseconds: a time in whole seconds may come from FAT, which has a resolution of two seconds."""

FEW = 4
"""Up to this many changed notes, a report includes their old and new content."""

MANY = 10
"""From this many notes gone at once, and more than half of all, it isn't an ordinary deletion."""


def sync_index(
    root: str,
    index: Index,
    reader: Reader,
    today: str,
    *,
    patience: GracePeriod | None = None,
    sure: bool = False,
    only: Collection[str] = (),
    step: Progress = no_progress,
) -> SyncReport:
    """Update the index to match the disk, and report changes made by this or another process since the last sync.

    Args:
        patience: grace period for missing or broken notes.
        sure: sync even if most notes are gone.
        only: paths of the notes that may have changed since the last sync of this index; all files by default.
        step: progress callback, counting notes read.

    Raises:
        StoppedError: raised by `step`; the index is unchanged.
        OSError: the vault's folder can't be listed; the index is unchanged.
        VanishedError: most notes are gone; the index is unchanged.
    """
    seen = index.seen_revision
    found = _walked(root, index, only)
    index.walked = found if patience is None else None
    patience = patience or GracePeriod()
    report, newest = _synced(root, index, reader, today, found=found, patience=patience, sure=sure, step=step)
    if report or seen is None or seen == newest:
        return report
    return report._replace(changed=index.changed_since(seen), elsewhere=True)


def _walked(root: str, index: Index, only: Collection[str]) -> Scan:
    """A walk over all files, or the last one with new stamps for some paths, if the index is as it was then."""
    if only and index.walked is not None and fingerprint(index.walked) == index.state().seen:
        return rescanned(root, index.walked, only) or scan(root)
    return scan(root)


def _synced(
    root: str,
    index: Index,
    reader: Reader,
    today: str,
    *,
    found: Scan,
    patience: GracePeriod,
    sure: bool,
    step: Progress,
) -> tuple[SyncReport, int]:
    """The report, and the last index revision before our changes."""
    patience.young = False
    revision = index.revision()  # before the state: changes another process makes in between are reported next time
    written, known = index.written(), index.state()
    lost = "" if is_any_readable(root, known.lost.split("\0")[:-1]) else known.lost
    wanted = State(fingerprint(found), repr(reader), today, lost)
    if known == wanted and not (sure and found.unseen):
        patience.settle()
        index.seen_revision = revision
        return SyncReport(problems=index.problem_count()), revision
    with index.writing():
        revision = index.revision()
        if index.written() != written:  # another process was faster, so our scan may be the older one
            known, found = index.state(), scan(root)
            wanted = wanted._replace(seen=fingerprint(found))
        sync = _Sync(root, index, reader, known, today=today, patience=patience, sure=sure, step=step)
        report = sync.apply(found, wanted)
        index.seen_revision = index.revision()
    patience.settle()
    if not known.reader:
        index.settle()
    return report, revision


class _Sync:
    """One sync within its transaction."""

    def __init__(
        self,
        root: str,
        index: Index,
        reader: Reader,
        known: State,
        *,
        today: str,
        patience: GracePeriod,
        sure: bool,
        step: Progress,
    ) -> None:
        self.root = root
        self.index = index
        self.reader = reader
        self.today = today
        self.known = known
        self.patience = patience
        self.sure = sure
        self.step = step
        self.first = not known.reader
        self.added: list[str] = []
        self.changed: list[str] = []
        self.versions: dict[str, tuple[Content, Content]] = {}
        self.stamps: dict[str, Stamp] = {}
        self.lost = ""
        self.copies: dict[str, str] = {}
        """Conflict copies among the notes checked, each with the note it belongs to."""
        self.kept: dict[str, Stamp] = {}
        """Stamps of missing notes still in their grace period."""
        self.unseen: dict[str, Stamp] = {}
        """Stamps of notes that can't be accessed."""

    def apply(self, found: Scan, wanted: State) -> SyncReport:
        """Update the index from a scan."""
        index = self.index
        indexed = index.stamps()
        indexed |= {path: _unread(indexed[path]) for path in self.known.lost.split("\0") if path in indexed}
        planned = todo = plan(found.notes, indexed)
        missed, todo = self._missed(found, todo, indexed)
        if not self.sure:
            _check_vanished(not_trashed(self.root, _lost(todo, indexed), indexed), indexed)
        self.kept = {path: indexed[path] for path in todo.removed if self.patience.holds(path, self.patience.gone)}
        todo = todo._replace(removed=tuple(path for path in todo.removed if path not in self.kept))
        gone = [key for key, _ in index.hashes(todo.removed).values()]
        index.touched(gone)
        index.remove(gone)
        for new, old in todo.moved.items():
            index.rename(old, new)
        again = self._again(todo, found.notes)
        paths = [*todo.read, *again.difference(todo.read)]
        self._read(paths, todo, again)
        index.put_artefacts(found.artefacts, missed)
        if self.first:
            index.finish_first(self.today)
        else:
            index.derive(self.today, self.known.day)
        before = {path: indexed.get(todo.moved.get(path, path)) for path in paths}
        seen = self._seen(found, before)
        wanted = wanted._replace(seen=wanted.seen if seen is found else fingerprint(seen), lost=self.lost)
        stamps = seen.notes | self.unseen if self.unseen else seen.notes
        index.set_state(wanted, stamps, indexed, {*paths, *planned.removed, *planned.moved.values()})
        return SyncReport(
            tuple(sorted(self.added)),
            tuple(sorted(self.changed)),
            dict(todo.moved),
            todo.removed,
            index.problem_count(),
            self.versions,
        )

    def _missed(self, found: Scan, todo: Plan, indexed: Mapping[str, Stamp]) -> tuple[dict[str, str], Plan]:
        """Inaccessible places with the reason, and a plan that keeps their notes; links only if they contain notes.

        If the user is sure the notes are gone, they're removed.
        """
        away = {note: "" for copy, note in found.artefacts.items() if copy.endswith(".icloud")}
        reasons = found.unseen | away
        if not reasons:
            return {}, todo
        below = {path: [place for place in _places(path) if place in reasons] for path in todo.removed if not self.sure}
        held = {place for places in below.values() for place in places}
        self.unseen = {path: indexed[path] for path, places in below.items() if places}
        if self.known.reader != repr(self.reader):  # read them when they're accessible again
            self.unseen = {path: _unread(stamp) for path, stamp in self.unseen.items()}
            self.index.doubt(self.unseen)
        todo = todo._replace(removed=tuple(path for path in todo.removed if path not in self.unseen))
        listed = found.unseen.items()  # placeholders are problems of their own
        return {place: why for place, why in listed if place in held or why not in (LINKED, NOWHERE)}, todo

    def _again(self, todo: Plan, notes: Mapping[str, Stamp]) -> frozenset[str]:
        """Notes to index again, changed or not: all if the reader changed, else notes that became copies or
        stopped being ones because other files changed.
        """
        everything = self.first or self.known.reader != repr(self.reader)
        touched = frozenset([*todo.read, *todo.removed, *todo.moved.values()])
        if not everything and not touched:
            return frozenset()
        from rounds.domain.file_names_copies import is_near, related

        names = related(notes, None if everything or len(touched) > MANY else touched)
        if names:
            self.copies = copies(self.root, names, self.reader)
        if everything:
            return frozenset() if self.first else frozenset(notes)
        before = self.index.copies()
        alone = [path for path in before if path in notes and path not in names and is_near(path, touched)]
        return frozenset([*alone, *(path for path in names if self._copied(path) != before.get(path))])

    def _copied(self, path: str) -> str | None:
        """The message for a conflict copy; None for a note."""
        if path not in self.copies:
            return None
        from rounds.index.note_rows import artefact

        return str(artefact(path, self.copies[path]).problems[0][3])

    def _read(self, paths: list[str], todo: Plan, again: frozenset[str]) -> None:
        index = self.index
        known = index.hashes(paths) if not self.first else {}
        unused = index.next_key()
        folder = os.path.dirname(index.path)
        from rounds.index.note_rows import artefact, without_text
        from rounds.index.parallel_parse import read_rows  # loads every parser: only if something changed

        began, done = time.time_ns(), 0
        with closing(read_rows(self.root, paths, self.reader, self.today, folder)) as chunks:
            for chunk in chunks:
                notes: list[tuple[int, str, bytes, Rows]] = []
                for note in chunk:
                    path, stamp, content, rows = note
                    key, before = known.get(path, (0, None))
                    emptied = bool(content) and not stamp[2] and index.emptied(key, content)
                    if path in self.copies:
                        rows = artefact(path, self.copies[path])
                    elif emptied:
                        rows = without_text(rows)
                    if before not in (None, content) and path not in todo.moved and self._waits(path, rows):
                        continue  # the old stamp stays, so the next sync reads it again
                    self.stamps[path] = self._settled(stamp, began)
                    self.lost += "" if content else f"{path}\0"
                    if before == content and path not in todo.moved and path not in again:
                        continue
                    if not key:
                        key, unused = unused, unused + 1
                    if path not in todo.moved:
                        (self.added if before is None else self.changed).append(path)
                    notes.append((key, path, content, rows))
                self._put(notes)
                done += len(chunk)
                self.step(done, len(paths))

    def _waits(self, path: str, rows: "Rows") -> bool:
        """Whether a note is now empty or unreadable and still in its grace period."""
        return not rows.readable and self.patience.holds(path, self.patience.broken)

    def _settled(self, stamp: Stamp, began: int) -> Stamp:
        """The stamp, or for a file written just before, one that no file has, so that it's read again.

        Clocks of other machines don't count: a future time isn't recent.
        """
        now = time.time_ns()
        young = YOUNG if stamp[0] % COARSE else YOUNG + 2 * COARSE
        if not any(began - young < written <= now for written in stamp[:2]):
            return stamp
        self.patience.young = True
        return _unread(stamp)

    def _put(self, notes: list[tuple[int, str, bytes, "Rows"]]) -> None:
        if self.first:
            self.index.put(notes, fresh=True)
            return
        keys = [note[0] for note in notes]
        few = {path: key for key, path, *_ in notes if path in self.changed} if len(self.changed) <= FEW else {}
        before = {path: self.index.content(key) for path, key in few.items()}
        self.index.touched(keys)  # partners that the old versions linked to
        self.index.put(notes)
        self.index.touched(keys)
        self.versions.update({path: (before[path], self.index.content(key)) for path, key in few.items()})

    def _seen(self, found: Scan, before: Mapping[str, Stamp | None]) -> Scan:
        """The scan, with the stamps that belong to the bytes that were read.

        A file that vanished or was being written keeps its old stamp or none, so the next sync reads it.

        Args:
            before: the indexed stamp of each note to be read; for a moved note, its old one.
        """
        odd = [path for path in before if self.stamps.get(path) != found.notes[path]]
        if not odd and not self.kept:
            return found
        off = {path: self.stamps.get(path) or before[path] for path in odd}
        notes = {path: stamp for path, scanned in found.notes.items() if (stamp := off.get(path, scanned))}
        return found._replace(notes=notes | self.kept)


def _check_vanished(removed: Collection[str], indexed: Collection[str]) -> None:
    """Raise if all notes are gone, or most notes of the vault or of a top-level folder."""
    if not removed:
        return
    gone, before = Counter(map(_top, removed)), Counter(map(_top, indexed))
    gone[""], before[""] = len(removed), len(indexed)
    for folder in ("", *sorted(gone.keys() - {""})):
        count, all_ = gone[folder], before[folder]
        if (not folder and count == all_ > 1) or (count >= MANY and count * 2 > all_):
            where = folder or "the vault"
            raise VanishedError(
                f"{count:,} of {all_:,} notes are gone from {where} at once; their last known content is kept",
                hint="Is the disk mounted, has the sync finished? If that was on purpose: rounds --yes-really check",
            )


def _lost(todo: Plan, indexed: Collection[str]) -> list[str]:
    """Notes gone for good. A name that turns up elsewhere was moved, as by git and sync services."""
    arrived = {path.rpartition("/")[2] for path in todo.read if path not in indexed} if todo.removed else set()
    return [path for path in todo.removed if path.rpartition("/")[2] not in arrived]


def _places(path: str) -> list[str]:
    """A note, and the folders that contain it, each with a trailing slash."""
    return [path, *(path[: at + 1] for at, letter in enumerate(path) if letter == "/")]


def _unread(stamp: Stamp) -> Stamp:
    """A stamp that no file has, so that it's read again."""
    return (stamp[0], 0, *stamp[2:])


def _top(path: str) -> str:
    """The top-level folder of a note; a dot for none."""
    return path.partition("/")[0] if "/" in path else "."
