"""Ids that tell notes apart: no two notes have one id that came from us (vault format, `id`)."""

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from rounds.index.writer import Index

_LENGTH = 12
"""Of a derived id."""

_SHARED = "SELECT id FROM notes GROUP BY id HAVING count(*) > 1 AND min(stored_id) = 0"
_SHARED_TOUCHED = """
SELECT n.id FROM touched t JOIN notes n ON n.key = t.key JOIN notes o ON o.id = n.id AND o.key <> n.key
WHERE NOT (n.stored_id AND o.stored_id)"""
_SECOND = "SELECT id FROM notes WHERE NOT stored_id AND id GLOB '*-*'"  # a hash has no hyphen
_WITH = "SELECT key, path, id, stored_id FROM notes WHERE id = ?1 OR id > ?1 || '-' AND id < ?1 || '.'"

_UNSTORED = "SELECT id FROM notes WHERE key = (SELECT key FROM files WHERE path = ?) AND NOT stored_id"


def numbered(id_: str, taken: Iterable[str]) -> str:
    """An id that nobody has: this one, else with the next number behind it."""
    used, number, free = set(taken), 1, id_
    while free in used:
        number += 1
        free = f"{id_}-{number}"
    return free


def one_maker(one: str, other: str) -> bool:
    """Whether two ids are the same, or differ in a number that `numbered` put behind."""
    base = one.partition("-")[0]
    return one == other or (len(base) == _LENGTH and base == other.partition("-")[0])


def tell_apart(connection: sqlite3.Connection, *, all_: bool) -> list[int]:
    """Give each note that stores no id one that no other note has; keys of the notes that have another one now.

    Two notes come to one derived id where their names differ in Unicode form alone, or where one has moved away with
    it and another has taken its place. What is stored stays; of the others the name in NFC comes first. The same notes
    have the same ids, whatever the order in which they came.

    Args:
        connection: of the index.
        all_: look at all notes, not only at those that are touched.
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
    """The id for a note that stores none: as the index has it, else derived, else the next one that is free."""
    connection = index.connection
    row = connection.execute(_UNSTORED, (path,)).fetchone()
    if row is not None:
        return str(row[0])
    from rounds.index.rows import derived_id  # loads every parser

    base = derived_id(vault, path)
    return numbered(base, [id_ for _, other, id_, _ in connection.execute(_WITH, (base,)) if other != path])
