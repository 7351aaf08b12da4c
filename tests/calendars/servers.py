"""Real calendar servers for tests beside Radicale, and a phone that uses any of them."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from caldav.davclient import DAVClient
from icalendar import Calendar

from conftest import PATIENCE, started
from radicale_server import PASSWORD, USER, radicale

_LONG = 900.0
"""Seconds that a server may run: some tests share one."""


class Phone(NamedTuple):
    """Another program that uses a calendar.

    Attributes:
        url: of the calendar.
    """

    url: str
    user: str = ""
    password: str = ""

    def client(self) -> DAVClient:
        return DAVClient(
            self.url, username=self.user or None, password=self.password or None, enable_rfc6764=False, timeout=30
        )

    def texts(self) -> dict[str, str]:
        """The text of each object, by the last part of its address, with plain line ends."""
        with self.client() as client:
            hrefs = re.findall(r"href>([^<]*\.ics)<", str(client.propfind(self.url, ["getetag"], 1).raw))
            return {
                unquote(href).rpartition("/")[2]: str(client.request(urljoin(self.url, href), "GET").raw)
                for href in hrefs
            }

    def states(self) -> dict[str, str]:
        """Summary and status of each task or event."""
        found = {}
        for text in self.texts().values():
            (each,) = [part for part in Calendar.from_ical(text).subcomponents if part.name in {"VTODO", "VEVENT"}]
            assert str(each["summary"]) not in found, "an object is there twice"
            found[str(each["summary"])] = str(each.get("status", each.name))
        return found

    def lines(self) -> list[list[str]]:
        """Title, status and day of each task, as its text has them."""
        return sorted(
            sorted(re.findall("^(?:SUMMARY|STATUS|DUE)[:;].*$", text, re.MULTILINE)) for text in self.texts().values()
        )

    def put(self, name: str, text: str) -> None:
        with self.client() as client:
            assert client.put(self.url + name, text, {"Content-Type": "text/calendar"}).status in (201, 204)

    def delete(self, name: str) -> None:
        with self.client() as client:
            assert client.delete(self.url + name).status in (200, 204)

    def edit(self, within: str, changes: Mapping[str, str]) -> None:
        """Change texts, which are patterns, in each object with a certain text."""
        found = {name: text for name, text in self.texts().items() if within in text}
        assert found, within
        for name, text in found.items():
            new = text
            for pattern, put in changes.items():
                new = re.sub(pattern, put, new, flags=re.MULTILINE)
            assert new != text
            self.put(name, new)

    def move(self, within: str, day: str, clock: str = "") -> None:
        """Give a task or event another day, as 20261205, and time."""
        value = f":{day}T{clock}00" if clock else f";VALUE=DATE:{day}"
        self.edit(within, {"^(DUE|DTSTART)[:;].*$": rf"\1{value}"})

    def days(self) -> dict[str, str]:
        """Summary and day of each task."""
        texts = self.texts().values()
        found = [re.search(r"^DUE\S*:(\S+)", text, re.MULTILINE) for text in texts]
        names = [re.findall("^SUMMARY:(.*)$", text.replace("\r", ""), re.MULTILINE)[-1] for text in texts]
        return dict(zip(names, (each[1][:8] if each is not None else "" for each in found), strict=True))

    def make(self, summary: str, *lines: str, name: str = "", uid: str = "") -> None:
        """Make a task."""
        uid = uid or "made-" + "".join(filter(str.isalnum, summary))
        text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:phone", "BEGIN:VTODO", f"UID:{uid}"]
        text += [
            "DTSTAMP:20260101T000000Z",
            f"SUMMARY:{summary}",
            *lines,
            "STATUS:NEEDS-ACTION",
            "END:VTODO",
            "END:VCALENDAR",
        ]
        self.put(name or f"{uid}.ics", "".join(f"{line}\r\n" for line in text))

    def tick(self, within: str) -> None:
        self.edit(within, {"^STATUS:.*$": "STATUS:COMPLETED"})

    def open(self, within: str) -> None:
        """Open a task again, as task apps do: they leave the title as it is."""
        self.edit(within, {"^STATUS:.*$": "STATUS:NEEDS-ACTION", "^(COMPLETED|PERCENT-COMPLETE):.*\n": ""})

    def drop(self, within: str) -> None:
        for name, text in self.texts().items():
            if within in text:
                self.delete(name)

    def rename(self, within: str, name: str) -> None:
        """Give an object another address, as moving it away and back does."""
        ((old, text),) = [(old, text) for old, text in self.texts().items() if within in text]
        self.delete(old)
        self.put(name, text)

    def empty(self) -> None:
        for name in self.texts():
            self.delete(name)


@contextmanager
def radicale_phone(folder: Path) -> Iterator[Phone]:
    with radicale(folder) as server:
        yield Phone(server.url, USER, PASSWORD)


@contextmanager
def xandikos_phone(folder: Path) -> Iterator[Phone]:
    """A server until the end of the block, without a password: it takes none over an open line."""
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = [sys.executable, "-m", "xandikos", "serve", "-d", str(folder), "--defaults", "--no-detect-systemd"]
        words += ["-l", "127.0.0.1", "-p", str(port), "--state-dir", str(folder / "state")]
        words += ["--current-user-principal", f"/{USER}/"]
        with started(words, patience=_LONG, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as program:
            try:
                if listens(port):
                    yield Phone(f"http://127.0.0.1:{port}/{USER}/calendars/calendar/")
                    return
            finally:
                program.kill()
    raise AssertionError("xandikos does not start")


def listens(port: int) -> bool:
    """Whether somebody listens there soon."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.05)
    return False


@contextmanager
def own_phone(_: Path) -> Iterator[Phone]:
    """A server that runs already, with a calendar that may be emptied."""
    url = urlsplit(os.environ["CALDAV_SERVER"])
    assert url.hostname in {"127.0.0.1", "localhost"}, "the calendar is emptied, so only one on this machine"
    plain = url._replace(netloc=f"{url.hostname}:{url.port}").geturl()
    yield Phone(plain, unquote(url.username or ""), unquote(url.password or ""))


SERVERS: Mapping[str, Callable[[Path], AbstractContextManager[Phone]]] = {
    "radicale": radicale_phone,
    "xandikos": xandikos_phone,
    **({"own": own_phone} if "CALDAV_SERVER" in os.environ else {}),
}
