"""Questions about what was moved or deleted in a task app: when they stand, and what becomes of them."""

import datetime as dt

import pytest

from rounds.domain.feed import FeedEvent
from rounds.domain.publish_diff import Item, Remembered, Remote, Sent
from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.domain.server_questions import Question, answered, asking, cause_of, stands, unasked

DAY, NEXT = dt.date(2026, 12, 1), dt.date(2026, 12, 4)
KEY = ("n", "follow-up", "f-aaaa")
ITEM = Item(FeedEvent("u", DAY, "Sam: call", note="n", rule="follow-up", cause="f-aaaa"), "mark")
THERE = Remembered('"1"', "mark", Remote("Sam: call", NEXT))
GONE = Remembered("", "mark", Remote("Sam: call", DAY), gone=True)
MOVED = Question("moved", "phone", DAY, None, NEXT)
DELETED = Question("deleted", "phone", DAY, None)


def test_a_question_stands_as_long_as_the_difference_does() -> None:
    assert stands(MOVED, ITEM, THERE)
    assert stands(DELETED, ITEM, GONE)
    assert not stands(MOVED, ITEM, THERE._replace(seen=Remote("Sam: call", DAY, dt.time())))  # it went back there
    assert not stands(DELETED, ITEM, THERE)  # it's there again
    assert not stands(MOVED, ITEM, GONE)
    assert not stands(MOVED, ITEM, None)
    assert not stands(MOVED, None, THERE)


@pytest.mark.parametrize("change", [{"day": NEXT}, {"time": dt.time(9)}, {"done": DAY}])
def test_a_change_of_ours_ends_it(change: dict[str, object]) -> None:
    item = ITEM._replace(event=ITEM.event._replace(**change))  # type: ignore[arg-type]
    assert not stands(MOVED, item, THERE)
    assert not stands(DELETED, item, GONE)


def test_each_target_sees_to_its_own() -> None:
    """An open one waits, a declined one goes back, and one that no longer stands is over."""
    items, there = {"u": ITEM}, {"u": THERE}
    assert answered({KEY: MOVED}, "phone", items, there) == (set(), {"u"}, set())
    assert answered({KEY: MOVED._replace(declined=True)}, "phone", items, there) == (set(), set(), {"u"})
    assert answered({KEY: DELETED}, "phone", items, there) == ({KEY}, set(), set())
    assert answered({KEY: MOVED}, "phone", {}, there) == ({KEY}, set(), set())
    assert answered({KEY: MOVED}, "tablet", items, there) == (set(), set(), set())


def test_what_differs_without_a_change_of_ours_is_unasked() -> None:
    """Not what is asked about, on its way, or changed in the notes since."""
    assert list(unasked({}, {"u": ITEM}, {"u": THERE})) == ["u"]
    assert list(unasked({}, {"u": ITEM}, {"u": GONE})) == ["u"]
    for there in (
        None, THERE._replace(mark="other"), THERE._replace(sent=Sent("new", None)),
        THERE._replace(seen=Remote("Sam: call", DAY)),
    ):  # fmt: skip
        assert list(unasked({}, {"u": ITEM}, {} if there is None else {"u": there})) == []
    assert list(unasked({KEY: MOVED}, {"u": ITEM}, {"u": THERE})) == []


def test_it_asks_in_plain_words() -> None:
    about = Reminder("follow-up", "n", "Partners/Sam.md", "Sam", "call her", DAY, Rank.WRITTEN, "f-aaaa", line=9)
    found = asking(MOVED._replace(time=dt.time(9, 30)), about, NEXT)
    assert (found.rule, found.cause, found.line, found.due) == ("moved", cause_of(about.key), 9, NEXT)
    assert (found.title, found.why) == (
        "Moved to 4 Dec 09:30: call her",
        "you moved it in your task app; in your notes it's on 1 Dec",
    )
    assert (
        asking(MOVED._replace(our_day=None), about, NEXT).why
        == "you moved it in your task app; in your notes it's without a day"
    )
    found = asking(DELETED, about, NEXT)
    assert (found.rule, found.title) == ("deleted", "Deleted: call her")
