"""How long a note that is missing or broken keeps its last good version."""

import time
from collections.abc import Callable

from rounds.vault.sync_report import SyncReport


class GracePeriod:
    """Delay before a watcher accepts that notes are missing or broken.

    vim, Emacs and git delete and recreate a note; other programs empty it first. A one-time command has no delay.

    Attributes:
        gone: seconds for which a missing note keeps its rows.
        broken: seconds for which an empty or unreadable note keeps its old rows before it's a problem.
    """

    def __init__(self, gone: float = 0, broken: float = 0) -> None:
        self.gone = gone
        self.broken = broken
        self.young = False  # whether a note was read too soon after it was written, so it must be read again
        self._since: dict[str, float] = {}
        self._held: set[str] = set()

    @property
    def waiting(self) -> bool:
        """Whether any note is being held, so another sync is due soon."""
        return bool(self._since)

    def holds(self, path: str, seconds: float) -> bool:
        """Whether to ignore a note's new state for now."""
        now = time.monotonic()
        if now - self._since.setdefault(path, now) >= seconds:
            return False
        self._held.add(path)
        return True

    def settle(self) -> None:
        """End a sync: forget notes it didn't hold, since they're fine again."""
        self._since = {path: since for path, since in self._since.items() if path in self._held}
        self._held.clear()


def sync_until_stable(sync: Callable[..., SyncReport]) -> None:
    """Sync until no note is being written, for one-time commands that can't correct their output."""
    patience = GracePeriod(gone=0.5, broken=0.5)
    deadline = time.monotonic() + 2
    sync(patience=patience)
    while patience.waiting and time.monotonic() < deadline:
        time.sleep(0.02)
        sync(patience=patience)
