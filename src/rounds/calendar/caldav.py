"""Calendars on a server: a CalDAV collection (RFC 4791), or a single file by WebDAV (RFC 4918).

It uses the caldav library. Failures become errors with a hint; no error contains the password.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Self, cast
from urllib.parse import quote, unquote, urlsplit

from rounds.domain.publish_diff import is_strong
from rounds.errors import ChangedMeanwhileError, RoundsError

if TYPE_CHECKING:
    from caldav.collection import Calendar
    from caldav.davclient import DAVClient
    from caldav.response import DAVResponse

TYPE = "text/calendar; charset=utf-8"
_TIMEOUT = 30
"""Seconds to wait for a server's answer."""

_MOST = 100
"""Maximum number of a user's calendars to list."""

_CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
_START = 300
"""Characters of an answer that show what it is."""

_NO_ROOM = (413, 507)
_MOVED = (
    "If the calendar has moved, put its new address into config.toml, as the start of url. "
    "Or does this network ask for a login first?"
)
_KEPT = "Published items and your notes are unchanged."


class ServerCalendar(NamedTuple):
    """A calendar on a server.

    Attributes:
        holds: supported components: VEVENT, VTODO.
    """

    name: str
    url: str
    holds: frozenset[str]


def calendars(url: str, user: str, password: str) -> list[ServerCalendar]:
    """A user's calendars, found from the server's address (RFC 6764, without its DNS lookups).

    Raises:
        RoundsError: the request fails, or the server has none.
    """
    with _errors_for(_host(url), user), _client(url, user, password, searching=True) as client:
        return [
            ServerCalendar(
                str(each.get_display_name() or each.url),
                str(each.url),
                frozenset(cast("list[str]", each.get_supported_components())),
            )
            for each in client.get_calendars()[:_MOST]  # each is asked for its name
        ]


def make_calendar(url: str, user: str, password: str, title: str, *, tasks: bool) -> str:
    """Make a calendar for a user (RFC 4791 5.3.1).

    Returns:
        Its address.

    Raises:
        RoundsError: the server refuses.
    """
    with _errors_for(_host(url), user), _client(url, user, password, searching=True) as client:
        kinds = ["VTODO" if tasks else "VEVENT"]
        made = client.get_principal().make_calendar(name=title, supported_calendar_component_set=kinds)
        return str(cast("Calendar", made).url)  # the client is not the asynchronous one


def _client(url: str, user: str, password: str, *, searching: bool = False) -> "DAVClient":
    import logging

    from caldav.davclient import DAVClient

    from rounds.web_requests import session

    logging.getLogger("caldav").disabled = True  # we report errors in answers ourselves
    name, word = user or None, password or None
    client = DAVClient(url, username=name, password=word, timeout=_TIMEOUT, enable_rfc6764=False)
    client.session.close()
    client.session = session(url, searching=searching)
    return client


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


class Collection:
    """A collection of calendar objects on a server, as a context manager.

    Args:
        url: of the collection.
        user, password: empty for none.
    """

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        self.url = url.rstrip("/") + "/"
        self.host = _host(url)
        self.user = user
        self._client = _client(self.url, user, password)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def tags(self) -> dict[str, str]:
        """The ETag of each object, by the last part of its address.

        Raises:
            RoundsError: there is no such collection, or the request fails.
        """
        from caldav.response import PropfindResult

        with _errors_for(self.host, self.user):
            answer = self._client.propfind(self.url, ["getetag", "resourcetype"], depth=1)
            if answer.status != 207 or (not answer.results and _is_page(answer)):
                self._refused(answer)
            found = {
                unquote(each.href).rstrip("/"): each.properties
                for each in answer.results or ()
                if isinstance(each, PropfindResult) and each.href
            }
        own = self._own(found)
        return {
            href.rpartition("/")[2]: _plain(str(properties.get("{DAV:}getetag") or ""))
            for href, properties in found.items()
            if href != own
        }

    def _own(self, found: Mapping[str, Mapping[str, object]]) -> str:
        """The path of the collection in its list: after a redirect, or behind a proxy, it's another one.

        Raises:
            RoundsError: it isn't there, so that an empty list doesn't mean an empty calendar.
        """
        path = unquote(urlsplit(self.url).path.rstrip("/"))
        if path in found:
            return path
        kinds = {href: properties.get("{DAV:}resourcetype") or () for href, properties in found.items()}
        for href in (href for href, kind in kinds.items() if isinstance(kind, list) and _CALENDAR in kind):
            if all(other.startswith(href) for other in found):
                return href
        raise RoundsError(f"{self.host} doesn't list what is in the calendar {self.url}", hint=_KEPT)

    def get(self, name: str) -> tuple[str, bytes] | None:
        """The ETag of an object and its bytes; None if there is no such object."""
        with _errors_for(self.host, self.user):
            answer = self._client.request(self._address(name), "GET")
            if answer.status in (404, 410):
                return None
            if answer.status != 200 or _is_page(answer):
                self._refused(answer)
            return _tag(answer), str(answer.raw).encode("utf-8", "surrogateescape")

    def put(self, name: str, data: bytes, tag: str | None) -> str:
        """Write an object.

        Args:
            tag: ETag of the object to replace; None for a new one. If it's empty or weak, anything is replaced: then
                read it just before.

        Returns:
            Its new ETag; empty if the server sends none.

        Raises:
            ChangedMeanwhileError: another program has changed it, or made it.
            RoundsError: the server did not take it.
        """
        condition = {"If-None-Match": "*"} if tag is None else _unchanged(tag)
        with _errors_for(self.host, self.user):
            answer = self._client.put(self._address(name), data.decode(), {"Content-Type": TYPE, **condition})
            if not _is_success(answer):
                self._refused(answer)
            return _tag(answer)

    def delete(self, name: str, tag: str) -> None:
        """Delete an object; one that is gone already is deleted.

        Raises:
            ChangedMeanwhileError: another program has changed it.
            RoundsError: the server refused.
        """
        with _errors_for(self.host, self.user):
            answer = self._client.delete(self._address(name), _unchanged(tag))
            if not _is_success(answer) and answer.status not in (202, 404, 410):
                self._refused(answer)

    def _address(self, name: str) -> str:
        return self.url + quote(name)

    def _refused(self, answer: "DAVResponse") -> NoReturn:
        """Raise the error for an unusable answer."""
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
def _errors_for(host: str, user: str) -> Iterator[None]:
    """Turn the errors of a request into RoundsError."""
    from caldav.lib.error import AuthorizationError, RateLimitError

    try:
        yield
    except AuthorizationError as error:
        who = f"the password of {user}" if user else "requests without a password"
        raise RoundsError(
            f"{host} doesn't accept {who}",
            hint="Most calendars want a password made for one app. To enter it: rounds feed setup",
        ) from error
    except RateLimitError as error:
        raise RoundsError(f"{host} asks to wait", hint=f"Try again in some minutes. {_KEPT}") from error
    except OSError as error:  # every error of niquests is one
        from rounds.web_requests import trouble

        hint = _MOVED if _is_moved(error) else "Try again later."
        raise RoundsError(f"{host} {trouble(error)}", hint=f"{hint} {_KEPT}") from error
    except RoundsError:
        raise
    except Exception as error:  # libraries raise all kinds of errors for invalid answers
        raise RoundsError(f"the answer of {host} can't be understood", hint=_KEPT) from error


def _is_moved(error: OSError) -> bool:
    from rounds.web_requests import MovedError

    return isinstance(error, MovedError)


def _unchanged(tag: str) -> dict[str, str]:
    """If-Match header for an unchanged object; none for a weak ETag, which never matches (RFC 9110 13.1.1)."""
    return {"If-Match": tag} if is_strong(tag) else {}


def _plain(tag: str) -> str:
    """An ETag that can be sent back; empty if it isn't printable ASCII."""
    return tag if tag.isascii() and tag.isprintable() else ""


def _is_success(answer: "DAVResponse") -> bool:
    """Whether a change was made (RFC 9110 9.3.4). Only a 200 may be a login; the others often have a wrong type."""
    return answer.status in (201, 204) or (answer.status == 200 and not _is_page(answer))


def _is_page(answer: "DAVResponse") -> bool:
    """Whether an answer is a web page, such as a login. Many servers give calendars and empty bodies this type too."""
    start = str(answer.raw)[:_START].strip()
    ours = not start or start.startswith("BEGIN:") or "multistatus" in start
    return not ours and "html" in str(answer.headers.get("Content-Type", ""))


def _tag(answer: "DAVResponse") -> str:
    headers: Mapping[str, str] = answer.headers
    return _plain(headers.get("ETag", ""))
