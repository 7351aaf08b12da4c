"""Names that Windows gives to no file, and others instead.

A vault is often shared between systems: a sync service leaves such a note out on the PC, or renames it there.
"""

import re
import unicodedata

from rounds.domain.file_names_copies import cut

LINK_BREAKING = re.compile(r"[\[\]#^|]")
"""Characters not allowed in a wiki link's target."""

LONGEST = 120
"""Maximum bytes of a name in a file name: a namesake's file name has two, and file systems allow 255."""

LONGEST_PATH = 200
"""Characters of a path in the vault. Windows allows 259, with the folders that the vault is in."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|(?:com|lpt)[\d¹²³]|con(?:in|out)\$)(?= *(?:\.|$))")
_REFUSED = r'[<>:"\\|?*\x00-\x1f]'
_UNPORTABLE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]')


def is_reserved(name: str) -> bool:
    """Whether Windows treats the file name as a device, with or without an extension."""
    return _RESERVED.match(name) is not None


def free_of_reserved(name: str) -> str:
    """A name that Windows doesn't treat as a device: both `con` and `con.x` are devices, even with `.md`."""
    return _RESERVED.sub(r"\1_", name, count=1) if _RESERVED.match(name) else name


def portable(name: str) -> str:
    """A name as a file name valid on every system and in a wiki link, without `.md`; empty if nothing is left of it."""
    words = " ".join(unicodedata.normalize("NFC", name).split())
    clean = LINK_BREAKING.sub("", _UNPORTABLE.sub("", words)).encode(errors="ignore").decode()
    return free_of_reserved(cut(" ".join(clean.split()), LONGEST).strip(" ."))


def why_not(name: str) -> str:
    """Why Windows gives no file or folder this name, as a sentence about it; empty if it does."""
    if match := _RESERVED.match(name):
        return f"its name is {match[1]}, which Windows keeps for itself"
    if found := dict.fromkeys(re.findall(_REFUSED, name)):
        signs = " and ".join(sign for sign in found if sign.isprintable()) or "a line break, or a similar character"
        return f"its name contains {signs}"
    return "its name ends with a period or a space" if name[-1:] in {".", " "} else ""


def why_no_path(path: str) -> str:
    """Why Windows may not find a note at this path in the vault; empty if it does. Folders' names aren't looked at."""
    units = len(path.encode("utf-16-le", "replace")) // 2
    if units <= LONGEST_PATH:
        return why_not(path.rpartition("/")[2])
    return f"its path has {units} characters; Windows allows 259, with the folders that the vault is in"
