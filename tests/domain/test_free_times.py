"""Times that a first message proposes (guide, line 11)."""

from datetime import date, time

import pytest

from rounds.domain.free_times import Slot, in_words, parse_slot, proposals

TODAY = date(2026, 11, 23)  # a Monday
NOON = Slot(1, time(12), time(14))
FRIDAY = Slot(4, time(9, 30), time(12))


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("Tue 12:00-14:00", NOON),
        ("tuesday 12-14", NOON),
        ("Tues, 12:00 to 14:00", NOON),
        ("Fri 9:30–12", FRIDAY),
        ("Fri 14:00-12:00", None),
        ("Fri 9:00", None),
        ("Fri 25:00-26:00", None),
        ("someday 9-12", None),
        ("", None),
    ],
)
def test_a_time_of_the_week(text: str, slot: Slot | None) -> None:
    assert parse_slot(text) == slot


def test_the_next_two_from_three_days_on() -> None:
    """Somebody has to read the mail first; one a day, and never the whole calendar."""
    found = proposals([FRIDAY, NOON, Slot(4, time(15), time(16))], TODAY, lambda _: True, ())
    assert [(str(day), slot) for day, slot in found] == [("2026-11-27", FRIDAY), ("2026-12-01", NOON)]


def test_holidays_and_what_is_planned_are_left_out() -> None:
    """A time with something in it is taken; the day after Thanksgiving may be closed."""
    closed = date(2026, 11, 27)
    busy = {(date(2026, 12, 1), time(13)), (date(2026, 12, 8), time(14))}
    found = proposals([FRIDAY, NOON], TODAY, lambda day: day != closed, busy)
    assert [str(day) for day, _ in found] == ["2026-12-04", "2026-12-08"]


def test_in_words() -> None:
    found = [(date(2026, 11, 27), FRIDAY), (date(2026, 12, 1), NOON)]
    first, second = "Friday, November 27, between 9:30 am and noon", "Tuesday, December 1, between noon and 2 pm"
    assert in_words(found) == f"{first}, or {second}"
    assert (in_words(found[:1]), in_words([])) == (first, "")
