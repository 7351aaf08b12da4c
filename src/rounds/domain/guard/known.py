"""People and numbers close to a note that aren't a client's."""

import re
from collections.abc import Iterable, Iterator, Mapping

from .reading import NOBODY, Known
from .text import read, without_markup
from .whole_notes import is_about_client

_NAMES = ("name", "aliases", "assistant", "organization", "city", "contact", "people", "introduced_by", "works_at")
_CONTACT = re.compile(r"phone|fax|cell|mobile|tel|mail|website|url|address|npi|license|birthday|birth_date")
"""Properties whose values are the partner's or the office's own."""
_PERSONS = frozenset(("name", "aliases", "assistant", "people"))
_NOT_NAMES = frozenset([
    "dr", "dra", "fr", "rev", "prof", "mr", "mrs", "ms", "jd", "md", "phd", "psyd", "edd", "of", "the", "and"
])  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


class _Names:
    """What is known of the people so far, see `Known`."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.initials: set[str] = set()
        self.numbers: set[str] = set()
        self.people: set[str] = set()


def known_people(
    notes: Iterable[Mapping[str, object]],
    others: Iterable[Mapping[str, object]] = (),
    client_words: Iterable[str] = (),
    around: Known = NOBODY,
) -> Known:
    """Known people from properties of notes; `Dana Moore, my client` makes nobody known.

    Args:
        notes: the note itself and its organization: each word of a name is known.
        others: colleagues there, and the team: a name is known as a whole, and the first name by itself.
        client_words: as in `Known`.
        around: more people that are known, such as those of an office.
    """
    found = _Names()
    words = tuple(dict.fromkeys(read(" ".join(each.split())).plain for each in client_words))
    for properties in notes:
        _take(found, properties, words, close=True)
    for properties in others:
        _take(found, properties, words, close=False)
    return Known(
        around.words.union(found.words),
        around.initials.union(found.initials),
        around.numbers.union(found.numbers),
        around.people.union(found.people),
        words,
    )


def _take(found: _Names, properties: Mapping[str, object], client_words: tuple[str, ...], *, close: bool) -> None:
    for key, value in properties.items():
        if key not in _NAMES and not _CONTACT.search(key):
            continue
        for text in _texts(value, client_words):
            plain = read(text).plain
            if key in _PERSONS or (close and key in _NAMES):
                parts = [part for part in _WORD.findall(plain) if part not in _NOT_NAMES]
                if close:
                    found.words.update(part for part in parts if len(part) > 1 or key in _PERSONS)
                if key in _PERSONS:
                    found.people |= _forms(parts)
                found.initials |= _initials(parts, person=key in _PERSONS, organization=key == "organization")
            if not _CONTACT.search(key):
                continue
            digits = re.sub(r"\D", "", plain)
            if len(digits) >= 7:
                found.numbers.add(digits[-10:])
            if "@" in plain or "." in plain:
                found.numbers.add(plain.strip())


def _texts(value: object, client_words: tuple[str, ...]) -> list[str]:
    values = [str(each) for each in (value if isinstance(value, list) else [value]) if each is not None]
    return [part.strip() for each in values if not is_about_client(each, client_words) for part in each.split(",")]


def _forms(parts: list[str]) -> set[str]:
    """How a person is called: Dana Moore, Dana, Dana M., D. Moore."""
    if len(parts) < 2:
        return set(parts)
    first, last = parts[0], parts[-1]
    return {" ".join(each for each in parts if len(each) > 1), f"{first} {last}", first, f"{first} {last[0]}",
            f"{first[0]} {last}"}  # fmt: skip


def _initials(parts: list[str], *, person: bool, organization: bool) -> set[str]:
    letters: set[str] = set()
    if parts and (person or organization):
        letters.add("".join(part[0] for part in parts))
    if parts and person:
        letters.add(parts[0][0] + parts[-1][0])
        if len(parts) == 1 and len(parts[0]) < 4:
            letters.add(parts[0])
        if len(parts) > 2:
            letters.add("".join(part[0] for part in parts[1:]))
    return letters


_BEFORE = re.compile(r"(?<![\w'’-])([^\W\d_][\w'’-]*)[ .]{1,2}$")
_AFTER = re.compile(r"(,?) ([^\W\d_][\w'’-]*)")
_NEAR = 40
"""Characters beside a name in which its other words are looked for."""


def spellings(line: str, start: int, end: int) -> list[str]:
    """The full names that a name at a place in a line can be part of.

    Without title, degree and middle initials, in the usual order, and with the capitalized words beside it: in `Wren
    Castellanos`, the first word may have been taken for the bird.
    """
    typed = without_markup(line[start:end]).replace("`", "")
    head, comma, tail = typed.partition(",")
    whole = [f"{tail.strip()} {head}" if comma else typed]
    before = _BEFORE.search(line[max(0, start - _NEAR) : start])
    after = _AFTER.match(line[end : end + _NEAR])
    if before and before[1][0].isupper():
        whole += [f"{before[1]} {each}" for each in whole]
    if after and after[2][0].isupper():
        whole += [f"{after[2]} {each}" if after[1] else f"{each} {after[2]}" for each in whole]
    return list(dict.fromkeys(form for each in whole for form in _plain_forms(each)))


def _plain_forms(name: str) -> Iterator[str]:
    parts = [part for part in re.split(r"[\s.]+", name) if _WORD.search(part)]
    parts = [part for part in parts if read(part).plain not in _NOT_NAMES]
    yield " ".join(parts)
    yield " ".join(part for part in parts if len(part) > 1)
