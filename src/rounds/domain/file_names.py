"""Names of files that every system takes: not too long, cut between characters as people see them, not reserved."""

import re
import unicodedata

LONGEST = 255
"""Bytes of UTF-8 in a file name on Linux. Windows and Macs count UTF-16 units, which are never more than the bytes."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|(?:com|lpt)[\d¹²³]|con(?:in|out)\$)(?= *(?:\.|$))")
_JOINER = "\u200d"


def free_of_reserved(name: str) -> str:
    """A name that Windows does not take for a device: `con` and `con.x` are one to it, whatever ends in `.md`."""
    return _RESERVED.sub(r"\1_", name, count=1) if _RESERVED.match(name) else name


def is_reserved(name: str) -> bool:
    """Whether Windows takes a file of that name, with or without an extension, for a device."""
    return _RESERVED.match(name) is not None


def printable(path: str) -> str:
    """A path that can be shown and stored: each byte that is no UTF-8 (half a character on Windows) becomes U+FFFD."""
    return path if path.isascii() else re.sub("[\ud800-\udfff]", "\ufffd", path)


def one_name(one: str, other: str) -> bool:
    """Whether two paths differ in case or Unicode form alone, so that a case-blind disk has one file for both."""
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()


def bounded(name: str, end: str, most: int = LONGEST) -> str:
    """A file name of at most `most` bytes: the name, cut where it must be, and all of the end."""
    return cut(name, most - _bytes(end)) + end if _bytes(name + end) > most else name + end


def is_cut(name: str, whole: str, end: str) -> bool:
    """Whether one name may be what `bounded` made of another with such an end."""
    return name != whole and whole.startswith(name) and _bytes(whole + end) > LONGEST and _bytes(name) >= _SHORTEST


_SHORTEST = 40
"""Bytes of a name that was cut, at the least: of fewer it can't be known what they were."""


def cut(text: str, most: int) -> str:
    """The beginning of a text in at most `most` bytes of UTF-8, without blanks at its end.

    What is seen as one character stays whole (a letter with its marks, an emoji of several, a Korean syllable in
    parts), unless it is too long for a name by itself.
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
    """Whether the character there is one with what stands before it."""
    character, before = text[at], text[at - 1]
    if _JOINER in {before, character} or unicodedata.category(character)[0] == "M":
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True  # a color of skin, a tag of a flag
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb":
        return True  # the second or third part of a syllable
    flags = len(text[:at]) - len(text[:at].rstrip(_FLAGS))
    return character in _FLAGS and flags % 2 == 1


_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
"""Letters of which two are a flag."""
