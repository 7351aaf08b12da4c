"""What people and organizations are compared by, and when that last changed."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rounds.index.writer import Index

COMPARED = ("email", "phone", "npi", "organization", "aliases", "city", "role", "not_same")
"""The properties by which duplicates are found, besides the name."""

ContactRow = tuple[str, str, str, str, int]
"""Path, title, type, the properties in COMPARED as a JSON array, and the size of all that people wrote themselves."""

_ROWS = f"""
SELECT n.path, n.title, n.type, json_extract(d.properties, {", ".join(f"'$.{key}'" for key in COMPARED)}),
  length(json_remove(d.properties, '$.id', '$.last_contact'))
FROM notes n JOIN details d ON d.key = n.key WHERE n.type IN ('partner', 'organization')"""

TYPES = ("partner", "organization")
"""The types that are compared, each by itself."""

_CHANGE = "last change of a "
"""Beginning of the names in the table `meta` of the numbers of the last changes; the type follows."""


def contacts(index: "Index", kind: str = "") -> list[ContactRow]:
    """All partners and organizations, or those of one type, by path."""
    only, parameters = (" AND n.type = ?", (kind,)) if kind else ("", ())
    return index.rows(f"{_ROWS}{only} ORDER BY n.path", parameters)


def last_change(index: "Index", kind: str) -> int:
    """A number that is raised when what is compared of any note of a type changes, or one comes or goes."""
    row = index.connection.execute("SELECT value FROM meta WHERE name = ?", (_CHANGE + kind,)).fetchone()
    return int(row[0]) if row is not None else 0


@contextmanager
def noted(connection: sqlite3.Connection, keys: Collection[int]) -> Iterator[None]:
    """Raise `last_change` if the writes inside change what is compared of some notes, by their keys."""
    sql = f"{_ROWS} AND n.key IN ({','.join(map(str, keys))}) ORDER BY n.key"
    before = connection.execute(sql).fetchall()
    yield
    after = connection.execute(sql).fetchall()
    for kind in TYPES if after != before else ():
        if [row for row in before if row[2] == kind] != [row for row in after if row[2] == kind]:
            raised = "INSERT INTO meta VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1"
            connection.execute(raised, (_CHANGE + kind,))
