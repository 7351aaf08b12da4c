"""Suggestions for queries that find nothing: the closest existing values."""

import re
from collections.abc import Collection, Iterator, Sequence

from rounds.domain.folding import UNSPACED, fold, spaced
from rounds.domain.match import CLOSE, Need
from rounds.domain.query.fields import PHONES, Kind, field_named
from rounds.domain.query.parser import Every, FieldMatch, Node, Some, Value, Word, parse, query_word
from rounds.index import queries
from rounds.index.database import FOLDED
from rounds.vault.queries import keys, kinds
from rounds.vault.vault import Vault

_CLOSE = 65.0
"""Similarity from which a word may be a typo of another, 0 to 100."""

_WORDS = ("name", "organization", "role", "city", "insurance", "specialties", "languages", "serves", "tags")
"""Fields a bare word likely comes from."""

_SHORTEST = 3
"""Minimum length of a word treated as a typo."""

_APART = re.compile(rf"({UNSPACED}) (?={UNSPACED})")
"""Blank in a folded value between characters of scripts written without spaces."""


def meant(vault: Vault, query: str, *, types: Collection[str] = ()) -> str:
    """A hint for a query that finds nothing: the unknown values with their closest matches; else empty.

    Args:
        types: the searched types; empty for all.

    Raises:
        QueryError: the query isn't valid.
    """
    near = []
    for part in _parts_of(parse(query).root):
        if isinstance(part, Word):
            near += [query_word(found)] if (found := _near_word(vault, part, types)) else []
            continue
        near += [
            f"{query_word(part.field)}:{query_word(found)}"
            for value in part.values
            if (found := _near(vault, part.field, value, types))
        ]
    return f"Did you mean {' '.join(near)}?" if near else ""


def meant_need(vault: Vault, need: Need) -> str:
    """The same for a client's need; a word that matching accepts as known isn't a typo."""
    wanted = {
        "specialties": need.specialties, "serves": need.serves, "insurance": need.insurance,
        "languages": need.languages, "city": (need.city,) if need.city else (),
    }  # fmt: skip
    near = [
        found
        for field, texts in wanted.items()
        for text in texts
        if (found := _near(vault, field, Value(text, 0, prefix=True), ("partner",))) and not _taken(text, found)
    ]
    return f"Did you mean {', '.join(near)}?" if near else ""


def _taken(text: str, near: str) -> bool:
    from rapidfuzz import fuzz

    pairs = zip(fold(text).split(), near.split(), strict=False)
    return all(fuzz.ratio(word, other) >= CLOSE for word, other in pairs)


def _parts_of(node: Node) -> Iterator[FieldMatch | Word]:
    """The required matches and words of a query, without negated ones."""
    if isinstance(node, (FieldMatch, Word)):
        yield node
    elif isinstance(node, (Every, Some)):
        for part in node.parts:
            yield from _parts_of(part)


def _near(vault: Vault, field: str, value: Value, types: Collection[str]) -> str:
    """The closest value to an unknown one; empty if the value is in use, or nothing is close."""
    if value.operator not in {"", "="} or len(fold(value.text)) < _SHORTEST:
        return ""
    typed = f'{query_word(field)}:"{value.text}"{"*" * value.prefix}'
    if '"' in value.text or keys(vault, typed, types=types):
        return ""
    return _nearest(vault, value.text, (field,), f"{query_word(field)}:", types)


def _near_word(vault: Vault, word: Word, types: Collection[str]) -> str:
    """The same for a bare word: the closest name, or value of another field in `_WORDS`."""
    typed = f'"{word.text}"' if word.phrase else word.text
    if len(fold(word.text)) < _SHORTEST or '"' in word.text or keys(vault, typed, types=types):
        return ""
    return _nearest(vault, word.text, _WORDS, "", types)


def _nearest(vault: Vault, text: str, fields: Sequence[str], before: str, types: Collection[str]) -> str:
    from rapidfuzz import fuzz, process

    wanted = spaced(fold(text))
    known = dict.fromkeys(value for field in fields for value in _values(vault, field, wanted.count(" ") + 1))
    ranked = process.extract(wanted, list(known), scorer=fuzz.ratio, score_cutoff=_CLOSE, limit=5)
    for name, _, _ in ranked:
        if keys(vault, f'{before}"{name}"', types=types):
            return _APART.sub(r"\1", name)
    return ""


def _values(vault: Vault, field: str, length: int) -> Sequence[str]:
    """The notes' values, folded: whole values, and their parts of `length` words."""
    known = field_named(field)
    if known is None:
        found = [text for key, text in vault.ask(queries.other_values) if fold(key) == fold(field)]
    elif known.name in {"log", "followup"}:
        return kinds(vault)
    elif known.column in FOLDED and known.column not in PHONES:
        found = vault.ask(queries.folded_values, *(("name", "aliases") if known.kind is Kind.NAME else (known.column,)))
    else:
        return []
    members = [member for text in found for member in text.strip(" |").split(" | ")]
    if known is not None and known.kind is Kind.CHOICE:
        return list(dict.fromkeys(members))
    return list(dict.fromkeys([*members, *(part for member in members for part in _parts(member, length))]))


def _parts(member: str, length: int) -> Iterator[str]:
    words = member.split()
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])
