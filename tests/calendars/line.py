"""A line to a real calendar server, on loopback, that does one thing wrong, as real servers and their proxies do."""

import http.client
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

_PATIENCE = 30.0


class Request(NamedTuple):
    """A request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """An answer as it goes out; a value of None leaves a header out."""

    status: int
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""

    def but(self, *, status: int = 0, body: bytes | None = None, **headers: str | None) -> "Answer":
        """The same with another status or body, or other headers: `Content_Type` for Content-Type."""
        new = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in new}
        added = {name: value for name, value in new.items() if value is not None}
        return Answer(status or self.status, kept | added, self.body if body is None else body)


Wrong = Callable[[Request, Callable[[], Answer]], Answer | None]
"""Given a request and what asks the server, gives the answer; None loses it, and the connection with it."""


class Line(ThreadingHTTPServer):
    """The proxy.

    Attributes:
        asked: all requests so far, as method and path.
        wrong: what it does; at first it only passes on.
    """

    daemon_threads = True

    def __init__(self, server: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.server = urlsplit(server)
        self.asked: list[tuple[str, str]] = []
        self.wrong: Wrong = lambda _, ask: ask()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.server.path}"

    def count(self) -> dict[str, int]:
        """Number of requests by method since the last count, without those that only ask for a password."""
        methods = [method for method, _ in self.asked]
        self.asked.clear()
        return {method: methods.count(method) for method in sorted(set(methods))}

    def ask(self, request: Request) -> Answer:
        """The answer of the server itself."""
        assert self.server.hostname is not None
        connection = http.client.HTTPConnection(self.server.hostname, self.server.port, timeout=_PATIENCE)
        try:
            headers = {name: value for name, value in request.headers.items() if name.lower() != "connection"}
            connection.request(request.method, request.path, request.body or None, headers)
            found = connection.getresponse()
            hop = {"transfer-encoding", "content-length", "connection", "date", "server"}
            kept = {name: value for name, value in found.getheaders() if name.lower() not in hop}
            return Answer(found.status, kept, found.read())
        finally:
            connection.close()

    def handle_error(self, *_: object) -> None:
        """Who breaks off has had enough."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line
    timeout = _PATIENCE

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self.command, self.path, dict(self.headers.items()), body)
        answers: list[Answer] = []

        def ask() -> Answer:
            answers.append(self.server.ask(request))
            return answers[-1]

        answer = self.server.wrong(request, ask)
        if answer is None or answer.status != 401:
            self.server.asked.append((request.method, request.path))
        if answer is None:
            self.close_connection = True
            return
        with suppress(OSError):
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status not in {204, 304}:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if answer.status not in {204, 304} and self.command != "HEAD":
                self.wfile.write(answer.body)

    do_GET = do_PUT = do_DELETE = do_PROPFIND = do_REPORT = do_OPTIONS = do_MKCALENDAR = do_PROPPATCH = do_MOVE = (  # noqa: N815
        handle_any
    )

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def line_to(server: str) -> Iterator[Line]:
    """A line until the end of the block."""
    with Line(server) as line:
        thread = threading.Thread(target=line.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield line
        finally:
            line.shutdown()
            thread.join(_PATIENCE)
