"""A meeting note: its log entry and the follow-ups that its lines name, written as one change."""

import re
from datetime import date
from typing import NamedTuple

from rounds.domain.reminders.reminder import Reminder
from rounds.notes.merge.diff3 import fence_after
from rounds.notes.next_steps import NextStep, next_steps
from rounds.vault.log_actions import WriteResult, log_touch, plan
from rounds.vault.vault import Vault

_STEP = re.compile(r"\s*(?:[-*+]\s+)?(?=next(?:\s+steps?)?\s*:\s*\S)", re.IGNORECASE)


class MeetingNote(NamedTuple):
    """What was typed.

    Attributes:
        text: the entry's, without the lines that begin with `next:`.
        steps: the follow-ups that those lines name.
    """

    text: str
    steps: tuple[NextStep, ...]


def read_note(typed: str, today: date) -> MeetingNote:
    """Take the follow-ups out of a text: the lines that begin with `next:`, but not in code."""
    kept: list[str] = []
    steps: list[NextStep] = []
    fence = ""
    for line in typed.split("\n"):
        fence = fence_after(line, fence)
        found = _STEP.match(line) if not fence else None
        if found is None:
            kept.append(line)
        else:
            steps += next_steps(line[found.end() :], today=today)
    return MeetingNote("\n".join(kept), tuple(steps))


def write_note(vault: Vault, path: str, kind: str, note: MeetingNote, on: date) -> WriteResult:
    """Write a note's entry and follow-ups. A meeting planned for that kind and day is ticked off.

    Raises:
        UsageError: the kind isn't one word, or a follow-up can't be written.
    """
    with vault.change("wrote a meeting note for"):
        written = log_touch(vault, path, kind, note.text, on=on)
        more = [plan(vault, path, each.text, due=each.due, at=each.clock) for each in note.steps]
    return WriteResult(path, tuple(line for each in (written, *more) for line in each.lines), written.ticked)


def offers(vault: Vault, path: str) -> list[Reminder]:
    """What a meeting leads to: the next stage and the thank-you, if they aren't done."""
    from rounds.vault.reminders import note_reminders

    return [each for each in note_reminders(vault, path) if each.rule in {"stage", "thanks"}]
