"""What changed on disk since the index was written: a pure difference, then one transaction (after zk)."""

from collections.abc import Mapping
from typing import NamedTuple

Stamp = tuple[int, int, int, int]
"""What a stat call tells of a file: mtime and ctime in nanoseconds, size in bytes, inode. Equal stamps
mean an unchanged file. A bare tuple: a scan makes one for every file of the vault."""


class Plan(NamedTuple):
    """What a sync has to do.

    Attributes:
        read: paths that are new, renamed or whose stamp moved; their content decides whether they changed.
        moved: old path by new path, where inode, size and mtime say that a file was only renamed.
        removed: paths that are gone.
    """

    read: tuple[str, ...]
    moved: Mapping[str, str]
    removed: tuple[str, ...]


def plan(disk: Mapping[str, Stamp], indexed: Mapping[str, Stamp]) -> Plan:
    """Compare what is on disk with what is indexed."""
    gone = {path: stamp for path, stamp in indexed.items() if path not in disk}
    by_file = {(inode, size, mtime): path for path, (mtime, _, size, inode) in gone.items()}
    moved: dict[str, str] = {}
    read: list[str] = []
    for path, stamp in disk.items():
        known = indexed.get(path)
        if known == stamp:
            continue
        read.append(path)
        if known is None and by_file:
            mtime, _, size, inode = stamp
            old = by_file.pop((inode, size, mtime), None)
            if old is not None:
                moved[path] = old
                del gone[old]
    return Plan(tuple(read), moved, tuple(gone))
