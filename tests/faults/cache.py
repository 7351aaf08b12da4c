"""Commands whose system calls on the index fail: they do their work all the same, and nothing that was typed is lost.

The calls fail for real: strace makes one of those that have to do with the index fail, or all from one on.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from faults.indexes import many
from faults.report import Report
from rounds.vault.vault import Vault

ERRORS = ("ENOSPC", "EIO", "EACCES", "EROFS", "EDQUOT")
COMMANDS = ("list", "log", "add")
_SOURCE = Path(__file__).parents[2] / "src"
_NOTES = 12
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\(", re.MULTILINE)
_LEFT_ALONE = frozenset({"exit_group", "execve", "brk", "munmap", "close"})
"""Calls that can't fail in such a way, or whose failure would leave strace's own mark."""


class _Place:
    """A vault with an index that is there or not, and commands over it under strace."""

    def __init__(self, vault: Vault, kept: Path) -> None:
        self.vault = vault
        self.cache = Path(vault.index.path).parent
        self.kept = kept / "cache"
        vault.close()
        shutil.copytree(self.cache, self.kept)
        self._paths = [str(self.cache), *(vault.index.path + end for end in ("", "-wal", "-shm", "-journal", ".lock"))]

    def run(self, words: list[str], *, there: bool, options: list[str]) -> subprocess.CompletedProcess[str]:
        """Run a command on an index as it was at the beginning, or on none."""
        shutil.rmtree(self.cache, ignore_errors=True)
        if there:
            shutil.copytree(self.kept, self.cache)
        program = [sys.executable, "-c", "from rounds.main import run; run()", "--vault", self.vault.root, *words]
        filters = [word for path in self._paths for word in ("-P", path)]
        return subprocess.run(
            ["strace", "-f", "-qq", "--signal=none", *filters, *options, *program],
            env={**os.environ, "PYTHONPATH": str(_SOURCE), "ROUNDS_TODAY": "2026-11-23"},
            capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def calls(self, words: list[str], *, there: bool) -> list[tuple[str, int]]:
        """The calls of a command that have to do with the index, each with its number among its own kind."""
        log = self.kept.with_name("calls")
        self.run(words, there=there, options=["-o", str(log)])
        counts = Counter(_CALL.findall(log.read_text()))
        return [(name, nth + 1) for name, count in counts.items() if name not in _LEFT_ALONE for nth in range(count)]


def failing(runs: int, seed: int) -> Report:
    """Disk full, error, no permission, read-only, quota at calls on the index, once or from one on."""
    report, random = Report("cache"), Random(seed)
    if shutil.which("strace") is None:
        report.failures.append("strace is not installed")
        return report
    with many(_NOTES) as vault, tempfile.TemporaryDirectory(prefix="cache-") as kept:
        place = _Place(vault, Path(kept))
        known: dict[tuple[str, bool], list[tuple[str, int]]] = {}
        for run in range(runs):
            command, there, error = COMMANDS[run % 3], bool(run // 3 % 2), random.choice(ERRORS)
            words = _words(command, run)
            if (command, there) not in known:
                known[command, there] = place.calls(_words(command, -1 - len(known)), there=there)
            call, nth = random.choice(known[command, there])
            # A lock that fails for good looks like another program's, and SQLite waits a minute for it (test_cache.py).
            when = f"{nth}{random.choice(['', '+']) if call != 'fcntl' else ''}"
            options = ["-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={when}"]
            done = place.run(words, there=there, options=options)
            report.runs += 1
            report.counts["index in memory" if "can't be kept on the disk" in done.stderr else "as usual"] += 1
            wrong = _wrong(vault, command, run, done)
            if wrong:
                where = "an index" if there else "no index"
                report.failures.append(f"{command}, {where}, {error} at {call} {when}: {wrong}")
    return report


def _words(command: str, run: int) -> list[str]:
    return {
        "list": ["list", "--json"],
        "log": ["log", "P3", "call", f"typed in run {run}"],
        "add": ["add", f"New {run}", "--role", f"typed in run {run}"],
    }[command]


def _wrong(vault: Vault, command: str, run: int, done: subprocess.CompletedProcess[str]) -> str:
    """What is not as it has to be; empty for nothing."""
    if done.returncode or "Traceback" in done.stderr:
        return f"it ended with {done.returncode}: {done.stderr.strip()}"
    if command == "list":
        partners = {path.stem for path in Path(vault.root, "Partners").iterdir()}
        listed = {note["name"] for note in json.loads(done.stdout)["notes"]}
        return "" if listed == partners else f"{len(partners - listed)} partners are missing"
    note = "P3.md" if command == "log" else f"New {run}.md"
    return "" if f"typed in run {run}\n" in Path(vault.root, "Partners", note).read_text() else "the words are gone"
