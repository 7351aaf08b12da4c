"""`rounds watch`: keep index and feeds up to date while notes change."""

import gc
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.errors import RoundsError

if TYPE_CHECKING:
    from rounds.vault.index_sync import SyncReport

_ANSWER = (
    '{"time": TIME, "added": [PATH], "changed": [PATH], "moved": {OLD: NEW}, "removed": [PATH], "problems": NUMBER}'
)
_EVERY = 1.0
"""Seconds between checks for a new day. Also lets Python notice a signal that came just before the wait, which it
wouldn't interrupt."""

News = SimpleQueue["SyncReport | str | None"]


@command("watch", _ANSWER)
def watch(session: Session) -> None:
    """Keep the index and the calendar feeds up to date.

    Watches the vault until Ctrl-C or SIGTERM and prints a line for each change; with --json, one document per line. It
    never writes to notes.
    """
    follow(session, lambda report: _tell(session, report), lambda: None)


def follow(session: Session, on_sync: Callable[["SyncReport"], None], on_write: Callable[[], None]) -> None:
    """Keep index and feeds up to date until Ctrl-C or SIGTERM.

    Args:
        on_sync: called for each sync that changed something.
        on_write: called after each write of the feeds.
    """
    from rounds.vault.watch import Watch

    gc.enable()
    vault = session.vault
    news: News = SimpleQueue()
    day = vault.today()

    def refresh() -> None:
        write(session)
        on_write()

    with _signals(news), Watch(vault, news.put, news.put):
        refresh()
        say(f"Watching {vault.root}. Press Ctrl-C to stop.")
        while True:
            try:
                item = news.get(timeout=_EVERY)
            except Empty:
                if vault.today() != day:
                    day = vault.today()
                    vault.sync()
                    refresh()
                continue
            if item is None:
                return
            if isinstance(item, str):
                say(item)
            else:
                on_sync(item)
                refresh()


@contextmanager
def _signals(news: News) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into a final item; SimpleQueue is safe in a signal handler."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda *_: news.put(None)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def write(session: Session) -> None:
    """Write the feeds and, if configured, the note for the phone; each problem is printed once until it's over."""
    from rounds.calendar.write_feeds import write_feeds
    from rounds.vault.today_export import write_today

    trouble = ""
    try:
        write_feeds(session.vault)
        if session.vault.config.today_note:
            write_today(session.vault, waits=True)
    except RoundsError as error:
        trouble = error.message
        if trouble != session.trouble and error is not session.vault.vanished:  # already printed
            say(f"rounds: {trouble}")
    session.trouble = trouble


def _tell(session: Session, report: "SyncReport") -> None:
    now = datetime.now().astimezone().replace(microsecond=0)
    changes = {
        "added": list(report.added),
        "changed": list(report.changed),
        "moved": dict(report.moved),
        "removed": list(report.removed),
    }
    counts = [f"{len(paths)} {what}" for what, paths in changes.items() if paths]
    document = {"time": now.isoformat(), **changes, "problems": report.problems}
    session.out.tell(document, f"{now:%H:%M:%S}  {', '.join(counts) or 'changed'}; {report.problems} problems")
