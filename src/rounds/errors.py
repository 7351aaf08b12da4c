"""Rounds errors, each with message, hint and exit code; and problems found in files.

RoundsError                 1  an operation failed
  ├─ EditRefusedError        1  an edit would have changed more than its own bytes
  ├─ ChangedMeanwhileError   1  the file changed after it was read
  ├─ SettingsError           1  rounds.toml or config.toml is invalid
  ├─ VanishedError           1  notes are missing, maybe by accident
  ├─ UsageError              2  a command's arguments are invalid
  │   ├─ QueryError          2  a query is invalid; with the position of the first error
  │   └─ DateError           2  a text isn't a date
  ├─ NotFoundError           3  nothing has that name
  ├─ AmbiguousError          4  several have that name; Rounds doesn't guess
  ├─ NoVaultError            5  there is no vault here
  ├─ StoppedError            1  the user canceled
  ├─ ClientInformationError  7  a text holds client information
  ├─ ClientInDraftError      7  a draft may be about a client
  ├─ MissingError            6  a message lacks a property; the error names it
  └─ ProblemsFound           1  `check` found at least one error (reported on stdout)
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class RoundsError(Exception):
    """An operation failed. `message` says what and where, `hint` what to do.

    Attributes:
        verbatim: whether commands in the hint are ready to paste on this machine.
    """

    exit_code = 1
    verbatim = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class EditRefusedError(RoundsError):
    """An edit would have changed other bytes than its own; use the editor instead."""


class Difference(NamedTuple):
    """A difference between two versions of a note.

    Attributes:
        where: its place, as a sentence.
        theirs, ours: the lines of each version; empty if it has none there.
    """

    where: str
    theirs: str
    ours: str


class ChangedMeanwhileError(RoundsError):
    """Another program saved the file after it was read, and the two versions don't merge.

    Attributes:
        differences: the conflicts, with both versions in full; empty if the file is gone or new.
        met: contents of another program that were briefly in the file and may have been overwritten since.
    """

    def __init__(
        self, message: str, *, hint: str = "", differences: Sequence[Difference] = (), met: Sequence[bytes] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.differences = tuple(differences)
        self.met = tuple(met)


class ClientInDraftError(RoundsError):
    """A draft may be about a client. It has no line of a note that could be written in another way."""

    exit_code = 7


class ClientInformationError(RoundsError):
    """A text to save holds client information, and nobody decided to keep it.

    Attributes:
        added: the lines (`vault.client_guard.Added`), with what was found in each.
    """

    exit_code = 7

    def __init__(self, message: str, *, hint: str = "", added: Sequence[Any] = ()) -> None:
        super().__init__(message, hint=hint)
        self.added = tuple(added)


class SettingsError(RoundsError):
    """A settings file can't be read; the message has path, line and column."""


class VanishedError(RoundsError):
    """Notes can't be seen but may still exist; the index keeps its data.

    Attributes:
        partly: only some folders or notes can't be read; otherwise most or all disappeared at once.
    """

    partly = False


class UsageError(RoundsError):
    """A command's arguments are invalid."""

    exit_code = 2


class QueryError(UsageError):
    """A query is invalid.

    Attributes:
        query: the text as typed.
        position: 0-based offset of the first error.
    """

    def __init__(self, message: str, *, query: str, position: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.position = position

    def caret(self) -> str:
        """The query and, below it, a caret under the error."""
        return f"{self.query}\n{' ' * self.position}^"


class DateError(UsageError):
    """A text isn't a date or time."""


class NotFoundError(RoundsError):
    """Nothing has that name.

    Attributes:
        suggestions: similar names, best first.
        unknown: unknown names of people, as typed; empty if the search was for something else.
    """

    exit_code = 3

    def __init__(
        self, message: str, *, hint: str = "", suggestions: Sequence[str] = (), unknown: Sequence[str] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.suggestions = tuple(suggestions)
        self.unknown = tuple(unknown)


class AmbiguousError(RoundsError):
    """Several have that name; Rounds lists them and never guesses.

    Attributes:
        candidates: names to choose from.
    """

    exit_code = 4

    def __init__(self, message: str, *, hint: str = "", candidates: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class NoVaultError(RoundsError):
    """There is no vault at the expected place."""

    exit_code = 5


class StoppedError(RoundsError):
    """The user canceled the operation; the hint says what was done."""


class MissingError(RoundsError):
    """A message lacks a property; the error names it, and nobody could be asked.

    Attributes:
        names: such as `partner.connection` or `practice.phone`.
    """

    exit_code = 6

    def __init__(self, message: str, *, hint: str = "", names: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.names = tuple(names)


class ProblemsFound(RoundsError):  # noqa: N818 - it is a result, not a failure
    """`check` found at least one error."""


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
        about_client: whether it's client information.
    """

    message: str
    line: int = 1
    column: int = 1
    hint: str = ""
    level: Level = Level.ERROR
    path: str = ""
    about_client: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"
