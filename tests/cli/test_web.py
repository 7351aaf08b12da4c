"""`rounds web`: the interface in a real browser, and who else is let in."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from browser import browser, tab
from cli.running import Runner, command, environment
from conftest import PATIENCE, started


@contextmanager
def in_the_web(folder: Path, *options: str) -> Iterator[tuple["subprocess.Popen[Any]", str]]:
    """The program, once it has said its address."""
    words = command("web", "--json", "--no-open", "--vault", str(folder), *options)
    with started(words, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        line = program.stdout.readline()
        assert line, program.stderr.read() if program.stderr else ""
        yield program, json.loads(line)["url"]


def status(url: str, path: str = "", **headers: str) -> int:
    parts = urlsplit(url)
    line = HTTPConnection(parts.netloc, timeout=PATIENCE)
    line.request("GET", f"{parts.path}{path}", headers={each.replace("_", "-"): text for each, text in headers.items()})
    found = line.getresponse().status
    line.close()
    return found


UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


async def test_the_browser_shows_today_and_takes_keys_and_asks_no_other_machine(rounds: Runner, tmp_path: Path) -> None:
    with browser(tmp_path) as chromium, in_the_web(rounds.folder) as (program, url):
        async with tab(chromium, url) as page:
            await page.shows("Beatriz Quintal")
            await page.press("2")
            await page.shows("dietitian")
            began = monotonic()
            program.send_signal(signal.SIGINT)
            assert program.wait(PATIENCE) == 0
            assert monotonic() - began < 10
            assert page.complaints == []
        assert chromium.asked == []


def test_only_the_secret_and_our_own_page_are_let_in(rounds: Runner) -> None:
    with in_the_web(rounds.folder) as (_, url):
        own = url.split("/")[2]
        assert status(url) == 200
        assert status(url, "static/js/textual.js") == 200
        assert status(url, Host=f"localhost:{own.split(':')[1]}") == 200
        assert status(f"http://{own}/") == 404
        assert status(f"http://{own}/another-secret/") == 404
        assert status(f"http://{own}/another-secret/static/js/textual.js") == 404
        assert status(url, "nothing") == 404
        assert status(url, "static/../../server.py") == 404
        assert status(url, Host="rounds.example") == 404
        assert status(url, Origin="https://rounds.example") == 404
        assert status(url, "ws", **UPGRADE) == 404
        assert status(url, "ws", **UPGRADE, Origin="https://rounds.example") == 404
        assert status(url, "ws", **UPGRADE, Origin="null") == 404
        assert status(url, "ws", **UPGRADE, Origin=f"http://{own}") == 101


def test_a_second_start_has_an_address_of_its_own_and_a_port_in_use_is_said(rounds: Runner) -> None:
    with in_the_web(rounds.folder) as (_, first), in_the_web(rounds.folder) as (_, second):
        assert first != second
        assert status(first) == status(second) == 200
        port = str(urlsplit(first).port)
        result = rounds("web", "--no-open", "--port", port)
        assert result.exit_code == 1
        assert f"port {port}" in result.stderr
        assert "--port" in result.stderr


def test_without_a_vault_nothing_is_served(tmp_path: Path) -> None:
    result = Runner(tmp_path / "none")("web", "--no-open")
    assert result.exit_code != 0
    assert "none" in result.stderr


def test_an_interface_ends_when_its_server_was_killed(rounds: Runner) -> None:
    told = environment(TEXTUAL_DRIVER="textual.drivers.web_driver:WebDriver")
    words = command("--vault", str(rounds.folder))
    with started(words, env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == b"__GANGLION__\n"
        program.stdin.close()
        program.stdout.read()
        assert program.wait(PATIENCE) == 0
