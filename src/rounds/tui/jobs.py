"""Work beside the screen: threads that never keep the program from ending, progress, and stopping."""

import asyncio
import contextvars
import os
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Thread
from threading import enumerate as enumerate_threads
from time import monotonic, sleep
from typing import NamedTuple, TypeVar

from textual.content import Content

from rounds.errors import StoppedError

_T = TypeVar("_T")

_SHORTEST, _LONGEST = 6, 24
"""Cells of a bar."""

READS, SAVES = 0.3, 0.5
"""Seconds to wait for reads and for saves at the end of the program, under one in total. A save stuck on a drive is
rolled back or completed at the next start, as after a power loss; typed text is already kept.
"""

_NAME = "rounds-"
_SAVING = f"{_NAME}saves"


class Delays(NamedTuple):
    """Seconds to wait while somebody may still be typing or moving on.

    Attributes:
        note: the cursor rests on a row before its note is read: a held key skips notes in passing, and the cursor is
            painted first.
        note_typing: the same while typing a filter: the list comes first, and a quick next key comes before the note.
        ties: the cursor rests on a partner before slower data is read.
        ties_typing: the same while typing a filter: people pause longer between keys than between rows.
        suggestion: without a key in a filter that finds nobody, before a suggestion is looked up.
        draft: without a key in a form, before its text is kept.
        guard: without a key in a form, before its text is looked at for client information.
        progress: before work is shown; quicker work would only flicker.
    """

    note: float = 0.06
    note_typing: float = 0.25
    ties: float = 0.15
    ties_typing: float = 0.6
    suggestion: float = 0.25
    draft: float = 0.2
    guard: float = 0.3
    progress: float = 1.0


DELAYS = Delays()


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

    def __init__(self, began: Callable[[], object], delay: float) -> None:
        """Create the list.

        Args:
            began: called when a job starts; the app then checks regularly until none is left.
            delay: seconds before a job counts as long-running.
        """
        self._began = began
        self._delay = delay
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
        found = [job for job in self._now if now - job.began >= self._delay]
        return next((job for job in reversed(found) if job.can_stop), found[-1] if found else None)

    def stop_all(self) -> None:
        """Stop all, since the program ends."""
        for job in [*self._now]:
            job.stop()


class Repeated:
    """Work that isn't done twice at a time: asked for while it runs, it's repeated at the end."""

    def __init__(self) -> None:
        self._running = self._again = False

    async def run(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do the work until nobody has asked for it meanwhile; False if it's already running."""
        self._again = True
        if self._running:
            return False
        self._running = True
        try:
            while self._again:
                self._again = False
                await work()
        finally:
            self._running = False
        return True


# Threads --------------------------------------------------------------------------------------------------------------


async def in_thread(work: Callable[[], _T], *, saves: bool = False) -> _T:
    """Run work in a thread of its own.

    `asyncio.to_thread` isn't used because its threads are joined at the end, forever if one hangs in the system.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            result = context.run(work)
        except BaseException as error:  # noqa: BLE001 - it's raised in the caller
            answer = partial(future.set_exception, error)
        else:
            answer = partial(future.set_result, result)
        with suppress(RuntimeError):  # the event loop has ended
            loop.call_soon_threadsafe(lambda: None if future.done() else answer())

    Thread(target=run, name=_SAVING if saves else f"{_NAME}reads", daemon=True).start()
    return await future


async def ended(work: Callable[[], object]) -> None:
    """Run work that ends threads, with a short limit."""
    with suppress(TimeoutError):
        await asyncio.wait_for(in_thread(work), READS)


def leave() -> None:
    """Wait briefly for reads, a little longer for saves; end the process if a thread still hangs."""
    if not finished():
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(0)


def finished(reads: float = READS, saves: float = SAVES) -> bool:
    """Whether all threads have ended, after waiting this many seconds at most."""
    began = monotonic()
    while (running := _running()) and monotonic() - began < (saves if _SAVING in running else reads):
        sleep(0.01)
    return not running


def _running() -> set[str]:
    """Names of our running threads, including the watcher's."""
    return {thread.name for thread in enumerate_threads() if thread.daemon and thread.name.startswith(_NAME)}
