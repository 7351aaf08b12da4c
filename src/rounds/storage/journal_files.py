"""Files in the journal's folder: its lines, versions of notes, its length, and marks of running changes."""

import base64
import json
import os
import re
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from datetime import datetime
from typing import Any, NamedTuple

from rounds.storage.files import digest, write_all
from rounds.storage.json_codec import DAMAGED, decode, encode
from rounds.storage.locks_private_output_files import lock, locked, make_folder, write_private
from rounds.storage.open_file import ours, private

_FRAME = re.compile(rb"([0-9a-f]{8}) ([0-9a-f]{8}) (\{.*)", re.DOTALL)

SHORTEST_STEP = 160
"""Length in bytes: each line of a step is longer, each end of a step or change is shorter."""

GAP = b"lines are missing here\n"
"""An unreadable line, written where a journal was found shorter than before."""

VERSION_FILE = re.compile(r"[0-9a-f]{32}\.z")
"""Name of a file with one version of a note."""

FORGOTTEN = "forgotten"
"""In place of a version of a note that held a forgotten text; no version is packed like this."""

_MARK = re.compile(r"[0-9a-f]{8}-(\d{6}-\d{4})\.live")
_YOUNG = 60.0
"""Seconds in which a mark without a lock may be of a process that is about to lock it."""


class StepLine(NamedTuple):
    """A step of a change, announced before it is done. For the fields, see `journal.Change` and `journal.Step`.

    Attributes:
        of: None in old journals, whose changes have no end.
        before, after: as `pack` gives them.
    """

    change: str
    step: str
    at: datetime
    root: str
    undoes: str
    path: str
    to: str
    what: str = ""
    of: int | None = None
    note: str = ""
    before: Any = ""
    after: Any = ""


class StateLine(NamedTuple):
    """How a step ended."""

    step: str
    state: str


class EndLine(NamedTuple):
    """How a change ended."""

    change: str
    ended: str


Line = StepLine | StateLine | EndLine


def framed(line: Line) -> bytes:
    """Encode a line, with its length and checksum."""
    text = encode(line._asdict())
    return b"%08x %08x %b\n" % (len(text), zlib.crc32(text), text)


def read_line(line: bytes) -> Line | None:
    """Decode a line; None if it's cut short, damaged, or not ours."""
    framed = _FRAME.fullmatch(line)
    if framed is not None:
        line = framed[3]
        if (int(framed[1], 16), int(framed[2], 16)) != (len(line), zlib.crc32(line)):
            return None
    try:
        found = json.loads(line)
        if not isinstance(found, dict):
            return None
        if "state" in found:
            return decode(StateLine, found)
        return decode(EndLine, found) if "ended" in found else decode(StepLine, found)
    except DAMAGED:
        return None


def is_end(line: bytes) -> bool:
    """Whether an unreadable line was an end, by its length and the length in its frame.

    The end of a single step isn't synced, so a power cut may tear it. The step itself is, so no act is lost.
    """
    head = line[:8].rstrip(b"\0")
    if len(line) >= SHORTEST_STEP or re.fullmatch(rb"[0-9a-f]*", head) is None:
        return False
    return len(head) < 8 or int(head, 16) < SHORTEST_STEP


def passed(lines: Iterable[Line | None]) -> set[str]:
    """Changes followed by an unreadable line and then by others: their end was damaged, and they are over."""
    found: set[str] = set()
    before: set[str] = set()
    lost: set[str] = set()
    for line in lines:
        if line is None:
            lost |= before
        elif isinstance(line, StepLine):
            found |= lost - {line.change}
            before |= {line.change, line.step}
    return found


def rewrite(path: str, edit: Callable[[StepLine], StepLine]) -> None:
    """Edit the steps of a segment, in place. What can't be read, and so can't be edited, becomes a gap.

    Hold the journal's lock. If killed at any moment, the segment has the old or the new steps.

    Raises:
        OSError: it can't be read or written.
    """
    with open(path, "rb", opener=private) as file:
        data, status = file.read(), os.fstat(file.fileno())
    lines = []
    for line in filter(None, data.split(b"\n")):
        found = read_line(line)
        new = edit(found) if isinstance(found, StepLine) else found
        gap = GAP if found is None and not is_end(line) else line + b"\n"
        lines.append(gap if new is None or new == found else framed(new))
    if (new_data := b"".join(lines)) == data:
        return
    with suppress(FileNotFoundError):  # the segment may be shorter now, and isn't cut
        os.unlink(length_path(os.path.dirname(path)))
    write_private(path, new_data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # it's dropped at its old age


def length_path(folder: str) -> str:
    """Path of the file with the journal's length."""
    return os.path.join(folder, "length")


def remember(folder: str, segment: str, size: int) -> None:
    """Store the newest segment's length, to detect a journal that was cut short."""
    with suppress(OSError):
        descriptor = private(length_path(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            write_all(descriptor, f"{segment} {size}\n".encode())
        finally:
            os.close(descriptor)


def is_cut(folder: str) -> bool:
    """Whether the journal is at least one step shorter than it was; False if unknown."""
    try:
        with open(length_path(folder), "rb", opener=private) as file:
            segment, length = file.read(99).decode("ascii").split()
        return size(os.path.join(folder, os.path.basename(segment))) <= int(length) - SHORTEST_STEP
    except (OSError, ValueError):
        return False


def size(path: str) -> int:
    """Bytes of a file; -1 where there is none."""
    try:
        return os.path.getsize(path)
    except OSError:
        return -1


def unpacked(packed: bytes) -> bytes:
    """Unpack a version of a note.

    Raises:
        ValueError, zlib.error: the bytes are cut short or damaged, or more than the limit for our files.
    """
    opening = zlib.decompressobj()
    data = opening.decompress(packed, ours())
    if not opening.eof:
        raise ValueError(len(data))
    return data


def pack(folder: str, data: bytes | None, limit: int) -> str | None:
    """Bytes as a line holds them; if packed they have `limit` bytes or more, the name of their own file.

    Raises:
        OSError: that file can't be written.
    """
    if data is None:
        return None
    packed = zlib.compress(data)
    if len(packed) < limit:
        return base64.b64encode(packed).decode()
    name = f"{digest(data).hex()}.z"
    path = os.path.join(folder, name)
    if os.path.exists(path):
        os.utime(path)
    else:
        write_private(path, packed)
    return name


def unpack(folder: str, text: object) -> bytes | None:
    """The bytes that a line holds, or names.

    Raises:
        OSError, DAMAGED, zlib.error: they can't be read.
    """
    if text is None:
        return None
    if not isinstance(text, str):
        raise TypeError(text)
    if VERSION_FILE.fullmatch(text):
        with open(os.path.join(folder, text), "rb", opener=private) as file:
            return unpacked(file.read())
    return unpacked(base64.b64decode(text))


def newest_first(folder: str, names: Iterable[str]) -> list[str]:
    """Files by the time they were last written or used."""
    ages = {}
    for name in names:
        with suppress(OSError):
            ages[name] = os.stat(os.path.join(folder, name)).st_mtime_ns
    return sorted(ages, key=lambda name: -ages[name])


def drop(folder: str, names: Iterable[str], room: int, days: int, spared: Callable[[str], bool]) -> None:
    """Remove the files that have no room, or are older than `days`, unless they are spared.

    Args:
        names: the newest first.
        room: bytes.
    """
    since = time.time() - days * 86400
    for name in names:
        path = os.path.join(folder, name)
        with suppress(OSError):
            status = os.stat(path)
            room -= status.st_size
            if (room < 0 or status.st_mtime < since) and not spared(name):
                os.unlink(path)


class RunningChanges:
    """The marks of changes in the journal's folder. A killed process leaves its mark without a lock.

    Where a file can't be locked, there are no marks.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._locks: dict[str, ExitStack] = {}

    def _path(self, change: str, segment: str) -> str:
        return os.path.join(self.folder, f"{change}-{segment.removesuffix('.jsonl')}.live")

    def hold(self, change: str, segment: str) -> None:
        """Mark a change as running, once, with the segment that it is written to."""
        if change in self._locks or not segment:
            return
        self._locks[change] = stack = ExitStack()
        path = self._path(change, segment)
        try:
            make_folder(self.folder)
            stack.enter_context(locked(path, 1.0))
        except OSError:
            with suppress(OSError):
                os.unlink(path)

    def remove(self, change: str, segment: str) -> None:
        """Remove the mark of a change that is over."""
        if change in self._locks:
            self._locks.pop(change).close()
        with suppress(OSError):
            os.unlink(self._path(change, segment))

    def let_go(self) -> None:
        """Unlock what is held; changes that are not over keep their marks."""
        while self._locks:
            self._locks.popitem()[1].close()

    def is_live(self, change: str, segment: str) -> bool:
        """Whether the process of a change still runs; False if unknown."""
        try:
            descriptor = private(self._path(change, segment), os.O_RDWR)
        except OSError:
            return False
        try:
            return not lock(descriptor)
        except OSError:
            return False
        finally:
            with suppress(OSError):
                os.close(descriptor)

    def segments(self) -> set[str]:
        """The segments with a change that has a mark."""
        try:
            names = os.listdir(self.folder)
        except OSError:
            return set()
        return {f"{found[1]}.jsonl" for found in map(_MARK.fullmatch, names) if found}

    def sweep(self) -> None:
        """Remove the marks whose process has ended."""
        with suppress(OSError):
            for entry in list(os.scandir(self.folder)):
                found = _MARK.fullmatch(entry.name)
                with suppress(OSError):
                    old = time.time() - entry.stat().st_mtime > _YOUNG
                    if found and old and not self.is_live(entry.name[:8], found[1]):
                        os.unlink(entry.path)
