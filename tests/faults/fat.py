"""Acts on disks that can do less, killed or failing at each of their calls: the notes from before or those from after.

The disks have no exchange, no rename that replaces nothing, no hard links and no modes: one that a shim answers for, and
real ones, with times of two seconds and names that are one in any case, where they can be mounted (`tests/disks.py`).
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from errno import EACCES, EIO, ENOSPC
from pathlib import Path
from random import Random
from typing import NamedTuple

from disks import DISKS, NotMountedError, lesser_disk, mounted
from faults import acts
from faults.acts import KILLED
from faults.calls import Hook
from faults.commands import FILES
from faults.places import TODAY
from faults.report import Report
from faults.saves import child, ended
from rounds.errors import RoundsError
from rounds.vault import conflicts, inbox, note_files, tidy
from rounds.vault import history_undo as history
from rounds.vault import note_files as naming
from rounds.vault import referrals as referral_edits
from rounds.vault import set_properties as keeping
from rounds.vault.log_actions import log_touch
from rounds.vault.vault import Vault

SHIM = "shim"
UNNOTED = 98
_INNOCENT = "logged call for Zoe"
_HOW = ("killed", "EIO", "ENOSPC", "EACCES", "lasting")
_CODES = {"EIO": EIO, "ENOSPC": ENOSPC, "EACCES": EACCES, "lasting": EACCES}
"""Errors of one call, or of that one and all that follow."""
_PARTLY = frozenset({"tidy", "rename", "another case", "refer"})
"""Acts that go on where one of their files can't be written, and say so."""


def _log(vault: Vault) -> None:
    with vault.change(of=3):
        for name in ("Sam Lee", "Ana", "Kim"):
            log_touch(vault, f"Partners/{name}.md", "coffee", "together")


def _merge(vault: Vault) -> None:
    found = conflicts.proposals(vault)
    if not found:
        raise RoundsError("the copy can't be read")
    conflicts.apply(vault, found[0])


ACTS: dict[str, Callable[[Vault], object]] = {
    "edit": lambda vault: keeping.set_properties(vault, "Partners/Ana.md", [keeping.parse_setting("stage=active")]),
    "add": lambda vault: note_files.add(vault, "New Person", []),
    "log to three": _log,
    "inbox": lambda vault: inbox.file_thought(vault, inbox.thoughts(vault)[0]),
    "refer": lambda vault: referral_edits.refer(vault, vault.entry("Partners/Zoe.md"), "out"),
    "rename": lambda vault: naming.rename(vault, vault.entry("Partners/Sam Lee.md"), "Sam Leander"),
    "another case": lambda vault: naming.rename(vault, vault.entry("Partners/Sam Lee.md"), "SAM LEE"),
    "merge a copy": _merge,
    "tidy": lambda vault: tidy.tidy(vault, tidy.untidy(vault)),
    "trash": lambda vault: note_files.trash(vault, "Partners/Ana.md"),
}


def tree(vault: Vault) -> dict[str, bytes]:
    """All files of the vault by their paths, but for the trash, where what is taken back may lie as well."""
    root = Path(vault.root)
    found = ((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
    return {name: path.read_bytes() for name, path in found if not name.startswith(".trash/")}


def commands(runs: int, seed: int) -> Report:
    """Commands that write, on the shim, killed and failing, as `faults.acts` tries it on a usual disk.

    Between the name that is reserved and the rename, an output is an empty file there. The same command completes it.
    """
    report = Report("fat-commands")
    with lesser_disk():
        for one in (acts.killed, acts.failing):
            found = one(runs, seed)
            report.runs += found.runs
            report.counts += found.counts
            left = [each for each in found.failures if each.endswith(_EMPTY)]
            report.counts["an empty file is left for the next run"] += len(left)
            report.failures += [each for each in found.failures if each not in left]
    return report


_EMPTY = "is neither old nor new: b''"


class Case(NamedTuple):
    """An act or its undo, what happens to it, and at which of its calls."""

    act: str
    undo: bool
    at: int
    how: str

    def __str__(self) -> str:
        return f"{self.act}{', undone' if self.undo else ''}, {self.how} {self.at}"


class Disk:
    """A disk on which vaults are made, with everything else of a machine beside it."""

    def __init__(self, name: str, place: Path, home: Path) -> None:
        self.name, self.place, self.home = name, place, home
        self._number = 0
        self.states: dict[str, tuple[dict[str, bytes], dict[str, bytes]]] = {}

    @contextmanager
    def machine(self) -> Iterator["Machine"]:
        """A new vault, in which an innocent act was done."""
        self._number += 1
        made = Machine(self.place / str(self._number), self.home / str(self._number))
        for path, text in FILES.items():
            place = made.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        with made.opened() as vault:
            log_touch(vault, "Partners/Zoe.md", "call", "an innocent act")
        try:
            yield made
        finally:
            shutil.rmtree(made.root)
            shutil.rmtree(made.home)


class Machine(NamedTuple):
    """A vault, and what belongs to it outside."""

    root: Path
    home: Path

    @contextmanager
    def opened(self) -> Iterator[Vault]:
        for kind in ("DATA", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = str(self.home / kind.lower())
        vault = Vault.open(self.root, clock=lambda: TODAY)
        try:
            vault.sync()
            yield vault
        finally:
            vault.close()


def fat(runs: int, seed: int) -> Report:
    """So many cases of each disk, of all that there are; the real ones have a tenth."""
    report, before = Report("fat"), {key: os.environ.get(key) for key in ("XDG_DATA_HOME", "XDG_CACHE_HOME")}
    for name in (SHIM, *DISKS):
        try:
            with _disk(name) as disk:
                some = runs if name == SHIM else max(1, runs // 10)
                random = Random(f"{seed} {name}")
                cases = _cases(disk, random.sample([*ACTS], some) if some < len(ACTS) else [*ACTS])
                report.counts[f"{name}: cases there are"] = len(cases)
                random.shuffle(cases)
                for case in cases[:some]:
                    report.runs += 1
                    _try(report, disk, case)
        except NotMountedError as error:
            report.counts[f"{name} can't be had: {error}"] += 1
    for key, value in before.items():
        os.environ.pop(key, None) if value is None else os.environ.update({key: value})
    return report


@contextmanager
def _disk(name: str) -> Iterator[Disk]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fat-")))
        if name != SHIM:
            place = stack.enter_context(mounted(name))
        else:
            stack.enter_context(lesser_disk())
            place = home / "vaults"
        yield Disk(name, place, home / "homes")


def _cases(disk: Disk, names: Iterable[str]) -> list[Case]:
    """Every call of some acts and of their undo, with everything that can happen at it."""
    found = []
    for act in names:
        do = ACTS[act]
        with disk.machine() as machine:
            with machine.opened() as vault:
                before = tree(vault)
            done = _calls_of(machine, do)
            with machine.opened() as vault:
                disk.states[act] = before, tree(vault)
            undone = _calls_of(machine, history.undo)
        found += [Case(act, False, at + 1, how) for at in range(done) for how in _HOW]
        found += [Case(act, True, at + 1, how) for at in range(undone) for how in _HOW]
    return found


def _calls_of(machine: Machine, do: Callable[[Vault], object]) -> int:
    """How many calls change files while an act is done."""
    read, write = os.pipe()
    told = os.write

    def count() -> None:
        with machine.opened() as vault:
            hook = Hook(0, lambda: None)
            hook.install()
            do(vault)
            told(write, str(hook.count).encode())

    code = ended(child(count))
    os.close(write)
    with os.fdopen(read) as file:
        said = file.read()
    if code:
        raise RuntimeError(f"an act ended with {code} where nothing was wrong")
    return int(said)


def _try(report: Report, disk: Disk, case: Case) -> None:
    before, after = disk.states[case.act]
    if case.undo:
        before, after = after, before
    with disk.machine() as machine:
        if case.undo:
            with machine.opened() as vault:
                ACTS[case.act](vault)
        code = ended(child(lambda: _do(machine, case)))
        if code == KILLED:
            again = ended(child(lambda: _start(machine, case))) == KILLED
            report.counts[f"{disk.name}: the next start killed too"] += again
        what = f"{disk.name}: {case}"
        report.counts[f"{disk.name}: {'killed' if code == KILLED else 'refused' if code else 'done'}"] += 1
        if code not in {0, 3, KILLED, UNNOTED}:
            report.failures.append(f"{what}: ended with {code}")
        if code != UNNOTED:
            report.failures += [f"{what}: {wrong}" for wrong in _wrong(machine, case, before, after, code)]


def _do(machine: Machine, case: Case) -> None:
    with machine.opened() as vault:

        def fail() -> None:
            hook.at += case.how == "lasting"
            if case.how == "killed":
                os._exit(KILLED)
            raise OSError(_CODES[case.how], os.strerror(_CODES[case.how]), "x")

        hook = Hook(case.at, fail)
        hook.install()
        (history.undo if case.undo else ACTS[case.act])(vault)
        if any("can't be undone" in words or "takes it back" in words for words in vault.notices()):
            os._exit(UNNOTED)


def _start(machine: Machine, case: Case) -> None:
    """The start after a kill, which may be killed as well."""
    Hook(case.at * 7 % 40 + 1, lambda: os._exit(KILLED)).install()
    with machine.opened() as vault:
        vault.writer.recover()


def _wrong(machine: Machine, case: Case, before: dict[str, bytes], after: dict[str, bytes], code: int) -> Iterator[str]:
    with machine.opened() as vault:
        vault.writer.recover()
        now = tree(vault)
        known = {*before.values(), *after.values()}
        if odd := sorted(path for path, text in now.items() if text not in known):
            yield f"neither the old text nor the new: {odd}"
        partly = case.act in _PARTLY and not case.undo and case.how != "killed"
        if not partly and now not in (before, after):
            yield f"half of it: {sorted({*now} ^ {*before}) or [path for path in now if now[path] != before.get(path)]}"
        if code == 0 and not partly and now != after:
            yield "said to be done, and is not"
        if partly or now not in (before, after):
            return
        stands = now == (before if case.undo else after)
        try:
            undone = history.undo(vault)
        except RoundsError as error:
            yield f"nothing could be undone: {error.message}"
            return
        if (undone.what == _INNOCENT) == stands:
            yield f"the next undo took back: {undone.what}"
