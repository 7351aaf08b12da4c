"""Names in a typed line: people of the vault, and a name that may be a new partner's."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from rounds.domain.contact_names import split_name
from rounds.domain.folding import fold, spaced
from rounds.domain.log_followups import KINDS
from rounds.domain.periods import weekday_number
from rounds.index import queries
from rounds.index.queries import PEOPLE, members_of
from rounds.notes.dates import is_month
from rounds.vault.line_kinds import KIND_WORDS
from rounds.vault.vault import Vault

FILLERS = frozenset({"with", "to", "from", "at", "by", "had", "a", "an", "dr", "mr", "mrs", "ms", "prof", "quick", "w"})
TO_DO = frozenset({
    "ask", "call", "check", "email", "follow", "invite", "mail", "meet", "phone", "plan", "remind", "schedule", "send",
    "text", "thank", "write",
})  # fmt: skip
"""Verbs that begin a line about something still to do."""

BEFORE_NAME = frozenset(
    {
        *KINDS,
        *KIND_WORDS,
        *FILLERS,
        *TO_DO,
        "up",
        "me",
        "in",
        "left",
        "for",
        "nice",
        "good",
        "great",
        "short",
        "sent",
        "gave",
        "got",
        "heard",
        "ran",
        "into",
    }
)
"""Words that may stand before the name at the beginning of a line."""

LINK, MORE, TAKEN = "\ufffa", "\ufffb", "\ufffc"
"""Placeholders in a masked line: the first character of a link, its others, and characters that are read already."""

_NAMING = re.compile(rf"{LINK}{MORE}*+|[^\s,;:{LINK}{MORE}{TAKEN}]+")
_PART = re.compile(rf"[^\s,;:()\"“”{LINK}{MORE}{TAKEN}]+")
_POSSESSIVE = re.compile(r"['’]s$")
_PARTICLES = frozenset({
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "la", "le", "ten", "ter", "van",
    "von", "y",
})  # fmt: skip
_NO_NAMES = frozenset({
    "about", "again", "all", "and", "asked", "back", "early", "everybody", "everyone", "first", "he", "her", "here",
    "him", "in", "is", "it", "late", "later", "my", "once", "our", "re", "said", "says", "self", "she", "the", "them",
    "there", "they", "today", "twice", "us", "was", "who",
})  # fmt: skip
"""Words in small letters that aren't names."""

_SKIPPED = 3
"""Words in small letters that may stand before a whole name: `met with new pediatrician Lena Ortiz`."""

_AND = re.compile(r"\s*+(?:,\s*+(?:and\s+)?|and\s+|&\s*+|\+\s*+)", re.IGNORECASE)
_MOST_OTHERS = 3
_ALIKE = 80.0
"""Similarity from which a name may be mistyped, 0 to 100."""

_SHORTEST = 4
"""Letters of a word that may be a mistyped name."""

_MOST = 5
"""Words of the longest new name."""


class Name(NamedTuple):
    """A person's name or alias, as folded words, and the note that has it."""

    words: tuple[str, ...]
    path: str
    title: str


class Names:
    """All names that a typed line may have, found by their words.

    Attributes:
        all: each name.
    """

    def __init__(self, found: Iterable[Name]) -> None:
        self.all = tuple(found)
        self._whole: dict[tuple[str, ...], list[Name]] = {}
        self._parts: dict[tuple[str, ...], list[Name]] = {}  # beginnings
        self._ends: dict[tuple[str, ...], list[Name]] = {}
        for each in self.all:
            self._whole.setdefault(each.words, []).append(each)
            for count in range(1, len(each.words)):
                self._parts.setdefault(each.words[:count], []).append(each)
                self._ends.setdefault(each.words[-count:], []).append(each)

    def fitting(self, words: tuple[str, ...], *, first: bool, alone: bool) -> list[Name]:
        """The names that are these words; at the start of a line, their beginning or last word is enough.

        Args:
            alone: whether they were typed as one word, which may have a hyphen.
        """
        found = [*self._whole.get(words, ())]
        if first:
            found += self._parts.get(words, ())
            found += self._ends.get(words, ()) if alone else ()
        return found

    def similar(self, words: tuple[str, ...], most: int) -> list[Name]:
        """The people whose names are spelled like these words, the closest first; one word is compared with each."""
        from rapidfuzz import fuzz, process

        texts = self._words if len(words) == 1 else self._texts
        found = process.extract(" ".join(words), texts.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=most)
        people = {each.path: each for text, _, _ in found for each in texts[text]}
        return list(people.values())[:most]

    @cached_property
    def _texts(self) -> dict[str, list[Name]]:
        return {" ".join(words): found for words, found in self._whole.items()}

    @cached_property
    def _words(self) -> dict[str, list[Name]]:
        found: dict[str, list[Name]] = {}
        for each in self.all:
            for word in each.words:
                found.setdefault(word, []).append(each)
        return {word: people for word, people in found.items() if len(word) >= _SHORTEST}


def names(vault: Vault) -> Names:
    """Everyone a typed line may be about, with one entry per name."""
    known = vault.ask(queries.names_to_match, PEOPLE)
    return Names(
        Name(tuple(name.split()), path, title) for path, title, _, names, _ in known for name in members_of(names)
    )


def people_in(
    text: str, known: Names, linked: Mapping[int, str], new: Name | None = None
) -> tuple[list[Name], tuple[int, int] | None]:
    """The people the line starts with or names in full, and the span.

    Args:
        linked: the folded names of links that match nobody, by their start.
        new: a name that isn't known yet.
    """
    words = [*_NAMING.finditer(text)]
    folded = [
        linked[word.start()] if word.start() in linked else spaced(fold(_POSSESSIVE.sub("", word[0]))) for word in words
    ]
    best: list[Name] = []
    used = (0, 0)
    first = True
    for start in range(len(folded)):
        for end in range(min(start + 6, len(folded)), start, -1):
            wanted = tuple(" ".join(folded[start:end]).split())
            if not wanted or not folded[start] or not folded[end - 1]:
                continue
            found = known.fitting(wanted, first=first, alone=end - start == 1)
            if _is_turned(text, words, start, end):
                found += known.fitting(wanted[1:] + wanted[:1], first=False, alone=False)
            if new is not None and new.words in (wanted, wanted[1:] + wanted[:1]):
                found = [new]
            if found and (not best or end - start > used[1] - used[0]):
                best, used = list({each.path: each for each in found}.values()), (start, end)
                break
        first = first and (not folded[start] or folded[start] in BEFORE_NAME)  # an emoji is nothing
    return best, (words[used[0]].start(), words[used[1] - 1].end()) if best else None


def named_beside(text: str, who: tuple[int, int] | None, known: Names) -> tuple[str, ...]:
    """The people named before the one that a line is about, or right behind: `Yuki and Dana`."""
    if who is None:
        return ()
    people, _ = people_in(text[: who[0]], known, {})
    found, at = [each.title for each in people if len(people) == 1], who[1]
    while (link := _AND.match(text, at)) and len(found) < _MOST_OTHERS:
        people, place = people_in(text[link.end() :], known, {})
        if len(people) != 1 or place is None or place[0] != 0:
            break
        found.append(people[0].title)
        at = link.end() + place[1]
    return tuple(dict.fromkeys(found))


def _is_turned(text: str, words: Sequence[re.Match[str]], start: int, end: int) -> bool:
    """Whether the last name stands first: `Tanaka, Yuki`."""
    return end - start > 1 and text[words[start].end() : words[start + 1].start()].strip() == ","


def new_name(text: str) -> str:
    """The name at the beginning of a line that may be a new partner's; empty if none stands there.

    A name has capitals, or stands between a kind of touch and a colon or a day: `call yuki tanaka yesterday`. One word
    alone needs such a place too: `Remember to buy stamps` names nobody.

    Args:
        text: masked, with the day taken out.
    """
    parts = [part for part in _PART.finditer(text) if any(map(str.isalpha, part[0]))]
    lead = 0
    while lead < len(parts) and _plain(parts[lead]) in BEFORE_NAME:
        lead += 1
    place = lead
    while lead and place < min(lead + _SKIPPED, len(parts) - 2) and parts[place][0].islower():
        place += 1
    if place > lead and all(part[0][0].isupper() for part in parts[place : place + 2]) and len(parts) > place + 1:
        lead = place
    run = parts[lead : lead + 1]
    for part in parts[lead + 1 : lead + _MOST]:
        between = text[run[-1].end() : part.start()]
        if between.strip(" .") and not (between.strip() == "," and _begins_turned(text, run, part)):
            break
        if not _may_follow(run, part[0]):
            break
        run.append(part)
    while len(run) > 1 and (_plain(run[-1]) in _PARTICLES or len(run[-1][0]) == 1):
        run.pop()
    return _name(text, run, led=lead > 0)


def _may_follow(run: Sequence[re.Match[str]], word: str) -> bool:
    """Whether a word may be the next one of a name."""
    plain, first = word.lower().strip(".'’"), run[0][0]
    if plain in _PARTICLES:
        return True
    if plain in BEFORE_NAME or weekday_number(plain) is not None or is_month(plain):
        return False
    if not first[0].isupper():
        return not word[0].isupper() and plain not in _NO_NAMES
    return word[0].isupper() and not (len(word) > 1 and word.isupper() and not first.isupper())


def _begins_turned(text: str, run: Sequence[re.Match[str]], part: re.Match[str]) -> bool:
    """Whether the second part follows the last name of `Tanaka, Yuki:`."""
    return len(run) == 1 and part[0][0].isupper() and text[part.end() :].lstrip().startswith(":")


def _name(text: str, run: Sequence[re.Match[str]], *, led: bool) -> str:
    if not run or re.search(r"[\d@/\\#\[\]|^<>=*?]", text[run[0].start() : run[-1].end()]):
        return ""
    rest = text[run[-1].end() :].lstrip()
    closed = rest[:1] in {":", TAKEN}
    capital = run[0][0][0].isupper()
    if not (capital and (led or closed or len(run) > 1)) and not (led and closed):
        return ""
    name, _ = split_name(text[run[0].start() : run[-1].end()].rstrip(".'’"))
    name = _POSSESSIVE.sub("", name)
    if fold(name) in _NO_NAMES:
        return ""
    return re.sub(r"(?:^|(?<=[\s-]))\w", lambda first: first[0].upper(), name) if name == name.lower() else name


def _plain(part: re.Match[str]) -> str:
    return part[0].lower().strip(".'’")
