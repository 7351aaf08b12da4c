"""Work that may take a while: how far it is, and how it is stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from textual.content import Content

from rounds.errors import StoppedError

_T = TypeVar("_T")

LONG = 1.0
"""Seconds after which work is shown; what is quicker would only flicker."""


_SHORTEST, _LONGEST = 6, 24
"""Cells of a bar."""


class Job:
    """One piece of work, followed from the thread that does it.

    Attributes:
        doing: what it does, in words: `Reading your notes`.
        done, of: how far it is; `of` is 0 where nobody knows.
        stopped: whether the user wants it to end.
        began: monotonic seconds; 0 before.
    """

    def __init__(self, doing: str) -> None:
        self.doing = doing
        self.done = self.of = 0
        self.stopped = False
        self.began = 0.0
        self._cancel: Callable[[], object] | None = None

    def step(self, done: int, of: int) -> None:
        """Say how far it is, between two steps.

        Raises:
            StoppedError: the user has stopped it.
        """
        self.done, self.of = done, of
        if self.stopped:
            raise StoppedError("Stopped.")

    async def unless_stopped(self, reading: Awaitable[_T]) -> _T:
        """Wait for a reading, or leave it to itself as soon as nobody waits for it any more.

        Raises:
            StoppedError: the user has stopped it.
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
        """Whether it has a place to stop at: what is only waited for has, and what goes in steps."""
        return self._cancel is not None or self.of > 0

    def stop(self) -> None:
        """End it at the next place where it can be ended."""
        self.stopped = True
        if self._cancel is not None:
            self._cancel()

    def line(self, width: int) -> Content:
        """What is being done, a bar, figures where there are some and room for them, and how to stop it."""
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
        """How much of it is done; a block that wanders where nobody knows."""
        if self.of:
            full = cells * min(self.done, self.of) // self.of
            return "█" * full + "░" * (cells - full)
        place = int((monotonic() - self.began) * 4) % cells
        return "░" * place + "█" + "░" * (cells - place - 1)


class Jobs:
    """What is being done now."""

    def __init__(self, began: Callable[[], object]) -> None:
        """Make the list.

        Args:
            began: called when a job has begun; the screen looks at it from time to time until there is none.
        """
        self._began = began
        self._now: list[Job] = []

    @contextmanager
    def doing(self, job: Job) -> Iterator[Job]:
        """The job is being done inside."""
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
        """The one to show: the newest that takes long, rather one that can be stopped."""
        now = monotonic()
        found = [job for job in self._now if now - job.began >= LONG]
        return next((job for job in reversed(found) if job.can_stop), found[-1] if found else None)

    def stop_all(self) -> None:
        """The program ends."""
        for job in [*self._now]:
            job.stop()
