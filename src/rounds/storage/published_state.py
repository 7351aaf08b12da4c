"""Stored state of calendar servers, and what was ticked off there.

It's in the data folder, by vault id: without it, Rounds couldn't tell who changed something.
"""

import datetime as dt
import json
import os
from collections.abc import Mapping
from typing import Any

from rounds.domain.publish_diff import Put, Remote
from rounds.errors import RoundsError
from rounds.storage.secure_files import DAMAGED, read_stored, write_private

Key = tuple[str, str, str]
"""Identity of a reminder: note id, rule and cause."""


class RemoteState:
    """Stored state of a vault's targets, in its own folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def puts(self, name: str) -> dict[str, Put]:
        """Items put on a target, by uid; empty if unreadable: then all are compared again."""
        try:
            return {uid: _put(row) for uid, row in self._read(name).items()}
        except DAMAGED:
            return {}

    def keep_puts(self, name: str, puts: Mapping[str, Put]) -> None:
        """Store the items put on a target."""
        self._write(name, {uid: _row(put) for uid, put in puts.items()})

    def asked(self) -> dict[Key, dt.date]:
        """The reminders of rules that were ticked off on a server, and when."""
        try:
            rows = self._read(_ASKED).get("asked", [])
            return {(str(note), str(rule), str(cause)): dt.date.fromisoformat(day) for note, rule, cause, day in rows}
        except DAMAGED:
            return {}

    def keep_asked(self, asked: Mapping[Key, dt.date]) -> None:
        """Store the reminders that are asked about."""
        self._write(_ASKED, {"asked": [[*key, day.isoformat()] for key, day in asked.items()]})

    def _read(self, name: str) -> dict[str, Any]:
        try:
            data = read_stored(self._path(name))
        except (OSError, *DAMAGED):
            return {}
        return data if isinstance(data, dict) else {}

    def _write(self, name: str, data: Mapping[str, object]) -> None:
        try:
            write_private(self._path(name), json.dumps(data).encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise RoundsError(
                f"{self._path(name)} can't be written: {error.strerror}", hint="Is there room on the disk?"
            ) from error

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, f"{name}.json")


_ASKED = ".asked"
"""File name that no target can have."""


def _row(put: Put) -> list[object]:
    seen = put.seen
    when = [seen.day.isoformat() if seen.day else "", seen.time.isoformat() if seen.time else ""]
    return [put.tag, put.mark, put.gone, seen.summary, *when, seen.done]


def _put(row: list[Any]) -> Put:
    tag, mark, gone, summary, day, time, done = row
    seen = Remote(
        str(summary),
        dt.date.fromisoformat(day) if day else None,
        dt.time.fromisoformat(time) if time else None,
        bool(done),
    )
    return Put(str(tag), str(mark), seen, bool(gone))
