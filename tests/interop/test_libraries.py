"""Other libraries of Python read from our feeds what we meant."""

from datetime import UTC, date, datetime

import ics
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from interop.conftest import NAMES, Item, Published, ordered
from interop.lint import faults


@pytest.mark.parametrize("name", NAMES)
def test_our_own_lint_finds_nothing(feeds: Published, name: str) -> None:
    """At every level, for events and tasks."""
    assert faults(feeds.path(name).read_bytes()) == []


def test_our_own_lint_finds_what_it_is_for(feeds: Published) -> None:
    """Each fault that has ended another client's sync, one at a time."""
    data = feeds.path("full").read_bytes()
    for old, new in [
        (b"\r\n", b"\n"),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 99),
        (b"SUMMARY:", "SUMMARY:\u2028".encode()),
        (b"Z\r\nUID", b"\r\nUID"),
        (b";VALUE=DURATION", b""),
        (b"BEGIN:VEVENT", b"UID:calendar\r\nBEGIN:VEVENT"),
        (b"@rounds\r\n", b"@rounds\r\nUID:twice\r\n"),
        (b"BEGIN:VEVENT", b"METHOD:PUBLISH\r\nBEGIN:VEVENT"),
        (b"TRANSP:", b"RRULE:FREQ=DAILY\r\nTRANSP:"),
        (b"END:VCALENDAR\r\n", b""),
    ]:
        assert faults(data.replace(old, new, 1)), old


@pytest.mark.parametrize("name", NAMES)
def test_vobject_agrees(feeds: Published, name: str) -> None:
    """It parses and validates the calendar; number, days and words are ours."""
    calendar = vobject.readOne(feeds.path(name).read_text(encoding="utf-8"))
    assert calendar.validate(raiseException=True)
    found = []
    for each in calendar.components():
        start = each.contents.get("due" if name.endswith("tasks") else "dtstart")
        found.append(Item(each.summary.value, start[0].value if start else None))
    assert ordered(found) == feeds.items(name)


@pytest.mark.parametrize("name", NAMES)
def test_ical_agrees(feeds: Published, name: str) -> None:
    """The library of Home Assistant, which is strict."""
    calendar = IcsCalendarStream.calendar_from_ics(feeds.path(name).read_text(encoding="utf-8"))
    found = [Item(str(event.summary), event.dtstart) for event in calendar.events]
    found += [Item(str(todo.summary), todo.due) for todo in calendar.todos]
    assert ordered(found) == feeds.items(name)


@pytest.mark.parametrize("name", NAMES)
def test_ics_agrees(feeds: Published, name: str) -> None:
    """It knows moments only: a day begins in UTC there."""
    calendar = ics.Calendar(feeds.path(name).read_text(encoding="utf-8"))

    def start(each: date | datetime | None) -> datetime | None:
        if each is None or isinstance(each, datetime):
            return each
        return datetime.combine(each, datetime.min.time(), UTC)

    found = [Item(event.name, event.begin.datetime) for event in calendar.events]
    found += [Item(todo.name, todo.due.datetime if todo.due else None) for todo in calendar.todos]
    assert ordered(found) == ordered([Item(item.summary, start(item.start)) for item in feeds.items(name)])
