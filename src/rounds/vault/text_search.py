"""Full-text search of all notes, with passages and marked matches."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from unicodedata import normalize

from rounds.domain.folding import UNSPACED, fold, fold_members, has_apostrophe, spaced, split_at_apostrophes
from rounds.domain.query.parser import Every, Node, Word, parse
from rounds.errors import NotFoundError
from rounds.index import queries
from rounds.index.search import term, ways
from rounds.notes.properties import text_of
from rounds.vault.organizations import inherited_by
from rounds.vault.queries import compiled, entries, keys
from rounds.vault.vault import NoteRecord, Vault

FIRST, LAST = "\x02", "\x03"
"""Markers around a match."""

_BEFORE, _LENGTH = 24, 80
"""Characters of a passage: before the first match, and in total."""

_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0590-\u05ff\u0610-\u065f\u0900-\u0dff])"
"""A letter and its combining marks, which some scripts write as separate characters."""
_TOKEN = re.compile(rf"{UNSPACED}|{_LETTER}+(?:['’`]{_LETTER}+)*")

_APART = frozenset({"id", "type", "partner_id"})
"""Properties left out of passages."""


class Hit(NamedTuple):
    """A note found by a search, with the passage; matches are between U+0002 and U+0003."""

    entry: NoteRecord
    passage: str


def searched(vault: Vault, query: str, *, limit: int = 50) -> list[Hit]:
    """Notes of any type that a query finds, the best match first, each with the passage.

    A partner's inherited properties count too; partners matched only there come last.
    """
    return vault.ask(lambda _: _searched(vault, query, limit))


def _searched(vault: Vault, query: str, limit: int) -> list[Hit]:
    condition = compiled(vault, query)
    words = _words(parse(query).root)
    if not words:
        return [Hit(entry, "") for entry in entries(vault, keys(vault, query)[:limit])]
    terms = " AND ".join(term(word.text, prefix=not word.phrase) for word in words)
    found = entries(vault, vault.ask(queries.best_keys, condition, terms, limit))
    given = inherited_by(vault, found)
    return [Hit(entry, passage(_texts(vault, entry, given.get(entry.key, {})), words)) for entry in found]


def _words(node: Node) -> list[Word]:
    """The words of a query that must all match."""
    parts = node.parts if isinstance(node, Every) else (node,)
    return [part for part in parts if isinstance(part, Word)]


def _texts(vault: Vault, entry: NoteRecord, inherited: dict[str, object]) -> list[str]:
    """The lines of a note, its own and inherited properties, and its name."""
    properties = {key: value for key, value in entry.properties.items() if key not in _APART and key not in inherited}
    return [
        *_body(vault, entry).splitlines(),
        *(f"{key.replace('_', ' ')}: {text_of(value)}" for key, value in properties.items()),
        *(f"{key.replace('_', ' ')}: {text_of(value)} (organization)" for key, value in inherited.items()),
        entry.name,
    ]


def _body(vault: Vault, entry: NoteRecord) -> str:
    """A note's text on disk; if it can't be read now, the index's folded text."""
    try:
        note = vault.read(entry.path).note
    except NotFoundError:
        note = None
    if note is not None and note.readable:
        return note.text
    return vault.ask(queries.body_text, entry.key)


class _Token(NamedTuple):
    start: int
    end: int
    folded: tuple[str, ...]
    """The searchable forms: whole, and in parts."""


def passage(texts: Sequence[str], words: Sequence[Word]) -> str:
    """An excerpt of the text with the most matches, the first among equals; empty if there is no match."""
    wanted = [[way.split() for way in ways(word.text)] for word in words]
    best, most = "", 0
    for written in texts:
        text = normalize("NFC", written)  # each decomposed character becomes one
        folded = fold_members((text,)) if words else ""
        number = sum(any(f" {' '.join(way)}" in folded for way in each) for each in wanted)
        if number > most:
            best, most = text, number
    return _cut(best, wanted, [word.phrase for word in words]) if most else ""


def _cut(text: str, wanted: Sequence[Sequence[Sequence[str]]], phrases: Sequence[bool]) -> str:
    tokens = [*_tokens(text)] or [_Token(0, len(text), ())]
    marks: dict[int, int] = {}  # number of tokens marked together, by the first
    for start in range(len(tokens)):
        lengths = [
            len(way)
            for each, phrase in zip(wanted, phrases, strict=True)
            for way in each
            if _matches(tokens[start : start + len(way)], way, phrase=phrase)
        ]
        if lengths:
            marks[start] = max(lengths)
    found = min(marks, default=0)
    first = next(n for n in range(found + 1) if tokens[n].start >= tokens[found].start - _BEFORE)
    end = max(tokens[first].start + _LENGTH, tokens[found].end)
    last = next(n for n in reversed(range(len(tokens))) if tokens[n].end <= end)
    parts, at = [], tokens[first].start if first else 0
    for start in sorted(marks):
        begin = tokens[start].start
        if at <= begin and start <= last:
            end = tokens[min(start + marks[start] - 1, last)].end
            parts += [text[at:begin], FIRST, text[begin:end], LAST]
            at = end
    parts.append(text[at : tokens[last].end if last + 1 < len(tokens) else len(text)])
    return f"{'…' if first else ''}{''.join(parts).strip()}{'…' if last + 1 < len(tokens) else ''}"


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        word = match[0]
        parts = fold(split_at_apostrophes(word)).split() if has_apostrophe(word) else []
        yield _Token(match.start(), match.end(), (spaced(fold(word)), *parts))


def _matches(tokens: Sequence[_Token], way: Sequence[str], *, phrase: bool) -> bool:
    """Whether the tokens match the words; unless it's a phrase, a prefix is enough for the last word."""
    if len(tokens) < len(way) or not way:
        return False
    *whole, last = zip(tokens, way, strict=True)
    token, word = last
    return all(each in known.folded for known, each in whole) and (
        word in token.folded if phrase else any(each.startswith(word) for each in token.folded)
    )
