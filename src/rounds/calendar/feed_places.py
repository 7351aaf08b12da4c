"""Where a feed may be written: over nothing that another vault, or anybody but Rounds, has made (decision 25)."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from rounds.calendar.ics import is_ours, pieces
from rounds.errors import RoundsError
from rounds.storage.feed_state import FeedState, PublishedFeed
from rounds.storage.files import digest
from rounds.storage.output_file import check_ours

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


def feed_state(vault: "Vault") -> FeedState:
    """What was published last of the vault's feeds, by their names."""
    return FeedState(os.path.join(vault.data, "published"))


def check_place(vault: "Vault", path: str, book: PublishedFeed) -> None:
    """See that a feed may be written to a path (decision 25).

    Args:
        book: of the feed, as it was written last.

    Raises:
        RoundsError: a file is there that is another vault's, or that Rounds has not made.
    """
    there = check_ours(path, made_by(vault, path, book))
    if there is not None and digest(there).hex() != book.digest and (other := owner(vault, there)):
        raise RoundsError(
            f"{path} is the calendar of another vault, {other}; it was left as it is",
            hint="Give this feed another name in rounds.toml. Or delete the file, if that vault is no longer used.",
        )


def made_by(vault: "Vault", path: str, book: PublishedFeed) -> Callable[[bytes], bool]:
    """Tells a feed file of ours: it is as we wrote it, looks like one, or lies in our own data folder."""
    own = os.path.realpath(path).startswith(os.path.join(os.path.realpath(vault.data), ""))
    return lambda data: own or digest(data).hex() == book.digest or is_ours(data)


def owner(vault: "Vault", data: bytes) -> str:
    """The other vault of this user that has written a feed file, by its bytes; empty for none.

    Two may have one folder in config.toml, and feeds of the same name: they would fight over the file.
    """
    mark, uids = digest(data).hex(), frozenset(pieces(data))
    state = feed_state(vault)
    if state.wrote(mark, uids):
        return ""
    return next((name for name, other in state.neighbours() if other.wrote(mark, uids)), "")


def is_told(vault: "Vault", name: str, path: str) -> bool:
    """Whether the file of a feed may be shown to whoever has its address: it is nobody else's."""
    try:
        check_place(vault, path, feed_state(vault).read(name))
    except RoundsError:
        return False
    return True
