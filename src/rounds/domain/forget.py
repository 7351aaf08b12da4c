"""Finds text in any spelling, and removes it."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from rounds.domain.folding import APOSTROPHES, UNSPACED, digits, fold, has_apostrophe, spaced, split_at_apostrophes
from rounds.domain.guard.text import with_neutral
from rounds.domain.links import links_in

SHORTEST = 3
"""The fewest letters and digits to look for: shorter text is part of too many words."""

_FEWEST_DIGITS = 7
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_RUN = re.compile(r"\d(?:[\s().\-–—/+·]{0,3}\d){6,}")
_EXTENSION = re.compile(r"(?i)(?:ext|x)[. ]?\d{1,6}$")
_ESCAPED = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[nrt])|%20")
_SOFT = "\u00ad"
"""Pads an escape that was read to its old length; comparisons skip it."""

_BETWEEN = rb"[^0-9A-Za-z\x80-\xff]{1,12}"

Span = tuple[int, int]


class Place(NamedTuple):
    """Lines of a text that hold what is looked for.

    Attributes:
        first, last: their numbers, from 1.
        before: the lines as they are, without the last line end.
        after: the proposal in their place; None to remove them.
    """

    first: int
    last: int
    before: str
    after: str | None


class SoughtText(NamedTuple):
    """A text to look for: in any case and Unicode form, with or without accents, whatever stands between its words.

    Attributes:
        phrases: its spellings, folded (`folding.fold`); a date has several.
        number: its digits, if it's a number such as a phone number; else empty.
    """

    phrases: tuple[str, ...]
    number: str

    def is_in(self, text: str) -> bool:
        """Whether a text holds it."""
        text = _readable(text)
        seen = [text, split_at_apostrophes(text)] if has_apostrophe(text) else [text]
        folded = [f" {spaced(fold(each))} " for each in seen]
        return any(f" {phrase} " in each for each in folded for phrase in self.phrases) or any(self._numbers(text))

    def spans(self, text: str) -> list[Span]:
        """The places in a text, in order, without overlaps; a link around one belongs to it."""
        if not self.is_in(text):
            return []
        plain = _readable(text)
        found = {*self._numbers(plain)}
        for each in {plain, split_at_apostrophes(plain)}:
            found |= set(self._phrases(_words(each)))
        links = links_in(text)
        widened = [
            next(
                ((link.start, link.end) for link in links if link.start <= start and end <= link.end),
                (start, self._with_dot(text, end)),
            )
            for start, end in found
        ]
        return _merged(sorted(widened))

    def without(self, text: str, word: str) -> str:
        """A text with a word in its place."""
        for start, end in reversed(self.spans(text)):
            text = text[:start] + word + text[end:]
        return text

    def places(self, text: str, body_line: int) -> list[Place]:
        """The lines that hold it, each with a proposal.

        Args:
            body_line: number of the first line below the properties. Above it, the word is in parentheses, since
                brackets make a list there.
        """
        lines = text.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        groups: list[Span] = []
        for start, end in self.spans(text):
            groups.append((_line_at(starts, start), _line_at(starts, max(start, end - 1))))
        if not groups:  # found only by comparing whole lines
            groups = [(number, number) for number, line in enumerate(lines) if self.is_in(line)]
        return [self._place(lines, first, last, body_line) for first, last in _merged(groups)]

    def _place(self, lines: Sequence[str], first: int, last: int, body_line: int) -> Place:
        before = "\n".join(lines[first : last + 1])
        is_property = first + 1 < body_line
        word = "(client)" if is_property else "[client]"
        after = before
        for start, end in reversed(self.spans(before)):
            after = with_neutral(after, start, end, word)
        is_empty = not is_property and not re.search(r"[^\W_]", after.replace(word, ""))
        return Place(first + 1, last + 1, before, None if is_empty or self.is_in(after) else after)

    def _phrases(self, words: Sequence[tuple[str, int, int]]) -> Iterator[Span]:
        sought: dict[str, list[list[str]]] = {}
        for phrase in map(str.split, self.phrases):
            sought.setdefault(phrase[0], []).append(phrase)
        seen = [word for word, _, _ in words]
        for at, word in enumerate(seen):
            for phrase in sought.get(word, ()):
                if seen[at : at + len(phrase)] == phrase:
                    yield words[at][1], words[at + len(phrase) - 1][2]

    def _with_dot(self, text: str, end: int) -> int:
        """The end of a place, with the dot after an initial."""
        is_initial = any(len(phrase.rpartition(" ")[2]) == 1 for phrase in self.phrases)
        is_dot = text[end : end + 1] == "." and not text[end + 1 : end + 2].isalnum()
        return end + 1 if is_initial and is_dot else end

    def _numbers(self, text: str) -> Iterator[Span]:
        for run in _RUN.finditer(text) if self.number else ():
            places = [place for place in range(*run.span()) if text[place].isdecimal()]
            plain = "".join(str(int(text[place])) for place in places)
            at = plain.find(self.number)
            while at >= 0:
                end = places[at + len(self.number) - 1] + 1
                is_whole = at == 0 or plain[:at] in {"1", "001"} or not text[places[at] - 1].isdecimal()
                if is_whole and not text[end : end + 1].isdecimal():
                    yield _whole_number(text, places[0] if _is_code(plain[:at], text, places[0]) else places[at], end)
                at = plain.find(self.number, at + 1)

    def pattern(self) -> re.Pattern[bytes]:
        """A pattern for the bytes of a database, whose texts have no borders; it may find a little more."""
        each = [_BETWEEN.join(re.escape(word.encode()) for word in phrase.split()) for phrase in self.phrases]
        if self.number:
            each.append(rb"[ ().\-/+]{0,3}".join(sign.encode() for sign in self.number))
        return re.compile(rb"(?<![0-9A-Za-z])(?:%b)(?![0-9A-Za-z])" % b"|".join(each), re.IGNORECASE)


def sought_text(text: str) -> SoughtText | None:
    """What to look for; None if the text has too few letters and digits."""
    text = _readable(text)
    fewest = SHORTEST - bool(re.search(UNSPACED, text))
    if sum(sign.isalnum() for sign in text) < fewest:
        return None
    spellings = {spaced(fold(each)) for each in (text, split_at_apostrophes(text), text.casefold())}
    spellings |= set(_dates(fold(text).split()))
    every = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    is_number = len(every) >= _FEWEST_DIGITS and not re.search(r"[^\W\d_]", _EXTENSION.sub("", text))
    number = (every if len(every) > 11 else digits(text)) if is_number else ""
    return SoughtText(tuple(sorted(filter(None, spellings))), number)


def replaced(text: str, instead: Mapping[Place, str | None]) -> str:
    """A text with other lines in its places; None removes the lines of one."""
    lines: list[str | None] = [*text.split("\n")]
    for place, new in instead.items():
        lines[place.first - 1 : place.last] = [new, *[None] * (place.last - place.first)]
    return "\n".join(line for line in lines if line is not None)


def _readable(text: str) -> str:
    """The text with escapes of YAML, JSON and links read, at the same length."""
    return _ESCAPED.sub(_read_escape, text) if "\\" in text or "%20" in text else text


def _read_escape(found: re.Match[str]) -> str:
    escape = found[0]
    sign = bytes.fromhex(escape[2:].zfill(4)).decode("utf-16-be", "surrogatepass") if escape[1] in "ux" else " "
    return sign + _SOFT * (len(escape) - 1) if sign != " " else " " * len(escape)


@lru_cache(maxsize=4096)
def _joins(sign: str) -> bool:
    """Whether a sign is more than a border between words; a few have one inside, such as ¼."""
    return fold(f"a{sign}a") != "a a"


def _words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, folded, each with its place."""
    found: list[tuple[str, int, int]] = []
    begin = -1
    for at in range(len(text) + 1):
        if at < len(text) and _joins(text[at]):
            begin = at if begin < 0 else begin
        elif begin >= 0:
            found += _folded_words(text, begin, at)
            begin = -1
    return found


def _folded_words(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    while start < end and text[start] in APOSTROPHES:
        start += 1
    while start < end and text[end - 1] in APOSTROPHES:
        end -= 1
    words = spaced(fold(text[start:end])).split()
    if len(words) == end - start:  # a script without blanks
        yield from ((word, start + at, start + at + 1) for at, word in enumerate(words))
    else:
        yield from ((word, start, end) for word in words)


def _line_at(starts: Sequence[int], offset: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts, offset) - 1


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Spans in order; those that overlap are one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1] and (start, end) != found[-1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif not found or (start, end) != found[-1]:
            found.append((start, end))
    return found


def _is_code(before: str, text: str, start: int) -> bool:
    """Whether the digits before a phone number are its country code."""
    return before in {"1", "001"} or (len(before) <= 3 and text[max(0, start - 1) : start] == "+")


def _whole_number(text: str, start: int, end: int) -> Span:
    """A number with the signs that belong to it: `+1 (503) 555-0144`."""
    if text[max(0, start - 1) : start] == "(" and ")" in text[start:end]:
        start -= 1
    return (start - 1 if text[max(0, start - 1) : start] == "+" else start), end


def _dates(words: Sequence[str]) -> Iterator[str]:
    """Other spellings of a date, folded; none if the words aren't one date."""
    if len(words) != 3:
        return
    for year, month, day in _readings(words):
        with suppress(ValueError):
            dt.date(year, month, day)
            yield from _spellings(year, month, day)


def _readings(words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Year, month and day as three words may mean them."""
    numbers = [re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word) for word in words]
    named = [at for at, word in enumerate(words) if len(word) >= 3 and word[0].isalpha()]
    months = [month for at in named for month, name in enumerate(_MONTHS, 1) if name.startswith(words[at][:9])]
    others = [number for at, number in enumerate(numbers) if at not in named]
    if not all(number.isascii() and number.isdigit() and len(number) <= 4 for number in others):
        return
    if len(named) == 1 and months:
        yield from ((year, months[0], int(others[0])) for year in _years(others[1]))
    elif not named and len(others[0]) == 4:
        yield int(others[0]), int(others[1]), int(others[2])
    elif not named and len(others[2]) in {2, 4}:
        first, second = int(others[0]), int(others[1])
        month, day = (second, first) if first > 12 else (first, second)
        yield from ((year, month, day) for year in _years(others[2]))


def _years(text: str) -> tuple[int, ...]:
    return (int(text),) if len(text) == 4 else (1900 + int(text), 2000 + int(text)) if len(text) == 2 else ()


def _spellings(year: int, month: int, day: int) -> Iterator[str]:
    end = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    name = _MONTHS[month - 1]
    names = {name, name[:3], *(["sept"] if month == 9 else [])}
    for each in (f"{year}", f"{year % 100:02}"):
        for days in {f"{day}", f"{day:02}"}:
            for months in {f"{month}", f"{month:02}"}:
                yield f"{months} {days} {each}"
                if len(each) == 4:
                    yield f"{each} {months} {days}"
                if day > 12:
                    yield f"{days} {months} {each}"
        for word in names:
            for days in {f"{day}", f"{day:02}", f"{day}{end}"}:
                yield from (f"{word} {days} {each}", f"{days} {word} {each}", f"{days} of {word} {each}")
