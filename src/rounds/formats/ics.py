"""Calendar feeds as text (RFC 5545), through the icalendar library."""

import contextlib
import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rounds.domain.feed import FeedEvent
from rounds.formats.plain import shown

if TYPE_CHECKING:
    from icalendar import Alarm, Event

PRODID = "-//Rounds//Referral reminders//EN"
LENGTH = dt.timedelta(minutes=20)
"""Of an event with a time: a coffee chat takes 15 to 20 minutes (guide, line 11)."""


def render(
    name: str,
    events: Iterable[FeedEvent],
    *,
    today: dt.date,
    zone: ZoneInfo | None,
    alarm: dt.timedelta | None = None,
) -> bytes:
    """A calendar file. The same arguments give the same bytes.

    Args:
        name: of the calendar.
        events: in any order; they are sorted by day and identity.
        today: the day of every DTSTAMP.
        zone: of the practice, for events with a time; None for times without a zone.
        alarm: how long after the beginning of its day an all-day event rings; None for never.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    stamp = dt.datetime.combine(today, dt.time(), dt.UTC)
    for event in sorted(events, key=lambda event: (event.day, event.uid)):
        calendar.add_component(_component(event, stamp, zone, alarm))
    return bytes(calendar.to_ical())


def _component(event: FeedEvent, stamp: dt.datetime, zone: ZoneInfo | None, alarm: dt.timedelta | None) -> "Event":
    from icalendar import Event

    component = Event()
    component.add("uid", event.uid)
    component.add("dtstamp", stamp)
    if event.time is None:
        component.add("dtstart", event.day)
        component.add("dtend", event.day + dt.timedelta(days=1))
    else:
        start = dt.datetime.combine(event.day, event.time, zone)
        if zone is not None:
            with contextlib.suppress(OverflowError):  # the first and the last day there are
                start = start.astimezone(dt.UTC)
        component.add("dtstart", start)
        component.add("dtend", start + LENGTH)
    summary = " ".join(shown(event.summary).split())
    component.add("summary", summary)
    component.add("class", "PRIVATE")
    component.add("transp", "OPAQUE" if event.busy else "TRANSPARENT")
    component.add("categories", ["Rounds"])
    if alarm is not None and event.time is None:
        component.add_component(_alarm(summary, alarm))
    return component


def _alarm(summary: str, after: dt.timedelta) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", after)
    return alarm
