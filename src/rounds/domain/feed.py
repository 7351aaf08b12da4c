"""What leaves the machine in a calendar: a partner and a task, never a client code, a reason or a log text."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from rounds.domain.referral import TYPED_CODE
from rounds.domain.reminders import FOLLOW_UP, Reminder
from rounds.domain.settings import FeedSettings
from rounds.domain.touch import KINDS, MEETINGS

_LABELS = {"check-in": "check-in", "release": "release"}


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
    taken: set[str] = set()
    for reminder in sorted(reminders, key=lambda reminder: (reminder.uid, reminder.path)):
        if reminder.due is None or (reminder.due - today).days > settings.window or reminder.due == dt.date.max:
            continue
        # A copied note has the ids of the first until somebody mends it; a calendar would show one of the two.
        uid = _uid(reminder.uid) if reminder.uid not in taken else _uid(f"{reminder.uid}\0{reminder.path}")
        taken.add(reminder.uid)
        yield FeedEvent(
            uid=uid,
            day=reminder.due,
            summary=summary(reminder, settings.privacy),
            time=reminder.time,
            busy=reminder.time is not None and reminder.kind in MEETINGS,
        )


def _uid(text: str) -> str:
    """Hashed, since an id or block id that a person wrote may name someone."""
    return f"{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}@rounds"


def summary(reminder: Reminder, privacy: str) -> str:
    """The words of an event, as much as the privacy level lets out; an unknown level lets out the least."""
    if privacy == "full":
        kind = reminder.kind if reminder.line and reminder.kind != reminder.title else ""
        return without_codes(f"{reminder.name}: {kind} {reminder.title}".replace("  ", " "))
    if privacy == "discreet":
        # `Maria: call her` reads as a follow-up of the kind "maria": only the format's own kinds go out.
        kind = reminder.kind if reminder.kind in KINDS else _LABELS.get(reminder.rule, FOLLOW_UP)
        return f"{initials(reminder.name)}: {kind}"
    return "Follow-up"


def without_codes(text: str) -> str:
    """A text in which each client code that somebody typed is blanked: it leaves the machine."""
    return TYPED_CODE.sub("a client", text)


def initials(name: str) -> str:
    """`Maria Alvarez (Rose City)` as `M. A.`"""
    words = re.sub(r"\([^)]*\)", "", name).split()
    return " ".join(f"{word[0].upper()}." for word in words if word[0].isalnum()) or "?"
