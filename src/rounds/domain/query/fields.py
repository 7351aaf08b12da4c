"""Query fields, and completions for a half-typed query."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from rounds.domain.folding import fold, fold_each, fold_members, fold_value
from rounds.domain.partner_referral_release import ACCEPTING, DIRECTIONS, STAGES, STATUSES
from rounds.domain.query.parser import query_word

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


_WORD = re.compile(r'(?:[^\s()"]|"[^"]*"?)*\Z')
_TEST = re.compile(r'((?:"([^"]+)"|([^\W\d_][\w-]*)):(?:"[^"]*"\*?,|[^",]*,)*(?:<=|>=|<|>|=)?)("?)([^"]*)')
_LONGEST = 1_000
"""Characters before the cursor to consider."""

_PAST = ("<30d", "<90d", ">90d", ">6m", ">1y", "today", "yesterday")
_FUTURE = ("<7d", "<30d", "<today", "today", "tomorrow")


def word_start(text: str, cursor: int) -> int:
    """Start of the word at the cursor; a minus in front isn't part of it."""
    before = max(0, cursor - _LONGEST)
    head = text[before:cursor]
    match = _WORD.search(head)
    start = match.start() if match else len(head)
    return before + start + head.startswith("-", start)


def closed(text: str) -> str:
    """A query with all open quotes and parentheses closed at its end."""
    text += '"' * (text.count('"') % 2)
    return text + ")" * (text.count("(") - text.count(")"))


def without_word(text: str, at: int) -> str:
    """A query without the word, or the value in a comma-separated list, at offset `at`."""
    start = at - 1 if text[:at].endswith(",") else word_start(text, at)
    rest = text[at:]
    return text[:start] + rest[len(rest.split(maxsplit=1)[0]) if rest[:1].strip() else 0 :]


def complete(text: str, cursor: int, *, known: Collection[str], values: Mapping[str, Collection[str]]) -> list[str]:
    """Completions of the word at the cursor, each for `text[:word_start(text, cursor)] + completion`.

    Field names come with their colon, values with their field. An empty word has no completions.

    Args:
        text: the query so far.
        cursor: 0-based offset in the text; the rest is ignored.
        known: names of this vault's properties without a column.
        values: values that occur in the vault, such as roles and cities, by field name.
    """
    word = text[word_start(text, cursor) : cursor]
    test = _TEST.fullmatch(word)
    if test is None:
        return _beginning(word.strip('"'), [name + ":" for name in _names(known)]) if word else []
    head, name, part = test[1], test[2] or test[3], test[5]
    return [head + _typed(value) for value in _beginning(part, _values(name, head, known, values))]


def _names(known: Collection[str]) -> list[str]:
    return [*[field.name for field in FIELDS], "has", "no", *[query_word(name) for name in sorted(known)]]


def _values(name: str, head: str, known: Collection[str], values: Mapping[str, Collection[str]]) -> Iterable[str]:
    if fold(name) in {"has", "no"}:
        return [field.name for field in FIELDS if field.kind is not Kind.STATE] + sorted(known)
    field = field_named(name)
    if field is None:
        return sorted(value for key, each in values.items() if fold(key) == fold(name) for value in each)
    if field.kind in DATES:
        samples = _PAST if field.kind is Kind.PAST else _FUTURE
        return [sample for sample in samples if head[-1] in ":," or sample[0] not in "<>"]
    if field.values:
        return field.choices()
    return sorted(values.get(field.name, values.get(field.column, ())))


def _beginning(part: str, names: Iterable[str]) -> list[str]:
    """The names that begin with `part`, folded; without letters in `part`, literally."""
    key = fold(part)
    if not key or part[0] in "<>":
        return [name for name in names if name.startswith(part)]
    return [name for name in names if fold(name).startswith(key)]


def _typed(value: str) -> str:
    return value if value[0] in "<>" else query_word(value)
