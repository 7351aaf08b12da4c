"""Events and tasks as servers and clients give them back."""

import datetime as dt

import pytest

from rounds.calendar.ics import read_remote
from rounds.domain.publish_diff import Remote

ZONE = "America/Los_Angeles"


def calendar(*lines: str, kind: str = "VTODO") -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", f"BEGIN:{kind}", "UID:u", *lines, f"END:{kind}",
                        "END:VCALENDAR", ""]).encode()  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "day", "time"),
    [
        (("DUE;VALUE=DATE:20261201",), dt.date(2026, 12, 1), None),
        (("DUE:20261201T203000Z",), dt.date(2026, 12, 1), dt.time(12, 30)),
        (("DUE:20261202T033000Z",), dt.date(2026, 12, 1), dt.time(19, 30)),
        (("DUE;TZID=Europe/Berlin:20261201T090000",), dt.date(2026, 12, 1), dt.time(0, 0)),
        (("DUE:20261201T123000",), dt.date(2026, 12, 1), dt.time(12, 30)),
        (("DTSTART;VALUE=DATE:20261130", "DUE;VALUE=DATE:20261201"), dt.date(2026, 12, 1), None),
        ((), None, None),
    ],
)
def test_when_it_is_where_the_practice_is(lines: tuple[str, ...], day: dt.date | None, time: dt.time | None) -> None:
    """Whatever zone a client writes it in."""
    assert read_remote(calendar("SUMMARY:a\\, b", *lines), ZONE) == Remote("a, b", day, time)


@pytest.mark.parametrize(
    ("lines", "done"),
    [
        (("STATUS:COMPLETED",), True), (("STATUS:completed",), True), (("PERCENT-COMPLETE:100",), True),
        (("STATUS:NEEDS-ACTION",), False), (("STATUS:IN-PROCESS", "PERCENT-COMPLETE:50"), False),
        (("STATUS:CANCELLED",), False), ((), False),
    ],
)  # fmt: skip
def test_done_by_any_property(lines: tuple[str, ...], done: bool) -> None:
    assert read_remote(calendar(*lines), ZONE).done is done


def test_the_day_on_which_it_was_done() -> None:
    found = read_remote(calendar("COMPLETED:20261202T033000Z"), ZONE)
    assert (found.done, found.completed) == (True, dt.date(2026, 12, 1))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<html><body>Log in</body></html>", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\x00\xff", calendar()[:-20],
        calendar("DUE:tomorrow"), calendar("COMPLETED:long ago"), calendar("PERCENT-COMPLETE:all"), calendar(kind="VJOURNAL"), b"BEGIN:VTODO\r\nEND:VTODO\r\n",
    ],
)  # fmt: skip
def test_what_is_none_is_refused(data: bytes) -> None:
    """And never taken for an empty one, or for one whose date was taken away."""
    with pytest.raises(ValueError):  # noqa: PT011 - of the library, in many words
        read_remote(data, ZONE)


@pytest.mark.parametrize(
    "lines",
    [
        ("DUE;VALUE=DURATION:PT1H",), ("DUE;VALUE=TIME:120000",), ("DUE;VALUE=TEXT:soon",), ("DUE:20261201,20261202",),
        ("DUE;VALUE=PERIOD:20261201T000000Z/PT1H",), ("DUE:00010101T000000Z",), ("COMPLETED:yes",), ("PERCENT-COMPLETE:x",),
        ("X-A:1",) * 3000, ("DESCRIPTION:" + "x" * 600_000,), ("BEGIN:VALARM",) * 3000,
    ],
)  # fmt: skip
def test_what_is_no_task_is_an_error_and_takes_no_time(lines: tuple[str, ...]) -> None:
    """Another type than a day, a day that is in no calendar, a text without end."""
    with pytest.raises(ValueError):  # noqa: PT011  # each library has its own words
        read_remote(calendar(*lines), ZONE)


def test_of_what_stands_there_several_times_the_first_counts() -> None:
    lines = ("DUE:20261201", "DUE:20261202", "SUMMARY:a", "SUMMARY:b", "STATUS:COMPLETED", "STATUS:NEEDS-ACTION")
    twice = ("COMPLETED:20261201T120000Z", "COMPLETED:20261202T120000Z", "PERCENT-COMPLETE:100", "PERCENT-COMPLETE:1")
    assert read_remote(calendar(*lines, *twice), ZONE) == Remote("a", dt.date(2026, 12, 1), None, True, dt.date(2026, 12, 1))  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        b"BEGIN:VTIMEZONNE\nTZID:X\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\n",
        (b"BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nDTSTART:19701101T020000\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nRRULE:INTERVAL=1\n"
        b"END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=X:20261201T100000\nEND:VEVENT\n"),
        b"BEGIN:VEVENT\nUID:a\nDTSTART;TZID=America/" + b"x" * 300 + b":20261201T100000\nEND:VEVENT\n",
    ],
)  # fmt: skip
def test_odd_objects_are_refused_with_one_error(lines: bytes) -> None:
    """Whatever the library makes of them: time zones without a kind or with endless names."""
    with pytest.raises(ValueError):  # noqa: PT011 - of the library, in many words
        read_remote(b"BEGIN:VCALENDAR\nVERSION:2.0\n" + lines + b"END:VCALENDAR\n", ZONE)
