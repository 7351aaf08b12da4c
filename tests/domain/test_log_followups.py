from datetime import date

import pytest

from rounds.domain.log_followups import KINDS, FollowUp, LogEntry, Status
from rounds.domain.periods import Interval
from rounds.domain.recurrence import Recurrence

DUE, DONE = date(2026, 11, 22), date(2026, 11, 25)


@pytest.mark.parametrize(
    ("followup", "touched"),
    [
        (FollowUp("card", Status.DONE, DUE, kind="thanks", done=DONE), DONE),
        (FollowUp("card", Status.DONE, DUE, kind="thanks"), DUE),
        (FollowUp("card", Status.DONE, kind="thanks"), None),
        (FollowUp("card", Status.DONE, DUE, done=DONE), None),
        (FollowUp("card", Status.OPEN, DUE, kind="thanks"), None),
        (FollowUp("card", Status.CANCELLED, DUE, kind="thanks"), None),
    ],
)
def test_a_done_follow_up_with_a_kind_is_a_touch(followup: FollowUp, touched: date | None) -> None:
    """On the day it was ticked, else on its due day; never where it has no kind, is open or was given up."""
    assert followup.touched == touched


@pytest.mark.parametrize(
    ("recurrence", "due", "wanted"),
    [
        (Recurrence(Interval(months=3)), DUE, date(2027, 2, 22)),
        (Recurrence(Interval(months=3), when_done=True), DUE, date(2027, 2, 25)),
        (Recurrence(Interval(days=7)), None, date(2026, 12, 2)),
    ],
)
def test_the_next_one_counts_from_due_or_from_done(recurrence: Recurrence, due: date | None, wanted: date) -> None:
    """`every 3 months` counts from the due date, `when done` and undated ones from the tick."""
    assert recurrence.next(due, DONE) == wanted


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "note"] + ["webinar"])
def test_every_kind_but_a_note_is_a_touch(kind: str) -> None:
    """The kinds of the format are touches, and so is a kind of somebody's own."""
    assert LogEntry(date(2026, 11, 20), kind, "").is_touch


@pytest.mark.parametrize("kind", ["", "note", "skip", "later"])
def test_notes_and_declined_reminders_are_no_touch(kind: str) -> None:
    """`note`, `skip RULE` and `later RULE: DATE` reset no clock."""
    assert not LogEntry(date(2026, 11, 20), kind, "").is_touch
