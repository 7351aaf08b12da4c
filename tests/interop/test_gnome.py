"""GNOME's calendar store, evolution-data-server, subscribes to a feed over D-Bus, as GNOME Calendar and Evolution do."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import PATIENCE, started, tool
from interop.conftest import Published, Trouble, served

pytestmark = pytest.mark.interop
_PROGRAM = Path(__file__).with_name("gnome.py")
Items = list[list[str]]


class Gnome:
    """The store in a session of its own, which is asked word by word."""

    def __init__(self, program: "subprocess.Popen[Any]") -> None:
        self.program = program
        assert self.answer() == "connected"

    def answer(self) -> Any:
        assert self.program.stdout is not None
        return json.loads(self.program.stdout.readline())

    def ask(self, word: str) -> Any:
        assert self.program.stdin is not None
        self.program.stdin.write(f"{word}\n")
        self.program.stdin.flush()
        return self.answer()

    def refresh(self) -> None:
        """Look again, whatever comes of it."""
        assert self.ask("refresh") in (True, False)

    def follow(self, wanted: Items) -> None:
        """Look again until the events are those that are wanted."""
        self.refresh()
        deadline = time.monotonic() + PATIENCE / 2
        while (found := self.ask("list")) != wanted and time.monotonic() < deadline:
            pass
        assert found == wanted


@contextmanager
def gnome(home: Path, address: str) -> Iterator[Gnome]:
    """The store subscribed to an address, with a bus, a home and settings of its own."""
    tool("dbus-run-session")
    python = tool("/usr/bin/python3")
    tool("/usr/libexec/evolution-calendar-factory")
    variables = {name: str(home / name) for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    variables |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    variables |= {"GSETTINGS_BACKEND": "memory", "GIO_USE_NETWORK_MONITOR": "base"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    command = ["dbus-run-session", "--", python, str(_PROGRAM), address]
    with started(command, env=variables, start_new_session=True, **pipes) as program:
        try:
            yield Gnome(program)
            assert program.stdin is not None
            program.stdin.close()
            assert program.wait(PATIENCE) == 0
        finally:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)


def wanted(feeds: Published) -> Items:
    """What a feed holds, as the program tells it."""
    found = []
    for item in feeds.items("full"):
        moment = isinstance(item.start, datetime)
        found.append([item.summary, f"{item.start:%Y-%m-%dT%H:%M:%SZ}" if moment else str(item.start)])
    return sorted(found)


def test_gnome_follows_a_feed_and_keeps_it_while_the_server_fails(feeds: Published, tmp_path: Path) -> None:
    """A changed summary shows, a removed event goes; neither an error nor half an answer of our server empties it.

    Half an answer of a server that says its length instead does so, in version 3.46 of the store, Debian 12's, until
    the next whole one: libsoup takes it for a whole one where the connection is closed after it, as this store asks.
    """
    copy = tmp_path / "feed.ics"
    trouble = Trouble()

    def write(old: str, new: str) -> Items:
        feeds.write(feeds.note.read_text().replace(old, new))
        copy.write_bytes(feeds.path("full").read_bytes())
        return wanted(feeds)

    before = write("", "")
    with served(copy, trouble) as address, gnome(tmp_path / "home", address) as store:
        store.follow(before)
        changed = write("at Heart; ask", "at the river; ask")
        assert len(changed) == len(before)
        store.follow(changed)
        shorter = write("- [ ] 08:05 call back", "- [-] 08:05 call back")
        assert len(shorter) == len(before) - 1
        store.follow(shorter)
        newer = write("at the river; ask", "at the bridge; ask")
        for trouble.now in (Trouble.ERROR, Trouble.HALF):
            store.refresh()
            assert store.ask("list") == shorter, trouble.now
        trouble.now = ""
        store.follow(newer)
        newest = write("at the bridge; ask", "at the ferry; ask")
        trouble.now = Trouble.LENGTH
        store.refresh()
        assert store.ask("list") in ([], newer)
        trouble.now = ""
        store.follow(newest)
