"""Front-matter errors: the place of a mistake, a plain message, and a fix.

The block is split at the keys at column 0 and each entry is parsed alone, so an unclosed bracket is reported where it
opens, not where the parser fails. A fix is offered only if the entry parses with it
(docs/decisions/0001-front-matter.md). All this runs for broken notes only.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from rounds.errors import Problem
from rounds.notes.frontmatter.fences_quoting import KEY_LINE, MALFORMED_OPENING, split
from rounds.notes.frontmatter.layout_fixes import entry_fixes, fence_line, is_known, is_prose, last_property
from rounds.notes.frontmatter.value_fixes import UNCLEAR, Fix, placeholder

_PLACE = re.compile(r" at byte \d+ line (\d+) column (\d+)$")
_DOCUMENT_MARK = re.compile(r"(?:---|\.\.\.)(?=\s|$)")
_ANCHOR = re.compile(r"(?:^|(?<=[ \t\[{,\n]))&([^ \t\r\n,\[\]{}]+)")
_ALIAS = re.compile(r"\*([^ \t\r\n,\[\]{}]+)")
_LONGEST_LINE = 2_000
"""Entries with longer lines get no fix."""
_MOST_PROBLEMS = 10
_MOST_TRIES = 400
"""Maximum fixes to try for one entry."""
_TEXT = "If this is the text of the note, put an empty line above the first line with ---."
_SHOWN = 160
"""Longest text shown in a hint; a longer one is described."""


class _Broken(NamedTuple):
    """An entry that can't be parsed alone."""

    start: int
    """0-based line of the block."""
    lines: list[str]
    reason: str
    line: int
    """0-based line of the entry where the parser failed."""
    column: int


def explain(reason: str, block: str) -> tuple[Problem, ...]:
    """The problems behind an error of py-yaml12 (`... at byte 3 line 1 column 4`, counted from the block).

    One for each unreadable entry, with the line in the file (the block's first line is line 2), the column,
    and a hint that fixes the entry if followed literally.
    """
    lines = _lines(block)
    if lines and not lines[-1]:
        lines.pop()
    known = frozenset(_ANCHOR.findall(block))
    problems: list[Problem] = []
    for broken in islice(_broken_entries(lines, known), _MOST_PROBLEMS):
        fix = None if is_prose(lines) else _fix(broken, lines, known)
        problems.append(_problem(fix, broken.start) if fix else _unknown(broken))
        if fix and fix.closes:
            break
    if not problems:
        _, line, column = _split_reason(reason)
        problems.append(_unknown(_Broken(0, lines, reason, min(line, max(len(lines) - 1, 0)), column)))
    return tuple(problems)


def wrong_at_the_top(block: str, values: object) -> Problem | None:
    """The problem of a block that parses, but not to properties, or not to its end."""
    lines = block.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = _first_content(lines)
    if first is None:
        return None
    mark = next((at for at, line in enumerate(lines) if _DOCUMENT_MARK.match(line)), None)
    if mark is not None:
        return Problem(
            "There is a line that starts with --- or ... among the properties.",
            mark + 2,
            hint=f"Remove what follows the three signs to close the properties there: `{lines[mark][:3]}`.",
        )
    text, indent = lines[first], len(lines[first]) - len(lines[first].lstrip())
    if isinstance(values, dict):
        if "\t" in text[:indent] or any(map(KEY_LINE.match, lines)):
            return _problem(
                Fix(first, first + 1, [text.strip()], "This line is indented.", 1, "Move it to the start"), 0
            )
        return None
    if isinstance(values, list):
        fix = Fix(
            first, first, ["tags:"], "The properties are a list; they should be names with values.", indent + 1,
            "Give the list a name on a line of its own",
        )  # fmt: skip
        return _problem(fix, 0)
    broken = _Broken(0, lines, "", len(lines) - 1, 1)
    found = None if is_prose(lines) else _fix(broken, lines, frozenset())
    return _problem(found, 0) if found else _unknown(broken._replace(line=first, column=indent + 1))


def placeholder_problem(block: str) -> Problem:
    """The problem of a placeholder such as `{{date}}`, which YAML reads as a map used as a key."""
    lines = _lines(block)
    for at in range(len(lines)):
        for fix in placeholder(lines, at):
            return _problem(fix, 0)
    at = next((at for at, line in enumerate(lines) if re.search(r"[\]}][ \t]*:|^\?", line)), 0)
    return Problem("A list or a map is used as a name here.", at + 2, hint="Put the name in quotes.")


def never_closed(text: str) -> Problem:
    """The problem of a file with an opening fence but no closing one."""
    lines = _lines(text)[1:]
    at = fence_line(lines)
    if at and _error(lines[:at], frozenset()) is None:
        message = "The line that closes the properties should be three dashes alone, from its start."
        return Problem(message, at + 2, hint="Write three dashes: `---`.")
    message = "The properties are opened with --- and never closed."
    last = last_property(lines)
    if last is None:
        return Problem(message, hint=_TEXT)
    return Problem(message, hint=f"Put in a line with three dashes, below line {last + 2}: `---`.")


def wrong_opening(text: str) -> Problem | None:
    """The problem of a malformed opening fence, which turns properties into text; None if no property of the vault
    format follows, as below a ruler.
    """
    found = MALFORMED_OPENING.match(text)
    fences = split(f"---\n{text[found.end() :]}") if found else None
    if found is None or fences is None:
        return None
    block = text[found.end() : found.end() + fences.end - len("---\n")]
    if not any(map(is_known, block.splitlines())):
        return None
    if above := found[1].count("\n"):
        where = "Remove the line" if above == 1 else f"Remove the lines (lines 1 to {above})"
        return Problem("Empty lines stand above the properties, so they are read as text.", hint=f"{where}.")
    message = "The line that opens the properties should be three dashes alone, from its start."
    return Problem(message, hint="Write three dashes: `---`.")


def undecodable(data: bytes, offset: int) -> Problem:
    """The problem of a file with a byte at an offset that isn't UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem("The file is saved as UTF-16.", hint="Save it as UTF-8.")
    line_start = data.rfind(b"\n", 0, offset) + 1
    return Problem(
        f"A byte here (0x{data[offset]:02x}) is not UTF-8 text.",
        data.count(b"\n", 0, offset) + 1,
        len(data[line_start:offset].decode(errors="replace")) + 1,
        hint="Open the file in an editor and save it as UTF-8.",
    )


def _broken_entries(lines: list[str], known: frozenset[str]) -> Iterator[_Broken]:
    starts = [at for at, line in enumerate(lines) if KEY_LINE.match(line)]
    if not starts or starts[0] > 0:
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if failed := _error(lines[start:end], known):
            reason, line, column = failed
            yield _Broken(start, lines[start:end], reason, min(line, end - start - 1), column)


def _error(lines: Sequence[str], known: frozenset[str]) -> tuple[str, int, int] | None:
    """The error of an entry parsed alone: the parser's message, 0-based line, column; None if it parses."""
    from yaml12 import parse_yaml

    text = "\n".join(lines) + "\n"
    names = known.intersection(_ALIAS.findall(text)) if known else ()
    above = f"anchors: [{', '.join(f'&{name} x' for name in names)}]\n" if names else ""
    try:
        values = parse_yaml(above + text)
    except ValueError as error:
        reason, line, column = _split_reason(str(error))
        return reason, line - bool(above), column
    first = _first_content(lines)
    if first is None or (isinstance(values, dict) and not any(map(_DOCUMENT_MARK.match, lines))):
        return None
    return "no name with a value", first, 1


def _lines(text: str) -> list[str]:
    """The lines without line ends."""
    return [line.rstrip("\r") for line in text.split("\n")]


def _first_content(lines: Sequence[str]) -> int | None:
    """The index of the first line that is neither blank nor a comment."""
    return next((at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), None)


def _split_reason(reason: str) -> tuple[str, int, int]:
    found = _PLACE.search(reason)
    line, column = map(int, found.groups()) if found else (1, 1)
    return _PLACE.sub("", reason).removeprefix("YAML parse error: "), line - 1, column


def _fix(broken: _Broken, block: list[str], known: frozenset[str]) -> Fix | None:
    """The first fix with which the entry parses; else the one with which the parser gets farthest."""
    if max(map(len, broken.lines)) > _LONGEST_LINE:
        return None
    best, farthest = None, (broken.line, broken.column)
    after = block[broken.start + len(broken.lines) :]
    tries = entry_fixes(broken.lines, broken.line, may_close=not any(map(is_known, after)))
    for fix in islice(tries, _MOST_TRIES):
        fixed = [*broken.lines[: fix.first], *fix.lines, *broken.lines[fix.last :]]
        if fixed == broken.lines:
            continue
        if fix.closes:
            fixed = [*block[: broken.start], *broken.lines[: fix.first]]
        failed = _error(fixed, known)
        if failed is None:
            return fix
        place = (failed[1] - len(fix.lines) + fix.last - fix.first, failed[2])
        if not fix.closes and fix.message != UNCLEAR and place > farthest:
            best, farthest = fix, place
    return best


def _problem(fix: Fix, start: int) -> Problem:
    first, last = start + fix.first + 2, start + fix.last + 1
    line = start + (fix.first if fix.at < 0 else fix.at) + 2
    if first > last:
        where = f", above line {first}"
    elif first == last:
        where = "" if first == line else f" (line {first})"
    else:
        where = f" (lines {first} to {last})"
    shown = "`, then `".join(fix.lines)
    text = f": `{shown}`" if fix.lines and len(shown) <= _SHOWN else ""
    return Problem(fix.message, line, fix.column, hint=f"{fix.words}{where}{text}.")


def _unknown(broken: _Broken) -> Problem:
    hint = "Put the value of this line in quotes, or remove the line."
    if is_prose(broken.lines):
        return Problem("There is text where the properties should be.", broken.start + 2, hint=_TEXT)
    if broken.lines[0].lstrip().startswith("{"):
        hint = "Look for a missing comma, quote or bracket here, or write the properties as lines of `name: value`."
    return Problem("The properties can't be read here.", broken.start + broken.line + 2, broken.column, hint)
