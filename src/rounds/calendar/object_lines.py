"""The lines of a calendar object, changed without touching others."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from rounds.calendar.ics import text

KINDS = ("VEVENT", "VTODO")
_PART = 2
"""Depth of an event or task in a calendar; its alarms are one deeper."""


def written(name: str, value: object) -> bytes:
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


class ObjectLines:
    """The lines of an object, to change those of its event or task.

    Attributes:
        kind: VEVENT or VTODO.
    """

    def __init__(self, data: bytes) -> None:
        self.lines = list(_lines(data))
        begins = [at for at, line in enumerate(self.lines) if (line.name, line.depth) == ("BEGIN", _PART)]
        parts = [at for at in begins if self.lines[at].value.decode("latin-1").upper() in KINDS]
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

    def take(self, new: "ObjectLines", *names: str) -> None:
        """Have these properties as the other one has them; what's lacking there is removed."""
        for name in names:
            self.put(name, new.raw(name))

    def rename(self, new: "ObjectLines", title: str) -> None:
        """Take the title; alarms that said it say the new one."""
        old = self.value("SUMMARY")
        self.take(new, "SUMMARY")
        said = next(_lines(written("DESCRIPTION", text(title)).replace(b"\r\n", self.end)))
        for at, line in enumerate(self._of(self.start), self.start + 1):
            if old and line.depth > _PART and (line.name, line.value) == ("DESCRIPTION", old):
                self.lines[at] = said._replace(depth=line.depth)

    def ring(self, new: "ObjectLines") -> None:
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

    def stamped(self, new: "ObjectLines") -> bytes:
        """The changed object, with stamps and a number that are later than those there (RFC 5545 3.8.7)."""
        for name in ("DTSTAMP", "LAST-MODIFIED"):
            was, now = _stamp(self.value(name)), _stamp(new.value(name))
            if now > was:
                self.take(new, name)
            else:
                self.put(name, written(name, was + dt.timedelta(seconds=1)))
        number = max(_number(new.value("SEQUENCE")), _number(self.value("SEQUENCE")) + 1)
        self.put("SEQUENCE", written("SEQUENCE", number))
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
