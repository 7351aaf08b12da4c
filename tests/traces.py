"""Where a text is in the bytes of files, packed ones too: what `rounds forget` must leave nowhere."""

import base64
import re
import zlib
from collections.abc import Iterator
from pathlib import Path


def traces(*folders: Path, pattern: str) -> list[str]:
    """Every file below these folders, but git's, that holds it; in any case."""
    sought = re.compile(pattern.encode(), re.IGNORECASE | re.DOTALL)
    return sorted(
        path.relative_to(folder).as_posix()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts and any(map(sought.search, _texts(path)))
    )


def _texts(path: Path) -> Iterator[bytes]:
    """A file's bytes, and what is packed in it: versions of notes in the journal, folded lines of calendars."""
    data = path.read_bytes()
    yield data
    yield data.replace(b"\r\n ", b"").replace(b"\n ", b"")
    if path.suffix == ".z":
        yield zlib.decompress(data)
    if path.parent.name == "journal":
        for packed in re.findall(rb'"(?:before|after)":"([A-Za-z0-9+/]{12,}=*)"', data):
            yield zlib.decompress(base64.b64decode(packed))
