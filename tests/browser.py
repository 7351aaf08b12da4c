"""Pages in a real browser: Debian's chromium, headless, each time with a profile of its own."""

import asyncio
import base64
import json
import re
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from conftest import PATIENCE, started, tool

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


class Tab:
    """An open page, driven as a person would: keys in, bytes of its web sockets and pictures out."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._line, self._sent = line, 0
        self.received = b""
        self.complaints: list[str] = []

    async def call(self, method: str, **params: Any) -> Any:
        """The answer to a command of the DevTools protocol."""
        self._sent += 1
        await self._line.send_json({"id": self._sent, "method": method, "params": params})
        while (message := await self._line.receive_json()).get("id") != self._sent:
            self._note(message)
        return message["result"]

    async def find(self, what: str) -> Any:
        """The value of an expression on the page."""
        return (await self.call("Runtime.evaluate", expression=what))["result"].get("value")

    async def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, **({"text": key} if kind == "keyDown" else {})
            )

    async def shows(self, words: str) -> None:
        """Wait until the words have come over a web socket since the last time."""
        async with asyncio.timeout(PATIENCE):
            while words.encode() not in self.received:
                self._note(await self._line.receive_json())
        self.received = b""

    def _note(self, message: dict[str, Any]) -> None:
        if message["method"] == "Network.webSocketFrameReceived" and message["params"]["response"]["opcode"] == 2:
            self.received += base64.b64decode(message["params"]["response"]["payloadData"])
        if message["method"] == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
            self.complaints.append(message["params"]["entry"]["text"])


@asynccontextmanager
async def tab(made: Browser, url: str) -> AsyncIterator[Tab]:
    """A page in a browser that stays open until the end of the block."""
    profile = made.folder / "driven"
    command = [
        tool("chromium"), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", f"--proxy-server={made.proxy}",
        "--remote-debugging-port=0", f"--user-data-dir={profile}", "--window-size=1200,800", "about:blank",
    ]  # fmt: skip
    with started(command, stderr=subprocess.DEVNULL) as program:
        try:
            place = profile / "DevToolsActivePort"
            async with asyncio.timeout(PATIENCE):
                while not (place.exists() and "\n" in place.read_text()):  # noqa: ASYNC110 - the browser says it by a file
                    await asyncio.sleep(0.05)
            port = place.read_text().split()[0]
            async with aiohttp.ClientSession() as client:
                answer = await client.get(f"http://127.0.0.1:{port}/json")
                page = next(each for each in await answer.json() if each["type"] == "page")
                async with client.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as line:
                    made_tab = Tab(line)
                    await made_tab.call("Log.enable")
                    await made_tab.call("Network.enable")
                    await made_tab.call("Page.navigate", url=url)
                    while await made_tab.find("document.readyState") != "complete":  # noqa: ASYNC110 - it has no event for us
                        await asyncio.sleep(0.05)
                    yield made_tab
        finally:
            program.terminate()  # so that it ends its own processes
            program.wait(PATIENCE)


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
