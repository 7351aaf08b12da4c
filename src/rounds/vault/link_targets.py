"""Notes that a link can lead to, looked up in the index."""

import re

from rounds.index import queries
from rounds.vault.vault import Vault

PEOPLE = ("partner", "organization")
"""The types of notes that names on the command line stand for."""


def links_to(vault: Vault, target: str, types: tuple[str, ...] = PEOPLE, source: str = "") -> list[tuple[str, str]]:
    """Path and name of each note a link can lead to, usually one.

    Args:
        target: the link's target.
        source: path of the note with the link; empty if unknown, then `../` is ignored.
    """
    return vault.ask(queries.link_targets, target if source else re.sub(r"^(?:\.\.?/)+", "", target), source, types)
