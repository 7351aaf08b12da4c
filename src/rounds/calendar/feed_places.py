"""Checks of where a feed may be written (decision 25).

A feed never overwrites a file of another vault, or one that Rounds didn't make.
"""

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
    """Last published state of the vault's feeds, by name."""
    return FeedState(os.path.join(vault.data, "published"))


def check_place(vault: "Vault", path: str, book: PublishedFeed) -> None:
    """Check that a feed may be written to a path (decision 25).

    Args:
        book: state of the feed when last written.

    Raises:
        RoundsError: the file there is another vault's, or Rounds didn't make it.
    """
    there = check_ours(path, made_by(vault, path, book))
    if there is not None and digest(there).hex() != book.digest and (other := owner(vault, there)):
        raise RoundsError(
            f"{path} is the calendar of another vault, {other}; it was left as it is",
            hint="Give this feed another name in rounds.toml. Or delete the file, if that vault is no longer used.",
        )


def made_by(vault: "Vault", path: str, book: PublishedFeed) -> Callable[[bytes], bool]:
    """Test for a feed file of ours: unchanged, made like one, or in our own data folder."""
    own = os.path.realpath(path).startswith(os.path.join(os.path.realpath(vault.data), ""))
    return lambda data: own or digest(data).hex() == book.digest or is_ours(data)


def owner(vault: "Vault", data: bytes) -> str:
    """The user's other vault that wrote these bytes; empty for none.

    Two vaults may share a folder in config.toml and have feeds of the same name: they would fight over the file.
    """
    mark, uids = digest(data).hex(), frozenset(pieces(data))
    state = feed_state(vault)
    if state.wrote(mark, uids):
        return ""
    return next((name for name, other in state.neighbors() if other.wrote(mark, uids)), "")


def is_told(vault: "Vault", name: str, path: str) -> bool:
    """Whether a feed's file may be served at its address: no other vault's, and made by Rounds."""
    try:
        check_place(vault, path, feed_state(vault).read(name))
    except RoundsError:
        return False
    return True
