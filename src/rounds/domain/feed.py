"""Calendar feed events: a partner and a task, never client codes, reasons or log text."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import NamedTuple

from rounds.domain.folding import fold
from rounds.domain.log_followups import KINDS, MEETINGS
from rounds.domain.partner_referral_release import TYPED_CODE
from rounds.domain.place_length_travel import is_online, place_of
from rounds.domain.reminders.reminder import FOLLOW_UP, Reminder, WorkingDay, weekday, working_day_from
from rounds.domain.settings import OTHER, FeedSettings

DONE = "✓ "
"""Prefix for a done event's summary."""

_GENTLE = frozenset({"check-in", "nudge"})
"""Rules with a daily limit on events."""

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LABELS = {
    "thanks": "thanks", "intro": "introduction", "nudge": "nudge", "month": "first message", "check-in": "check-in",
    "referral-in": "thanks", "feedback": "word back", "referral-out": "referral", "release": "release",
    "accepting": "openings", "article": "article", "card": "card", "stage": "stage",
}  # fmt: skip


class FeedEvent(NamedTuple):
    """A feed's event or task.

    Attributes:
        uid: stable identity (RFC 5545 3.8.4.7).
        day: the date, all day unless `time` is set; None for an undated task.
        time: local time of the practice.
        busy: whether it blocks time in the calendar.
        url: link target; empty for none.
        done: the day it was found to be done; None while open.
        note, rule, cause: note id, rule and cause of the reminder.
        due: the reminder's own due date.
        alarm: minutes from its alarm to its time; None for no alarm.
        place: where it is; only at the level `full`.
        minutes: its length, if the plan says so; 0 for that of the feed.
        travel: minutes of travel before it.
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
    alarm: int | None = None
    place: str = ""
    minutes: int = 0
    travel: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """The identity of the reminder."""
        return self.note, self.rule, self.cause

    @property
    def meaning(self) -> tuple[object, ...]:
        """The parts that a calendar shows."""
        return *self[1:7], *self[11:]


class Published(NamedTuple):
    """An event as last published.

    Attributes:
        stamp: its DTSTAMP and LAST-MODIFIED, in UTC.
        sequence: number of changes to its meaning.
        gone: the day the feed first lacked it; None while present.
    """

    event: FeedEvent
    stamp: dt.datetime
    sequence: int = 0
    gone: dt.date | None = None


Known = Mapping[str, Published]
"""Published events by uid."""


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
    """A feed's open events: all dated reminders up to the end of its window; overdue ones keep their date.

    Args:
        reminders: of the partners in the feed.
        known: the events last published. A check-in that was moved to another day keeps that day.
        is_working_day: False for weekends and public holidays.
        link: maps a note's path to its URL.
        tasks: return tasks, including undated ones.
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
    full = settings.level == "full"
    linked = full and settings.link == "obsidian" and not TYPED_CODE.search(reminder.path)
    place = place_of(reminder.title, reminder.kind)
    travel = _travel(reminder, place, settings)
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
        alarm=_alarm(reminder, travel, settings),
        place=without_codes(clean(place)) if full and place else "",
        minutes=reminder.minutes,
        travel=travel,
    )


def _travel(reminder: Reminder, place: str, settings: FeedSettings) -> int:
    """Minutes of travel before it: as its words say, or else the feed's for a meeting at a place to go to."""
    if reminder.time is None or reminder.travel is not None:
        return reminder.travel or 0
    return settings.travel if place and not is_online(place, reminder.kind) else 0


def _alarm(reminder: Reminder, travel: int, settings: FeedSettings) -> int | None:
    """Minutes from its alarm to its time: before it's time to leave."""
    if reminder.time is None or not settings.alarms:
        return None
    minutes = settings.alarms.get(fold(reminder.kind), settings.alarms.get(OTHER))
    return None if minutes is None else minutes + travel


def _identified(reminders: Iterable[Reminder]) -> Iterator[tuple[str, Reminder]]:
    """Each reminder with its event's uid.

    A copied note repeats ids until somebody fixes it; without distinct uids a calendar would show only one of the two.
    """
    taken: set[str] = set()
    for reminder in sorted(reminders, key=lambda reminder: (reminder.uid, reminder.path)):
        uid = event_uid(reminder.uid)
        if uid in taken:
            uid = event_uid(f"{reminder.uid}\0{reminder.path}")
        taken.add(uid)
        yield uid, reminder


def event_uid(text: str) -> str:
    """The event uid for a reminder's uid: hashed, because an id or block id may contain a name."""
    return f"{blake2b(text.encode('utf-8', 'surrogatepass'), digest_size=12).hexdigest()}@rounds"


def _days(
    found: Iterable[tuple[str, Reminder]],
    known: Known,
    span: tuple[dt.date, dt.date],
    most: int,
    is_working_day: WorkingDay,
) -> dict[str, dt.date | None]:
    """The day of each event; None for an undated task. From today on, check-ins and nudges per day are limited.

    Extra ones move to later days; past the end of the span they leave the feed. An event keeps the day it already has.
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
    """An event today with the number of overdue events; nothing if there are none.

    Args:
        events: the open ones.
        text: the summary, with `{n}` for the number; empty turns the event off.
        seed: input for the uid: vault and feed.
    """
    number = sum(event.day is not None and event.day < today for event in events)
    if number and text:
        yield FeedEvent(event_uid(f"waiting\0{seed}"), today, without_codes(clean(text.replace("{n}", str(number)))))


def travel_events(events: Iterable[FeedEvent]) -> Iterator[FeedEvent]:
    """An event of its own for the travel before each open one, since every calendar shows that (decision 49)."""
    for event in events:
        if event.travel and event.day is not None and event.time is not None and event.done is None:
            with suppress(OverflowError):  # on the first day of all
                start = dt.datetime.combine(event.day, event.time) - dt.timedelta(minutes=event.travel)
                uid = event_uid(f"travel\0{event.uid}")
                yield FeedEvent(uid, start.date(), "Travel", start.time(), event.busy, minutes=event.travel)


def closed_events(
    known: Known, present: Container[str], ended: Callable[[FeedEvent], bool], settings: FeedSettings, today: dt.date
) -> Iterator[FeedEvent]:
    """Done events that were published and are no longer open; they stay for some days, marked as done.

    Args:
        known: the events last published, at the feed's current privacy level.
        present: uids of open events.
        ended: whether the event's reminder was done, and the feed still covers it.
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
    """The new published state. Stamp and sequence change only when an event's meaning does.

    Args:
        events: all events of the feed.
        known: the events last published.
        now: start of the practice's day, in UTC: the stamp for the whole day, except that each further change of an
            event is one second later than the one before.
        keep: days to remember a removed event, so that its sequence continues if it comes back.
        anew: treat every event as changed, since the form of the feed has changed.
    """
    found = {}
    for event in events:
        before = known.get(event.uid)
        if before is None:
            found[event.uid] = Published(event, now)
        elif before.gone is None and before.event == event and not anew:
            found[event.uid] = before
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
    """An event's summary at a privacy level; an unknown level reveals the least."""
    if level == "full":
        kind = f"{reminder.kind} " if reminder.line and reminder.kind != reminder.title else ""
        return without_codes(clean(f"{reminder.name}: {kind}{reminder.title}"))
    if level == "discreet":
        # `Maria: call her` parses as a follow-up of kind "maria": only built-in kinds may go out.
        kind = reminder.kind if reminder.kind in KINDS else FOLLOW_UP
        return f"{initials(clean(reminder.name))}: {_LABELS.get(reminder.rule, kind)}"
    return "Follow-up"


def clean(text: str) -> str:
    """A text as one line, without control characters, separators and direction overrides."""
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_UNSEEN.sub("", text).split())


def without_codes(text: str) -> str:
    """A text with each client code blanked, because it leaves the machine."""
    return TYPED_CODE.sub("a client", text)


def initials(name: str) -> str:
    """`Maria Alvarez (Rose City)` as `M. A.`"""
    words = re.sub(r"\([^()]*\)", "", name).split()
    return " ".join(f"{word[0].upper()}." for word in words if word[0].isalnum()) or "?"
