"""The practice's one-page summary: a page for print, which loads nothing (summary.html)."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from rounds.formats.pages import rendered

_SECTIONS = {
    "ideal_client": "I work with",
    "niches": "Niche",
    "specialties": "Specialties",
    "serves": "For",
    "how_to_refer": "How to refer",
    "insurance": "Insurance",
    "fees": "Fees",
    "telehealth": "Telehealth",
}
"""Label by property, in the order of the page."""

_CONTACT = {"phone": "", "email": "", "website": "", "address": "", "city": "", "calendar_link": "A time to talk: "}
"""What stands before each, in the order of the page."""


def summary(practice: Mapping[str, str], code: str) -> str:
    """The page as HTML. It says what Practice.md says, and nothing else.

    Args:
        practice: properties as text.
        code: the card's QR code as an SVG element.
    """
    name = ", ".join(filter(None, (practice.get("name"), practice.get("credentials"))))
    below = " · ".join(filter(None, (practice.get("practice_name") if name else "", practice.get("pronouns"))))
    return rendered(
        "summary.html",
        title=name or practice.get("practice_name", ""),
        name=name,
        below=below,
        sections=[(label, practice[key]) for key, label in _SECTIONS.items() if practice.get(key)],
        contact=[(label, text, _address(key, text)) for key, label in _CONTACT.items() if (text := practice.get(key))],
        code=Markup(code),  # noqa: S704  # made by us
    )


def _address(key: str, text: str) -> str:
    """Where a line of the address leads; empty but where that is a page or a mailbox."""
    return f"mailto:{text}" if key == "email" else text if re.match(r"https?://", text) else ""
