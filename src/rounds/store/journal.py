"""The journal: each change of ours with the bytes from before and after, append-only, outside the vault.

A line says what a step is going to do before it is done, another one how it ended. So a process that is killed leaves
a step without an end, and whoever opens the journal next knows where to look for what is left of it.
"""

import base64
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rounds.store.files import write_all
from rounds.store.private import locked, make_folder

DAYS = 90
"""How long a change is kept, give or take the month that it lies in."""

MOST_BYTES = 64 << 20
"""How large the journal gets; the oldest changes go first. A change of a usual note takes some 3 KB."""

_SEGMENT = 2 << 20
_NAME = re.compile(r"(\d{6})-(\d{4})\.jsonl")
_STEP = re.compile(rb'\{"change":"[0-9a-f]{8}","step":"([0-9a-f]{8})"')
DONE, FAILED, AGAIN, SWEPT = "done", "failed", "again", "swept"


@dataclass(slots=True)
class Step:
    """One file of a change: written, made or moved.

    Attributes:
        id: eight hex digits, also in the name of the temporary file.
        path: of the note.
        to: where it was moved; empty for a step that wrote.
        before, after: its bytes; None for a note that was not there, or was only moved.
        state: `done`, `failed`, `again` (tried once more in another step), `swept` or empty (killed; how far it came,
            the file tells).
    """

    id: str
    path: str
    to: str = ""
    before: bytes | None = None
    after: bytes | None = None
    state: str = ""


@dataclass(slots=True)
class Change:
    """What one act of the user did, and one undo undoes.

    Attributes:
        at: when, in UTC.
        root: the vault's folder.
        undoes: id of the change that this one has undone; empty for any other.
        segment: the file of the journal that it lies in.
        what: it was, before the names of its notes, such as `logged coffee for`; empty where the steps tell it.
    """

    id: str
    at: datetime
    root: str
    undoes: str
    segment: str
    what: str = ""
    steps: list[Step] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The notes that it is about, as they are called after it."""
        return list(dict.fromkeys(step.to or step.path for step in self.steps))

    @property
    def saved(self) -> bool:
        """Whether any of it may have come to the vault."""
        return any(step.state in {DONE, SWEPT, ""} for step in self.steps)


class Journal:
    """The journal of a vault in a folder of its own; made when the first change is written."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @contextmanager
    def locked(self, seconds: float = 3.0) -> Iterator[bool]:
        """Alone among the processes that save, so that what looks unfinished is.

        Gives False where that could not be had in time, or there is no such lock here; saving is safe all the same.
        """
        with ExitStack() as stack:
            alone = False
            with suppress(OSError):
                make_folder(self.folder)
                alone = stack.enter_context(locked(os.path.join(self.folder, "lock"), seconds))
            yield alone

    def start(self, root: str, undoes: str = "", what: str = "") -> Change:
        """A new change; nothing is written before its first step."""
        change = Change(os.urandom(4).hex(), datetime.now(UTC), root, undoes, "", what)
        with suppress(OSError):
            change.segment = self._segment(change.at)
        return change

    def step(self, change: Change, step: Step) -> None:
        """Write down what is about to be done; the first step down to the disk, others in time.

        Raises:
            OSError: it can't be written.
        """
        first = not change.steps
        change.steps.append(step)
        line = {
            "change": change.id, "step": step.id, "at": change.at.isoformat(timespec="milliseconds"),
            "root": change.root, "undoes": change.undoes, "what": change.what, "path": step.path, "to": step.to,
            "before": _packed(step.before), "after": _packed(step.after),
        }  # fmt: skip
        self._append(change.segment or self._segment(change.at), line, durable=first)

    def end(self, change: Change, step: Step, state: str) -> None:
        """Write down how a step ended. Where that can't be written, the file tells."""
        step.state = state
        with suppress(OSError):
            self._append(change.segment, {"step": step.id, "state": state}, durable=False)

    def changes(self) -> Iterator[Change]:
        """The changes that are kept, the newest first."""
        for name in reversed(self._segments()):
            yield from reversed(_changes(self._lines(name), name))

    def unfinished(self) -> list[Change]:
        """Changes with steps that have no end, these steps alone. With the lock, they are of processes that died."""
        found = []
        for name in self._segments()[-2:]:
            lines = self._lines(name)
            ended = {line[9:17] for line in lines if line.startswith(b'{"step":"')}
            killed = [line for line in lines if (step := _STEP.match(line)) and step[1] not in ended]
            found += _changes(killed, name)
        return found

    def forget(self) -> None:
        """Empty the journal, since it may hold what a user took out of a note on purpose."""
        for name in self._segments():
            os.unlink(os.path.join(self.folder, name))

    # Files ------------------------------------------------------------------------------------------------------

    def _segments(self) -> list[str]:
        try:
            return sorted(name for name in os.listdir(self.folder) if _NAME.fullmatch(name))
        except OSError:
            return []

    def _segment(self, now: datetime) -> str:
        """The segment to write to: another one each month, and when one is full; old ones go then."""
        known = self._segments()
        month = f"{now:%Y%m}"
        last = known[-1] if known else ""
        if last.startswith(month) and os.path.getsize(os.path.join(self.folder, last)) < _SEGMENT:
            return last
        number = int(last[7:11]) + 1 if last.startswith(month) else 1
        self._drop(known, now)
        return f"{month}-{number:04}.jsonl"

    def _drop(self, known: list[str], now: datetime) -> None:
        room = MOST_BYTES - _SEGMENT
        for name in reversed(known):
            path = os.path.join(self.folder, name)
            with suppress(OSError):
                status = os.stat(path)
                room -= status.st_size
                if room < 0 or now.timestamp() - status.st_mtime > DAYS * 86400:
                    os.unlink(path)

    def _append(self, name: str, line: Mapping[str, object], *, durable: bool) -> None:
        make_folder(self.folder)
        data = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        with open(os.path.join(self.folder, name), "a+b", buffering=0, opener=_private) as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    data = b"\n" + data  # the end of a line that was cut short by a full disk or a kill
            write_all(file.fileno(), data)
            if durable:
                os.fsync(file.fileno())

    def _lines(self, name: str) -> list[bytes]:
        try:
            with open(os.path.join(self.folder, name), "rb") as file:
                return file.read().split(b"\n")
        except OSError:  # dropped by another process
            return []


def _changes(lines: Iterable[bytes], segment: str) -> list[Change]:
    """The changes that lines tell of, the oldest first. A line that was cut short is passed over."""
    changes: dict[str, Change] = {}
    steps: dict[str, Step] = {}
    for line in lines:
        try:
            found = json.loads(line)
            if "state" in found:
                steps[found["step"]].state = found["state"]
                continue
            before, after = (_unpacked(found[key]) for key in ("before", "after"))
            step = Step(found["step"], found["path"], found["to"], before, after)
            at = datetime.fromisoformat(found["at"])
            new = Change(found["change"], at, found["root"], found["undoes"], segment, found.get("what", ""))
        except (ValueError, KeyError, TypeError, zlib.error):
            continue
        steps[step.id] = step
        changes.setdefault(new.id, new).steps.append(step)
    return list(changes.values())


def _packed(data: bytes | None) -> str | None:
    return base64.b64encode(zlib.compress(data)).decode() if data is not None else None


def _unpacked(text: str | None) -> bytes | None:
    return zlib.decompress(base64.b64decode(text)) if text is not None else None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
