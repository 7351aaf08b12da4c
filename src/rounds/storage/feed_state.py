"""Saved state of published feeds and of calendar servers.

It's in the data folder, by vault id, and apart from the index: otherwise each rebuild of the index would tell every
calendar that all has changed, and Rounds couldn't tell who changed something on a server.
"""

import datetime as dt
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

from rounds.domain.feed import FeedEvent, Published
from rounds.domain.new_tasks import NewTasks
from rounds.domain.publish_diff import Remembered, Remote, Sent
from rounds.domain.server_questions import ASKING, Key, Question
from rounds.errors import RoundsError
from rounds.storage.json_codec import DAMAGED, decode, encode, read_json
from rounds.storage.locks_private_output_files import locked, make_folder, write_private

_TIMEOUT = 20.0
"""Seconds to wait for another program to finish writing the feeds."""

_REST = len(Published._fields) - 1
"""Length of what follows an event in its array."""
_FIRST = FeedEvent._fields.index("alarm")
_USUAL = list(FeedEvent._field_defaults.values())[-len(FeedEvent._fields[_FIRST:]) :]
"""Values of an event's last fields, from the alarm on; they are left out at the end of its array."""

_UNCHANGED = "The feeds are as they were before."


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
    """Saved states of a vault's feeds, in their own folder.

    Each event is an array of its fields, its stamp, its sequence number and when it was gone.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._rows: dict[str, dict[str, tuple[Published, list[object]]]] = {}
        """The entries that were read last, each with its array, so that only what changed is encoded."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock among the programs that publish.

        Raises:
            RoundsError: another program holds it for too long, or the folder can't be written.
        """
        with ExitStack() as stack:
            try:
                make_folder(self.folder)
                alone = stack.enter_context(locked(os.path.join(self.folder, "lock"), _TIMEOUT))
            except OSError as error:
                raise _unwritable(self.folder, error, _UNCHANGED) from error
            if not alone:
                raise RoundsError("another program is writing the feeds of this vault", hint="Try again in a moment.")
            yield

    def read(self, name: str) -> PublishedFeed:
        """State of a feed; empty if it's missing or damaged: then all is published again.

        Raises:
            RoundsError: it exists but can't be read; going on would forget what was published.
        """
        path = _path(self.folder, name)
        try:
            found = read_json(path)
            rows = {row[0]: row for row in found["entries"]}
            entries = {uid: [row[:-_REST], *row[-_REST:]] for uid, row in rows.items()}
            feed = decode(PublishedFeed, {**found, "entries": entries})
        except FileNotFoundError:
            return PublishedFeed()
        except OSError as error:
            raise RoundsError(f"{path} can't be read: {error.strerror}", hint=_UNCHANGED) from error
        except DAMAGED:
            return PublishedFeed()
        self._rows[name] = {uid: (each, rows[uid]) for uid, each in feed.entries.items()}
        return feed

    def path(self, name: str) -> str:
        """The file of a feed's state."""
        return _path(self.folder, name)

    def write(self, name: str, feed: PublishedFeed) -> None:
        """Save the state that is about to be published.

        Raises:
            RoundsError: it can't be written; the old state stays.
        """
        before, rows = self._rows.get(name, {}), []
        for uid, each in feed.entries.items():
            same, row = before.get(uid, (None, []))
            rows.append(row if same is each else [*_shortened(each.event), *each[1:]])
        _write(_path(self.folder, name), {**feed._asdict(), "entries": rows}, _UNCHANGED)

    def names(self) -> list[str]:
        """Names of the feeds with a saved state."""
        try:
            return sorted(name.removesuffix(".json") for name in os.listdir(self.folder) if name.endswith(".json"))
        except OSError:
            return []

    def neighbors(self) -> Iterator[tuple[str, "FeedState"]]:
        """The user's other vaults, by folder name, each with its state."""
        own, kind = os.path.split(self.folder)
        for name in sorted(os.listdir(os.path.dirname(own))) if os.path.isdir(own) else ():
            if name != os.path.basename(own):
                yield name, FeedState(os.path.join(os.path.dirname(own), name, kind))

    def wrote(self, mark: str, uids: Collection[str] = ()) -> bool:
        """Whether a feed here has a file of this digest, or one of these events."""
        feeds = map(self.read, self.names())
        return any(feed.digest == mark or not feed.entries.keys().isdisjoint(uids) for feed in feeds)


def _shortened(event: FeedEvent) -> tuple[object, ...]:
    """An event's fields without the last ones that have their usual values."""
    end = len(event)
    while end > _FIRST and event[end - 1] == _USUAL[end - 1 - _FIRST]:
        end -= 1
    return event[:end]


_ASKED, _QUESTIONS = ".asked", ".questions"
"""File names that no target can have."""

_TAKEN, _ELSEWHERE = "+", "@"
"""The keys beside the uids under which new tasks, and names of objects that aren't items yet, are remembered."""


class ServerObjects(NamedTuple):
    """What is known of the objects on a target.

    Attributes:
        items: put there, by uid.
        others: hash of the names of the other objects; empty if not known.
        taken: the objects of others that were looked at; None before the first time.
        elsewhere: names by uid of objects of ours that have other names there, and that aren't items of this machine
            yet.
    """

    items: Mapping[str, Remembered] = {}
    others: str = ""
    taken: NewTasks | None = None
    elsewhere: Mapping[str, str] = {}


class ServerState:
    """Saved state of a vault's calendar servers, in its own folder. What can't be read counts as empty.

    An array for each item, by uid: tag, mark, gone, and the summary, day, time and status seen on the server; then, if
    there is any, its name there, and mark and state of what is on its way (a deletion has no state). Under an empty
    uid, a hash of the names of all other objects there, and under "+" what is known of the tasks among them, under
    "@" those of ours that aren't items. After the
    name and what is on its way: `known`, `shared` and `seen.ours`.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._rows: dict[str, dict[str, tuple[Remembered, list[object]]]] = {}
        """The items that were read or written last, each with its array, so that only what changed is encoded."""

    def read(self, name: str) -> ServerObjects:
        """The objects on a target; of those that can't be read, each is compared again."""
        try:
            rows = {**read_json(_path(self.folder, name))}
        except (OSError, *DAMAGED):
            return ServerObjects()
        parts = {"others": rows.pop("", ""), "taken": rows.pop(_TAKEN, None), "elsewhere": rows.pop(_ELSEWHERE, {})}
        found = ServerObjects()
        for part, value in parts.items():
            with suppress(*DAMAGED):
                found = found._replace(**{part: getattr(decode(ServerObjects, {part: value}), part)})
        try:
            items = {uid: _item(*row) for uid, row in rows.items()}
        except DAMAGED:
            return found
        self._rows[name] = {uid: (item, rows[uid]) for uid, item in items.items()}
        return found._replace(items=items)

    def keep(self, name: str, objects: ServerObjects) -> None:
        """Save what is known of the objects on a target."""
        more: dict[str, object] = {"": objects.others} if objects.others else {}
        more |= {_TAKEN: objects.taken} if objects.taken is not None else {}
        more |= {_ELSEWHERE: objects.elsewhere} if objects.elsewhere else {}
        before, now = self._rows.get(name, {}), dict[str, tuple[Remembered, list[object]]]()
        for uid, item in objects.items.items():
            same, row = before.get(uid, (None, []))
            now[uid] = (item, row if same is item else _row(item))
        _write(_path(self.folder, name), {**more, **{uid: row for uid, (_, row) in now.items()}})
        self._rows[name] = now

    def asked(self) -> dict[Key, dt.date]:
        """The reminders of rules that were ticked off on a server, and when."""
        try:
            rows = decode(tuple[tuple[str, str, str, dt.date], ...], read_json(_path(self.folder, _ASKED))["asked"])
        except (OSError, *DAMAGED):
            return {}
        return {(note, rule, cause): day for note, rule, cause, day in rows}

    def keep_asked(self, asked: Mapping[Key, dt.date]) -> None:
        """Save the reminders that Today asks about."""
        _write(_path(self.folder, _ASKED), {"asked": [[*key, day] for key, day in asked.items()]})

    def questions(self) -> dict[Key, Question]:
        """What Today asks about after a change there."""
        try:
            rows = read_json(_path(self.folder, _QUESTIONS))["questions"]
            found = [(decode(tuple[str, str, str], row[:3]), decode(Question, row[3:])) for row in rows]
        except (OSError, *DAMAGED):
            return {}
        return {(note, rule, cause): question for (note, rule, cause), question in found if question.what in ASKING}

    @contextmanager
    def changing_questions(self) -> Iterator[dict[Key, Question]]:
        """The questions, to be changed in the block; saved at its end.

        Answers and publishing run in several programs, so what one of them read before may be outdated.

        Raises:
            RoundsError: they can't be written, or another program holds them for too long.
        """
        place = os.path.join(self.folder, "questions.lock")
        with ExitStack() as stack:
            try:
                make_folder(self.folder)
                alone = stack.enter_context(locked(place, _TIMEOUT))
            except OSError as error:
                raise _unwritable(place, error, "Is there room on the disk?") from error
            if not alone:
                raise RoundsError("another program is answering the same questions", hint="Try again in a moment.")
            found = self.questions()
            before = dict(found)
            yield found
            if found != before:
                rows = [[*key, *question] for key, question in found.items()]
                _write(_path(self.folder, _QUESTIONS), {"questions": rows})


def _row(item: Remembered) -> list[object]:
    row: list[object] = [item.tag, item.mark, item.gone, *item.seen[:4]]
    more = [[*item.known], item.shared, item.seen.ours] if item.known or item.shared or item.seen.ours else []
    if item.name or item.sent is not None or more:
        row += [item.name, [] if item.sent is None else [item.sent.mark, *(item.sent.seen or ())[:4]], *more]
    return row


def _item(tag: Any, mark: Any, gone: Any, *rest: Any) -> Remembered:
    """An item from its array; those of older versions end earlier."""
    row = [*rest]
    name, sent, *more = row[4:] or ("", [])
    known, shared, *ours = more or ([], False)
    seen = [*row[:4], None, "", False, *ours] if any(ours) else row[:4]
    found = decode(Remembered, [tag, mark, seen, gone, name, None, known, shared])
    if not sent:
        return found
    return found._replace(sent=Sent(decode(str, sent[0]), decode(Remote, sent[1:]) if sent[1:] else None))


def _path(folder: str, name: str) -> str:
    return os.path.join(folder, f"{name}.json")


def _write(path: str, value: object, hint: str = "Is there room on the disk?") -> None:
    try:
        write_private(path, encode(value))
    except OSError as error:
        raise _unwritable(path, error, hint) from error


def _unwritable(path: str, error: OSError, hint: str) -> RoundsError:
    return RoundsError(f"{path} can't be written: {error.strerror}", hint=hint)
