"""Links into Obsidian."""

import os
import subprocess
import sys
from functools import lru_cache
from urllib.parse import quote

from rounds.errors import RoundsError

_PATIENCE = 5
"""Seconds after which a program that still runs counts as having opened the link."""


def link_of(root: str, path: str) -> str:
    """The obsidian:// link of a note, in the nearest Obsidian vault upward; by its full path if there is none.

    Args:
        root: the vault's folder.
        path: of the note, relative to it.
    """
    start = link_into(root)
    return link_from(start or "obsidian://open?path=" + _quoted(os.path.realpath(root) + os.sep), path)


def link_into(root: str) -> str:
    """Start of the links to a folder's notes, in the nearest Obsidian vault upward; empty if there is none."""
    folder = start = os.path.realpath(root)
    while not os.path.isdir(os.path.join(folder, ".obsidian")):
        if os.path.dirname(folder) == folder:
            return ""
        folder = os.path.dirname(folder)
    inside = "" if folder == start else os.path.relpath(start, folder).replace(os.sep, "/") + "/"
    return f"obsidian://open?vault={_quoted(os.path.basename(folder))}&file={_quoted(inside)}"


def _quoted(path: str) -> str:
    return quote(path, safe="", errors="surrogateescape" if os.name == "posix" else "replace")


@lru_cache(maxsize=20_000)
def link_from(start: str, path: str) -> str:
    """The link of a note, from the start that `link_into` gives."""
    return start + _quoted(path.removesuffix(".md") if "&file=" in start else path)


def open_link(link: str) -> None:
    """Open a link on the desktop.

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
        failed = False  # without a desktop environment, the opener runs as long as Obsidian
    if failed:
        raise RoundsError("no program here opens links of Obsidian", hint=f"The link is {link}")
