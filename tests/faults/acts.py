"""Acts that write several files, killed or failing at each of their calls: done as a whole, or not at all.

A child process does the act and ends itself before or after one of its calls to the system that change a file. Then the
next start looks after it, and may be killed as well; the one after that must find all notes as they were before the
act, or as they are after it, and undo the newest act that is done, and no other.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from errno import EACCES, EIO, ENOSPC
from pathlib import Path
from random import Random
from typing import Any

from faults.report import Report
from faults.saves import child, ended
from rounds.errors import RoundsError
from rounds.store import files, renames
from rounds.vault import acts, conflicts, history, inbox, keeping, naming, referring
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)
KILLED, UNNOTED = 97, 98
_CALLS = ("write", "rename", "replace", "unlink", "link", "mkdir", "fsync", "open")
_HEAD = "---\ntype: partner\nstage: met\nid: {}\n---\n"
_LINKED = "knows [[Sam Lee]]\n\n## Log\n\n- 2026-11-02 email: [[Partners/Sam Lee|Sam]]\n"


def _files() -> dict[str, str]:
    return {
        "rounds.toml": 'vault = "test"\ntimezone = "America/Los_Angeles"\n',
        "Inbox.md": "Sam Lee called yesterday\n\nAna coffee yesterday\n",
        "Partners/Sam Lee.md": _HEAD.format("sam0"),
        "Partners/Ana.md": _HEAD.format("ana0") + _LINKED,
        "Partners/Kim.md": _HEAD.format("kim0") + _LINKED,
        "Partners/Zoe.md": "---\ntype: partner\n---\n" + _LINKED,
        "Partners/Kim.sync-conflict-20261101-120000-ABCDEFG.md": _HEAD.format("kim0")
        + _LINKED
        + "- 2026-11-04 call: x\n",
    }


def _log(vault: Vault) -> None:
    with vault.change(of=3):
        for name in ("Sam Lee", "Ana", "Kim"):
            acts.log_touch(vault, f"Partners/{name}.md", "coffee", "together")


def _inbox(vault: Vault) -> None:
    inbox.file_thought(vault, inbox.thoughts(vault)[0])


def _refer(vault: Vault) -> None:
    referring.refer(vault, vault.entry("Partners/Zoe.md"), "out")


def _rename(vault: Vault) -> None:
    naming.rename(vault, vault.entry("Partners/Sam Lee.md"), "Sam Leander")


def _merge(vault: Vault) -> None:
    found = conflicts.proposals(vault)
    if not found:
        raise RoundsError("the copy can't be read")
    conflicts.apply(vault, found[0])


def _tidy(vault: Vault) -> None:
    keeping.tidy(vault, keeping.untidy(vault))


ACTS: dict[str, Callable[[Vault], object]] = {
    "log to three": _log, "inbox": _inbox, "refer": _refer, "rename": _rename, "merge a copy": _merge, "tidy": _tidy,
    "trash": lambda vault: keeping.trash(vault, "Partners/Ana.md"),
}  # fmt: skip


@contextmanager
def a_copy(made: str) -> Iterator[Vault]:
    """A copy of a folder with vault and data, opened."""
    with tempfile.TemporaryDirectory(prefix="acts-") as folder:
        place = os.path.join(folder, "x")
        shutil.copytree(made, place)
        vault = _opened(place)
        acts.log_touch(vault, "Partners/Zoe.md", "call", "an innocent act")
        vault.sync()
        yield vault


def _opened(place: str) -> Vault:
    os.environ["XDG_DATA_HOME"] = os.path.join(place, "data")
    os.environ["XDG_CACHE_HOME"] = os.path.join(place, "cache")
    vault = Vault.open(os.path.join(place, "vault"), clock=lambda: TODAY)
    vault.sync()
    return vault


def tree(vault: Vault) -> dict[str, bytes]:
    """All files of the vault by their paths, but for the trash, where what is taken back may lie as well."""
    root = Path(vault.root)
    found = ((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
    return {name: path.read_bytes() for name, path in found if not name.startswith(".trash/")}


class _Hook:
    """Counts the calls that change files, and acts at the nth: before it, or after it."""

    def __init__(self, at: int, act: Callable[[], object], *, after: bool = False) -> None:
        self.count, self.at, self.act, self.after = 0, at, act, after

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def hooked(*words: Any, **more: Any) -> Any:
            self.count += 1
            if self.count == self.at and not self.after:
                self.act()
            given = call(*words, **more)
            if self.count == self.at and self.after:
                self.act()
            return given

        return hooked

    def install(self) -> None:
        for name in _CALLS:
            setattr(os, name, self.around(getattr(os, name)))
        for module in (renames, files):
            for name in ("rename", "rename_new"):
                setattr(module, name, self.around(getattr(module, name)))


def killed(runs: int, seed: int) -> Report:
    """Killed at a call of the act, and at one of the start after it: all or nothing, and a history that is true."""
    return _run("acts-killed", runs, seed, _one_killed)


def failing(runs: int, seed: int) -> Report:
    """A call of the act, or of its undo, fails: all or nothing, and what is said of it is true."""
    return _run("acts-failing", runs, seed, _one_failing)


def _run(name: str, runs: int, seed: int, one: Callable[[Report, Random, str, str, bool], None]) -> Report:
    report, random = Report(name), Random(seed)
    partly = {"tidy", "rename"} if one is _one_failing else set()  # these go on, and say what is left
    names = [act for act in ACTS if act not in partly]
    before = {key: os.environ.get(key) for key in ("XDG_DATA_HOME", "XDG_CACHE_HOME")}
    with tempfile.TemporaryDirectory(prefix="acts-") as made:
        for path, text in _files().items():
            place = Path(made, "vault", path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        _opened(made).close()
        for number in range(runs):
            act = names[number % len(names)]
            one(report, random, made, act, bool(number // len(names) % 2))
            report.runs += 1
    for key, value in before.items():
        os.environ.pop(key, None) if value is None else os.environ.update({key: value})
    return report


def _states(made: str, act: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    with a_copy(made) as vault:
        before = tree(vault)
        ACTS[act](vault)
        after = tree(vault)
        vault.close()
    return before, after


def _calls_of(made: str, act: str, *, undo: bool) -> int:
    """How many calls change files in an act, or in its undo."""
    with a_copy(made) as vault:
        if undo:
            ACTS[act](vault)
        act_or_undo = history.undo if undo else ACTS[act]
        read, write = os.pipe()
        fork = os.write

        def count() -> None:
            hook = _Hook(0, lambda: None)
            hook.install()
            act_or_undo(vault)
            fork(write, str(hook.count).encode())

        ended(child(count))
        os.close(write)
        number = int(os.read(read, 20))
        os.close(read)
        vault.close()
    return number


def _one_killed(report: Report, random: Random, made: str, act: str, undo: bool) -> None:
    before, after = _states(made, act)
    at, after_call = random.randint(1, _calls_of(made, act, undo=undo)), random.random() < 0.5
    again = random.randint(1, 40)
    with a_copy(made) as vault:
        if undo:
            ACTS[act](vault)
            before, after = after, before
        vault.close()
        place = os.path.dirname(vault.root)

        def die() -> None:
            os._exit(KILLED)

        def first() -> None:
            opened = _opened(place)
            _Hook(at, die, after=after_call).install()
            (history.undo if undo else ACTS[act])(opened)

        def second() -> None:
            _Hook(again, die, after=after_call).install()
            _opened(place)

        codes = [ended(child(first)), ended(child(second))]
        third = _opened(place)
        report.counts["killed" if codes[0] == KILLED else "ended before"] += 1
        report.counts["the next start killed too"] += codes[1] == KILLED
        what = f"{act}{', undone' if undo else ''}, at {at}{' after' * after_call}, then at {again}"
        _check(report, third, what, before, after, undo=undo)
        third.close()


def _one_failing(report: Report, random: Random, made: str, act: str, undo: bool) -> None:
    before, after = _states(made, act)
    at = random.randint(1, _calls_of(made, act, undo=undo))
    code = random.choice([EIO, ENOSPC, EACCES])
    lasting = random.random() < 0.5
    with a_copy(made) as vault:
        if undo:
            ACTS[act](vault)
            before, after = after, before
        vault.close()
        place = os.path.dirname(vault.root)

        def first() -> None:
            opened = _opened(place)

            def fail() -> None:
                hook.at += lasting
                raise OSError(code, os.strerror(code), "x")

            hook = _Hook(at, fail)
            hook.install()
            (history.undo if undo else ACTS[act])(opened)
            if any("can't be undone" in words or "takes it back" in words for words in opened.notices()):
                os._exit(UNNOTED)

        said = ended(child(first))
        second = _opened(place)
        now = tree(second)
        report.counts[f"{os.strerror(code)}: {'refused' if said else 'done'}"] += 1
        what = f"{act}{', undone' if undo else ''}, {os.strerror(code)} at {at}{' and after' * lasting}, said {said}"
        partly = act == "refer" and said == 0 and not undo  # the partner's id may be missing: the link is enough
        if said == 0 and now != after and not partly:
            report.failures.append(f"{what}: said to be done, and is not")
        if said == UNNOTED or (partly and now != after):
            return
        if said not in {0, 3}:
            report.failures.append(f"{what}: ended with {said}")
        _check(report, second, what, before, after, undo=undo)
        second.close()


def _check(
    report: Report, vault: Vault, what: str, before: dict[str, bytes], after: dict[str, bytes], *, undo: bool
) -> None:
    now = tree(vault)
    if now not in (before, after):
        odd = sorted(
            path for path in {*now, *before, *after} if now.get(path) not in {before.get(path), after.get(path)}
        )
        mixed = sorted(path for path in {*now, *before, *after} if now.get(path) != before.get(path))
        report.failures.append(f"{what}: half of it; neither before nor after: {odd}; not as before: {mixed}")
        return
    report.counts["as a whole" if now == after else "not at all"] += 1
    stands = now == (before if undo else after)
    try:
        undone = history.undo(vault)
    except RoundsError as error:
        report.failures.append(f"{what}: nothing could be undone: {error.message}")
        return
    if (undone.what == "logged call for Zoe") == stands:
        report.failures.append(f"{what}: the next undo took back: {undone.what}")
