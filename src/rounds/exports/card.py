"""Handouts of the practice: its digital card (a vCard and its QR code), and a one-page summary (summary.html)."""

import re
from collections import defaultdict
from collections.abc import Mapping
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from rounds.domain.feed import clean
from rounds.errors import UsageError
from rounds.exports.write_files import rendered

VERSIONS = ("3.0", "4.0")
"""RFC 2426, which every address book reads, and RFC 6350."""


class Codes(NamedTuple):
    """A QR code in three formats; the SVG works as a file, and as an element of a page."""

    svg: str
    png: bytes
    terminal: str


def vcard(practice: Mapping[str, str], version: str = VERSIONS[0]) -> str:
    """The card of a practice, unfolded, with CRLF. Everything in it comes from Practice.md.

    Args:
        practice: properties as text.
    """
    name = practice.get("name") or practice.get("practice_name", "")
    *first, last = clean(name).split() or [""]
    suffix = practice.get("credentials", "")
    lines = [
        ("FN", _text(", ".join(filter(None, (name, suffix))))),
        ("N", ";".join(map(_text, (last, " ".join(first), "", "", suffix)))),
        ("ORG", _text(practice.get("practice_name", ""))),
        ("TEL;TYPE=WORK", _text(practice.get("phone", ""))),
        ("EMAIL;TYPE=WORK", _text(practice.get("email", ""))),
        ("URL", re.sub(r"\s", "", clean(practice.get("website", "")))),
        ("ADR;TYPE=WORK", f";;{_text(practice.get('address', ''))};{_text(practice.get('city', ''))};;;"),
        ("NOTE", _text(practice.get("ideal_client", ""))),
    ]
    kept = [f"{key}:{value}" for key, value in lines if value.strip(";")]
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *kept, "END:VCARD", ""])


def _text(value: str) -> str:
    """A value as in RFC 6350 3.4: one line without control characters, special characters escaped."""
    return re.sub(r"([\\,;])", r"\\\1", clean(value))


def folded(card: str) -> bytes:
    """A card as the bytes of a file: lines of at most 75 octets (RFC 6350 3.2)."""
    from icalendar import parser

    contentline: Any = parser.Contentline
    return b"".join(bytes(contentline(line).to_ical()) + b"\r\n" for line in card.split("\r\n") if line)


def codes(card: str) -> Codes:
    """The QR code of a card.

    Raises:
        UsageError: it holds more than a QR code can.
    """
    import segno

    try:
        code = segno.make_qr(card, error="m")
    except segno.DataOverflowError as error:
        raise UsageError("the card is too long for a QR code", hint="Shorten ideal_client in Practice.md.") from error
    svg, png, terminal = BytesIO(), BytesIO(), StringIO()
    # A viewBox without a size scales to any size; a white background keeps it readable in dark mode.
    code.save(svg, kind="svg", omitsize=True, light="#fff", xmldecl=False, svgclass=None, lineclass=None, nl=False)
    code.save(png, kind="png", scale=8)
    code.terminal(out=terminal, compact=True)
    return Codes(svg.getvalue().decode(), png.getvalue(), terminal.getvalue())


def summary(practice: Mapping[str, str], code: str) -> str:
    """The summary as an HTML page for print. Everything in it comes from Practice.md.

    Args:
        practice: properties as text.
        code: the card's QR code as an SVG element.
    """
    from markupsafe import Markup

    name = ", ".join(filter(None, (practice.get("name"), practice.get("credentials"))))
    below = " · ".join(filter(None, (practice.get("practice_name") if name else "", practice.get("pronouns"))))
    return rendered("summary.html", name=name, below=below, practice=defaultdict(str, practice), code=Markup(code))  # noqa: S704  # made by us
