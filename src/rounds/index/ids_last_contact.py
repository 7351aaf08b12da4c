"""Values of a note that depend on others: its unique id (vault format, `id`), and a partner's last contact."""

import json
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    import sqlite3

    from rounds.index.writer import Index

_LISTED = "(SELECT value FROM json_each(?))"

_LENGTH = 12
"""Length of a derived id."""

_SHARED = "SELECT id FROM notes GROUP BY id HAVING count(*) > 1 AND min(stored_id) = 0"
_SHARED_TOUCHED = """
SELECT n.id FROM touched t JOIN notes n ON n.key = t.key JOIN notes o ON o.id = n.id AND o.key <> n.key
WHERE NOT (n.stored_id AND o.stored_id)"""
_SECOND = "SELECT id FROM notes WHERE NOT stored_id AND id GLOB '*-*'"  # a hash has no hyphen
_WITH = "SELECT key, path, id, stored_id FROM notes WHERE id = ?1 OR id > ?1 || '-' AND id < ?1 || '.'"

_UNSTORED = "SELECT id FROM notes WHERE key = (SELECT key FROM files WHERE path = ?) AND NOT stored_id"


def derived_id(vault: str, path: str) -> str:
    """The id of a note that stores none: a hash of vault id and NFC path (vault format, `id`)."""
    name = normalize("NFC", path)
    return blake2b(f"{vault}\0{name}".encode(), digest_size=6).hexdigest()


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


def tell_apart(connection: "sqlite3.Connection", *, all_: bool) -> list[int]:
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
    base = derived_id(vault, path)
    return numbered(base, [id_ for _, other, id_, _ in connection.execute(_WITH, (base,)) if other != path])


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


def keys_at(index: "Index", paths: Sequence[str]) -> list[int]:
    """The keys of the notes at some paths; missing notes are left out."""
    sql = f"SELECT key FROM notes WHERE key IN (SELECT key FROM files WHERE path IN {_LISTED})"
    return [key for (key,) in index.rows(sql, (json.dumps(paths),))]


def is_code_used(index: "Index", code: str) -> bool:
    """Whether a referral or release has a client code, folded."""
    return bool(index.rows("SELECT 1 FROM notes WHERE client = ? LIMIT 1", (code,)))


# Last contact -----------------------------------------------------------------------------------------------------

_LEADS = "({k}.folder = '' OR {n}.folder = {k}.folder OR ({k}.folder NOT LIKE '//%' AND instr({n}.folder, {k}.folder)))"

LEADS = _LEADS.format(k="k", n="n")
"""Condition: link k can mean note n, whose stem is its target (see `notes.links.leads`)."""

NO_LINK = f"""NOT EXISTS (
    SELECT 1 FROM links r JOIN notes t ON t.stem = r.target AND {_LEADS.format(k="r", n="t")}
    WHERE r.note = {{note}} AND r.property = 'partner')"""
"""Condition: the partner link of a referral or release leads nowhere."""

STANDS_IN = f"k.property = 'partner_id' AND {NO_LINK.format(note='k.note')}"
"""Condition: link k, by partner id, counts because the link by name leads nowhere."""

# A partner's touches in other notes: log entries of organizations that link to the partner, and referrals.
_ELSEWHERE = """notes o JOIN links k ON k.note = o.key AND o.type IN ('organization', 'referral')
    JOIN log l ON l.note = k.note AND l.line = k.line AND l.touch AND l.date <= :today"""

_LAST_CONTACT = f"""
UPDATE notes SET last_contact = (SELECT max(day) FROM (
  SELECT notes.written_contact AS day
  UNION ALL SELECT max(date) FROM log WHERE note = notes.key AND touch AND date <= :today
  UNION ALL SELECT max(l.date) FROM {_ELSEWHERE}
    WHERE k.target = notes.stem AND k.property IN ('', 'partner') AND {_LEADS.format(k="k", n="notes")}
  UNION ALL SELECT max(l.date) FROM {_ELSEWHERE} WHERE k.target = notes.id AND {STANDS_IN}
)) WHERE type = 'partner' AND key IN (SELECT key FROM touched)"""

# The same for a first index, whose rows already have the latest date from the note itself.
_RAISE_LAST_CONTACT = f"""
UPDATE notes SET last_contact = m.day FROM (
  SELECT key, max(day) AS day FROM (  -- few notes can be `o`: begin with them
    SELECT n.key AS key, l.date AS day FROM {_ELSEWHERE} CROSS JOIN notes n ON n.stem = k.target AND n.type = 'partner'
      WHERE k.property IN ('', 'partner') AND {LEADS}
    UNION ALL SELECT n.key, l.date FROM {_ELSEWHERE} CROSS JOIN notes n ON n.id = k.target AND n.type = 'partner'
      WHERE {STANDS_IN}) GROUP BY key
) m WHERE notes.key = m.key AND ifnull(notes.last_contact, '') < m.day"""

# One statement, in this join order, so that notes are scanned at most once, not once per key.
AFFECTED = """
SELECT t.value FROM json_each(?1) t UNION
SELECT n.key FROM json_each(?1) t CROSS JOIN links k ON k.note = t.value CROSS JOIN notes n ON n.stem = k.target UNION
SELECT n.key FROM json_each(?1) t CROSS JOIN links k ON k.note = t.value AND k.property = 'partner_id'
  CROSS JOIN notes n ON n.id = k.target UNION
SELECT n.key FROM json_each(?1) t CROSS JOIN notes s ON s.key = t.value
  CROSS JOIN links p ON p.target = s.stem AND p.property = 'partner'
  CROSS JOIN links k ON k.note = p.note AND k.property = 'partner_id' CROSS JOIN notes n ON n.id = k.target"""
"""Keys of notes, given as a JSON array, and of those with values derived from them: link targets, partners by id."""

DUE_BETWEEN = "SELECT DISTINCT note FROM log WHERE date > ? AND date <= ?"
"""Keys of the notes with entries dated after one day, up to another."""


def mark_touched(connection: "sqlite3.Connection", keys: Iterable[int]) -> None:
    """Mark derived values as stale: of these notes, their link targets, and partners found by id instead."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (key INTEGER PRIMARY KEY)")
    connection.execute(f"INSERT OR IGNORE INTO touched {AFFECTED}", (f"[{','.join(map(str, keys))}]",))


def derive(connection: "sqlite3.Connection", today: str, day: str) -> None:
    """Give touched notes their own ids and last contacts, and notes with entries dated between the two days.

    Args:
        today: ISO date up to which entries count.
        day: ISO date up to which they counted so far.
    """
    first, last = sorted((today, day))
    mark_touched(connection, [key for (key,) in connection.execute(DUE_BETWEEN, (first, last))] if first < last else [])
    mark_touched(connection, tell_apart(connection, all_=False))
    connection.execute(_LAST_CONTACT, {"today": today})


def derive_first(connection: "sqlite3.Connection", today: str) -> None:
    """The same for all notes of a first fill."""
    tell_apart(connection, all_=True)
    connection.execute(_RAISE_LAST_CONTACT, {"today": today})


def late_last_contacts(index: "Index") -> int:
    """Number of the readable partner notes whose own last_contact is too early."""
    sql = (
        "SELECT count(*) FROM notes WHERE type = 'partner' AND readable AND last_contact > ifnull(written_contact, '')"
    )
    return int(index.rows(sql)[0][0])


def last_contact_at(index: "Index", path: str) -> str:
    """The last contact of the note at a path, as ISO date; empty if there is none."""
    rows = index.rows("SELECT last_contact FROM notes WHERE key = (SELECT key FROM files WHERE path = ?)", (path,))
    return (rows[0][0] or "") if rows else ""


def has_contacts(index: "Index") -> bool:
    """Whether any partner was ever contacted."""
    return bool(index.rows("SELECT 1 FROM notes WHERE type = 'partner' AND last_contact IS NOT NULL LIMIT 1"))
