"""Objects of a calendar server: read, and changed without touching what others wrote.

Servers and clients reorder, add and rewrite properties. What isn't ours stays, byte for byte, as in notes.
"""

import contextlib
import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, cast
from zoneinfo import ZoneInfo

from rounds.calendar.object_lines import KINDS, ObjectLines, written
from rounds.domain.feed import clean
from rounds.domain.publish_diff import Remote

if TYPE_CHECKING:
    from icalendar import Component

LARGEST = 1 << 19
"""Size limit in bytes for an object with one event or task, which usually has some hundreds."""

_LINES = 2000
_WORDS = 4000
_EARLIEST = dt.date(1970, 1, 1)
"""A task that was done before is one whose program didn't know the day."""


def read_remote(data: bytes, zone: str) -> Remote:
    """The event or task of one calendar object; of one that repeats, the series itself.

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
    each = _main(data)
    when = (_first(each, "due") if each.name == "VTODO" else None) or _first(each, "dtstart")
    day, time = _local(when, zone) if when is not None else (None, None)
    status, finished = str(_first(each, "status")).upper(), _first(each, "completed")
    done = status == "COMPLETED" or finished is not None or str(_first(each, "percent-complete")) == "100"
    typed = [str(words) for name in ("description", "comment") for words in _all(each, name)]
    found = Remote(
        summary=_storable(str(_first(each, "summary") or ""))[:_WORDS],
        day=day,
        time=time,
        done=done and status != "CANCELLED",
        completed=_day_done(finished, zone) if finished is not None else None,
        text="\n".join(filter(None, (clean(line) for words in typed for line in words.splitlines()))),
        cancelled=status == "CANCELLED",
    )
    return found._replace(ours=str(_first(each, _SEEN) or "") == found.fingerprint)


def _main(data: bytes) -> "Component":
    """The event or task that the object is about, not one of the exceptions of a series."""
    from icalendar import Calendar

    if len(data) > LARGEST or data.count(b"\n") - data.count(b"\n ") - data.count(b"\n\t") > _LINES:
        raise ValueError("too large for one event")
    calendar = Calendar.from_ical(data)
    found = [] if isinstance(calendar, list) else [each for each in calendar.subcomponents if each.name in KINDS]
    if not found:
        raise ValueError("no event and no task")
    return next((each for each in found if "recurrence-id" not in each), found[0])


def _all(component: "Component", name: str) -> Sequence[object]:
    value = component.get(name, [])
    return cast("list[object]", value) if isinstance(value, list) else [value]


def _first(component: "Component", name: str) -> object:
    """The value of a property; the first one if there are several."""
    return next(iter(_all(component, name)), None)


def _storable(words: str) -> str:
    return words.encode("utf-8", "replace").decode()


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


def _day_done(value: object, zone: str) -> dt.date | None:
    """The day on which it was done; None for one that can't be, such as in the year 1."""
    if isinstance(moment := getattr(value, "dt", None), dt.date) and moment.year < _EARLIEST.year:
        return None
    return _local(value, zone)[0]


class Task(NamedTuple):
    """A task of somebody else.

    Attributes:
        mark: of the machine of ours that has taken it into the inbox; empty for none.
    """

    uid: str
    mark: str
    remote: Remote


_MARK = "X-ROUNDS-INBOX"
_SEEN = "X-ROUNDS-SEEN"


def read_task(data: bytes, zone: str) -> Task:
    """The task of one calendar object.

    Raises:
        ValueError: as for `read_remote`, or it's an event.
    """
    remote, found = read_remote(data, zone), ObjectLines(data)
    if found.kind != "VTODO":
        raise ValueError("no task")
    uid, mark = (found.value(name).decode(errors="replace").strip() for name in ("UID", _MARK))
    return Task(uid, mark, remote)


def marked(data: bytes, mark: str) -> bytes:
    """The object of a task with a mark that it's in the inbox; nothing else in it changes."""
    found = ObjectLines(data)
    found.put(_MARK, f"{_MARK}:{mark}\r\n".encode())
    return bytes(found)


def signed(data: bytes, seen: Remote) -> bytes:
    """One of our objects with its fingerprint, by which any machine of ours sees whether somebody has changed it.

    Args:
        seen: what it says.
    """
    found = ObjectLines(data)
    found.put(_SEEN, f"{_SEEN}:{seen.fingerprint}\r\n".encode())
    return bytes(found)


# Changing an object --------------------------------------------------------------------------------------------------

_DONE = ("STATUS", "COMPLETED", "PERCENT-COMPLETE")
_LINK = b"obsidian:"
"""Start of the links that we write; another one is somebody's own."""


def merged(there: bytes, ours: bytes, zone: str, *, lasts: bool = False) -> bytes:
    """An object of a server with our version of its event or task in it.

    Only properties that Rounds writes are changed, and only if their meaning differs: notes, priority, other alarms,
    attachments, a task that's half done, a longer meeting and unknown properties stay as they are, byte for byte.

    Args:
        there: the object on the server.
        ours: the object that we'd write if there were none.
        zone: as for `read_remote`.
        lasts: whether our event's length is that of its plan, so that it counts.

    Returns:
        `there` itself if nothing differs.

    Raises:
        ValueError: the object there can't be read.
    """
    before, after = read_remote(there, zone), read_remote(ours, zone)
    edit, new = ObjectLines(there), ObjectLines(ours)
    if edit.kind != new.kind:
        return ours
    if edit.value("LOCATION") in edit.value("SUMMARY"):  # ours, or none
        edit.take(new, "LOCATION")
    if before.summary != after.summary:
        edit.rename(new, after.summary)
    if (before.day, before.time) != (after.day, after.time):
        _move(edit, new, _main(there), _main(ours), lasts=lasts)
    elif lasts and edit.kind == "VEVENT" and _length(_main(there)) != _length(_main(ours)):
        edit.take(new, "DTSTART", "DTEND")
        edit.put("DURATION", b"")
    if edit.kind == "VTODO" and before.done != after.done:
        edit.take(new, *_DONE)
    if edit.kind == "VEVENT":
        edit.take(new, "TRANSP")
    edit.ring(new)
    edit.take(new, _SEEN)
    if edit.value("URL").startswith(_LINK) or not edit.value("URL"):
        edit.take(new, "URL")
    return edit.stamped(new) if bytes(edit) != there else there


def _move(edit: ObjectLines, new: ObjectLines, there: "Component", ours: "Component", *, lasts: bool) -> None:
    """Take day and time. An event keeps its length there, unless ours counts; a task doesn't start after its day."""
    began, begins, due = (_when(*each) for each in ((there, "dtstart"), (ours, "dtstart"), (ours, "due")))
    edit.take(new, *(("DTSTART", "DTEND") if edit.kind == "VEVENT" else ("DUE",)))
    edit.put("DURATION", b"")
    if edit.kind == "VEVENT" and begins is not None and type(began) is type(begins) and not lasts:
        with contextlib.suppress(OverflowError):  # past the last day
            if length := _length(there):
                edit.put("DTEND", written("DTEND", begins + length))
    elif edit.kind == "VTODO" and began is not None and due is not None and not _is_before(began, due):
        edit.put("DTSTART", written("DTSTART", due))


def _length(component: "Component") -> dt.timedelta | None:
    """How long an event takes; None if it doesn't say, or says something odd."""
    began, ended = _when(component, "dtstart"), _when(component, "dtend")
    try:
        length = ended - began if began is not None and ended is not None else _python(component, "duration")
    except TypeError:  # only one end has a zone
        return None
    return length if isinstance(length, dt.timedelta) and length > dt.timedelta(0) else None


def _when(component: "Component", name: str) -> dt.date | None:
    """A day or moment; None for something else."""
    found = _python(component, name)
    return found if isinstance(found, dt.date) else None


def _python(component: "Component", name: str) -> object:
    """The value of a property that is a time, as the library reads it; None if it can't."""
    try:
        return getattr(_first(component, name), "dt", None)
    except ValueError:
        return None


def _is_before(start: dt.date, due: dt.date) -> bool:
    """Whether a task may start and be due like this: both are days, or moments in this order."""
    try:
        return type(start) is type(due) and start <= due
    except TypeError:  # only one has a zone
        return True
