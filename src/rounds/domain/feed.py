"""What leaves the machine in a calendar: a partner and a task, never a client code, a reason or a log text."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rounds.domain.reminders import FOLLOW_UP, Reminder
from rounds.domain.settings import FeedSettings
from rounds.domain.touch import MEETINGS

PRIVACY = ("full", "discreet", "busy")
"""How much an event tells: partner and task; initials and the kind of task; or that there is something."""

_CLIENT = re.compile(r"\bR-[0-9A-HJKMNP-TV-Z]{4,8}\b", re.IGNORECASE)
_LABELS = {"thanks": "thank-you", "check-in": "check-in", FOLLOW_UP: "follow-up"}


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One event of a feed.

    Attributes:
        uid: lasting identity (RFC 5545 3.8.4.7).
        day: on which it stands, all day unless `time` is set.
        time: local time of the practice; the event then takes 20 minutes (guide, line 11).
        busy: whether it blocks the time in the calendar.
    """

    uid: str
    day: dt.date
    summary: str
    time: dt.time | None = None
    busy: bool = False


def feed_events(reminders: Iterable[Reminder], settings: FeedSettings, today: dt.date) -> Iterator[FeedEvent]:
    """The events of one feed: every dated reminder up to the end of its window, overdue ones on their own date."""
    last = today + dt.timedelta(days=settings.window)
    for reminder in reminders:
        if reminder.due is None or reminder.due > last:
            continue
        yield FeedEvent(
            uid=f"{reminder.uid}@rounds",
            day=reminder.due,
            summary=summary(reminder, settings.privacy),
            time=reminder.time,
            busy=reminder.time is not None and reminder.kind in MEETINGS,
        )


def summary(reminder: Reminder, privacy: str) -> str:
    """The words of an event, as much as the privacy level lets out; an unknown level lets out the least."""
    if privacy == "full":
        what = (
            reminder.title
            if reminder.rule != FOLLOW_UP or not reminder.kind
            else f"{reminder.kind} {reminder.title}"
        )
        return _CLIENT.sub("a client", f"{reminder.name}: {what}")
    if privacy == "discreet":
        return f"{initials(reminder.name)}: {reminder.kind or _LABELS.get(reminder.rule, reminder.rule)}"
    return "Follow-up"


def initials(name: str) -> str:
    """`Maria Alvarez (Rose City)` as `M. A.`"""
    words = re.sub(r"\([^)]*\)", "", name).split()
    return " ".join(f"{word[0].upper()}." for word in words if word[0].isalnum()) or "?"
