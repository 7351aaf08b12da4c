"""Network data from the index: gaps, ties, introductions, and matches for a client's need."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.feed import without_codes
from rounds.domain.folding import spaced
from rounds.domain.gaps_introductions_suggestions import (
    MET,
    TIES,
    Cell,
    Introduction,
    Network,
    Niche,
    Person,
    Role,
    gaps,
    introductions,
)
from rounds.domain.log_followups import MEETINGS, LogEntry
from rounds.domain.match import Candidate, Match, Need, match
from rounds.domain.phrases import format_value
from rounds.domain.query.fields import closest, fold
from rounds.errors import NotFoundError, UsageError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.index.queries import members_of
from rounds.notes.document import Document
from rounds.notes.links import first_target, folder_matches, folder_of, name_of, stem
from rounds.notes.log import render_entry, write_entry
from rounds.notes.properties import day_of, items_of, text_of
from rounds.notes.schema import KEYS
from rounds.vault.list_search import roles
from rounds.vault.log_actions import WriteResult, log_touch, written_as
from rounds.vault.note_files import link_to
from rounds.vault.organizations import inherited_by
from rounds.vault.outgoing import neutral, neutral_values
from rounds.vault.practice import sayable
from rounds.vault.role_names import same_role
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.exports.card import Listed


class Gaps(NamedTuple):
    """Gaps by niche and role.

    Attributes:
        map: by niche, in the order of Practice.md and the playbook.
        missing: named niches that have no note in the playbook.
    """

    map: list[Cell]
    missing: list[str]

    @property
    def cells(self) -> list[Cell]:
        """Empty cells first."""
        return sorted(self.map, key=Cell.order)


def all_gaps(vault: Vault) -> Gaps:
    """The gaps in the niches of Practice.md and the team, and in those that every practice has."""
    niches, missing = _niches(vault)
    roles = [
        Role(entry.name, _names(entry), tuple(items_of(entry.properties.get("where_to_find"))), entry.path)
        for entry in vault.ask(queries.notes_of_type, "role")
    ]
    rows = vault.ask(activity.partners_by_role, str(vault.today()))
    partners = [
        (members_of(role), "".join(members_of(stage)[:1]), bool(met), number) for role, stage, met, number in rows
    ]
    return Gaps(gaps(niches, roles, partners), missing)


def is_own_niche(vault: Vault, niche: NoteRecord) -> bool:
    """Whether Practice.md or a note of the team names the niche, by any of its names."""
    names = {fold(name) for name in (*_names(niche), niche.name)}
    return any(fold(name) in names for name in _own_niches(vault))


def _own_niches(vault: Vault) -> list[str]:
    return [
        first_target(item)
        for kind in ("practice", "clinician")
        for entry in vault.ask(queries.notes_of_type, kind)
        for item in items_of(entry.properties.get("niches"))
    ]


def _niches(vault: Vault) -> tuple[list[Niche], list[str]]:
    playbook = {
        fold(name): entry for entry in reversed(vault.ask(queries.notes_of_type, "niche"))
        for name in (*_names(entry), entry.name)
    }  # fmt: skip
    own = _own_niches(vault)
    found: dict[str, Niche] = {}
    for name in [*own, *vault.settings.niches]:
        entry = playbook.get(fold(name))
        if entry is not None:
            roles = tuple(first_target(item) for item in items_of(entry.properties.get("roles")))
            found.setdefault(entry.path, Niche(entry.name, roles, own=name in own))
    missing = [name for name in [*own, *vault.settings.niches] if fold(name) not in playbook]
    return [*found.values()], [*dict.fromkeys(missing)]


def _names(entry: NoteRecord) -> tuple[str, ...]:
    """A note's other names: its file name and its aliases."""
    return name_of(entry.path), *items_of(entry.properties.get("aliases"))


def network(vault: Vault) -> Network:
    """All partners and the ties between them."""
    people: dict[int, Person] = {}
    named: dict[str, list[Person]] = defaultdict(list)
    for key, name, path, its_stem, stage, last in vault.ask(activity.people):
        day = date.fromisoformat(last) if last else None
        in_touch = any(each in MET for each in members_of(stage))
        person = people[key] = Person(key, name, path, in_touch, day)
        named[its_stem].append(person)
    ties: dict[int, dict[int, str]] = defaultdict(dict)
    places: dict[str, list[int]] = defaultdict(list)
    for note, name, target, folder in vault.ask(activity.tying_links):
        one = people.get(note)
        if one is None:
            continue
        if name == "organization":
            places[target].append(one.key)
            people[one.key] = one._replace(places=one.places | {target})
        else:
            others = named.get(target, [])
            _tie(
                ties,
                one.key,
                name,
                [each for each in others if not folder or folder_matches(folder, folder_of(each.path))],
            )
    return Network(people, ties, places)


def _tie(ties: dict[int, dict[int, str]], one: int, name: str, others: list[Person]) -> None:
    """Tie a person to others, both ways; between two people, the closest tie counts."""
    tie = name if name in TIES else TIES[-1]
    for other in others:
        if other.key != one:
            closest = min(tie, ties[one].get(other.key, tie), key=TIES.index)
            ties[one][other.key] = ties[other.key][one] = closest


def paths_to(vault: Vault, who: NoteRecord) -> list[Introduction]:
    """Possible introductions to a partner, warmest first."""
    return introductions(network(vault), who.key, vault.today(), vault.settings.steps)


def asked_text(vault: Vault, by: str) -> str:
    """The log's words for a request for an introduction to the partner at path `by`."""
    return f"asked {link_to(vault, by)} to introduce us"


def ask(vault: Vault, who: NoteRecord, by: NoteRecord) -> WriteResult:
    """Record that an introduction was requested, in the log alone: only an introduction sets `introduced_by`.

    The rule for introductions follows it: ask again after a while, and say thanks once it has worked.
    """
    return log_touch(vault, who.path, "intro", asked_text(vault, by.path))


def record_introduction(vault: Vault, who: NoteRecord, by: NoteRecord) -> WriteResult:
    """Record that somebody introduced us: in the log, and as `introduced_by`. One save."""
    opened = vault.editable(who.path)
    target = link_to(vault, by.path)
    entry = LogEntry(vault.today(), "intro", f"{target} introduced us")
    document = write_entry(opened.document, opened.note.log, entry)
    vault.save(opened, _introduced(document, target))
    return written_as(vault, who.path, render_entry(entry))


def _introduced(document: Document, target: str) -> Document:
    known = {stem(first_target(item)) for item in items_of(document.properties.get("introduced_by"))}
    if stem(first_target(target)) in known:
        return document
    if known:
        return document.add_item("introduced_by", target)
    return document.set("introduced_by", target, order=KEYS["partner"])


_YES = {"yes": True, "true": True, "no": False, "false": False}
_ACCEPTING = {"yes": "open", "true": "open", "no": "full", "false": "full"}


def matches(vault: Vault, need: Need) -> list[tuple[Match, dict[str, object]]]:
    """Partners for a client's need, best match first, each with own and inherited properties.

    Resting partners are included; those marked not a fit aren't.
    """
    from rapidfuzz import fuzz

    names = same_role(vault, need.role) if need.role else ()
    entries = vault.ask(queries.partners_for_role, names)
    given = inherited_by(vault, entries)
    known = {entry.path: {**entry.properties, **given.get(entry.key, {})} for entry in entries}
    keys = [entry.key for entry in entries] if need.role else None
    met = {key for key, *_ in vault.ask(activity.first_days, MEETINGS, str(vault.today()), keys)}
    treats = _treating(vault)
    candidates = [
        _candidate(entry, known[entry.path], need.role, names)._replace(
            treats=treats(text_of(entry.properties.get("role"))),
            met=entry.key in met or fold(text_of(entry.properties.get("stage"))) in MET,
        )
        for entry in entries
    ]
    days = vault.settings.rules["accepting"].days
    found = match(need, candidates, today=vault.today(), days=days, alike=fuzz.ratio)
    return [(each, known[each.candidate.path]) for each in found]


def _treating(vault: Vault) -> Callable[[str], bool | None]:
    """Whether a role treats: by `treats` of its note, else by the role in its name; None if there is no role."""
    from rounds.domain.job_titles import TREATING, Roles

    titles = Roles()
    said = {
        fold(name): _YES[value]
        for entry in vault.ask(queries.notes_of_type, "role")
        for name in (entry.name, *_names(entry))
        if (value := text_of(entry.properties.get("treats")).lower()) in _YES
    }

    @cache
    def treats(role: str) -> bool | None:
        return said.get(fold(role), titles.of_title(role) in TREATING) if role else None

    return treats


_FACTS = {
    "specialties": "Specialties", "serves": "Works with", "insurance": "Insurance", "languages": "Languages",
    "telehealth": "Telehealth", "phone": "Phone", "email": "Email", "website": "Website", "address": "Address",
}  # fmt: skip
_OPENINGS = {"open": "takes new clients", "waitlist": "has a waitlist", "full": "took no new clients"}


def page_of_names(vault: Vault, found: Sequence[tuple[Match, dict[str, object]]]) -> str:
    """A page for the client's hand with matches. Nothing of the need is on it, only what the partners' notes say.

    Colleagues' email addresses are left out, unless there is no phone number and no website.
    """
    from rounds.exports.card import names_page

    partners = [_listed(vault, each.candidate, properties) for each, properties in found]
    try:
        practice = sayable(vault)
    except NotFoundError:
        practice = {}
    name = ", ".join(filter(None, map(practice.get, ("name", "credentials"))))
    sender = " · ".join(filter(None, (name, practice.get("practice_name"), practice.get("phone"))))
    return names_page(partners, sender, _plain_day(vault.today()))


def _listed(vault: Vault, candidate: Candidate, properties: dict[str, object]) -> "Listed":
    from rounds.exports.card import Listed

    keys = ("role", "organization", "credentials", *_FACTS)
    given = {key: format_value(properties.get(key)).strip() for key in keys}
    if given["phone"] or given["website"]:
        given["email"] = ""
    texts = neutral_values(vault, candidate.path, {key: without_codes(text) for key, text in given.items() if text})
    facts = [(label, texts[key]) for key, label in _FACTS.items() if key in texts]
    checked = f" (checked on {_plain_day(candidate.checked)})" if candidate.checked else ""
    openings = _OPENINGS.get(candidate.accepting, "")
    facts.append(("Openings", f"{openings}{checked}" if openings else "not known; ask when you call"))
    called = neutral(vault, without_codes(candidate.name), candidate.path)
    name = ", ".join(filter(None, (called, texts.get("credentials"))))
    return Listed(name, ", ".join(filter(None, map(texts.get, ("role", "organization")))), facts)


def _plain_day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def known_role(vault: Vault, need: Need) -> Need:
    """Check that the need's role is one a partner has or the playbook lists.

    Raises:
        UsageError: it's neither.
    """
    known = [*roles(vault)]
    if not need.role or not {*same_role(vault, need.role)}.isdisjoint(known):
        return need
    near = closest(need.role, known)
    raise UsageError(f'nobody has the role "{need.role}"', hint=f"Did you mean {near}?" if near else "")


def _candidate(entry: NoteRecord, properties: dict[str, object], wanted: str, names: Sequence[str]) -> Candidate:
    """The partner as a candidate; another name of the role that is wanted counts as that role."""
    accepting = text_of(properties.get("accepting")).lower()
    role = text_of(properties.get("role"))
    return Candidate(
        path=entry.path,
        name=entry.name,
        role=wanted if spaced(fold(role)) in names else role,
        specialties=tuple(items_of(properties.get("specialties"))),
        serves=tuple(items_of(properties.get("serves"))),
        insurance=tuple(items_of(properties.get("insurance"))),
        languages=tuple(items_of(properties.get("languages"))),
        city=text_of(properties.get("city")),
        telehealth=_YES.get(text_of(properties.get("telehealth")).lower()),
        accepting=_ACCEPTING.get(accepting, accepting),
        checked=day_of(properties.get("accepting_checked")),
    )
