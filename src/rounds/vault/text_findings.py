"""What problems need from the texts of notes, read once for each version of a note."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from rounds.errors import Level, Problem


class TextFindings:
    """Values that were read from the texts of notes, kept as JSON until the note changes.

    Attributes:
        kept: the values that were asked for, by path and name.
    """

    def __init__(self, before: Mapping[str, dict[str, Any]], changed: Collection[str] | None = None) -> None:
        """What was kept `before` counts for all notes but the changed ones; None if all may have changed."""
        self.kept: dict[str, dict[str, Any]] = {}
        self._before = {} if changed is None else {path: each for path, each in before.items() if path not in changed}

    def of(self, path: str, name: str, read: Callable[[], Any]) -> Any:
        """The value with a name of the note at a path, read if it isn't known.

        Args:
            read: returns a value that JSON can hold; its errors pass, and are not kept.
        """
        known = self._before.get(path, {})
        value = known[name] if name in known else read()
        self.kept.setdefault(path, {})[name] = value
        return value


def problem_of(row: Sequence[Any]) -> Problem:
    """A problem from a row of the index or from JSON.

    Args:
        row: message, line, column, hint, level, path, and maybe whether it is about clients.
    """
    message, line, column, hint, level, path, *rest = row
    return Problem(message, line, column, hint, Level(level), path, *rest)
