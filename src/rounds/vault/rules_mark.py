"""A mark of what derives values from notes: the settings, and Rounds itself."""

import os
from functools import cache
from zlib import crc32

from rounds.domain.settings import Settings


def rules_mark(settings: Settings, size: int) -> str:
    """A mark that changes with the settings and with Rounds; the index stores what was derived with one.

    Args:
        size: largest note that is read, in bytes.
    """
    return f"{crc32(repr((settings, size, _code())).encode(errors='replace')):08x}"


@cache
def _code() -> int:
    """Changes with the modules that derive values, by their sizes and dates (0.5 ms)."""
    package = os.path.dirname(os.path.dirname(__file__))
    found = []
    for name in ("domain", "domain/guard", "domain/reminders", "notes", "vault", "calendar"):
        with os.scandir(os.path.join(package, name)) as entries:
            found += [(each.name, each.stat().st_size, each.stat().st_mtime_ns) for each in entries if each.is_file()]
    return crc32(repr(sorted(found)).encode())
