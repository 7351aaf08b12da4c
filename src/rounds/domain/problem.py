"""Problems in files, each with its place and a hint."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """Severity of a problem. An error makes `rounds check` exit with 1."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Problem(NamedTuple):
    """A problem at one place in a file.

    Attributes:
        message: the problem, in plain words.
        line, column: 1-based position in the file.
        hint: what to do; may be empty.
        path: of the note, relative to the vault; empty while only the bytes are known.
    """

    message: str
    line: int = 1
    column: int = 1
    hint: str = ""
    level: Level = Level.ERROR
    path: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
