"""Compliance rules: client information, payment, gifts and testimonials in notes.

A line-by-line check for obvious cases; a clean result proves nothing. To accept a line, put
`%% rounds: ok phi %%` (or `ok payment`, `ok gift`, `ok message`) in it.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from rounds.domain.activity import LogEntry
from rounds.domain.problem import Level, Problem
from rounds.domain.records import TYPED_CODE

WORDS = (
    "client*", "patient*", "dob", "born", "birth*", "mrn", "record", "chart", "member", "policy", "beneficiary", "fee*",
    "commission*", "kickback*", "percent*", "bonus*", "testimonial*", "paid", "pays", "pay for", "pay per", "pay you",
    "pay me", "reward*", "compensat*", "dollars", "return for", "exchange for", "if you refer", "if you send",
)  # fmt: skip
"""Words and phrases for a full-text search; except for `SSN`, a note without any of them needs no check."""

SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])")
"""A social security number in its written form (45 CFR 164.514(b)(2)(i)(G))."""

_ACCEPTED = re.compile(r"%%\s*rounds:\s*ok\s+(\w+)\s*%%", re.IGNORECASE)
_CLIENT = r"\b(?:client|patient)(?:s|'s|’s)?\b"
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}|\d{{1,2}} {_MONTH}|{_MONTH} \d)"
_IDENTIFIERS = (
    (SSN, "a social security number", "45 CFR 164.514(b)(2)(i)(G)"),
    (re.compile(rf"\b(?:dob|born|date of birth|birth ?day)\b\D{{0,12}}?{_DAY}", re.IGNORECASE),
     "a date of birth", "45 CFR 164.514(b)(2)(i)(C)"),
    (re.compile(r"\b(?:mrn|record|chart)\b ?(?:no\.?|number|#)?[: #]{0,3}[A-Z-]{0,4}\d{4,}", re.IGNORECASE),
     "a record number", "45 CFR 164.514(b)(2)(i)(H)"),
    (re.compile(r"\b(?:member|policy|beneficiary)\b ?(?:id|no\.?|number|#)[: #]{0,3}[A-Z-]{0,5}\d{4,}", re.IGNORECASE),
     "a member number", "45 CFR 164.514(b)(2)(i)(I)"),
    (re.compile(r"\b(?:[Cc]lient|[Pp]atient)(?:s?,? (?:[A-Z]\. ?){1,3}(?!\w)| [A-Z]{2,3}\b(?!-))"),
     "a client's initials", "45 CFR 164.514(b)(2)(i)(A)"),
)  # fmt: skip
_REACHED = (
    re.compile(rf"{_CLIENT}.{{0,60}}?(?:[\w.+-]{{1,64}}@[\w-]{{1,63}}\.\w|"
               rf"\(?\d{{3}}\)?[ .-]?\d{{3}}[ .-]\d{{4}})", re.IGNORECASE),
    "a client's phone or email", "45 CFR 164.514(b)(2)(i)(D)",
)  # fmt: skip
"""For notes only: in a letter, a number after such a word is the writer's own."""

_EACH = "(?:(?:each|every|any|your|the|a) )?"
_PAYMENT = re.compile(
    r"\breferral (?:fee|bonus|reward|commission)s?\b|\bfinder'?s'? fees?\b|\bkick-?backs?\b|\bcommissions?\b"
    r"|\b(?:pay|paid|reward|compensat)\w* (?:you |me )?"
    rf"(?:per (?:client|patient)|(?:for|per) {_EACH}referrals?|for (?:each|every|any|your) (?:client|patient)s?)\b"
    r"|(?:(?:%|\bpercent(?:age)?\b).{0,20}?|(?:\$ ?\d+|\bdollars) )\b(?:per|a|(?:of|for) (?:each|every)) "
    r"(?:client|patient|referral|fee)s?\b"
    rf"|\bin (?:return|exchange) for {_EACH}(?:referral|client|patient)s?\b"
    r"|\bif you (?:refer|send)\b.{0,40}\bI(?: will| would|'ll| can) (?:refer|send|pay|give)\b",
    re.IGNORECASE,
)
_GIFT_CARD = r"\bgift ?(?:card|certificate)s?\b"
_MONEY_GIFT = re.compile(rf"{_GIFT_CARD}|\bvouchers?\b|\bcash\b", re.IGNORECASE)
_PROMISE = re.compile(f"{_PAYMENT.pattern}|{_GIFT_CARD}", re.IGNORECASE)
_SENTENCE = re.compile(r"\S.*?(?:[.?!](?=\s)|$)", re.MULTILINE)
_NOT = re.compile(r"\b(?:no|not|nobody|never|neither|nor|without|\w+n't)\b", re.IGNORECASE)
_TESTIMONIAL = re.compile(rf"\btestimonials?\b.{{0,40}}{_CLIENT}|{_CLIENT}.{{0,40}}\btestimonials?\b", re.IGNORECASE)
NEAR = 30
"""Days between a referral and a gift within which the gift can look like payment (guide, line 26)."""


def about_client(text: str) -> str:
    """The first text that may identify a client, including a random code; empty if there is none."""
    found = (pattern.search(text) for pattern in (TYPED_CODE, *(pattern for pattern, *_ in _IDENTIFIERS)))
    return next((match[0].strip() for match in found if match), "")


def promises(text: str) -> Iterator[str]:
    """Phrases that promise something for a referral, at most one per sentence (guide, line 26)."""
    return (match[0] for match in _payments(text, _PROMISE))


def _payments(text: str, pattern: re.Pattern[str] = _PAYMENT) -> Iterator[re.Match[str]]:
    """One match per sentence that mentions payment; sentences with a negation don't count."""
    for sentence in _SENTENCE.finditer(text):
        match = pattern.search(text, *sentence.span())
        if match and not _NOT.search(sentence[0]):
            yield match


def lines_of_concern(text: str, first: int) -> Iterator[Problem]:
    """Problems in a note's text, with line and column; `first` is the number of the first line."""
    for number, line in enumerate(text.split("\n"), first):
        accepted = {word.lower() for word in _ACCEPTED.findall(line)}
        for kind, match, message, hint, level in _found(line):
            if kind not in accepted:
                yield Problem(message, number, match.start() + 1, f"{hint} To keep it: %% rounds: ok {kind} %%", level)


def _found(line: str) -> Iterator[tuple[str, re.Match[str], str, str, Level]]:
    for pattern, what, law in (*_IDENTIFIERS, _REACHED):
        if match := pattern.search(line):
            hint = f"The vault holds no client information (guide, line 24; {law}). Take it out."
            yield "phi", match, f"this looks like {what}", hint, Level.WARNING
            break
    if match := next(_payments(line), None):
        hint = "No payment for referrals, in either direction (guide, line 26)."
        yield "payment", match, f'"{match[0]}" mentions payment for referrals', hint, Level.WARNING
    if match := _TESTIMONIAL.search(line):
        hint = "Never ask a client for a testimonial (guide, line 4)."
        yield "message", match, "this asks a client for a testimonial", hint, Level.WARNING


def gifts_of_concern(log: Iterable[LogEntry], referrals: Iterable[date]) -> Iterator[Problem]:
    """Gifts of money, and gifts close to a referral (guide, line 26)."""
    days = sorted(referrals)
    for entry in log:
        accepted = {word.lower() for word in _ACCEPTED.findall(entry.text)}
        if entry.kind != "gift" or "gift" in accepted:
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
        hint = "Generic mail gets little (guide, line 9): use {{ partner.first_name }} or {{ partner.connection }}."
        yield Problem("nothing in this message is personal", first, 1, hint, Level.ADVICE)
    if not about_client and (match := re.search(r"\{\{[^{}]*\bclient\b", text)):
        line = first + text.count("\n", 0, match.start())
        hint = "Set about_client: true, so that it is only used under a release (guide, line 20)."
        yield Problem("this message mentions a client", line, 1, hint, Level.WARNING)
