"""Notes with names as long as a file system takes: copies, trash and temporary files are bounded, shown, and never lost."""

import errno
import os
import unicodedata
from pathlib import Path

import pytest

from rounds.storage import atomic_rename, leftover_files
from rounds.storage.journal import Step
from rounds.vault import conflicts, log_actions
from rounds.vault import referrals as referral_edits
from rounds.vault.history_undo import undo
from rounds.vault.note_files import add, rename, trash
from rounds.vault.problems import all_problems
from rounds.vault.vault import Vault

NOTE = "---\ntype: partner\nstage: met\nid: abc0\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
THEIRS = NOTE + "- 2026-11-02 call: theirs\n"
LONG = "Ana " + unicodedata.normalize("NFD", "é") * 82  # 250 bytes, with `.md` 253


def put(vault: Vault, name: str = LONG, text: str = NOTE) -> str:
    path = f"Partners/{name}.md"
    place = Path(vault.root, path)
    place.parent.mkdir(exist_ok=True)
    place.write_text(text)
    vault.sync()
    return path


def left(vault: Vault, path: str, text: str = THEIRS) -> Path:
    """A save of that note that was killed, whose temporary file holds the text of another program."""
    change = vault.writer.journal.start(vault.writer.root)
    vault.writer.journal.step(change, Step("0123abcd", path, "", NOTE.encode(), NOTE.encode() + b"x\n"))
    stray = Path(vault.root, path).with_name(".~0123abcd.tmp")
    stray.write_text(text)
    return stray


def test_what_came_out_of_a_note_with_a_long_name_is_a_copy_of_it(empty: Vault) -> None:
    """Its name is cut between letters with their accents; it is shown for its note, merges into it, and is no other's."""
    path = put(empty)
    put(empty, "Ana Lee", NOTE.replace("abc0", "xyz0"))
    stray = left(empty, path)
    empty.writer.recover()
    assert not stray.exists()
    (said,) = [words for words in empty.notices() if "conflicted copy" in words]
    (copy,) = (each for each in Path(empty.root, "Partners").iterdir() if "conflicted copy" in each.name)
    assert copy.name in said
    assert len(os.fsencode(copy.name)) <= 255
    assert "e (conf" not in copy.name
    empty.sync()
    assert any(path in problem.message for problem in all_problems(empty) if problem.path == f"Partners/{copy.name}")
    (proposal,) = conflicts.proposals(empty)
    assert (proposal.note, proposal.state) == (path, conflicts.State.MERGES)
    now = conflicts.apply(empty, proposal)
    assert Path(empty.root, path).read_text().endswith(THEIRS[-30:])
    assert Path(empty.root, now).read_text() == THEIRS


@pytest.mark.parametrize("limit", [143, 100])
def test_a_disk_that_takes_shorter_names_gets_shorter_ones(
    empty: Vault, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """Encrypted folders take 143 bytes."""
    path = put(empty, "Ana " + "x" * 80)
    stray = left(empty, path)
    real = atomic_rename.rename_new

    def rename_new(old: str, new: str, **more: bool) -> None:
        if len(os.path.basename(new)) > limit:
            raise OSError(errno.ENAMETOOLONG, "File name too long", old)
        real(old, new, **more)

    monkeypatch.setattr(leftover_files, "rename_new", rename_new)
    empty.writer.recover()
    assert not stray.exists()
    assert sorted(each.read_text() for each in Path(empty.root, "Partners").iterdir()) == [NOTE, THEIRS]


def test_what_can_not_be_made_a_copy_is_said_and_stays_a_problem(empty: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary file is named, at once and in every list of problems; nothing of it is swept."""
    path = put(empty)
    stray = left(empty, path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(leftover_files, "rename_new", refuse)
        empty.writer.recover()
        (said,) = [words for words in empty.notices() if str(stray) in words]
        assert "Read-only file system" in said
        os.utime(stray, (0, 0))
        conflicts.recover(empty)
        assert empty.notices() == [
            f"Partners/{stray.name} has text from an interrupted save, so it stays: Read-only file system."
        ]
    assert stray.read_text() == THEIRS
    assert [each.path for each in all_problems(empty) if "stopped halfway" in each.message] == [
        f"Partners/{stray.name}"
    ]
    conflicts.recover(empty)
    assert [each.note for each in conflicts.proposals(empty)] == [path]
    assert [each for each in all_problems(empty) if "stopped halfway" in each.message] == []


def test_a_clock_that_was_wrong_hides_no_text(empty: Vault) -> None:
    """A temporary file of a time to come is as old as any."""
    path = put(empty, "Dana")
    stray = Path(empty.root, "Partners/.~0123abcd.tmp")
    stray.write_text(THEIRS)
    os.utime(stray, (4e9, 4e9))
    conflicts.recover(empty)
    assert [each.note for each in conflicts.proposals(empty)] == [path]


def test_two_notes_with_the_longest_name_go_to_the_trash(empty: Vault) -> None:
    """The second one's name is cut; both come back by undo."""
    for text in (NOTE, THEIRS):
        path = put(empty, "x" * 252, text)
        trash(empty, path)
    trashed = sorted(Path(empty.root, ".trash").iterdir())
    assert sorted(each.read_text() for each in trashed) == [NOTE, THEIRS]
    assert max(len(each.name) for each in trashed) == 255
    undo(empty)
    assert Path(empty.root, path).read_text() == THEIRS


def test_every_act_works_on_a_note_with_the_longest_name(empty: Vault) -> None:
    """Log, refer, rename, undo: the names that are made of its own are shorter where they must be."""
    path = put(empty, "Ana " + "x" * 248)
    log_actions.log_touch(empty, path, "call", "b")
    empty.sync()
    made = [referral_edits.refer(empty, empty.entry(path), "out") for _ in range(2)]
    assert all(len(os.path.basename(each).encode()) <= 255 for each in made)
    assert len({*made}) == 2
    empty.sync()
    now = rename(empty, empty.entry(path), "Ana " + "👩‍⚕️" * 100).path
    assert Path(empty.root, now).is_file()
    assert now.endswith("👩‍⚕️.md")
    undo(empty)
    assert Path(empty.root, path).read_text().endswith(" call: b\n")


def test_a_new_note_of_a_long_name_keeps_the_whole_name_inside(empty: Vault) -> None:
    """The file's name is cut between characters; the name itself is a property."""
    name = "Ana " + "é" * 200
    path = add(empty, name, [])
    assert len(path.encode()) <= 140
    assert empty.read(path).document.properties["name"] == name
