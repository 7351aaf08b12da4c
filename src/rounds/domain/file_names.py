"""Portable file names: bounded length, cut between visible characters, never reserved."""

import re
import unicodedata

LONGEST = 255
"""Bytes of UTF-8 in a file name on Linux. Windows and macOS count UTF-16 units, never more than the bytes."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|(?:com|lpt)[\d¹²³]|con(?:in|out)\$)(?= *(?:\.|$))")
_JOINER = "\u200d"


def free_of_reserved(name: str) -> str:
    """A name that Windows doesn't treat as a device: both `con` and `con.x` are devices, even with `.md`."""
    return _RESERVED.sub(r"\1_", name, count=1) if _RESERVED.match(name) else name


def is_reserved(name: str) -> bool:
    """Whether Windows treats the file name as a device, with or without an extension."""
    return _RESERVED.match(name) is not None


def printable(path: str) -> str:
    """A path fit to show and store: invalid UTF-8 (half a character on Windows) becomes U+FFFD."""
    return path if path.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", path)


def one_name(one: str, other: str) -> bool:
    """Whether two paths differ only in case or Unicode form: one file on a case-insensitive disk."""
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()


def bounded(name: str, end: str, most: int = LONGEST) -> str:
    """A file name of at most `most` bytes: the name, cut if necessary, and the whole end."""
    return cut(name, most - _bytes(end)) + end if _bytes(name + end) > most else name + end


def is_cut(name: str, whole: str, end: str) -> bool:
    """Whether `bounded` may have cut `whole` to `name` for that end."""
    return name != whole and whole.startswith(name) and _bytes(whole + end) > LONGEST and _bytes(name) >= _SHORTEST


_SHORTEST = 40
"""Fewest bytes of a cut name: a shorter one can't be traced to its original."""


def cut(text: str, most: int) -> str:
    """A text's beginning in at most `most` bytes of UTF-8, without trailing blanks.

    A visible character stays whole (a letter with its marks, a multi-part emoji, a decomposed Korean syllable), unless
    it alone is too long.
    """
    end = used = 0
    for character in text:
        used += _bytes(character)
        if used > most:
            break
        end += 1
    whole = end
    while 0 < whole < len(text) and _belongs(text, whole):
        whole -= 1
    return text[: whole or end].rstrip() if end < len(text) else text


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _belongs(text: str, at: int) -> bool:
    """Whether the character at this offset belongs to the one before it."""
    character, before = text[at], text[at - 1]
    if _JOINER in {before, character} or unicodedata.category(character)[0] == "M":
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True  # skin tone, flag tag
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb":
        return True  # second or third part of a Korean syllable
    flags = len(text[:at]) - len(text[:at].rstrip(_FLAGS))
    return character in _FLAGS and flags % 2 == 1


_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Regional indicator letters; two make a flag."""
