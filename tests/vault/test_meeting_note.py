"""A meeting note: its entry and the follow-ups that its lines name."""

from datetime import date

import pytest

from rounds.errors import UsageError
from rounds.vault.history_undo import undo
from rounds.vault.meeting_note import read_note, write_note
from rounds.vault.vault import Vault

from .test_log_actions import HEAD, PATH, log_of, put, text

TODAY = date(2026, 11, 23)


def test_lines_that_begin_with_next_are_follow_ups() -> None:
    """In a list too, and whatever day they name; in code, and within a sentence, they are text."""
    note = read_note(
        "We met.\nnext: send the handout fri\n- next steps: call Ana on 2 dec\nNext: think about it\n"
        "```\nnext: code\n```\nThe next: nothing",
        TODAY,
    )
    assert note.text == "We met.\n```\nnext: code\n```\nThe next: nothing"
    assert [(each.text, each.due) for each in note.steps] == [
        ("send the handout", date(2026, 11, 27)), ("call Ana", date(2026, 12, 2)), ("think about it", None),
    ]  # fmt: skip


def test_entry_and_follow_ups_are_one_change(empty: Vault) -> None:
    """One undo gives the same bytes; what can't be planned writes nothing."""
    path = put(empty, "## Log\n")
    before = path.read_bytes()
    note = read_note("One.\n\n- two\nnext: call fri", TODAY)
    write_note(empty, PATH, "coffee", note, TODAY)
    assert [(each.kind, each.text) for each in log_of(empty)] == [("coffee", "One.\n\n- two")]
    assert "- [ ] call 📅 2026-11-27" in text(empty)
    undo(empty)
    assert path.read_bytes() == before
    with pytest.raises(UsageError):
        write_note(empty, PATH, "coffee", read_note("One.\nnext: see %% this", TODAY), TODAY)
    assert text(empty) == HEAD + "## Log\n"
