from pathlib import Path

import pytest

from rounds.errors import ChangedMeanwhileError, RoundsError
from rounds.vault.conflicts import State, apply, proposals
from rounds.vault.vault import Vault

NOTE = "---\ntype: partner\nstage: met\nid: abc\n---\n\n## Log\n\n- 2026-11-01 email: a\n"
COPY = "Partners/Dana.sync-conflict-20261120-101500-ABCDEFG.md"


def write(vault: Vault, path: str, text: str) -> Path:
    place = Path(vault.root, path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return place


@pytest.fixture
def note(empty: Vault) -> Path:
    return write(empty, "Partners/Dana.md", NOTE + "- 2026-11-20 coffee: b\n")


def test_a_copy_merges_and_goes_to_the_trash(empty: Vault, note: Path) -> None:
    """It is shown what would change; then the note has both, and the copy is kept in .trash/."""
    copy = write(empty, COPY, NOTE + "- 2026-11-12 call: c\n")
    (proposal,) = proposals(empty)
    assert (proposal.note, proposal.copy, proposal.state) == ("Partners/Dana.md", COPY, State.MERGES)
    assert "+- 2026-11-12 call: c" in proposal.diff.split("\n")
    assert note.read_text() == NOTE + "- 2026-11-20 coffee: b\n"
    now = apply(empty, proposal)
    assert note.read_text().endswith("- 2026-11-01 email: a\n- 2026-11-12 call: c\n- 2026-11-20 coffee: b\n")
    assert not copy.exists()
    assert Path(empty.root, now).read_text() == NOTE + "- 2026-11-12 call: c\n"
    assert now.startswith(".trash/")
    assert proposals(empty) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Dana (Kim's conflicted copy 2026-11-20).md", True),
        ("Dana (conflicted copy 2026-11-20 101500).md", True),
        ("Dana (1).md", True),
        ("Dana 2.md", True),
        ("Dana Lee.md", False),
    ],
)
def test_copies_of_all_services_are_paired(empty: Vault, note: Path, name: str, found: bool) -> None:
    """By their names; a number after the name counts only with the note's own id."""
    write(empty, f"Partners/{name}", NOTE + "- 2026-11-12 call: c\n")
    assert [proposal.note for proposal in proposals(empty)] == ["Partners/Dana.md"] * found


def test_another_person_of_a_numbered_name_is_no_copy(empty: Vault, note: Path) -> None:
    """`Dana 2.md` with an id of its own is somebody else."""
    write(empty, "Partners/Dana 2.md", NOTE.replace("abc", "xyz"))
    assert proposals(empty) == []


def test_what_conflicts_stays_until_a_side_is_chosen(empty: Vault, note: Path) -> None:
    """Nothing is written; with a choice that version stands, and the other one is in the trash, whole."""
    copy = write(empty, COPY, NOTE.replace("met", "resting"))
    note.write_text(NOTE.replace("met", "active"))
    (proposal,) = proposals(empty)
    assert proposal.state is State.CONFLICT
    assert [(c.theirs, c.ours) for c in proposal.conflicts] == [("stage: active\n", "stage: resting\n")]
    with pytest.raises(RoundsError, match="say different things"):
        apply(empty, proposal)
    assert (note.read_text(), copy.read_text()) == (NOTE.replace("met", "active"), NOTE.replace("met", "resting"))
    apply(empty, proposal, keep="copy")
    assert note.read_text() == NOTE.replace("met\n", "resting\nlast_contact: 2026-11-01\n")
    trashed = sorted(path.read_text() for path in Path(empty.root, ".trash").iterdir())
    assert trashed == [NOTE.replace("met", "active"), NOTE.replace("met", "resting")]


def test_keeping_the_note_leaves_it_as_it_is(empty: Vault, note: Path) -> None:
    """Only the copy moves."""
    write(empty, COPY, NOTE.replace("met", "resting"))
    before = note.read_bytes()
    (proposal,) = proposals(empty)
    assert apply(empty, proposal, keep="note") == f".trash/{COPY.rpartition('/')[2]}"
    assert note.read_bytes() == before


def test_an_earlier_version_settles_what_the_note_changed(empty: Vault, note: Path) -> None:
    """With the version that both come from, a property that only the note changed is no conflict."""
    note.write_text(NOTE.replace("met", "active"))
    write(empty, COPY, NOTE + "- 2026-11-12 call: c\n")
    assert [proposal.state for proposal in proposals(empty)] == [State.CONFLICT]
    (proposal,) = proposals(empty, lambda _: [NOTE.encode()])
    assert (proposal.state, proposal.based) == (State.MERGES, True)
    assert b"stage: active\n" in proposal.merged
    assert b"- 2026-11-12 call: c\n" in proposal.merged


def test_nothing_leaves_the_note_on_the_word_of_a_guessed_base(empty: Vault, note: Path) -> None:
    """A copy that is older than the earlier version lacks what it never had; that is no removal."""
    write(empty, COPY, NOTE)
    (proposal,) = proposals(empty, lambda _: [(NOTE + "- 2026-11-20 coffee: b\n").encode()])
    assert proposal.state is State.SAME
    assert proposal.merged == note.read_bytes()


def test_a_note_that_changed_meanwhile_is_not_written(empty: Vault, note: Path) -> None:
    """What was shown is what is done, or nothing."""
    copy = write(empty, COPY, NOTE + "- 2026-11-12 call: c\n")
    (proposal,) = proposals(empty)
    note.write_text(NOTE + "more\n")
    with pytest.raises(ChangedMeanwhileError):
        apply(empty, proposal)
    assert note.read_text() == NOTE + "more\n"
    assert copy.exists()


def test_a_copy_whose_note_is_gone(empty: Vault) -> None:
    """It is all there is: nothing happens until the user says so; then it becomes the note."""
    write(empty, COPY, NOTE)
    (proposal,) = proposals(empty)
    assert proposal.state is State.ALONE
    with pytest.raises(RoundsError, match="the note is gone"):
        apply(empty, proposal)
    assert apply(empty, proposal, keep="copy") == "Partners/Dana.md"
    assert Path(empty.root, "Partners/Dana.md").read_text() == NOTE


def test_a_copy_that_can_not_be_read_is_left_to_the_user(empty: Vault, note: Path) -> None:
    """A broken copy is never merged by itself."""
    write(empty, COPY, "---\nstage: [\n---\n")
    (proposal,) = proposals(empty)
    assert proposal.state is State.UNREADABLE
    assert not proposal.ready
