"""Lists and searches over the index: what the query language is answered with."""

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rounds.domain.file_names import printable
from rounds.domain.folding import spaced
from rounds.domain.partner import INHERITED, STAGES, inherited
from rounds.domain.query.fields import fold, fold_members, fold_value
from rounds.domain.query.parser import parse
from rounds.domain.touch import KINDS, SILENT
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
"""What a list can be ordered by; a minus in front turns it around. Stages come in their own order."""

_MANY = 1_000
"""Notes from which on putting them in order takes longer than finding them."""


class _Names(Collection[str]):
    """Distinct values that are only looked up when a query asks for them."""

    def __init__(self, vault: Vault, sql: str, one: str = "") -> None:
        self._vault = vault
        self._sql = sql
        self._one = one
        self._known: list[str] | None = None

    def _all(self) -> list[str]:
        if self._known is None:
            names = [row[0] for row in self._vault.ask(lambda index: index.cached_rows(self._sql))]
            if self._one:  # these are folded values, of one member or several
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
    """Names of the properties in use that the format does not know."""
    return _Names(
        vault,
        "SELECT DISTINCT j.key FROM details d, json_each(d.other) j WHERE d.other IS NOT NULL ORDER BY j.key",
    )


def roles(vault: Vault) -> Collection[str]:
    """Roles in use and roles of the playbook, folded."""
    return _Names(
        vault,
        "SELECT DISTINCT role FROM notes WHERE role > '' UNION SELECT folded(stem) FROM notes WHERE type = 'role' "
        "ORDER BY 1",
        "SELECT 1 FROM notes WHERE instr(role, '| ' || ? || ' |') LIMIT 1",
    )


def kinds(vault: Vault) -> list[str]:
    """The kinds of touches: those of the format, then any other that the vault's logs use."""
    used = [row[0] for row in vault.ask(lambda index: index.cached_rows("SELECT DISTINCT kind FROM log ORDER BY kind"))]
    return [*KINDS, *(kind for kind in used if kind not in {*KINDS, *SILENT})]


def names_for(vault: Vault, key: str) -> list[str]:
    """What to choose a partner's property from, as people wrote it: names of notes too, where it links to some."""
    if key in {"introduced_by", "knows"}:
        sql = "SELECT title FROM notes WHERE type = 'partner' ORDER BY name"
        return [row[0] for row in vault.ask(lambda index: index.cached_rows(sql))]
    if key not in {"role", "organization"}:
        return values_of(vault, key)
    one = f"iif(json_array_length(properties, '$.{key}') = 1, '[0]', '')"  # a list of one folds as the one does
    sql = (
        f"SELECT title FROM notes WHERE type = '{key}' UNION SELECT json_extract(properties, '$.{key}' || {one}) "
        f"FROM details WHERE json_type(properties, '$.{key}' || {one}) = 'text' AND key IN "
        f"(SELECT min(key) FROM notes WHERE type = 'partner' GROUP BY {key})"  # each once, of all who have it
    )
    written = [plain(row[0]).strip() for row in vault.ask(lambda index: index.cached_rows(sql))]
    return sorted({fold(name): name for name in written if name}.values(), key=fold)


def keys_of(vault: Vault, paths: Sequence[str]) -> list[int]:
    """The keys of notes; of those that are there."""
    sql = "SELECT key FROM notes WHERE key IN (SELECT key FROM files WHERE path IN (SELECT value FROM json_each(?)))"
    return [key for (key,) in vault.rows(sql, (json.dumps(paths),))]


def saved_views(vault: Vault) -> "list[View]":
    """The views of the vault's bases that find partners, as queries."""
    from rounds.notes.bases import views

    folder = os.path.join(vault.root, "Views")
    found: list[View] = []
    with suppress(OSError):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".base"):
                with suppress(OSError):  # one that can't be read takes none of the others away
                    text = content(os.path.join(folder, name)).decode(errors="replace")
                    found += views(text[: 1 << 20], printable(name.removesuffix(".base")))
    return found


def values_of(vault: Vault, key: str) -> list[str]:
    """The values that notes have for a property, each member of a list by itself, in their order as words."""
    sql = "SELECT DISTINCT j.value FROM details d, json_each(d.properties, '$.' || ?) j WHERE j.type = 'text'"
    rows = vault.ask(lambda index: index.cached_rows(sql, (key,)))
    return sorted({plain(row[0]).strip() for row in rows} - {""}, key=fold)


def compiled(vault: Vault, query: str) -> Compiled:
    """A query's text as a condition over the index.

    Raises:
        QueryError: it can't be understood; with the place.
    """
    me = vault.config.me if "owner" in query.casefold() else ""  # to read config.toml costs as much as a whole list
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
    """All that organizations give to those who work there, folded, by property."""
    sql = f"SELECT {', '.join(INHERITED)} FROM notes WHERE key IN (SELECT note FROM places)"
    rows = vault.ask(lambda index: index.cached_rows(sql))
    return {key: "\n".join([row[number] for row in rows if row[number]]) for number, key in enumerate(INHERITED)}


def _fill_due(vault: Vault) -> None:
    """Lay out each note's earliest reminder as the temporary table that `due:` is answered from."""
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
    """The notes `n` for which a condition holds, as the end of a SELECT."""
    return (
        "FROM notes n"
        + (" JOIN details d ON d.key = n.key" if condition.uses_details else "")
        + (" LEFT JOIN due ON due.note = n.key" if condition.uses_due else "")
        + f" WHERE ({condition.where})"
    )


def keys(vault: Vault, query: str, *, types: Collection[str] = (), order: str = "name") -> list[int]:
    """Keys of the notes that a query finds, in order; nothing else is read. For lists that draw what is in sight.

    Args:
        types: only notes of these types; empty for what the query itself says.
        order: one of ORDERS; a minus in front turns it around.
    """
    condition = compiled(vault, query)
    if condition.where == f"n.key IN ({WITH_WORDS})":
        having = _numbers(vault.rows(f"SELECT json_group_array(rowid) FROM ({WITH_WORDS})", condition.parameters))
        if len(having) > _MANY:  # everybody is in order, and kept
            each = frozenset(having)
            return [key for key in keys(vault, "", types=types, order=order) if key in each]
    # As one text: thousands of rows of one number each would take a third longer.
    sql = f"SELECT json_group_array(key) FROM (SELECT n.key {from_notes(condition)}{_end(types, order)})"
    values = (*condition.parameters, *types)
    everybody = condition.where == "1"  # what half a word of a filter finds, again and again
    return _numbers(vault.ask(lambda index: index.cached_rows(sql, values)) if everybody else vault.rows(sql, values))


def _numbers(rows: list[tuple[Any, ...]]) -> list[int]:
    numbers: list[int] = json.loads(rows[0][0])
    return numbers


def by_stage(vault: Vault) -> dict[str, list[int]]:
    """Keys of all partners by stage, in the order of the stages, each by name; a stage that is none counts as found."""
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
    if order != "last":  # nobody is longer out of touch than whom nobody has met; anything else missing comes last
        by += " NULLS LAST"
    return f"{only} ORDER BY {by}, n.name, n.key"


def columns(
    vault: Vault, query: str, names: Sequence[str], *, types: Collection[str] = (), order: str = "name"
) -> list[list[object]]:
    """Some properties of the notes that a query finds, in order: for long lists, where whole entries would take long.
    What a partner leaves out is what the organization gives.

    Args:
        names: of properties; `name`, `last`, `last_contact`, `path`, `type` and `id` are those of the entry.
        types, order: as for `keys`.

    Returns:
        A row for each note, with a value for each name.
    """
    condition = compiled(vault, query)._replace(uses_details=True)
    inside = [name for name in names if name not in _OWN]
    paths = [f'$."{name}"' for name in inside] + ["$.type", "$.type"]  # from two on, the answer is an array
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
    """Fill in what organizations give, by the names that they are looked up by; None for who works nowhere."""
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
    """The entries of those keys, in their order."""
    marks = ",".join(str(int(key)) for key in found)
    by_key = {entry.key: entry for entry in vault.entries(f"n.key IN ({marks})")}
    return [by_key[key] for key in found if key in by_key]


def resolve_note(vault: Vault, path: str, id_: str = "") -> NoteRecord | None:
    """The note that is meant: the one that stores the id, of several the one at the path; None where it is gone.

    Args:
        id_: that the note stores; empty where it stores none, which then is the one at the path.
    """
    found = [*vault.entries("n.id = ? AND n.stored_id", (id_,))] if id_ else []
    if not found:  # what is at the path by now may be somebody else
        found = [each for each in vault.entries("n.path = ?", (path,)) if id_ in {"", each.id}]
    if len(found) > 1:
        found = [each for each in found if each.path == path]
    return found[0] if len(found) == 1 else None


def ids_of(vault: Vault, paths: Sequence[str]) -> dict[str, str]:
    """The ids that notes store, by path; without those that store none."""
    sql = "SELECT path, id FROM notes WHERE stored_id AND path IN (SELECT value FROM json_each(?))"
    return dict(vault.rows(sql, (json.dumps(paths),)))


def ensure_same_note(vault: Vault, path: str, id_: str) -> None:
    """Look on the disk whether a note is where the index has it.

    Args:
        id_: that it stores; empty where it stores none, which is not looked for.

    Raises:
        NotFoundError: no note is there, or another one by now.
    """
    note = vault.read(path).note if id_ else None
    if note is not None and note.readable and note.id != id_:
        raise NotFoundError(f"{path} is another note by now")


def listed(vault: Vault, query: str, *, types: Collection[str] = ("partner",), order: str = "name") -> list[NoteRecord]:
    """The notes that a query finds, in order. A query that names `type:` itself wants `types=()`."""
    return vault.ask(lambda _: entries(vault, keys(vault, query, types=types, order=order)))
