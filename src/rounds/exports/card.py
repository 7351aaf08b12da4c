"""Cards: the practice's and the partners' as vCards with QR codes; the one-page summary (summary.html)."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from rounds.domain.export_rows import MAKER, ExportRow
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
    suffix = practice.get("credentials", "")
    lines = [
        *_names(name, suffix),
        ("ORG", _text(practice.get("practice_name", ""))),
        ("TEL;TYPE=WORK", _text(practice.get("phone", ""))),
        ("EMAIL;TYPE=WORK", _text(practice.get("email", ""))),
        ("URL", _address(practice.get("website", ""))),
        ("ADR;TYPE=WORK", f";;{_text(practice.get('address', ''))};{_text(practice.get('city', ''))};;;"),
        ("NOTE", _text(practice.get("ideal_client", ""))),
    ]
    return _card(lines, version)


def partner_vcard(row: ExportRow, version: str = VERSIONS[0], *, scanned: bool = False) -> str:
    """The card of a partner or organization, unfolded, with CRLF.

    Args:
        scanned: leave out what a phone doesn't show, for a smaller QR code.
    """
    first = {key: texts[0] for key, texts in row.values.items() if texts}
    place = first.get("organization", "")
    is_place = row.kind == "organization"
    name, suffix = row.name or place, first.get("credentials", "")
    unseen = [
        ("PRODID", MAKER),
        ("UID", f"rounds-{row.id}"),
        ("PRONOUNS", _text(first.get("pronouns", ""))),
        ("X-NPI", _text(first.get("npi", ""))),
    ]
    lines = [
        *([] if scanned else unseen),
        *((("FN", _text(name)), ("N", ";;;;")) if is_place else _names(name, suffix)),
        ("ORG", _text(name if is_place else place)),
        ("TITLE", _text("" if is_place else first.get("role", ""))),
        *(("TEL;TYPE=WORK", _text(_dialed(number))) for number in row.values.get("phone", ())),
        *(("TEL;TYPE=WORK,FAX", _text(number)) for number in row.values.get("fax", ())),
        *(("EMAIL;TYPE=WORK", _text(address)) for address in row.values.get("email", ())),
        ("URL", _address(first.get("website", ""))),
        ("ADR;TYPE=WORK", f";;{_text(first.get('address', ''))};{_text(first.get('city', ''))};;;"),
        ("NOTE", "\\n".join(map(_text, row.log))),
    ]
    return _card(lines, version)


def _card(lines: Sequence[tuple[str, str]], version: str) -> str:
    """A card of lines, without those that say nothing; a card needs N, even if it's empty."""
    kept = [f"{key}:{value}" for key, value in lines if value.strip(";") or key == "N"]
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *kept, "END:VCARD", ""])


def _names(name: str, suffix: str) -> tuple[tuple[str, str], tuple[str, str]]:
    *first, last = clean(name).split() or [""]
    whole = _text(", ".join(filter(None, (name, suffix))))
    return ("FN", whole), ("N", ";".join(map(_text, (last, " ".join(first), "", "", suffix))))


def _address(text: str) -> str:
    return re.sub(r"\s", "", clean(text))


def _dialed(number: str) -> str:
    """A phone number as phones dial it: they wait at a comma, and then dial the extension."""
    return re.sub(r" (?:ext\.?|x) ?(\d{1,8})$", r",\1", number)


def _text(value: str) -> str:
    """A value as in RFC 6350 3.4: one line without control characters, special characters escaped."""
    return re.sub(r"([\\,;])", r"\\\1", clean(value))


def folded(card: str) -> bytes:
    """A card as the bytes of a file: lines of at most 75 octets (RFC 6350 3.2)."""
    from icalendar import parser

    contentline: Any = parser.Contentline
    return b"".join(bytes(contentline(line).to_ical()) + b"\r\n" for line in card.split("\r\n") if line)


def codes(card: str, hint: str = "Shorten ideal_client in Practice.md.") -> Codes:
    """The QR code of a card.

    Raises:
        UsageError: it holds more than a QR code can.
    """
    import segno

    try:
        code = segno.make_qr(card, error="m")
    except segno.DataOverflowError as error:
        raise UsageError("the card is too long for a QR code", hint=hint) from error
    svg, png, terminal = BytesIO(), BytesIO(), StringIO()
    # A viewBox without a size scales to any size; a white background keeps it readable in dark mode.
    code.save(svg, kind="svg", omitsize=True, light="#fff", xmldecl=False, svgclass=None, lineclass=None, nl=False)
    code.save(png, kind="png", scale=8)
    # A screen needs no reserve for dirt, and has only so many columns.
    segno.make_qr(card, error="l", boost_error=False).terminal(out=terminal, border=2, compact=True)
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


def referral_form(practice: Mapping[str, str]) -> str:
    """A blank form for print that a partner's office fills in. Everything in it comes from Practice.md.

    Args:
        practice: properties as text.
    """
    texts = defaultdict(str, practice)
    name = ", ".join(filter(None, (texts["name"], texts["credentials"]))) or texts["practice_name"]
    place = ", ".join(filter(None, (texts["address"], texts["city"] if texts["city"] not in texts["address"] else "")))
    reach = {"Phone": texts["phone"], "Fax": texts["fax"], "Email": texts["email"], "Website": texts["website"]}
    return rendered(
        "referral_form.html",
        name=name,
        below=texts["practice_name"] if name != texts["practice_name"] else "",
        reach=[(label, text) for label, text in {**reach, "Address": place}.items() if text],
        how=f"The easiest way to refer is {texts['how_to_refer'].rstrip('.')}." if texts["how_to_refer"] else "",
        phone=texts["phone"],
    )


class Listed(NamedTuple):
    """A partner on the page for a client.

    Attributes:
        role: with the organization.
        facts: pairs of label and text.
    """

    name: str
    role: str
    facts: Sequence[tuple[str, str]]


def names_page(partners: Sequence[Listed], sender: str, day: str) -> str:
    """A page for a client's hand: names, how to reach them, and lines for notes. It says nothing about the client.

    Args:
        sender: who gives it, on one line; empty for nobody.
        day: in words.
    """
    return rendered("names.html", partners=partners, sender=sender, day=day)
