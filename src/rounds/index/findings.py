"""What the client guard found in notes, and who is known to it."""

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rounds.index.writer import Index


class FindingRow(NamedTuple):
    """A finding in a note.

    Attributes:
        line, column: from 1; line 0 for the name of the note.
        names: what the words found may stand for.
    """

    line: int
    column: int
    level: str
    kind: str
    message: str
    hint: str
    names: Sequence[str] = ()


class Unread(NamedTuple):
    """A note that the guard may have to read, with its properties.

    Attributes:
        known: the mark of who was known when this version was read; empty if it wasn't.
    """

    key: int
    path: str
    hash: bytes
    properties: dict[str, Any]
    known: str = ""


# The properties, which take longest, are read of few notes only. A note that is only in the cloud would be downloaded.
_NOTES = """
SELECT f.key, f.path, f.hash, d.properties, f.known FROM (
  SELECT f.key, f.path, f.hash, ifnull(g.known, '') AS known
  FROM files f LEFT JOIN guarded g ON g.file = f.key AND g.hash = f.hash
  WHERE ifnull(g.known, '') <> ?{among} AND f.path NOT IN (SELECT path FROM problems WHERE file = 0 AND level = 'error')
) f CROSS JOIN notes n ON n.key = f.key JOIN details d ON d.key = f.key"""


def unsettled(index: "Index", anybody: str, paths: Collection[str] | None = None) -> list[Unread]:
    """The notes here that the guard hasn't read, or whose findings depend on who is known: some of them, or all.

    Args:
        anybody: the mark of a note that is clean no matter who is known.
    """
    listed = [] if paths is None else [json.dumps([*paths])]
    among = " AND f.path IN (SELECT value FROM json_each(?))" if listed else ""
    rows = index.rows(_NOTES.format(among=among), (anybody, *listed))
    return [_unread(row) for row in rows]


def _unread(row: tuple[Any, ...]) -> Unread:
    key, path, hash_, properties, known = row
    return Unread(key, path, hash_, json.loads(properties), known)


def keep(index: "Index", found: Iterable[tuple[Unread, list[FindingRow]]]) -> None:
    """Keep what was found in some notes, with the mark of who was known."""
    with index.writing():
        index.connection.executemany(
            "INSERT OR REPLACE INTO guarded (file, hash, known, findings) VALUES (?, ?, ?, ?)",
            [(note.key, note.hash, note.known, json.dumps(rows)) for note, rows in found],
        )


def findings(index: "Index", paths: Collection[str] | None = None) -> list[tuple[str, FindingRow]]:
    """Findings with their path, of some notes or all; only for versions that still exist."""
    listed = [] if paths is None else [json.dumps([*paths])]
    among = " AND f.path IN (SELECT value FROM json_each(?))" if listed else ""
    rows = index.rows(
        "SELECT f.path, g.findings FROM guarded g CROSS JOIN files f ON f.key = g.file AND f.hash = g.hash "
        f"WHERE g.findings <> '[]'{among} ORDER BY f.path",
        tuple(listed),
    )
    return [(path, FindingRow(*row)) for path, found in rows for row in json.loads(found)]


# Who is known ---------------------------------------------------------------------------------------------------------

_PEOPLE = "('partner', 'organization', 'clinician', 'practice')"  # as in the indexes of schema.sql


class Workplace(NamedTuple):
    """An organization's key, path, hash of its file, and properties."""

    key: int
    path: str
    hash: bytes
    properties: dict[str, Any]


def workplace(index: "Index", name: str) -> Workplace | None:
    """The organization with a lookup name (`notes.workplaces`)."""
    rows = index.rows(
        "SELECT f.key, f.path, f.hash, d.properties FROM place p JOIN files f ON f.key = p.note "
        "JOIN details d ON d.key = f.key WHERE p.name = ?",
        (name,),
    )
    return next((Workplace(key, path, hash_, json.loads(properties)) for key, path, hash_, properties in rows), None)


def colleagues(index: "Index", names: Collection[str]) -> list[dict[str, Any]]:
    """Name and aliases of the partners who work at an organization with one of these lookup names."""
    rows = index.rows(
        "SELECT n.title, json_extract(d.properties, '$.aliases') FROM notes n JOIN details d ON d.key = n.key "
        "WHERE n.works_at > '' AND n.works_at IN (SELECT value FROM json_each(?)) ORDER BY n.key",
        (json.dumps([*names]),),
    )
    return [{"name": title, "aliases": _aliases(aliases)} for title, aliases in rows]


def lookup_names(index: "Index", organization: int) -> list[str]:
    """All lookup names of an organization."""
    return [name for (name,) in index.rows("SELECT name FROM places WHERE note = ?", (organization,))]


def team(index: "Index") -> list[dict[str, Any]]:
    """The properties of the practice and its clinicians, with their title as name."""
    rows = index.rows(
        "SELECT n.title, d.properties FROM notes n JOIN details d ON d.key = n.key "
        "WHERE n.type IN ('clinician', 'practice') AND n.type <> 'partner' ORDER BY n.key"
    )
    return [{**json.loads(properties), "name": title} for title, properties in rows]


def known_names(index: "Index", names: Collection[str]) -> set[str]:
    """Which of some folded names are the full name of a person or organization here, or the alias of only one."""
    listed = json.dumps([*names])
    rows = index.rows(
        "SELECT trim(n.name, ' |') FROM notes n WHERE n.name IN (SELECT ' | ' || value || ' | ' FROM json_each(?)) "
        f"AND n.type IN {_PEOPLE} AND trim(n.name, ' |') LIKE '% %' "
        "UNION SELECT j.value FROM json_each(?) j JOIN notes n ON instr(n.aliases, '| ' || j.value || ' |') "
        f"WHERE n.aliases > '' AND n.type IN {_PEOPLE} GROUP BY j.value HAVING count(*) = 1",
        (listed, listed),
    )
    return {name for (name,) in rows}


def _aliases(value: str | None) -> list[str]:
    """Aliases from JSON: a list, or one text."""
    if not value:
        return []
    with suppress(ValueError):
        found = json.loads(value)
        return [str(each) for each in found] if isinstance(found, list) else [str(found)]
    return [value]
