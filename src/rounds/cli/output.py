"""Output: answers as text or JSON to stdout, messages to stderr, with the program's name as typed."""

import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from rounds.cli import COMMANDS
from rounds.domain.file_names_copies import printable
from rounds.notes.plain_text import escape_controls

if TYPE_CHECKING:
    from rounds.cli.session import Session

Document = Callable[[], object]
Lines = Callable[[], Iterable[str]]

BOLD, PLAIN = "\x02", "\x03"
"""Markers around bold text in a line, as in search passages."""

GAP = "  "
"""Separator between two columns."""

_TYPED = re.compile("`[^`]*`")
_HARD = "[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
_FOREIGN = "[^\x00-\x7e]"
_NARROWEST = 12
"""Columns up to this width are never cut: dates, codes, statuses."""


class Text:
    """Output as text for people; control characters from notes are shown escaped."""

    @property
    def width(self) -> int:
        """Maximum columns per line; 0 for no limit, in a file or pipe."""
        if not sys.stdout.isatty():
            return 0
        try:
            return int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(sys.stdout.fileno()).columns
        except (ValueError, OSError):
            return 80

    def show(self, document: Document, lines: Lines) -> None:  # noqa: ARG002 - one of the two formats
        """Write the lines, bold only on a terminal that allows it."""
        plain = not sys.stdout.isatty() or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        _write("".join(f"{_styled(line, plain=plain)}\n" for line in lines()))

    def tell(self, document: object, line: str) -> None:  # noqa: ARG002
        """Write the line immediately."""
        _write(f"{_styled(line, plain=True)}\n")


class Json:
    """Output as one JSON document."""

    width = 0

    def show(self, document: Document, lines: Lines) -> None:  # noqa: ARG002
        """Write the document, indented by two; control characters are escaped."""
        _write(_encoded(document(), indent=2))

    def tell(self, document: object, line: str) -> None:  # noqa: ARG002
        """Write the document immediately, on one line."""
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
    """Exit quietly when the reader of our output is gone; buffered output must raise no error."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def prepare_console() -> None:
    """Make Windows' streams like those of other systems: UTF-8 in files and pipes, colors in old consoles."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # a program without a window has none
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
        elif not stream.isatty():
            stream.reconfigure(encoding="utf-8")
    with suppress(ImportError):
        import_module("colorama").just_fix_windows_console()  # only installed on Windows


def _styled(line: str, *, plain: bool) -> str:
    safe = escape_controls(one_line(line))
    if BOLD in line:
        on, off = ("", "") if plain else ("\x1b[1m", "\x1b[0m")
        safe = safe.replace("␂", on).replace("␃", off) + (off if line.count(BOLD) > line.count(PLAIN) else "")
    return safe


def one_line(text: str) -> str:
    """A text on one line: newlines and tabs become blanks. Leading blanks stay."""
    return text if text.isprintable() else re.sub(r"[\r\n\t]+", " ", text).rstrip()


def say(text: str) -> None:
    """Print a message to stderr, so that stdout contains only the answer."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    print(escape_controls(one_line(text)).encode(encoding, "replace").decode(encoding), file=sys.stderr, flush=True)


def show_version() -> None:
    """Print the installed version."""
    _write(f"rounds {version()}\n")


def version() -> str:
    """The installed version."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("rounds")
    except PackageNotFoundError:
        return "(not installed)"


def cells(text: str) -> int:
    """The number of terminal columns a text takes."""
    if text.isascii() or (max(text) < "\u0300" and "\xad" not in text):  # includes é and ß
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def cut(text: str, width: int) -> str:
    """A text cut to at most `width` columns, with an ellipsis if shortened."""
    if cells(text) <= width:
        return text
    kept = ""
    for character in text:
        if cells(kept) + _cell(character) >= width:
            break
        kept += character
    return kept.rstrip() + "…"


def section(heading: str, lines: Iterable[str]) -> list[str]:
    """A blank line, a bold heading, and the lines; empty if there are none."""
    found = [*lines]
    return ["", f"{BOLD}{heading}{PLAIN}", *found] if found else []


def table(rows: Sequence[Sequence[str]], width: int = 0) -> list[str]:
    """Rows as aligned columns.

    Args:
        rows: cells; all rows have the same number.
        width: of the terminal; the widest columns are cut until a line fits. If too little text would remain, the cells
            after the first go on the lines below instead. 0 cuts nothing.
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
    """One column of a table. It's checked as a whole first: a list of a large vault has some 60,000 cells."""

    def __init__(self, column: Sequence[str]) -> None:
        text = "".join(column)
        self.cells = column if text.isprintable() else [one_line(cell) for cell in column]
        self.ascii = text.isascii()
        self.width = max(map(len if self.ascii else cells, self.cells))

    def padded(self, width: int) -> list[str]:
        """The cells padded to that width; longer ones are cut."""
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
    """A text of one or more lines, wrapped at blanks if `width` is given, each line indented.

    Text in backticks is a command to type, so it stays on one line if it fits.
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


NAME = "rounds"

_COMMAND = re.compile(rf"(?<![\w./-])(?<!grand ){NAME}(?= (?:--?[a-z]|(?:{'|'.join(map(re.escape, COMMANDS))})(?!\w)))")


def program(vault: str = "", *, whole: bool = False) -> str:
    """The text to type for `rounds`: the name if the shell finds this program by it, else its path.

    Args:
        vault: the folder given with --vault; follow-up commands repeat it.
        whole: with the full path, for commands typed in another folder.
    """
    import shlex

    named = _started()
    if whole and os.path.dirname(named):
        named = os.path.abspath(named)
    return shlex.join([named, *(["--vault", vault] if vault else [])])


def as_typed(text: str, session: "Session | None" = None) -> str:
    """Replace `rounds` in our messages so that the commands work as typed.

    If the shell finds the program by its name, the text stays as it is; else the path is inserted, and --vault if it
    was given.

    Args:
        text: with commands such as `rounds today`. It mustn't contain user text.
        session: the command's session; the current one by default.
    """
    if _started() == NAME:
        return text
    context = click.get_current_context(silent=True)
    current: Session | None = session or (context.find_root().obj if context is not None else None)
    words = program(current.named if current is not None else "")
    return _COMMAND.sub(lambda _: words, text)


def _started() -> str:
    """The program as the shell finds it; `rounds` if something else runs it, such as a test."""
    path = sys.argv[0]
    if os.path.splitext(os.path.basename(os.path.realpath(path)))[0] != NAME or not os.path.isfile(path):
        return NAME
    from shutil import which

    name = os.path.basename(path)
    found = which(name)
    if found is not None and os.path.samefile(found, path):
        return os.path.splitext(name)[0] if os.name == "nt" else name
    return path if os.path.dirname(path) else os.path.join(os.curdir, path)
