"""Folders and notes that exist but can't be read now."""

from typing import TYPE_CHECKING

from rounds.errors import RoundsError, VanishedError

if TYPE_CHECKING:
    from rounds.index.writer import Index

_UNSEEN = "FROM problems WHERE file = 0 AND level = 'error'"


def has_unseen(index: "Index") -> bool:
    """Whether there is any."""
    return bool(index.rows(f"SELECT 1 {_UNSEEN} LIMIT 1"))


def _unseen(index: "Index") -> list[tuple[str, str, str]]:
    """Path, message and hint of each."""
    return index.rows(f"SELECT path, message, hint {_UNSEEN}")


def partly_vanished(index: "Index") -> VanishedError | None:
    """The error for folders and notes that can't be read now but aren't treated as deleted; else None."""
    for path, message, hint in (unseen := _unseen(index))[:1]:
        more = f" (and {len(unseen) - 1:,} more like this)" if unseen[1:] else ""
        error = VanishedError(f"{path}: {message}{more}", hint=hint)
        error.partly = True
        return error
    return None


def check_sight(index: "Index", path: str, data: bytes = b"") -> None:
    """Make sure that a note will be visible where it's written to or removed from.

    Args:
        path: the note's path.
        data: its new content.

    Raises:
        RoundsError: its folder can't be listed, so what else it contains is unknown.
    """
    for place, message, hint in _unseen(index):
        if path.startswith(f"{place}/"):
            words = f" What you wrote: {data.decode(errors='replace').strip()}" if data else ""
            raise RoundsError(f"{path} was left as it is. {place}: {message}", hint=f"{hint}{words}")
