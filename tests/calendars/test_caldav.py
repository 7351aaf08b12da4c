"""Calendar servers whose answers are made to harm: each is an error that says so, soon, and with the memory kept."""

import socket
import tracemalloc
from contextlib import suppress
from time import monotonic

import pytest

from calendars.hostile import hostile, whole
from faults.hostile_server import answering
from rounds.calendar.caldav import Collection
from rounds.calendar.caldav_account import calendars
from rounds.errors import RoundsError

XML = "Content-Type: application/xml"


def multistatus(inner: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<multistatus xmlns="DAV:">{inner}</multistatus>'.encode()


def response(href: str, prop: str = "<getetag>1</getetag>", status: str = "HTTP/1.1 200 OK") -> str:
    propstat = f"<propstat><prop>{prop}</prop><status>{status}</status></propstat>"
    return f"<response><href>{href}</href>{propstat}</response>"


def doubling() -> str:
    """Ten entities, each ten times the one before: a gigabyte in two kilobytes."""
    steps = "".join(f'<!ENTITY {chr(98 + n)} "' + f"&{chr(97 + n)};" * 10 + '">' for n in range(9))
    return f'<!DOCTYPE x [<!ENTITY a "xxxxxxxxxx">{steps}]>'


BODIES = {
    "entities": multistatus(response("/", "<getetag>&j;</getetag>"), doubling()),
    "one entity, often": multistatus(
        response("/", f"<getetag>{'&a;' * 10_000}</getetag>"), f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>'
    ),
    "a file of ours": multistatus(
        response("/", "<getetag>&a;</getetag>"), '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    ),
    "deep": multistatus("<a>" * 100_000),
    "deep, but well formed": multistatus("<response>" * 200 + "</response>" * 200),
    "deep in a property": multistatus(response("/", f"<resourcetype>{'<a>' * 200}{'</a>' * 200}</resourcetype>")),
    "no address": multistatus("<response><propstat><prop><getetag>1</getetag></prop></propstat></response>"),
    "an empty address": multistatus(response("")),
    "a wrong address": multistatus(response("http://[")),
    "a wrong port": multistatus(response("http://a:99999999/")),
    "attributes": multistatus("<response " + " ".join(f'a{n}="1"' for n in range(10_000)) + "/>"),
    "properties": multistatus(response("/", "<getetag>1</getetag>" * 50_000)),
    "failed": multistatus(response("/", status="HTTP/1.1 500 No")),
    "no status": multistatus(response("/", status="x")),
    "an element for a tag": multistatus(response("/x.ics", "<getetag><a/></getetag>")),
    "another encoding": multistatus(response("/")).decode().encode("utf-16"),
    "an encoding that is not so": multistatus("é").decode().encode("latin-1"),
    "an encoding that is none": b'<?xml version="1.0" encoding="cp037"?><a/>',
    "json": b'{"a": 1}',
    "zeros": bytes(1000),
    "two roots": multistatus("") * 2,
    "instructions": b"<?xml version='1.0'?>" + b"<?a b?>" * 100_000 + b"<a/>",
    "text": multistatus("hello"),
    "namespaces": multistatus("".join(f'<x xmlns:n{n}="u{n}"/>' for n in range(20_000))),
    "too many": multistatus("".join(response(f"/{n}.ics") for n in range(70_000))),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_answer_that_is_made_to_harm(body: bytes) -> None:
    """Whatever is asked for, the answer is an error of ours or is read as far as it means something."""
    begun = monotonic()
    tracemalloc.start()
    with hostile(whole(body, XML, status="207 Multi-Status")) as url, Collection(url, "kim", "secret") as there:
        for act in (
            there.tags, lambda: there.get("x"), lambda: there.put("x", b"x", "1"), lambda: there.delete("x", "1"),
            lambda: calendars(url, "kim", "secret"),
        ):  # fmt: skip
            try:
                found = act()
            except RoundsError as error:
                assert "secret" not in f"{error} {error.hint}"  # noqa: PT017
            else:
                assert "root:" not in repr(found)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100 << 20
    assert monotonic() - begun < 30


def test_twenty_thousand_objects_are_no_harm() -> None:
    names = [f"{n:024x}-rounds.ics" for n in range(20_000)]
    body = multistatus(
        response("/") + "".join(response(f"/{name}", f"<getetag>&quot;{name}&quot;</getetag>") for name in names)
    )
    with hostile(whole(body, XML, status="207 Multi-Status")) as url, Collection(url) as there:
        assert there.tags() == {name: f'"{name}"' for name in names}


@pytest.mark.parametrize("tag", ["&quot;1&quot;&#10;X-More: 1", "é"])
def test_a_tag_that_could_not_be_sent_back_is_none(tag: str) -> None:
    """It would be part of our next request."""
    body = multistatus(response("/") + response("/x.ics", f"<getetag>{tag}</getetag>"))
    with hostile(whole(body, XML, status="207 Multi-Status")) as url, Collection(url) as there:
        assert there.tags() == {"x.ics": ""}


@pytest.mark.parametrize("step", ["current-user-principal", "principal-URL", "calendar-home-set", "all"])
def test_calendars_that_are_said_to_be_elsewhere_get_no_password(step: str) -> None:
    """Each step of finding them may name another server."""
    heads: list[str] = []
    with hostile(lambda _, head: heads.append(head)) as other:

        def answer(connection: socket.socket, head: str) -> None:
            if "authorization" not in head.lower():
                whole(b"", 'WWW-Authenticate: Basic realm="x"', status="401 No")(connection, head)
            else:
                whole(found, XML, status="207 Multi-Status")(connection, head)

        def href(name: str) -> str:
            return f"<href>{other if step in {name, 'all'} else '/'}</href>"

        names = ("current-user-principal", "principal-URL")
        props = "".join(f"<{name}>{href(name)}</{name}>" for name in names)
        caldav = 'xmlns:C="urn:ietf:params:xml:ns:caldav"'
        props += f"<C:calendar-home-set {caldav}>{href('calendar-home-set')}</C:calendar-home-set>"
        props += f"<resourcetype><collection/><C:calendar {caldav}/></resourcetype>"
        found = multistatus(response("/", props) + response(f"{other}mine/", props))
        with hostile(answer) as url, suppress(RoundsError):
            calendars(url, "kim", "secret")
    assert not any("authorization" in head.lower() for head in heads)


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"<", b"\0", b"<!-- -->", b"<x/>", b'<?xml version="1.0"?>', b'<multistatus xmlns="DAV:"><response/></multistatus>',
        b'<multistatus xmlns="DAV:"><response><href/></response></multistatus>', b'<html xmlns="DAV:"><multistatus/></html>',
        b"\xff\xfe<x/>",
        b'<?xml version="1.0"?>x<multistatus xmlns="DAV:"><!-- a --></multistatus>', b'<multistatus xmlns="DAV:"><!-- a --><?pi b?></multistatus>',
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_an_error_of_ours(answer: bytes) -> None:
    """Whatever the library says of it; the calendar is never taken for an empty one."""
    with answering() as server:
        server.status, server.answer = 207, answer
        with Collection(f"{server.url}/kim/") as there, pytest.raises(RoundsError):
            there.tags()
