"""The kind of touch that a typed line names: `called`, `coffee with`, `had a quick call`."""

import re

from rounds.domain.log_followups import KINDS

KIND_WORDS = {
    "emailed": "email", "mailed": "email", "mail": "email", "wrote": "email", "called": "call", "phoned": "call",
    "phone": "call", "rang": "call", "met": "meeting", "meet": "meeting", "saw": "meeting", "lunch": "meeting",
    "breakfast": "meeting", "dinner": "meeting", "visited": "meeting", "visit": "meeting", "zoom": "meeting",
    "tea": "coffee", "replied": "reply", "answered": "reply", "thanked": "thanks", "introduced": "intro",
    "referred": "referral", "card": "card", "texted": "call", "text": "call", "spoke": "call", "talked": "call",
    "chatted": "call", "voicemail": "call",
}  # fmt: skip
"""Words for kinds of touch, besides the kinds themselves."""


_DID = frozenset({"wrote", "rang", "met", "saw", "spoke", "lunch"})
BEFORE_KIND = frozenset({
    "had", "a", "an", "quick", "short", "long", "nice", "good", "great", "lovely", "phone", "video", "for", "over",
    "by", "with", "w", "we", "and",
})  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_STANDS = re.compile(r"(?:[^\w'’/@#-]|^)?[^\W\d_]+(?:[^\w'’/-]|$)?")


def did(word: str) -> bool:
    """Whether a word says that something happened."""
    return word in _DID or (word in KIND_WORDS and word.endswith("ed"))


def kind_in(text: str) -> tuple[str, tuple[int, int] | None]:
    """The first word for a kind of touch, and its span if it stands apart from the sentence.

    Verbs (`called`) count anywhere; nouns count only at the start or after words such as `had a`: `prefers email` isn't
    an email.
    """
    before, leading = "", True
    for match in _WORD.finditer(text):
        word = match[0].lower()
        leading = leading and (not before or before in BEFORE_KIND)
        if word in KINDS and (leading or before in BEFORE_KIND):
            return word, match.span() if _STANDS.fullmatch(text[max(0, match.start() - 1) : match.end() + 1]) else None
        if word in KIND_WORDS and (word.endswith("ed") or leading or word in _DID):
            return KIND_WORDS[word], None
        before = word
    return "", None
