"""Saves that are killed, and saves while another program writes the same note: no text of anybody is lost."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NoReturn

from faults.edits import WORD, Words, edited, note, text_of
from faults.report import Report
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.notes.document import Document
from rounds.storage import atomic_rename, files
from rounds.storage.journal import AGAIN, FAILED, Step
from rounds.vault.vault import Vault

NOTE = "Note.md"
_SOON = 0.008
"""Seconds until two processes that are being started meet."""

_SETTINGS = 'vault = "test"\ntimezone = "America/Los_Angeles"\n'


@contextmanager
def a_vault() -> Iterator[Vault]:
    """A vault of its own, with an empty journal."""
    with tempfile.TemporaryDirectory(prefix="saves-") as folder:
        root, before = Path(folder) / "vault", os.environ.get("XDG_DATA_HOME")
        root.mkdir()
        (root / "rounds.toml").write_text(_SETTINGS)
        os.environ["XDG_DATA_HOME"] = str(Path(folder) / "data")
        vault = Vault.open(root)
        try:
            yield vault
        finally:
            vault.close()
            if before is None:
                del os.environ["XDG_DATA_HOME"]
            else:
                os.environ["XDG_DATA_HOME"] = before


def child(act: Callable[[], object]) -> int:
    """Do something in a process of its own; gives its number. It ends with 0, or with 1 after an error."""
    number = os.fork()
    if not number:
        _be_child(act)
    return number


def _be_child(act: Callable[[], object]) -> NoReturn:
    code = 1
    try:
        act()
        code = 0
    except RoundsError:
        code = 3
    finally:
        os._exit(code)


def ended(number: int) -> int:
    """Wait for a process; its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


def wait_until(moment: float) -> None:
    """Wait as exactly as can be: a sleep alone is late by a good part of a save."""
    while (left := moment - time.perf_counter()) > 0:
        if left > 0.002:
            time.sleep(left - 0.001)


def saver(vault: Vault, old: bytes, new: bytes, moment: float, slow: Random | None = None) -> int:
    """A process that reads the old text, and saves the new one at that moment.

    Args:
        slow: makes it hesitate around each exchange, so that others and the kill meet it there more often.
    """

    def save() -> None:
        if slow is not None:
            _hesitate(slow)
        opened = vault.read(NOTE)
        assert bytes(opened.document) == old
        document = Document.parse(new)
        wait_until(moment)
        vault.save(opened, document)

    return child(save)


def _hesitate(random: Random) -> None:
    real = atomic_rename.rename

    def rename(old: str, new: str, flag: int) -> bool:
        time.sleep(random.uniform(0, 0.002))
        done = real(old, new, flag)
        time.sleep(random.uniform(0, 0.005))
        return done

    files.rename = rename  # type: ignore[attr-defined]


def temporaries(root: str) -> list[str]:
    return [name for name in os.listdir(root) if name.startswith(".~")]


def journal_steps(vault: Vault) -> list[Step]:
    return [step for change in vault.writer.journal.changes() for step in change.steps]


def _typical(vault: Vault, old: bytes, new: bytes) -> float:
    """Seconds that a save takes here, in a new process."""
    taken = []
    for _ in range(5):
        (Path(vault.root) / NOTE).write_bytes(old)
        began = time.perf_counter() + _SOON
        ended(saver(vault, old, new, began))
        taken.append(time.perf_counter() - began)
    return sorted(taken)[2]


# Killed -----------------------------------------------------------------------------------------------------------


def killed(runs: int, seed: int) -> Report:
    """`kill -9` at a random moment of a save, of 4 KB and 60 KB: the old bytes or the new ones, and nothing beside."""
    report = Report("killed")
    for size in (4_000, 60_000):
        with a_vault() as vault:
            random = Random(f"{seed} {size}")
            old, new = (_text(random, size) for _ in range(2))
            typical = _typical(vault, old, new)
            for number in range(runs // 2):
                report.runs += 1
                wrong = _killed(vault, old, new, random.uniform(0, 1.1 * typical), report)
                report.failures += [f"seed {seed} size {size} run {number}: {what}" for what in wrong]
    return report


def _text(random: Random, size: int) -> bytes:
    lines = "".join(f"- {random.getrandbits(200):x}\n" for _ in range(size // 52))
    return f"# A note\n\n{lines}".encode()


def _killed(vault: Vault, old: bytes, new: bytes, after: float, report: Report) -> list[str]:
    place = Path(vault.root) / NOTE
    place.write_bytes(old)
    moment = time.perf_counter() + _SOON
    _kill(saver(vault, old, new, moment), moment + after)
    found = place.read_bytes()
    report.counts["old" if found == old else "new"] += 1
    report.counts["temporary files left"] += len(temporaries(vault.root))
    wrong = [] if found in (old, new) else ["neither the old bytes nor the new ones"]
    vault.writer.recover()
    names = sorted(os.listdir(vault.root))
    if names != [NOTE, "rounds.toml"]:
        wrong.append(f"beside the note there is {names}")
    if place.read_bytes() != found:
        wrong.append("the sweep changed the note")
    return wrong


def _kill(number: int, moment: float) -> int:
    wait_until(moment)
    os.kill(number, signal.SIGKILL)
    return ended(number)


# Others write -----------------------------------------------------------------------------------------------------


def by_rename(place: Path, text: bytes) -> None:
    """As most editors save."""
    beside = place.with_name("theirs")
    beside.write_bytes(text)
    beside.replace(place)


def in_place(place: Path, text: bytes) -> None:
    """As the others do."""
    place.write_bytes(text)


def by_deleting(place: Path, text: bytes) -> None:
    """As vim and git can do: the old file is moved away, then a new one is written."""
    place.replace(place.with_name("theirs~"))
    place.write_bytes(text)
    place.with_name("theirs~").unlink()


WAYS = (by_rename, in_place, by_deleting)


def _words(*texts: bytes) -> set[str]:
    return {word for text in texts for word in WORD.findall(text.decode())}


def outside(runs: int, seed: int) -> Report:
    """Another process saves its edit between our reading and our saving: each edit is in the note, or shown."""
    report = Report("outside")
    with a_vault() as vault:
        for number in range(runs):
            random = Random(f"{seed} {number}")
            wrong = _outside(vault, random, report)
            report.runs += 1
            report.failures += [f"seed {seed} run {number}: {what}" for what in wrong]
    return report


def _outside(vault: Vault, random: Random, report: Report) -> list[str]:
    words, place = Words(), Path(vault.root) / NOTE
    lines = note(random, words)
    base, theirs, ours = (
        text_of(each).encode() for each in (lines, edited(lines, random, words, 2), edited(lines, random, words, 2))
    )
    place.write_bytes(base)
    opened = vault.read(NOTE)
    way = random.choice(WAYS)
    if ended(child(lambda: way(place, theirs))):
        return ["the other program failed"]
    shown: set[str] = set()
    try:
        vault.save(opened, Document.parse(ours))
        report.counts["merged" if base != theirs else "saved"] += 1
    except ChangedMeanwhileError as error:
        report.counts["refused, both shown"] += 1
        shown = _words(*(text.encode() for each in error.differences for text in (each.theirs, each.ours)))
        kept = [step for step in journal_steps(vault) if step.state == FAILED]
        if place.read_bytes() != theirs:
            return ["refused, but the note is not theirs"]
        if not _words(ours) <= _words(*(step.after or b"" for step in kept)):
            return ["refused, and not in the journal"]
        shown |= _words(ours)
    lost = (_words(theirs, ours) - _words(base)) - _words(place.read_bytes()) - shown
    return [f"{word} is lost" for word in sorted(lost)]


# A hostile writer -------------------------------------------------------------------------------------------------

_BATCH = 20
_START = b"---\ntype: partner\nstage: met\nid: abc\n---\n\n## Log\n\n- 2026-11-01 call: w0q\n"


def hostile(runs: int, seed: int) -> Report:
    """Another process writes the note every 0 to 4 ms: at most one edit in 200 is lost, and each is in the journal."""
    report = Report("hostile")
    while report.runs < runs:
        number = min(_BATCH, runs - report.runs)
        wrong = _hostile(Random(f"{seed} {report.runs}"), number, report)
        report.failures += [f"seed {seed} batch at {report.runs}: {what}" for what in wrong]
        report.runs += number
    edits = report.counts["edits of ours"] + report.counts["edits of the other"]
    lost = report.counts["lost, of ours"] + report.counts["lost, of the other"]
    if lost > edits / 200:
        report.failures.append(f"{lost} of {edits} edits were lost")
    return report


def _hostile(random: Random, number: int, report: Report) -> list[str]:
    with a_vault() as vault:
        place, said = Path(vault.root) / NOTE, Path(vault.root).with_name("said")
        place.write_bytes(_START)
        us = os.getpid()
        writer = child(lambda: _write_on(place, said, Random(random.random()), us))
        ours: set[str] = set()
        try:
            for each in range(1, number + 1):
                time.sleep(random.uniform(0, 0.004))
                word = f"w{each}0000q"
                try:
                    opened = vault.read(NOTE)
                    text = bytes(opened.document) + f"- 2026-11-02 note: {word}\n".encode()
                    vault.save(opened, Document.parse(text))
                    ours.add(word)
                except RoundsError:
                    report.counts["refused"] += 1
        finally:
            os.kill(writer, signal.SIGTERM)
            ended(writer)
        told = said.read_text().split()
        theirs = {word for word in told if word[0] == "w"}
        gone = {word[1:] for word in told if word[0] == "!"}
        live = _words(*(path.read_bytes() for path in Path(vault.root).glob("*.md")))
        lost = ((ours | theirs) - {word[1:] for word in told if word[0] == "-"} | gone) - live
        steps = journal_steps(vault)
        journal = _words(*(text for step in steps for text in (step.before, step.after) if text))
        report.counts["edits of ours"] += len(ours)
        report.counts["edits of the other"] += len(theirs)
        report.counts["lost, of ours"] += len(lost & ours)
        report.counts["lost, of the other"] += len(lost & theirs)
        report.counts["merged"] += sum(step.state == AGAIN for step in steps)
        report.counts["conflict copies"] += len(list(Path(vault.root).glob("*conflicted copy*")))
        report.counts["of these not in the journal"] += len(lost - journal)
        return [f"{word} is lost, and not in the journal" for word in sorted(lost - journal)]


def _write_on(place: Path, said: Path, random: Random, parent: int) -> None:
    """Add a line to the note every 0 to 4 ms, and take out the oldest of ours beyond some.

    Until it is told to stop, or its parent is gone: it has that one's pipes, and whoever reads them would wait for ever.

    Notes down each word before it is written, behind a minus each that is taken out, and behind an exclamation mark
    each that somebody else has taken out.
    """
    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stop.append(number))
    mine: list[str] = []
    with said.open("ab", buffering=0) as told:
        for number in range(1, 10**6):
            if stop or os.getppid() != parent:
                return
            time.sleep(random.uniform(0, 0.004))
            with place.open("r+b") as file:
                data = file.read()
                told.write("".join(f"!{word}\n" for word in mine if word.encode() not in data).encode())
                mine = [word for word in mine if word.encode() in data]
                mine.append(f"w{number}q")
                told.write(f"{mine[-1]}\n".encode())
                if len(mine) > 10:
                    data = data.replace(_line(mine[0]), b"")
                    told.write(f"-{mine.pop(0)}\n".encode())
                data += _line(mine[-1])
                if random.random() < 0.3:
                    file.seek(0)
                    file.write(data)
                    file.truncate()
                    continue
            by_rename(place, data)


def _line(word: str) -> bytes:
    return f"- 2026-11-01 call: {word}\n".encode()


# Killed while another writes --------------------------------------------------------------------------------------


def killed_meeting(runs: int, seed: int) -> Report:
    """`kill -9` in the middle of a save while another program writes: its text is in the note or in a copy."""
    report = Report("killed, meeting another")
    old = _START
    new = old + b"- 2026-11-02 note: w1q\n"
    theirs = old.replace(b"w0q", b"w0q and w2q")
    with a_vault() as vault:
        random = Random(seed)
        typical = _typical(vault, old, new)
        for number in range(runs):
            report.runs += 1
            moments = [random.uniform(0, each * typical) for each in (2, 1)]
            wrong = _meeting(vault, (old, new, theirs), moments, random, report)
            report.failures += [f"seed {seed} run {number}: {what}" for what in wrong]
    return report


def _meeting(
    vault: Vault,
    texts: tuple[bytes, bytes, bytes],
    moments: list[float],
    random: Random,
    report: Report,
) -> list[str]:
    old, new, theirs = texts
    place, way = Path(vault.root) / NOTE, random.choice(WAYS[:2])
    place.write_bytes(old)
    start = time.perf_counter() + 2 * _SOON

    def write() -> None:
        wait_until(start + moments[1])
        way(place, theirs)

    writer = child(write)
    slow = random if random.random() < 0.7 else None
    code = _kill(saver(vault, old, new, start, slow), start + moments[0])
    ended(writer)
    vault.writer.recover()
    copies = list(Path(vault.root).glob("*conflicted copy*"))
    live = _words(place.read_bytes(), *(copy.read_bytes() for copy in copies))
    report.counts["conflict copies"] += len(copies)
    report.counts["saved before the kill" if code == 0 else "killed"] += 1
    wrong = [] if "w2q" in live else ["the text of the other program is lost"]
    newest = next(iter(vault.writer.journal.changes()), None)
    kept = newest is not None and any(b"w1q" in (step.after or b"") for step in newest.steps)
    if "w1q" in live:
        report.counts["both texts live"] += 1
    elif kept:
        report.counts["ours only in the journal: killed before, or written over"] += 1
    else:
        report.counts["killed before anything was written"] += 1
        if code == 0:
            wrong.append("ours was saved and is lost")
    if temporaries(vault.root):
        wrong.append("temporary files are left")
    for copy in copies:
        copy.unlink()
    return wrong


# Unchanged --------------------------------------------------------------------------------------------------------

GOLDEN = Path(__file__).parents[1] / "golden"


def unchanged(runs: int, seed: int) -> Report:
    """Opening and saving without a change writes nothing, for every golden file."""
    report = Report("unchanged")
    with a_vault() as vault:
        for source in sorted(path for path in GOLDEN.rglob("*") if path.is_file()):
            place = Path(vault.root) / NOTE
            place.write_bytes(source.read_bytes())
            before = files.stamp_of(str(place))
            opened = vault.read(NOTE)
            if vault.save(opened, opened.document) or files.stamp_of(str(place)) != before:
                report.failures.append(f"{source.name} was written")
            report.runs += 1
        if os.path.exists(vault.data):
            report.failures.append("something was written outside the vault")
    return report
