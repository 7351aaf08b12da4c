"""Mail drafts: a `mailto:` link, and a file that a mail program opens as unsent. Nothing is ever sent."""

from datetime import UTC, date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from rounds.errors import UsageError

LONGEST_LINK = 2000
"""How many characters of a link every system hands on to a mail program."""


def mailto(to: str, subject: str, body: str) -> str:
    """A link that opens a new mail (RFC 6068); without the body where it would be longer than LONGEST_LINK.

    Args:
        to: an address; may be empty.
        body: line ends of any kind; they become CRLF.
    """
    link = f"mailto:{quote(to, safe='@')}?subject={quote(subject, safe='')}"
    whole = f"{link}&body={quote(_crlf(body), safe='')}"
    return whole if len(whole) <= LONGEST_LINK else link


def unsent(sender: tuple[str, str], to: tuple[str, str], subject: str, body: str, day: date) -> bytes:
    """A mail file (RFC 5322) with `X-Unsent: 1`, which mail programs open for editing.

    Args:
        sender, to: name and address.

    Raises:
        UsageError: an address is none.
    """
    mail = EmailMessage(policy=SMTP)
    mail["X-Unsent"] = "1"
    mail["From"] = _address(*sender)
    mail["To"] = _address(*to)
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = datetime.combine(day, time(12), UTC)  # the mail program writes the real one
    mail.set_content(f"{body}\n")
    try:
        return mail.as_bytes()
    except UnicodeEncodeError as error:
        raise UsageError("an address holds letters that a mail file can't", hint="Use the mailto: link.") from error


def _crlf(text: str) -> str:
    return "\r\n".join(text.splitlines())


def _address(name: str, address: str) -> Address:
    try:
        return Address(" ".join(name.split()), addr_spec=address.strip())
    except Exception as error:
        # The standard library raises many kinds here, IndexError among them.
        raise UsageError(f'"{address}" is no email address', hint="Mend it with: rounds set NAME email=...") from error
