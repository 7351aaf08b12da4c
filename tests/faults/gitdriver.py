"""The merge driver's command line, killed or failing at each of its system calls: what git believes of it is true."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from random import Random

from faults.driver import write_driver
from faults.edits import WORD
from faults.gitsync import CALLS, ERRORS
from faults.report import Report
from rounds.storage import git

_SHOWN = "\n```\n<<<<<<< HEAD\nw13q\n=======\nw14q\n>>>>>>> main\n```\n"
_BASE = "---\ntype: partner\ncity: w10q\n---\n\n## Log\n\n- 2026-11-01 email: w12q\n" + _SHOWN
_VERSIONS = {
    "merges": (_BASE.replace("w12q\n", "w12q\n- 2026-11-12 call: w20q\n"), _BASE.replace("w12q\n", "w12q\n- 2026-11-13 call: w30q\n")),
    "conflicts": (_BASE.replace("w10q", "w21q"), _BASE.replace("w10q", "w31q")),
}  # fmt: skip


def run(runs: int, seed: int) -> Report:
    """One run in two is killed; in the other one a call fails, once or from then on."""
    report, random = Report("merge-note"), Random(seed)
    if shutil.which("strace") is None:
        report.failures.append("strace is not installed")
        return report
    with tempfile.TemporaryDirectory(prefix="gitdriver-") as made:
        line = git.driver(str(write_driver(Path(made))))
        for mark, name in (("%O", "base"), ("%A", "ours"), ("%B", "theirs"), ("%P", "x.md"), ("%L", "7")):
            line = line.replace(mark, name)
        places = {kind: _places(kind, line) for kind in _VERSIONS}
        report.counts["system calls"] = sum(map(len, places.values()))
        for number in range(runs):
            kind = [*_VERSIONS][number % 2]
            call, nth = random.choice(places[kind])
            fault = "signal=SIGKILL" if number // 2 % 2 else f"error={random.choice(ERRORS)}"
            more = random.choice(["", "+"]) if fault.startswith("error") else ""
            inject = f"{call}:{fault}:when={nth}{more}"
            with tempfile.TemporaryDirectory(prefix="gitdriver-") as folder:
                code = _merge(
                    Path(folder), kind, line, "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={inject}"
                )
                wrong = _wrong(report, Path(folder, "ours").read_bytes(), kind, code)
            report.runs += 1
            report.failures += [f"{kind}, {inject}, ended with {code}: {what}" for what in wrong]
    return report


def _merge(folder: Path, kind: str, line: str, *options: str) -> int:
    """Run the command line under strace; gives its exit code, or minus the signal that ended it."""
    for name, text in zip(("base", "ours", "theirs"), (_BASE, *_VERSIONS[kind]), strict=True):
        (folder / name).write_text(text)
    command = ["strace", "-f", "-qq", *options, "sh", "-c", line]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=120).returncode


def _places(kind: str, line: str) -> list[tuple[str, int]]:
    """The system calls of a merge that nothing happens to: each by its number among those of its name in a process."""
    with tempfile.TemporaryDirectory(prefix="gitdriver-") as folder:
        log = Path(folder, "log")
        code = _merge(Path(folder), kind, line, "-o", str(log), "-e", f"trace={CALLS}")
        assert code == (kind == "conflicts"), code
        seen: dict[tuple[str, str], int] = {}
        for each in log.read_text(errors="replace").splitlines():
            if match := re.match(r"(\d+) +(\w+)\(", each):
                seen[match[1], match[2]] = seen.get((match[1], match[2]), 0) + 1
    most: dict[str, int] = {}
    for (_, call), count in seen.items():
        most[call] = max(count, most.get(call, 0))
    return [
        (call, nth)
        for call, count in most.items()
        for nth in {*range(1, 31), *range(count - 20, count + 1)}
        if 0 < nth <= count
    ]


def _wrong(report: Report, found: bytes, kind: str, code: int) -> list[str]:
    """Success means merged; a conflict, both versions with marks; anything else, our version or both.

    From 126 on no shell could be started, or it was killed: git takes that for a conflict or gives up, and our version
    is the one that it holds. `rounds git sync` says so, and where the other one is.
    """
    ours, theirs = (text.encode() for text in _VERSIONS[kind])
    words = set(WORD.findall(found.decode(errors="replace")))
    both = {word for text in (ours, theirs) for word in WORD.findall(text.decode())} - (
        {"w10q"} if kind != "merges" else set()
    )
    whole, marked = both <= words, b"<<<<<<< ours" in found and b">>>>>>> theirs" in found
    report.counts["merged" if code == 0 else "marked" if 0 < code < 126 else "stopped"] += 1
    if code == 0 and (not whole or marked):
        return ["said to be merged, and is not"]
    if 0 < code < 126 and not (whole and marked):
        return ["said to be in conflict, without both versions between marks"]
    return [] if whole or found == ours else ["neither our version nor both"]
