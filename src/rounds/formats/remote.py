"""Events and tasks as a calendar server gives them back (RFC 5545). Servers and clients reorder, add and rewrite."""

import datetime as dt
from zoneinfo import ZoneInfo

from rounds.domain.publishing import Remote


def read_remote(data: bytes, zone: str) -> Remote:
    """The event or task of one calendar object.

    Args:
        zone: name of the practice's; empty for none.

    Raises:
        ValueError: it is none, such as a web page or half of one.
    """
    try:
        return _read(data, zone)
    except Exception as error:  # the library has errors of many kinds for odd objects
        raise ValueError(str(error)) from error


def _read(data: bytes, zone: str) -> Remote:
    from icalendar import Calendar

    calendar = Calendar.from_ical(data)
    if isinstance(calendar, list) or not (found := [each for each in calendar.subcomponents if each.name in _KINDS]):
        raise ValueError("no event and no task")
    each = found[0]
    when = each.get("due") or each.get("dtstart")
    day, time = _local(when.dt, zone) if when is not None else (None, None)
    finished = each.get("completed")
    percent = each.get("percent-complete")
    done = str(each.get("status", "")).upper() == "COMPLETED" or finished is not None or str(percent) == "100"
    return Remote(
        summary=str(each.get("summary", "")),
        day=day,
        time=time,
        done=done,
        completed=_local(finished.dt, zone)[0] if finished is not None else None,
    )


_KINDS = ("VEVENT", "VTODO")


def _local(moment: dt.date | dt.datetime, zone: str) -> tuple[dt.date, dt.time | None]:
    if not isinstance(moment, dt.datetime):
        return moment, None
    if moment.tzinfo is not None and zone:
        moment = moment.astimezone(ZoneInfo(zone))
    return moment.date(), moment.time().replace(second=0, microsecond=0)
