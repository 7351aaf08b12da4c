"""Article sharing: recipients, exclusions, and mail files (guide, line 21)."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from rounds.domain.draft_review import Draft, Message
from rounds.domain.partner_referral_release import RESTING
from rounds.domain.query.fields import fold
from rounds.errors import MissingError, NotFoundError, UsageError
from rounds.exports.editor_clipboard_mail_obsidian import unsent
from rounds.index import queries_activity as activity
from rounds.notes.properties import items_of, text_of
from rounds.vault.draft_values import partner_texts
from rounds.vault.drafting import messages
from rounds.vault.note_files import file_name
from rounds.vault.organizations import properties_of
from rounds.vault.practice import practice_of, sayable
from rounds.vault.vault import NoteRecord, Vault

_LINK = re.compile(r"https?://[^\s<>()]+[^\s<>().,;]", re.IGNORECASE)


def article_message(vault: Vault) -> Message:
    """The playbook's message for an article.

    Raises:
        NotFoundError: the playbook has no such message.
    """
    found = [each for each in messages(vault) if each.kind == "article" and each.channel == "email"]
    if not found:
        raise NotFoundError(
            "the playbook has no message for an article", hint="Write one with kind: article and channel: email."
        )
    return found[0]


def short(article: str) -> str:
    """A short name for an article in a follow-up: its title, or else its link."""
    title = " ".join(_LINK.sub("", article).split()).strip(" ,;:-–")
    return title or article


def left_out(
    vault: Vault, entries: Sequence[NoteRecord], article: str, *, again: bool
) -> dict[str, tuple[str, date | None]]:
    """Excluded partners by path: the reason, and the date shown after it."""
    had = {} if again else _had(vault, article)
    found: dict[str, tuple[str, date | None]] = {}
    for entry in entries:
        if text_of(entry.properties.get("stage")) in RESTING:
            found[entry.path] = ("no reminders are wanted at this stage", None)
        elif entry.key in had:
            day = had[entry.key]
            found[entry.path] = ("had it", day) if day else ("it is drafted already", None)
        elif not items_of(properties_of(vault, entry).get("email")):
            found[entry.path] = ("there is no email address", None)
    return found


def receivers(found: Sequence[NoteRecord], without: Collection[str], limit: int, hint: str) -> list[NoteRecord]:
    """The recipients of an article: everyone not excluded.

    Raises:
        UsageError: too many recipients, which would be a mailing; with the hint.
    """
    entries = [entry for entry in found if entry.path not in without]
    if len(entries) > limit:
        raise UsageError(f"it would go to {len(entries)}; to more than {limit} at once it is a mailing", hint=hint)
    return entries


def alike(drafts: Sequence[Draft]) -> list[str]:
    """The names of those whose mails say the same below the salutation, in order; empty if each has its own words."""
    below = [draft.body.partition("\n")[2] for draft in drafts]
    return [draft.name for draft, text in zip(drafts, below, strict=True) if below.count(text) > 1]


def mail_files(vault: Vault, drafts: Sequence[Draft]) -> dict[str, bytes]:
    """Each draft as an email file named after the partner.

    Raises:
        MissingError, UsageError: an address is missing, or two files would share a name.
    """
    papers = {f"{file_name(draft.name)}.eml": mail_file(vault, draft) for draft in drafts}
    if len(papers) < len(drafts):
        raise UsageError("two of them have one name", hint="Share it with one of the two alone.")
    return papers


def mail_file(vault: Vault, made: Draft) -> bytes:
    """A draft as a file that opens as an unsent email.

    Raises:
        MissingError: an address is missing.
    """
    practice = practice_of(vault).texts
    addresses = {"practice.email": practice.get("email", "").partition(",")[0], "partner.email": made.to}
    names = [name for name, address in addresses.items() if not address]
    if names:
        raise MissingError(
            f"a mail file needs {' and '.join(names)}", hint="Write it down in the note first.", names=names
        )
    sender = (practice.get("name", ""), addresses["practice.email"])
    return unsent(sender, (made.name, made.to), made.subject, made.body, vault.today())


def fax_file(vault: Vault, entry: NoteRecord, made: Draft) -> bytes:
    """A draft as a page to print and fax. One about a client is only the cover sheet: the letter stays off the disk.

    Raises:
        MissingError: there is no fax number.
    """
    from rounds.exports.fax import fax

    texts = partner_texts(vault, entry)
    if not texts.get("fax"):
        raise MissingError("a fax needs partner.fax", hint="Write it down in the note first.", names=("partner.fax",))
    to = {"name": entry.name, "organization": texts.get("organization", ""), "fax": texts["fax"]}
    return fax(sayable(vault), to, "" if made.message.about_client else made.body, vault.today()).encode()


def _had(vault: Vault, article: str) -> dict[int, date | None]:
    """The day each partner got the article, by key; None if it's only drafted."""
    had: dict[int, date | None] = {}
    for key, text, day in vault.ask(activity.articles, str(vault.today())):
        if _is_same(text, article):
            had[key] = date.fromisoformat(day) if day else had.get(key)
    return had


def _is_same(text: str, article: str) -> bool:
    """Whether a log entry is about an article: same link, or its full title."""
    links = {link.casefold().rstrip("/") for link in _LINK.findall(article)}
    if links & {link.casefold().rstrip("/") for link in _LINK.findall(text)}:
        return True
    title = fold(short(article))
    return bool(title) and f" {title} " in f" {fold(text)} "
