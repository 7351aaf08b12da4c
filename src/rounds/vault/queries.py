"""Query results from the index: lists and searches."""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rounds.domain.activity import KINDS, SILENT
from rounds.domain.files import printable
from rounds.domain.folding import spaced
from rounds.domain.query.fields import fold, fold_members, fold_value
from rounds.domain.query.parser import parse
from rounds.domain.records import INHERITED, STAGES, inherited
from rounds.errors import NotFoundError, UsageError
from rounds.index.search import WITH_WORDS, Compiled, compile_query
from rounds.index.writer import Index
from rounds.notes.links import plain
from rounds.storage.open_file import content
from rounds.vault.vault import NoteRecord, Vault

if TYPE_CHECKING:
    from rounds.notes.bases import View

ORDERS = {
    "name": "n.name", "last": "n.last_contact", "role": "n.role", "organization": "n.organization",
    "stage": f"nullif(instr('{fold_members(STAGES)}', n.stage), 0)",
    "city": "ifnull(n.city, (SELECT o.city FROM place p JOIN notes o ON o.key = p.note WHERE p.name = n.works_at))",
}  # fmt: skip
"""Sort orders of a list; a leading minus reverses the order. Stages have their own order."""

_MANY = 1_000
"""Result count above which sorting takes longer than searching."""


class _Names(Collection[str]):
    """Distinct values, loaded only when a query needs them."""

    def __init__(self, vault: Vault, sql: str, one: str = "") -> None:
        self._vault = vault
        self._sql = sql
        self._one = one
        self._known: list[str] | None = None

    def _all(self) -> list[str]:
        if self._known is None:
            names = [row[0] for row in self._vault.ask(lambda index: index.cached_rows(self._sql))]
            if self._one:  # folded values with one or several members
                names = list(dict.fromkeys([member for name in names for member in name.strip(" |").split(" | ")]))
            self._known = names
        return self._known

    def __contains__(self, name: object) -> bool:
        if self._one:
            return bool(self._vault.rows(self._one, (spaced(fold(str(name))),)))
        return name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def property_names(vault: Vault) -> Collection[str]:
    """Names of properties in use that the format doesn't define."""
    return _Names(
        vault,
        "SELECT DISTINCT j.key FROM details d, json_each(d.other) j WHERE d.other IS NOT NULL ORDER BY j.key",
    )


def roles(vault: Vault) -> Collection[str]:
    """Roles in use and roles in the playbook, folded."""
    return _Names(
        vault,
        "SELECT DISTINCT role FROM notes WHERE role > '' UNION SELECT folded(stem) FROM notes WHERE type = 'role' "
        "ORDER BY 1",
        "SELECT 1 FROM notes WHERE instr(role, '| ' || ? || ' |') LIMIT 1",
    )


def kinds(vault: Vault) -> list[str]:
    """Kinds of touch: the format's, then any others in the vault's logs."""
    used = [row[0] for row in vault.ask(lambda index: index.cached_rows("SELECT DISTINCT kind FROM log ORDER BY kind"))]
    return [*KINDS, *(kind for kind in used if kind not in {*KINDS, *SILENT})]


def names_for(vault: Vault, key: str) -> list[str]:
    """Choices for a partner's property, as written; including names of notes it can link to."""
    if key in {"introduced_by", "knows"}:
        sql = "SELECT title FROM notes WHERE type = 'partner' ORDER BY name"
        return [row[0] for row in vault.ask(lambda index: index.cached_rows(sql))]
    if key not in {"role", "organization"}:
        return values_of(vault, key)
    one = f"iif(json_array_length(properties, '$.{key}') = 1, '[0]', '')"  # a list of one folds like the value itself
    sql = (
        f"SELECT title FROM notes WHERE type = '{key}' UNION SELECT json_extract(properties, '$.{key}' || {one}) "
        f"FROM details WHERE json_type(properties, '$.{key}' || {one}) = 'text' AND key IN "
        f"(SELECT min(key) FROM notes WHERE type = 'partner' GROUP BY {key})"  # one spelling for each folded value
    )
    written = [plain(row[0]).strip() for row in vault.ask(lambda index: index.cached_rows(sql))]
    return sorted({fold(name): name for name in written if name}.values(), key=fold)


def keys_of(vault: Vault, paths: Sequence[str]) -> list[int]:
    """The keys of notes; missing notes are left out."""
    sql = "SELECT key FROM notes WHERE key IN (SELECT key FROM files WHERE path IN (SELECT value FROM json_each(?)))"
    return [key for (key,) in vault.rows(sql, (json.dumps(paths),))]


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
    sql = "SELECT DISTINCT j.value FROM details d, json_each(d.properties, '$.' || ?) j WHERE j.type = 'text'"
    rows = vault.ask(lambda index: index.cached_rows(sql, (key,)))
    return sorted({plain(row[0]).strip() for row in rows} - {""}, key=fold)


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
    sql = f"SELECT {', '.join(INHERITED)} FROM notes WHERE key IN (SELECT note FROM places)"
    rows = vault.ask(lambda index: index.cached_rows(sql))
    return {key: "\n".join([row[number] for row in rows if row[number]]) for number, key in enumerate(INHERITED)}


def _fill_due(vault: Vault) -> None:
    """Fill the temporary table for `due:` with each note's earliest reminder."""
    from rounds.vault.reminders import reminders

    earliest: dict[str, str] = {}
    for reminder in reminders(vault):
        if reminder.due is not None:
            day = str(reminder.due)
            earliest[reminder.path] = min(day, earliest.get(reminder.path, day))

    def fill(index: Index) -> None:
        run = index.connection
        run.execute("CREATE TEMP TABLE IF NOT EXISTS due (note INTEGER PRIMARY KEY, date TEXT)")
        run.execute("DELETE FROM due")
        run.executemany(
            "INSERT INTO due SELECT key, ? FROM files WHERE path = ?", [(d, p) for p, d in earliest.items()]
        )

    vault.ask(fill)


def from_notes(condition: Compiled) -> str:
    """The end of a SELECT over the notes `n` that match a condition."""
    return (
        "FROM notes n"
        + (" JOIN details d ON d.key = n.key" if condition.uses_details else "")
        + (" LEFT JOIN due ON due.note = n.key" if condition.uses_due else "")
        + f" WHERE ({condition.where})"
    )


def keys(vault: Vault, query: str, *, types: Collection[str] = (), order: str = "name") -> list[int]:
    """Keys of the notes a query finds, in order; nothing else is read. For lists that render visible rows only.

    Args:
        types: only notes of these types; empty if the query decides.
        order: one of ORDERS; a leading minus reverses it.
    """
    condition = compiled(vault, query)
    if condition.where == f"n.key IN ({WITH_WORDS})":
        having = _numbers(vault.rows(f"SELECT json_group_array(rowid) FROM ({WITH_WORDS})", condition.parameters))
        if len(having) > _MANY:  # the full sorted list is cached
            each = frozenset(having)
            return [key for key in keys(vault, "", types=types, order=order) if key in each]
    # As one text: thousands of single-number rows would take a third longer.
    sql = f"SELECT json_group_array(key) FROM (SELECT n.key {from_notes(condition)}{_end(types, order)})"
    values = (*condition.parameters, *types)
    everybody = condition.where == "1"  # repeated by every half-typed filter word
    return _numbers(vault.ask(lambda index: index.cached_rows(sql, values)) if everybody else vault.rows(sql, values))


def _numbers(rows: list[tuple[Any, ...]]) -> list[int]:
    numbers: list[int] = json.loads(rows[0][0])
    return numbers


def by_stage(vault: Vault) -> dict[str, list[int]]:
    """Keys of all partners by stage, in stage order, each by name; an invalid stage counts as found."""
    found: dict[str, list[int]] = {stage: [] for stage in STAGES}
    for key, stage in vault.rows("SELECT key, trim(stage, ' |') FROM notes WHERE type = 'partner' ORDER BY name, key"):
        found.get(stage, found[STAGES[0]]).append(key)
    return found


def _end(types: Collection[str], order: str) -> str:
    column = ORDERS.get(order.removeprefix("-"))
    if column is None:
        raise UsageError(f'a list can\'t be ordered by "{order}"', hint=f"Known: {', '.join(ORDERS)}.")
    only = f" AND n.type IN ({','.join('?' * len(types))})" if types else ""
    by = f"{column}{' DESC' if order.startswith('-') else ''}"
    if column == ORDERS["name"]:
        return f"{only} ORDER BY {by}, n.key"
    if order != "last":  # never contacted sorts as oldest; other missing values come last
        by += " NULLS LAST"
    return f"{only} ORDER BY {by}, n.name, n.key"


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
    condition = compiled(vault, query)._replace(uses_details=True)
    inside = [name for name in names if name not in _OWN]
    paths = [f'$."{name}"' for name in inside] + ["$.type", "$.type"]  # with two or more paths, the result is an array
    sql = (
        f"SELECT json_extract(d.properties{',?' * len(paths)}), {', '.join(_OWN.values())}, n.works_at "
        f"{from_notes(condition)}{_end(types, order)}"
    )
    rows = vault.rows(sql, (*paths, *condition.parameters, *types))
    values = json.loads(f"[{','.join([row[0] for row in rows])}]")
    _inherit(vault, inside, values, [row[-1] for row in rows])
    places = [(0, inside.index(name)) if name in inside else (1, [*_OWN].index(name) + 1) for name in names]
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


_OWN = {
    "name": "n.title", "last": "n.last_contact", "last_contact": "n.last_contact", "path": "n.path", "type": "n.type",
    "id": "n.id",
}  # fmt: skip


def entries(vault: Vault, found: Collection[int]) -> list[NoteRecord]:
    """The records for those keys, in their order."""
    marks = ",".join(str(int(key)) for key in found)
    by_key = {entry.key: entry for entry in vault.entries(f"n.key IN ({marks})")}
    return [by_key[key] for key in found if key in by_key]


def resolve_note(vault: Vault, path: str, id_: str = "") -> NoteRecord | None:
    """The note with a stored id; among duplicates the one at the path; None if it's gone.

    Args:
        id_: the note's stored id; empty if it has none, then the note at the path.
    """
    found = [*vault.entries("n.id = ? AND n.stored_id", (id_,))] if id_ else []
    if not found:  # the note now at the path may be another one
        found = [each for each in vault.entries("n.path = ?", (path,)) if id_ in {"", each.id}]
    if len(found) > 1:
        found = [each for each in found if each.path == path]
    return found[0] if len(found) == 1 else None


def ids_of(vault: Vault, paths: Sequence[str]) -> dict[str, str]:
    """Stored ids by path; notes without one are left out."""
    sql = "SELECT path, id FROM notes WHERE stored_id AND path IN (SELECT value FROM json_each(?))"
    return dict(vault.rows(sql, (json.dumps(paths),)))


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
