"""Possible duplicates of a new partner or organization, by name, email, phone, or NPI."""

import json
from typing import NamedTuple

from rounds.domain.folding import caseless, digits, fold
from rounds.index import queries
from rounds.notes.properties import items_of
from rounds.vault.vault import Vault

_ALIKE = 85.0
"""Similarity of two names, 0 to 100, from which they may be the same person's."""

_MOST = 5


class Lookalike(NamedTuple):
    """A partner or organization that may be the same.

    Attributes:
        why: what the two have in common, in words.
    """

    path: str
    name: str
    why: str


def lookalikes(vault: Vault, name: str, *, email: str = "", phone: str = "", npi: str = "") -> list[Lookalike]:
    """Notes that may be the one to be added: partners by contact details or name, organizations by name alone."""
    from rapidfuzz import fuzz

    wanted, found = fold(name), list[tuple[int, float, Lookalike]]()
    emails = {caseless(each) for each in _parts(email)}
    phones = {digits(each) for each in _parts(phone)} - {""}
    for path, title, kind, theirs in vault.ask(queries.contacts):
        their_email, their_phone, their_npi = json.loads(theirs) if kind == "partner" else (None, None, None)
        likeness = fuzz.token_sort_ratio(wanted, fold(title)) if wanted else 0.0
        reasons = [
            why
            for why, same in (
                ("the same email", emails & {caseless(each.strip()) for each in items_of(their_email)}),
                ("the same phone", phones & {digits(each) for each in items_of(their_phone)}),
                ("the same NPI", npi and npi in items_of(their_npi)),
            )
            if same
        ]
        if likeness >= _ALIKE:
            reasons.append("the same name" if likeness == 100 else "nearly the same name")
        if reasons:
            found.append((-len(reasons), -likeness, Lookalike(path, title, ", ".join(reasons))))
    return [each for _, _, each in sorted(found)[:_MOST]]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
