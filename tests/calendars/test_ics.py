import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from interop.lint import faults
from rounds.calendar.ics import Form, Head, calendar, is_ours, piece, pieces
from rounds.domain.feed import FeedEvent, Published, clean

TODAY = dt.date(2026, 11, 23)
STAMP = dt.datetime(2026, 11, 23, 8, 0, 5, tzinfo=dt.UTC)
LA = "America/Los_Angeles"


def written(*events: FeedEvent, form: Form = Form(LA), head: Head = Head("Rounds")) -> bytes:  # noqa: B008
    return calendar(head, [piece(Published(event, STAMP, 3), form) for event in events])


def parsed(data: bytes) -> list[Component]:
    return list(Calendar.from_ical(data).walk("VEVENT"))


def test_an_event_has_these_lines_and_no_other() -> None:
    """All-day; neither recurrence nor method nor time zone, nor an alarm that nobody asked for."""
    event = FeedEvent("1@rounds", dt.date(2026, 12, 1), "Sam Lee: call; ask", url="obsidian://open?vault=v&file=Sam")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rounds//Referral reminders//EN",
        "NAME:Rounds",
        "X-WR-CALNAME:Rounds",
        "COLOR:teal",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "BEGIN:VEVENT",
        "SUMMARY:Sam Lee: call\\; ask",
        "DTSTART;VALUE=DATE:20261201",
        "DTEND;VALUE=DATE:20261202",
        "DTSTAMP:20261123T080005Z",
        "UID:1@rounds",
        "SEQUENCE:3",
        "CATEGORIES:Rounds",
        "CLASS:PRIVATE",
        "LAST-MODIFIED:20261123T080005Z",
        "TRANSP:TRANSPARENT",
        "URL:obsidian://open?vault=v&file=Sam",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    assert written(event, head=Head("Rounds", 6, "teal")).decode().split("\r\n") == lines


def test_a_task_has_these_lines_and_no_other() -> None:
    """Open, without a day; and done, on its day."""
    undated, done = FeedEvent("1@rounds", None, "x"), FeedEvent("2@rounds", TODAY, "✓ x", done=dt.date(2026, 11, 24))
    lines = written(undated, done, form=Form(LA, tasks=True)).decode().split("\r\n")[7:-2]
    assert lines == [
        "BEGIN:VTODO",
        "CATEGORIES:Rounds",
        "CLASS:PRIVATE",
        "DTSTAMP:20261123T080005Z",
        "LAST-MODIFIED:20261123T080005Z",
        "SEQUENCE:3",
        "STATUS:NEEDS-ACTION",
        "SUMMARY:x",
        "UID:1@rounds",
        "END:VTODO",
        "BEGIN:VTODO",
        "CATEGORIES:Rounds",
        "CLASS:PRIVATE",
        "COMPLETED:20261124T080000Z",
        "DTSTAMP:20261123T080005Z",
        "DUE;VALUE=DATE:20261123",
        "LAST-MODIFIED:20261123T080005Z",
        "PERCENT-COMPLETE:100",
        "SEQUENCE:3",
        "STATUS:COMPLETED",
        "SUMMARY:✓ x",
        "UID:2@rounds",
        "END:VTODO",
    ]


def test_color_and_refreshing_can_be_left_out() -> None:
    """A calendar without either is one too."""
    data = written(head=Head("Kim", refresh=0, color=""))
    assert data.decode().split("\r\n")[3:6] == ["NAME:Kim", "X-WR-CALNAME:Kim", "BEGIN:VTIMEZONE"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:P1DT6H\r\n" in written(head=Head("Kim", refresh=30))


def test_a_feed_is_a_whole_calendar() -> None:
    """RFC 5545: version, product, CRLF, no line above 75 bytes."""
    assert faults(written(FeedEvent("1@rounds", TODAY, "Núñez: " + "é" * 200))) == []


def test_the_pieces_of_a_file_are_found_again() -> None:
    """By uid, byte for byte, so that what has not changed is not made anew."""
    events = [FeedEvent(f"{n}@rounds", TODAY, f"é{n}" * 50) for n in range(3)]
    data = written(*events, form=Form(LA, alarm=540))
    assert pieces(data) == {e.uid: piece(Published(e, STAMP, 3), Form(LA, alarm=540)) for e in events}
    assert pieces(b"no calendar") == {}


@pytest.mark.parametrize("tasks", [False, True])
def test_a_vault_without_reminders_gives_an_empty_calendar(tasks: bool) -> None:
    """Still a valid one, with its name and the one component that it needs (RFC 5545 3.6): none that is shown."""
    data = written(form=Form(LA, tasks=tasks))
    found = Calendar.from_ical(data)
    assert found["X-WR-CALNAME"] == "Rounds"
    assert [each.name for each in found.subcomponents] == ["VTIMEZONE"]
    assert faults(data) == []


@pytest.mark.parametrize(
    "end", ["END:VEVENT", "BEGIN:VEVENT", "UID:7@home", "END:VALARM", "BEGIN:VALARM", "END:VCALENDAR", "END:VTODO"]
)
@pytest.mark.parametrize("form", [Form(LA, alarm=540), Form(LA, tasks=True)])
def test_a_title_that_reads_like_a_line_of_the_file_stays_in_its_event(end: str, form: Form) -> None:
    """Wherever the line is folded, and beside an alarm, which repeats it."""
    for length in range(90):
        titles = (f"{'x' * length} {end}", f"{'x' * length}{end}")
        events = [FeedEvent(f"{n}@rounds", TODAY, title) for n, title in enumerate(titles)]
        data = written(*events, form=form)
        assert pieces(data) == {e.uid: piece(Published(e, STAMP, 3), form) for e in events}
        assert is_ours(data)


PATHS = ["C:\\Notes\\New.pdf", "\\\\server\\Notes\\n", "\\N", "\\\\N", "\\n\\N\\", "a\\,b\\;c\\:d", "\\"]


@pytest.mark.parametrize("path", PATHS)
def test_a_typed_backslash_is_no_line_break(path: str) -> None:
    """In each place where text is: the title, the alarm, and the calendar's name."""
    data = written(FeedEvent("1@rounds", TODAY, path), form=Form(LA, alarm=540), head=Head(path))
    found = Calendar.from_ical(data)
    (event,) = found.walk("VEVENT")
    assert [str(text) for text in (event["summary"], event.walk("VALARM")[0]["description"])] == [path, path]
    escaped = path.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    assert f"\r\nNAME:{escaped}\r\nX-WR-CALNAME:{escaped}\r\n".encode() in data


@given(st.text(st.sampled_from("\\nN,;:é x"), max_size=120))
def test_text_comes_back_as_it_was_typed(text: str) -> None:
    """Whatever is escaped or folded in it."""
    words = clean(text)
    assert str(parsed(written(FeedEvent("1@rounds", TODAY, text)))[0]["summary"]) == words


def test_an_event_without_a_time_is_all_day() -> None:
    """From its day to the next, free, private."""
    (event,) = parsed(written(FeedEvent("1@rounds", TODAY, "Sam: call")))
    assert event.decoded("dtstart") == TODAY
    assert event.decoded("dtend") == dt.date(2026, 11, 24)
    assert (event["transp"], event["class"], event["uid"]) == ("TRANSPARENT", "PRIVATE", "1@rounds")
    assert event.decoded("dtstamp") == event.decoded("last-modified") == STAMP


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
        FeedEvent("1@rounds", dt.date(2026, 12, 1), "x", dt.time(12, 30)), form=Form()
    )


def test_the_first_days_there_are_don_t_break_a_feed() -> None:
    """A year typed as 0001 has no UTC in the east."""
    event = FeedEvent("1@rounds", dt.date.min, "x", dt.time(0, 0))
    assert len(parsed(written(event, form=Form("Asia/Tokyo")))) == 1


def test_the_length_of_an_event_with_a_time_is_settable() -> None:
    """In minutes."""
    (event,) = parsed(written(FeedEvent("1@rounds", TODAY, "x", dt.time(23, 50)), form=Form(LA, minutes=15)))
    assert event.decoded("dtend") - event.decoded("dtstart") == dt.timedelta(minutes=15)


def test_an_alarm_rings_on_the_day_of_an_all_day_event() -> None:
    """At 9:00, where asked for; not with a time, which has a setting of its own, and not for what is done."""
    data = written(
        FeedEvent("1@rounds", TODAY, "Sam: call"),
        FeedEvent("2@rounds", TODAY, "x", dt.time(8)),
        FeedEvent("3@rounds", TODAY, "✓ x", done=TODAY),
        form=Form(LA, alarm=540),
    )
    assert data.count(b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Sam: call\r\nTRIGGER:PT9H\r\nEND:VALARM\r\n") == 1
    assert data.count(b"BEGIN:VALARM") == 1


@pytest.mark.parametrize("tasks", [False, True])
def test_an_alarm_rings_before_a_time(tasks: bool) -> None:
    """So many minutes before the start, or before a task is due; not for what is done, and not for a day alone."""
    found = [
        FeedEvent("1@rounds", TODAY, "Sam: call", dt.time(8), alarm=30),
        FeedEvent("2@rounds", TODAY, "now", dt.time(9), alarm=0),
        FeedEvent("3@rounds", TODAY, "x", dt.time(8)),
        FeedEvent("4@rounds", TODAY, "✓ x", dt.time(8), done=TODAY, alarm=30),
        FeedEvent("5@rounds", TODAY, "x", alarm=30),
    ]
    data = written(*found, form=Form(LA, tasks=tasks))
    related = b";RELATED=END" * tasks
    ring = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:%s\r\nTRIGGER%s:%s\r\nEND:VALARM\r\n"
    assert data.count(ring % (b"Sam: call", related, b"-PT30M")) == 1
    assert data.count(ring % (b"now", related, b"P0D")) == 1 or data.count(ring % (b"now", related, b"PT0S")) == 1
    assert data.count(b"BEGIN:VALARM") == 2
    assert faults(data) == []


def test_a_task_with_a_day_rings_too() -> None:
    """Relative to the day that it's due, since a task has no start; one without a day never."""
    found = [
        FeedEvent("1@rounds", TODAY, "Sam"),
        FeedEvent("2@rounds", None, "x"),
        FeedEvent("3@rounds", TODAY, "✓", done=TODAY),
    ]
    data = written(*found, form=Form(LA, alarm=540, tasks=True))
    assert data.count(b"DESCRIPTION:Sam\r\nTRIGGER;RELATED=END:PT9H\r\n") == data.count(b"BEGIN:VALARM") == 1
    assert faults(data) == []


@given(st.text(max_size=300))
def test_no_text_can_break_out_of_its_line(text: str) -> None:
    """Control characters and line separators go; made-up properties come back as a part of the summary."""
    hostile = f"{text}\r\nEND:VEVENT\u2028DTSTART:19700101\x0b\x85"
    data = written(FeedEvent("1@rounds", TODAY, hostile))
    (event,) = parsed(data)
    assert event.decoded("dtstart") == TODAY
    assert data.count(b"\r\nDTSTART") == 1
    assert faults(data) == []
    assert not set(data.decode().replace("\r\n", "")) & {chr(c) for c in [*range(32), 127, 0x85, 0x2028, 0x2029]}


def test_a_title_of_ten_thousand_characters_comes_back_whole() -> None:
    """Folded, of course."""
    title = "é;,\\x王" * 2000
    (event,) = parsed(written(FeedEvent("1@rounds", TODAY, title)))
    assert str(event["summary"]) == title


_FEED = written(
    FeedEvent("1@rounds", dt.date(2026, 12, 1), "Sam Lee: call"),
    FeedEvent("2@rounds", dt.date(2026, 12, 2), "Ana Roe: write", url=f"obsidian://open?{'x' * 99}"),
    form=Form(LA, alarm=540),
)
_THEIRS = b"BEGIN:VEVENT\r\nUID:7@home\r\nDTSTART:20261201T090000Z\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\n"
_FIRST = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rounds//Referral reminders//EN\r\n"


@pytest.mark.parametrize(
    "data",
    [
        _FEED, written(), _FEED.replace(b"\r\n", b"\n"), _FEED.rstrip(), _FEED + bytes(500),
        _FEED[:700] + bytes(999), written().replace(b"\r\n", b"\n"), written()[:200], written()[:240], _FEED.replace(b"1@rounds", b"lee:follow-up:1@rounds"),
    ],
)  # fmt: skip
def test_a_feed_is_known_as_ours(data: bytes) -> None:
    """With other line ends, with a tail of zeros, and as the first version of Rounds wrote it."""
    assert is_ours(data)


@given(st.integers(len(_FIRST), len(_FEED)))
def test_a_feed_that_broke_off_is_ours(length: int) -> None:
    """Anywhere below its head: it holds nobody else's words."""
    assert is_ours(_FEED[:length])


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x", b"BEGIN:VCALENDAR\r\n", b"\0" * 99, _FIRST.replace(b"Rounds//", b"Rounds Golf//") + b"END:VCALENDAR\r\n",
        _FEED.replace(b"END:VCALENDAR", _THEIRS + b"END:VCALENDAR"), _FEED.replace(b"BEGIN:VEVENT", _THEIRS + b"BEGIN:VEVENT", 1),
        _FEED.replace(b"END:VCALENDAR", b"BEGIN:VEVENT\r\nSUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR"),
        written().replace(b"Etc/UTC", b"Europe/Rome"), written().replace(b"END:VCALENDAR", _THEIRS + b"END:VCALENDAR"),
        _FEED + _THEIRS, _FEED + b"my notes\r\n", _FEED + b"my notes", _FEED + _FEED.replace(b"@rounds", b"@home"),
        b"BEGIN:VCALENDAR\r\nPRODID:-//Mozilla.org//EN\r\n" + _THEIRS + b"PRODID:-//Rounds//Referral reminders//EN\r\nEND:VCALENDAR\r\n",
        _FEED.replace(b"-//Rounds//Referral reminders//EN", b"-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN"),
    ],
    ids=range(16),
)  # fmt: skip
def test_a_calendar_that_others_have_made_or_added_to_is_not_ours(data: bytes) -> None:
    """Our PRODID alone does not do, nor do our events alone."""
    assert not is_ours(data)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_breaks_out_of_its_line(text: str) -> None:
    """Whatever is in it, half a sign and control characters too: the lines are the same as with any other text."""
    odd = f"a{text}\r\nBEGIN:VEVENT\x1b\x00\u2028\ud800b"
    data = written(FeedEvent("1@rounds", dt.date(2026, 12, 1), odd), head=Head(odd), form=Form(LA, alarm=540))
    plain = written(FeedEvent("1@rounds", dt.date(2026, 12, 1), "a"), head=Head("a"), form=Form(LA, alarm=540))

    def names(data: bytes) -> list[str]:
        lines = data.decode().replace("\r\n ", "").split("\r\n")
        assert not any(ord(sign) < 32 or sign in "\x7f\x85\u2028\u2029" for line in lines for sign in line)
        return [line.partition(":")[0] for line in lines]

    assert names(data) == names(plain)
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert is_ours(data)
