"""Wiki links, `[[Sam Lee|Sam]]`, and the names that they resolve to."""

import re

from rounds.domain.folding import caseless

LINK = re.compile(r"!?\[\[([^\[\]|#\\\n]+)(?:#[^\[\]|\\\n]*)?(?:\\?\|([^\[\]\n]*))?\]\]")
"""Target without heading, and alias; inside a table the bar between the two is written `\\|`."""


def stem(path: str) -> str:
    """What links of this path resolve by: the file name without folder and `.md`, NFC and case-folded.

    Obsidian resolves by file name too, whatever the case; a link with folders is matched by its last part.
    """
    name = path.rsplit("/", 1)[-1].strip()
    if name[-3:].lower() == ".md":
        name = name[:-3]
    return name.casefold() if name.isascii() else caseless(name)


def targets(text: str) -> list[str]:
    """The targets of all links of a text, as written."""
    return [match[1].strip() for match in LINK.finditer(text)] if "[[" in text else []


def plain(text: str) -> str:
    """A text with its links replaced by what a reader sees."""
    return LINK.sub(lambda match: match[2] or name_of(match[1]), text) if "[[" in text else text


def name_of(target: str) -> str:
    """What readers see of a path or a link's target: the file name without folder and `.md`."""
    name = target.rsplit("/", 1)[-1].strip()
    return name[:-3] if name[-3:].lower() == ".md" else name


def first_target(value: object) -> str:
    """The name that a link property points to: of a list the first, of plain text the text itself."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return ""
    found = LINK.search(value)
    return name_of(found[1]) if found is not None else value.strip()
