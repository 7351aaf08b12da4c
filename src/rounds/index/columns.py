"""The columns of the index that hold properties, and what reading a note needs besides its bytes."""

from collections.abc import Sequence
from typing import NamedTuple

from rounds.domain.query.fields import DATES, FIELDS, Kind
from rounds.storage.open_file import USUAL

FOLDED = tuple(field.column for field in FIELDS if field.kind in (Kind.CHOICE, Kind.WORDS, Kind.NAME))
"""Known properties that stand in folded columns of `notes`."""

DATED = tuple(field.column for field in FIELDS if field.kind in DATES and field.name not in ("last", "due"))
"""Known properties that stand in ISO date columns of `notes`; last_contact is derived, as what is due is."""


class Reader(NamedTuple):
    """What reading needs besides the bytes.

    Attributes:
        vault: its id.
        folders: those that give types, with the type.
        task_filter: what a task line must hold to be a follow-up; empty for nothing.
        largest: megabytes of a note that is read at most.
    """

    vault: str
    folders: Sequence[tuple[str, str]]
    task_filter: str = ""
    largest: int = USUAL
