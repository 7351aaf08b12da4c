"""The query language: `role:psychiatrist accepting:open -stage:resting last:>90d (portland or gresham)`.

    query   = [ any ]
    any     = all { "or" all }
    all     = not { [ "and" ] not }
    not     = { "-" | "not" } ( "(" any ")" | match | phrase | word )
    match   = field ":" value { "," value }         field may be quoted; so for has:field and no:field
    value   = [ "<" | "<=" | ">" | ">=" | "=" ] ( word | phrase ) [ "*" ]

For the meaning, see docs/queries.md. The parser builds a tree; index/query_sql.py turns it into SQL. Below
it are the completions for a half-typed query.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from rounds.domain.periods import is_span
from rounds.domain.query.fields import DATES, FIELDS, Field, Kind, closest, field_named, fold
from rounds.errors import QueryError


class Everyone(NamedTuple):
    """Every note: an empty query."""


class Word(NamedTuple):
    """Text to find anywhere in a note: a phrase literally, a bare word as a prefix."""

    text: str
    phrase: bool


class Value(NamedTuple):
    """A value of a match.

    Attributes:
        text: without quotes, operator and star.
        at: 0-based offset in the query.
        operator: one of `<`, `<=`, `>`, `>=`, `=`, or empty.
        prefix: whether a star makes it a prefix.
    """

    text: str
    at: int
    operator: str = ""
    prefix: bool = False


class FieldMatch(NamedTuple):
    """`field:a,b`: at least one value applies. `field` is as typed, `at` its offset in the query."""

    field: str
    at: int
    values: tuple[Value, ...]


class Has(NamedTuple):
    """`has:field`: the field has a value. `no:field` is the same inside a `Not`."""

    field: str
    at: int


class Not(NamedTuple):
    part: "Node"


class Every(NamedTuple):
    """All of the parts apply."""

    parts: tuple["Node", ...]


class Some(NamedTuple):
    """At least one of the parts applies."""

    parts: tuple["Node", ...]


Node = Everyone | Word | FieldMatch | Has | Not | Every | Some


class Query(NamedTuple):
    """A parsed query, with its text for the carets of later errors."""

    text: str
    root: Node

    def error(self, message: str, at: int, hint: str = "") -> QueryError:
        return QueryError(message, query=self.text, position=at, hint=hint)


_QUOTES = str.maketrans("“”„″", '""""')  # phones type these
_BLANK = re.compile(r"\s*")
_PHRASE = re.compile(r'"([^"]*)"')
_BARE = re.compile(r'[^\s()"]+')
_FIELD = re.compile(r'(?:"([^"]+)"|([^\W\d_][\w-]*)):')
_OPERATOR = re.compile(r"<=|>=|<|>|=|")
_VALUE = re.compile(r'[^\s()",]+')
_OR = re.compile(r"or(?![^\s()])", re.IGNORECASE)
_AND = re.compile(r"and(?![^\s()])", re.IGNORECASE)
_NOT = re.compile(r"-(?=[^\s)-])|not(?![^\s()])", re.IGNORECASE)
_DEEPEST = 50
_LONGEST = 1000
"""Maximum characters, so that no query reaches SQLite's limit on expression depth."""


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        QueryError: for a syntax error, more than 1,000 characters, or an invalid value for a field. Roles and
            field names are checked by `rounds.index.query_sql.compile_query`.
    """
    if len(text) > _LONGEST:
        raise QueryError(f"A query can have {_LONGEST:,} characters at most.", query=text, position=_LONGEST)
    return Query(text, _Parser(text).whole())


class _Parser:
    """Recursive descent over one text; `at` is the current offset."""

    def __init__(self, text: str) -> None:
        self.query = Query(text, Everyone())
        # Bytes of the command line that aren't UTF-8 arrive as lone surrogates, which can't be encoded.
        self.text = text.encode(errors="replace").decode().translate(_QUOTES)
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        self.skip(_BLANK)
        if self.at == len(self.text):
            return Everyone()
        root = self.any()
        if self.at < len(self.text):
            raise self.query.error("There is no ( for this ).", self.at)
        return root

    def any(self) -> Node:
        parts = [self.all()]
        while (word := self.skip(_OR)) is not None:
            parts.append(self.all(after=word))
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def all(self, after: str = "") -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] != ")" and not _OR.match(self.text, self.at):
            joined = self.skip(_AND) if parts else None
            parts.append(self.negated(joined or after))
            after = ""
        if not parts:
            raise self.missing(after)
        # A lone dash or ampersand has no meaning, so it must not widen or narrow the rest.
        telling = [part for part in parts if part != Everyone()]
        if len(telling) < 2:
            return telling[0] if telling else Everyone()
        return Every(tuple(telling))

    def negated(self, after: str = "") -> Node:
        odd = False
        while (word := self.skip(_NOT)) is not None:
            odd, after = not odd, word
        part = self.single(after)
        return Not(part) if odd else part

    def single(self, after: str) -> Node:
        if self.text.startswith("(", self.at):
            return self.group()
        field = _FIELD.match(self.text, self.at)
        if field is not None:
            return self.match(field)
        if self.text.startswith('"', self.at):
            start = self.at
            return self.word(self.phrase(), start, phrase=True)
        bare = _BARE.match(self.text, self.at)
        if bare is None or _OR.match(self.text, self.at):
            raise self.missing(after)
        self.move(bare.end())
        return self.word(bare[0].rstrip("*"), bare.start(), phrase=False)

    def group(self) -> Node:
        opened = self.at
        self.depth += 1
        if self.depth > _DEEPEST:
            raise self.query.error("These parentheses are nested too deeply.", opened)
        self.move(opened + 1)
        inner = self.any()
        if not self.text.startswith(")", self.at):
            raise self.query.error("This ( is never closed.", opened, "Add a ) where the group ends.")
        self.move(self.at + 1)
        self.depth -= 1
        return inner

    def word(self, text: str, at: int, *, phrase: bool) -> Node:
        if fold(text):
            return Word(text, phrase)
        if text.strip() and not all(unicodedata.category(c)[0] == "P" or c.isascii() for c in text):
            raise self.query.error(f"There is no letter or digit to search for in {text}.", at)
        return Everyone()

    def match(self, field: re.Match[str]) -> Node:
        name, at = field[1] or field[2], field.start()
        self.at = field.end()  # no blank may follow the colon
        values = [self.value(name)]
        while self.text.startswith(",", self.at):
            self.at += 1
            values.append(self.value(name))
        if self.at < len(self.text) and not (self.text[self.at].isspace() or self.text[self.at] in "()"):
            raise self.query.error("A blank is missing here.", self.at)
        self.skip(_BLANK)
        asked = fold(name)
        if asked in {"has", "no"}:
            return self.presence(values, present=asked == "has")
        known = field_named(name)
        if known is not None:
            for value in values:
                _check_value(self.query, known, value)
        return FieldMatch(name, at, tuple(values))

    def presence(self, values: Sequence[Value], *, present: bool) -> Node:
        for value in values:
            if value.operator or value.prefix:
                raise self.query.error("Only the name of a field can go here.", value.at)
        fields = tuple(Has(value.text, value.at) for value in values)
        any_of = fields[0] if len(fields) == 1 else Some(fields)
        return any_of if present else Not(any_of)

    def value(self, name: str) -> Value:
        start = self.at
        operator = _OPERATOR.match(self.text, start)
        assert operator is not None
        self.at = operator.end()
        if self.text.startswith('"', self.at):
            text = self.phrase(blank=False)
            prefix = self.text.startswith("*", self.at)
            self.at += prefix
        else:
            bare = _VALUE.match(self.text, self.at)
            text = bare[0] if bare else ""
            self.at += len(text)
            prefix = text.endswith("*")
            text = text.rstrip("*")
        if not text.strip():
            hint = f"For all that have one: has:{query_word(name)}" if prefix else _EMPTY.format(query_word(name))
            raise self.query.error(f"A value is missing after {name}:", start, hint)
        return Value(text.strip(), start, operator[0], prefix)

    def phrase(self, *, blank: bool = True) -> str:
        match = _PHRASE.match(self.text, self.at)
        if match is None:
            raise self.query.error("This quote is never closed.", self.at, 'Add a " where the phrase ends.')
        self.at = match.end()
        if blank:
            self.skip(_BLANK)
        return match[1]

    def skip(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.move(match.end())
        return match[0]

    def move(self, at: int) -> None:
        blank = _BLANK.match(self.text, at)
        self.at = blank.end() if blank else at

    def missing(self, after: str) -> QueryError:
        if after:
            return self.query.error(f"Nothing follows {after}.", self.at, _KEYWORD)
        return self.query.error("Something is missing here.", self.at, _KEYWORD)


_EMPTY = 'No blank may follow the colon; several words need quotes: {}:"two words"'
_KEYWORD = 'The words or, and, not are part of the language; to search for one, put it in quotes: "or"'


def query_word(text: str) -> str:
    """A name or value in query syntax, quoted if necessary."""
    return text if re.fullmatch(r"[\w.-]+", text) else f'"{text}"'


def _check_value(query: Query, field: Field, value: Value) -> None:
    if field.kind in DATES:
        _check_date(query, field, value)
        return
    if field.kind is Kind.STATE and (value.operator or value.prefix):
        raise query.error(f"Only a whole word can follow {field.name}:", value.at)
    if value.operator not in {"", "="}:
        raise query.error(f"{field.name} can't be compared with {value.operator}.", value.at, _ORDERED)
    folded = fold(value.text)
    if not folded and field.kind is not Kind.PATH:
        raise query.error(f"There is no letter or digit to look for in {value.text}.", value.at)
    if not field.values or folded in field.values:
        return
    if value.prefix and any(name.startswith(folded) for name in field.values):
        return
    near = closest(value.text, field.choices())
    hint = f"Did you mean {field.name}:{query_word(near)}?" if near else f"It can be {', '.join(field.choices())}."
    raise query.error(f"{field.name}:{query_word(value.text)} is not known.", value.at, hint)


_ORDERED = "Only dates, and properties of your own, have an order."
_SAMPLES = "For example 2026-03-04, 2026-03, today, monday, >90d, <2w, 2026-01-01..2026-03-31."


def _check_date(query: Query, field: Field, value: Value) -> None:
    if value.prefix or not is_span(value.text, value.operator):
        raise query.error(f"{field.name} can't be read as a date: {value.text}", value.at, _SAMPLES)


_WORD = re.compile(r'(?:[^\s()"]|"[^"]*"?)*\Z')
_TEST = re.compile(r'((?:"([^"]+)"|([^\W\d_][\w-]*)):(?:"[^"]*"\*?,|[^",]*,)*(?:<=|>=|<|>|=)?)("?)([^"]*)')
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
