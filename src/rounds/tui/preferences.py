"""Preferences of this machine: theme, reader mode, motion and keys, from config.toml and on change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from rounds.errors import RoundsError
from rounds.storage.user_config import Config
from rounds.tui.reader_mode import ReaderApp
from rounds.tui.textual_compat import ask_background, can_ask_background, expect_background
from rounds.tui.theme import OPPOSITE, ThemedApp

if TYPE_CHECKING:
    from rounds.tui.session import VaultSession


@dataclass
class BackgroundTold(Message):
    """The terminal has said whether its background is light."""

    light: bool


class PreferencesApp(ThemedApp, ReaderApp):
    """An app that follows config.toml, and the terminal where config.toml leaves it open.

    Attributes:
        session: with the keys.
        preferences: the settings in effect.
        unread: why config.toml can't be read; None if it can.
    """

    session: "VaultSession"
    preferences = Config()
    unread: RoundsError | None = None

    def follow_preferences(self) -> None:
        """Set colors, keys and reader mode before the start."""
        try:
            self.preferences = self.session.vault.config
        except RoundsError as error:
            self.unread = error
        self.session.keys = dict(self.preferences.keys)
        self.start_with(self.preferences.theme, self.session.background())
        self.set_reader(on=self.preferences.reader)
        self.set_motion(on=self.preferences.motion)
        expect_background(lambda light: self.post_message(BackgroundTold(light)))

    def ask_terminal(self) -> None:
        """Ask for the background, unless a theme is set or there are no colors; the answer may come at any time."""
        if not self.preferences.theme and not self.no_color and can_ask_background(self):
            ask_background(self)

    def on_background_told(self, event: BackgroundTold) -> None:
        """Follow the terminal, now and at the next start."""
        known = "light" if event.light else "dark"
        if not self.preferences.theme:
            self.theme = self.theme_of("", known)
        self.run_worker(self.session.read(lambda _: self.session.keep_background(known)), group="background")

    async def prefer(self, table: str, key: str, value: str | bool | None) -> None:
        """Change a setting in config.toml, and follow it.

        Raises:
            RoundsError: it can't be written; nothing changes.
        """
        from rounds.storage.user_config import read_config, set_value

        def changed(_: object) -> Config:
            set_value(table, key, value)
            return read_config()

        self.preferences = config = await self.session.read(changed)
        self.session.keys = dict(config.keys)
        self.set_keymap(self.session.keys)
        self.set_reader(on=config.reader)
        self.set_motion(on=config.motion)
        self.theme = self.theme_of(config.theme, self.session.background())

    def action_shade(self) -> None:
        """Switch between light and dark, now and at the next start."""
        super().action_shade()
        shade = "light" if self.theme in OPPOSITE and self.theme.endswith("light") else "dark"
        self.run_worker(self._keep_shade(shade), group="shade")

    async def _keep_shade(self, shade: str) -> None:
        try:
            await self.prefer("", "theme", shade)
        except RoundsError as error:
            self.notify(f"{error.message[:1].upper()}{error.message[1:]}. {error.hint}", markup=False)
