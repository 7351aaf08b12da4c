"""Bring the index up to what is on disk: scan, plan, read what moved, one transaction."""

import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.file_diff import Plan, Stamp, plan
from rounds.errors import VanishedError
from rounds.index.columns import Reader
from rounds.index.scan import LINKED, NOWHERE, Scan, scan
from rounds.index.writer import Content, Index, State, fingerprint

if TYPE_CHECKING:
    from rounds.index.rows import Rows


class SyncReport(NamedTuple):
    """What a sync found. Paths are relative to the vault.

    Attributes:
        changed: notes, and rounds.toml.
        moved: old path by new path.
        problems: how many problems the index now knows of, in all notes.
        versions: of each changed note, where it is only a few, what it said before and says now.
        elsewhere: another process was quicker; of what it took in, only `changed` is known.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: Mapping[str, str] = {}
    removed: tuple[str, ...] = ()
    problems: int = 0
    versions: Mapping[str, tuple[Content, Content]] = {}
    elsewhere: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.moved or self.removed or self.elsewhere)


Progress = Callable[[int, int], None]
"""Told on the way how much of long work is done, of how much; raises StoppedError to end it there."""


def no_progress(done: int, of: int) -> None:
    """The step of work that nobody follows."""


YOUNG = 20_000_000
"""Nanoseconds: a file written this short a time before it was read may be written again with the same stamp."""

COARSE = 1_000_000_000
"""Nanoseconds: a time that has none but whole seconds may be of FAT, which counts them by two."""

FEW = 4
"""Of so many changed notes it is told what has changed in them."""

MANY = 10
"""So many notes that are gone at once, and more than half of all, are no ordinary deletion."""


class GracePeriod:
    """For how long a watcher, which looks again, does not believe what is on the disk.

    vim, Emacs and git delete a note and create it anew, others empty it first. A command that looks once has none.

    Attributes:
        gone: seconds for which a note that is gone keeps its rows.
        broken: seconds for which one that is now empty, or can't be read, keeps its old rows before it is a problem.
    """

    def __init__(self, gone: float = 0, broken: float = 0) -> None:
        self.gone = gone
        self.broken = broken
        self.young = False  # whether a note was read so soon after it was written that it is to be read again
        self._since: dict[str, float] = {}
        self._held: set[str] = set()

    @property
    def waiting(self) -> bool:
        """Whether anything is being held, so that it is worth looking again soon."""
        return bool(self._since)

    def holds(self, path: str, seconds: float) -> bool:
        """Whether a note's new state is not to be believed yet."""
        now = time.monotonic()
        if now - self._since.setdefault(path, now) >= seconds:
            return False
        self._held.add(path)
        return True

    def settle(self) -> None:
        """A sync is over: what it did not hold is all right again."""
        self._since = {path: since for path, since in self._since.items() if path in self._held}
        self._held.clear()


def sync_until_stable(sync: Callable[..., SyncReport]) -> None:
    """Sync until no note is in the middle of being written, for what looks once and can't take back what it says."""
    patience = GracePeriod(gone=0.5, broken=0.5)
    deadline = time.monotonic() + 2
    sync(patience=patience)
    while patience.waiting and time.monotonic() < deadline:
        time.sleep(0.02)
        sync(patience=patience)


def sync_index(
    root: str,
    index: Index,
    reader: Reader,
    today: str,
    *,
    patience: GracePeriod | None = None,
    sure: bool = False,
    step: Progress = no_progress,
) -> SyncReport:
    """Make the index equal to the disk, and tell what this or another process took in since the last time.

    Args:
        patience: with what is gone or broken.
        sure: also where most notes are gone.
        step: told how many of the notes are read.

    Raises:
        StoppedError: by `step`; the index stays as it was.
        OSError: the vault's folder can't be listed; the index stays as it was.
        VanishedError: most notes are gone; the index stays as it was.
    """
    told = index.told
    report, newest = _synced(root, index, reader, today, patience=patience or GracePeriod(), sure=sure, step=step)
    if report or told is None or told == newest:
        return report
    return report._replace(changed=index.stirred_since(told), elsewhere=True)


def _synced(
    root: str, index: Index, reader: Reader, today: str, *, patience: GracePeriod, sure: bool, step: Progress
) -> tuple[SyncReport, int]:
    """The report, and the newest change that stood in the index before any of ours."""
    patience.young = False
    revision = index.revision()  # before the state: what another process writes in between is told the next time
    found, written, known = scan(root), index.written(), index.state()
    wanted = State(fingerprint(found), repr(reader), today)
    if known == wanted and not (sure and found.unseen):
        patience.settle()
        index.told = revision
        return SyncReport(problems=index.problem_count()), revision
    with index.writing():
        revision = index.revision()
        if index.written() != written:  # another process was quicker, so our scan may be the older one
            known, found = index.state(), scan(root)
            wanted = wanted._replace(seen=fingerprint(found))
        sync = _Sync(root, index, reader, known, today=today, patience=patience, sure=sure, step=step)
        report = sync.apply(found, wanted)
        index.told = index.revision()
    patience.settle()
    if not known.reader:
        index.settle()
    return report, revision


class _Sync:
    """One sync inside of its transaction."""

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
        self.copies: dict[str, str] = {}
        """Of notes that may have become copies, or be no more: those that are, with the note they belong to."""
        self.kept: dict[str, Stamp] = {}
        """Of notes that are gone, which is not believed yet."""
        self.unseen: dict[str, Stamp] = {}
        """Of notes that can't be looked at."""

    def apply(self, found: Scan, wanted: State) -> SyncReport:
        """Bring the index up to what a scan found."""
        index = self.index
        indexed = index.stamps()
        todo = plan(found.notes, indexed)
        missed, todo = self._missed(found, todo, indexed)
        if not self.sure:
            _check_vanished(_lost(todo, indexed), indexed)
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
        wanted = wanted if seen is found else wanted._replace(seen=fingerprint(seen))
        index.set_state(wanted, seen.notes | self.unseen, indexed)
        return SyncReport(
            tuple(sorted(self.added)),
            tuple(sorted(self.changed)),
            dict(todo.moved),
            todo.removed,
            index.problem_count(),
            self.versions,
        )

    def _missed(self, found: Scan, todo: Plan, indexed: Mapping[str, Stamp]) -> tuple[dict[str, str], Plan]:
        """What can't be looked at, with the reason, and a plan that lets its notes be; of links, those that hold some.

        Whoever is sure that they are gone has them taken out.
        """
        reasons = found.unseen
        if not reasons:
            return {}, todo
        below = {path: [place for place in _places(path) if place in reasons] for path in todo.removed if not self.sure}
        held = {place for places in below.values() for place in places}
        self.unseen = {path: indexed[path] for path, places in below.items() if places}
        if self.known.reader != repr(self.reader):  # they are to be read when they are in sight again
            self.unseen = {path: _unread(stamp) for path, stamp in self.unseen.items()}
            self.index.doubt(self.unseen)
        todo = todo._replace(removed=tuple(path for path in todo.removed if path not in self.unseen))
        return {place: why for place, why in reasons.items() if place in held or why not in (LINKED, NOWHERE)}, todo

    def _again(self, todo: Plan, notes: Mapping[str, Stamp]) -> frozenset[str]:
        """Notes to be laid out again, changed or not: all with another reader, else what is a copy, or isn't any more,
        by what came, changed or went.
        """
        everything = self.first or self.known.reader != repr(self.reader)
        touched = frozenset([*todo.read, *todo.removed, *todo.moved.values()])
        if not everything and not touched:
            return frozenset()
        from rounds.domain.copy_names import is_near, related

        names = related(notes, None if everything or len(touched) > MANY else touched)
        if names:
            from rounds.index.conflict_copies import copies

            self.copies = copies(self.root, names, self.reader)
        if everything:
            return frozenset() if self.first else frozenset(notes)
        before = self.index.copies()
        alone = [path for path in before if path in notes and path not in names and is_near(path, touched)]
        return frozenset([*alone, *(path for path in names if self._copied(path) != before.get(path))])

    def _copied(self, path: str) -> str | None:
        """What the problem of a copy says; None for a note."""
        if path not in self.copies:
            return None
        from rounds.index.rows import artefact

        return str(artefact(path, self.copies[path]).problems[0][3])

    def _read(self, paths: list[str], todo: Plan, again: frozenset[str]) -> None:
        index = self.index
        known = index.hashes(paths) if not self.first else {}
        unused = index.next_key()
        folder = os.path.dirname(index.path)
        from rounds.index.parallel_parse import read_rows  # loads every parser: not where nothing has changed
        from rounds.index.rows import artefact, without_text

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
                        continue  # its old stamp stays, so that the next sync reads it again
                    self.stamps[path] = self._settled(stamp, began)
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
        """Whether a note is now empty or can't be read, which is not believed yet."""
        return not rows.readable and self.patience.holds(path, self.patience.broken)

    def _settled(self, stamp: Stamp, began: int) -> Stamp:
        """A stamp, or where the file was written just before, one that no file has: so that it is read again.

        The clocks of other machines count for nothing: a time to come is not just now.
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
        told = {path: key for key, path, *_ in notes if path in self.changed} if len(self.changed) <= FEW else {}
        before = {path: self.index.content(key) for path, key in told.items()}
        self.index.touched(keys)  # whom the old versions linked to
        self.index.put(notes)
        self.index.touched(keys)
        self.versions.update({path: (before[path], self.index.content(key)) for path, key in told.items()})

    def _seen(self, found: Scan, before: Mapping[str, Stamp | None]) -> Scan:
        """The scan, with the stamps that belong to the bytes that were read.

        A file that vanished or was being written meanwhile keeps its old stamp, or has none: the next sync sees to it.

        Args:
            before: the stamp of each note that was to be read, as it was indexed; of one that was moved, its old one.
        """
        odd = [path for path in before if self.stamps.get(path) != found.notes[path]]
        if not odd and not self.kept:
            return found
        off = {path: self.stamps.get(path) or before[path] for path in odd}
        notes = {path: stamp for path, scanned in found.notes.items() if (stamp := off.get(path, scanned))}
        return found._replace(notes=notes | self.kept)


def _check_vanished(removed: Collection[str], indexed: Collection[str]) -> None:
    """Refuse where all notes are gone, or most of the vault's or of one of its folders'."""
    if not removed:
        return
    gone, before = Counter(map(_top, removed)), Counter(map(_top, indexed))
    gone[""], before[""] = len(removed), len(indexed)
    for folder in ("", *sorted(gone.keys() - {""})):
        count, all_ = gone[folder], before[folder]
        if (not folder and count == all_ > 1) or (count >= MANY and count * 2 > all_):
            where = folder or "the vault"
            raise VanishedError(
                f"{count:,} of {all_:,} notes are gone from {where} at once; what was known of them is kept",
                hint="Is the disk mounted, has the sync finished? If it was meant: rounds --yes-really check",
            )


def _lost(todo: Plan, indexed: Collection[str]) -> list[str]:
    """What is gone for good: a name that has turned up elsewhere was moved, as git and sync services do it."""
    arrived = {path.rpartition("/")[2] for path in todo.read if path not in indexed} if todo.removed else set()
    return [path for path in todo.removed if path.rpartition("/")[2] not in arrived]


def _places(path: str) -> list[str]:
    """A note, and the folders that it lies in, each with a slash at its end."""
    return [path, *(path[: at + 1] for at, letter in enumerate(path) if letter == "/")]


def _unread(stamp: Stamp) -> Stamp:
    """A stamp that no file has, so that it is read again."""
    return (stamp[0], 0, *stamp[2:])


def _top(path: str) -> str:
    """The folder of the vault that a note lies in, however deep; a dot for none."""
    return path.partition("/")[0] if "/" in path else "."
