"""Compliance check: possible client information, payments, or gifts for referrals."""

from collections.abc import Iterator
from contextlib import suppress

from rounds.domain.compliance_rules import WORDS, gifts_of_concern, lines_of_concern, message_of_concern
from rounds.domain.problem import Problem
from rounds.errors import NotFoundError
from rounds.index import queries
from rounds.index import queries_activity as activity
from rounds.index.search import term
from rounds.vault.vault import Vault


def concerns(vault: Vault) -> Iterator[Problem]:
    """Yield findings by note and line. Only notes that contain one of the words are read."""
    words = " OR ".join(term(word.rstrip("*"), prefix=word.endswith("*")) for word in WORDS)
    for path in vault.ask(activity.paths_of_concern, words):
        try:
            text = vault.read(path).document.text
        except NotFoundError:
            continue
        for problem in lines_of_concern(text, 1):
            yield problem._replace(path=path)
    yield from _gifts(vault)
    yield from _messages(vault)


def _gifts(vault: Vault) -> Iterator[Problem]:
    from rounds.vault.reminders import facts

    keys = vault.ask(activity.notes_with_kind, "gift")
    for _, known in facts(vault, keys) if keys else ():
        if not known.ruled:
            continue
        days = [referral.date for referral in known.referrals if referral.date is not None]
        days += [each.date for each in known.log if each.kind == "referral"]
        with suppress(NotFoundError):
            opened = vault.read(known.partner.path)
            lines = opened.document.text.split("\n")
            # The mark that accepts a gift may be in a comment, which the entry's text leaves out.
            log = [each._replace(text=f"{each.text} {lines[each.line - 1]}") for each in opened.note.log]
            yield from (each._replace(path=known.partner.path) for each in gifts_of_concern(log, days))


def _messages(vault: Vault) -> Iterator[Problem]:
    for entry in vault.ask(queries.notes_of_type, "message"):
        about = entry.properties.get("about_client") is True
        with suppress(NotFoundError):  # the note or the whole folder has just been deleted
            document = vault.read(entry.path).document
            for problem in message_of_concern(document.body, document.body_line, about_client=about):
                yield problem._replace(path=entry.path)
