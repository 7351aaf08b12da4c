"""The index: its writer killed, its file damaged, the vault gone under it, the feed read while it is written."""

import hashlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from random import Random

from faults.report import Report
from faults.saves import child, ended
from rounds.calendar.write_feeds import write_feeds
from rounds.index.scan import scan
from rounds.vault.list_search import keys, searched
from rounds.vault.problems import all_problems
from rounds.vault.reminders import reminders
from rounds.vault.vault import Vault
from vault.notes import rows

TODAY = date(2026, 11, 23)


def partner(number: int, text: str = "") -> str:
    """A partner's note; every one of them has a check-in that is due."""
    return f"---\ntype: partner\nstage: met\ncity: Salem\n---\n\n## Log\n\n- 2026-02-04 email: {number} {text}\n"


@contextmanager
def many(count: int) -> Iterator[Vault]:
    """A vault of so many partners, open, in sync, its clock at TODAY."""
    with tempfile.TemporaryDirectory(prefix="index-") as folder:
        root = Path(folder) / "vault"
        (root / "Partners").mkdir(parents=True)
        (root / "rounds.toml").write_text(f'vault = "{os.path.basename(folder)}"\ntimezone = "America/Los_Angeles"\n')
        for number in range(count):
            (root / "Partners" / f"P{number}.md").write_text(partner(number))
        vault = Vault.open(root, clock=lambda: TODAY)
        vault.sync()
        try:
            yield vault
        finally:
            vault.close()
            shutil.rmtree(os.path.dirname(vault.index.path), ignore_errors=True)
            shutil.rmtree(vault.data, ignore_errors=True)


def fingerprint_of(root: str) -> str:
    """All bytes and times of a vault's notes."""
    digest = hashlib.sha256()
    for path, stamp in sorted(scan(root).notes.items()):
        digest.update(f"{path}{stamp}".encode() + Path(root, path).read_bytes())
    return digest.hexdigest()


def differences(vault: Vault) -> str:
    """How the index differs from the disk; empty where it doesn't."""
    on_disk = set(scan(vault.root).notes)
    indexed = {str(path) for (path,) in rows(vault, "SELECT path FROM notes")}
    if on_disk != indexed:
        return f"{len(on_disk - indexed)} notes are missing, {len(indexed - on_disk)} too many"
    for path, text in rows(vault, "SELECT n.path, s.body FROM notes n JOIN search s ON s.rowid = n.key"):
        if not Path(vault.root, str(path)).read_text().endswith(str(text)):
            return f"{path} is not what it is on the disk"
    return ""


def killed(runs: int, seed: int) -> Report:
    """`kill -9` at a random moment of a sync that has much to do: the next one makes it whole."""
    report, random = Report("index-killed"), Random(seed)
    with many(300) as vault:
        for run in range(runs):
            for number in range(300):
                if random.random() < 0.5:
                    Path(vault.root, "Partners", f"P{number}.md").write_text(partner(number, f"run {run}"))
            before = fingerprint_of(vault.root)
            process = child(lambda: Vault.open(vault.root, clock=lambda: TODAY).sync())
            time.sleep(random.uniform(0, 0.12))
            os.kill(process, signal.SIGKILL)
            report.counts["killed" if ended(process) == -signal.SIGKILL else "ended before"] += 1
            vault.sync()
            report.runs += 1
            if wrong := differences(vault):
                report.failures.append(f"run {run}: {wrong}")
            if fingerprint_of(vault.root) != before:
                report.failures.append(f"run {run}: a note was touched")
    return report


def damaged(runs: int, seed: int) -> Report:
    """Bytes of the index changed at random, or its end cut off: it is replaced, and nobody sees an error."""
    report, random = Report("index-damaged"), Random(seed)
    with many(60) as vault:
        path, before = vault.index.path, fingerprint_of(vault.root)
        vault.close()
        for run in range(runs):
            kind = _damage(path, random)
            opened = Vault.open(vault.root, clock=lambda: TODAY)
            try:
                opened.sync()
                found = (
                    len(keys(opened, "city:salem")),
                    len(reminders(opened)),
                    len(searched(opened, "email", limit=99)),
                )
                all_problems(opened)
                if found != (60, 60, 60) or differences(opened):
                    # SQLite keeps no sums: another letter in a text is like any other. It goes with the note's next
                    # change, or with a new index.
                    report.counts["other values, unnoticed"] += 1
                    opened.index.replace()
                    opened.sync()
                    if wrong := differences(opened):
                        report.failures.append(f"run {run}, {kind}: {wrong}")
            except Exception as error:  # noqa: BLE001 - a user must not see any
                report.failures.append(f"run {run}, {kind}: {error!r}")
            finally:
                opened.close()
            report.runs += 1
            report.counts[kind] += 1
            if fingerprint_of(vault.root) != before:
                report.failures.append(f"run {run}: a note was touched")
    return report


def _damage(path: str, random: Random) -> str:
    size = os.path.getsize(path)
    kind = random.choice(["cut off", "first page", "emptied", "overwritten", "anywhere", "anywhere", "anywhere"])
    with open(path, "r+b") as file:
        if kind == "cut off":
            file.truncate(random.randrange(size))
        elif kind == "emptied":
            file.truncate(0)
        else:
            starts = {"first page": random.randrange(100), "overwritten": 0, "anywhere": random.randrange(size)}
            lengths = {
                "first page": random.randrange(20, 400),
                "overwritten": size,
                "anywhere": 1 << random.randrange(14),
            }
            file.seek(starts[kind])
            file.write(random.randbytes(lengths[kind]))
    return kind


def feed_read(runs: int, seed: int) -> Report:
    """A feed read while it is written anew: what a reader gets is always a whole calendar."""
    del seed
    report = Report("feed-read")
    with many(30) as vault:
        (feed,) = write_feeds(vault)

        def write() -> None:
            own = Vault.open(vault.root, clock=lambda: TODAY)
            for number in range(10_000):
                Path(vault.root, "Partners", "P0.md").write_text(
                    partner(number).replace("met", "active" * (number % 2) or "met")
                )
                Path(vault.root, "Partners", "P1.md").write_text(f"{partner(1)}- [ ] {number} by 2026-12-01\n")
                own.sync()
                write_feeds(own)

        process = child(write)
        try:
            versions = set()
            for _ in range(runs):
                data = Path(feed.path).read_bytes()
                versions.add(data)
                report.runs += 1
                if not (data.startswith(b"BEGIN:VCALENDAR\r\n") and data.endswith(b"END:VCALENDAR\r\n")):
                    report.failures.append(f"a reader got {len(data)} bytes that are no calendar")
                time.sleep(0.0005)
            report.counts["different versions"] = len(versions)
        finally:
            os.kill(process, signal.SIGKILL)
            ended(process)
    return report


def gone(runs: int, seed: int) -> Report:
    """The vault's folder away, or empty, at a scan: nothing of index and feed is lost, and all is well afterwards."""
    report, random = Report("gone"), Random(seed)
    with many(40) as vault:
        (feed,) = write_feeds(vault)
        kept = Path(feed.path).read_bytes()
        away = Path(vault.root).with_name("away")
        for run in range(runs):
            what = random.choice(["the vault's folder", "the notes"])
            source = Path(vault.root) if what == "the vault's folder" else Path(vault.root, "Partners")
            source.rename(away)
            try:
                vault.sync()
                write_feeds(vault)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                report.counts[type(error).__name__] += 1
            if len(rows(vault, "SELECT 1 FROM notes")) != 40 or Path(feed.path).read_bytes() != kept:
                report.failures.append(f"run {run}: something is lost without {what}")
            away.rename(source)
            vault.sync()
            report.runs += 1
            if wrong := differences(vault):
                report.failures.append(f"run {run}: {wrong}")
    return report
