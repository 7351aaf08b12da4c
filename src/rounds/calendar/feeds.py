"""Feeds of a vault: which there are, where their files lie, and where a file may be written (decision 25).

Each `[feeds.NAME]` of rounds.toml is one file, and another one of tasks if set. A feed never overwrites a file of
another vault, or one that Rounds didn't make.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from rounds.calendar.ics import Form, is_ours, pieces
from rounds.domain.settings import LEVELS, FeedSettings
from rounds.errors import RoundsError, SettingsError
from rounds.storage.feed_state import FeedState, PublishedFeed
from rounds.storage.files import digest
from rounds.storage.locks_private_output_files import check_ours

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

TASKS = ".tasks"
"""Suffix of the name of a feed of tasks; no table of rounds.toml can have a dot in its name."""


class Feed(NamedTuple):
    """A feed of a vault, as a file.

    Attributes:
        name: name of its table in rounds.toml, with `.tasks` appended for a feed of tasks; also the name of its state.
        title: title of the calendar, as clients show it.
        path: path of the file on this machine.
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
        """Privacy level: one of LEVELS."""
        return self.settings.level


def feeds_of(vault: "Vault", to: str = "") -> list[Feed]:
    """The feeds of rounds.toml, whether written before or not.

    Args:
        vault: vault whose settings count.
        to: folder for the files, or a file name that ends in `.ics` if there is one feed; empty for the place in
            config.toml, or else the user's data folder.

    Raises:
        SettingsError: `to` is one file, and there are several feeds.
    """
    found: list[Feed] = []
    for name, settings in vault.settings.feeds.items():
        title = settings.name or ("Rounds" if name == "reminders" else f"Rounds: {name}")
        names = (name, f"{name}{TASKS}") if settings.tasks else (name,)
        found += [Feed(each, title, os.path.join(to or feed_folder(vault), f"{each}.ics"), settings) for each in names]
    if not to.endswith(".ics"):
        return found
    if len(found) != 1:
        raise SettingsError(f"{to} is one file, and rounds.toml has {len(found)} feeds", hint="Name a folder instead.")
    return [found[0]._replace(path=to)]


def elsewhere(vault: "Vault", feed: Feed, place: str, level: str, *, tasks: bool = False) -> Feed:
    """A feed to publish elsewhere: with its own file and state, at this privacy level or its own stricter one.

    Args:
        place: name of its destination.
        level: one of LEVELS; the feed's own level counts if it's stricter.
        tasks: whether it's a feed of tasks.
    """
    name = f"{feed.name.removesuffix(TASKS)}@{place}{TASKS if tasks else ''}"
    settings = feed.settings._replace(level=max(feed.level, level, key=LEVELS.index))
    return feed._replace(name=name, path=os.path.join(vault.data, "remote", f"{name}.ics"), settings=settings)


def feed_folder(vault: "Vault") -> str:
    """Folder of this vault's feeds on this machine."""
    return os.path.expanduser(vault.config.feeds) if vault.config.feeds else os.path.join(vault.data, "feeds")


def form_of(vault: "Vault", feed: Feed) -> Form:
    """Settings that the text of the feed's events depends on."""
    hours, _, minutes = feed.settings.alarm.partition(":")
    alarm = int(hours) * 60 + int(minutes) if minutes else None
    return Form(vault.settings.timezone, feed.settings.minutes, alarm, feed.tasks)


def feed_state(vault: "Vault") -> FeedState:
    """Last published state of the vault's feeds, by name."""
    return FeedState(os.path.join(vault.data, "published"))


def check_place(vault: "Vault", path: str, before: PublishedFeed) -> None:
    """Check that a feed may be written to a path (decision 25).

    Args:
        before: state of the feed when last written.

    Raises:
        RoundsError: the file there is another vault's, or Rounds didn't make it.
    """
    there = check_ours(path, made_by(vault, path, before))
    if there is not None and digest(there).hex() != before.digest and (other := owner(vault, there)):
        raise RoundsError(
            f"{path} is the calendar of another vault, {other}; it was left as it is",
            hint="Give this feed another name in rounds.toml. Or delete the file, if that vault is no longer used.",
        )


def made_by(vault: "Vault", path: str, before: PublishedFeed) -> Callable[[bytes], bool]:
    """Whether a feed file is ours: unchanged, made like one, or in our own data folder."""
    own = os.path.realpath(path).startswith(os.path.join(os.path.realpath(vault.data), ""))
    return lambda data: own or digest(data).hex() == before.digest or is_ours(data)


def owner(vault: "Vault", data: bytes) -> str:
    """The user's other vault that wrote these bytes; empty for none.

    Two vaults may share a folder in config.toml and have feeds of the same name: they would fight over the file.
    """
    mark, uids = digest(data).hex(), frozenset(pieces(data))
    state = feed_state(vault)
    if state.wrote(mark, uids):
        return ""
    return next((name for name, other in state.neighbors() if other.wrote(mark, uids)), "")


def may_serve(vault: "Vault", name: str, path: str) -> bool:
    """Whether a feed's file may be served at its address: no other vault's, and made by Rounds."""
    try:
        check_place(vault, path, feed_state(vault).read(name))
    except RoundsError:
        return False
    return True
