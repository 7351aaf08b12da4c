"""Look-alikes: partners and organizations compared with a new one, or with each other."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice, product
from sys import intern
from typing import NamedTuple

from rounds.domain.duplicate_pair import Pair, surest_name
from rounds.domain.folding import caseless, digits, fold
from rounds.domain.same_person import (
    BY_EMAIL,
    BY_NPI,
    BY_PHONE,
    FITTING,
    Contact,
    Evidence,
    Name,
    People,
    SimilarNames,
    evidence_keys,
    similar,
)
from rounds.index import people_compared
from rounds.index.people_compared import COMPARED, ContactRow
from rounds.notes.links import first_target, folder_matches, folder_of, name_of, stem, target_of, targets
from rounds.notes.properties import items_of
from rounds.vault.vault import Vault

_SUPPORTING = ("organization", "city", "role")
"""What two notes with nearly the same name must not differ in, and have at least one of in common."""

_DETAILS = frozenset({BY_NPI, BY_EMAIL, BY_PHONE})
_MOST = 5
"""Look-alikes of one person that are shown."""

_GROUP = 8
"""The most notes with the same email, phone or name of which each is compared with each; an office phone has more."""

_WINDOW = 50
"""How many names, in alphabetical order, each is compared with where hundreds begin alike."""


class Lookalike(NamedTuple):
    """A partner or organization that may be the same.

    Attributes:
        why: what the two have in common, in words.
    """

    path: str
    name: str
    why: str


class _Known(NamedTuple):
    """A partner or organization by one of its names; one with aliases has several of these."""

    contact: Contact
    title: str
    name: Name
    values: Mapping[str, Sequence[str]]
    size: int = 0

    @property
    def path(self) -> str:
        return str(self.contact.place)

    @property
    def facts(self) -> list[str]:
        return [fold(first_target(next(iter(self.values.get(key, ())), ""))) for key in _SUPPORTING]

    def is_told_from(self, other: "_Known") -> bool:
        """Whether its file name tells it apart from another of its name: `Sam Lee (Rose City Pediatrics)`."""
        _, sign, told = name_of(self.path).removesuffix(")").rpartition("(")
        return bool(sign) and fold(told) in self.facts and fold(told) not in other.facts


def _texts(key: str, value: object) -> tuple[str, ...]:
    """The texts of a property, in little memory: many notes have the same role, city and organization."""
    texts = items_of(value)
    return (*map(intern, texts),) if key in _SUPPORTING else (*texts,)


class Lookalikes:
    """Partners and organizations, compared with a new one before it's added, or with each other."""

    def __init__(self, rows: Iterable[ContactRow]) -> None:
        """`rows`: as `contacts_of` gives them."""
        self._known: list[_Known] = []
        self._names = SimilarNames()
        for path, title, kind, packed, size in rows:
            given = zip(COMPARED, json.loads(packed), strict=True)
            values = {key: texts for key, value in given if (texts := _texts(key, value))}
            for text in dict.fromkeys((title, *values.get("aliases", ()))):
                self._add(_Known(Contact.of(path, text, kind, values), title, Name.of(text), values, size))

    @cached_property
    def people(self) -> People:
        """Finds the one with the same contact details."""
        return People(known.contact for known in self._known)

    def _add(self, known: _Known) -> None:
        self._names.add(known.name, len(self._known))
        self._known.append(known)

    def of(self, name: str, *, email: str = "", phone: str = "", npi: str = "") -> list[Lookalike]:
        """Notes that may be the same: partners by contact details or name, organizations by name alone."""
        given = Contact("", "", "partner", _parts(email), _parts(phone), [npi] if npi else [])
        return self.like(name, Evidence.of(given))

    def like(self, name: str, person: Evidence) -> list[Lookalike]:
        """As `of`, with the contact details of somebody who was looked up before."""
        reasons: dict[int, list[str]] = {}
        for why, number in self.people.sharing(person):
            if why in _DETAILS:
                reasons.setdefault(number, []).append(why)
        for number, why in self._names.like(Name.of(name)):
            reasons.setdefault(number, []).append(why)
        found: dict[str, Lookalike] = {}
        for number in sorted(reasons, key=lambda each: (-len(reasons[each]), surest_name(reasons[each]), each)):
            known, why = self._known[number], ", ".join(dict.fromkeys(reasons[number]))
            found.setdefault(known.path, Lookalike(known.path, known.title, why))
        return [*islice(found.values(), _MOST)]

    def pairs(self) -> list[Pair]:
        """Notes of one type that may be about the same person or organization, the surest first."""
        found: dict[tuple[str, str], Pair] = {}
        for one, other in self._candidates():
            if why := _common(one, other):
                first, second = sorted((one, other), key=lambda each: (-each.size, each.path))
                pair = Pair(first.path, second.path, first.title, second.title, first.contact.kind, why)
                known = found.setdefault((pair.path, pair.other), pair)
                if len(known.why) < len(why):
                    found[pair.path, pair.other] = pair
        return sorted(found.values(), key=Pair.order)

    def _candidates(self) -> Iterator[tuple[_Known, _Known]]:
        """Who shares an NPI, an email or a phone with few, or has a similar name; some several times."""
        groups: dict[str, list[_Known]] = {}
        for known in self._known:
            for why, key in evidence_keys(known.contact, ""):
                if why in _DETAILS:
                    groups.setdefault(key, []).append(known)
        for group in groups.values():
            if len(group) <= _GROUP:
                yield from combinations(group, 2)
        for holders in self._names.holders.values():
            people = [self._known[number] for number in holders]
            yield from combinations(people, 2) if len(people) <= _GROUP else ((people[0], each) for each in people[1:])
        for name, other in self._similar_names():
            for one, two in product(self._names.holders[name][:_GROUP], self._names.holders[other][:_GROUP]):
                yield self._known[one], self._known[two]

    def _similar_names(self) -> Iterator[tuple[Name, Name]]:
        compared: set[tuple[Name, Name]] = set()
        for block in self._names.blocks.values():
            names = sorted(block)
            for at, name in enumerate(names):
                for other in names[at + 1 : at + 1 + _WINDOW]:
                    if (name, other) not in compared:
                        compared.add((name, other))
                        if similar(name, other):
                            yield name, other


def _common(one: _Known, other: _Known) -> list[str]:
    """What two notes have in common, if that is enough for one person; colleagues share an office's email and phone."""
    mine, theirs = one.contact, other.contact
    if one.path == other.path or mine.kind != theirs.kind or _is_dismissed(one, other) or _is_dismissed(other, one):
        return []
    is_npi = not {*mine.npis}.isdisjoint(theirs.npis)
    if mine.npis and theirs.npis and not is_npi:
        return []
    is_email = not {*map(caseless, mine.emails)}.isdisjoint(map(caseless, theirs.emails))
    is_phone = not {*filter(None, map(digits, mine.phones))}.isdisjoint(map(digits, theirs.phones))
    shared = [why for why, holds in ((BY_NPI, is_npi), (BY_EMAIL, is_email), (BY_PHONE, is_phone)) if holds]
    name = similar(one.name, other.name)
    if not shared and (one.is_told_from(other) or other.is_told_from(one)):
        return []
    called = fold(mine.name).split()[:1] == fold(theirs.name).split()[:1]  # the last name may have changed
    is_enough = is_npi or name in FITTING or (name or called if shared else name and _agree(one, other))
    return [*shared, *([name] if name else [])] if is_enough else []


def _agree(one: _Known, other: _Known) -> bool:
    """Whether at least one of the supporting facts is the same, and none differs."""
    both = [mine == theirs for mine, theirs in zip(one.facts, other.facts, strict=True) if mine and theirs]
    return bool(both) and all(both)


def _is_dismissed(one: _Known, other: _Known) -> bool:
    return is_dismissed(one.values.get("not_same", ()), one.path, other.path)


def is_dismissed(not_same: Iterable[str], path: str, other: str) -> bool:
    """Whether the property `not_same` of the note at a path says that it isn't about the same person as another."""
    links = (target_of(each, path) for text in not_same for each in targets(text) or [text])
    return any(link.stem == stem(other) and folder_matches(link.folder, folder_of(other)) for link in links)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def lookalikes(vault: Vault, name: str, *, email: str = "", phone: str = "", npi: str = "") -> list[Lookalike]:
    """The look-alikes of one person (see `Lookalikes.of`)."""
    return Lookalikes(contacts_of(vault)).of(name, email=email, phone=phone, npi=npi)


def contacts_of(vault: Vault) -> list[ContactRow]:
    """What is compared of each partner and organization."""
    return vault.ask(people_compared.contacts)
