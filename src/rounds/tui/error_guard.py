"""An error in one part of the interface ends neither the others nor the program, where that can be helped."""

import os
import traceback
from collections import deque
from contextlib import suppress
from time import monotonic

from textual.message import Message
from textual.message_pump import MessagePump

from rounds.storage.open_file import private

MANY = 3
"""So many errors in `WITHIN` seconds are one that comes again and again, such as in painting: the program ends."""

WITHIN = 5.0


class ErrorGuard(MessagePump):
    """A part that reads its next message after one that failed; by itself, Textual would let it read none any more."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            self.app._handle_exception(error)  # noqa: SLF001 - as Textual's own loop does


class ErrorLog:
    """Errors that nobody foresaw.

    Attributes:
        met: all since the start.
    """

    def __init__(self) -> None:
        self.met: list[Exception] = []
        self._times: deque[float] = deque(maxlen=MANY)

    def add(self, error: Exception) -> bool:
        """Take in an error.

        Returns:
            Whether the program can go on: not where a screen can't be painted, since what is told would be painted
            over it.
        """
        self.met.append(error)
        self._times.append(monotonic())
        frames = traceback.extract_tb(error.__traceback__)
        if any(os.path.basename(frame.filename) == "_compositor.py" for frame in frames):
            return False
        return len(self._times) < MANY or self._times[-1] - self._times[0] > WITHIN


def in_words(error: BaseException) -> str:
    """What an error was and where, on one line."""
    cause = error.__cause__ or error.__context__ or getattr(error, "error", None) or error
    last = traceback.extract_tb(cause.__traceback__)[-1:] if isinstance(cause, BaseException) else []
    where = f" ({os.path.basename(last[0].filename)}, line {last[0].lineno})" if last else ""
    return f"{type(cause).__name__}: {cause}{where}"


def write_down(error: BaseException, path: str) -> None:
    """Write an error's whole story into a file of the owner's alone: where it went, without the values."""
    cause = getattr(error, "error", None) or error
    story = "".join(traceback.format_exception(cause))
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(path, "w", encoding="utf-8", errors="backslashreplace", opener=private) as file:
            file.write(story)
