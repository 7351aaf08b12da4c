"""The feed server, and the service files that start it with the session (systemd, launchd)."""

import gzip
import os
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from time import monotonic
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

from rounds.calendar.feed_addresses_passwords import Addresses, read_addresses
from rounds.errors import RoundsError
from rounds.storage.open_file import ordinary

_SAFE = [("Cache-Control", "private, no-cache"), ("X-Content-Type-Options", "nosniff")]
_LIMITS = {"threads": 4, "connection_limit": 100, "channel_timeout": 30, "max_request_header_size": 16_384,
           "max_request_body_size": 1, "cleanup_interval": 1, "log_socket_errors": False, "ident": None}  # fmt: skip
_ASKING, _READING = 10.0, 300.0
"""Maximum seconds to send the head of a request, and to read the answers to those sent."""

_CROWD, _EACH = 60, 20
"""Maximum number of connections in total and from one address. A further one takes the place of the oldest idle one."""

_HOST = re.compile(r"(?:[\w.~%!$&'()*+;=-]+|\[[\w:.]+\])(?::[0-9]*)?", re.ASCII)
"""A Host header (RFC 9110 7.2). Two of them reach us as one with a comma."""

_PAGE = ".html"
"""End of the address of a feed's page."""

_Headers = list[tuple[str, str]]
_Start = Callable[[str, _Headers], object]


class Served(NamedTuple):
    """A feed file as it was read last, or a page.

    Attributes:
        stamp: stamp of the file, to detect changes; zeros for a page.
        data, packed: its bytes, plain and with gzip.
        tag: SHA-256 of the bytes.
        modified: seconds since 1970.
    """

    stamp: tuple[int, int, int]
    data: bytes
    packed: bytes
    tag: str
    modified: int


class FeedServer:
    """The WSGI application.

    Args:
        addresses: path of the file of secret addresses.
        url: start of the addresses if a proxy is in front of it. Its path may be left out by the proxy, or not.

    Attributes:
        feeds: paths of the feed files by name; empty for a feed that can't be served just now. Feeds that aren't in it
            have ended, or never existed.
        pages: their pages by name (`agenda.pages`), at the same addresses with `.html` at the end.
    """

    def __init__(self, addresses: str, feeds: Mapping[str, str], url: str = "") -> None:
        self.feeds = feeds
        self.pages: Mapping[str, bytes] = {}
        self._path = addresses
        self._below = unquote_to_bytes(urlsplit(url).path.rstrip("/")).decode("latin-1")  # as WSGI has paths
        self._addresses: tuple[object, Addresses] | None = None
        self._served: dict[str, Served] = {}

    def __call__(self, environ: Mapping[str, Any], start: _Start) -> Iterable[bytes]:
        """Answer a request."""
        try:
            status, headers, body = self._answer(environ)
        except (OSError, RoundsError):
            status, headers, body = _words("503 Service Unavailable", "The feed is not there now. Try again later.")
            headers.append(("Retry-After", "600"))
        if environ["REQUEST_METHOD"] == "HEAD" or not body:
            start(status, headers)
            return []
        if _closes(environ):
            start(status, [each for each in headers if each[0] != "Content-Length"])
            return iter([body])  # of unknown length: waitress sends chunks
        start(status, headers)
        return [body]

    def _answer(self, environ: Mapping[str, Any]) -> tuple[str, _Headers, bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            status, headers, body = _words("405 Method Not Allowed", "This can only be read.")
            return status, [*headers, ("Allow", "GET, HEAD")], body
        if not _names_one_host(environ):
            return _words("400 Bad Request", "A request needs one Host header.")
        addresses = self._let_in()
        path = str(environ["PATH_INFO"]).removeprefix(self._below).removeprefix("/")
        word = path.removesuffix(_PAGE if path.endswith(_PAGE) else ".ics")
        name, revoked = addresses.feed(word), addresses.is_revoked(word)
        if name in self.feeds:
            if path.endswith(_PAGE):
                return _file(environ, self._page(name), "text/html")
            return _file(environ, self._file(name), "text/calendar")
        if name:
            return _words("410 Gone", "This calendar has ended.")
        if revoked:
            return _words("410 Gone", "This address is no longer in use. Ask whoever gave it to you for the new one.")
        return _words("404 Not Found", "There is nothing here.")

    def _let_in(self) -> Addresses:
        """The current addresses; the last known ones if the file is damaged.

        Raises:
            OSError, RoundsError: the file is gone, or none could be read yet. A 404 would end all subscriptions.
        """
        status = os.stat(self._path)
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._addresses is None or stamp != self._addresses[0]:
            try:
                self._addresses = (stamp, read_addresses(self._path))
            except RoundsError:
                if self._addresses is None:
                    raise
        return self._addresses[1]

    def _file(self, name: str) -> Served:
        """The current feed; the last known one if the file is gone or can't be read."""
        known, path = self._served.get(name), self.feeds[name]
        if not path:
            raise FileNotFoundError(name)
        try:
            with open(path, "rb", opener=ordinary) as file:
                status = os.fstat(file.fileno())
                stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
                if known is not None and known.stamp == stamp:
                    return known
                data = file.read()
        except OSError:
            if known is None:
                raise
            return known
        return self._kept(name, stamp, data, int(status.st_mtime))

    def _page(self, name: str) -> Served:
        """The current page of a feed.

        Raises:
            OSError: there is none just now.
        """
        data = self.pages.get(name)
        if data is None:
            raise FileNotFoundError(name)
        known = self._served.get(f"{name}{_PAGE}")
        if known is not None and known.data == data:
            return known
        return self._kept(f"{name}{_PAGE}", (0, 0, 0), data, int(datetime.now(UTC).timestamp()))

    def _kept(self, name: str, stamp: tuple[int, int, int], data: bytes, modified: int) -> Served:
        tag = sha256(data).hexdigest()
        found = Served(stamp, data, gzip.compress(data, mtime=0), tag, modified)
        self._served[name] = found
        return found


def _names_one_host(environ: Mapping[str, Any]) -> bool:
    """Whether a request has one valid Host header, which HTTP/1.0 may leave out (RFC 9112 3.2)."""
    host = environ.get("HTTP_HOST")
    return environ["SERVER_PROTOCOL"] == "HTTP/1.0" if host is None else bool(_HOST.fullmatch(str(host)))


def _closes(environ: Mapping[str, Any]) -> bool:
    """Whether the client closes the connection after this answer: then it gets chunks, whose end can't be missed.

    libsoup, which GNOME uses, ignores Content-Length on such a connection and takes a truncated answer for a whole one:
    GNOME's calendar would be empty.
    """
    return environ["SERVER_PROTOCOL"] == "HTTP/1.1" and str(environ.get("HTTP_CONNECTION", "")).lower() == "close"


def _words(status: str, text: str) -> tuple[str, _Headers, bytes]:
    body = f"{text}\n".encode()
    return status, [*_SAFE, ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))], body


def _file(environ: Mapping[str, Any], served: Served, kind: str) -> tuple[str, _Headers, bytes]:
    """Answer with a feed or page, or that the client has it already (RFC 9110 13.2.2)."""
    packed = _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    plain, zipped = f'"{served.tag}"', f'"{served.tag}-gzip"'
    headers = [*_SAFE, ("ETag", zipped if packed else plain), ("Vary", "Accept-Encoding"), *_last_modified(served)]
    if _has_it(environ, served, {plain, zipped}):
        return "304 Not Modified", headers, b""
    body = served.packed if packed else served.data
    headers += [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))]
    return "200 OK", [*headers, ("Content-Encoding", "gzip")] if packed else headers, body


def _last_modified(served: Served) -> _Headers:
    """The header; none for a file from the future, as a clock that was once ahead leaves it (RFC 9110 8.8.2.1).

    One second less during the second of a change: the file may change again in it (RFC 9110 8.8.2.2).
    """
    now = int(datetime.now(UTC).timestamp())
    if served.modified > now:
        return []
    told = datetime.fromtimestamp(served.modified - (served.modified == now), UTC)
    return [("Last-Modified", format_datetime(told, usegmt=True))]


def _has_it(environ: Mapping[str, Any], served: Served, tags: set[str]) -> bool:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None:
        given = {tag.strip().removeprefix("W/") for tag in str(asked).split(",")}
        return "*" in given or bool(given & tags)
    try:
        since = parsedate_to_datetime(str(environ.get("HTTP_IF_MODIFIED_SINCE", "")))
        return served.modified == since.replace(tzinfo=since.tzinfo or UTC).timestamp()  # the clock may have gone back
    except (ValueError, OverflowError, TypeError):
        return False


def _takes_gzip(accepted: str) -> bool:
    for each in accepted.lower().split(","):
        coding, _, weight = each.partition(";")
        if coding.strip() in {"gzip", "x-gzip"}:
            return weight.replace(" ", "").rstrip("0.") != "q="
    return False


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to an address.

    Args:
        port: 0 for any free port.

    Raises:
        RoundsError: this machine has no such address, or the port is in use.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, _option(), 1)
            found.bind((address[0], port, *address[2:]))
        except (OSError, OverflowError):
            found.close()
            raise
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else "there is no such port"
        raise RoundsError(
            f"nothing can be served at {host}, port {port}: {reason}",
            hint="Is `rounds feed serve` running already? Or choose another --port, or another --host.",
        ) from error
    return found


def _option() -> int:
    """The option that frees a port soon after its server has ended, and never shares it with a running one."""
    if sys.platform == "win32":
        return socket.SO_EXCLUSIVEADDRUSE  # SO_REUSEADDR would let two servers share the port there
    return socket.SO_REUSEADDR


class _Crowd:
    """Keeps slow and silent connections of a waitress server from locking others out.

    waitress only looks for pauses, and a slow sender makes none. It also asks the clock, which can be set back.
    """

    def __init__(self, server: Any) -> None:
        self._server, self._channels = server, server.active_channels
        self._tidy, self._channel = server.maintenance, server.channel_class
        self._since: dict[Any, tuple[object, float]] = {}
        self._next = 0.0
        server.maintenance, server.channel_class = self.look_after, self.let_in

    def look_after(self, clock: float) -> None:
        """End the connections that take too long; each second, whatever the clock says."""
        self._server.next_channel_cleanup = 0.0
        now = monotonic()
        if now < self._next:
            return
        self._next = now + 1
        self._tidy(clock)
        before, self._since = self._since, {}
        for each in list(self._channels.values()):
            idle = _is_idle(each)
            doing = (each.request or each.last_activity) if idle else "answering"
            known = before.get(each)
            since = known[1] if known is not None and known[0] == doing else now
            self._since[each] = (doing, since)
            if now - since > (_ASKING if idle else _READING):
                each.will_close = True
                with suppress(OSError):
                    each.socket.shutdown(
                        socket.SHUT_RDWR
                    )  # wakes waitress, which waits for a client that reads nothing

    def let_in(self, server: Any, connection: socket.socket, address: Any, *more: Any, **settings: Any) -> None:
        """Take a new connection, in place of the oldest idle one if there are too many; without one, refuse it."""
        there = list(self._channels.values())  # the oldest first
        mine = [each for each in there if each.addr[0] == address[0]]
        if len(mine) >= _EACH or len(there) >= _CROWD:
            idle = filter(_is_idle, mine if len(mine) >= _EACH else there)
            if (oldest := next(idle, None)) is None:
                connection.close()
                return
            oldest.handle_close()
        self._channel(server, connection, address, *more, **settings)


def _is_idle(channel: Any) -> bool:
    """Whether a connection has no whole request and reads no answer."""
    return not channel.requests and not channel.total_outbufs_len


@contextmanager
def serving(application: FeedServer, bound: socket.socket) -> Iterator[None]:
    """Serve in background threads, until the end of the block."""
    import logging

    from waitress import create_server

    for name in ("waitress", "waitress.queue"):  # their log lines would contain the address
        logging.getLogger(name).disabled = True
    sockets: dict[int, Any] = {}
    server = create_server(application, map=sockets, sockets=[bound], **_LIMITS)
    _Crowd(server)

    def close() -> None:
        for each in list(sockets.values()):
            each.close()

    thread = threading.Thread(target=server.run, name="feed server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        with suppress(OSError):  # the thread was awake just then, and has closed everything already
            server.trigger.pull_trigger(close)
        thread.join(5)
        server.task_dispatcher.shutdown()
