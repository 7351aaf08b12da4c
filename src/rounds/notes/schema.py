"""Vault format: folders, note types, and the properties of each type with their spellings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from rounds.domain.folding import caseless
from rounds.domain.links import name_of
from rounds.domain.query.fields import TYPES, fold
from rounds.errors import Level

T = TypeVar("T")

KEYS: Mapping[str, tuple[str, ...]] = {
    "partner": (
        "type", "role", "organization", "stage", "check_in", "email", "phone", "referral_method", "name", "credentials",
        "pronouns", "salutation", "fax", "website", "address", "city", "specialties", "serves", "languages",
        "insurance", "accepting", "accepting_checked", "telehealth", "referral_includes", "referral_contact", "source",
        "introduced_by", "knows", "connection", "not_same", "npi", "owner", "rest_until", "last_contact", "id", "tags",
        "aliases",
    ),
    "organization": (
        "type", "role", "phone", "fax", "email", "address", "city", "website", "referral_method", "insurance",
        "not_same", "id",
    ),
    "referral": (
        "type", "partner", "partner_id", "direction", "date", "status", "client", "reason", "acknowledged", "closed",
        "release", "options_given", "clinician", "id",
    ),
    "release": (
        "type", "partner", "partner_id", "client", "signed", "expires", "expires_event", "revoked", "scope", "id",
    ),
    "practice": (
        "type", "name", "credentials", "practice_name", "pronouns", "website", "email", "phone", "address", "city",
        "specialties", "serves", "niches", "ideal_client", "how_to_refer", "fees", "insurance", "telehealth", "card",
        "summary", "calendar_link",
    ),
    "clinician": (
        "type", "handle", "name", "credentials", "pronouns", "website", "email", "phone", "specialties", "serves",
        "niches", "ideal_client", "how_to_refer", "fees", "insurance", "telehealth", "card", "summary", "calendar_link",
    ),
    "niche": ("type", "roles"),
    "role": ("type", "why_they_need_us", "why_we_need_them", "offer", "where_to_find", "taxonomy", "treats"),
    "message": ("type", "kind", "channel", "stage", "subject", "needs", "about_client", "only_by_name"),
}  # fmt: skip
"""The properties of each type, in the order for new ones (vault format, the tables)."""

KNOWN = frozenset(key for keys in KEYS.values() for key in keys)
"""The properties of all types."""

LINKS = frozenset({"organization", "introduced_by", "knows", "not_same", "partner", "release", "niches", "roles"})
"""The properties that are links, where a bare note name counts as well."""


class Spelling(NamedTuple):
    """Spelling of a note's known keys.

    Attributes:
        written: key as written, by canonical name; only those that differ (`Role` for role).
        shadowed: known keys in a second spelling, which don't count; they keep their spelling.
    """

    written: Mapping[str, str]
    shadowed: tuple[str, ...]


AS_NAMED = Spelling({}, ())
"""All known keys are lower case, as in nearly every note."""


def spelling(keys: Iterable[str]) -> Spelling:
    """The known keys in another case. Of two spellings, lower case counts, else the first."""
    names = list(keys)
    if "".join(names).islower():
        return AS_NAMED
    present, written, shadowed = set(names), {}, []
    for key in names:
        name = key.lower()
        if name == key or name not in KNOWN:
            continue
        if name in present or name in written:
            shadowed.append(key)
        else:
            written[name] = key
    return Spelling(written, tuple(shadowed))


def is_link(kind: str, key: str) -> bool:
    """Whether a property of that note type is a link."""
    return key in LINKS and key in KEYS.get(kind, ())


def as_named(values: Mapping[str, T], written: Mapping[str, str]) -> dict[str, T]:
    """Properties under their canonical names, in order."""
    names = {key: name for name, key in written.items()}
    return {names.get(key, key): value for key, value in values.items()}


FOLDERS: Mapping[str, str] = {
    "partners": "Partners",
    "organizations": "Organizations",
    "referrals": "Referrals",
    "releases": "Releases",
    "team": "Team",
    "niches": "Playbook/Niches",
    "roles": "Playbook/Roles",
    "messages": "Playbook/Messages",
}
"""Default folder of each kind of note, by its name in rounds.toml."""


def folder_types(folders: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Pairs of folder prefix and note type from the settings' folder names, longest prefix first."""
    pairs = [
        (f"{folder.strip('/')}/", "clinician" if name == "team" else name.removesuffix("s"))
        for name, folder in folders.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


WHOLE_VAULT = "/"
"""In `[tasks] folders`: the tasks of all notes are follow-ups."""

_TASK_PLACES = ("Playbook/", "Practice.md", "Inbox.md")
"""Places of ours for notes without a type whose tasks are follow-ups, beside the folders of the settings."""


def holds_followups(path: str, kind: str, folders: "Folders", more: Sequence[str]) -> bool:
    """Whether the tasks of a note are follow-ups: those of other notes may be about clients, or anything else.

    Args:
        kind: its type; empty if unknown.
        folders: the folders of our types.
        more: further folders, from the settings; `/` stands for the whole vault.
    """
    if kind or path.startswith(_TASK_PLACES) or folder_type(path, folders):
        return True
    return any(folder == WHOLE_VAULT or caseless(path).startswith(f"{caseless(folder.strip('/'))}/") for folder in more)


_TYPES = frozenset(TYPES)
_ALIKE = 0.8
"""Similarity from 0 to 1 (difflib) from which a word counts as a misspelled type: `parnter` does, `person` doesn't."""

_MORE_ALIKE = 0.9
"""The same for a type other than the folder's: in Partners/, `massage` doesn't count as `message`."""

_SHORTEST = 5
"""Minimum letters of a word for a similarity check: `rule` doesn't count as `role`."""

Folders = Sequence[tuple[str, str]]
"""Pairs of folder prefix and type, from `folder_types`."""


def type_of(path: str, properties: Mapping[str, object], folders: Folders) -> str:
    """The type of a note: its `type` property, else its folder's; empty for one outside the format.

    Variations in case, number, blanks or quotes are accepted; a misspelling only if the folder agrees.
    """
    named = properties.get("type")
    if type(named) is str and named in _TYPES:
        return named
    home = folder_type(path, folders)
    return _resolved_type(named, home) if named else home


def folder_type(path: str, folders: Folders) -> str:
    """The type of notes in this folder; empty for other folders."""
    return next((kind for prefix, kind in folders if path.startswith(prefix)), "")


def _resolved_type(named: object, home: str) -> str:
    if type(named) is str:
        return _spelled(named) or (home if _likeness(named, home) >= _ALIKE else "" if fold(named) else home)
    kinds = {kind for item in _flat_texts(named) if (kind := _spelled(item))}
    return kinds.pop() if len(kinds) == 1 else home


def _flat_texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _flat_texts(item)]
    return [value] if isinstance(value, str) else []


@lru_cache(maxsize=256)
def _spelled(text: str) -> str:
    """The type in a text, ignoring case, number, blanks, quotes and other signs; empty for none."""
    word = fold(text).replace(" ", "").replace("isation", "ization")
    return next((kind for kind in (word, word.removesuffix("s")) if kind in _TYPES), "")


@lru_cache(maxsize=256)
def _likeness(text: str, kind: str) -> float:
    """Similarity of a word to a type, from 0 to 1. A shorter real word doesn't count: `clinic` isn't misspelled."""
    from difflib import SequenceMatcher  # only needed after an error

    word = fold(text).replace(" ", "")
    if not kind or (kind.startswith(word) and len(kind) - len(word) > 2):
        return 0.0
    return SequenceMatcher(None, word, kind).ratio()


def type_problem(path: str, named: object, folders: Folders) -> tuple[str, str, Level] | None:
    """The problem of a note's `type`: message, hint and level; None if it is known, empty, or irrelevant to Rounds.

    A near miss is a warning; any other word in one of our folders is advice.
    """
    if not named or named in TYPES:
        return None
    home = folder_type(path, folders)
    resolved, said = _resolved_type(named, home), _shown_type(named)
    command = f'rounds set "{name_of(path)}" type='
    if resolved:
        if type(named) is str and not fold(named):
            return None
        hint = f"It is read as {resolved} here, but not by the views in Obsidian. To fix it: {command}{resolved}"
        return f"type: {said} should be {resolved}", hint, Level.WARNING
    least = _MORE_ALIKE if home else _ALIKE
    near = next((kind for kind in TYPES if len(kind) >= _SHORTEST and _likeness(str(named), kind) >= least), "")
    if near:
        hint = f"Did you mean {near}? To fix it: {command}{near}"
        return f"type: {said} is not a type that Rounds knows", hint, Level.WARNING
    if home and type(named) is str:
        return (
            f"type: {said} is not a type that Rounds knows, so this note is not read as {with_article(home)}",
            f"If it is one: {command}{home}. If it is something else, it can stay, or move to another folder.",
            Level.ADVICE,
        )
    return None


def _shown_type(named: object) -> str:
    return f'"{named}"' if isinstance(named, str) else re.sub(r"[\[\]'\"]", "", str(named))


def with_article(kind: str) -> str:
    """`a partner`, `an organization`."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
