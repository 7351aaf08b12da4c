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
    """Compare what is on disk with what is indexed: usually one note of ten thousand differs."""
    read = {path: stamp for path, stamp in disk.items() if indexed.get(path) != stamp}
    gone = [path for path in indexed if path not in disk]
    by_file = {_file(indexed[path]): path for path in gone}
    moved: dict[str, str] = {}
    for path, stamp in read.items() if by_file else ():
        if path not in indexed and (old := by_file.pop(_file(stamp), None)) is not None:
            moved[path] = old
    left = set(gone).difference(moved.values())
    return Plan(tuple(read), moved, tuple(path for path in gone if path in left))


def _file(stamp: Stamp) -> Stamp:
    """What a stamp tells of a file that a rename leaves as it was."""
    return stamp[0], 0, *stamp[2:]
