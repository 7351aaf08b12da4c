"""`connection` in a sentence: "because of your talk", or "because we both trained in Salem" (guide, line 11)."""

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OPENING = re.compile(r"^(?:i(?:'|’)m writing |i am writing )?(?:because of|because|that)\s+", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]|'[^']*'(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")

_SUBJECTS = _set("i we you he she they it there everyone everybody somebody someone nobody both")
_SHORT = re.compile(r"(?:i|we|you|he|she|they|it|there|who|that)['’](?:m|re|s|ve|d|ll)", re.IGNORECASE)
_BESIDE = _set("that which who whose whom where when why how what whether if because although while since as than") | (
    _SUBJECTS - {"both"}
)
"""Words that begin a clause of their own, so a verb after them says nothing about the sentence."""

_PAST = _set(
    "heard met saw read attended enjoyed loved liked noticed found know trained worked studied sat talked "
    "spoke joined taught live share see treat work serve"
)
"""Verbs that people begin with, leaving the subject out."""
_TOGETHER = _set("met trained worked studied sat talked live share see treat work serve")
"""Verbs that need both of you; the others are yours alone."""

_FINITE = _set(
    "is are was were has have had does do did can could will would says said told mentioned suggested "
    "recommended speaks spoke wrote writes gave gives ran runs started starts opened opens sees saw treats "
    "works helps helped cares serves teaches taught knows knew moved lives sends sent asked praised thinks "
    "wants needs offers offered takes took go goes went"
)

_AGREE = {"is": "are", "was": "were", "has": "have", "does": "do"}
_LOWER = _set(
    "your our my her his their its the a an this that these those we you he she they it there both patients "
    "clients families shared some several many people colleagues everyone heard met saw read attended enjoyed "
    "loved liked noticed found trained worked studied sat talked spoke joined taught mutual common article"
)


def because(text: str) -> str:
    """What completes "I'm writing ...": `because of your talk`, or `because we both see new parents`; empty for none.

    Words about the partner in the third person are turned to them: `her talk` becomes `your talk`.

    Args:
        text: `connection`, as a noun phrase or as a clause, as people note it.
    """
    said = _addressed(_lowered(_OPENING.sub("", " ".join(text.split())).rstrip(" .;,")))
    said = re.sub(r"^(?:the )?(patients|clients|families) in common\b", r"the \1 we have in common", said)
    words = [word.lower() for word in _WORD.findall(_QUOTED.sub("x", said))]
    if not words:
        return ""
    if words[0] in _PAST and (len(words) < 2 or words[1] not in {"of", "with", "in"} or words[0] in {"met", "sat"}):
        subject = (
            "we" if words[0] in _TOGETHER and not re.match(r"met (?:you|your|him|her)\b", said, re.IGNORECASE) else "I"
        )
        return f"because {subject} {_with_you(said)}"
    if words[0] == "both" and words[1:2] != ["of"]:
        return f"because we {said}" if words[1:2] != ["we"] else f"because {said[5:]}"
    return f"because {said}" if _is_clause(words) else f"because of {said}"


def _is_clause(words: list[str]) -> bool:
    if words[0] in _SUBJECTS or _SHORT.fullmatch(words[0]):
        return True
    for at, word in enumerate(words[1:], 1):
        if word in _BESIDE or _SHORT.fullmatch(word):
            return False
        if word in _FINITE:
            return words[at + 1 : at + 2] != ["by"]
    return False


def _lowered(text: str) -> str:
    """The text without a capital letter that only stands at the beginning of a note; names keep theirs."""
    first = text.partition(" ")[0]
    word = re.split("[’',:]", first.lower())[0]
    return text[:1].lower() + text[1:] if word in _LOWER else text


def _addressed(text: str) -> str:
    """The text said to the partner it is about."""
    first, _, rest = text.partition(" ")
    if first in {"her", "his", "their"}:
        return f"your {rest}"
    if first not in {"she", "he", "they"}:
        return text
    verb, _, more = rest.partition(" ")
    if first != "they":
        verb = _AGREE.get(verb) or _second_person(verb)
    more = re.sub(r"\b(?:her|his|their) own\b", "your own", more)
    return f"you {verb} {more}".rstrip()


def _with_you(text: str) -> str:
    """What somebody heard, read or saw of the partner, said to them: `heard her speak` becomes `heard you speak`."""
    verb, _, rest = text.partition(" ")
    rest = re.sub(r"^(?:him|them)\b|^her(?= (?:speak|present|teach|at|in|on|last|through|for)\b)", "you", rest)
    rest = re.sub(r"^(?:her|his|their)\b", "your", rest)
    return f"{verb} {rest}"


def _second_person(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    if re.search(r"(?:ss|sh|ch|x|o)es$", verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
