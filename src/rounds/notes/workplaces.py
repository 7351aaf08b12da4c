"""Workplaces: matching a partner's `organization` to an organization's note."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rounds.domain.folding import fold
from rounds.domain.links import links_in, name_of
from rounds.notes.links import folder_of, stem, target_of

FILE, OTHER = 0, 1
"""Ranks of names: the file name counts before other names in the note."""


def works_at(value: object, path: str) -> str:
    """The lookup key of a partner's `organization`; for a list, of its first item. Empty if there is none.

    A link gives the file name, with any folders in the link; plain text its folded words.

    Args:
        path: of the partner's note: a link may be relative to its folder.
    """
    if isinstance(value, list):
        value = value[0] if value else ""
    return _place(value, path if "../" in value or "./" in value else "") if isinstance(value, str) else ""


@lru_cache(maxsize=4096)
def _place(value: str, path: str) -> str:
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
    """The file name, alone and with each folder that links may have (`rounds.notes.links.leads`)."""
    name, place = stem(path), folder_of(path)
    yield name
    yield f"{place}{name}"
    for folder in _within(place.strip("/").split("/")):
        yield f"/{folder}/{name}"


def _within(folders: Sequence[str]) -> Iterable[str]:
    for start in range(len(folders)):
        for end in range(start + 1, len(folders) + 1):
            if any(folders):
                yield "/".join(folders[start:end])
