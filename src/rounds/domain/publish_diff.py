"""What comes back from a calendar server: three-way, against what was published there last (issue: back again)."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal, NamedTuple

from rounds.domain.feed import FeedEvent

What = Literal["done", "open", "gone", "changed"]


class Remote(NamedTuple):
    """An event or task as a server has it.

    Attributes:
        day, time: when, in the practice's zone; None where it has none.
        done: whether it is done, by whatever property a client says so with.
        completed: the day on which it was done, as far as the client says.
    """

    summary: str
    day: dt.date | None = None
    time: dt.time | None = None
    done: bool = False
    completed: dt.date | None = None


class Put(NamedTuple):
    """What was published of an event, and seen of it, last.

    Attributes:
        tag: the ETag that the server gave it; empty where it gave none.
        mark: hash of the text that we put there; empty where another machine may have.
        seen: what the server had.
        gone: whether it was deleted there since.
    """

    tag: str
    mark: str
    seen: Remote
    gone: bool = False


class Came(NamedTuple):
    """One thing that came back.

    Attributes:
        uid: of the event.
        what: ticked off, reopened, deleted, or changed in another way.
        words: about it, for people; with what it is called.
        day: on which it was ticked off, if that is known.
    """

    uid: str
    what: What
    words: str
    day: dt.date | None = None


def came_back(uid: str, put: Put, theirs: Remote | None, ours: FeedEvent | None) -> Iterator[Came]:
    """What happened to an event on the server since we published it, as far as ours does not say the same.

    Args:
        put: what was published last.
        theirs: as it is there now; None where it was deleted.
        ours: as it is in the vault now; None where it is no longer published.
    """
    name = _short(put.seen.summary or (ours.summary if ours else uid))
    if theirs is None:
        if ours is not None and ours.done is None and not put.gone:
            yield Came(uid, "gone", f"{name}: deleted there. Your notes keep it.")
        return
    if theirs.done != put.seen.done:
        yield Came(uid, "done" if theirs.done else "open", name, theirs.completed)
    mine = _when(ours.day, ours.time) if ours is not None else None
    when = _when(theirs.day, theirs.time)
    if not _same(when, _when(put.seen.day, put.seen.time)) and (mine is None or not _same(when, mine)):
        yield Came(uid, "changed", f"{name}: moved there to {_words(when)}. Your notes keep {_words(mine)}.")
    if theirs.summary not in {put.seen.summary, ours.summary if ours is not None else ""}:
        yield Came(uid, "changed", f"{name}: called there “{_short(theirs.summary)}”. Your notes keep their words.")


def _short(text: str) -> str:
    """What somebody has called it, in one line that can be read."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


_LONGEST = 200

_When = tuple[dt.date | None, dt.time | None]


def _when(day: dt.date | None, time: dt.time | None) -> _When:
    return day, time


def _same(one: _When, other: _When) -> bool:
    """The same day and time; a day alone is the same as its midnight, which some clients make of it."""
    return one[0] == other[0] and (one[1] or dt.time()) == (other[1] or dt.time())


def _words(when: _When | None) -> str:
    if when is None or when[0] is None:
        return "no day"
    return f"{when[0]}" if when[1] is None else f"{when[0]} {when[1]:%H:%M}"
