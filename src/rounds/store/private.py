"""Folders that are their owner's alone: what lies in them says whom somebody knows."""

import os
from contextlib import suppress


def make_folder(folder: str) -> None:
    """Make a folder and those above it that are missing; `makedirs` would leave these open to others."""
    if not os.path.isdir(folder):
        make_folder(os.path.dirname(folder))
        with suppress(FileExistsError):
            os.mkdir(folder, 0o700)
