"""A real calendar server for tests: Radicale on loopback, on a free port, over a folder of the test's own."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from caldav.davclient import DAVClient

from conftest import PATIENCE, started

_LONG = 900.0
"""Seconds that a server may run: some tests share one."""

USER, PASSWORD = "kim", "correct horse"
_CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
type = multifilesystem
filesystem_folder = {folder}/collections
[web]
type = none
[logging]
level = info
"""


class Radicale(NamedTuple):
    """A running server.

    Attributes:
        url: of a calendar that is there, and empty at first.
        program: the process.
    """

    url: str
    folder: Path
    program: "subprocess.Popen[str]"

    @property
    def objects(self) -> list[Path]:
        """The files of the calendar, as they lie on the server's disk."""
        return sorted(self.folder.glob("collections/collection-root/kim/rounds/*.ics"))

    @property
    def calendars(self) -> list[Path]:
        """The folders of the user's calendars."""
        return [path for path in self.folder.glob("collections/collection-root/kim/*") if path.name[0] != "."]

    def client(self, password: str = PASSWORD) -> DAVClient:
        return client(self.url, password)

    def empty(self) -> None:
        """Delete each object, and all other calendars."""
        with self.client() as there:
            for path in self.objects:
                there.delete(self.url + path.name)
            for path in self.calendars:
                if path.name != "rounds":
                    there.delete(f"{self.url.removesuffix('rounds/')}{path.name}/")

    def edit(self, old: str, new: str, *, within: str = "") -> None:
        """Change a text in each object that has it, as another client would: with a PUT."""
        with self.client() as there:
            for path in self.objects:
                text = str(there.request(self.url + path.name, "GET").raw)
                if within in text and old in text:
                    assert there.put(self.url + path.name, text.replace(old, new)).status in (201, 204)


def client(url: str, password: str = PASSWORD) -> DAVClient:
    return DAVClient(url, username=USER, password=password, enable_rfc6764=False, timeout=30)


@contextmanager
def radicale(folder: Path, seconds: float = _LONG) -> Iterator[Radicale]:
    """A server until the end of the block, for so many seconds at most.

    A port that was free may be taken a moment later, so others are tried.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        (folder / "config").write_text(_CONFIG.format(port=port, folder=folder))
        words = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
        with started(words, patience=seconds, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as program:
            assert program.stderr is not None
            if not any("server ready" in line.lower() for line in program.stderr):
                continue
            drain = threading.Thread(target=program.stderr.read, daemon=True)  # or it would wait for room in the pipe
            drain.start()
            url = f"http://127.0.0.1:{port}/{USER}/rounds/"
            try:
                with client(url) as there:
                    there.mkcalendar(url)
                yield Radicale(url, folder, program)
            finally:
                program.kill()
                drain.join(PATIENCE)
            return
    raise AssertionError("Radicale does not start")


@pytest.fixture(scope="session")
def shared_radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as found:
        yield found


@pytest.fixture
def server(shared_radicale: Radicale) -> Radicale:
    """A server with one calendar, which is empty."""
    shared_radicale.empty()
    return shared_radicale
