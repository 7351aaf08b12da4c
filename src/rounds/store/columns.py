"""The columns of the index that hold properties, and what reading a note needs besides its bytes."""

from collections.abc import Sequence
from typing import NamedTuple

from rounds.domain.fields import DATES, FIELDS, Kind

FOLDED = tuple(field.column for field in FIELDS if field.kind in (Kind.CHOICE, Kind.WORDS, Kind.NAME))
"""Known properties that stand in folded columns of `notes`."""

DATED = tuple(field.column for field in FIELDS if field.kind in DATES and field.name not in ("last", "due"))
"""Known properties that stand in ISO date columns of `notes`; last_contact is derived, as what is due is."""


class Reader(NamedTuple):
    """What reading needs besides the bytes: the vault's id and the folders that give types."""

    vault: str
    folders: Sequence[tuple[str, str]]
