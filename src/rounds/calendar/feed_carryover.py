"""Feed events kept unchanged for impossible dates and unreadable notes."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rounds.domain.feed import FeedEvent, Known
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder
from rounds.errors import Level, Problem
from rounds.index import queries_activity as activity
from rounds.storage.files import read
from rounds.vault.reminders import has_followups

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

WRITTEN = frozenset({FOLLOW_UP, "meeting"})
"""Rules of reminders that people wrote themselves, with a day."""

_ID = re.compile(rb"""^["']?id["']?[ \t]*:[ \t]+(.+)""", re.MULTILINE)


def on_last_good_day(
    vault: "Vault", reminders: Sequence[Reminder], known: Known
) -> tuple[list[Reminder], tuple[Problem, ...]]:
    """Give lines with an impossible date, such as 30 February, their event's last day; also return the problems."""
    undated = [reminder for reminder in reminders if reminder.line and reminder.due is None]
    if not undated:
        return [*reminders], ()
    rows = vault.ask(activity.wrong_dates, {reminder.note_id for reminder in undated})
    faults = {(path, line): Problem(m, line, c, h, Level(v), path) for m, line, c, h, v, path in rows}
    before = {(e.note, e.cause): e for e, *_ in known.values() if e.rule in WRITTEN}
    found = []
    for reminder in reminders:
        event = before.get((reminder.note_id, reminder.cause)) if (reminder.path, reminder.line) in faults else None
        found.append(reminder if event is None else replace(reminder, due=event.day, rule=event.rule))
    there = [faults[place] for r in undated if (place := (r.path, r.line)) in faults]
    return found, tuple(there)


def of_unreadable(
    vault: "Vault", missing: Iterable[FeedEvent], paths: Collection[str] | None, *, same: bool
) -> list[FeedEvent]:
    """The events to keep unchanged because their notes can't be read now, even if a new index never read them.

    Events know their note by its stored id, which is searched for in the note's `id:` lines. If its bytes can't be
    read, or its folder can't, the event of any unknown note may be that note's.

    Args:
        missing: published events that aren't among the reminders.
        paths: the notes that the feed covers; None for all.
        same: whether the feed's query is the same as when it was published. If not, the feed may no longer cover a note
            that was never read, so such a note's events aren't kept.
    """
    events = [event for event in missing if event.note and event.done is None]
    ids, lost = set(), False
    for id_, path, kind, unread in vault.ask(activity.unreadable_notes):
        if not has_followups(vault, path, kind):
            continue
        if paths is None or path in paths or (unread and same):
            ids.add(id_)
            try:
                ids.update(_ids(os.path.join(vault.root, path)) if unread else ())
            except OSError:
                lost = True
    if not vault.sure and (paths is None or same):
        lost = lost or vault.ask(activity.has_unseen)
    there = vault.ask(activity.readable_ids, {event.note for event in events})
    return [
        event
        for event in events
        if not there.get(event.note) and (event.note in ids or (lost and event.note not in there))
    ]


def _ids(path: str) -> Iterator[str]:
    """Values of a file's `id:` lines: whole, and up to the first character that may be a mistake."""
    for value in _ID.findall(read(path)[0]):
        text = value.decode("utf-8", "replace").strip(" \t\r\"'")
        yield text
        yield re.split("[\\s:#\"']", text, maxsplit=1)[0]
