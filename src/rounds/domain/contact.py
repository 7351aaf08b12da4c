"""Ways to reach somebody: what an email address, a phone number, a website or an NPI can look like.

Lenient on purpose: a value counts as long as it can be one; only what can't be one is a problem.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_](?:[\w-]*[^\W_])")
_NAMED = re.compile(r"(?:[^<>]*<|mailto:)\s*([^<>?]+?)\s*>?", re.IGNORECASE)
_PHONE_WORDS = re.compile(
    r"\b(?:ext(?:ension|n)?|x|tel(?:ephone)?|ph(?:one)?|mobile|cell|office|direct|main|fax|home|work|voice|text|line"
    r"|desk|option|opt|press|then|or|and|ask|for|to|dial)(?=\b|\d)",
    re.IGNORECASE,
)
_VANITY = re.compile(r"\+?(?:1[-. ])?\(?[2-9]\d\d\)?[-. ][A-Z\d-]{7,}")
_HOST = re.compile(
    r"(?:https?://)?(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[\w-]+)\.?(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_NPI_DIGITS = 10
_FEW, _SHORT = 7, 3
"""Digits that make a phone number whatever stands beside them, and those of an extension or of 911."""


def address_in(text: str) -> str:
    """The address in `Kim Doe <kim@example.org>` or `mailto:kim@example.org`; any other text as it is."""
    found = _NAMED.fullmatch(text.strip())
    return found[1] if found is not None and _ADDRESS.fullmatch(found[1]) else text.strip()


def is_email(text: str) -> bool:
    """Whether it can be an address."""
    return _ADDRESS.fullmatch(text.strip()) is not None and ".." not in text


def is_phone(text: str) -> bool:
    """Whether it can be a number to call: with country code, extension, words such as `ext.`, or letters for digits."""
    digits = sum(map(str.isdigit, text))
    if "@" in text or "://" in text or digits < _SHORT:
        return False
    return digits >= _FEW or _VANITY.fullmatch(text.strip()) is not None or not re.search(
        r"[^\W\d_]", _PHONE_WORDS.sub("", text)
    )  # fmt: skip


def is_website(text: str) -> bool:
    """Whether it can be an address on the web, with `https://` or without."""
    return _HOST.fullmatch(text.strip()) is not None


def is_npi(text: str) -> bool:
    """Whether it has the ten digits of a National Provider Identifier (45 CFR 162.406)."""
    bare = re.sub(r"[\s-]", "", text)
    return bare.isascii() and bare.isdigit() and len(bare) == _NPI_DIGITS


class _Kind(NamedTuple):
    """What a property's values have to be.

    Attributes:
        usual: what almost all of them look like: each note is looked at when it is read, so that has to be quick.
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
"""Properties whose values are looked at."""


def mistake(key: str, text: str) -> tuple[str, str] | None:
    """Why a value can't be what the property is for, and what to write instead; None where it can.

    Args:
        key: one of CONTACTS; with any other nothing is wrong.
        text: one value; those of a list one by one.
    """
    kind = _KINDS.get(key)
    if kind is None or kind.usual.fullmatch(text) or not text.strip() or kind.fits(text):
        return None
    parts = several(key, text)
    hint = f"{kind.example}, or leave it empty."
    if key == "email" and all(map(kind.fits, parts)):
        hint = f"Write only the address: {parts[0]}" if len(parts) == 1 else f"Make it a list: [{', '.join(parts)}]"
    return f'{key}: "{text}" is not {kind.what}', hint


def several(key: str, text: str) -> list[str]:
    """The values of a text that holds several addresses or numbers, divided by commas or semicolons; else the one.

    Of `Kim Doe <kim@example.org>` only the address is left. An extension behind a comma is no number of its own.
    """
    if key not in _KINDS:
        return [text]
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if key == "email":
        parts = [address_in(part) for part in parts]
        return parts if parts and all(map(is_email, parts)) else [address_in(text)]
    whole = [part for part in parts if _KINDS[key].fits(part) and sum(map(str.isdigit, part)) >= _FEW]
    return parts if len(parts) > 1 and len(whole) == len(parts) and key in {"phone", "fax"} else [text]
