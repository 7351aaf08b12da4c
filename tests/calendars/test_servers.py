"""Publishing to real servers over a line that does what real servers and their proxies do wrong."""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping

import pytest

from calendars.line import Answer, Line, Request, Wrong, line_to
from calendars.servers import SERVERS, Phone
from calendars.test_publish_back import note, vault, write
from rounds.calendar.publish_back import Report, publish, target_of
from rounds.errors import RoundsError
from rounds.storage.user_config import PublishSettings
from rounds.vault.vault import Vault

__all__ = ["vault"]

ONE, PLANTS, THANKS = "Sam Lee: Send the one-pager", "Sam Lee: Water the plants", "Sam Lee: Say thank you"


@pytest.fixture(scope="module", params=SERVERS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as phone:
        yield phone


@pytest.fixture
def phone(running: Phone) -> Phone:
    """A phone with an empty calendar, on each server in turn."""
    running.empty()
    return running


@pytest.fixture
def line(phone: Phone) -> Iterator[Line]:
    """The line between Rounds and that server."""
    with line_to(phone.url) as found:
        yield found


def send(vault: Vault, line: Line, phone: Phone, url: str = "") -> Report:
    settings = PublishSettings(url=url or line.url, user=phone.user, tasks=True, level="full")
    return publish(vault, target_of(vault, "phone", settings), phone.password)


def cycle(vault: Vault, phone: Phone, sending: Callable[[], Report]) -> None:
    """Make, publish, tick, reopen, repeat, move, delete: what comes out is the same on every server and line."""
    assert sending().put == 3
    assert phone.states() == dict.fromkeys((ONE, PLANTS, THANKS), "NEEDS-ACTION")
    assert (sending().put, sending().told) == (0, [])
    phone.tick("one-pager")
    write(vault, note(vault).replace("📅 2026-12-02", "📅 2026-12-04"))
    report = sending()
    assert (report.ticked, report.told) == (["Send the one-pager · Sam Lee"], [])
    assert "- [x] Send the one-pager 📅 2026-12-01 ✅ 2026-11-23 ^f-aaaa\n" in note(vault)
    assert phone.states() == {f"✓ {ONE}": "COMPLETED", PLANTS: "NEEDS-ACTION", THANKS: "NEEDS-ACTION"}
    phone.open("one-pager")
    assert sending().reopened == [f"✓ {ONE}"]
    assert "- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n" in note(vault)
    phone.tick("plants")
    assert sending().ticked == ["Water the plants · Sam Lee"]
    assert phone.states() == {
        ONE: "NEEDS-ACTION", PLANTS: "NEEDS-ACTION", THANKS: "NEEDS-ACTION", f"✓ {PLANTS}": "COMPLETED",
    }  # fmt: skip
    phone.drop("thank you")
    assert sending().told == [f"{THANKS}: deleted there. Your notes keep it."]
    write(vault, note(vault).replace("- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n", ""))
    assert sending().removed == 1
    assert phone.states() == {PLANTS: "NEEDS-ACTION", f"✓ {PLANTS}": "COMPLETED"}
    last = sending()
    assert (last.put, last.removed, last.told, last.ticked, last.reopened) == (0, 0, [], [], [])


# What real servers do -------------------------------------------------------------------------------------------------


def typed_html(request: Request, ask: Callable[[], Answer]) -> Answer:
    """PHP's default type for empty bodies, as sabre/dav has it; some servers give it to calendars as well."""
    answer = ask()
    return answer if request.method == "PROPFIND" else answer.but(Content_Type="text/html; charset=UTF-8")


def packed_by_apache(request: Request, ask: Callable[[], Answer]) -> Answer:
    """mod_deflate: a packed answer has an ETag of its own, which If-Match then doesn't know."""
    return _packed(request, ask(), lambda tag: f'{tag[:-1]}-gzip"')


def packed_by_nginx(request: Request, ask: Callable[[], Answer]) -> Answer:
    """A packed answer has a weak ETag."""
    return _packed(request, ask(), lambda tag: f"W/{tag}")


def _packed(request: Request, answer: Answer, of: Callable[[str], str]) -> Answer:
    tag = next((value for name, value in answer.headers.items() if name.lower() == "etag"), None)
    accepted = next((value for name, value in request.headers.items() if name.lower() == "accept-encoding"), "")
    if request.method != "GET" or answer.status != 200 or "gzip" not in accepted or tag is None:
        return answer
    return answer.but(body=gzip.compress(answer.body), ETag=of(tag), Content_Encoding="gzip")


def weak(_: Request, ask: Callable[[], Answer]) -> Answer:
    """A server that has only weak ETags, in its lists too, and that no condition ever matches."""
    answer = ask()
    tag = next((value for name, value in answer.headers.items() if name.lower() == "etag"), None)
    body = re.sub(rb'(getetag>)(?:"|&quot;)', rb'\1W/"', answer.body)
    return answer.but(body=body, ETag=tag and f"W/{tag}")


def untagged(_: Request, ask: Callable[[], Answer]) -> Answer:
    """A server without ETags."""
    answer = ask()
    return answer.but(body=re.sub(rb"getetag>[^<]+<", b"getetag><", answer.body), ETag=None)


def silent(request: Request, ask: Callable[[], Answer]) -> Answer:
    """No ETag in the answer to a PUT: the server may have stored something else (RFC 4791 5.3.4)."""
    return ask().but(ETag=None) if request.method == "PUT" else ask()


def sent_on(status: int) -> Wrong:
    """Each address below /old leads to the same one without it."""

    def wrong(request: Request, ask: Callable[[], Answer]) -> Answer:
        if request.path.startswith("/old/"):
            return Answer(status, {"Location": request.path.removeprefix("/old")})
        return ask()

    return wrong


WRONG: Mapping[str, Wrong] = {
    "as it is": lambda _, ask: ask(),
    "an empty body is called a page": typed_html,
    "packed by Apache": packed_by_apache,
    "packed by nginx": packed_by_nginx,
    "weak tags": weak,
    "no tags": untagged,
    "no tag for a PUT": silent,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_cycle_over_every_line(vault: Vault, phone: Phone, line: Line, wrong: Wrong) -> None:
    line.wrong = wrong
    cycle(vault, phone, lambda: send(vault, line, phone))


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_that_keeps_the_method_is_followed(vault: Vault, phone: Phone, line: Line, status: int) -> None:
    """With the body, for each method."""
    line.wrong = sent_on(status)
    cycle(vault, phone, lambda: send(vault, line, phone, line.url.replace("/kim/", "/old/kim/")))


@pytest.mark.parametrize("status", [301, 302, 303])
def test_any_other_redirect_of_a_change_is_refused(vault: Vault, phone: Phone, line: Line, status: int) -> None:
    """The new address is named, nothing is written, and above all nothing empty."""
    old = line.url.replace("/kim/", "/old/kim/")
    line.wrong = sent_on(status)
    with pytest.raises(RoundsError, match=f"sends on from {old} to {line.url}") as caught:
        send(vault, line, phone, old)
    assert "config.toml" in caught.value.hint
    assert [method for method, _ in line.asked] == ["PROPFIND"]
    new = Answer(status, {"Location": line.url})
    line.wrong = lambda request, ask: new if request.method == "PUT" else ask()
    with pytest.raises(RoundsError, match="sends on from"):
        send(vault, line, phone)
    assert phone.texts() == {}


def test_a_change_is_not_sent_to_another_server(vault: Vault, phone: Phone, line: Line) -> None:
    """Whether or not there is a password to lose: what is published is meant for one server."""
    with line_to(phone.url) as other:
        line.wrong = lambda request, ask: (
            ask()
            if request.method == "PROPFIND"
            else Answer(307, {"Location": f"http://127.0.0.1:{other.server_port}/x"})
        )
        with pytest.raises(RoundsError, match=r"sends on to 127\.0\.0\.1:[0-9]+, another server"):
            send(vault, line, phone)
        assert other.asked == []


def test_a_login_is_no_success(vault: Vault, phone: Phone, line: Line) -> None:
    """A network that wants a login first answers 200 and a page to whatever is sent, also to a deletion."""
    send(vault, line, phone)
    write(vault, note(vault).replace("- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n", "").replace("12-02", "12-03"))
    page = Answer(200, {"Content-Type": "text/html"}, b"<!doctype html><p>Please log in")

    def answering(method: str) -> Wrong:
        return lambda request, ask: page if request.method == method else ask()

    for method in ("PUT", "DELETE", "PROPFIND"):
        line.wrong = answering(method)
        with pytest.raises(RoundsError, match="answers like a web page"):
            send(vault, line, phone)
    line.wrong = WRONG["as it is"]
    send(vault, line, phone)
    assert set(phone.states()) == {PLANTS, THANKS}


@pytest.mark.parametrize("wrong", [weak, untagged])
def test_without_a_strong_tag_a_tick_made_meanwhile_stays(vault: Vault, phone: Phone, line: Line, wrong: Wrong) -> None:
    """It is read once more before each write, and each deletion."""
    line.wrong = wrong
    send(vault, line, phone)
    write(vault, note(vault).replace("📅 2026-12-01", "📅 2026-12-07"))
    read: list[str] = []

    def ticked_meanwhile(request: Request, ask: Callable[[], Answer]) -> Answer | None:
        if request.method == "PROPFIND" and not read:
            answer = wrong(request, ask)
            read.append(request.path)
            if wrong is weak:
                phone.tick("one-pager")
            return answer
        if request.method == "GET" and wrong is untagged and read.count("GET") == 2:
            phone.tick("one-pager")
        read.append(request.method)
        return wrong(request, ask)

    line.wrong = ticked_meanwhile
    report = send(vault, line, phone)
    assert report.ticked == ["Send the one-pager · Sam Lee"]
    assert "- [x] Send the one-pager 📅 2026-12-07 ✅ 2026-11-23 ^f-aaaa\n" in note(vault)
    assert f"✓ {ONE}" in phone.states()
