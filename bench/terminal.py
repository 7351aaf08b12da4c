"""A terminal that times what appears in it: a pseudo-terminal of 120x40 cells with a program in it.

It understands what Textual writes, cursor positions, colors and text, and answers what Textual asks as terminals with
synchronised output do: what is painted between the two marks of one update counts when the update ends.
"""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping

from rich.cells import cell_len

WIDTH, HEIGHT = 120, 40
PATIENCE = 60.0
"""Seconds after which what does not appear is taken for missing."""

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_ANSWERS = {"\x1b[?2026$p": b"\x1b[?2026;2$y", "\x1b[?2048$p": b"\x1b[?2048;0$y"}
_PART = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]P_^][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^_`a-~]|[\r\n]|[^\x1b\r\n]+"
)
_OPEN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]P_^][^\x07\x1b]*\x1b?)?\Z")
_PLACE = re.compile(r"\x1b\[(?:(\d+);(\d+))?H")


class Screen:
    """The cells, each with its text and style; `whole` while no update is under way."""

    def __init__(self) -> None:
        self.whole = True
        self._text = [[" "] * WIDTH for _ in range(HEIGHT)]
        self._style = [[""] * WIDTH for _ in range(HEIGHT)]
        self._x = self._y = 0
        self._pen = ""

    def write(self, part: str) -> None:
        """Take in one escape sequence, end of a line, or stretch of text."""
        if part in (_BEGIN, _END):
            self.whole = part == _END
        elif place := _PLACE.fullmatch(part):
            self._y, self._x = (int(number or 1) - 1 for number in place.groups())
        elif part.startswith("\x1b[") and part.endswith("m"):
            self._pen = part
        elif part == "\r":
            self._x = 0
        elif part == "\n":
            self._y += 1
        elif not part.startswith("\x1b") and self._y < HEIGHT:
            self._put(part)

    def _put(self, text: str) -> None:
        text_row, style_row = self._text[self._y], self._style[self._y]
        if text.isascii():  # as quickly as may be: what this terminal takes is counted as the program's
            seen = text[: max(WIDTH - self._x, 0)]
            text_row[self._x : self._x + len(seen)] = seen
            style_row[self._x : self._x + len(seen)] = [self._pen] * len(seen)
            self._x += len(text)
            return
        for letter in text:
            cells = cell_len(letter)
            for cell in range(self._x, min(self._x + cells, WIDTH)):
                text_row[cell] = letter if cell == self._x else ""
                style_row[cell] = self._pen
            self._x += cells

    def lines(self) -> list[str]:
        """What is to be read, by lines."""
        return ["".join(row) for row in self._text]

    def shows(self, *texts: str) -> bool:
        """Whether all these texts are on the screen."""
        everything = "\n".join(self.lines())
        return all(text in everything for text in texts)

    def style_of(self, text: str) -> str:
        """How the first cell of a text is painted; empty where the text is not on the screen."""
        for row, line in enumerate(self.lines()):
            if (place := line.find(text)) >= 0:
                return self._style[row][place]
        return ""


class Program:
    """A program in a terminal of its own, from its start on."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.screen = Screen()
        self._decode = getincrementaldecoder("utf-8")().decode
        self._rest = ""
        self._since = self._read = time.perf_counter()
        self.process, self._terminal = pty.fork()
        if not self.process:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
                os.execvpe(command[0], command, {**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
            finally:
                os._exit(127)

    def press(self, keys: str) -> None:
        """Type something."""
        self._since = time.perf_counter()
        os.write(self._terminal, keys.encode())

    def until(self, painted: Callable[[Screen], bool], what: object = "") -> float:
        """Milliseconds from the last key, or else from the start, until something is painted.

        Raises:
            TimeoutError: it is not, with what is there instead.
        """
        end = time.perf_counter() + PATIENCE
        while not (self.screen.whole and painted(self.screen)):
            if not select.select([self._terminal], [], [], max(end - time.perf_counter(), 0))[0]:
                raise TimeoutError("\n".join([f"did not appear: {what}", *self.screen.lines()]))
            data = os.read(self._terminal, 1 << 16)
            self._read = time.perf_counter()
            self._take(data)
        return (self._read - self._since) * 1000

    def shows(self, *texts: str) -> float:
        """As `until`, for texts that all have to be there."""
        return self.until(lambda screen: screen.shows(*texts), texts)

    def wait(self, seconds: float) -> None:
        """Take in what it writes for so long."""
        end = time.perf_counter() + seconds
        while select.select([self._terminal], [], [], max(end - time.perf_counter(), 0))[0]:
            self._take(os.read(self._terminal, 1 << 16))

    def rests(self) -> None:
        """Wait until it has nothing to do any more: no more than a tenth of a second's time, all threads together.

        Raises:
            TimeoutError: there is no end of it.
        """
        end, used = time.perf_counter() + PATIENCE, self._used()
        while True:
            self.wait(1)
            before, used = used, self._used()
            if used - before <= 0.1:
                return
            if time.perf_counter() > end:
                raise TimeoutError("it does not come to rest")

    def _used(self) -> float:
        """Seconds of processor time so far; 0 where the system has no /proc."""
        try:
            with open(f"/proc/{self.process}/stat", encoding="utf-8") as file:
                values = file.read().rpartition(")")[2].split()
        except FileNotFoundError:
            return 0.0
        return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")

    def _take(self, data: bytes) -> None:
        text = self._rest + self._decode(data)
        cut = _OPEN.search(text)
        self._rest = text[cut.start() :] if cut else ""
        for part in _PART.findall(text.removesuffix(self._rest)):
            if part in _ANSWERS:
                os.write(self._terminal, _ANSWERS[part])
            self.screen.write(part)

    def quit(self) -> float:
        """End it with its key.

        Returns:
            The most memory that it ever had, in KB.
        """
        os.write(self._terminal, b"\x11")
        try:
            while os.read(self._terminal, 1 << 16):
                pass
        except OSError:  # its end of the terminal is closed
            pass
        os.close(self._terminal)
        _, status, usage = os.wait4(self.process, 0)
        if status:
            raise ChildProcessError(f"it ended with {os.waitstatus_to_exitcode(status)}")
        return float(usage.ru_maxrss)
