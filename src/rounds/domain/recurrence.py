"""Repeat rules: `every 3 months`, `every weekday`, `every month on the last Friday when done`.

The rules are those documented by the Obsidian Tasks plugin, with the same next dates. Rules that it reads only in part
and rules with an end (`for 3 times`, `until May`) are unknown here: see `parse_repeat`.
"""

import datetime as dt
import re
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rounds.domain.periods import MONTHS, WEEKDAYS, Interval, parse_interval

_UNITS = {"day": Interval(days=1), "week": Interval(days=7), "month": Interval(1), "year": Interval(12)}
_DAY_NUMBERS = {name[:size]: at for at, name in enumerate(WEEKDAYS) for size in (2, 3, 9)} | {
    "tues": 1,
    "thur": 3,
    "thurs": 3,
}
_NTHS = {"first": 1, "second": 2, "third": 3}
_WORD = re.compile(r"\d+(?:st|nd|rd|th)\b|\d+|[a-z]+|[^\sa-z\d]")
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_NTH = re.compile(r"\d{1,9}(?:st|nd|rd|th)", re.ASCII)
_MOST = 1000
"""Maximum count in a rule: anything larger is a typo."""


class Pattern(NamedTuple):
    """The parts of a rule other than a plain interval.

    Attributes:
        unit, step: day, week, month or year, and the number of units between repeats.
        weekdays: (0 for Monday, position): the position in the month (in the year, if that is the unit), negative from
            the end, 0 for all.
        month_days: negative from the end.
        months: 1 to 12.
    """

    unit: str
    step: int = 1
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A repeat rule, counted from the follow-up's day, or with `when done` from the day it was done.

    Attributes:
        on: its named days; None for a plain interval.
    """

    every: Interval
    when_done: bool = False
    on: Pattern | None = None

    def next(self, due: dt.date | None, done: dt.date) -> dt.date:
        """The next day. An interval that lands on a missing day of a month uses the month's last day.

        Raises:
            OverflowError: there is no next day, or it's outside the years that a date can hold.
        """
        start = done if self.when_done or due is None else due
        if self.on is None:
            return self.every.after(start)
        if self.on.months and not (self.on.weekdays or self.on.month_days):
            return _in_months(self.on, start)
        return _by_rule(self.on, start)


def _in_months(pattern: Pattern, start: dt.date) -> dt.date:
    """`every January`: on the same day of the month, or its last."""
    from calendar import monthrange

    for year in range(start.year, dt.MAXYEAR + 1, pattern.step):
        for month in sorted(pattern.months):
            day = dt.date(year, month, min(start.day, monthrange(year, month)[1]))
            if day > start:
                return day
    raise OverflowError("date value out of range")


def _by_rule(pattern: Pattern, start: dt.date) -> dt.date:
    from dateutil import rrule  # takes 10 ms

    rule = rrule.rrule(
        {"day": rrule.DAILY, "week": rrule.WEEKLY, "month": rrule.MONTHLY, "year": rrule.YEARLY}[pattern.unit],
        dtstart=dt.datetime(start.year, start.month, start.day),  # noqa: DTZ001 - days have no zone
        interval=pattern.step,
        wkst=rrule.MO,
        byweekday=[rrule.weekday(day, nth or None) for day, nth in pattern.weekdays] or None,
        bymonthday=pattern.month_days or None,
        bymonth=pattern.months or None,
    )
    found: dt.datetime | None = rule.after(dt.datetime(start.year, start.month, start.day))  # noqa: DTZ001
    if found is None:
        raise OverflowError("date value out of range")
    return found.date()


@lru_cache(maxsize=1024)
def parse_repeat(text: str) -> Recurrence | None:
    """Parse a rule, ignoring case and extra blanks; None if it's unknown."""
    words = _WORD.findall(text.lower())
    when_done = words[-2:] == ["when", "done"]
    words = words[:-2] if when_done else words
    if words[:1] != ["every"]:
        return None
    reading = _Reading(deque(words[1:]))
    pattern = reading.pattern()
    if pattern is not None:
        unit = _UNITS[pattern.unit]
        every = Interval(unit.months * pattern.step, unit.days * pattern.step)
        return Recurrence(every, when_done, pattern if pattern[2:] != ((), (), ()) else None)
    short = parse_interval(re.sub(r"^\s*every\b|\bwhen\s+done\s*$", "", text.lower()))
    return Recurrence(short, when_done) if short and 0 < short.length() < _MOST * 366 else None


class _Reading:
    """Parser for the words after `every`. Any unknown word makes the whole rule unknown."""

    def __init__(self, words: deque[str]) -> None:
        self.words = words
        self.weekdays: list[tuple[int, int]] = []
        self.month_days: list[int] = []
        self.months: list[int] = []

    def pattern(self) -> Pattern | None:
        """The rule, or None."""
        count = 2 if self._take("other") else int(self.words.popleft()) if self._is_number() else 1
        unit = self._unit()
        if not unit or not 0 < count <= _MOST or not self._hours() or self.words:
            return None
        if self.weekdays and self.month_days:  # ambiguous: the 2nd and 4th Friday, or the 2nd day and the 4th Friday
            return None
        if self.months and unit != "year":
            return None
        return Pattern(unit, count, tuple(self.weekdays), tuple(self.month_days), tuple(self.months))

    def _unit(self) -> str:
        """The unit, with any named days; empty if unknown."""
        if self._take("weekday", "weekdays"):
            self.weekdays = [(day, 0) for day in range(5)]
            return "week"
        if _weekday(self._peek()) is not None:
            return self._names("week")
        if _month(self._peek()):
            return self._names("year")
        unit = self._peek().removesuffix("s")
        if unit not in _UNITS:
            return ""
        self.words.popleft()
        return unit if unit == "day" or self._days() else ""

    def _names(self, unit: str) -> str:
        """Weekdays or months at the start of the rule."""
        while True:
            word = self.words.popleft() if self.words else ""
            if unit == "week" and (day := _weekday(word)) is not None:
                self.weekdays.append((day, 0))
            elif unit == "year" and (month := _month(word)):
                self.months.append(month)
            else:
                return ""
            if not self._take(",", "and", "or"):
                return unit if self._days() else ""

    def _days(self) -> bool:
        """Parse `on the 1st and 15th`, `on Monday, Thursday`, `on the 2nd last Friday`; False if a word is unknown."""
        if not self._take("on", "in", "the"):
            return True
        while True:
            if not self._day():
                return False
            if not self._take(",", "and", "or", "on", "the"):
                return True

    def _day(self) -> bool:
        nth = self._nth()
        word = self._peek()
        if (day := _weekday(word)) is not None:
            self.words.popleft()
            self.weekdays.append((day, nth))
            return -53 <= nth <= 53
        if nth:
            self._take("day", "days")
            self.month_days.append(nth)
            return -31 <= nth <= 31
        if self._take("weekday", "weekdays"):
            self.weekdays += [(day, 0) for day in range(5)]
            return True
        if not (month := _month(word)):
            return False
        self.words.popleft()
        self.months.append(month)
        if nth := self._nth():
            self.month_days.append(nth)
        return True

    def _nth(self) -> int:
        """`2nd`, `last`, `2nd last`; 0 for none."""
        word = self._peek()
        if self._take("last"):
            return -1
        nth = _NTHS.get(word) or (int(word[:-2]) if _NTH.fullmatch(word) else 0)
        if not nth:
            return 0
        self.words.popleft()
        return -nth if self._take("last") else nth

    def _hours(self) -> bool:
        """Skip `at 9`: a day here has no hours."""
        if not self._take("at"):
            return True
        while self._is_number():
            self.words.popleft()
            if not self._take(",", "and"):
                return True
        return False

    def _peek(self) -> str:
        return self.words[0] if self.words else ""

    def _is_number(self) -> bool:
        return _NUMBER.fullmatch(self._peek()) is not None

    def _take(self, *names: str) -> bool:
        """Skip one or more of these words; return whether there was one."""
        before = len(self.words)
        while self.words and self.words[0] in names:
            self.words.popleft()
        return len(self.words) < before


def _weekday(word: str) -> int | None:
    return _DAY_NUMBERS.get(word)


def _month(word: str) -> int:
    """1 to 12; 0 for none."""
    word = word[:3] if word == "sept" else word
    return next((at for at, name in enumerate(MONTHS, 1) if word in (name, name[:3])), 0)
