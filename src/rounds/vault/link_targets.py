"""Notes that a link can lead to, looked up in the index."""

import re

from rounds.notes.links import leads, target_of
from rounds.vault.vault import Vault

PEOPLE = ("partner", "organization")
"""The types of notes that names on the command line stand for."""


def links_to(vault: Vault, target: str, types: tuple[str, ...] = PEOPLE, source: str = "") -> list[tuple[str, str]]:
    """Path and name of each note that a link can lead to: most often one.

    Args:
        target: of the link, as meant.
        source: path of the note that holds it; empty where it could be any, so that `../` says nothing.
    """
    its_stem, folder = target_of(target if source else re.sub(r"^(?:\.\.?/)+", "", target), source)
    marks = ",".join("?" * len(types))
    rows = vault.rows(
        f"SELECT path, title, folder FROM notes WHERE stem = ? AND type IN ({marks}) ORDER BY path", (its_stem, *types)
    )
    return [(path, title) for path, title, place in rows if leads(folder, place)]
