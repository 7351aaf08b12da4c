"""`rounds gaps`: niches by role, and missing contacts."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rounds.cli.json_shapes import cell_shape
from rounds.cli.options import command
from rounds.cli.output import BOLD, GAP, PLAIN, say, table, wrapped
from rounds.cli.output import cells as columns
from rounds.cli.session import Session

if TYPE_CHECKING:
    from rounds.domain.network import Cell

_ROOM = 20
"""Minimum width of the column with known names, in terminal columns."""


@command("gaps", '{"cells": [CELL], "empty": NUMBER, "missing": [NICHE]}')
def gaps(session: Session) -> None:
    """Show in which niches and roles nobody is known.

    The niches are those of Practice.md and the team's notes, and what every practice needs; their roles stand in
    Playbook/Niches, and where to look in Playbook/Roles. Where nobody is known comes first.
    """
    from rounds.vault.network import all_gaps

    found = all_gaps(session.vault)
    session.out.show(
        lambda: {
            "cells": [cell_shape(cell) for cell in found.cells],
            "empty": sum(cell.empty for cell in found.cells),
            "missing": found.missing,
        },
        lambda: _lines(found.cells, session.out.width),
    )
    for name in found.missing:
        say(f"There is no note for the niche {name} in the playbook; one that lists its roles makes it count here.")
    if not any(cell.niche.own for cell in found.cells):
        say("Your own niches can be named in Practice.md, under niches.")


def _lines(cells: Sequence["Cell"], width: int) -> Iterator[str]:
    if not cells:
        yield "No niche has roles yet. Notes in Playbook/Niches list them."
        return
    yield from _rows(cells, width)
    empty = {cell.role.name: cell.role for cell in cells if cell.empty and cell.role.where}
    if empty:
        yield from ("", f"{BOLD}Where to look{PLAIN}")
    for role in empty.values():
        yield from wrapped(f"{role.name}: {'; '.join(role.where)}", width)


def _rows(cells: Sequence["Cell"], width: int) -> Iterator[str]:
    """Niche, role and known names; the names go below if there is little room beside, and nothing is cut."""
    names = table([("niche", "role"), *((cell.niche.name, cell.role.name) for cell in cells)])
    known = ["known", *map(_known, cells)]
    wide = max(map(columns, names)) + len(GAP)
    for name, words in zip(names, known, strict=True):
        if width and width - wide < _ROOM:
            yield from (*wrapped(name, width), *wrapped(words, width, GAP * 2))
        else:
            first, *more = wrapped(words, width, " " * wide)
            yield from (name + " " * (wide - columns(name)) + first.strip(), *more)


def _known(cell: "Cell") -> str:
    counts = [f"{number} {stage}" for stage, number in cell.stages.items() if number]
    return ", ".join(counts if not cell.empty else ["nobody yet", *counts])
