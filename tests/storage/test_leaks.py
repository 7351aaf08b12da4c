"""What a save leaves behind in the process and in the file's own properties."""

import errno
import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.storage import atomic_rename, files
from rounds.storage.files import digest, move, read, write
from rounds.storage.journal import DONE, Journal, Step

OLD, NEW = b"old text\n", b"new text, longer\n"
_DESCRIPTORS = "/proc/self/fd"

pytestmark = pytest.mark.skipif(not os.path.isdir(_DESCRIPTORS), reason="descriptors are counted in /proc")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "A.md").write_bytes(OLD)
    return folder


def descriptors_left(work: Callable[[], object]) -> int:
    """How many more descriptors are open after work that was done ten times."""
    work()  # what is loaded once is loaded
    gc.collect()  # what earlier tests left open
    before = len(os.listdir(_DESCRIPTORS))
    for _ in range(10):
        work()
    return len(os.listdir(_DESCRIPTORS)) - before


def refused(work: Callable[[], object]) -> Callable[[], object]:
    """Work that ends in an error, which is caught."""

    def tried() -> None:
        with pytest.raises((RoundsError, OSError)):
            work()

    return tried


def saved(root: Path) -> None:
    """A save, and the one that takes it back."""
    write(str(root), "A.md", NEW, base=digest(OLD))
    write(str(root), "A.md", OLD, base=digest(NEW))


def moved(root: Path) -> None:
    """A move there and back."""
    move(str(root), "A.md", "B.md")
    move(str(root), "B.md", "A.md")


def test_saving_moving_and_reading_leave_no_file_open(root: Path) -> None:
    """21 saves once left 60 descriptors, and nobody saw."""
    assert descriptors_left(lambda: saved(root)) == 0
    assert descriptors_left(lambda: moved(root)) == 0
    assert descriptors_left(lambda: read(str(root / "A.md"))) == 0


def test_what_fails_leaves_no_file_open(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another text on the disk, nothing to read, a disk that is full."""
    assert descriptors_left(refused(lambda: write(str(root), "A.md", NEW, base=digest(NEW)))) == 0
    assert descriptors_left(refused(lambda: write(str(root), "A.md", NEW, base=None))) == 0
    assert descriptors_left(refused(lambda: read(str(root / "gone.md")))) == 0
    assert descriptors_left(refused(lambda: read(str(root)))) == 0

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "write_all", full)
    assert descriptors_left(refused(lambda: write(str(root), "A.md", NEW, base=digest(OLD)))) == 0
    assert [path.name for path in root.iterdir()] == ["A.md"]


def test_without_an_exchange_no_file_stays_open(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way to save has its own descriptors."""
    for module in (files, atomic_rename):
        monkeypatch.setattr(module, "rename", lambda *_: False)
    assert descriptors_left(lambda: saved(root)) == 0


def test_a_journal_leaves_no_file_open(tmp_path: Path) -> None:
    """Writing, reading, locking, marking a change as running."""
    journal = Journal(str(tmp_path / "journal"))

    def once() -> None:
        with journal.locked():
            change = journal.start("/vault")
            step = Step("00000001", "A.md", "", OLD, NEW)
            journal.running.hold(change.id, change.segment)
            journal.step(change, step)
            journal.end(change, step, DONE)
            journal.close(change, DONE)
        assert journal.is_closed()
        assert next(journal.changes()).saved

    assert descriptors_left(once) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_save_keeps_owner_and_group(root: Path) -> None:
    """A vault that a service or another user shares stays theirs."""
    os.chown(root / "A.md", 1234, 4321)
    write(str(root), "A.md", NEW, base=digest(OLD))
    now = (root / "A.md").stat()
    assert (now.st_uid, now.st_gid, (root / "A.md").read_bytes()) == (1234, 4321, NEW)


def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is synced to the disk from now on, in order."""
    names: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        names.append(os.path.basename(os.readlink(f"{_DESCRIPTORS}/{descriptor}")))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


def test_the_first_step_of_a_journal_is_on_the_disk_before_the_note_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file and its folder: a power cut right after it would otherwise lose a journal that was new."""
    journal = Journal(str(tmp_path / "data" / "journal"))
    names = synced(monkeypatch)
    change = journal.start("/vault", of=1)
    journal.step(change, Step("00000001", "A.md", "", OLD, NEW))
    (segment,) = [name for name in os.listdir(journal.folder) if name.endswith(".jsonl")]
    assert segment in names
    assert "journal" in names
    names.clear()
    journal.step(change, Step("00000002", "B.md", "", OLD, NEW))
    assert names == [segment]


@pytest.mark.parametrize(("steps", "on_disk"), [(1, False), (2, True)])
def test_the_end_of_a_change_of_several_files_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int, on_disk: bool
) -> None:
    """Half of it would be taken back otherwise. A single file shows by itself whether it was done."""
    journal = Journal(str(tmp_path / "data" / "journal"))
    change = journal.start("/vault", of=steps)
    for number in range(steps):
        step = Step(f"0000000{number}", f"{number}.md", "", OLD, NEW)
        journal.step(change, step)
        journal.end(change, step, DONE)
    names = synced(monkeypatch)
    assert journal.close(change, DONE)
    assert any(name.endswith(".jsonl") for name in names) is on_disk
