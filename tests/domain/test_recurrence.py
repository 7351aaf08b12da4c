"""How follow-ups repeat: the rules that the Obsidian Tasks plugin documents, and the days that it writes for them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.recurrence import parse_repeat


def upcoming(rule: str, due: str, done: str = "2026-03-10") -> str:
    recurrence = parse_repeat(rule)
    assert recurrence is not None
    return str(recurrence.next(date.fromisoformat(due) if due else None, date.fromisoformat(done)))


@pytest.mark.parametrize(
    ("rule", "due", "wanted"),
    [
        ("every day", "2026-03-09", "2026-03-10"),
        ("every 3 days", "2026-03-09", "2026-03-12"),
        ("every weekday", "2026-03-06", "2026-03-09"),
        ("every weekday at 9", "2026-03-06", "2026-03-09"),
        ("every week", "2026-03-09", "2026-03-16"),
        ("every other week", "2026-03-09", "2026-03-23"),
        ("every week on Sunday", "2026-03-09", "2026-03-15"),
        ("every week on Tuesday, Friday", "2026-03-10", "2026-03-13"),
        ("every 3 weeks on Friday", "2026-03-06", "2026-03-27"),
        ("every 2 weeks on Monday, Thursday", "2026-03-12", "2026-03-23"),
        ("every Sunday", "2021-04-25", "2021-05-02"),
        ("every monday and thu", "2026-03-09", "2026-03-12"),
        ("every other Monday", "2026-03-09", "2026-03-23"),
        ("every 2 months", "2026-03-09", "2026-05-09"),
        ("every month on the 1st", "2026-03-09", "2026-04-01"),
        ("every month on the 1st and 15th", "2026-03-09", "2026-03-15"),
        ("every month on the last", "2022-01-31", "2022-02-28"),
        ("every month on the last day", "2022-02-28", "2022-03-31"),
        ("every month on the last Friday", "2026-03-09", "2026-03-27"),
        ("every month on the 2nd last Friday", "2026-03-09", "2026-03-20"),
        ("every 6 months on the 2nd Wednesday", "2026-03-11", "2026-09-09"),
        ("every month on the first Monday and the third Monday", "2026-03-09", "2026-03-16"),
        ("every January", "2026-03-09", "2027-01-09"),
        ("every June and July", "2026-06-30", "2026-07-30"),
        ("every January on the 15th", "2026-03-09", "2027-01-15"),
        ("every February on the last", "2027-02-28", "2028-02-29"),
        ("every April and December on the 1st and 24th", "2026-04-24", "2026-12-01"),
        ("every year", "2026-03-09", "2027-03-09"),
        ("every year on January 2nd", "2026-01-02", "2027-01-02"),
        ("Every 2  Weeks", "2026-03-09", "2026-03-23"),
        ("every 3m", "2026-03-09", "2026-06-09"),
    ],
)
def test_the_next_day_is_the_one_that_tasks_writes(rule: str, due: str, wanted: str) -> None:
    assert upcoming(rule, due) == wanted


@pytest.mark.parametrize(
    ("rule", "due", "wanted"),
    [
        ("every month", "2021-10-31", "2021-11-30"),
        ("every 3 months", "2022-01-31", "2022-04-30"),
        ("every year", "2024-02-29", "2025-02-28"),
        ("every April", "2026-03-31", "2026-04-30"),
        ("every month on the 31st", "2022-01-31", "2022-03-31"),
        ("every month on the 31st", "2022-03-31", "2022-05-31"),
    ],
)
def test_a_month_without_that_day_ends_on_its_last_and_is_skipped_where_the_rule_names_the_day(
    rule: str, due: str, wanted: str
) -> None:
    assert upcoming(rule, due) == wanted


@pytest.mark.parametrize(
    ("rule", "due", "wanted"),
    [
        ("every week on Sunday when done", "2026-01-04", "2026-03-15"),
        ("every month on the last Friday when done", "2026-01-30", "2026-03-27"),
        ("every 10 days when done", "2026-01-30", "2026-03-20"),
        ("every weekday", "", "2026-03-11"),
    ],
)
def test_when_done_and_without_a_day_it_counts_from_the_tick(rule: str, due: str, wanted: str) -> None:
    assert upcoming(rule, due) == wanted


@pytest.mark.parametrize(
    "rule",
    [
        "", "every", "3 months", "daily", "every blue moon", "every day for 3 times", "every week until May 2027", "every 0 days",
        "every 3 hours", "every month on the", "every month on the 32nd", "every month on the last weekday", "every week on",
        "every month on the 2nd and 4th Friday", "every March the", "every Monday,", "every 2nd week", "every week on Sunday please",
        "every day on Monday", "every week in January", "every other", "when done", "every 99999 weeks", "every day at",
    ],
)  # fmt: skip
def test_what_is_not_wholly_understood_is_unknown(rule: str) -> None:
    assert parse_repeat(rule) is None


def test_a_day_that_never_comes_is_an_error() -> None:
    with pytest.raises(OverflowError):
        upcoming("every February on the 30th", "2026-03-09")


_WORDS = ["every", "other", "2", "0", "day", "weeks", "month", "year", "weekday", "on", "the", "1st", "last", "Friday", "mon",
          "January", "may", ",", "and", "at", "9", "when done", "3m", "in", "second", "31st", "blue"]  # fmt: skip


@given(st.lists(st.sampled_from(_WORDS), max_size=8).map(" ".join), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_no_rule_stands_still_or_goes_back(rule: str, due: date) -> None:
    recurrence = parse_repeat(f"every {rule}")
    if recurrence is None:
        return
    try:
        assert recurrence.next(due, due) > due
    except OverflowError:
        return
