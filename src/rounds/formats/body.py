"""What the body of a note holds: log entries, follow-ups and links, each with its line."""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rounds.domain.followup import FollowUp
from rounds.domain.problem import Level, Problem
from rounds.domain.touch import LogEntry
from rounds.formats.links import LINK
from rounds.formats.log import ENTRY, parse_entry
from rounds.formats.tasks import TASK, parse_task

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MARK = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])[ \t]")


class Link(NamedTuple):
    """A wiki link: 0 or its line (in a log entry the entry's line), the property that holds it, its target."""

    line: int
    property: str
    target: str


@dataclass(frozen=True, slots=True)
class Body:
    """Everything of a body that the index and the rules use."""

    log: tuple[LogEntry, ...]
    followups: tuple[FollowUp, ...]
    links: tuple[Link, ...]
    problems: tuple[Problem, ...]


def read_body(text: str, first_line: int) -> Body:
    """Read the body that starts at the 1-based line `first_line` of its file. Never raises."""
    log: list[LogEntry] = []
    followups: list[FollowUp] = []
    links: list[Link] = []
    problems: list[Problem] = []
    fence = ""
    entry = 0  # line of the log entry that indented lines belong to
    lines = text.split("\n")
    for number, line in enumerate(lines, first_line):
        if fence or line.lstrip()[:3] in ("```", "~~~"):
            fence = fence_after(line, fence)
            continue
        if "[[" in line:
            if entry and line[:1] not in " \t":
                entry = 0
            at = number if ENTRY.match(line) else entry or number
            links += [Link(at, "", match[1].strip()) for match in LINK.finditer(line)]
        if not line or line[0] == "#" or _MARK.match(line) is None:
            if not line[:1].isspace():
                entry = 0
            continue
        try:
            if TASK.match(line) is not None:
                followups.append(parse_task(line.rstrip("\r"), number))  # type: ignore[arg-type]  # it is a task
            elif line[0] in "-*+" and ENTRY.match(line) is not None:
                more = _continued(lines, number - first_line + 1)
                log.append(parse_entry(line.rstrip("\r"), number, more))  # type: ignore[arg-type]  # it is one
                entry = number
            elif line[0] not in " \t":
                entry = 0
        except ValueError:
            problems.append(_impossible(line, number))
    return Body(tuple(log), tuple(followups), tuple(links), tuple(problems))


def _continued(lines: list[str], index: int) -> list[str]:
    """The indented lines that follow a log entry; a task among them is a follow-up, not text."""
    more = []
    while index < len(lines) and lines[index][:1] in (" ", "\t") and lines[index].strip():
        if TASK.match(lines[index]) is None:
            more.append(lines[index].rstrip("\r"))
        index += 1
    return more


def fence_after(line: str, fence: str) -> str:
    """The code fence that is open after this line, given the one before it."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1].startswith(fence) and not line.strip().strip(match[1][0])
    return "" if closes else fence


def _impossible(line: str, number: int) -> Problem:
    found = None
    for match in re.finditer(r"\d{4}-\d{2}-\d{2}|(?<=::)[^\])]*", line):
        found = match
        try:
            date.fromisoformat(match[0].strip())
        except ValueError:
            break
    column = found.start() + 1 if found is not None else 1
    what = f'"{found[0].strip()}" is not a date' if found is not None else "a date is missing"
    return Problem(what, number, column, "Write it as YEAR-MONTH-DAY, such as 2026-12-01.", Level.ERROR)
