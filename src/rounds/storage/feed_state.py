"""Stored state of published feeds: events, stamps and sequence numbers.

It's in the data folder, by vault id, and apart from the index: otherwise each rebuild of the index would tell every
calendar that all has changed.
"""

import datetime as dt
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from rounds.domain.feed import FeedEvent, Published
from rounds.errors import RoundsError
from rounds.storage.secure_files import DAMAGED, locked, make_folder, read_stored, write_private

_PATIENCE = 20.0
"""Seconds to wait for another program to finish writing the feeds."""


class PublishedFeed(NamedTuple):
    """Published state of one feed.

    Attributes:
        entries: published events by uid.
        level: privacy level of their text.
        form, head: `repr` of the `Form` and `Head` that the file was written with.
        digest: content hash of the feed file, in hex.
        query: the feed's query.
    """

    entries: Mapping[str, Published] = {}
    level: str = ""
    form: str = ""
    head: str = ""
    digest: str = ""
    query: str = ""


class FeedState:
    """Published states of a vault's feeds, in their own folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock among the programs that publish.

        Raises:
            RoundsError: another program holds it for too long, or the folder can't be written.
        """
        with ExitStack() as stack:
            try:
                make_folder(self.folder)
                alone = stack.enter_context(locked(os.path.join(self.folder, "lock"), _PATIENCE))
            except OSError as error:
                raise _unwritable(self.folder, error) from error
            if not alone:
                raise RoundsError("another program is writing the feeds of this vault", hint="Try again in a moment.")
            yield

    def read(self, name: str) -> PublishedFeed:
        """State of a feed; empty if it's missing or damaged: then all is published again.

        Raises:
            RoundsError: it exists but can't be read; going on would forget what was published.
        """
        path = self._path(name)
        try:
            found = read_stored(path)
            entries = {row[0]: _published(row) for row in found["entries"]}
            book = PublishedFeed(
                entries, str(found["level"]), str(found["form"]), str(found["head"]), str(found["digest"])
            )
            return book._replace(query=str(found.get("query", "")))  # which older files lack
        except FileNotFoundError:
            return PublishedFeed()
        except OSError as error:
            hint = "The feeds are as they were before."
            raise RoundsError(f"{path} can't be read: {error.strerror}", hint=hint) from error
        except DAMAGED:
            return PublishedFeed()

    def write(self, name: str, book: PublishedFeed) -> None:
        """Store the state that is about to be published.

        Raises:
            RoundsError: it can't be written; the old state stays.
        """
        rows = [_row(each) for each in book.entries.values()]
        data = json.dumps({**book._asdict(), "entries": rows}, separators=(",", ":"))
        try:
            write_private(self._path(name), data.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise _unwritable(self._path(name), error) from error

    def names(self) -> list[str]:
        """Names of the feeds with a stored state."""
        try:
            return sorted(name.removesuffix(".json") for name in os.listdir(self.folder) if name.endswith(".json"))
        except OSError:
            return []

    def neighbours(self) -> Iterator[tuple[str, "FeedState"]]:
        """The user's other vaults, by folder name, each with its state."""
        own, kind = os.path.split(self.folder)
        for name in sorted(os.listdir(os.path.dirname(own))) if os.path.isdir(own) else ():
            if name != os.path.basename(own):
                yield name, FeedState(os.path.join(os.path.dirname(own), name, kind))

    def wrote(self, mark: str, uids: Collection[str] = ()) -> bool:
        """Whether a feed here has a file of this digest, or one of these events."""
        books = [self.read(name) for name in self.names()]
        return any(book.digest == mark or not book.entries.keys().isdisjoint(uids) for book in books)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, f"{name}.json")


def _unwritable(path: str, error: OSError) -> RoundsError:
    return RoundsError(f"{path} can't be written: {error.strerror}", hint="The feeds are as they were before.")


def _row(each: Published) -> list[object]:
    event = each.event
    return [
        event.uid, _text(event.day), event.summary, _text(event.time), event.busy, event.url, _text(event.done),
        event.note, event.rule, event.cause, _text(event.due), each.stamp.isoformat(), each.sequence, _text(each.gone),
    ]  # fmt: skip


def _published(row: list[Any]) -> Published:
    uid, day, summary, clock, busy, url, done, note, rule, cause, due, stamp, sequence, gone = row
    time = dt.time.fromisoformat(clock) if clock else None
    event = FeedEvent(uid, _day(day), summary, time, busy, url, _day(done), note, rule, cause, _day(due))
    return Published(event, dt.datetime.fromisoformat(stamp).astimezone(dt.UTC), int(sequence), _day(gone))


def _text(value: dt.date | dt.time | None) -> str:
    return value.isoformat() if value is not None else ""


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
