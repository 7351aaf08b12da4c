"""The journal: what was written stays readable, private, and small."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rounds.store import journal as module
from rounds.store.journal import DONE, FAILED, Change, Journal, Step


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(str(tmp_path / "data" / "test" / "journal"))


def written(journal: Journal, *steps: Step, undoes: str = "") -> Change:
    change = journal.start("/vault", undoes)
    for step in steps:
        state = step.state
        journal.step(change, step)
        if state:
            journal.end(change, step, state)
    return change


def files(journal: Journal) -> list[str]:
    return sorted(os.listdir(journal.folder))


def test_what_was_written_is_read_newest_first(journal: Journal) -> None:
    """Paths, bytes of any kind, and how each step ended."""
    steps = [
        Step("00000001", "A.md", "", b"\xff\x00old", b"new\r\n", DONE),
        Step("00000002", "A.md", ".trash/A.md", state=DONE),
        Step("00000003", "Ünï.md", "", None, b"", FAILED),
    ]
    first = written(journal, *steps)
    second = written(journal, Step("00000004", "B.md", "", b"a", b"b", DONE), undoes=first.id)
    found = list(journal.changes())
    assert [change.id for change in found] == [second.id, first.id]
    assert found[1].steps == steps
    assert (found[0].undoes, found[0].root, found[1].saved) == (first.id, "/vault", True)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_nobody_else_may_read_it(journal: Journal) -> None:
    """0600, in folders that are 0700: it holds people's data outside the vault."""
    written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    with journal.locked():
        pass
    for name in files(journal):
        assert stat.S_IMODE(os.stat(os.path.join(journal.folder, name)).st_mode) == 0o600
    folder = Path(journal.folder)
    assert [stat.S_IMODE(each.stat().st_mode) for each in (folder, folder.parent, folder.parents[1])] == [0o700] * 3


def test_a_step_without_an_end_is_found_again(journal: Journal) -> None:
    """A process that was killed left it: the only steps that the next one has to look after."""
    written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    written(journal, Step("00000002", "A.md", "", b"b", b"c"), Step("00000003", "B.md", "", b"b", b"c", DONE))
    (found,) = journal.unfinished()
    assert [step.id for step in found.steps] == ["00000002"]
    journal.end(found, found.steps[0], "swept")
    assert journal.unfinished() == []


def test_a_line_that_was_cut_short_costs_only_itself(journal: Journal) -> None:
    """By a full disk or a kill; what is written after it begins on a line of its own."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    with open(os.path.join(journal.folder, first.segment), "ab") as file:
        file.write(b'{"change":"01234567","step":"00000002","at":"2026')
    last = written(journal, Step("00000003", "A.md", "", b"b", b"c", DONE))
    assert [change.id for change in journal.changes()] == [last.id, first.id]
    assert journal.unfinished() == []


def test_the_oldest_changes_go_when_it_is_full(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Capped by size: a segment at a time, and never the one that is written to."""
    monkeypatch.setattr(module, "_SEGMENT", 2_000)
    monkeypatch.setattr(module, "MOST_BYTES", 10_000)
    for number in range(100):
        written(journal, Step(f"{number:08x}", "A.md", "", os.urandom(300), os.urandom(300), DONE))
    sizes = [os.path.getsize(os.path.join(journal.folder, name)) for name in files(journal)]
    assert sum(sizes) <= 12_000
    kept = [change.steps[0].id for change in journal.changes()]
    assert kept == [f"{number:08x}" for number in range(99, 99 - len(kept), -1)]
    assert len(kept) > 5


def test_old_changes_go_with_their_month(journal: Journal) -> None:
    """Capped by age."""
    first = written(journal, Step("00000001", "A.md", "", b"a", b"b", DONE))
    now = datetime.now(UTC)
    old = (now - timedelta(days=module.DAYS + 1)).timestamp()
    name = f"{now - timedelta(days=100):%Y%m}-0001.jsonl"
    os.rename(os.path.join(journal.folder, first.segment), os.path.join(journal.folder, name))
    os.utime(os.path.join(journal.folder, name), (old, old))
    last = written(journal, Step("00000002", "A.md", "", b"a", b"b", DONE))
    assert [change.id for change in journal.changes()] == [last.id]


def test_one_process_at_a_time(journal: Journal) -> None:
    """So that what looks unfinished is. Who can't have the lock in time goes on without."""
    with journal.locked() as alone, journal.locked(0) as other:
        assert (alone, other) == (True, False)
    with journal.locked(0) as again:
        assert again


def test_forgetting_leaves_nothing(journal: Journal) -> None:
    """Neither the words of notes nor their names."""
    written(journal, Step("00000001", "Secret.md", "", b"a", b"b", DONE))
    journal.forget()
    assert list(journal.changes()) == []
    assert not any(b"Secret" in Path(journal.folder, name).read_bytes() for name in files(journal))
