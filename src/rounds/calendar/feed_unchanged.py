"""Whether a feed is as it was last written: then nothing is derived or compared.

The index keeps what the feed was made from: its own number of changes, the settings, Rounds itself, the day, and the
stamps of the feed's file and of its saved state. Where any of them differs, the feed is written as if it were new.
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rounds.errors import Level, Problem
from rounds.exports.editor_clipboard_mail_obsidian import link_into
from rounds.index.writer import Index
from rounds.storage import files

if TYPE_CHECKING:
    from rounds.calendar.feeds import Feed
    from rounds.storage.feed_state import FeedState
    from rounds.vault.vault import Vault


class LastWritten(NamedTuple):
    """What is known of a feed that hasn't changed.

    Attributes:
        events: number of its events.
        faults: problems with dates, as `WrittenFeed.faults`.
    """

    events: int
    faults: Sequence[Problem]


def sources(vault: "Vault", feed: "Feed") -> list[object]:
    """What a feed is made from, besides the files of its last time. Ask before reading the reminders."""
    revision, away = vault.ask(Index.revision), str(vault.vanished or "")
    return [revision, vault.rules_mark, str(vault.today()), repr(feed), link_into(vault.root), vault.sure, away]


def last_written(vault: "Vault", feed: "Feed", state: "FeedState", made_from: list[object]) -> LastWritten | None:
    """What is known of the feed if it would be the same again; else None."""
    stamps = _stamps(feed, state)
    found = vault.ask(Index.kept, _name(feed)) if stamps else None
    if found is None or found[:2] != [made_from, stamps]:
        return None
    return LastWritten(found[2], tuple(Problem(m, n, c, h, Level(v), p, a) for m, n, c, h, v, p, a in found[3]))


def keep(vault: "Vault", feed: "Feed", state: "FeedState", made_from: list[object], written: LastWritten) -> None:
    """Remember what a feed was made from, once it's written."""
    vault.ask(Index.keep, _name(feed), [made_from, _stamps(feed, state), *written])


def _name(feed: "Feed") -> str:
    return f"feed {os.path.abspath(feed.path)}"


def _stamps(feed: "Feed", state: "FeedState") -> list[list[int]] | None:
    """The stamps of the feed's file and of its saved state; None if one of them is missing."""
    try:
        return [[*files.stamp_of(path)] for path in (feed.path, state.path(feed.name))]
    except OSError:
        return None
