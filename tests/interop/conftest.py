"""Feeds as other people's programs get them, and what they should find in these."""

import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from conftest import PATIENCE, tool
from rounds.calendar.feed_addresses_passwords import addresses_for
from rounds.calendar.feeds import feed_state, feeds_of
from rounds.calendar.server import FeedServer, listening, serving
from rounds.calendar.write_feeds import write_feeds
from rounds.vault.create_vault import copy_sample
from rounds.vault.vault import Vault

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("America/Los_Angeles")
_SETTINGS = """vault = "interop"
timezone = "America/Los_Angeles"
[feeds.full]
alarm = "9:00"
alarms = { coffee = 60, other = 5 }
travel = 15
tasks = true
[feeds.discreet]
level = "discreet"
[feeds.busy]
level = "busy"
"""
_HARD = """---
id: hard
stage: found
---
- [ ] 12:30 coffee: at Heart; ask, about "school" \\ refusals 📅 2026-12-01 ^f-aaaa
- [ ] 10:00 visit: at Zoë's, "Main"; 2\3 St for 1 h 15 min, travel 1.5 h 📅 2026-12-01 ^f-hhhh
- [ ] 08:05 call back 📅 2026-03-08 ^f-bbbb
- [ ] 👩‍⚕️ מטופל جديد: pédiatrie 📅 2026-12-02 ^f-cccc
- [ ] a\u2028END:VEVENT\u2029b\x07 <b>x</b> R-7K3QXM 📅 2026-12-03 ^f-dddd
- [ ] {long} 📅 2026-12-04 ^f-eeee
- [x] sent the paper 📅 2026-12-05 ✅ 2026-11-23 ^f-ffff
- [ ] some day ^f-gggg
"""


class Item(NamedTuple):
    """What a program should find of an event or task: words, and the day, or the moment in UTC."""

    summary: str
    start: date | datetime | None


class Published:
    """A vault with feeds of every kind, the hardest texts in it, one event done since the first time."""

    def __init__(self, folder: Path) -> None:
        copy_sample(folder, TODAY)
        (folder / "rounds.toml").write_text(_SETTINGS)
        self.note = folder / "Partners" / "Zoë O'Neill-Ávila.md"
        text = _HARD.replace("{long}", "a very long title " * 60)
        self.note.write_text(text.replace("[x]", "[ ]").replace(" ✅ 2026-11-23", ""))
        self.vault = Vault.open(folder, clock=lambda: TODAY)
        self.write()
        self.write(text)

    def write(self, text: str | None = None) -> None:
        """Write the feeds, after an edit of the note."""
        if text is not None:
            self.note.write_text(text)
        self.vault.sync()
        write_feeds(self.vault)

    def path(self, name: str) -> Path:
        """Where a feed lies."""
        return Path(next(feed.path for feed in feeds_of(self.vault) if feed.name == name))

    def items(self, name: str) -> list[Item]:
        """What a feed should be found to hold, as it was remembered."""
        found = []
        for each in feed_state(self.vault).read(name).entries.values():
            event, start = each.event, each.event.day
            if event.day is not None and event.time is not None:
                start = datetime.combine(event.day, event.time, ZONE).astimezone(ZoneInfo("UTC"))
            if each.gone is None:
                found.append(Item(event.summary, start))
        assert len(found) > 20
        return ordered(found)


def ordered(items: list[Item]) -> list[Item]:
    """Items in an order that does not depend on who found them."""
    return sorted(items, key=lambda item: (item.summary, str(item.start)))


NAMES = ("full", "full.tasks", "discreet", "busy")


@pytest.fixture
def feeds(tmp_path: Path) -> Iterator[Published]:
    found = Published(tmp_path / "vault")
    yield found
    found.vault.close()


def beside(name: str) -> str:
    """A program that lies in the environment of the tests, or anywhere."""
    own = Path(sys.executable).with_name(name)
    return str(own) if own.exists() else tool(name)


def output(*command: str | Path, **options: Any) -> str:
    """What a program prints; it has to end well, and soon."""
    done = subprocess.run(
        [*map(str, command)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
        **options,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)


class Trouble:
    """What is wrong on the way: nothing, an answer that breaks off halfway, an error.

    `LENGTH` is one that breaks off as well, from a server that is not ours and says its length before.
    """

    HALF, LENGTH, ERROR = "half", "length", "error"
    now = ""


@contextmanager
def served(path: Path, trouble: Trouble | None = None) -> Iterator[str]:
    """The address of a feed at our own server, on loopback, for as long as this is open."""
    addresses = str(path.with_name("addresses.json"))
    secret = addresses_for(addresses, [path.stem]).secrets[path.stem]
    with (
        listening("127.0.0.1", 0) as bound,
        serving(FeedServer(addresses, {path.stem: str(path)}), bound),
        _between(bound.getsockname(), trouble or Trouble(), path) as port,
    ):
        yield f"http://127.0.0.1:{port}/{secret}.ics"


@contextmanager
def _between(server: tuple[str, int], trouble: Trouble, path: Path) -> Iterator[int]:
    """The port of a line to a server, on which an answer can break off."""

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            request = b"".join(iter(self.rfile.readline, b"\r\n"))
            if b"connection: close" not in request.lower():  # so that we know where the answer ends
                request += b"Connection: close\r\n"
            self.wfile.write(self.answer(request + b"\r\n"))

        def answer(self, request: bytes) -> bytes:
            if trouble.now == Trouble.ERROR:
                return b"HTTP/1.1 503 Not now\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            if trouble.now == Trouble.LENGTH:
                data = path.read_bytes()
                head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n"
                return head.encode() + data[: len(data) // 2]
            with socket.create_connection(server, timeout=PATIENCE) as there:
                there.sendall(request)
                whole = b"".join(iter(lambda: there.recv(65536), b""))
            return whole[: len(whole) // 2] if trouble.now else whole

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as line:
        thread = threading.Thread(target=line.serve_forever, daemon=True)
        thread.start()
        try:
            yield line.server_address[1]
        finally:
            line.shutdown()
            thread.join(10)
