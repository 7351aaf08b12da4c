"""The index as a file: private, disposable, and made anew whatever happens to it."""

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest

from conftest import started
from rounds.index.database import VERSION, index_path
from rounds.index.ids_last_contact import AFFECTED
from rounds.index.note_rows import rows_of
from rounds.index.scan import Reader, Scan, fingerprint
from rounds.index.writer import Index, State

READER = Reader("vault", [("Partners/", "partner")])
STAMPS = {"A.md": (1, 2, 3, 4), "B.md": (5, 6, 7, 8)}
SOURCE = str(Path(__file__).parents[2] / "src")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return index_path(str(tmp_path / "cache"))


def fill(index: Index, names: str = "AB") -> None:
    """A first index of some notes."""
    with index.writing():
        notes = []
        for key, name in enumerate(names, 1):
            data = f"---\ntype: partner\n---\n- 2026-05-0{key} call: {name}\n".encode()
            notes.append((key, f"{name}.md", b"hash", rows_of(f"{name}.md", data, READER, "2026-11-23")))
        index.put(notes, fresh=True)
        index.finish_first("2026-11-23")
        index.set_state(State("seen", "reader", "2026-11-23"), STAMPS, {})
    index.settle()


def count(index: Index) -> int:
    return int(index.connection.execute("SELECT count(*) FROM notes").fetchone()[0])


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_can_read_the_index(path: str) -> None:
    """Folder 0700, files 0600: it holds what the notes hold."""
    index = Index(path)
    fill(index)
    with index.writing():
        index.set_state(State(), {}, {})
    folder = os.path.dirname(path)
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    modes = {name: stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) for name in os.listdir(folder)}
    assert modes == {
        f"index-v{VERSION}.sqlite": 0o600,
        f"index-v{VERSION}.sqlite-wal": 0o600,
        f"index-v{VERSION}.sqlite-shm": 0o600,
    }
    index.close()


def test_what_was_written_is_there_for_the_next_process(path: str) -> None:
    """Closed and opened again, nothing is lost or made anew."""
    index = Index(path)
    fill(index)
    index.close()
    index = Index(path)
    assert count(index) == 2
    assert index.state() == State("seen", "reader", "2026-11-23")
    assert index.stamps() == STAMPS
    assert index.connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    index.close()


def test_a_transaction_is_whole_or_not_at_all(path: str) -> None:
    """What is written before an error is taken back, also on Ctrl-C."""
    index = Index(path)
    fill(index)

    def interrupted() -> None:
        with index.writing():
            index.remove([1])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert count(index) == 2
    index.close()


def deleted(path: str) -> None:
    os.unlink(path)


def emptied(path: str) -> None:
    os.truncate(path, 0)


def cut(path: str) -> None:
    os.truncate(path, os.path.getsize(path) // 2)


def cut_early(path: str) -> None:
    os.truncate(path, 50)


def garbage(path: str) -> None:
    Path(path).write_bytes(b"not a database, " * 5000)


def garbled(path: str) -> None:
    """All but the first page."""
    with open(path, "r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * (os.path.getsize(path) - 8192))


def other_version(path: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()


def foreign(path: str) -> None:
    os.unlink(path)
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.close()


DAMAGE = [deleted, emptied, cut, cut_early, garbage, garbled, other_version, foreign]


def refill(index: Index) -> int:
    """What the Vault does: use it, and where SQLite finds damage, replace it and use it again."""
    for _ in range(2):
        try:
            if not index.state().reader:
                fill(index)
            return count(index)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            index.replace()
    raise AssertionError("damaged after a replacement")


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_made_anew(path: str, damage: Callable[[str], None]) -> None:
    """The files are the truth, so damage is never an error to the user."""
    index = Index(path)
    fill(index, "ABCDEFGH")
    index.close()
    damage(path)
    index = Index(path)
    assert refill(index) == 2
    assert index.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    index.close()


def test_a_log_left_by_a_damaged_index_does_not_come_back(path: str) -> None:
    """Replaced means all of its files: an old write-ahead log belongs to the old one."""
    index = Index(path)
    fill(index)
    with index.writing():
        index.remove([1])
    wal = Path(path + "-wal").read_bytes()
    index.close()
    garbage(path)
    Path(path + "-wal").write_bytes(wal)
    index = Index(path)
    assert count(index) == 0
    fill(index)
    assert count(index) == 2
    index.close()


def test_two_connections_that_meet_the_same_damage_replace_it_once(path: str) -> None:
    """The second one opens what the first has made; neither loses what is written then."""
    first, second = Index(path), Index(path)
    fill(first)
    first.replace()
    fill(first, "ABC")
    second.replace()
    assert (count(first), count(second)) == (3, 3)
    second.close()
    with first.writing():
        first.remove([1])
    third = Index(path)
    assert (count(first), count(third)) == (2, 2)
    first.close()
    third.close()


_OPEN = """
import sys
from rounds.index.ids_last_contact import AFFECTED
from rounds.index.writer import Index
index = Index(sys.argv[1])
print(index.connection.execute("SELECT count(*) FROM notes").fetchone()[0])
"""


def test_processes_that_open_garbage_at_once_all_get_an_index(path: str) -> None:
    """One of them replaces it, the others wait."""
    os.makedirs(os.path.dirname(path))
    garbage(path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _OPEN, path]
    options: dict[str, Any] = {"env": environment, "stdout": subprocess.PIPE, "text": True}
    with ExitStack() as stack:
        running = [stack.enter_context(started(command, **options)) for _ in range(4)]
        outputs = [process.communicate()[0] for process in running]
    assert ([process.returncode for process in running], outputs) == ([0] * 4, ["0\n"] * 4)


def test_a_fingerprint_says_what_a_scan_saw() -> None:
    """Equal scans have equal fingerprints; other stamps, names or copies others."""
    found = Scan({"A.md": (1, 2, 3, 4)}, {"B.md": "A.md"}, {})
    assert fingerprint(found) == fingerprint(Scan({"A.md": (1, 2, 3, 4)}, {"B.md": "A.md"}, {}))
    assert fingerprint(found) != fingerprint(Scan({"A.md": (1, 2, 3, 5)}, {"B.md": "A.md"}, {}))
    assert fingerprint(found) != fingerprint(Scan({"Á.md": (1, 2, 3, 4)}, {"B.md": "A.md"}, {}))
    assert fingerprint(found) != fingerprint(Scan({"A.md": (1, 2, 3, 4)}, {}, {}))


def test_a_fingerprint_is_the_same_in_every_process(tmp_path: Path) -> None:
    """Whatever seed Python hashes texts with: else every start would read all stamps again."""
    code = (
        "from rounds.index.scan import Scan, fingerprint; "
        "print(fingerprint(Scan({'A.md': (1, 2**62, 3, 4)}, {'B.md': 'A.md'}, {})))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": SOURCE, "PYTHONHASHSEED": seed},
            capture_output=True, check=True, timeout=60,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


@pytest.mark.parametrize("damage", [b"", b"\0", None, "text"])
@pytest.mark.parametrize("name", ["stamps", "newer"])
def test_damaged_stamps_are_none_at_all(path: str, name: str, damage: object) -> None:
    """Everything is read again then."""
    index = Index(path)
    fill(index)
    index.connection.execute("UPDATE meta SET value = ? WHERE name = ?", (damage, name))
    assert index.stamps() == {}
    index.connection.execute("DELETE FROM meta WHERE name = ?", (name,))
    assert index.stamps() == {}
    index.close()


def test_stamps_are_those_of_the_last_sync_however_few_have_changed(path: str) -> None:
    """A sync writes what has changed alone, and all of it once that is much: what is read is the same."""
    index = Index(path)
    fill(index)
    known = dict(STAMPS)
    random = Random(5)
    for _ in range(300):
        now = {name: stamp for name, stamp in known.items() if random.random() > 0.01}
        now |= {f"{random.randrange(40)}.md": (random.randrange(9), 1, 1, 1) for _ in range(3)}
        with index.writing():
            index.set_state(State("seen", "reader", "2026-11-23"), now, known)
        known = now
        assert index.stamps() == known
    index.close()


def test_what_a_change_touches_is_found_without_going_through_all_notes_for_each(path: str) -> None:
    """Else ten thousand notes that change at once take a minute; a checkout is such a change."""
    index = Index(path)
    fill(index)
    index.touched([1])
    plan = [row[3] for row in index.connection.execute(f"EXPLAIN QUERY PLAN {AFFECTED}", ("[1]",))]
    assert not [step for step in plan if step.startswith("SCAN") and not step.startswith("SCAN t ")]
    assert [key for (key,) in index.connection.execute("SELECT key FROM touched")] == [1]
    index.close()
