"""What leaves the machine in a calendar: a partner and a task, never a client code, a reason or a log text."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import NamedTuple

from rounds.domain.referral import TYPED_CODE
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder, WorkingDay, weekday, working_day_from
from rounds.domain.settings import FeedSettings
from rounds.domain.touch import KINDS, MEETINGS

DONE = "✓ "
"""Before the words of what was done."""

_GENTLE = frozenset({"check-in", "nudge"})
"""Rules of which a day has only so many."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LABELS = {
    "thanks": "thanks", "intro": "introduction", "nudge": "nudge", "month": "first message", "check-in": "check-in",
    "referral-in": "thanks", "referral-out": "referral", "release": "release", "accepting": "openings",
    "article": "article", "card": "card", "stage": "stage",
}  # fmt: skip


class FeedEvent(NamedTuple):
    """One event of a feed, or one task of it.

    Attributes:
        uid: lasting identity (RFC 5545 3.8.4.7).
        day: on which it stands, all day unless `time` is set; None for a task without one.
        time: local time of the practice.
        busy: whether it blocks the time in the calendar.
        url: where it leads; empty for nowhere.
        done: the day on which it was found to be done; None while it is open.
        note, rule, cause: id of the note, rule, and what it comes from, as the reminder has them.
        due: the day that the reminder itself has.
    """

    uid: str
    day: dt.date | None
    summary: str
    time: dt.time | None = None
    busy: bool = False
    url: str = ""
    done: dt.date | None = None
    note: str = ""
    rule: str = ""
    cause: str = ""
    due: dt.date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is the event of."""
        return self.note, self.rule, self.cause

    @property
    def meaning(self) -> tuple[object, ...]:
        """What a reader of the calendar sees of it."""
        return self[1:7]


class Published(NamedTuple):
    """An event as it was published last.

    Attributes:
        stamp: its DTSTAMP and LAST-MODIFIED, in UTC.
        sequence: how often its meaning has changed.
        gone: the day on which the feed was found without it; None while it is there.
    """

    event: FeedEvent
    stamp: dt.datetime
    sequence: int = 0
    gone: dt.date | None = None


Known = Mapping[str, Published]
"""What was published, by uid."""


def feed_events(
    reminders: Iterable[Reminder],
    settings: FeedSettings,
    today: dt.date,
    *,
    known: Known | None = None,
    is_working_day: WorkingDay = weekday,
    link: Callable[[str], str] = lambda _: "",
    tasks: bool = False,
) -> list[FeedEvent]:
    """The open events of one feed: every dated reminder up to the end of its window, overdue ones on their own date.

    Args:
        reminders: of the partners that the feed covers.
        settings: of the feed.
        today: of the practice.
        known: what was published last. A check-in that had to move on keeps the day that it got.
        is_working_day: False for weekends and public holidays.
        link: gives the URL of a note by its path.
        tasks: as tasks, of which those without a day are some too.
    """
    found = [
        (uid, reminder)
        for uid, reminder in _identified(reminders)
        if (tasks or reminder.due is not None) and (settings.gentle or reminder.rule not in _GENTLE)
    ]
    last = today + dt.timedelta(days=min(settings.window, max(0, (dt.date.max - today).days - 1)))
    days = _days(found, known or {}, (today, last), settings.gentle, is_working_day)
    return [_event(uid, days[uid], reminder, settings, link) for uid, reminder in found if uid in days]


def _event(
    uid: str, day: dt.date | None, reminder: Reminder, settings: FeedSettings, link: Callable[[str], str]
) -> FeedEvent:
    linked = settings.level == "full" and settings.link == "obsidian" and not TYPED_CODE.search(reminder.path)
    return FeedEvent(
        uid=uid,
        day=day,
        summary=summary(reminder, settings.level),
        time=reminder.time,
        busy=reminder.time is not None and reminder.kind in MEETINGS,
        url=link(reminder.path) if linked else "",
        note=reminder.note_id,
        rule=reminder.rule,
        cause=reminder.cause,
        due=reminder.due,
    )


def _identified(reminders: Iterable[Reminder]) -> Iterator[tuple[str, Reminder]]:
    """Each reminder with the uid of its event.

    A copied note has the ids of the first until somebody mends it; a calendar would show one of the two.
    """
    taken: set[str] = set()
    for reminder in sorted(reminders, key=lambda reminder: (reminder.uid, reminder.path)):
        uid = event_uid(reminder.uid)
        if uid in taken:
            uid = event_uid(f"{reminder.uid}\0{reminder.path}")
        taken.add(uid)
        yield uid, reminder


def event_uid(text: str) -> str:
    """The uid of an event by that of its reminder: hashed, since an id or block id may name someone."""
    return f"{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}@rounds"


def _days(
    found: Iterable[tuple[str, Reminder]],
    known: Known,
    span: tuple[dt.date, dt.date],
    most: int,
    is_working_day: WorkingDay,
) -> dict[str, dt.date | None]:
    """The day of each event, None for a task without one. From today on, a day has so many check-ins and nudges.

    The others move on, those beyond the last day of the span out of the feed. Who had got a day keeps it.
    """
    today, last = span
    days: dict[str, dt.date | None] = {}
    gentle = []
    for uid, reminder in found:
        day = reminder.due
        if reminder.rule in _GENTLE and day is not None:
            before = known.get(uid)
            had = before.event.day if before is not None and before.event.due == day else None
            day = had or day
            if day >= today:
                gentle.append((had is None, day, uid))
                continue
        if day is None or day <= last:
            days[uid] = day
    full: Counter[dt.date] = Counter()
    later: dict[dt.date, dt.date] = {}
    for _, first, uid in sorted(gentle):
        day, passed = first, []
        while day <= last and full[day] >= most:
            passed.append(day)
            day = later.get(day) or working_day_from(day + dt.timedelta(days=1), is_working_day)
        later.update(dict.fromkeys(passed, day))
        if day <= last:
            full[day] += 1
            days[uid] = day
    return days


def waiting_event(events: Iterable[FeedEvent], text: str, today: dt.date, seed: str) -> Iterator[FeedEvent]:
    """One event on today that says how many wait since before, where nobody looks; none where nothing does.

    Args:
        events: the open ones.
        text: what it says, `{n}` being how many; empty for no such event.
        today: of the practice.
        seed: what its identity is made of: the vault and the feed.
    """
    number = sum(event.day is not None and event.day < today for event in events)
    if number and text:
        yield FeedEvent(event_uid(f"waiting\0{seed}"), today, without_codes(clean(text.replace("{n}", str(number)))))


def closed_events(
    known: Known, present: Container[str], ended: Callable[[FeedEvent], bool], settings: FeedSettings, today: dt.date
) -> Iterator[FeedEvent]:
    """The events that were published open and are not any more, and were done: they stay for some days as that.

    Args:
        known: what was published last, at the level that the feed has now.
        present: uids of the events that are open.
        ended: whether what an event was about was done, and the feed still covers it.
        settings: of the feed.
        today: of the practice.
    """
    for uid, (event, _, _, gone) in known.items():
        if uid in present or gone is not None:
            continue
        done = event.done or today
        if (today - done).days < settings.done and ended(event):
            words = event.summary if event.done else f"{DONE}{event.summary}"
            yield event._replace(done=done, summary=words, busy=False)


def published(
    events: Iterable[FeedEvent], known: Known, today: dt.date, now: dt.datetime, keep: int, *, anew: bool = False
) -> dict[str, Published]:
    """What is published now. Stamp and sequence move where the meaning of an event does, and else stand still.

    Args:
        events: all of the feed.
        known: what was published last.
        today: of the practice.
        now: when its day began, in UTC: the same for all that is written on a day, but that each change of an event
            is a second after the one before.
        keep: for how many days an event that is gone is remembered, so that it goes on counting if it comes back.
        anew: whether all events have changed, for a reason outside of them.
    """
    found = {}
    for event in events:
        before = known.get(event.uid)
        if before is None:
            found[event.uid] = Published(event, now)
        elif before.gone is None and before.event.meaning == event.meaning and not anew:
            found[event.uid] = before._replace(event=event)
        else:
            later = max(now, before.stamp + dt.timedelta(seconds=1))
            found[event.uid] = Published(event, later, before.sequence + 1)
    for uid, before in known.items():
        since = before.gone or today
        if uid not in found and (today - since).days <= keep:
            found[uid] = before._replace(gone=since)
    return found


def summary(reminder: Reminder, level: str) -> str:
    """The words of an event, as much as the level of privacy lets out; an unknown level lets out the least."""
    if level == "full":
        kind = f"{reminder.kind} " if reminder.line and reminder.kind != reminder.title else ""
        return without_codes(clean(f"{reminder.name}: {kind}{reminder.title}"))
    if level == "discreet":
        # `Maria: call her` reads as a follow-up of the kind "maria": only the format's own kinds go out.
        kind = reminder.kind if reminder.kind in KINDS else FOLLOW_UP
        return f"{initials(clean(reminder.name))}: {_LABELS.get(reminder.rule, kind)}"
    return "Follow-up"


def clean(text: str) -> str:
    """A text as one line without what no calendar shows: control characters, separators, overrides of direction."""
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_UNSEEN.sub("", text).split())


def without_codes(text: str) -> str:
    """A text in which each client code that somebody typed is blanked: it leaves the machine."""
    return TYPED_CODE.sub("a client", text)


def initials(name: str) -> str:
    """`Maria Alvarez (Rose City)` as `M. A.`"""
    words = re.sub(r"\([^()]*\)", "", name).split()
    return " ".join(f"{word[0].upper()}." for word in words if word[0].isalnum()) or "?"
