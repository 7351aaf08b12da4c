"""The practice's one-page summary: a page for print, which loads nothing (summary.html)."""

from collections import defaultdict
from collections.abc import Mapping

from markupsafe import Markup

from rounds.exports.html_pages import rendered


def summary(practice: Mapping[str, str], code: str) -> str:
    """The page as HTML. It says what Practice.md says, and nothing else.

    Args:
        practice: properties as text.
        code: the card's QR code as an SVG element.
    """
    name = ", ".join(filter(None, (practice.get("name"), practice.get("credentials"))))
    below = " · ".join(filter(None, (practice.get("practice_name") if name else "", practice.get("pronouns"))))
    return rendered("summary.html", name=name, below=below, practice=defaultdict(str, practice), code=Markup(code))  # noqa: S704  # made by us
