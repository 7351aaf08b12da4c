"""Possible typos: words new to the vault, and values in queries that find nothing.

They're only pointed out, never refused.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.folding import UNSPACED, fold, spaced, words_of
from rounds.domain.match import CLOSE, Need
from rounds.domain.query.fields import PHONES, Kind, closest, field_named
from rounds.domain.query.parser import Every, FieldMatch, Node, Some, Value, Word, parse, query_word
from rounds.index import queries
from rounds.index.database import FOLDED
from rounds.notes.links import first_target
from rounds.vault.list_search import keys, kinds
from rounds.vault.role_names import roles_of
from rounds.vault.vault import Vault

_NEARLY = 84.0
"""Similarity of two words, 0 to 100, from which one is most likely a misspelling of the other."""

_NOTES = {"niches": "niche", "roles": "role"}
"""Properties that link to playbook notes, with the type of those notes."""

_NAMED = ("introduced_by", "knows", "organization")
"""Properties with names of people or places: a similar value is a likely typo, any other is a new name."""

_SHARED = {
    "city": "city", "insurance": "insurance", "languages": "language", "serves": "group", "source": "source",
    "specialties": "specialty",
}  # fmt: skip
"""Properties with values shared by many notes, and the word for one value. New values are common: report only similar
ones."""

_SINGLE = ("city", "organization", "role", "source")
"""Single-value properties, in which commas are part of the value."""

_ALIKE = 80.0
"""Similarity from which such a word or name is reported."""


class Slip(NamedTuple):
    """A word that's new to the vault.

    Attributes:
        what: kind of word, such as `role`; empty for a name.
        word: as typed.
        near: the closest known word; empty if there is none.
        likely: whether that word was probably intended, so it's worth asking.
    """

    what: str
    word: str
    near: str
    likely: bool

    def in_words(self) -> str:
        """A sentence saying that it's new, with the closest known word."""
        new = f"The {self.what} {self.word} is new here." if self.what else f"There is no note {self.word} here."
        return f"{new} Did you mean {self.near}?" if self.near else new


def slips(vault: Vault, key: str, text: str) -> Iterator[Slip]:
    """Possible typos in a property's value.

    For `role`, `niches` and `roles`: every new word. For names and other shared words: new words close to a known one.
    If no words are known yet, none are new.
    """
    if key in _NAMED or key in _SHARED:
        yield from _nearly(vault, key, text)
        return
    if key != "role" and key not in _NOTES:
        return
    known = _known(vault, key)
    folded = {fold(name) for name in known}
    spelled_out = roles_of(vault).spelled_out if key in {"role", "roles"} else str
    for word in [text] if key in _SINGLE else text.split(","):
        plain = spelled_out(first_target(word.strip()) if "[" in word else word.strip())
        if known and fold(plain) and fold(plain) not in folded:
            near = closest(plain, [*known])
            yield Slip(_NOTES.get(key, "role"), plain, known.get(near, ""), bool(near) and _is_near(plain, near))


def _nearly(vault: Vault, key: str, text: str) -> Iterator[Slip]:
    from rounds.vault.list_search import names_for

    known = {fold(name): name for name in names_for(vault, key)}
    for word in [text] if key in _SINGLE else text.split(","):
        plain = first_target(word.strip()) if "[" in word else word.strip()
        if fold(plain) and fold(plain) not in known and not (key in _NAMED and vault.ask(queries.link_targets, plain)):
            near = _nearest(fold(plain), known, begun=key in _NAMED)
            if near:
                yield Slip(_SHARED.get(key, ""), plain, near, likely=False)


def _nearest(word: str, known: Mapping[str, str], *, begun: bool) -> str:
    """The closest name by folded form; with `begun`, a name's first words can match too."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, known.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if found is None and begun:
        starts = {name: " ".join(name.split()[: len(word.split())]) for name in known}
        best = process.extractOne(word, starts, scorer=fuzz.ratio, score_cutoff=_ALIKE)  # a mapping: its key is last
        return known[str(best[2])] if best else ""
    return known[found[0]] if found else ""


def near_role(vault: Vault, word: str) -> str:
    """The role that was probably intended; empty for none."""
    return next((slip.near for slip in slips(vault, "role", word) if slip.likely), "")


def _known(vault: Vault, key: str) -> dict[str, str]:
    """Known names, including other names of roles, each with the main name."""
    from rounds.vault.list_search import names_for

    if key == "niches":
        return {name: name for name in vault.ask(queries.titles, "niche")}
    return {name: name for name in names_for(vault, "role")} | dict(vault.ask(queries.role_aliases))


def _is_near(word: str, known: str) -> bool:
    from rapidfuzz import fuzz

    return float(fuzz.ratio(fold(word), fold(known))) >= _NEARLY


_CLOSE = 65.0
"""Similarity from which a word may be a typo of another, 0 to 100."""

_WORDS = ("name", "organization", "role", "city", "insurance", "specialties", "languages", "serves", "tags")
"""Fields a bare word likely comes from."""

_SHORTEST = 3
"""Minimum length of a word treated as a typo."""

_APART = re.compile(rf"({UNSPACED}) (?={UNSPACED})")
"""Blank in a folded value between characters of scripts written without spaces."""


_FEW = 3
"""Names that a hint lists."""


class Correction(NamedTuple):
    """What a query that finds nothing likely means.

    Attributes:
        query: with the typos replaced; empty if that finds nothing either.
        hint: `Did you mean Annika Rowe?`, or the replaced values; empty if nothing is close.
    """

    query: str = ""
    hint: str = ""


def meant(vault: Vault, query: str, *, types: Collection[str] = ()) -> Correction:
    """The closest matches of the unknown words and values of a query that finds nothing.

    Args:
        types: the searched types; empty for all.

    Raises:
        QueryError: the query isn't valid.
    """
    near, fixed, only_words = [], query, True
    for part in _parts_of(parse(query).root):
        if isinstance(part, Word):
            if found := _near_word(vault, part, types):
                near.append(query_word(found))
                fixed = _replaced(fixed, 0, part.text, found)
            continue
        only_words = False
        for value in part.values:
            if found := _near(vault, part.field, value, types):
                near.append(f"{query_word(part.field)}:{query_word(found)}")
                fixed = _replaced(fixed, part.at + len(fixed) - len(query), value.text, found)
    if not near:
        return Correction()
    finds = bool(keys(vault, fixed, types=types))
    names = [name for _, name, _ in _beginning(vault, words_of(fixed), _FEW + 1)] if only_words and finds else []
    words = " or ".join(names) if 0 < len(names) <= _FEW else " ".join(near)
    return Correction(fixed if finds else "", f"Did you mean {words}?")


def _replaced(query: str, start: int, text: str, near: str) -> str:
    """A query with one of its words or values, from a position on, replaced by another."""
    typed = re.compile(rf'(?<!\w)(?:"{re.escape(text)}"|{re.escape(text)})\*?(?!\w)')
    found = typed.search(query, max(start, 0))
    return query[: found.start()] + query_word(near) + query[found.end() :] if found else query


def nearly_named(vault: Vault, typed: str, most: int) -> list[tuple[str, str, str]]:
    """Partners whose names are spelled like the typed words: path, name and role of the first few, by name.

    Each word that begins no name is read as the closest word of a name.
    """
    from rapidfuzz import fuzz, process

    words = words_of(typed)
    if not words or len("".join(words)) < _SHORTEST:
        return []
    known = {word for text in vault.ask(queries.folded_values, "name", "aliases") for word in text.split()} - {"|"}
    read = []
    for word in words:
        if any(each.startswith(word) for each in known):
            read.append(word)
        elif near := process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=_ALIKE):
            read.append(near[0])
        else:
            return []
    return _beginning(vault, read, most)


def _beginning(vault: Vault, words: Sequence[str], most: int) -> list[tuple[str, str, str]]:
    found = vault.ask(queries.partners_beginning, words, most) if words else []
    return [(path, title, str(role or "")) for path, title, role in found]


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
    return _nearest_value(vault, value.text, (field,), f"{query_word(field)}:", types)


def _near_word(vault: Vault, word: Word, types: Collection[str]) -> str:
    """The same for a bare word: the closest name, or value of another field in `_WORDS`."""
    typed = f'"{word.text}"' if word.phrase else word.text
    if len(fold(word.text)) < _SHORTEST or '"' in word.text or keys(vault, typed, types=types):
        return ""
    return _nearest_value(vault, word.text, _WORDS, "", types)


def _nearest_value(vault: Vault, text: str, fields: Sequence[str], before: str, types: Collection[str]) -> str:
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
    parts = " ".join(members).split() if length == 1 else [part for each in members for part in _parts(each, length)]
    return list(dict.fromkeys([*members, *parts]))


def _parts(member: str, length: int) -> Iterator[str]:
    words = member.split()
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])
