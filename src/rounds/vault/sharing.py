"""Sharing an article: with whom, and who had it already (guide, line 21)."""

import re
from collections.abc import Sequence
from datetime import date

from rounds.domain.fields import fold
from rounds.domain.outreach import Message
from rounds.domain.partner import RESTING
from rounds.errors import NotFoundError
from rounds.formats.notes import items_of, text_of
from rounds.vault.organizations import properties_of
from rounds.vault.outreach import messages
from rounds.vault.vault import Entry, Vault

_LINK = re.compile(r"https?://[^\s<>()]+[^\s<>().,;]", re.IGNORECASE)
_HAD = """
SELECT note, text, date FROM log WHERE kind = 'article' AND date <= :today
UNION ALL SELECT note, text, NULL FROM followups WHERE kind = 'article' AND status = 'open'"""


def article_message(vault: Vault) -> Message:
    """The playbook's message for an article.

    Raises:
        NotFoundError: there is none.
    """
    found = [each for each in messages(vault) if each.kind == "article" and each.channel == "email"]
    if not found:
        raise NotFoundError(
            "the playbook has no message for an article", hint="Write one with kind: article and channel: email."
        )
    return found[0]


def short(article: str) -> str:
    """An article in the words of a follow-up: its title, or its link where it has nothing else."""
    title = " ".join(_LINK.sub("", article).split()).strip(" ,;:-–")
    return title or article


def left_out(
    vault: Vault, entries: Sequence[Entry], article: str, *, again: bool
) -> dict[str, tuple[str, date | None]]:
    """Who is left out, by path: why in words, and the day that the words end with."""
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


def _had(vault: Vault, article: str) -> dict[int, date | None]:
    """The day on which each partner had the article, by key; None where it is only drafted."""
    had: dict[int, date | None] = {}
    for key, text, day in vault.rows(_HAD, {"today": str(vault.today())}):
        if _is_same(text, article):
            had[key] = date.fromisoformat(day) if day else had.get(key)
    return had


def _is_same(text: str, article: str) -> bool:
    """Whether a log entry is about an article: the same link, or the whole of its title."""
    links = {link.casefold().rstrip("/") for link in _LINK.findall(article)}
    if links & {link.casefold().rstrip("/") for link in _LINK.findall(text)}:
        return True
    title = fold(short(article))
    return bool(title) and f" {title} " in f" {fold(text)} "
