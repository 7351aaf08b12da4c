"""Problems between notes: shared names and ids, unclear links, notes without a type.

Each begins with what few notes have, so it takes one to two milliseconds for 10,000 notes: these are found again after
any change. Call the functions with `Vault.ask`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rounds.index.writer import Index

_SHARED_NAMES = "(SELECT stem FROM notes GROUP BY stem HAVING count(*) > 1)"


def ambiguous_links(index: "Index") -> list[tuple[str, int, str, str, str]]:
    """Path, line and property of each link that could mean two notes, and the first two paths."""
    rows = index.rows(
        "SELECT s.path, k.line, k.property, n.path, o.path, min(k.property || char(0) || n.path || char(0) || o.path) "
        f"FROM {_SHARED_NAMES} h CROSS JOIN links k ON k.target = h.stem AND k.folder = '' "
        "JOIN notes s ON s.key = k.note JOIN notes n ON n.stem = k.target AND n.type <> '' "
        "JOIN notes o ON o.stem = k.target AND o.path > n.path GROUP BY s.key, k.line, k.target"
    )
    return [(path, line, property_, first, second) for path, line, property_, first, second, _ in rows]


def paths_sharing_names(index: "Index") -> list[str]:
    """Paths of the notes whose name in links another note has too, unless none of them has a type."""
    typed = "SELECT 1 FROM notes t WHERE t.stem = h.stem AND t.type <> ''"
    sql = f"SELECT n.path FROM {_SHARED_NAMES} h CROSS JOIN notes n ON n.stem = h.stem WHERE EXISTS ({typed})"
    return [path for (path,) in index.rows(f"{sql} ORDER BY n.key")]


def duplicate_ids(index: "Index") -> list[tuple[str, str, str]]:
    """Path and stored id of each note whose id another one has too, and the path of that one."""
    return index.rows(
        "SELECT n.path, n.id, min(o.path) FROM (SELECT id FROM notes GROUP BY id HAVING count(*) > 1) h "
        "CROSS JOIN notes n ON n.id = h.id AND n.stored_id CROSS JOIN notes o ON o.id = h.id AND o.key <> n.key "
        "GROUP BY n.key"
    )


def untyped_with_followups(index: "Index") -> list[str]:
    """Paths of the notes without a known type that have an open task, in order."""
    task = "SELECT 1 FROM followups f WHERE f.note = n.key AND f.status = 'open'"
    rows = index.rows(
        f"SELECT path FROM notes n WHERE n.type = '' AND n.type <> 'partner' AND EXISTS ({task}) ORDER BY path"
    )
    return [path for (path,) in rows]


def paths_without_type(index: "Index") -> list[str]:
    """Paths of the notes in folders that have neither a type nor the property, in order."""
    rows = index.rows(
        "SELECT n.path FROM notes n JOIN details d ON d.key = n.key WHERE n.type = '' AND n.type <> 'partner' "
        "AND instr(n.path, '/') AND json_type(d.properties, '$.type') IS NULL ORDER BY n.path"
    )
    return [path for (path,) in rows]


def ends_of_folders(index: "Index") -> list[tuple[str, str]]:
    """The first and the last path of each folder that has notes; folders that differ only in case count as one."""
    return index.rows("SELECT min(path), max(path) FROM notes GROUP BY folder")
