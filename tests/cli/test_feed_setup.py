"""`rounds feed setup`: what it asks, what it sets up and tests, and where it writes it down."""

import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calendars.line import Answer, Request, line_to
from calendars.test_feed_addresses import website
from cli.conftest import Keys
from cli.running import Runner
from radicale_server import PASSWORD, USER, Radicale
from rounds.cli.feed import WAYS, on_phone

pytestmark = pytest.mark.usefixtures("terminal")


def config(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / "config/rounds/config.toml").read_text())


def typed(*answers: str) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def test_a_calendar_on_a_server(rounds: Runner, home: Path, server: Radicale, keys: Keys) -> None:
    """Found from the server's address, filled, remembered: the password in the keyring, the rest in config.toml."""
    root = server.url.replace("/kim/rounds/", "/")
    result = rounds("feed", "setup", typed=typed("4", "android", "", root, USER, "tyop", "", "", PASSWORD, "", "1", ""))
    assert result.exit_code == 0, result.output
    vault_id = tomllib.loads((rounds.folder / "rounds.toml").read_text())["vault"]
    assert config(home) == {
        "publish": {"caldav": {"url": server.url, "vault": vault_id, "feed": "reminders", "user": USER, "tasks": True}}
    }
    assert keys.kept == {("rounds", f"{USER} {server.url}"): PASSWORD}
    assert len(server.objects) > 20
    assert not any(b"Whitlock" in path.read_bytes() for path in server.objects)
    assert PASSWORD not in result.output
    assert "On Android" not in result.stderr
    assert "That server is on this machine, so phones can't reach it." in result.stdout
    assert rounds.good("feed", "publish") == f"caldav  {server.url}: unchanged\n"
    assert not [
        path for path in rounds.folder.rglob("*") if path.is_file() and server.url.encode() in path.read_bytes()
    ]


@pytest.mark.usefixtures("no_keys")
def test_a_calendar_of_its_own_is_made(rounds: Runner, home: Path, server: Radicale) -> None:
    """Where none is chosen. Without a keyring, a command that prints the password is asked for."""
    root = server.url.replace("/kim/rounds/", "/")
    answers = typed("4", "", "full", root, USER, PASSWORD, "events", "", "yes", "pass show calendar")
    result = rounds("feed", "setup", typed=answers)
    assert result.exit_code == 0, result.output
    table = config(home)["publish"]["caldav"]
    assert table["url"] != server.url
    assert (table["level"], table["password_command"], "tasks" in table) == ("full", "pass show calendar", False)
    assert table["automatic"] is True, "only after a yes"
    assert "From now on: rounds watch, or rounds feed service" in result.stdout
    name = table["url"].rstrip("/").rpartition("/")[2]
    files = list(server.folder.glob(f"collections/collection-root/kim/{name}/*.ics"))
    assert any(b"Whitlock" in path.read_bytes() for path in files)


def test_a_failed_setup_takes_back_what_it_made(rounds: Runner, home: Path, server: Radicale, keys: Keys) -> None:
    """Else there would be one more calendar there with each try."""
    with line_to(server.url) as line:
        root = line.url.replace("/kim/rounds/", "/")
        line.wrong = lambda request, ask: Answer(403) if request.method == "PUT" else ask()
        for _ in range(2):
            result = rounds("feed", "setup", typed=typed("4", "", "full", root, USER, PASSWORD, "events", "", ""))
            assert result.exit_code == 1, result.output
            assert "your account isn't allowed to change it" in result.stderr
        line.wrong = lambda request, ask: ask().but(Content_Type="text/html") if request.method == "PUT" else ask()
        assert (
            rounds("feed", "setup", typed=typed("4", "", "full", root, USER, PASSWORD, "events", "", "")).exit_code == 0
        )
    assert len(server.calendars) == 2
    assert len(keys.kept) == 1


def test_calendars_that_take_no_tasks_are_not_offered_for_them(rounds: Runner, server: Radicale, keys: Keys) -> None:
    """A task list is made instead."""
    with line_to(server.url) as line:
        root = line.url.replace("/kim/rounds/", "/")
        made: list[str] = []

        def events_only(request: Request, ask: Callable[[], Answer]) -> Answer:
            made.extend([request.path] if request.method == "MKCALENDAR" else [])
            answer = ask()
            return answer if made else answer.but(body=answer.body.replace(b"VTODO", b"VJOURNAL"))

        line.wrong = events_only
        result = rounds("feed", "setup", typed=typed("4", "", "full", root, USER, PASSWORD, "tasks", "", ""))
    assert result.exit_code == 0, result.output
    assert "None of your calendars there takes tasks, so a new one is made." in result.stderr
    assert made
    assert len(keys.kept) == 1


def test_a_wrong_password_leaves_nothing_behind(rounds: Runner, home: Path, server: Radicale, keys: Keys) -> None:
    """It is asked for once more, with the other answers kept; what could not be tested is not written down."""
    root = server.url.replace("/kim/rounds/", "/")
    result = rounds("feed", "setup", typed=typed("4", "", "", root, USER, "guess", "", "", "guess again"))
    assert result.exit_code == 130
    assert result.stderr.count("127.0.0.1 doesn't accept the password of kim. Please try again") == 2
    assert f"User name [{USER}]" in result.stderr
    assert not (home / "config/rounds/config.toml").exists()
    assert keys.kept == {}


def test_a_file_behind_a_link(rounds: Runner, home: Path, tmp_path: Path) -> None:
    """The file is written and fetched by its link, as the calendar will; initials are the most that it tells."""
    folder = tmp_path / "public"
    folder.mkdir()
    with website(folder) as url:
        answers = typed("6", "iphone", "", f"{folder}/typo/x", str(folder), "", "example", f"{url}reminders.ics")
        result = rounds("feed", "setup", typed=answers)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1:3] == [
        f"{url}reminders.ics",
        url.replace("http", "webcal", 1) + "reminders.ics",
    ]
    assert "does not give that file" not in result.stderr
    assert "On the iPhone: point the camera" in result.stderr
    assert f"There is no folder {folder}/typo/x." in result.stderr
    assert "example isn't a link. It begins with https://" in result.stderr
    assert b"Whitlock" not in (folder / "reminders.ics").read_bytes()
    assert config(home)["publish"]["folder"]["url"] == f"{folder}/reminders.ics"
    answers = typed("5", "", "", str(folder / "other.ics"), "y", "http://127.0.0.1:9/x.ics")
    again = rounds("feed", "setup", typed=answers)
    assert "The link doesn't lead to that file yet." in again.stderr
    assert "Google: Other calendars" in again.stderr
    assert set(config(home)["publish"]) == {"folder", "link"}
    assert [table.get("automatic", False) for table in config(home)["publish"].values()] == [False, True]
    later = rounds("feed", "setup", typed=typed("6", "iphone", "", str(folder), "", ""))
    assert later.exit_code == 0
    assert "On the iPhone" not in later.stderr, "there is no code to point at yet"


def test_what_is_to_be_done_on_the_phone() -> None:
    """An iPhone has iCloud's calendars already; Google's servers reach no address of this network; no phone, no words."""
    ways = {way.name: way for way in WAYS}
    assert on_phone(ways["icloud"], "iphone").startswith("On the iPhone: look in Calendar.")
    assert on_phone(ways["fastmail"], "iphone").endswith("Add Account, Other, CalDAV.")
    assert "Google Calendar can't reach the address" in on_phone(ways["network"], "android")
    assert "Google Calendar do so" in on_phone(ways["link"], "android")
    assert {on_phone(way, "none") for way in WAYS} == {""}


def test_the_network_of_this_machine(rounds: Runner, home: Path) -> None:
    """A server of its own is tried for a moment; where [serve] says already where, that counts."""
    file = home / "config/rounds/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[serve]\nhost = "127.0.0.1"\nport = 0\n')
    result = rounds("feed", "setup", typed=typed("7", "iphone", ""))
    assert result.exit_code == 0, result.output
    assert "The test fetch from this machine worked." in result.stderr
    assert result.stdout.startswith("http://127.0.0.1:")
    assert "On the iPhone, in this network: point the camera" in result.stderr
    assert file.read_text() == '[serve]\nhost = "127.0.0.1"\nport = 0\n'


def test_one_of_several_feeds(rounds: Runner, home: Path, tmp_path: Path) -> None:
    """Is asked for, whatever it is called."""
    toml = rounds.folder / "rounds.toml"
    text = toml.read_text().partition("[feeds")[0]
    toml.write_text(f'{text}\n[feeds.All]\n[feeds."For Kim"]\nquery = "owner:kim"\n')
    result = rounds("feed", "setup", typed=typed("2", "6", "", "", str(tmp_path), "", ""))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "For Kim.ics").exists()
    assert config(home)["publish"]["folder"]["feed"] == "For Kim"
    toml.write_text(f"{text}\n[feeds.'a/b']\n")
    assert "no usable feed" in rounds("feed", "setup", typed=typed("1")).stderr
    assert "rounds.toml has no feed For Kim" in rounds("feed", "publish").stderr


def test_nothing_chosen_changes_nothing(rounds: Runner, home: Path) -> None:
    """Enter, or a terminal that goes away in the middle."""
    before = {path: path.read_bytes() for path in rounds.folder.rglob("*") if path.is_file()}
    assert rounds("feed", "setup", typed="\n").exit_code == 3
    assert rounds("feed", "setup", typed="4\niphone\n").exit_code == 130
    assert before == {path: path.read_bytes() for path in rounds.folder.rglob("*") if path.is_file()}
    assert not os.path.exists(home / "config/rounds/config.toml")


def test_without_a_terminal_it_says_where_it_is_written(rounds: Runner) -> None:
    result = rounds("feed", "setup", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "docs/calendar.md" in result.stderr
