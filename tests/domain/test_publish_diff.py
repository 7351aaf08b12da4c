"""What comes back from a server: three-way, against what was published there last."""

import datetime as dt

from rounds.domain.feed import FeedEvent
from rounds.domain.publish_diff import Came, Put, Remote, came_back

DAY, NEXT = dt.date(2026, 12, 1), dt.date(2026, 12, 2)
OURS = FeedEvent("u", DAY, "Sam: call")
SEEN = Remote("Sam: call", DAY)
PUT = Put('"1"', "mark", SEEN)


def back(theirs: Remote | None, ours: FeedEvent | None = OURS, put: Put = PUT) -> list[Came]:
    return list(came_back("u", put, theirs, ours))


def test_nothing_new_is_nothing() -> None:
    """Also where they say by now what we say, and where a client made a midnight of a day."""
    assert back(SEEN) == []
    assert back(Remote("Sam: call", NEXT), OURS._replace(day=NEXT)) == []
    assert back(Remote("Sam: ring", DAY), OURS._replace(summary="Sam: ring")) == []
    assert back(Remote("Sam: call", DAY, dt.time())) == []


def test_a_tick_and_its_taking_back() -> None:
    """Against what was seen last, not against what we say: only so is it known who has changed it."""
    assert back(Remote("Sam: call", DAY, done=True, completed=NEXT)) == [Came("u", "done", "Sam: call", NEXT)]
    ticked = PUT._replace(seen=SEEN._replace(done=True))
    assert back(SEEN, OURS._replace(done=DAY), ticked) == [Came("u", "open", "Sam: call")]
    assert back(SEEN._replace(done=True), OURS, ticked) == []


def test_a_deletion_is_told_once() -> None:
    assert back(None) == [Came("u", "gone", "Sam: call: deleted there. Your notes keep it.")]
    assert back(None, put=PUT._replace(gone=True)) == []
    assert back(None, ours=None) == []
    assert back(None, OURS._replace(done=DAY)) == []  # tidied up


def test_all_else_is_told_in_words() -> None:
    found = back(Remote("Sam: ring", NEXT, dt.time(9, 30), done=True))
    assert [each.words for each in found] == [
        "Sam: call",
        "Sam: call: moved there to 2026-12-02 09:30. Your notes keep 2026-12-01.",
        "Sam: call: called there “Sam: ring”. Your notes keep their words.",
    ]
    assert back(Remote("Sam: call"))[0].words == "Sam: call: moved there to no day. Your notes keep 2026-12-01."


def test_a_time_that_is_moved_within_its_day_is_told() -> None:
    """From half past nine to ten, to all day; what we say by now, or said, is nothing new."""
    put = PUT._replace(seen=SEEN._replace(time=dt.time(9, 30)))
    ours = OURS._replace(time=dt.time(9, 30))
    (moved,) = back(SEEN._replace(time=dt.time(10)), ours, put)
    assert moved == Came(
        "u", "changed", "Sam: call: moved there to 2026-12-01 10:00. Your notes keep 2026-12-01 09:30."
    )
    (whole,) = back(SEEN, ours, put)
    assert whole.words == "Sam: call: moved there to 2026-12-01. Your notes keep 2026-12-01 09:30."
    assert (
        back(put.seen, ours, put) == back(SEEN._replace(time=dt.time(10)), ours._replace(time=dt.time(10)), put) == []
    )


def test_what_is_moved_or_renamed_there_after_it_left_the_feed_is_told() -> None:
    """The notes have no day for it any more."""
    assert back(SEEN, ours=None) == []
    assert [each.words for each in back(Remote("Sam: ring", NEXT, dt.time(9, 30)), ours=None)] == [
        "Sam: call: moved there to 2026-12-02 09:30. Your notes keep no day.",
        "Sam: call: called there “Sam: ring”. Your notes keep their words.",
    ]
    assert back(SEEN._replace(done=True), ours=None) == [Came("u", "done", "Sam: call")]


def test_what_it_is_called_there_is_told_in_one_line() -> None:
    """However much somebody has made of it."""
    (told,) = back(Remote("a\n\nTicked off there: b\x85" + "x" * 99_999, DAY))
    assert told.words.startswith("Sam: call: called there “a Ticked off there: b xxx")
    assert len(told.words) < 300
