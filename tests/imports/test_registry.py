"""The client of the NPI registry: pages, patience, refusals, and answers that are made to harm."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from calendars.hostile import dripping, hostile
from imports import registry_server as server
from imports.registry_server import COUNSELOR, PSYCHIATRY, Answer, npi, person, running
from rounds import web_requests
from rounds.domain.job_titles import Roles
from rounds.errors import RoundsError, SettingsError
from rounds.imports.nppes import result_row
from rounds.imports.registry import Found, Registry, Result
from rounds.storage.user_config import Config, registry_address


@pytest.fixture
def here() -> Iterator[server.Registry]:
    with running(server.Registry()) as found:
        yield found


class Client(Registry):
    """A client that notes how long it would wait."""

    def __init__(self, url: str) -> None:
        self.waits: list[float] = []
        self.said: list[str] = []
        super().__init__(url, self.said.append, self.waits.append)


def searched(here: server.Registry, *words: str, most: int = 50, **criteria: str) -> Found:
    with Client(here.url) as client:
        return client.search(words, criteria or {"city": "Portland"}, most, lambda _: True)


def numbers(results: list[Result]) -> list[str]:
    return [str(each["number"]) for each in results]


def test_pages_are_read_up_to_what_the_registry_gives(here: server.Registry) -> None:
    """200 at a time, and 1,200 in all: it skips 1,000 at most."""
    here.providers += [person(n, "Ana", f"Cruz{n}") for n in range(1500)]
    found = searched(here, "Psychiatry", most=1200)
    assert len({*numbers(found.results)}) == 1200
    assert [(each["limit"], each.get("skip", "0")) for each in here.asked] == [
        ("200", str(skip)) for skip in range(0, 1001, 200)
    ]
    assert not found.more


def test_no_more_pages_are_asked_for_than_are_wanted(here: server.Registry) -> None:
    here.providers += [person(n, "Ana", f"Cruz{n}") for n in range(1500)]
    found = searched(here, "Psychiatry", most=150)
    assert (len(found.results), found.more, len(here.asked)) == (150, True, 1)


def test_several_searches_take_turns(here: server.Registry) -> None:
    """Each provider once: the first 200 counselors leave room for the others."""
    both = person(999, "Bo", "Ng", taxonomies=[{"code": c, "desc": d} for c, d in (COUNSELOR, PSYCHIATRY)])
    here.providers += [both, *(person(n, "Ana", "Cruz", COUNSELOR) for n in range(300)), person(998, "Cy", "Doe")]
    found = searched(here, "Counselor", "Psychiatry", most=20)
    assert numbers(found.results)[:3] == [npi(999), npi(0), npi(998)]
    assert len(numbers(found.results)) == len({*numbers(found.results)}) == 20


def test_only_the_search_words_are_sent(here: server.Registry, home: Path) -> None:
    """No password of the user's .netrc, no cookie, nothing that says who asks."""
    (home / ".netrc").write_text("default login kim password secret\n")
    searched(here, "Psychiatry", city="Portland")
    assert here.asked == [{"version": "2.1", "city": "Portland", "taxonomy_description": "Psychiatry", "limit": "200"}]
    assert {*here.headers[0]} <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert here.headers[0]["user-agent"] == "rounds"


def busy(status: int, wait: str = "") -> Answer:
    return status, {"Retry-After": wait} if wait else {}, b"<html>wait</html>"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(here: server.Registry, status: int) -> None:
    """After one, two and four seconds."""
    here.providers.append(person(1, "Ana", "Cruz"))
    here.first = [busy(status)] * 3
    with Client(here.url) as client:
        assert len(client.search([], {"city": "Portland"}, 9, lambda _: True).results) == 1
    assert client.waits == [1, 2, 4]
    assert client.said[0] == "127.0.0.1 is busy. Trying again in 1 s"


def test_it_is_given_up_on_in_the_end(here: server.Registry) -> None:
    here.first = [busy(503)] * 9
    with pytest.raises(RoundsError, match=r"is busy \(status 503\)") as caught:
        searched(here)
    assert "Try again later. Nothing was written." in caught.value.hint
    assert len(here.asked) == 4


@pytest.mark.parametrize(("given", "least", "most"), [("7", 7, 7), ("0", 0, 0), ("soon", 1, 1), ("-5", 1, 1)])
def test_it_says_how_long_to_wait(here: server.Registry, given: str, least: float, most: float) -> None:
    here.first = [busy(429, given)]
    with Client(here.url) as client:
        client.search([], {"city": "Portland"}, 9, lambda _: True)
    assert least <= client.waits[0] <= most


def test_it_says_until_when_to_wait(here: server.Registry) -> None:
    """A date works as well; one that is over is no wait, and one without a time zone counts as none."""
    now = datetime.now(UTC)
    here.first = [
        busy(429, format_datetime(now + timedelta(seconds=20), usegmt=True)),
        busy(429, "Wed, 21 Oct 2015 07:28:00 GMT"),
        busy(429, "Wed, 21 Oct 2015 07:28:00"),
    ]
    with Client(here.url) as client:
        client.search([], {"city": "Portland"}, 9, lambda _: True)
    assert 15 <= client.waits[0] <= 20
    assert client.waits[1:] == [0, 4]


@pytest.mark.parametrize("wait", ["31", "86400", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_waits_for_long(here: server.Registry, wait: str) -> None:
    here.first = [busy(429, wait)]
    with pytest.raises(RoundsError, match="is busy"):
        searched(here)
    assert len(here.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_never_sends_on(here: server.Registry, status: int) -> None:
    """Neither to another host nor to itself: nothing is asked there."""
    with running(server.Registry()) as other:
        for target in (other.url.replace("127.0.0.1", "localhost"), here.url, "\x1b[31m", "http://[", ""):
            here.first = [(status, {"Location": target.replace("\x1b", "%1b")}, b"")]
            with pytest.raises(RoundsError, match=r"127\.0\.0\.1 (?:sends on to|can't be understood)"):
                searched(here)
        assert other.asked == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418])
def test_another_status_is_said(here: server.Registry, status: int) -> None:
    here.first = [(status, {}, b"no")]
    with pytest.raises(RoundsError, match=f"answers with status {status}"):
        searched(here)
    assert len(here.asked) == 1


def test_a_refusal_is_said_in_its_words(here: server.Registry) -> None:
    """The registry refuses with status 200."""
    with pytest.raises(RoundsError, match="refuses the search: Field state requires additional search criteria"):
        searched(here, state="OR")


def test_one_of_several_searches_may_be_refused(here: server.Registry) -> None:
    here.providers.append(person(1, "Ana", "Cruz"))
    assert len(searched(here, "P*", "Psychiatry").results) == 1


BODIES = {
    "nothing": b"",
    "a page": b"<html>sign in</html>",
    "half": b'{"result_count": 1, "results": [{"numb',
    "no results": b'{"result_count": 0}',
    "null": b"null",
    "a text": b'"results"',
    "results of the wrong kind": b'{"results": {"number": 1}}',
    "not utf-8": b'{"results": ["\xff\xfe"]}',
    "very deep": b'{"results": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "a long number": b'{"results": [' + b"9" * 10_000 + b"]}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_an_answer_that_is_none(here: server.Registry, body: bytes) -> None:
    here.first = [(200, {}, body)]
    with pytest.raises(RoundsError, match=r"the answer of 127\.0\.0\.1 isn't the NPI registry's"):
        searched(here)


@pytest.mark.parametrize("errors", [["\x1b[2J" * 400], [{"description": 5}], [{}], [None], "no", 7, {"a": 1}])
def test_a_refusal_of_the_wrong_kind(here: server.Registry, errors: object) -> None:
    here.first = [(200, {}, json.dumps({"Errors": errors}).encode())]
    with pytest.raises(RoundsError, match=r"127\.0\.0\.1 refuses the search: ") as caught:
        searched(here)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 400


def test_what_comes_is_bounded_and_on_one_line(here: server.Registry) -> None:
    """10,000 results in one page, texts without end, control characters, half of a pair, lists without end."""
    odd = {
        "a": "\x1b[31mred\r\n\u202etxt\ud800",
        "b": "x" * 10_000,
        "c": [[[[[["deep"]]]]]],
        "d": [1] * 999,
        "e": 10**4000,
    }
    results = [{"number": str(n), **(odd if n == 0 else {})} for n in range(10_000)]
    here.always = lambda _: (200, {}, json.dumps({"results": [5, None, "x", *results]}).encode())
    found = searched(here, most=1200)
    assert len(found.results) == 197
    assert len(here.asked) <= 6
    first = found.results[0]
    assert (first["a"], len(first["b"]), len(first["d"]), first["e"]) == ("[31mred txt", 300, 50, None)
    assert "deep" not in str(first["c"])


def test_a_large_answer_is_given_up(here: server.Registry) -> None:
    here.first = [(200, {}, b'{"results": [' + b" " * (9 << 20) + b"]}")]
    with pytest.raises(RoundsError, match="gives an answer of more than 8 MB"):
        searched(here)


def test_nobody_is_there() -> None:
    """A clear word, at once."""
    with running(server.Registry()) as gone:
        pass
    with pytest.raises(RoundsError, match=r"127\.0\.0\.1 can't be reached") as caught:
        searched(gone)
    assert caught.value.hint == "Is this machine online? Nothing was written."


def test_an_answer_that_drips_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_requests, "TIMEOUT", 1.0)
    dead = server.Registry()
    drip = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x")
    with hostile(drip) as dead.url, pytest.raises(RoundsError, match="doesn't answer in time"):
        searched(dead)


def test_a_provider_by_number(here: server.Registry) -> None:
    """Another provider than was asked for is none."""
    here.providers.append(person(1, "Ana", "Cruz"))
    with Client(here.url) as client:
        assert client.provider(npi(1)) is not None
        assert client.provider(npi(2)) is None
        here.always = lambda _: (200, {}, json.dumps({"results": here.providers}).encode())
        assert client.provider(npi(2)) is None
    assert here.asked[0] == {"version": "2.1", "number": npi(1)}


def test_the_address_is_a_setting() -> None:
    """Encrypted, but for one on this machine."""
    assert registry_address(Config()) == "https://npiregistry.cms.hhs.gov/api/"
    for good in ("https://proxy.example/npi/", "http://127.0.0.1:8080/", "http://localhost/api", "http://[::1]:5/"):
        assert registry_address(Config(registry=good)) == good
    for bad in ("http://npiregistry.cms.hhs.gov/api/", "ftp://x.example/", "npiregistry", "", "https://", "https://[x",
                "https://a b/", "https://x.example/?a=1", "https://x\r\n.example/", "http://127.0.0.1.x.example/"):  # fmt: skip
        with pytest.raises(SettingsError, match="registry isn't an https address"):
            registry_address(Config(registry=bad))


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [("BO", "NG", "Bo Ng"), ("LI", "WU", "Li Wu"), ("JT", "CRUZ", "JT Cruz"), ("ANA", "O'DAY", "Ana O'Day")],
)
def test_names_in_capitals_are_names(first: str, last: str, name: str) -> None:
    """Also those of two letters; two consonants in place of a first name are initials."""
    assert result_row(0, person(1, first, last), roles=Roles()).name == name
