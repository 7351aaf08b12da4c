"""Front-matter syntax: fences, the lines that start a key, line breaks, and quoting.

A value is plain if YAML 1.1 and YAML 1.2 parsers read the same text, like Obsidian's own library; otherwise quoted
("vault format", Writing; docs/decisions/0020-quotes.md).
"""

import math
import re
from datetime import date
from typing import NamedTuple

from rounds.domain.patterns import Pattern
from rounds.errors import EditRefusedError

# YAML indicators at the start of or inside a text.
_SIGNS = Pattern(r"[ ,\[\]{}#&*!|>'\"%@`]|[?-](?: |\Z)")
_SIGNS_INSIDE = Pattern(r": | #|[: ]\Z")
_SIGNS_IN_FLOW = Pattern(r"[,\[\]{}:?#\"']")
# Texts that YAML 1.1 or YAML 1.2 takes for null, a boolean, a number, a time, a date, a merge key or a default key.
_NO_TEXT = Pattern(
    r"~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"
    r"|[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)"
    r"|[-+]?(?=[0-9.eE])(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?"
    r"|<<|="
)
# Phone numbers of seven or more digits are always quoted: if somebody removed the blanks of an unquoted
# `+1 503 555 0142`, it would lose the plus.
_PHONE = Pattern(r"(?=(?:[^0-9]*[0-9]){7})[+(]*[0-9][0-9 ().+-]+(?: *(?:x|ext\.?) *[0-9]+)?")
_ESCAPED = Pattern('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')
_UNSAFE = Pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_SHORT_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0",
    "\a": "\\a", "\b": "\\b", "\v": "\\v", "\f": "\\f", "\x1b": "\\e",
}  # fmt: skip


def scalar(value: object, *, flow: bool = False) -> str:
    """A value on one line. Dates are bare, as Obsidian writes them; a text that looks like one is quoted.

    Args:
        value: a text, number, boolean, date, or None (written as nothing; inside brackets as null).
        flow: whether it goes inside brackets.

    Raises:
        EditRefusedError: for maps, lists and other values that aren't scalars.
    """
    if value is None:
        return "null" if flow else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = str.__str__(value)
        return text if _is_plain(text, flow=flow) else quoted(text)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, date):
        return value.isoformat()
    raise EditRefusedError(
        f"A property can't hold a {type(value).__name__}.", hint="Open the note in the editor to write it."
    )


def as_read(value: object) -> object:
    """A value as it reads back from the file: dates become texts."""
    if isinstance(value, list):
        return [as_read(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str.__str__(value) if isinstance(value, str) else value


def quoted(text: str) -> str:
    """The text in quotes, on one line: double quotes, but single ones around a text that contains double ones.

    Raises:
        EditRefusedError: for a lone surrogate, which no file can store.
    """
    if '"' in text and "'" not in text and not _UNSAFE.search(text):
        return f"'{text}'"
    return double_quoted(text)


def double_quoted(text: str) -> str:
    """The text in double quotes, on one line; characters that a parser might reject or lose are escaped.

    Raises:
        EditRefusedError: for a lone surrogate, which no file can store.
    """
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if "\ud800" <= character <= "\udfff":
        raise EditRefusedError("The text holds half a character, which can't be saved.")
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    return f"\\x{ord(character):02x}" if character < "\u0100" else f"\\u{ord(character):04x}"


def _is_plain(text: str, *, flow: bool) -> bool:
    if not text.strip() or _SIGNS.match(text) or _SIGNS_INSIDE.search(text) or _UNSAFE.search(text):
        return False
    if flow and _SIGNS_IN_FLOW.search(text):
        return False
    return not _NO_TEXT.fullmatch(text) and not _PHONE.fullmatch(text)


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = float.__repr__(value)
    mantissa, exponent, power = text.partition("e")
    # YAML 1.1 accepts an exponent only after a dot.
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text


def literal(text: str) -> str | None:
    """A multi-line text as a block scalar (`|-`, LF, 2-space indent, no trailing line break).

    None if that wouldn't read back the same, for example with trailing blank lines; use double quotes then.
    """
    from io import StringIO

    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import LiteralScalarString
    from yaml12 import parse_yaml

    if "\n" not in text or re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]", text):
        return None
    out = StringIO()
    writer = YAML()
    writer.width = 1_000_000
    writer.dump({"k": LiteralScalarString(text)}, out)
    block = out.getvalue().removeprefix("k: ").removesuffix("\n")
    if not re.match(r"\|\d?-?\n", block) or block != block.rstrip():
        return None
    try:
        same = parse_yaml(f"k: {block}\nnext: 1\n") == {"k": text, "next": 1}
    except ValueError:
        return None
    return block if same else None


BOM = "\ufeff"

OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r?\n|\r?\Z)")
# A malformed opening fence: below blank lines, indented, with too few or too many dashes.
MALFORMED_OPENING = Pattern(r"\ufeff?((?:[ \t]*\r?\n)*)([ \t]*[-—–]+[ \t]*)\r?\n(?=[A-Za-z_]+:[ \t\r\n])")
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
    dashes = _closing_fence(text, "\n---", start - 1, len(text))
    dots = _closing_fence(text, "\n...", start - 1, dashes.start() if dashes else len(text))
    closing = dots or dashes
    return Fences(start, closing.start(), closing.end()) if closing else None


def _closing_fence(text: str, fence: str, start: int, end: int) -> re.Match[str] | None:
    at = text.find(fence, start, end)
    while at >= 0:
        if found := CLOSING.match(text, at + 1):
            return found
        at = text.find(fence, at + 1, end)
    return None


def lf(text: str) -> str:
    """A text with LF in place of CRLF."""
    return text.replace("\r\n", "\n")


def newline_after(text: str, start: int) -> str:
    """The line break of the line at an offset; LF if it has none."""
    end = text.find("\n", start)
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"
