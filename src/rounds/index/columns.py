"""Property columns of the index, and the settings for reading notes."""

from collections.abc import Sequence
from typing import NamedTuple

from rounds.domain.query.fields import DATES, FIELDS, Kind
from rounds.storage.open_file import USUAL

FOLDED = tuple(field.column for field in FIELDS if field.kind in (Kind.CHOICE, Kind.WORDS, Kind.NAME))
"""Known properties that are folded columns of `notes`."""

DATED = tuple(field.column for field in FIELDS if field.kind in DATES and field.name not in ("last", "due"))
"""Known properties that are ISO date columns of `notes`; last_contact and due are derived instead."""


class Reader(NamedTuple):
    """Settings for reading a note's bytes.

    Attributes:
        vault: the vault's id.
        folders: folders that give notes a type, each with the type.
        task_filter: text that a task line must contain to be a follow-up; empty if none is required.
        largest: size limit for a note, in megabytes.
    """

    vault: str
    folders: Sequence[tuple[str, str]]
    task_filter: str = ""
    largest: int = USUAL
