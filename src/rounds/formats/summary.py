"""The practice's one-page summary: a page of its own, made for print, which loads nothing."""

import re
from collections.abc import Mapping
from html import escape

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
@page {{ margin: 18mm }}
body {{ font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff; max-width: 44em;
  margin: 2em auto; padding: 0 1em }}
header {{ border-bottom: 1px solid #888; margin-bottom: 1.2em; padding-bottom: .6em }}
h1 {{ font-size: 20pt; margin: 0 }}
h2 {{ font-size: 11pt; margin: 1.1em 0 .15em; color: #444 }}
p {{ margin: 0 }}
a {{ color: inherit }}
footer {{ display: flex; gap: 2em; align-items: center; justify-content: space-between;
  border-top: 1px solid #888; margin-top: 1.6em; padding-top: .8em }}
address {{ font-style: normal }}
svg {{ width: 36mm; height: 36mm; flex: none }}
@media print {{ body {{ margin: 0; max-width: none; padding: 0 }} section, footer {{ break-inside: avoid }} }}
</style>
</head>
<body>
<header>
<h1>{name}</h1>
<p>{practice}</p>
</header>
<main>
{sections}
</main>
<footer>
<address>
{contact}
</address>
{code}
</footer>
</body>
</html>
"""

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
    sections = [
        f"<section><h2>{label}</h2><p>{escape(practice[key])}</p></section>"
        for key, label in _SECTIONS.items()
        if practice.get(key)
    ]
    contact = [f"{label}{_contact(key, practice[key])}<br>" for key, label in _CONTACT.items() if practice.get(key)]
    title = escape(name or practice.get("practice_name", ""))
    return _PAGE.format(
        title=title, name=title, practice=escape(below), sections="\n".join(sections), contact="\n".join(contact),
        code=code,
    )  # fmt: skip


def _contact(key: str, text: str) -> str:
    """A line of the address; links only where they lead to a page or a mailbox."""
    if key == "email":
        return f'<a href="mailto:{escape(text)}">{escape(text)}</a>'
    if re.match(r"https?://", text):
        return f'<a href="{escape(text)}">{escape(text)}</a>'
    return escape(text)
