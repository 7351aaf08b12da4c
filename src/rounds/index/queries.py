"""What the index knows of notes: records, names and values. One function for each question.

Call them with `Vault.ask`, which gives the index; schema.sql has the types of the columns.
"""

import json
from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from rounds.notes.links import leads, target_of

if TYPE_CHECKING:
    from rounds.index.writer import Index

RECORDS = """
SELECT n.key, n.path, n.type, n.title, n.id, n.readable, n.last_contact, d.properties
FROM notes n JOIN details d ON d.key = n.key"""
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
    return _records(index, f"n.type IN ({_marks(types)})", types)


def notes_named(index: "Index", stem: str, *types: str) -> list[NoteRecord]:
    """The notes with a name in links (`notes.links.stem`), of some types or of any, by path."""
    only = f" AND n.type IN ({_marks(types)})" if types else ""
    return _records(index, f"n.stem = ?{only}", (stem, *types))


def notes_with_id(index: "Index", *ids: str) -> list[NoteRecord]:
    """The notes with some ids, stored or derived, by path."""
    return _records(index, f"n.id IN {_LISTED}", (json.dumps(ids),))


def notes_with_stored_id(index: "Index", id_: str) -> list[NoteRecord]:
    """The notes that store an id; more than one if a note was copied."""
    return _records(index, "n.id = ? AND n.stored_id", (id_,))


def readable_notes(index: "Index") -> list[NoteRecord]:
    """All readable notes of a known type, by path."""
    return _records(index, "n.readable AND n.type <> ''")


def partners_with_role(index: "Index", role: str) -> list[NoteRecord]:
    """The partners with a role, folded, by name."""
    return _records(index, "n.type = 'partner' AND instr(n.role, '| ' || ? || ' |')", (role,), "n.name")


def partners_for_role(index: "Index", role: str) -> list[NoteRecord]:
    """The partners with a role, folded, or with no known role, unless they are not a fit; all if the role is empty."""
    where = (
        "n.type = 'partner' AND ifnull(n.stage, '') <> ' | not a fit | ' "
        "AND (ifnull(n.role, '') = '' OR instr(n.role, ?))"
    )
    return _records(index, where, (f"| {role} |" if role else "",), "n.key")


def members(index: "Index", organization: int) -> list[NoteRecord]:
    """The partners who work at an organization, by name."""
    where = f"n.type = 'partner' AND n.works_at IN (SELECT name FROM {_PLACES} WHERE note = ?)"
    return _records(index, where, (organization,), "n.name, n.key")


def organizations(index: "Index") -> list[tuple[NoteRecord, int]]:
    """All organizations by name, each with its number of partners."""
    sql = f"SELECT p.note, count(*) FROM notes n JOIN {_PLACES} p ON p.name = n.works_at GROUP BY 1"
    numbers = dict(index.rows(sql))
    found = _records(index, "n.type = 'organization'", order="n.name, n.key")
    return [(entry, numbers.get(entry.key, 0)) for entry in found]


def referrals_sharing_codes(index: "Index") -> list[NoteRecord]:
    """The referrals whose client code is also in another referral."""
    codes = "SELECT client FROM notes WHERE type = 'referral' AND client <> '' GROUP BY client HAVING count(*) > 1"
    return _records(index, f"n.type = 'referral' AND n.client IN ({codes})", order="n.key")


# Paths and ids ----------------------------------------------------------------------------------------------------


def keys_at(index: "Index", paths: Sequence[str]) -> list[int]:
    """The keys of the notes at some paths; missing notes are left out."""
    sql = f"SELECT key FROM notes WHERE key IN (SELECT key FROM files WHERE path IN {_LISTED})"
    return [key for (key,) in index.rows(sql, (json.dumps(paths),))]


def paths_named(index: "Index", stem: str, kind: str = "") -> list[str]:
    """The paths of the notes with a name in links, of one type or of any."""
    only = " AND type = ?" if kind else ""
    return [
        path for (path,) in index.rows(f"SELECT path FROM notes WHERE stem = ?{only}", (stem, *filter(None, [kind])))
    ]


def paths_with_id(index: "Index", id_: str) -> list[str]:
    """The paths of the notes with an id, stored or derived."""
    return [path for (path,) in index.rows("SELECT path FROM notes WHERE id = ?", (id_,))]


def stored_ids(index: "Index", paths: Sequence[str]) -> dict[str, str]:
    """Stored ids by path; notes without one are left out."""
    sql = f"SELECT path, id FROM notes WHERE stored_id AND path IN {_LISTED}"
    return dict(index.rows(sql, (json.dumps(paths),)))


def paths_by_stored_id(index: "Index", ids: Sequence[str]) -> dict[str, str]:
    """Paths by stored id; ids that are missing, or in more than one note, are left out."""
    sql = f"SELECT id, path FROM notes WHERE stored_id AND id IN {_LISTED} GROUP BY id HAVING count(*) = 1"
    return dict(index.rows(sql, (json.dumps(ids),)))


def link_targets(index: "Index", target: str, source: str, types: Sequence[str]) -> list[tuple[str, str]]:
    """Path and title of each note that a link can lead to, by path.

    Args:
        target: the link's target.
        source: path of the note with the link.
    """
    its_stem, folder = target_of(target, source)
    sql = f"SELECT path, title, folder FROM notes WHERE stem = ? AND type IN ({_marks(types)}) ORDER BY path"
    return [(path, title) for path, title, place in index.rows(sql, (its_stem, *types)) if leads(folder, place)]


# Names ------------------------------------------------------------------------------------------------------------


def has_notes(index: "Index", *types: str) -> bool:
    """Whether there is a note of one of some types, or of any."""
    return bool(index.rows(f"SELECT 1 FROM notes{f' WHERE type IN ({_marks(types)})' if types else ''} LIMIT 1", types))


def titles(index: "Index", *types: str) -> list[str]:
    """The titles of the notes of some types, in order."""
    sql = f"SELECT title FROM notes WHERE type IN ({_marks(types)}) ORDER BY title"
    return [title for (title,) in index.rows(sql, types)]


def _marks(values: Collection[object]) -> str:
    return ",".join("?" * len(values))
