"""Events such as grand rounds: planned without a partner, then logged for everybody met there (guide, line 13)."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from rounds.domain.log_followups import LogEntry, Status
from rounds.domain.phrases import some_of
from rounds.errors import UsageError
from rounds.notes.log import write_entry
from rounds.vault.log_actions import WriteResult, log_touch, plan
from rounds.vault.note_files import link_to
from rounds.vault.practice import practice_of
from rounds.vault.vault import NoteRecord, Vault

KIND = "event"


class EventAdded(NamedTuple):
    """What an event wrote.

    Attributes:
        event: into Practice.md: a follow-up if it's ahead, or else a log entry.
        met: into the logs of the people met there, in their order.
        follow_up: the one follow-up to all of them; None for fewer than two.
    """

    event: WriteResult
    met: Sequence[WriteResult] = ()
    follow_up: WriteResult | None = None


def add_event(
    vault: Vault, name: str, *, on: date, at: time | None = None, people: Sequence[NoteRecord] = ()
) -> EventAdded:
    """Plan an event, or record one that was. One change.

    An event of today or before is logged in Practice.md, which ticks it if it was planned, and for everybody met there.
    With several people, one follow-up on the next day replaces their thank-yous. People whose log already has the event
    are left out.

    Raises:
        NotFoundError: there is no Practice.md.
        UsageError: it has no name, or a time although it's past.
    """
    name, practice = " ".join(name.split()), practice_of(vault).path
    if not name:
        raise UsageError(
            "the event has no name", hint='For example: rounds event add "Grand rounds at OHSU" --on friday'
        )
    links = [link_to(vault, each.path) for each in people]
    if on > vault.today():
        words = f"{name}, with {some_of(links, len(links))}" if links else name
        return EventAdded(plan(vault, practice, words, due=on, at=at, kind=KIND))
    if at is not None:
        raise UsageError("only an event to come has a time", hint="Leave the time out.")
    new = [each for each in people if not _is_logged(vault, each.path, name, on)]
    with vault.change(f"recorded {name} in"):
        event = _event(vault, practice, name, on)
        met = [log_touch(vault, each.path, KIND, name, on=on) for each in new]
        if len(new) < 2:
            return EventAdded(event, met)
        for each in new:
            _skip_thanks(vault, each.path, name, on)
        everybody = ", ".join(link_to(vault, each.path) for each in new)
        due = max(on + timedelta(days=1), vault.today())
        follow_up = plan(vault, practice, f"write to everybody from {name}: {everybody}", due=due, kind="thanks")
    return EventAdded(event, met, follow_up)


def _event(vault: Vault, practice: str, name: str, on: date) -> WriteResult:
    """Log the event in Practice.md once."""
    note = vault.read(practice).note
    known = next((e for e in note.log if (e.date, e.kind, e.text) == (on, KIND, name)), None)
    if known is not None:
        return WriteResult(practice, ())
    return log_touch(vault, practice, KIND, name, on=on)


def _is_logged(vault: Vault, path: str, name: str, on: date) -> bool:
    return any((e.date, e.kind, e.text) == (on, KIND, name) for e in vault.read(path).note.log)


def _skip_thanks(vault: Vault, path: str, name: str, on: date) -> None:
    """Say in the partner's log that the one follow-up stands for the thank-you."""
    opened = vault.editable(path)
    if any(f.kind == "thanks" and f.status is Status.OPEN for f in opened.note.followups):
        return
    entry = LogEntry(on, "skip", f"one follow-up to everybody from {name}", rule="thanks")
    vault.save(opened, write_entry(opened.document, opened.note.log, entry))
