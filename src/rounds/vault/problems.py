"""All problems of a vault: those of each note, and those that only two notes together have."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rounds.domain.problem import Level, Problem
from rounds.errors import QueryError
from rounds.formats.links import first_target
from rounds.store.settings import FILE

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_DUPLICATE_IDS = """
SELECT n.path, n.id, min(o.path) FROM notes n JOIN notes o ON o.id = n.id AND o.key <> n.key
WHERE n.stored_id GROUP BY n.key"""

_AMBIGUOUS = """
SELECT DISTINCT s.path, k.line, k.property, n.path, o.path FROM links k JOIN notes s ON s.key = k.note
JOIN notes n ON n.stem = k.target JOIN notes o ON o.stem = k.target AND o.path > n.path
WHERE k.folder = '' AND n.type <> '' GROUP BY s.key, k.line, k.target"""

_NOWHERE = """
SELECT s.path, json_extract(d.properties, '$.partner') FROM notes s JOIN details d ON d.key = s.key
JOIN links k ON k.note = s.key AND k.property = 'partner'
LEFT JOIN notes n ON n.stem = k.target WHERE s.type IN ('referral', 'release') AND n.key IS NULL"""


def all_problems(vault: "Vault") -> list[Problem]:
    """Settings first, then by path and line."""
    rows = vault.rows('SELECT message, line, "column", hint, level, path FROM problems')
    found = [Problem(str(m), int(str(n)), int(str(c)), str(h), Level(str(v)), str(p)) for m, n, c, h, v, p in rows]
    found += _between(vault)
    return [*vault.settings_problems, *_feeds(vault), *sorted(found, key=lambda p: (p.path, p.line, p.column))]


def _feeds(vault: "Vault") -> Iterator[Problem]:
    from rounds.vault.catalog import compiled

    for name, feed in vault.settings.feeds.items():
        try:
            compiled(vault, feed.query)
        except QueryError as error:
            yield Problem(f"[feeds.{name}] query: {error.message}", hint=error.hint, path=FILE)


def _between(vault: "Vault") -> Iterator[Problem]:
    for path, id_, other in vault.rows(_DUPLICATE_IDS):
        yield Problem(
            f"the id {id_} is also in {other}",
            hint="One of the two is a copy: take the id line out of it, and it gets its own.",
            path=str(path),
        )
    for path, line, name, first, second in vault.rows(_AMBIGUOUS):
        where = f"{name}: " if name else ""
        yield Problem(
            f"{where}this link could mean {first} or {second}",
            line=max(1, int(str(line))),
            hint="Write the folder into the link, or rename one of the two.",
            path=str(path),
        )
    for path, link in vault.rows(_NOWHERE):
        yield Problem(
            f'partner: there is no note named "{first_target(link)}"',
            hint="Correct the link, or add the partner.",
            path=str(path),
        )
