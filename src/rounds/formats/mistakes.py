"""The parser's complaints about a front-matter block in plain words, with the way to mend them."""

import re
from collections.abc import Callable

from rounds.domain.problem import Problem

_PLACE = re.compile(r" at byte \d+ line (\d+) column (\d+)$")
_KEY = re.compile(r"[ \t]*+(?:- ++)*+([^:#]*+):[ \t]++(.*)")


def explain(reason: str, block: str) -> Problem:
    """The problem behind an error of py-yaml12 (`... at byte 3 line 1 column 4`, counted from the block).

    Lines are those of the file: the block's first line is line 2.
    """
    found = _PLACE.search(reason)
    line, column = map(int, found.groups()) if found else (1, 1)
    lines = block.split("\n")
    text = lines[line - 1].rstrip("\r") if line <= len(lines) else ""
    cause = _PLACE.sub("", reason).removeprefix("YAML parse error: ")
    if "node content" in cause and not text[column - 1 :].strip():
        line, column = _open_bracket(lines, line)
    for words, say in _SAID:
        if words in cause:
            message, hint = say(text, column) if callable(say) else say
            break
    else:
        message, hint = f"The properties can't be read here: {cause}.", "Put the value in double quotes."
    return Problem(message, line + 1, column, hint=hint)


def _open_bracket(lines: list[str], line: int) -> tuple[int, int]:
    """Line and column of the bracket that stands last in the lines up to this one."""
    for number in range(min(line, len(lines)), 0, -1):
        column = max(lines[number - 1].rfind("["), lines[number - 1].rfind("{"))
        if column >= 0:
            return number, column + 1
    return line, 1


def _quoted(value: str) -> str:
    return '"' + value.strip().replace("\\", "\\\\").replace('"', '\\"') + '"'


def _wrong_character(text: str, column: int) -> tuple[str, str]:
    return (
        f"A value may not start with {text[column - 1 : column]}.",
        f"Put it in quotes: {_quoted(text[column - 1 :])}",
    )


def _dash_after_colon(text: str, column: int) -> tuple[str, str]:
    item = text[column - 1 :].lstrip("- \t")
    return (
        "A dash on the line of its property does not make a list.",
        f"Write the item on the next line, as `  - {item}`, or put the value in quotes."
        if item
        else "Remove the dash, or write each item on a line of its own below, as `  - item`.",
    )


def _second_colon(text: str, _column: int) -> tuple[str, str]:
    found = _KEY.match(text)
    if found and ": " in found[2] + " ":
        return (
            "The value holds a colon with a space after it.",
            f"Put the whole value in quotes: {found[1].strip()}: {_quoted(found[2])}",
        )
    return (
        "This line is indented below a property that already has a value.",
        "Move the line to the start, or put the value above in quotes.",
    )


def _no_key(text: str, _column: int) -> tuple[str, str]:
    if text.lstrip().startswith("-"):
        return (
            "A list item stands below a property that already has a value.",
            "Make the value an item of the list too, or remove one of the two.",
        )
    return (
        "This line is neither a property nor part of the value above.",
        "Write it as `name: value`, or indent it and put the value above in quotes.",
    )


def _bracket_never_closed(text: str, column: int) -> tuple[str, str]:
    if text[column - 1 : column] == ",":
        return _wrong_character(text, column)
    return (
        "A bracket is opened and never closed.",
        "Add the closing bracket, or put the value in quotes.",
    )


def _text_after_quote(text: str, _column: int) -> tuple[str, str]:
    found = _KEY.match(text)
    return (
        "Text follows the closing quote.",
        f"Put the whole value in quotes: {_quoted(found[2])}" if found else "Put the whole value in quotes.",
    )


def _star(text: str, column: int) -> tuple[str, str]:
    return (
        "A value that starts with * refers to nothing here.",
        f"Put it in quotes: {_quoted(text[column - 1 :])}",
    )


def _bar(text: str, column: int) -> tuple[str, str]:
    return "A value may not start with | or >.", f"Put it in quotes: {_quoted(text[column - 1 :])}"


_BACKSLASH = (
    "A backslash in double quotes starts a code that YAML does not know.",
    "Use single quotes around the value, or write two backslashes.",
)
_SAID: tuple[tuple[str, tuple[str, str] | Callable[[str, int], tuple[str, str]]], ...] = (
    ("unexpected character", _wrong_character),
    ("misplaced bracket", _wrong_character),
    ("block sequence entries are not allowed", _dash_after_colon),
    ("':' must be followed by", ("A tab follows the colon.", "Put a space after the colon instead of the tab.")),
    ("tab", ("A tab is used as indentation.", "Use spaces instead of the tab.")),
    ("mapping values are not allowed", _second_colon),
    (
        "invalid indentation in quoted scalar",
        (
            "The text in quotes goes on at the start of the next line.",
            "Add the closing quote, write it all on one line, or indent the lines that follow by two spaces.",
        ),
    ),
    (
        "invalid indentation",
        (
            "The list in brackets goes on at the start of a line.",
            "Indent the lines up to the closing bracket by two spaces, or write each item as `  - item`.",
        ),
    ),
    ("end of stream", ("A quote is opened and never closed.", "Add the closing quote, or remove the opening one.")),
    ("did not find expected node content", _bracket_never_closed),
    ("invalid trailing content", _text_after_quote),
    ("escape", _BACKSLASH),
    ("hexadecimal", _BACKSLASH),
    (
        "<document start>",
        ("A line of the properties may not start with %.", "Put the name in quotes, or remove the line."),
    ),
    ("unknown anchor", _star),
    ("recursion limit", ("The values are nested too deeply.", "Keep the properties flat: names with texts or lists.")),
    ("scanning a block scalar", _bar),
    ("did not find expected key", _no_key),
)
"""Message and hint by the words of the parser's complaint, or what makes them of the line and the column."""
