"""What is said of folders and notes that are there and can't be looked at, and what is not written into them."""

from collections.abc import Sequence

from rounds.errors import RoundsError, VanishedError

Unseen = Sequence[tuple[str, str, str]]
"""Path, message and hint of each folder or note, as `Index.unseen` gives them."""


def out_of_sight(unseen: Unseen) -> VanishedError | None:
    """Says what can't be looked at; None for nothing."""
    for path, message, hint in unseen[:1]:
        more = f" (and {len(unseen) - 1:,} more like this)" if unseen[1:] else ""
        error = VanishedError(f"{path}: {message}{more}", hint=hint)
        error.partly = True
        return error
    return None


def check_sight(unseen: Unseen, path: str, data: bytes = b"") -> None:
    """See that a note will be found where it is put, or taken from.

    Args:
        path: of the note.
        data: what it is going to hold.

    Raises:
        RoundsError: it lies in a folder that can't be listed: nobody could say what else is there.
    """
    for place, message, hint in unseen:
        if path.startswith(f"{place}/"):
            words = f" What you wrote: {data.decode(errors='replace').strip()}" if data else ""
            raise RoundsError(f"{path} was left as it is. {place}: {message}", hint=f"{hint}{words}")
