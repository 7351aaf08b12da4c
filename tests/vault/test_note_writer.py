"""Saves that meet another program's, and what killed ones left."""

import base64
import errno
import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from disks import lesser_disk
from rounds.domain.file_names_copies import Stamp
from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.notes.document import Document
from rounds.storage import files
from rounds.storage.journal import AGAIN, DONE, FAILED, Journal, Step
from rounds.vault import conflicts, log_actions
from rounds.vault import note_writer as saving
from rounds.vault.history_undo import history, undo
from rounds.vault.vault import LoadedNote, Vault

PATH = "Partners/Dana.md"
NOTE = "---\ntype: partner\nstage: met\nid: abc\n---\n\n## Log\n\n- 2026-11-01 email: a\n"


@pytest.fixture
def note(empty: Vault) -> Path:
    place = Path(empty.root, PATH)
    place.parent.mkdir()
    place.write_text(NOTE)
    return place


def states(vault: Vault) -> list[str]:
    return [step.state for change in vault.writer.journal.changes() for step in change.steps]


def with_stage(opened: LoadedNote, stage: str) -> Document:
    return opened.document.set("stage", stage)


def test_what_another_program_saved_meanwhile_is_merged(empty: Vault, note: Path) -> None:
    """Both edits are in the note; the journal has the step that was tried and the one that was done."""
    opened = empty.read(PATH)
    note.write_text(NOTE + "- 2026-11-20 coffee: theirs\n")
    assert empty.save(opened, with_stage(opened, "active"))
    assert "stage: active" in note.read_text()
    assert note.read_text().endswith("- 2026-11-20 coffee: theirs\n")
    assert states(empty) == [AGAIN, DONE]


def test_what_does_not_merge_is_shown_and_kept_whole(empty: Vault, note: Path) -> None:
    """Nothing is written; the error has both versions, the journal has ours."""
    opened = empty.read(PATH)
    theirs = NOTE.replace("stage: met", "stage: resting")
    note.write_text(theirs)
    ours = with_stage(opened, "active")
    with pytest.raises(ChangedMeanwhileError) as caught:
        empty.save(opened, ours)
    assert note.read_text() == theirs
    (difference,) = caught.value.differences
    assert (difference.theirs, difference.ours) == ("stage: resting\n", "stage: active\n")
    assert "rounds history" in caught.value.hint
    (change,) = empty.writer.journal.changes()
    assert [(step.state, b"stage: active" in (step.after or b"")) for step in change.steps] == [(FAILED, True)]
    assert not change.saved


def test_a_note_that_is_being_replaced_is_waited_for(empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """vim and git delete and create: the note is gone for a moment only."""
    opened = empty.read(PATH)
    note.unlink()
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        if not note.exists():
            note.write_text(NOTE + "theirs\n")

    monkeypatch.setattr("time.sleep", sleep)
    empty.save(opened, with_stage(opened, "active"))
    assert "stage: active" in note.read_text()
    assert note.read_text().endswith("theirs\n")
    assert naps


def test_a_note_that_is_gone_is_not_made_again(empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has deleted or moved it: it is said, and our text is in the journal."""
    monkeypatch.setattr(saving, "_PATIENCE", 0.0)
    opened = empty.read(PATH)
    note.unlink()
    with pytest.raises(ChangedMeanwhileError, match="is gone"):
        empty.save(opened, with_stage(opened, "active"))
    assert not note.exists()
    assert states(empty) == [FAILED]


def test_a_save_without_a_change_is_none(empty: Vault, note: Path) -> None:
    """No new file, no line in the journal."""
    before = files.stamp_of(str(note))
    opened = empty.read(PATH)
    assert not empty.save(opened, opened.document)
    assert files.stamp_of(str(note)) == before
    assert not os.path.exists(empty.data)


def test_a_note_that_was_written_over_at_once_is_written_again(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a program that had not seen ours: both edits are there in the end."""
    opened = empty.read(PATH)
    real = files.write
    calls: list[int] = []

    def write(root: str, path: str, data: bytes, **more: object) -> list[str]:
        said: list[str] = real(root, path, data, **more)  # type: ignore[arg-type]
        if not calls:
            note.write_text(NOTE + "- 2026-11-20 coffee: theirs\n")
        calls.append(1)
        return said

    monkeypatch.setattr(files, "write", write)
    empty.save(opened, with_stage(opened, "active"))
    assert "stage: active" in note.read_text()
    assert note.read_text().endswith("- 2026-11-20 coffee: theirs\n")


def test_a_line_of_ours_that_was_written_over_is_written_again(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours has only added one, so nothing that we removed has come back."""
    opened = empty.read(PATH)
    real = files.write
    theirs = [NOTE + "- 2026-11-20 coffee: theirs\n"]

    def write(root: str, path: str, data: bytes, **more: object) -> list[str]:
        said: list[str] = real(root, path, data, **more)  # type: ignore[arg-type]
        if theirs:
            note.write_text(theirs.pop())
        return said

    monkeypatch.setattr(files, "write", write)
    empty.save(opened, opened.document.append_to_section("Log", ["- 2026-11-22 call: ours"]))
    assert note.read_text().endswith("- 2026-11-20 coffee: theirs\n- 2026-11-22 call: ours\n")


def test_a_change_of_an_old_journal_is_over(empty: Vault, note: Path) -> None:
    """It says nowhere how many files it is about, so what it wrote is never taken back."""
    packed = [base64.b64encode(zlib.compress(text.encode())).decode() for text in (NOTE, NOTE + "more\n")]
    old = {
        "change": "0123abcd", "step": "00000002", "at": "2026-11-02T10:00:00.000+00:00", "root": empty.writer.root,
        "undoes": "", "what": "", "path": PATH, "to": "", "before": packed[0], "after": packed[1],
    }  # fmt: skip
    os.makedirs(empty.writer.journal.folder)
    Path(empty.writer.journal.folder, "202611-0001.jsonl").write_text(json.dumps(old) + "\n")
    note.write_text(NOTE + "more\n")
    empty.sync()
    assert (note.read_text(), empty.notices()) == (NOTE + "more\n", [])


def test_after_a_recovery_other_threads_can_write(empty: Vault, note: Path) -> None:
    """The terminal interface reads in one thread and writes in another."""
    change = empty.writer.journal.start(empty.writer.root, of=2)
    empty.writer.journal.step(change, Step("0123abcd", PATH, "", note.read_bytes(), b"never written"))
    empty.writer.recover()
    writing = Thread(target=empty.writer.put, args=(PATH, b"new", note.read_bytes()), daemon=True)
    writing.start()
    writing.join(20)
    assert note.read_bytes() == b"new"


def test_what_another_program_wrote_is_kept_when_it_writes_over_that_itself(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It read our text in the moment of the exchange, and so has lost its own: the journal has it."""
    opened = empty.read(PATH)
    real = files.write
    met = [(NOTE + "- 2026-11-20 coffee: theirs\n").encode()]

    def write(root: str, path: str, data: bytes, **more: object) -> list[str]:
        if met:
            raise ChangedMeanwhileError("changed", met=[met.pop()])
        said: list[str] = real(root, path, data, **more)  # type: ignore[arg-type]
        return said

    monkeypatch.setattr(files, "write", write)
    empty.save(opened, with_stage(opened, "active"))
    assert "stage: active" in note.read_text()
    kept = [step for change in empty.writer.journal.changes() for step in change.steps]
    assert [step.state for step in kept if b"coffee: theirs" in (step.before or b"")] == [AGAIN]


def test_a_full_disk_keeps_what_was_typed(empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the journal; and where that can't be written either, in the message."""
    opened = empty.read(PATH)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "_write_new", full)
        with pytest.raises(RoundsError, match=r"Dana\.md could not be saved: No space") as caught:
            empty.save(opened, with_stage(opened, "active"))
        assert "rounds history" in caught.value.hint
        patch.setattr(empty.writer.journal, "_append", full)
        with pytest.raises(RoundsError) as caught:
            empty.save(opened, with_stage(opened, "active"))
        assert "stage: active" in caught.value.hint
    assert note.read_text() == NOTE


def test_a_journal_that_can_not_be_written_stops_no_save(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The note matters more; that it can't be undone is said."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "journal")

    monkeypatch.setattr(empty.writer.journal, "_append", refuse)
    log_actions.log_touch(empty, PATH, "call", "b")
    assert note.read_text().endswith(" call: b\n")
    assert empty.notices() == [f"{PATH}: this can't be undone, since Permission denied: journal"]
    assert empty.notices() == []


@pytest.mark.parametrize(
    ("left", "copied"),
    [
        (lambda old, _: old, False),
        (lambda _, new: new, False),
        (lambda _, new: new[:40], False),
        (lambda *_: b"what another program saved", True),
    ],
    ids=["the old text", "the new text", "a part of the new text", "the text of another program"],
)
def test_what_a_killed_save_left_is_swept(
    empty: Vault, note: Path, left: Callable[[bytes, bytes], bytes], copied: bool
) -> None:
    """Before the next save: removed where its text is known, else a conflict copy, which `conflicts` shows."""
    old, new = NOTE.encode(), NOTE.replace("met", "active").encode()
    change = empty.writer.journal.start(empty.writer.root)
    empty.writer.journal.step(change, Step("0123abcd", PATH, "", old, new))
    stray = note.with_name(".~0123abcd.tmp")
    stray.write_bytes(left(old, new))
    log_actions.log_touch(empty, PATH, "call", "b")
    assert not stray.exists()
    copies = [path for path in note.parent.iterdir() if path != note]
    assert [path.read_bytes() for path in copies] == ([b"what another program saved"] if copied else [])
    assert empty.notices() == [
        f"{PATH}: what another program wrote at the same moment is in {copy.name}. To see both: rounds conflicts"
        for copy in copies
    ]
    assert [each.note for each in conflicts.proposals(empty)] == ([PATH] if copied else [])
    assert states(empty) == [DONE, FAILED]


def test_a_temporary_file_of_another_machine_becomes_a_copy_after_an_hour(empty: Vault, note: Path) -> None:
    """It may be live before; its note is known by its id."""
    stray = note.with_name(".~0123abcd.tmp")
    stray.write_text(NOTE.replace("met", "resting"))
    empty.sync()
    conflicts.recover(empty)
    assert stray.exists()
    old = stray.stat().st_mtime - 3601
    os.utime(stray, (old, old))
    conflicts.recover(empty)
    assert not stray.exists()
    assert [each.note for each in conflicts.proposals(empty)] == [PATH]


def test_a_temporary_file_that_can_not_be_read_stays(empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's, or on a failing disk: it may hold words that are nowhere else, and nobody has seen them."""
    stray = note.with_name(".~0123abcd.tmp")
    stray.write_text(NOTE.replace("met", "resting"))
    os.utime(stray, (0, 0))
    empty.sync()
    _unreadable(monkeypatch, stray)
    conflicts.recover(empty)
    assert stray.exists()
    assert [path.name for path in note.parent.iterdir() if path.name.endswith(".md")] == [note.name]
    assert empty.notices() == ["Partners/.~0123abcd.tmp can't be read: Permission denied, so it stays as it is."]


def test_a_note_that_can_not_be_read_is_not_gone(empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its copy is not all there is: nothing is proposed, and it is said."""
    note.with_name("Dana.sync-conflict-20261101-120000-ABCDEFG.md").write_text(NOTE + "- 2026-11-02 call: x\n")
    _unreadable(monkeypatch, note)
    assert conflicts.proposals(empty) == []
    assert empty.notices() == [f"{PATH} can't be read: Permission denied, so it stays as it is."]


def _unreadable(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    """From now on that file can't be read; root may read everything."""
    real = files.read

    def read(path: str) -> tuple[bytes, Stamp]:
        if path == str(place):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(files, "read", read)


def test_disk_and_journal_both_full_shows_the_whole_new_note(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is nowhere else then: every line of it is in the message, and nothing half of it on the disk."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "_write_new", full)
    monkeypatch.setattr(empty.writer.journal, "_append", full)
    text = "---\ntype: partner\nrole: psychiatrist\n---\n\nMet at the fair.\n"
    with pytest.raises(RoundsError, match="No space") as caught:
        empty.writer.put("Partners/Sam.md", text.encode(), None)
    assert all(line in caught.value.hint for line in text.split("\n"))
    assert [path.name for path in note.parent.iterdir()] == [note.name]


def test_a_note_whose_every_line_is_new_is_saved_once(empty: Vault, note: Path) -> None:
    """What it had to have, it has; nothing was written over."""
    empty.writer.put(PATH, b"new", NOTE.encode())
    assert (note.read_bytes(), states(empty)) == (b"new", [DONE])


def test_a_move_is_a_step_that_is_done(empty: Vault, note: Path) -> None:
    """A start after it has nothing to look at."""
    empty.move(PATH, "Partners/Sam.md")
    assert states(empty) == [DONE]
    assert empty.writer.journal.is_closed()


def test_a_change_is_known_to_run_from_its_first_step_to_its_end(empty: Vault, note: Path) -> None:
    """So that no other process takes it for one that was killed."""
    with empty.change() as change:
        empty.writer.put(PATH, b"new", NOTE.encode())
        other = Journal(empty.writer.journal.folder)
        assert other.running.is_live(change.id, change.segment)
        assert not other.is_closed()
    assert other.is_closed()


def test_a_move_that_is_refused_is_no_move_in_the_history(empty: Vault, note: Path) -> None:
    """Something is there already; both notes stay, and undo does not try to move one back."""
    other = note.with_name("Sam.md")
    other.write_text("Sam\n")
    with pytest.raises(RoundsError):
        empty.move(PATH, "Partners/Sam.md")
    assert (note.read_text(), other.read_text()) == (NOTE, "Sam\n")
    assert states(empty) == [FAILED]
    (change,) = empty.writer.journal.changes()
    assert (change.saved, change.ended) == (False, DONE)


def test_what_a_killed_save_of_another_folder_left_is_filed_beside_its_note(empty: Vault, note: Path) -> None:
    """A conflict copy stands in the folder of its note, whatever the folder that we happen to be in."""
    deep = Path(empty.root, "Partners", "East", "Kim.md")
    deep.parent.mkdir()
    deep.write_text(NOTE)
    change = empty.writer.journal.start(empty.writer.root)
    empty.writer.journal.step(change, Step("0123abcd", "Partners/East/Kim.md", "", NOTE.encode(), b"ours"))
    deep.with_name(".~0123abcd.tmp").write_bytes(b"what another program saved")
    log_actions.log_touch(empty, PATH, "call", "b")
    copies = [path for path in deep.parent.iterdir() if path != deep]
    assert [(path.parent, path.read_bytes()) for path in copies] == [(deep.parent, b"what another program saved")]
    assert copies[0].name.startswith("Kim ")
    assert [path.name for path in note.parent.iterdir() if path.is_file()] == [note.name]


def _began(vault: Vault, step: Step) -> None:
    """A change whose process died in the middle of that step."""
    vault.writer.journal.step(vault.writer.journal.start(vault.writer.root, of=1), step)


def test_a_note_that_has_the_name_of_the_backup_gets_its_own_again(empty: Vault, note: Path) -> None:
    """Windows replaces in two steps; killed between them, no other program sees the note."""
    _began(empty, Step("0123abcd", PATH, "", NOTE.encode(), b"new\n"))
    note.rename(note.with_name(".~0123abcd.old.tmp"))
    note.with_name(".~0123abcd.tmp").write_bytes(b"new\n")
    empty.writer.recover()
    assert {path.name: path.read_text() for path in note.parent.iterdir()} == {note.name: NOTE}


def test_what_came_out_on_windows_is_looked_at_by_the_next_start(empty: Vault, note: Path) -> None:
    """Killed before it had the name of the temporary file: another program's text becomes a copy."""
    _began(empty, Step("0123abcd", PATH, "", NOTE.encode(), b"new\n"))
    note.with_name(".~0123abcd.old.tmp").write_text("theirs")
    empty.writer.recover()
    assert sorted(path.read_text() for path in note.parent.iterdir()) == [NOTE, "theirs"]


@pytest.mark.parametrize("to", ["Partners/Dana Lee.md", "Partners/DANA.md"])
def test_a_move_that_was_killed_between_two_names_leaves_one(empty: Vault, note: Path, to: str) -> None:
    """By a hard link, where a rename can't be told to replace nothing: the note is one, not two."""
    _began(empty, Step("0123abcd", PATH, to))
    os.link(note, Path(empty.root, to))
    empty.writer.recover()
    assert {path.name: path.read_text() for path in note.parent.iterdir()} == {os.path.basename(to): NOTE}


@contextmanager
def stuck(vault: Vault) -> Iterator[None]:
    """A disk like FAT's, on which notes can be made, but nothing can be removed or given another name."""

    def refusing(call: Callable[..., None]) -> Callable[..., None]:
        def refuse(path: str, *more: str) -> None:
            if path.startswith(vault.writer.root):
                raise PermissionError(errno.EACCES, "Permission denied")
            call(path, *more)

        return refuse

    with lesser_disk(), pytest.MonkeyPatch.context() as patch:
        for name in ("unlink", "rename", "replace"):
            patch.setattr(os, name, refusing(getattr(os, name)))
        yield


@pytest.mark.parametrize("moved", [False, True], ids=["added", "moved"])
def test_an_empty_note_that_can_not_be_removed_is_removed_by_the_next_start(
    empty: Vault, note: Path, *, moved: bool
) -> None:
    """A rename reserves its name on a lesser disk. That is said, blamed on nobody, and not an act to undo."""
    log_actions.log_touch(empty, PATH, "call", "b")
    before = note.read_bytes()
    with stuck(empty), pytest.raises(RoundsError, match="Permission denied") as caught:
        empty.move(PATH, "Partners/Sam.md") if moved else empty.writer.put("Partners/Sam.md", b"Sam\n", None)
    assert "An empty note, Partners/Sam.md, stays for now: Permission denied. The next start" in caught.value.hint
    assert ("rounds history" in caught.value.hint) is not moved
    assert note.with_name("Sam.md").read_bytes() == b""
    with stuck(empty):
        empty.writer.recover()
    assert note.with_name("Sam.md").exists()
    assert [words for words in empty.notices() if "another program" in words or "Half" in words] == []
    empty.writer.recover()
    assert [path.name for path in note.parent.iterdir()] == [note.name]
    assert note.read_bytes() == before
    assert empty.writer.journal.is_closed()
    assert [event.state for event in history(empty) if event.state != "not saved"] == ["saved"]
    assert undo(empty).what == "logged call for Dana"


def test_our_own_text_that_can_not_be_removed_is_no_other_program_s(empty: Vault, note: Path) -> None:
    """A temporary file with the text from before goes with the next start; no copy is made of it."""
    opened = empty.read(PATH)
    with stuck(empty), pytest.raises(RoundsError, match="Permission denied") as caught:
        empty.save(opened, with_stage(opened, "active"))
    assert f"A temporary file beside {PATH} stays for now: Permission denied. The next" in caught.value.hint
    assert len([*note.parent.iterdir()]) == 2
    empty.writer.recover()
    assert [path.name for path in note.parent.iterdir()] == [note.name]
    assert note.read_text() == NOTE
    assert empty.notices() == []


@pytest.mark.parametrize(("age", "stays"), [(0, False), (60, True)], ids=["ours", "there before"])
def test_an_empty_file_that_took_a_name_goes(empty: Vault, note: Path, age: int, stays: bool) -> None:
    """Of a new note or a moved one, killed before the rename; one that was there before the change is not ours."""
    for path, step in {
        "Partners/New.md": Step("0123abcd", "Partners/New.md", "", None, b"new"),
        "Partners/Moved.md": Step("4567abcd", PATH, "Partners/Moved.md"),
    }.items():
        _began(empty, step)
        Path(empty.root, path).touch()
        now = Path(empty.root, path).stat().st_mtime - age
        os.utime(Path(empty.root, path), (now, now))
    note.with_name(".~0123abcd.tmp").write_bytes(b"new")
    empty.writer.recover()
    names = {path.name for path in note.parent.iterdir()}
    assert names == {note.name, *({"New.md", "Moved.md"} if stays else ())}
    assert note.read_text() == NOTE
