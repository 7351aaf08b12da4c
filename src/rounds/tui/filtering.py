"""Results of the partner filter while it's being typed."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

from rounds.domain.query.completion import closed, complete, without_word, word_start
from rounds.domain.query.fields import FIELDS
from rounds.errors import QueryError
from rounds.vault.search import keys, names_for, property_names
from rounds.vault.vault import Vault


class FilterResult(NamedTuple):
    """The result of a filter.

    Attributes:
        query: the applied part of the typed query.
        trouble: the error in the typed query, if any.
        offers: completions of the word at the cursor, for display.
        completed: the query up to the cursor with the first completion; empty without one.
    """

    query: str
    keys: Sequence[int]
    trouble: QueryError | None = None
    offers: Sequence[str] = ()
    completed: str = ""


def find_partners(vault: Vault, query: str, cursor: int, order: str, before: str) -> FilterResult:
    """The result of a query; with an error, the result without the faulty part, or else that of `before`.

    So the list neither empties nor fills up while the user types.
    """
    try:
        found = keys(vault, query, types=("partner",), order=order)
    except QueryError as error:
        trouble = error
    else:  # the user's own property names take longest to list
        return FilterResult(query, found, None, *_offered(vault, query, cursor, known=()))
    offers, completed = _offered(vault, query, cursor, known=property_names(vault))
    ways = (closed(query), without_word(query, trouble.position), query[: trouble.position], before, "")
    for text in filter(lambda text: text != query, ways):
        with suppress(QueryError):
            return FilterResult(text, keys(vault, text, types=("partner",), order=order), trouble, offers, completed)
    raise trouble


def _offered(vault: Vault, query: str, cursor: int, *, known: Collection[str]) -> tuple[list[str], str]:
    """Completions of the word at the cursor, and the query up to the cursor with the first one."""
    word = query[word_start(query, cursor) : cursor]
    asked = [field for field in FIELDS if word.startswith(f"{field.name}:") and not field.values]
    values = {field.name: names_for(vault, field.column or field.name) for field in asked}
    words = complete(query, cursor, known=known, values=values)
    offers = [word.rpartition(":")[2].rpartition(",")[2] or word for word in words]
    return offers, query[: word_start(query, cursor)] + words[0] if words else ""
