"""All feeds of a vault, written: those of rounds.toml, and the end of those that are retired."""

from typing import TYPE_CHECKING

from rounds.calendar.feeds import WrittenFeed, feeds_of, written_feeds
from rounds.calendar.retired_feeds import end_others
from rounds.vault.sync import Progress, no_progress

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


def write_feeds(vault: "Vault", to: str = "", step: Progress = no_progress) -> list[WrittenFeed]:
    """Write every feed that has changed since it was last written; end feeds that rounds.toml no longer has.

    A feed that can't be written doesn't stop the others from being written or ended.

    Args:
        vault: in sync.
        to: as for `feeds_of`.
        step: progress callback, for each feed.

    Raises:
        StoppedError: by `step`; feeds not replaced by then stay as they were.
        SettingsError: a feed's settings can't be used, or none can be read; the last good feeds stay.
        VanishedError: the vault, or every note that a reminder could come from, is gone; the last good feed stays.
        RoundsError: a file can't be written; the last good feed stays.
    """
    vault.need_settings()
    written, errors = written_feeds(vault, feeds_of(vault, to), step)
    ended, more = end_others(vault)
    if errors or more:
        raise [*errors, *more][0]
    return written + ended
