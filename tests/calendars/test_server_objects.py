"""Events and tasks as servers and clients give them back."""

import datetime as dt
import json
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rounds.calendar.ics import Form, piece
from rounds.calendar.server_objects import merged, read_remote
from rounds.domain.feed import FeedEvent, Published
from rounds.domain.publish_diff import Remembered, Remote, server_changes
from rounds.storage.json_codec import decode, encode

ZONE = "America/Los_Angeles"
TODAY = dt.date(2026, 11, 23)
STAMP = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)


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


@pytest.mark.parametrize("value", ["00010101T000000Z", "19691231T235959Z", "00010101T000000"])
def test_a_task_that_was_done_on_no_day_is_done(value: str) -> None:
    """A program that doesn't know the day writes the first one that it can."""
    found = read_remote(calendar(f"COMPLETED:{value}"), ZONE)
    assert (found.done, found.completed) == (True, None)


def test_what_was_called_off_is_not_done() -> None:
    found = read_remote(calendar("STATUS:CANCELLED", "COMPLETED:20261202T033000Z", "PERCENT-COMPLETE:100"), ZONE)
    assert (found.done, found.cancelled) == (False, True)


def test_what_was_typed_there_is_read_line_by_line() -> None:
    """Of all properties that hold remarks; without what could do harm in a note or on a screen."""
    lines = (
        "DESCRIPTION:Rang twice\\n\\n  - ask for Kim\\, not Jo\\N",
        "DESCRIPTION:a\x1b[31mb\u202e\x00c",
        "COMMENT;LANGUAGE=en:last",
    )
    assert read_remote(calendar(*lines), ZONE).text == "Rang twice\n- ask for Kim, not Jo\na[31mbc\nlast"
    assert read_remote(calendar("X-ALT-DESC:<b>no</b>"), ZONE).text == ""


def test_of_a_series_the_series_is_read() -> None:
    """Not one of its exceptions, wherever it stands."""
    data = calendar("RECURRENCE-ID:20261201T120000Z", "SUMMARY:once", "STATUS:COMPLETED", "END:VTODO", "BEGIN:VTODO", "UID:u",
                    "SUMMARY:each week", "RRULE:FREQ=WEEKLY")  # fmt: skip
    assert read_remote(data, ZONE) == Remote("each week")


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


# Generated objects ----------------------------------------------------------------------------------------------------

TIMES = ["20261201", "20261201T203000Z", "20261201T123000", "00010101T000000Z", "00010101", "99991231T235959Z", "99991231", "20261301",
         "PT1H", "-P1D", "P1W", "20261201,20261202", "20261201T000000Z/PT1H", "", "now", "20260308T023000", "20261101T013000"]  # fmt: skip
TIMED = [
    "DUE",
    "DTSTART",
    "DTEND",
    "COMPLETED",
    "DURATION",
    "RECURRENCE-ID",
    "DTSTAMP",
    "LAST-MODIFIED",
    "CREATED",
    "EXDATE",
]
PARAMETERS = [
    "",
    ";VALUE=DATE",
    ";TZID=Europe/Berlin",
    ";TZID=Nowhere",
    ";VALUE=DURATION",
    ";VALUE=PERIOD",
    ';X="a:b;c"',
]
OTHERS = [
    "STATUS:COMPLETED", "STATUS:NEEDS-ACTION", "STATUS:IN-PROCESS", "STATUS:CANCELLED", "status:completed", "PERCENT-COMPLETE:100",
    "PERCENT-COMPLETE:50", "PERCENT-COMPLETE:x", "SEQUENCE:7", "SEQUENCE:x", "PRIORITY:1", "SUMMARY:a", "SUMMARY:b\\, c\\nd", "SUMMARY;LANGUAGE=de:é",
    "SUMMARY:", "DESCRIPTION:typed\\nthere", "COMMENT:c", "X-APPLE-SORT-ORDER:7", "ATTACH:https://example.org/a", "RRULE:FREQ=DAILY",
    "CATEGORIES:Rounds,Own", "CLASS:PUBLIC", "URL:https://example.org", "URL:obsidian://open?vault=v", "TRANSP:OPAQUE", "GEO:1;2", "GEO:x",
    "DESCRIPTION:" + "long " * 30 + "\r\n folded\r\n\tagain",
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:a\r\nTRIGGER:PT9H\r\nEND:VALARM",
    "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT15M\r\nX-LASTACK:1\r\nEND:VALARM", "BEGIN:VALARM", "END:VTODO", "END:VEVENT", "nonsense", ":", ";:",
]  # fmt: skip
PROPERTY = st.one_of(
    st.builds("{}{}:{}".format, *map(st.sampled_from, (TIMED, PARAMETERS, TIMES))),
    st.sampled_from(OTHERS),
    st.builds("{}:{}".format, st.sampled_from(["SUMMARY", "DESCRIPTION", "X-A"]), st.text(max_size=20)),
)
OBJECT = st.builds(
    lambda lines, kind: calendar(*lines, kind=kind),
    st.lists(PROPERTY, max_size=8),
    st.sampled_from(["VTODO", "VEVENT"]),
)
"""An object with any properties, any number of times, of any form."""

OURS = st.builds(
    FeedEvent, st.just("u"), st.sampled_from([TODAY, dt.date(2026, 12, 1)]), st.sampled_from(["a", "Sam Lee: call", "✓ b, c"]),
    st.sampled_from([None, dt.time(12, 30)]), st.booleans(), st.sampled_from(["", "obsidian://open?vault=w"]), st.sampled_from([None, TODAY]),
    alarm=st.sampled_from([None, 0, 30]), place=st.just(""), minutes=st.sampled_from([0, 45]), travel=st.just(0),
)  # fmt: skip


def written(event: FeedEvent, form: Form) -> bytes:
    return (
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:r\r\n"
        + piece(Published(event, STAMP, 3), form)
        + b"END:VCALENDAR\r\n"
    )


def readable(data: bytes) -> Remote:
    """The event or task, where the object can be read."""
    try:
        return read_remote(data, ZONE)
    except ValueError:
        assume(False)
        raise


@given(OBJECT)
def test_an_object_is_read_or_refused(data: bytes) -> None:
    """By one error; what is read can be stored, and told in one line each."""
    try:
        found = read_remote(data, ZONE)
    except ValueError:
        return
    assert decode(Remote, json.loads(encode(found))) == found
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", found.text)
    before = Remembered("", "", Remote("x", TODAY))
    for change in server_changes(before, found, FeedEvent("u", TODAY, "x")):
        assert "\n" not in change.words


@given(OBJECT, OURS, st.sampled_from([Form(ZONE), Form(ZONE, alarm=540), Form("")]))
def test_only_our_own_properties_of_an_object_change(data: bytes, event: FeedEvent, form: Form) -> None:
    """It says what ours says, all else stands as it stood, and to do it again changes nothing."""
    before = readable(data)
    ours = written(event, form._replace(tasks=b"BEGIN:VTODO" in data))
    new = merged(data, ours, ZONE)
    found, wanted = read_remote(new, ZONE), read_remote(ours, ZONE)
    assert (found.summary, found.day, found.time, found.text) == (wanted.summary, wanted.day, wanted.time, before.text)
    assert found.cancelled == (before.cancelled and not wanted.done)
    assert found.done == wanted.done or b"BEGIN:VEVENT" in data
    assert merged(new, ours, ZONE) == new
    own = rb"(?i)(SUMMARY|DUE|DTSTART|DTEND|DURATION|STATUS|COMPLETED|PERCENT-COMPLETE|TRANSP|URL|DTSTAMP|LAST-MODIFIED|SEQUENCE)[;:]"
    lines = [line for line in re.split(rb"\r\n(?![ \t])", data) if not re.match(own, line)]
    for line in lines:
        assert line in new or line.startswith((b"DESCRIPTION:a", b"BEGIN:VALARM", b"ACTION", b"TRIGGER", b"END:VALARM"))


# Our version in an object that others have changed --------------------------------------------------------------------

THEIRS = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:+//IDN tasks.org//android//EN
BEGIN:VTODO
DTSTAMP:20261123T170000Z
UID:u
CREATED:20261120T080000Z
LAST-MODIFIED:20261123T170000Z
SEQUENCE:5
SUMMARY:Sam Lee: Send the
  one-pager
DESCRIPTION:Front desk said\\, mornings only
PRIORITY:1
CATEGORIES:Rounds,Urgent
STATUS:IN-PROCESS
PERCENT-COMPLETE:40
DUE;VALUE=DATE:20261201
X-APPLE-SORT-ORDER:728
ATTACH;FMTTYPE=application/pdf:https://example.org/one.pdf
BEGIN:VALARM
TRIGGER;RELATED=END:-P1D
ACTION:DISPLAY
DESCRIPTION:Sam Lee: Send the one-pager
END:VALARM
END:VTODO
END:VCALENDAR
""".replace(b"\n", b"\r\n")
TASK = FeedEvent("u", dt.date(2026, 12, 1), "Sam Lee: Send the one-pager")


def task(**changes: object) -> bytes:
    return written(TASK._replace(**changes), Form(ZONE, tasks=True))  # type: ignore[arg-type]


def changed(new: bytes, old: bytes = THEIRS) -> set[str]:
    """Lines that came and went, the stamps apart."""
    lines = [set(data.replace(b"\r\n ", b"").decode().split("\r\n")) for data in (old, new)]
    found = {f"-{line}" for line in lines[0] - lines[1]} | {f"+{line}" for line in lines[1] - lines[0]}
    return {line for line in found if not re.match("[+-](DTSTAMP|LAST-MODIFIED|SEQUENCE):", line)}


def test_nothing_is_written_where_nothing_of_ours_differs() -> None:
    assert merged(THEIRS, task(), ZONE) == THEIRS


def test_alarms_of_a_task() -> None:
    """Ours is added where there's none; one that is there stays, also without ours: task apps write the title into a person's own."""
    timed = TASK._replace(time=dt.time(9), alarm=30)
    ours, plain = (written(each, Form(ZONE, tasks=True)) for each in (timed, timed._replace(alarm=None)))
    assert changed(merged(plain, ours, ZONE), plain) == {
        "+BEGIN:VALARM", "+ACTION:DISPLAY", "+DESCRIPTION:Sam Lee: Send the one-pager", "+TRIGGER;RELATED=END:-PT30M", "+END:VALARM",
    }  # fmt: skip
    assert b"TRIGGER;RELATED=END:-P1D" in merged(THEIRS, ours, ZONE)
    assert merged(THEIRS, ours, ZONE).count(b"BEGIN:VALARM") == 1
    assert merged(THEIRS, task(day=dt.date(2026, 12, 4)), ZONE).count(b"BEGIN:VALARM") == 1


def test_a_new_day_alone_changes() -> None:
    """And the stamps are later than those there, so that every program notices."""
    new = merged(THEIRS, task(day=dt.date(2026, 12, 4)), ZONE)
    assert changed(new) == {"-DUE;VALUE=DATE:20261201", "+DUE;VALUE=DATE:20261204"}
    assert new.split(b"DTSTAMP")[0] == THEIRS.split(b"DTSTAMP")[0]
    for line in (b"DTSTAMP:20261123T170001Z\r\n", b"LAST-MODIFIED:20261123T170001Z\r\n", b"SEQUENCE:6\r\n"):
        assert line in new


def test_a_new_title_is_said_by_its_alarm_too() -> None:
    """Whatever there said the old one, with a name in it perhaps, when a feed is made more discreet."""
    new = merged(THEIRS, task(summary="S. L.: follow-up, \\N"), ZONE)
    assert changed(new) == {
        "-SUMMARY:Sam Lee: Send the one-pager", "+SUMMARY:S. L.: follow-up\\, \\\\N",
        "-DESCRIPTION:Sam Lee: Send the one-pager", "+DESCRIPTION:S. L.: follow-up\\, \\\\N",
    }  # fmt: skip
    assert b"Sam" not in new


def test_done_here_is_done_there_and_open_again() -> None:
    """A tick there keeps its moment."""
    done = merged(THEIRS, task(done=TODAY), ZONE)
    status = {"-STATUS:IN-PROCESS", "+STATUS:COMPLETED", "-PERCENT-COMPLETE:40", "+PERCENT-COMPLETE:100"}
    assert changed(done) == status | {"+COMPLETED:20261123T080000Z"}
    theirs = THEIRS.replace(b"STATUS:IN-PROCESS", b"STATUS:COMPLETED\r\nCOMPLETED:20261122T111213Z")
    assert merged(theirs, task(done=TODAY), ZONE) == theirs
    assert changed(merged(theirs, task(), ZONE), theirs) == {
        "-STATUS:COMPLETED", "-COMPLETED:20261122T111213Z", "-PERCENT-COMPLETE:40", "+STATUS:NEEDS-ACTION",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "kept"),
    [
        ("DTSTART;VALUE=DATE:20261130", True), ("DTSTART;VALUE=DATE:20261204", True), ("DTSTART;VALUE=DATE:20261205", False),
        ("DTSTART:20261130T100000Z", False), ("DTSTART;TZID=Europe/Rome:20261130T100000", False),
    ],
)  # fmt: skip
def test_a_task_never_starts_after_its_day(start: str, kept: bool) -> None:
    """A start that somebody set stays where the format allows it (RFC 5545 3.8.2.3)."""
    theirs = THEIRS.replace(b"DUE;", f"{start}\r\nDUE;".encode())
    new = merged(theirs, task(day=dt.date(2026, 12, 4)), ZONE)
    moved = {"-DUE;VALUE=DATE:20261201", "+DUE;VALUE=DATE:20261204"}
    assert changed(new, theirs) == moved | (set() if kept else {f"-{start}", "+DTSTART;VALUE=DATE:20261204"})


def event(*, at: dt.time | None = dt.time(12, 30), day: dt.date = TODAY, done: dt.date | None = None, alarm: int | None = None) -> bytes:  # fmt: skip
    found = FeedEvent("u", day, "✓ Sam: coffee" if done else "Sam: coffee", at, busy=not done, done=done)
    return written(found, Form(ZONE, alarm=alarm))


@pytest.mark.parametrize(
    ("end", "after"),
    [
        (b"DTEND:20261123T213000Z", b"DTEND:20261125T213000Z"), (b"DURATION:PT45M", b"DTEND:20261125T211500Z"),
        (b"DTEND;TZID=Europe/Rome:20261123T223000", b"DTEND:20261125T213000Z"), (b"DTEND:20261123T203000Z", b"DTEND:20261125T205000Z"),
        (b"X-A:1", b"DTEND:20261125T205000Z"),
    ],
)  # fmt: skip
def test_a_meeting_that_was_made_longer_there_stays_so(end: bytes, after: bytes) -> None:
    theirs = event().replace(b"DTEND:20261123T205000Z", end)
    assert merged(theirs, event(), ZONE) == theirs
    new = merged(theirs, event(day=dt.date(2026, 11, 25)), ZONE)
    assert b"DTSTART:20261125T203000Z\r\n" in new
    assert after + b"\r\n" in new
    assert new.count(b"DTEND") + new.count(b"DURATION") == 1
    assert b"DTEND;VALUE=DATE:20261124" in merged(theirs, event(at=None), ZONE), "of a day, the length is ours"


def test_the_length_of_the_plan_counts_on_the_server() -> None:
    """Where the plan says none, what somebody set there stays."""
    longer = event().replace(b"DTEND:20261123T205000Z", b"DURATION:PT2H")
    ours = written(FeedEvent("u", TODAY, "Sam: coffee", dt.time(12, 30), busy=True, minutes=45), Form(ZONE))
    new = merged(longer, ours, ZONE, lasts=True)
    assert b"DTEND:20261123T211500Z\r\n" in new
    assert b"DURATION" not in new
    assert merged(new, ours, ZONE, lasts=True) == new
    rome = new.replace(b"DTEND:20261123T211500Z", b"DTEND;TZID=Europe/Rome:20261123T221500")
    assert merged(rome, ours, ZONE, lasts=True) == rome, "the same moment in other words"
    later = written(FeedEvent("u", TODAY, "Sam: coffee", dt.time(13), busy=True, minutes=45), Form(ZONE))
    assert b"DTEND:20261123T214500Z" in merged(longer, later, ZONE, lasts=True)


def test_a_place_of_ones_own_stays_and_ours_follows_the_plan() -> None:
    """Ours is one that the title there has; a more discreet feed takes it away again."""
    at = TASK._replace(summary="Sam Lee: coffee at Heart, Main", place="Heart, Main")
    ours, moved, quiet = (
        written(each, Form(ZONE, tasks=True))
        for each in (
            at,
            at._replace(summary="Sam Lee: coffee at Nel", place="Nel"),
            at._replace(summary="S. L.", place=""),
        )
    )
    assert "+LOCATION:Heart\\, Main" in changed(merged(THEIRS, ours, ZONE))
    assert {"-LOCATION:Heart\\, Main", "+LOCATION:Nel"} < changed(merged(ours, moved, ZONE), ours)
    assert b"LOCATION" not in merged(ours, quiet, ZONE)
    own = ours.replace(b"LOCATION:Heart\\, Main", b"LOCATION:upstairs")
    assert b"LOCATION:upstairs\r\n" in merged(own, moved, ZONE)


def test_own_alarms_stay_and_ours_ends_with_its_event() -> None:
    """One is added where there's none, so that switching alarms on reaches every event."""
    own = b"BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT15M\r\nX-MOZ-LASTACK:20261123T080000Z\r\nEND:VALARM\r\n"
    ringing = event(at=None, alarm=540)
    both = ringing.replace(b"BEGIN:VALARM", own + b"BEGIN:VALARM")
    done = merged(both, event(at=None, alarm=540, done=TODAY), ZONE)
    assert (done.count(b"BEGIN:VALARM"), own in done) == (1, True)
    assert merged(event(at=None), ringing, ZONE).count(b"BEGIN:VALARM") == 1
    assert merged(event(at=None).replace(b"END:VEVENT", own + b"END:VEVENT"), ringing, ZONE).count(b"BEGIN:VALARM") == 1


def test_a_link_of_ones_own_stays_and_ours_follows_the_feed() -> None:
    ours, other = "obsidian://open?vault=v&file=Sam", b"URL:https://example.org/room\r\n"
    linked = merged(THEIRS, task(url=ours), ZONE)
    assert changed(linked) == {f"+URL:{ours}"}
    assert changed(merged(linked, task(), ZONE), linked) == {f"-URL:{ours}"}
    theirs = THEIRS.replace(b"PRIORITY", other + b"PRIORITY")
    assert other in merged(theirs, task(url=ours, day=TODAY), ZONE)


def test_line_ends_and_other_components_stay() -> None:
    """A time zone, the exceptions of a series, LF alone."""
    zone = b"BEGIN:VTIMEZONE\r\nTZID:Here\r\nBEGIN:STANDARD\r\nDTSTART:19701101T020000\r\nTZOFFSETFROM:-0700\r\nTZOFFSETTO:-0800\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"  # fmt: skip
    once = b"BEGIN:VTODO\r\nUID:u\r\nRECURRENCE-ID;VALUE=DATE:20261201\r\nSUMMARY:once\r\nDUE;VALUE=DATE:20261202\r\nEND:VTODO\r\n"
    theirs = THEIRS.replace(b"BEGIN:VTODO", zone + once + b"BEGIN:VTODO").replace(b"\r\n", b"\n")
    new = merged(theirs, task(day=dt.date(2026, 12, 4)), ZONE)
    assert b"\r" not in new
    assert (zone + once).replace(b"\r\n", b"\n") in new
    assert new.count(b"DUE;VALUE=DATE:20261204\n") == 1


def test_an_object_of_the_other_kind_is_ours() -> None:
    """Events become tasks if that is asked for."""
    assert merged(event(), task(), ZONE) == task()


@pytest.mark.parametrize(
    "data",
    [b"", b"<html></html>", THEIRS[:400], THEIRS.replace(b"20261201", b"2026"), THEIRS.replace(b"END:VTODO", b"X")],
)
def test_an_object_that_can_t_be_read_is_not_changed(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each fault has its own words
        merged(data, task(), ZONE)
