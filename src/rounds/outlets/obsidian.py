"""Links into Obsidian."""

import os
import subprocess
import sys
from urllib.parse import quote

from rounds.errors import RoundsError

_PATIENCE = 5
"""Seconds after which a program that still runs is taken to show what it was given."""


def link_of(root: str, path: str) -> str:
    """The obsidian:// link of a note, in the nearest vault of Obsidian upward; by its whole path where there is none.

    Args:
        root: the vault's folder.
        path: of the note, relative to it.
    """
    folder = os.path.realpath(root)
    whole = os.path.join(folder, path)
    while not os.path.isdir(os.path.join(folder, ".obsidian")):
        if os.path.dirname(folder) == folder:
            return f"obsidian://open?path={quote(whole, safe='')}"
        folder = os.path.dirname(folder)
    inside = os.path.relpath(whole, folder).replace(os.sep, "/").removesuffix(".md")
    return f"obsidian://open?vault={quote(os.path.basename(folder), safe='')}&file={quote(inside, safe='')}"


def open_link(link: str) -> None:
    """Hand a link to the desktop.

    Raises:
        RoundsError: no program here opens it.
    """
    opener = {"darwin": "open", "win32": "explorer"}.get(sys.platform, "xdg-open")
    quiet = subprocess.DEVNULL
    try:
        process = subprocess.Popen([opener, link], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        failed = process.wait(_PATIENCE) and sys.platform != "win32"
    except OSError:
        failed = True
    except subprocess.TimeoutExpired:
        failed = False  # without a desktop environment, the opener is there for as long as Obsidian
    if failed:
        raise RoundsError("no program here opens links of Obsidian", hint=f"The link is {link}")
