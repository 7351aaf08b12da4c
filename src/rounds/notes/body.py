"""Note body reader: log entries, follow-ups, links and tags."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from rounds.domain.links import has_link, targets
from rounds.domain.problem import Problem
from rounds.notes.comments import HIDDEN, Kind, has_blocks, has_comments, hidden, markup, shown, unclosed, visible
from rounds.notes.log import LogRow, parse_common_entry, scan_entry
from rounds.notes.tasks import TASK, TaskText, scan_task, task_mistakes, usual_task, without_filter


class Link(NamedTuple):
    """A link: line number (for a log entry the entry's line; 0 for a property), property name, decoded target."""

    line: int
    property: str
    target: str


class Body(NamedTuple):
    """All parts of a body that the index and the rules use.

    Attributes:
        entries: the log, in text form; `notes.log.entry_of` converts one to a log entry.
        tasks: the follow-ups, in text form; see `notes.tasks.followup_of`.
        tags: without `#`, as written, each once.
    """

    entries: list[LogRow]
    tasks: list[TaskText]
    links: list[Link]
    problems: list[Problem]
    tags: list[str]


def read_body(text: str, first_line: int, task_filter: str = "") -> Body:
    """Read the body that starts at the 1-based line `first_line` of its file. Never raises.

    Runs over every line of the vault, so it tests characters before it uses a regular expression.

    Args:
        task_filter: text that a task line needs to be a follow-up (`[tasks] filter`); empty for none.
    """
    body = Body([], [], [], [], [])
    lines, code = _lines(text), None
    if has_comments(text) or has_blocks(text):
        found = markup(text)
        lines, code = _lines(hidden(text, found, Kind.COMMENT)), _lines(hidden(text, found, Kind.BLOCK))
        body.problems.extend(unclosed(text, found, first_line))
    if "#" in text:
        body.tags.extend(_tags(text))
    wiki, markdown = "[[" in text, "](" in text
    entry = 0  # line of the current log entry, for its indented lines
    for number, line in enumerate(lines, first_line):
        if not line:
            entry = 0
            continue
        first = line[0]
        if first not in _INDENT or line.isspace():
            entry = 0
        if code is not None and code[number - first_line][:1] == HIDDEN:
            continue
        if first in _MARKS and _item(body, lines, number, number - first_line, task_filter):
            entry = number
        if (wiki and "[[" in line) or (markdown and "](" in line):
            seen = visible(line) if "`" in line else line
            body.links.extend([Link(entry or number, "", target) for target in targets(seen)])
    return body


def _item(body: Body, lines: Sequence[str], number: int, index: int, task_filter: str) -> bool:
    """Add a line that may be a log entry or a task; return True for an entry."""
    line = lines[index]
    if HIDDEN in line:
        line = shown(line) or " "
    try:
        if line[0] in _BULLETS and (line[2:3] in _DAY_STARTS or (line[2:3] == "[" and has_link(line))):
            if lines[index + 1][:1] in _INDENT:
                found = scan_entry(line, number, _continued(lines, index + 1))
            else:
                found = parse_common_entry(line, number) or scan_entry(line, number)
            if found is not None:
                body.entries.append(found)
                return True
        if "[" in line and task_filter in line:
            own = without_filter(line, task_filter) if task_filter else line
            if (task := usual_task(own, number)) is None and (task := scan_task(own, number)) is not None:
                body.problems.extend(task_mistakes(lines[index], task))
            if task is not None:
                body.tasks.append(task)
    except ValueError:
        body.problems.append(_impossible(lines[index], number))
        line = without_filter(line, task_filter)
        if (task := scan_task(line, number, strict=False)) is not None:
            body.problems.extend(task_mistakes(lines[index], task))
            body.tasks.append(task)
    return False


def _tags(text: str) -> dict[str, None]:
    """Tags of a body: `#word` or `#word/inner`, outside code, comments and links, and not only digits."""
    found: dict[str, None] = {}
    for match in _TAG.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if before.strip(_BEFORE_TAG) == "" and not match[1].isdigit():
            found[match[1].rstrip("/")] = None
    if not found or not ("[[" in text or "](" in text or "`" in text or has_blocks(text) or has_comments(text)):
        return found
    plain = _LINKED.sub("", visible(text))
    return _tags(plain) if plain != text else found


def _lines(text: str) -> list[str]:
    """The lines without line endings, plus a final empty line."""
    lines = text.split("\n")
    if "\r" in text:
        lines = [line.rstrip("\r") for line in lines]
    lines.append("")
    return lines


_INDENT = frozenset(" \t")
_BULLETS = frozenset("-*+")
_MARKS = frozenset(" \t>-*+0123456789")
_TAG = re.compile(r"#([\w/\-\u200d\ufe0f\u2600-\u27bf\U0001f300-\U0001faff]+)")
_BEFORE_TAG = " \t\r\n("
_LINKED = re.compile(r"\[\[[^\[\]\n]*\]\]|\]\([^()\n]*\)|<[^<>\s]+>")
_DAY_STARTS = frozenset("0123456789 \t")  # digits, and the blanks allowed before them


def _continued(lines: Sequence[str], index: int) -> list[str]:
    """The indented lines after a log entry, up to a task, which is a follow-up and not text."""
    more: list[str] = []
    while index < len(lines) and lines[index][:1] in _INDENT and lines[index].strip():
        if TASK.match(lines[index]) is None and (line := shown(lines[index])).strip():
            more.append(line)
        index += 1
    return more


def _impossible(line: str, number: int) -> Problem:
    for match in re.finditer(rf"\d{{4}}([-/])\d\d?\1\d\d?(?!\d)|(?:{_IN_DATE_FIELD})[^\])]*", line):
        text = match[0].strip()
        with suppress(ValueError):
            date.fromisoformat(text)
            continue
        column = match.start() + 1
        with suppress(ValueError):  # only zeros or hyphens are missing
            meant = date(*map(int, re.split("[-/]", text)))
            return Problem(f'"{text}" is not read as a date', number, column, f"Write it as {meant}.")
        return Problem(f'"{text}" is not a date', number, column, _FORM)
    return Problem("a date is missing", number, hint=_FORM)


_IN_DATE_FIELD = "|".join(
    f"(?<={name}::)" for name in ("due", "scheduled", "start", "completion", "cancelled", "created")
)
_FORM = "Write it as YEAR-MONTH-DAY, such as 2026-12-01."
