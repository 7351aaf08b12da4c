"""Questions about notes: records, names, values, lists. Ask them with `Vault.ask`; schema.sql has the columns."""

import json
import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from rounds.domain.partner_referral_release import STAGES
from rounds.domain.query.fields import fold_members
from rounds.notes.links import folder_matches, target_of

if TYPE_CHECKING:
    from rounds.index.query_sql import Compiled
    from rounds.index.writer import Index

PEOPLE = ("partner", "organization")
"""The types of notes that names on the command line stand for."""

RECORDS = """
SELECT n.key, n.path, n.type, n.title, n.id, n.readable, n.last_contact, d.properties
FROM notes n JOIN details d ON d.key = n.key"""
FEW = "type <> 'partner'"
"""Condition with which SQLite uses the index on types; for one that most notes have, it would only take longer."""
_AT = "(SELECT key FROM files WHERE path = ?)"  # served by an index over these paths only
_LISTED = "(SELECT value FROM json_each(?))"

# All names of organizations, by key; names and aliases given in notes only if unambiguous.
_PLACES = "(SELECT name, note FROM places WHERE rank = 0 UNION SELECT name, note FROM place)"


class NoteRecord(NamedTuple):
    """A note's record in the index.

    Attributes:
        path: POSIX, relative to the vault.
        type: as in the vault format; empty if unknown.
        name: display name.
        id: stored, or derived from vault and path.
        readable: False if the file can't be read now; the record then shows its last good version.
        last_contact: the derived date.
        properties: plain values by name.
    """

    key: int
    path: str
    type: str
    name: str
    id: str
    readable: bool
    last_contact: date | None
    properties: dict[str, object]

    @classmethod
    def of(cls, row: Sequence[Any]) -> Self:
        """A record from a row with the columns of `RECORDS`."""
        key, path, kind, title, id_, readable, last, properties = row
        day = date.fromisoformat(last) if last else None
        return cls(key, path, kind, title, id_, bool(readable), day, json.loads(properties))


# Records ----------------------------------------------------------------------------------------------------------


def _records(index: "Index", where: str, parameters: Sequence[object] = (), order: str = "n.path") -> list[NoteRecord]:
    return [*map(NoteRecord.of, index.rows(f"{RECORDS} WHERE {where} ORDER BY {order}", parameters))]


def note_at(index: "Index", path: str) -> NoteRecord | None:
    """The note at a path."""
    return next(iter(_records(index, f"n.key = {_AT}", (path,))), None)


def notes_at(index: "Index", paths: Sequence[str]) -> list[NoteRecord]:
    """The notes at some paths, by name."""
    return _records(index, f"n.path IN {_LISTED}", (json.dumps(paths),), "n.name, n.path")


def notes_by_key(index: "Index", keys: Collection[int]) -> list[NoteRecord]:
    """The notes with those keys, in their order."""
    rows = index.rows(f"{RECORDS} WHERE n.key IN ({','.join(str(int(key)) for key in keys)})")
    by_key = {row[0]: row for row in rows}
    return [NoteRecord.of(by_key[key]) for key in keys if key in by_key]


def notes_of_type(index: "Index", *types: str) -> list[NoteRecord]:
    """The notes of some types, by path."""
    few = "" if "partner" in types else f" AND n.{FEW}"
    return _records(index, f"n.type IN ({_marks(types)}){few}", types)


def notes_named(index: "Index", stem: str, *types: str) -> list[NoteRecord]:
    """The notes with a name in links (`notes.links.stem`), of some types or of any, by path."""
    only = f" AND n.type IN ({_marks(types)})" if types else ""
    return _records(index, f"n.stem = ?{only}", (stem, *types))


def notes_with_id(index: "Index", *ids: str, stored: bool = False) -> list[NoteRecord]:
    """The notes with some ids, by path; a copied note may store the id of another.

    Args:
        stored: only notes that store the id themselves.
    """
    return _records(index, f"n.id IN {_LISTED}{' AND n.stored_id' if stored else ''}", (json.dumps(ids),))


def readable_notes(index: "Index") -> list[NoteRecord]:
    """All readable notes of a known type, by path."""
    return _records(index, "n.readable AND n.type <> ''")


def partners_with_role(index: "Index", role: str) -> list[NoteRecord]:
    """The partners with a role, folded, by name."""
    return _records(index, "n.type = 'partner' AND instr(n.role, '| ' || ? || ' |')", (role,), "n.name")


def partners_for_role(index: "Index", names: Sequence[str]) -> list[NoteRecord]:
    """The partners with a role, by any of its folded names, or with no role, unless they are not a fit; or all."""
    one = " OR ".join(["ifnull(n.role, '') = ''", *["instr(n.role, ?)"] * len(names)]) if names else "1"
    where = f"n.type = 'partner' AND ifnull(n.stage, '') <> ' | not a fit | ' AND ({one})"
    return _records(index, where, tuple(f"| {name} |" for name in names), "n.key")


def members(index: "Index", organization: int) -> list[NoteRecord]:
    """The partners who work at an organization, by name."""
    where = f"n.type = 'partner' AND n.works_at IN (SELECT name FROM {_PLACES} WHERE note = ?)"
    return _records(index, where, (organization,), "n.name, n.key")


def organizations(index: "Index") -> list[tuple[NoteRecord, int]]:
    """All organizations by name, each with its number of partners."""
    sql = f"SELECT p.note, count(*) FROM notes n JOIN {_PLACES} p ON p.name = n.works_at GROUP BY 1"
    numbers = dict(index.rows(sql))
    return [
        (each, numbers.get(each.key, 0)) for each in _records(index, "n.type = 'organization'", (), "n.name, n.key")
    ]


def referrals_sharing_codes(index: "Index") -> list[NoteRecord]:
    """The referrals whose client code is also in another referral."""
    filed = f"type = 'referral' AND {FEW} AND client <> ''"
    codes = f"SELECT client FROM notes WHERE {filed} GROUP BY client HAVING count(*) > 1"
    return _records(index, f"n.type = 'referral' AND n.{FEW} AND n.client IN ({codes})", order="n.key")


# Paths and ids ----------------------------------------------------------------------------------------------------


def paths_named(index: "Index", stem: str, kind: str = "") -> list[str]:
    """The paths of the notes with a name in links, of one type or of any."""
    only = " AND type = ?" if kind else ""
    return [
        path for (path,) in index.rows(f"SELECT path FROM notes WHERE stem = ?{only}", (stem, *filter(None, [kind])))
    ]


def paths_of_other_types(index: "Index", *types: str) -> list[str]:
    """The paths of the notes of none of some types."""
    return [path for (path,) in index.rows(f"SELECT path FROM notes WHERE type NOT IN ({_marks(types)})", types)]


def link_targets(index: "Index", target: str, types: Sequence[str] = PEOPLE) -> list[tuple[str, str]]:
    """Path and title of each note that a link can lead to, usually one, by path; `../` in the target is ignored."""
    its_stem, folder = target_of(re.sub(r"^(?:\.\.?/)+", "", target), "")
    sql = f"SELECT path, title, folder FROM notes WHERE stem = ? AND type IN ({_marks(types)}) ORDER BY path"
    return [
        (path, title) for path, title, place in index.rows(sql, (its_stem, *types)) if folder_matches(folder, place)
    ]


# Names and values -------------------------------------------------------------------------------------------------


def note_count(index: "Index") -> int:
    """The number of notes."""
    return int(index.rows("SELECT count(*) FROM notes")[0][0])


def has_notes(index: "Index", *types: str) -> bool:
    """Whether there is a note of one of some types, or of any."""
    return bool(index.rows(f"SELECT 1 FROM notes{f' WHERE type IN ({_marks(types)})' if types else ''} LIMIT 1", types))


def titles(index: "Index", *types: str) -> list[str]:
    """The titles of the notes of some types, in order: upper and lower case, and accents, make no difference."""
    rows = index.cached_rows(f"SELECT title FROM notes WHERE type IN ({_marks(types)}) ORDER BY name", types)
    return [title for (title,) in rows]


def names_to_match(
    index: "Index", types: Sequence[str], exactly: tuple[str, str, str, str] | None = None
) -> list[tuple[str, str, str, str, str]]:
    """Path, title, id, folded names and folded emails of the notes of some types.

    Args:
        exactly: only notes that fit a path or id, a name in links with or without `.md`, or a folded name between bars.
    """
    values = "path, title, id, ifnull(name, '') || ifnull(aliases, ''), ifnull(email, '')"
    sql = f"SELECT {values} FROM notes WHERE type IN ({_marks(types)})"
    if exactly is None:
        return index.rows(sql, types)
    named, *stems, phrase = exactly
    sql += " AND (path = ? OR id = ? OR stem IN (?, ?) OR instr(name, ?) OR instr(aliases, ?) OR instr(email, ?))"
    return index.rows(sql, (*types, named, named, *stems, phrase, phrase, phrase))


def partners_beginning(index: "Index", words: Sequence[str], most: int) -> list[tuple[str, str, object]]:
    """Path, title and role of the first partners, by name, whose names have words that begin like these, folded."""
    return index.rows(
        "SELECT n.path, n.title, json_extract(d.properties, '$.role') FROM notes n JOIN details d ON d.key = n.key "
        f"WHERE n.type = 'partner' AND {' AND '.join(['instr(n.name, ?)'] * len(words))} ORDER BY n.name LIMIT ?",
        (*(f" {word}" for word in words), most),
    )


def client_codes(index: "Index") -> list[str]:
    """The client codes of all referrals and releases, as written."""
    sql = "SELECT DISTINCT json_extract(d.properties, '$.client') FROM notes n JOIN details d ON d.key = n.key "
    return [str(code) for (code,) in index.rows(f"{sql} WHERE n.client <> '' ORDER BY 1")]


def is_role(index: "Index", role: str, kind: str = "") -> bool:
    """Whether a note, of one type or of any, has a role, folded."""
    only = f" AND type = '{kind}'" if kind else ""
    return bool(index.rows(f"SELECT 1 FROM notes WHERE instr(role, '| ' || ? || ' |'){only} LIMIT 1", (role,)))


def roles(index: "Index") -> list[str]:
    """Roles in use and roles in the playbook, folded."""
    rows = index.cached_rows(
        "SELECT DISTINCT role FROM notes WHERE role > '' UNION SELECT folded(stem) FROM notes WHERE type = 'role' "
        "ORDER BY 1"
    )
    return list(dict.fromkeys([member for (names,) in rows for member in members_of(names)]))


def members_of(folded: object) -> list[str]:
    """The members of a folded column, ` | one | another | `."""
    return [member for part in str(folded or "").split("|") if (member := part.strip())]


def role_aliases(index: "Index") -> list[tuple[str, str]]:
    """The aliases of the playbook's roles, each with the role's title."""
    return index.rows(
        "SELECT j.value, n.title FROM notes n JOIN details d ON d.key = n.key, json_each(d.properties, '$.aliases') j "
        "WHERE n.type = 'role' AND j.type = 'text'"
    )


def spellings(index: "Index", key: str) -> list[str]:
    """Titles of the notes of a type, and one spelling of each value that partners have in the property of that name."""
    one = f"iif(json_array_length(properties, '$.{key}') = 1, '[0]', '')"  # a list of one folds like the value itself
    rows = index.cached_rows(
        f"SELECT title FROM notes WHERE type = '{key}' UNION SELECT json_extract(properties, '$.{key}' || {one}) "
        f"FROM details WHERE json_type(properties, '$.{key}' || {one}) = 'text' AND key IN "
        f"(SELECT min(key) FROM notes WHERE type = 'partner' GROUP BY {key})"
    )
    return [text for (text,) in rows]


def values(index: "Index", key: str) -> list[str]:
    """The distinct texts of a property, each list member separately."""
    sql = "SELECT DISTINCT j.value FROM details d, json_each(d.properties, '$.' || ?) j WHERE j.type = 'text'"
    return [text for (text,) in index.cached_rows(sql, (key,))]


def folded_values(index: "Index", *columns: str) -> list[str]:
    """The distinct values of some folded columns."""
    sql = " UNION ".join(f"SELECT {column} FROM notes WHERE {column} > ''" for column in columns)
    return [text for (text,) in index.rows(sql)]


def other_names(index: "Index") -> list[str]:
    """Names of the properties in use that have no column."""
    sql = "SELECT DISTINCT j.key FROM details d, json_each(d.other) j WHERE d.other IS NOT NULL ORDER BY j.key"
    return [name for (name,) in index.cached_rows(sql)]


def other_values(index: "Index") -> list[tuple[str, str]]:
    """Name and folded value of the properties that have no column."""
    return index.rows("SELECT DISTINCT j.key, j.value FROM details d, json_each(d.other) j WHERE d.other IS NOT NULL")


def inheritable_values(index: "Index", columns: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Some folded columns of all organizations."""
    return index.cached_rows(f"SELECT {', '.join(columns)} FROM notes WHERE key IN (SELECT note FROM places)")


def organization_properties(index: "Index", names: Collection[str]) -> list[tuple[str, str]]:
    """The properties of organizations as JSON, by lookup name (`notes.workplaces`)."""
    return index.rows(
        f"SELECT p.name, d.properties FROM place p JOIN details d ON d.key = p.note WHERE p.name IN {_LISTED}",
        (json.dumps([*names]),),
    )


def body_text(index: "Index", key: int) -> str:
    """A note's text as the full-text search has it."""
    return "\n".join(body for (body,) in index.rows("SELECT body FROM search WHERE rowid = ?", (key,)))


# Lists ------------------------------------------------------------------------------------------------------------


ORDERS = {
    "name": "n.name", "last": "n.last_contact", "role": "n.role", "organization": "n.organization",
    "stage": f"nullif(instr('{fold_members(STAGES)}', n.stage), 0)",
    "city": "ifnull(n.city, (SELECT o.city FROM place p JOIN notes o ON o.key = p.note WHERE p.name = n.works_at))",
}  # fmt: skip
"""Sort orders of a list; a leading minus reverses the order. Stages have their own order."""

OWN = {
    "name": "n.title", "last": "n.last_contact", "last_contact": "n.last_contact", "path": "n.path", "type": "n.type",
    "id": "n.id",
}  # fmt: skip
"""Values of a list that come from the record, not from a property."""


def matching_keys(index: "Index", condition: "Compiled", types: Collection[str], order: str) -> list[int]:
    """Keys of the notes that match a condition, in order.

    Args:
        types: only notes of these types; empty for all.
        order: one of ORDERS; a leading minus reverses it.
    """
    # As one text: thousands of single-number rows would take a third longer.
    sql = f"SELECT json_group_array(key) FROM (SELECT n.key {_matching(condition)}{_end(types, order)})"
    read = index.cached_rows if condition.where == "1" else index.rows  # repeated by every half-typed filter word
    return _numbers(read(sql, (*condition.parameters, *types)))


def keys_with_words(index: "Index", condition: "Compiled") -> list[int]:
    """Keys of the notes that a condition of words alone finds (`Compiled.only_words`), in no order."""
    return _numbers(index.rows("SELECT json_group_array(rowid) FROM search WHERE search MATCH ?", condition.parameters))


def best_keys(index: "Index", condition: "Compiled", words: str, most: int) -> list[int]:
    """Keys of the notes that match a condition, the best match of some words first.

    Args:
        words: for the full-text search.
        most: number of keys.
    """
    ranks = "LEFT JOIN (SELECT rowid AS note, rank FROM search WHERE search MATCH ?) s ON s.note = n.key"
    sql = f"SELECT n.key {_matching(condition, ranks)} ORDER BY s.rank NULLS LAST, n.title LIMIT ?"
    return [key for (key,) in index.rows(sql, (words, *condition.parameters, most))]


def matching_values(
    index: "Index", condition: "Compiled", names: Sequence[str], types: Collection[str], order: str
) -> list[tuple[Any, ...]]:
    """Some properties of the notes that match a condition, in order.

    Args:
        names: of properties.
        types, order: as for `matching_keys`.

    Returns:
        For each note: the properties as a JSON array, then the values of OWN, then the lookup name of the organization.
    """
    paths = [f'$."{name}"' for name in names] + ["$.type", "$.type"]  # with two or more paths, the result is an array
    sql = (
        f"SELECT json_extract(d.properties{',?' * len(paths)}), {', '.join(OWN.values())}, n.works_at "
        f"{_matching(condition._replace(uses_details=True))}{_end(types, order)}"
    )
    return index.rows(sql, (*paths, *condition.parameters, *types))


def partner_stages(index: "Index") -> list[tuple[int, str | None]]:
    """Key and stage of every partner, by name."""
    return index.rows("SELECT key, trim(stage, ' |') FROM notes WHERE type = 'partner' ORDER BY name, key")


def _matching(condition: "Compiled", more: str = "") -> str:
    """The end of a SELECT over the notes `n` that match a condition; `more` joins another table."""
    return (
        f"FROM notes n {more}"
        + (" JOIN details d ON d.key = n.key" if condition.uses_details else "")
        + (" LEFT JOIN due ON due.note = n.key" if condition.uses_due else "")
        + f" WHERE ({condition.where})"
    )


def _end(types: Collection[str], order: str) -> str:
    column = ORDERS[order.removeprefix("-")]
    only = f" AND n.type IN ({_marks(types)})" if types else ""
    by = f"{column}{' DESC' if order.startswith('-') else ''}"
    if column == ORDERS["name"]:
        return f"{only} ORDER BY {by}, n.key"
    if order != "last":  # never contacted sorts as oldest; other missing values come last
        by += " NULLS LAST"
    return f"{only} ORDER BY {by}, n.name, n.key"


def _numbers(rows: list[tuple[Any, ...]]) -> list[int]:
    return [*json.loads(rows[0][0])]


def _marks(values: Collection[object]) -> str:
    return ",".join("?" * len(values))
