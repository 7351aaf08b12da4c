"""A save in which one system call fails, or the disk takes a part of the text only: old or new, never in between.

The calls fail for real: strace is attached to a process that is about to save, and makes one of its calls fail.
"""

import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from faults.report import Report
from faults.saves import NOTE, a_vault, ended, temporaries
from rounds.errors import RoundsError
from rounds.notes.document import Document
from rounds.storage.journal import FAILED
from rounds.vault.vault import Vault

ERRORS = ("ENOSPC", "EIO", "EACCES")
OLD = b"# A note\n\n" + b"- as it was\n" * 400
NEW = OLD + b"- w1q, what was to be saved\n"
_FILES = re.compile(
    r"^(open|close|read|pread|write|pwrite|f?sync|f?chmod|f?chown|rename|unlink|link|mkdir|[fl]?stat|newfstat|statx"
    r"|readlink|[fl]*(list|get|set)xattr|getdents|fcntl|flock|lseek|access|faccess)"
)
_ANY = 0xFFFFFFFFFFFFFFFF  # of prctl: whoever may trace us
_DEADLINE = 20.0


class Saved(NamedTuple):
    """What a process came to that tried to save: `saved`, or the message and the hint of the error."""

    words: str
    noted: bool


def errors(runs: int, seed: int) -> Report:
    """ENOSPC, EIO and EACCES at the system calls of a save in turn, and short writes: so many of each kind."""
    report = Report("errors")
    random = Random(seed)
    if shutil.which("strace") is None:
        report.failures.append("strace is not installed")
        return report
    with a_vault() as vault:
        _first(vault)
        calls = _calls(vault)
        report.counts["system calls of a save"] = len(calls)
        for error in ERRORS:
            places = random.sample(range(len(calls)), min(runs, len(calls)))
            for number in range(runs):
                call, nth = calls[places[number % len(places)]]
                saved = _traced(vault, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={nth}")
                report.runs += 1
                report.counts[_came_to(error, saved)] += 1
                report.failures += [f"{error} at {call} {nth}: {what}" for what in _wrong(vault, saved)]
        for _ in range(runs):
            limit = random.randrange(len(NEW))
            saved = _in_process(vault, lambda _: None, partial(_limit, limit))
            report.runs += 1
            report.counts[_came_to("short write", saved)] += 1
            report.failures += [f"short write at {limit}: {what}" for what in _wrong(vault, saved)]
    return report


def _first(vault: Vault) -> None:
    """Save once here, so that no process has to load a module first."""
    (Path(vault.root) / NOTE).write_bytes(OLD)
    vault.save(vault.read(NOTE), Document.parse(NEW))


def _came_to(fault: str, saved: Saved) -> str:
    if saved.words == "saved":
        return f"{fault}: saved all the same"
    return f"{fault}: refused, the text {'in the journal' if saved.noted else 'in the message'}"


def _calls(vault: Vault) -> list[tuple[str, int]]:
    """The system calls of a save that have to do with files, each with its number among its own kind."""
    log = Path(vault.root).with_name("calls")
    saved = _traced(vault, "-o", str(log))
    assert saved.words == "saved", saved.words
    names = [match[1] for line in log.read_text().splitlines() if (match := re.match(r"(?:\d+ +)?(\w+)\(", line))]
    seen: Counter[str] = Counter()
    calls = []
    for name in names:
        seen[name] += 1
        if _FILES.match(name):
            calls.append((name, seen[name]))
    return calls


def _traced(vault: Vault, *options: str) -> Saved:
    """A process that saves while strace is attached to it."""
    tracers: list[subprocess.Popen[bytes]] = []

    def attach(number: int) -> None:
        quiet = [] if "-o" in options else ["-o", os.devnull]
        tracers.append(subprocess.Popen(["strace", "-qq", *quiet, *options, "-p", str(number)], stderr=subprocess.PIPE))
        deadline = time.monotonic() + _DEADLINE
        while b"TracerPid:\t0\n" in Path(f"/proc/{number}/status").read_bytes():
            if tracers[0].poll() is not None or time.monotonic() > deadline:
                os.kill(number, signal.SIGKILL)
                raise RuntimeError(f"strace can't attach: {tracers[0].communicate()[1].decode()}")
            time.sleep(0.001)

    try:
        return _in_process(vault, attach, lambda: None)
    finally:
        for tracer in tracers:
            tracer.communicate(timeout=_DEADLINE)


def _in_process(vault: Vault, attach: Callable[[int], None], before: Callable[[], None]) -> Saved:
    """Save in a process of its own.

    Args:
        attach: called with its number when it is ready to save, and waits for a word.
        before: what the process does first.
    """
    (Path(vault.root) / NOTE).write_bytes(OLD)
    go, told = os.pipe(), os.pipe()
    number = os.fork()
    if not number:
        _save(vault, go[0], told[1], before)
    os.close(told[1])
    os.read(told[0], 1)  # it is ready
    attach(number)
    os.write(go[1], b"g")
    with os.fdopen(told[0], "rb") as file:
        words = file.read().decode()
    code = ended(number)
    for descriptor in go:
        os.close(descriptor)
    steps = next(iter(vault.writer.journal.changes())).steps if words != "saved" else []
    return Saved(words if not code else f"ended with {code}: {words}", any(
        step.state == FAILED and step.after == NEW for step in steps
    ))  # fmt: skip


def _save(vault: Vault, go: int, told: int, before: Callable[[], None]) -> None:
    words = "nothing"
    code = 1
    try:
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(_ANY), 0, 0, 0)
        opened, document = vault.read(NOTE), Document.parse(NEW)
        before()
        os.write(told, b"r")
        _twice(lambda: os.read(go, 1))
        try:
            vault.save(opened, document)
            words = "saved"
        except RoundsError as error:
            words = f"{error.message}\n{error.hint}"
        code = 0
    except BaseException as error:  # noqa: BLE001 - it is told to the parent
        words = "".join(traceback.format_exception(error))
    finally:
        _twice(lambda: os.write(told, words.encode()))
        os._exit(code)


def _twice(call: Callable[[], object]) -> None:
    """A call of the test's own, which the fault may hit."""
    try:
        call()
    except OSError:
        call()


def _limit(size: int) -> None:
    """No file may grow beyond that: a write takes what fits, the next one fails."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _wrong(vault: Vault, saved: Saved) -> list[str]:
    found = (Path(vault.root) / NOTE).read_bytes()
    wrong = []
    if found != (NEW if saved.words == "saved" else OLD):
        wrong.append(f"not the {'new' if saved.words == 'saved' else 'old'} bytes after: {saved.words}")
    if saved.words != "saved" and not saved.words.startswith(NOTE):
        wrong.append(f"an unclear error: {saved.words}")
    if saved.words != "saved" and not saved.noted and "w1q, what was to be saved" not in saved.words:
        wrong.append(f"the text is neither in the journal nor in: {saved.words}")
    vault.writer.recover()
    if temporaries(vault.root) or len(os.listdir(vault.root)) != 2:
        wrong.append(f"beside the note there is {os.listdir(vault.root)}")
        for copy in Path(vault.root).glob("*conflicted copy*"):
            copy.unlink()
    return wrong
