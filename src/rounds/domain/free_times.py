"""Times to propose for a first talk, from `[week] free` in rounds.toml: a few days, never the whole calendar."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SLOT = re.compile(
    r"(?P<day>mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s,]+"
    r"(?P<h1>\d{1,2})(?::(?P<m1>\d\d))?\s*(?:-|–|to)\s*(?P<h2>\d{1,2})(?::(?P<m2>\d\d))?",
    re.IGNORECASE,
)

_FIRST, _LAST = 3, 21
"""Days from today within which times are proposed: a mail needs a day or two to be read."""

PROPOSED = 2
"""Times that a message proposes."""


class Slot(NamedTuple):
    """A free time of the week.

    Attributes:
        weekday: 0 for Monday.
        start, end: local time of the practice.
    """

    weekday: int
    start: dt.time
    end: dt.time


def parse_slot(text: str) -> Slot | None:
    """A slot such as `Fri 9:00-12:00`, in 24 hours; None if it isn't one."""
    found = _SLOT.fullmatch(text.strip())
    if found is None:
        return None
    try:
        start = dt.time(int(found["h1"]), int(found["m1"] or 0))
        end = dt.time(int(found["h2"]), int(found["m2"] or 0))
    except ValueError:
        return None
    return Slot(_DAYS.index(found["day"].lower()), start, end) if start < end else None


def proposals(
    slots: Iterable[Slot],
    today: dt.date,
    is_working_day: Callable[[dt.date], bool],
    busy: Collection[tuple[dt.date, dt.time]],
) -> list[tuple[dt.date, Slot]]:
    """The next free slots, one a day, without holidays and without those in which something is planned.

    Args:
        busy: day and time of planned appointments.
    """
    week = sorted(slots)
    found = []
    for ahead in range(_FIRST, _LAST + 1):
        day = today + dt.timedelta(days=ahead)
        free = [slot for slot in week if slot.weekday == day.weekday() and not _is_taken(day, slot, busy)]
        if free and is_working_day(day):
            found.append((day, free[0]))
    return found[:PROPOSED]


def _is_taken(day: dt.date, slot: Slot, busy: Collection[tuple[dt.date, dt.time]]) -> bool:
    return any(date == day and slot.start <= time < slot.end for date, time in busy)


def in_words(found: Iterable[tuple[dt.date, Slot]]) -> str:
    """Slots in a sentence: `Friday, December 4, between 9 am and noon, or Tuesday, ...`; empty for none."""
    return ", or ".join(_words(found))


def _words(found: Iterable[tuple[dt.date, Slot]]) -> Iterator[str]:
    for day, slot in found:
        yield f"{day:%A}, {day:%B} {day.day}, between {_clock(slot.start)} and {_clock(slot.end)}"


def _clock(time: dt.time) -> str:
    if (time.hour, time.minute) == (12, 0):
        return "noon"
    minutes = f":{time.minute:02}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes} {'am' if time.hour < 12 else 'pm'}"
