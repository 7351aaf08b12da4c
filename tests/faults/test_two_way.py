"""Two machines, a task app and a faulty line; and that the server in memory, on which they meet, is like real ones."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from calendars.servers import SERVERS, Phone
from faults.memory_server import Line, Server
from faults.run import short
from faults.two_way import world
from rounds.calendar.caldav import Collection
from rounds.errors import ChangedMeanwhileError


def test_nothing_is_lost_or_double_between_two_machines_and_a_task_app() -> None:
    """Every kind of step is in it, and the line fails."""
    report = short("two-way")
    assert report.failures == []
    for what in ("cut off", "ticked", "moved", "proposed", "inbox"):
        assert report.counts[what] > 0, what


TASK = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:{}\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:{}\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"


@pytest.fixture(params=["memory", *SERVERS])
def there(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection | Line]:
    """A connection to each of the servers, which is empty."""
    if request.param == "memory":
        yield Line(Server())
        return
    phone: Phone
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as phone:
        phone.empty()
        with Collection(phone.url, phone.user, phone.password) as found:
            yield found


def test_the_server_in_memory_is_like_real_ones(there: Collection | Line) -> None:
    """What is made, changed, listed, found and deleted, and each condition that doesn't hold."""
    one, two = (TASK.format(uid, "Milk").encode() for uid in ("1@rounds", "2"))
    assert (there.tags(), there.get("one.ics")) == ({}, None)
    first = there.put("one.ics", one, None)
    with pytest.raises(ChangedMeanwhileError):
        there.put("one.ics", one, None)
    there.put("two.ics", two, None)
    assert set(there.tags()) == {"one.ics", "two.ics"}
    assert there.tags()["one.ics"] == first
    second = there.put("one.ics", one.replace(b"Milk", b"Bread"), first)
    assert second != first
    for act in (lambda: there.put("one.ics", one, first), lambda: there.delete("one.ics", first)):
        with pytest.raises(ChangedMeanwhileError):
            act()
    assert there.find("VTODO") == {"1@rounds": "one.ics"}
    assert (there.uids("VTODO"), there.find("VEVENT")) == ({"1@rounds", "2"}, {})
    found = there.get("one.ics")
    assert found is not None
    assert b"Bread" in found[1]
    there.delete("one.ics", second)
    with suppress(ChangedMeanwhileError):  # as sabre/dav has it (RFC 9110 13.1.1)
        there.delete("one.ics", second)
    assert set(there.tags()) == {"two.ics"}
    with pytest.raises(ChangedMeanwhileError):
        there.put("one.ics", one, second)


def test_a_world_notices_what_is_wrong() -> None:
    """A line that goes, one that is there twice, and an object that says something else."""
    from faults.report import Report

    with world(1, Report("two-way")) as found:
        one, other = found.machines
        found._add(one)
        ((word, (state,)),) = one.states().items()
        found.acts_of(word).note(None, state)
        assert list(found.rest()) == []
        text = one.text().decode()
        line = next(each for each in text.split("\n") if word in each)
        for machine in (one, other):
            found._write(machine, text.replace(f"{line}\n", ""))
        found.base["Partners/Sam Lee.md"] = one.text()
        assert f"{word} is lost" in list(found.rest())
        for machine in (one, other):
            found._write(machine, text.replace(line, f"{line}\n- [ ] {word} again"))
        found.base["Partners/Sam Lee.md"] = one.text()
        assert f"{word} is there 2 times" in list(found.rest())
