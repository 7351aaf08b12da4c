"""Versions of notes as the journal keeps them: in a line, or in a file of their own; and what has no room."""

import base64
import os
import re
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress

from rounds.storage.files import digest
from rounds.storage.journal_lines import unpacked
from rounds.storage.open_file import private
from rounds.storage.secure_files import write_private

FILE_NAME = re.compile(r"[0-9a-f]{32}\.z")


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
    if FILE_NAME.fullmatch(text):
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
