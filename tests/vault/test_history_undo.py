"""Undo gives back the bytes from before, or takes out only what was ours; history tells what was changed."""

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from datetime import date
from errno import EIO
from pathlib import Path
from typing import Any

import pytest

from rounds.domain.file_names_copies import Stamp
from rounds.domain.reminders.reminder import Facts, Reminder, followup_reminders
from rounds.errors import ChangedMeanwhileError, NotFoundError, RoundsError, StoppedError
from rounds.notes.properties import partner_of
from rounds.storage import files
from rounds.storage.journal import Step
from rounds.vault import history_undo as history
from rounds.vault import inbox, log_actions, note_files
from rounds.vault import note_files as naming
from rounds.vault import set_properties as keeping
from rounds.vault.history_undo import undo
from rounds.vault.today_export import write_today
from rounds.vault.vault import Vault
from vault.notes import entries

PATH = "Partners/Dana.md"
NOTE = "---\ntype: partner\nstage: met\nid: abc\n---\n\n## Log\n\n- 2026-11-01 email: a\n"


def tree(vault: Vault) -> dict[str, bytes]:
    root = Path(vault.root)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def note(empty: Vault) -> Path:
    place = Path(empty.root, PATH)
    place.parent.mkdir()
    place.write_bytes(NOTE.replace("\n", "\r\n").encode())
    return place


def test_undo_gives_back_the_very_bytes(empty: Vault, note: Path) -> None:
    """One change after the other, the newest first, until there is none."""
    before = tree(empty)
    log_actions.log_touch(empty, PATH, "call", "b")
    between = tree(empty)
    keeping.set_properties(empty, PATH, [keeping.parse_setting("stage=active")])
    assert undo(empty).what == "changed the stage of Dana"
    assert tree(empty) == between
    undo(empty)
    assert tree(empty) == before
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo(empty)


def test_history_says_what_was_done(empty: Vault, note: Path) -> None:
    """Each act by its name, that of the follow-up with it; one that has none says which note was changed."""

    def waiting() -> Reminder:
        opened = empty.editable(PATH)
        (reminder,) = followup_reminders(Facts(partner_of(PATH, "", "abc", {}), followups=opened.note.followups))
        return reminder

    log_actions.log_touch(empty, PATH, "", "b")
    log_actions.plan(empty, PATH, "send [[Sleep|the leaflet]] " + "on sleep " * 4, due=date(2026, 11, 25))
    log_actions.later(empty, waiting(), date(2026, 11, 26))
    log_actions.done(empty, waiting())
    opened = empty.editable(PATH)
    empty.save(opened, opened.document.append_to_section("Log", ["- 2026-11-24 x"]))
    leaflet = '"send the leaflet on sleep on sleep on s…" for Dana'
    assert [event.what for event in reversed(history.history(empty, PATH))] == [
        "logged a note for Dana", f"planned {leaflet}", f"put off {leaflet}", f"ticked {leaflet}", "changed Dana",
    ]  # fmt: skip
    assert undo(empty).what == "changed Dana"
    assert undo(empty).what == f"ticked {leaflet}"


def test_a_line_of_the_inbox_is_told_by_whom_it_is_about(empty: Vault, note: Path) -> None:
    """It is one act, and the inbox is not one of two notes."""
    Path(empty.root, inbox.FILE).write_text("Dana called\n")
    empty.sync()
    (thought,) = inbox.thoughts(empty)
    inbox.file_thought(empty, thought, path=PATH)
    assert undo(empty).what == "filed a line of the inbox for Dana"


def test_what_others_changed_since_stays(empty: Vault, note: Path) -> None:
    """Only our line is taken out again."""
    log_actions.log_touch(empty, PATH, "call", "b")
    note.write_bytes(note.read_bytes() + b"- 2026-11-25 coffee: theirs\r\n")
    undo(empty)
    assert note.read_bytes() == NOTE.replace("\n", "\r\n").encode() + b"- 2026-11-25 coffee: theirs\r\n"


def test_what_can_not_be_told_apart_is_refused(empty: Vault, note: Path) -> None:
    """Both versions are shown, and nothing is written."""
    keeping.set_properties(empty, PATH, [keeping.parse_setting("stage=active")])
    note.write_bytes(note.read_bytes().replace(b"stage: active", b"stage: resting"))
    before = tree(empty)
    with pytest.raises(ChangedMeanwhileError) as caught:
        undo(empty)
    assert [(each.theirs, each.ours) for each in caught.value.differences] == [("stage: resting\n", "stage: met\n")]
    assert tree(empty) == before


def test_a_rename_with_its_links_is_one_change(vault: Vault) -> None:
    """One undo takes back the name, the links, and all bytes."""
    before = tree(vault)
    (entry,) = [each for each in entries(vault) if each.path == "Partners/Maria Alvarez.md"]
    assert naming.rename(vault, entry, "Maria Alvarez-Stone")
    assert tree(vault) != before
    assert undo(vault).what == "renamed Maria Alvarez to Maria Alvarez-Stone"
    assert tree(vault) == before


def test_a_trashed_note_comes_back(empty: Vault, note: Path) -> None:
    """To where it was; if somebody has made another one there, it is left in the trash."""
    before = tree(empty)
    note_files.trash(empty, PATH)
    undo(empty)
    assert tree(empty) == before
    note_files.trash(empty, PATH)
    note.write_text("another")
    with pytest.raises(RoundsError, match="is there again"):
        undo(empty)


def test_an_added_note_goes_to_the_trash(empty: Vault) -> None:
    """Nothing is deleted; one that was changed since is left alone."""
    path = note_files.add(empty, "Sam Lee", [])
    added = tree(empty)[path]
    undo(empty)
    assert tree(empty)[".trash/Sam Lee.md"] == added
    assert path not in tree(empty)
    note_files.add(empty, "Kim", [])
    Path(empty.root, "Partners/Kim.md").write_text("changed")
    with pytest.raises(RoundsError, match="changed since it was added"):
        undo(empty)


def test_an_undo_can_be_undone(empty: Vault, note: Path) -> None:
    """By its id; then the change can be undone once more."""
    log_actions.log_touch(empty, PATH, "call", "b")
    done = tree(empty)
    undo(empty)
    (latest, _) = history.history(empty)
    undo(empty, latest.id)
    assert tree(empty) == done
    undo(empty)
    assert tree(empty) != done


def test_an_undo_that_is_stopped_undoes_nothing(vault: Vault) -> None:
    """What was taken back by then is put back, and the whole change can be undone after that."""
    before = tree(vault)
    names = ("Annika Rowe", "Arlo Winterbourne", "Bao Fennimore")
    with vault.change():
        for name in names:
            keeping.set_properties(vault, f"Partners/{name}.md", [keeping.Setting("city", "=", "Astoria")])
    changed = tree(vault)

    def step(done: int, of: int) -> None:
        if (done, of) == (2, 3):
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError, match="Nothing was undone"):
        undo(vault, step=step)
    assert tree(vault) == changed
    undo(vault)
    assert tree(vault) == before


def test_an_undo_that_can_not_be_put_back_says_what_is_undone(vault: Vault) -> None:
    """Another program has changed one of the notes meanwhile: how many are as before, and what gives them the change."""
    names = ("Annika Rowe", "Arlo Winterbourne", "Bao Fennimore")
    with vault.change():
        for name in names:
            keeping.set_properties(vault, f"Partners/{name}.md", [keeping.Setting("city", "=", "Astoria")])
    changed = tree(vault)
    last = Path(vault.root, "Partners", "Bao Fennimore.md")

    def step(done: int, of: int) -> None:
        if (done, of) == (2, 3):
            last.write_bytes(changed["Partners/Bao Fennimore.md"].replace(b"city: Astoria", b"city: Salem"))
            raise StoppedError("Stopped.")

    with pytest.raises(StoppedError, match="2 of 3 notes are as before the change, and stay so") as caught:
        undo(vault, step=step)
    assert vault.notices() == []  # the error says it
    assert "Partners/Bao Fennimore.md was changed since" in caught.value.message
    latest = history.history(vault)[0]
    assert caught.value.hint.endswith(f": rounds undo {latest.id}")
    assert "city: Salem" in last.read_text()
    last.write_bytes(changed["Partners/Bao Fennimore.md"])
    undo(vault, latest.id)
    assert tree(vault) == changed


def test_any_change_can_be_undone_by_its_id(empty: Vault, note: Path) -> None:
    """An older one is taken out of what came after."""
    log_actions.log_touch(empty, PATH, "call", "b")
    log_actions.log_touch(empty, PATH, "call", "c")
    (_, first) = history.history(empty)
    undo(empty, first.id)
    assert b"call: b" not in note.read_bytes()
    assert b"call: c" in note.read_bytes()
    with pytest.raises(NotFoundError):
        undo(empty, first.id)
    with pytest.raises(NotFoundError):
        undo(empty, "nothing")


def test_a_change_that_somebody_took_back_is_undone_already(empty: Vault, note: Path) -> None:
    """It is not the one before it that is undone then; the next undo is its turn."""
    log_actions.log_touch(empty, PATH, "call", "b")
    between = note.read_bytes()
    log_actions.log_touch(empty, PATH, "call", "c")
    note.write_bytes(between)
    undo(empty)
    assert note.read_bytes() == between
    undo(empty)
    assert note.read_bytes() == NOTE.replace("\n", "\r\n").encode()


def test_a_change_that_was_killed_before_it_began_is_passed_over(empty: Vault, note: Path) -> None:
    """The note is as it was before it, so there is nothing of it."""
    log_actions.log_touch(empty, PATH, "call", "b")
    change = empty.writer.journal.start(empty.writer.root)
    empty.writer.journal.step(change, Step("0123abcd", PATH, "", note.read_bytes(), b"never written"))
    undo(empty)
    assert note.read_bytes() == NOTE.replace("\n", "\r\n").encode()


def test_a_change_that_was_killed_after_it_wrote_is_undone(empty: Vault, note: Path) -> None:
    """It has no end, but the note has its text: it's the last change, not the one before it."""
    log_actions.log_touch(empty, PATH, "call", "b")
    before = note.read_bytes()
    change = empty.writer.journal.start(empty.writer.root)
    empty.writer.journal.step(change, Step("0123abcd", PATH, "", before, before + b"- 2026-11-23 email: c\r\n"))
    note.write_bytes(before + b"- 2026-11-23 email: c\r\n")
    assert undo(empty).id == change.id
    assert note.read_bytes() == before


def test_two_copies_of_a_vault_do_not_undo_each_other(empty: Vault, note: Path, tmp_path: Path) -> None:
    """The journal is by vault id, the changes by place; a vault that was moved takes its own along."""
    log_actions.log_touch(empty, PATH, "call", "b")
    shutil.copytree(empty.root, tmp_path / "copy")
    copy = Vault.open(tmp_path / "copy")
    with pytest.raises(NotFoundError):
        undo(copy)
    shutil.rmtree(empty.root)
    undo(copy)
    assert Path(copy.root, PATH).read_bytes() == NOTE.replace("\n", "\r\n").encode()


def test_a_vault_in_another_case_is_the_same_vault_on_a_disk_that_does_not_mind(
    empty: Vault, note: Path, tmp_path: Path
) -> None:
    """As `cd` on a Mac or Windows allows; a link acts such a disk. Two folders that differ in case stay two."""
    log_actions.log_touch(empty, PATH, "call", "b")
    (change,) = [each for each in empty.writer.journal.changes() if each.steps]
    other = Path(empty.root).with_name(Path(empty.root).name.swapcase())
    assert other.name != Path(empty.root).name
    shutil.copytree(empty.root, other)
    assert not change.is_of(str(other))
    shutil.rmtree(other)
    other.symlink_to(empty.root)
    assert change.is_of(str(other))
    assert not change.is_of(str(other.with_name("elsewhere")))


def test_history_follows_a_note_through_its_names(empty: Vault, note: Path) -> None:
    """What was changed under the old name is its history too, that of other notes is not."""
    empty.sync()
    log_actions.log_touch(empty, PATH, "call", "b")
    note_files.add(empty, "Sam Lee", [])
    empty.sync()
    naming.rename(empty, empty.entry(PATH), "Dana Whitlock")
    found = history.history(empty, "Partners/Dana Whitlock.md")
    assert [event.what for event in found] == ["renamed Dana to Dana Whitlock", "logged call for Dana"]
    assert "+- 2026-11-23 call: b" in found[1].diff.split("\n")
    assert len(history.history(empty)) == 3


def test_history_shows_the_commits_of_git(empty: Vault, note: Path) -> None:
    """Where the vault is in a repository, with their authors."""

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-C", empty.root, "-c", "user.name=Kim", "-c", "user.email=k@example.org", *words],
            check=True, capture_output=True,
        )  # fmt: skip

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "First notes")
    Path(empty.root, "Other.md").write_bytes(b"x")
    git("add", "Other.md")
    git("commit", "-q", "-m", "Another note", "--date", "2001-02-03T04:05:06Z")
    log_actions.log_touch(empty, PATH, "call", "b")
    found = {(event.what, event.by, event.state) for event in history.history(empty, PATH)}
    assert found == {("logged call for Dana", "rounds", "saved"), ("First notes", "Kim", "commit")}
    assert [(event.what, event.paths) for event in history.history(empty)] == [
        ("logged call for Dana", (PATH,)), ("First notes", ()), ("Another note", ()),
    ]  # fmt: skip
    kept = list(history.versions(empty, PATH))
    assert (kept[0], kept[-1]) == (note.read_bytes(), NOTE.replace("\n", "\r\n").encode())
    history.forget(empty)
    assert list(history.versions(empty, PATH)) == [NOTE.replace("\n", "\r\n").encode()]


def test_git_that_can_not_be_asked_is_said_and_our_changes_are_there(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that does not answer must not hide what we have."""
    log_actions.log_touch(empty, PATH, "call", "b")

    def refuse(*_: object, **__: object) -> object:
        raise RoundsError("git did not answer within 10 seconds")

    monkeypatch.setattr("rounds.storage.git_history.run", refuse)
    assert [event.what for event in history.history(empty)] == ["logged call for Dana"]
    assert empty.notices() == ["Git's commits can't be read: git did not answer within 10 seconds."]
    assert [*history.versions(empty, PATH)][:1] == [note.read_bytes()]
    assert empty.notices() == [f"Git's versions of {PATH} can't be read: git did not answer within 10 seconds."]


def test_history_is_of_the_newest_twenty_unless_more_are_asked_for(empty: Vault, note: Path) -> None:
    for number in range(21):
        log_actions.log_touch(empty, PATH, "call", f"{number}")
    assert len(history.history(empty)) == 20
    assert len(history.history(empty, most=3)) == 3
    assert len(history.history(empty, most=99)) == 21


def test_what_could_not_be_saved_is_in_the_history(empty: Vault, note: Path) -> None:
    """With the text; and there is nothing of it to undo."""
    opened = empty.read(PATH)
    note.write_bytes(note.read_bytes().replace(b"met", b"resting"))
    with pytest.raises(ChangedMeanwhileError):
        empty.save(opened, opened.document.set("stage", "active"))
    (event,) = history.history(empty)
    assert event.state == "not saved"
    assert "+stage: active" in event.diff.split("\n")
    with pytest.raises(NotFoundError):
        undo(empty)


def test_forgetting_takes_what_today_showed(empty: Vault) -> None:
    """Its files hold titles of notes too; where there are none, that is fine."""
    shown, written = Path(empty.data, "today.json"), Path(empty.data, "today-note.md")
    write_today(empty)
    shown.write_text("{}")  # by an earlier version
    assert written.exists()
    history.forget(empty)
    assert not shown.exists()
    assert not written.exists()
    history.forget(empty)


def test_forgetting_ends_undo(empty: Vault, note: Path) -> None:
    """The journal is empty; the notes are as they were."""
    log_actions.log_touch(empty, PATH, "call", "b")
    before = tree(empty)
    history.forget(empty)
    assert (history.history(empty), tree(empty)) == ([], before)
    with pytest.raises(NotFoundError):
        undo(empty)


def _broken_at(vault: Vault, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """From now on that note can't be written."""
    real = files.write

    def write(root: str, path: str, *words: Any, **more: Any) -> list[str]:
        if path.endswith(f"{name}.md"):
            raise RoundsError(f"{path} could not be saved: disk full")
        return real(root, path, *words, **more)

    monkeypatch.setattr(files, "write", write)


NAMES = ("Annika Rowe", "Arlo Winterbourne", "Bao Fennimore")


def _in_astoria(vault: Vault) -> None:
    with vault.change():
        for name in NAMES:
            keeping.set_properties(vault, f"Partners/{name}.md", [keeping.Setting("city", "=", "Astoria")])


def test_an_undo_that_fails_on_the_way_undoes_nothing_and_does_not_count(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had taken back is put back; the next undo is about the same change, and not about one before it."""
    log_actions.log_touch(vault, f"Partners/{NAMES[0]}.md", "call", "an innocent act")
    before = tree(vault)
    _in_astoria(vault)
    changed = tree(vault)
    with monkeypatch.context() as broken:
        _broken_at(vault, broken, NAMES[0])
        with pytest.raises(RoundsError, match="disk full") as caught:
            undo(vault)
    assert caught.value.hint.endswith("Nothing was undone.")
    assert tree(vault) == changed
    undo(vault)
    assert tree(vault) == before
    assert [event.state for event in history.history(vault)][-2:] == ["undone", "saved"]


def test_an_act_that_fails_on_the_way_is_taken_back(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three notes the last can't be written: none is changed, and there is nothing of it to undo."""
    before = tree(vault)
    _broken_at(vault, monkeypatch, NAMES[2])
    with pytest.raises(RoundsError, match="disk full"):
        _in_astoria(vault)
    assert tree(vault) == before
    assert vault.writer.journal.unfinished() == []
    assert vault.notices() == []
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo(vault)


def test_a_part_that_fails_is_taken_back_alone(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever does the whole may go on: one of two lines was filed, and one undo takes that one back."""
    before = tree(vault)

    def both(first: str, second: str) -> None:
        with vault.change():
            log_actions.log_touch(vault, f"Partners/{first}.md", "call", "x")
            log_actions.log_touch(vault, f"Partners/{second}.md", "call", "x")

    _broken_at(vault, monkeypatch, NAMES[2])
    with vault.change():
        both(NAMES[0], NAMES[1])
        with pytest.raises(RoundsError):
            both(NAMES[0], NAMES[2])
    changed = [path for path, data in tree(vault).items() if data != before[path]]
    assert sorted(changed) == [f"Partners/{name}.md" for name in NAMES[:2]]
    assert tree(vault)[f"Partners/{NAMES[0]}.md"].count(b"call: x") == 1
    undo(vault)
    assert tree(vault) == before


def test_a_part_that_fails_and_is_all_of_a_change_leaves_nothing_to_undo(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote before it failed was taken back, so it is not in the history as saved."""
    before = tree(vault)
    _broken_at(vault, monkeypatch, NAMES[2])
    with vault.change(), pytest.raises(RoundsError):
        _in_astoria(vault)
    assert tree(vault) == before
    assert [event.state for event in history.history(vault)] == ["not saved"]
    with pytest.raises(NotFoundError, match="nothing to undo"):
        undo(vault)


@pytest.mark.parametrize("part", [False, True])
def test_half_of_an_act_that_can_not_be_taken_back_is_said(vault: Vault, part: bool) -> None:
    """Another program has changed the same place meanwhile: its text stays, and the user hears of it."""
    first = Path(vault.root, "Partners", f"{NAMES[0]}.md")

    def act() -> None:
        with vault.change(what="moved to Salem:"):
            keeping.set_properties(vault, f"Partners/{NAMES[0]}.md", [keeping.Setting("city", "=", "Salem")])
            first.write_bytes(first.read_bytes().replace(b"city: Salem", b"city: Bend"))
            raise RoundsError("something else")

    with ExitStack() as stack:
        if part:
            stack.enter_context(vault.change())
        with pytest.raises(RoundsError, match="something else"):
            act()
    assert b"city: Bend" in first.read_bytes()
    (said,) = vault.notices()
    assert said == (
        f"Half of this was done and stays: moved to Salem: {NAMES[0]}. It can't be taken back: "
        f"Partners/{NAMES[0]}.md was changed since, in the same place."
    )
    assert vault.writer.journal.unfinished() == []  # no later start tries it again


def test_the_history_shows_all_notes_of_a_change(vault: Vault) -> None:
    """Three diffs, of three notes."""
    _in_astoria(vault)
    (event,) = history.history(vault)
    assert event.diff.count("+city: Astoria") == 3
    assert event.paths == tuple(f"Partners/{name}.md" for name in NAMES)


def test_a_note_that_was_moved_outside_is_found_by_its_id(empty: Vault, note: Path) -> None:
    """Obsidian has put it into a folder since; our line is taken out of it there."""
    log_actions.log_touch(empty, PATH, "call", "b")
    moved = note.parent / "Old" / "Dana.md"
    moved.parent.mkdir()
    note.rename(moved)
    empty.sync()
    assert undo(empty).paths == ("Partners/Old/Dana.md",)
    assert moved.read_bytes() == NOTE.replace("\n", "\r\n").encode()


def test_undone_is_said_only_of_what_was_changed(empty: Vault, note: Path) -> None:
    """Where somebody has taken it back by hand, no note is named."""
    before = note.read_bytes()
    log_actions.log_touch(empty, PATH, "call", "b")
    note.write_bytes(before)
    assert undo(empty).paths == ()


def test_what_a_killed_process_did_half_of_is_taken_back_by_the_next_sync(empty: Vault, note: Path) -> None:
    """It is said, with what it was; what it wrote is in the history."""
    before = tree(empty)
    saving = empty.writer
    change = saving.journal.start(saving.root, what="logged coffee for", of=2)
    step = Step("0123abcd", PATH, "", note.read_bytes(), note.read_bytes() + b"- 2026-11-23 coffee: x\r\n")
    saving.journal.step(change, step)
    note.write_bytes(step.after or b"")
    empty.sync()
    assert tree(empty) == before
    assert empty.notices() == ["This had stopped halfway and was rolled back: logged coffee for Dana."]
    assert "+- 2026-11-23 coffee: x" in history.history(empty)[-1].diff
    assert history.history(empty)[-1].state == "undone"
    assert saving.journal.is_closed()
    empty.sync()
    assert empty.notices() == []


_RUNNING = """
import sys
from rounds.storage.journal import Journal
from rounds.vault.vault import Vault
vault = Vault.open(sys.argv[1])
Journal.locked.__wrapped__.__defaults__ = (0.0,)  # it goes on without the lock
with vault.change(what="logged coffee for", of=2):
    vault.writer.put("Partners/Dana.md", b"changed", open(sys.argv[1] + "/Partners/Dana.md", "rb").read())
    print("half", flush=True)
    sys.stdin.readline()
    vault.writer.put("Partners/New.md", b"new", None)
"""


@pytest.mark.skipif(os.name != "posix", reason="marks need flock")
@pytest.mark.parametrize("killed", [False, True])
def test_a_change_that_still_runs_is_not_taken_for_a_killed_one(empty: Vault, note: Path, *, killed: bool) -> None:
    """It may run without the lock, if another change held that for too long. Killed, it is taken back."""
    before = tree(empty)
    log_actions.log_touch(empty, PATH, "call", "b")
    undo(empty)
    with empty.writer.journal.locked():
        running = subprocess.Popen(
            [sys.executable, "-c", _RUNNING, empty.root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert running.stdout is not None
        assert running.stdout.readline() == "half\n"
    if killed:
        running.kill()
        running.communicate()
    empty.sync()
    note_files.add(empty, "Sam Lee", [])
    if killed:
        assert empty.notices() == ["This had stopped halfway and was rolled back: logged coffee for Dana."]
        assert tree(empty)[PATH] == before[PATH]
    else:
        assert empty.notices() == []
        with pytest.raises(RoundsError, match="still running: logged coffee for Dana"):
            undo(empty, next(each.id for each in history.history(empty) if each.what.startswith("logged coffee")))
        running.communicate("\n")
        assert (running.returncode, tree(empty)[PATH], tree(empty)["Partners/New.md"]) == (0, b"changed", b"new")
        assert empty.writer.journal.is_closed()


def test_a_change_killed_before_the_vault_was_moved_is_taken_back_by_the_next_start(
    empty: Vault, note: Path, tmp_path: Path
) -> None:
    """A change of another copy that is still there is left to it, and nothing hides it."""
    before = tree(empty)
    journal = empty.writer.journal
    change = journal.start(empty.writer.root, what="logged coffee for", of=2)
    journal.running.hold(change.id, change.segment)
    step = Step("0123abcd", PATH, "", note.read_bytes(), note.read_bytes() + b"- 2026-11-23 coffee: x\r\n")
    journal.step(change, step)
    journal.running.let_go()
    note.write_bytes(step.after or b"")
    shutil.copytree(empty.root, tmp_path / "copy")
    copy = Vault.open(tmp_path / "copy")
    copy.sync()
    note_files.add(copy, "Sam Lee", [])
    copy.sync()
    assert copy.notices() == []
    os.rename(empty.root, tmp_path / "moved")
    moved = Vault.open(tmp_path / "moved")
    moved.sync()
    assert moved.notices() == ["This had stopped halfway and was rolled back: logged coffee for Dana."]
    assert tree(moved) == before


def test_a_part_of_the_journal_that_can_not_be_read_is_not_taken_for_none(empty: Vault, note: Path) -> None:
    """The next undo would be of an older, innocent change; so it is refused, and it says why."""
    log_actions.log_touch(empty, PATH, "call", "innocent")
    now = tree(empty)
    newest = Path(empty.writer.journal.folder, "999912-0001.jsonl")
    newest.mkdir()
    for act in (undo, history.history):
        with pytest.raises(RoundsError, match="the journal of changes can't be read: Is a directory"):
            act(empty)
    assert tree(empty) == now
    assert list(history.versions(empty, PATH)) == []
    newest.rmdir()
    assert undo(empty).what == "logged call for Dana"


def test_what_can_not_be_read_after_a_kill_is_looked_at_again(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows yet whether it was done, so the history does not say so, and an undo is of nothing else."""
    saving = empty.writer
    change = saving.journal.start(saving.root, what="logged coffee for", of=1)
    saving.journal.step(change, Step("0123abcd", PATH, "", note.read_bytes(), note.read_bytes() + b"never written"))
    before = tree(empty)

    def failing(_: str) -> tuple[bytes, Stamp]:
        raise OSError(EIO, os.strerror(EIO), PATH)

    with monkeypatch.context() as patched:
        patched.setattr("rounds.storage.files.read", failing)
        saving.recover()
        assert empty.notices() == [
            (
                "Half of this was done: logged coffee for Dana. It can't be taken back now: "
                f"{PATH} can't be read: Input/output error. The next start tries again."
            )
        ]
    assert [each.id for each in saving.journal.unfinished()] == [change.id]
    saving.recover()
    assert saving.journal.unfinished() == []
    assert [event.state for event in history.history(empty)] == ["not saved"]
    assert tree(empty) == before


def test_a_failed_act_that_the_disk_would_not_take_back_is_taken_back_later(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the next sync of the same process too."""
    before = tree(empty)

    def full(*_: object, **__: object) -> list[str]:
        error = RoundsError(f"{PATH} could not be saved: No space left on device")
        raise error from OSError(28, "No space left on device")

    def act(patched: pytest.MonkeyPatch) -> None:
        with empty.change(what="logged coffee for"):
            log_actions.log_touch(empty, PATH, "coffee", "x")
            patched.setattr("rounds.storage.files.write", full)
            raise RoundsError("something else")

    with monkeypatch.context() as patched, pytest.raises(RoundsError, match="something else"):
        act(patched)
    (said,) = empty.notices()
    assert said.endswith("No space left on device. The next start tries again.")
    empty.sync()
    assert tree(empty) == before


@pytest.mark.parametrize(
    ("undoes", "what"), [("", "logged coffee for Dana"), ("0123abcd", "undid the change 0123abcd")]
)
def test_what_the_disk_would_not_take_back_is_taken_back_by_the_start_after_it(
    empty: Vault, note: Path, monkeypatch: pytest.MonkeyPatch, undoes: str, what: str
) -> None:
    """It is said each time, and neither start counts as one that has done it. A killed undo is no other."""
    before = tree(empty)
    saving = empty.writer
    change = saving.journal.start(saving.root, undoes, "logged coffee for", of=2)
    step = Step("0123abcd", PATH, "", note.read_bytes(), note.read_bytes() + b"- 2026-11-23 coffee: x\r\n")
    saving.journal.step(change, step)
    note.write_bytes(step.after or b"")

    def full(*_: object, **__: object) -> list[str]:
        error = RoundsError(f"{PATH} could not be saved: No space left on device")
        raise error from OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("rounds.storage.files.write", full)
        for _ in range(2):
            empty.sync()
            assert empty.notices() == [
                (
                    f"Half of this was done: {what}. It can't be taken back now: "
                    f"{PATH} could not be saved: No space left on device. The next start tries again."
                )
            ]
        assert note.read_bytes() == step.after
    empty.sync()
    assert tree(empty) == before
    assert empty.notices() == [f"This had stopped halfway and was rolled back: {what}."]
    empty.sync()
    assert empty.notices() == []
