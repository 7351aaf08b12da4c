"""Markdown of a body: comments and code, which hold no entries, follow-ups, headings, links or tags; and sections.

Comments are `%% %%` and `<!-- -->`, within a line or over several. Between code and comments, the first to open
wins: a fence in a comment opens no code block, and `%%` in code opens no comment. As in Obsidian:

- at the start of a line, an unclosed comment runs to the end of the file, or of its block quote (for `<!--`:
  CommonMark 0.31, HTML blocks, condition 2);
- within a line, an unclosed comment is text. Two markers on different lines may not be a pair (`50%% off` above a
  separate comment), so a comment that opens within a line closes on a later line only if the next line with markers
  has an odd number of them, and the lines below have pairs (docs/decisions/0018-comments.md).
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from rounds.errors import Level, Problem
from rounds.notes.merge.diff3 import fence_after, heading_of, split_lines

HIDDEN = "\0"
"""Replaces a hidden character. A note that contains this character itself can't be read at all."""


class MarkupKind(Enum):
    """What kind of markup hides the text."""

    COMMENT = "comment"
    BLOCK = "code block"
    SPAN = "code"


class Stretch(NamedTuple):
    """A comment or code, including its markers.

    Attributes:
        start, end: offsets; a code block covers whole lines, without the last line break.
        closed: False if it has no closing marker and runs to the end of the text.
    """

    start: int
    end: int
    kind: MarkupKind
    closed: bool = True


class Markup(NamedTuple):
    """The comments and code of a text.

    Attributes:
        stretches: in order, without overlaps.
        loose: offsets of opening comment markers within a line that have no closing marker: they are text.
        cut: offsets of comments that end only because their block quote ends.
    """

    stretches: list[Stretch]
    loose: list[int]
    cut: Sequence[int] = ()


def visible(text: str) -> str:
    """The text with `HIDDEN` for each character in comments and code; line breaks stay, and so do offsets."""
    return hidden(text, markup(text), *MarkupKind)


def uncommented(text: str) -> str:
    """Like `visible` for comments alone; code stays."""
    return hidden(text, markup(text), MarkupKind.COMMENT) if has_comments(text) else text


def without_comments(text: str) -> str:
    """The text as a reader sees it: without comments, and without lines that hold nothing else."""
    return shown(re.sub(rf"^[ \t]*{HIDDEN}[{HIDDEN} \t\r]*\n", "", uncommented(text), flags=re.MULTILINE))


def shown(masked: str) -> str:
    """A masked text without its hidden characters and the blanks before them."""
    return _GAP.sub("", masked) if HIDDEN in masked else masked


def has_comments(text: str) -> bool:
    """Whether there may be a comment. Looks for a single character first, which is three times as fast."""
    return ("%" in text and "%%" in text) or ("<" in text and "<!--" in text)


def has_blocks(text: str) -> bool:
    """Whether there may be a code block."""
    return ("`" in text and "```" in text) or ("~" in text and "~~~" in text)


def end_of_visible(text: str) -> int:
    """The offset up to which lines can be added: the start of the line with an unclosed comment or code block."""
    stretches = markup(text).stretches
    if stretches and not stretches[-1].closed:
        return text.rfind("\n", 0, stretches[-1].start) + 1
    return len(text)


def inner_lines(text: str, *kinds: MarkupKind, found: Markup | None = None) -> set[int]:
    """0-based indexes of the lines that start inside a comment or code of these kinds (`found`, if it's known)."""
    inner: set[int] = set()
    first = at = 0
    for stretch in (found or markup(text)).stretches:
        if stretch.kind in kinds:
            first, at = first + text.count("\n", at, stretch.start), stretch.start
            inner.update(range(first + 1, first + 1 + text.count("\n", stretch.start, stretch.end)))
    return inner


def leaves_open(text: str) -> bool:
    """Whether a text leaves a comment or code block open, and so may hide the text after it."""
    found = markup(text)
    return bool(found.loose) or (bool(found.stretches) and not found.stretches[-1].closed)


def unclosed(text: str, found: Markup, first_line: int) -> list[Problem]:
    """Problems for unclosed comments and code, in a text that starts at the 1-based line `first_line`."""
    places = [(at, _LOOSE) for at in found.loose] + [(at, _CUT) for at in found.cut]
    places += [(each.start, _TO_THE_END[each.kind]) for each in found.stretches if not each.closed]
    problems = []
    line = before = 0
    for at, (message, hint) in sorted(places):
        line, before = line + text.count("\n", before, at), at
        column = at - text.rfind("\n", 0, at)
        problems.append(Problem(message, first_line + line, column, hint, Level.WARNING))
    return problems


OPEN = "The words open a comment or code and don't close it: that could hide what follows in the note."
CLOSE = "Close %% with %%, <!-- with -->, and ``` with the same, or leave the signs out."
_GAP = re.compile(rf"(?<![ \t])[ \t]*+{HIDDEN}+")
_LOOSE = (
    "this opens a comment that is never closed, so it is read as text",
    "Close it with the same signs in the same line, or take them out.",
)
_CUT = (
    "this comment is never closed, so the rest of the quotation is hidden",
    "Close it within the quotation: %% ends with %%, <!-- with -->.",
)
_TO_THE_END = {
    MarkupKind.COMMENT: (
        "this comment is never closed, so all that follows is hidden",
        "Close it: %% ends with %%, <!-- with -->.",
    ),
    MarkupKind.BLOCK: (
        "this code block is never closed, so all that follows is code",
        "Close it with a line of the same signs.",
    ),
}


def hidden(text: str, found: Markup, *kinds: MarkupKind) -> str:
    """The text with `HIDDEN` for each character in markup of these kinds."""
    parts: list[str] = []
    end = 0
    for stretch in found.stretches:
        if stretch.kind in kinds:
            parts += (text[end : stretch.start], _INKED.sub(HIDDEN, text[stretch.start : stretch.end]))
            end = stretch.end
    return "".join((*parts, text[end:])) if parts else text


_INKED = re.compile(r"[^\r\n]")
_QUOTE = re.compile(r"(?: {0,3}> ?)*")
_LEAD = re.compile(r"[ \t>]*")
_SIGN = re.compile(r"(?<!\\)(?:`+|%%|<!--)")
_TICKS = re.compile(r"`+")
_SIGNS = re.compile(r"(?<!\\)%%")
_CODE = re.compile(r"(?<!`)(`++)[^`\n]*+(?:(?!\1(?!`))`++[^`\n]*+)*+\1(?!`)")
_CLOSING = {"%%": "%%", "<!--": "-->"}


def markup(text: str) -> Markup:
    """Find the comments and code of a text. Never raises."""
    scan = _MarkupScan(text)
    at = 0 if "`" in text or has_comments(text) or has_blocks(text) else len(text)
    while at < len(text):
        at = scan.line(at)
    return Markup(scan.found, scan.loose, scan.cut)


class _MarkupScan:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Stretch] = []
        self.loose: list[int] = []
        self.cut: list[int] = []
        self._fences = has_blocks(text)
        self._closing: dict[str, int] = {}  # last position found for each closing marker, to avoid repeated searches
        self._ticks: tuple[int, dict[int, list[int]]] = (-1, {})  # end of a line, and its backtick runs by length
        self._quote_end = 0

    def line(self, at: int) -> int:
        """Scan the line at an offset, with any comment or code block that starts in it.

        Returns:
            Start of the next line to scan.
        """
        text = self.text
        end = self._line_end(at)
        if self._fences and (after := self._block(at, end)):
            return after
        first = _LEAD.match(text, at).end()  # type: ignore[union-attr]  # always matches, if only the empty text
        while (sign := _SIGN.search(text, at, end)) is not None:
            if sign[0][0] == "`":
                at = self._span(sign, end)
            else:
                at = self._comment(sign, end, leading=sign.start() == first)
                end = self._line_end(at) if at > end else end
        return end + 1

    def _line_end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _block(self, at: int, end: int) -> int:
        """Add a code block that starts with this line; return 0 if there is none. It ends with its block quote."""
        text = self.text
        quote = len(_QUOTE.match(text, at, end)[0])  # type: ignore[index]  # always matches, if only the empty text
        fence = fence_after(text[at + quote : end], "")
        if not fence:
            return 0
        start = at
        while end < len(text):
            at = end + 1
            after = self._line_end(at)
            inner = _QUOTE.match(text, at, after)[0]  # type: ignore[index]
            if quote and not inner:
                break
            end = after
            fence = fence_after(text[at + (len(inner) if quote else 0) : end], fence)
            if not fence:
                break
        else:
            self.found.append(Stretch(start, end, MarkupKind.BLOCK, closed=False))
            return end + 1
        self.found.append(Stretch(start, end, MarkupKind.BLOCK))
        return end + 1

    def _span(self, sign: re.Match[str], end: int) -> int:
        """Add inline code; backticks without a closing run are text."""
        if self._ticks[0] != end:
            self._ticks = end, {}
            for ticks in _TICKS.finditer(self.text, sign.start(), end):
                self._ticks[1].setdefault(len(ticks[0]), []).append(ticks.end())
        alike = self._ticks[1].get(len(sign[0]), [])
        place = bisect_right(alike, sign.end())
        if place == len(alike):
            return sign.end()
        self.found.append(Stretch(sign.start(), alike[place], MarkupKind.SPAN))
        return alike[place]

    def _find(self, close: str, start: int) -> int:
        """The next position of a marker; -1 if there is none."""
        at = self._closing.get(close, 0)
        if 0 <= at < start or close not in self._closing:
            at = self._closing[close] = self.text.find(close, start)
        return at

    def _comment(self, sign: re.Match[str], end: int, *, leading: bool) -> int:
        """Add a comment.

        Args:
            end: offset of the line's end.
            leading: whether it's the first item in its line.
        """
        start, close = sign.start(), _CLOSING[sign[0]]
        inside = sign.end() if close == "%%" else start + 2  # <!--> is a comment, too
        at = self._find(close, inside)
        if leading and (quoted := self._quoted(start, end)) and not inside <= at < quoted:
            self.found.append(Stretch(start, quoted, MarkupKind.COMMENT))
            self.cut.append(start)
            return quoted
        if at < 0 and leading:
            self.found.append(Stretch(start, len(self.text), MarkupKind.COMMENT, closed=False))
            return len(self.text)
        if at < 0 or (not leading and at > end and not self._pairs(sign, at)):
            self.loose.append(start)
            return sign.end()
        self.found.append(Stretch(start, at + len(close), MarkupKind.COMMENT))
        return at + len(close)

    def _quoted(self, start: int, end: int) -> int:
        """The end of the block quote around the line that ends at `end`; 0 if there is none."""
        text = self.text
        if ">" not in text[text.rfind("\n", 0, start) + 1 : start]:
            return 0
        if end <= self._quote_end:
            return self._quote_end
        while end < len(text) and (quote := _LEAD.match(text, end + 1)) is not None and ">" in quote[0]:
            end = self._line_end(end + 1)
        self._quote_end = end
        return end

    def _pairs(self, sign: re.Match[str], at: int) -> bool:
        """Whether a marker within a line pairs with the closing marker at `at`, in a later line."""
        if sign[0] == "<!--":
            return self.text.find("<!--", sign.end(), at) < 0
        end = self._line_end(at)
        line = self.text[self.text.rfind("\n", 0, at) + 1 : end]
        return _is_odd(line) and not self._odd_after(end)

    def _odd_after(self, end: int) -> bool:
        """Whether, below the line that ends at `end`, an odd number of lines have an odd number of markers."""
        lines = self._odd
        return (len(lines) - bisect_right(lines, end)) % 2 == 1

    @cached_property
    def _odd(self) -> list[int]:
        """Start offsets of the lines with an odd number of comment markers."""
        found, at = [], 0
        for line in self.text.split("\n"):
            if _is_odd(line):
                found.append(at)
            at += len(line) + 1
        return found


def _is_odd(line: str) -> bool:
    """Whether a line has an odd number of comment markers outside code."""
    return "%%" in line and len(_SIGNS.findall(_CODE.sub("", line))) % 2 == 1


def addition(text: str, body: int, heading: str, lines: list[str]) -> tuple[int, str]:
    """Position and text (with LF) to insert, for lines added to a section of the body.

    The position is above any unclosed comment or code, which would hide the lines.

    Args:
        text: the whole file.
        body: the offset where its body starts.
        heading: the section's, without `#`; case doesn't matter.
        lines: without line ends.
    """
    found = section(text, body, heading)
    new = "\n".join(lines)
    most = body + end_of_visible(text[body:])
    if found is None:
        added = _new_section(text[:most], body, heading, new)
        return most, added if most == len(text) else f"{added}\n"
    start, end = found[0], min(found[1], most)
    content = text[start:end]
    if content.strip():
        at = _line_end(text, start + len(content.rstrip()))
        return (at, new + "\n") if text.endswith("\n", 0, at) else (at, "\n" + new)
    return _into_empty(text, start, end, new)


def section(text: str, body: int, heading: str) -> tuple[int, int] | None:
    """Offsets of the first section with that heading: from the line below it to the next heading of its level."""
    wanted = heading.strip().casefold()
    lines = split_lines(hidden(text[body:], markup(text[body:]), MarkupKind.COMMENT, MarkupKind.BLOCK))
    starts = list(accumulate(map(len, lines), initial=body))
    start, level = -1, 0
    for place, line in enumerate(lines):
        if (found := heading_of(shown(line))) is None:
            continue
        if start >= 0 and found[0] <= level:
            return start, starts[place]
        if start < 0 and found[1].casefold() == wanted:
            start, level = starts[place + 1], found[0]
    return (start, len(text)) if start >= 0 else None


def _line_end(text: str, at: int) -> int:
    """The offset after the line's line break."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _into_empty(text: str, start: int, end: int, new: str) -> tuple[int, str]:
    """Position and text below a heading without lines, with a blank line before and, if something follows, after."""
    if start == end and not text.endswith("\n", 0, start):
        return start, "\n\n" + new
    if start == end:
        return start, "\n" + new + "\n" + ("\n" if end < len(text) else "")
    first_blank = _line_end(text, start)
    if not text.endswith("\n", 0, first_blank):
        return first_blank, "\n" + new
    return first_blank, new + "\n" + ("\n" if first_blank == end < len(text) else "")


def _new_section(text: str, body: int, heading: str, new: str) -> str:
    """The section to append to the file; without a trailing line break if the file has none."""
    lines = f"## {heading.strip()}\n\n{new}"
    if not text[body:] and text.strip("\ufeff") == "":
        return lines + "\n"
    if not text.endswith("\n"):
        return "\n\n" + lines
    last = text[text.rfind("\n", 0, len(text) - 1) + 1 :]
    return ("\n" if last.strip() else "") + lines + "\n"
