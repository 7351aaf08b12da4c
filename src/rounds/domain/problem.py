"""Something wrong in a file, with its place and what to do about it."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How much a problem matters. An error makes `rounds check` exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Problem(NamedTuple):
    """One thing wrong in one place.

    Attributes:
        message: what is wrong, in plain words.
        line, column: 1-based place in the file.
        hint: what to do; may be empty.
        path: of the note, relative to the vault; empty while only bytes are known.
    """

    message: str
    line: int = 1
    column: int = 1
    hint: str = ""
    level: Level = Level.ERROR
    path: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
