"""Compliance rules: client information, payment, gifts and testimonials in notes.

A check for obvious cases; a clean result proves nothing. To accept a line, put `%% rounds: ok phi %%` (or `ok payment`,
`ok gift`, `ok message`) in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from rounds.domain.guard.guard import Certainty, Finding, find
from rounds.domain.guard.payment import find_payment
from rounds.domain.guard.reading import NOBODY, Known
from rounds.domain.guard.whole_notes import is_clean
from rounds.domain.log_followups import LogEntry
from rounds.domain.partner_referral_release import TYPED_CODE
from rounds.domain.patterns import Pattern
from rounds.errors import Level, Problem

_ACCEPTED = re.compile(r"%%\s*rounds:\s*ok\s+(\w+)\b([^%]*)%%", re.IGNORECASE)
_CLIENT = r"\b(?:client|patient)(?:s|'s|’s)?\b"
_GIFT_CARD = r"\bgift ?(?:card|certificate)s?\b"
_PROMISE = Pattern(rf"{_GIFT_CARD}|\bcommissions?\b|(?:%|\bpercent) of (?:each|every|the) fee", re.IGNORECASE)
"""In a message, words that are a promise by themselves."""
_IN_RETURN = Pattern(
    r"\bsend (?:me|us) (?:\w+ ){0,3}(?:referrals?|clients?|patients?|families|people|cases|yours)\b[^.?!]{0,40}"
    r"\b(?:I|we)(?:'ll|’ll| will|'d|’d| would)? (?:gladly |happily )?(?:send|refer|return)\b"
    r"(?: \w+){0,2} (?:some|mine|ours|yours|back|too|likewise)\b|"
    r"\b(?:in exchange|in return) for (?:your )?(?:referrals|clients|patients)\b|"
    r"\b(?:scratch (?:my|your) back|one hand washes)\b",
    re.IGNORECASE,
)
"""In a message, one referral for another."""
_MONEY_GIFT = Pattern(rf"{_GIFT_CARD}|\bvouchers?\b|\bcash\b", re.IGNORECASE)
_SENTENCE = Pattern(r"\S.*?(?:[.?!](?=\s)|$)", re.MULTILINE)
_NOT_GIVEN = Pattern(r"\b(?:no|not|never|nobody|without|don't|aren't)\b", re.IGNORECASE)
_TESTIMONIAL = Pattern(
    rf"\btestimonials?\b.{{0,40}}{_CLIENT}|{_CLIENT}.{{0,40}}\btestimonials?\b", re.IGNORECASE, needs=("testimonial",)
)
NEAR = 30
"""Days between a referral and a gift within which the gift can look like payment (guide, line 26)."""


def about_client(
    text: str,
    known: Known = NOBODY,
    *,
    secure: bool = False,
    allowed: Callable[[str, Finding], bool] = lambda *_: False,
) -> str:
    """The first words that may identify a client, including a random code; empty if there are none.

    Args:
        text: a message.
        known: the writer and the recipient.
        secure: the message is about a client, so codes and initials are fine.
        allowed: whether a finding in a line may stay, such as that of an exception.
    """
    for line in text.split("\n"):
        if not secure and (match := TYPED_CODE.search(line)):
            return match[0].strip()
        if is_clean(line):
            continue
        for each in find(line, known):
            if (each.level is Certainty.ERROR if secure else _identifies(each)) and not allowed(line, each):
                return each.text.strip()
    return ""


def _identifies(finding: Finding) -> bool:
    return finding.level is Certainty.ERROR or finding.kind in {"initials", "ssn", "dob", "mrn", "member_id"}


def promises(text: str) -> Iterator[str]:
    """Phrases that promise something for a referral, at most one per sentence (guide, line 26)."""
    for sentence in _SENTENCE.finditer(text):
        if found := find_payment(sentence[0]):
            yield found.text
        elif (match := _PROMISE.search(sentence[0]) or _IN_RETURN.search(sentence[0])) and not _NOT_GIVEN.search(
            sentence[0]
        ):
            yield match[0]


def accepted(line: str) -> Iterator[tuple[str, str, str]]:
    """The marks in a line: what each accepts, its reason, and the line without marks."""
    marks = [*_ACCEPTED.finditer(line)]
    text = _ACCEPTED.sub("", line).strip(" \t#") if marks else ""
    for mark in marks:
        yield mark[1].lower(), mark[2].strip(" \t:"), text


def words_of_concern(text: str, first: int) -> Iterator[Problem]:
    """Payment and testimonials in a note's text, with line and column; `first` is the number of the first line."""
    for number, line in enumerate(text.split("\n"), first):
        start = _DATED if line[:2] == "- " and line[2:3].isdigit() else 0
        rest = line[start:]
        if rest in _silent:
            continue
        for kind, column, message, hint in _found(rest):
            if kind not in {kept for kept, *_ in accepted(line)}:
                keep = f"{hint} To keep it: %% rounds: ok {kind} %%"
                yield Problem(message, number, column + start, keep, Level.WARNING)


_DATED = len("- 2026-05-01")


_silent: set[str] = set()
"""Lines without their date that have no finding; many lines of a vault are the same."""
_MEMO = 200_000
"""The most lines that are remembered."""


def _found(line: str) -> list[tuple[str, int, str, str]]:
    """Findings in a line without its date."""
    rows = []
    if found := find_payment(line):
        message, hint = (
            f'"{found.text}" mentions payment for referrals',
            "No payment for referrals, in either direction",
        )
        rows.append(("payment", found.start + 1, message, f"{hint} (guide, line 26)."))
    if match := _TESTIMONIAL.search(line):
        hint = "Never ask a client for a testimonial (guide, line 4)."
        rows.append(("message", match.start() + 1, "this asks a client for a testimonial", hint))
    if not rows:
        if len(_silent) > _MEMO:
            _silent.clear()
        _silent.add(line)
    return rows


def gifts_of_concern(log: Iterable[LogEntry], referrals: Iterable[date]) -> Iterator[Problem]:
    """Gifts of money, and gifts close to a referral (guide, line 26)."""
    days = sorted(referrals)
    for entry in log:
        kept = {kind for kind, *_ in accepted(entry.text)}
        if entry.kind != "gift" or "gift" in kept:
            continue
        keep = "To keep it: %% rounds: ok gift %%"
        if match := _MONEY_GIFT.search(entry.text):
            hint = f"Cash and gift cards are never given or taken (guide, line 26). {keep}"
            yield Problem(f'a gift that is money: "{match[0]}"', entry.line, 1, hint, Level.WARNING)
        near = next((day for day in days if abs((entry.date - day).days) <= NEAR), None)
        if near is not None:
            hint = f"It may look like payment for the referral (guide, line 26). {keep}"
            yield Problem(f"a gift within {NEAR} days of the referral of {near}", entry.line, 1, hint, Level.ADVICE)


def message_of_concern(text: str, first: int, *, about_client: bool) -> Iterator[Problem]:
    """Problems of a message template: nothing personal in it, or it names a client (guide, lines 9 and 20)."""
    if _ACCEPTED.search(text):
        return
    if "{{" not in text:
        hint = "Generic mail gets little (guide, line 9): use {{ partner.salutation }} or {{ partner.because }}."
        yield Problem("nothing in this message is personal", first, 1, hint, Level.ADVICE)
    if not about_client and (match := re.search(r"\{\{[^{}]*\bclient\b", text)):
        line = first + text.count("\n", 0, match.start())
        hint = "Set about_client: true, so that it is only used under a release (guide, line 20)."
        yield Problem("this message mentions a client", line, 1, hint, Level.WARNING)
