"""A line in the form that the guard reads: same letters for same sights, with the way back to the typed text."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rounds.domain.patterns import Pattern

from . import lexicon

_SAME = {
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("‘’ʼ′`´＇", "'"),
    **dict.fromkeys("“”„«»″＂", '"'),
    **dict.fromkeys("•·․‧", "."),
}  # fmt: skip


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
        """The place in the typed text of a place in `seen`, with the markup of words that are partly marked."""
        first, last = self.start[begin], self.start[end]
        if end > begin and last - self.start[end - 1] > 1:  # signs that aren't seen stay outside
            last = self.start[end - 1] + 1
            while last < len(self.typed) and unicodedata.combining(self.typed[last]):
                last += 1
        if self.typed[first:last].count("`") % 2:  # the other sign of the pair
            first -= self.typed[first - 1 : first] == "`"
            last += self.typed[last : last + 1] == "`"
        if _may_be_marked(self.typed[first:last]) and not self._is_seen(begin, end):
            marks = [match.span() for match in _MARKUP.finditer(self.typed)]
            for left, right in reversed(marks):
                first = left if right == first else first
            for left, right in marks:
                last = right if left == last else last
        return first, last

    def _is_seen(self, begin: int, end: int) -> bool:
        """Is every sign of a place as typed?"""
        return self.start[end - 1] - self.start[begin] == end - 1 - begin


@lru_cache(maxsize=8)
def words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern of whole words in `Text.plain`, such as those that mean a client in a vault."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


_TAG = Pattern(r"(?:^|(?<=\s))#[^\W\d_][\w/-]*", needs=("#",))
CLIENT = r"(?:clients?|clt|pt|patients?|pacientes?|clientes?|clientas?)"
_COMPOUND = Pattern(
    rf"(?<![\w/.:#=?&-])(?<!\w@){CLIENT}(?:[-_][^\W_]+){{1,8}}(?![\w/@-]|\.\w)|"
    rf"^\s*(?:[^\W_]+_){{0,4}}{CLIENT}(?:_[^\W_]+){{1,8}}(?=: )",
    re.IGNORECASE,
    needs=("ient", "clt", "pt-", "pt_"),
)
"""A word such as `client-dana`, and a key such as `our_client_dana`."""
_TAGS = Pattern(r"tags?: .*|\s*- [^\W\d_]\w*(?:[-_/]\w+)+\s*$", re.IGNORECASE, needs=("tag", "- "))
"""A line of tags, or an item of a list that may be one."""
_JOINED = str.maketrans("-_/", "   ")


def tag_words(line: str) -> str:
    """A line with blanks between the words of its tags and compounds (`#client/dana-m`), of the same length."""
    line = _COMPOUND.sub(_apart, _TAG.sub(_apart, line))
    if match := _TAGS.match(line):
        at = line.index("-" if line.lstrip().startswith("-") else ":") + 1
        line = line[:at] + line[at : match.end()].translate(_JOINED) + line[match.end() :]
    return line


def _apart(match: re.Match[str]) -> str:
    return match[0].translate(_JOINED)


def with_neutral(line: str, start: int, end: int, neutral: str) -> str:
    """A line with neutral words such as `[client]` in place of others; a tag stays a tag (`client-dana`: `client`)."""
    head = line[:start]
    joined = (match for pattern in (_TAG, _COMPOUND) for match in pattern.finditer(line))
    if _TAGS.match(line) or any(match.start() <= start < match.end() for match in joined):
        neutral = neutral.strip("[]()").replace(" ", "-")
        word = head[-len(neutral) - 1 : -1]
        before = head[: -len(neutral) - 1][-1:]
        if word.lower() == neutral and head[-1] in "-_/" and not before.isalnum():
            head = head[: -len(neutral) - 1]
    return f"{head}{neutral}{line[end:]}"


_MARKUP = Pattern(
    r"(?<=\S)\*{1,3}|\*{1,3}(?=\S)|(?<![^\W_])_{1,3}(?=\w)|(?<=\w)_{1,3}(?![^\W_])|(?<=\S)(?:==|~~)|(?:==|~~)(?=\S)|"
    r"</?(?:b|i|u|s|em|strong|mark|del|ins|span|sub|sup|small|font|wbr)(?: [^<>\n]{0,80})?/?>|"
    r"&(?:shy|zwj|zwnj|#8203|#173);|\\(?=[*_.~=\\-])",
    re.IGNORECASE,
)
"""Signs that a reader of the note doesn't see: emphasis, small tags of HTML, characters without a width."""
_MARKED = Pattern(r"[*~=<&\\]")
_UNDERLINE = Pattern(r"(?<![^\W_])_|_(?![^\W_])", needs=("_",))
_BLANK_SIGNS = Pattern(r"&(?:nbsp|ensp|emsp|thinsp|#160);|<br ?/?>", re.IGNORECASE, needs=("&", "<"))
_JOINT = Pattern(r"(?<=[a-z])(?=[A-Z](?:[a-z]|\.|\b))")
"""Between two words without a blank, such as `DanaM.` and `clientDana`."""
_CAPITAL_INSIDE = Pattern(r"[a-z][A-Z]")
_FIRST_PART = Pattern(r"(?<![a-z])[a-z]{1,20}$")


_CODE = Pattern(
    r"(?<=\w)`[^\W\d_]{1,30}`|`[^\W\d_]{1,30}`(?=\w)|`[A-Z][^\W\d_]{0,30}\.?`(?= [A-Z])|"
    r"(?<!\w)[A-Z][^\W\d_]{0,30} `[A-Z][^\W\d_]{0,30}\.?`",
    needs=("`",),
)
"""A part of a word, or of a name, that is marked as code: a reader sees the whole."""


def _may_be_marked(text: str) -> bool:
    return bool(_MARKED.search(text) or _UNDERLINE.search(text))


def without_markup(line: str) -> str:
    """A line without emphasis and the like, as it is read."""
    if _may_be_marked(line):
        line = _MARKUP.sub("", _BLANK_SIGNS.sub(" ", line))
    return _CODE.sub(lambda match: match[0].replace("`", ""), line)


_BLANKS = Pattern(r"(?<=\S) {2,}", needs=("  ",))


def one_blank(line: str) -> str:
    """A line with one blank between words."""
    return _BLANKS.sub(" ", line)


def read(typed: str) -> Text:
    """Normalize a line (NFKC, dashes, quotes, markup, blanks, tags)."""
    text = _same_signs(typed)
    if _may_be_marked(text.seen):
        text = _edited(text, ((match.span(), " ") for match in _BLANK_SIGNS.finditer(text.seen)))
        text = _edited(text, ((match.span(), "") for match in _MARKUP.finditer(text.seen)))
    if "`" in text.seen:
        text = _edited(text, (((at, at + 1), "") for at in _code_signs(text.seen)))
    if _CAPITAL_INSIDE.search(text.seen):
        text = _edited(text, ((match.span(), " ") for match in _JOINT.finditer(text.seen) if _is_joint(text, match)))
    if "  " in text.seen:
        text = _edited(text, (((match.start() + 1, match.end()), "") for match in _BLANKS.finditer(text.seen)))
    seen = tag_words(text.seen)
    return text if seen == text.seen else text._replace(seen=seen, plain=tag_words(text.plain))


def _code_signs(seen: str) -> list[int]:
    return [at for match in _CODE.finditer(seen) for at in range(*match.span()) if seen[at] == "`"]


_WHOLE_CLIENT = Pattern(CLIENT)


def _is_joint(text: Text, match: re.Match[str]) -> bool:
    """Is it the end of a first name or of a word for clients? `PayPal` and `McKay` are one word."""
    if not (found := _FIRST_PART.search(text.plain, max(0, match.start() - 20), match.start())):
        return False
    first = found[0]
    return (len(first) > 2 and first in lexicon.load().given) or bool(_WHOLE_CLIENT.fullmatch(first))


def _edited(text: Text, edits: Iterable[tuple[tuple[int, int], str]]) -> Text:
    """A text with other signs at some places, in order."""
    seen, plain, start, at = [], [], [], 0
    for (begin, end), instead in edits:
        seen += [text.seen[at:begin], instead]
        plain += [text.plain[at:begin], instead]
        start += [*text.start[at:begin], *([text.start[begin]] * len(instead))]
        at = end
    if not seen:
        return text
    return Text(
        text.typed,
        "".join([*seen, text.seen[at:]]),
        "".join([*plain, text.plain[at:]]),
        [*start, *text.start[at:]],
    )


def _same_signs(typed: str) -> Text:
    if typed.isascii():
        seen_at_once = typed.replace("\t", " ")
        return Text(typed, seen_at_once, seen_at_once.lower(), range(len(typed) + 1))
    seen_at_once = typed.translate(_SEEN)
    if len(seen_at_once) == len(typed):  # sign for sign, as most names with accents
        return Text(typed, seen_at_once, typed.translate(_PLAIN), range(len(typed) + 1))
    return _sign_by_sign(typed)


_UNEVEN = "\0\0\0"
"""In place of a sign that becomes several, or a part of the one before: the length then tells."""


class _Signs(dict[int, str]):
    """What each sign becomes, worked out when it is first met; `at` as in `_forms`."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def __missing__(self, code: int) -> str:
        char = chr(code)
        forms = _SAME.get(char, unicodedata.normalize("NFKC", char))
        if char.isascii():
            self[code] = " " if char == "\t" else char.lower() if self._at else char
        elif unicodedata.combining(char) or len(forms) != 1:
            self[code] = _UNEVEN
        else:
            self[code] = _forms(forms[0])[self._at]
        return self[code]


_SEEN, _PLAIN = _Signs(0), _Signs(1)


def _forms(sign: str) -> tuple[str, str]:
    """A sign as it is seen, and as it is compared: without accents, in lower case."""
    each = " " if sign.isspace() else sign
    base = unicodedata.normalize("NFD", each)[0].lower()
    return each, base[0] if base else each


def _sign_by_sign(typed: str) -> Text:
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
            each, base = _forms(form)
            seen.append(each)
            plain.append(base)
            start.append(at)
    start.append(len(typed))
    return Text(typed, "".join(seen), "".join(plain), tuple(start))
