"""Targets of publishing: the tables of config.toml, each with a feed of its own."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

from rounds.calendar.feeds import Feed, elsewhere, feeds_of
from rounds.errors import SettingsError
from rounds.storage.user_config import PublishSettings, config_path, publish_settings

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


class Target(NamedTuple):
    """A place to publish a feed to.

    Attributes:
        name: name of its table in config.toml.
        feed: feed to publish there.
    """

    name: str
    settings: PublishSettings
    feed: Feed

    @property
    def asks(self) -> bool:
        """Whether a password is needed."""
        return self.on_server and bool(self.settings.user)

    @property
    def on_server(self) -> bool:
        """Whether the target is a server, not a file."""
        return _is_web(self.settings.url)


def targets(vault: "Vault", names: Sequence[str] = ()) -> list[Target]:
    """The targets of config.toml for this vault.

    Args:
        names: only these; empty for all.

    Raises:
        SettingsError: a table can't be used, a name has no table, or there are no targets.
    """
    tables = publish_settings(vault.config)
    for name in names:
        if name not in tables:
            raise SettingsError(
                f"{config_path()} has no [publish.{name}]", hint=f"There: {', '.join(tables) or 'none'}."
            )
    found = [
        target_of(vault, name, settings)
        for name, settings in tables.items()
        if settings.vault in ("", vault.vault_id) and (not names or name in names)
    ]
    if not found:
        raise SettingsError("nothing of this vault is published anywhere yet", hint="Set it up: rounds feed setup")
    return found


def target_of(vault: "Vault", name: str, settings: PublishSettings) -> Target:
    """A target with its feed of rounds.toml, at the stricter of both privacy levels."""
    wanted = settings.feed or next(iter(vault.settings.feeds), "")
    feed = next((each for each in feeds_of(vault) if each.name == wanted), None)
    if feed is None:
        known = ", ".join(vault.settings.feeds)
        raise SettingsError(f"[publish.{name}]: rounds.toml has no feed {wanted}", hint=f"Its feeds: {known}.")
    found = elsewhere(vault, feed, name, settings.level, tasks=settings.tasks)
    if not _is_web(settings.url):
        found = found._replace(path=_file(settings.url))
    return Target(name, settings, found)


def _file(url: str) -> str:
    """The path of a file, from a path or a file:// URL (RFC 8089)."""
    path = unquote(urlsplit(url).path) if url.startswith("file://") else os.path.expanduser(url)
    return os.path.abspath(path)


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))
