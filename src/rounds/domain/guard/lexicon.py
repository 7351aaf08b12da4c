"""Word lists of the client guard: names, everyday words, and groups of words by meaning."""

import os
import re
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W_]+(?:['./&-][^\W_]+)*[./]?")
_CALENDAR = frozenset((
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "tues", "wed", "thu",
    "thur", "thurs", "fri", "sat", "sun", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays",
    "sundays", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "enero", "febrero", "marzo", "abril",
    "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
))  # fmt: skip
_MEMO = 50_000
"""The most words whose groups are kept in memory."""
Spans = list[tuple[int, int]]


class Words:
    """A sorted list of words, one per line. Words are looked up in the file itself, so no set is built.

    Args:
        name: of the file, read at the first word that is looked up.
        part: the list in it; lists are separated by an empty line.
        more: additional words.
    """

    def __init__(self, name: str, part: int = 0, more: frozenset[str] = frozenset()) -> None:
        self._name = name
        self._part = part
        self._more = more
        self._has = lru_cache(maxsize=20_000)(self._find)

    @cached_property
    def _place(self) -> tuple[bytes, int, int]:
        """The file, and where the list begins and ends in it."""
        data = _read(self._name)
        begin = 0
        for _ in range(self._part):
            begin = data.index(b"\n\n", begin) + 2
        end = data.find(b"\n\n", begin)
        return data, begin, len(data) if end < 0 else end + 1

    def __contains__(self, word: str) -> bool:
        """Is the word in the list?"""
        return self._has(word)

    def _find(self, word: str) -> bool:
        (data, low, high), wanted = self._place, word.encode(errors="replace")
        while low < high:
            begin = data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = data.index(b"\n", begin)
            if (here := data[begin:end]) == wanted:
                return True
            low, high = (end + 1, high) if here < wanted else (low, begin)
        return word in self._more


class Lexicon(NamedTuple):
    """What the guard knows about words. All words are lowercase, without accents.

    Attributes:
        given, family: first names and surnames.
        common: everyday words of English and Spanish; many names are among them (hope, mark).
        words, stems: the groups of a whole word, or of all words that begin with a stem.
        phrases: for the first word of a phrase, the phrases (as words) and their group.
        memo: the groups of words that were looked up.
    """

    given: Words
    family: Words
    common: Words
    words: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    memo: dict[str, tuple[str, ...]]

    def is_name(self, word: str) -> bool:
        """Is the word a first name or a surname?"""
        return word in self.given or word in self.family

    def is_common(self, word: str) -> bool:
        """Is the word an everyday word, or made of such (young-adult)?"""
        return (
            word in self.common
            or self.has("client", word)
            or ("-" in word and all(part in self.common for part in word.split("-")))
        )

    def is_calendar(self, word: str) -> bool:
        """Is the word a day of the week or a month?"""
        return word in _CALENDAR

    def has(self, group: str, word: str) -> bool:
        """Does the word belong to the group?"""
        return group in self.groups_of(word)

    def groups_of(self, word: str) -> tuple[str, ...]:
        """The groups of one word; `pt.` and `pt's` count as `pt` where they have no group of their own."""
        if (found := self.memo.get(word)) is None:
            if len(self.memo) > _MEMO:
                self.memo.clear()
            found = self.memo[word] = self._groups_of(word)
        return found

    def _groups_of(self, word: str) -> tuple[str, ...]:
        for form in (word, word.rstrip("./"), word.removesuffix("'s").rstrip("'")):
            if found := self.words.get(form):
                return found
        return next((self.stems[word[:size]] for size in range(len(word), 2, -1) if word[:size] in self.stems), ())

    def find(self, plain: str) -> dict[str, Spans]:
        """For each group, the places of its words and phrases in a lowercase line without accents."""
        tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(plain)]
        found: dict[str, Spans] = {}
        for at, (token, begin, end) in enumerate(tokens):
            for group in self.groups_of(token):
                found.setdefault(group, []).append((begin, end))
            if "-" in token and token not in self.words:
                for part in re.finditer(r"[^\W_]+", token):
                    for group in self.words.get(part[0], ()):
                        found.setdefault(group, []).append((begin + part.start(), begin + part.end()))
            for phrase, group in self.phrases.get(token, ()):
                if tuple(each[0] for each in tokens[at : at + len(phrase)]) == phrase:
                    found.setdefault(group, []).append((begin, tokens[at + len(phrase) - 1][2]))
        return found


@cache
def _read(name: str) -> bytes:
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        return file.read().replace(b"\r\n", b"\n")


class _Groups(NamedTuple):
    words: dict[str, tuple[str, ...]]
    stems: dict[str, tuple[str, ...]]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    spanish: frozenset[str]


@cache
def groups() -> _Groups:
    """Read the groups of words (1 ms)."""
    words: dict[str, tuple[str, ...]] = {}
    stems: dict[str, tuple[str, ...]] = {}
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {}
    spanish: set[str] = set()
    for line in _read("words.txt").decode().splitlines():
        group, _, listed = line.partition(": ")
        entries = listed.split(", ")
        if not listed or line.startswith("#"):
            continue
        if group == "spanish":
            spanish.update(entries)
            continue
        own: dict[str, tuple[str, ...]] = dict.fromkeys(
            [entry for entry in entries if " " not in entry and entry[-1] != "*"], (group,)
        )
        own.update({entry: (*words[entry], group) for entry in words.keys() & own.keys()})
        words.update(own)
        for entry in entries if "*" in listed else ():
            if entry[-1] == "*" and " " not in entry:
                stems[entry[:-1]] = (*stems.get(entry[:-1], ()), group)
        for entry in entries:
            if " " in entry:
                phrase = tuple(entry.split())
                phrases[phrase[0]] = (*phrases.get(phrase[0], ()), (phrase, group))
    return _Groups(words, stems, phrases, frozenset(spanish))


@cache
def load() -> Lexicon:
    """All word lists."""
    known = groups()
    given, family = Words("names.txt"), Words("names.txt", 1)
    common = Words("common.txt", more=known.spanish)
    return Lexicon(given, family, common, known.words, known.stems, known.phrases, {})
