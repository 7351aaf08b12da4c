"""The answers of sabre/dav 4.7.1, as recorded on 1 December 2026, and a line that gives Radicale's the same form.

`PYTHONPATH=src:tests python -m calendars.sabre URL` records them anew from a server on this machine, with user and password in
the URL, whose calendar is empty.
"""

import base64
import gzip
import http.client
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from calendars.line import Answer, Request

RECORD = Path(__file__).with_name("sabre-4.7.1.json")
_KEPT = ("content-type", "etag")
"""Headers that count."""

_TASK = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:1@rounds\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:{}\r\n"
    "END:VTODO\r\nEND:VCALENDAR\r\n"
)
_LIST = '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>'
_QUERY = (
    '<?xml version="1.0"?><C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/>'
    '<C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VTODO"/></C:comp-filter>'
    "</C:filter></C:calendar-query>"
)


class Asked(NamedTuple):
    """A request; the tag FIRST stands for that of the first version, NOW for that of the newest one."""

    method: str
    name: str = ""
    tag: str = ""
    words: str = ""


FIRST, NOW, NONE = "FIRST", "NOW", "NONE"
CYCLE = (
    Asked("PROPFIND"), Asked("GET", "one.ics"), Asked("PUT", "one.ics", NONE, "Milk"), Asked("PUT", "one.ics", NONE, "Tea"),
    Asked("PROPFIND"), Asked("GET", "one.ics"), Asked("PUT", "one.ics", FIRST, "Bread"), Asked("PUT", "one.ics", FIRST, "Tea"),
    Asked("REPORT"), Asked("DELETE", "one.ics", FIRST), Asked("DELETE", "one.ics", NOW), Asked("DELETE", "one.ics", NOW),
    Asked("DELETE", "one.ics"), Asked("PUT", "one.ics", NOW, "Tea"),
)  # fmt: skip


class Given(NamedTuple):
    """An answer, with ETAG, PATH and HOST in place of what differs from run to run."""

    status: int
    headers: dict[str, str]
    body: str


def ask_all(url: str, user: str, password: str) -> list[Given]:
    """The answers to each request of the cycle."""
    where, given, tags = urlsplit(url), list[Given](), dict[str, str]()
    login = base64.b64encode(f"{user}:{password}".encode()).decode()
    for asked in CYCLE:
        headers = {"Authorization": f"Basic {login}", "Content-Type": "text/calendar; charset=utf-8"}
        if asked.tag:
            headers |= {"If-None-Match": "*"} if asked.tag == NONE else {"If-Match": tags[asked.tag]}
        body = {"PROPFIND": _LIST, "REPORT": _QUERY, "PUT": _TASK.format(asked.words)}.get(asked.method, "")
        if asked.method in {"PROPFIND", "REPORT"}:
            headers |= {"Depth": "1", "Content-Type": "application/xml"}
        assert where.hostname is not None
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        connection.request(asked.method, where.path + asked.name, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        found = {name.lower(): value for name, value in answer.getheaders() if name.lower() in _KEPT}
        if asked.method == "PUT" and answer.status in {201, 204}:
            tags[NOW] = found["etag"]
            tags.setdefault(FIRST, found["etag"])
        given.append(_plain(Given(answer.status, found, text), where.path))
    return given


def _plain(given: Given, path: str) -> Given:
    """Without tags and places, and XML without its own spaces and the names of its prefixes."""
    body = re.sub(r"(&quot;|\")[0-9a-f]{32,}(&quot;|\")", "ETAG", given.body).replace(path, "PATH/")
    headers = {name: "ETAG" if name == "etag" else value for name, value in given.headers.items()}
    return Given(given.status, headers, body)


# Its form -------------------------------------------------------------------------------------------------------------

_XML = {"Content-Type": "application/xml; charset=utf-8"}
_SPACES = (
    'xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns" xmlns:cal="urn:ietf:params:xml:ns:caldav" '
    'xmlns:cs="http://calendarserver.org/ns/"'
)
_OWN = (
    "<d:response><d:href>{}</d:href><d:propstat><d:prop><d:resourcetype><d:collection/><cal:calendar/><cs:shared-owner/>"
    "</d:resourcetype></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat><d:propstat><d:prop><d:getetag/></d:prop>"
    "<d:status>HTTP/1.1 404 Not Found</d:status></d:propstat></d:response>"
)
_EACH = (
    "<d:response><d:href>{}</d:href><d:propstat><d:prop><d:getetag>{}</d:getetag>{}</d:prop>"
    "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
)
_ERROR = """<?xml version="1.0" encoding="utf-8"?>
<d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">
  <s:sabredav-version>4.7.1</s:sabredav-version>
  <s:exception>Sabre\\DAV\\Exception\\{}</s:exception>
  <s:message>{}</s:message>
</d:error>
"""


def as_sabre(request: Request, ask: Callable[[], Answer]) -> Answer:
    """For a line to Radicale: its answers in the form of sabre/dav."""
    answer = ask()
    if answer.status == 207 and b"getetag" in request.body:
        return _listed(request, answer)
    status = answer.status
    if status == 404 and request.method == "DELETE" and any(name.lower() == "if-match" for name in request.headers):
        status = 412
    if status in {404, 412} and request.method in {"GET", "PUT", "DELETE"}:
        what = (
            ("NotFound", "Calendar object not found") if status == 404 else ("PreconditionFailed", "No ETag matched.")
        )
        return Answer(status, _XML, _ERROR.format(*what).encode())
    tag = next((value for name, value in answer.headers.items() if name.lower() == "etag"), None)
    if request.method in {"PUT", "DELETE"} and status in {200, 201, 204}:
        kept = {"ETag": tag} if tag is not None and request.method == "PUT" else {}
        return Answer(201 if status == 201 else 204, {**kept, "Content-Type": "text/html; charset=UTF-8"})
    if request.method == "GET" and status == 200:
        kind = "vtodo" if b"BEGIN:VTODO" in answer.body else "vevent"
        return answer.but(Content_Type=f"text/calendar; charset=utf-8; component={kind}")
    return answer


def _unpacked(answer: Answer) -> bytes:
    packed = any(name.lower() == "content-encoding" for name in answer.headers)
    return gzip.decompress(answer.body) if packed else answer.body


def _listed(request: Request, answer: Answer) -> Answer:
    """A list of objects, or those that a query found."""
    found = []
    for each in ET.fromstring(_unpacked(answer)).iter("{DAV:}response"):
        href, tag = (escape(each.findtext(f".//{{DAV:}}{name}") or "") for name in ("href", "getetag"))
        data = each.findtext(".//{urn:ietf:params:xml:ns:caldav}calendar-data")
        more = "<d:resourcetype/>" if data is None else f"<cal:calendar-data>{escape(data)}</cal:calendar-data>"
        is_own = request.method == "PROPFIND" and href.rstrip("/") == request.path.rstrip("/")
        found.append(_OWN.format(href) if is_own else _EACH.format(href, tag.replace('"', "&quot;"), more))
    text = f'<?xml version="1.0"?>\n<d:multistatus {_SPACES}>{"".join(found)}</d:multistatus>\n'
    return Answer(207, _XML, text.encode())


if __name__ == "__main__":
    place = urlsplit(sys.argv[1])
    plain = place._replace(netloc=f"{place.hostname}:{place.port}").geturl()
    RECORD.write_text(
        json.dumps(ask_all(plain, unquote(place.username or ""), unquote(place.password or "")), indent=1) + "\n"
    )
