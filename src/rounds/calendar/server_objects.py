"""Objects of a calendar server: read, and changed without touching what others wrote.

Servers and clients reorder, add and rewrite properties. What isn't ours stays, byte for byte, as in notes.
"""

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast
from zoneinfo import ZoneInfo

from rounds.calendar.ics import text
from rounds.domain.feed import clean
from rounds.domain.publish_diff import Remote

if TYPE_CHECKING:
    from icalendar import Component

LARGEST = 1 << 19
"""Size limit in bytes for an object with one event or task, which usually has some hundreds."""

_LINES = 2000
_WORDS = 4000
_KINDS = ("VEVENT", "VTODO")
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
    return Remote(
        summary=_storable(str(_first(each, "summary") or ""))[:_WORDS],
        day=day,
        time=time,
        done=done and status != "CANCELLED",
        completed=_day_done(finished, zone) if finished is not None else None,
        text="\n".join(filter(None, (clean(line) for words in typed for line in words.splitlines()))),
        cancelled=status == "CANCELLED",
    )


def _main(data: bytes) -> "Component":
    """The event or task that the object is about, not one of the exceptions of a series."""
    from icalendar import Calendar

    if len(data) > LARGEST or data.count(b"\n") - data.count(b"\n ") - data.count(b"\n\t") > _LINES:
        raise ValueError("too large for one event")
    calendar = Calendar.from_ical(data)
    found = [] if isinstance(calendar, list) else [each for each in calendar.subcomponents if each.name in _KINDS]
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


# Changing an object --------------------------------------------------------------------------------------------------

_DONE = ("STATUS", "COMPLETED", "PERCENT-COMPLETE")
_LINK = b"obsidian:"
"""Start of the links that we write; another one is somebody's own."""

_PART = 2
"""Depth of an event or task in a calendar; its alarms are one deeper."""


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
    edit, new = _Object(there), _Object(ours)
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
    if edit.value("URL").startswith(_LINK) or not edit.value("URL"):
        edit.take(new, "URL")
    return edit.stamped(new) if bytes(edit) != there else there


def _move(edit: "_Object", new: "_Object", there: "Component", ours: "Component", *, lasts: bool) -> None:
    """Take day and time. An event keeps its length there, unless ours counts; a task doesn't start after its day."""
    began, begins, due = (_when(*each) for each in ((there, "dtstart"), (ours, "dtstart"), (ours, "due")))
    edit.take(new, *(("DTSTART", "DTEND") if edit.kind == "VEVENT" else ("DUE",)))
    edit.put("DURATION", b"")
    if edit.kind == "VEVENT" and begins is not None and type(began) is type(begins) and not lasts:
        with contextlib.suppress(OverflowError):  # past the last day
            if length := _length(there):
                edit.put("DTEND", _written("DTEND", begins + length))
    elif edit.kind == "VTODO" and began is not None and due is not None and not _is_before(began, due):
        edit.put("DTSTART", _written("DTSTART", due))


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


def _written(name: str, value: object) -> bytes:
    """A property as a line."""
    from icalendar import Event

    part = Event()
    part.add(name, value)
    return bytes(part.to_ical()).partition(b"\r\n")[2].removesuffix(b"END:VEVENT\r\n")


class _Line(NamedTuple):
    """A property, BEGIN or END.

    Attributes:
        raw: its bytes, with continuation lines and line ends.
        name: in capitals.
        value: unfolded.
        depth: number of components around it; BEGIN and END count as in theirs.
    """

    raw: bytes
    name: str
    value: bytes
    depth: int


def _lines(data: bytes) -> Iterator[_Line]:
    depth = 0
    for raw, words in _unfolded(data):
        head = _NAME.match(words)
        name, value = (head[1].decode("ascii").upper(), words[head.end() :]) if head else ("", words)
        depth += name == "BEGIN"
        yield _Line(raw, name, value, depth)
        depth -= name == "END"


def _unfolded(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each line with its continuation lines, as it stands and as it reads; blank lines don't part them."""
    *whole, last = data.split(b"\n")
    found: list[list[bytes]] = []
    blank: list[bytes] = []
    for raw in (*(line + b"\n" for line in whole), *([last] if last else [])):
        if not raw.strip(b"\r\n"):
            blank.append(raw)
        elif raw[:1] in (b" ", b"\t") and found:
            found[-1] += (*blank, raw)
            blank = []
        else:
            found += ([each] for each in (*blank, raw))
            blank = []
    found += ([each] for each in blank)
    for first, *more in found:
        words = (part[1:].rstrip(b"\r\n") for part in more if part.strip(b"\r\n"))
        yield b"".join((first, *more)), b"".join((first.rstrip(b"\r\n"), *words))


_NAME = re.compile(rb'([A-Za-z0-9-]++)(?:;(?:[^":]|"[^"]*")*+)?:')


class _Object:
    """The lines of an object, to change those of its event or task.

    Attributes:
        kind: VEVENT or VTODO.
    """

    def __init__(self, data: bytes) -> None:
        self.lines = list(_lines(data))
        begins = [at for at, line in enumerate(self.lines) if (line.name, line.depth) == ("BEGIN", _PART)]
        parts = [at for at in begins if self.lines[at].value.decode("latin-1").upper() in _KINDS]
        mains = [at for at in parts if not any(line.name == "RECURRENCE-ID" for line in self._of(at))]
        if not parts:
            raise ValueError("no event and no task")
        self.start = (mains or parts)[0]
        self.kind = self.lines[self.start].value.decode("latin-1").upper()
        self.end = b"\r\n" if self.lines[self.start].raw.endswith(b"\r\n") else b"\n"

    def __bytes__(self) -> bytes:
        return b"".join(line.raw for line in self.lines)

    def _of(self, start: int) -> Iterator[_Line]:
        """The lines of a component after its BEGIN, up to its END."""
        depth = self.lines[start].depth
        for line in self.lines[start + 1 :]:
            yield line
            if (line.name, line.depth) == ("END", depth):
                return

    def _places(self, name: str) -> list[int]:
        found = enumerate(self._of(self.start), self.start + 1)
        return [at for at, line in found if (line.name, line.depth) == (name, _PART)]

    def raw(self, name: str) -> bytes:
        """A property with its line end; of several, the first; empty for none."""
        return next((self.lines[at].raw for at in self._places(name)), b"")

    def value(self, name: str) -> bytes:
        """The value of a property, as written."""
        return next((self.lines[at].value for at in self._places(name)), b"")

    def put(self, name: str, raw: bytes) -> None:
        """Write a property in place of all of its name, or else after the other properties; empty bytes remove it."""
        places = self._places(name)
        inner = enumerate(self._of(self.start), self.start + 1)
        at = places[0] if places else next(at for at, line in inner if line.depth > _PART or line.name == "END")
        for each in reversed(places):
            del self.lines[each]
        self.lines[at:at] = [line._replace(depth=_PART) for line in _lines(raw.replace(b"\r\n", self.end))]

    def take(self, new: "_Object", *names: str) -> None:
        """Have these properties as the other one has them; what's lacking there is removed."""
        for name in names:
            self.put(name, new.raw(name))

    def rename(self, new: "_Object", title: str) -> None:
        """Take the title; alarms that said it say the new one."""
        old = self.value("SUMMARY")
        self.take(new, "SUMMARY")
        said = next(_lines(_written("DESCRIPTION", text(title)).replace(b"\r\n", self.end)))
        for at, line in enumerate(self._of(self.start), self.start + 1):
            if old and line.depth > _PART and (line.name, line.value) == ("DESCRIPTION", old):
                self.lines[at] = said._replace(depth=line.depth)

    def ring(self, new: "_Object") -> None:
        """Take the alarm if there is none; end ours, which says the title, if there is none any more.

        Task apps also write the title into a person's own alarm, so one of a task stays; what is done doesn't ring.
        """
        ours, theirs = new.alarms(), self.alarms()
        if ours and not theirs:
            lines = [line._replace(raw=line.raw.replace(b"\r\n", self.end)) for line in new.lines[ours[0]]]
            at = self.start + sum(1 for _ in self._of(self.start))
            self.lines[at:at] = lines
        elif not ours and self.kind == "VEVENT":
            for place in reversed(theirs):
                said = [line.value for line in self.lines[place] if line.name == "DESCRIPTION"]
                if said == [self.value("SUMMARY")]:
                    del self.lines[place]

    def alarms(self) -> list[slice]:
        """Places of the alarms among the lines."""
        found, start = [], 0
        for at, line in enumerate(self._of(self.start), self.start + 1):
            if line.depth == _PART + 1 and line.name == "BEGIN":
                start = at
            elif line.depth == _PART + 1 and line.name == "END":
                found.append(slice(start, at + 1))
        return found

    def stamped(self, new: "_Object") -> bytes:
        """The changed object, with stamps and a number that are later than those there (RFC 5545 3.8.7)."""
        for name in ("DTSTAMP", "LAST-MODIFIED"):
            was, now = _stamp(self.value(name)), _stamp(new.value(name))
            if now > was:
                self.take(new, name)
            else:
                self.put(name, _written(name, was + dt.timedelta(seconds=1)))
        number = max(_number(new.value("SEQUENCE")), _number(self.value("SEQUENCE")) + 1)
        self.put("SEQUENCE", _written("SEQUENCE", number))
        return bytes(self)


def _stamp(value: bytes) -> dt.datetime:
    """A moment in UTC; the first of all for something else, or for one that has none after it."""
    first = dt.datetime.min.replace(tzinfo=dt.UTC)
    try:
        found = dt.datetime.strptime(value.decode("latin-1"), "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError:
        return first
    return found if found.year < dt.MAXYEAR else first


def _number(value: bytes) -> int:
    return int(value) if re.fullmatch(rb"[0-9]{1,9}", value) else 0
