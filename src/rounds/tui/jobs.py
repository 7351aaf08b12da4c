"""Long-running work: progress and stopping."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from textual.content import Content

from rounds.errors import StoppedError

_T = TypeVar("_T")

LONG = 1.0
"""Seconds before work is shown; quicker work would only flicker."""


_SHORTEST, _LONGEST = 6, 24
"""Cells of a bar."""


class Job:
    """One piece of work, updated from its own thread.

    Attributes:
        doing: description, such as `Reading your notes`.
        done, of: progress; `of` is 0 if unknown.
        stopped: whether the user asked to stop it.
        began: monotonic seconds; 0 before the start.
    """

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.done = self.of = 0
        self.stopped = False
        self.began = 0.0
        self._cancel: Callable[[], object] | None = None

    def step(self, done: int, of: int) -> None:
        """Report progress between two steps.

        Raises:
            StoppedError: the user stopped it.
        """
        self.done, self.of = done, of
        if self.stopped:
            raise StoppedError("Stopped.")

    async def unless_stopped(self, reading: Awaitable[_T]) -> _T:
        """Wait for a read, or abandon it when the user stops it.

        Raises:
            StoppedError: the user stopped it.
        """
        task = asyncio.ensure_future(reading)
        self._cancel = task.cancel
        try:
            return await task
        except asyncio.CancelledError:
            if not self.stopped:
                raise
        raise StoppedError("Stopped.")

    @property
    def can_stop(self) -> bool:
        """Whether it can be stopped: while waiting for a read, or between steps."""
        return self._cancel is not None or self.of > 0

    def stop(self) -> None:
        """Stop it at the next possible place."""
        self.stopped = True
        if self._cancel is not None:
            self._cancel()

    def line(self, width: int) -> Content:
        """Description, bar, figures if known and they fit, and how to stop it."""
        doing = "Stopping" if self.stopped else self.doing
        figures = f"  {self.done:,} of {self.of:,}" if self.of else ""
        end = Content.assemble(("   escape", "bold $accent"), " stops")
        if self.stopped or not self.can_stop:
            end = Content("")
        room = width - len(doing) - 4 - end.cell_length
        if room < len(figures) + _SHORTEST:
            figures = ""
        bar = self._bar(max(min(room - len(figures), _LONGEST), _SHORTEST))
        return Content.assemble(f" {doing}  ", (bar, "$accent"), (figures, "$foreground-muted"), end)

    def _bar(self, cells: int) -> str:
        """A progress bar; a moving block if progress is unknown."""
        if self.of:
            full = cells * min(self.done, self.of) // self.of
            return "█" * full + "░" * (cells - full)
        place = int((monotonic() - self.began) * 4) % cells
        return "░" * place + "█" + "░" * (cells - place - 1)


class Jobs:
    """The work in progress."""

    def __init__(self, began: Callable[[], object]) -> None:
        """Create the list.

        Args:
            began: called when a job starts; the app then checks regularly until none is left.
        """
        self._began = began
        self._now: list[Job] = []

    @contextmanager
    def doing(self, job: Job) -> Iterator[Job]:
        """Run a job inside this context."""
        job.began, job.stopped = monotonic(), False
        self._now.append(job)
        self._began()
        try:
            yield job
        finally:
            self._now.remove(job)

    def __bool__(self) -> bool:
        return bool(self._now)

    @property
    def long(self) -> Job | None:
        """The job to show: the newest long-running one, preferably one that can be stopped."""
        now = monotonic()
        found = [job for job in self._now if now - job.began >= LONG]
        return next((job for job in reversed(found) if job.can_stop), found[-1] if found else None)

    def stop_all(self) -> None:
        """Stop all, since the program ends."""
        for job in [*self._now]:
            job.stop()
