"""A vault that is followed while editors save and whole trees move: the index never loses a note, and catches up."""

import contextlib
import os
import select
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from unittest import mock

from faults.indexes import differences, many, partner
from faults.report import Report
from rounds.index.writer import Index
from rounds.vault.index_sync import sync_index
from rounds.vault.vault import Vault
from rounds.vault.watch import Watch
from vault.notes import rows

_SLOWEST = 5
"""How many times the first index of the same vault a flood may take to be in the index."""

_LONGEST = 60
"""Seconds to wait for the index at most."""

_PAUSE = 0.3
"""Seconds for which a note stands there after a save: nobody saves six times a second, and is never seen to have."""


def _run(*words: str, cwd: Path | None = None) -> None:
    subprocess.run(words, cwd=cwd, check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=60)


def _vim(note: Path, *settings: str) -> None:
    # In /tmp vim makes no backup, and so writes in place; without `backupskip` it does here what it does elsewhere.
    words = [word for each in ("backupskip=", "backup", "writebackup", *settings) for word in ("-c", f"set {each}")]
    _run("vim", "-Nu", "NONE", "-es", *words, "-c", "normal Goword", "-c", "wq", str(note))


def _nano(note: Path) -> None:
    import pty

    number, terminal = pty.fork()
    if not number:
        os.environ["TERM"] = "xterm"
        os.execvp("nano", ["nano", "-I", "+999999", str(note)])  # at its end: above the --- it would undo them
    try:
        _answer(terminal, b"[ ")  # it says how many lines it has read
        os.write(terminal, b"more\r\x0f\r")  # write out, under the same name
        _answer(terminal, b"Wrote")
        os.write(terminal, b"\x18")
        with contextlib.suppress(OSError):
            _answer(terminal, b"\0")
    finally:
        os.close(terminal)
        os.waitpid(number, 0)


def _answer(terminal: int, text: bytes, seconds: float = 10) -> None:
    """Read until a program in a terminal says something."""
    said = b""
    until = time.monotonic() + seconds
    while text not in said:
        if not select.select([terminal], [], [], max(0, until - time.monotonic()))[0]:
            raise TimeoutError(said)
        said += os.read(terminal, 4096)


def _emacs(note: Path) -> None:
    _run(
        "emacs", "-Q", "--batch", str(note), "--eval", '(progn (goto-char (point-max)) (insert "more\n") (save-buffer))'
    )


def _git(note: Path) -> None:
    root = note.parents[1]
    quiet = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-C", str(root))
    if not (root / ".git").exists():
        _run(*quiet, "init", "-q")
        _run(*quiet, "add", ".")
        _run(*quiet, "commit", "-qm", "one")
    note.write_text(note.read_text() + "more\n")
    _run(*quiet, "checkout", "-q", "--", ".")


def _replaced(note: Path) -> None:
    other = note.with_name(".P0.tmp")
    other.write_text(note.read_text() + "more\n")
    other.replace(note)


def _deleted_and_made_anew(note: Path) -> None:
    text = note.read_text()
    note.unlink()
    time.sleep(0.15)  # longer than a burst is waited for
    note.write_text(text + "more\n")
    time.sleep(_PAUSE)


def _emptied_and_filled(note: Path) -> None:
    text = note.read_text()
    with note.open("w") as file:
        time.sleep(0.15)
        file.write(text + "more\n")
    time.sleep(_PAUSE)


EDITORS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "vim": ("vim", _vim),
    "vim in place": ("vim", lambda note: _vim(note, "backupcopy=yes")),
    "nano": ("nano", _nano),
    "emacs": ("emacs", _emacs),
    "sed -i": ("sed", lambda note: _run("sed", "-i", "$ a more", str(note))),
    "git": ("git", _git),
    "replaced": ("", _replaced),
    "deleted and made anew": ("", _deleted_and_made_anew),
    "emptied and filled": ("", _emptied_and_filled),
}
"""How a note is saved, with the program that does it."""


def editors(runs: int, seed: int) -> Report:
    """Saves in every way that editors have: in no moment is the note's row gone, or empty of its properties."""
    del seed
    report = Report("editors")
    for name, (program, save) in EDITORS.items():
        if program and shutil.which(program) is None:
            report.counts[f"{program} is not installed"] += 1
            continue
        with many(20) as vault, _observed(vault, "Partners/P0.md") as seen, Watch(vault, lambda _: None, _loud):
            note = Path(vault.root, "Partners", "P0.md")
            for _ in range(runs):
                save(note)
                report.runs += 1
                report.counts[name] += 1
            if not _soon(lambda: not differences(vault), 5):
                report.failures.append(f"{name}: {differences(vault)}")
        report.failures += [f"{name}: {what}" for what in sorted(seen)]
    return report


def _loud(trouble: str) -> None:
    raise AssertionError(trouble)


@contextlib.contextmanager
def _observed(vault: Vault, path: str) -> Iterator[set[str]]:
    """Looks at a note's row all the time, and says in what it was ever wrong."""
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.002):
            found = rows(vault, "SELECT stage, readable FROM notes WHERE path = ?", (path,))
            if not found:
                seen.add("the row was gone")
            elif found[0] != (" | met | ", 1):
                seen.add(f"the row said {found[0]}")

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _soon(true: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return true()


def floods(runs: int, seed: int, notes: int = 1_000) -> Report:
    """Many files changed at once, with the usual queue of events and one of 64: the index is soon what the disk is."""
    report, random = Report("floods"), Random(seed)
    for length in (16384, 64):
        with _queue(length) as lost, many(notes) as vault:
            vault.sure = True  # trees move out and in again
            with Watch(vault, lambda _: None, _loud):
                for run in range(runs):
                    for name, flood in FLOODS.items():
                        flood(Path(vault.root), notes, random)
                        report.runs += 1
                        report.counts[f"{name}, {length} events"] += 1
                        if wrong := _followed(vault, report):
                            report.failures.append(f"run {run}, {name}, {length} events: {wrong}")
            report.counts[f"overflows, {length} events"] = len(lost)
    return report


def _followed(vault: Vault, report: Report) -> str:
    """Wait until the index is what the disk is; words where it never was, or not within five times a first index.

    Each flood has a first index of its own to be held against: the vault grows, and the machine has other work.
    """
    began = time.monotonic()
    soon = _soon(lambda: not differences(vault), _LONGEST)
    took = time.monotonic() - began
    if not soon:
        return differences(vault)
    cold = _first_index(vault)
    report.counts["slowest, ms"] = max(report.counts["slowest, ms"], round(1000 * took))
    report.counts["slowest first index, ms"] = max(report.counts["slowest first index, ms"], round(1000 * cold))
    limit = 2.5 + _SLOWEST * cold  # the first look is within a second, what is gone goes after another
    return f"{took:.1f} s, not {limit:.1f} s" if took > limit else ""


def _first_index(vault: Vault) -> float:
    """Seconds that a first index of the vault as it is now takes, in a file of its own."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Index(os.path.join(folder, "index"))) as index:
        began = time.monotonic()
        sync_index(vault.root, index, vault.reader, str(vault.today()))
        return time.monotonic() - began


@contextlib.contextmanager
def _queue(length: int) -> Iterator[list[int]]:
    """Let watchdog have no more than so many events at a time; what comes beyond is lost, as the system does it.

    The system's own setting is the whole machine's, so it is left alone: other programs on it watch folders too.

    Gives the lengths of the queues that overflowed, as they come.
    """
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, InotifyFD, WatchDescriptor

    read = InotifyFD.read_events
    lost: list[int] = []

    def short(self: InotifyFD) -> list[InotifyEvent]:
        events = read(self)
        if len(events) <= length:
            return events
        lost.append(len(events))
        return [*events[:length], InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b"")]

    with mock.patch.object(InotifyFD, "read_events", short):
        yield lost


def _rewrite(root: Path, notes: int, random: Random) -> None:
    mark = random.random()
    for number in range(notes):
        (root / "Partners" / f"P{number}.md").write_text(partner(number, f"rewritten {mark}"))


def _replace(root: Path, notes: int, random: Random) -> None:
    mark = random.random()
    for number in range(notes):
        other = root / "Partners" / f".~{number:08x}.tmp"
        other.write_text(partner(number, f"replaced {mark}"))
        other.replace(root / "Partners" / f"P{number}.md")


def _rename(root: Path, notes: int, _: Random) -> None:
    for name in ("P", "Q"):
        other = "Q" if name == "P" else "P"
        for number in range(notes):
            (root / "Partners" / f"{name}{number}.md").rename(root / "Partners" / f"{other}{number}.md")


def _out_and_in(root: Path, _: int, __: Random) -> None:
    away = root.with_name("away")
    (root / "Partners").rename(away)
    time.sleep(0.3)
    away.rename(root / "Partners")


def _new_folders(root: Path, notes: int, random: Random) -> None:
    base = root / "Partners" / f"new {random.randrange(10**9)}"
    for number in range(notes // 10):
        folder = base / str(number)
        folder.mkdir(parents=True)
        (folder / f"N{random.randrange(10**9)}.md").write_text(partner(number))


def _checkout(root: Path, notes: int, random: Random) -> None:
    quiet = ("git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "gc.auto=0", "-C", str(root))
    if not (root / ".git").exists():
        _run(*quiet, "init", "-q", "-b", "one")
    _run(*quiet, "add", ".")
    _run(*quiet, "commit", "-qm", "one", "--allow-empty")
    _run(*quiet, "checkout", "-q", "-B", "two")
    _rewrite(root, notes, random)
    _run(*quiet, "commit", "-qam", "two")
    _run(*quiet, "checkout", "-q", "one")


FLOODS: dict[str, Callable[[Path, int, Random], None]] = {
    "rewrite": _rewrite,
    "replace": _replace,
    "rename": _rename,
    "move out and in": _out_and_in,
    "new folders": _new_folders,
    "git checkout": _checkout,
}


def floods_of_ten_thousand(runs: int, seed: int) -> Report:
    """The long form: 10,000 notes, unless it is run once."""
    return floods(runs, seed, 1_000 if runs == 1 else 10_000)
