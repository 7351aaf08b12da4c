from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.periods import Interval, parse_interval


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3 months", Interval(months=3)),
        ("1 month", Interval(months=1)),
        ("month", Interval(months=1)),
        ("6m", Interval(months=6)),
        ("3 mo", Interval(months=3)),
        ("2w", Interval(days=14)),
        ("week", Interval(days=7)),
        ("10 Days", Interval(days=10)),
        ("1 year", Interval(months=12)),
        ("2 yrs", Interval(months=24)),
        (" 1y ", Interval(months=12)),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(text: str, wanted: Interval) -> None:
    """A length is a count and a unit, short or long; the count of one may be left out before a word."""
    assert parse_interval(text) == wanted


@pytest.mark.parametrize("text", ["", "3", "m", "months 3", "3 moons", "-3 months", "1.5 years", "12345 days", "never"])
def test_anything_else_is_no_length(text: str) -> None:
    """What is no length is never guessed."""
    assert parse_interval(text) is None


@pytest.mark.parametrize(
    ("day", "interval", "times", "wanted"),
    [
        (date(2026, 1, 31), Interval(months=1), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), Interval(months=12), 1, date(2025, 2, 28)),
        (date(2026, 11, 23), Interval(months=6), 1, date(2027, 5, 23)),
        (date(2026, 11, 23), Interval(days=14), 1, date(2026, 12, 7)),
        (date(2026, 1, 31), Interval(months=1), 2, date(2026, 3, 31)),
        (date(2026, 3, 31), Interval(months=1), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_on_their_last_day_where_the_day_is_missing(
    day: date, interval: Interval, times: int, wanted: date
) -> None:
    """January 31 and a month is the last of February; several are counted from the first day, not one by one."""
    assert interval.after(day, times) == wanted


def test_before_is_one_interval_back() -> None:
    """`before` undoes `after` where no month's end is in the way."""
    assert Interval(months=3).before(date(2026, 2, 15)) == date(2025, 11, 15)


@pytest.mark.parametrize("interval", [Interval(months=12), Interval(days=400)])
def test_beyond_the_last_year_is_an_overflow(interval: Interval) -> None:
    """What no date can hold is said so, never wrapped."""
    with pytest.raises(OverflowError):
        interval.after(date(9999, 6, 1))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 40), st.integers(0, 40))
def test_a_longer_interval_never_ends_earlier(day: date, months: int, days: int) -> None:
    """More months or more days end on the same day or later."""
    shorter = Interval(months=months, days=days).after(day)
    assert day < shorter
    assert shorter <= Interval(months=months + 1, days=days).after(day)
    assert shorter < Interval(months=months, days=days + 1).after(day)
