"""Recovery from a damaged index, or from an unusable index file."""

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from rounds.errors import RoundsError
from rounds.index.database import damaged
from rounds.index.writer import Index

T = TypeVar("T")


def kept_up(index: Index, work: Callable[[], T]) -> T:
    """Run work on the index; retry with a new index if it's damaged, or in memory if its file can't be used.

    Raises:
        RoundsError: it can be neither read nor rebuilt.
    """
    for last in (False, False, True):
        try:
            return work()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not last and damaged(error):
                index.replace()
            elif last or not index.go_without(error):
                hint = "Try again in a moment."
                raise RoundsError(f"the index can't be read or written: {error}", hint=hint) from error
    raise AssertionError  # the last time returns or raises
