"""Changes from a calendar server: three-way comparison with the last publication (issue: back again)."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal, NamedTuple

from rounds.domain.feed import FeedEvent

What = Literal["done", "open", "gone", "changed"]
_When = tuple[dt.date | None, dt.time | None]
_LONGEST = 200
"""Characters of an event's name in messages."""


class Remote(NamedTuple):
    """An event or task on the server.

    Attributes:
        day, time: in the practice's time zone; None if not set.
        done: whether it's done, by any property that a client uses for that.
        completed: the day it was done, if the client says so.
    """

    summary: str
    day: dt.date | None = None
    time: dt.time | None = None
    done: bool = False
    completed: dt.date | None = None


class Put(NamedTuple):
    """An event as last published and as last seen on the server.

    Attributes:
        tag: the server's ETag; empty if it sent none.
        mark: hash of the text we put there; empty if another machine may have put it.
        seen: the server's version.
        gone: whether it was deleted there.
    """

    tag: str
    mark: str
    seen: Remote
    gone: bool = False


class Came(NamedTuple):
    """A change from the server.

    Attributes:
        uid: of the event.
        what: ticked off, reopened, deleted, or changed otherwise.
        words: description for people, with the event's name.
        day: the day it was ticked off, if known.
    """

    uid: str
    what: What
    words: str
    day: dt.date | None = None


def came_back(uid: str, put: Put, theirs: Remote | None, ours: FeedEvent | None) -> Iterator[Came]:
    """Changes to an event on the server since the last publication, except those that our version already has.

    Args:
        put: the last publication.
        theirs: the server's current version; None if deleted.
        ours: the vault's current version; None if no longer published.
    """
    name = _short(put.seen.summary or (ours.summary if ours else uid))
    if theirs is None:
        if ours is not None and ours.done is None and not put.gone:
            yield Came(uid, "gone", f"{name}: deleted there. Your notes keep it.")
        return
    if theirs.done != put.seen.done:
        yield Came(uid, "done" if theirs.done else "open", name, theirs.completed)
    mine = (ours.day, ours.time) if ours is not None else None
    when = theirs.day, theirs.time
    if not _same(when, (put.seen.day, put.seen.time)) and (mine is None or not _same(when, mine)):
        yield Came(uid, "changed", f"{name}: moved there to {_words(when)}. Your notes keep {_words(mine)}.")
    if theirs.summary not in {put.seen.summary, ours.summary if ours is not None else ""}:
        yield Came(uid, "changed", f"{name}: called there “{_short(theirs.summary)}”. Your notes keep their words.")


def _short(text: str) -> str:
    """An event's name on one line, with a maximum length."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _same(one: _When, other: _When) -> bool:
    """Whether day and time are equal; an all-day date equals its midnight, because some clients convert it."""
    return one[0] == other[0] and (one[1] or dt.time()) == (other[1] or dt.time())


def _words(when: _When | None) -> str:
    if when is None or when[0] is None:
        return "no day"
    return f"{when[0]}" if when[1] is None else f"{when[0]} {when[1]:%H:%M}"
