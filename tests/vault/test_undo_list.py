"""The list of changes, undo within a session, and redo."""

from pathlib import Path

import pytest

from rounds.errors import NotFoundError
from rounds.vault.history_undo import undo
from rounds.vault.log_actions import log_touch
from rounds.vault.set_properties import parse_setting, set_properties
from rounds.vault.undo_list import listed, redo
from rounds.vault.vault import Vault

PATH = "Partners/Dana.md"
NOTE = "---\ntype: partner\nstage: met\nid: abc\n---\n\n## Log\n\n- 2026-11-01 email: a\n"


@pytest.fixture
def note(empty: Vault) -> Path:
    place = Path(empty.root, PATH)
    place.parent.mkdir()
    place.write_text(NOTE)
    return place


def change(vault: Vault, setting: str) -> None:
    set_properties(vault, PATH, [parse_setting(setting)])


def test_redo_brings_back_what_was_undone_one_after_the_other(empty: Vault, note: Path) -> None:
    """The first undone comes last; then there is nothing to redo, and undo works as before."""
    change(empty, "stage=active")
    change(empty, "city=Portland")
    both = note.read_bytes()
    undo(empty, own=True)
    undo(empty, own=True)
    assert note.read_text() == NOTE
    assert redo(empty).what == "changed the stage of Dana"
    assert "stage: active" in note.read_text()
    assert "city" not in note.read_text()
    assert redo(empty).what == "changed the city of Dana"
    assert note.read_bytes() == both
    with pytest.raises(NotFoundError, match="there is nothing to redo"):
        redo(empty)
    assert undo(empty, own=True).what == "changed the city of Dana"
    assert redo(empty).paths == (PATH,)
    assert note.read_bytes() == both


def test_a_new_change_ends_redo(empty: Vault, note: Path) -> None:
    """What was undone before it can still be brought back from the list."""
    change(empty, "stage=active")
    undo(empty, own=True)
    change(empty, "city=Portland")
    with pytest.raises(NotFoundError, match="there is nothing to redo"):
        redo(empty)
    undone = listed(empty)[1]
    assert undone.undo
    undo(empty, undone.undo)
    assert "stage: active\n" in note.read_text()
    assert "city: Portland" in note.read_text()


def test_undo_of_a_session_leaves_earlier_changes_alone(empty: Vault, note: Path) -> None:
    """Another process, or an earlier one, made them: they are only undone by their id."""
    change(empty, "stage=active")
    again = Vault.open(empty.root, clock=empty.today)
    again.sync()
    with pytest.raises(NotFoundError, match="nothing to undo in this session"):
        undo(again, own=True)
    log_touch(again, PATH, "call", "b")
    undo(again, own=True)
    with pytest.raises(NotFoundError, match="nothing to undo in this session"):
        undo(again, own=True)
    assert "stage: active" in note.read_text()
    assert [(each.what, each.own, bool(each.undo)) for each in listed(again)] == [
        ("logged call for Dana", True, True),
        ("changed the stage of Dana", False, False),
    ]
    undo(again, listed(again)[1].id)
    assert note.read_text() == NOTE
    again.close()


def test_the_list_has_the_properties_before_and_after(empty: Vault, note: Path) -> None:
    """A change of one note has them; undos and redos have no rows of their own."""
    change(empty, "stage=active")
    undo(empty)
    redo(empty)
    (row,) = listed(empty)
    assert row.properties is not None
    assert [given.get("stage") for given in row.properties] == ["met", "active"]
    assert (row.undo, row.path, row.own) == ("", PATH, True)
    assert "+stage: active" in row.diff
