"""What the filter of partners finds while it is being typed."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

from rounds.domain.query.completion import closed, complete, without_word, word_start
from rounds.domain.query.fields import FIELDS
from rounds.errors import QueryError
from rounds.vault.queries import keys, names_for, property_names
from rounds.vault.vault import Vault


class FilterResult(NamedTuple):
    """What a filter finds.

    Attributes:
        query: the part of it that counts.
        trouble: why that is not all.
        offers: what the word at the cursor may become, as it is shown.
        completed: the query with the first of them, and where its cursor is then; empty where there is none.
    """

    query: str
    keys: Sequence[int]
    trouble: QueryError | None = None
    offers: Sequence[str] = ()
    completed: str = ""


def find_partners(vault: Vault, query: str, cursor: int, order: str, before: str) -> FilterResult:
    """What a query finds; of one that can't be understood, what it finds without the fault, or else what `before` did.

    So the list neither empties nor fills while somebody types.
    """
    try:
        found = keys(vault, query, types=("partner",), order=order)
    except QueryError as error:
        trouble = error
    else:  # names of the user's own take longer to list than all else
        return FilterResult(query, found, None, *_offered(vault, query, cursor, known=()))
    offers, completed = _offered(vault, query, cursor, known=property_names(vault))
    ways = (closed(query), without_word(query, trouble.position), query[: trouble.position], before, "")
    for text in filter(lambda text: text != query, ways):
        with suppress(QueryError):
            return FilterResult(text, keys(vault, text, types=("partner",), order=order), trouble, offers, completed)
    raise trouble


def _offered(vault: Vault, query: str, cursor: int, *, known: Collection[str]) -> tuple[list[str], str]:
    """What the word at the cursor may become, and the query up to the cursor with the first of it."""
    word = query[word_start(query, cursor) : cursor]
    asked = [field for field in FIELDS if word.startswith(f"{field.name}:") and not field.values]
    values = {field.name: names_for(vault, field.column or field.name) for field in asked}
    words = complete(query, cursor, known=known, values=values)
    offers = [word.rpartition(":")[2].rpartition(",")[2] or word for word in words]
    return offers, query[: word_start(query, cursor)] + words[0] if words else ""
