"""People and numbers close to a note that aren't a client's."""

import re
from collections.abc import Iterable, Mapping

from .reading import Known
from .text import read

_NAMES = ("name", "aliases", "assistant", "organization", "city", "contact", "people", "introduced_by", "works_at")
_CONTACT = re.compile(r"phone|fax|cell|mobile|tel|mail|website|url|address|npi|license|birthday|birth_date")
"""Properties whose values are the partner's or the office's own."""
_PERSONS = frozenset(("name", "aliases", "assistant", "people"))
_NOT_NAMES = frozenset(["dr", "dra", "fr", "rev", "prof", "mr", "mrs", "ms", "jd", "md", "of", "the", "and"])


def known_people(notes: Iterable[Mapping[str, object]], people: Iterable[str] = ()) -> Known:
    """Known people from properties of close notes (the note, its organization, the team) and all names of the vault."""
    words: set[str] = set()
    letters: set[str] = set()
    numbers: set[str] = set()
    for properties in notes:
        for key, value in properties.items():
            for text in _texts(value):
                plain = read(text).plain
                if key in _NAMES:
                    _add_name(plain, words, letters, person=key in _PERSONS, organization=key == "organization")
                if not _CONTACT.search(key):
                    continue
                digits = re.sub(r"\D", "", plain)
                if len(digits) >= 7:
                    numbers.add(digits[-10:])
                if "@" in plain or "." in plain:
                    numbers.add(plain.strip())
    return Known(frozenset(words), frozenset(letters), frozenset(numbers), frozenset(people))


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [part.strip() for each in values if each is not None for part in str(each).split(",")]


def _add_name(plain: str, words: set[str], letters: set[str], *, person: bool, organization: bool) -> None:
    parts = [part for part in re.findall(r"[^\W\d_]+", plain) if part not in _NOT_NAMES]
    words.update(part for part in parts if len(part) > 1 or person)
    if parts and (person or organization):
        letters.add("".join(part[0] for part in parts))
    if parts and person:
        letters.add(parts[0][0] + parts[-1][0])
        if len(parts) == 1 and len(parts[0]) < 4:
            letters.add(parts[0])
        if len(parts) > 2:
            letters.add("".join(part[0] for part in parts[1:]))
