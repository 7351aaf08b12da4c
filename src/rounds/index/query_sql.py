"""Queries compiled to SQL over the index (see schema.sql). Values are bound, never written into the text."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from rounds.domain.folding import digits, fold_path, national, spaced
from rounds.domain.partner_referral_release import CLOSED, INHERITED
from rounds.domain.periods import is_span, parse_period, parse_span
from rounds.domain.query.fields import DATES, FIELDS, PHONES, YES, Field, Kind, closest, field_named, fold
from rounds.domain.query.parser import Every, Everyone, FieldMatch, Has, Node, Not, Query, Some, Value, Word, query_word
from rounds.notes.links import stem

WITH_WORDS = "SELECT rowid FROM search WHERE search MATCH ?"
"""Keys of the notes that contain some words."""

_FINISHED = ", ".join(f"' | {status} | '" for status in sorted(CLOSED))
_OPEN = f"n.closed IS NULL AND ifnull(n.status, '') NOT IN ({_FINISHED})"
_STATES = {
    "open": f"n.type = 'referral' AND {_OPEN}",
    "closed": f"n.type = 'referral' AND NOT ({_OPEN})",
    "broken": "n.readable = 0",
}
_LINES = {
    "log": "EXISTS (SELECT 1 FROM log e WHERE e.note = n.key",
    "followup": "EXISTS (SELECT 1 FROM followups e WHERE e.note = n.key AND e.status = 'open'",
    "link": "EXISTS (SELECT 1 FROM links e WHERE e.note = n.key AND e.property <> 'partner_id'",
}
"""Conditions on a note's lines, left open: continue with AND, or close the parenthesis."""
_TEXTS = "n.key IN (SELECT rowid FROM search WHERE search MATCH ?) AND {lines} AND instr(folded(e.text), ?))"
"""Condition for words in a line; only the lines of notes that contain all words are folded."""

_THEIRS = """(n.{column} IS NULL AND n.works_at IN
  (SELECT p.name FROM place p JOIN notes o ON o.key = p.note WHERE {condition}))"""
"""Condition on a property of organization `o`, for partners who inherit it."""

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")


class Compiled(NamedTuple):
    """A condition for `SELECT ... FROM notes n WHERE`.

    Attributes:
        where: SQL with a `?` for each of `parameters`.
        uses_due: it needs `LEFT JOIN due ON due.note = n.key`, each note's earliest open reminder.
        uses_details: it needs `JOIN details d ON d.key = n.key`.
    """

    where: str
    parameters: tuple[str | int | float, ...]
    uses_due: bool = False
    uses_details: bool = False

    @property
    def only_words(self) -> bool:
        """Whether it asks for words in the note itself, and nothing else."""
        return self.where == f"n.key IN ({WITH_WORDS})"


def compile_query(
    query: Query,
    *,
    today: date,
    known: Collection[str] = (),
    roles: Collection[str] = (),
    me: str = "",
    given: Callable[[], Mapping[str, str]] = dict,
    same_role: Callable[[str], Sequence[str]] = lambda role: (role,),
) -> Compiled:
    """Compile a query to a SQL condition.

    Args:
        today: day from which durations, `today` and weekdays count.
        known: names of the properties in this vault that have no column.
        roles: roles of the playbook and of all notes; if empty, roles aren't checked.
        me: the handle that `owner:me` stands for.
        given: gives the folded values that partners inherit from organizations, by property.
        same_role: gives all names of a role, folded, from one of them.

    Raises:
        QueryError: an unknown field that no note uses, an unknown role, or `owner:me` without `me`.
    """
    sql = _Compiler(query, today, known, roles, me=fold(me.removeprefix("@")), given=given, same_role=same_role)
    where = sql.node(query.root)
    return Compiled(where, tuple(sql.parameters), sql.uses_due, sql.uses_details)


class _Compiler:
    """Compiler of one condition. Build each piece of SQL in the order in which its values are bound."""

    def __init__(
        self,
        query: Query,
        today: date,
        known: Collection[str],
        roles: Collection[str],
        *,
        me: str,
        given: Callable[[], Mapping[str, str]],
        same_role: Callable[[str], Sequence[str]],
    ) -> None:
        self.query = query
        self.today = today
        self.known = known
        self.roles = roles
        self.me = me
        self.given = cache(given)  # read on first use
        self.same_role = same_role
        self.parameters: list[str | int | float] = []
        self.uses_due = False
        self.uses_details = False

    def node(self, node: Node) -> str:
        match node:
            case Everyone():
                return "1"
            case Word():
                return self.words([node])
            case FieldMatch():
                return self.match(node)
            case Has():
                return self.has(node)
            case Not(part):
                # A missing property is NULL, and NOT NULL would drop the note instead of keeping it.
                return f"NOT ifnull(({self.node(part)}), 0)"
            case Some(parts):
                return "(" + " OR ".join([self.node(part) for part in parts]) + ")"
            case Every(parts):
                return self.every(parts)

    def every(self, parts: Sequence[Node]) -> str:
        words = [part for part in parts if isinstance(part, Word)]
        pieces = [self.words(words)] if words else []
        pieces += [self.node(part) for part in parts if not isinstance(part, Word)]
        return "(" + " AND ".join(pieces) + ")"

    def words(self, words: Sequence[Word]) -> str:
        """Words in the note itself, or in a property inherited from the organization."""
        own = [word for word in words if not self.giving(word)]
        pieces = [self.bind(f"n.key IN ({WITH_WORDS})", " AND ".join(map(_term, own)))] if own else []
        for word in words:
            if columns := self.giving(word):
                found = [self.bind(f"n.key IN ({WITH_WORDS})", _term(word))]
                pieces.append(_either(found + [self.theirs(each, _needles(word)) for each in columns]))
        return pieces[0] if len(pieces) == 1 else f"({' AND '.join(pieces)})"

    def giving(self, word: Word) -> list[str]:
        """Inherited properties in which some organization has a word; for most words there are none."""
        return [column for column in INHERITED if self.is_given(column, _needles(word))]

    def is_given(self, column: str, needles: Sequence[str]) -> bool:
        return any(needle in self.given().get(column, "") for needle in needles)

    def theirs(self, column: str, needles: Sequence[str]) -> str:
        return _THEIRS.format(column=column, condition=self.occur(f"o.{column}", needles))

    def occur(self, column: str, needles: Sequence[str]) -> str:
        return _either([self.bind(f"instr({column}, ?)", needle) for needle in needles])

    def effective(self, column: str, needles: Sequence[str]) -> str:
        """Condition on a property: the partner's own value, or else the organization's."""
        own = self.occur(f"n.{column}", needles)
        if not self.is_given(column, needles):
            return own
        return f"({own} OR {self.theirs(column, needles)})"

    def bind(self, sql: str, *values: str | float) -> str:
        self.parameters += values
        return sql

    def match(self, match: FieldMatch) -> str:
        known = field_named(match.field)
        if known is None:
            names = self.others(match.field, match.at)
            pieces = [self.other(name, value) for value in match.values for name in names]
        else:
            write = _WRITERS.get(known.kind, _Compiler.choice)
            pieces = [write(self, known, value) for value in match.values]
        return _either(pieces)

    def choice(self, known: Field, value: Value) -> str:
        folded = _words(value)
        if value.prefix:
            return self.bind(f"instr(n.{known.column}, ?)", f"| {folded}")
        wanted = known.values.get(folded, (folded,))
        if known.name == "role":
            wanted = (*self.same_role(folded),)
            self.check_role(value, wanted)
        if (known.name, folded) == ("owner", "me"):
            wanted = self.mine(value)
        return _either([self.bind(f"instr(n.{known.column}, ?)", f"| {each} |") for each in wanted])

    def mine(self, value: Value) -> tuple[str, ...]:
        if not self.me:
            hint = 'Write into config.toml, which belongs to this machine: me = "kim"'
            raise self.query.error("owner:me is the person at this machine, and `me` isn't set.", value.at, hint)
        return self.me, f"@{self.me}"

    def check_role(self, value: Value, names: Sequence[str]) -> None:
        if not self.roles or any(name in self.roles for name in names) or any(role in names for role in self.roles):
            return
        near = closest(value.text, sorted(self.roles))
        hint = f"Did you mean role:{query_word(near)}?" if near else "A star finds all that begin so: role:psy*"
        raise self.query.error(f"Nobody has the role {value.text}.", value.at, hint)

    def in_words(self, known: Field, value: Value) -> str:
        return self.effective(known.column, _phones(value) if known.column in PHONES else [_needle(value)])

    def dates(self, known: Field, value: Value) -> str:
        past = known.kind is Kind.PAST
        column = f"n.{known.column}"
        if known.name == "due":
            self.uses_due, column = True, "due.date"
        sql = self.between(column, value, past=past)
        longer_ago = value.operator.startswith(">") and parse_period(value.text, today=self.today) is None
        if known.name == "last" and longer_ago:
            # Never in touch counts as longest ago, but only for partners and organizations.
            return f"({sql} OR n.last_contact IS NULL AND n.type IN ('partner', 'organization'))"
        return sql

    def between(self, column: str, value: Value, *, past: bool) -> str:
        """Dates with a time count as their day: all bounds are half-open."""
        try:
            first, after = parse_span(value.text, value.operator, today=self.today, past=past)
        except (ValueError, OverflowError) as error:
            raise self.query.error(f"{value.text} is too far away.", value.at) from error
        pieces = [self.bind(f"{column} >= ?", first.isoformat())] if first else []
        pieces += [self.bind(f"{column} < ?", after.isoformat())] if after else []
        return "(" + " AND ".join(pieces) + ")"

    def plain(self, known: Field, value: Value) -> str:
        return self.bind(f"n.{known.column} LIKE ? ESCAPE '\\'", _like(value.text) + "%" * value.prefix)

    def path(self, _: Field, value: Value) -> str:
        wanted = fold_path(value.text)
        if not wanted.strip("/"):  # punctuation alone
            return self.bind("instr(n.path, ?)", value.text)
        if value.operator:
            return self.bind("folded_path(n.path) = ?", wanted)
        return self.bind(f"instr(folded_path(n.path), ?) {'= 1' if value.prefix else '> 0'}", wanted)

    def name(self, _: Field, value: Value) -> str:
        return _either([self.bind(f"instr(n.{column}, ?)", _needle(value)) for column in ("name", "aliases")])

    def state(self, _: Field, value: Value) -> str:
        word = fold(value.text)
        return f"({_STATES[word]})" if word in _STATES else self.bind("n.type = ?", word)

    def lines(self, known: Field, value: Value) -> str:
        """Kind of touch or words of a log entry or follow-up; for a link, its target note."""
        start, words = _LINES[known.name], _words(value)
        if known.name == "link":
            name = fold(stem(value.text))
            targets = "SELECT target FROM (SELECT DISTINCT target FROM links) WHERE instr(folded(target), ?)"
            return self.bind(f"{start} AND e.target IN ({targets}))", f"| {spaced(name)}{' |' * (not value.prefix)}")
        kind = self.bind(f"{start} AND e.kind = ?)", value.text.lower())
        terms = " AND ".join([f'"{word}"' for word in words.split()]) + " *" * (not value.operator)
        needle = _needle(value) if value.operator else f" {words}"
        return f"({kind} OR {self.bind(_TEXTS.format(lines=start), terms, needle)})"

    def has(self, has: Has) -> str:
        known = field_named(has.field)
        if known is None:
            names = self.others(has.field, has.at)
            return _either([f"{self.folded(name)} > ''" for name in names])
        if known.kind is Kind.STATE:
            raise self.query.error(f"has: and no: can't be used with {known.name}.", has.at)
        if known.name == "due":
            self.uses_due = True
            return "due.date IS NOT NULL"
        if known.kind is Kind.LINES:
            return f"{_LINES[known.name]})"
        own = f"n.{known.column} > ''"
        theirs = _THEIRS.format(column=known.column, condition=f"o.{known.column} > ''")
        return f"({own} OR {theirs})" if self.given().get(known.column) else own

    def others(self, name: str, at: int) -> list[str]:
        """Names of the properties without a column that match a name; case and separators don't matter."""
        folded = fold(name)
        names = sorted(other for other in self.known if fold(other) == folded)
        if not names:
            near = closest(name, [*[each.name for each in FIELDS], *sorted(self.known)])
            hint = f"Did you mean {query_word(near)}?" if near else f'To search for text, quote it: "{name}:..."'
            raise self.query.error(f"No note has a property {query_word(name)}.", at, hint)
        self.uses_details = True
        return names

    def other(self, name: str, value: Value) -> str:
        if value.operator in {"<", "<=", ">", ">="}:
            return self.ordered(name, value)
        folded = fold(value.text)
        if not folded:
            raise self.query.error(f"There is no letter or digit to look for in {value.text}.", value.at)
        needles = [f"| {word} |" for word in YES.get(folded, ()) if not value.prefix] or [_needle(value)]
        return _either([self.bind(f"instr({self.folded(name)}, ?)", needle) for needle in needles])

    def folded(self, name: str) -> str:
        """SQL expression for the folded value of a property without a column."""
        if _ODD.search(name):
            return self.bind("(SELECT value FROM json_each(d.other) WHERE key = ?)", name)
        return self.bind("json_extract(d.other, ?)", f'$."{name}"')

    def ordered(self, name: str, value: Value) -> str:
        """Compare numbers with numbers, dates with dates; one matching member of a list is enough."""
        if _ODD.search(name):
            members = self.bind("EXISTS (SELECT 1 FROM json_each(d.properties) m WHERE m.key = ? AND ", name)
        else:
            members = self.bind("EXISTS (SELECT 1 FROM json_each(d.properties, ?) m WHERE ", f'$."{name}"')
        pieces = []
        if _NUMBER.fullmatch(value.text):
            number = f"m.type IN ('integer', 'real') AND m.value {value.operator} ?"
            pieces.append(self.bind(number, float(value.text)))
        if _ABSOLUTE.fullmatch(value.text.lower()) and is_span(value.text, value.operator):
            day = self.between("m.value", value, past=False)
            pieces.append(f"m.type = 'text' AND m.value GLOB '{_ISO}*' AND {day}")
        if not pieces:
            hint = f"Use a number or a date, such as {query_word(name)}:{value.operator}2026-03-04"
            raise self.query.error(f"{name} can't be compared with {value.text}.", value.at, hint)
        return f"{members}{_either(pieces)})"


_ODD = re.compile(r'["\\\x00-\x1f]')
"""Characters that JSON escapes with a backslash, so that SQLite's paths can't name them."""

_ABSOLUTE = re.compile(r"\d{4}(-\d{1,2}){0,2}|today|yesterday|tomorrow")
_ISO = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_WRITERS: dict[Kind, Callable[[_Compiler, Field, Value], str]] = {
    Kind.CHOICE: _Compiler.choice,
    Kind.WORDS: _Compiler.in_words,
    **dict.fromkeys(DATES, _Compiler.dates),
    Kind.PLAIN: _Compiler.plain,
    Kind.NAME: _Compiler.name,
    Kind.PATH: _Compiler.path,
    Kind.STATE: _Compiler.state,
    Kind.LINES: _Compiler.lines,
}


def _either(pieces: Sequence[str]) -> str:
    return pieces[0] if len(pieces) == 1 else "(" + " OR ".join(pieces) + ")"


def _term(word: Word) -> str:
    return term(word.text, prefix=not word.phrase)


def _needles(word: Word) -> list[str]:
    """Search texts for a word in a folded value."""
    return [f" {way}{' ' * word.phrase}" for way in ways(word.text)]


def _words(value: Value) -> str:
    return spaced(fold(value.text))


def _needle(value: Value) -> str:
    """Search text for a folded value (see `rounds.domain.folding.fold_members`)."""
    folded = _words(value)
    if value.operator:
        return f"| {folded} |"
    return f" {folded}" if value.prefix else f" {folded} "


def _phones(value: Value) -> list[str]:
    """Search texts for a phone property: digits with and without country code, or else words."""
    number = digits(value.text)
    if len(number) < _FEWEST or any(letter.isalpha() for letter in fold(value.text)):
        return [_needle(value)]
    if value.operator:
        return [f"| {number} |"]
    return list(dict.fromkeys([number, *national(value.text)]))


_FEWEST = 3
"""Minimum digits to search anywhere in a phone number."""


def _like(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


_LEAST = 7
"""Minimum digits of a phone number typed without blanks."""


def ways(text: str) -> list[str]:
    """The folded words of a text; for a phone number, also its forms with and without blanks."""
    words = spaced(fold(text))
    if not words.isascii() or not words.replace(" ", "").isdigit() or len(number := digits(words)) < _LEAST:
        return [words]
    return list(dict.fromkeys((words, number, f"{number[:-7]} {number[-7:-4]} {number[-4:]}".strip())))


def term(text: str, *, prefix: bool) -> str:
    """A phrase for the full-text search, quoted so that no character has a special meaning."""
    terms = [f'"{way}"' + " *" * prefix for way in ways(text)]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
