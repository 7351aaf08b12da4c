"""Intervals of time as people type them: `3 months`, `2w`, `every year`."""

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
