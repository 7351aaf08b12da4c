"""Values as YAML that YAML 1.1 and YAML 1.2 parsers read alike ("vault format", Writing)."""

import math
import re
import unicodedata
from datetime import date
from functools import lru_cache

from rounds.errors import EditRefusedError

# A text in plain style starts with a letter or with a count of something ("3 months"), which no parser takes
# for a number or a date; characters beyond ASCII are looked at one by one.
_PLAIN = re.compile(r"(?:[A-Za-z]|\d+ [A-Za-z]|[^\x00-\x7f])(?:[ -~]|[^\x00-\x7f])*")
_NOT_PLAIN = re.compile(r": | #|[: ]\Z")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}:?#\"']")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# What YAML 1.1 takes for a boolean or null.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPED = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]')
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def scalar(value: object, *, flow: bool = False) -> str:
    """One value on one line. Dates are bare, as Obsidian writes them; a text that looks like one is quoted.

    Args:
        value: a text, number, boolean, date, or None (written as nothing; in brackets as null).
        flow: whether it will stand inside of brackets.

    Raises:
        EditRefusedError: for maps, lists and anything else that is no scalar.
    """
    if value is None:
        return "null" if flow else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = str.__str__(value)
        return text if _is_plain(text, flow=flow) else double_quoted(text)
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
    """A value as it is read back from the file: dates are texts there."""
    if isinstance(value, list):
        return [as_read(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str.__str__(value) if isinstance(value, str) else value


def double_quoted(text: str) -> str:
    """The text in double quotes, all on one line; what a parser might refuse or lose is escaped.

    Raises:
        EditRefusedError: for half a surrogate pair, which no file can hold.
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
    if not _PLAIN.fullmatch(text) or _NOT_PLAIN.search(text) or text.lower() in _WORDS:
        return False
    if flow and _NOT_PLAIN_IN_FLOW.search(text):
        return False
    if not text.isascii() and not all(map(_is_visible, _BEYOND_ASCII.findall(text))):
        return False
    return any(map(str.isalpha, text))


@lru_cache(maxsize=512)
def _is_visible(character: str) -> bool:
    """Letters, marks, numbers, punctuation and symbols; no blanks, controls, formatting or unassigned
    characters.
    """
    return unicodedata.category(character)[0] in "LMNPS"


def _number(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    text = float.__repr__(value)
    mantissa, exponent, power = text.partition("e")
    # YAML 1.1 reads an exponent only after a dot.
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else text


def literal(text: str) -> str | None:
    """A text of several lines as a block scalar (`|-`, LF, 2-space indent, no line end at its end).

    None where that would not read back the same, as with lines of blanks at its end; it can be double-quoted
    then.
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
