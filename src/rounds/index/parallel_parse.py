"""Parallel parsing of many notes (docs/decisions/0005-index.md).

A second process, the helper, reads chunks of notes and writes their rows into an unnamed file that both processes have
open; its pipes carry only paths and lengths. It needs only this package. If it fails, this process reads the chunk.
"""

import gc
import marshal
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from rounds.domain.file_names_copies import Stamp
from rounds.index.note_rows import Rows, deadly, rows_of, unforeseen, unreadable
from rounds.index.scan import Reader
from rounds.storage.files import digest, read, stamp_of, write_all
from rounds.storage.open_file import limit

if TYPE_CHECKING:
    import subprocess

MANY = 1500
"""Minimum number of notes for a helper, which takes about 0.1 s to start."""

CHUNK = 24
"""Notes per chunk: few enough that their rows stay in the processor's cache."""

_AHEAD = 3
"""Chunks queued for the helper, so that it never waits."""

_END = 5.0
"""Seconds to wait for a helper to exit after its pipe has closed."""

ParsedNote = tuple[str, Stamp, bytes, Rows]
"""Path, stamp, content hash and rows of one note."""


def read_rows(
    root: str, paths: Sequence[str], reader: Reader, today: str, spool: str
) -> Generator[list[ParsedNote], None, None]:
    """Read notes chunk by chunk, in any order; notes that vanished or are being written are left out.

    Close the iterator after an error: that ends the helper too.

    Args:
        root: the vault.
        paths: relative to it.
        reader: settings for reading.
        today: ISO date up to which entries count as touches.
        spool: private folder for the helper's output.
    """
    chunks = [paths[at : at + CHUNK] for at in range(0, len(paths), CHUNK)]
    helper = _start(root, reader, today, spool) if len(paths) >= MANY else None
    if helper is None:
        for chunk in chunks:
            yield read_chunk(root, chunk, reader, today)
        return
    collecting = gc.isenabled()
    gc.disable()  # rows have no cycles, and looking for cycles takes 3 % of the time
    try:
        yield from _shared(helper, chunks, root, reader, today, spool=spool)
    finally:
        helper.stop()
        if collecting:
            gc.enable()


def _shared(
    helper: "_Helper", chunks: list[Sequence[str]], root: str, reader: Reader, today: str, *, spool: str
) -> Iterator[list[ParsedNote]]:
    """Take chunks from the helper, or read one here; after a note has crashed the helper, read one by one."""
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
    """Read notes that may crash the process, each in a helper; start a new one after each crash.

    If no helper starts, the machine is in trouble, not the notes, and this process reads them.
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
    """Rows of a note that crashes its reader."""
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
            data, stamp = _read(full)
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
        except BaseException as error:  # noqa: BLE001 - any error in one note, even a parser's panic, is reported
            rows = unforeseen(path, error, reader)
        taken.append((path, stamp, digest(data), rows))
    return taken


def _read(full: str) -> tuple[bytes, Stamp]:
    """Read a file, with a second try after a passing error."""
    try:
        return read(full)
    except OSError:
        return read(full)


def _lost(full: str, path: str, error: OSError, reader: Reader) -> ParsedNote | None:
    """Rows of a file that exists but can't be read; None if it's gone."""
    try:
        return path, stamp_of(full), b"", unreadable(path, error.strerror or str(error), reader)
    except OSError:
        return None


class _Helper:
    """A second process that reads chunks. POSIX only: Windows can't share an unnamed file like this.

    Attributes:
        desk: chunks sent but not yet answered, oldest first.
        alive: whether it can take more.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", spools: Sequence[int]) -> None:
        self.desk: list[Sequence[str]] = []
        self.alive = True
        self._process = process
        self._spools = spools
        self._taken = 0

    def give(self, message: Any) -> None:
        """Send the header or a chunk."""
        assert self._process.stdin is not None
        try:
            marshal.dump(message, self._process.stdin, 2)
            self._process.stdin.flush()
        except OSError:
            self.alive = False

    def take(self, *, wait: bool) -> list[ParsedNote] | None:
        """A finished chunk; None if none is ready, or the helper has ended."""
        import select

        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        if not self.alive or not (wait or select.select([pipe], [], [], 0)[0]):
            return None
        length = os.read(pipe, 8)
        if len(length) < 8:
            self.alive = False
            return None
        data = _output(self._spools[self._taken % len(self._spools)], int.from_bytes(length, "big"))
        self._taken += 1
        self.desk.pop(0)
        rows = marshal.loads(data)  # noqa: S302  # written by our own program
        return [(path, stamp, content, Rows(*row)) for path, stamp, content, row in rows]

    def killed(self) -> bool:
        """Whether it ended by a signal that isn't ours, such as after a stack overflow."""
        import subprocess

        with suppress(subprocess.TimeoutExpired):
            return -self._process.wait(_END) in _crashes()
        return False

    def stop(self) -> None:
        """Kill the process and close its files."""
        self.alive = False
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # bytes that it no longer takes
                pipe.close()  # type: ignore[union-attr]  # we asked for both
        for spool in self._spools:
            os.close(spool)
        self._process.wait()


def _start(root: str, reader: Reader, today: str, folder: str) -> _Helper | None:
    """Start a helper; None without a second core, a program to start, or a way to share a file."""
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
            start_new_session=True,  # this process handles Ctrl-C
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
    """Main loop of the helper: read chunks until there are no more."""
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
    """Create an unnamed file; return its descriptor."""
    path = os.path.join(folder, f".~{os.urandom(4).hex()}.tmp")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    return descriptor


def _output(spool: int, size: int) -> bytes:
    """The first bytes of a file, independent of its position, which the helper shares."""
    if sys.platform == "win32":
        raise NotImplementedError
    return os.pread(spool, size, 0)


def _crashes() -> set[int]:
    """The signals of a crash."""
    if sys.platform != "win32":
        from signal import SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV

        return {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}
    return set()


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
