"""Rows of an import that a query asks for, by their values."""

import re
from collections.abc import Mapping, Sequence

from rounds.domain.folding import digits, fold, spaced
from rounds.domain.import_plan import Planned
from rounds.domain.query.fields import PHONES, Kind, field_named
from rounds.domain.query.parser import Every, Everyone, FieldMatch, Has, Node, Not, Query, Some, Value, Word
from rounds.domain.same_person import plain


def is_asked_for(planned: Planned, query: Query) -> bool:
    """Whether a row is one that a query asks for, by its values (docs/queries.md).

    Raises:
        QueryError: it asks for what only notes have.
    """
    row = planned.row
    texts = {**row.values, "name": (row.name,), "type": (row.kind,), "state": (planned.state,)}
    members = {key: [f" {spaced(fold(plain(each)))} " for each in values] for key, values in texts.items()}
    members[""] = [f" {spaced(fold(row.text))} "]
    return _holds(query, query.root, members)


def _holds(query: Query, node: Node, members: Mapping[str, Sequence[str]]) -> bool:
    match node:
        case Everyone():
            return True
        case Word(text=text, phrase=phrase):
            wanted = f" {spaced(fold(text))}{' ' if phrase else ''}"
            return any(wanted in each for values in members.values() for each in values)
        case FieldMatch():
            found = members.get(_column(query, node.field, node.at), ())
            return any(_matches(query, node, value, found) for value in node.values)
        case Has(field=name, at=at):
            return bool(members.get(_column(query, name, at)))
        case Not(part=part):
            return not _holds(query, part, members)
        case Every(parts=parts):
            return all(_holds(query, part, members) for part in parts)
        case Some(parts=parts):
            return any(_holds(query, part, members) for part in parts)


def _column(query: Query, name: str, at: int) -> str:
    """The property that a field of a query means; rows of a file have no log, dates or tags."""
    known = field_named(name)
    if known is not None and known.kind not in {Kind.CHOICE, Kind.WORDS, Kind.NAME, Kind.PLAIN}:
        raise query.error(
            f"Rows of a file can't be chosen by {name}.", at, "For example role:psychiatrist city:portland"
        )
    column = known.column if known is not None else re.sub(r"\W", "_", fold(name))
    return "name" if column in {"title", "aliases"} else column


def _matches(query: Query, node: FieldMatch, value: Value, found: Sequence[str]) -> bool:
    if value.operator not in {"", "="}:
        raise query.error(f"Rows of a file can't be compared with {value.operator}.", value.at)
    wanted = f" {spaced(fold(value.text))}{'' if value.prefix else ' '}"
    known = field_named(node.field)
    whole = known is not None and known.kind is Kind.CHOICE
    if _column(query, node.field, node.at) in PHONES:
        return any(digits(value.text) in each.replace(" ", "") for each in found)
    return any(each == wanted if whole and not value.prefix else wanted in each for each in found)
