"""Query completion: field names and values for a partly typed query."""

import re
from collections.abc import Collection, Iterable, Mapping

from rounds.domain.query.fields import DATES, FIELDS, Kind, field_named, fold
from rounds.domain.query.parser import query_word

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
