"""Who is known in a vault: people and numbers that aren't a client's."""

import os
import re
from collections.abc import Collection, Iterable
from functools import cache, cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from rounds.domain import guard
from rounds.domain.folding import digits, fold
from rounds.domain.links import name_of
from rounds.index import findings
from rounds.notes.links import stem, workplace_key
from rounds.storage import files

if TYPE_CHECKING:
    from rounds.domain.guard.guard import Finding
    from rounds.domain.guard.reading import Known
    from rounds.vault.vault import Vault

CLIENT = "[client]"
"""What stands in place of a name or initials."""

_CALLED = re.compile(r"[^\W\d_a-z][^\W\d_]+(?: [^\W\d_a-z][^\W\d_]+)*")
"""Capitalized words in a line of an organization's People section."""


class _Workplace(NamedTuple):
    """An organization with its people; `mark` changes with any of them."""

    found: findings.Workplace
    people: list[dict[str, Any]]
    mark: str


class KnownPeople:
    """Who is known to each note of a vault. What several notes share is looked up once."""

    def __init__(self, vault: "Vault") -> None:
        self._vault = vault
        self._places: dict[str, _Workplace | None] = {}
        self._around: dict[str, Known] = {}
        self._members: list[dict[str, Any]] | None = None

    @cached_property
    def client_words(self) -> tuple[str, ...]:
        """Words that mean a client in this vault, see `Known`."""
        return client_words(self._vault)

    @cached_property
    def anybody(self) -> str:
        """The mark of a note that is clean no matter who is known: the guard's version, and the user's words."""
        return _mark((version(), *self.client_words))

    def close_to(self, path: str, properties: "dict[str, Any]") -> "Known":
        """People and numbers close to a note: its own, its organization's and the people there, the team's.

        A name that says `client Dana Moore` is a finding itself and makes nobody known.
        """
        from rounds.domain.guard.known import known_people
        from rounds.domain.guard.whole_notes import find_in_name

        place = self._workplace(path, properties)
        key = place.found.path if place else ""
        if key not in self._around:
            office = [place.found.properties] if place else []
            people = [*place.people, *self._front_desk(place)] if place else []
            self._around[key] = known_people(office, [*self._team, *people])
        words = self.client_words
        own = [properties] if find_in_name(name_of(path), words) else [{"name": stem(path)}, properties]
        return known_people(own, client_words=words, around=self._around[key])

    def mark(self, path: str, properties: "dict[str, Any]") -> str:
        """A fingerprint of who is known close to a note, without its own properties."""
        place = self._workplace(path, properties)
        return f"{self.anybody}{_mark((stem(path), place.mark if place else '', repr(self._team)))}"

    @property
    def _team(self) -> list[dict[str, Any]]:
        """Not a cached property: before Python 3.12 its lock is for all threads, and one of them may hold the index."""
        if self._members is None:
            self._members = self._vault.ask(findings.team)
        return self._members

    def _workplace(self, path: str, properties: "dict[str, Any]") -> _Workplace | None:
        name = workplace_key(properties.get("organization") or properties.get("works_at"), path)
        if name not in self._places:
            self._places[name] = self._asked(name) if name else None
        return self._places[name]

    def _asked(self, name: str) -> _Workplace | None:
        found = self._vault.ask(findings.workplace, name)
        if found is None:
            return None
        people = self._vault.ask(findings.colleagues, self._vault.ask(findings.lookup_names, found.key))
        return _Workplace(found, people, _mark((found.hash.hex(), repr(people))))

    def _front_desk(self, place: _Workplace) -> Iterable[dict[str, Any]]:
        from rounds.domain.guard.whole_notes import is_about_client
        from rounds.errors import RoundsError
        from rounds.vault.organizations import front_desk

        try:
            lines = front_desk(self._vault, place.found.path)
        except RoundsError:
            return
        words = self.client_words
        for line in lines:
            if not is_about_client(line, words):
                yield {"aliases": _CALLED.findall(line), "phone": line}


@cache
def version() -> str:
    """The version of the guard: a hash of its rules, weights and lists. What another one found is found anew (2 ms)."""
    folder = os.path.dirname(guard.__file__)
    listed = [
        os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith((".py", ".txt", ".tsv"))
    ]
    listed += [f"{folder}/../compliance_rules.py", __file__, os.path.join(os.path.dirname(__file__), "compliance.py")]
    found = blake2b(digest_size=8)
    for path in listed:
        found.update(files.read(path)[0])
    return found.hexdigest()


def client_words(vault: "Vault") -> tuple[str, ...]:
    """Words that mean a client in this vault, see `Known`."""
    from rounds.domain.guard.text import read

    return tuple(read(" ".join(each.split())).plain for each in vault.settings.guard.words)


def known_for(vault: "Vault", path: str, properties: "dict[str, Any]") -> "Known":
    """As `KnownPeople.close_to`, for one note."""
    return KnownPeople(vault).close_to(path, properties)


def may_name(line: str, finding: "Finding") -> list[str]:
    """What the words found in a line may stand for, to be looked up with `somebody`; nothing for a whole line."""
    from rounds.domain.guard.known import spellings

    if not finding.neutral:
        return []
    names = spellings(line, finding.start, finding.end) if finding.neutral == CLIENT else []
    return list(dict.fromkeys([finding.text, *names]))


def somebody(vault: "Vault", names: "Collection[str]") -> set[str]:
    """Which of some texts are the full name or an alias of somebody in the vault, or in `[guard] known`."""
    if not names:
        return set()
    folded = {each: fold(each) for each in names}
    silent = {_squeezed(each) for each in vault.settings.guard.known}
    numbers = {number for each in vault.settings.guard.known if len(number := digits(each)) > 6}
    asked = [*folded.values(), *(f"dr {each}" for each in folded.values())]
    there = {each.removeprefix("dr ") for each in vault.ask(findings.known_names, asked)}
    return {
        name for name, plain in folded.items() if plain in there or _squeezed(name) in silent or digits(name) in numbers
    }


def _squeezed(text: str) -> str:
    return fold(text).replace(" ", "")


def _mark(parts: "Iterable[str]") -> str:
    return blake2b("\0".join(parts).encode(errors="replace"), digest_size=8).hexdigest()
