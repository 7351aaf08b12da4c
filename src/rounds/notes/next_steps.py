"""Follow-ups written in a sentence: `next: send the handout fri`, `follow up in 2 weeks`."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, time
from typing import NamedTuple

from rounds.errors import DateError
from rounds.notes.dates import dates_in, parse_moment

_MARK = re.compile(
    r"""(?:(?:^|(?<=[,;.:!?(–—-]))\s*(?:(?:and|then|so)\s+)*|\b(?:and|then)\s+)
    (?:(?:i'll|i\ will|will|need\ to|should|to)\s+)?
    (?P<mark>(?P<word>follow[\s-]?up\b|f/u\b)(?!\s+(?:was|is|appointments?|visits?|calls?)\b)
    |next(?:\s+steps?)?\s*:|to[\s-]?do\s*:|remind\s+me\b(?:\s*:)?)""",
    re.IGNORECASE | re.VERBOSE,
)
_END = re.compile(r";|[.!?](?=\s+[^\W\d_a-z])")
"""End of a follow-up: a semicolon or the end of a sentence."""

_AROUND = " \t,;:.–—-"
_DANGLING = re.compile(r"(?:(?<=\s)|^)(?:on|by|at|until|for)$", re.IGNORECASE)
_LEADING_TO = re.compile(r"(?:to|that i|about it)\s+", re.IGNORECASE)
_NO_DAY_ALONE = re.compile(r"\d*|may|now|today", re.IGNORECASE)
_MOST_WORDS = 4


class NextStep(NamedTuple):
    """A follow-up in a text.

    Attributes:
        start, end: offsets of the whole phrase, from the mark to the end of the clause.
        text: what to do, without the mark and the day; `follow up` if nothing else is said.
        due: the day; None for none.
        clock: the time of day, if any.
    """

    start: int
    end: int
    text: str
    due: date | None
    clock: time | None


def next_steps(text: str, *, today: date) -> Iterator[NextStep]:
    """The follow-ups in a text, in order.

    A follow-up starts at the beginning of a clause with `follow up`, `next:`, `to do:` or `remind me`, and ends with
    the sentence, a semicolon, or the next one. Its day is today or later.
    """
    marks = [*_MARK.finditer(text)]
    for number, mark in enumerate(marks, 1):
        limit = marks[number].start() if number < len(marks) else len(text)
        stop = _END.search(text, mark.end(), limit)
        end = stop.start() if stop else limit
        words, due, clock = _with_day(text[mark.end() : end], today)
        words = _LEADING_TO.sub("", words, count=1) if not mark["word"] and _LEADING_TO.match(words) else words
        if mark["word"]:
            words = f"follow up {words}".strip()
        yield NextStep(mark.start(), end, words.strip(_AROUND) or "follow up", due, clock)


def _with_day(text: str, today: date) -> tuple[str, date | None, time | None]:
    """The words of a follow-up without its day, the day, and the time."""
    text = text.strip(_AROUND)
    for found in dates_in(text, today=today, short=True):
        if found.day >= today:
            return without(text, found.start, found.end), found.day, found.clock
    words = text.split()
    for count in range(min(_MOST_WORDS, len(words)), 0, -1):
        for part, rest in ((words[:count], words[count:]), (words[-count:], words[:-count])):
            phrase = " ".join(part).strip(_AROUND)
            if _NO_DAY_ALONE.fullmatch(phrase):
                continue
            with suppress(DateError):
                day, clock = parse_moment(phrase, today=today)
                if day >= today:
                    return _DANGLING.sub("", " ".join(rest).strip(_AROUND)).rstrip(), day, clock
    return text, None, None


def without(text: str, start: int, end: int) -> str:
    """A text without a date phrase, and without the words or signs that led to it."""
    before = _DANGLING.sub("", text[:start].rstrip(_AROUND)).rstrip()
    after = text[end:].lstrip(_AROUND if not before else " \t")
    return f"{before}{'' if after[:1] in {',', ';', '.', ':'} else ' '}{after}".strip(_AROUND)
