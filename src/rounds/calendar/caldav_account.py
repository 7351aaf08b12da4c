"""A user's calendars on a server: the login, finding them (RFC 6764), making one, and errors of requests in words.

It uses the caldav library. No error contains the password.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING, NamedTuple, Self, cast
from urllib.parse import urljoin, urlsplit

from rounds.errors import RoundsError

if TYPE_CHECKING:
    from caldav.davclient import DAVClient
    from lxml.etree import _Element
    from niquests import Response

    from rounds.web_requests import WebSession

_DAV, _CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_HOME = f"{_CALDAV}calendar-home-set"
_SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
_PROPFIND = f'<?xml version="1.0" encoding="utf-8"?><D:propfind {_SPACES}><D:prop>{{}}</D:prop></D:propfind>'
_WHO = "<D:current-user-principal/><C:calendar-home-set/>"
_WHAT = "<D:resourcetype/><D:displayname/><C:supported-calendar-component-set/><D:current-user-privilege-set/>"
_MAKE = (
    f'<?xml version="1.0" encoding="utf-8"?><C:mkcalendar {_SPACES}><D:set><D:prop><D:displayname>{{}}</D:displayname>'
    '<C:supported-calendar-component-set><C:comp name="{}"/></C:supported-calendar-component-set>'
    "</D:prop></D:set></C:mkcalendar>"
)
_TIMEOUT = 30
"""Seconds to wait for a server's answer."""

_MOST = 100
"""Maximum number of a user's calendars to list."""

_MOVED = (
    "If the calendar has moved, put its new address into config.toml, as the start of url. "
    "Or does this network ask for a login first?"
)
KEPT = "Published items and your notes are unchanged."


class ServerCalendar(NamedTuple):
    """A calendar on a server.

    Attributes:
        holds: supported components: VEVENT, VTODO; empty if the server doesn't say.
    """

    name: str
    url: str
    holds: frozenset[str]


def calendars(url: str, user: str, password: str) -> list[ServerCalendar]:
    """A user's calendars that can be written to, found from the server's address (RFC 6764 6, without its DNS lookups).

    Raises:
        RoundsError: the request fails, or the server has none.
    """
    with errors_for(host_of(url), user), _Account(url, user, password) as account:
        return account.calendars()[:_MOST]


@contextmanager
def new_calendar(url: str, user: str, password: str, title: str, *, tasks: bool) -> Iterator[str]:
    """Make a calendar for a user (RFC 4791 5.3.1), whose address is given; it's removed again if the block fails.

    Raises:
        RoundsError: the server refuses, or made one that doesn't take tasks or events. Then nothing new is there.
    """
    with _Account(url, user, password) as account:
        with errors_for(account.host, user):
            made = account.make(title, "VTODO" if tasks else "VEVENT")
        try:
            yield made
        except BaseException:  # Ctrl-C too
            account.remove(made)
            raise


class _Found(NamedTuple):
    """A resource in a server's answer: its address, and the XML of its properties by name."""

    url: str
    props: "Mapping[str, _Element]"

    def hrefs(self, name: str) -> list[str]:
        """Addresses in a property."""
        if name not in self.props:
            return []
        return [urljoin(self.url, each.text.strip()) for each in self.props[name].iter(f"{_DAV}href") if each.text]

    def names(self, name: str) -> set[str]:
        """Names of the elements in a property."""
        return {str(each.tag) for each in self.props[name].iter()} if name in self.props else set()

    @property
    def name(self) -> str:
        found = self.props.get(f"{_DAV}displayname")
        return (found.text if found is not None else "") or self.url

    @property
    def is_calendar(self) -> bool:
        return f"{_CALDAV}calendar" in self.names(f"{_DAV}resourcetype")

    @property
    def is_read_only(self) -> bool:
        """Whether the server says what the user may do (RFC 3744), and writing isn't part of it."""
        may = self.names(f"{_DAV}current-user-privilege-set")
        return bool(may) and may.isdisjoint({f"{_DAV}{name}" for name in ("all", "write", "write-content", "bind")})

    @property
    def holds(self) -> frozenset[str]:
        found = self.props.get(f"{_CALDAV}supported-calendar-component-set")
        return frozenset() if found is None else frozenset(str(each.get("name")) for each in found if each.get("name"))


class _Account:
    """A user's account on a server, as a context manager."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self.host = host_of(url)
        self.user = user
        self._client = dav_client(url, user, password, searching=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def calendars(self) -> list[ServerCalendar]:
        from rounds.web_requests import is_home

        found = [each for home in self._homes() for each in self._ask(home, _WHAT, depth=1)]
        return [
            ServerCalendar(each.name, each.url, each.holds)
            for each in found
            if each.is_calendar and not each.is_read_only and is_home(self.url, each.url)
        ]

    def make(self, title: str, component: str) -> str:
        from xml.sax.saxutils import escape

        kind, what = ("task list", "tasks") if component == "VTODO" else ("calendar", "events")
        hint = f"Make a {kind} called {title} in the server's own app, and choose it here."
        url = f"{self._homes()[0].rstrip('/')}/rounds-{token_hex(4)}/"
        answer = self._request(url, "MKCALENDAR", _MAKE.format(escape(title), component))
        if answer.status_code not in (200, 201, 204):
            raise RoundsError(f"{self.host} doesn't let other programs make a {kind}", hint=hint)
        holds = next((each.holds for each in self._ask(url, _WHAT) if each.holds), {component})
        if component not in holds:
            self.remove(url)
            raise RoundsError(f"calendars made on {self.host} don't take {what}", hint=hint)
        return url

    def remove(self, url: str) -> None:
        answer = self._request(url, "DELETE")
        if answer.status_code not in (200, 204, 404):
            raise RoundsError(
                f"{self.host} doesn't remove {url}, a calendar made just now that can't be used",
                hint="Remove it in the server's own app.",
            )

    def _homes(self) -> list[str]:
        """The collections with a user's calendars: by the well-known address, the principal, or the address itself."""
        known = urljoin(self.url, "/.well-known/caldav")
        starts = (known, self.url) if urlsplit(self.url).path in {"", "/"} else (self.url, known)
        errors: list[RoundsError] = []
        for start in starts:
            try:
                found = self._ask(start, _WHO)
                principals = [url for each in found for url in each.hrefs(f"{_DAV}current-user-principal")]
                if not any(each.hrefs(_HOME) for each in found) and principals:
                    found = self._ask(principals[0], _WHO)
                if homes := [url for each in found for url in each.hrefs(_HOME)]:
                    return homes
            except _NotHereError as error:
                errors.append(error)
        raise errors[-1] if errors else _NotHereError(self.url)

    def _ask(self, url: str, props: str, depth: int = 0) -> list[_Found]:
        """What a PROPFIND finds at an address.

        Raises:
            _NotHereError: the address answers something else.
        """
        answer = self._request(url, "PROPFIND", _PROPFIND.format(props), {"Depth": str(depth)})
        tree = _parsed(answer.content or b"") if answer.status_code == 207 else None
        if tree is None:
            raise _NotHereError(url)
        base, found = str(answer.url), []
        for each in tree.iter(f"{_DAV}response"):
            good = (part for part in each.iter(f"{_DAV}propstat") if " 200" in (part.findtext(f"{_DAV}status") or ""))
            props_there = {str(prop.tag): prop for part in good for prop in part.iterfind(f"{_DAV}prop/*")}
            found.append(_Found(urljoin(base, (each.findtext(f"{_DAV}href") or "").strip()), props_there))
        return found

    def _request(self, url: str, method: str, body: str = "", headers: Mapping[str, str] | None = None) -> "Response":
        return asked(self._client, self.user, url, method, body=body, headers=headers)


class _NotHereError(RoundsError):
    """There is no calendar account at an address."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"{url} doesn't answer as a calendar server does", hint="Look for the address for CalDAV in its help pages."
        )


def _parsed(body: bytes) -> "_Element | None":
    """The root of an XML answer, with nothing fetched for it; None if it isn't one."""
    from lxml import etree

    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        return None


def dav_client(url: str, user: str, password: str, *, searching: bool = False) -> "DAVClient":
    """A client of the caldav library, with our session for its requests.

    Args:
        searching: whether the address is only being found out; see `web_requests.session`.
    """
    import logging

    from caldav.davclient import DAVClient

    from rounds.web_requests import session

    logging.getLogger("caldav").disabled = True  # we report errors in answers ourselves
    name, word = user or None, password or None
    client = DAVClient(url, username=name, password=word, timeout=_TIMEOUT, enable_rfc6764=False)
    client.session.close()
    client.session = session(url, searching=searching)
    return client


def asked(
    client: "DAVClient", user: str, url: str, method: str, *, body: str = "", headers: Mapping[str, str] | None = None
) -> "Response":
    """The answer to a request. Its status counts, whatever it is: the library also fails on an odd body.

    Raises:
        RoundsError: the server can't be reached, or the password isn't accepted.
    """
    from caldav.lib.error import AuthorizationError
    from lxml.etree import XMLSyntaxError

    with errors_for(host_of(url), user):
        try:
            client.request(url, method, body, headers or {})
        except AuthorizationError as error:
            if error.status != 403:
                raise
        except XMLSyntaxError:
            pass
        return cast("WebSession", client.session).last


def host_of(url: str) -> str:
    """The host in an address."""
    return urlsplit(url).hostname or url


@contextmanager
def errors_for(host: str, user: str) -> Iterator[None]:
    """Turn the errors of a request into RoundsError."""
    from caldav.lib.error import AuthorizationError, RateLimitError

    try:
        yield
    except AuthorizationError as error:
        if error.status == 403:
            raise RoundsError(
                f"{host} doesn't allow {user or 'this'} to do that",
                hint="Does the calendar belong to another account, or is it shared for reading only?",
            ) from error
        who = f"the password of {user}" if user else "requests without a password"
        raise RoundsError(
            f"{host} doesn't accept {who}",
            hint="Most calendars want a password made for one app. To enter it: rounds feed setup",
        ) from error
    except RateLimitError as error:
        raise RoundsError(f"{host} asks to wait", hint=f"Try again in some minutes. {KEPT}") from error
    except OSError as error:  # every error of niquests is one
        from rounds.web_requests import MovedError, trouble

        hint = _MOVED if isinstance(error, MovedError) else "Try again later."
        raise RoundsError(f"{host} {trouble(error)}", hint=f"{hint} {KEPT}") from error
    except RoundsError:
        raise
    except Exception as error:  # libraries raise all kinds of errors for invalid answers
        raise RoundsError(f"the answer of {host} can't be understood", hint=KEPT) from error
