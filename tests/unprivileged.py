"""Folders that can't be looked into: by permissions, also where tests run as root, and by a seam for other errors."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES
from pathlib import Path

import pytest

from rounds.index import scan

_NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """All threads of this process are a user without rights."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def commons() -> Iterator[Path]:
    """A folder that this user can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="rounds-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        for each in (folder, *folder.rglob("*")):
            if each.is_dir() and not each.is_symlink():
                each.chmod(0o755)
        shutil.rmtree(folder)


def give(folder: Path) -> None:
    """Let the user without rights own a folder and all in it."""
    if os.geteuid() == 0:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, _NOBODY, _NOBODY, follow_symlinks=False)


@contextmanager
def unlistable(monkeypatch: pytest.MonkeyPatch, end: str, number: int = EACCES, *, after: int = 0) -> Iterator[None]:
    """A folder's listing fails, at once or after so many entries."""
    real = scan.listing

    @contextmanager
    def listing(folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
        with real(folder) as entries:
            if not folder.endswith(end):
                yield entries
            elif after:
                yield _breaking(entries, number, after)
            else:
                raise OSError(number, os.strerror(number), folder)

    with monkeypatch.context() as patch:
        patch.setattr(scan, "listing", listing)
        yield


def _breaking(entries: Iterator[os.DirEntry[str]], number: int, after: int) -> Iterator[os.DirEntry[str]]:
    for _ in range(after):
        yield next(entries)
    raise OSError(number, os.strerror(number))
