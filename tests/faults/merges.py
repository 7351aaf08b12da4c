"""Two sides edit one note at random, and their versions are merged: no edit is lost without a conflict."""

import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from faults.edits import WORD, Words, edited, note, text_of, written
from faults.report import Report
from rounds.notes.document import Document
from rounds.notes.merge.merge_note import Merged, merge
from rounds.storage.git import driver


def run(runs: int, seed: int) -> Report:
    """Merge notes edited on two sides, with a base and, one time in five, without."""
    report = Report("merges")
    for number in range(runs):
        random = Random(f"{seed} {number}")
        words = Words()
        lines = note(random, words)
        sides = [text_of(edited(lines, random, words)) for _ in range(2)]
        base, theirs, ours = (written(text, random) for text in (text_of(lines), *sides))
        known = None if number % 5 == 0 else base
        merged = merge(known, theirs, ours, path="x.md")
        report.runs += 1
        report.counts["without a base" if known is None else "with a base"] += 1
        report.counts["in conflict" if merged.conflicts else "clean"] += 1
        if known is not None and number % 10 == 1:
            report.counts["of a tenth, in conflict for git"] += _conflict_for_git(base, theirs, ours)
            report.counts["of a tenth, in conflict here"] += bool(merged.conflicts)
        if number % 50 == 1:
            report.counts["without the driver's command"] += 1
            report.failures += [f"seed {seed} run {number}: {what}" for what in _without_rounds(base, theirs, ours)]
        wrong = [*faults(known, theirs, ours, merged), *_marks(known, theirs, ours, merged)]
        other = merge(known, ours, theirs)
        if bool(other.conflicts) != bool(merged.conflicts):
            report.counts["in conflict one way only"] += 1
        elif not other.conflicts:
            wrong += _swapped(merged, other)
        report.failures += [f"seed {seed} run {number}: {what}" for what in wrong]
    if report.counts["in conflict one way only"] > report.runs // 200 + 1:
        report.failures.append("more than one in 200 is a conflict in one direction only")
    return report


def faults(base: bytes | None, theirs: bytes, ours: bytes, merged: Merged) -> list[str]:
    """What a merge got wrong, in words."""
    clashing = "\n".join(part for c in merged.conflicts for part in (c.base, c.theirs, c.ours))
    clash = set(WORD.findall(clashing))
    live = Counter(WORD.findall(merged.data.decode()))
    found = _form(theirs, ours, merged)
    for name, side in (("theirs", theirs), ("ours", ours)):
        wrong = _missing(base, side, live, clash) + _undone(base, side, merged.data, live, clash)
        found += [f"{name}: {what}" for what in wrong]
    if base is not None:  # without one, an entry that one side edited is there in both forms
        most = Counter(WORD.findall(theirs.decode())) | Counter(WORD.findall(ours.decode()))
        found += [f"{word} stands there twice" for word in live - most if word not in clash]
    if any(c.kind == "text" and c.ours.startswith("---") for c in merged.conflicts):
        found.append("the whole note is a conflict")
    return found


def _missing(base: bytes | None, side: bytes, live: Counter[str], clash: set[str]) -> list[str]:
    """Words that a side added and that are nowhere, or took out and that are back."""
    before = _words(base) if base is not None else set()
    lost = [word for word in _words(side) - before if word not in live and word not in clash]
    back = [word for word in before - _words(side) if word in live and word not in clash]
    return [*(f"{word} is lost" for word in lost), *(f"{word} came back" for word in back)]


def _undone(base: bytes | None, side: bytes, data: bytes, live: Counter[str], clash: set[str]) -> list[str]:
    """Ticks and moved dates of a side that the merged note does not have."""
    was = base or b""
    found = [
        f"the tick of {word} is lost"
        for word in _ticked(side) - _ticked(was) - _ticked(data)
        if live[word] == 1 and word not in clash
    ]
    old, new = _days(was), _days(data)
    found += [
        f"the new date of {word} is lost"
        for word, day in _days(side).items()
        if live[word] == 1 and word not in clash and old.get(word, day) != day and new.get(word) != day
    ]
    return found


def _form(theirs: bytes, ours: bytes, merged: Merged) -> list[str]:
    document = Document.parse(merged.data)
    if not document.readable:
        return [f"it can't be read: {document.problems}"]
    found = []
    days = [str(Document.parse(side).properties.get("last_contact", "")) for side in (theirs, ours)]
    if str(document.properties.get("last_contact", "")) != max(days) and all(days):
        found.append("last_contact is not the latest")
    only_crlf = theirs.count(b"\r\n") == theirs.count(b"\n") > 0
    if only_crlf and merged.data.count(b"\r\n") != merged.data.count(b"\n") and merged.data != ours:
        found.append("line ends are mixed")
    return found


def _words(data: bytes) -> set[str]:
    return set(WORD.findall(data.decode()))


def _ticked(data: bytes) -> set[str]:
    """The last word of each follow-up that is done."""
    return set(re.findall(r"^- \[x\] .*?(w\d+q)(?= *(?:📅|✅|by|\^|\r|\n|$))", data.decode(), re.MULTILINE))


def _days(data: bytes) -> dict[str, str]:
    return dict(re.findall(r"^- \[ \] .*?(w\d+q) 📅 (\S+)", data.decode(), re.MULTILINE))


def _marks(base: bytes | None, theirs: bytes, ours: bytes, merged: Merged) -> list[str]:
    """With marks, a conflict has both versions in the text."""
    marked = merge(base, theirs, ours, markers=7)
    text = marked.data.decode()
    found = []
    if text.count("<<<<<<< ours") != len(merged.conflicts) or len(marked.conflicts) != len(merged.conflicts):
        found.append("the marks are not those of the conflicts")
    flat = re.sub(r"[\r\n]", "", text)
    for conflict in marked.conflicts:
        if any(side.replace("\n", "") not in flat for side in (conflict.theirs, conflict.ours)):
            found.append("a side of a conflict is not between the marks")
        if not text.split("\n")[conflict.line - 1].startswith("<<<<<<< ours"):
            found.append(f"line {conflict.line} does not begin a conflict")
    return found


def _swapped(merged: Merged, other: Merged) -> list[str]:
    """The other way around, it says the same, whatever the order of lines."""
    one, two = _said(merged.data), _said(other.data)
    return [f"swapped, it differs by {(one - two) + (two - one)}"] if one != two else []


def _said(data: bytes) -> Counter[str]:
    """The lines of a note that are not blank; of a list on one line, in whatever order."""
    lines = (line.strip("\r\ufeff") for line in data.decode().split("\n") if line.strip())
    return Counter(str(sorted(WORD.findall(line))) if line.startswith("serves:") else line for line in lines)


def _conflict_for_git(base: bytes, theirs: bytes, ours: bytes) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("base", base), ("theirs", theirs), ("ours", ours)):
            Path(folder, name).write_bytes(data)
        command = ["git", "merge-file", "-p", "-q", "ours", "base", "theirs"]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode > 0


def _without_rounds(base: bytes, theirs: bytes, ours: bytes) -> list[str]:
    """Where the driver's command is missing, its command line does what git does by itself, marks included."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("base", base), ("theirs", theirs), ("ours", ours), ("mine", ours)):
            Path(folder, name).write_bytes(data)
        line = driver("no-such-rounds")
        for mark, name in (("%O", "base"), ("%A", "ours"), ("%B", "theirs"), ("%P", "'a b'"), ("%L", "7")):
            line = line.replace(mark, name)
        code = subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, check=False).returncode
        command = ["git", "merge-file", "-p", "-L", "ours", "-L", "base", "-L", "theirs", "mine", "base", "theirs"]
        plain = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        got = Path(folder, "ours").read_bytes()
    if (code, got) != (plain.returncode, plain.stdout):
        return ["without the driver's command, git's own merge is not what comes out"]
    return ["a conflict without marks"] if code and b"<<<<<<< ours" not in got else []
