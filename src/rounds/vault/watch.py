"""Follow the vault while it is open: events become a debounced sync, a sync becomes news."""

from collections.abc import Callable
from sqlite3 import Error
from typing import Self

from rounds.errors import RoundsError
from rounds.storage.watcher import POLLING, Watcher
from rounds.vault.sync import GracePeriod, SyncReport
from rounds.vault.vault import Vault

_RETRY = 0.25
"""Seconds until the next look at a note that is gone, empty or can't be read."""


_AWAY = 1.0
"""Seconds until the next look for a folder that is gone: what is mounted again raises no event."""


def _in_words(error: Exception) -> str:
    if isinstance(error, RoundsError):
        return error.message
    if isinstance(error, (OSError, Error)):
        return str(error)
    return f"what has changed could not be read: {type(error).__name__}: {error}"


class Watch:
    """A vault that is followed, as a context manager. It never writes into notes.

    Args:
        vault: open; synced from the watcher's thread.
        on_sync: told about each sync that changed something, from that thread.
        on_trouble: told in words what went wrong, or why watching is limited; each trouble once until it is over.
        on_back: told when a folder, or notes, that were gone are there again.
    """

    def __init__(
        self,
        vault: Vault,
        on_sync: Callable[[SyncReport], None],
        on_trouble: Callable[[str], None],
        on_back: Callable[[], None] = lambda: None,
    ) -> None:
        self._vault = vault
        self._on_sync = on_sync
        self._on_trouble = on_trouble
        self._on_back = on_back
        self._away = vault.vanished is not None
        self._trouble = vault.vanished.message if vault.vanished is not None else ""
        self._patience = GracePeriod(gone=1.0, broken=2.0)
        self._watcher = Watcher(vault.root, self._sync, on_trouble)

    def __enter__(self) -> Self:
        self._watcher.__enter__()
        self._watcher.hint()  # for what has changed since the last sync, before anybody watched
        return self

    def __exit__(self, *_: object) -> None:
        self._watcher.stop()

    def check(self) -> None:
        """Look now: after a resume, or when the window has the focus again."""
        self._watcher.hint()

    def _sync(self) -> None:
        try:
            report = self._vault.sync(patience=self._patience)
            if self._patience.waiting or self._patience.young:
                self._watcher.again(_RETRY)
            for words in self._vault.notices():
                self._on_trouble(words)
            if report:
                self._on_sync(report)
            if self._vault.vanished is not None:
                raise self._vault.vanished  # noqa: TRY301 - told as the others are
        except Exception as error:  # noqa: BLE001 - told, and the next change is followed all the same
            trouble = _in_words(error)
            if self._vault.vanished is not None:
                self._away = True
                self._watcher.again(POLLING if self._vault.vanished.partly else _AWAY)
            if trouble != self._trouble:
                self._trouble = trouble
                self._on_trouble(trouble)
        else:
            self._trouble = ""
            if self._away:
                self._away = False
                self._watcher.renew()
                self._on_back()
