"""Append-only journal of all changes, with bytes before and after.

It's outside the vault. One line announces a step before it's done, another one records how it ended, and one ends the
change. So a killed process leaves a change without an end, which the next start takes back. Each line begins with its
length and checksum: `0000002f 8a3bd2c1 {"step":"0123abcd","state":"done"}`. Older lines begin with the brace.
"""

import os
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from rounds.domain.file_names_copies import one_name
from rounds.storage import journal_files
from rounds.storage.durable import sync, sync_folder
from rounds.storage.files import write_all
from rounds.storage.journal_files import EndLine, Line, RunningChanges, StateLine, StepLine
from rounds.storage.json_codec import DAMAGED
from rounds.storage.locks_private_output_files import locked, make_folder
from rounds.storage.open_file import private

DAYS = 90
"""Days that a change is kept, plus or minus a month."""

_NAME = re.compile(r"(\d{6})-(\d{4})\.jsonl")
_LARGEST = 4 << 10
"""Maximum length in bytes of a journal's last line, if no change is unfinished."""

DONE, FAILED, AGAIN, SWEPT, TAKEN_BACK = "done", "failed", "again", "swept", "taken back"


@dataclass(slots=True)
class Step:
    """One file of a change: written, made or moved.

    Attributes:
        id: eight hex digits, also in the name of the temporary file.
        path: of the note.
        to: new path of a moved note; empty for a step that wrote.
        before, after: the note's bytes; None if it didn't exist, or was only moved.
        state: `done`, `failed`, `again` (retried in another step), `swept` or empty (killed; the note's file shows how
            far it came).
        kept: False if the bytes are gone, because they were too many to be kept for long, or `forgotten`.
        forgotten: whether a text in it was forgotten on purpose.
        note: id of the moved note; empty if it has none, or for a step that wrote.
        left: leftovers that couldn't be removed, as a sentence; not stored.
    """

    id: str
    path: str
    to: str = ""
    before: bytes | None = None
    after: bytes | None = None
    state: str = ""
    kept: bool = True
    note: str = ""
    left: str = ""
    forgotten: bool = False


@dataclass(slots=True)
class Change:
    """One act of the user, which one undo takes back.

    Attributes:
        at: when, in UTC.
        root: the vault's folder.
        undoes: id of the change that this one undid; empty for any other.
        segment: name of its journal file.
        what: words before the names of its notes, such as `logged coffee for`; empty if the steps show it.
        of: number of files it writes or moves; 0 while that isn't known. It must be set before the last step.
        ended: `done`, `failed` (an undo that undid nothing), `taken back` (after an error or a kill), or empty while it
            isn't over.
        half: why it couldn't be taken back, after an error halfway; not stored.
        unwritten: ends of steps that couldn't be written yet.
        large: names of the files with its versions, from this process.
    """

    id: str
    at: datetime
    root: str
    undoes: str
    segment: str
    what: str = ""
    of: int = 0
    ended: str = ""
    half: str = ""
    steps: list[Step] = field(default_factory=list)
    unwritten: list[Line] = field(default_factory=list, compare=False)
    large: set[str] = field(default_factory=set, compare=False)

    def is_of(self, root: str) -> bool:
        """Whether it belongs to the vault in that folder, maybe from before the vault was moved there."""
        return self.root == root or not os.path.isdir(self.root) or self._is_same(root)

    def _is_same(self, root: str) -> bool:
        """Whether both are one folder, written in another case on a disk that doesn't mind, as on Macs and Windows."""
        try:
            return one_name(self.root, root) and os.path.samefile(self.root, root)
        except OSError:
            return False

    @property
    def paths(self) -> list[str]:
        """Paths of its notes, as named after the change."""
        return list(dict.fromkeys(step.to or step.path for step in self.steps))

    @property
    def saved(self) -> bool:
        """Whether any of it may have reached the vault."""
        return any(step.state in {DONE, SWEPT, ""} for step in self.steps)


class Journal:
    """The journal of a vault, in its own folder; created with the first change.

    Attributes:
        most_bytes: size limit; the oldest changes go first. A change of a usual note takes some 3 KB. The newest
            change and unfinished ones stay at any size. Versions in their own files have the same limit again.
        segment_bytes: size from which a new segment begins.
        large_bytes: packed size from which a version of a note gets its own file, so that it can't push out others.
        medium_bytes: the same once the segment is full, since a change stays in one segment.
    """

    most_bytes = 64 << 20
    segment_bytes = 2 << 20
    large_bytes = 256 << 10
    medium_bytes = 8 << 10

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.running = RunningChanges(folder)
        self.own: set[str] = set()  # ids of the changes of this process

    @contextmanager
    def locked(self, seconds: float = 3.0) -> Iterator[bool]:
        """Hold the lock among the processes that save, so that a change that looks unfinished is unfinished.

        Yields False if the lock isn't free in time, or can't exist here; saving is safe all the same.
        """
        with ExitStack() as stack:
            alone = False
            with suppress(OSError):
                make_folder(self.folder)
                alone = stack.enter_context(locked(os.path.join(self.folder, "lock"), seconds))
            yield alone

    def start(self, root: str, undoes: str = "", what: str = "", of: int = 0) -> Change:
        """A new change; nothing is written before its first step. `of` is as in `Change`."""
        change = Change(os.urandom(4).hex(), datetime.now(UTC), root, undoes, "", what, of)
        with suppress(OSError):
            change.segment = self._segment(change.at)
        return change

    def step(self, change: Change, step: Step) -> None:
        """Record a step before it's done, synced to disk.

        Raises:
            OSError: it can't be written.
        """
        change.steps.append(step)
        segment = change.segment or self._segment(change.at)
        is_full = journal_files.size(os.path.join(self.folder, segment)) >= self.segment_bytes
        limit = min(self.large_bytes, self.medium_bytes) if is_full else self.large_bytes
        before, after = (journal_files.pack(self.folder, data, limit) for data in (step.before, step.after))
        change.large |= {name for name in (before, after) if name and journal_files.VERSION_FILE.fullmatch(name)}
        line = StepLine(
            change.id, step.id, change.at, change.root, change.undoes, step.path, step.to, change.what, change.of,
            step.note, before, after,
        )  # fmt: skip
        self._append(segment, line, durable=True)
        self.own.add(change.id)

    def end(self, change: Change, step: Step, state: str) -> None:
        """Record how a step ended. If that can't be written, `close` tries again, or the note's file shows it."""
        step.state = state
        if not self._write(change, line := StateLine(step.id, state)):
            change.unwritten.append(line)

    def close(self, change: Change, ended: str) -> bool:
        """Record the end of a change; one without steps leaves no trace. False if it can't be written.

        Synced to disk, except for a single step, whose file shows if it was done.
        """
        change.ended = ended
        if not all(self._write(change, each) for each in change.unwritten):
            return False
        if change.steps and not self._write(change, EndLine(change.id, ended), durable=len(change.steps) > 1):
            return False
        self.running.remove(change.id, change.segment)
        if change.large:
            self._drop_large(change.large)
        return True

    def _write(self, change: Change, line: Line, *, durable: bool = False) -> bool:
        try:
            self._append(change.segment or self._segment(change.at), line, durable=durable)
        except OSError:
            return False
        return True

    def changes(self) -> Iterator[Change]:
        """The stored changes, newest first.

        Raises:
            OSError: a part can't be read. Without the error, the next undo would take back an older change.
        """
        for name in reversed(self._named(_NAME, sure=True)):
            yield from reversed(self._changes(self._lines(name, sure=True), name))

    def unfinished(self) -> list[Change]:
        """Changes without an end, oldest first. Those that aren't running belong to processes that died.

        In old journals, where changes have no end, those with a step that has none.
        """
        found = []
        for name in self._recent():
            found += self._changes(self._open_lines(name), name)
        return found

    def _recent(self) -> list[str]:
        """The segments that may have an unfinished change."""
        names, marked = self._segments(), self.running.segments()
        return [name for name in names if name in names[-2:] or name in marked]

    def _open_lines(self, name: str) -> list[Line]:
        """The lines of unfinished changes in a segment."""
        every = self._all_lines(name)
        lines = [line for line in every if line is not None]
        ended = (
            journal_files.passed(every)
            | {line.step for line in lines if isinstance(line, StateLine)}
            | {line.change for line in lines if isinstance(line, EndLine)}
        )
        killed = {
            line.change
            for line in lines
            if isinstance(line, StepLine) and (line.step if line.of is None else line.change) not in ended
        }
        return [line for line in lines if isinstance(line, StateLine) or line.change in killed] if killed else []

    def is_closed(self) -> bool:
        """Whether no process is in the middle of a change, or died there: no marks, and the last line ends one."""
        return not self.running.segments() and self._is_ended()

    def _is_ended(self) -> bool:
        """Whether the last line ends a change."""
        names = self._segments()
        if not names:
            return True
        try:
            with open(os.path.join(self.folder, names[-1]), "rb", opener=private) as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _LARGEST))
                last = journal_files.read_line(file.read().rstrip(b"\n").rpartition(b"\n")[2])
        except OSError:
            return True
        return isinstance(last, EndLine)

    def rest(self) -> None:
        """Append an end if the last line of an old journal isn't one. All changes must be over."""
        self.running.sweep()
        names = self._segments()
        if names and not self._is_ended():
            with suppress(OSError):
                self._append(names[-1], EndLine("", ""), durable=False)

    def forget(self) -> None:
        """Empty the journal: it may hold what a user removed from a note on purpose."""
        for path in [journal_files.length_path(self.folder), *self.parts()]:
            with suppress(FileNotFoundError):
                os.unlink(path)

    def parts(self) -> list[str]:
        """Paths of the files with changes, oldest first, then of those with a version of a note."""
        names = self._segments() + self._named(journal_files.VERSION_FILE)
        return [os.path.join(self.folder, name) for name in names]

    # Files ------------------------------------------------------------------------------------------------------

    def _segments(self) -> list[str]:
        return self._named(_NAME)

    def _named(self, pattern: re.Pattern[str], *, sure: bool = False) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self.folder) if pattern.fullmatch(name))
        except OSError as error:
            if sure and not isinstance(error, FileNotFoundError | NotADirectoryError):
                raise
            return []

    def _segment(self, now: datetime) -> str:
        """The segment to write to: a new one each month, and if one is full; then old ones are deleted."""
        known = self._segments()
        month = f"{now:%Y%m}"
        last = known[-1] if known else ""
        if last.startswith(month) and journal_files.size(os.path.join(self.folder, last)) < self.segment_bytes:
            return last
        number = int(last[7:11]) + 1 if last.startswith(month) else 1
        newest = journal_files.size(os.path.join(self.folder, last)) if last else 0
        room = max(self.most_bytes - self.segment_bytes, newest)  # the newest one stays
        journal_files.drop(self.folder, reversed(known), room, DAYS, lambda name: bool(self._open_lines(name)))
        return f"{month}-{number:04}.jsonl"

    def _drop_large(self, own: set[str]) -> None:
        """Delete the oldest files of large versions, except those of the newest change and of unfinished ones."""
        held = cache(self._held)
        newest = journal_files.newest_first(self.folder, self._named(journal_files.VERSION_FILE))
        journal_files.drop(self.folder, newest, self.most_bytes, DAYS, lambda name: name in own or name in held())

    def _held(self) -> set[str]:
        """Names of the files with versions of unfinished changes."""
        lines = (line for name in self._recent() for line in self._open_lines(name))
        return {str(side) for line in lines if isinstance(line, StepLine) for side in (line.before, line.after)}

    def _append(self, name: str, line: Line, *, durable: bool) -> None:
        make_folder(self.folder)
        path = os.path.join(self.folder, name)
        data = journal_files.framed(line)
        if journal_files.is_cut(self.folder):
            data = journal_files.GAP + data
        with open(path, "a+b", buffering=0, opener=private) as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    data = b"\n" + data  # the end of a line that was cut short by a full disk or a kill
            else:
                sync_folder(self.folder)
            write_all(file.fileno(), data)
            if durable:
                sync(file.fileno())
                journal_files.remember(self.folder, name, file.tell())

    def _lines(self, name: str, *, sure: bool = False) -> list[Line]:
        """The readable lines of a segment; if it can't be read, none, or an error with `sure`."""
        return [line for line in self._all_lines(name, sure=sure) if line is not None]

    def _all_lines(self, name: str, *, sure: bool = False, ends: bool = True) -> list[Line | None]:
        """The lines of a segment; None for each unreadable line, and for an unreadable segment.

        Args:
            sure: raise an error for an unreadable segment.
            ends: include unreadable lines that were an end.
        """
        try:
            with open(os.path.join(self.folder, name), "rb", opener=private) as file:
                lines = file.read().split(b"\n")
        except FileNotFoundError:  # dropped by another process
            return []
        except OSError:
            if sure:
                raise
            return [None]
        read = ((line, journal_files.read_line(line)) for line in lines if line)
        return [found for line, found in read if ends or found is not None or not journal_files.is_end(line)]

    def lost_after(self, change: Change) -> bool:
        """Whether anything newer than a change is unreadable or missing in the journal."""
        if journal_files.is_cut(self.folder):
            return True
        names = self._segments()
        newer = [None in self._all_lines(name, ends=False) for name in names[names.index(change.segment) + 1 :]]
        own = self._all_lines(change.segment, ends=False)
        steps = {step.id for step in change.steps}  # a step's end may be recorded long after it
        its = [at for at, line in enumerate(own) if isinstance(line, StepLine) and line.step in steps]
        return any(newer) or None in own[max(its, default=0) :]

    def _changes(self, lines: Iterable[Line], segment: str) -> list[Change]:
        """The changes that the lines describe, oldest first."""
        changes: dict[str, Change] = {}
        steps: dict[str, Step] = {}
        for line in lines:
            if isinstance(line, StateLine):
                if line.step in steps:
                    steps[line.step].state = line.state
            elif isinstance(line, EndLine):
                if line.change in changes:
                    changes[line.change].ended = line.ended
            else:
                ended = DONE if line.of is None else ""
                new = Change(line.change, line.at, line.root, line.undoes, segment, line.what, line.of or 0, ended)
                known = changes.setdefault(new.id, new)
                known.of = new.of  # it may become known between steps
                step = steps[line.step] = self._step(line)
                known.steps.append(step)
        return list(changes.values())

    def _step(self, line: StepLine) -> Step:
        step = Step(line.step, line.path, line.to, note=line.note, forgotten=line.before == journal_files.FORGOTTEN)
        try:
            step.before, step.after = (journal_files.unpack(self.folder, side) for side in (line.before, line.after))
        except (OSError, zlib.error, *DAMAGED):
            step.kept = False
        return step
