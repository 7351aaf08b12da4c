"""What a draft says that the notes don't bear out: remarks, so that nothing untrue is sent unread."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rounds.domain.draft_review import Draft, DraftIssue
from rounds.errors import Level

A_WHILE = 91
"""Days without a touch after which a message may say "it has been a while": three months."""

_LONG_AGO = re.compile(
    r"\b(?:it(?:'s| has) been (?:a while|a long time|ages|so long)|long time no see)\b", re.IGNORECASE
)
_FORBIDDEN = re.compile(
    r"\b(?:privacy (?:rules?|laws?)|HIPAA)(?: rules?)? "
    r"(?:keeps?|prevents?|forbids?|(?:does|do)(?:n't| not) (?:allow|let))\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\bmore than one name\b|\bseveral names\b", re.IGNORECASE)
_SECURE = re.compile(r"\b(?:secure|encrypted|direct)\b", re.IGNORECASE)
_EMAIL = re.compile(r"\be-?mail\b", re.IGNORECASE)

_SECTIONS: Mapping[str, str] = {
    "attendance": "attendance",
    "progress": "progress|work so far",
    "diagnosis": "diagnos[ie]s",
    "treatment plan": "working on|treatment(?: plan)?|goals?|reason for referral|what i continue to do",
    "medication": "medications?",
    "school": "school",
}
"""Labels of sections, by the scope that they need."""


class Record(NamedTuple):
    """What the notes say.

    Attributes:
        days: since the last touch; None for never.
        earlier_subject: the subject of the mail that went before; empty if there was none, or it isn't known.
        introduced: whether the log bears out an introduction.
        asked_days: since the request for an introduction that nobody has answered yet; None without one.
        scope: of the valid release, for a message about a client; empty if it names none.
        options_given: how many names the client was given; 0 if unknown.
        referral_method: how the partner wants referrals.
    """

    days: int | None = None
    earlier_subject: str = ""
    introduced: bool = False
    asked_days: int | None = None
    scope: tuple[str, ...] = ()
    options_given: int = 0
    referral_method: str = ""


def unsupported(draft: Draft, record: Record) -> Iterator[DraftIssue]:
    """Remarks on what a draft says and the notes don't."""
    found = [*_history(draft, record), *(_client(draft, record) if draft.message.about_client else ())]
    for words in found:
        yield DraftIssue(Level.WARNING, words)


def _history(draft: Draft, record: Record) -> Iterator[str]:
    prefix, _, subject = draft.subject.partition(":")
    if prefix.strip().lower() == "re" and subject.strip() != record.earlier_subject.strip():
        yield 'the subject begins with "Re:", but no earlier mail with it is in the log'
    if (ago := _LONG_AGO.search(draft.body)) and record.days is not None and record.days < A_WHILE:
        yield f'"{ago[0]}", but you were in touch {_days_ago(record.days)}'
    if "introduced_by" in draft.message.needs and draft.message.kind != "intro" and not record.introduced:
        yield "the log doesn't say that the introduction was made; log it if it was"
    if draft.message.is_first and record.asked_days is not None:
        yield f"you asked for an introduction {_days_ago(record.asked_days)}, and no answer is in the log yet"
    if words := _FORBIDDEN.search(draft.body):
        yield (
            f'"{words[0]}" says more than the rules do, which let clinicians talk about treatment; say that your'
            " practice is to confirm only with written permission"
        )


def _days_ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _client(draft: Draft, record: Record) -> Iterator[str]:
    if record.scope and "other" not in record.scope:
        for scope, labels in _SECTIONS.items():
            label = re.search(rf"^[ \t]*(?:[-*][ \t]*)?({labels})[ \t]*:", draft.body, re.IGNORECASE | re.MULTILINE)
            if label and scope not in record.scope:
                yield f'"{label[1]}" isn\'t in the release, which covers {", ".join(record.scope)}'
    if (several := _SEVERAL.search(draft.body)) and record.options_given < 2:
        yield f"\"{several[0]}\", but the referral's note doesn't say so (options_given)"
    if _EMAIL.search(record.referral_method) and not _SECURE.search(record.referral_method):
        yield (
            f'they want referrals by "{record.referral_method}", which isn\'t a secure channel; use secure email, fax,'
            " a portal or the phone"
        )
