"""Session of a command: vault, date, and output format."""

import os
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from rounds.errors import NoVaultError, UsageError

if TYPE_CHECKING:
    from rounds.cli.output import Json, Text
    from rounds.vault.vault import Vault

TODAY = "ROUNDS_TODAY"
"""Environment variable with an ISO date, or date and time, to use as now, for tests and demos."""


class Session:
    """One run of the command line.

    Attributes:
        named: the folder given with --vault; empty if not given.
        json: whether the answer is one JSON document.
        sure: whether missing notes, however many, were deleted on purpose.
        words: the command line, without the program's name.
        keep_as_is: whether client information is written as typed.
        trouble: the last error with the feeds, so that it's printed once.
        opens_next: whether the terminal interface opens when the command is done.
    """

    def __init__(self, words: Sequence[str] = ()) -> None:
        self.words = tuple(words)
        self.named = ""
        self.json = False
        self.sure = False
        self.keep_as_is = False
        self.trouble = ""
        self.opens_next = False

    def another(self) -> "Session":
        """A session for the same vault, after this one was closed."""
        found = Session(self.words)
        found.named = self.named
        return found

    @cached_property
    def unsynced_vault(self) -> "Vault":
        """The vault, its index not yet updated.

        Raises:
            NoVaultError: there is none.
        """
        from rounds.vault.vault import Vault

        vault = Vault.open(_folder(self.named or os.environ.get("ROUNDS_VAULT", "")), clock=clock())
        vault.sure = self.sure
        vault.decisions.keep_all = self.keep_as_is
        return vault

    @cached_property
    def vault(self) -> "Vault":
        """The vault, its index updated. Problems, such as missing notes, are printed."""
        from rounds.cli.output import say

        self.unsynced_vault.sync()
        self._tell_notices()
        if self.unsynced_vault.vanished is not None:
            say(f"rounds: {self.unsynced_vault.vanished.message}")
            say(self.unsynced_vault.vanished.hint)
        if self.unsynced_vault.broken:
            say(f"{self.unsynced_vault.broken}. Until this is fixed, the defaults apply.")
        return self.unsynced_vault

    @cached_property
    def out(self) -> "Text | Json":
        """The output for the answer."""
        from rounds.cli.output import Json, Text

        return Json() if self.json else Text()

    def close(self) -> None:
        """Close the vault; print its remaining notices."""
        if "unsynced_vault" in self.__dict__:
            self._tell_notices()
            self.unsynced_vault.close()

    def _tell_notices(self) -> None:
        from rounds.cli.output import say

        for notice in self.unsynced_vault.notices():
            say(notice)


def _folder(named: str) -> str:
    from rounds.vault.find_vault import locate

    if named:
        return os.path.expanduser(named)
    try:
        return locate(os.getcwd())
    except (NoVaultError, FileNotFoundError):
        # Read config.toml only when needed: it takes as long as a whole list.
        from rounds.storage.user_config import read_config

        default = read_config().vault
        if not default:
            raise
        return os.path.expanduser(default)


def clock() -> Callable[[], date] | None:
    """The date in ROUNDS_TODAY, or the date and time; None if unset.

    Raises:
        UsageError: it isn't an ISO date.
    """
    text = os.environ.get(TODAY, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) <= len("2026-11-23") else datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{TODAY} isn't a date: {text}", hint="Write it like 2026-11-23, or unset it.") from error
    return lambda: day.replace(tzinfo=None) if isinstance(day, datetime) else day
