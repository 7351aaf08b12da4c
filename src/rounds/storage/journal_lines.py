"""Journal lines: framing, checks and packed versions of notes."""

import json
import os
import re
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from rounds.storage.files import write_all
from rounds.storage.open_file import ours, private
from rounds.storage.secure_files import DAMAGED

_FRAME = re.compile(rb"([0-9a-f]{8}) ([0-9a-f]{8}) (\{.*)", re.DOTALL)
_TEXTS = ("change", "step", "at", "root", "undoes", "path", "to")

SHORTEST_STEP = 160
"""Length in bytes: each line of a step is longer, each end of a step or change is shorter."""

GAP = b"lines are missing here\n"
"""An unreadable line, written where a journal was found shorter than before."""


def framed(line: Mapping[str, object]) -> bytes:
    """Encode a line, with its length and checksum."""
    text = json.dumps(line, separators=(",", ":")).encode()
    return b"%08x %08x %b\n" % (len(text), zlib.crc32(text), text)


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


def read_line(line: bytes) -> dict[str, Any] | None:
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
        wanted = ("step", "state") if "state" in found else ("change", "ended") if "ended" in found else _TEXTS
        texts = [*(found[name] for name in wanted), found.get("what", ""), found.get("note", "")]
        if not all(isinstance(text, str) for text in texts) or not isinstance(found.get("of", 0), int):
            return None
        if wanted is _TEXTS:
            datetime.fromisoformat(found["at"]).astimezone(UTC)
    except DAMAGED:
        return None
    return found if wanted is _TEXTS else {name: found[name] for name in wanted}


def is_end(line: bytes) -> bool:
    """Whether an unreadable line was an end, by its length and the length in its frame.

    The end of a single step isn't synced, so a power cut may tear it. The step itself is, so no act is lost.
    """
    head = line[:8].rstrip(b"\0")
    if len(line) >= SHORTEST_STEP or re.fullmatch(rb"[0-9a-f]*", head) is None:
        return False
    return len(head) < 8 or int(head, 16) < SHORTEST_STEP


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
