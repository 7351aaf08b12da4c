"""What the filter of partners finds while it is being typed."""

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from rounds.domain.completion import closed, complete, without_word, word_start
from rounds.domain.fields import FIELDS
from rounds.errors import QueryError
from rounds.vault.catalog import keys, names_for, property_names
from rounds.vault.vault import Vault


class Found(NamedTuple):
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


def find_partners(vault: Vault, query: str, cursor: int, order: str, before: str) -> Found:
    """What a query finds; of one that can't be understood, what it finds without the fault, or else what `before` did.

    So the list neither empties nor fills while somebody types.
    """
    names = {field.name: field.column or field.name for field in FIELDS} | {"role": "role"}
    values = {name: names_for(vault, key) for name, key in names.items() if f"{name}:" in query}
    words = complete(query, cursor, known=property_names(vault), values=values)
    offers = [word.rpartition(":")[2].rpartition(",")[2] or word for word in words]
    completed = query[: word_start(query, cursor)] + words[0] if words else ""
    try:
        return Found(query, keys(vault, query, types=("partner",), order=order), None, offers, completed)
    except QueryError as error:
        trouble = error
    ways = (closed(query), without_word(query, trouble.position), query[: trouble.position], before, "")
    for text in filter(lambda text: text != query, ways):
        with suppress(QueryError):
            return Found(text, keys(vault, text, types=("partner",), order=order), trouble, offers, completed)
    raise trouble
