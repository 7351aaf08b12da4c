"""`rounds feed serve` and `rounds feed revoke`, as processes of their own."""

import json
import os
import plistlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest

from cli.running import Runner, command, environment
from conftest import PATIENCE, started
from rounds.cli.watch_serve import scanned


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple["subprocess.Popen[Any]", list[dict[str, str]]]]:
    """The server on a free port, once it has said its addresses."""
    words = command("feed", "serve", "--json", "--port", "0", "--vault", str(folder), *options)
    with started(words, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        text = ""
        while line := program.stdout.readline():
            text += line
            if line == "}\n":
                break
        assert text, program.stderr.read() if program.stderr else ""
        yield program, json.loads(text)["feeds"]


def get(address: str, **headers: str) -> tuple[int, bytes]:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request("GET", parts.path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def listened(program: int) -> int:
    """The port that a program listens on."""
    inodes = {os.readlink(link) for link in Path(f"/proc/{program}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    (port,) = [int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes]
    return port


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_what_the_vault_says_and_ends_cleanly(demo: Path, number: signal.Signals) -> None:
    """The feed follows the notes; nothing of a request is told anywhere; Ctrl-C and SIGTERM are an end, not a failure."""
    with serving(demo) as (program, feeds):
        assert [list(feed) for feed in feeds] == [["name", "http", "webcal", "agenda"]]
        address = feeds[0]["http"]
        assert feeds[0]["webcal"] == "webcal" + address.removeprefix("http")
        assert address.startswith("http://127.0.0.1:")
        status, before = get(address)
        assert (status, before[:15]) == (200, b"BEGIN:VCALENDAR")
        note = demo / "Partners/Dana Whitlock.md"
        note.write_text(note.read_text() + "\n- [ ] bring the zanzibar leaflet by 2026-12-01\n")
        deadline = monotonic() + PATIENCE
        while b"zanzibar" not in get(address)[1] or b"zanzibar" not in get(feeds[0]["agenda"])[1]:
            assert monotonic() < deadline
        get(address.replace(".ics", "x.ics"))
        program.send_signal(number)
        rest, talk = program.communicate(timeout=PATIENCE)
        assert (program.returncode, rest) == (0, "")
        secret = urlsplit(address).path.strip("/").removesuffix(".ics")
        assert secret not in talk
        assert "Traceback" not in talk
        assert (
            talk.splitlines()[0] == "These addresses are for programs on this machine. For the phone: rounds feed setup"
        )


def test_the_address_stays_until_it_is_revoked(demo: Path, rounds: Runner) -> None:
    """Over restarts, too; then whoever has it is told that it is gone, by a server that runs."""
    with serving(demo) as (_, feeds):
        first = urlsplit(feeds[0]["http"]).path
    with serving(demo) as (_, feeds):
        address = feeds[0]["http"]
        assert urlsplit(address).path == first
        assert rounds.json("feed", "revoke", "reminders") == {"revoked": "reminders"}
        assert get(address) == (410, b"This address is no longer in use. Ask whoever gave it to you for the new one.\n")
        (shown,) = rounds.json("feed", "serve", "--show")["feeds"]
        assert shown["http"].startswith("http://127.0.0.1:8642/")
        assert get(address.replace(first, urlsplit(shown["http"]).path))[0] == 200
    with serving(demo) as (_, feeds):
        assert urlsplit(feeds[0]["http"]).path == urlsplit(shown["http"]).path != first


def test_revoking_a_feed_that_is_not_there(rounds: Runner) -> None:
    result = rounds("feed", "revoke", "remindres")
    assert (result.exit_code, result.stderr) == (
        3, "rounds: there is no feed remindres\nFeeds in rounds.toml: reminders.\n",
    )  # fmt: skip
    assert rounds.good("feed", "revoke", "reminders") == (
        "reminders had no address yet. To see the new one: rounds feed serve --show\n"
    )


def test_an_address_that_leaves_the_machine_is_warned_of(demo: Path) -> None:
    """Behind a proxy the addresses begin with its own."""
    with serving(demo, "--url", "https://cal.example.org/") as (program, feeds):
        assert feeds[0]["http"].startswith("https://cal.example.org/")
        assert feeds[0]["webcal"].startswith("webcal://cal.example.org/")
        assert program.stderr is not None
        assert program.stderr.readline().startswith("Anyone in the network who learns this address can read the feed")
        assert program.stderr.readline().startswith("On Android, use the https address")


@pytest.mark.skipif(sys.platform != "linux", reason="it looks for the port in /proc")
def test_an_address_below_another_one_answers(demo: Path) -> None:
    """A proxy may have more to do; what is shown is what is served."""
    with serving(demo, "--url", "http://cal.example.org/rounds/") as (program, feeds):
        path = urlsplit(feeds[0]["http"]).path
        assert path.startswith("/rounds/")
        assert program.stderr is not None
        port = listened(program.pid)
        assert get(f"http://127.0.0.1:{port}{path}")[0] == 200


@pytest.mark.parametrize(
    "url",
    ["cal.example.org", "https://", "https:///x", "https://a/?b", "https://a/#b", "https://kim:pw@a", "https://a:0", "https://a:x",
     "https://a b", "ftp://a", "webcal://a", "https://[::1", "https://a\n"],
)  # fmt: skip
def test_what_starts_no_address_is_refused(rounds: Runner, url: str) -> None:
    result = rounds("feed", "serve", "--port", "0", "--url", url)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "isn't a server's address" in result.stderr


def test_the_code_for_the_camera_is_encrypted_if_the_address_is() -> None:
    """On Android, webcal means http for some programs: the secret would go out in clear."""
    assert scanned("https://cal.example.org/x.ics") == "https://cal.example.org/x.ics"
    assert scanned("http://192.168.1.2:8642/x.ics") == "webcal://192.168.1.2:8642/x.ics"


def test_a_feed_that_leaves_the_machine_is_discreet(demo: Path, home: Path) -> None:
    """Unless somebody says how much it may tell; the events are the same."""
    with serving(demo) as (_, feeds):
        _, plain = get(feeds[0]["http"])
        _, page = get(feeds[0]["agenda"])
    assert b"Whitlock" in plain
    assert b"Whitlock" in page
    with serving(demo, "--level", "discreet") as (_, feeds):
        _, quiet = get(feeds[0]["http"])
        status, page = get(feeds[0]["agenda"])
    assert b"Whitlock" not in quiet
    assert (status, b"Whitlock" in page, b"D. W.: thanks" in page) == (200, False, True)
    assert quiet.count(b"BEGIN:VEVENT") == plain.count(b"BEGIN:VEVENT") > 20
    (file,) = home.glob("data/rounds/*/remote/reminders@serve.ics")
    for options, left in ((("--level", "full"), False), ((), True)):
        file.unlink(missing_ok=True)
        with serving(demo, "--url", "https://cal.example.org/", *options):
            assert file.exists() == left


def test_a_place_that_can_not_be_had(rounds: Runner, home: Path) -> None:
    """Neither a host that is none nor settings that are wrong come to a traceback."""
    result = rounds("feed", "serve", "--host", "no such host")
    assert result.exit_code == 1
    assert result.stderr.startswith("rounds: nothing can be served at no such host, port 8642: ")
    config = home / "config/rounds/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[serve]\nport = "x"\n')
    result = rounds("feed", "serve")
    assert result.stderr == f"rounds: {config}: [serve] port should be a whole number\nKnown: host, port, url, level.\n"
    config.write_text("[serve]\nprot = 1\n")
    assert (
        rounds("feed", "serve").stderr
        == f"rounds: {config}: [serve] prot is not known\nKnown: host, port, url, level.\n"
    )


def test_settings_that_can_not_be_read(rounds: Runner) -> None:
    """The server does not start with feeds that are not the vault's own."""
    (rounds.folder / "rounds.toml").write_text("[feeds\n")
    assert rounds("feed", "serve", "--port", "0").exit_code == 1


def test_the_service_runs_the_server_over_this_vault(rounds: Runner) -> None:
    """For the system that is there, or the one that is named; what to do with it is said beside."""
    answer = rounds.json("feed", "service", "--kind", "systemd")
    assert list(answer) == ["kind", "path", "start", "text"]
    assert f'"--vault" "{rounds.folder}" "feed" "serve"\n' in answer["text"]
    result = rounds("feed", "service", "--kind", "systemd")
    assert result.stdout == answer["text"]
    assert result.stderr == (
        "To run it from login on: mkdir -p ~/.config/systemd/user && "
        "rounds feed service > ~/.config/systemd/user/rounds.service && systemctl --user enable --now rounds\n"
    )
    words = plistlib.loads(rounds.good("feed", "service", "--kind", "launchd").encode())["ProgramArguments"]
    assert words[-4:] == ["--vault", str(rounds.folder), "feed", "serve"]
    subprocess.run([*words[:-2], "list", "--json"], env=environment(), check=True, timeout=PATIENCE)
    result = rounds("feed", "service", "--kind", "windows")
    assert result.stdout.endswith(f'"--vault" "{rounds.folder}" "feed" "serve"\n')
    assert "Startup" in result.stderr
    assert 'To start it now: cmd /c "' in result.stderr  # PowerShell would only print a path in quotes


def test_a_service_of_the_users_own_is_not_to_be_written_over(
    rounds: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said beside writes over nothing but what would be the same."""
    monkeypatch.setenv("HOME", str(tmp_path))
    unit = tmp_path / ".config/systemd/user/rounds.service"
    unit.parent.mkdir(parents=True)
    words = ("feed", "service", "--kind", "systemd")
    unit.write_text(rounds.good(*words))
    assert " > ~/.config" in rounds(*words).stderr
    unit.write_text("[Unit]\nDescription=mine\n")
    said = rounds(*words).stderr
    assert said.startswith("~/.config/systemd/user/rounds.service already exists with different content.")
    assert ">" not in said
