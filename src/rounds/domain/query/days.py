"""Date spans as people type them: `2026-03-04`, `2026-03`, `2026`, `monday`, `>90d`, `today..2w`."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from rounds.domain.interval import parse_interval

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {
    "mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4, "sat": 5,
    "sun": 6,
}  # fmt: skip
_WEEKDAY = {name: number for number, name in enumerate(WEEKDAYS)} | _SHORT
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


class Period(NamedTuple):
    """The days from `start` up to, but excluding, `end`."""

    start: date
    end: date


def one_day(day: date) -> Period:
    """The period of a single day.

    Raises:
        OverflowError: for the last day that a date can hold.
    """
    return Period(day, day + timedelta(days=1))


def weekday_number(text: str) -> int | None:
    """0 for Monday to 6 for Sunday, in full or short; None for anything else."""
    return _WEEKDAY.get(text.strip().lower().removesuffix("."))


def nearest_weekday(number: int, *, today: date, past: bool) -> date:
    """The next such weekday after today, or with `past` the last one before today; never today itself."""
    if past:
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def parse_period(text: str, *, today: date, past: bool = False) -> Period | None:
    """Read an ISO day, month or year, `today`, `yesterday`, `tomorrow` or a weekday; None for anything else.

    Raises:
        OverflowError: outside the years that a date can hold.
    """
    word = text.strip().lower()
    if word in _NEAR:
        return one_day(today + timedelta(days=_NEAR[word]))
    number = weekday_number(word)
    if number is not None:
        return one_day(nearest_weekday(number, today=today, past=past))
    match = _ISO.fullmatch(word)
    return None if match is None else _calendar(match)


def _calendar(match: re.Match[str]) -> Period | None:
    year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
    try:
        start = date(year, month, day)
    except ValueError:
        return None
    if match[3]:
        return one_day(start)
    after = year * 12 + month if match[2] else (year + 1) * 12
    if after // 12 > date.max.year:
        raise OverflowError("date value out of range")
    return Period(start, date(after // 12, after % 12 + 1, 1))


def parse_span(text: str, operator: str, *, today: date, past: bool) -> tuple[date | None, date | None]:
    """The span of a query's date: its first day and the day after its last; None means unbounded.

    `text` is a period, a length of time such as `90d`, or (without an operator) `a..b`, where one end may be missing;
    `operator` is one of `<`, `<=`, `>`, `>=`, `=`, or empty. Lengths count forward from `today`; with `past` they
    count backward, and `>` means longer ago.

    Raises:
        OverflowError: outside the years that a date can hold.
        ValueError: unknown form.
    """
    first, dots, last = text.partition("..")
    if dots and not operator and (first or last):
        return _between(first, last, today=today, past=past)
    period, length = _period(text, today=today, past=past)
    if past and length:
        operator = operator.translate(_MIRROR)
    if operator.startswith("<"):
        return None, (period.end if operator == "<=" else period.start)
    if operator.startswith(">"):
        return (period.start if operator == ">=" else period.end), None
    return period.start, period.end


def is_span(text: str, operator: str) -> bool:
    """Whether `parse_span` can read it, on any day."""
    try:
        parse_span(text, operator, today=date(2000, 1, 1), past=False)
    except (ValueError, OverflowError):
        return False
    return True


_MIRROR = str.maketrans("<>", "><")


def _between(first: str, last: str, *, today: date, past: bool) -> tuple[date | None, date | None]:
    left = _period(first, today=today, past=past)[0] if first else None
    right = _period(last, today=today, past=past)[0] if last else None
    if left is not None and right is not None:
        # `last:30d..90d` runs back in time; a typed range is never meant to be empty.
        return min(left.start, right.start), max(left.end, right.end)
    return (left.start if left else None), (right.end if right else None)


def _period(text: str, *, today: date, past: bool) -> tuple[Period, bool]:
    period = parse_period(text, today=today, past=past)
    if period is not None:
        return period, False
    interval = parse_interval(text)
    if interval is None:
        raise ValueError(text)
    return one_day(interval.before(today) if past else interval.after(today)), True
