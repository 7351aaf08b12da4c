"""Tables: the lines of a CSV file or spreadsheet, with their places."""

import codecs
import csv
import io
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO, NamedTuple

from rounds.domain.export_rows import as_typed
from rounds.errors import RoundsError, UsageError
from rounds.storage import open_file
from rounds.storage.open_file import streamed

_HEAD = 64 << 10
_SEPARATORS = ",;\t|"
_QUOTED_LINES = 200
"""After this many lines within quotes, the quote was most likely never closed."""

_LONGEST = 1 << 20
"""The most characters of a line that are read."""

_COUNTED = 64 << 20
"""The largest file whose rows are counted before they are read, in bytes."""


class Line(NamedTuple):
    """A line of a table.

    Attributes:
        number: where it begins in the file, from 1.
        fault: why it can't be read; empty if it can.
    """

    number: int
    cells: Sequence[str]
    fault: str = ""


def head(path: str) -> bytes:
    """The beginning of a file.

    Raises:
        OSError: it can't be opened.
    """
    with open(path, "rb", opener=streamed) as file:
        return file.read(_HEAD)


def count(path: str, sign: bytes) -> int:
    """How often a file has a sign, roughly; 0 for a file that's too large to be counted at once."""
    if os.path.getsize(path) > _COUNTED:
        return 0
    with open(path, "rb", opener=streamed) as file:
        return sum(part.count(sign) for part in iter(lambda: file.read(_LONGEST), b""))


def text_lines(path: str) -> Iterator[str]:
    """The lines of a text file with their ends: UTF-8, UTF-16, or the Western European of Windows.

    A line that isn't UTF-8 is read as cp1252 by itself, so that files put together from several are read too.
    """
    start = head(path)
    encoding = _wide(start)
    is_old_mac = b"\r" in start and b"\n" not in start
    with open(path, "rb", opener=streamed) as file:
        if encoding or is_old_mac:
            with io.TextIOWrapper(file, encoding or "utf-8-sig", "replace", None if is_old_mac else "") as text:
                yield from text
            return
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST), b"")):
            yield decoded(line if number else line.removeprefix(codecs.BOM_UTF8))


def is_text(start: bytes) -> bool:
    """Whether the beginning of a file is text, although it has zero bytes."""
    return bool(_wide(start))


def _wide(start: bytes) -> str:
    """The encoding of a text in UTF-16, which Excel calls Unicode text; empty for any other."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd, half = start[0:400:2].count(0), start[1:400:2].count(0), len(start[:400]) // 4
    return "utf-16-le" if odd > half > even else "utf-16-be" if even > half > odd else ""


def decoded(line: bytes) -> str:
    """A line as text."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def csv_lines(path: str) -> Iterator[Line]:
    """The lines of a CSV file, without empty ones; separated by commas, semicolons, tabs or bars.

    After a quote that is never closed, reading goes on at the next line.
    """
    source = _Source(text_lines(path))
    separator = _separator(source.peek(20))
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
    reader = csv.reader(source, delimiter=separator)
    while True:
        number = source.start()
        try:
            row = next(reader, None)
        except csv.Error:
            row = [""]
            source.limit = True
        if row is None:
            return
        if source.limit:
            yield Line(number, source.back_to_second(), "a quote is opened in this line and not closed")
            reader = csv.reader(source, delimiter=separator)
        elif any(map(str.strip, row)):
            yield Line(number, [as_typed(cell) if "'" in cell else cell for cell in row])


class _Source:
    """Lines for the CSV reader; they can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 1
        self.limit = False

    def peek(self, count: int) -> list[str]:
        self._waiting.extend(islice(self._lines, count - len(self._waiting)))
        return [*islice(self._waiting, count)]

    def start(self) -> int:
        """Begin a row: the number of its line."""
        self._number += len(self._taken)
        self._taken = []
        self.limit = False
        return self._number

    def back_to_second(self) -> list[str]:
        """Give back all lines of this row but the first, which is returned."""
        self._waiting.extendleft(reversed(self._taken[1:]))
        first = self._taken[:1]
        self._taken = first
        return [line.rstrip("\r\n") for line in first]

    def __iter__(self) -> "_Source":
        return self

    def __next__(self) -> str:
        if len(self._taken) >= _QUOTED_LINES:
            self.limit = True
            raise StopIteration
        line = self._waiting.popleft() if self._waiting else next(self._lines, None)
        if line is None:
            self.limit = len(self._taken) > 1  # the file ends within quotes
            raise StopIteration
        self._taken.append(line)
        return line.replace("\0", "")


def _separator(lines: Sequence[str]) -> str:
    """The separator that is in the most lines, outside of quotes."""
    counts = {
        separator: sum("".join(line.split('"')[::2]).count(separator) > 0 for line in lines)
        + max(("".join(line.split('"')[::2]).count(separator) for line in lines), default=0) / 100_000
        for separator in _SEPARATORS
    }
    return max(counts, key=counts.__getitem__) if any(counts.values()) else ","


Chosen = Callable[[Sequence[str]], str]
"""Decides which of several sheets is read, by their names."""


def first_sheet(names: Sequence[str]) -> str:
    """The first of several sheets."""
    return names[0]


def sheet_lines(path: str, sheet: str = "", chosen: Chosen = first_sheet) -> Iterator[Line]:
    """The lines of a sheet of a spreadsheet, without empty ones.

    Args:
        sheet: its name, or its number from 1.
        chosen: decides if `sheet` is empty and there are several.

    Raises:
        UsageError: there is no such sheet.
        RoundsError: it can't be read.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    with open(path, "rb", opener=streamed) as file:
        _check_packed(file, path)
        try:
            book = CalamineWorkbook.from_filelike(file)
            names = book.sheet_names
            sheet = sheet or (chosen(names) if names[1:] else "1")
            if sheet not in names and not (sheet.isdecimal() and 1 <= int(sheet[:6]) <= len(names)):
                raise UsageError(f'there is no sheet "{sheet}" in {path}', hint=f"It has: {', '.join(names)}.")
            place = names.index(sheet) if sheet in names else int(sheet) - 1
            rows = book.get_sheet_by_index(place).iter_rows()
            for number, row in enumerate(rows, 1):
                cells = [_as_text(cell) for cell in row]
                if any(cells):
                    yield Line(number, cells)
        except (CalamineError, IndexError) as error:
            raise RoundsError(
                f"{path} can't be read as a spreadsheet: {error}", hint="Open it, and save it as XLSX or CSV."
            ) from error


_OF_SHEETS = ("xl/", "content.xml", "[Content_Types].xml", "Index/")


def _check_packed(file: BinaryIO, path: str) -> None:
    """Refuse other ZIP files, and a spreadsheet that would take more memory than any other file.

    A small one can unpack to gigabytes.
    """
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(file) as packed:
            size = sum(each.file_size for each in packed.infolist())
            names = packed.namelist()
    except BadZipFile:  # an old XLS, or broken, which the reader says
        size, names = os.fstat(file.fileno()).st_size, [*_OF_SHEETS]
    if not any(name.startswith(_OF_SHEETS) for name in names):
        inside = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if names[5:] else "")
        raise RoundsError(
            f"{path} is a ZIP file with: {inside or 'nothing'}", hint="Unpack it, then import what you need."
        )
    file.seek(0)
    if size > open_file.LARGEST:
        most = open_file.LARGEST >> 20
        raise RoundsError(f"{path} unpacks to more than {most} MB", hint="Save the sheet you need as CSV.")


def _as_text(cell: object) -> str:
    """A cell as people see it: numbers without a `.0`, days as ISO dates."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat()).removesuffix("T00:00:00")
    return str(cell).strip()
