"""A pair of notes that may be about one person or organization."""

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from rounds.domain.folding import fold
from rounds.domain.same_person import BY_NAME, INITIAL, MIDDLE, NEARLY, SHORT

_SURE = (BY_NAME, MIDDLE, INITIAL, SHORT, NEARLY, "")


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

    def order(self) -> tuple[int, int, str, str]:
        """Sort key: what is surest comes first."""
        return -len(self.why), surest_name(self.why), self.path, self.other


def surest_name(reasons: Sequence[str]) -> int:
    """The rank of the surest likeness of names among the reasons: 0 is the same name."""
    return min(_SURE.index(why) if why in _SURE else len(_SURE) for why in reasons)
