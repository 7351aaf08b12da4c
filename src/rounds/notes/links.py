"""Links to notes: what they lead to, and the organizations that partners work at."""

import posixpath
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.folding import caseless, fold
from rounds.domain.links import links_in, name_of, plain, targets

if TYPE_CHECKING:
    pass

__all__ = [
    "Target", "first_target", "folder_matches", "folder_of", "name_of", "plain", "stem", "target_of",
    "targets",
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


def folder_matches(folder: str, note: str) -> bool:
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


FILE, OTHER = 0, 1
"""Ranks of names: the file name counts before other names in the note."""


def workplace_key(value: object, path: str) -> str:
    """The lookup key of a partner's `organization`; for a list, of its first item. Empty if there is none.

    A link gives the file name, with any folders in the link; plain text its folded words.

    Args:
        path: of the partner's note: a link may be relative to its folder.
    """
    if isinstance(value, list):
        value = value[0] if value else ""
    return _workplace(value, path if "../" in value or "./" in value else "") if isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _workplace(value: str, path: str) -> str:
    links = links_in(value)
    if not links:
        return fold(value)
    target = target_of(links[0].target, path)
    return f"{target.folder}{target.stem}"


def place_names(path: str, title: str, aliases: Sequence[str]) -> list[tuple[str, int]]:
    """The names an organization can be looked up by, each with its rank.

    Args:
        path: of its note, POSIX, relative to the vault; a link may contain any of its folders.
    """
    ranks = dict.fromkeys(_file_names(path), FILE)
    for name in filter(None, map(fold, (name_of(path), title, *aliases))):
        ranks.setdefault(name, OTHER)
    return [*ranks.items()]


def _file_names(path: str) -> Iterator[str]:
    """The file name, alone and with each folder that links may have (`rounds.notes.links.folder_matches`)."""
    name, place = stem(path), folder_of(path)
    yield name
    yield f"{place}{name}"
    for folder in _folder_runs(place.strip("/").split("/")):
        yield f"/{folder}/{name}"


def _folder_runs(folders: Sequence[str]) -> Iterable[str]:
    for start in range(len(folders)):
        for end in range(start + 1, len(folders) + 1):
            if any(folders):
                yield "/".join(folders[start:end])
