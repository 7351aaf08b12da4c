"""What can be asked about a note: the fields of a query, and how texts are folded for comparing them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from rounds.domain.links import has_link, links_in, name_of, whole_link
from rounds.domain.partner import ACCEPTING, STAGES
from rounds.domain.referral import DIRECTIONS, STATUSES

_SEPARATOR = re.compile(r"[\W_]+")
_ASCII = bytes(ord(chr(c).lower()) if c < 128 and chr(c).isalnum() else 32 for c in range(256))


def fold(text: str) -> str:
    """What is left for comparing: lower case, no diacritics, one blank for all that is no letter or digit.

    `Núñez-O'Neil` becomes `nunez o neil`. Folding twice changes nothing.
    """
    if not text.isascii():
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        kept = "".join([c for c in plain if unicodedata.category(c) != "Mn"])
        return _SEPARATOR.sub(" ", kept).strip()
    if text.isalnum():
        return text.lower()
    # A byte table is three times as quick as a regular expression; this runs for every value of every note.
    folded = text.encode().translate(_ASCII).decode().strip()
    while "  " in folded:
        folded = folded.replace("  ", " ")
    return folded


def fold_members(values: Sequence[str]) -> str:
    """` | a | b | `, or an empty text where nothing is left of any value.

    So `| a |` finds a whole member, ` a ` a word or phrase within one, and ` a` or `| a` what begins so.
    """
    members = [folded for folded in map(fold, values) if folded]
    return f" | {' | '.join(members)} | " if members else ""


def fold_value(value: object) -> str:
    """One property's value as `fold_members` has it; an empty text for none.

    Lists are taken member by member, numbers, booleans (`true`, `false`) and nested values as their text.
    A link counts as the name of its target and, as a second member, its alias.
    """
    if isinstance(value, str) and not has_link(value):
        folded = fold(value)
        return f" | {folded} | " if folded else ""
    return fold_members(_members(value))


def fold_each(values: Sequence[object]) -> list[str]:
    """`fold_value` of each value, for an index of a whole vault: most texts of a vault are in it many times."""
    return [_fold_text(value) if type(value) is str else _fold_list(value) for value in values]


@lru_cache(maxsize=8192)
def _fold_text(value: str) -> str:
    return fold_value(value)


def _fold_list(value: object) -> str:
    try:
        return _fold_items(*value) if type(value) is list else fold_value(value)
    except TypeError:  # a list or a map in the list can't be remembered
        return fold_value(value)


@lru_cache(maxsize=8192, typed=True)
def _fold_items(*items: object) -> str:
    return fold_value(items)


def _members(value: object) -> list[str]:
    # Concrete types, as YAML gives them: to ask for an abstract one takes longer than the folding.
    if isinstance(value, str):
        return _linked(value) if has_link(value) else [value]
    if isinstance(value, (list, tuple)):
        return [text for member in value for text in _members(member)]
    if isinstance(value, dict):
        return [" ".join([text for key, inner in value.items() for text in (str(key), *_members(inner))])]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    return [] if value is None else [str(value)]


def _linked(value: str) -> list[str]:
    whole = whole_link(value)
    if whole is not None:
        return [name_of(whole.target), whole.alias]
    for link in reversed(links_in(value)):
        value = f"{value[: link.start]} {name_of(link.target)} {link.alias} {value[link.end :]}"
    return [value]


class Kind(Enum):
    """How a field's values are compared."""

    CHOICE = auto()
    """A whole member equals the value."""
    WORDS = auto()
    """The value is a word, or a phrase of whole words, within a member."""
    PAST = auto()
    """A date that looks back: `>90d` is longer ago than 90 days."""
    FUTURE = auto()
    """A date that looks ahead: `<7d` is within 7 days, or overdue."""
    PLAIN = auto()
    """Type and id, which are stored as they are."""
    NAME = auto()
    """As WORDS, in the name or an alias."""
    PATH = auto()
    STATE = auto()
    """`is:open` and the like."""
    LINES = auto()
    """A line of the note: a log entry, an open follow-up, a link."""


DATES = frozenset({Kind.PAST, Kind.FUTURE})


class Field(NamedTuple):
    """Something known that a query can ask for.

    Attributes:
        name: as typed in a query.
        column: the property's own name, which is also that of its column in the index.
        values: folded word to folded property values, where only these words make sense; else empty.
        aliases: other names for the same field.
    """

    name: str
    kind: Kind
    column: str
    values: Mapping[str, tuple[str, ...]] = {}
    aliases: tuple[str, ...] = ()

    def choices(self) -> list[str]:
        """The words that make sense, each once: yes and no only where there is nothing else."""
        return [name for name in self.values if name not in YES] or [*self.values][1::2]


def _closed(names: Sequence[str], **also: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {fold(name): (fold(name),) for name in names} | also


TYPES = (
    "partner", "organization", "referral", "release", "practice", "clinician", "niche", "role", "message",
)  # fmt: skip
YES: Mapping[str, tuple[str, ...]] = {
    "true": ("true", "yes"), "yes": ("true", "yes"), "false": ("false", "no"), "no": ("false", "no"),
}  # fmt: skip
"""Words for a checkbox: Obsidian writes true and false, people write yes and no."""

_ACCEPTING = {
    "true": ("open", "true", "yes"), "yes": ("open", "true", "yes"), "open": ("open", "true", "yes"),
    "false": ("full", "false", "no"), "no": ("full", "false", "no"), "full": ("full", "false", "no"),
}  # fmt: skip


def _field(
    name: str,
    kind: Kind = Kind.WORDS,
    *aliases: str,
    column: str = "",
    values: Mapping[str, tuple[str, ...]] | None = None,
) -> Field:
    return Field(name, kind, column or name, values or {}, aliases)


FIELDS = (
    _field("name", Kind.NAME, "title"),
    _field("type", Kind.PLAIN, values=_closed(TYPES)),
    _field("is", Kind.STATE, values=_closed((*TYPES, "open", "closed", "broken"))),
    _field("role", Kind.CHOICE),
    _field("organization", Kind.WORDS, "org"),
    _field("stage", Kind.CHOICE, values=_closed(STAGES)),
    _field("last", Kind.PAST, "last contact", column="last_contact"),
    _field("due", Kind.FUTURE),
    _field("accepting", Kind.CHOICE, values=_closed(ACCEPTING) | _ACCEPTING),
    _field("insurance"),
    _field("specialties", Kind.WORDS, "specialty"),
    _field("serves"),
    _field("languages", Kind.WORDS, "language"),
    _field("city"),
    _field("tags", Kind.CHOICE, "tag"),
    _field("owner", Kind.CHOICE),
    _field("telehealth", Kind.CHOICE, values=YES),
    _field("check_in"),
    _field("rest_until", Kind.FUTURE),
    _field("accepting_checked", Kind.PAST),
    _field("email"),
    _field("phone"),
    _field("fax"),
    _field("website"),
    _field("address"),
    _field("referral_method"),
    _field("referral_includes"),
    _field("referral_contact"),
    _field("credentials"),
    _field("pronouns"),
    _field("source"),
    _field("introduced_by"),
    _field("knows"),
    _field("connection"),
    _field("npi"),
    _field("aliases", Kind.WORDS, "alias"),
    _field("partner"),
    _field("direction", Kind.CHOICE, values=_closed(DIRECTIONS)),
    _field("status", Kind.CHOICE, values=_closed(STATUSES)),
    _field("client"),
    _field("reason", Kind.CHOICE),
    _field("scope", Kind.CHOICE),
    _field("date", Kind.PAST),
    _field("acknowledged", Kind.PAST),
    _field("closed", Kind.PAST),
    _field("signed", Kind.PAST),
    _field("revoked", Kind.PAST),
    _field("expires", Kind.FUTURE),
    _field("log", Kind.LINES),
    _field("followup", Kind.LINES, "follow-up", "todo"),
    _field("link", Kind.LINES, "links"),
    _field("id", Kind.PLAIN),
    _field("path", Kind.PATH),
)

_BY_NAME = {fold(name): known for known in FIELDS for name in (known.name, *known.aliases)}


def field_named(name: str) -> Field | None:
    """The known field of that name; case, blanks, hyphens and underscores make no difference."""
    return _BY_NAME.get(fold(name))


def closest(word: str, names: Sequence[str]) -> str:
    """The name that was most likely meant, or an empty text."""
    from difflib import get_close_matches  # only needed once something is wrong

    folded = {fold(name): name for name in reversed(names)}
    key = fold(word)
    begins = [name for known, name in folded.items() if key and known.startswith(key)]
    near = get_close_matches(key, folded, n=1, cutoff=0.6)
    if near:
        return folded[near[0]]
    return min(begins, key=len) if begins else ""
