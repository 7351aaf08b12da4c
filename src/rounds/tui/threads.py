"""Daemon threads that never keep the program from ending, even when one hangs."""

import asyncio
import contextvars
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from threading import enumerate as enumerate_threads
from typing import TypeVar

_T = TypeVar("_T")

READS, WRITES = 0.3, 0.5
"""Seconds to wait for reads and for saves at the end of the program, under one in total. A save stuck on a drive is
rolled back or completed at the next start, as after a power loss; typed text is already kept.
"""

_NAME = "rounds-"
_SAVES = f"{_NAME}saves"


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
            _tell(loop, _fail, future, error)
        else:
            _tell(loop, _answer, future, result)

    Thread(target=run, name=_SAVES if saves else f"{_NAME}reads", daemon=True).start()
    return await future


async def ended(work: Callable[[], object]) -> None:
    """Run work that ends threads, with a short limit."""
    with suppress(TimeoutError):
        await asyncio.wait_for(in_thread(work), READS)


def _tell(loop: asyncio.AbstractEventLoop, say: Callable[..., None], *words: object) -> None:
    with suppress(RuntimeError):  # the event loop has ended
        loop.call_soon_threadsafe(say, *words)


def _answer(future: "asyncio.Future[_T]", result: _T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[_T]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def leave() -> None:
    """Wait briefly for reads, a little longer for saves; end the process if a thread still hangs."""
    if not finished():
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(0)


def finished() -> bool:
    """Whether all threads have ended, after a short wait."""
    began = time.monotonic()
    while (running := _running()) and time.monotonic() - began < (WRITES if _SAVES in running else READS):
        time.sleep(0.01)
    return not running


def _running() -> set[str]:
    """Names of our running threads, including the watcher's."""
    return {thread.name for thread in enumerate_threads() if thread.daemon and thread.name.startswith(_NAME)}
