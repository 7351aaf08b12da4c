"""Duplicates: notes that may be about one person or organization."""

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, islice, product
from sys import intern
from typing import NamedTuple

from rounds.domain.file_names_copies import one_name
from rounds.domain.folding import caseless, digits, fold
from rounds.domain.phrases import counted
from rounds.domain.same_person import (
    BY_EMAIL,
    BY_NAME,
    BY_NPI,
    BY_PHONE,
    FITTING,
    INITIAL,
    MIDDLE,
    NEARLY,
    SHORT,
    Contact,
    Evidence,
    Name,
    People,
    SimilarNames,
    evidence_keys,
    similar,
)
from rounds.errors import Level, Problem, UsageError
from rounds.index import people_compared
from rounds.index.people_compared import COMPARED, ContactRow
from rounds.index.queries import PEOPLE
from rounds.index.writer import Index
from rounds.notes.links import first_target, folder_matches, folder_of, name_of, stem, target_of, targets
from rounds.notes.properties import items_of
from rounds.notes.schema import KEYS, with_article
from rounds.vault.note_files import link_to
from rounds.vault.vault import NoteRecord, Vault

_SUPPORTING = ("organization", "city", "role")
"""What two notes with nearly the same name must not differ in, and have at least one of in common."""

_DETAILS = frozenset({BY_NPI, BY_EMAIL, BY_PHONE})
_SURE = (BY_NAME, MIDDLE, INITIAL, SHORT, NEARLY, "")
_MOST = 5
"""Look-alikes of one person that are shown."""

_GROUP = 8
"""The most notes with the same email, phone or name of which each is compared with each; an office phone has more."""

_WINDOW = 50
"""How many names, in alphabetical order, each is compared with where hundreds begin alike."""

_TOLD = 20
"""Pairs that `check` lists one by one."""


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
        for number in sorted(reasons, key=lambda each: (-len(reasons[each]), _rank(reasons[each]), each)):
            known, why = self._known[number], ", ".join(dict.fromkeys(reasons[number]))
            found.setdefault(known.path, Lookalike(known.path, known.title, why))
        return [*islice(found.values(), _MOST)]

    def pairs(self) -> "list[Pair]":
        """Notes of one type that may be about the same person or organization, the surest first."""
        found: dict[tuple[str, str], Pair] = {}
        for one, other in self._candidates():
            if why := _common(one, other):
                first, second = sorted((one, other), key=lambda each: (-each.size, each.path))
                pair = Pair(first.path, second.path, first.title, second.title, first.contact.kind, why)
                known = found.setdefault((pair.path, pair.other), pair)
                if len(known.why) < len(why):
                    found[pair.path, pair.other] = pair
        return sorted(found.values(), key=lambda each: (-len(each.why), _rank(each.why), each.path, each.other))

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


class Pair(NamedTuple):
    """Two notes that may be about the same person or organization.

    Attributes:
        path, name: of the note that says more.
        other, other_name: of the other one.
        kind: type of both.
        why: what they have in common, each in words.
    """

    path: str
    other: str
    name: str
    other_name: str
    kind: str
    why: Sequence[str]

    @property
    def typed(self) -> str:
        """Both as they are typed on the command line: by name, or by path if the names are the same."""
        is_clear = fold(self.name) != fold(self.other_name)
        return shlex.join((self.name, self.other_name) if is_clear else (self.path, self.other))


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
    """Whether a note says that it isn't about the same person as the other."""
    links = (target_of(each, one.path) for text in one.values.get("not_same", ()) for each in targets(text) or [text])
    return any(link.stem == stem(other.path) and folder_matches(link.folder, folder_of(other.path)) for link in links)


def _rank(reasons: Sequence[str]) -> int:
    """The surest of the names among the reasons: 0 is the same."""
    return min(_SURE.index(why) if why in _SURE else len(_SURE) for why in reasons)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def lookalikes(vault: Vault, name: str, *, email: str = "", phone: str = "", npi: str = "") -> list[Lookalike]:
    """The look-alikes of one person (see `Lookalikes.of`)."""
    return Lookalikes(contacts_of(vault)).of(name, email=email, phone=phone, npi=npi)


def contacts_of(vault: Vault) -> list[ContactRow]:
    """What is compared of each partner and organization."""
    return vault.ask(people_compared.contacts)


_KEPT = "duplicates"
"""Name of the stored pairs in the index."""


def duplicates(vault: Vault) -> list[Pair]:
    """Pairs of notes that may be about one person or organization, but for those that say they aren't (`not_same`)."""
    age, now = vault.index.age, [vault.ask(people_compared.last_change), vault.rules_mark]
    *before, pairs = vault.ask(Index.kept, _KEPT) or (None, [])
    if before != now:
        pairs = Lookalikes(contacts_of(vault)).pairs()
        if vault.index.age is age:
            vault.ask(Index.keep, _KEPT, [*now, pairs])
    return [Pair(*pair) for pair in pairs]


def advice(vault: Vault) -> Iterator[Problem]:
    """The pairs as problems of the notes that say more; many of them as one."""
    pairs = [pair for pair in duplicates(vault) if not one_name(pair.path, pair.other)]  # those are a problem already
    for pair in pairs[:_TOLD]:
        hint = f"To make one note of both: rounds merge {pair.typed}. If they are two: rounds duplicates --dismiss"
        yield Problem(_message(pair), 1, 1, f"{hint} {pair.typed}", Level.ADVICE, pair.path)
    if more := pairs[_TOLD:]:
        message = f"{counted(len(more), 'more pair')} of notes may be about the same person"
        yield Problem(message, 1, 1, "To list them all: rounds duplicates", Level.ADVICE, more[0].path)


def _message(pair: Pair) -> str:
    what = "person" if pair.kind == "partner" else "organization"
    return f"{pair.other} may be about the same {what}: {', '.join(pair.why)}"


def pair_in(vault: Vault, problem: Problem) -> Pair | None:
    """The pair that a problem is about, if it still is one."""
    pairs = (pair for pair in duplicates(vault) if pair.path == problem.path)
    return next((pair for pair in pairs if _message(pair) == problem.message), None)


def dismiss(vault: Vault, one: NoteRecord, other: NoteRecord) -> list[str]:
    """Write into both notes that they aren't about the same person, as a link in `not_same`.

    Returns:
        The paths of the notes that changed.

    Raises:
        UsageError: both are the same note, or one is neither a partner nor an organization.
        RoundsError: one of them can't be written; then none is.
    """
    check_two(one, other)
    changes = []
    for entry, away in ((one, other), (other, one)):
        opened = vault.editable(entry.path)
        there = opened.document.items("not_same")
        said = _Known(Contact(entry.path, "", ""), "", Name(()), {"not_same": items_of(there)})
        if not _is_dismissed(said, said._replace(contact=Contact(away.path, "", ""))):
            value = [*there, link_to(vault, away.path)]
            changes.append((opened, opened.document.set("not_same", value, order=KEYS[entry.type])))
    with vault.change("noted as not the same:", of=len(changes)):
        for opened, document in changes:
            vault.save(opened, document)
    return [opened.path for opened, _ in changes]


def check_two(one: NoteRecord, other: NoteRecord) -> None:
    """Make sure that two notes can be compared.

    Raises:
        UsageError: both are the same note, or they aren't both partners or both organizations.
    """
    if one.path == other.path:
        raise UsageError(f"both names mean {one.name} ({one.path})", hint="Write more of the names, or the paths.")
    for entry in (one, other):
        if entry.type not in PEOPLE:
            raise UsageError(f"{entry.path} is neither a partner nor an organization")
    if one.type != other.type:
        kinds = f"{one.name} is {with_article(one.type)}, and {other.name} {with_article(other.type)}"
        raise UsageError(kinds, hint="Name two of one type.")
