"""A fax: its cover sheet, and the letter behind it."""

from collections.abc import Mapping
from datetime import date

from rounds.exports.write_files import rendered


def fax(practice: Mapping[str, str], to: Mapping[str, str], letter: str, day: date) -> str:
    """A page to print and fax: a cover sheet with a confidentiality notice, then the letter.

    Args:
        practice: the sender's properties as text.
        to: `name`, `organization` and `fax` of the recipient.
        letter: empty for the cover sheet alone.
    """
    sender = ", ".join(filter(None, (practice.get("name"), practice.get("credentials"))))
    lines = {
        "To": ", ".join(filter(None, (to.get("name"), to.get("organization")))),
        "Fax": to.get("fax", ""),
        "From": ", ".join(filter(None, (sender, practice.get("practice_name")))),
        "Phone": practice.get("phone", ""),
        "Reply by fax": practice.get("fax", ""),
        "Date": f"{day:%B} {day.day}, {day.year}",
        "Pages": "____ with this one",
    }
    found = [(label, text) for label, text in lines.items() if text]
    return rendered("fax.html", to=to.get("name", ""), lines=found, phone=practice.get("phone", ""), letter=letter)
