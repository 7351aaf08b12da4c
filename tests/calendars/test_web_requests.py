"""What a hostile server can't do: keep us waiting, fill the memory, or get a password that is not for it."""

import gzip
import os
import socket
import zlib
from time import monotonic

import pytest
from niquests.exceptions import TooManyRedirects

from calendars.hostile import Answer, dripping, endless, hostile, whole
from rounds import web_requests as web
from rounds.calendar.feed_addresses_passwords import direct_address
from rounds.web_requests import AnswerError, is_home, session

OK = b"HTTP/1.1 200 OK\r\n"
LINE = b"X-More: 1\r\n"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TIMEOUT", 1.0)


def asked(answer: Answer) -> bytes:
    with hostile(answer) as url, session(url) as asking:
        return asking.get(url).content or b""


@pytest.mark.parametrize(
    "answer",
    [
        dripping(b"", b""),
        dripping(OK, LINE[:1]),
        dripping(OK, LINE),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(OK + b"Content-Length: 1000\r\n\r\n", b"x"),
        dripping(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        dripping(OK + b"Connection: close\r\n\r\n", b"x"),
    ],
    ids=["silent", "half a header", "headers", "go on", "body", "chunks", "no length"],
)
def test_an_answer_that_comes_drop_by_drop_ends_in_time(answer: Answer) -> None:
    """Whatever part of it drips; a deadline for each read would not do."""
    begun = monotonic()
    with pytest.raises(AnswerError, match="doesn't answer in time"):
        asked(answer)
    assert monotonic() - begun < 6


def test_a_link_that_drips_is_given_up_too() -> None:
    begun = monotonic()
    with hostile(dripping(OK + b"Content-Length: 1000\r\n\r\n", b"x")) as url:
        assert direct_address(url, b"x" * 1000) == ""
    assert monotonic() - begun < 9  # two addresses are tried


@pytest.mark.parametrize(
    "answer",
    [
        endless(OK + b"Content-Length: 999999999\r\n\r\n", bytes(1 << 16)),
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + bytes(1 << 16) + b"\r\n"),
        endless(OK + b"Connection: close\r\n\r\n", bytes(1 << 16)),
    ],
)
def test_an_answer_without_end_is_given_up(answer: Answer) -> None:
    with pytest.raises(AnswerError, match="gives an answer of more than 8 MB"):
        asked(answer)


def raw_deflate(data: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(data) + packing.flush()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate)],
)
def test_what_was_packed_is_unpacked_up_to_the_limit(coding: str, pack: "type[bytes]") -> None:
    """A bomb of 200 MB in 200 KB is given up, and no more of it is unpacked than is allowed."""
    header = f"Content-Encoding: {coding}"
    assert asked(whole(pack(b"BEGIN:VCALENDAR" * 9), header)) == b"BEGIN:VCALENDAR" * 9
    with pytest.raises(AnswerError, match="gives an answer of more than 8 MB"):
        asked(whole(pack(bytes(200 << 20)), header))
    with pytest.raises(AnswerError, match="broke off"):
        asked(whole(pack(b"BEGIN:VCALENDAR" * 9)[:-5], header))
    with pytest.raises(AnswerError, match="broke off"):
        asked(whole(b"no such thing", header))


@pytest.mark.parametrize("coding", ["zstd", "br", "compress", "gzip, gzip", "gzip,deflate", "gzip, br, zstd"])
def test_a_coding_that_was_not_asked_for_is_not_unpacked(coding: str) -> None:
    with pytest.raises(AnswerError, match="in a coding that was not asked for"):
        asked(whole(gzip.compress(bytes(99)), f"Content-Encoding: {coding}"))


def test_redirects_without_end() -> None:
    with pytest.raises(TooManyRedirects):
        asked(whole(b"", "Location: /again", status="302 Found"))


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_redirect_to_another_server_carries_no_password(status: str, host: str) -> None:
    """Nor does what it asks for there: its 401 is answered with nothing."""
    heads: list[str] = []

    def listening(connection: socket.socket, head: str) -> None:
        heads.append(head)
        whole(b"", 'WWW-Authenticate: Basic realm="x"', status="401 No")(connection, head)

    with hostile(listening) as other:
        target = other.replace("127.0.0.1", host)
        with hostile(whole(b"", f"Location: {target}", status=status)) as url, session(url) as asking:
            assert asking.get(url, auth=("kim", "secret")).status_code == 401
    assert len(heads) == 1
    assert "authorization" not in heads[0].lower()


def test_a_request_with_a_password_to_another_server_is_not_made() -> None:
    """As where a server says that its calendars are elsewhere."""
    heads: list[str] = []
    with hostile(lambda _, head: heads.append(head)) as other, session("http://127.0.0.1:9/") as asking:
        refused = pytest.raises(AnswerError, match="which would get the password")
        with refused:
            asking.get(other, auth=("kim", "secret"))
    assert heads == []


def test_an_encrypted_server_can_not_send_on_to_one_that_is_not() -> None:
    heads: list[str] = []
    with hostile(lambda _, head: heads.append(head)) as other:
        home = other.replace("http:", "https:")
        with session(home) as asking, pytest.raises(AnswerError, match="without encryption"):
            asking.get(other)
    assert heads == []


@pytest.mark.parametrize(
    ("home", "url", "same"),
    [
        ("https://a.org/", "https://a.org:443/x", True),
        ("https://a.org/", "https://a.org:8443/x", False),
        ("http://a.org/", "https://a.org/x", True),
        ("http://a.org:80/", "https://a.org:444/x", False),
        ("https://a.org/", "http://a.org/x", False),
        ("https://a.org/", "https://b.a.org/x", False),
        ("https://caldav.icloud.com/", "https://p42-caldav.icloud.com:443/x", True),
        ("https://caldav.icloud.com/", "http://p42-caldav.icloud.com/x", False),
        ("https://caldav.icloud.com/", "https://p42-icloud.com/x", False),
        ("https://caldav.icloud.com.evil.org/", "https://p42-caldav.icloud.com/x", False),
    ],
)
def test_who_may_have_the_password(home: str, url: str, *, same: bool) -> None:
    assert is_home(home, url) is same


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="nobody tells how many files are open")
def test_a_server_that_wants_a_connection_for_each_request() -> None:
    """Few of them are remembered: a thousand would be too many open files."""
    once = whole(b"x", "Connection: close")

    def answer(connection: socket.socket, head: str) -> None:
        once(connection, head)
        connection.shutdown(socket.SHUT_RDWR)

    with hostile(answer) as url, session(url) as asking:
        before = len(os.listdir("/proc/self/fd"))
        assert all(asking.get(url).content == b"x" for _ in range(60))
        assert len(os.listdir("/proc/self/fd")) < before + 30
