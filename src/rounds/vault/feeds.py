"""The vault's reminders as calendar feeds, one file for each `[feeds.NAME]` of rounds.toml."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from rounds.domain.feed import feed_events
from rounds.domain.reminders import Reminder
from rounds.domain.settings import FeedSettings
from rounds.errors import QueryError, SettingsError, VanishedError
from rounds.formats.links import plain
from rounds.store.settings import FILE

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rounds.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class WrittenFeed:
    """A feed file.

    Attributes:
        events: how many it holds.
        changed: False where the file was up to date.
    """

    name: str
    path: str
    events: int
    changed: bool


def write_feeds(vault: "Vault", to: str = "") -> list[WrittenFeed]:
    """Write every feed of the vault.

    Args:
        vault: in sync.
        to: folder for the files, or a file name that ends in `.ics` where there is one feed; empty for the place
            that config.toml names, else the user's data folder.

    Raises:
        SettingsError: a feed's settings can't be used, or none can be read; the last good feeds stay.
        VanishedError: there is no note left that a reminder could come from; the last good feed stays.
        RoundsError: a file can't be written; the last good feed stays.
    """
    from rounds.vault.agenda import reminders

    vault.need_settings()
    feeds = vault.settings.feeds
    if to.endswith(".ics") and len(feeds) != 1:
        raise SettingsError(f"{to} is one file, and rounds.toml has {len(feeds)} feeds", hint="Name a folder instead.")
    if not vault.rows("SELECT 1 FROM meta LIMIT 1"):
        vault.sync()  # an index that was never filled would give a calendar without a single event
    found = [replace(reminder, title=plain(reminder.title)) for reminder in reminders(vault)]
    return [_write(vault, name, settings, found, to) for name, settings in feeds.items()]


def _write(vault: "Vault", name: str, settings: FeedSettings, found: list[Reminder], to: str) -> WrittenFeed:
    from rounds.formats.ics import render
    from rounds.outlets.feedfile import write_feed

    if settings.query:
        from rounds.vault.catalog import listed

        try:
            paths = {entry.path for entry in listed(vault, settings.query, types=())}
        except QueryError as error:
            what = f"{FILE}: [feeds.{name}] query: {error.message}"
            raise QueryError(what, query=error.query, position=error.position, hint=error.hint) from error
        found = [reminder for reminder in found if reminder.path in paths]
    today = vault.today()
    events = list(feed_events(found, settings, today))
    alarm = _alarm(name, settings.alarm)
    path = to if to.endswith(".ics") else os.path.join(to or feed_folder(vault), f"{name}.ics")
    if not events:
        _check_meant(vault, path)
    data = render(_title(name), events, today=today, zone=_zone(vault), alarm=alarm)
    return WrittenFeed(name, os.path.abspath(path), len(events), write_feed(path, data))


def _check_meant(vault: "Vault", path: str) -> None:
    """A feed that had events is not emptied by a vault without people, such as one that is only half there.

    The index knows what it had before, but may itself be new.
    """
    if vault.sure or vault.rows("SELECT 1 FROM notes WHERE type IN ('partner', 'organization', 'release') LIMIT 1"):
        return
    with suppress(OSError), open(path, "rb") as file:
        if b"BEGIN:VEVENT" in file.read():
            raise VanishedError(
                f"the vault has no partner any more; the feed {path} is left as it was",
                hint="Is the disk mounted, has the sync finished? If it was meant: rounds --yes-really feed write",
            )


def feed_paths(vault: "Vault") -> dict[str, str]:
    """The file of each feed of the settings, by its name, whether it is there or not."""
    return {name: os.path.join(feed_folder(vault), f"{name}.ics") for name in vault.settings.feeds}


def feed_folder(vault: "Vault") -> str:
    """Where the feeds of this vault lie on this machine."""
    return os.path.expanduser(vault.config.feeds) if vault.config.feeds else os.path.join(vault.data, "feeds")


def _title(name: str) -> str:
    return "Rounds" if name == "reminders" else f"Rounds: {name}"


def _alarm(name: str, text: str) -> timedelta | None:
    if not text:
        return None
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    if match is None:
        raise SettingsError(
            f'rounds.toml: [feeds.{name}] alarm = "{text}" is no time of day',
            hint='Write it as "9:00", or "" for none.',
        )
    return timedelta(hours=int(match[1]), minutes=int(match[2]))


def _zone(vault: "Vault") -> "ZoneInfo | None":
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(vault.settings.timezone) if vault.settings.timezone else None
    except (KeyError, ValueError, OSError):
        return None
