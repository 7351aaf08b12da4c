"""Power that goes off: what a command wrote, as much of it as the disk was told to keep, and any part of the rest.

Each command runs once, and its calls that change files are recorded. From the record states are made as a disk may have
them after a crash, as SQLite's tests and ALICE (Pillai et al., OSDI 2014) do it: at some call the power goes off; what
was synced by then is there; of what was not, each write and each change of a name is there or not, in no order, and a
write also in part or as zeros. In each state the product starts, and all holds that holds after a kill; what had been
said to be done is there.
"""

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from faults.acts import Fault, Known, check, make
from faults.calls import Recorder
from faults.commands import WRITING
from faults.places import Place
from faults.report import Report
from rounds.vault import log_actions

_NEVER = 1 << 30
_APART = {"git setup", "git setup, hook", "init", "feed publish, server"}
"""Git and the server write by themselves; the template of init is not in the record's folder."""


class Change(NamedTuple):
    """One change that the disk may lose.

    Attributes:
        at: its place in the record.
        kept: the place at which the disk was told to keep it.
        names: entries of folders: folder, name, and the file or folder there from then on; all of them at once.
        file, start, data: bytes of a file; a start of -1 empties it.
    """

    at: int
    kept: int
    names: tuple[tuple[int, str, int | None], ...] = ()
    file: int = 0
    start: int = 0
    data: bytes = b""


class Disk:
    """Files and folders by number; folder 1 is the outermost."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.folders: dict[int, dict[str, int]] = {1: {}}
        self.files: dict[int, bytearray] = {}
        self._numbers = count(2)
        for folder, inner, names in os.walk(root):
            for name in inner:
                self.put(os.path.join(folder, name), folder=True)
            for name in names:
                self.files[self.put(os.path.join(folder, name))][:] = Path(folder, name).read_bytes()

    def put(self, path: str, *, folder: bool = False) -> int:
        """A new file or folder."""
        number = next(self._numbers)
        if folder:
            self.folders[number] = {}
        else:
            self.files[number] = bytearray()
        where, name = self.entry(path)
        self.folders[where][name] = number
        return number

    def entry(self, path: str) -> tuple[int, str]:
        """The folder of a path, and the name in it."""
        *above, name = os.path.relpath(path, self.root).split("/")
        where = 1
        for each in above:
            where = self.folders[where][each] if each != "." else where
        return where, name

    def at(self, path: str) -> int | None:
        """What a path leads to."""
        if os.path.relpath(path, self.root) == ".":
            return 1
        where, name = self.entry(path)
        return self.folders[where].get(name)

    def take(self, change: Change, data: bytes) -> None:
        """Let a change be, with so much of its bytes."""
        for folder, name, number in change.names:
            self.folders[folder].pop(name, None)
            if number is not None:
                self.folders[folder][name] = number
        if change.file and change.start < 0:
            self.files[change.file].clear()
        elif change.file:
            file = self.files[change.file]
            file.extend(bytes(max(0, change.start - len(file))))
            file[change.start : change.start + len(data)] = data

    def tree(self) -> dict[str, bytes | None]:
        """All files by their paths, and folders with None."""
        found: dict[str, bytes | None] = {}
        waiting = [("", 1)]
        while waiting:
            before, number = waiting.pop()
            for name, each in self.folders[number].items():
                path = f"{before}{name}"
                found[path] = bytes(self.files[each]) if each in self.files else None
                if each in self.folders:
                    waiting.append((f"{path}/", each))
        return found


class Record:
    """What a command did to the disk."""

    def __init__(self, before: Disk, calls: list[tuple[Any, ...]]) -> None:
        self.before = before
        self.length = len(calls)
        self.changes: list[Change] = []
        self._disk, self._open = pickle.loads(pickle.dumps(before)), dict[int, int]()
        for at, (name, *words) in enumerate(calls):
            getattr(self, f"_{name}")(at, *words)
        self.after = self._disk.tree()

    def _names(self, at: int, *names: tuple[tuple[int, str], int | None]) -> None:
        changes = tuple((*entry, number) for entry, number in names)
        for folder, name, number in changes:
            if number is None:
                self._disk.folders[folder].pop(name, None)
            else:
                self._disk.folders[folder][name] = number
        self.changes.append(Change(at, _NEVER, changes))

    def _opened(self, at: int, path: str, flags: int, descriptor: int) -> None:
        number = self._disk.at(path) if path else None
        self._open.pop(descriptor, None)
        if path and number is None and flags & os.O_CREAT:
            number = self._disk.put(path)
            self.changes.append(Change(at, _NEVER, ((*self._disk.entry(path), number),)))
        if number is not None and flags & os.O_TRUNC:
            self._disk.files[number].clear()
            self.changes.append(Change(at, _NEVER, (), number, -1))
        if number is not None:
            self._open[descriptor] = number

    def _wrote(self, at: int, descriptor: int, data: bytes, start: int) -> None:
        if descriptor not in self._open:
            return
        number = self._open[descriptor]
        file = self._disk.files[number]
        file[start : start + len(data)] = data
        self.changes.append(Change(at, _NEVER, (), number, start, data))

    def _synced(self, at: int, descriptor: int) -> None:
        number = self._open.get(descriptor, 0)
        for place, each in enumerate(self.changes if number else ()):
            if each.kept == _NEVER and (each.file == number or number in {folder for folder, _, _ in each.names}):
                self.changes[place] = each._replace(kept=at)

    def _renamed(self, at: int, old: str, new: str, flag: int) -> None:
        exchanged = self._disk.at(new) if flag == 2 else None
        self._names(at, (self._disk.entry(old), exchanged), (self._disk.entry(new), self._disk.at(old)))

    def _linked(self, at: int, old: str, new: str) -> None:
        self._names(at, (self._disk.entry(new), self._disk.at(old)))

    def _unlinked(self, at: int, path: str) -> None:
        self._names(at, (self._disk.entry(path), None))

    def _made(self, at: int, path: str) -> None:
        number = self._disk.put(path, folder=True)
        self.changes.append(Change(at, _NEVER, ((*self._disk.entry(path), number),)))

    def state(self, off: int, random: Random) -> dict[str, bytes | None]:
        """A state of the disk after the power went off before that call."""
        disk: Disk = pickle.loads(pickle.dumps(self.before))
        share = random.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        for each in self.changes:
            for _, _, number in each.names:
                if number is not None and number not in disk.files and number not in disk.folders:
                    if number in self._disk.files:
                        disk.files[number] = bytearray()
                    else:
                        disk.folders[number] = {}
        for each in self.changes:
            if each.at >= off or (each.kept >= off and random.random() >= share):
                continue
            disk.take(each, each.data if each.kept < off else _in_part(each.data, random))
        return disk.tree()


def _in_part(data: bytes, random: Random) -> bytes:
    """What is there of a write that was not synced."""
    cut = random.randint(0, len(data))
    return random.choice((data, data, data[:cut], bytes(len(data)), data[:cut] + bytes(len(data) - cut)))


def run(runs: int, seed: int) -> Report:
    """So many states, of all commands and their undos in turn."""
    report, random = Report("power"), Random(seed)
    before = dict(os.environ)
    try:
        with tempfile.TemporaryDirectory(prefix="power-") as folder:
            place = Place(os.path.join(folder, "x"))
            records = list(_records(place, folder))
            for number in range(runs):
                fault, known, record = records[number % len(records)]
                off = record.length if random.random() < 0.25 else random.randint(0, record.length)
                _one(report, random, place, (fault._replace(at=off), known, record))
                report.runs += 1
    finally:
        os.environ.clear()
        os.environ.update(before)
    return report


def _records(place: Place, folder: str) -> Iterator[tuple[Fault, Known, Record]]:
    made = os.path.join(folder, "made")
    make(made)
    _lay(place, made)
    snapshot = os.path.join(folder, "snapshot")
    shutil.copytree(place.folder, snapshot)
    for name, entry in WRITING.items():
        if name in _APART:
            continue
        _again(place, snapshot)
        notes, outputs = place.notes(), place.outputs()
        record = _recorded(place, entry.words)
        known = Known((notes, place.notes()), (outputs, place.outputs()), ((0, 0), (0, 0)))
        yield Fault(name, undo=False, at=0), known, record
        if entry.undone:
            yield Fault(name, undo=True, at=0), known, _recorded(place, ("undo",))


def _lay(place: Place, made: str) -> None:
    shutil.copytree(made, place.folder)
    place.configure()
    vault = place.open()
    log_actions.log_touch(vault, "Partners/Zoe.md", "call", "an innocent act")
    vault.sync()
    vault.close()
    shutil.rmtree(os.path.join(place.folder, "cache"))


def _again(place: Place, snapshot: str) -> None:
    shutil.rmtree(place.folder)
    shutil.copytree(snapshot, place.folder)


def _recorded(place: Place, words: tuple[str, ...]) -> Record:
    """Run a command line; its record, which made into a disk is what the disk has."""
    place.open().close()
    before = Disk(place.folder)
    recorder = Recorder(place.folder)
    told = f"{place.folder}.calls"
    save: Callable[..., Any] = lambda: Path(told).write_bytes(pickle.dumps(recorder.calls))  # noqa: E731
    code = place.child(words, recorder, done=save)
    assert code == 0, (words, place.said)
    record = Record(before, pickle.loads(Path(told).read_bytes()))
    there = Disk(place.folder).tree()
    wrong = {path for path in {*there, *record.after} if there.get(path, "") != record.after.get(path, "")}
    assert all(path.startswith(("cache", "said")) for path in wrong), (words, wrong)
    return record


def _one(report: Report, random: Random, place: Place, tried: tuple[Fault, Known, Record]) -> None:
    fault, known, record = tried
    state = record.state(fault.at, random)
    shutil.rmtree(place.folder)
    for path in sorted(state):
        where, data = Path(place.folder, path), state[path]
        if path.split("/")[0] in {"cache", "said"}:
            continue
        if data is None:
            where.mkdir(parents=True)
        else:
            where.write_bytes(data)
            where.chmod(0o600)
    said, what = fault.at == record.length, f"{fault} of {record.length}"
    report.counts["after it was said to be done" if said else "before that"] += 1
    report.counts["temporary files left, of a text that is kept"] += _swept(place)
    if said:
        notes, outputs = (each[0 if fault.undo else 1] for each in (known.notes, known.outputs))
        now = place.outputs()
        lost = [path for path, data in notes.items() if place.notes().get(path) != data]
        lost += [path for path, data in outputs.items() if now.get(path) != data and not fault.undo]
        if lost or place.notes() != notes:
            report.failures.append(f"{what}: said to be done, and lost: {lost}")
    check(report, place, what, known, fault)


def _swept(place: Place) -> int:
    """Start; sweep temporary files of texts that the journal has: they were taken away, which no disk was told to keep."""
    vault = place.open()
    steps = [step for change in vault.writer.journal.changes() for step in change.steps]
    vault.close()
    kept = {text for step in steps for text in (step.before, step.after)}
    left = [path for path in Path(vault.root).rglob(".~*.tmp") if path.read_bytes() in kept]
    for path in left:
        path.unlink()
    return len(left)
