"""Feeds over HTTP: who is let in, what is answered, and what garbage gets."""

import gzip
import http.client
import json
import os
import random
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep, time
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from rounds.calendar import server
from rounds.calendar.feed_addresses_passwords import (
    Addresses,
    addresses_for,
    base_url,
    is_loopback,
    read_addresses,
    revoke,
)
from rounds.calendar.server import FeedServer, listening, serving
from rounds.errors import RoundsError, SettingsError

DATA = b"BEGIN:VCALENDAR\r\n" + b"X-FILLER:reminders\r\n" * 50 + b"END:VCALENDAR\r\n"
DEADLINE = 20


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


class Served(NamedTuple):
    """A server over one feed file."""

    port: int
    file: Path
    addresses: Path
    application: FeedServer

    def path(self, name: str = "work") -> str:
        return f"/{read_addresses(str(self.addresses)).secrets[name]}.ics"

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """What comes back for bytes as they are, until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=DEADLINE) as connection:
            found = b""
            try:
                connection.sendall(data)
                with suppress(OSError):  # it has hung up already
                    connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    found += part
            except ConnectionError:
                pass  # it hung up, which is an answer too
        return found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    file, addresses = tmp_path / "work.ics", tmp_path / "addresses.json"
    file.write_bytes(DATA)
    os.utime(file, (1_700_000_000, 1_700_000_000))
    addresses_for(str(addresses), ["work", "home"])
    application = FeedServer(str(addresses), {"work": str(file)})
    with listening("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
        with serving(application, bound):
            yield Served(port, file, addresses, application)


def test_the_page_stands_behind_the_same_secret(served: Served) -> None:
    """With the feed's headers, packed, and asked for again only if it has changed."""
    served.application.pages = {"work": b"<!doctype html>" + b"<p>Monday</p>" * 50}
    path = served.path().replace(".ics", ".html")
    plain, feed = served.ask(path), served.ask(served.path())
    assert (plain.status, plain.body) == (200, served.application.pages["work"])
    assert plain.headers["Content-Type"] == "text/html; charset=utf-8"
    assert plain.headers.keys() == feed.headers.keys()
    for name in ("Cache-Control", "X-Content-Type-Options", "Vary"):
        assert plain.headers[name] == feed.headers[name]
    packed = served.ask(path, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert served.ask(path, If_None_Match=plain.headers["ETag"]).status == 304
    served.application.pages = {"work": b"<!doctype html><p>Tuesday</p>"}
    assert served.ask(path, If_None_Match=plain.headers["ETag"]).body == b"<!doctype html><p>Tuesday</p>"
    assert served.ask(path, "HEAD").body == b""
    assert served.ask(served.path()).body == DATA


def test_no_page_without_the_secret(served: Served) -> None:
    """Nor with one that was revoked, or of a feed that has ended; one that isn't there now comes later."""
    served.application.pages = {"work": b"<p>Monday</p>", "home": b"<p>Tuesday</p>"}
    path = served.path().replace(".ics", ".html")
    for other in (
        "/work.html",
        "/.html",
        "/agenda.html",
        f"{path}.html",
        f"/work{path}",
        path[:-6] + ".html",
        path + "/",
    ):
        assert served.ask(other).status == 404, other
    assert served.ask(served.path("home").replace(".ics", ".html")).status == 410
    served.application.pages = {}
    assert served.ask(path).status == 503
    served.application.pages = {"work": b"<p>Monday</p>"}
    revoke(str(served.addresses), "work")
    assert served.ask(path).status == 410


def test_a_feed_is_served_as_a_calendar(served: Served) -> None:
    """The headers that clients go by, and no word of what serves it."""
    answer = served.ask(served.path())
    assert (answer.status, answer.body) == (200, DATA)
    found = dict(answer.headers.items())
    assert found.pop("Date")
    assert {name.lower(): value for name, value in found.items()} == {
        "content-type": "text/calendar; charset=utf-8",
        "content-length": str(len(DATA)),
        "etag": f'"{sha256(DATA).hexdigest()}"',
        "last-modified": "Tue, 14 Nov 2023 22:13:20 GMT",
        "cache-control": "private, no-cache",
        "vary": "Accept-Encoding",
        "x-content-type-options": "nosniff",
    }


def test_a_head_request_has_the_headers_alone(served: Served) -> None:
    """The same ones, with the length of what a GET would bring."""
    head, get = served.ask(served.path(), "HEAD"), served.ask(served.path())
    assert (head.status, head.body) == (200, b"")
    assert {**dict(head.headers), "Date": ""} == {**dict(get.headers), "Date": ""}


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip;q=0.5", "GZIP", "br, x-gzip"])
def test_gzip_for_who_takes_it(served: Served, accepted: str) -> None:
    """With an ETag of its own, since a strong one names bytes (RFC 9110 8.8.3.3)."""
    answer = served.ask(served.path(), Accept_Encoding=accepted)
    assert gzip.decompress(answer.body) == DATA
    assert len(answer.body) == int(answer.headers["content-length"]) < len(DATA)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"] == f'"{sha256(DATA).hexdigest()}-gzip"'


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "gzip; q=0.000", "br"])
def test_plain_for_who_does_not(served: Served, accepted: str) -> None:
    answer = served.ask(served.path(), Accept_Encoding=accepted)
    assert (answer.body, answer.headers["content-encoding"]) == (DATA, None)


@pytest.mark.parametrize("packed", [False, True])
def test_a_client_that_closes_the_connection_can_tell_an_answer_that_broke_off(served: Served, packed: bool) -> None:
    """It gets chunks: in front of such an end, libsoup (GNOME) believes no Content-Length. HEAD tells the length still.

    One that speaks HTTP/1.0 knows no chunks.
    """
    accepted = {"Accept_Encoding": "gzip"} if packed else {}
    answer = served.ask(served.path(), Connection="close", **accepted)
    assert (answer.headers["transfer-encoding"], answer.headers["content-length"]) == ("chunked", None)
    assert (gzip.decompress(answer.body) if packed else answer.body) == DATA
    whole = served.raw(f"GET {served.path()} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    assert whole.endswith(b"\r\n0\r\n\r\n"), "what is cut off lacks this"
    head = served.ask(served.path(), "HEAD", Connection="close")
    assert head.headers["content-length"] == str(len(DATA))
    old = served.raw(f"GET {served.path()} HTTP/1.0\r\nConnection: close\r\n\r\n".encode())
    assert f"Content-Length: {len(DATA)}\r\n".encode() in old


def test_nothing_is_negotiated(served: Served) -> None:
    """A client that says it wants HTML gets the calendar: many say so, and mean it."""
    for accepted in ("text/html", "application/json;q=1", "nonsense"):
        assert served.ask(served.path(), Accept=accepted).body == DATA


def test_unchanged_is_said_without_the_feed(served: Served) -> None:
    """By either condition; where both are there, the ETag counts (RFC 9110 13.2.2)."""
    tag, modified = f'"{sha256(DATA).hexdigest()}"', "Tue, 14 Nov 2023 22:13:20 GMT"
    earlier = "Tue, 14 Nov 2023 22:13:19 GMT"
    same: list[dict[str, str]] = [
        {"If_None_Match": tag}, {"If_None_Match": f"W/{tag}"}, {"If_None_Match": f'"other", {tag}'},
        {"If_None_Match": "*"}, {"If_None_Match": tag[:-1] + '-gzip"'},
        {"If_Modified_Since": modified},
        {"If_None_Match": tag, "If_Modified_Since": earlier},
    ]  # fmt: skip
    for conditions in same:
        answer = served.ask(served.path(), **conditions)
        assert (answer.status, answer.body) == (304, b""), conditions
        assert answer.headers["etag"] == tag
    changed: list[dict[str, str]] = [
        {"If_None_Match": '"other"'}, {"If_Modified_Since": earlier}, {"If_Modified_Since": "yesterday"},
        {"If_Modified_Since": "Wed, 15 Nov 2023 00:00:00 GMT"},
        {"If_Modified_Since": "Tue, 14 Nov 99999 22:13:20 GMT"}, {"If_None_Match": '"other"', "If_Modified_Since": modified},
    ]  # fmt: skip
    for conditions in changed:
        assert served.ask(served.path(), **conditions).status == 200, conditions


def test_a_change_within_one_second_is_not_missed(served: Served) -> None:
    """Dates have no more than seconds: the one that is told is one that the next change can't have."""
    served.file.write_bytes(b"first")
    first = served.ask(served.path())
    status = served.file.stat()
    served.file.write_bytes(b"second")
    os.utime(served.file, ns=(status.st_mtime_ns + 1, status.st_mtime_ns + 1))
    told = first.headers["last-modified"]
    if parsedate_to_datetime(told).timestamp() < int(status.st_mtime):  # asked within the second of the change
        assert served.ask(served.path(), If_Modified_Since=told).body == b"second"
    assert served.ask(served.path(), If_None_Match=first.headers["etag"]).body == b"second"


def test_a_clock_that_was_ahead_hides_no_change(served: Served) -> None:
    """Its date is not told (RFC 9110 8.8.2.1), and who has heard of it from elsewhere still gets what is new."""
    ahead = time() + 86_400
    os.utime(served.file, (ahead, ahead))
    first = served.ask(served.path())
    assert (first.status, first.headers["last-modified"]) == (200, None)
    assert served.ask(served.path(), If_None_Match=first.headers["etag"]).status == 304
    served.file.write_bytes(b"the clock is right again")
    told = format_datetime(datetime.fromtimestamp(int(ahead), UTC), usegmt=True)
    assert served.ask(served.path(), If_Modified_Since=told).body == b"the clock is right again"
    assert parsedate_to_datetime(served.ask(served.path()).headers["last-modified"]).timestamp() <= time()


def test_an_older_feed_that_was_told_last_second_is_not_the_new_one(served: Served) -> None:
    """The date told for a file of this second is that of the second before, which another file may have had."""
    now = int(time())
    os.utime(served.file, (now - 1, now - 1))
    told = served.ask(served.path()).headers["last-modified"]
    served.file.write_bytes(b"second")
    assert served.ask(served.path(), If_Modified_Since=told).body == b"second"


def test_a_feed_that_is_gone_is_served_as_it_was(served: Served) -> None:
    """A client that is told of an empty or missing calendar throws its reminders away."""
    assert served.ask(served.path()).status == 200
    served.file.unlink()
    assert served.ask(served.path()).body == DATA
    served.file.write_bytes(b"new")
    assert served.ask(served.path()).body == b"new"


def test_a_feed_that_was_never_there_is_to_come(served: Served) -> None:
    """Not a 404, which would end the subscription."""
    served.file.unlink()
    answer = served.ask(served.path())
    assert (answer.status, answer.headers["retry-after"]) == (503, "600")


def test_a_secret_has_160_random_bits_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "addresses.json"
    found = addresses_for(str(path), ["a", "b"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(set(found.secrets.values())) == 2
    assert all(
        len(word) == 32 and set(word) <= set("abcdefghijklmnopqrstuvwxyz234567") for word in found.secrets.values()
    )
    assert addresses_for(str(path), ["b", "c"]).secrets["b"] == found.secrets["b"], "it stays the same"


def test_a_revoked_address_is_gone_at_once(served: Served) -> None:
    """410 for the old one, from a server that runs; the new one works; another feed keeps its own."""
    old = served.path()
    assert revoke(str(served.addresses), "work")
    answer = served.ask(old)
    assert (answer.status, answer.headers["content-type"]) == (410, "text/plain; charset=utf-8")
    assert served.ask(served.path()).body == DATA
    assert old.strip("/").removesuffix(".ics") not in served.addresses.read_text(), "not even the file knows it"


def test_nothing_else_is_there(served: Served) -> None:
    """A wrong secret, part of one, a name: all the same answer."""
    right = served.path()
    bodies = set()
    for path in (
        "/",
        "/work.ics",
        "/work",
        right[:-5] + ".ics",
        right + "x",
        right.upper(),
        "/%00",
        "/../x",
        "/favicon.ico",
    ):
        answer = served.ask(path)
        assert answer.status == 404, path
        bodies.add(answer.body)
    assert len(bodies) == 1


@pytest.mark.parametrize(
    "url", ["https://example.org/cal", "https://example.org/a/b%20c/", "https://example.org/k%C3%A4l"]
)
def test_behind_a_proxy_its_path_may_be_left_out_or_not(served: Served, url: str) -> None:
    """Both are usual: what is shown as an address answers."""
    application = FeedServer(str(served.addresses), served.application.feeds, url)
    with listening("127.0.0.1", 0) as bound, serving(application, bound):
        there = served._replace(port=bound.getsockname()[1])
        below = urlsplit(url).path.rstrip("/")
        for start in (below, ""):
            assert there.ask(start + served.path()).body == DATA
        for start in ("/other", f"{below}/x", f"{below}x", below * 2):
            assert there.ask(start + served.path()).status == 404


def test_a_feed_that_the_settings_no_longer_have_has_ended(served: Served) -> None:
    """410, so that a calendar can tell its owner; once it is back, so is the address."""
    home = served.path("home")
    answer = served.ask(home)
    assert (answer.status, answer.body) == (410, b"This calendar has ended.\n")
    served.application.feeds = {"home": str(served.file)}
    assert served.ask(home).body == DATA
    assert served.ask(served.path()).status == 410


def test_only_reading_is_allowed(served: Served) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "BREW"):
        answer = served.ask(served.path(), method)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_damaged_file_of_addresses_keeps_those_known(served: Served) -> None:
    """A server that runs goes on; a command says so."""
    path = served.path()
    assert served.ask(path).status == 200
    for text in ("{", "[]", '{"secrets": 1}', '{"secrets": {}}'):
        served.addresses.write_text(text)
        assert served.ask(path).status == 200
        with pytest.raises(SettingsError, match="can't be read"):
            addresses_for(str(served.addresses), ["work"])
    served.addresses.write_text(json.dumps({"secrets": {}, "revoked": []}))
    assert served.ask(path).status == 404


def test_without_its_file_of_addresses_it_asks_for_patience(served: Served) -> None:
    """A 404 would end all subscriptions; and the old addresses may have been deleted on purpose."""
    path = served.path()
    text = served.addresses.read_bytes()
    assert served.ask(path).status == 200
    served.addresses.unlink()
    for each in (path, "/x.ics"):
        answer = served.ask(each)
        assert (answer.status, answer.headers["retry-after"]) == (503, "600")
    served.addresses.write_bytes(text)
    assert served.ask(path).body == DATA


@pytest.mark.parametrize("text", [b"", b"{", b"[1]", b"\x00" * 99, None])
def test_a_file_of_addresses_that_was_never_readable_is_no_empty_one(served: Served, text: bytes | None) -> None:
    """As above, from the first request on; None is a folder in its place."""
    path = served.path()
    served.addresses.unlink()
    served.addresses.mkdir() if text is None else served.addresses.write_bytes(text)
    assert served.ask(path).status == 503


def test_secrets_are_compared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each word is compared with every secret, the right one first or last, in constant time."""
    asked: list[int] = []

    def counted(one: str, other: str) -> bool:
        asked.append(len(one))
        return compare_digest(one, other)

    monkeypatch.setattr("rounds.calendar.feed_addresses_passwords.compare_digest", counted)
    known = Addresses({"a": "first", "b": "second", "c": "third"}, ("0" * 64,))
    assert [known.feed(word) for word in ("first", "third", "", "é\udc80")] == ["a", "c", "", ""]
    assert asked == [64] * 12


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"HTTP/1.1\r\n", 400), (b"HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400), (b"HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400),
        (b"HTTP/1.0\r\nHost: a\r\nHost: b\r\n", 400), (b"HTTP/1.1\r\nHost: a b\r\n", 400), (b"HTTP/1.1\r\nHost: a/b\r\n", 400),
        (b"HTTP/1.1\r\nHost: a@b\r\n", 400), (b"HTTP/1.1\r\nHost:\r\n", 400), (b"HTTP/1.1\r\nHost: a:x\r\n", 400),
        (b"HTTP/1.1\r\nhost: a:\r\n", 200), (b"HTTP/1.1\r\nHost: [::1]:80\r\n", 200), (b"HTTP/1.1\r\nHost: 192.168.1.2:8642\r\n", 200),
        (b"HTTP/1.0\r\n", 200),
    ],
)  # fmt: skip
def test_a_request_names_one_host(served: Served, head: bytes, status: int) -> None:
    """Neither none nor several, which a proxy in front may have understood otherwise (RFC 9112 3.2)."""
    answer = served.raw(f"GET {served.path()} ".encode() + head + b"Connection: close\r\n\r\n")
    assert answer.split(b" ", 2)[1] == str(status).encode()
    assert (b"X-FILLER" in answer) == (status == 200)


GARBAGE = [
    b"", b"\r\n\r\n", b"\x00" * 500, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET  /  HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 40_000 + b"\r\n\r\n", b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /\xff\xfe%ff%zz HTTP/1.1\r\n\r\n", b"GET http://[::1 HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b'GET / HTTP/1.1\r\nIf-Modified-Since: \xff\r\nIf-None-Match: ",\r\nAccept-Encoding: ;;,,q=\r\n\r\n',
]  # fmt: skip


def test_garbage_gets_a_sane_answer(served: Served) -> None:
    """An error of the 400s or 500s, or none, never a traceback or the feed; and the next client is served."""
    random_bytes = random.Random(7)
    fuzz = [random_bytes.randbytes(random_bytes.randint(1, 300)) + b"\r\n\r\n" for _ in range(60)]
    line = f"GET {served.path()} HTTP/1.1\r\nHost: a\r\nIf-None-Match: ".encode()
    fuzz += [
        b"GET /" + random_bytes.randbytes(20) + b" HTTP/1.1\r\nHost: " + random_bytes.randbytes(20) + b"\r\n\r\n"
        for _ in range(60)
    ]
    for data in GARBAGE + fuzz:
        answer = served.raw(data)
        assert not answer or answer.split(b" ", 2)[1][:1] in b"45", (data, answer)
        assert b"Traceback" not in answer
        assert b"X-FILLER" not in answer
    for value in (b"\xff\xfe", b'"', b",,,", b"W/", b'"' + b"a" * 9000):
        status = served.raw(line + value + b"\r\nConnection: close\r\n\r\n").split(b" ", 2)[1]
        assert status == b"200", value
    assert served.ask(served.path()).body == DATA


def test_slow_clients_do_not_keep_others_out(served: Served) -> None:
    """Thirty that say half a request and wait, and one that wants the feed."""
    waiting = [socket.create_connection(("127.0.0.1", served.port), timeout=DEADLINE) for _ in range(30)]
    try:
        for each in waiting:
            each.sendall(b"GET / HT")
        assert served.ask(served.path()).body == DATA
    finally:
        for each in waiting:
            each.close()


def crowd(served: Served, number: int, *, spread: int = 1) -> list[socket.socket]:
    """Connections that say half a request, from as many addresses of this machine."""
    found = []
    for each in range(number):
        source = (f"127.0.0.{2 + each % spread}", 0) if spread > 1 else None
        found.append(socket.create_connection(("127.0.0.1", served.port), timeout=DEADLINE, source_address=source))
        found[-1].sendall(b"GET / HT")
    return found


@pytest.mark.parametrize("spread", [1, 200])
@pytest.mark.parametrize("drips", [False, True])
@pytest.mark.skipif(sys.platform != "linux", reason="only there is all of 127.0.0.0/8 this machine")
def test_five_hundred_that_say_nothing_or_drip_keep_nobody_out(served: Served, spread: int, *, drips: bool) -> None:
    """From one address or from two hundred; waitress alone takes no other for half a minute."""
    waiting = crowd(served, 500, spread=spread)
    over = Event()

    def drip() -> None:
        while not over.wait(0.2):
            for each in waiting:
                with suppress(OSError):
                    each.sendall(b"x")

    thread = Thread(target=drip)
    if drips:
        thread.start()
    try:
        for _ in range(10):
            begun = monotonic()
            assert served.ask(served.path()).body == DATA
            assert monotonic() - begun < 10
    finally:
        over.set()
        if drips:
            thread.join()
        for each in waiting:
            each.close()


def test_one_address_has_no_more_than_its_share(served: Served) -> None:
    """Its oldest connection ends for each further one; those of others stay."""
    other = crowd(served, 2, spread=2)
    mine = crowd(served, server._EACH + 5)
    try:
        assert served.ask(served.path()).status == 200  # it has taken all of them by now, and that of this request
        ended = []
        for each in [*other, *mine]:
            each.setblocking(False)
            try:
                ended.append(each.recv(1) == b"")
            except BlockingIOError:
                ended.append(False)
        assert ended == [False] * 2 + [True] * 6 + [False] * (server._EACH - 1)
    finally:
        for each in (*other, *mine):
            each.close()


def test_a_clock_that_is_set_back_makes_no_request_last_longer(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """waitress goes by the clock, and would look after its connections an hour later."""
    monkeypatch.setattr(server, "_ASKING", 1.0)
    (slow,) = crowd(served, 1)
    now = time
    monkeypatch.setattr("time.time", lambda: now() - 3600)
    with slow:
        slow.settimeout(10)
        assert slow.recv(1) == b""


def test_who_sends_a_letter_now_and_then_is_hung_up_on(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is long, and the request never ends."""
    monkeypatch.setattr(server, "_ASKING", 1.0)
    (slow,) = crowd(served, 1)
    with slow, suppress(ConnectionError):
        for _ in range(100):
            slow.sendall(b"x")
            sleep(0.1)
        pytest.fail("it was let go on")


def test_who_asks_often_and_reads_nothing_keeps_nobody_out(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many of them as there are threads, each with more answers than are kept: their connections are ended."""
    monkeypatch.setattr(server, "_READING", 5.0)
    served.file.write_bytes(DATA * 400)
    line = f"GET {served.path()} HTTP/1.1\r\nHost: a\r\n\r\n".encode() * 120
    greedy = [socket.create_connection(("127.0.0.1", served.port), timeout=DEADLINE) for _ in range(4)]
    try:
        for each in greedy:
            each.sendall(line)
        sleep(3)
        assert served.ask(served.path()).body == DATA * 400
    finally:
        for each in greedy:
            each.close()


@pytest.mark.parametrize("line", [b"X-A: " + b"x" * 99 + b"\r\n", b"x" * 4096])
@pytest.mark.parametrize(
    "start", [b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", b"G"]
)
def test_a_request_without_end_is_not_read_to_it(served: Served, start: bytes, line: bytes) -> None:
    """Whatever of it is huge: the connection is ended."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=DEADLINE) as connection:
        connection.sendall(start)
        sent = 0
        with suppress(ConnectionError):
            while sent < 64 << 20:
                connection.sendall(line)
                sent += len(line)
    assert sent < 64 << 20
    assert served.ask(served.path()).body == DATA


def test_a_place_that_is_taken(served: Served) -> None:
    """Says where, and what to do."""
    with pytest.raises(RoundsError, match=f"nothing can be served at 127.0.0.1, port {served.port}: ") as caught:
        listening("127.0.0.1", served.port)
    assert "--port" in caught.value.hint
    for host, port in (("no such host", 0), ("192.0.2.7", 0), ("127.0.0.1", 99999)):
        with pytest.raises(RoundsError, match="nothing can be served"):
            listening(host, port)


def test_the_address_that_is_shown() -> None:
    """An IPv6 address in brackets; for all addresses, one that others can reach."""
    assert base_url("127.0.0.1", 80) == "http://127.0.0.1:80"
    assert base_url("localhost", 80) == "http://localhost:80"
    assert base_url("::1", 80) == "http://[::1]:80"
    for host in ("0.0.0.0", "::"):
        assert base_url(host, 80).endswith(":80")
        assert host not in base_url(host, 80)
    assert [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost", "0.0.0.0", "192.168.1.2", "x.org")] == [
        True, True, True, True, False, False, False,
    ]  # fmt: skip
