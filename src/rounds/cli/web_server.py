"""The terminal interface in a browser on this machine: page, secret address, checks."""

import os
import shlex
import subprocess
import sys
from asyncio import Transport
from base64 import b64encode
from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from socket import socket
from typing import NamedTuple

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server

from rounds.storage.open_file import ordinary

_FONT_SIZE = 16
"""Pixels."""

_ENDING = 2.0
"""Seconds that an open page gets to end when Rounds is stopped."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class WebAddress(NamedTuple):
    """Where the interface is served.

    Attributes:
        port: the port on the loopback address.
        secret: the part of the path that only this machine's user knows; made anew at each start.
    """

    port: int
    secret: str

    @property
    def url(self) -> str:
        """What to open in the browser."""
        return f"http://127.0.0.1:{self.port}/{self.secret}/"

    def hosts(self) -> frozenset[str]:
        """The Host headers that a browser sends for this address."""
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost"))


def new_address(bound: socket) -> WebAddress:
    """The address for a bound socket, with a new secret."""
    return WebAddress(bound.getsockname()[1], token_urlsafe(24))


def serve(bound: socket, address: WebAddress, command: Sequence[str]) -> None:
    """Serve the interface until Ctrl-C or SIGTERM.

    Args:
        bound: a socket bound to a loopback address.
        command: the command that opens the interface; each page in a browser runs its own.
    """
    web.run_app(
        application(address, command), sock=bound, print=None, access_log=None, shutdown_timeout=_ENDING
    )  # the log would contain the secret


def application(address: WebAddress, command: Sequence[str]) -> web.Application:
    """The web application: one page, what it needs, and the socket that carries keys and screen.

    textual-serve runs the interface and moves bytes. Its own page is left out, since it asks another server for a font.
    """
    server = Server(subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command))
    here = f"/{address.secret}"
    with open(os.path.join(os.path.dirname(__file__), "web.html"), encoding="utf-8", opener=ordinary) as file:
        text = file.read()
    script = text.partition("<script>")[2].partition("</script>")[0]
    pages: set[Transport] = set()

    async def show_page(request: web.Request) -> web.Response:
        page = text.replace("{socket}", f"ws://{request.host}{here}/ws").replace("{size}", str(_FONT_SIZE))
        policy = {"Content-Security-Policy": _policy(request.host, script)}
        return web.Response(text=page, content_type="text/html", headers=policy)

    async def run_interface(request: web.Request) -> web.StreamResponse:
        with ExitStack() as at_end:
            if request.transport is not None:
                pages.add(request.transport)
                at_end.callback(pages.discard, request.transport)
            return await server.handle_websocket(request)

    async def end(_: web.Application) -> None:
        for page in list(pages):
            page.close()

    app = web.Application(middlewares=[_only_ours(address)])
    app.add_routes([
        web.get(f"{here}/", show_page),
        web.get(f"{here}/ws", run_interface),
        web.static(f"{here}/static", server.statics_path),
    ])  # fmt: skip
    app.on_shutdown.append(end)
    return app


def _policy(host: str, script: str) -> str:
    """What the page may do: load its own files, run the script in it, and talk to the server that it came from.

    xterm.js writes style sheets into the page, so styles may be inline.
    """
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self' 'sha256-{digest}'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
        f"img-src data:; connect-src ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _only_ours(address: WebAddress) -> Middleware:
    """Let in only who knows the secret, under a name of this machine, and from our own page.

    A page of another site can send requests here, and a name of another site can lead to this machine: their Origin and
    Host give them away.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        secret = request.path.split("/")[1]
        known = compare_digest(secret.encode(), address.secret.encode())
        origin = request.headers.get("Origin")
        own = origin == f"http://{request.host}" or (origin is None and not request.path.endswith("/ws"))
        if request.host not in address.hosts() or not known or not own:
            return web.Response(status=404, text="There is nothing here.\n", headers=_HEADERS)
        try:
            answer = await handler(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.reason}\n", headers=_HEADERS)
        if not answer.prepared:
            answer.headers.update(_HEADERS)
        return answer

    return check


def interface_command(vault: str) -> list[str]:
    """The command that opens the interface of a vault, for `serve`."""
    return [sys.executable, "-m", "rounds", "--vault", vault]
