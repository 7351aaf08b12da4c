"""Links of contact details: mail, phone and web, with every unusual character percent-encoded.

A note may come from anybody, and a terminal passes a link on to a program. So only these schemes are made, and nothing
in a value can end the link, begin another one, or add a header line to a mail.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from rounds.domain.contact_checks import address_in, is_email, is_website

SCHEMES = ("mailto:", "tel:", "https://", "http://", "obsidian://")
"""What a link may begin with."""

_PRINTABLE = re.compile(r"[!-~]{1,2000}")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.!#$%'*+/=^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_WEB = re.compile(r"https?://[^\s<>\"\\^`{|}]{3,1000}", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w+.-])\+?\(?\d[\d ().\-/]{5,20}\d(?:,?\s*(?:ext\.?|x)\s*\d{1,6})?(?![\w-])", re.IGNORECASE)
_SAFE = "!#$&'()*+,/:;=?@[]~-._%"
_DIGITS = 7


def is_safe(link: str) -> bool:
    """Whether a link may be shown and opened: a known scheme, printable ASCII, no quotes."""
    return link.startswith(SCHEMES) and _PRINTABLE.fullmatch(link) is not None and not {'"', "<", ">"} & set(link)


def mail_link(address: str) -> str:
    """The link of an address; empty if it isn't one, or could be read as several."""
    address = address_in(address)
    return f"mailto:{quote(address, safe='@')}" if is_email(address) and _EMAIL.fullmatch(address) else ""


def phone_link(number: str) -> str:
    """The link of a phone number (RFC 3966), with its extension; empty if it isn't one."""
    main, _, extension = re.sub(r"(?i),?\s{0,3}(?:ext\.?|x)\s{0,3}(?=\d)", "x", number.strip()).partition("x")
    digits = "".join(sign for sign in main if sign.isascii() and sign.isdigit())
    if not _PHONE.fullmatch(number.strip()) or len(digits) < _DIGITS:
        return ""
    return f"tel:{'+' * main.startswith('+')}{digits}{f';ext={extension}' if extension else ''}"


def web_link(address: str) -> str:
    """The link of a web address, with `https://` if it has no scheme; empty if it isn't one, or has a user name."""
    address = address.strip()
    whole = address if re.match(r"(?i)https?://", address) else f"https://{address}"
    try:
        parts = urlsplit(whole)
        is_plain = bool(parts.hostname) and "@" not in parts.netloc
        host = parts.netloc.encode("idna").decode() if is_plain else ""
    except (ValueError, UnicodeError):
        return ""
    rest = parts._replace(scheme="", netloc="").geturl()
    link = f"{parts.scheme.lower()}://{host}{quote(rest, safe=_SAFE)}"
    return link if is_plain and is_website(address) and is_safe(link) else ""


def link_of_value(key: str, text: str) -> str:
    """The link of a single value of a property; empty for none."""
    if key in {"phone", "fax"}:
        return phone_link(text) if key == "phone" else ""
    return mail_link(text) or (web_link(text) if key in {"website", "calendar_link"} or "://" in text else "")


def links_in(text: str, key: str = "") -> Iterator[tuple[int, int, str]]:
    """Where a text has links: start, end and link, from left to right.

    Args:
        key: the property that the text is of; only `phone` has links of numbers, since other numbers may be anything.
    """
    found = []
    for pattern, made in ((_EMAIL, mail_link), (_WEB, web_link), *([(_PHONE, phone_link)] if key == "phone" else [])):
        for match in pattern.finditer(text):
            shown = match[0].rstrip(".,;:!?'") if pattern is _WEB else match[0]
            while shown.endswith(")") and shown.count("(") < shown.count(")"):
                shown = shown[:-1]
            if link := made(shown):
                found.append((match.start(), match.start() + len(shown), link))
    end = 0
    for start, stop, link in sorted(found):
        if start >= end:
            yield start, stop, link
            end = stop
