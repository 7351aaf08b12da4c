"""Feed events that keep earlier words: for impossible dates, unreadable notes, and done reminders."""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rounds.domain.feed import DONE, FeedEvent, Known
from rounds.domain.log_followups import FollowUp, Status
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder, with_keys
from rounds.errors import Level, Problem
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.index.unreadable_places import has_unseen
from rounds.storage.files import read
from rounds.vault.outgoing import concerns_of, errors_in
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
        lost = lost or vault.ask(has_unseen)
    there = vault.ask(activity.readable_ids, {event.note for event in events})
    return [
        event
        for event in events
        if not there.get(event.note) and (event.note in ids or (lost and event.note not in there))
    ]


def written(vault: "Vault", notes: Collection[str]) -> dict[tuple[str, str], tuple[str, FollowUp]]:
    """The follow-ups in the notes with some ids, each with the note's path, by the note's id and the cause."""
    lines: dict[tuple[str, str], list[FollowUp]] = {}
    for path, id_, line, text, status, block in vault.ask(activity.followups_by_id, notes):
        lines.setdefault((path, id_), []).append(FollowUp(text, Status(status), block=block, line=line))
    return {
        (id_, cause): (path, followup)
        for (path, id_), followups in lines.items()
        for followup, cause in with_keys(followups)
    }


def neutral_events(vault: "Vault", events: Sequence[FeedEvent]) -> list[FeedEvent]:
    """Events that keep earlier words; those with client information become neutral.

    The line decides if it's still there; else the words do.
    """
    lines = written(vault, {event.note for event in events if event.rule in WRITTEN})
    concerns = concerns_of(vault, {path for path, _ in lines.values()})
    paths = {entry.id: entry.path for entry in vault.ask(queries.notes_with_id, *{event.note for event in events})}
    found = []
    for event in events:
        path, followup = lines.get((event.note, event.cause), (paths.get(event.note, ""), None))
        wrong = concerns.get(path) if followup is not None else None
        words = event.summary.removeprefix(DONE)
        if followup is None or wrong is None:
            hidden = bool(errors_in(vault, words, path))
        else:
            hidden = followup.line in wrong and not words.lower().endswith(FOLLOW_UP)
        if hidden:
            event = event._replace(summary=event.summary.replace(words, FOLLOW_UP.capitalize()), place="")  # noqa: PLW2901
        found.append(event)
    return found


def _ids(path: str) -> Iterator[str]:
    """Values of a file's `id:` lines: whole, and up to the first character that may be a mistake."""
    for value in _ID.findall(read(path)[0]):
        text = value.decode("utf-8", "replace").strip(" \t\r\"'")
        yield text
        yield re.split("[\\s:#\"']", text, maxsplit=1)[0]
