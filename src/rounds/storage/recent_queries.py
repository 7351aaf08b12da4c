"""Recently used queries, in a small file outside the vault."""

from contextlib import suppress

from rounds.storage.open_file import private
from rounds.storage.secure_files import write_private

MOST = 20


class Recent:
    """Queries, newest first. What can't be read or written isn't stored."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self) -> list[str]:
        """All stored queries."""
        try:
            with open(self._path, encoding="utf-8", opener=private) as file:
                return [line for line in file.read().split("\n") if line][:MOST]
        except (OSError, ValueError):
            return []

    def add(self, query: str) -> None:
        """Store a query as the newest."""
        query = " ".join(query.split())
        if not query:
            return
        lines = [query, *(each for each in self.read() if each != query)][:MOST]
        with suppress(OSError, UnicodeError):
            write_private(self._path, ("\n".join(lines) + "\n").encode())
