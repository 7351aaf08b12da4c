"""File changes: disk compared with the index, as a pure function (after zk)."""

from collections.abc import Mapping
from typing import NamedTuple

Stamp = tuple[int, int, int, int]
"""A file's stat fields: mtime and ctime in nanoseconds, size in bytes, inode. Equal stamps mean an unchanged
file. A bare tuple, because a scan makes one for every file of the vault."""


class Plan(NamedTuple):
    """The work of a sync.

    Attributes:
        read: new or renamed paths, and paths with a new stamp; their content decides whether they changed.
        moved: new path -> old path, for files with equal inode, size and mtime: renamed only.
        removed: deleted paths.
    """

    read: tuple[str, ...]
    moved: Mapping[str, str]
    removed: tuple[str, ...]


def plan(disk: Mapping[str, Stamp], indexed: Mapping[str, Stamp]) -> Plan:
    """Compare disk and index; usually one note in ten thousand differs."""
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
    """The parts of a stamp that survive a rename."""
    return stamp[0], 0, *stamp[2:]
