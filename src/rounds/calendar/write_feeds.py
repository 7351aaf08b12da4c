"""All feeds of a vault, written: those of rounds.toml, and the end of those that are retired."""

from typing import TYPE_CHECKING

from rounds.calendar.feeds import WrittenFeed, feeds_of, written_feeds
from rounds.calendar.retired_feeds import end_others
from rounds.vault.sync import Progress, no_progress

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


def write_feeds(vault: "Vault", to: str = "", step: Progress = no_progress) -> list[WrittenFeed]:
    """Write every feed of the vault whose meaning has changed since it was written last; end those that are no more.

    One that can't be written does not keep the others from it, nor from their end.

    Args:
        vault: in sync.
        to: as for `feeds_of`.
        step: told how much of each feed is laid out.

    Raises:
        StoppedError: by `step`; the last good feeds stay where they were not replaced by then.
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
