"""Events and tasks read back from a calendar server (RFC 5545).

Servers and clients reorder, add and rewrite properties.
"""

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rounds.domain.publish_diff import Remote

if TYPE_CHECKING:
    from icalendar import Component

LARGEST = 1 << 19
"""Size limit in bytes for an object with one event or task, which usually has some hundreds."""

_LINES = 2000
_WORDS = 4000
_KINDS = ("VEVENT", "VTODO")


def read_remote(data: bytes, zone: str) -> Remote:
    """The event or task of one calendar object.

    Args:
        zone: IANA name of the practice's time zone; empty for none.

    Raises:
        ValueError: it isn't a calendar object, such as a web page or a truncated one, or it's too large.
    """
    try:
        return _read(data, zone)
    except Exception as error:  # the library has errors of many kinds for odd objects
        raise ValueError(str(error)) from error


def _read(data: bytes, zone: str) -> Remote:
    from icalendar import Calendar

    if len(data) > LARGEST or data.count(b"\n") - data.count(b"\n ") - data.count(b"\n\t") > _LINES:
        raise ValueError("too large for one event")
    calendar = Calendar.from_ical(data)
    if isinstance(calendar, list) or not (found := [each for each in calendar.subcomponents if each.name in _KINDS]):
        raise ValueError("no event and no task")
    each = found[0]
    when = _first(each, "due") or _first(each, "dtstart")
    day, time = _local(when, zone) if when is not None else (None, None)
    finished = _first(each, "completed")
    percent = _first(each, "percent-complete")
    done = str(_first(each, "status")).upper() == "COMPLETED" or finished is not None or str(percent) == "100"
    return Remote(
        summary=str(_first(each, "summary") or "")[:_WORDS],
        day=day,
        time=time,
        done=done,
        completed=_local(finished, zone)[0] if finished is not None else None,
    )


def _first(component: "Component", name: str) -> object:
    """The value of a property; the first one if there are several."""
    value = component.get(name)
    return value[0] if isinstance(value, list) else value


def _local(value: object, zone: str) -> tuple[dt.date, dt.time | None]:
    """Local day and time of the practice, the time to the minute.

    Raises:
        ValueError: it isn't a date, such as a duration, or is out of range.
    """
    moment = getattr(value, "dt", None)
    if not isinstance(moment, dt.date):
        raise ValueError("no day and no time")  # noqa: TRY004  # a duration is a value that it can't have
    if not isinstance(moment, dt.datetime):
        return moment, None
    if moment.tzinfo is not None and zone:
        try:
            moment = moment.astimezone(ZoneInfo(zone))
        except OverflowError as error:
            raise ValueError("no such day") from error
    return moment.date(), moment.time().replace(second=0, microsecond=0)
