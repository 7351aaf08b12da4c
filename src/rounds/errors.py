"""Every error that Rounds raises on purpose. Each owns its message, its hint and its exit code.

RoundsError                 1  something could not be done
 ├─ EditRefusedError        1  an edit would have touched more than its own bytes
 ├─ ChangedMeanwhileError   1  the file is no longer the one that was read
 ├─ SettingsError           1  rounds.toml or config.toml can't be used as it stands
 ├─ VanishedError           1  notes are out of sight, and it may not be meant
 ├─ UsageError              2  the words of a command can't be understood
 │   ├─ QueryError          2  a query, with the place of its first fault
 │   └─ DateError           2  words that name no date
 ├─ NotFoundError           3  nobody and nothing of that name
 ├─ AmbiguousError          4  several of that name; none is guessed
 ├─ NoVaultError            5  there is no vault here
 ├─ StoppedError            1  the user has stopped it on the way
 ├─ MissingError            6  something that a message needs is written nowhere; it is named
 └─ ProblemsFound           1  `check` found at least one error (it is said on stdout)
"""

from collections.abc import Sequence
from typing import NamedTuple


class RoundsError(Exception):
    """Something could not be done. `message` says what and where, `hint` what to do.

    Attributes:
        verbatim: whether commands in the hint stand as they have to be typed on this machine.
    """

    exit_code = 1
    verbatim = False

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class EditRefusedError(RoundsError):
    """An edit that would have changed other bytes than its own; the editor is the way out."""


class Difference(NamedTuple):
    """What two versions of a note say differently.

    Attributes:
        where: a sentence.
        theirs, ours: the lines of each version; empty where it has none there.
    """

    where: str
    theirs: str
    ours: str


class ChangedMeanwhileError(RoundsError):
    """Another program saved the file after we read it, and the two versions don't merge.

    Attributes:
        differences: what keeps them from merging, with both versions whole; empty where the file is gone or new.
        met: contents by another program that were in the file for a moment, and may have been written over since.
    """

    def __init__(
        self, message: str, *, hint: str = "", differences: Sequence[Difference] = (), met: Sequence[bytes] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.differences = tuple(differences)
        self.met = tuple(met)


class SettingsError(RoundsError):
    """A settings file that can't be read, with path, line and column in the message."""


class VanishedError(RoundsError):
    """Notes are out of sight that may well be there; the index keeps what it had.

    Attributes:
        partly: some folders or notes can't be read, and all else is as usual; else most or all are gone at once.
    """

    partly = False


class UsageError(RoundsError):
    """Words of a command that can't be understood."""

    exit_code = 2


class QueryError(UsageError):
    """A query that can't be understood.

    Attributes:
        query: the text as typed.
        position: 0-based offset of the first fault in it.
    """

    def __init__(self, message: str, *, query: str, position: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.position = position

    def caret(self) -> str:
        """The query and, below it, a caret under the fault."""
        return f"{self.query}\n{' ' * self.position}^"


class DateError(UsageError):
    """Words that name no date or time."""


class NotFoundError(RoundsError):
    """Nobody and nothing of that name.

    Attributes:
        suggestions: names that come close, best first.
        unknown: the names of people that nobody has, as typed; empty where something else was looked for.
    """

    exit_code = 3

    def __init__(
        self, message: str, *, hint: str = "", suggestions: Sequence[str] = (), unknown: Sequence[str] = ()
    ) -> None:
        super().__init__(message, hint=hint)
        self.suggestions = tuple(suggestions)
        self.unknown = tuple(unknown)


class AmbiguousError(RoundsError):
    """Several of that name; they are listed, never guessed.

    Attributes:
        candidates: names to choose from.
    """

    exit_code = 4

    def __init__(self, message: str, *, hint: str = "", candidates: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.candidates = tuple(candidates)


class NoVaultError(RoundsError):
    """No vault was found where one was looked for."""

    exit_code = 5


class StoppedError(RoundsError):
    """The user did not want to wait for it; the hint says what came of it."""


class MissingError(RoundsError):
    """Something that a message needs is written nowhere yet; it is named, and nobody could be asked.

    Attributes:
        names: such as `partner.connection` or `practice.phone`.
    """

    exit_code = 6

    def __init__(self, message: str, *, hint: str = "", names: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint)
        self.names = tuple(names)


class ProblemsFound(RoundsError):  # noqa: N818 - it is a result, not a failure
    """`check` found at least one error."""
