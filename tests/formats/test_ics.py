import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from rounds.domain.feed import FeedEvent
from rounds.formats.ics import render

TODAY = dt.date(2026, 11, 23)
LA = ZoneInfo("America/Los_Angeles")


def written(*events: FeedEvent, zone: ZoneInfo | None = LA, alarm: dt.timedelta | None = None) -> bytes:
    return render("Rounds", events, today=TODAY, zone=zone, alarm=alarm)


def parsed(data: bytes) -> list[Component]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_a_feed_is_a_whole_calendar() -> None:
    """RFC 5545: version, product, CRLF, no line above 75 bytes."""
    data = written(FeedEvent("1@rounds", TODAY, "Núñez: " + "é" * 200))
    assert data.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert data.endswith(b"END:VCALENDAR\r\n")
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)


def test_a_vault_without_reminders_gives_an_empty_calendar() -> None:
    """Still a valid one, with its name."""
    calendar = Calendar.from_ical(written())
    assert calendar["X-WR-CALNAME"] == "Rounds"
    assert list(calendar.walk("VEVENT")) == []


def test_an_event_without_a_time_is_all_day() -> None:
    """From its day to the next, free, private."""
    (event,) = parsed(written(FeedEvent("1@rounds", TODAY, "Sam: call")))
    assert event.decoded("dtstart") == TODAY
    assert event.decoded("dtend") == dt.date(2026, 11, 24)
    assert (event["transp"], event["class"], event["uid"]) == ("TRANSPARENT", "PRIVATE", "1@rounds")
    assert event.decoded("dtstamp") == dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (dt.date(2026, 10, 31), dt.datetime(2026, 10, 31, 19, 30, tzinfo=dt.UTC)),
        (dt.date(2026, 11, 2), dt.datetime(2026, 11, 2, 20, 30, tzinfo=dt.UTC)),
    ],
)
def test_a_time_is_that_of_the_practice_on_either_side_of_the_clock_change(day: dt.date, utc: dt.datetime) -> None:
    """12:30 in Los Angeles, 20 minutes long (guide, line 11); November 1, 2026 has 25 hours."""
    (event,) = parsed(written(FeedEvent("1@rounds", day, "Sam: coffee", dt.time(12, 30), busy=True)))
    assert event.decoded("dtstart") == utc
    assert event.decoded("dtend") == utc + dt.timedelta(minutes=20)
    assert event["transp"] == "OPAQUE"


def test_without_a_zone_a_time_floats() -> None:
    """It then is 12:30 wherever the calendar is read."""
    assert b"DTSTART:20261201T123000\r\n" in written(
        FeedEvent("1@rounds", dt.date(2026, 12, 1), "x", dt.time(12, 30)), zone=None
    )


def test_the_first_days_there_are_don_t_break_a_feed() -> None:
    """A year typed as 0001 has no UTC in the east."""
    event = FeedEvent("1@rounds", dt.date.min, "x", dt.time(0, 0))
    assert len(parsed(written(event, zone=ZoneInfo("Asia/Tokyo")))) == 1


def test_an_alarm_rings_on_the_day_of_an_all_day_event() -> None:
    """At 9:00; an event with a time has the calendar's own."""
    nine = dt.timedelta(hours=9)
    data = written(FeedEvent("1@rounds", TODAY, "Sam: call"), FeedEvent("2@rounds", TODAY, "x", dt.time(8)), alarm=nine)
    alarms = list(Calendar.from_ical(data).walk("VALARM"))
    assert [(alarm.decoded("trigger"), alarm["action"], alarm["description"]) for alarm in alarms] == [
        (nine, "DISPLAY", "Sam: call")
    ]


def test_the_order_of_the_reminders_makes_no_difference() -> None:
    """Same events, same bytes."""
    events = [FeedEvent(f"{n}@rounds", TODAY + dt.timedelta(days=n % 3), "x") for n in range(6)]
    assert written(*events) == written(*reversed(events))


@given(st.text(max_size=300))
def test_no_text_can_break_out_of_its_line(text: str) -> None:
    """Control characters, line separators and made-up properties come back as a part of the summary."""
    hostile = f"{text}\r\nEND:VEVENT\u2028DTSTART:19700101\x0b\x85"
    data = written(FeedEvent("1@rounds", TODAY, hostile))
    (event,) = parsed(data)
    assert event.decoded("dtstart") == TODAY
    assert data.count(b"\r\nDTSTART") == 1
    assert not set(data.decode().replace("\r\n", "")) & {chr(c) for c in [*range(32), 127, 0x85, 0x2028, 0x2029]}


def test_a_title_of_ten_thousand_characters_comes_back_whole() -> None:
    """Folded, of course."""
    title = "é;,\\x王" * 2000
    (event,) = parsed(written(FeedEvent("1@rounds", TODAY, title)))
    assert str(event["summary"]) == title
