"""`rounds feed publish`: what it says, where its passwords come from, and what one server that is away does."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordSetError

from calendars.line import Answer, Request, line_to
from cli.conftest import Keys, using_keyring
from cli.running import Runner
from conftest import PATIENCE, started
from radicale_server import PASSWORD, USER, Radicale
from rounds.calendar.feed_addresses_passwords import keep, password
from rounds.errors import RoundsError


@pytest.fixture
def config(home: Path) -> Path:
    path = home / "config/rounds/config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def words(tmp_path: Path) -> str:
    """A command that prints the password."""
    (tmp_path / "secret").write_text(f"{PASSWORD}\nand more\n")
    return f"cat '{tmp_path}/secret'"


def test_it_publishes_and_says_what_came_back(nobody: Runner, config: Path, server: Radicale, words: str) -> None:
    """With the password from a command; one line for each target, one more for each thing that came back."""
    nobody.good("add", "Sam Lee", "--role", "psychiatrist")
    nobody.good("plan", "sam", "send the one-pager", "--by", "2026-12-01")
    config.write_text(
        f'[publish.phone]\nurl = "{server.url}"\nuser = "{USER}"\npassword_command = "{words}"\ntasks = true\n'
    )
    assert nobody.good("feed", "publish") == f"phone  {server.url}: 1 written\n"
    assert nobody.good("feed", "publish", "phone") == f"phone  {server.url}: unchanged\n"
    server.edit("STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
    assert nobody.good("feed", "publish") == (
        f"phone  {server.url}: 1 written\n  Ticked off there, now also in your notes: send the one-pager · Sam Lee\n"
    )
    assert "- [x] send the one-pager 📅 2026-12-01 ✅ 2026-11-23 ^f-" in nobody.note("Partners/Sam Lee.md")
    assert nobody.json("feed", "publish") == {
        "published": [
            {
                "name": "phone", "place": server.url, "put": 0, "removed": 0, "unchanged": 1, "ticked": [], "reopened": [],
                "cancelled": [], "noted": [], "asked": [], "moved": [], "proposed": [], "inbox": [], "told": [],
                "refused": [], "stopped": "",
            }
        ]
    }  # fmt: skip


def test_one_server_that_is_away_keeps_no_other_waiting(rounds: Runner, config: Path, tmp_path: Path) -> None:
    """What could be done is done and said, and the exit code says that not all was."""
    config.write_text(
        '[publish.away]\nurl = "http://127.0.0.1:9/kim/"\n[publish.far]\nurl = "http://127.0.0.1:9/far/"\n'
        f'[publish.file]\nurl = "{tmp_path}/out.ics"\n'
    )
    result = rounds("feed", "publish")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"file  {tmp_path}/out.ics: ")
    assert (tmp_path / "out.ics").exists()
    assert result.stderr.count("rounds: 127.0.0.1 can't be reached\n") == 2
    assert json.loads(rounds("feed", "publish", "--json").stdout)["published"][0]["name"] == "file"


def test_what_is_not_set_up(rounds: Runner, config: Path) -> None:
    """Nothing at all, nothing of that name, nothing of this vault, and what can't be read: each says what to do."""
    result = rounds("feed", "publish")
    assert (result.exit_code, result.stderr) == (
        1, "rounds: nothing of this vault is published anywhere yet\nSet it up: rounds feed setup\n",
    )  # fmt: skip
    config.write_text('[publish.a]\nurl = "/tmp/a.ics"\nvault = "another"\n')
    assert "nothing of this vault" in rounds("feed", "publish").stderr
    assert rounds("feed", "publish", "b").stderr == f"rounds: {config} has no [publish.b]\nThere: a.\n"
    for text, words in (
        ('[publish.a]\nurl = ""\n', '[publish.a] has no url = "..."'),
        ('[publish.a]\nurl = "x"\nlevel = "loud"\n', "[publish.a] level: there is no such level"),
        ('[publish.a]\nurl = "x"\nmoves = "yes"\n', '[publish.a] moves = "yes" isn\'t known'),
        ('[publish.a]\nurl = "x"\ntasks = 1\n', "[publish.a] tasks should be true or false"),
        ('[publish.a]\nurl = "x"\nuri = "x"\n', "[publish.a] uri is not known"),
        ("publish.a = 1\n", "[publish.a] isn't a table with a plain name"),
        ('[publish."../x"]\nurl = "x"\n', "[publish.../x] isn't a table with a plain name"),
        ('[publish.a]\nurl = "x"\nfeed = "nope"\n', "[publish.a]: rounds.toml has no feed nope"),
    ):
        config.write_text(text)
        result = rounds("feed", "publish")
        assert (result.exit_code, words in result.stderr) == (1, True), (text, result.stderr)


def test_a_password_from_the_keyring(keys: Keys) -> None:
    """By user and address; never anywhere else."""
    keep("https://cal.example.org/", "kim", "secret")
    assert keys.kept == {("rounds", "kim https://cal.example.org/"): "secret"}
    assert password("https://cal.example.org/", "kim") == "secret"
    with pytest.raises(RoundsError, match=r"no password of sam at https://cal\.example\.org/ is in the keyring"):
        password("https://cal.example.org/", "sam")


@pytest.mark.usefixtures("no_keys")
def test_a_machine_without_a_keyring() -> None:
    """Such as one without a desktop: the command is the way out."""
    for act in (lambda: password("u", "kim"), lambda: keep("u", "kim", "x")):
        with pytest.raises(RoundsError, match="no keyring that can be used") as caught:
            act()
        assert "password_command" in caught.value.hint


class Windows(Exception):  # noqa: N818
    """As `pywintypes.error` is: of no library's kind, with a number, a function and its words."""

    strerror = "The stub received bad data."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyringLocked("Can't get password from keychain"), " (Can't get password from keychain)"),
        (InitError("no\x1b[2J session\nbus"), " (no\u241b[2J session bus)"),
        (PasswordSetError(), ""),
        (NoKeyringError("No recommended backend was available. Install a recommended 3rd party backend"), ""),
        (Windows(1783, "CredWrite", Windows.strerror), " (The stub received bad data.)"),
        (RuntimeError("no D-Bus"), " (no D-Bus)"),
        (OSError(5, "Input/output error"), " (Input/output error)"),
        (ModuleNotFoundError("No module named 'gone'"), " (No module named 'gone')"),
    ],
)
def test_every_error_of_a_keyring_is_words(error: Exception, words: str) -> None:
    """Locked, refused, without a session, or an error of the system below: what it says, and the way out."""

    class Broken(Keys):
        def get_password(self, *_: str) -> str | None:
            raise error

        def set_password(self, *_: str) -> None:
            raise error

    with using_keyring(Broken()):
        for act in (lambda: password("u", "kim"), lambda: keep("u", "kim", "x")):
            with pytest.raises(RoundsError) as caught:
                act()
            assert caught.value.message == f"this machine has no keyring that can be used{words}"
            assert "password_command" in caught.value.hint


@pytest.mark.parametrize("command", ["false", "no-such-program", "cat /no/such/file", "'unclosed", "  "])
def test_a_command_that_fails(command: str) -> None:
    with pytest.raises(RoundsError, match=r"no password could be read from: "):
        password("u", "kim", command)


def test_a_command_that_prints_nothing() -> None:
    with pytest.raises(RoundsError, match="true prints no password"):
        password("u", "kim", "true")


def test_what_is_refused_is_told_and_fails(nobody: Runner, config: Path, server: Radicale, words: str) -> None:
    """Beside what was done: the exit code says that not all was. A server that goes away in the middle says so too."""
    nobody.good("add", "Sam Lee", "--role", "psychiatrist")
    nobody.good("plan", "sam", "send the one-pager", "--by", "2026-12-01")
    nobody.good("plan", "sam", "water the plants", "--by", "2026-12-02")
    with line_to(server.url) as line:
        config.write_text(
            f'[publish.phone]\nurl = "{line.url}"\nuser = "{USER}"\npassword_command = "{words}"\ntasks = true\n'
            'level = "full"\n'
        )
        line.wrong = lambda request, ask: Answer(507) if b"one-pager" in request.body else ask()
        result = nobody("feed", "publish")
        assert result.exit_code == 1
        assert result.stdout == (
            f"phone  {line.url}: 1 written\n  Refused: Sam Lee: send the one-pager: there is no room left\n"
        )
        assert result.stderr == (
            "rounds: phone: 1 item was refused by the server\n"
            "The others are up to date. Rounds tries these again each time.\n"
        )
        server.edit("STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
        line.wrong = lambda request, ask: Answer(503) if request.method == "PUT" else ask()
        result = nobody("feed", "publish")
        assert "now also in your notes: water the plants · Sam Lee" in result.stdout
        assert result.stderr == (
            "rounds: phone: 127.0.0.1 answers 503 Service Unavailable\n"
            "What is listed above was done. Try again later for the rest.\n"
        )


def test_killed_while_it_publishes(nobody: Runner, config: Path, server: Radicale, words: str) -> None:
    """A real process, at its first PUT and after it arrived: the next run finds everything in order."""
    nobody.good("add", "Sam Lee", "--role", "psychiatrist")
    nobody.good("plan", "sam", "send the one-pager", "--by", "2026-12-01")
    with line_to(server.url) as line:
        config.write_text(
            f'[publish.phone]\nurl = "{line.url}"\nuser = "{USER}"\npassword_command = "{words}"\ntasks = true\n'
        )
        nobody.good("feed", "publish")
        nobody.good("done", "sam", "one-pager")
        program = [sys.executable, "-c", "from rounds.main import run; run()", "--vault", str(nobody.folder)]
        arrived = threading.Event()

        def stalled(request: Request, ask: Callable[[], Answer]) -> Answer | None:
            answer = ask()
            if request.method == "PUT" and answer.status != 401:
                arrived.set()
                time.sleep(PATIENCE)
            return answer

        line.wrong = stalled
        with started([*program, "feed", "publish"], stdout=subprocess.DEVNULL) as running:
            assert arrived.wait(PATIENCE)
            running.kill()
        line.wrong = lambda _, ask: ask()
        report = nobody.json("feed", "publish")["published"][0]
        assert (report["ticked"], report["reopened"], report["told"], report["put"]) == ([], [], [], 0)
        assert len(server.objects) == 1
