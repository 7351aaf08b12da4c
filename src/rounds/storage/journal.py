"""Append-only journal of all changes, with bytes before and after.

It's outside the vault. One line announces a step before it's done, another one records how it ended, and one ends the
change. So a killed process leaves a change without an end, which the next start takes back. Each line begins with its
length and checksum: `0000002f 8a3bd2c1 {"step":"0123abcd","state":"done"}`. Older lines begin with the brace.
"""

import base64
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rounds.storage.files import digest, sync_folder, write_all
from rounds.storage.journal_lines import GAP, framed, is_cut, is_end, length_path, read_line, remember, unpacked
from rounds.storage.open_file import private
from rounds.storage.secure_files import DAMAGED, locked, make_folder, write_private

DAYS = 90
"""Days that a change is kept, plus or minus a month."""

MOST_BYTES = 64 << 20
"""Size limit of the journal in bytes; the oldest changes go first. A change of a usual note takes some 3 KB."""

_SEGMENT = 2 << 20
_NAME = re.compile(r"(\d{6})-(\d{4})\.jsonl")
_LARGE_NAME = re.compile(r"[0-9a-f]{32}\.z")
_LARGE = 256 << 10
"""Packed size in bytes from which a version of a note gets its own file, so that it can't push out other changes."""

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
        kept: False if the bytes are gone, because they were too many to be kept for long.
        note: id of the moved note; empty if it has none, or for a step that wrote.
    """

    id: str
    path: str
    to: str = ""
    before: bytes | None = None
    after: bytes | None = None
    state: str = ""
    kept: bool = True
    note: str = ""


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

    @property
    def paths(self) -> list[str]:
        """Paths of its notes, as named after the change."""
        return list(dict.fromkeys(step.to or step.path for step in self.steps))

    @property
    def saved(self) -> bool:
        """Whether any of it may have reached the vault."""
        return any(step.state in {DONE, SWEPT, ""} for step in self.steps)


class Journal:
    """The journal of a vault, in its own folder; created with the first change."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

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
        line = {
            "change": change.id, "step": step.id, "at": change.at.isoformat(timespec="milliseconds"),
            "root": change.root, "undoes": change.undoes, "what": change.what, "of": change.of, "path": step.path,
            "to": step.to, "note": step.note, "before": self._packed(step.before), "after": self._packed(step.after),
        }  # fmt: skip
        self._append(change.segment or self._segment(change.at), line, durable=True)

    def end(self, change: Change, step: Step, state: str) -> None:
        """Record how a step ended. If that can't be written, the note's file shows it."""
        step.state = state
        self._say(change, {"step": step.id, "state": state})

    def close(self, change: Change, ended: str) -> bool:
        """Record the end of a change; one without steps leaves no trace. False if it can't be written.

        Synced to disk, except for a single step, whose file shows if it was done.
        """
        change.ended = ended
        line = {"change": change.id, "ended": ended}
        return not change.steps or self._say(change, line, durable=len(change.steps) > 1)

    def _say(self, change: Change, line: Mapping[str, object], *, durable: bool = False) -> bool:
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
        """Changes without an end, oldest first. If the lock is held, their processes have died.

        In old journals, where changes have no end, those with a step that has none.
        """
        found = []
        for name in self._segments()[-2:]:
            lines = self._lines(name)
            ended = (
                self._passed(name)
                | {line["step"] for line in lines if "state" in line}
                | {line["change"] for line in lines if "ended" in line}
            )
            killed = {
                line["change"]
                for line in lines
                if "path" in line and (line["change"] if "of" in line else line["step"]) not in ended
            }
            if killed:
                kept = [line for line in lines if line.get("change") in killed or "state" in line]
                found += self._changes(kept, name)
        return found

    def _passed(self, name: str) -> set[str]:
        """Changes followed by an unreadable line and then by others: their end was damaged, and they are over."""
        found: set[str] = set()
        before: set[str] = set()
        lost: set[str] = set()
        for line in self._all_lines(name):
            if line is None:
                lost |= before
            elif "path" in line:
                found |= lost - {line["change"]}
                before |= {line["change"], line["step"]}
        return found

    def is_closed(self) -> bool:
        """Whether the last line ends a change, so that no process is in the middle of one, or died there."""
        names = self._segments()
        if not names:
            return True
        try:
            with open(os.path.join(self.folder, names[-1]), "rb", opener=private) as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _LARGEST))
                last = read_line(file.read().rstrip(b"\n").rpartition(b"\n")[2])
        except OSError:
            return True
        return last is not None and "ended" in last

    def rest(self) -> None:
        """Append an end if the last line of an old journal isn't one."""
        names = self._segments()
        if names and not self.is_closed():
            with suppress(OSError):
                self._append(names[-1], {"change": "", "ended": ""}, durable=False)

    def forget(self) -> None:
        """Empty the journal: it may hold what a user removed from a note on purpose."""
        for path in [
            length_path(self.folder),
            *(os.path.join(self.folder, name) for name in [*self._segments(), *self._large()]),
        ]:
            with suppress(FileNotFoundError):
                os.unlink(path)

    # Files ------------------------------------------------------------------------------------------------------

    def _segments(self) -> list[str]:
        return self._named(_NAME)

    def _large(self) -> list[str]:
        return self._named(_LARGE_NAME)

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
        if last.startswith(month) and os.path.getsize(os.path.join(self.folder, last)) < _SEGMENT:
            return last
        number = int(last[7:11]) + 1 if last.startswith(month) else 1
        self._drop(reversed(known), now, MOST_BYTES - _SEGMENT)
        return f"{month}-{number:04}.jsonl"

    def _drop(self, names: Iterable[str], now: datetime, room: int) -> None:
        """Delete files that don't fit or are too old; pass the newest names first."""
        for name in names:
            path = os.path.join(self.folder, name)
            with suppress(OSError):
                status = os.stat(path)
                room -= status.st_size
                if room < 0 or now.timestamp() - status.st_mtime > DAYS * 86400:
                    os.unlink(path)

    def _append(self, name: str, line: Mapping[str, object], *, durable: bool) -> None:
        make_folder(self.folder)
        path = os.path.join(self.folder, name)
        data = framed(line)
        if is_cut(self.folder):
            data = GAP + data
        with open(path, "a+b", buffering=0, opener=private) as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    data = b"\n" + data  # the end of a line that was cut short by a full disk or a kill
            else:
                sync_folder(self.folder)
            write_all(file.fileno(), data)
            if durable:
                os.fsync(file.fileno())
                remember(self.folder, name, file.tell())

    def _packed(self, data: bytes | None) -> str | None:
        """Bytes as text for a line; for many bytes, the name of their own file.

        Raises:
            OSError: that file can't be written.
        """
        if data is None:
            return None
        packed = zlib.compress(data)
        if len(packed) < _LARGE:
            return base64.b64encode(packed).decode()
        name = f"{digest(data).hex()}.z"
        path = os.path.join(self.folder, name)
        if os.path.exists(path):
            os.utime(path)
        else:
            write_private(path, packed)
        self._drop_large()
        return name

    def _drop_large(self) -> None:
        """Remove the oldest files of large notes; the newest, two versions of one note, stay whatever their size."""
        ages = {}
        for name in self._large():
            with suppress(OSError):
                ages[name] = os.stat(os.path.join(self.folder, name)).st_mtime_ns
        newest = sorted(ages, key=lambda name: -ages[name])
        room = MOST_BYTES - sum(os.path.getsize(os.path.join(self.folder, name)) for name in newest[:2])
        self._drop(newest[2:], datetime.now(UTC), room)

    def _unpacked(self, text: object) -> bytes | None:
        if text is None:
            return None
        if not isinstance(text, str):
            raise TypeError(text)
        if _LARGE_NAME.fullmatch(text):
            with open(os.path.join(self.folder, text), "rb", opener=private) as file:
                return unpacked(file.read())
        return unpacked(base64.b64decode(text))

    def _lines(self, name: str, *, sure: bool = False) -> list[dict[str, Any]]:
        """The readable lines of a segment; if it can't be read, none, or an error with `sure`."""
        return [line for line in self._all_lines(name, sure=sure) if line is not None]

    def _all_lines(self, name: str, *, sure: bool = False, ends: bool = True) -> list[dict[str, Any] | None]:
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
        read = ((line, read_line(line)) for line in lines if line)
        return [found for line, found in read if ends or found is not None or not is_end(line)]

    def lost_after(self, change: Change) -> bool:
        """Whether anything newer than a change is unreadable or missing in the journal."""
        if is_cut(self.folder):
            return True
        names = self._segments()
        newer = [None in self._all_lines(name, ends=False) for name in names[names.index(change.segment) + 1 :]]
        own = self._all_lines(change.segment, ends=False)
        steps = {step.id for step in change.steps}  # a step's end may be recorded long after it
        its = [at for at, line in enumerate(own) if line and "path" in line and line["step"] in steps]
        return any(newer) or None in own[max(its, default=0) :]

    def _changes(self, lines: Iterable[Mapping[str, Any]], segment: str) -> list[Change]:
        """The changes that the lines describe, oldest first."""
        changes: dict[str, Change] = {}
        steps: dict[str, Step] = {}
        for line in lines:
            if "state" in line:
                if line["step"] in steps:
                    steps[line["step"]].state = line["state"]
            elif "ended" in line:
                if line["change"] in changes:
                    changes[line["change"]].ended = line["ended"]
            else:
                step = steps[line["step"]] = self._step(line)
                at = datetime.fromisoformat(line["at"]).astimezone(UTC)
                new = Change(
                    line["change"], at, line["root"], line["undoes"], segment,
                    line.get("what", ""), line.get("of", 0), "" if "of" in line else DONE,
                )  # fmt: skip
                known = changes.setdefault(new.id, new)
                known.steps.append(step)
                known.of = new.of  # it may become known between steps
        return list(changes.values())

    def _step(self, line: Mapping[str, Any]) -> Step:
        step = Step(line["step"], line["path"], line["to"], note=line.get("note", ""))
        try:
            step.before, step.after = self._unpacked(line["before"]), self._unpacked(line["after"])
        except (OSError, zlib.error, *DAMAGED):
            step.kept = False
        return step
