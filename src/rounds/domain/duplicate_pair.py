"""A pair of notes that may be about one person or organization."""

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from rounds.domain.folding import fold


class Pair(NamedTuple):
    """Two notes that may be about the same person or organization.

    Attributes:
        path, name: of the note that says more.
        other, other_name: of the other one.
        kind: type of both.
        why: what they have in common, each in words.
    """

    path: str
    other: str
    name: str
    other_name: str
    kind: str
    why: Sequence[str]

    @property
    def typed(self) -> str:
        """Both as they are typed on the command line: by name, or by path if the names are the same."""
        is_clear = fold(self.name) != fold(self.other_name)
        return shlex.join((self.name, self.other_name) if is_clear else (self.path, self.other))
