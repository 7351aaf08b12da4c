"""Syncs with git that are killed, or in which a system call fails, at every call of git that changes a file.

A program named `git` in front of the real one counts the calls of a sync, and runs one of them under strace. Then
somebody does what the messages say until a sync goes through. No word may be missing that anybody has typed or committed.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from faults.driver import write_driver
from faults.edits import WORD
from faults.report import Report
from faults.saves import child, ended
from rounds.errors import RoundsError
from rounds.storage import git, leftover_files

CALLS = (
    "write,pwrite64,open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,rmdir,symlink"
    ",symlinkat,fsync,close,ftruncate,chmod,fchmod"
)
ERRORS = ("ENOSPC", "EIO", "EACCES")
KILLED = 97
_WAYS = ("forward", "merge", "rebase", "merge, in conflict", "rebase, in conflict")
_TRIES = 15
_SHOWN = "\n```\n<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> main\n```\n"
_NOTE = "---\ntype: partner\nstage: met\ncity: w10q\n---\n\nw11q\n\n## Log\n\n- 2026-11-01 email: w12q\n"
_CHANGES = r"^\d+ +(?!open|close| )|O_CREAT|O_TRUNC"
"""A process that is killed where it only opens to read, or closes, has done no more than at the call before."""
_FAILS = r"^\d+ +(?!close|write\([12],| )"
"""Not what no kernel does: a close that fails has closed, but strace leaves the file open, and git then waits for the
end of its own pipe for ever; and a pipe with a reader takes each write."""

_COUNTING = """#!/bin/sh
read at < "$FAULTS/calls"
at=$((at + 1))
echo $at > "$FAULTS/calls"
case "$FAULTS_AT" in
all) exec strace -f -qq --seccomp-bpf -o "$FAULTS/log.$at" -e trace={calls} {git} "$@" ;;
$at) exec strace -f -qq -o /dev/null -e "trace=$FAULTS_CALL" -e "inject=$FAULTS_INJECT" {git} "$@" ;;
esac
exec {git} "$@"
"""
"""Not with --seccomp-bpf for an injection: strace 6.1 then injects nothing."""


class Place(NamedTuple):
    """A system call of a sync: the nth of its name in a process that the at-th call of git starts."""

    at: int
    call: str
    nth: int


def killed(runs: int, seed: int) -> Report:
    """Killed at each call in turn."""
    return _run("git-sync-killed", runs, seed, lambda _: ":signal=SIGKILL:when={}", _CHANGES)


def failing(runs: int, seed: int) -> Report:
    """A call fails, once or from then on."""

    def fault(random: Random) -> str:
        return f":error={random.choice(ERRORS)}:when={{}}{random.choice(['', '+'])}"

    return _run("git-sync-failing", runs, seed, fault, _FAILS)


def _run(name: str, runs: int, seed: int, fault: Callable[[Random], str], lines: str = "") -> Report:
    """A topic: faults at the system calls whose lines of strace hold a pattern."""
    report, random = Report(name), Random(seed)
    if shutil.which("strace") is None:
        report.failures.append("strace is not installed")
        return report
    with tempfile.TemporaryDirectory(prefix="gitsync-") as made, _environment(Path(made)):
        ways = random.sample(_WAYS, min(runs, len(_WAYS)))
        for way in ways:
            _make(Path(made, way), way)
        places = {way: _places(Path(made), way, lines) for way in ways}
        report.counts["system calls"] = sum(map(len, places.values()))
        for each in places.values():
            random.shuffle(each)
        for number in range(runs):
            way = ways[number % len(ways)]
            place = places[way][number // len(ways) % len(places[way])]
            words = fault(random).format(place.nth)
            with tempfile.TemporaryDirectory(prefix="gitsync-") as folder:
                shutil.copytree(Path(made, way), Path(folder, "x"), symlinks=True)
                wrong = _one(report, Path(folder, "x"), place, words)
            report.runs += 1
            report.failures += [f"{way}, {place}{words}: {what}" for what in wrong]
    return report


@contextmanager
def _environment(made: Path) -> Iterator[None]:
    """Git commits as somebody, and is counted; the merge driver is on the path."""
    before, real = dict(os.environ), shutil.which("git")
    (made / "bin").mkdir()
    (made / "bin/git").write_text(_COUNTING.format(git=real, calls=CALLS))
    (made / "bin/git").chmod(0o755)
    write_driver(made / "bin")
    (made / "calls").write_text("0\n")
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": "x", f"GIT_{role}_EMAIL": "x@example.org"}
    os.environ |= {
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true", "FAULTS": str(made), "FAULTS_AT": "", "REAL_GIT": real or "",
        "PATH": f"{made}/bin{os.pathsep}{before['PATH']}",
    }  # fmt: skip
    try:
        yield
    finally:
        os.environ.clear()
        os.environ |= before


def _git(root: Path, *words: str, check: bool = True) -> str:
    done = subprocess.run(
        [os.environ["REAL_GIT"], "-C", str(root), *words], capture_output=True, stdin=subprocess.DEVNULL, check=False
    )
    assert not check or done.returncode == 0, (words, done.stderr)
    return done.stdout.decode(errors="surrogateescape")


def _put(root: Path, path: str, text: str) -> None:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


def _make(place: Path, way: str) -> None:
    """A remote, and two devices that have both gone on; the second one has files that git ignores in the way."""
    one, two, remote = place / "one", place / "two", place / "remote.git"
    place.mkdir()
    _git(place, "init", "-q", "--bare", "-b", "main", str(remote))
    _git(place, "init", "-q", "-b", "main", str(one))
    _put(one, ".gitattributes", "* -text\n*.md merge=rounds\n")
    _put(one, ".gitignore", ".trash/\nPrivate/\n")
    for name in ("Both", "Clash", "Gone", "Moved"):
        _put(one, f"Partners/{name}.md", _NOTE + _SHOWN.format("w13q", "w14q"))
    _commit(one)
    _git(one, "remote", "add", "origin", "../remote.git")
    _git(one, "push", "-q", "-u", "origin", "main")
    _git(place, "clone", "-q", str(remote), str(two))
    for root in (one, two):
        _git(root, "remote", "set-url", "origin", "../remote.git")
        _git(root, "config", "gc.auto", "0")
        _git(root, "config", "merge.rounds.driver", git.driver("rounds"))
    _put(one, "Partners/Both.md", _NOTE + "- 2026-11-12 call: w20q\n" + _SHOWN.format("w13q", "w14q"))
    _put(one, "Partners/Clash.md", _NOTE.replace("w10q", "w21q") + _SHOWN.format("w13q", "w14q w22q"))
    _put(one, "Partners/New.md", _NOTE + "w23q\n")
    (one / "Partners/Gone.md").unlink()
    (one / "Partners/Moved.md").rename(one / "Partners/Elsewhere.md")
    for path in (".trash/Sam.md", "Private/Ann.md"):
        _put(one, path, f"{_NOTE}w24q\n")
        _git(one, "add", "-f", path)
    _commit(one)
    _git(one, "push", "-q")
    if way != "forward":
        _put(two, "Partners/Both.md", _NOTE + "- 2026-11-13 call: w30q\n" + _SHOWN.format("w13q", "w14q"))
        _put(two, "Partners/Own.md", _NOTE + "w31q\n")
        if way.endswith("conflict"):
            _put(two, "Partners/Clash.md", _NOTE.replace("w10q", "w32q") + _SHOWN.format("w13q", "w14q w33q"))
        _commit(two)
    _git(two, "config", "pull.rebase", str(way.startswith("rebase")).lower())
    for number, path in enumerate((".trash/Sam.md", "Private/Ann.md", "Private/Other.md")):
        _put(two, path, f"{_NOTE}w4{number}q\n")


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "x")


def _places(made: Path, way: str, lines: str) -> list[Place]:
    """The system calls of a sync that nothing happens to, whose lines of strace hold a pattern."""
    with tempfile.TemporaryDirectory(prefix="gitsync-") as folder:
        shutil.copytree(made / way, Path(folder, "x"), symlinks=True)
        (made / "calls").write_text("0\n")
        os.environ["FAULTS_AT"] = "all"
        git.sync(str(Path(folder, "x/two")))
        os.environ["FAULTS_AT"] = ""
    found: set[Place] = set()
    for log in made.glob("log.*"):
        seen: dict[tuple[str, str], int] = {}
        for line in log.read_text(errors="replace").splitlines():
            if match := re.match(r"(\d+) +(\w+)\(", line):
                key = match[1], match[2]
                seen[key] = seen.get(key, 0) + 1
                if re.search(lines, line):
                    found.add(Place(int(log.suffix[1:]), match[2], seen[key]))
        log.unlink()
    return sorted(found)


def _one(report: Report, folder: Path, place: Place, fault: str) -> list[str]:
    one, two = folder / "one", folder / "two"
    typed = _words(two) | _words(one)
    os.environ |= {"FAULTS_AT": str(place.at), "FAULTS_CALL": place.call, "FAULTS_INJECT": f"{place.call}{fault}"}
    Path(os.environ["FAULTS"], "calls").write_text("0\n")
    try:
        done = git.sync(str(two))
        report.counts["went through" if not done.conflicts else "in conflict"] += 1
    except RoundsError as error:
        report.counts["refused"] += 1
        if not error.hint:
            return [f"no word of what to do: {error.message}"]
    finally:
        os.environ["FAULTS_AT"] = ""
    wrong = [f"{word} is nowhere" for word in sorted(typed - _words(one) - _words(two) - _history(two))]
    wrong += [
        f"{word} of a file that git ignores is gone" for word in ("w40q", "w41q", "w42q") if word not in _words(two)
    ]
    return wrong or _go_on(report, one, two, typed)


def _words(root: Path) -> set[str]:
    """The words of all files but git's own."""
    found = (
        Path(folder, name) for folder, _, names in os.walk(root) if ".git" not in Path(folder).parts for name in names
    )
    return {word for path in found for word in WORD.findall(path.read_text(errors="replace"))}  # fmt: skip


def _history(root: Path) -> set[str]:
    """The words of all that a branch, the head or an open rebase leads to."""
    heads = [name for name in ("HEAD", "MERGE_HEAD") if _git(root, "rev-parse", "-q", "--verify", name, check=False)]
    kept = root / ".git/rebase-merge/orig-head"
    heads += [kept.read_text().strip()] if kept.exists() and kept.read_text().strip() else []
    return set(WORD.findall(_git(root, "log", "-p", "-m", "--all", *heads, check=False)))


def _go_on(report: Report, one: Path, two: Path, typed: set[str]) -> list[str]:
    """Do what the messages say, until all is synced and the same."""
    for _ in range(_TRIES):
        try:
            if not (done := git.sync(str(two))).conflicts:
                break
            _resolve(two)
            report.counts["conflicts shown"] += len(done.conflicts)
        except RoundsError as error:
            try:
                if not _follow(report, two, error):
                    return [f"no way on: {error.message} {error.hint}"]
            except AssertionError as failed:
                return [f"{error.message} {error.hint}: that fails: {failed}"]
    else:
        return ["it never ends"]
    git.sync(str(one))
    gone = typed - _words(two)
    wrong = [f"{word} is gone in the end" for word in sorted(gone)]
    notes = [{path: (root / path).read_bytes() for path in _git(root, "ls-files", "-z").split("\0") if path} for root in (one, two)]  # fmt: skip
    if notes[0] != notes[1]:
        wrong.append("the devices differ")
    wrong += [
        f"marks are left in {path}" for path, data in notes[1].items() if b"<<<<<<< ours" in data and path[0] != "."
    ]
    report.counts["temporary files of git committed"] += sum(path.startswith(".merge_file") for path in notes[1])
    return wrong


def _follow(report: Report, two: Path, error: RoundsError) -> bool:
    """What a message says to do; False where it says nothing of use."""
    ways: tuple[tuple[str, Callable[[], object]], ...] = (
        ("rebase was cut off in the middle", lambda: _away(two, "rebase", "--abort")),
        ("cut off before it began", lambda: shutil.rmtree(_named(error.message))),
        ("sync was cut off", lambda: _away(two)),
        ("nothing of the other side", lambda: _git(two, "merge", "--abort")),
        ("of a cherry-pick", lambda: _finish_pick(two)),
        ("unfinished merge", lambda: _resolve(two)),
        ("in conflict here", lambda: _resolve(two)),
        ("not committed yet", lambda: _commit(two)),
        (".lock", lambda: os.unlink(_named(error.message))),
        ("refused the push", lambda: None),
        ("could not", lambda: None),
        ("failed", lambda: None),
    )
    for words, act in ways:
        if words in error.message:
            report.counts[f"then: {words.strip('.')}"] += 1
            act()
            return True
    return False


def _finish_pick(two: Path) -> None:
    _git(two, "add", ".")
    _git(two, "cherry-pick", "--continue", check=False)
    if (two / ".git/CHERRY_PICK_HEAD").exists():
        _git(two, "cherry-pick", "--skip")


def _away(two: Path, *more: str) -> None:
    _git(two, "add", ".")
    _git(two, "stash")
    if more:
        _git(two, *more)


def _named(message: str) -> Path:
    return Path(message.rpartition(": ")[2])


def _resolve(root: Path) -> None:
    """Keep both sides of each conflict."""
    for path in _git(root, "diff", "--name-only", "--diff-filter=U", "-z").split("\0"):
        place = root / path
        if path and place.is_file():
            text, sides = place.read_text(), [_git(root, "show", f":{at}:{path}", check=False) for at in (2, 3)]
            if text in sides:  # one of them is in it, as the message says
                text = "".join(sides)
            place.write_text(re.sub(r"^(?:<{7} ours|>{7} theirs)\n", "", _unmarked(text), flags=re.MULTILINE))
    _git(root, "add", "-A")
    if (root / ".git/rebase-merge").exists():
        _git(root, "rebase", "--continue", check=False)
    else:
        _git(root, "commit", "-q", "--no-edit", "--allow-empty-message")


def _unmarked(text: str) -> str:
    """A text without the middle marks of conflicts."""
    return re.sub(r"(?s)(<{7} ours\n.*?)^={7}\n(.*?>{7} theirs\n)", r"\1\2", text, flags=re.MULTILINE)


# The calls of Rounds itself -------------------------------------------------------------------------------------------


def moving(runs: int, seed: int) -> Report:
    """Rounds is killed before or after it moves a file aside, or can't move it."""
    report, random = Report("git-sync-moving"), Random(seed)
    with tempfile.TemporaryDirectory(prefix="gitsync-") as made, _environment(Path(made)):
        ways = random.sample(_WAYS, min(runs, len(_WAYS)))
        for way in ways:
            _make(Path(made, way), way)
        for number in range(runs):
            way, at, act = ways[number % len(ways)], random.randint(1, 2), random.choice(["before", "after", "fails"])
            with tempfile.TemporaryDirectory(prefix="gitsync-") as folder:
                shutil.copytree(Path(made, way), Path(folder, "x"), symlinks=True)
                one, two = Path(folder, "x/one"), Path(folder, "x/two")
                typed = _words(one) | _words(two)
                code = ended(child(lambda two=two, at=at, act=act: _hooked(two, at, act)))  # type: ignore[misc]
                report.runs += 1
                report.counts[f"{act}: {'killed' if code == KILLED else 'refused' if code else 'went through'}"] += 1
                wrong = [f"{word} is nowhere" for word in sorted(typed - _words(one) - _words(two) - _history(two))]
                wrong = wrong or _go_on(report, one, two, typed)
            report.failures += [f"{way}, {act} {at}: {what}" for what in wrong]
    return report


def _hooked(two: Path, at: int, act: str) -> None:
    real = leftover_files.keep_as_copy
    seen: list[str] = []

    def hooked(beside: str, name: str, now: datetime, folder: str | None = None) -> str:
        seen.append(beside)
        if len(seen) == at and act == "before":
            os._exit(KILLED)
        if len(seen) == at and act == "fails":
            raise OSError(13, "Permission denied", "x")
        copy = real(beside, name, now, folder)
        if len(seen) == at and act == "after":
            os._exit(KILLED)
        return copy

    leftover_files.keep_as_copy = hooked
    git.sync(str(two))
