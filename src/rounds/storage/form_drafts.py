"""What somebody is typing, kept outside the vault until it is saved or left: a program that dies loses no words."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress

from rounds.storage.files import write_all
from rounds.storage.open_file import private
from rounds.storage.secure_files import DAMAGED, lock, make_folder, put_aside

Form = Mapping[str, object]
"""What a form holds, as its screen wants to have it back."""

_MOST = 1 << 16
"""Bytes after which a file begins anew: only its last line counts."""


class Unsaved:
    """Forms in a folder, a file for each program that runs; its owner has it locked, so others leave it alone.

    Each line is a form as it was at a moment; the last whole one counts. What can't be written is not kept: typing
    goes on.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.damaged: list[str] = []
        """What was left by others and can't be read, where it is kept now, until a front end has told it."""
        self._descriptor = -1
        self._path = ""

    def keep(self, form: Form) -> None:
        """Keep what a form holds now, in place of what it held before."""
        line = json.dumps(form, separators=(",", ":")).encode() + b"\n"
        with suppress(OSError):
            if self._descriptor < 0:
                self._open()
            if os.fstat(self._descriptor).st_size <= _MOST:
                write_all(self._descriptor, line)
                return
            self._renew(line)

    def _renew(self, line: bytes) -> None:
        """Begin a new file, for the old one is long; that one goes once the new one has the form."""
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
        """Nothing is being typed any more."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.unlink(self._path)
            self.close()

    def close(self) -> None:
        """Let go of the file, as the end of the program does; what it holds is offered then."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.close(self._descriptor)
            self._descriptor, self._path = -1, ""

    def left(self) -> list[tuple[str, Form]]:
        """Forms of programs that ended while they were open, each with the path to forget it by."""
        found = []
        for path in self._paths():
            try:
                form = _orphan(path) if path != self._path else None
            except (OSError, *DAMAGED):
                with suppress(OSError):
                    self.damaged.append(put_aside(path))
                continue
            if form is not None:
                found.append((path, form))
        return found

    def take_up(self, path: str) -> None:
        """Go on with a form that was left: its file is ours from now on, until it is saved or left."""
        self.close()
        with suppress(OSError):
            self._descriptor, self._path = private(path, os.O_RDWR | os.O_APPEND), path
            if not lock(self._descriptor):
                self.close()

    def forget(self, path: str) -> None:
        """Let a form go that was left."""
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
    """The form of a file that nobody has open any more: the last one that is whole; None where somebody has it open.

    Raises:
        OSError: it can't be read.
        DAMAGED: there is something in it, and no form.
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
