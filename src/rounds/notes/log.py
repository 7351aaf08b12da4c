"""Log lines, `- 2026-11-20 coffee @kim: prefers fax`, read and written (vault format, Partner)."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from rounds.domain.touch import KINDS, SILENT, LogEntry
from rounds.errors import EditRefusedError
from rounds.notes.comments import CLOSE, OPEN, Kind, end_of_visible, inner_lines, leaves_open
from rounds.notes.document import Document

ENTRY = re.compile(
    r"[-*+][ \t]+(?:\[\[(?:[^\[\]|#\n]*/)?|\[[^\[\]\n]*\]\(<?(?:[^()\s<>]*/)?)?(\d{4}-\d{2}-\d{2})"
    r"(?:(?:\.md)?(?:#[^\[\]|()\n]*)?(?:\\?\|[^\]\n]*)?(?:\]\]|>?\)))?(?![\d-])[ \t]*(.*)"
)
"""Date and rest of a log line; the date may be a link to the day's note, in either form, in a folder, with an alias."""

_ALMOST = re.compile(
    r"[-*+][ \t]+(?:\[\[)?(?:19|20)\d\d([-/])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?=[ \t\]:|]|$)"
)
"""What a line begins with whose date was meant as one: `2026-11-1`, `2026/11/20`."""

_USUAL = re.compile(r"[-*+] (\d{4}-\d\d-\d\d) ([a-z]+):(?: (.*)|$)")
_HEAD = re.compile(
    r"(?:@(?P<early>[\w.-]+)[ \t]+)?(?P<kind>[^\W\d_][\w-]*)"
    r"(?:[ \t]+@(?P<who>[\w.-]+))?(?P<rest>:(?=[ \t]|$)|$)"
)
_DECLINING = frozenset({"skip", "later"})
_DECLINED = re.compile(
    r"(?P<kind>skip|later)[ \t]+(?P<rule>[^\W\d_][\w-]*)[ \t]*(?::[ \t]*(?P<text>.*))?$", re.IGNORECASE
)


def parse_entry(text: str, line: int, more: Sequence[str] = ()) -> LogEntry | None:
    """Read one log line and the indented lines that follow it.

    Args:
        text: the line, without its ending.
        line: its 1-based number, kept in the entry.
        more: the lines that belong to it.

    Returns:
        The entry, or None where the line is no log line.

    Raises:
        ValueError: the line is one, but its date does not exist or is written in another way.
    """
    found = scan_entry(text, line, more)
    return entry_of(found) if found is not None else None


LogRow = tuple[int, str, str, str, str, str, str, int]
"""Line, date, kind, who, text, rule, until (empty for none) and 1 for a touch, with dates as (valid) ISO text: a log
entry as the index stores it. A bare tuple: there are a hundred thousand of them in ten thousand notes."""


def entry_of(found: LogRow) -> LogEntry:
    """A scanned entry as the rules use it."""
    line, day, kind, who, text, rule, until, _ = found
    return LogEntry(_date(day), kind, text, line, who, rule, _date(until) if until else None)


_date = lru_cache(maxsize=20_000)(date.fromisoformat)  # a network's log has the same few thousand days in common


def parse_common_entry(text: str, line: int) -> LogRow | None:
    """What nearly all log lines are, `- DATE kind: text`, read in half the time.

    Returns:
        What `scan_entry` returns for it; None for other lines, which it has to look at.

    Raises:
        ValueError: the date does not exist.
    """
    match = _USUAL.match(text)
    if match is None:
        return None
    day, kind, words = match.groups()
    if kind in _DECLINING:
        return None
    date.fromisoformat(day)
    return line, day, kind, "", words.strip() if words else "", "", "", +(kind not in SILENT)


def scan_entry(text: str, line: int, more: Sequence[str] = ()) -> LogRow | None:
    """Read one log line as `parse_entry` does, all dates checked, but leave it in text.

    Raises:
        ValueError: as in `parse_entry`.
    """
    match = ENTRY.match(text)
    if match is None:
        if _ALMOST.match(text):
            raise ValueError(text)
        return None
    day = str(date.fromisoformat(match[1]))
    rest = match[2].strip()
    tail = [part.strip() for part in more]
    declined = _DECLINED.match(rest)
    if declined is not None:
        return _declined(day, declined, line, tail)
    head = _HEAD.match(rest)
    if head is None or (head["rest"] == "" and head["kind"].lower() not in KINDS):
        return line, day, "", "", "\n".join([rest, *tail]).strip(), "", "", 0
    words = "\n".join([rest[head.end() :].strip(), *tail]).strip()
    kind = head["kind"].lower()
    return line, day, kind, head["early"] or head["who"] or "", words, "", "", +(kind not in SILENT)


def _declined(day: str, match: re.Match[str], line: int, tail: Sequence[str]) -> LogRow:
    text = (match["text"] or "").strip()
    until = ""
    if match["kind"].lower() == "later":
        until = str(date.fromisoformat(text[:10]))
        text = text[10:].strip()
    words = "\n".join([text, *tail]).strip()
    return line, day, match["kind"].lower(), "", words, match["rule"].lower(), until, 0


def render_entry(entry: LogEntry) -> list[str]:
    """The lines of a log entry, continuation lines indented by two blanks, without line endings.

    Raises:
        EditRefusedError: its text opens a comment or a code block that it does not close.
    """
    head = f"{entry.kind} {entry.rule}".strip()
    if entry.who:
        head += f" @{entry.who}"
    text = f"{entry.until} {entry.text}".strip() if entry.until else entry.text
    first, *more = text.split("\n")
    start = f"- {entry.date}"
    if head:
        start += f" {head}:" if first or not entry.rule else f" {head}"
    lines = [f"{start} {first}".rstrip(), *(f"  {part}" for part in more)]
    if leaves_open("\n".join(lines)):
        raise EditRefusedError(OPEN, hint=CLOSE)
    return lines


def newest_first(entries: Sequence[LogEntry]) -> bool:
    """Whether a log runs from the newest entry to the oldest, judged by its first and last."""
    return len(entries) > 1 and entries[0].date > entries[-1].date


def write_entry(document: Document, log: Sequence[LogEntry], entry: LogEntry) -> Document:
    """Put an entry where the log's own order has it: by date, last among equals, or first where newest comes first.

    Args:
        document: the note.
        log: its entries as read from it, in the order of their lines.
        entry: the new one; its `line` is not used.
    """
    lines = render_entry(entry)
    if not log:
        return document.append_to_section("Log", lines)
    descending = newest_first(log)
    if descending:
        later = [known for known in log if known.date > entry.date]
    else:
        later = [known for known in log if known.date <= entry.date]
    if not later:
        return document.insert_lines(log[0].line, lines)
    return document.insert_lines(_end(document, later[-1].line) + 1, lines)


def _end(document: Document, line: int) -> int:
    """The last line that belongs to the entry on this one, with all lines of a comment or code that begins there."""
    body, first = document.body, document.body_line - 1
    inner = {first + place for place in inner_lines(body, Kind.COMMENT, Kind.BLOCK)}
    lines = (document.text[: len(document.text) - len(body)] + body[: end_of_visible(body)]).split("\n")
    while line < len(lines) and (line in inner or (lines[line][:1] in (" ", "\t") and lines[line].strip())):
        line += 1
    return line
