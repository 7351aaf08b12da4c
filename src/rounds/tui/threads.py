"""Threads beside the screen that never keep the program from ending: what hangs in one hangs alone."""

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
"""Seconds that the end of the program waits for reads and for saves, less than one in all. What a stuck drive keeps
from ending is taken back or goes on at the next start, as after a loss of power; what was typed is kept by then."""

_NAME = "rounds-"
_SAVES = f"{_NAME}saves"


async def in_thread(work: Callable[[], _T], *, saves: bool = False) -> _T:
    """Do something in a thread of its own.

    `asyncio.to_thread` has its threads waited for at the end, for ever where one of them hangs in the system.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()
    context = contextvars.copy_context()

    def run() -> None:
        try:
            result = context.run(work)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            _tell(loop, _fail, future, error)
        else:
            _tell(loop, _answer, future, result)

    Thread(target=run, name=_SAVES if saves else f"{_NAME}reads", daemon=True).start()
    return await future


async def ended(work: Callable[[], object]) -> None:
    """Do something that ends threads, but don't wait for long."""
    with suppress(TimeoutError):
        await asyncio.wait_for(in_thread(work), READS)


def _tell(loop: asyncio.AbstractEventLoop, say: Callable[..., None], *words: object) -> None:
    with suppress(RuntimeError):  # the screen has ended
        loop.call_soon_threadsafe(say, *words)


def _answer(future: "asyncio.Future[_T]", result: _T) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[_T]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def leave() -> None:
    """Wait a little for what is under way, a while for saves; end the process where something hangs all the same."""
    if not finished():
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(0)


def finished() -> bool:
    """Whether all that was under way is over, after a little while."""
    began = time.monotonic()
    while (running := _running()) and time.monotonic() - began < (WRITES if _SAVES in running else READS):
        time.sleep(0.01)
    return not running


def _running() -> set[str]:
    """Names of threads of ours that are at work; the watcher's too."""
    return {thread.name for thread in enumerate_threads() if thread.daemon and thread.name.startswith(_NAME)}
