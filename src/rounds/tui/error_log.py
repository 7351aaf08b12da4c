"""Unexpected errors: whether the program can go on, and the report for the user."""

import os
import traceback
from collections import deque
from contextlib import suppress
from time import monotonic

from rounds.storage.open_file import private
from rounds.tui.textual_compat import failed_painting

MANY = 3
"""This many errors within `WITHIN` seconds count as recurring, such as in painting: the program ends."""

WITHIN = 5.0


class ErrorLog:
    """Unexpected errors.

    Attributes:
        errors: all errors since the start.
    """

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self._times: deque[float] = deque(maxlen=MANY)

    def add(self, error: Exception) -> bool:
        """Record an error.

        Returns:
            Whether the program can go on: not when painting failed, since no message could be shown either.
        """
        self.errors.append(error)
        self._times.append(monotonic())
        if failed_painting(error):
            return False
        return len(self._times) < MANY or self._times[-1] - self._times[0] > WITHIN


def in_words(error: BaseException) -> str:
    """The error and its place on one line."""
    cause = error.__cause__ or error.__context__ or getattr(error, "error", None) or error
    last = traceback.extract_tb(cause.__traceback__)[-1:] if isinstance(cause, BaseException) else []
    where = f" ({os.path.basename(last[0].filename)}, line {last[0].lineno})" if last else ""
    return f"{type(cause).__name__}: {cause}{where}"


def write_down(error: BaseException, path: str) -> None:
    """Write the traceback, without values, to a file that only the owner can read."""
    cause = getattr(error, "error", None) or error
    story = "".join(traceback.format_exception(cause))
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="backslashreplace", opener=private) as file:
            file.write(story)
