"""Last shown Today list, for a quick start.

A small file outside the vault, read while the index is still loading.
"""

import datetime as dt
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.storage.secure_files import DAMAGED, read_stored, write_private

FILE = "today.json"
"""Its name in the vault's data folder."""

NOTE = "today-note.md"
"""Beside it: the last texts written to Today.md, newest first, separated by NUL. They tell whose a line is."""

_DAYS = ("due", "late_after", "since")


class LastToday:
    """Reminders in the order shown. What can't be read or written isn't stored.

    Args:
        path: of the file.
        root: the vault's folder; a list from another copy of the vault doesn't count.
    """

    def __init__(self, path: str, root: str) -> None:
        self._path = path
        self._root = root

    def read(self) -> tuple[Reminder, ...]:
        """The reminders shown last."""
        try:
            found = read_stored(self._path)
            return tuple(_reminder(**each) for each in found["due"]) if found["root"] == self._root else ()
        except (OSError, *DAMAGED):
            return ()

    def write(self, due: Sequence[Reminder]) -> None:
        """Store the reminders shown now, without client codes that somebody typed."""
        from rounds.domain.feed import without_codes

        found = {"root": self._root, "due": [{**asdict(each), "title": without_codes(each.title)} for each in due]}
        with suppress(OSError):
            write_private(self._path, json.dumps(found, default=str).encode())


def _reminder(*, rank: int, time: str | None, sets: Sequence[str] | None, **more: object) -> Reminder:
    days = {name: dt.date.fromisoformat(str(more[name])) if more[name] else None for name in _DAYS}
    clock = dt.time.fromisoformat(time) if time else None
    pair = (str(sets[0]), str(sets[1])) if sets else None
    return Reminder(**{**more, **days}, rank=Rank(rank), time=clock, sets=pair)  # type: ignore[arg-type]
