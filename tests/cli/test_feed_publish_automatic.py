"""Publishing by itself, from `rounds watch` and `feed serve`: when, once per machine, and what it says."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from calendars.line import Answer, Line, Request, line_to
from cli.running import TODAY, Runner, command, environment
from conftest import PATIENCE, started
from radicale_server import PASSWORD, USER, Radicale
from rounds.cli.feed_publish import LONGEST, QUIET, RETRY, Automatic
from rounds.cli.session import Session

NOTE = "Partners/Sam Lee.md"
EVERY = 15 * 60.0


@pytest.fixture
def config(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ROUNDS_TODAY", TODAY)
    path = home / "config/rounds/config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def sam(nobody: Runner) -> Runner:
    """A vault with one follow-up."""
    nobody.good("add", "Sam Lee", "--role", "psychiatrist")
    nobody.good("plan", "sam", "send the one-pager", "--by", "2026-12-01")
    return nobody


def table(url: str, tmp_path: Path, more: str = "automatic = true") -> str:
    (tmp_path / "secret").write_text(f"{PASSWORD}\n")
    return (
        f'[publish.phone]\nurl = "{url}"\nuser = "{USER}"\npassword_command = "cat \'{tmp_path}/secret\'"\ntasks = true\n'
        f"{more}\n"
    )


@dataclass
class Clock:
    """A clock that tests set, and what is watched by it."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def session_of(vault: Runner) -> Session:
    found = Session()
    found.named = str(vault.folder)
    return found


def passed(automatic: Automatic, clock: Clock, seconds: float) -> None:
    """So many seconds, with a turn at each half minute at least, as if the machine were awake."""
    until = clock.now + seconds
    while clock.now < until:
        clock.now = min(clock.now + 30, until)
        automatic.turn()


def summary(server: Radicale, text: str) -> bool:
    return any(text.encode() in path.read_bytes() for path in server.objects)


def wait_for(found: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("words", [["watch"], ["feed", "serve", "--port", "0"]])
def test_a_change_arrives_by_itself(
    sam: Runner, config: Path, server: Radicale, tmp_path: Path, words: list[str]
) -> None:
    """What was there at the start, and a change of a note; a second program leaves it to the first, until it ends.

    Here the program waits a second after a change; how long it waits is tested with a clock, below.
    """
    config.write_text(table(server.url, tmp_path, 'level = "full"\nautomatic = true'))
    python, option, run, *_ = command()
    program = [python, option, f"import rounds.cli.feed_publish as it; it.QUIET = 1; {run}", *words]
    program += ["--vault", str(sam.folder)]
    options: dict[str, Any] = {"env": environment(), "text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with started(program, **options) as first:
        wait_for(lambda: summary(server, "one-pager"))
        with started(command("watch", "--vault", str(sam.folder)), **options) as second:
            assert second.stderr is not None
            while "Another program of this machine publishes" not in (line := second.stderr.readline()):
                assert line
            note = sam.folder / NOTE
            note.write_text(note.read_text() + "- [ ] call about zanzibar by 2026-12-02\n")
            wait_for(lambda: summary(server, "zanzibar"))
            second.send_signal(signal.SIGINT)
            out, talk = second.communicate(timeout=PATIENCE)
            assert (second.returncode, "zanzibar" in out, "Traceback" in talk) == (0, False, False)
        first.send_signal(signal.SIGTERM)
        out, talk = first.communicate(timeout=PATIENCE)
        assert first.returncode == 0
        assert "Publishing by itself: phone." in talk
        assert out.count(": 1 written") == 2
        assert PASSWORD not in out + talk


def test_the_service_says_what_it_publishes(sam: Runner, config: Path, server: Radicale, tmp_path: Path) -> None:
    """Nothing without a yes, and nothing of another vault."""
    for more, words in (
        ("", ""),
        ('automatic = true\nvault = "another"', ""),
        ("automatic = true", "It serves the feeds, and publishes by itself: phone.\n"),
    ):
        config.write_text(table(server.url, tmp_path, more))
        assert sam("feed", "service").stderr.partition("To run it")[0] == words


def test_without_a_yes_nothing_is_asked(sam: Runner, config: Path, server: Radicale, tmp_path: Path) -> None:
    """Neither at the start nor later; and where the yes is taken back, it ends, without a new start."""
    clock = Clock()
    with line_to(server.url) as line, Automatic(session_of(sam), clock) as automatic:
        config.write_text(table(line.url, tmp_path, ""))
        automatic.changed()
        passed(automatic, clock, 3 * EVERY)
        assert line.count() == {}
        config.write_text(table(line.url, tmp_path))
        automatic.turn()
        assert line.count()["PUT"] == 1
        for text in (table(line.url, tmp_path, "automatic = false"), "no table"):
            config.write_text(text)
            automatic.changed()
            passed(automatic, clock, 3 * EVERY)
            assert line.count() == {}


def test_it_looks_every_fifteen_minutes(
    sam: Runner, config: Path, server: Radicale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One request each, or as set; a tick comes in. A change that changes no reminder asks for nothing."""
    clock, session = Clock(), session_of(sam)
    with line_to(server.url) as line, Automatic(session, clock) as automatic:
        config.write_text(table(line.url, tmp_path))
        automatic.turn()
        line.count()
        passed(automatic, clock, EVERY - 1)
        assert line.count() == {}
        passed(automatic, clock, 2 * EVERY)
        assert line.count() == {"PROPFIND": 2}
        note = sam.folder / NOTE
        note.write_text(note.read_text() + "\nShe has a dog.\n")
        session.vault.sync()
        automatic.changed()
        passed(automatic, clock, QUIET * 2)
        assert line.count() == {}
        note.write_text(note.read_text() + "- [ ] call by 2026-12-02\n")
        session.vault.sync()
        automatic.changed()
        clock.now += QUIET / 2
        automatic.turn()
        assert line.count() == {}, "a pause first: somebody is typing"
        passed(automatic, clock, QUIET)
        assert line.count()["PUT"] == 1
        server.edit("STATUS:NEEDS-ACTION", "STATUS:COMPLETED", within="S. L.: follow-up")
        config.write_text(table(line.url, tmp_path, "automatic = true\nevery = 2"))
        capsys.readouterr()
        automatic.turn()
        assert "Ticked off there, now also in your notes: send the one-pager · Sam Lee" in capsys.readouterr().out
        line.count()
        passed(automatic, clock, 600)
        assert line.count() == {"PROPFIND": 5}
    assert "- [x] send the one-pager" in sam.note(NOTE)


def away(_: Request, ask: Callable[[], Answer]) -> Answer:
    return Answer(503)


def fine(_: Request, ask: Callable[[], Answer]) -> Answer:
    return ask()


def test_a_server_that_is_away(
    sam: Runner, config: Path, server: Radicale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Is told once, tried less and less often, and told once when it's back; changes made meanwhile arrive."""
    clock, session = Clock(), session_of(sam)
    with line_to(server.url) as line, Automatic(session, clock) as automatic:
        line.wrong = away
        config.write_text(table(line.url, tmp_path))
        automatic.turn()
        tries: list[float] = []
        line.count()
        start = clock.now
        while clock.now < start + 4 * LONGEST:
            passed(automatic, clock, 30)
            tries += [clock.now] * bool(line.count())
        waits = [round(later - earlier) for earlier, later in zip([start, *tries], tries, strict=False)]
        assert waits[:7] == [RETRY * 2**number for number in range(6)] + [LONGEST]
        assert set(waits[6:]) == {LONGEST}
        words = "Publishing by itself: phone.\nrounds: phone: 127.0.0.1 answers 503 Service Unavailable. "
        assert capsys.readouterr().err == f"{words}It's tried again by itself.\n"
        line.wrong = fine
        passed(automatic, clock, 2 * LONGEST)
        assert capsys.readouterr().err == "phone: publishing works again.\n"
        assert len(server.objects) == 1


def test_a_server_that_is_not_there_and_a_file(
    sam: Runner, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One keeps the other from nothing: the file follows each change, and comes back if it's lost."""
    clock, session = Clock(), session_of(sam)
    out = tmp_path / "out.ics"
    with Automatic(session, clock) as automatic:
        config.write_text(
            f'[publish.far]\nurl = "http://127.0.0.1:9/far/"\nautomatic = true\n'
            f'[publish.file]\nurl = "{out}"\nlevel = "full"\nautomatic = true\n'
        )
        automatic.turn()
        assert b"one-pager" in out.read_bytes()
        note = sam.folder / NOTE
        note.write_text(note.read_text().replace("one-pager", "leaflet"))
        session.vault.sync()
        automatic.changed()
        passed(automatic, clock, QUIET)
        assert b"leaflet" in out.read_bytes()
        out.unlink()
        passed(automatic, clock, EVERY)
        assert b"leaflet" in out.read_bytes()
    talk = capsys.readouterr().err
    assert talk == (
        "Publishing by itself: far, file.\nrounds: far: 127.0.0.1 can't be reached. It's tried again by itself.\n"
    )


def test_a_refused_item_is_told_once(
    sam: Runner, config: Path, server: Radicale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its reason, however often it is tried. It keeps no other waiting, and a failure beside it has its own end."""
    clock, session = Clock(), session_of(sam)
    with line_to(server.url) as line, Automatic(session, clock) as automatic:

        def full(request: Request, ask: Callable[[], Answer]) -> Answer:
            return Answer(507) if b"one-pager" in request.body else ask()

        line.wrong = full
        config.write_text(table(line.url, tmp_path, 'level = "full"\nautomatic = true'))
        passed(automatic, clock, 4 * EVERY + 60)
        assert line.count()["PUT"] == 5
        out, talk = capsys.readouterr()
        assert (out.count("there is no room left"), talk.count("1 item was refused")) == (1, 1)
        note = sam.folder / NOTE
        note.write_text(note.read_text() + "- [ ] call by 2026-12-02\n")
        session.vault.sync()
        automatic.changed()
        passed(automatic, clock, QUIET)
        assert len(server.objects) == 1
        for _ in range(2):
            line.wrong = away
            passed(automatic, clock, 2 * EVERY)
            line.wrong = full
            passed(automatic, clock, 2 * EVERY)
            talk = capsys.readouterr().err
            assert (talk.count("503"), talk.count("works again"), talk.count("refused")) == (1, 1, 0)
        line.wrong = fine
        passed(automatic, clock, EVERY)
        assert capsys.readouterr().err == "phone: publishing works again.\n"
        assert len(server.objects) == 2


def test_after_sleep_it_catches_up(sam: Runner, config: Path, server: Radicale, tmp_path: Path) -> None:
    """Soon after it wakes up, once there may be a network, even where many tries had failed; and if the clock goes back."""
    clock = Clock()
    with line_to(server.url) as line, Automatic(session_of(sam), clock) as automatic:
        line.wrong = away
        config.write_text(table(line.url, tmp_path))
        passed(automatic, clock, 3 * LONGEST)
        line.wrong = fine
        line.count()
        clock.now += 600
        automatic.turn()
        assert line.count() == {}
        passed(automatic, clock, QUIET)
        assert len(server.objects) == 1
        line.count()
        clock.now -= 1_000_000
        passed(automatic, clock, EVERY + 30)
        assert line.count() == {"PROPFIND": 1}


def test_one_program_at_a_time(
    sam: Runner, config: Path, server: Radicale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second one says so once, asks for nothing, and takes over within a minute."""
    clock = Clock()
    with line_to(server.url) as line, Automatic(session_of(sam), clock) as second:
        config.write_text(table(line.url, tmp_path))
        with Automatic(session_of(sam), clock) as first:
            first.turn()
            line.count()
            passed(second, clock, EVERY)
            second.changed()
            passed(second, clock, EVERY)
            assert line.count() == {}
        assert capsys.readouterr().err.count("Another program of this machine") == 1
        passed(second, clock, RETRY)
        assert line.count() == {"PROPFIND": 1}


def test_notes_that_are_away_empty_no_calendar(
    sam: Runner, config: Path, server: Radicale, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As if the disk isn't mounted: nothing is asked until they are back."""
    clock, session = Clock(), session_of(sam)
    with line_to(server.url) as line, Automatic(session, clock) as automatic:
        config.write_text(table(line.url, tmp_path))
        automatic.turn()
        sam.folder.rename(tmp_path / "elsewhere")
        with pytest.raises(Exception, match="is gone"):
            session.vault.sync()
        line.count()
        passed(automatic, clock, 2 * EVERY)
        assert line.count() == {}
        (tmp_path / "elsewhere").rename(sam.folder)
        session.vault.sync()
        automatic.turn()
        assert line.count() == {"PROPFIND": 1}
        assert len(server.objects) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(sys.platform == "win32", reason="a signal breaks off no request there")
def test_an_end_in_the_middle(
    sam: Runner, config: Path, server: Radicale, tmp_path: Path, number: signal.Signals
) -> None:
    """While the answer to a PUT is awaited: it ends at once and cleanly, and the next run finds everything in order."""
    with line_to(server.url) as line:
        config.write_text(table(line.url, tmp_path))
        arrived, on = threading.Event(), threading.Event()
        stall(line, arrived, on)
        words = command("watch", "--vault", str(sam.folder))
        with started(words, env=environment(), text=True, stderr=subprocess.PIPE) as program:
            assert arrived.wait(PATIENCE)
            start = time.monotonic()
            program.send_signal(number)
            _, talk = program.communicate(timeout=PATIENCE)
            assert time.monotonic() - start < 20
            assert (program.returncode, "Traceback" in talk) == (0, False), talk
        on.set()
        line.wrong = fine
        report = sam.json("feed", "publish")["published"][0]
        assert (report["ticked"], report["reopened"], report["told"], report["put"]) == ([], [], [], 0)
        assert len(server.objects) == 1


def stall(line: Line, arrived: threading.Event, on: threading.Event) -> None:
    """Let each PUT arrive, and keep its answer back."""

    def stalled(request: Request, ask: Callable[[], Answer]) -> Answer:
        answer = ask()
        if request.method == "PUT" and answer.status != 401:
            arrived.set()
            on.wait(PATIENCE)
        return answer

    line.wrong = stalled


def test_settings_that_do_not_work(sam: Runner, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Are told once, and nothing is published until they do; the watch goes on."""
    clock = Clock()
    with Automatic(session_of(sam), clock) as automatic:
        for text, words in (
            ("every = 0", "[publish.a] every isn't a time that works"),
            ("every = 2000", "[publish.a] every isn't a time that works"),
            ('every = "1h"', "[publish.a] every should be"),
            ('automatic = "yes"', "[publish.a] automatic should be true or false"),
        ):
            config.write_text(f'[publish.a]\nurl = "/tmp/x.ics"\nautomatic = true\n{text}\n'.replace(
                "automatic = true\nautomatic", "automatic"))  # fmt: skip
            automatic.turn()
            automatic.turn()
            assert capsys.readouterr().err.count(words) == 1, text
        config.write_text('[publish.a]\nurl = "/tmp/x.ics"\nautomatic = true\nfeed = "nope"\n')
        passed(automatic, clock, 600)
        assert capsys.readouterr().err.count("[publish.a]: rounds.toml has no feed nope") == 1
