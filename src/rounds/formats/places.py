"""How a partner's `organization` and an organization's note find each other: by link, by name, by another name."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rounds.domain.folding import fold
from rounds.domain.links import targets
from rounds.formats.links import name_of, stem

FILE, OTHER = 0, 1
"""Ranks of names: that of the file counts before those that the note gives itself."""


def works_at(value: object) -> str:
    """What a partner's `organization` is looked up by; of a list the first. Empty where nothing is written.

    A link counts by the name of the file, with its folders where it has some; plain text by its words.
    """
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return ""
    return _place(value)


@lru_cache(maxsize=4096)
def _place(value: str) -> str:
    linked = targets(value)
    return _path(linked[0]) if linked else fold(value)


def place_names(path: str, title: str, aliases: Sequence[str]) -> list[tuple[str, int]]:
    """What an organization may be looked up by, each with its rank.

    Args:
        path: of its note, POSIX, relative to the vault: each of the folders that it lies in may stand in a link.
    """
    ranks = dict.fromkeys(_file_names(path), FILE)
    for name in _words(name_of(path), title, *aliases):
        ranks.setdefault(name, OTHER)
    return [*ranks.items()]


def _file_names(path: str) -> Iterator[str]:
    *folders, name = _path(path).split("/")
    yield name
    for start in range(len(folders)):
        for end in range(start + 1, len(folders) + 1):
            yield "/".join([*folders[start:end], name])


def _words(*names: str) -> Iterable[str]:
    return filter(None, map(fold, names))


def _path(target: str) -> str:
    """A link's target or a path, as links resolve: NFC, whatever the case, without `.md` and steps up."""
    return "/".join([part for part in map(stem, target.split("/")) if part not in {"", ".", ".."}])
