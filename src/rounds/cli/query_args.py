"""Query text from command-line words, with lost quotes restored."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from rounds.domain.query.fields import Kind, field_named
from rounds.domain.query.parser import Every, FieldMatch, Node, Not, Some, parse
from rounds.errors import QueryError

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_ONE_VALUE = re.compile(r'(-?[^\s:"()]+:(?:<=|>=|<|>|=)?)([^":()]*\s[^":()]*)')


def query_of(vault: "Vault", words: Sequence[str]) -> str:
    """The typed query.

    `role:"family lawyer"` arrives as one word with a blank in it. Among other words it's quoted again; alone it's read
    as one value if any note has it, else as a whole query.

    Raises:
        click.NoSuchOption: a word intended as an option.
    """
    for word in words:
        if word.startswith("--"):
            raise click.NoSuchOption(word, ctx=click.get_current_context(silent=True))
    if len(words) != 1:
        return " ".join(_requoted(word) for word in words)
    quoted = _requoted(words[0]) if _ONE_VALUE.fullmatch(words[0]) else words[0]
    return quoted if quoted != words[0] and _finds(vault, quoted) else words[0]


def _requoted(word: str) -> str:
    if not re.search(r"\s", word) or '"' in word or "(" in word:
        return word
    value = _ONE_VALUE.fullmatch(word)
    if value is not None:
        return f'{value[1]}"{value[2]}"'
    return word if ":" in word else f'"{word}"'


def _finds(vault: "Vault", query: str) -> bool:
    from rounds.vault.list_search import keys

    try:
        return bool(keys(vault, query.removeprefix("-")))
    except QueryError:
        return False


def say_suggestion(vault: "Vault", query: str, types: Sequence[str]) -> None:
    """Print a suggestion for a query that found nothing."""
    from rounds.cli.output import say
    from rounds.vault.did_you_mean import meant

    if query and (hint := meant(vault, query, types=types)):
        say(hint)


def names_type(query: str) -> bool:
    """Whether a query itself restricts note types, with `type:` or `is:`."""
    return any(_is_type(match) for match in _matches(parse(query).root))


def _is_type(match: FieldMatch) -> bool:
    known = field_named(match.field)
    return known is not None and (known.name == "type" or known.kind is Kind.STATE)


def _matches(node: Node) -> Iterable[FieldMatch]:
    if isinstance(node, FieldMatch):
        yield node
    elif isinstance(node, Not):
        yield from _matches(node.part)
    elif isinstance(node, (Every, Some)):
        for part in node.parts:
            yield from _matches(part)
