"""Files that are made for the user, such as the card: private, atomic, and never over another one unasked."""

import os
from collections.abc import Mapping

from rounds.errors import RoundsError
from rounds.outlets.feedfile import write_feed


def write_papers(folder: str, papers: Mapping[str, bytes], *, replace: bool = False) -> list[str]:
    """Write files into a folder, which is made where it is missing.

    Args:
        papers: bytes by file name.
        replace: whether files that hold something else may be written over.

    Returns:
        The paths of those that were written; the others held these bytes already.

    Raises:
        RoundsError: a file of that name holds something else, and nothing was written.
    """
    paths = {os.path.join(folder, name): data for name, data in papers.items()}
    others = [path for path, data in paths.items() if os.path.lexists(path) and not _holds(path, data)]
    if others and not replace:
        raise RoundsError(
            f"{others[0]} is there already and holds something else",
            hint="Nothing was written. Write over it with --replace, or choose another place.",
        )
    return [path for path, data in paths.items() if not _holds(path, data) and write_feed(path, data)]


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False
