"""Publishing to a real CalDAV server (Radicale), and what is ticked off there back again."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from icalendar import Calendar

from calendars.line import Answer, Request, line_to
from conftest import TODAY
from radicale_server import PASSWORD, USER, Radicale, radicale, shared_radicale
from radicale_server import server as there
from rounds.calendar.caldav import Collection
from rounds.calendar.publish_back import Report, publish
from rounds.calendar.publish_targets import target_of
from rounds.errors import RoundsError
from rounds.storage.feed_state import FeedState, PublishedFeed
from rounds.storage.files import digest
from rounds.storage.user_config import PublishSettings
from rounds.vault.history_undo import undo
from rounds.vault.log_actions import done
from rounds.vault.reminders import questions, reminders, today_list
from rounds.vault.vault import Vault

__all__ = ["shared_radicale", "there"]

NOTE = """---
type: partner
stage: active
check_in: 6 months
---

## Follow-ups

- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa
- [ ] Water the plants 🔁 every week 📅 2026-12-02 ^f-cccc

## Log

- 2026-11-22 coffee: nice
"""
"""Beside the follow-ups, a thank-you of the rule: due 2026-11-23."""


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    folder = tmp_path / "vault"
    (folder / "Partners").mkdir(parents=True)
    (folder / "rounds.toml").write_text('vault = "public"\ntimezone = "America/Los_Angeles"\n')
    (folder / "Partners/Sam Lee.md").write_text(NOTE)
    opened = Vault.open(folder, clock=lambda: TODAY)
    opened.sync()
    yield opened
    opened.close()


def note(vault: Vault) -> str:
    return Path(vault.root, "Partners/Sam Lee.md").read_text()


def memory(vault: Vault) -> Path:
    """Where it is remembered what was put there."""
    (found,) = Path(vault.data, "remote").glob("phone-*.json")
    return found


def write(vault: Vault, text: str) -> None:
    Path(vault.root, "Partners/Sam Lee.md").write_text(text)
    vault.sync()


def send(vault: Vault, there: Radicale, *, tasks: bool = True, level: str = "full", password: str = PASSWORD) -> Report:
    settings = PublishSettings(url=there.url, user=USER, tasks=tasks, level=level)
    return publish(vault, target_of(vault, "phone", settings), password)


def on_server(there: Radicale) -> dict[str, str]:
    """Summary and status of what the server holds."""
    found = {}
    for path in there.objects:
        (each,) = Calendar.from_ical(path.read_bytes()).subcomponents
        found[str(each["summary"])] = str(each.get("status", each.name))
    return found


def complete(there: Radicale, summary: str) -> None:
    """Tick a task off as a client made of the caldav library does."""
    with there.client() as client:
        calendar = client.calendar(url=there.url)  # type: ignore[no-untyped-call]
        (task,) = [each for each in calendar.todos() if str(each.icalendar_component["summary"]) == summary]
        task.complete()


def test_tasks_are_put_once_and_stand_still(vault: Vault, there: Radicale) -> None:
    """Each as an object of its own; nothing is written there again while nothing changes."""
    report = send(vault, there)
    assert (report.put, report.removed, report.told) == (3, 0, [])
    assert on_server(there) == {
        "Sam Lee: Send the one-pager": "NEEDS-ACTION", "Sam Lee: Water the plants": "NEEDS-ACTION",
        "Sam Lee: Say thank you": "NEEDS-ACTION",
    }  # fmt: skip
    before = [path.stat().st_mtime_ns for path in there.objects]
    again = send(vault, there)
    assert (again.put, again.removed, again.unchanged) == (0, 0, 3)
    assert [path.stat().st_mtime_ns for path in there.objects] == before


def test_events_are_discreet_unless_it_is_said(vault: Vault, there: Radicale) -> None:
    """Whatever leaves the machine has initials at most; a feed that says less still says less."""
    settings = PublishSettings(url=there.url, user=USER)
    publish(vault, target_of(vault, "phone", settings), PASSWORD)
    assert set(on_server(there).items()) == {("S. L.: follow-up", "VEVENT"), ("S. L.: thanks", "VEVENT")}
    assert not any(b"Sam" in path.read_bytes() or b"one-pager" in path.read_bytes() for path in there.objects)
    toml = Path(vault.root, "rounds.toml")
    toml.write_text(toml.read_text() + '[feeds.reminders]\nlevel = "busy"\n')
    vault.sync()
    send(vault, there, tasks=False, level="full")
    assert set(on_server(there)) == {"Follow-up"}


def test_a_task_that_is_ticked_off_there_is_ticked_here(vault: Vault, there: Radicale) -> None:
    """By the caldav library, which writes no PERCENT-COMPLETE and leaves LAST-MODIFIED alone."""
    send(vault, there)
    complete(there, "Sam Lee: Send the one-pager")
    report = send(vault, there)
    assert report.ticked == ["Send the one-pager · Sam Lee"]
    assert report.told == []
    assert "- [x] Send the one-pager 📅 2026-12-01 ✅ 2026-11-23 ^f-aaaa\n" in note(vault)
    assert on_server(there)["✓ Sam Lee: Send the one-pager"] == "COMPLETED"
    again = send(vault, there)
    assert (again.put, again.ticked, again.told) == (0, [], [])


@pytest.mark.parametrize(
    "how",
    [
        "STATUS:COMPLETED", "STATUS:IN-PROCESS\r\nPERCENT-COMPLETE:100", "STATUS:NEEDS-ACTION\r\nCOMPLETED:20261122T120000Z",
    ],
)  # fmt: skip
def test_done_is_said_in_many_ways(vault: Vault, there: Radicale, how: str) -> None:
    """Each client has its own; the day that it says is the day of the tick."""
    send(vault, there)
    there.edit("STATUS:NEEDS-ACTION", how, within="one-pager")
    assert send(vault, there).ticked == ["Send the one-pager · Sam Lee"]
    assert f"✅ 2026-11-2{2 if 'COMPLETED:' in how.partition(chr(10))[2] else 3} ^f-aaaa" in note(vault)


def test_a_tick_whose_next_one_can_not_be_written_is_told_and_changes_nothing(vault: Vault, there: Radicale) -> None:
    """A rule that is not known: on the phone it is done, in the note the series goes on."""
    write(vault, note(vault).replace("Send the one-pager 📅", "Send the one-pager 🔁 every blue moon 📅"))
    send(vault, there)
    before = note(vault)
    complete(there, "Sam Lee: Send the one-pager")
    report = send(vault, there)
    (told,) = report.told
    assert "every blue moon" in told
    assert "Nothing was written" in told
    assert (report.ticked, note(vault)) == ([], before)


def test_a_tick_is_an_act_that_undo_takes_back(vault: Vault, there: Radicale) -> None:
    """And then the task is open there again, too."""
    send(vault, there)
    before = note(vault)
    complete(there, "Sam Lee: Send the one-pager")
    send(vault, there)
    assert note(vault) != before
    undo(vault)
    vault.sync()
    assert "- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n" in note(vault)
    send(vault, there)
    assert on_server(there)["Sam Lee: Send the one-pager"] == "NEEDS-ACTION"


def test_a_task_that_is_opened_again_there_is_open_here(vault: Vault, there: Radicale) -> None:
    send(vault, there)
    complete(there, "Sam Lee: Send the one-pager")
    send(vault, there)
    there.edit("STATUS:COMPLETED", "STATUS:NEEDS-ACTION", within="one-pager")
    there.edit("PERCENT-COMPLETE:100\n", "", within="one-pager")
    there.edit("PERCENT-COMPLETE:100\r\n", "", within="one-pager")
    for path in there.objects:
        text = path.read_bytes().decode()
        for line in text.splitlines():
            if line.startswith("COMPLETED:"):
                there.edit(line, "X-WAS:done", within="one-pager")
    report = send(vault, there)
    assert report.reopened == ["✓ Sam Lee: Send the one-pager"]
    assert "- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n" in note(vault)
    assert on_server(there)["Sam Lee: Send the one-pager"] == "NEEDS-ACTION"
    assert send(vault, there).put == 0


def test_a_repeating_task_goes_on(vault: Vault, there: Radicale) -> None:
    """Ticked off there, the next one is written here and put there."""
    send(vault, there)
    complete(there, "Sam Lee: Water the plants")
    report = send(vault, there)
    assert report.ticked == ["Water the plants · Sam Lee"]
    assert "- [ ] Water the plants 🔁 every week 📅 2026-12-09 ^f-" in note(vault)
    assert "- [x] Water the plants 🔁 every week 📅 2026-12-02 ✅ 2026-11-23 ^f-cccc\n" in note(vault)
    assert {"Sam Lee: Water the plants", "✓ Sam Lee: Water the plants"} <= set(on_server(there))


def test_what_a_rule_made_is_asked_about_on_today(vault: Vault, there: Radicale) -> None:
    """Only its maker knows how the thanks went; it stays ticked there until the answer, and is not asked twice."""
    send(vault, there)
    before = note(vault)
    complete(there, "Sam Lee: Say thank you")
    assert send(vault, there).asked == ["Say thank you · Sam Lee"]
    assert note(vault) == before
    due, _ = today_list(vault)
    assert (due[0].title, due[0].why) == ("Say thank you", "you ticked it off in your task app on 23 Nov")
    again = send(vault, there)
    assert (again.put, again.asked) == (0, [])
    assert on_server(there)["Sam Lee: Say thank you"] == "COMPLETED"
    done(vault, due[0], "sent a card")
    vault.sync()
    send(vault, there)
    assert on_server(there)["✓ Sam Lee: Say thank you"] == "COMPLETED"
    assert not [each for each in today_list(vault)[0] if "task app" in each.why]


def test_a_question_is_withdrawn_where_it_is_opened_again_there(vault: Vault, there: Radicale) -> None:
    send(vault, there)
    there.edit("STATUS:NEEDS-ACTION", "STATUS:COMPLETED", within="thank")
    send(vault, there)
    there.edit("STATUS:COMPLETED", "STATUS:NEEDS-ACTION", within="thank")
    report = send(vault, there)
    assert (report.put, report.reopened, report.told) == (0, [], [])
    assert today_list(vault)[0][0].why != "you ticked it off in your task app on 23 Nov"


def test_a_deletion_there_deletes_nothing_here(vault: Vault, there: Radicale) -> None:
    """Today asks, and the task does not come back by itself; only where the note says another day for it."""
    send(vault, there)
    before = note(vault)
    with there.client() as client:
        for path in there.objects:
            if b"one-pager" in path.read_bytes():
                client.delete(there.url + path.name)
    report = send(vault, there)
    assert (report.proposed, report.told) == (["Send the one-pager · Sam Lee: deleted there"], [])
    assert (report.put, note(vault)) == (0, before)
    again = send(vault, there)
    assert (again.put, again.proposed) == (0, [])
    write(vault, before.replace("📅 2026-12-01", "📅 2026-12-03"))
    assert send(vault, there).put == 1
    assert "Sam Lee: Send the one-pager" in on_server(there)


def test_a_date_that_is_moved_there_is_asked_about_and_new_words_are_told(vault: Vault, there: Radicale) -> None:
    """Once; theirs stays there until the answer."""
    send(vault, there)
    before = note(vault)
    there.edit("20261201", "20261205", within="one-pager")
    there.edit("SUMMARY:Sam Lee: Water the plants", "SUMMARY:Buy plants")
    report = send(vault, there)
    assert report.proposed == ["Send the one-pager · Sam Lee: moved there to 2026-12-05"]
    assert report.told == ["Sam Lee: Water the plants: called there “Buy plants”. Your notes keep their words."]
    assert (report.put, note(vault)) == (0, before)
    again = send(vault, there)
    assert (again.put, again.told, again.proposed) == (0, [], [])
    assert set(on_server(there)) == {"Sam Lee: Send the one-pager", "Buy plants", "Sam Lee: Say thank you"}
    write(vault, before.replace("📅 2026-12-01", "📅 2026-12-07"))
    assert send(vault, there).put == 1
    assert not questions(vault)


def test_both_sides_change_one_task(vault: Vault, there: Radicale) -> None:
    """Ticked off there, moved here: it is ticked, with the date of the note. Ticked on both sides: nothing to do."""
    send(vault, there)
    write(vault, note(vault).replace("📅 2026-12-01", "📅 2026-12-07"))
    complete(there, "Sam Lee: Send the one-pager")
    assert send(vault, there).ticked == ["Send the one-pager · Sam Lee"]
    assert "- [x] Send the one-pager 📅 2026-12-07 ✅ 2026-11-23 ^f-aaaa\n" in note(vault)
    complete(there, "Sam Lee: Water the plants")
    (ours,) = [each for each in reminders(vault) if each.title == "Water the plants"]
    done(vault, ours)
    vault.sync()
    report = send(vault, there)
    assert (report.ticked, report.told) == ([], [])


def test_an_event_is_done_by_its_words_alone(vault: Vault, there: Radicale) -> None:
    """It has no property for that, so that nothing can be read out of its lack: a follow-up stays ticked."""
    send(vault, there, tasks=False)
    write(
        vault,
        note(vault).replace(
            "- [ ] Send the one-pager 📅 2026-12-01", "- [x] Send the one-pager 📅 2026-12-01 ✅ 2026-11-23"
        ),
    )
    send(vault, there, tasks=False)
    before = note(vault)
    assert "✓ Sam Lee: Send the one-pager" in on_server(there)
    there.edit("SUMMARY:✓ Sam Lee: Send the one-pager", "SUMMARY:Sent it")
    report = send(vault, there, tasks=False)
    assert report.told == ["✓ Sam Lee: Send the one-pager: called there “Sent it”. Your notes keep their words."]
    assert (report.reopened, note(vault)) == ([], before)


def test_a_repeating_task_is_not_opened_again(vault: Vault, there: Radicale) -> None:
    """Its next one is open already; that is said once."""
    send(vault, there)
    complete(there, "Sam Lee: Water the plants")
    send(vault, there)
    before = note(vault)
    for line in ("STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:"):
        there.edit(line, "X-WAS:done", within="SUMMARY:✓ Sam Lee: Water")
    report = send(vault, there)
    assert report.told == ["✓ Sam Lee: Water the plants: it repeats, and the next one is open. Nothing was written."]
    assert (note(vault), send(vault, there).told) == (before, [])


def test_another_client_is_quicker(vault: Vault, there: Radicale, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between our look and our write: 412, then fetch, merge, and once more."""
    from rounds.calendar.caldav import Collection

    send(vault, there)
    write(vault, note(vault).replace("📅 2026-12-01", "📅 2026-12-07"))
    put = Collection.put
    quick: list[str] = []

    def after_another(self: Collection, name: str, data: bytes, tag: str | None) -> str:
        if not quick:
            quick.append(name)
            there.edit("STATUS:NEEDS-ACTION", "STATUS:COMPLETED", within="one-pager")
        return put(self, name, data, tag)

    monkeypatch.setattr(Collection, "put", after_another)
    report = send(vault, there)
    assert (report.ticked, report.told) == (["Send the one-pager · Sam Lee"], [])
    assert "- [x] Send the one-pager 📅 2026-12-07 ✅ 2026-11-23 ^f-aaaa\n" in note(vault)
    assert on_server(there)["✓ Sam Lee: Send the one-pager"] == "COMPLETED"


def test_what_is_gone_here_is_removed_there(vault: Vault, there: Radicale) -> None:
    send(vault, there)
    write(vault, note(vault).replace("- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n", ""))
    report = send(vault, there)
    assert (report.removed, report.put) == (1, 0)
    assert "Sam Lee: Send the one-pager" not in on_server(there)


def test_a_calendar_that_was_made_anew_is_filled_again(vault: Vault, there: Radicale) -> None:
    """Nobody has deleted each of them: it is another one."""
    send(vault, there)
    with there.client() as client:
        for path in there.objects:
            client.delete(there.url + path.name)
    report = send(vault, there)
    assert report.told == ["The calendar there is empty, like a new one: everything is published again."]
    assert len(on_server(there)) == report.put == 3


def test_a_memory_that_is_lost_writes_nothing_anew(vault: Vault, there: Radicale) -> None:
    """As on another machine, or after a crash: what is there is taken up, and a tick from meanwhile is not lost."""
    send(vault, there)
    complete(there, "Sam Lee: Send the one-pager")
    memory(vault).unlink()
    report = send(vault, there)
    assert (report.put, report.unchanged, report.told) == (1, 2, [])
    assert report.ticked == ["Send the one-pager · Sam Lee"]


def test_a_note_that_can_not_be_written_is_tried_again(vault: Vault, there: Radicale) -> None:
    """It is said, nothing is put over the tick there, and the next time it comes back."""
    send(vault, there)
    good = note(vault)
    complete(there, "Sam Lee: Send the one-pager")
    Path(vault.root, "Partners/Sam Lee.md").write_text(good.replace("type: partner", "type: [partner"))
    report = send(vault, there)
    assert report.ticked == []
    assert report.told[0].startswith("Sam Lee: Send the one-pager: Partners/Sam Lee.md:")
    assert report.told[0].endswith("Rounds tries again next time.")
    assert on_server(there)["Sam Lee: Send the one-pager"] == "COMPLETED"
    write(vault, good)
    assert send(vault, there).ticked == ["Send the one-pager · Sam Lee"]


def test_a_wrong_password_and_a_calendar_that_is_not_there(vault: Vault, there: Radicale) -> None:
    """Say what to do; nothing is forgotten."""
    send(vault, there)
    with pytest.raises(RoundsError, match=r"127.0.0.1 doesn't accept the password of kim") as caught:
        send(vault, there, password="guess")
    assert "guess" not in str(caught.value) + caught.value.hint
    settings = PublishSettings(url=there.url.replace("/rounds/", "/other/"), user=USER, tasks=True, level="full")
    with pytest.raises(RoundsError, match=r"there is no calendar at http://127.0.0.1:[0-9]+/kim/other/"):
        publish(vault, target_of(vault, "phone", settings), PASSWORD)
    assert send(vault, there).unchanged == 3


def test_a_server_that_is_down(vault: Vault, tmp_path: Path) -> None:
    """Before the first time and after it; then all goes on as before."""
    with radicale(tmp_path / "down") as server:
        send(vault, server)
        server.program.kill()
        server.program.wait(30)
        with pytest.raises(RoundsError, match=r"127.0.0.1 can't be reached"):
            send(vault, server)
    assert memory(vault).exists()


@contextmanager
def canned(answers: dict[str, bytes]) -> Iterator[str]:
    """A server that gives one answer to each method, byte for byte, and hangs up."""

    class Handler(BaseHTTPRequestHandler):
        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.wfile.write(answers.get(self.command, answers["*"]))
            self.close_connection = True
            return False

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/kim/rounds/"
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()


def http(status: str, body: str = "", kind: str = "application/xml", *, missing: int = 0, **headers: str) -> bytes:
    """An answer; `missing` bytes of it are announced and never come."""
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    length = len(body.encode()) + missing
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n{body}".encode()


HTML = "<!doctype html><html><body><h1>Please log in</h1><p>unclosed<br></body></html>"
EMPTY = (
    '<?xml version="1.0"?><multistatus xmlns="DAV:"><response><href>/kim/rounds/</href><propstat><prop>'
    "<getetag>1</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>"
)
HALF = EMPTY[: EMPTY.index("<propstat>")]
CHUNKED = (
    b"HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n<multist"
)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"*": http("200 OK", HTML, "text/html")}, "answers like a web page, not like a calendar"),
        ({"*": http("207 Multi-Status", HTML, "text/html")}, "answers like a web page, not like a calendar"),
        ({"*": http("302 Found", Location="/login")}, "sends on from "),
        ({"*": http("307 Temporary Redirect", Location="/login")}, "sends from one address to the next"),
        ({"*": http("207 Multi-Status", HALF, missing=500)}, "broke off its answer"),
        ({"*": CHUNKED}, "broke off its answer"),
        ({"*": http("207 Multi-Status", HALF)}, "can't be understood"),
        ({"*": http("207 Multi-Status", "")}, "doesn't list what is in the calendar"),
        ({"*": b""}, "can't be reached"),
        ({"*": b"\x00\xff garbage"}, "can't be reached"),
        ({"*": http("500 Oh No")}, "answers 500"),
        ({"*": http("429 Too Many Requests")}, "asks to wait"),
        ({"*": http("401 Unauthorized")}, "doesn't accept the password of kim"),
        ({"*": http("403 Forbidden")}, "doesn't allow kim to do that"),
        ({"*": http("503 Service Unavailable"), "PROPFIND": http("207 Multi-Status", EMPTY)}, "answers 503"),
        ({"*": http("200 OK", HTML, "text/html"), "PROPFIND": http("207 Multi-Status", EMPTY)}, "like a web page"),
        ({"*": http("201 Created", missing=9), "PROPFIND": http("207 Multi-Status", EMPTY)}, "broke off its answer"),
    ],
)
def test_a_server_that_answers_badly(vault: Vault, there: Radicale, answers: dict[str, bytes], words: str) -> None:
    """A clear message without a password in it; what was published before, the notes and the memory stay."""
    send(vault, there)
    kept = memory(vault)
    before = note(vault), on_server(there), kept.read_text()
    with canned(answers) as url:
        settings = PublishSettings(url=url, user=USER, tasks=True, level="full")
        with pytest.raises(RoundsError, match=re.escape(words)) as caught:
            publish(vault, target_of(vault, "phone", settings), PASSWORD)
    assert caught.value.hint
    assert PASSWORD not in str(caught.value) + caught.value.hint
    assert (note(vault), on_server(there), kept.read_text()) == before
    assert send(vault, there).unchanged == 3


def test_half_a_task_is_not_taken_for_a_change(vault: Vault, there: Radicale) -> None:
    """Broken off on the way, nothing is done at all; broken on the server, it is told and left alone."""
    send(vault, there)
    before = note(vault)
    texts = {path.name: path.read_text() for path in there.objects}
    answers: dict[str, bytes] = {}
    with canned(answers) as url:
        settings = PublishSettings(url=url, user=USER, tasks=True, level="full")
        target = target_of(vault, "phone", settings)
        rows = "".join(
            f"<response><href>/kim/rounds/{name}</href><propstat><prop><getetag>2</getetag></prop>"
            "<status>HTTP/1.1 200 OK</status></propstat></response>"
            for name in texts
        )
        listing = http("207 Multi-Status", EMPTY.replace("</multistatus>", f"{rows}</multistatus>"))
        whole = next(text for text in texts.values() if "one-pager" in text).replace("NEEDS-ACTION", "COMPLETED")
        half = whole[: whole.index("END:VTODO")]
        answers |= {
            "*": http("201 Created"),
            "PROPFIND": listing,
            "GET": http("200 OK", half, "text/calendar", missing=90),
        }
        with pytest.raises(RoundsError, match="broke off its answer"):
            publish(vault, target, PASSWORD)
        answers["GET"] = http("200 OK", half, "text/calendar")
        report = publish(vault, target, PASSWORD)
        assert len(report.told) == 3
        assert all(words.endswith("the version there can't be read.") for words in report.told)
    assert note(vault) == before


def test_a_file_is_published_where_it_is_said(vault: Vault, tmp_path: Path) -> None:
    """Into a folder that something else publishes; at the level of the target, and left alone while nothing changes."""
    path = tmp_path / "synced folder/rounds.ics"
    address = path.as_uri()
    assert "synced%20folder" in address
    for url, put in ((str(path), 3), (address, 0), (address.replace("file://", "file://localhost"), 0)):
        report = publish(vault, target_of(vault, "file", PublishSettings(url=url)))
        assert (report.put, report.place) == (put, str(path))
    text = path.read_text()
    assert text.count("BEGIN:VEVENT") == 3
    assert "SUMMARY:S. L.: follow-up" in text
    assert "Sam" not in text
    path.write_text("my own calendar")
    with pytest.raises(RoundsError, match=r"rounds\.ics is there already, and Rounds did not make it"):
        publish(vault, target_of(vault, "file", PublishSettings(url=str(path))))
    assert path.read_text() == "my own calendar"


def test_a_file_on_a_server(vault: Vault, there: Radicale) -> None:
    """By WebDAV: made, left alone, written over where it is ours, and never over what is somebody else's."""
    answers = {"*": http("201 Created"), "GET": http("404 Not Found")}
    with canned(answers) as url:
        target = target_of(vault, "dav", PublishSettings(url=f"{url}work.ics"))
        assert publish(vault, target).put == 3
        ours = Path(target.feed.path).read_text()
        answers["GET"] = http("200 OK", ours, "text/calendar", ETag='"1"')
        assert publish(vault, target).put == 0
        answers["GET"] = http("200 OK", ours.replace("S. L.", "X."), "text/calendar", ETag='"1"')
        assert publish(vault, target).put == 3
        answers["*"] = http("412 Precondition Failed")
        with pytest.raises(RoundsError, match="has another version meanwhile"):
            publish(vault, target)
        added = ours.replace("END:VCALENDAR", "BEGIN:VEVENT\nUID:7@home\nSUMMARY:Dentist\nEND:VEVENT\nEND:VCALENDAR")
        for other in ("BEGIN:VCALENDAR", added):
            answers["GET"] = http("200 OK", other, "text/calendar", ETag='"1"')
            with pytest.raises(RoundsError, match=r"work\.ics holds something else"):
                publish(vault, target)
        neighbor = FeedState(str(Path(vault.data).parent / "another" / "published"))
        theirs = ours.replace("@rounds", "-2@rounds")
        neighbor.write("work", PublishedFeed(digest=digest(theirs.encode()).hex()))
        answers["GET"] = http("200 OK", theirs, "text/calendar", ETag='"1"')
        with pytest.raises(RoundsError, match=r"work\.ics holds the calendar of another vault, another"):
            publish(vault, target)


def test_a_tick_is_not_lost_if_the_server_fails_before_all_is_read(
    vault: Vault, there: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is remembered only once it is in the notes: the next run applies it."""
    send(vault, there)
    complete(there, "Sam Lee: Send the one-pager")
    complete(there, "Sam Lee: Say thank you")
    get, read = Collection.get, []

    def failing(self: Collection, name: str) -> tuple[str, bytes] | None:
        read.append(name)
        if len(read) == 2:
            raise RoundsError("the server is gone")
        return get(self, name)

    monkeypatch.setattr(Collection, "get", failing)
    with pytest.raises(RoundsError, match="the server is gone"):
        send(vault, there)
    report = send(vault, there)
    assert (report.ticked, report.asked) == (["Send the one-pager · Sam Lee"], ["Say thank you · Sam Lee"])
    assert "- [x] Send the one-pager" in note(vault)


def test_client_information_is_not_put_there(vault: Vault, there: Radicale) -> None:
    """A task without its words can be ticked off all the same; words that were put there earlier are replaced."""
    send(vault, there)
    write(vault, NOTE.replace("Send the one-pager", "Call our client Rebecca Thornbury"))
    send(vault, there)
    assert on_server(there)["Sam Lee: follow-up"] == "NEEDS-ACTION"
    assert not [path for path in there.objects if b"Thornbury" in path.read_bytes()]
    complete(there, "Sam Lee: follow-up")
    assert send(vault, there).ticked == ["Call our client Rebecca Thornbury · Sam Lee"]
    assert "- [x] Call our client Rebecca Thornbury 📅 2026-12-01 ✅" in note(vault)
    assert not [path for path in there.objects if b"Thornbury" in path.read_bytes()]


# What people type there ----------------------------------------------------------------------------------------------

TYPED = "DESCRIPTION:Rang twice\\n\\nAsk for Kim\\, not Jo\r\nPRIORITY:1\r\nX-APPLE-SORT-ORDER:7\r\nSTATUS:IN-PROCESS"


def text_of(there: Radicale, words: str) -> str:
    """The one object with certain words, its lines unfolded."""
    (found,) = [text for path in there.objects if words in (text := path.read_text().replace("\n ", ""))]
    return found


def test_what_is_typed_there_stands_below_its_follow_up_and_stays_there(vault: Vault, there: Radicale) -> None:
    """With all else of the object, when our version changes; one undo takes the lines back."""
    send(vault, there)
    there.edit("STATUS:NEEDS-ACTION", TYPED, within="one-pager")
    report = send(vault, there)
    assert (report.noted, report.told, report.put) == (["Sam Lee: Send the one-pager"], [], 0)
    below = "^f-aaaa\n  Rang twice\n  Ask for Kim, not Jo\n- [ ] Water"
    assert below in note(vault)
    write(vault, note(vault).replace("📅 2026-12-01", "📅 2026-12-07"))
    report = send(vault, there)
    assert (report.put, report.noted, report.told) == (1, [], [])
    text = text_of(there, "one-pager")
    for line in (
        "DESCRIPTION:Rang twice",
        "PRIORITY:1",
        "X-APPLE-SORT-ORDER:7",
        "STATUS:IN-PROCESS",
        "DUE;VALUE=DATE:20261207",
    ):
        assert line in text
    there.edit("Ask for Kim", "On Mondays\\nAsk for Kim", within="one-pager")
    before = note(vault)
    assert send(vault, there).noted == ["Sam Lee: Send the one-pager"]
    assert below.replace("\n- [ ]", "\n  On Mondays\n- [ ]") in note(vault)
    assert send(vault, there).noted == []
    undo(vault)
    assert note(vault) == before


def test_a_tick_with_words_brings_both(vault: Vault, there: Radicale) -> None:
    """And our check mark leaves the words where they were typed."""
    send(vault, there)
    there.edit("STATUS:NEEDS-ACTION", "DESCRIPTION:Sent by fax\r\nSTATUS:COMPLETED", within="one-pager")
    report = send(vault, there)
    assert (report.noted, report.ticked) == (["Sam Lee: Send the one-pager"], ["Send the one-pager · Sam Lee"])
    assert "- [x] Send the one-pager 📅 2026-12-01 ✅ 2026-11-23 ^f-aaaa\n  Sent by fax\n" in note(vault)
    assert "DESCRIPTION:Sent by fax" in text_of(there, "✓ Sam Lee: Send")
    repeating = send(vault, there)
    assert (repeating.noted, repeating.told, repeating.put) == ([], [], 0)


def test_what_is_typed_about_a_rule_s_reminder_goes_into_the_log(vault: Vault, there: Radicale) -> None:
    """As a note, which counts as no touch: Today still asks what was done."""
    send(vault, there)
    there.edit("STATUS:NEEDS-ACTION", "COMMENT:Card is on my desk\r\nSTATUS:NEEDS-ACTION", within="thank you")
    assert send(vault, there).noted == ["Sam Lee: Say thank you"]
    assert "- 2026-11-23 note: Card is on my desk\n" in note(vault)
    assert any(each.rule == "thanks" for each in reminders(vault))


def test_what_is_typed_comes_in_once_the_note_can_be_written(vault: Vault, there: Radicale) -> None:
    """It's said before, and not forgotten."""
    send(vault, there)
    good = note(vault)
    there.edit("STATUS:NEEDS-ACTION", "DESCRIPTION:Rang twice\r\nSTATUS:COMPLETED", within="one-pager")
    Path(vault.root, "Partners/Sam Lee.md").write_text(good.replace("type: partner", "type: [partner"))
    report = send(vault, there)
    assert (report.noted, report.ticked, len(report.told)) == ([], [], 2)
    write(vault, good)
    report = send(vault, there)
    assert (report.noted, report.ticked) == (["Sam Lee: Send the one-pager"], ["Send the one-pager · Sam Lee"])
    assert "✅ 2026-11-23 ^f-aaaa\n  Rang twice\n" in note(vault)


def test_another_machine_adds_no_line_twice(vault: Vault, there: Radicale) -> None:
    """It remembers nothing of what came in here."""
    send(vault, there)
    there.edit("STATUS:NEEDS-ACTION", "DESCRIPTION:Rang twice\r\nSTATUS:NEEDS-ACTION", within="SUMMARY")
    send(vault, there)
    after = note(vault)
    assert after.count("Rang twice") == 3
    memory(vault).unlink()
    assert (send(vault, there).noted, note(vault)) == ([], after)


def test_client_information_that_is_typed_there_stays_there(vault: Vault, there: Radicale) -> None:
    """The guard decides, as for each other line; the tick comes in, and it's told once."""
    send(vault, there)
    words = "my client Dana Miller (born 3/4/2011) moved %% rounds: ok phi %%"
    there.edit("STATUS:NEEDS-ACTION", f"DESCRIPTION:{words}\r\nSTATUS:COMPLETED", within="one-pager")
    report = send(vault, there)
    assert (report.noted, report.ticked) == ([], ["Send the one-pager · Sam Lee"])
    assert "what was typed there stays there" in report.told[0]
    assert "Miller" not in note(vault)
    assert "Miller" not in memory(vault).read_text()
    assert send(vault, there).told == []
    assert "Dana Miller" in text_of(there, "✓ Sam Lee: Send")


def test_what_is_called_off_there_is_called_off_here(vault: Vault, there: Radicale) -> None:
    """A follow-up; what came from a rule is told, once."""
    send(vault, there)
    there.edit("STATUS:NEEDS-ACTION", "STATUS:CANCELLED", within="one-pager")
    there.edit("STATUS:NEEDS-ACTION", "STATUS:CANCELLED", within="thank you")
    report = send(vault, there)
    assert report.cancelled == ["Send the one-pager · Sam Lee"]
    assert report.told == ["Sam Lee: Say thank you: cancelled there. Your notes keep it; to let it go: rounds skip"]
    assert "- [-] Send the one-pager 📅 2026-12-01 ❌ 2026-11-23 ^f-aaaa\n" in note(vault)
    again = send(vault, there)
    assert (again.cancelled, again.told, again.put, again.ticked, again.reopened) == ([], [], 0, [], [])
    undo(vault)
    assert "- [ ] Send the one-pager 📅 2026-12-01 ^f-aaaa\n" in note(vault)


BAD = [
    "DUE;VALUE=DURATION:PT1H", "DUE:PT1H", "DUE:00010101T000000Z", "DUE:20261301", "COMPLETED:long ago", "PERCENT-COMPLETE:all", "SUMMARY",
    "BEGIN:VALARM", "END:VCALENDAR", "DUE;TZID=" + "x" * 300 + ":20261201T100000", "DESCRIPTION:" + "x" * 600_000,
]  # fmt: skip
ODD = [
    "COMPLETED:00010101T000000Z\r\nCOMPLETED:20261122T100000Z",
    "STATUS:COMPLETED\r\nCOMPLETED:00010101T000000Z\r\nSUMMARY:again",
]


@pytest.mark.parametrize("bad", BAD, ids=range(len(BAD)))
def test_one_object_that_can_t_be_read_is_left_alone_and_stops_no_other(
    vault: Vault, there: Radicale, bad: str
) -> None:
    """It's told; nothing of it is written over, and once it can be read again, it's changed as any other."""

    def spoiled(request: Request, ask: Callable[[], Answer]) -> Answer:
        answer = ask()
        if request.method != "GET" or b"one-pager" not in answer.body:
            return answer
        return answer.but(body=answer.body.replace(b"DUE;VALUE=DATE:20261201", bad.encode()))

    with line_to(there.url) as line:
        beyond = there._replace(url=line.url)
        send(vault, beyond)
        there.edit("STATUS:NEEDS-ACTION", "X-A:1\r\nSTATUS:NEEDS-ACTION", within="one-pager")
        stands = text_of(there, "one-pager")
        line.wrong = spoiled
        report = send(vault, beyond)
        assert (report.told, report.put) == (["Sam Lee: Send the one-pager: the version there can't be read."], 0)
        write(vault, note(vault).replace("📅 2026-12-01", "📅 2026-12-07").replace("📅 2026-12-02", "📅 2026-12-03"))
        report = send(vault, beyond)
        why = "what is there can't be read, so it stays as it is"
        assert (report.put, report.refused) == (1, [f"Sam Lee: Send the one-pager: {why}"])
        assert text_of(there, "one-pager") == stands
        line.wrong = lambda _, ask: ask()
        report = send(vault, beyond)
        assert (report.put, report.refused, report.told) == (1, [], [])
    text = text_of(there, "one-pager")
    assert ("X-A:1" in text, "DUE;VALUE=DATE:20261207" in text) == (True, True)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_a_tick_on_no_day_is_one_of_today(vault: Vault, there: Radicale, odd: str) -> None:
    """Twice there, too."""

    def spoiled(request: Request, ask: Callable[[], Answer]) -> Answer:
        answer = ask()
        if request.method != "GET":
            return answer
        return answer.but(body=answer.body.replace(b"STATUS:NEEDS-ACTION", odd.encode()))

    with line_to(there.url) as line:
        beyond = there._replace(url=line.url)
        send(vault, beyond)
        there.edit("STATUS:NEEDS-ACTION", "X-A:1\r\nSTATUS:NEEDS-ACTION", within="one-pager")
        line.wrong = spoiled
        assert send(vault, beyond).ticked == ["Send the one-pager · Sam Lee"]
    assert "✅ 2026-11-23" in note(vault)
