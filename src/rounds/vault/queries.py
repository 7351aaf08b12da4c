"""Query results from the index: lists and searches."""

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from rounds.domain.activity import KINDS, SILENT
from rounds.domain.files import printable
from rounds.domain.folding import spaced
from rounds.domain.query.fields import fold, fold_value
from rounds.domain.query.parser import parse
from rounds.domain.records import INHERITED, STAGES, inherited
from rounds.errors import NotFoundError, UsageError
from rounds.index import derived, queries
from rounds.index import queries_activity as activity
from rounds.index.queries import ORDERS, OWN
from rounds.index.search import Compiled, compile_query
from rounds.index.writer import Index
from rounds.notes.links import plain
from rounds.storage.open_file import content
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.notes.bases import View

_MANY = 1_000
"""Result count above which sorting takes longer than searching."""


class _Names(Collection[str]):
    """Distinct values, loaded only when a query needs them."""

    def __init__(
        self, vault: Vault, read: Callable[[Index], list[str]], has: Callable[[Index, str], bool] | None = None
    ) -> None:
        self._vault = vault
        self._read = read
        self._has = has

    @cached_property
    def _all(self) -> list[str]:
        return self._vault.ask(self._read)

    def __contains__(self, name: object) -> bool:
        if self._has is not None:
            return self._vault.ask(self._has, spaced(fold(str(name))))
        return name in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def property_names(vault: Vault) -> Collection[str]:
    """Names of properties in use that the format doesn't define."""
    return _Names(vault, queries.other_names)


def roles(vault: Vault) -> Collection[str]:
    """Roles in use and roles in the playbook, folded."""
    return _Names(vault, queries.roles, queries.is_role)


def kinds(vault: Vault) -> list[str]:
    """Kinds of touch: the format's, then any others in the vault's logs."""
    return [*KINDS, *(kind for kind in vault.ask(activity.kinds_used) if kind not in {*KINDS, *SILENT})]


def names_for(vault: Vault, key: str) -> list[str]:
    """Choices for a partner's property, as written; including names of notes it can link to."""
    if key in {"introduced_by", "knows"}:
        return vault.ask(queries.titles, "partner")
    if key not in {"role", "organization"}:
        return values_of(vault, key)
    written = [plain(text).strip() for text in vault.ask(queries.spellings, key)]
    return sorted({fold(name): name for name in written if name}.values(), key=fold)


def keys_of(vault: Vault, paths: Sequence[str]) -> list[int]:
    """The keys of notes; missing notes are left out."""
    return vault.ask(queries.keys_at, paths)


def saved_views(vault: Vault) -> "list[View]":
    """The partner views in the vault's bases, as queries."""
    from rounds.notes.bases import views

    folder = os.path.join(vault.root, "Views")
    found: list[View] = []
    with suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".base"):
                with suppress(OSError):  # an unreadable file doesn't affect the others
                    text = content(os.path.join(folder, name)).decode(errors="replace")
                    found += views(text[: 1 << 20], printable(name.removesuffix(".base")))
    return found


def values_of(vault: Vault, key: str) -> list[str]:
    """The distinct values of a property, each list member separately, in alphabetical order."""
    return sorted({plain(text).strip() for text in vault.ask(queries.values, key)} - {""}, key=fold)


def compiled(vault: Vault, query: str) -> Compiled:
    """Compile a query into a condition over the index.

    Raises:
        QueryError: the query isn't valid; with the position.
    """
    me = vault.config.me if "owner" in query.casefold() else ""  # reading config.toml takes as long as a whole list
    parsed = parse(query)
    condition = compile_query(
        parsed,
        today=vault.today(),
        known=property_names(vault),
        roles=roles(vault),
        me=me,
        given=lambda: _given(vault),
    )
    if condition.uses_due:
        _fill_due(vault)
    return condition


def _given(vault: Vault) -> Mapping[str, str]:
    """All values inherited from organizations, folded, by property."""
    rows = vault.ask(queries.inheritable_values, INHERITED)
    return {key: "\n".join([text for row in rows if (text := row[number])]) for number, key in enumerate(INHERITED)}


def _fill_due(vault: Vault) -> None:
    """Fill the temporary table for `due:` with each note's earliest reminder."""
    from rounds.vault.reminders import reminders

    earliest: dict[str, str] = {}
    for reminder in reminders(vault):
        if reminder.due is not None:
            day = str(reminder.due)
            earliest[reminder.path] = min(day, earliest.get(reminder.path, day))

    vault.ask(queries.fill_due, earliest)


def keys(vault: Vault, query: str, *, types: Collection[str] = (), order: str = "name") -> list[int]:
    """Keys of the notes a query finds, in order; nothing else is read. For lists that render visible rows only.

    Args:
        types: only notes of these types; empty if the query decides.
        order: one of ORDERS; a leading minus reverses it.
    """
    condition = compiled(vault, query)
    _check_order(order)
    if condition.only_words:
        having = vault.ask(queries.keys_with_words, condition)
        if len(having) > _MANY:  # the full sorted list is cached
            each = frozenset(having)
            return [key for key in keys(vault, "", types=types, order=order) if key in each]
    return vault.ask(queries.matching_keys, condition, types, order)


def by_stage(vault: Vault) -> dict[str, list[int]]:
    """Keys of all partners by stage, in stage order, each by name; an invalid stage counts as found."""
    found: dict[str, list[int]] = {stage: [] for stage in STAGES}
    for key, stage in vault.ask(queries.partner_stages):
        found.get(stage or "", found[STAGES[0]]).append(key)
    return found


def _check_order(order: str) -> None:
    if order.removeprefix("-") not in ORDERS:
        raise UsageError(f'a list can\'t be ordered by "{order}"', hint=f"Known: {', '.join(ORDERS)}.")


def columns(
    vault: Vault, query: str, names: Sequence[str], *, types: Collection[str] = (), order: str = "name"
) -> list[list[object]]:
    """Some properties of the notes a query finds, in order: for long lists, where full records would be slow.
    Values missing from a partner are inherited from the organization.

    Args:
        names: of properties; `name`, `last`, `last_contact`, `path`, `type` and `id` come from the record.
        types, order: as for `keys`.

    Returns:
        A row for each note, with a value for each name.
    """
    condition = compiled(vault, query)
    _check_order(order)
    inside = [name for name in names if name not in OWN]
    rows = vault.ask(queries.matching_values, condition, inside, types, order)
    values = json.loads(f"[{','.join([row[0] for row in rows])}]")
    _inherit(vault, inside, values, [row[-1] for row in rows])
    places = [(0, inside.index(name)) if name in inside else (1, [*OWN].index(name) + 1) for name in names]
    return [
        [row[place] if own else value[place] for own, place in places] for row, value in zip(rows, values, strict=True)
    ]


def _inherit(vault: Vault, names: Sequence[str], values: list[list[object]], places: Sequence[str | None]) -> None:
    """Fill in inherited values by the organizations' lookup names; None for partners without one."""
    columns = [(number, name) for number, name in enumerate(names) if name in INHERITED]
    lacking = [(row, place) for row, place in zip(values, places, strict=True)
               if place and any(not fold_value(row[number]) for number, _ in columns)]  # fmt: skip
    if not lacking:
        return
    from rounds.vault.organizations import shared

    there = shared(vault, {place for _, place in lacking})
    for row, place in lacking:
        theirs = inherited({name: row[number] for number, name in columns}, there.get(place, {}))
        for number, name in columns:
            row[number] = theirs.get(name, row[number])


def entries(vault: Vault, found: Collection[int]) -> list[NoteRecord]:
    """The records for those keys, in their order."""
    return vault.ask(queries.notes_by_key, found)


def resolve_note(vault: Vault, path: str, id_: str = "") -> NoteRecord | None:
    """The note with a stored id; among duplicates the one at the path; None if it's gone.

    Args:
        id_: the note's stored id; empty if it has none, then the note at the path.
    """
    found = vault.ask(queries.notes_with_id, id_, stored=True) if id_ else []
    if not found:  # the note now at the path may be another one
        found = [each for each in vault.ask(queries.notes_at, [path]) if id_ in {"", each.id}]
    if len(found) > 1:
        found = [each for each in found if each.path == path]
    return found[0] if len(found) == 1 else None


def ids_of(vault: Vault, paths: Sequence[str]) -> dict[str, str]:
    """Stored ids by path; notes without one are left out."""
    return vault.ask(derived.stored_ids, paths)


def ensure_same_note(vault: Vault, path: str, id_: str) -> None:
    """Check on disk that a note is where the index has it.

    Args:
        id_: the note's stored id; empty if it has none, then nothing is checked.

    Raises:
        NotFoundError: there is no note, or now a different one.
    """
    note = vault.read(path).note if id_ else None
    if note is not None and note.readable and note.id != id_:
        raise NotFoundError(f"{path} is another note by now")


def listed(vault: Vault, query: str, *, types: Collection[str] = ("partner",), order: str = "name") -> list[NoteRecord]:
    """The notes a query finds, in order. For a query with its own `type:`, pass `types=()`."""
    return vault.ask(lambda _: entries(vault, keys(vault, query, types=types, order=order)))
