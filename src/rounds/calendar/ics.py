"""Calendar text (RFC 5545) of feeds, through the icalendar library."""

import contextlib
import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from rounds.domain.feed import FeedEvent, Published, clean, without_codes

if TYPE_CHECKING:
    from icalendar import Event, Todo, vText

PRODID = "-//Rounds//Referral reminders//EN"
_KINDS = ("VEVENT", "VTODO")
_BEGIN = re.compile(rb"\nBEGIN:(?:VEVENT|VTODO)(?=\r?\n)")
_LAST = re.compile(rb"\nEND:(?:VEVENT|VTODO)\r?(?:\n|\Z)")
_UID = re.compile(rb"\nUID:([^\r\n]+)")
_NOTHING = b"\r\n".join((
    b"BEGIN:VTIMEZONE", b"TZID:Etc/UTC", b"BEGIN:STANDARD", b"DTSTART:19700101T000000", b"TZOFFSETFROM:+0000",
    b"TZOFFSETTO:+0000", b"END:STANDARD", b"END:VTIMEZONE", b"",
))  # fmt: skip
"""In a calendar without events, since it needs a component (RFC 5545 3.6): one that no client shows."""


class Form(NamedTuple):
    """Settings that the text of every event depends on.

    Attributes:
        zone: IANA name of the practice's time zone, for events with a time; empty for times without a zone.
        minutes: duration of such an event, if it has none of its own.
        alarm: alarm of what has no time, in minutes from the start of its day; None for no alarm.
        tasks: whether they are tasks.
    """

    zone: str = ""
    minutes: int = 20
    alarm: int | None = None
    tasks: bool = False

    @property
    def mark(self) -> str:
        """A text that differs if the text of any event would."""
        return f"{self!r}{' with alarms' if self.tasks and self.alarm is not None else ''}"

    def moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        """A day and time of the practice, in UTC; without a zone if the practice has none."""
        start = dt.datetime.combine(day, time, ZoneInfo(self.zone) if self.zone else None)
        if self.zone:
            with contextlib.suppress(OverflowError):  # the first and last day of datetime
                return start.astimezone(dt.UTC)
        return start.replace(tzinfo=None)


class Head(NamedTuple):
    """Properties of the calendar, above the events.

    Attributes:
        name: name of the calendar.
        refresh: hours after which clients should refresh; 0 to leave it out.
        color: CSS color name (RFC 7986, 5.9); empty for none.
    """

    name: str
    refresh: int = 6
    color: str = ""


def calendar(head: Head, pieces: Iterable[bytes]) -> bytes:
    """A calendar file with the texts of its events, as `piece` gives them."""
    from icalendar import Calendar

    found = Calendar()  # `Calendar.new()` would give it a UID, by which vdirsyncer takes it for a single item
    title = text(without_codes(clean(head.name)))
    found.add("version", "2.0")
    found.add("prodid", PRODID)
    found.add("name", title)
    found.add("x-wr-calname", title)
    if head.color:
        found.add("color", head.color)
    if head.refresh:
        # The library leaves out VALUE, which RFC 7986 (5.7) requires here.
        found.add("refresh-interval", dt.timedelta(hours=head.refresh), parameters={"VALUE": "DURATION"})
        found.add("x-published-ttl", f"PT{head.refresh}H")
    end = b"END:VCALENDAR\r\n"
    return bytes(found.to_ical()).removesuffix(end) + (b"".join(pieces) or _NOTHING) + end


def piece(each: Published, form: Form) -> bytes:
    """The text of one event or task: the same arguments give the same bytes."""
    return bytes((_task if form.tasks else _event)(each, form).to_ical())


def pieces(data: bytes) -> dict[str, bytes]:
    """The texts of the events in one of our calendar files, by uid."""
    found: dict[str, bytes] = {}
    starts = [match.start() + 1 for match in _BEGIN.finditer(data)]
    for start, end in pairwise([*starts, len(data)]):
        if (last := _LAST.search(data, start, end)) and (uid := _UID.search(data, start, last.start() + 1)):
            found[uid[1].decode("utf-8", "replace")] = data[start : last.end()]
    return found


def is_ours(data: bytes) -> bool:
    """Whether Rounds made a calendar file: it has our PRODID, and our uid in each event and task.

    A truncated file counts too. One with an added event, or with anything below its end, doesn't.
    """
    lines = [line.strip(b" \0\t\r").upper() for line in _FOLD.sub(b"", data).split(b"\n")]
    if _END not in lines:
        lines.pop()  # half a line
    inner = [line for line in lines if line]
    whole = inner[-1:] == [_END]
    head = next((place for place, line in enumerate(inner) if place and line.startswith(b"BEGIN:")), len(inner))
    if inner[:1] != [b"BEGIN:VCALENDAR"] or _PRODUCT not in inner[:head] or _END in inner[:-1]:
        return False
    if inner[head:] == _EMPTY[: len(inner) - head]:
        return True
    unnamed = False
    for line in inner[head:]:
        if line.startswith(b"BEGIN:") and line != b"BEGIN:VALARM":
            if unnamed:
                return False
            unnamed = True
        elif line.startswith(b"UID:"):
            if not line.endswith(b"@ROUNDS"):  # as `domain.feed.event_uid` ends each
                return False
            unnamed = False
    return not (unnamed and whole)


_FOLD = re.compile(rb"\r?\n[ \t]")
_END = b"END:VCALENDAR"
_EMPTY = [*_NOTHING.upper().split(), _END]
_PRODUCT = f"PRODID:{PRODID}".upper().encode()


def _event(each: Published, form: Form) -> "Event":
    from icalendar import Event

    event, component = each.event, Event()
    _identify(component, each)
    if event.day is None:
        raise ValueError(event.uid)
    if event.time is None:
        component["dtstart"] = _value("dtstart", event.day)
        component["dtend"] = _value("dtend", event.day + dt.timedelta(days=1))
    else:
        start = form.moment(event.day, event.time)
        component["dtstart"] = _value("dtstart", start)
        component["dtend"] = _value("dtend", start + dt.timedelta(minutes=event.minutes or form.minutes))
    component["transp"] = _value("transp", "OPAQUE" if event.busy else "TRANSPARENT")
    _ring(component, event, form)
    return component


def _task(each: Published, form: Form) -> "Todo":
    from icalendar import Todo

    event, component = each.event, Todo()
    _identify(component, each)
    if event.day is not None:
        component["due"] = _value("due", event.day if event.time is None else form.moment(event.day, event.time))
    component["status"] = _value("status", "NEEDS-ACTION" if event.done is None else "COMPLETED")
    if event.done is not None:
        component["percent-complete"] = _value("percent-complete", 100)
        component["completed"] = _value("completed", form.moment(event.done, dt.time()).replace(tzinfo=dt.UTC))
    _ring(component, event, form)
    return component


def _identify(component: "Event | Todo", each: Published) -> None:
    from icalendar import vUri

    component["uid"] = text(each.event.uid)
    component["summary"] = text(clean(each.event.summary))
    component["dtstamp"] = _value("dtstamp", each.stamp)
    component["last-modified"] = _value("last-modified", each.stamp)
    component["sequence"] = _value("sequence", each.sequence)
    component["class"] = _value("class", "PRIVATE")
    component["categories"] = _value("categories", "Rounds")
    if each.event.place:
        component["location"] = text(each.event.place)
    if each.event.url:
        component["url"] = vUri(each.event.url)


def text(words: str) -> "vText":
    r"""A text property on one line, in which a typed `\N`, as in `C:\Notes`, isn't a line break (decision 45)."""
    return _text_type()(words)


@lru_cache(maxsize=1)
def _text_type() -> "type[vText]":
    from icalendar import vText

    class Text(vText):
        def to_ical(self) -> bytes:
            if r"\N" not in self:
                return super().to_ical()
            return vText(self.replace("\\", "\0")).to_ical().replace(b"\0", rb"\\")

    return Text


@lru_cache(maxsize=1024)
def _value(name: str, value: str | int | dt.date) -> object:
    """A property value as the library keeps it. Cached: most events share most values, and none is ever changed."""
    from icalendar import Component

    component = Component()
    component.add(name, value)
    return component[name]


def _ring(component: "Event | Todo", event: FeedEvent, form: Form) -> None:
    """Add the alarm of what is open. A task only has an end, which is when it's due (RFC 5545 3.8.6.3)."""
    minutes = form.alarm if event.time is None else None if event.alarm is None else -event.alarm
    if minutes is None or event.day is None or event.done is not None:
        return
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text(clean(event.summary)))
    alarm.add("trigger", dt.timedelta(minutes=minutes), parameters={"RELATED": "END"} if form.tasks else {})
    component.add_component(alarm)
