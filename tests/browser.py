"""Pages in a real browser: Debian's chromium, headless, each time with a profile of its own."""

import json
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from conftest import PATIENCE, tool

_OF_ITS_OWN = (".google.com", ".gvt1.com", ".googleapis.com")
"""Where the browser itself calls, whatever page it shows."""

_LOOK = """<!doctype html><iframe id="page" width="{width}" height="600" src="{page}"></iframe><pre id="found"></pre>
<script>onload = () => {{ const window_ = page.contentWindow, document_ = window_.document
found.textContent = JSON.stringify({look}) }}</script>"""


class Browser:
    """Runs the browser; what it wants of the network reaches nothing but a listener of ours."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.proxy = ""

    def run(self, page: Path, *flags: str) -> str:
        """The stdout of the browser with a page open."""
        command = [
            tool("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            f"--proxy-server={self.proxy}", "--proxy-bypass-list=<-loopback>", f"--user-data-dir={self.folder / 'profile'}",
            *flags, page.as_uri(),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True, text=True, encoding="utf-8")
        return done.stdout

    def look(self, page: Path, what: str, *, width: int = 800, dark: bool = False) -> Any:
        """What an expression about `document_` and `window_` of the page finds."""
        frame = page.with_name("frame.html")
        frame.write_text(_LOOK.format(width=width, page=page.name, look=what), encoding="utf-8")
        found = self.run(frame, "--dump-dom", "--allow-file-access-from-files", *(_DARK if dark else ()))
        return json.loads(found.partition('<pre id="found">')[2].partition("</pre>")[0])

    def pages(self, page: Path, *, dark: bool = False) -> list[str]:
        """The text of each page, as it is printed; the PDF is left beside it."""
        pdf = page.with_suffix(".pdf")
        self.run(page, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", *(_DARK if dark else ()))
        command = [tool("pdftotext"), "-layout", str(pdf), "-"]
        found = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True, text=True, encoding="utf-8")
        return found.stdout.split("\f")[:-1]


_DARK = ("--blink-settings=preferredColorScheme=0",)


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser, and the hosts that its pages ask for in `asked`."""
    made = Browser(folder)
    with socket.create_server(("127.0.0.1", 0)) as server:
        made.proxy = f"127.0.0.1:{server.getsockname()[1]}"
        threading.Thread(target=_listen, args=(server, made.asked), daemon=True).start()
        yield made


def _listen(server: socket.socket, asked: list[str]) -> None:
    """Write down which hosts are asked for, and answer nobody."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # the test is over
            return
        with connection, suppress(OSError):
            connection.settimeout(PATIENCE)
            found = re.match(rb"[A-Z]+ (?:\w+://)?([^/: ]+)", connection.recv(4096))
            if found and not (host := found[1].decode(errors="replace")).endswith(_OF_ITS_OWN):
                asked.append(host)
