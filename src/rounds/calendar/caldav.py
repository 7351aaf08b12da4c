"""Objects of a calendar on a server: a CalDAV collection (RFC 4791), or a single file by WebDAV (RFC 4918).

It uses the caldav library. Failures become errors with a hint; no error contains the password.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NoReturn, Self, cast
from urllib.parse import quote, unquote, urlsplit

from rounds.calendar.caldav_account import KEPT, asked, dav_client, errors_for, host_of
from rounds.domain.publish_diff import is_strong
from rounds.errors import ChangedMeanwhileError, RoundsError

if TYPE_CHECKING:
    from niquests import Response

    from rounds.web_requests import WebSession

TYPE = "text/calendar; charset=utf-8"
_CALENDAR = "{urn:ietf:params:xml:ns:caldav}calendar"
_START = 300
"""Characters of an answer that show what it is."""

_AWAY = (502, 503, 504)
"""Statuses of a server, or of the one in front of it, that can't answer at the moment."""

_STATUSES = {
    403: "your account isn't allowed to change it",
    413: "it's too large for that server",
    415: "that calendar doesn't take it",
    423: "another program has locked it",
    507: "there is no room left",
}
_CONDITIONS = {
    "supported-calendar-component": "that calendar doesn't take this kind: tasks and events are often kept apart",
    "no-uid-conflict": "it's already there under another name",
    "max-resource-size": "it's too large for that server",
    "quota-not-exceeded": "there is no room left",
    "sufficient-disk-space": "there is no room left",
}
"""Reasons in words, by status and by the name of the condition."""

_OURS = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="{}"><C:prop-filter name="UID">
<C:text-match collation="i;ascii-casemap">@rounds</C:text-match>
</C:prop-filter></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""
"""Asks for our objects (RFC 4791 7.8.6): each uid ends in @rounds, as `domain.feed.event_uid` makes it."""

_UIDS = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data>
<C:comp name="VCALENDAR"><C:comp name="{0}"><C:prop name="UID"/></C:comp></C:comp></C:calendar-data></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="{0}"/></C:comp-filter></C:filter></C:calendar-query>"""
"""Asks for the uids of all objects; a server may send the whole objects (RFC 4791 9.6)."""

_FOLD = re.compile(r"\r?\n[ \t]")


class RefusedError(RoundsError):
    """A server doesn't take or give one object; it may do so with others.

    Attributes:
        why: the reason, as a clause.
    """

    def __init__(self, host: str, why: str) -> None:
        super().__init__(f"{host} refused it: {why}", hint=KEPT)
        self.why = why


class Collection:
    """A collection of calendar objects on a server, as a context manager.

    Args:
        url: of the collection.
        user, password: empty for none.
    """

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        self.url = url.rstrip("/") + "/"
        self.host = host_of(url)
        self.user = user
        self._client = dav_client(self.url, user, password)

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

        with errors_for(self.host, self.user):
            answer = self._client.propfind(self.url, ["getetag", "resourcetype"], depth=1)
            last = cast("WebSession", self._client.session).last
            if answer.status != 207 or (not answer.results and _is_page(last)):
                self._unusable(last)
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
        raise RoundsError(f"{self.host} doesn't list what is in the calendar {self.url}", hint=KEPT)

    def find(self, component: str) -> dict[str, str]:
        """Names of our objects by uid, whatever they are called; empty if the server doesn't answer such questions.

        Args:
            component: VEVENT or VTODO.
        """
        return {uid: name for name, uid in self._named(_OURS.format(component))}

    def uids(self, component: str) -> set[str]:
        """The uids of all objects; empty if the server doesn't answer such questions.

        Args:
            component: VEVENT or VTODO.
        """
        return {uid for _, uid in self._named(_UIDS.format(component))}

    def _named(self, query: str) -> Iterator[tuple[str, str]]:
        """Name and uid of each object that a query finds."""
        from caldav.lib.error import AuthorizationError

        with errors_for(self.host, self.user):
            try:
                answer = self._client.report(self.url, query, 1)
                found = answer.parse_calendar_query() if answer.status == 207 else []
            except AuthorizationError:
                return
        for each in found:
            for line in _FOLD.sub("", each.calendar_data or "").splitlines():
                if line.startswith("UID:"):
                    yield unquote(each.href).rstrip("/").rpartition("/")[2], line.removeprefix("UID:").strip()

    def get(self, name: str) -> tuple[str, bytes] | None:
        """The ETag of an object and its bytes; None if there is no such object.

        Raises:
            RefusedError: the server doesn't give it.
        """
        answer = self._ask("GET", name)
        if answer.status_code in (404, 410):
            return None
        if answer.status_code != 200 or _is_page(answer):
            self._refused(answer)
        return _tag(answer), answer.content or b""

    def put(self, name: str, data: bytes, tag: str | None) -> str:
        """Write an object.

        Args:
            tag: ETag of the object to replace; None for a new one. If it's empty or weak, anything is replaced: then
                read it just before.

        Returns:
            Its new ETag; empty if the server sends none.

        Raises:
            ChangedMeanwhileError: another program has changed it, or made it.
            RefusedError: the server didn't take it.
        """
        condition = {"If-None-Match": "*"} if tag is None else _unchanged(tag)
        answer = self._ask("PUT", name, data.decode(), {"Content-Type": TYPE, **condition})
        if not _is_success(answer):
            self._refused(answer)
        return _tag(answer)

    def delete(self, name: str, tag: str) -> None:
        """Delete an object; one that is gone already is deleted.

        Raises:
            ChangedMeanwhileError: another program has changed it; sabre/dav says so too of one that is gone.
            RefusedError: the server refused.
        """
        answer = self._ask("DELETE", name, "", _unchanged(tag))
        if not _is_success(answer) and answer.status_code not in (202, 404, 410):
            self._refused(answer)

    def _ask(self, method: str, name: str, body: str = "", headers: Mapping[str, str] | None = None) -> "Response":
        return asked(self._client, self.user, self.url + quote(name), method, body=body, headers=headers)

    def _refused(self, answer: "Response") -> NoReturn:
        """Raise the error for an unusable answer about one object."""
        from caldav.lib.error import parse_preconditions

        status = answer.status_code or 0
        if status == 412:
            raise ChangedMeanwhileError(f"{self.host} has another version meanwhile", hint=KEPT)
        if status in _AWAY or status == 200 or 300 <= status < 400:
            self._unusable(answer)
        raise RefusedError(self.host, _why(status, answer.reason or "", parse_preconditions(answer.content)))

    def _unusable(self, answer: "Response") -> NoReturn:
        """Raise the error for an answer after which there is no use in asking for more."""
        status = answer.status_code or 0
        if status == 404:
            raise RoundsError(
                f"there is no calendar at {self.url}", hint="Make it there, or set it up: rounds feed setup"
            )
        if _is_page(answer) or status in (200, 405, 501) or 300 <= status < 400:
            raise RoundsError(
                f"{self.url} answers like a web page, not like a calendar",
                hint="Is it the address for CalDAV? Does this network ask for a login first?",
            )
        raise RoundsError(
            f"{self.host} answers {status} {answer.reason or ''}".rstrip(), hint=f"Try again later. {KEPT}"
        )


def _why(status: int, reason: str, preconditions: Iterable[str]) -> str:
    """Why an object was refused: by the condition that the server names (RFC 4791 5.3.2.1), or by its status."""
    names = (each.rpartition("}")[2] for each in preconditions)
    return next((_CONDITIONS[each] for each in names if each in _CONDITIONS), "") or (
        _STATUSES.get(status) or f"{status} {reason}".strip()
    )


def _unchanged(tag: str) -> dict[str, str]:
    """If-Match header for an unchanged object; none for a weak ETag, which never matches (RFC 9110 13.1.1)."""
    return {"If-Match": tag} if is_strong(tag) else {}


def _plain(tag: str) -> str:
    """An ETag that can be sent back; empty if it isn't printable ASCII."""
    return tag if tag.isascii() and tag.isprintable() else ""


def _is_success(answer: "Response") -> bool:
    """Whether a change was made (RFC 9110 9.3.4). Only a 200 may be a login; the others often have a wrong type."""
    return answer.status_code in (201, 204) or (answer.status_code == 200 and not _is_page(answer))


def _is_page(answer: "Response") -> bool:
    """Whether an answer is a web page, such as a login. Many servers give calendars and empty bodies this type too."""
    start = (answer.content or b"")[:_START].strip()
    ours = not start or start.startswith(b"BEGIN:") or b"multistatus" in start
    return not ours and "html" in str(answer.headers.get("Content-Type", ""))


def _tag(answer: "Response") -> str:
    return _plain(str(answer.headers.get("ETag") or ""))
