"""Undo acts on the note that was changed, known by its id, wherever it is now and whatever has taken its place."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rounds.errors import NotFoundError, RoundsError
from rounds.storage.journal import Change, Step
from rounds.vault import history_undo as history
from rounds.vault import log_actions, note_files
from rounds.vault import note_files as naming
from rounds.vault import set_properties as keeping
from rounds.vault.history_undo import undo
from rounds.vault.undo_plan import has_happened, title
from rounds.vault.vault import Vault

PATH = "Partners/Dana.md"
NOTE = "---\ntype: partner\nstage: met\nid: abc\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
OTHER = NOTE.replace("abc", "other")


def tree(vault: Vault) -> dict[str, bytes]:
    root = Path(vault.root)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def note(empty: Vault) -> Path:
    place = Path(empty.root, PATH)
    place.parent.mkdir()
    place.write_text(NOTE)
    empty.sync()
    return place


def put(vault: Vault, path: str, *settings: str) -> None:
    keeping.set_properties(vault, path, [keeping.parse_setting(each) for each in settings])


def renamed(vault: Vault, path: str, name: str) -> None:
    vault.sync()
    naming.rename(vault, vault.entry(path), name)
    vault.sync()


def moved_outside(vault: Vault, path: str, to: str) -> Path:
    target = Path(vault.root, to)
    target.parent.mkdir(parents=True, exist_ok=True)
    return Path(vault.root, path).rename(target)


def test_an_older_change_is_not_undone_in_a_namesake(empty: Vault) -> None:
    """The first Sam Lee has another name since, and a second one was added with the first one's."""
    sam = "Partners/Sam Lee.md"
    first = ""
    for _ in range(2):
        note_files.add(empty, "Sam Lee", [keeping.parse_setting("role=testing psychologist")])
        empty.sync()
        put(empty, sam, "city=Boston")
        if not first:
            first = history.history(empty)[0].id
            renamed(empty, sam, "Sam Old")
    second = Path(empty.root, sam).read_bytes()
    assert undo(empty, first).paths == ("Partners/Sam Old.md",)
    assert Path(empty.root, sam).read_bytes() == second
    assert b"Boston" not in Path(empty.root, "Partners/Sam Old.md").read_bytes()


@pytest.mark.parametrize(
    "text", [OTHER.replace("met", "active"), OTHER.replace("met", "active").replace("id: other\n", "")]
)
@pytest.mark.parametrize("synced", [True, False])
def test_another_note_in_the_place_stays(empty: Vault, note: Path, text: str, synced: bool) -> None:
    """With an id of its own or without one; it came from outside, whether the index knows of it or not."""
    put(empty, PATH, "stage=active")
    senior = moved_outside(empty, PATH, "Partners/Dana Senior.md")
    note.write_text(text)
    if synced:
        empty.sync()
    assert undo(empty).paths == ("Partners/Dana Senior.md",)
    assert (senior.read_text(), note.read_text()) == (NOTE, text)


def test_two_notes_that_exchanged_their_names(empty: Vault, note: Path) -> None:
    """The line is taken out of the note that has it, under its new name."""
    other = note.with_name("Kim.md")
    other.write_text(OTHER)
    log_actions.log_touch(empty, PATH, "call", "b")
    note.rename(note.with_name("x"))
    other.rename(note)
    note.with_name("x").rename(other)
    assert undo(empty).paths == ("Partners/Kim.md",)
    assert (note.read_text(), other.read_text()) == (OTHER, NOTE)


@pytest.mark.parametrize("other", [True, False])
def test_a_renamed_note_that_was_moved_outside_gets_its_old_path(empty: Vault, note: Path, other: bool) -> None:
    """It is found by its id; a note that has taken its new name stays."""
    renamed(empty, PATH, "Dana Lee")
    away = moved_outside(empty, "Partners/Dana Lee.md", "Partners/Archive/Dana Lee.md")
    if other:
        note.with_name("Dana Lee.md").write_text(OTHER)
    assert undo(empty).paths == (PATH,)
    assert note.read_text() == NOTE
    assert not away.exists()
    assert note.with_name("Dana Lee.md").exists() == other
    undo(empty, history.history(empty)[0].id)
    assert (note.exists(), away.exists()) == (False, True)  # the undo of that puts it where it was


def test_a_rename_is_refused_where_both_names_are_taken(empty: Vault, note: Path) -> None:
    """Nothing has changed."""
    renamed(empty, PATH, "Dana Lee")
    moved_outside(empty, "Partners/Dana Lee.md", "Partners/Archive/Dana Lee.md")
    note.write_text(OTHER)
    before = tree(empty)
    with pytest.raises(RoundsError, match=r"Dana\.md is there again, as another note"):
        undo(empty)
    assert tree(empty) == before


@pytest.mark.parametrize("moved", [True, False])
@pytest.mark.parametrize("copies", [0, 2])
def test_a_note_that_is_not_found_is_not_guessed(empty: Vault, note: Path, moved: bool, copies: int) -> None:
    """Another one has its place, and its id is nowhere or in two notes: refused in words, and nothing is changed."""
    if moved:
        renamed(empty, PATH, "Dana Lee")
    else:
        put(empty, PATH, "stage=active")
    place = Path(empty.root, "Partners/Dana Lee.md" if moved else PATH)
    for number in range(copies):
        shutil.copy(place, place.with_name(f"Copy {number}.md"))
    place.write_text(OTHER.replace("met", "active"))
    before = tree(empty)
    with pytest.raises(
        RoundsError, match=f"{place.name} is another note now, and the note with the id abc can't be"
    ) as caught:
        undo(empty)
    assert "give it the line `id: abc` again and undo once more, or " in caught.value.hint
    assert ("move it back by hand, to Partners/Dana.md." in caught.value.hint) == moved
    assert tree(empty) == before


def test_a_note_written_without_an_id_is_known_by_its_path(empty: Vault, note: Path) -> None:
    """Our first save gave it one, and the undo of that save takes it away; later changes are undone all the same."""
    note.write_text(text := NOTE.replace("id: abc\n", ""))
    empty.sync()
    for words in ("b", "c"):
        log_actions.log_touch(empty, PATH, "call", words)
    first = history.history(empty)[1].id
    undo(empty, first)
    assert "id:" not in note.read_text()
    undo(empty)
    assert note.read_text() == text
    with pytest.raises(NotFoundError):
        undo(empty)


def test_a_change_of_the_id_itself_is_undone(empty: Vault, note: Path) -> None:
    """It is the same note before and after."""
    opened = empty.editable(PATH)
    empty.save(opened, opened.document.set("id", "xyz"))
    assert "id: xyz" in note.read_text()
    undo(empty)
    assert note.read_text() == NOTE
    undo(empty, history.history(empty)[0].id)
    assert "id: xyz" in note.read_text()


@pytest.mark.parametrize("line", ["id: xyz\n", ""])
def test_an_id_that_was_edited_outside_stays_as_edited(empty: Vault, note: Path, line: str) -> None:
    """The note is the same but for that line, so the change before it is undone."""
    put(empty, PATH, "stage=active")
    note.write_text(note.read_text().replace("id: abc\n", line))
    undo(empty)
    assert note.read_text() == NOTE.replace("id: abc\n", line)


def test_a_renamed_note_that_got_its_id_back_by_hand_can_be_undone(empty: Vault, note: Path) -> None:
    """As the message says."""
    renamed(empty, PATH, "Dana Lee")
    lee = note.with_name("Dana Lee.md")
    lee.write_text(NOTE.replace("id: abc\n", ""))
    with pytest.raises(RoundsError, match="is another note now"):
        undo(empty)
    lee.write_text(NOTE)
    undo(empty)
    assert (note.read_text(), lee.exists()) == (NOTE, False)


@pytest.mark.parametrize("other", [True, False])
def test_what_a_killed_process_did_is_taken_back_from_the_right_note(empty: Vault, note: Path, other: bool) -> None:
    """It was moved before the next start, and another one may be in its place; the index knows neither yet."""
    saving = empty.writer
    change = saving.journal.start(saving.root, what="renamed", of=9)
    saving.journal.step(change, first := Step("0123abcd", PATH, "", note.read_bytes(), note.read_bytes() + b"x\n"))
    note.write_bytes(first.after or b"")
    saving.journal.step(change, Step("0123abce", PATH, "Partners/Dana Lee.md", note="abc"))
    note.rename(note.with_name("Dana Lee.md"))
    moved_outside(empty, "Partners/Dana Lee.md", "Partners/Archive/Dana Lee.md")
    new = note.with_name("Dana Lee.md")
    if other:
        new.write_text(OTHER)
    fresh = Vault.open(empty.root)
    fresh.sync()
    assert (note.read_text(), new.exists() and new.read_text()) == (NOTE, other and OTHER)
    assert os.listdir(note.parent / "Archive") == []


def test_a_note_without_an_id_that_got_one_outside_is_known_by_its_path(empty: Vault, note: Path) -> None:
    """A rename has written a link into it, and nothing else of ours."""
    ideas = Path(empty.root, "Ideas.md")
    ideas.write_text("See [[Dana]].\n")
    renamed(empty, PATH, "Dana Lee")
    ideas.write_text(f"---\nid: new\n---\n{ideas.read_text()}")
    undo(empty)
    assert ideas.read_text() == "---\nid: new\n---\nSee [[Dana]].\n"


def test_a_note_that_was_copied_is_still_the_one_at_its_path(empty: Vault, note: Path) -> None:
    """The id that we gave it is in two notes, and it was edited since."""
    note.write_text(text := NOTE.replace("id: abc\n", ""))
    empty.sync()
    put(empty, PATH, "stage=active")
    note.write_text(note.read_text() + "- 2026-11-20 call: b\n")
    shutil.copy(note, note.with_name("Copy.md"))
    empty.sync()
    assert undo(empty).paths == (PATH,)
    assert note.read_text() == text + "- 2026-11-20 call: b\n"


@pytest.mark.parametrize(("by_hand", "refused"), [(NOTE, False), ("Somebody else.\n", True)])
def test_a_note_that_lost_the_id_that_we_gave_it(empty: Vault, note: Path, by_hand: str, refused: bool) -> None:
    """As it was before, it was taken back by hand, and nothing is left to undo; with another text it's another note."""
    text = by_hand.replace("id: abc\n", "")
    note.write_text(NOTE.replace("id: abc\n", ""))
    empty.sync()
    opened = empty.editable(PATH)
    empty.save(opened, opened.document.set("id", "xyz").set("city", "Bend"))
    note.write_text(text)
    empty.sync()
    if refused:
        with pytest.raises(RoundsError, match="is another note now"):
            undo(empty)
    else:
        assert undo(empty).paths == ()
    assert note.read_text() == text


def test_a_renamed_note_that_is_gone_is_said_to_be_gone(empty: Vault, note: Path) -> None:
    """There is no other note in its place."""
    renamed(empty, PATH, "Dana Lee")
    note.with_name("Dana Lee.md").unlink()
    with pytest.raises(RoundsError, match=r"Dana Lee\.md is gone"):
        undo(empty)


@pytest.mark.parametrize("still_there", [True, False])
def test_a_moved_note_without_an_id_whose_old_place_is_taken(empty: Vault, still_there: bool) -> None:
    """Where the new place is empty it was moved back by hand; else another note has taken the old one."""
    ideas, later = Path(empty.root, "Ideas.md"), Path(empty.root, "Later.md")
    ideas.write_text("See [[Dana]].\n")
    empty.move("Ideas.md", "Later.md")
    shutil.copy(later, ideas) if still_there else later.rename(ideas)
    before = tree(empty)
    if still_there:
        with pytest.raises(RoundsError, match=r"Ideas\.md is there again, as another note"):
            undo(empty)
    else:
        undo(empty)
    assert tree(empty) == before


def test_whether_a_move_has_happened_is_seen_at_both_names(empty: Vault, note: Path) -> None:
    """A note that is at neither was moved by somebody else."""
    step = Step("0123abcd", PATH, "Partners/Dana Lee.md", note="abc")
    assert has_happened(empty.root, step) is False
    new = note.rename(note.with_name("Dana Lee.md"))
    assert has_happened(empty.root, step) is True
    new.unlink()
    assert has_happened(empty.root, step) is None


def test_a_forgotten_text_is_not_taken_for_a_new_note() -> None:
    """Neither has a text from before."""
    for forgotten, verb in ((True, "changed"), (False, "added")):
        change = Change("0123abcd", datetime.now(UTC), "/vault", "", "")
        change.steps.append(Step("0123abcd", PATH, "", None, b"x", forgotten=forgotten))
        assert title(change) == f"{verb} Dana"
