"""Publishing to a calendar server: three-way comparisons, which give changes for the notes and actions for the server.

The three sides are the items that should be there, the server's objects, and what is remembered from the last time.
Everything here is pure; `calendar/publish_back.py` reads, writes and remembers.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Literal, NamedTuple

from rounds.domain.feed import DONE, FeedEvent

_LONGEST = 200
"""Maximum length of an event's name in a message."""

_ALL = 3
"""From this many items on, an empty calendar counts as a new one, not as items deleted one by one."""


class Remote(NamedTuple):
    """An event or task on the server.

    Attributes:
        day, time: in the practice's time zone; None if not set.
        done: whether it's done, by any of the properties that clients use for this.
        completed: the day it was done, if the client says so.
        text: what was typed about it, a line each; we write none.
        cancelled: whether it was called off.
        ours: whether it's as a machine of ours wrote it there, so that nobody has changed it since. What another
            machine wrote comes with its notes, not from the server: else two machines would answer each other for ever.
    """

    summary: str
    day: dt.date | None = None
    time: dt.time | None = None
    done: bool = False
    completed: dt.date | None = None
    text: str = ""
    cancelled: bool = False
    ours: bool = False

    @property
    def fingerprint(self) -> str:
        """Stands for what we write of it: a version with its own fingerprint is as we wrote it."""
        return blake2b("\0".join(map(str, self[:4])).encode("utf-8", "replace"), digest_size=8).hexdigest()


class Item(NamedTuple):
    """An event or task that should be on the server.

    Attributes:
        mark: hash of its text.
        done: whether it's marked as done; always False for an event.
    """

    event: FeedEvent
    mark: str
    done: bool = False

    @property
    def seen(self) -> Remote:
        """The state that the server will have."""
        return Remote(self.event.summary, self.event.day, self.event.time, done=self.done)


class Object(NamedTuple):
    """An object on the server, as it was just read.

    Attributes:
        tag: its ETag; empty if the server sends none.
        remote: None if it can't be read.
    """

    tag: str
    remote: Remote | None


class Sent(NamedTuple):
    """A version on its way to the server, of which no answer has come yet.

    Attributes:
        mark: hash of its text.
        seen: the state that the server then has; None for a deletion.
    """

    mark: str
    seen: Remote | None


class Remembered(NamedTuple):
    """An item as last published and as last seen on the server.

    Attributes:
        tag: the server's ETag; empty if it sent none.
        mark: hash of the text we put there; empty if another machine may have put it.
        seen: the server's version.
        gone: whether it isn't there: deleted there, or not put there yet.
        name: last part of its address; empty for the one that we give it.
        sent: written down before a request, so that a lost answer isn't later read as somebody's change.
        known: a hash of each line that was typed about it there, and an empty one once it was called off.
        shared: whether it was read back, so that others may have written in it: then it's changed, not replaced.
    """

    tag: str
    mark: str
    seen: Remote
    gone: bool = False
    name: str = ""
    sent: Sent | None = None
    known: tuple[str, ...] = ()
    shared: bool = False


class ServerChange(NamedTuple):
    """A change that somebody made on the server.

    Attributes:
        what: ticked off, reopened, called off, deleted, moved, text typed about it, or changed otherwise.
        words: description for people, with the event's name.
        day: the day it was ticked off, if known; or moved to.
        text: what was typed, a line each.
        time: the time that it was moved to.
        alone: whether only they moved it, since the last publication.
    """

    what: Literal["done", "open", "cancelled", "gone", "moved", "typed", "changed"]
    words: str
    day: dt.date | None = None
    text: str = ""
    time: dt.time | None = None
    alone: bool = False


# From the server ------------------------------------------------------------------------------------------------------


def is_new_calendar(tags: Collection[str], remembered: Mapping[str, Remembered]) -> bool:
    """Whether an empty calendar takes the place of the one that we filled: then everything is published again."""
    return not tags and sum(not each.gone for each in remembered.values()) >= _ALL


def to_read(items: Mapping[str, Item], tags: Mapping[str, str], remembered: Mapping[str, Remembered]) -> list[str]:
    """Uids of the objects to read: those whose ETag changed, and those that came or went.

    Args:
        tags: the server's current ETags by uid.
    """
    return [uid for uid in {**remembered, **items} if _may_differ(tags.get(uid), remembered.get(uid))]


def _may_differ(tag: str | None, before: Remembered | None) -> bool:
    if before is None:
        return tag is not None
    return not tag or tag != before.tag or before.gone or before.sent is not None


def compare(
    item: Item | None, there: Object | None, before: Remembered | None
) -> tuple[Remembered, list[ServerChange]]:
    """The state to remember for an object that was read, and the changes made to it.

    Args:
        item: None if it should no longer be there.
        there: None if it was deleted.
        before: None if another machine put it there, or our memory is lost: then it counts as open until now.
    """
    is_known = before is not None
    if before is None:
        assert item is not None
        before = Remembered("", "", item.seen._replace(done=False))
    before = arrived(before, there)
    ours = item.event if item is not None else None
    if there is None:
        return before._replace(tag="", gone=True), [*server_changes(before, None, ours)]
    if there.remote is None:
        words = f"{before.seen.summary}: the version there can't be read."
        return before._replace(tag=there.tag, gone=False, shared=True), [ServerChange("changed", words)]
    found = server_changes(before, there.remote, ours)
    changes = [each._replace(alone=each.alone and is_known) for each in found]
    known = tuple(_mark(line) for line in there.remote.text.split("\n") if line)
    state = before._replace(tag=there.tag, seen=there.remote, gone=False, shared=True)
    return state._replace(known=(*known, "") if there.remote.cancelled else known), changes


def _mark(line: str) -> str:
    """Stands for a typed line in what is remembered, which keeps no such text."""
    return blake2b(line.encode(), digest_size=8).hexdigest()


def arrived(before: Remembered, there: Object | None) -> Remembered:
    """What is remembered once it's clear whether the version on its way arrived: then it's what we compare with.

    If somebody has changed the object since, it may be either; the one that it resembles more counts, and ours if both
    do equally.
    """
    sent, old = before.sent, before._replace(sent=None)
    if sent is None:
        return before
    if there is None:  # our own deletion is none of somebody's: the item may come back
        return old._replace(tag="", mark="", gone=True) if sent.seen is None else old
    if there.remote is None or sent.seen is None:
        return old
    if not old.gone and (is_same(sent.seen, old.seen) or there.tag == old.tag != ""):
        return old  # nothing of ours arrived, or nothing that could be told from it: it's sent once more
    if old.gone or _likeness(there.remote, sent.seen) >= _likeness(there.remote, old.seen):
        return old._replace(mark=sent.mark, seen=sent.seen._replace(ours=True), gone=False)
    return old


def _likeness(one: Remote, other: Remote) -> int:
    return sum(mine == theirs for mine, theirs in zip(one[:4], other[:4], strict=True))


def server_changes(before: Remembered, theirs: Remote | None, ours: FeedEvent | None) -> Iterator[ServerChange]:
    """Changes to an event on the server since the last publication, except those that our version already has.

    Args:
        theirs: the server's current version; None if deleted.
        ours: the vault's current version; None if no longer published.
    """
    name = _short(before.seen.summary or (ours.summary if ours else ""))
    if theirs is None:
        if ours is not None and ours.done is None and not before.gone:
            yield ServerChange("gone", f"{name}: deleted there. Your notes keep it.")
        return
    if typed := [line for line in theirs.text.split("\n") if line and _mark(line) not in before.known]:
        yield ServerChange("typed", name, text="\n".join(typed))
    if theirs.cancelled:
        yield from [] if "" in before.known else [ServerChange("cancelled", name)]
    elif theirs.done != before.seen.done and not (theirs.ours and before.seen.ours):
        yield ServerChange("done" if theirs.done else "open", name, theirs.completed)
    if theirs.ours:
        return
    mine = (ours.day, ours.time) if ours is not None else (None, None)
    when = (theirs.day, theirs.time)
    seen = (before.seen.day, before.seen.time)
    is_open = not theirs.done and not theirs.cancelled and ours is not None and ours.done is None
    if not is_same_time(when, seen) and (ours is None or not is_same_time(when, mine)):
        words = f"{name}: moved there to {_when_words(when)}. Your notes keep {_when_words(mine)}."
        what: Literal["moved", "changed"] = "moved" if is_open else "changed"
        yield ServerChange(what, words, *((when[0], "", when[1], mine == seen) if is_open else ()))
    known = {bare(before.seen.summary), bare(ours.summary) if ours is not None else ""}
    if bare(theirs.summary) not in known:
        words = f"{name}: called there “{_short(theirs.summary)}”. Your notes keep their words."
        yield ServerChange("changed", words)


def is_same(one: Remote, other: Remote) -> bool:
    """Whether two versions of an event are equal in what Rounds writes."""
    return one[:4] == other[:4]


def is_strong(tag: str) -> bool:
    """Whether an ETag can be a condition for a write: there is one, and it isn't weak (RFC 9110 13.1.1)."""
    return tag != "" and not tag.startswith("W/")


def bare(summary: str) -> str:
    """An event's name without the check mark, which another machine of ours puts there and takes away."""
    return summary.removeprefix(DONE)


def _short(text: str) -> str:
    """An event's name on one line, with a maximum length."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


_When = tuple[dt.date | None, dt.time | None]


def is_same_time(one: _When, other: _When) -> bool:
    """Whether day and time are equal; an all-day date equals its midnight, because some clients convert it."""
    return one[0] == other[0] and (one[1] or dt.time()) == (other[1] or dt.time())


def _when_words(when: _When) -> str:
    day, time = when
    if day is None:
        return "no day"
    return f"{day}" if time is None else f"{day} {time:%H:%M}"


# To the server --------------------------------------------------------------------------------------------------------


class Put(NamedTuple):
    """Write an item to the server, in place of the version with this ETag; None if there is none."""

    uid: str
    tag: str | None


class Delete(NamedTuple):
    """Delete an object of this ETag from the server."""

    uid: str
    tag: str


class Remember(NamedTuple):
    """Only remember that the server has our version."""

    uid: str
    state: Remembered


class Forget(NamedTuple):
    """Forget an item that is gone from both sides."""

    uid: str


Action = Put | Delete | Remember | Forget


def actions(
    items: Mapping[str, Item],
    remembered: Mapping[str, Remembered],
    *,
    held: Collection[str] = (),
    asked: Collection[tuple[str, str, str]] = (),
    waiting: Collection[str] = (),
    back: Collection[str] = (),
) -> list[Action]:
    """Actions for the server: put new and changed items, delete old ones.

    Args:
        items: items that should be there, by uid.
        remembered: items last known to be on the server, by uid.
        held: uids that couldn't be read, or whose changes couldn't be applied to the notes; they are left alone.
        asked: reminders that were ticked off there and that Today asks about; they stay ticked until it's answered.
        waiting: uids of those moved or deleted there that Today asks about; they are left alone until it's answered.
        back: uids of those whose change there was declined, so that our version goes back.
    """
    found: list[Action] = []
    for uid, item in items.items():
        before = remembered.get(uid)
        if before is None:
            found.extend([] if uid in held else [Put(uid, None)])
        elif uid in held or uid in waiting or not (uid in back or _differs(before, item)):
            continue  # even if it was changed there, which the user may do
        elif before.mark == "" and not before.gone and is_same(before.seen, item.seen):
            found.append(Remember(uid, before._replace(mark=item.mark)))
        elif not (before.seen.done and item.event.done is None and item.event.key in asked):
            found.append(Put(uid, None if before.gone else before.tag))
    for uid, before in remembered.items():
        if uid not in items and uid not in held:
            found.append(Forget(uid) if before.gone else Delete(uid, before.tag))
    return found


def _differs(before: Remembered, item: Item) -> bool:
    """Whether our version isn't there yet. One that was deleted there and is done now isn't needed."""
    if before.gone and before.mark and item.event.done is not None:
        return False
    return before.mark != item.mark or _keeps_check_mark(before, item)


def _keeps_check_mark(before: Remembered, item: Item) -> bool:
    """Whether an item that is open again on both sides still has a check mark there, from another machine of ours."""
    there, ours = before.seen, item.event.summary
    return not before.gone and not there.done and there.summary != ours == bare(there.summary)


def intents(
    plan: Sequence[Action], items: Mapping[str, Item], remembered: Mapping[str, Remembered]
) -> dict[str, Remembered]:
    """What to remember of the planned items before any of it is sent."""
    found = {}
    for action in plan:
        uid = action.uid
        if isinstance(action, Put):
            before = remembered.get(uid) or Remembered("", "", items[uid].seen, gone=True)
            found[uid] = before._replace(sent=Sent(items[uid].mark, items[uid].seen))
        elif isinstance(action, Delete):
            found[uid] = remembered[uid]._replace(sent=Sent("", None))
    return found
