"""Lists and searches by query, and the values to choose from."""

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from rounds.domain.file_names_copies import printable
from rounds.domain.folding import UNSPACED, fold, fold_members, has_apostrophe, spaced, split_at_apostrophes
from rounds.domain.log_followups import KINDS, SILENT
from rounds.domain.partner_referral_release import INHERITED, STAGES, inherited
from rounds.domain.patterns import Pattern
from rounds.domain.query.fields import fold_value
from rounds.domain.query.parser import Every, Node, Word, parse
from rounds.errors import NotFoundError, UsageError
from rounds.index import ids_last_contact as derived
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.index.queries import ORDERS, OWN
from rounds.index.query_sql import Compiled, compile_query, term, ways
from rounds.index.writer import Index
from rounds.notes.links import plain
from rounds.notes.properties import text_of
from rounds.storage.open_file import content
from rounds.vault.organizations import inherited_by
from rounds.vault.role_names import same_role
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.notes.bases import View


_MANY = 1_000
"""Result count above which sorting takes longer than searching."""


class _Names(Collection[str]):
    """Distinct values, loaded only when a query needs them."""

    def __init__(
        self, vault: Vault, read: Callable[[Index], list[str]], has: Callable[[Index, str], bool] | None = None
    ) -> None:
        self._vault = vault
        self._read = read
        self._has = has
        self._found: list[str] | None = None

    @property
    def _all(self) -> list[str]:
        """Not a cached property, as in `KnownPeople`."""
        if self._found is None:
            self._found = self._vault.ask(self._read)
        return self._found

    def __contains__(self, name: object) -> bool:
        if self._has is not None:
            return self._vault.ask(self._has, spaced(fold(str(name))))
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def property_names(vault: Vault) -> Collection[str]:
    """Names of properties in use that the format doesn't define."""
    return _Names(vault, queries.other_names)


def roles(vault: Vault) -> Collection[str]:
    """Roles in use and roles in the playbook, folded."""
    return _Names(vault, queries.roles, queries.is_role)


def kinds(vault: Vault) -> list[str]:
    """Kinds of touch: the format's, then any others in the vault's logs."""
    return [*KINDS, *(kind for kind in vault.ask(activity.kinds_used) if kind not in {*KINDS, *SILENT})]


def names_for(vault: Vault, key: str) -> list[str]:
    """Choices for a partner's property, as written; including names of notes it can link to."""
    if key in {"introduced_by", "knows"}:
        return vault.ask(queries.titles, "partner")
    if key not in {"role", "organization"}:
        return values_of(vault, key)
    written = [plain(text).strip() for text in vault.ask(queries.spellings, key)]
    return sorted({fold(name): name for name in written if name}.values(), key=fold)


def keys_of(vault: Vault, paths: Sequence[str]) -> list[int]:
    """The keys of notes; missing notes are left out."""
    return vault.ask(derived.keys_at, paths)


def saved_views(vault: Vault) -> "list[View]":
    """The partner views in the vault's bases, as queries."""
    from rounds.notes.bases import views

    folder = os.path.join(vault.root, "Views")
    found: list[View] = []
    with suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".base"):
                with suppress(OSError):  # an unreadable file doesn't affect the others
                    text = content(os.path.join(folder, name)).decode(errors="replace")
                    found += views(text[: 1 << 20], printable(name.removesuffix(".base")))
    return found


def values_of(vault: Vault, key: str) -> list[str]:
    """The distinct values of a property, each list member separately, in alphabetical order."""
    return sorted({plain(text).strip() for text in vault.ask(queries.values, key)} - {""}, key=fold)


def compiled(vault: Vault, query: str) -> Compiled:
    """Compile a query into a condition over the index.

    Raises:
        QueryError: the query isn't valid; with the position.
    """
    me = vault.config.me if "owner" in query.casefold() else ""  # reading config.toml takes as long as a whole list
    condition = compile_query(
        parse(query),
        today=vault.today(),
        known=property_names(vault),
        roles=roles(vault),
        me=me,
        given=lambda: _given(vault),
        same_role=partial(same_role, vault),
    )
    if condition.uses_due:
        from rounds.vault.reminders import settle

        vault.ask(partial(settle, vault))
    return condition


def _given(vault: Vault) -> Mapping[str, str]:
    """All values inherited from organizations, folded, by property."""
    rows = vault.ask(queries.inheritable_values, INHERITED)
    return {key: "\n".join([text for row in rows if (text := row[number])]) for number, key in enumerate(INHERITED)}


def keys(vault: Vault, query: str, *, types: Collection[str] = (), order: str = "name") -> list[int]:
    """Keys of the notes a query finds, in order; nothing else is read. For lists that render visible rows only.

    Args:
        types: only notes of these types; empty if the query decides.
        order: one of ORDERS; a leading minus reverses it.
    """
    condition = compiled(vault, query)
    _check_order(order)
    if condition.only_words:
        having = vault.ask(queries.keys_with_words, condition)
        if len(having) > _MANY:  # the full sorted list is cached
            each = frozenset(having)
            return [key for key in keys(vault, "", types=types, order=order) if key in each]
    return vault.ask(queries.matching_keys, condition, types, order)


def by_stage(vault: Vault) -> dict[str, list[int]]:
    """Keys of all partners by stage, in stage order, each by name; an invalid stage counts as found."""
    found: dict[str, list[int]] = {stage: [] for stage in STAGES}
    for key, stage in vault.ask(queries.partner_stages):
        found.get(stage or "", found[STAGES[0]]).append(key)
    return found


def _check_order(order: str) -> None:
    if order.removeprefix("-") not in ORDERS:
        raise UsageError(f'a list can\'t be ordered by "{order}"', hint=f"Known: {', '.join(ORDERS)}.")


def columns(
    vault: Vault, query: str, names: Sequence[str], *, types: Collection[str] = (), order: str = "name"
) -> list[list[object]]:
    """Some properties of the notes a query finds, in order: for long lists, where full records would be slow.
    Values missing from a partner are inherited from the organization.

    Args:
        names: of properties; `name`, `last`, `last_contact`, `path`, `type` and `id` come from the record.
        types, order: as for `keys`.

    Returns:
        A row for each note, with a value for each name.
    """
    condition = compiled(vault, query)
    _check_order(order)
    inside = [name for name in names if name not in OWN]
    rows = vault.ask(queries.matching_values, condition, inside, types, order)
    values = json.loads(f"[{','.join([row[0] for row in rows])}]")
    _inherit(vault, inside, values, [row[-1] for row in rows])
    places = [(0, inside.index(name)) if name in inside else (1, [*OWN].index(name) + 1) for name in names]
    return [
        [row[place] if own else value[place] for own, place in places] for row, value in zip(rows, values, strict=True)
    ]


def _inherit(vault: Vault, names: Sequence[str], values: list[list[object]], places: Sequence[str | None]) -> None:
    """Fill in inherited values by the organizations' lookup names; None for partners without one."""
    columns = [(number, name) for number, name in enumerate(names) if name in INHERITED]
    lacking = [(row, place) for row, place in zip(values, places, strict=True)
               if place and any(not fold_value(row[number]) for number, _ in columns)]  # fmt: skip
    if not lacking:
        return
    from rounds.vault.organizations import shared

    there = shared(vault, {place for _, place in lacking})
    for row, place in lacking:
        theirs = inherited({name: row[number] for number, name in columns}, there.get(place, {}))
        for number, name in columns:
            row[number] = theirs.get(name, row[number])


def entries(vault: Vault, found: Collection[int]) -> list[NoteRecord]:
    """The records for those keys, in their order."""
    return vault.ask(queries.notes_by_key, found)


def resolve_note(vault: Vault, path: str, id_: str = "") -> NoteRecord | None:
    """The note with a stored id; among duplicates the one at the path; None if it's gone.

    Args:
        id_: the note's stored id; empty if it has none, then the note at the path.
    """
    found = vault.ask(queries.notes_with_id, id_, stored=True) if id_ else []
    if not found:  # the note now at the path may be another one
        found = [each for each in vault.ask(queries.notes_at, [path]) if id_ in {"", each.id}]
    if len(found) > 1:
        found = [each for each in found if each.path == path]
    return found[0] if len(found) == 1 else None


def ids_of(vault: Vault, paths: Sequence[str]) -> dict[str, str]:
    """Stored ids by path; notes without one are left out."""
    return vault.ask(derived.stored_ids, paths)


def ensure_same_note(vault: Vault, path: str, id_: str) -> None:
    """Check on disk that a note is where the index has it.

    Args:
        id_: the note's stored id; empty if it has none, then nothing is checked.

    Raises:
        NotFoundError: there is no note, or now a different one.
    """
    note = vault.read(path).note if id_ else None
    if note is not None and note.readable and note.id != id_:
        raise NotFoundError(f"{path} is another note by now")


def listed(vault: Vault, query: str, *, types: Collection[str] = ("partner",), order: str = "name") -> list[NoteRecord]:
    """The notes a query finds, in order. For a query with its own `type:`, pass `types=()`."""
    return vault.ask(lambda _: entries(vault, keys(vault, query, types=types, order=order)))


FIRST, LAST = "\x02", "\x03"
"""Markers around a match."""

_BEFORE, _LENGTH = 24, 80
"""Characters of a passage: before the first match, and in total."""

_LETTER = r"(?:[^\W_]|[\u0300-\u036f\u0590-\u05ff\u0610-\u065f\u0900-\u0dff])"
"""A letter and its combining marks, which some scripts write as separate characters."""
_TOKEN = Pattern(rf"{UNSPACED}|{_LETTER}+(?:['’`]{_LETTER}+)*")

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
