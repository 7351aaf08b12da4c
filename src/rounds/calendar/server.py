"""The feed server, and the service files that start it with the session (systemd, launchd)."""

import gzip
import os
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, NamedTuple

from rounds.calendar.feed_addresses_passwords import Addresses, read_addresses
from rounds.errors import RoundsError, UsageError
from rounds.storage.open_file import ordinary

LOOPBACK = "127.0.0.1"
_SAFE = [("Cache-Control", "private, no-cache"), ("X-Content-Type-Options", "nosniff")]
_LIMITS = {"threads": 4, "connection_limit": 100, "channel_timeout": 30, "max_request_header_size": 16_384,
           "max_request_body_size": 1, "cleanup_interval": 1, "log_socket_errors": False, "ident": None}  # fmt: skip
_ASKING, _READING = 60.0, 300.0
"""Maximum seconds for a connection without a whole request, and for one that reads its answer slowly."""

_CROWD = 60
"""Above this many connections, the oldest idle ones are closed."""

_Headers = list[tuple[str, str]]
_Start = Callable[[str, _Headers], object]


class Served(NamedTuple):
    """A feed file as it was read last.

    Attributes:
        stamp: stamp of the file, to detect changes.
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

    Attributes:
        feeds: paths of the feed files by name; empty for a feed that can't be served just now. Feeds that aren't in it
            have ended, or never existed.
    """

    def __init__(self, addresses: str, feeds: Mapping[str, str]) -> None:
        self.feeds = feeds
        self._path = addresses
        self._addresses: tuple[object, Addresses] = (None, Addresses({}, ()))
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
        addresses = self._let_in()
        word = str(environ["PATH_INFO"]).removeprefix("/").removesuffix(".ics")
        name, revoked = addresses.feed(word), addresses.is_revoked(word)
        if name in self.feeds:
            return _feed(environ, self._file(name))
        if name:
            return _words("410 Gone", "This calendar has ended.")
        if revoked:
            return _words("410 Gone", "This address is no longer in use. Ask whoever gave it to you for the new one.")
        return _words("404 Not Found", "There is nothing here.")

    def _let_in(self) -> Addresses:
        """The current addresses; the last known ones if they can't be read."""
        try:
            status = os.stat(self._path)
            stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
            if stamp != self._addresses[0]:
                self._addresses = (stamp, read_addresses(self._path))
        except FileNotFoundError:
            return Addresses({}, ())
        except (OSError, RoundsError):
            pass
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
        tag = sha256(data).hexdigest()
        found = Served(stamp, data, gzip.compress(data, mtime=0), tag, int(status.st_mtime))
        self._served[name] = found
        return found


def _closes(environ: Mapping[str, Any]) -> bool:
    """Whether the client closes the connection after this answer: then it gets chunks, whose end can't be missed.

    libsoup, which GNOME uses, ignores Content-Length on such a connection and takes a truncated answer for a whole one:
    GNOME's calendar would be empty.
    """
    return environ["SERVER_PROTOCOL"] == "HTTP/1.1" and str(environ.get("HTTP_CONNECTION", "")).lower() == "close"


def _words(status: str, text: str) -> tuple[str, _Headers, bytes]:
    body = f"{text}\n".encode()
    return status, [*_SAFE, ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))], body


def _feed(environ: Mapping[str, Any], served: Served) -> tuple[str, _Headers, bytes]:
    """Answer with the feed, or that the client has it already (RFC 9110 13.2.2)."""
    packed = _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    plain, zipped = f'"{served.tag}"', f'"{served.tag}-gzip"'
    headers = [
        *_SAFE, ("ETag", zipped if packed else plain), ("Vary", "Accept-Encoding"),
        ("Last-Modified", format_datetime(_last_modified(served), usegmt=True)),
    ]  # fmt: skip
    if _has_it(environ, served, {plain, zipped}):
        return "304 Not Modified", headers, b""
    body = served.packed if packed else served.data
    headers += [("Content-Type", "text/calendar; charset=utf-8"), ("Content-Length", str(len(body)))]
    return "200 OK", [*headers, ("Content-Encoding", "gzip")] if packed else headers, body


def _last_modified(served: Served) -> datetime:
    """One second less during the second of a change: the file may change again in it (RFC 9110 8.8.2.2)."""
    is_past = served.modified < int(datetime.now(UTC).timestamp())
    return datetime.fromtimestamp(served.modified if is_past else served.modified - 1, UTC)


def _has_it(environ: Mapping[str, Any], served: Served, tags: set[str]) -> bool:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked is not None:
        given = {tag.strip().removeprefix("W/") for tag in str(asked).split(",")}
        return "*" in given or bool(given & tags)
    try:
        since = parsedate_to_datetime(str(environ.get("HTTP_IF_MODIFIED_SINCE", "")))
        return served.modified <= since.replace(tzinfo=since.tzinfo or UTC).timestamp()
    except (ValueError, OverflowError, TypeError):
        return False


def _takes_gzip(accepted: str) -> bool:
    for each in accepted.lower().split(","):
        coding, _, weight = each.partition(";")
        if coding.strip() in {"gzip", "x-gzip"}:
            return weight.replace(" ", "").rstrip("0.") != "q="
    return False


def is_loopback(host: str) -> bool:
    """Whether an address can only be reached from this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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


def base_url(host: str, port: int) -> str:
    """Base URL for a host and port; for all addresses, with this machine's address in its network."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - nothing is bound here
        host = network_address() or LOOPBACK
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def network_address() -> str:
    """The machine's address in its network, according to its routes; empty without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # RFC 5737: a documentation address
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _end_old(channels: list[Any], now: float) -> None:
    """Close old connections, and the oldest idle ones if there are too many."""
    idle = sorted(
        (each for each in channels if not each.requests and not each.total_outbufs_len),
        key=lambda each: each.creation_time,
    )
    old = [each for each in channels if now - each.creation_time > (_ASKING if each in idle else _READING)]
    for each in (*old, *idle[: max(0, len(channels) - _CROWD)]):
        each.will_close = True
        with suppress(OSError):
            each.socket.shutdown(socket.SHUT_RDWR)  # wakes waitress, which waits for a client that reads nothing


@contextmanager
def serving(application: FeedServer, bound: socket.socket) -> Iterator[None]:
    """Serve in background threads, until the end of the block."""
    import logging

    from waitress import create_server

    for name in ("waitress", "waitress.queue"):  # their log lines would contain the address
        logging.getLogger(name).disabled = True
    sockets: dict[int, Any] = {}
    server = create_server(application, map=sockets, sockets=[bound], **_LIMITS)
    usual = server.maintenance

    def look_after(now: float) -> None:
        usual(now)
        _end_old(list(server.active_channels.values()), now)

    server.maintenance = look_after  # runs each second: waitress only looks for pauses, and a slow sender makes none

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


LABEL = "rounds.feed"
"""The agent's name; launchd wants a unique one."""


def systemd_unit(command: Sequence[str]) -> str:
    """A user unit that keeps a command running (systemd.service(5)).

    Raises:
        UsageError: the command holds control characters.
    """
    if _CONTROL.search("".join(command)):
        raise _unusable()
    return f"""[Unit]
Description=Rounds: the reminders as calendar feeds, kept fresh and served

[Service]
ExecStart={" ".join(map(_quoted, command))}
# What it prints holds the secret addresses, which no journal should keep. To see them: rounds feed serve --show
StandardOutput=null
Restart=on-failure
RestartSec=10
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def _quoted(word: str) -> str:
    """A word of ExecStart: quoted, specifiers and variables escaped (systemd.service(5), Command lines)."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return f'"{word}"'


def launchd_plist(command: Sequence[str]) -> str:
    """An agent that keeps a command running (launchd.plist(5)).

    Raises:
        UsageError: the command holds control characters.
    """
    import plistlib

    agent = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ProcessType": "Background",
        "StandardOutPath": "/dev/null",
        "Umask": 0o077,
    }
    try:
        return plistlib.dumps(agent, sort_keys=False).decode()
    except ValueError as error:
        raise _unusable() from error


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _unusable() -> UsageError:
    return UsageError(
        "the path of the vault, or of Rounds, has characters that a service can't use", hint="Rename the folder."
    )
