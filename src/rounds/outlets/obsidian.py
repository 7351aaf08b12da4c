"""Links into Obsidian."""

import os
import subprocess
import sys
from typing import NamedTuple
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
    around = vault_around(root)
    if around is None:
        return f"obsidian://open?path={quote(os.path.join(os.path.realpath(root), path), safe='')}"
    return link_in(around, path)


class Around(NamedTuple):
    """The vault of Obsidian that a folder lies in.

    Attributes:
        name: of it.
        inside: the folder's place in it, with a slash at the end; empty where it is the vault itself.
    """

    name: str
    inside: str


def vault_around(root: str) -> Around | None:
    """The nearest vault of Obsidian upward from a folder."""
    folder = start = os.path.realpath(root)
    while not os.path.isdir(os.path.join(folder, ".obsidian")):
        if os.path.dirname(folder) == folder:
            return None
        folder = os.path.dirname(folder)
    inside = "" if folder == start else os.path.relpath(start, folder).replace(os.sep, "/") + "/"
    return Around(os.path.basename(folder), inside)


def link_in(around: Around, path: str) -> str:
    """The obsidian:// link of a note by its path in the folder that `vault_around` was asked for."""
    inside = around.inside + path.removesuffix(".md")
    return f"obsidian://open?vault={quote(around.name, safe='')}&file={quote(inside, safe='')}"


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
