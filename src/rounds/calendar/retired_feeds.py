"""Feeds removed from rounds.toml: a last event tells subscribers."""

import os
from typing import TYPE_CHECKING

from rounds.calendar.feed_places import feed_state
from rounds.calendar.feeds import TASKS, Feed, WrittenFeed, feed_folder, feeds_of, put, try_each
from rounds.domain.feed import FeedEvent, event_uid
from rounds.domain.settings import FeedSettings
from rounds.errors import RoundsError
from rounds.storage.files import digest
from rounds.storage.output_file import read_feed

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

WORDS = "This calendar has ended"


def end_others(vault: "Vault") -> tuple[list[WrittenFeed], list[RoundsError]]:
    """Replace the events of each removed feed by one that says so, on the day the removal was found.

    Clients and vdirsyncer take an empty calendar for a broken one, and without the file they would show the old events
    forever. While rounds.toml has a problem, no feed ends, since a table may be missing by mistake. A feed that comes
    back continues where it was.

    Returns:
        Feeds that ended just now, and the errors of the others.
    """
    state = feed_state(vault)
    there = {feed.name for feed in feeds_of(vault)}
    others = [name for name in state.names() if name not in there and "@" not in name]
    if not others or vault.settings_problems:
        return [], []
    with state.locked():
        found, errors = try_each(lambda name: _end(vault, name), others)
    return [written for written in found if written.changed], errors


def _end(vault: "Vault", name: str) -> WrittenFeed:
    """End one feed, if its last written file is unchanged."""
    path, book = os.path.join(feed_folder(vault), f"{name}.ics"), feed_state(vault).read(name)
    if not book.digest or digest(read_feed(path)).hex() != book.digest:
        return WrittenFeed(name, path, 0, changed=False, ended=True)
    feed = Feed(name, f"Rounds: {name.removesuffix(TASKS)}", path, FeedSettings(level=book.level))
    uid = event_uid(f"ended\0{vault.vault_id}\0{name}")
    known = book.entries.get(uid)
    day = known.event.day if known is not None and known.gone is None else vault.today()
    event = FeedEvent(uid, day, WORDS, done=day if feed.tasks else None)
    return put(vault, feed, book, [event])._replace(ended=True)
