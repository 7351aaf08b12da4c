"""Calendars on a server: a CalDAV collection (RFC 4791), or a single file by WebDAV (RFC 4918).

The caldav library speaks to the server. What goes wrong becomes an error that says what to do; the password is in none.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self
from urllib.parse import quote, unquote, urlsplit

from rounds.errors import ChangedMeanwhileError, RoundsError

if TYPE_CHECKING:
    from caldav.response import DAVResponse

TYPE = "text/calendar; charset=utf-8"
_PATIENCE = 30
"""Seconds that a server is given for an answer."""

_NO_ROOM = (413, 507)
_KEPT = "What was published before is as it was, and nothing of your notes has changed."


class Collection:
    """A collection of calendar objects on a server, as a context manager.

    Args:
        url: of the collection.
        user, password: empty for none.
    """

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        from caldav.davclient import DAVClient

        self.url = url.rstrip("/") + "/"
        self.host = urlsplit(url).hostname or url
        self.user = user
        with self._asking():
            self._client = DAVClient(
                self.url, username=user or None, password=password or None, timeout=_PATIENCE, enable_rfc6764=False
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def tags(self) -> dict[str, str]:
        """The ETag of each object, by the last part of its address.

        Raises:
            RoundsError: there is no such collection, or its server can't be asked.
        """
        from caldav.response import PropfindResult

        with self._asking():
            answer = self._client.propfind(self.url, ["getetag", "resourcetype"], depth=1)
            if answer.status != 207 or _is_page(answer):
                self._refused(answer)
            path = urlsplit(self.url).path.rstrip("/")
            found = {
                unquote(each.href).rstrip("/"): each.properties
                for each in answer.results or ()
                if isinstance(each, PropfindResult)
            }
        if unquote(path) not in found:
            raise RoundsError(f"{self.host} does not tell what is in the calendar {self.url}", hint=_KEPT)
        return {
            href.rpartition("/")[2]: str(properties.get("{DAV:}getetag") or "")
            for href, properties in found.items()
            if href != unquote(path)
        }

    def get(self, name: str) -> tuple[str, bytes] | None:
        """The ETag of an object and its bytes; None where there is none."""
        with self._asking():
            answer = self._client.request(self._address(name), "GET")
            if answer.status in (404, 410):
                return None
            if answer.status != 200:
                self._refused(answer)
            return _tag(answer), str(answer.raw).encode("utf-8", "surrogateescape")

    def put(self, name: str, data: bytes, tag: str | None) -> str:
        """Write an object.

        Args:
            tag: ETag of what it replaces; None for a new one.

        Returns:
            Its new ETag; empty where the server does not tell.

        Raises:
            ChangedMeanwhileError: another program has changed it, or made it.
            RoundsError: the server did not take it.
        """
        condition = {"If-None-Match": "*"} if tag is None else {"If-Match": tag} if tag else {}
        with self._asking():
            answer = self._client.put(self._address(name), data.decode(), {"Content-Type": TYPE, **condition})
            if answer.status not in (200, 201, 204) or _is_page(answer):
                self._refused(answer)
            return _tag(answer)

    def delete(self, name: str, tag: str) -> None:
        """Delete an object; one that is gone already is deleted.

        Raises:
            ChangedMeanwhileError: another program has changed it.
            RoundsError: the server refused.
        """
        with self._asking():
            answer = self._client.delete(self._address(name), {"If-Match": tag} if tag else {})
            if answer.status not in (200, 202, 204, 404, 410):
                self._refused(answer)

    def make(self, title: str, *, tasks: bool) -> None:
        """Make the collection (RFC 4791 5.3.1)."""
        from xml.sax.saxutils import escape

        kind = "VTODO" if tasks else "VEVENT"
        body = (
            '<?xml version="1.0" encoding="utf-8"?>'
            '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
            f"<D:displayname>{escape(title)}</D:displayname><C:supported-calendar-component-set>"
            f'<C:comp name="{kind}"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>'
        )
        with self._asking():
            answer = self._client.mkcalendar(self.url, body)
            if answer.status != 201:
                self._refused(answer)

    def _address(self, name: str) -> str:
        return self.url + quote(name)

    def _refused(self, answer: "DAVResponse") -> NoReturn:
        """Say why an answer is none."""
        status = answer.status
        if status == 412:
            raise ChangedMeanwhileError(f"{self.host} has another version meanwhile", hint=_KEPT)
        if status in _NO_ROOM:
            raise RoundsError(f"{self.host} has no room left for the calendar", hint=f"Make some there. {_KEPT}")
        if status == 404:
            raise RoundsError(
                f"there is no calendar at {self.url}", hint="Make it there, or set it up: rounds feed setup"
            )
        if _is_page(answer) or status in (200, 405, 501) or 300 <= status < 400:
            raise RoundsError(
                f"{self.url} answers like a web page, not like a calendar",
                hint="Is it the address for CalDAV? Does this network ask for a login first?",
            )
        raise RoundsError(f"{self.host} answers {status} {answer.reason}", hint=f"Try again later. {_KEPT}")

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """What goes wrong on the way becomes an error of ours."""
        from caldav.lib.error import AuthorizationError, DAVError, RateLimitError
        from lxml.etree import LxmlError

        try:
            yield
        except AuthorizationError as error:
            who = f"the password of {self.user}" if self.user else "requests without a password"
            raise RoundsError(
                f"{self.host} does not take {who}",
                hint="Most calendars want a password made for one app. To enter it: rounds feed setup",
            ) from error
        except RateLimitError as error:
            raise RoundsError(f"{self.host} asks to wait", hint=f"Try again in some minutes. {_KEPT}") from error
        except OSError as error:  # every error of niquests is one
            raise RoundsError(f"{self.host} {_trouble(error)}", hint=f"Try again later. {_KEPT}") from error
        except (DAVError, LxmlError, ValueError) as error:
            raise RoundsError(f"the answer of {self.host} can't be understood", hint=_KEPT) from error


def _trouble(error: OSError) -> str:
    from niquests.exceptions import ConnectionError as NotReachedError
    from niquests.exceptions import SSLError, Timeout, TooManyRedirects

    if isinstance(error, SSLError):
        return "has a certificate that can't be trusted"
    if isinstance(error, TooManyRedirects):
        return "sends from one address to the next, without end"
    if isinstance(error, Timeout):
        return "does not answer in time"
    if isinstance(error, NotReachedError):
        return "can't be reached"
    return "broke off its answer"


def _is_page(answer: "DAVResponse") -> bool:
    return "html" in str(answer.headers.get("Content-Type", ""))


def _tag(answer: "DAVResponse") -> str:
    headers: Mapping[str, str] = answer.headers
    return headers.get("ETag", "")
