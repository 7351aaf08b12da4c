"""Unique ids for notes that store none (vault format, `id`)."""

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from rounds.index.writer import Index

_LENGTH = 12
"""Length of a derived id."""

_SHARED = "SELECT id FROM notes GROUP BY id HAVING count(*) > 1 AND min(stored_id) = 0"
_SHARED_TOUCHED = """
SELECT n.id FROM touched t JOIN notes n ON n.key = t.key JOIN notes o ON o.id = n.id AND o.key <> n.key
WHERE NOT (n.stored_id AND o.stored_id)"""
_SECOND = "SELECT id FROM notes WHERE NOT stored_id AND id GLOB '*-*'"  # a hash has no hyphen
_WITH = "SELECT key, path, id, stored_id FROM notes WHERE id = ?1 OR id > ?1 || '-' AND id < ?1 || '.'"

_UNSTORED = "SELECT id FROM notes WHERE key = (SELECT key FROM files WHERE path = ?) AND NOT stored_id"


def numbered(id_: str, taken: Iterable[str]) -> str:
    """A free id: this one, or else with the next number appended."""
    used, number, free = set(taken), 1, id_
    while free in used:
        number += 1
        free = f"{id_}-{number}"
    return free


def one_maker(one: str, other: str) -> bool:
    """Whether two ids are the same, or differ only in a number appended by `numbered`."""
    base = one.partition("-")[0]
    return one == other or (len(base) == _LENGTH and base == other.partition("-")[0])


def tell_apart(connection: sqlite3.Connection, *, all_: bool) -> list[int]:
    """Give each note that stores no id a unique one; return the keys of the notes whose id changed.

    Two notes derive the same id if their names differ only in Unicode form, or if one moved away with its id and
    another took its path. Stored ids stay; among the others, the name in NFC comes first. The same notes get the same
    ids in any order.

    Args:
        connection: connection to the index.
        all_: check all notes, not only touched ones.
    """
    ids = [id_ for sql in (_SHARED if all_ else _SHARED_TOUCHED, _SECOND) for (id_,) in connection.execute(sql)]
    changed: list[int] = []
    for base in dict.fromkeys(id_.partition("-")[0] for id_ in ids):
        rows = connection.execute(_WITH, (base,)).fetchall()
        taken = {id_ for _, _, id_, stored in rows if stored}
        free = [row for row in rows if not row[3]]
        for key, _, id_, _ in sorted(free, key=lambda row: (row[1] != normalize("NFC", row[1]), row[1])):
            own = numbered(base, taken)
            taken.add(own)
            if own != id_:
                connection.execute("UPDATE notes SET id = ? WHERE key = ?", (own, key))
                changed.append(key)
    return changed


def own_id(index: "Index", vault: str, path: str) -> str:
    """The id for a note that stores none: from the index, or else derived, with a number if that one is taken."""
    connection = index.connection
    row = connection.execute(_UNSTORED, (path,)).fetchone()
    if row is not None:
        return str(row[0])
    from rounds.index.rows import derived_id  # loads every parser

    base = derived_id(vault, path)
    return numbered(base, [id_ for _, other, id_, _ in connection.execute(_WITH, (base,)) if other != path])
