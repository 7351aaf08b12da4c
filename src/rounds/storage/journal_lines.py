"""Lines of the journal: framed with length and checksum, and what each must hold; versions of notes, packed."""

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
"""Bytes: every line of a step is longer, every end of a step or a change shorter."""

GAP = b"lines are missing here\n"
"""Stands where a journal was found shorter than it had been: a line that can't be read."""


def framed(line: Mapping[str, object]) -> bytes:
    """A line as it is written."""
    text = json.dumps(line, separators=(",", ":")).encode()
    return b"%08x %08x %b\n" % (len(text), zlib.crc32(text), text)


def unpacked(packed: bytes) -> bytes:
    """The bytes of a version.

    Raises:
        ValueError, zlib.error: they were cut short or damaged, or are more than any note of ours.
    """
    opening = zlib.decompressobj()
    data = opening.decompress(packed, ours())
    if not opening.eof:
        raise ValueError(len(data))
    return data


def read_line(line: bytes) -> dict[str, Any] | None:
    """What a line says; None for one that was cut short, damaged, or is not a line of ours."""
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
        texts = [*(found[name] for name in wanted), found.get("what", "")]
        if not all(isinstance(text, str) for text in texts) or not isinstance(found.get("of", 0), int):
            return None
        if wanted is _TEXTS:
            datetime.fromisoformat(found["at"]).astimezone(UTC)
    except DAMAGED:
        return None
    return found if wanted is _TEXTS else {name: found[name] for name in wanted}


def is_end(line: bytes) -> bool:
    """Whether a line that can't be read was an end, by its length and the one that its frame says.

    An end of a single step isn't synced, so a power cut may tear it. The step before it is, so no act is lost with it.
    """
    head = line[:8].rstrip(b"\0")
    if len(line) >= SHORTEST_STEP or re.fullmatch(rb"[0-9a-f]*", head) is None:
        return False
    return len(head) < 8 or int(head, 16) < SHORTEST_STEP


def length_path(folder: str) -> str:
    """The file that says how long the journal is."""
    return os.path.join(folder, "length")


def remember(folder: str, segment: str, size: int) -> None:
    """Keep how long the newest segment is, so that a journal that was cut short is known by it."""
    with suppress(OSError):
        descriptor = private(length_path(folder), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            write_all(descriptor, f"{segment} {size}\n".encode())
        finally:
            os.close(descriptor)


def is_cut(folder: str) -> bool:
    """Whether the journal is shorter than it was, by a step at least; False where nobody can tell."""
    try:
        with open(length_path(folder), "rb", opener=private) as file:
            segment, size = file.read(99).decode("ascii").split()
        return _size(os.path.join(folder, os.path.basename(segment))) <= int(size) - SHORTEST_STEP
    except (OSError, ValueError):
        return False


def _size(path: str) -> int:
    """Bytes of a file; -1 where there is none."""
    try:
        return os.path.getsize(path)
    except OSError:
        return -1
