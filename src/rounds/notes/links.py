"""Link resolution: the notes that links lead to, and links for a new name."""

import posixpath
from typing import NamedTuple

from rounds.domain.folding import caseless
from rounds.domain.links import TextLink, links_in, name_of, plain, targets

__all__ = [
    "Target", "first_target", "folder_of", "leads", "name_of", "named_anew", "plain", "stem", "target_of", "targets",
]  # fmt: skip


class Target(NamedTuple):
    """Target of a link.

    Attributes:
        stem: of the note, see `stem`.
        folder: empty for any folder; `/partners/` for any path that contains it; `//partners/`, with two slashes, for
            exactly that path in the vault, `//` for its root.
    """

    stem: str
    folder: str


def stem(path: str) -> str:
    """The key that links resolve by: the file name without folder and `.md`, NFC and case-folded.

    Obsidian also resolves by file name, ignoring case; a link with folders is matched by its last part.
    """
    name = path.rsplit("/", 1)[-1].strip()
    if name[-3:].lower() == ".md":
        name = name[:-3]
    return caseless(name)


def folder_of(path: str) -> str:
    """The folder of a note, in the form of `Target.folder` for an exact path."""
    folder = path.rpartition("/")[0]
    return caseless(f"//{folder}/") if folder else "//"


def target_of(target: str, source: str) -> Target:
    """Target of a link in a note. `../` and `./` are relative to the note's folder, `/` to the vault's root.

    Args:
        target: decoded, see `TextLink`.
        source: path of the note with the link.
    """
    if "/" not in target:
        return Target(stem(target), "")
    folder = target.rpartition("/")[0]
    first = folder.partition("/")[0]
    if first in (".", ".."):
        path = posixpath.normpath(posixpath.join(source.rpartition("/")[0], folder))
        return Target(stem(target), folder_of(f"{path}/" if path != "." else ""))
    inner = "/".join(part.strip() for part in folder.split("/") if part.strip())
    if not first.strip():
        return Target(stem(target), folder_of(f"{inner}/" if inner else ""))
    return Target(stem(target), caseless(f"/{inner}/"))


def leads(folder: str, note: str) -> bool:
    """Whether a link with that folder can mean a note in that folder (`folder_of`). The index does this in SQL."""
    return not folder or folder == note or (not folder.startswith("//") and folder in note)


def first_target(value: object) -> str:
    """The name in a link property: the first of a list; a plain text itself."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return ""
    found = links_in(value)
    return name_of(found[0].target) if found else value.strip()


def named_anew(text: str, link: TextLink, name: str) -> str:
    """The path of a link, rewritten for the note's new name in the same folder.

    Folder, ending, encoding style and surrounding blanks stay.

    Args:
        text: the text with the link.
        name: the new one, without `.md`.
    """
    written = text[slice(*link.path)]
    folder, slash, last = written.rpartition("/")
    left, right = last[: len(last) - len(last.lstrip())], last[len(last.rstrip()) :]
    ending = last.strip()[-3:] if last.strip()[-3:].lower() == ".md" else ""
    if link.form != "wiki":
        name = _encoded(name, last, bare=link.form == "bare")
    return f"{folder}{slash}{left}{name}{ending}{right}"


def _encoded(name: str, like: str, *, bare: bool) -> str:
    """A name for a Markdown link: encoded where required, and where the old one was."""
    from urllib.parse import quote

    signs = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum() and chr(code) not in "%\\<>")
    if name.count("(") != name.count(")") or "%28" in like:
        signs = signs.replace("(", "").replace(")", "")
    if not bare and "%20" not in like:
        signs += " "
    letters = any(code >= "%8" for code in _codes(like))
    return "".join(quote(char, safe=signs) if char.isascii() or letters else char for char in name)


def _codes(text: str) -> list[str]:
    return [f"%{part[:2]}".upper() for part in text.split("%")[1:]]
