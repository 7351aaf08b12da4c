"""The fences of front matter, and the lines that start a key."""

import re
from typing import NamedTuple

BOM = "\ufeff"

OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r?\n|\r?\Z)")
# A malformed opening fence: below blank lines, indented, with too few or too many dashes.
MEANT_OPENING = re.compile(r"\ufeff?((?:[ \t]*\r?\n)*)([ \t]*[-—–]+[ \t]*)\r?\n(?=[A-Za-z_]+:[ \t\r\n])")
CLOSING = re.compile(r"(?:---|\.\.\.)[ \t]*(?:\r?\n|\r?\Z)")

# A line that starts a key at column 0; group 1 is the key as written, including quotes.
KEY_LINE = re.compile(
    r"^("
    r'"(?:[^"\\\n]++|\\.)*+"[ \t]*+'
    r"|'(?:[^'\n]++|'')*+'[ \t]*+"
    r"|(?:[^ \t\r\n\"'#\-?\[\]{},|>@%`]|[-?](?=[^ \t\r\n]))[^:\n]*+(?::(?=[^ \t\r\n])[^:\n]*+)*+"
    r"):(?=[ \t\r\n]|\Z)",
    re.MULTILINE,
)


class Fences(NamedTuple):
    """Offsets of the front matter in a file's text."""

    start: int
    """The first character after the opening fence's line."""
    end: int
    """The closing fence."""
    body: int
    """The first character after the closing fence's line."""


def split(text: str) -> Fences | None:
    """Offsets of a file's front matter; None if there is none, or the block is never closed.

    The opening fence is the file's first line (after a BOM); `---` or `...` at column 0 closes the block.
    Blanks may follow a fence. Lines end with LF or CRLF.
    """
    opening = OPENING.match(text)
    if opening is None:
        return None
    start = opening.end()
    dashes = _closing(text, "\n---", start - 1, len(text))
    dots = _closing(text, "\n...", start - 1, dashes.start() if dashes else len(text))
    closing = dots or dashes
    return Fences(start, closing.start(), closing.end()) if closing else None


def _closing(text: str, fence: str, start: int, end: int) -> re.Match[str] | None:
    at = text.find(fence, start, end)
    while at >= 0:
        if found := CLOSING.match(text, at + 1):
            return found
        at = text.find(fence, at + 1, end)
    return None
