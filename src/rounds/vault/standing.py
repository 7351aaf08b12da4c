"""What stands in a feed as it stood: lines whose date can't be, and notes that can't be read just now."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rounds.domain.feed import FeedEvent, Known
from rounds.domain.problem import Level, Problem
from rounds.domain.reminders import FOLLOW_UP, Reminder
from rounds.store.files import read

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

WRITTEN = frozenset({FOLLOW_UP, "meeting"})
"""Rules of what people wrote down, on a day that they wrote."""

AMONG = "IN (SELECT value FROM json_each(?))"
"""A condition of SQL, with a JSON list of values."""


def on_last_good_day(
    vault: "Vault", reminders: Sequence[Reminder], known: Known
) -> tuple[list[Reminder], tuple[Problem, ...]]:
    """A line with a date that can't be, such as 30 February, has the day on which its event stood; and the mistakes."""
    undated = [reminder for reminder in reminders if reminder.line and reminder.due is None]
    if not undated:
        return [*reminders], ()
    sql = f"""SELECT p.path, p.line, p.message, p."column", p.hint, p.level FROM problems p
        JOIN notes n ON n.key = p.file WHERE n.id {AMONG} AND p.message LIKE '"%" is not % date'"""
    rows = vault.rows(sql, (json.dumps(sorted({reminder.note_id for reminder in undated})),))
    faults = {
        (str(path), int(str(line))): Problem(str(m), int(str(line)), int(str(c)), str(h), Level(str(v)), str(path))
        for path, line, m, c, h, v in rows
    }
    before = {(e.note, e.cause): e for e, *_ in known.values() if e.rule in WRITTEN}
    found = []
    for reminder in reminders:
        event = before.get((reminder.note_id, reminder.cause)) if (reminder.path, reminder.line) in faults else None
        found.append(reminder if event is None else replace(reminder, due=event.day, rule=event.rule))
    there = [faults[place] for r in undated if (place := (r.path, r.line)) in faults]
    return found, tuple(there)


def of_unreadable(vault: "Vault", missing: Iterable[FeedEvent]) -> list[FeedEvent]:
    """The events of notes that can't be read now stand as they stood, also where the index is new and never read them.

    What such a note stores as its id, which is what its events know it by, stands somewhere in it; where not even its
    bytes can be had, every note that nobody knows may be that one.
    """
    rows = vault.rows("SELECT id, path, stored_id FROM notes WHERE NOT readable")
    ids = {str(id_) for id_, _, _ in rows}
    text, lost = b"", False
    for _, path, stored in rows:
        try:
            text += b"" if stored else read(os.path.join(vault.root, str(path)))[0]
        except OSError:
            lost = True
    there = {str(id_) for (id_,) in vault.rows("SELECT id FROM notes")} if lost else set()
    return [
        event
        for event in missing
        if event.note and event.done is None
        and (event.note in ids or event.note.encode("utf-8", "replace") in text or (lost and event.note not in there))
    ]  # fmt: skip
