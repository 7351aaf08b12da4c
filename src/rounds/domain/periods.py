"""Intervals and periods as people type them: `3 months`, `2w`, `2026-03`, `monday`, `>90d`, `today..2w`."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_UNITS = {"d": (0, 1), "w": (0, 7), "m": (1, 0), "y": (12, 0)}
_WORDS = {"day": "d", "week": "w", "month": "m", "mo": "m", "year": "y", "yr": "y"}
_TEXT = re.compile(r"(?:(\d{1,4})\s*)?([a-z]+)", re.IGNORECASE)


class Interval(NamedTuple):
    """A number of calendar months and days."""

    months: int = 0
    days: int = 0

    def after(self, day: date, times: int = 1) -> date:
        """The day `times` intervals after `day`; a missing day of a month becomes its last.

        Raises:
            OverflowError: outside the years that a date can hold.
        """
        month = day.year * 12 + day.month - 1 + self.months * times
        year, month = divmod(month, 12)
        if not 1 <= year <= 9999:
            raise OverflowError("date value out of range")
        if day.day > 28:
            from calendar import monthrange  # rarely needed, and half a millisecond of every start

            day = day.replace(day=min(day.day, monthrange(year, month + 1)[1]))
        moved = day.replace(year=year, month=month + 1)
        return moved + timedelta(days=self.days * times)

    def before(self, day: date) -> date:
        """The day one interval before `day`."""
        return self.after(day, -1)

    def length(self) -> int:
        """Approximate length in days; for comparing, not for counting."""
        return round(self.months * 365.25 / 12) + self.days


@lru_cache(maxsize=1024)
def parse_interval(text: str) -> Interval | None:
    """Read `3 months`, `6m`, `1 year` or `week`; None for anything else."""
    match = _TEXT.fullmatch(text.strip())
    if match is None:
        return None
    word = match[2].lower()
    unit = _WORDS.get(word.removesuffix("s") if len(word) > 1 else word, word)
    if unit not in _UNITS or (unit == word and match[1] is None):
        return None
    months, days = _UNITS[unit]
    count = int(match[1] or 1)
    return Interval(months * count, days * count)


MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
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
        # `last:30d..90d` runs back in time; a typed range is never empty on purpose.
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
