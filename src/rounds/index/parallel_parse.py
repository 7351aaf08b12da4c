"""Many notes read and laid out as rows, with a second process where that pays (docs/decisions/0005-index.md).

The helper reads chunks of notes and writes their rows into a file without a name that both processes have open; over
its pipes go only paths and lengths. It needs nothing of ours but this package, and any failure of it means that this
process does the chunk itself.
"""

import gc
import marshal
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from rounds.domain.file_diff import Stamp
from rounds.index.columns import Reader
from rounds.index.rows import Rows, deadly, rows_of, unforeseen, unreadable
from rounds.storage.files import digest, read, stamp_of, write_all
from rounds.storage.open_file import limit

if TYPE_CHECKING:
    import subprocess

MANY = 1500
"""From how many notes on a helper is worth its start of about 0.1 s."""

CHUNK = 24
"""How many notes are read, sent and written at a time: few enough for their rows to stay in the processor's cache."""

_AHEAD = 3
"""How many chunks the helper has on its desk, so that it never waits for us."""

_END = 5.0
"""Seconds that a helper whose pipe has closed may take to be gone."""

ParsedNote = tuple[str, Stamp, bytes, Rows]
"""Path, stamp, content hash and rows of one note."""


def read_rows(
    root: str, paths: Sequence[str], reader: Reader, today: str, spool: str
) -> Generator[list[ParsedNote], None, None]:
    """Read notes chunk by chunk, in no certain order; one that vanished or is just being written is left out.

    Close the iterator when an error ends its use: that ends the helper too.

    Args:
        root: the vault.
        paths: relative to it.
        reader: how to read.
        today: ISO date.
        spool: a private folder, for what the helper hands over.
    """
    chunks = [paths[at : at + CHUNK] for at in range(0, len(paths), CHUNK)]
    helper = _start(root, reader, today, spool) if len(paths) >= MANY else None
    if helper is None:
        for chunk in chunks:
            yield read_chunk(root, chunk, reader, today)
        return
    collecting = gc.isenabled()
    gc.disable()  # rows make no cycles, and looking for some takes 3 % of the time
    try:
        yield from _shared(helper, chunks, root, reader, today, spool=spool)
    finally:
        helper.stop()
        if collecting:
            gc.enable()


def _shared(
    helper: "_Helper", chunks: list[Sequence[str]], root: str, reader: Reader, today: str, *, spool: str
) -> Iterator[list[ParsedNote]]:
    """Take what the helper has ready, else do a chunk ourselves; none any more once a note has ended the helper."""
    while chunks or helper.desk:
        while chunks and len(helper.desk) < _AHEAD and helper.alive:
            helper.desk.append(chunks.pop())
            helper.give(list(helper.desk[-1]))
        done = helper.take(wait=not chunks)
        if done is not None:
            yield done
            continue
        if not helper.alive:
            chunks += helper.desk
            if helper.desk and helper.killed():
                yield from _one_by_one([path for chunk in chunks for path in chunk], root, reader, today, spool)
                return
            helper.desk.clear()
        if chunks:
            yield read_chunk(root, chunks.pop(0), reader, today)


def _one_by_one(paths: Sequence[str], root: str, reader: Reader, today: str, spool: str) -> Iterator[list[ParsedNote]]:
    """Read notes of which some end a process: all in a helper, a new one after each that did.

    Where no helper starts any more, the machine is in trouble and not the notes, and we read them.
    """
    helper: _Helper | None = None
    try:
        for path in paths:
            helper = helper or _start(root, reader, today, spool)
            if helper is None:
                yield read_chunk(root, [path], reader, today)
                continue
            helper.desk.append([path])
            helper.give([path])
            done = helper.take(wait=True)
            if done is None:
                killed = helper.killed()
                helper.stop()
                helper = None
                done = _deadly(root, path, reader) if killed else read_chunk(root, [path], reader, today)
            yield done
    finally:
        if helper is not None:
            helper.stop()


def _deadly(root: str, path: str, reader: Reader) -> list[ParsedNote]:
    """A note whose reading ends the process."""
    try:
        data, stamp = read(os.path.join(root, path))
    except OSError:
        return []
    return [(path, stamp, digest(data), deadly(path, reader))]


def read_chunk(root: str, paths: Sequence[str], reader: Reader, today: str) -> list[ParsedNote]:
    """Read notes one after another."""
    taken: list[ParsedNote] = []
    for path in paths:
        full = os.path.join(root, path)
        try:
            data, stamp = read(full)
        except FileNotFoundError:
            continue
        except OSError as error:
            if error.errno and (lost := _lost(full, path, error, reader)) is not None:
                taken.append(lost)
            continue
        try:
            rows = rows_of(path, data, reader, today)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever one note does, a panic of the parser's too: it is told
            rows = unforeseen(path, error, reader)
        taken.append((path, stamp, digest(data), rows))
    return taken


def _lost(full: str, path: str, error: OSError, reader: Reader) -> ParsedNote | None:
    """A file that is there but can't be read."""
    try:
        return path, stamp_of(full), b"", unreadable(path, error.strerror or str(error), reader)
    except OSError:
        return None


class _Helper:
    """Another process that reads chunks. POSIX alone: on Windows a file without a name can't be shared like this.

    Attributes:
        desk: chunks it has been given and has not answered, in that order.
        alive: whether it is worth giving it more.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", spools: Sequence[int]) -> None:
        self.desk: list[Sequence[str]] = []
        self.alive = True
        self._process = process
        self._spools = spools
        self._taken = 0

    def give(self, message: Any) -> None:
        """Send it the header, or put a chunk on its desk."""
        assert self._process.stdin is not None
        try:
            marshal.dump(message, self._process.stdin, 2)
            self._process.stdin.flush()
        except OSError:
            self.alive = False

    def take(self, *, wait: bool) -> list[ParsedNote] | None:
        """A finished chunk; None where none is ready, or none will come any more."""
        import select

        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        if not self.alive or not (wait or select.select([pipe], [], [], 0)[0]):
            return None
        length = os.read(pipe, 8)
        if len(length) < 8:
            self.alive = False
            return None
        data = os.pread(self._spools[self._taken % len(self._spools)], int.from_bytes(length, "big"), 0)
        self._taken += 1
        self.desk.pop(0)
        rows = marshal.loads(data)  # noqa: S302  # written by our own program
        return [(path, stamp, content, Rows(*row)) for path, stamp, content, row in rows]

    def killed(self) -> bool:
        """Whether it ended by a signal that isn't ours, such as that of a stack at its end."""
        import subprocess
        from signal import SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV

        with suppress(subprocess.TimeoutExpired):
            return -self._process.wait(_END) in {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}
        return False

    def stop(self) -> None:
        """End it."""
        self.alive = False
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # bytes that it no longer takes
                pipe.close()  # type: ignore[union-attr]  # we asked for both
        for spool in self._spools:
            os.close(spool)
        self._process.wait()


def _start(root: str, reader: Reader, today: str, folder: str) -> _Helper | None:
    """Start a helper; None where there is no second core, no program to start, or no way to share a file."""
    if os.name != "posix" or getattr(sys, "frozen", False) or not sys.executable or _cores() < 2:
        return None
    import subprocess

    spools: list[int] = []
    try:
        spools.extend(_spool(folder) for _ in range(_AHEAD + 1))  # one is free again once its chunk was taken
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", _PROGRAM, *map(str, spools)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=spools,
            start_new_session=True,  # Ctrl-C is ours to answer
        )
    except OSError:
        for spool in spools:
            os.close(spool)
        return None
    helper = _Helper(process, spools)
    helper.give(sys.path)
    helper.give((root, reader.vault, list(reader.folders), reader.task_filter, reader.largest, today))
    return helper


_PROGRAM = """
import marshal, sys
sys.path[:] = marshal.load(sys.stdin.buffer)
from rounds.index.parallel_parse import serve
serve([int(spool) for spool in sys.argv[1:]])
"""


def serve(spools: Sequence[int]) -> None:
    """What the helper does: read chunks as they are given, until there are no more."""
    gc.disable()  # nothing here makes cycles
    root, vault, folders, task_filter, largest, today = marshal.load(sys.stdin.buffer)  # noqa: S302  # our own program's
    reader = Reader(vault, folders, task_filter, largest)
    limit(largest)
    for number in count():
        try:
            paths = marshal.load(sys.stdin.buffer)  # noqa: S302
        except EOFError:
            return
        taken = read_chunk(root, paths, reader, today)
        data = marshal.dumps([(path, stamp, content, tuple(rows)) for path, stamp, content, rows in taken], 2)
        spool = spools[number % len(spools)]
        os.lseek(spool, 0, os.SEEK_SET)
        write_all(spool, data)
        os.write(1, len(data).to_bytes(8, "big"))


def _spool(folder: str) -> int:
    """A file without a name."""
    path = os.path.join(folder, f".~{os.urandom(4).hex()}.tmp")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return descriptor


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1
