"""Notes that a link can lead to, looked up in the index."""

import re

from rounds.notes.links import folder_matches, target_of
from rounds.vault.vault import Vault

PEOPLE = ("partner", "organization")
"""The types of notes that names on the command line stand for."""


def links_to(vault: Vault, target: str, types: tuple[str, ...] = PEOPLE, source: str = "") -> list[tuple[str, str]]:
    """Path and name of each note a link can lead to, usually one.

    Args:
        target: the link's target.
        source: path of the note with the link; empty if unknown, then `../` is ignored.
    """
    its_stem, folder = target_of(target if source else re.sub(r"^(?:\.\.?/)+", "", target), source)
    marks = ",".join("?" * len(types))
    rows = vault.rows(
        f"SELECT path, title, folder FROM notes WHERE stem = ? AND type IN ({marks}) ORDER BY path", (its_stem, *types)
    )
    return [(path, title) for path, title, place in rows if folder_matches(folder, place)]
