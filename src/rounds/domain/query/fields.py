"""Query fields: the properties that a query can ask for."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from rounds.domain.folding import fold, fold_each, fold_members, fold_value
from rounds.domain.partner_referral_release import ACCEPTING, DIRECTIONS, STAGES, STATUSES

__all__ = [
    "DATES", "FIELDS", "PHONES", "TYPES", "YES", "Field", "Kind", "closest", "field_named", "fold", "fold_each",
    "fold_members", "fold_value",
]  # fmt: skip


class Kind(Enum):
    """How to compare a field's values."""

    CHOICE = auto()
    """Equal to a whole member."""
    WORDS = auto()
    """A word, or a phrase of whole words, within a member."""
    PAST = auto()
    """A date in the past: `>90d` means longer ago than 90 days."""
    FUTURE = auto()
    """A date in the future: `<7d` means within 7 days, or overdue."""
    PLAIN = auto()
    """Type and id, stored unfolded."""
    NAME = auto()
    """Like WORDS, in the name or an alias."""
    PATH = auto()
    STATE = auto()
    """`is:open` and the like."""
    LINES = auto()
    """A line of the note: a log entry, an open follow-up, a link."""


DATES = frozenset({Kind.PAST, Kind.FUTURE})
PHONES = frozenset({"phone", "fax"})
"""Properties also compared by their digits."""


class Field(NamedTuple):
    """A known field of queries.

    Attributes:
        name: as typed in a query.
        column: name of the property, and of its column in the index.
        values: folded query word -> folded property values, if the set is fixed; else empty.
        aliases: other names for the same field.
    """

    name: str
    kind: Kind
    column: str
    values: Mapping[str, tuple[str, ...]] = {}
    aliases: tuple[str, ...] = ()

    def choices(self) -> list[str]:
        """The valid words, each once; yes and no only if there are no others."""
        return [name for name in self.values if name not in YES] or [*self.values][1::2]


def _fixed_values(names: Sequence[str], **also: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
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
    _field("type", Kind.PLAIN, values=_fixed_values(TYPES)),
    _field("is", Kind.STATE, values=_fixed_values((*TYPES, "open", "closed", "broken"))),
    _field("role", Kind.CHOICE),
    _field("organization", Kind.WORDS, "org"),
    _field("stage", Kind.CHOICE, values=_fixed_values(STAGES)),
    _field("last", Kind.PAST, "last contact", column="last_contact"),
    _field("due", Kind.FUTURE),
    _field("accepting", Kind.CHOICE, values=_fixed_values(ACCEPTING) | _ACCEPTING),
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
    _field("direction", Kind.CHOICE, values=_fixed_values(DIRECTIONS)),
    _field("status", Kind.CHOICE, values=_fixed_values(STATUSES)),
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
    """The known field of that name, ignoring case, blanks, hyphens and underscores."""
    return _BY_NAME.get(fold(name))


def closest(word: str, names: Sequence[str]) -> str:
    """The most similar name, or empty."""
    from difflib import get_close_matches  # only needed after an error

    folded = {fold(name): name for name in reversed(names)}
    key = fold(word)
    begins = [name for known, name in folded.items() if key and known.startswith(key)]
    near = get_close_matches(key, folded, n=1, cutoff=0.6)
    if near:
        return folded[near[0]]
    return min(begins, key=len) if begins else ""
