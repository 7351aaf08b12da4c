"""What every command works with: where the vault is, what day it is, and how to answer."""

import os
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from rounds.errors import NoVaultError, UsageError

if TYPE_CHECKING:
    from rounds.cli.output import Output
    from rounds.vault.vault import Vault

TODAY = "ROUNDS_TODAY"
"""Environment variable with an ISO date that stands for today: for tests and demos."""


class Session:
    """One run of the command line.

    Attributes:
        named: the folder that --vault names; empty where it does not.
        json: whether the answer is one JSON document.
        sure: whether notes that are gone are meant to be, however many.
        words: the command line, without the name of the program.
        trouble: what was in the way of the feeds the last time, so that it is said once.
    """

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.words = tuple(words)
        self.named = ""
        self.json = False
        self.sure = False
        self.trouble = ""

    @cached_property
    def opened(self) -> "Vault":
        """The vault, as its index was left.

        Raises:
            NoVaultError: there is none.
        """
        from rounds.vault.vault import Vault

        vault = Vault.open(_folder(self.named or os.environ.get("ROUNDS_VAULT", "")), clock=clock())
        vault.sure = self.sure
        return vault

    @cached_property
    def vault(self) -> "Vault":
        """The vault, its index brought up to date. What is in the way, such as notes that are gone, is said."""
        self.opened.sync()
        self._tell_notices()
        if self.opened.vanished is not None:
            from rounds.cli.output import say

            say(f"rounds: {self.opened.vanished.message}")
            say(self.opened.vanished.hint)
        if self.opened.broken:
            from rounds.cli.output import say

            say(f"{self.opened.broken}. Until it is mended, the defaults count.")
        return self.opened

    @cached_property
    def out(self) -> "Output":
        """What writes the answer."""
        from rounds.cli.output import Json, Text

        return Json() if self.json else Text()

    def close(self) -> None:
        """Let go of the vault; what there is to say of it is told."""
        if "opened" in self.__dict__:
            self._tell_notices()
            self.opened.close()

    def _tell_notices(self) -> None:
        if words := self.opened.notices():
            from rounds.cli.output import say

            for each in words:
                say(each)


def _folder(named: str) -> str:
    from rounds.vault.vault_location import locate

    if named:
        return os.path.expanduser(named)
    try:
        return locate(os.getcwd())
    except (NoVaultError, FileNotFoundError):
        # config.toml is only read where it is needed: it costs as much as a whole list.
        from rounds.storage.user_config import read_config

        default = read_config().vault
        if not default:
            raise
        return os.path.expanduser(default)


def clock() -> Callable[[], date] | None:
    """What ROUNDS_TODAY says; None where it says nothing.

    Raises:
        UsageError: it is not an ISO date.
    """
    text = os.environ.get(TODAY, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{TODAY} is not a date: {text}", hint="Write it like 2026-11-23, or unset it.") from error
    return lambda: day
