"""Find: providers in the NPI registry, and where else to look for a role."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from rounds.domain.contact_checks import has_check_digit, is_npi
from rounds.domain.contact_names import split_name
from rounds.domain.contact_rows import Row
from rounds.domain.folding import fold
from rounds.errors import ClientInformationError, NotFoundError, UsageError
from rounds.imports.nppes import result_row
from rounds.notes.properties import items_of
from rounds.storage.locks_private_output_files import write_private
from rounds.vault.client_guard import Added
from rounds.vault.import_contacts import Plan, plan
from rounds.vault.index_sync import Progress, no_progress
from rounds.vault.outgoing import errors_in
from rounds.vault.practice import practice_of, role_note
from rounds.vault.role_names import roles_of
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.imports.registry import Registry

SOURCE = "NPI registry"
_TOLD = "registry-told"
_STATE = re.compile(r"[A-Za-z]{2}")


class Search(NamedTuple):
    """A search in the registry.

    Attributes:
        role: as in the playbook, or as typed if nothing there fits; empty for any.
        words: names of taxonomies to search for; empty if the registry doesn't have that role, or for any role.
        codes: taxonomy codes that count; empty for any.
        name: words of a person's name.
        state: two letters.
    """

    role: str
    words: tuple[str, ...]
    codes: frozenset[str]
    city: str
    state: str
    name: str
    organization: str

    @property
    def is_possible(self) -> bool:
        """Whether the registry has providers of that role."""
        return bool(self.words) or not self.role

    @property
    def criteria(self) -> dict[str, str]:
        """Parameters of the API, without the taxonomies."""
        last, first = _last_first(self.name)
        place = {"city": self.city, "state": self.state}
        texts = {"first_name": first, "last_name": last, "organization_name": self.organization, **place}
        given = {key: text for key, text in texts.items() if text}
        kind = "NPI-2" if self.organization else "NPI-1"
        return {"enumeration_type": kind, **given, **({"address_purpose": "LOCATION"} if any(place.values()) else {})}

    def in_words(self) -> str:
        """All that is sent, in words."""
        return ", ".join(filter(None, (" or ".join(self.words), self.name, self.organization, self.city, self.state)))


class Place(NamedTuple):
    """Where to look for a role.

    Attributes:
        words: as in the playbook.
        link: a search on the web; empty if it's not on the web.
    """

    words: str
    link: str


class Matches(NamedTuple):
    """What a search has found.

    Attributes:
        more: whether the registry has more.
        places: where else to look.
    """

    plan: Plan
    more: bool
    places: Sequence[Place] = ()


def search_for(vault: Vault, role: str, *, city: str, state: str, name: str, organization: str) -> Search:
    """A search from what was typed.

    Raises:
        ClientInformationError: a word looks like client information, and nothing was decided about it.
        UsageError: the words aren't enough for a search, or don't go together.
    """
    texts = (" ".join(text.split()) for text in (role, city, state, name, organization))
    role, city, state, name, organization = (_sendable(vault, text) for text in texts)
    if not state and _STATE.fullmatch(city.rpartition(",")[2].strip()) and "," in city:
        city, _, state = (part.strip() for part in city.rpartition(","))
    if state and not _STATE.fullmatch(state):
        raise UsageError(f'"{state}" isn\'t a state in two letters', hint="For example: --state OR")
    if name and organization:
        raise UsageError("--name and --organization don't go together", hint="Search for one after the other.")
    roles = roles_of(vault)
    named = roles.of_title(roles.spelled_out(role))
    words = roles.searches(named) if named else tuple(filter(None, [role]))
    codes = frozenset() if organization else frozenset(roles.codes_of(named))
    found = Search(named or role, words, codes, city, state.upper(), name, organization)
    if found.is_possible and not (city or name or organization or (role and state)):
        raise UsageError(
            "a search needs a place or a name", hint="For example: rounds find psychiatrist --city Portland --state OR"
        )
    return found


def is_new_role(vault: Vault, role: str) -> bool:
    """Whether a role isn't in the playbook, under any of its names."""
    return bool(role) and not (roles := roles_of(vault)).of_title(roles.spelled_out(role))


def _last_first(name: str) -> tuple[str, str]:
    """Last and first name, as in `Sam Lee`, `Lee, Sam` or `Lee`."""
    whole, degrees = split_name(name)
    if "," in name and not degrees:
        last, _, first = name.partition(",")
        return last.strip(), first.strip()
    first, _, last = whole.partition(" ")
    return (last.rpartition(" ")[2], first) if last else (first, "")


def _sendable(vault: Vault, text: str) -> str:
    """A text that may be sent, or what the user wants to send instead.

    Raises:
        ClientInformationError: it looks like client information.
    """
    text = vault.decisions.written(text)
    if vault.decisions.keep_all or vault.decisions.instead.get(text) == text:
        return text
    if found := tuple(errors_in(vault, text, "")):
        raise ClientInformationError(
            f'{found[0].why}: "{found[0].text}". A search leaves this machine, so nothing about clients belongs in it',
            hint="Nothing was sent. To search for it as typed: --keep-as-is. See docs/client-information.md",
            added=(Added("", 0, text, is_property=False, findings=found),),
        )
    return text


def is_told(vault: Vault) -> bool:
    """Whether the user has been told what a search sends."""
    return os.path.exists(os.path.join(vault.data, _TOLD))


def remember_told(vault: Vault) -> None:
    """Remember that the user has been told."""
    with suppress(OSError):
        write_private(os.path.join(vault.data, _TOLD), b"")


# The registry ---------------------------------------------------------------------------------------------------------


def matches(vault: Vault, registry: "Registry", search: Search, most: int) -> Matches:
    """Search the registry, and plan what would be added. Nothing is written.

    Args:
        most: number of providers.

    Raises:
        RoundsError: see `Registry.search`.
    """
    roles = roles_of(vault)
    found = registry.search(
        search.words, search.criteria, most, lambda result: not search.codes or bool(search.codes & _codes(result))
    )
    rows = [
        _as_role(result_row(0, result, roles=roles, city=search.city, state=search.state), search.role)
        for result in found.results
    ]
    return Matches(plan(vault, [(SOURCE, rows)]), found.more, places(vault, search))


def _codes(result: Mapping[str, Any]) -> set[str]:
    found = result.get("taxonomies")
    return (
        {str(each.get("code")).upper() for each in found if isinstance(each, dict)}
        if isinstance(found, list)
        else set()
    )


def _as_role(row: Row, role: str) -> Row:
    """The row with the role that was searched for: a psychiatrist's first taxonomy may be another."""
    if not role or row.refused or row.kind != "partner":
        return row
    return row._replace(values={"role": (role,), **{key: texts for key, texts in row.values.items() if key != "role"}})


def numbered(entries: Sequence[NoteRecord]) -> list[tuple[NoteRecord, str]]:
    """The notes that have an NPI, with each number."""
    return [(entry, npi) for entry in entries for npi in items_of(entry.properties.get("npi"))]


def verified(
    vault: Vault, registry: "Registry", holders: Sequence[tuple[NoteRecord, str]], step: Progress = no_progress
) -> Matches:
    """Compare notes with the registry by NPI, and plan what would be filled in. Nothing is written.

    Raises:
        RoundsError: see `Registry.search`.
    """
    rows = []
    for number, row in enumerate(_rows(vault, registry, holders), 1):
        rows.append(row)
        step(number, len(holders))
    return Matches(plan(vault, [(SOURCE, rows)]), more=False)


def _rows(vault: Vault, registry: "Registry", holders: Sequence[tuple[NoteRecord, str]]) -> Iterator[Row]:
    roles = roles_of(vault)
    for entry, npi in holders:
        wrong = not (is_npi(npi) and has_check_digit(re.sub(r"\D", "", npi)))
        result = None if wrong else registry.provider(re.sub(r"\D", "", npi))
        if result is not None:
            row = result_row(0, result, roles=roles)
            yield row._replace(name=entry.name) if row.refused else row
        else:
            why = f"the check digit of its NPI {npi} is wrong" if wrong else f"the registry has no active NPI {npi}"
            yield Row(0, entry.name, refused=why)


# Where else -----------------------------------------------------------------------------------------------------------


FORMER_CLIENTS = "A client who has finished treatment and names someone unasked: see Playbook/Where partners come from"
"""A source for every role, with the ethics beside it (guide, line 4)."""


def places(vault: Vault, search: Search) -> list[Place]:
    """Where to look for the role of a search, by its note in the playbook; without a city, near the practice."""
    note = role_note(vault, search.role)
    if note is None:
        return []
    if not (search.city or search.state):
        search = search._replace(city=_city(vault))
    found = [Place(words, search_link(words, search)) for words in items_of(note.properties.get("where_to_find"))]
    return [*found, Place(FORMER_CLIENTS, "")]


def _city(vault: Vault) -> str:
    """The city in Practice.md, for links that are only printed; empty if there is none."""
    try:
        return " ".join(practice_of(vault).texts.get("city", "").replace(",", " ").split())
    except NotFoundError:
        return ""


_LINKEDIN = re.compile(r"linkedin(?: search)?[,:]? ?", re.IGNORECASE)
_YOUR_CITY = re.compile(r" (?:and|in|near) your (?:city|town|area|neighborhood)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[!-~]+")
_STEM = 6
"""Letters that psychiatrist and psychiatry have in common, and pediatrician and pediatrics."""


def search_link(words: str, search: Search) -> str:
    """A link that searches the web for what the playbook says; it's only printed, never opened.

    An introduction by somebody isn't on the web, and what has a link already keeps it.
    """
    if "introduction" in fold(words):
        return ""
    if found := _ADDRESS.search(words):
        return found[0]
    plain = _YOUR_CITY.sub("", " ".join(words.split())).replace("the specialty", search.role)
    place = f"{search.city} {search.state}".strip()
    if found := _LINKEDIN.match(plain):
        text = f"{plain[found.end() :] or search.role} {place}".strip()
        return f"https://www.linkedin.com/search/results/people/?keywords={quote(text, safe='')}"
    is_named = fold(search.role)[:_STEM] in fold(plain)
    text = " ".join(filter(None, [plain.replace(",", ""), "" if is_named else search.role, place]))
    return f"https://duckduckgo.com/?q={quote(text, safe='')}"
