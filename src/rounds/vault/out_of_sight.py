"""Folders and notes that can't be read now, and are not taken for gone."""

from collections.abc import Sequence

from rounds.errors import RoundsError, VanishedError

Unseen = Sequence[tuple[str, str, str]]
"""Path, message and hint for each folder or note, from `Index.unseen`."""


def out_of_sight(unseen: Unseen) -> VanishedError | None:
    """The error for inaccessible places; None if there are none."""
    for path, message, hint in unseen[:1]:
        more = f" (and {len(unseen) - 1:,} more like this)" if unseen[1:] else ""
        error = VanishedError(f"{path}: {message}{more}", hint=hint)
        error.partly = True
        return error
    return None


def check_sight(unseen: Unseen, path: str, data: bytes = b"") -> None:
    """Make sure that a note will be visible where it's written to or removed from.

    Args:
        path: the note's path.
        data: its new content.

    Raises:
        RoundsError: its folder can't be listed, so what else it contains is unknown.
    """
    for place, message, hint in unseen:
        if path.startswith(f"{place}/"):
            words = f" What you wrote: {data.decode(errors='replace').strip()}" if data else ""
            raise RoundsError(f"{path} was left as it is. {place}: {message}", hint=f"{hint}{words}")
