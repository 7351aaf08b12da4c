"""Natural-language dates: `tomorrow`, `tue 12:30`, `in 2 weeks`, `20 nov`, `2026-12-01 9am`."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, time, timedelta
from itertools import islice
from typing import NamedTuple

from rounds.domain.periods import (
    MONTHS,
    Interval,
    Period,
    nearest_weekday,
    parse_interval,
    parse_period,
    weekday_number,
)
from rounds.errors import DateError

_HINT = "For example: today, tomorrow, friday, tue 12:30, next tuesday, in 2 weeks, 20 nov, end of march, 2026-12-01."

_HALVES = r"\d{1,2}(?::\d{2})?\s*(?:am|pm|a\.m\.|p\.m\.)"
_CLOCK = rf"(?:(?:\bat\s+|@\s*)?(?<![\w:.,/-])(?:{_HALVES}|\d{{1,2}}:\d{{2}}|(?:12\s+)?noon|midday)(?![\w:]))"
_TIME = re.compile(_CLOCK)
_HOUR = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*([ap])?")
_STAMP = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})t(?=\d)")
_LEADING = re.compile(r"^(?:on|by|until|from|due)(?:\s+|$)")

_NUMBERS = {
    "a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_ALMOST = {
    "now": 0, "tonight": 0, "tmrw": 1, "this morning": 0, "this afternoon": 0, "this evening": 0, "last night": -1,
    "the day after tomorrow": 2, "day after tomorrow": 2,
    "the day before yesterday": -2, "day before yesterday": -2,
}  # fmt: skip
_BACK = re.compile(r"(.+?) (?:ago|back)")
_AHEAD = re.compile(r"(?:in |\+)(.+)|(.+?) from (?:now|today)")
_TURN = re.compile(r"(next|last)\s+(week|month|year)")
_WEEKDAY = re.compile(r"(next|last|past|this|coming|this coming)\s+([a-z]+)")

_LONG_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_SHORT_DAYS = r"(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NTH = rf"{_DAY}(?:st|nd|rd|th)"
_ANY_DAY = rf"{_DAY}(?:st|nd|rd|th)?"
_CALENDAR = rf"(?:{_ANY_DAY}\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+(?:the\s+)?{_ANY_DAY})(?:,?\s+\d{{4}})?"
_SHORT_DATE = rf"(?:0?[1-9]|1[0-2])/{_DAY}"
_FULL_DATE = rf"{_SHORT_DATE}/(?:\d{{4}}|\d{{2}})|\d{{4}}/\d{{1,2}}/\d{{1,2}}|{_DAY}\.\d{{1,2}}\.\d{{4}}"
_DAY_OF_MONTH = re.compile(
    rf"(?:(?P<weekday>{_LONG_DAYS}|{_SHORT_DAYS}),?\s+)?(?P<day>{_CALENDAR}|{_FULL_DATE}|{_SHORT_DATE})"
)
_WHOLE = re.compile(
    rf"""(?:(?:the\s+)?(?P<part>start|beginning|first|middle|end|last\s+day)\s+of\s+|(?P<early>early|mid|late)[\s-]+)?
    (?:in\s+)?(?:(?P<turn>this|the|next|last|coming)\s+)?
    (?:(?P<month>{_MONTH})(?:,?\s+(?:of\s+)?(?P<year>\d{{4}}))?|(?P<iso>\d{{4}}-\d{{1,2}})|(?P<span>week|month|year)|(?P<alone>\d{{4}}))""",
    re.VERBOSE,
)
"""A month, week or year that stands for one day: `february`, `end of march`, `beginning of next year`."""

_MONTH_ALONE = re.compile(r"may|\d{4}-\d{1,2}")
_MONTHS = tuple(name[:3] for name in MONTHS)
_ENDS = frozenset({"end", "last day", "late"})
_MIDDLES = frozenset({"middle", "mid"})
_NTH_ALONE = re.compile(r"(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)")


def parse_day(text: str, *, today: date, past: bool = False, months: bool = False) -> date:
    """Parse a day without a time. See `parse_moment`.

    Args:
        months: also accept `may` and `2026-11`, which are ambiguous in free text, as the first day of the month.

    Raises:
        DateError: not a date, or a date with a time, which would be lost.
    """
    if months and _MONTH_ALONE.fullmatch(" ".join(text.lower().split())):
        text = f"start of {text}"
    day, clock = parse_moment(text, today=today, past=past)
    if clock is not None:
        raise DateError(
            f"Only a day is kept here, no time of day: {text.strip()}",
            hint="Leave the time out, or write it among the words.",
        )
    return day


def parse_moment(text: str, *, today: date, past: bool = False) -> tuple[date, time | None]:
    """Parse a day, with an optional time of day, in English.

    `monday` is the next Monday after today, `next monday` the one of next week (weeks start on Monday). A time alone
    means today. `3/4` is March 4, as in the United States. `february` is its first day; `end of march` also works.

    Args:
        past: resolve an ambiguous date to the last one before today: `monday`, `20 nov`, `2w`.

    Raises:
        DateError: not a date, or an impossible one.
    """
    words = _STAMP.sub(r"\1 ", " ".join(text.lower().split()))
    if not words:
        raise DateError("A date is missing.", hint=_HINT)
    at = _TIME.search(words)
    clock = _time_of_day(at[0]) if at else None
    if at and clock is not None:
        words = f"{words[: at.start()].strip(' ,')} {words[at.end() :].strip(' ,')}".strip()
    words = _LEADING.sub("", words, count=1)
    try:
        day = today if clock is not None and not words else _parsed_day(words, today, past)
    except (OverflowError, ValueError):
        day = None
    if day is None:
        raise DateError(f"This is not a date that can be read: {text.strip()}", hint=_HINT)
    return day, clock


def _time_of_day(text: str) -> time | None:
    match = _HOUR.search(text)
    if match is None:
        return time(12)
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _parsed_day(words: str, today: date, past: bool) -> date | None:
    period = parse_period(words, today=today, past=past)
    if period is not None:
        return period.start if period.end - period.start == timedelta(days=1) else None
    if words in _ALMOST:
        return today + timedelta(days=_ALMOST[words])
    for read in (_distance, _named_weekday, _nth_of_month, _part_of, _day_of_month):
        day = read(words, today, past)
        if day is not None:
            return day
    return None


def _distance(words: str, today: date, past: bool) -> date | None:
    """`2w`, `in 2 weeks`, `a month ago`, `next week`."""
    if back := _BACK.fullmatch(words):
        words, past = back[1], True
    elif ahead := _AHEAD.fullmatch(words):
        words, past = ahead[1] or ahead[2], False
    elif turn := _TURN.fullmatch(words):
        words, past = turn[2], turn[1] == "last"
    interval = _interval(words)
    if interval is None:
        return None
    return interval.before(today) if past else interval.after(today)


def _interval(words: str) -> Interval | None:
    first, _, rest = words.partition(" ")
    return parse_interval(f"{_NUMBERS[first]} {rest}" if rest and first in _NUMBERS else words)


def _named_weekday(words: str, today: date, past: bool) -> date | None:
    """`next tuesday`, `last friday`, `this thursday`."""
    match = _WEEKDAY.fullmatch(words)
    number = weekday_number(match[2]) if match else None
    if match is None or number is None:
        return None
    if match[1] == "next":
        return today + timedelta(days=7 - today.weekday() + number)
    back = match[1] in {"last", "past"} or (past and match[1] == "this")
    return nearest_weekday(number, today=today, past=back)


def _nth_of_month(words: str, today: date, past: bool) -> date | None:
    """`the 20th`: the next one after today, or the last one before."""
    match = _NTH_ALONE.fullmatch(words)
    if match is None or not 1 <= int(match[1]) <= 31:
        return None
    step = timedelta(days=-1 if past else 1)
    day = today + step
    while day.day != int(match[1]):
        day += step
    return day


def _part_of(words: str, today: date, past: bool) -> date | None:
    """One day of a month, week or year: the first, unless the text says middle or end."""
    match = _WHOLE.fullmatch(words)
    part = " ".join((match["part"] or match["early"] or "").split()) if match else ""
    if match is None or (not part and (not match["month"] or words == "may")):
        return None  # `next month` is a distance
    if match["month"] and match["turn"] in {"next", "last"} and match["year"]:
        return None
    period = _named_period(match, today)
    if match["month"] and not match["year"]:
        back = match["turn"] == "last" or (past and match["turn"] != "next")
        day = _day_in(period, part)
        if back and day >= today:
            period = _shifted(period, -12)
        elif not back and (day < today or (day == today and not part)) and match["turn"] != "this":
            period = _shifted(period, 12)
    return _day_in(period, part)


def _named_period(match: re.Match[str], today: date) -> Period:
    """The days of a named month, week or year; a month without a year is this year's."""
    ahead = {"next": 1, "coming": 1, "last": -1}.get(match["turn"] or "", 0)
    if match["month"] or match["iso"]:
        year, _, number = (match["iso"] or "").partition("-")
        month = int(number) if number else _MONTHS.index(match["month"][:3]) + 1
        first = date(int(year or match["year"] or today.year), month, 1)
        return Period(first, Interval(months=1).after(first))
    if match["span"] == "week":
        first = today - timedelta(days=today.weekday() - 7 * ahead)
        return Period(first, first + timedelta(days=7))
    if match["span"] == "month":
        first = Interval(months=ahead).after(today.replace(day=1))
        return Period(first, Interval(months=1).after(first))
    first = date(int(match["alone"] or today.year + ahead), 1, 1)
    return Period(first, Interval(months=12).after(first))


def _shifted(period: Period, months: int) -> Period:
    step = Interval(months=months)
    return Period(step.after(period.start), step.after(period.end))


def is_month(word: str) -> bool:
    """Whether the word is a month's name, in full or short."""
    return re.fullmatch(_MONTH, word.lower()) is not None


def _day_in(period: Period, part: str) -> date:
    if part in _ENDS:
        return period.end - timedelta(days=1)
    return period.start + (period.end - period.start - timedelta(days=1)) / 2 if part in _MIDDLES else period.start


def _day_of_month(words: str, today: date, past: bool) -> date | None:
    """`20 nov`, `fri, dec 4th`, `3/4`, `11/20/26`, `2026/12/01`, `20.11.2026`: month first if possible."""
    match = _DAY_OF_MONTH.fullmatch(words)
    if match is None:
        return None
    numbers = re.findall(r"\d+", match["day"])
    if name := re.search(_MONTH, match["day"]):
        numbers.insert(0, str(_MONTHS.index(name[0][:3]) + 1))
    elif len(numbers[0]) == 4:
        numbers.append(numbers.pop(0))
    month, day = map(int, numbers[:2])
    if month > 12:
        month, day = day, month
    year = numbers[2] if len(numbers) > 2 else ""
    found = date(int(year), month, day) if len(year) == 4 else _nearest(month, day, year, today=today, past=past)
    if found and match["weekday"] and weekday_number(match["weekday"]) != found.weekday():
        raise DateError(f"{found:%B} {found.day}, {found.year} is a {found:%A}.", hint="Which of the two do you mean?")
    return found


def _nearest(month: int, day: int, year: str, *, today: date, past: bool) -> date | None:
    """The next such day after today, or with `past` the last one up to today; None if there is no such day.

    Args:
        year: two digits, of a year at most fifty years ahead, or with `past` one; empty for any year.
    """
    if year:
        last = today.year + (1 if past else 50)
        return date(last - (last - int(year)) % 100, month, day)
    for distance in range(9):  # 29 February comes every four years, but not in 1900 and 2100
        with suppress(ValueError):
            found = date(today.year - distance if past else today.year + distance, month, day)
            if (found <= today) if past else (found > today):
                return found
    return None


_DATE_AT_START = re.compile(
    rf"(?:(?:at|on|by)\s+|@\s*)?((?:{_HALVES}|\d{{1,2}}(?:[:.]\d{{2}}|\s*$)|\d{{4}}-\d+-\d+|\d+/\d+|{_CALENDAR}|noon|midday"
    rf"|{_LONG_DAYS})(?![\w'’])\S*)",
    re.IGNORECASE,
)


def date_at_start(text: str) -> str:
    """The time or day at the start of a text, even an impossible one; empty if it starts with other words."""
    match = _DATE_AT_START.match(text)
    return match[1].strip() if match else ""


_UNIT = r"(?:days?|weeks?|months?|years?)"
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_AFTER = rf"(?:,?\s+{_CLOCK})?"
_PHRASE = re.compile(
    rf"""(?<![\w/.:@#-])(?:
      (?:the\s+)?day\s+(?:after\s+tomorrow|before\s+yesterday){_AFTER}
    | (?:today|tomorrow|tmrw|yesterday|tonight){_AFTER}
    | \d{{4}}-\d{{2}}-\d{{2}}(?:T\d{{1,2}}:\d{{2}}|{_AFTER})
    | in\s+{_COUNT}\s+{_UNIT}
    | {_COUNT}\s+{_UNIT}\s+ago
    | (?:next|last)\s+week
    | (?:(?:{_LONG_DAYS}|{_SHORT_DAYS}),?\s+)?(?:{_CALENDAR}|{_FULL_DATE}){_AFTER}
    | (?:on|by)\s+{_SHORT_DATE}{_AFTER}
    | (?:on|by)\s+the\s+{_NTH}{_AFTER}
    | (?:(?:on|by|next|last|this)\s+)?{_LONG_DAYS}{_AFTER}
    | (?:on|by|next|last|this)\s+{_SHORT_DAYS}{_AFTER}
    | {_SHORT_DAYS},?\s+{_CLOCK}
    | (?:mon|tues?|thu(?:rs?)?|fri)
    )(?![\w/-]|[.:]\w|['’]\w)(?!\s+(?:mornings|afternoons|evenings|nights)\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_SHORT = re.compile(
    rf"(?<![\w/.:@#-])(?:{_SHORT_DATE}(?:,?\s+{_CLOCK})?|wed|sat|sun)(?=\s*(?:$|[,;:.)](?!\w)|(?:about|re|at|with)\b))",
    re.IGNORECASE,
)
"""Phrases that are dates only where the rest of the line is about a touch or a follow-up: `3/10` may be a rating."""

_HABIT = re.compile(r"\b(?:every|each|any|most|other)\s+$", re.IGNORECASE)
_LONGEST_HABIT = 20
_MOST_PHRASES = 50  # a line has few dates
_MODAL = re.compile(r"\bmay\b")


class Dated(NamedTuple):
    """A date phrase in a text.

    Attributes:
        start, end: its offsets.
        clock: its time of day, if any.
    """

    start: int
    end: int
    day: date
    clock: time | None


def dates_in(text: str, *, today: date, past: bool = False, short: bool = False) -> Iterator[Dated]:
    """The date phrases in a line.

    Cautious, because the rest of the line is free text: `may`, `sat`, `sun`, `wed`, `now` or a number alone isn't a
    date, nor is `every tuesday` or `Tuesday's`. The phrase's role in the sentence is ignored: `until 20 jan`.

    Args:
        short: also `3/4`, `sat`, `sun` and `wed` where a clause ends.
    """
    for match in _phrases(text, short=short):
        with suppress(DateError):
            yield Dated(*match.span(), *parse_moment(match[0], today=today, past=past))


def wrong_date(text: str, *, today: date) -> DateError | None:
    """The error of the first phrase in a line that looks like a date and isn't one: `30 feb`; None without one."""
    for match in _phrases(text, short=False):
        try:
            parse_moment(match[0], today=today)
        except DateError as error:
            return error
    return None


def _phrases(text: str, *, short: bool) -> Iterator[re.Match[str]]:
    found = [
        *islice(_PHRASE.finditer(text), _MOST_PHRASES),
        *(islice(_SHORT.finditer(text), _MOST_PHRASES) if short else ()),
    ]
    end = 0
    for match in sorted(found, key=lambda each: each.start()):
        # "he may 3 times" isn't a date, "May 3" is.
        before = text[max(0, match.start() - _LONGEST_HABIT) : match.start()]
        if match.start() >= end and not (_HABIT.search(before) or _MODAL.search(match[0])):
            end = match.end()
            yield match
