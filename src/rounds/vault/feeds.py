"""The vault's reminders as calendar feeds: one file for each `[feeds.NAME]` of rounds.toml, and one of tasks if asked for."""

import os
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from rounds.domain.feed import FeedEvent, Published, closed_events, feed_events, published, waiting_event
from rounds.domain.partner import RESTING
from rounds.domain.reminders import FOLLOW_UP, Reminder
from rounds.domain.settings import FeedSettings
from rounds.errors import QueryError, SettingsError, VanishedError
from rounds.formats.ics import Form
from rounds.formats.links import plain
from rounds.store.feedstate import Book, FeedState
from rounds.store.files import digest
from rounds.store.settings import FILE

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

TASKS = ".tasks"
"""At the end of the name of a feed that holds tasks; no table of rounds.toml can have a dot in its name."""


class Feed(NamedTuple):
    """A feed of a vault, as a file.

    Attributes:
        name: of its table in rounds.toml, with `.tasks` behind it where it holds tasks; also of its book.
        title: of the calendar, as clients show it.
        path: of the file on this machine.
    """

    name: str
    title: str
    path: str
    settings: FeedSettings

    @property
    def tasks(self) -> bool:
        """Whether it holds VTODOs."""
        return self.name.endswith(TASKS)

    @property
    def level(self) -> str:
        """How much it tells: one of LEVELS."""
        return self.settings.level


class WrittenFeed(NamedTuple):
    """A feed file.

    Attributes:
        events: how many it holds, those that are done included.
        changed: False where the file was up to date.
    """

    name: str
    path: str
    events: int
    changed: bool


def feeds_of(vault: "Vault", to: str = "") -> list[Feed]:
    """The feeds of rounds.toml, whether they were ever written or not.

    Args:
        vault: whose settings count.
        to: folder for the files, or a file name that ends in `.ics` where there is one feed; empty for the place
            that config.toml names, else the user's data folder.

    Raises:
        SettingsError: `to` is one file, and there are several feeds.
    """
    found = []
    for name, settings in vault.settings.feeds.items():
        title = settings.name or ("Rounds" if name == "reminders" else f"Rounds: {name}")
        for full in (name, f"{name}{TASKS}") if settings.tasks else (name,):
            found.append(Feed(full, title, os.path.join(to or feed_folder(vault), f"{full}.ics"), settings))
    if not to.endswith(".ics"):
        return found
    if len(found) != 1:
        raise SettingsError(f"{to} is one file, and rounds.toml has {len(found)} feeds", hint="Name a folder instead.")
    return [found[0]._replace(path=to)]


def feed_state(vault: "Vault") -> FeedState:
    """What was published last of the vault's feeds, by their names."""
    return FeedState(os.path.join(vault.data, "published"))


def feed_paths(vault: "Vault") -> dict[str, str]:
    """The file of each feed of the settings, by its name, whether it is there or not."""
    return {name: os.path.join(feed_folder(vault), f"{name}.ics") for name in vault.settings.feeds}


def feed_folder(vault: "Vault") -> str:
    """Where the feeds of this vault lie on this machine."""
    return os.path.expanduser(vault.config.feeds) if vault.config.feeds else os.path.join(vault.data, "feeds")


def form_of(vault: "Vault", feed: Feed) -> Form:
    """What the text of the feed's events depends on, beside themselves."""
    hours, _, minutes = feed.settings.alarm.partition(":")
    alarm = int(hours) * 60 + int(minutes) if minutes else None
    return Form(vault.settings.timezone, feed.settings.minutes, alarm, feed.tasks)
