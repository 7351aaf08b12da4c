"""State of the terminal interface for its next start: recent queries, drafts of open forms.

Small private files outside the vault. State that can't be read or written is dropped, without an error.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress

from rounds.storage.files import write_all
from rounds.storage.json_codec import DAMAGED, encode
from rounds.storage.locks_private_output_files import lock, make_folder, rename_damaged, write_private
from rounds.storage.open_file import private

TODAY = "today.json"
"""Name of a file in which earlier versions kept the last Today list, in the vault's data folder; it's deleted."""

NOTE = "today-note.md"
"""Beside it: the last texts written to Today.md, newest first, NUL-separated. They show which lines the user typed."""

Form = Mapping[str, object]
"""Content of a form, as its screen wants it back."""

_MOST_QUERIES = 20
_MOST_ROWS = 100
_MOST_BYTES = 1 << 16
"""Size of a file of drafts at which a new one is started: only the last line counts."""


class Recent:
    """Recently used queries, one a line, newest first."""

    def __init__(self, path: str) -> None:
        self._path = path

    def read(self) -> list[str]:
        """All saved queries."""
        try:
            with open(self._path, encoding="utf-8", opener=private) as file:
                return [line for line in file.read().split("\n") if line][:_MOST_QUERIES]
        except (OSError, ValueError):
            return []

    def add(self, query: str) -> None:
        """Save a query as the newest."""
        query = " ".join(query.split())
        if not query:
            return
        lines = [query, *(each for each in self.read() if each != query)][:_MOST_QUERIES]
        with suppress(OSError, UnicodeError):
            write_private(self._path, ("\n".join(lines) + "\n").encode())


class Tips:
    """Whether the first start in a new vault is still to come: it shows some tips.

    Args:
        folder: the vault's data folder.
    """

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "tips")

    def owe(self) -> None:
        """Show them at the next start."""
        with suppress(OSError):
            write_private(self._path, b"")

    def take(self) -> bool:
        """Whether to show them now; False from then on."""
        try:
            os.unlink(self._path)
        except OSError:
            return False
        return True


class FormDrafts:
    """Drafts of open forms, so that a crash loses nothing, until the form is saved or closed.

    One file per running program, which locks it so that others leave it alone. Each line is a snapshot of the form; the
    last whole line counts.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.damaged: list[str] = []
        """Paths of unreadable drafts of others, after they were set aside, until a front end has reported them."""
        self._descriptor = -1
        self._path = ""

    def keep(self, form: Form) -> None:
        """Store a form's content in place of its previous one."""
        line = encode(form) + b"\n"
        with suppress(OSError):
            if self._descriptor < 0:
                self._open()
            if os.fstat(self._descriptor).st_size <= _MOST_BYTES:
                write_all(self._descriptor, line)
                return
            self._renew(line)

    def _renew(self, line: bytes) -> None:
        """Start a new file because the old one is long; delete the old one once the new one has the form."""
        old, self._descriptor = (self._descriptor, self._path), -1
        try:
            self._open()
            write_all(self._descriptor, line)
        except OSError:
            self.clear()
            self._descriptor, self._path = old
            raise
        os.close(old[0])
        os.unlink(old[1])

    def clear(self) -> None:
        """Delete the draft: the form is no longer open.

        It is emptied while it is locked, so that nobody restores it, and closed before it is deleted, as Windows asks.
        """
        if self._descriptor >= 0:
            path = self._path
            with suppress(OSError):
                os.ftruncate(self._descriptor, 0)
            self.close()
            self.forget(path)

    def close(self) -> None:
        """Close the file, as the end of the program does; its draft can then be restored."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor, self._path = -1, ""

    def left(self) -> list[tuple[str, Form]]:
        """Drafts of programs that ended with an open form, each with its path."""
        found = []
        for path in self._paths():
            try:
                form = _orphan(path) if path != self._path else None
            except (OSError, *DAMAGED):
                with suppress(OSError):
                    self.damaged.append(rename_damaged(path))
                continue
            if form is not None:
                found.append((path, form))
        return found

    def take_up(self, path: str) -> None:
        """Continue a left draft: its file is ours until the form is saved or closed."""
        self.close()
        with suppress(OSError):
            self._descriptor, self._path = private(path, os.O_RDWR | os.O_APPEND), path
            if not lock(self._descriptor):
                self.close()

    def forget(self, path: str) -> None:
        """Delete a left draft."""
        with suppress(OSError):
            os.unlink(path)

    def _paths(self) -> Iterator[str]:
        with suppress(OSError):
            yield from sorted(entry.path for entry in os.scandir(self.folder) if entry.name.endswith(".jsonl"))

    def _open(self) -> None:
        make_folder(self.folder)
        path = os.path.join(self.folder, f"{os.urandom(4).hex()}.jsonl")
        self._descriptor, self._path = private(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND), path
        with suppress(OSError):
            lock(self._descriptor)


def _orphan(path: str) -> Form | None:
    """The last whole form of a file that no program has open; None if one has it open.

    Raises:
        OSError: it can't be read.
        DAMAGED: it has content, but no form.
    """
    try:
        with open(path, "rb", opener=private) as file:
            data = file.read() if lock(file.fileno()) else b""
    except FileNotFoundError:
        return None
    for line in reversed(data.split(b"\n")):
        with suppress(*DAMAGED):
            if isinstance(found := json.loads(line), dict):
                return found
    if data:
        raise ValueError(path)
    return None
