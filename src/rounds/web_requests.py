"""Web requests with a deadline, a size limit and guarded passwords.

Import it only where a request is made: niquests is slow to load.
"""

import socket
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any
from urllib.parse import urljoin, urlsplit

from niquests import PreparedRequest, Response, Session
from niquests.adapters import HTTPAdapter
from niquests.exceptions import ConnectionError as NotReachedError
from niquests.exceptions import SSLError, Timeout, TooManyRedirects
from niquests.packages.urllib3.contrib.resolver.system import SystemResolver  # type: ignore[import-not-found]
from niquests.packages.urllib3.exceptions import HTTPError  # type: ignore[import-not-found]

TIMEOUT = 30.0
"""Seconds to wait for a server's whole answer, and for each redirect."""

LARGEST = 8 << 20
"""Size limit of an answer in bytes, as sent and unpacked; a list of 20,000 calendar objects has some 6 million."""

_HOPS = 5
_PART = 1 << 16
_FAMILY = ".icloud.com"
"""Apple's servers, which redirect each user to one of many and share passwords."""


_FETCHED = frozenset({"GET", "HEAD"})
"""Methods whose redirects the library follows."""

_CHANGES_METHOD = frozenset({301, 302, 303})
"""Redirects that may turn a request into a GET (RFC 9110 15.4); 307 and 308 keep its method and body."""


class AnswerError(OSError):
    """An unusable answer; its text completes the sentence `the server ...`."""


class MovedError(AnswerError):
    """The calendar has another address, which the user should write down: nothing is sent there by itself."""

    def __init__(self, old: str, new: str) -> None:
        while (
            old != new and (last := old.rpartition("/")[2]) and new.endswith(f"/{last}")
        ):  # what both addresses end in
            old, new = old.removesuffix(f"/{last}"), new.removesuffix(f"/{last}")
        super().__init__(f"sends on from {old.rstrip('/')}/ to {new.rstrip('/')}/")


class WebSession(Session):
    """A session that keeps its last answer, for what a library above it leaves out.

    Attributes:
        last: the answer to the last request, after redirects and logins.
    """

    last: Response

    def request(self, *given: Any, **more: Any) -> Response:
        self.last = super().request(*given, **more)
        return self.last


def session(url: str, *, searching: bool = False) -> WebSession:
    """A session for requests to a server, and to where it redirects.

    Args:
        url: of the server. Passwords go nowhere else; if the server uses encryption, every request does.
        searching: whether a PROPFIND may end anywhere on that server, since its address is only being found out.
    """
    resolver = _Sockets()
    made = WebSession(resolver=resolver, disable_http3=True)
    made.max_redirects = _HOPS
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Guarded(url, resolver, searching=searching))
    return made


class _Sockets(SystemResolver):  # type: ignore[misc]
    """Resolver that remembers its connections, so that they can be closed while a read waits."""

    def __init__(self) -> None:
        super().__init__()
        self._made: list[socket.socket] = []

    def create_connection(self, *given: Any, **more: Any) -> socket.socket:
        made: socket.socket = super().create_connection(*given, **more)
        self._made.append(made.dup())  # TLS takes the socket over, and its number with it
        if len(self._made) > _HOPS:
            self._made.pop(0).close()  # only our duplicate: some servers want a connection for each request
        return made

    def end(self) -> None:
        """Shut down all connections; a waiting read then ends."""
        while self._made:
            with suppress(OSError), self._made.pop() as each:
                each.shutdown(socket.SHUT_RDWR)


class _Guarded(HTTPAdapter):
    """Adapter that sends a request and reads its whole answer."""

    def __init__(self, home: str, sockets: _Sockets, *, searching: bool) -> None:
        super().__init__(resolver=sockets, disable_http3=True)
        self._searching = searching
        self._home = home
        self._sockets = sockets

    def send(self, request: PreparedRequest, *given: Any, **more: Any) -> Response:
        more |= {"stream": True, "multiplexed": False}
        for _ in range(_HOPS):
            assert request.headers is not None
            self._check(str(request.url), has_password="Authorization" in request.headers)
            request.headers["Accept-Encoding"] = "identity"  # a packed answer has another ETag, or a weak one
            with self._deadline():
                answer = super().send(request, *given, **more)
                body = _unpacked(self._read(answer), answer.headers)
            answer._content, answer._content_consumed = body, True  # noqa: SLF001  # the only way to give it one
            if request.method in _FETCHED or not answer.is_redirect:
                return answer
            request = self._sent_on(request, answer)
        raise TooManyRedirects

    def close(self) -> None:
        super().close()
        self._sockets.end()

    def _check(self, url: str, *, has_password: bool) -> None:
        if self._home.startswith("https:") and not url.startswith("https:"):
            raise AnswerError("sends on to an address without encryption")
        if has_password and not is_home(self._home, url):
            raise AnswerError(f"sends on to {urlsplit(url).netloc}, which would get the password")

    def _sent_on(self, request: PreparedRequest, answer: Response) -> PreparedRequest:
        """The same request at the address that an answer names, with its method and body.

        Raises:
            MovedError: the redirect doesn't keep the method.
            AnswerError: the address is another server's.
        """
        old, new = str(request.url), urljoin(str(request.url), answer.headers["Location"])
        if answer.status_code in _CHANGES_METHOD and not (self._searching and request.method == "PROPFIND"):
            raise MovedError(old, new)
        if not is_home(self._home, new):
            raise AnswerError(f"sends on to {urlsplit(new).netloc}, another server")
        following = request.copy()
        following.url = new
        assert following.headers is not None
        if str(following.headers.get("Authorization", "")).startswith("Digest"):
            del following.headers["Authorization"]  # it's only good for the old address; the 401 there brings a new one
        return following

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """Close all connections at the deadline, even while an answer comes byte by byte."""
        late: list[bool] = []

        def end() -> None:
            late.append(True)
            self._sockets.end()

        timer = Timer(TIMEOUT, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as error:
            if late:
                raise AnswerError("doesn't answer in time") from error
            raise
        finally:
            timer.cancel()
        if late:
            raise AnswerError("doesn't answer in time")

    def _read(self, answer: Response) -> bytes:
        """The body as it was sent."""
        parts, length = [], 0
        assert answer.raw is not None
        try:
            while part := answer.raw.read(_PART, decode_content=False):
                parts.append(part)
                length += len(part)
                if length > LARGEST:
                    self._sockets.end()
                    raise _too_large()
        except HTTPError as error:
            raise AnswerError("broke off its answer") from error
        answer.raw.release_conn()
        return b"".join(parts)


def is_home(home: str, url: str) -> bool:
    """Whether an address may get the password for `home`: the same server, or both of them Apple's."""
    one, other = urlsplit(home), urlsplit(url)
    if one.hostname == other.hostname:
        ports = (_port(home), _port(url))
        return ports == (80, 443) or (one.scheme == other.scheme and ports[0] == ports[1])
    return other.scheme == "https" and all(f".{each.hostname}".endswith(_FAMILY) for each in (one, other))


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _unpacked(body: bytes, headers: Mapping[str, Any]) -> bytes:
    """Undo a body's Content-Encoding, up to the size limit."""
    named = str(headers.get("Content-Encoding") or "").lower().replace(" ", "")
    codings = [each for each in named.split(",") if each not in {"", "identity"}]
    if not body or not codings:
        return body
    if len(codings) > 1 or codings[0] not in {"gzip", "x-gzip", "deflate"}:
        raise AnswerError("answers in a coding that was not asked for")
    for form in (47, -15):  # gzip or zlib, by header; or raw deflate, as some servers send
        unpacking = zlib.decompressobj(form)
        try:
            data = unpacking.decompress(body, LARGEST + 1)
        except zlib.error:
            continue
        if len(data) > LARGEST:
            raise _too_large()
        if unpacking.eof:
            return data
    raise AnswerError("broke off its answer")


def _too_large() -> AnswerError:
    return AnswerError(f"gives an answer of more than {LARGEST >> 20} MB")


def trouble(error: OSError) -> str:
    """What went wrong with a request, to complete the sentence `the server ...`."""
    if isinstance(error, AnswerError):
        return str(error)
    if isinstance(error, SSLError):
        return "has a certificate that can't be trusted"
    if isinstance(error, TooManyRedirects):
        return "sends from one address to the next, without end"
    if isinstance(error, Timeout):
        return "doesn't answer in time"
    if isinstance(error, NotReachedError):
        return "can't be reached"
    return "broke off its answer"
