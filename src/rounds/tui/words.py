"""Phrases for people: days as one says them, what a sync brought, what waits. Kind and plain, never a reproach."""

import datetime as dt
from collections.abc import Sequence

from rounds.domain.reminders import Reminder
from rounds.domain.words import counted, day_words, due_words, title_words
from rounds.errors import AmbiguousError, ChangedMeanwhileError, RoundsError
from rounds.formats.links import name_of, plain
from rounds.formats.plain import shown
from rounds.vault.sync import SyncReport

count = counted


def clean(text: object) -> str:
    """A text from a note on one line of the screen: links as readers see them, nothing that a terminal obeys."""
    return " ".join(shown(plain(str(text))).split())


def day_name(day: dt.date, today: dt.date) -> str:
    """A day as one says it: `today`, `tomorrow`, `Thu 26 Nov`, `20 Oct`, `6 Apr 2027`."""
    return day_words(day, today, weekday=True)


def full_day(day: dt.date) -> str:
    """`Monday 23 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_day(day: dt.date | None, today: dt.date) -> str:
    """A day in the past in at most eight cells: `19 Oct`, or in other years `Apr 2025`."""
    if day is None:
        return ""
    return f"{day.day} {day:%b}" if day.year == today.year else f"{day:%b %Y}"


def when(reminder: Reminder, today: dt.date) -> str:
    """When a reminder is due: `since 20 Nov`, `today 12:30`, `Thu 26 Nov`; empty where it has no day."""
    return due_words(reminder, today, weekday=True) if reminder.due else ""


def what(reminder: Reminder) -> str:
    """What a reminder asks for, with its kind: `Coffee: at Heart`."""
    words = clean(title_words(reminder))
    return words[:1].upper() + words[1:]


def answers(reminder: Reminder) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """What a reminder asks, and each answer to it with its key; None where it asks nothing."""
    if reminder.rule == "meeting":
        return "did it happen?", (("y", "yes"), ("t", "it moved"), ("x", "no"))
    if reminder.line and reminder.title.startswith(("sent?", "made?")):
        return "", (("y", f"{reminder.title[:4]}"), ("t", "not yet"), ("x", "let it be"))
    return None


def note_name(path: str) -> str:
    """What a note is called, from its path."""
    return clean(name_of(path))


def _names(paths: Sequence[str]) -> str:
    names = sorted(note_name(path) for path in paths)
    if len(names) > 3:
        return f"{len(names)} notes"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def news(report: SyncReport) -> str:
    """What a sync brought, in a sentence."""
    parts = [
        f"{_names(paths)} {verb}"
        for verb, paths in (
            ("changed", report.changed),
            ("came in", report.added),
            ("moved", tuple(report.moved)),
            ("went away", report.removed),
        )
        if paths
    ]
    return "; ".join(parts) + "." if parts else "Nothing has changed."


def explained(error: RoundsError) -> str:
    """An error with its hint, and with both versions where two of a note don't merge."""
    both = "\n".join(
        f"{where}\nThere now: {theirs.strip() or '(nothing)'}\nYours: {ours.strip() or '(nothing)'}"
        for where, theirs, ours in (error.differences if isinstance(error, ChangedMeanwhileError) else ())
    )
    names = "\n".join(error.candidates if isinstance(error, AmbiguousError) else ())
    return shown(f"{error.message}\n{error.hint}\n{both or names}".strip())
