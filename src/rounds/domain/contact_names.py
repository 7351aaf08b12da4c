"""Contact names: name and credentials in a text of an address book."""

import re

_TITLES = re.compile(r"(?:(?:dr|prof|mr|mrs|ms|mx)\b\.?\s*)+", re.IGNORECASE)
_UPPER = frozenset({"llc", "pllc", "llp", "pc", "lcsw", "lmft", "md"})
GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_DEGREES = """
MD DO PhD PsyD EdD ScD DNP DPT OTD DSW DMin LCSW LICSW LMFT LPC LPCC LMHC LCPC LCMHC LCSW-C LMSW MSW LSW LAC NP FNP
FNP-C FNP-BC PMHNP PMHNP-BC APRN ARNP CNM CPM CNS RN BSN MSN PA PA-C MS MA MEd MPH MBA RD RDN LD IBCLC OTR OTR/L OT PT
SLP CCC-SLP JD Esq BCBA ABPP FAAP FACOG FAPA FAAFP MBBS MFT CADC PMH-C NCC LP
"""
_KNOWN = {re.sub(r"[-/]", "", each).upper(): each for each in _DEGREES.split()}
"""Degrees and licenses as they are written, by their letters."""

_USUAL = re.compile(r"(?!(?i:dr|prof|mr|mrs|ms|mx)\b)[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ0-9]+(?: [A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ0-9]+)+")
"""A name with nothing to take away or to write otherwise, which nearly all are; quick."""


def split_name(text: str, *, parted: bool = False) -> tuple[str, str]:
    """Name and credentials in a text such as `Dr. Sam Lee, LCSW, PhD` or `LEE, SAM MD`.

    Args:
        parted: whether first and last name were apart in the file, so that a comma comes before credentials only.
    """
    if _USUAL.fullmatch(text):
        return text, ""
    text = _TITLES.sub("", text, count=1) if _TITLES.match(text) else text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    degrees: list[str] = []  # the last one first
    while len(parts) > 1 and all(map(degree_of, parts[-1].split())):
        degrees += map(degree_of, reversed(parts.pop().split()))
    taken = [_without_degrees(part.split(), degrees, sure=not text.isupper()) for part in parts]
    words = [*taken[1], *taken[0]] if len(taken) == 2 and not parted else [word for part in taken for word in part]
    return proper(" ".join(words)), ", ".join(reversed(degrees))


def _without_degrees(words: list[str], degrees: list[str], *, sure: bool) -> list[str]:
    """Words of a name without the degrees behind it; `MA` and `DO` in capitals may be the name."""
    while len(words) > 1 and (degree := degree_of(words[-1])):
        is_sure = sum(map(str.isupper, words[-1])) > 1 and (sure or degree not in {"MA", "DO"})
        if not (is_sure or "." in words[-1]) or (len(words) == 2 and sure):
            break
        degrees.append(degree)
        words.pop()
    return words


def degree_of(word: str) -> str:
    """A degree as it's usually written: `M.D.` and `md` are MD; empty for any other word."""
    letters = re.sub(r"[^A-Za-z]", "", word).upper()
    if found := _KNOWN.get(letters):
        return found
    return word if re.fullmatch(r"[A-Z][A-Z-]{2,9}", word) and not re.search("[AEIOUY]", word) else ""


def proper(text: str) -> str:
    """A text in capitals, or all lower-case, as a name: `MARY O'BRIEN-MCKAY` is `Mary O'Brien-McKay`."""
    if not (text.isupper() or text.islower()):
        return text
    if len(text) < 3:
        return text
    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", _capitalized, text.lower())


def _capitalized(match: re.Match[str]) -> str:
    word = match[0]
    if word in _UPPER or (word in GENERATIONS and word not in {"jr", "sr"}):
        return word.upper()
    if word.startswith("mc") and len(word) > 3:
        return f"Mc{word[2:].capitalize()}"
    start, sign, rest = word.partition("'") if "'" in word else word.partition("’")
    return start.capitalize() + sign + (rest.capitalize() if len(start) == 1 else rest)
