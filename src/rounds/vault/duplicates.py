"""Duplicates: pairs of notes that may be about one person or organization."""

from collections.abc import Iterator

from rounds.domain.duplicate_pair import Pair
from rounds.domain.file_names_copies import one_name
from rounds.domain.phrases import counted
from rounds.errors import Level, Problem, UsageError
from rounds.index import people_compared
from rounds.index.people_compared import TYPES
from rounds.index.queries import PEOPLE
from rounds.index.writer import Index
from rounds.notes.properties import items_of
from rounds.notes.schema import KEYS, with_article
from rounds.vault.vault import NoteRecord, Vault

_TOLD = 20
"""Pairs that `check` lists one by one."""


_KEPT = "duplicates"
"""Beginning of the names of the stored pairs in the index."""


def duplicates(vault: Vault) -> list[Pair]:
    """Pairs of notes that may be about one person or organization, but for those that say they aren't (`not_same`)."""
    return sorted((pair for kind in TYPES for pair in _pairs(vault, kind)), key=Pair.order)


def _pairs(vault: Vault, kind: str) -> list[Pair]:
    """The pairs of one type, as stored, or compared again if any note of it changed in what is compared."""
    name = f"{_KEPT} of a {kind}"
    age, now = vault.index.age, [vault.ask(people_compared.last_change, kind), vault.rules_mark]
    *before, pairs = vault.ask(Index.kept, name) or (None, [])
    if before != now:
        from rounds.vault.lookalikes import Lookalikes

        pairs = Lookalikes(vault.ask(people_compared.contacts, kind)).pairs()
        if vault.index.age is age:
            vault.ask(Index.keep, name, [*now, pairs])
    return [Pair(*pair) for pair in pairs]


def advice(vault: Vault) -> Iterator[Problem]:
    """The pairs as problems of the notes that say more; many of them as one."""
    pairs = [pair for pair in duplicates(vault) if not one_name(pair.path, pair.other)]  # those are a problem already
    for pair in pairs[:_TOLD]:
        hint = f"To make one note of both: rounds merge {pair.typed}. If they are two: rounds duplicates --dismiss"
        yield Problem(_message(pair), 1, 1, f"{hint} {pair.typed}", Level.ADVICE, pair.path)
    if more := pairs[_TOLD:]:
        message = f"{counted(len(more), 'more pair')} of notes may be about the same person"
        yield Problem(message, 1, 1, "To list them all: rounds duplicates", Level.ADVICE, more[0].path)


def _message(pair: Pair) -> str:
    what = "person" if pair.kind == "partner" else "organization"
    return f"{pair.other} may be about the same {what}: {', '.join(pair.why)}"


def pair_in(vault: Vault, problem: Problem) -> Pair | None:
    """The pair that a problem is about, if it still is one."""
    pairs = (pair for pair in duplicates(vault) if pair.path == problem.path)
    return next((pair for pair in pairs if _message(pair) == problem.message), None)


def dismiss(vault: Vault, one: NoteRecord, other: NoteRecord) -> list[str]:
    """Write into both notes that they aren't about the same person, as a link in `not_same`.

    Returns:
        The paths of the notes that changed.

    Raises:
        UsageError: both are the same note, or one is neither a partner nor an organization.
        RoundsError: one of them can't be written; then none is.
    """
    from rounds.vault.lookalikes import is_dismissed
    from rounds.vault.note_files import link_to

    check_two(one, other)
    changes = []
    for entry, away in ((one, other), (other, one)):
        opened = vault.editable(entry.path)
        there = opened.document.items("not_same")
        if not is_dismissed(items_of(there), entry.path, away.path):
            value = [*there, link_to(vault, away.path)]
            changes.append((opened, opened.document.set("not_same", value, order=KEYS[entry.type])))
    with vault.change("noted as not the same:", of=len(changes)):
        for opened, document in changes:
            vault.save(opened, document)
    return [opened.path for opened, _ in changes]


def check_two(one: NoteRecord, other: NoteRecord) -> None:
    """Make sure that two notes can be compared.

    Raises:
        UsageError: both are the same note, or they aren't both partners or both organizations.
    """
    if one.path == other.path:
        raise UsageError(f"both names mean {one.name} ({one.path})", hint="Write more of the names, or the paths.")
    for entry in (one, other):
        if entry.type not in PEOPLE:
            raise UsageError(f"{entry.path} is neither a partner nor an organization")
    if one.type != other.type:
        kinds = f"{one.name} is {with_article(one.type)}, and {other.name} {with_article(other.type)}"
        raise UsageError(kinds, hint="Name two of one type.")
