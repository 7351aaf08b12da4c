"""A line in the form that the guard reads: same letters for same sights, with the way back to the typed text."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

_SAME = {
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("‘’ʼ′`´＇", "'"),
    **dict.fromkeys("“”„«»″＂", '"'),
    **dict.fromkeys("•·․‧", "."),
}  # fmt: skip


class Pattern:
    """A regular expression that is compiled when it is first used: a line needs few of the guard's (30 ms for all)."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern of `re`."""
        return re.compile(self._pattern, self._flags)

    def search(self, text: str, *at: int) -> re.Match[str] | None:
        """As in `re`; `at` is where to begin and to end."""
        return self.compiled.search(text, *at)

    def match(self, text: str, *at: int) -> re.Match[str] | None:
        """As in `re`."""
        return self.compiled.match(text, *at)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As in `re`."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str, *at: int) -> Iterator[re.Match[str]]:
        """As in `re`."""
        return self.compiled.finditer(text, *at)

    def findall(self, text: str) -> list[str]:
        """As in `re`, for a pattern without groups."""
        return self.compiled.findall(text)


class Text(NamedTuple):
    """A line as typed and as read.

    Attributes:
        seen, plain: of the same length; `plain` is lowercase without accents.
        start: for each place in them, its offset in the typed text.
    """

    typed: str
    seen: str
    plain: str
    start: Sequence[int]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """The place in the typed text of a place in `seen`."""
        return self.start[begin], self.start[end]


@lru_cache(maxsize=8)
def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of whole words in `Text.plain`, such as those that mean a client in a vault."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


_TAG = re.compile(r"(?:^|(?<=\s))#[^\W\d_][\w/-]*")
_TAGS = re.compile(r"tags?: .*|\s*- [^\W\d_]\w*(?:[-_/]\w+)+\s*$", re.IGNORECASE)
"""A line of tags, or an item of a list that may be one."""
_JOINED = str.maketrans("-_/", "   ")


def tag_words(line: str) -> str:
    """A line with blanks between the words of its tags (`#client/dana-m`), of the same length."""
    if "#" in line:
        line = _TAG.sub(lambda tag: tag[0].translate(_JOINED), line)
    if match := _TAGS.match(line):
        at = line.index("-" if line.lstrip().startswith("-") else ":") + 1
        line = line[:at] + line[at : match.end()].translate(_JOINED) + line[match.end() :]
    return line


def with_neutral(line: str, start: int, end: int, neutral: str) -> str:
    """A line with neutral words such as `[client]` in place of others; a tag stays a tag (`client-dana`: `client`)."""
    head = line[:start]
    if _TAGS.match(line) or any(tag.start() <= start < tag.end() for tag in _TAG.finditer(line)):
        neutral = neutral.strip("[]()").replace(" ", "-")
        word = head[-len(neutral) - 1 : -1]
        before = head[: -len(neutral) - 1][-1:]
        if word.lower() == neutral and head[-1] in "-_/" and not before.isalnum():
            head = head[: -len(neutral) - 1]
    return f"{head}{neutral}{line[end:]}"


_BLANKS = re.compile(r"(?<=\S) {2,}")


def one_blank(line: str) -> str:
    """A line with one blank between words."""
    return _BLANKS.sub(" ", line) if "  " in line else line


def read(typed: str) -> Text:
    """Normalize a line (NFKC, dashes, quotes, blanks, tags)."""
    text = _same_signs(typed)
    if "  " not in text.seen:
        return text
    pieces, at = [], 0
    for blanks in _BLANKS.finditer(text.seen):
        pieces.append(slice(at, blanks.start() + 1))
        at = blanks.end()
    pieces.append(slice(at, None))
    return Text(
        typed,
        "".join(text.seen[piece] for piece in pieces),
        "".join(text.plain[piece] for piece in pieces),
        [offset for piece in pieces for offset in text.start[piece]],
    )


def _same_signs(typed: str) -> Text:
    if typed.isascii():
        seen_at_once = tag_words(typed.replace("\t", " "))
        return Text(typed, seen_at_once, seen_at_once.lower(), range(len(typed) + 1))
    seen: list[str] = []
    plain: list[str] = []
    start: list[int] = []
    for at, char in enumerate(typed):
        if char.isascii():
            seen.append(" " if char == "\t" else char)
            plain.append(seen[-1].lower())
            start.append(at)
            continue
        if unicodedata.combining(char):
            if seen and (composed := unicodedata.normalize("NFC", seen[-1] + char)) and len(composed) == 1:
                seen[-1] = composed
            continue
        for form in _SAME.get(char, unicodedata.normalize("NFKC", char)):
            each = " " if form.isspace() else form
            base = unicodedata.normalize("NFD", each)[0].lower()
            seen.append(each)
            plain.append(base[0] if base else each)
            start.append(at)
    start.append(len(typed))
    return Text(typed, tag_words("".join(seen)), tag_words("".join(plain)), tuple(start))
