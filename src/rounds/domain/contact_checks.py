"""Contact details: checks for email addresses, phone numbers, websites and NPIs.

Lenient on purpose: only a value that can't be valid is a problem.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from rounds.domain.patterns import Pattern

_ADDRESS = Pattern(r"[^\s@<>()\[\],;:\\\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_](?:[\w-]*[^\W_])")
_NAMED = Pattern(r"(?:[^<>]*<|mailto:)\s*([^<>?]+?)\s*>?", re.IGNORECASE)
_PHONE_WORDS = Pattern(
    r"\b(?:ext(?:ension|n)?|x|tel(?:ephone)?|ph(?:one)?|mobile|cell|office|direct|main|fax|home|work|voice|text|line"
    r"|desk|option|opt|press|then|or|and|ask|for|to|dial)(?=\b|\d)",
    re.IGNORECASE,
)
_VANITY = Pattern(r"\+?(?:1[-. ])?\(?[2-9]\d\d\)?[-. ][A-Z\d-]{7,}")
_HOST = Pattern(
    r"(?:https?://)?(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)\.?(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_NPI_DIGITS = 10
_FEW, _SHORT = 7, 3
"""Digits that make any text a phone number, and the fewest digits of one (an extension, 911)."""


def address_in(text: str) -> str:
    """The address in `Kim Doe <kim@example.org>` or `mailto:kim@example.org`; any other text unchanged."""
    found = _NAMED.fullmatch(text.strip())
    return found[1] if found is not None and _ADDRESS.fullmatch(found[1]) else text.strip()


def words_beside(key: str, text: str) -> list[str]:
    """The words of a typed contact that aren't part of its addresses: `Front desk <desk@x.org>`; none for a number."""
    if key != "email":
        return []
    for address in split_contacts(key, text):
        text = text.replace(address, " ", 1)
    return [word for word in re.findall(r"\w+", text) if word.lower() != "mailto"]


def is_email(text: str) -> bool:
    """Whether the text can be an email address."""
    return _ADDRESS.fullmatch(text.strip()) is not None and ".." not in text


def is_phone(text: str) -> bool:
    """Whether the text can be a phone number: with country code, extension, words such as `ext.`, or vanity letters."""
    digits = sum(map(str.isdigit, text))
    if "@" in text or "://" in text or digits < _SHORT:
        return False
    return digits >= _FEW or _VANITY.fullmatch(text.strip()) is not None or not re.search(
        r"[^\W\d_]", _PHONE_WORDS.sub("", text)
    )  # fmt: skip


def is_website(text: str) -> bool:
    """Whether the text can be a web address, with `https://` or without."""
    return _HOST.fullmatch(text.strip()) is not None


def is_npi(text: str) -> bool:
    """Whether the text has the ten digits of a National Provider Identifier (45 CFR 162.406)."""
    bare = re.sub(r"[\s-]", "", text)
    return bare.isascii() and bare.isdigit() and len(bare) == _NPI_DIGITS


def has_check_digit(npi: str) -> bool:
    """Whether the last of an NPI's ten digits fits the others: Luhn's formula over 80840 and the number."""
    places = [int(digit) for digit in reversed(f"80840{npi}")]
    return sum(places[::2]) % 10 == -sum(sum(divmod(2 * each, 10)) for each in places[1::2]) % 10


class _Kind(NamedTuple):
    """The check for a property's values.

    Attributes:
        usual: quick pattern that nearly all valid values match; it runs for each note that is read.
    """

    usual: re.Pattern[str]
    fits: Callable[[str], bool]
    what: str
    example: str


_USUAL_EMAIL = re.compile(r"(?<![a-z\d._+-])[a-z\d._+-]++@[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}", re.ASCII)
_USUAL_PHONE = re.compile(r"(?<![\d ()+-])\+?[\d(][\d ()-]{8,}\d", re.ASCII)
_USUAL_SITE = re.compile(r"https?://(?:[a-z\d]+[.-])+[a-z]{2,}/?", re.ASCII)
_PHONE = _Kind(_USUAL_PHONE, is_phone, "a phone number", "Write it like 503-555-0142 or 503-555-0142 ext. 3")
_SITE = _Kind(_USUAL_SITE, is_website, "a web address", "Write it like https://example.org")
_KINDS: Mapping[str, _Kind] = {
    "email": _Kind(_USUAL_EMAIL, is_email, "an email address", "Write it like name@example.org"),
    "phone": _PHONE,
    "fax": _PHONE._replace(what="a fax number"),
    "website": _SITE,
    "calendar_link": _SITE,
    "npi": _Kind(re.compile(r"\d{10}", re.ASCII), is_npi, "an NPI", "An NPI has ten digits, such as 1234567893"),
}

CONTACTS = frozenset(_KINDS)
"""Properties whose values are checked."""


def contact_problem(key: str, text: str) -> tuple[str, str] | None:
    """Why a value is invalid for its property, and how to fix it; None if it's valid.

    Args:
        key: one of CONTACTS; any other key is always valid.
        text: a single value; check a list's values one by one.
    """
    kind = _KINDS.get(key)
    if kind is None or kind.usual.fullmatch(text) or not text.strip() or kind.fits(text):
        return None
    parts = split_contacts(key, text)
    hint = f"{kind.example}, or leave it empty."
    if key == "email" and all(map(kind.fits, parts)):
        hint = f"Write only the address: {parts[0]}" if len(parts) == 1 else f"Make it a list: [{', '.join(parts)}]"
    return f'{key}: "{text}" is not {kind.what}', hint


def is_usual(key: str, text: str) -> bool:
    """Whether a text is one valid value of its property (one of CONTACTS), written as nearly all are; quick."""
    return _KINDS[key].usual.fullmatch(text) is not None


def split_contacts(key: str, text: str) -> list[str]:
    """Split a text with several addresses or numbers at its commas or semicolons; otherwise one value.

    `Kim Doe <kim@example.org>` becomes the bare address. An extension after a comma isn't a separate number.
    """
    if key not in _KINDS or is_usual(key, text):
        return [text]
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if key == "email":
        parts = [address_in(part) for part in parts]
        return parts if parts and all(map(is_email, parts)) else [address_in(text)]
    whole = [part for part in parts if _KINDS[key].fits(part) and sum(map(str.isdigit, part)) >= _FEW]
    return parts if len(parts) > 1 and len(whole) == len(parts) and key in {"phone", "fax"} else [text]
