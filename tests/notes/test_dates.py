from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.errors import DateError
from rounds.notes.dates import dates_in, parse_day, parse_moment

MONDAY = date(2026, 11, 23)


def november(day: int) -> date:
    return date(2026, 11, day)


def december(day: int) -> date:
    return date(2026, 12, day)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("today", MONDAY, None),
        ("Tomorrow", november(24), None),
        ("yesterday", november(22), None),
        ("now", MONDAY, None),
        ("tonight 7pm", MONDAY, time(19)),
        ("tue 12:30", november(24), time(12, 30)),
        ("Tue., 12:30", november(24), time(12, 30)),
        ("12:30 tomorrow", november(24), time(12, 30)),
        ("friday", november(27), None),
        ("monday", november(30), None),
        ("on friday", november(27), None),
        ("by friday 5pm", november(27), time(17)),
        ("this friday", november(27), None),
        ("next tuesday", december(1), None),
        ("next tuesday at 2 p.m.", december(1), time(14)),
        ("last friday", november(20), None),
        ("in 2 weeks", december(7), None),
        ("in two weeks", december(7), None),
        ("2w", december(7), None),
        ("+10d", december(3), None),
        ("a month from now", december(23), None),
        ("3 months", date(2027, 2, 23), None),
        ("next week", november(30), None),
        ("last month", date(2026, 10, 23), None),
        ("a week ago", november(16), None),
        ("the day after tomorrow", november(25), None),
        ("2026-12-01", december(1), None),
        ("2026-12-01 9am", december(1), time(9)),
        ("2026-12-01T09:30", december(1), time(9, 30)),
        ("noon", MONDAY, time(12)),
        ("tomorrow at noon", november(24), time(12)),
        ("tomorrow 12 noon", november(24), time(12)),
        ("tomorrow 12pm", november(24), time(12)),
        ("tomorrow 12am", november(24), time(0)),
        ("tomorrow @ 9:15am", november(24), time(9, 15)),
        ("20 nov", date(2027, 11, 20), None),
        ("1 dec", december(1), None),
        ("dec 1st 2pm", december(1), time(14)),
        ("5th of December", december(5), None),
        ("December 1, 2026", december(1), None),
        ("Friday, December 4th at 3:30pm", december(4), time(15, 30)),
        ("may 3", date(2027, 5, 3), None),
        ("feb 29", date(2028, 2, 29), None),
        ("the 20th", december(20), None),
        ("31st", december(31), None),
        ("3/4", date(2027, 3, 4), None),
        ("12/1/2026", december(1), None),
        ("11/20/26", november(20), None),
        ("20.11.2026", november(20), None),
        ("2026/12/01", december(1), None),
    ],
)
def test_dates_ahead(text: str, day: date, clock: time | None) -> None:
    """What people say for a day to come, with or without a time."""
    assert parse_moment(text, today=MONDAY) == (day, clock)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("monday", november(16)),
        ("fri 9am", november(20)),
        ("this friday", november(20)),
        ("2w", november(9)),
        ("3 months", date(2026, 8, 23)),
        ("20 nov", november(20)),
        ("1 dec", date(2025, 12, 1)),
        ("the 20th", november(20)),
        ("31st", date(2026, 10, 31)),
        ("3/4", date(2026, 3, 4)),
        ("tomorrow", november(24)),
        ("in 2 weeks", december(7)),
        ("2026-12-01", december(1)),
        ("next tuesday", december(1)),
    ],
)
def test_open_dates_of_the_past(text: str, day: date) -> None:
    """For what has happened, an open date is the last one before today; one that says more is kept."""
    assert parse_moment(text, today=MONDAY, past=True)[0] == day


@pytest.mark.parametrize(
    "text",
    [
        "banana", "may", "12", "2026", "2026-11", "nov 31", "31 feb", "2026-02-30", "the 32nd", "13/13", "24/7", "1.5",
        "25:99", "13pm", "tomorrow 25:00", "tomorrow at 9", "on", "9999y", "banana 4 dec", "tuesday banana",
        "next banana", "in a while", "12345678901234567890d", "every tuesday",
    ],
)  # fmt: skip
def test_what_names_no_date(text: str) -> None:
    """Words that name no date are never guessed at; the error shows what can be typed."""
    with pytest.raises(DateError) as caught:
        parse_moment(text, today=MONDAY)
    assert caught.value.message == f"This is not a date that can be read: {text}"
    assert "next tuesday" in caught.value.hint


def test_nothing_is_no_date() -> None:
    """An empty answer is named as such."""
    with pytest.raises(DateError, match=r"^A date is missing\.$"):
        parse_day("  ", today=MONDAY)


def test_a_weekday_that_does_not_fit_is_asked_about() -> None:
    """When weekday and day of the month disagree, one of them is a slip: neither is taken silently."""
    with pytest.raises(DateError, match=r"^December 4, 2026 is a Friday\.$"):
        parse_day("tue 4 dec", today=MONDAY)


def test_a_time_is_not_dropped_where_a_day_alone_is_kept() -> None:
    """It is refused, so that it can be written where it stays."""
    with pytest.raises(DateError, match="no time of day: tue 12:30") as error:
        parse_day("tue 12:30", today=MONDAY)
    assert error.value.hint == "Leave the time out, or write it among the words."


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("24 november", november(24), date(2025, 11, 24)),
        ("23 nov", date(2027, 11, 23), MONDAY),
        ("Sept. 1st", date(2027, 9, 1), date(2026, 9, 1)),
        ("june the 3rd", date(2027, 6, 3), date(2026, 6, 3)),
        ("3rd of june", date(2027, 6, 3), date(2026, 6, 3)),
        ("29 feb", date(2028, 2, 29), date(2024, 2, 29)),
        ("2/29", date(2028, 2, 29), date(2024, 2, 29)),
        ("31 jan 2027", date(2027, 1, 31), date(2027, 1, 31)),
        ("jan 31st, 1999", date(1999, 1, 31), date(1999, 1, 31)),
        ("1 jan 2100", date(2100, 1, 1), date(2100, 1, 1)),
        ("1/31", date(2027, 1, 31), date(2026, 1, 31)),
        ("01/31/2027", date(2027, 1, 31), date(2027, 1, 31)),
        ("3/5/26", date(2026, 3, 5), date(2026, 3, 5)),
        ("12/5/26", date(2026, 12, 5), date(2026, 12, 5)),
        ("1/2/27", date(2027, 1, 2), date(2027, 1, 2)),
        ("3/5/29", date(2029, 3, 5), date(1929, 3, 5)),
        ("3/5/76", date(2076, 3, 5), date(1976, 3, 5)),
        ("3/5/77", date(1977, 3, 5), date(1977, 3, 5)),
        ("3/5/00", date(2000, 3, 5), date(2000, 3, 5)),
        ("2026/1/5", date(2026, 1, 5), date(2026, 1, 5)),
        ("2026/13/1", date(2026, 1, 13), date(2026, 1, 13)),
        ("5.1.2026", date(2026, 5, 1), date(2026, 5, 1)),
        ("13.1.2026", date(2026, 1, 13), date(2026, 1, 13)),
        ("thursday, 1/1/2026", date(2026, 1, 1), date(2026, 1, 1)),
        ("sat. 5.12.2026", None, None),
        ("tue 11/24", november(24), None),
        ("31 june", None, None),
        ("2/29/26", None, None),
        ("2/31/2026", None, None),
        ("30.30.2026", None, None),
        ("1 jan 0000", None, None),
    ],
)
def test_days_of_a_month(text: str, ahead: date | None, back: date | None) -> None:
    """Month first, as in the United States; without a year the next one or, of the past, the last one. None is refused.

    All were what dateparser 1.5 answered, except for years more than fifty years ahead, which lost a century.
    """
    for past, day in ((False, ahead), (True, back)):
        try:
            found = parse_day(text, today=MONDAY, past=past)
        except DateError:
            found = None
        assert found == day


@pytest.mark.parametrize(
    ("line", "phrase", "day", "clock"),
    [
        ("Dana coffee yesterday, prefers fax", "yesterday", november(22), None),
        ("today: called Sam", "today", MONDAY, None),
        ("Dana emailed today.", "today", MONDAY, None),
        ("(yesterday) wrote to Sam", "yesterday", november(22), None),
        ("coffee tue 12:30 with Kim", "tue 12:30", november(17), time(12, 30)),
        ("sat 9am run group", "sat 9am", november(21), time(9)),
        ("Dana coffee fri", "fri", november(20), None),
        ("mon coffee", "mon", november(16), None),
        ("on wed lunch with Sam", "on wed", november(18), None),
        ("Sunday walk with Kim", "Sunday", november(22), None),
        ("met Dana 20 nov, nice", "20 nov", november(20), None),
        ("Dana May 3 at 9am coffee", "May 3 at 9am", date(2026, 5, 3), time(9)),
        ("grand rounds on march 4", "march 4", date(2026, 3, 4), None),
        ("2 weeks ago call with Sam", "2 weeks ago", november(9), None),
        ("in two weeks lunch", "in two weeks", december(7), None),
        ("call Sam next week", "next week", november(30), None),
        ("[[2026-11-20]] coffee", "2026-11-20", november(20), None),
        ("2026-11-20T09:30 call", "2026-11-20T09:30", november(20), time(9, 30)),
        ("11/20/2026 email Dana", "11/20/2026", november(20), None),
        ("on 11/20 email Dana", "on 11/20", november(20), None),
        ("on the 20th, lunch", "on the 20th", november(20), None),
        ("31 feb, or rather yesterday", "yesterday", november(22), None),
        ("she may call; met yesterday", "yesterday", november(22), None),
    ],
)
def test_a_date_within_a_line(line: str, phrase: str, day: date, clock: time | None) -> None:
    """The inbox finds when something was, and which words say so."""
    found = next(dates_in(line, today=MONDAY, past=True))
    assert (line[found.start : found.end], found.day, found.clock) == (phrase, day, clock)


@pytest.mark.parametrize(
    "line",
    [
        "", "Sam may call", "he may 3 times", "sat with Dana in the sun", "now full", "12 kids, 3 teens",
        "every tuesday group", "free Tuesdays", "Tuesday's group moved", "Tuesday evenings are fine", "open 24/7",
        "pain 3/10, ratio 1/2", "on 24/7 duty", "wed in june", "April called", "call at 12:30", "monthly group",
        "see 2026-11-20-notes", "mail kim@tuesday.com", "http://a.example/2026-11-20", "yesterday's news",
        "phone 503-555-0100", "ICD 11-20", "version 2026-11-20.3", "R-7K3QXM", "second opinion", "March on Main",
        "sun.", "Fridays", "sunday-school", "2026",
    ],
)  # fmt: skip
def test_words_that_are_no_dates(line: str) -> None:
    """What only looks like a date stays part of the text."""
    assert [*dates_in(line, today=MONDAY)] == []


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["in", "2", "weeks", "ago", "next", "tue", "12:30", "at", "9am", "dec", "31", "may", "th", "/", "-", ",", "on",
             "the", "2026-12-01", "99999", "y", "noon", "last", "friday", "é", "\0"]
        ),
        max_size=6,
    ).map(" ".join),
    st.booleans(),
)  # fmt: skip
def test_any_words_are_read_or_refused(text: str, past: bool) -> None:
    """Whatever is typed gives a date or a DateError; a phrase that was found names its day by itself."""
    for found in dates_in(text, today=MONDAY, past=past):
        assert parse_moment(text[found.start : found.end], today=MONDAY, past=past) == (found.day, found.clock)
    with suppress(DateError):
        assert isinstance(parse_day(text, today=MONDAY, past=past), date)


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("february", date(2027, 2, 1), date(2026, 2, 1)),
        ("in feb.", date(2027, 2, 1), date(2026, 2, 1)),
        ("november", date(2027, 11, 1), november(1)),
        ("february 2028", date(2028, 2, 1), date(2028, 2, 1)),
        ("end of march", date(2027, 3, 31), date(2026, 3, 31)),
        ("the end of next month", december(31), december(31)),
        ("end of the month", november(30), november(30)),
        ("end of november", november(30), date(2025, 11, 30)),
        ("beginning of next year", date(2027, 1, 1), date(2027, 1, 1)),
        ("end of the week", november(29), november(29)),
        ("mid-january", date(2027, 1, 16), date(2026, 1, 16)),
        ("end of february 2028", date(2028, 2, 29), date(2028, 2, 29)),
        ("last march", date(2026, 3, 1), date(2026, 3, 1)),
        ("until end of may", date(2027, 5, 31), date(2026, 5, 31)),
    ],
)
def test_months_and_their_ends(text: str, ahead: date, back: date) -> None:
    """A month is its first day unless its middle or end is named: the next one, or of the past the last one."""
    assert (parse_day(text, today=MONDAY), parse_day(text, today=MONDAY, past=True)) == (ahead, back)


def test_a_month_that_could_be_another_word() -> None:
    """`may` and `2027-02` are days only where nothing but a date can be meant."""
    assert parse_day("May", today=MONDAY, months=True) == date(2027, 5, 1)
    assert parse_day("2027-02", today=MONDAY, months=True) == date(2027, 2, 1)
    with pytest.raises(DateError):
        parse_day("2027-13", today=MONDAY, months=True)
