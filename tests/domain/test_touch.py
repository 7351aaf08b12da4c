from datetime import date

import pytest

from rounds.domain.touch import KINDS, LogEntry


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "note"] + ["webinar"])
def test_every_kind_but_a_note_is_a_touch(kind: str) -> None:
    """The kinds of the format are touches, and so is a kind of somebody's own."""
    assert LogEntry(date(2026, 11, 20), kind, "").is_touch


@pytest.mark.parametrize("kind", ["", "note", "skip", "later"])
def test_notes_and_declined_reminders_are_no_touch(kind: str) -> None:
    """`note`, `skip RULE` and `later RULE: DATE` reset no clock."""
    assert not LogEntry(date(2026, 11, 20), kind, "").is_touch
