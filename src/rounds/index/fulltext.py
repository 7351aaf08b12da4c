"""Texts and words for the full-text search, folded (`rounds.domain.folding`)."""

import re
from collections.abc import Iterator

from rounds.domain.folding import APOSTROPHES, digits, fold, spaced, split_at_apostrophes, unaccented, without_accents

_PART = re.compile(rf"[{re.escape(APOSTROPHES)}](?=\w{{3}})")
"""Apostrophe before a name part such as in `O'Brien`; not in `don't` and `she'll`."""
_WORD = re.compile(rf"[\w{re.escape(APOSTROPHES)}]+")

_LEAST = 7
"""Minimum digits of a phone number typed without blanks."""


def searchable(text: str) -> str:
    """Prepare a text for the full-text index, which itself folds ASCII case and splits words.

    Most texts are ASCII and stay unchanged. Parts joined by an apostrophe are repeated at the end: `O'Brien` is found
    as `obrien` and as `brien`.
    """
    plain, joined = (text, False) if text.isascii() else without_accents(text)
    if not plain.isascii():
        plain = spaced(plain)
    if not joined and "'" not in plain and "`" not in plain:
        return plain
    more = "".join([f"\n{split_at_apostrophes(word)}" for word in dict.fromkeys(_words_in_parts(text))])
    return plain.replace("'", "").replace("`", "") + (more if more.isascii() else unaccented(more))


def _words_in_parts(text: str) -> Iterator[str]:
    end = 0
    for part in _PART.finditer(text):
        if part.start() < end:
            continue
        start = part.start()
        while start > end and text[start - 1].isalnum():
            start -= 1
        word = _WORD.match(text, start)
        if word is not None and start < part.start():
            end = word.end()
            yield word[0]


def ways(text: str) -> list[str]:
    """The folded words of a text; for a phone number, also its forms with and without blanks."""
    words = spaced(fold(text))
    if not words.isascii() or not words.replace(" ", "").isdigit() or len(number := digits(words)) < _LEAST:
        return [words]
    return list(dict.fromkeys((words, number, f"{number[:-7]} {number[-7:-4]} {number[-4:]}".strip())))


def term(text: str, *, prefix: bool) -> str:
    """A phrase for the full-text search, quoted so that no character has a special meaning."""
    terms = [f'"{way}"' + " *" * prefix for way in ways(text)]
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
