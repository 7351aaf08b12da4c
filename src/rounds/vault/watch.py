"""Vault watcher: debounced syncs after file events, with callbacks."""

from collections.abc import Callable
from sqlite3 import Error
from typing import Self

from rounds.errors import RoundsError
from rounds.storage.watcher import POLLING, Watcher
from rounds.vault.grace_period import GracePeriod
from rounds.vault.sync_report import SyncReport
from rounds.vault.vault import Vault

_RETRY = 0.25
"""Seconds until the next check of a note that's missing, empty or unreadable."""


_AWAY = 1.0
"""Seconds until the next check for a missing folder: mounting raises no event."""


def in_words(error: Exception, what: str) -> str:
    """What went wrong, for a program that keeps running; `what` begins the message about an unexpected error."""
    if isinstance(error, RoundsError):
        return error.message
    if isinstance(error, (OSError, Error)):
        return str(error)
    return f"{what}: {type(error).__name__}: {error}"


class Watch:
    """A watch on a vault, as a context manager. It never writes into notes.

    Args:
        vault: open; synced from the watcher's thread.
        on_sync: called for each sync that changed something, from that thread.
        on_trouble: called with an error message, or why watching is limited; each trouble once until it's over.
        on_back: called when a missing folder, or missing notes, are back.
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
        self._watcher.hint()  # for changes between the last sync and the start of the watch
        return self

    def __exit__(self, *_: object) -> None:
        self._watcher.stop()

    def check(self) -> None:
        """Check now: after a resume, or when the window regains focus."""
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
                raise self._vault.vanished  # noqa: TRY301 - reported like the others
        except Exception as error:  # noqa: BLE001 - reported; watching continues
            trouble = in_words(error, "the changes could not be read")
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
