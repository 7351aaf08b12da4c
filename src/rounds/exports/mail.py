"""Mail drafts: a `mailto:` link, and a file that a mail program opens as unsent. Nothing is ever sent."""

import re
from datetime import UTC, date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from rounds.domain.contact_checks import address_in
from rounds.errors import UsageError
from rounds.notes.plain_text import escape_controls

LONGEST_LINK = 2000
"""Maximum characters of a link that every system passes on to a mail program."""

_ADDRESS = re.compile(r"[\w.!#$%'*+/=^`{|}~-]{1,64}@[\w.-]{1,255}")
"""Addresses allowed in a link: no character ends the address or begins another one."""


def mailto(to: str, subject: str, body: str) -> str:
    """A link that opens a new mail (RFC 6068); if longer than LONGEST_LINK, without body, then without subject.

    Args:
        to: an address; may be empty. It's left out if a mail program could read it as several addresses, or as a header
            line.
        subject: becomes one line.
        body: line ends of any kind; they become CRLF.
    """
    address = address_in(to)
    link = f"mailto:{quote(address, safe='@') if _ADDRESS.fullmatch(address) else ''}"
    with_subject = f"{link}?subject={quote(_line(subject), safe='')}"
    text = "\r\n".join(map(escape_controls, body.splitlines()))
    whole = f"{with_subject}&body={quote(text, safe='')}"
    return next((each for each in (whole, with_subject) if len(each) <= LONGEST_LINK), link)


def unsent(sender: tuple[str, str], to: tuple[str, str], subject: str, body: str, day: date) -> bytes:
    """A mail file (RFC 5322) with `X-Unsent: 1`, which mail programs open for editing.

    Args:
        sender, to: name and address.

    Raises:
        UsageError: an address isn't valid.
    """
    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    mail["From"] = _address(*sender)
    mail["To"] = _address(*to)
    mail["Subject"] = " ".join(_line(subject).split())
    mail["Date"] = datetime.combine(day, time(12), UTC)  # the mail program writes the real one
    mail.set_content("\n".join(map(escape_controls, body.splitlines())) + "\n")
    try:
        return mail.as_bytes()
    except UnicodeEncodeError as error:
        raise UsageError("an address holds letters that a mail file can't", hint="Use the mailto: link.") from error


def _line(text: str) -> str:
    """A text as one header line: nothing in it begins another one."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _address(name: str, address: str) -> Address:
    try:
        return Address(" ".join(_line(name).split()), addr_spec=address.strip())
    except Exception as error:
        # The standard library raises many kinds here, IndexError among them.
        raise UsageError(
            f'"{address}" isn\'t an email address', hint="Fix it with: rounds set NAME email=..."
        ) from error
