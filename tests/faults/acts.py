"""Commands that write, killed or failing at each of their calls: done as a whole, or not at all, and nothing is lost.

A child process runs the command line and ends itself before or after one of its calls to the system that change a file.
Then the next start looks after it, and may be killed as well; the one after that must find all notes as they were before
the command, or as they are after it, a history that is true, and undo the newest act that is done, and no other.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import EACCES, EIO, ENOSPC
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

from faults.calls import Hook
from faults.commands import WRITING, Entry, lay
from faults.places import Place, serving
from faults.report import Report
from faults.saves import child, ended
from rounds.errors import RoundsError
from rounds.vault import create_vault, log_actions
from rounds.vault import history_undo as history
from rounds.vault.vault import Vault

KILLED = 97
_TEMPLATE = (
    "rounds.toml",
    "Home.md",
    "Practice.md",
    "Views/Stay in touch.base",
    ".obsidian/app.json",
    ".obsidian/types.json",
)
_INNOCENT = "logged call for Zoe"
_PROMISES = ("can't be undone", "takes it back", "Half of this was done and stays", "the defaults apply")
"""What is said where the history can't be kept, or not where it belongs."""


class Known(NamedTuple):
    """What a command does, and its undo where it has one.

    Attributes:
        notes, outputs: before and after it.
        calls: how many calls change files in it, and in its undo; and how many with those that open files to read.
    """

    notes: tuple[dict[str, bytes], dict[str, bytes]]
    outputs: tuple[dict[str, bytes], dict[str, bytes]]
    calls: tuple[tuple[int, int], tuple[int, int]]


class Fault(NamedTuple):
    """One place at which a command, or its undo, is stopped."""

    name: str
    undo: bool
    at: int

    def __str__(self) -> str:
        return f"{self.name}{', undone' * self.undo}, at {self.at}"


@contextmanager
def a_copy(made: str) -> Iterator[Place]:
    """A copy of a folder with vault and data, in which an innocent act was done."""
    with tempfile.TemporaryDirectory(prefix="acts-") as folder:
        place = Place(os.path.join(folder, "x"))
        shutil.copytree(made, place.folder)
        place.configure()
        vault = place.open()
        log_actions.log_touch(vault, "Partners/Zoe.md", "call", "an innocent act")
        vault.sync()
        vault.close()
        yield place


def killed(runs: int, seed: int) -> Report:
    """Killed at a call of the command, and at one of the start after it: all or nothing, and a history that is true."""
    return _run("acts-killed", runs, seed, _one_killed)


def failing(runs: int, seed: int) -> Report:
    """A call of the command, or of its undo, fails: all or nothing, and what is said of it is true."""
    return _run("acts-failing", runs, seed, _one_failing)


_One = Callable[[Report, Random, str, Known, Fault], None]


def _run(name: str, runs: int, seed: int, one: _One) -> Report:
    report, random = Report(name), Random(seed)
    before = dict(os.environ)
    try:
        with tempfile.TemporaryDirectory(prefix="acts-") as made, serving():
            make(made)
            names = random.sample([*WRITING], runs) if runs < len(WRITING) else [*WRITING]
            known = {each: _known(made, WRITING[each]) for each in names}
            reads = one is _one_failing
            report.counts["places"] = sum(1 for _ in _places(known, reads=reads))
            for fault in islice(_faults(known, random, reads=reads), runs):
                one(report, random, made, known[fault.name], fault)
                report.runs += 1
    finally:
        os.environ.clear()
        os.environ.update(before)
    return report


def make(made: str) -> None:
    lay(Path(made, "vault"))
    for name in _TEMPLATE:  # a short one: each file of it is made in the same way
        place = Path(made, "template", name)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(create_vault.template_root() / name, place)
    Path(made, "out").mkdir()
    data = Path(made, "data/rounds/test")
    data.mkdir(parents=True)
    (data / "addresses.json").write_text('{"secrets": {"reminders": "old"}, "revoked": []}')
    subprocess.run(["git", "init", "-q", os.path.join(made, "vault")], check=True)
    Place(made).open().close()
    shutil.rmtree(os.path.join(made, "config"), ignore_errors=True)


def _places(known: dict[str, Known], *, reads: bool) -> Iterator[Fault]:
    """Every place: before each call of each command and of each undo, which is after the one before it."""
    for name, each in known.items():
        for undo in (False, True):
            for at in range(1, each.calls[undo][reads] + 1):
                yield Fault(name, undo, at)


def _faults(known: dict[str, Known], random: Random, *, reads: bool) -> Iterator[Fault]:
    """All places again and again, each time in another order; the first are of different commands."""
    for number in count():
        places = list(_places(known, reads=reads))
        random.shuffle(places)
        if not number:
            first = {(each.name, each.undo): each for each in places}
            places = [*first.values(), *(each for each in places if each not in first.values())]
        yield from places


def _known(made: str, entry: Entry) -> Known:
    with a_copy(made) as place:
        notes, outputs = place.notes(), place.outputs()
        first = _counted(place, entry.words)
        after, made_by_it = place.notes(), place.outputs()
        second = (0, 0)
        if entry.undone:
            vault = place.open()
            assert history.history(vault)[0].what.startswith(entry.undone), history.history(vault)[0].what
            vault.close()
            second = _counted(place, ("undo",))
            assert place.notes() == notes, entry.words
        assert bool(entry.undone) == (after != notes), entry.words
    return Known((notes, after), (outputs, made_by_it), (first, second))


def _counted(place: Place, words: tuple[str, ...]) -> tuple[int, int]:
    """Run a command line, and count its calls that change files, and those with the ones that open files to read."""
    read, write = os.pipe()
    tell = os.write
    hooks = Hook(0, lambda: None), Hook(0, lambda: None, reads=True)
    code = place.child(words, *hooks, done=lambda: tell(write, json.dumps([hook.count for hook in hooks]).encode()))
    assert code == 0, (words, code, place.said)
    os.close(write)
    writing, all_ = json.loads(os.read(read, 40))
    os.close(read)
    return writing, all_


def _die() -> None:
    os._exit(KILLED)


def _fail() -> None:
    raise OSError(EIO, os.strerror(EIO), "x")


def _one_killed(report: Report, random: Random, made: str, known: Known, fault: Fault) -> None:
    entry, again = WRITING[fault.name], random.randint(1, 40)
    with a_copy(made) as place:
        if fault.undo:
            place.child(entry.words)
        words = ("undo",) if fault.undo else entry.words
        code = place.child(words, Hook(fault.at, _die))

        failing = random.random() < 0.5

        def start() -> None:
            Hook(again, _fail if failing else _die, reads=failing).install()
            place.open()

        second = ended(child(start))
        report.counts["killed" if code == KILLED else "ended before"] += 1
        report.counts["the next start killed too"] += second == KILLED
        report.counts["the next start failing"] += failing
        what = f"{fault}, then {'failing' * failing} at {again}"
        if second not in {0, KILLED, *((3,) if failing else ())}:
            report.failures.append(f"{what}: the next start ended with {second}")
        check(report, place, what, known, fault)


def _one_failing(report: Report, random: Random, made: str, known: Known, fault: Fault) -> None:
    entry, code = WRITING[fault.name], random.choice([EIO, ENOSPC, EACCES])
    lasting = random.random() < 0.5
    with a_copy(made) as place:
        if fault.undo:
            place.child(entry.words)
        words = ("undo",) if fault.undo else entry.words
        hook = Hook(fault.at, lambda: None, reads=True)

        def fail() -> None:
            hook.at += lasting
            raise OSError(code, os.strerror(code), "x")

        hook.act = fail
        exit_code = place.child(words, hook)
        said = place.said
        report.counts[f"{os.strerror(code)}: {'refused' if exit_code else 'done'}"] += 1
        what = f"{fault.name}{', undone' * fault.undo}, {os.strerror(code)} at {fault.at}{' and after' * lasting}, said {exit_code}"
        if exit_code not in range(8) or "Traceback" in said:
            report.failures.append(f"{what}: {said[-300:]}")
        place.open().close()
        now, after = place.notes(), known.notes[0 if fault.undo else 1]
        partly = entry.partly and not fault.undo
        promised = any(words in said for words in _PROMISES)
        if exit_code == 0 and now != after and not partly and not promised and not _id_alone(fault, now, after):
            report.failures.append(f"{what}: said to be done, and is not: {said[-200:]}")
        if exit_code and entry.kept and not fault.undo and not _is_kept(place, entry.kept, said):
            report.failures.append(f"{what}: {entry.kept} is nowhere: {said[-200:]}")
        if not (promised or partly or _id_alone(fault, now, after)):
            check(report, place, what, known, fault)


def _id_alone(fault: Fault, now: dict[str, bytes], after: dict[str, bytes]) -> bool:
    """Whether all is done but for the partner's id in the note: the link is enough."""
    return fault.name.startswith(("refer", "release")) and not fault.undo and now.keys() == after.keys()


def _is_kept(place: Place, words: str, said: str) -> bool:
    """Whether words are in a note, in the journal, or shown; or nothing was tried yet, and the shell has them."""
    vault = place.open()
    steps = [step for change in vault.writer.journal.changes() for step in change.steps]
    vault.close()
    texts = [*place.notes().values(), *(step.after or b"" for step in steps)]
    return words in said or any(words.encode() in text for text in texts) or "What you wrote" not in said


def check(report: Report, place: Place, what: str, known: Known, fault: Fault) -> None:
    """All notes as before or as after, all outputs whole, a true history, and the newest act is undone next."""
    before, after = known.notes[:: -1 if fault.undo else 1]
    vault = place.open()
    now = place.notes()
    if fault.name == "today":  # no journal knows of Today.md, which holds nobody's words
        now = {path: data for path, data in now.items() if not path.startswith(".~")}
    if now not in (before, after):
        odd = sorted(
            path for path in {*now, *before, *after} if now.get(path) not in {before.get(path), after.get(path)}
        )
        mixed = sorted(path for path in {*now, *before, *after} if now.get(path) != before.get(path))
        report.failures.append(f"{what}: half of it; neither before nor after: {odd}; not as before: {mixed}")
        vault.close()
        return
    report.counts["as a whole" if now == after else "not at all"] += 1
    for path, data in place.outputs().items():
        if data not in (known.outputs[0].get(path), known.outputs[1].get(path)) and not _is_fresh(path, data):
            report.failures.append(f"{what}: {path} is neither old nor new: {data[:80]!r}")
    _check_again(report, place, what, known, fault)
    _check_history(report, vault, what, known, fault)
    vault.close()


def _is_fresh(path: str, data: bytes) -> bool:
    """Whether a file is whole that no two runs make alike: secret addresses, and what is due where a note could not be read."""
    if path == "Today.md":
        return data.startswith(b"# Monday, 23 November 2026\n\n%% Made by Rounds") and data.endswith(b"\n")
    if path == ".git/config":  # git writes it, one setting after the other
        return data.startswith(b"[core]")
    return path == "addresses.json/." and data.endswith(b"}\n")


def _check_history(report: Report, vault: Vault, what: str, known: Known, fault: Fault) -> None:
    entry = WRITING[fault.name]
    stands = bool(entry.undone) and Place(os.path.dirname(vault.root)).notes() == known.notes[1]
    events = [event for event in history.history(vault) if event.by == "rounds" and event.state == "saved"]
    events = [event for event in events if not event.what.startswith("undid")]
    if fault.name == "history" and not events:
        return  # that is what it is for
    newest = events[0].what if events else "nothing"
    if newest.startswith(entry.undone if stands else _INNOCENT) is False:
        report.failures.append(f"{what}: the newest act is said to be: {newest}")
    for wanted, expected in ((entry.undone, known.notes[0]), (_INNOCENT, None))[0 if stands else 1 :]:
        try:
            undone = history.undo(vault)
        except RoundsError as error:
            if report.topic == "power" and "can't be read, so it can't be undone" in error.message:
                report.counts["undo refused, since the last line of the journal is cut"] += 1
                return
            report.failures.append(f"{what}: nothing could be undone: {error.message}")
            return
        if not undone.what.startswith(wanted):
            report.failures.append(f"{what}: the next undo took back: {undone.what}")
            return
        now = Place(os.path.dirname(vault.root)).notes()
        if expected is not None and now != expected:
            report.failures.append(
                f"{what}: undone, and not as before: {sorted(p for p in {*now, *expected} if now.get(p) != expected.get(p))}"
            )
    if b"an innocent act" in Path(vault.root, "Partners/Zoe.md").read_bytes():
        report.failures.append(f"{what}: said to be undone, and it is there: {_INNOCENT}")


def _check_again(report: Report, place: Place, what: str, known: Known, fault: Fault) -> None:
    """What is made for others to read is completed by saying the command once more."""
    entry = WRITING[fault.name]
    if not entry.again or fault.undo:
        return
    code = place.child(entry.words)
    now = place.outputs()
    wrong = sorted(path for path, data in known.outputs[1].items() if now.get(path) != data)
    if code or (wrong and fault.name != "today"):
        report.failures.append(
            f"{what}: once more it ended with {code}, and these are not as they should be: {wrong}; {place.said[-200:]}"
        )
