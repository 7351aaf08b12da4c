"""Publishing to real servers over a line that does what real servers and their proxies do wrong.

Each answer here was seen from a server: sabre/dav 4.7.1 (Baïkal, Nextcloud and ownCloud are made of it), DAViCal 1.1.12,
Apache or nginx. To run all of it with one more server: CALDAV_SERVER=http://USER:PASSWORD@127.0.0.1:PORT/ITS/CALENDAR/
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from calendars.line import Answer, Line, Request, Wrong, line_to
from calendars.servers import SERVERS, Phone
from calendars.test_publish_back import note, vault, write
from rounds.calendar.publish_back import Report, publish
from rounds.calendar.publish_targets import target_of
from rounds.errors import RoundsError
from rounds.storage.feed_state import ServerState
from rounds.storage.user_config import PublishSettings
from rounds.vault.vault import Vault

__all__ = ["vault"]

Whole = Callable[[Request, Callable[[], Answer]], Answer]
"""A line that always answers."""

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


def old(line: Line) -> str:
    """An earlier address of the same calendar."""
    return line.url.replace(line.server.path, f"/old{line.server.path}")


def send(vault: Vault, line: Line, phone: Phone, url: str = "") -> Report:
    settings = PublishSettings(url=url or line.url, user=phone.user, tasks=True, level="full")
    return publish(vault, target_of(vault, "phone", settings), phone.password)


def quiet(report: Report) -> bool:
    """Whether a run found nothing to do."""
    return report.is_empty and not report.told and not report.stopped


def cycle(vault: Vault, phone: Phone, sending: Callable[[], Report]) -> None:
    """Make, publish, tick, reopen, repeat, move, delete: what comes out is the same on every server and line."""
    sending()
    assert phone.states() == dict.fromkeys((ONE, PLANTS, THANKS), "NEEDS-ACTION")
    assert quiet(sending())
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
    assert set(sending().proposed) == {"Say thank you · Sam Lee: deleted there"}
    before = note(vault)
    write(vault, before.replace("- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n", ""))
    sending()
    assert phone.states() == {PLANTS: "NEEDS-ACTION", f"✓ {PLANTS}": "COMPLETED"}
    write(vault, before)
    assert sending().told == []
    assert phone.states() == {ONE: "NEEDS-ACTION", PLANTS: "NEEDS-ACTION", f"✓ {PLANTS}": "COMPLETED"}
    assert quiet(sending())
    assert note(vault) == before


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


def sent_on(status: int) -> Whole:
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
    cycle(vault, phone, lambda: send(vault, line, phone, old(line)))


@pytest.mark.parametrize("status", [301, 302, 303])
def test_any_other_redirect_of_a_change_is_refused(vault: Vault, phone: Phone, line: Line, status: int) -> None:
    """The new address is named, nothing is written, and above all nothing empty."""
    line.wrong = sent_on(status)
    with pytest.raises(RoundsError, match=f"sends on from {old(line)} to {line.url}") as caught:
        send(vault, line, phone, old(line))
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

    for method in ("PUT", "PROPFIND"):
        line.wrong = answering(method)
        with pytest.raises(RoundsError, match="answers like a web page"):
            send(vault, line, phone)
    line.wrong = answering("DELETE")
    report = send(vault, line, phone)
    assert (report.put, report.removed) == (1, 0)
    assert report.stopped.endswith("answers like a web page, not like a calendar")
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
            if answer is not None and answer.status == 207:
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


# Lost on the way ------------------------------------------------------------------------------------------------------


class Losing:
    """A line that loses each request once, and a Rounds that tries again until a run is through.

    Args:
        arrives: whether the server gets it, and only the answer is lost.
        killed: whether Rounds is killed at that moment, so that it remembers nothing of this run from then on.
    """

    def __init__(self, vault: Vault, line: Line, phone: Phone, *, arrives: bool, killed: bool) -> None:
        self.arrives, self.killed = arrives, killed
        self.lost: set[tuple[str, str]] = set()
        self.is_dead = False
        self._parts = vault, line, phone
        line.wrong = self.wrong

    def wrong(self, request: Request, ask: Callable[[], Answer]) -> Answer | None:
        key = (request.method, request.path)
        if key in self.lost:
            return ask()
        if self.arrives and ask().status == 401:
            return ask()
        self.lost.add(key)
        self.is_dead = self.killed
        return None

    def forget_when_killed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Save nothing at the end of a run that is killed."""
        keep = ServerState.keep

        def keeping(state: ServerState, *values: Any) -> None:
            if not self.is_dead:
                keep(state, *values)

        monkeypatch.setattr(ServerState, "keep", keeping)

    def __call__(self) -> Report:
        """All reports of the tries together."""
        self.lost.clear()
        total = Report("", "")
        for _ in range(99):
            self.is_dead = False
            try:
                report = send(*self._parts)
            except RoundsError:
                continue
            for name, value in vars(report).items():
                if isinstance(value, list):
                    getattr(total, name).extend(value)
            total.put += report.put
            total.removed += report.removed
            if not report.stopped:
                return total
        raise AssertionError("it never gets through")


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize("arrives", [False, True])
def test_each_request_of_a_cycle_is_lost_once(
    vault: Vault, phone: Phone, line: Line, monkeypatch: pytest.MonkeyPatch, *, arrives: bool, killed: bool
) -> None:
    """Or the program is killed at it: what it had sent isn't read back as somebody's act, and nothing is there twice."""
    losing = Losing(vault, line, phone, arrives=arrives, killed=killed)
    losing.forget_when_killed(monkeypatch)
    cycle(vault, phone, losing)
    assert {method for method, _ in line.asked} == {"PROPFIND", "GET", "PUT", "DELETE"}


LINE = "- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n"
CHANGES = {
    "ticked": "- [x] Send the one-pager 📅 2026-12-01 ✅ 2026-11-23 ^f-aaaa\n",
    "moved": "- [ ] Send the one-pager 📅 2026-12-05 ^f-aaaa\n",
    "called otherwise": "- [ ] Send two pages 📅 2026-12-01 ^f-aaaa\n",
    "removed": "",
}


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_a_lost_answer_is_no_act_of_somebody(
    vault: Vault, phone: Phone, line: Line, changed: str, *, back: bool
) -> None:
    """A line is changed and changed back before the next run; what arrived in between was ours, whichever it was."""
    before, after = (note(vault), note(vault).replace(LINE, changed))[:: -1 if back else 1]
    for text in (note(vault), before):
        write(vault, text)
        send(vault, line, phone)
    there = phone.lines()

    def lost(request: Request, ask: Callable[[], Answer]) -> Answer | None:
        answer = ask()
        return None if request.method in {"PUT", "DELETE"} and answer.status != 401 else answer

    write(vault, after)
    line.wrong = lost
    with pytest.raises(RoundsError, match="can't be reached"):
        send(vault, line, phone)
    line.wrong = WRONG["as it is"]
    assert phone.lines() != there, "it has arrived"
    write(vault, before)
    report = send(vault, line, phone)
    assert (report.ticked, report.reopened, report.told) == ([], [], [])
    assert (note(vault), phone.lines()) == (before, there)
    assert quiet(send(vault, line, phone))


# Refused --------------------------------------------------------------------------------------------------------------

SABRE_ERROR = """<?xml version="1.0" encoding="utf-8"?>
<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>Sabre\\CalDAV\\Exception\\InvalidComponentType</s:exception>
<cal:supported-calendar-component xmlns:cal="urn:ietf:params:xml:ns:caldav"/></d:error>"""


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (400, "", "400 Bad Request"), (403, "", "your account isn't allowed to change it"),
        (403, SABRE_ERROR, "that calendar doesn't take this kind: tasks and events are often kept apart"),
        (409, "", "409 Conflict"), (415, "", "that calendar doesn't take it"), (500, "<html>", "500 Internal Server Error"),
        (507, "", "there is no room left"),
    ],
)  # fmt: skip
def test_a_refused_object_stops_only_itself(
    vault: Vault, phone: Phone, line: Line, *, status: int, body: str, why: str
) -> None:
    """What came in and went out beside it is done and told, and the next run tries it again."""
    send(vault, line, phone)
    phone.tick("plants")
    write(vault, note(vault).replace("Send the one-pager", "Send two pages"))
    line.wrong = lambda request, ask: (
        Answer(status, {"Content-Type": "application/xml"}, body.encode()) if b"two pages" in request.body else ask()
    )
    report = send(vault, line, phone)
    assert report.refused == [f"Sam Lee: Send two pages: {why}"]
    assert (report.ticked, report.stopped) == (["Water the plants · Sam Lee"], "")
    assert phone.states()[f"✓ {PLANTS}"] == "COMPLETED"
    phone.tick("one-pager")
    line.wrong = WRONG["as it is"]
    report = send(vault, line, phone)
    assert (report.refused, report.ticked) == ([], ["Send two pages · Sam Lee"])
    assert phone.states()["✓ Sam Lee: Send two pages"] == "COMPLETED"


def test_an_object_that_is_not_given_or_not_deleted_stops_only_itself(vault: Vault, phone: Phone, line: Line) -> None:
    """It isn't written over unseen."""
    send(vault, line, phone)
    phone.tick("one-pager")
    phone.tick("plants")
    write(vault, note(vault).replace("Send the one-pager", "Send two pages"))
    (name,) = [name for name, text in phone.texts().items() if "one-pager" in text]
    line.wrong = lambda request, ask: Answer(403) if request.path.endswith(name) else ask()
    report = send(vault, line, phone)
    assert report.refused == ["Sam Lee: Send two pages: your account isn't allowed to change it"]
    assert report.ticked == ["Water the plants · Sam Lee"]
    assert phone.states()[ONE] == "COMPLETED"
    write(vault, note(vault).replace("- [ ] Send two pages 📅 2026-12-01 ^f-aaaa\n", ""))
    line.wrong = lambda request, ask: Answer(403) if request.method == "DELETE" else ask()
    assert send(vault, line, phone).refused == [f"{ONE}: your account isn't allowed to change it"]
    line.wrong = WRONG["as it is"]
    assert send(vault, line, phone).removed == 1


def test_what_was_done_before_the_server_went_away_is_told(vault: Vault, phone: Phone, line: Line) -> None:
    """The tick is in the note by then; so it isn't said that nothing has changed."""
    send(vault, line, phone)
    phone.tick("plants")
    line.wrong = lambda request, ask: Answer(503) if request.method == "PUT" else ask()
    report = send(vault, line, phone)
    assert (report.ticked, report.stopped) == (
        ["Water the plants · Sam Lee"],
        "127.0.0.1 answers 503 Service Unavailable",
    )


# Names and uids -------------------------------------------------------------------------------------------------------


def test_an_object_of_another_name_is_the_same_by_its_uid(vault: Vault, phone: Phone, line: Line) -> None:
    """Moved away and back, or imported again: it isn't "deleted there", not put a second time, and ticks of it count."""
    send(vault, line, phone)
    line.count()
    phone.rename("one-pager", "3F2A-else where.ics")
    report = send(vault, line, phone)
    assert (report.told, report.put) == ([], 0)
    assert line.count() == {"PROPFIND": 1, "REPORT": 1}
    assert quiet(send(vault, line, phone))
    assert line.count() == {"PROPFIND": 1}
    phone.tick("one-pager")
    assert send(vault, line, phone).ticked == ["Send the one-pager · Sam Lee"]
    assert phone.states()[f"✓ {ONE}"] == "COMPLETED"
    assert "3F2A-else where.ics" in phone.texts()
    phone.rename("plants", "elsewhere.ics")
    write(vault, note(vault).replace("- [ ] Water the plants 🔁 every week 📅 2026-12-02 ^f-cccc\n", ""))
    assert send(vault, line, phone).removed == 1
    assert set(phone.states()) == {f"✓ {ONE}", THANKS}


def test_an_object_that_was_deleted_and_restored_under_another_name(vault: Vault, phone: Phone, line: Line) -> None:
    """It's there again: the next change of the note goes to it, with no second object beside it."""
    send(vault, line, phone)
    ((_, text),) = [(name, text) for name, text in phone.texts().items() if "one-pager" in text]
    phone.drop("one-pager")
    assert send(vault, line, phone).proposed == ["Send the one-pager · Sam Lee: deleted there"]
    phone.put("restored.ics", text)
    write(vault, note(vault).replace("Send the one-pager", "Send two pages"))
    report = send(vault, line, phone)
    assert (report.put, report.refused, report.told) == (1, [], [])
    assert "Send two pages" in phone.texts()["restored.ics"]
    assert set(phone.states()) == {"Sam Lee: Send two pages", PLANTS, THANKS}


def test_what_others_have_in_that_calendar_costs_one_question(vault: Vault, phone: Phone, line: Line) -> None:
    """Two at the first time: which are ours, and which were there before. It's left alone."""
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTODO\nUID:milk\nDTSTAMP:20260101T000000Z\nSUMMARY:Milk\nEND:VTODO\nEND:VCALENDAR\n"
    phone.put("milk.ics", text)
    send(vault, line, phone)
    assert line.count() == {"PROPFIND": 1, "PUT": 3, "REPORT": 2}
    phone.drop("one-pager")
    send(vault, line, phone)
    assert line.count() == {"PROPFIND": 1}
    assert "Milk" in phone.texts()["milk.ics"]


def test_a_server_that_does_not_search(vault: Vault, phone: Phone, line: Line) -> None:
    """Then an object of another name counts as deleted; nothing fails for it."""
    send(vault, line, phone)
    for status in (403, 405, 501, 200):
        phone.rename("one-pager", f"{status}.ics")
        line.wrong = lambda request, ask, status=status: Answer(status) if request.method == "REPORT" else ask()  # type: ignore[misc]
        report = send(vault, line, phone)
        assert report.proposed == (["Send the one-pager · Sam Lee: deleted there"] if status == 403 else [])


# Counted --------------------------------------------------------------------------------------------------------------


def test_no_request_is_made_in_vain(vault: Vault, phone: Phone, line: Line) -> None:
    """A list, and what is written; an object is read where its tag has changed."""
    send(vault, line, phone)
    assert line.count() == {"PROPFIND": 1, "PUT": 3}
    send(vault, line, phone)
    assert line.count() == {"PROPFIND": 1}
    write(vault, note(vault).replace("Send the one-pager", "Send two pages"))
    send(vault, line, phone)
    assert line.count() == {"PROPFIND": 1, "PUT": 1}
    phone.tick("two pages")
    send(vault, line, phone)
    assert line.count() == {"GET": 1, "PROPFIND": 1, "PUT": 1}
    write(vault, note(vault).replace("- [ ] Water the plants 🔁 every week 📅 2026-12-02 ^f-cccc\n", ""))
    send(vault, line, phone)
    assert line.count() == {"DELETE": 1, "PROPFIND": 1}


def test_a_check_mark_of_another_machine_is_not_a_new_name(vault: Vault, phone: Phone, line: Line) -> None:
    """And it goes where the task was opened again there, also if this machine never had it ticked."""
    send(vault, line, phone)
    phone.edit("one-pager", {"^SUMMARY:": "SUMMARY:✓ "})
    report = send(vault, line, phone)
    assert (report.told, report.ticked) == ([], [])
    assert phone.states()[ONE] == "NEEDS-ACTION"
    phone.edit("one-pager", {"^SUMMARY:": "SUMMARY:✓ ", "^STATUS:.*$": "STATUS:COMPLETED"})
    report = send(vault, line, phone)
    assert (report.told, report.ticked) == ([], ["Send the one-pager · Sam Lee"])
    assert quiet(send(vault, line, phone))


# A single file by WebDAV ----------------------------------------------------------------------------------------------


class Shelf:
    """A server of files, as strict as RFC 9110: a condition must match the strong ETag of what it has."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def __call__(self, request: Request) -> Answer:
        heads = {name.lower(): value for name, value in request.headers.items()}
        there = self.files.get(request.path)
        tag = f'"{hashlib.sha256(there).hexdigest()[:8]}"' if there is not None else ""
        if request.method == "GET":
            return Answer(404) if there is None else Answer(200, {"ETag": tag, "Content-Type": "text/calendar"}, there)
        if heads.get("if-match", tag) != tag or ("if-none-match" in heads and there is not None):
            return Answer(412)
        self.files[request.path] = request.body
        return Answer(201 if there is None else 204, {"Content-Type": "text/html"})


FILE_LINES: Mapping[str, Whole] = {
    "as it is": lambda _, ask: ask(),
    "Apache": packed_by_apache,
    "nginx": packed_by_nginx,
}


@pytest.mark.parametrize("wrong", FILE_LINES.values(), ids=FILE_LINES)
@pytest.mark.parametrize("status", [0, 301, 302, 303, 307, 308])
def test_a_file_on_a_server_is_whole_or_as_it_was(vault: Vault, status: int, wrong: Whole) -> None:
    """Behind a redirect, and where answers are packed: a second change is written like the first one."""
    shelf = Shelf()
    with line_to("http://127.0.0.1:9/") as line:
        behind = sent_on(status)
        line.wrong = lambda request, _: behind(request, lambda: wrong(request, lambda: shelf(request)))
        address = f"{line.url}old/kim/work.ics" if status else f"{line.url}kim/work.ics"
        target = target_of(vault, "dav", PublishSettings(url=address))
        if 300 < status < 304:
            with pytest.raises(RoundsError, match=f"sends on from {line.url}old/ to {line.url}"):
                publish(vault, target)
            assert shelf.files == {}
            return
        for text in (note(vault), note(vault).replace("📅 2026-12-01", "📅 2026-12-03")):
            write(vault, text)
            assert publish(vault, target).put == 3
            assert publish(vault, target).put == 0
            assert shelf.files == {"/kim/work.ics": Path(target.feed.path).read_bytes()}
