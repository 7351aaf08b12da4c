"""The only writer to stdout. Answers go there, as text or as JSON; talk goes to stderr."""

import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import NoReturn, Protocol

from rounds.domain.file_names import printable
from rounds.notes.plain_text import escape_controls

Document = Callable[[], object]
Lines = Callable[[], Iterable[str]]

BOLD, PLAIN = "\x02", "\x03"
"""What stands around bold text in a line, as in the passages of a search."""

GAP = "  "
"""Between two columns."""

_TYPED = re.compile("`[^`]*`")
_HARD = "[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
_FOREIGN = "[^\x00-\x7e]"
_NARROWEST = 12
"""Columns of that width or less are never cut: dates, codes, words for how things stand."""


class Output(Protocol):
    """Where a command's answer goes."""

    def show(self, document: Document, lines: Lines) -> None:
        """Write the answer, in the one of its two forms that was asked for."""

    def tell(self, document: object, line: str) -> None:
        """Write one of many answers on a line of its own."""

    @property
    def width(self) -> int:
        """How many columns a line may take; 0 without end."""


class Text:
    """Lines for people. Control characters from notes are made visible, never run."""

    @property
    def width(self) -> int:
        """That of the terminal; a file or a pipe has no end."""
        if not sys.stdout.isatty():
            return 0
        try:
            return int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(sys.stdout.fileno()).columns
        except (ValueError, OSError):
            return 80

    def show(self, document: Document, lines: Lines) -> None:  # noqa: ARG002 - one form of two
        """Write the lines, bold only on a terminal that wants it."""
        plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        _write("".join(f"{_styled(line, plain=plain)}\n" for line in lines()))

    def tell(self, document: object, line: str) -> None:  # noqa: ARG002
        """Write the line at once."""
        _write(f"{_styled(line, plain=True)}\n")


class Json:
    """One JSON document."""

    width = 0

    def show(self, document: Document, lines: Lines) -> None:  # noqa: ARG002
        """Write the document, indented by two; characters that could steer a terminal are escaped."""
        _write(_encoded(document(), indent=2))

    def tell(self, document: object, line: str) -> None:  # noqa: ARG002
        """Write the document at once, on one line."""
        _write(_encoded(document, indent=None))


def _encoded(document: object, *, indent: int | None) -> str:
    import json

    text = printable(json.dumps(document, ensure_ascii=False, indent=indent, default=str))
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    hard = _HARD if encoding.replace("-", "").casefold() == "utf8" else _FOREIGN
    return re.sub(hard, lambda match: json.dumps(match[0])[1:-1], text) + "\n"


def _write(text: str) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        leave_quietly()


def leave_quietly() -> NoReturn:
    """Whoever read our answer has gone; what is still buffered must not complain at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _styled(line: str, *, plain: bool) -> str:
    safe = escape_controls(one_line(line))
    if BOLD in line:
        on, off = ("", "") if plain else ("\x1b[1m", "\x1b[0m")
        safe = safe.replace("␂", on).replace("␃", off) + (off if line.count(BOLD) > line.count(PLAIN) else "")
    return safe


def one_line(text: str) -> str:
    """A text on one line: a newline or tab becomes a blank. Leading blanks stay."""
    return text if text.isprintable() else re.sub(r"[\r\n\t]+", " ", text).rstrip()


def say(text: str) -> None:
    """Talk: on stderr, so that stdout holds nothing but the answer."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    print(escape_controls(one_line(text)).encode(encoding, "replace").decode(encoding), file=sys.stderr, flush=True)


def show_version() -> None:
    """Write the version that is installed."""
    _write(f"rounds {version()}\n")


def version() -> str:
    """The version that is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("rounds")
    except PackageNotFoundError:
        return "(not installed)"


def cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii() or (max(text) < "\u0300" and "\xad" not in text):  # é and ß, too
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def cut(text: str, width: int) -> str:
    """A text of at most `width` columns, with an ellipsis where something is left out."""
    if cells(text) <= width:
        return text
    kept = ""
    for character in text:
        if cells(kept) + _cell(character) >= width:
            break
        kept += character
    return kept.rstrip() + "…"


def table(rows: Sequence[Sequence[str]], width: int = 0) -> list[str]:
    """Rows as aligned columns.

    Args:
        rows: cells; all rows have the same number.
        width: of the terminal; the widest columns are cut until a line fits. Where they would say too little, what
            follows the first cell of a row stands below it instead. 0 cuts nothing.
    """
    columns = [_Column(column) for column in zip(*rows, strict=True)]
    widths = [column.width for column in columns]
    if width:
        widths = _narrowed(widths, width)
        if len(widths) > 2 and _taken(widths) > width:
            return [line for row in rows for line in _stacked(row, width)]
    padded = [column.padded(wide) for column, wide in zip(columns, widths, strict=True)]
    return [line.rstrip() for line in map(GAP.join, zip(*padded, strict=True))]


class _Column:
    """One column of a table. It is looked at as a whole first: a list of a large vault has some 60,000 cells."""

    def __init__(self, column: Sequence[str]) -> None:
        text = "".join(column)
        self.cells = column if text.isprintable() else [one_line(cell) for cell in column]
        self.ascii = text.isascii()
        self.width = max(map(len if self.ascii else cells, self.cells))

    def padded(self, width: int) -> list[str]:
        """The cells, all of them as wide as that; what is longer is cut."""
        column = self.cells if width >= self.width else [cut(cell, width) for cell in self.cells]
        if self.ascii and width >= self.width:
            return [cell.ljust(width) for cell in column]
        return [cell + " " * (width - cells(cell)) for cell in column]


def _narrowed(widths: list[int], width: int) -> list[int]:
    widths = list(widths)
    while _taken(widths) > width and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _taken(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _stacked(row: Sequence[str], width: int) -> list[str]:
    first, *others = row
    return [*wrapped(first, width), *wrapped(" · ".join(filter(None, others)), width, GAP * 2)]


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A text of one or more lines, wrapped at blanks where `width` is given, each line indented.

    What stands in backticks is something to type, so it's kept on one line where it fits.
    """
    lines = [one_line(line) for line in text.splitlines()] or [""]
    if not width:
        return [f"{indent}{line}".rstrip() for line in lines]
    from textwrap import wrap

    columns = max(20, width - len(indent))

    def typed(found: re.Match[str]) -> str:
        return found[0].replace(" ", "\0") if len(found[0]) <= columns else found[0]

    parts = [part for line in lines for part in wrap(_TYPED.sub(typed, line), columns) or [""]]
    return [f"{indent}{part}".replace("\0", " ") for part in parts]
