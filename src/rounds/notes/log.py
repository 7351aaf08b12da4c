"""Log lines such as `- 2026-11-20 coffee @kim: prefers fax`: reading and writing (vault format, Partner)."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from rounds.domain.log_followups import KINDS, SILENT, LogEntry
from rounds.errors import EditRefusedError
from rounds.notes.markdown import CLOSE, OPEN, MarkupKind, end_of_visible, inner_lines, leaves_open

if TYPE_CHECKING:
    from rounds.notes.document import Document

ENTRY = re.compile(
    r"[-*+][ \t]+(?:\[\[(?:[^\[\]|#\n]*/)?|\[[^\[\]\n]*\]\(<?(?:[^()\s<>]*/)?)?(\d{4}-\d{2}-\d{2})"
    r"(?:(?:\.md)?(?:#[^\[\]|()\n]*)?(?:\\?\|[^\]\n]*)?(?:\]\]|>?\)))?(?![\d-])[ \t]*(.*)"
)
"""Date and rest of a log line; the date may be a link to a daily note, in either form, with folder and alias."""

_ALMOST = re.compile(
    r"[-*+][ \t]+(?:\[\[)?(?:19|20)\d\d([-/])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?=[ \t\]:|]|$)"
)
"""The start of a line with a malformed date: `2026-11-1`, `2026/11/20`."""

_USUAL = re.compile(r"[-*+] (\d{4}-\d\d-\d\d) ([a-z]+):(?: (.*)|$)")
_HEAD = re.compile(
    r"(?:@(?P<early>[\w.-]+)[ \t]+)?(?P<kind>[^\W\d_][\w-]*)"
    r"(?:[ \t]+@(?P<who>[\w.-]+))?(?P<rest>:(?=[ \t]|$)|$)"
)
_BLOCK = re.compile(r"\s*(?:#{1,6}[ \t]|[-*+][ \t]|\d+[.)][ \t]|>|\||`{3}|~{3})")
"""The start of a line that Markdown reads as more than a line of a paragraph."""

_DECLINING = frozenset({"skip", "later"})
_DECLINED = re.compile(
    r"(?P<kind>skip|later)[ \t]+(?P<rule>[^\W\d_][\w-]*)[ \t]*(?::[ \t]*(?P<text>.*))?$", re.IGNORECASE
)


def parse_entry(text: str, line: int, more: Sequence[str] = ()) -> LogEntry | None:
    """`scan_entry` as a log entry."""
    found = scan_entry(text, line, more)
    return entry_of(found) if found is not None else None


LogRow = tuple[int, str, str, str, str, str, str, int]
"""A log entry as stored in the index: line, date, kind, who, text, rule, until (empty for none) and 1 for a touch;
dates are valid ISO text. A bare tuple: ten thousand notes have a hundred thousand of them."""


def entry_of(found: LogRow) -> LogEntry:
    """Convert a scanned entry to a log entry."""
    line, day, kind, who, text, rule, until, _ = found
    return LogEntry(_date(day), kind, text, line, who, rule, _date(until) if until else None)


_date = lru_cache(maxsize=20_000)(date.fromisoformat)  # a network's logs share the same few thousand days


def scan_entry(text: str, line: int, more: Sequence[str] = ()) -> LogRow | None:
    """Read a log line, with all dates checked; None for any other line.

    Args:
        text: without its ending.
        line: its 1-based number.
        more: its indented continuation lines.

    Raises:
        ValueError: it is a log line, but its date is impossible or malformed.
    """
    if not more and (usual := _USUAL.match(text)) is not None:  # most lines; takes half the time
        day, kind, words = usual.groups()
        if kind not in _DECLINING:
            date.fromisoformat(day)
            return line, day, kind, "", words.strip() if words else "", "", "", +(kind not in SILENT)
    match = ENTRY.match(text)
    if match is None:
        if _ALMOST.match(text):
            raise ValueError(text)
        return None
    day = str(date.fromisoformat(match[1]))
    rest = match[2].strip()
    tail = unindented(more) if more else []
    declined = _DECLINED.match(rest)
    if declined is not None:
        return _declined(day, declined, line, tail)
    head = _HEAD.match(rest)
    if head is None or (head["rest"] == "" and head["kind"].lower() not in KINDS):
        return line, day, "", "", "\n".join([rest, *tail]).strip("\n"), "", "", 0
    words = "\n".join([rest[head.end() :].strip(), *tail]).strip("\n")
    kind = head["kind"].lower()
    return line, day, kind, head["early"] or head["who"] or "", words, "", "", +(kind not in SILENT)


def _declined(day: str, match: re.Match[str], line: int, tail: Sequence[str]) -> LogRow:
    text = (match["text"] or "").strip()
    until = ""
    if match["kind"].lower() == "later":
        until = str(date.fromisoformat(text[:10]))
        text = text[10:].strip()
    words = "\n".join([text, *tail]).strip("\n")
    return line, day, match["kind"].lower(), "", words, match["rule"].lower(), until, 0


def unindented(lines: Sequence[str]) -> list[str]:
    """Continuation lines as text: lists stay nested, tabs become blanks up to the next column of four.

    A line of code or a comment may be indented less than the others, or not at all.
    """
    if len(lines) == 1:  # most of them
        return [lines[0].strip()]
    found = [f"{_lead(line).expandtabs(4)}{line.strip()}" if line.strip() else "" for line in lines]
    margin = min((len(_lead(line)) for line in found if line[:1] == " "), default=0)
    return [line[min(margin, len(_lead(line))) :] for line in found]


def render_entry(entry: LogEntry) -> list[str]:
    """The lines of a log entry, continuation lines indented by two blanks, blank ones empty, without line endings.

    Raises:
        EditRefusedError: its text leaves a comment or code block open.
    """
    head = f"{entry.kind} {entry.rule}".strip()
    if entry.who:
        head += f" @{entry.who}"
    text = f"{entry.until} {entry.text}".strip() if entry.until else entry.text
    first, *more = text.split("\n")
    if more and begins_block(first):  # a list or heading begins on a line of its own
        first, more = "", [first, *more]
    start = f"- {entry.date}"
    if head:
        start += f" {head}:" if text or not entry.rule else f" {head}"
    lines = [f"{start} {first}".rstrip(), *(f"  {part}" if part else "" for part in more)]
    if leaves_open("\n".join(lines)):
        raise EditRefusedError(OPEN, hint=CLOSE)
    return lines


def begins_block(line: str) -> bool:
    """Whether Markdown reads a line as the start of a list, heading, quotation, table or code block."""
    return _BLOCK.match(line) is not None


def newest_first(entries: Sequence[LogEntry]) -> bool:
    """Whether a log runs from newest to oldest, judged by its first and last entry."""
    return len(entries) > 1 and entries[0].date > entries[-1].date


def write_entry(document: "Document", log: Sequence[LogEntry], entry: LogEntry) -> "Document":
    """Insert an entry in the log's own order: by date; among equals last, or first if the newest comes first.

    Args:
        log: its entries, in line order.
        entry: the new one; its `line` is ignored.
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


def write_below(document: "Document", line: int, words: Sequence[str]) -> "tuple[Document, list[str]]":
    """Add lines to an entry or a task, after the indented ones that it has; also returns those that it lacked.

    Args:
        line: its 1-based line.

    Raises:
        EditRefusedError: they leave a comment or code block open.
    """
    end, all_lines = _end(document, line), document.text.split("\n")
    there = {"", *(each.strip() for each in all_lines[line:end])}
    lead = _lead(all_lines[line - 1])
    lines = [f"{lead}  {each}" for each in words if each.strip() not in there]
    if leaves_open("\n".join(lines)):
        raise EditRefusedError(OPEN, hint=CLOSE)
    return document.insert_lines(end + 1, lines) if lines else document, lines


def _lead(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _end(document: "Document", line: int) -> int:
    """The last line of the entry or task on this line, including all lines of a comment or code that starts there."""
    body, first = document.body, document.body_line - 1
    inner = {first + place for place in inner_lines(body, MarkupKind.COMMENT, MarkupKind.BLOCK)}
    lines = (document.text[: len(document.text) - len(body)] + body[: end_of_visible(body)]).split("\n")
    return end_of_item(lines, line - 1, inner)


def end_of_item(lines: Sequence[str], at: int, inner: Collection[int] = ()) -> int:
    """The index after the last line of the entry or task at index `at`, as Markdown reads it: indented lines belong to
    it, after blank ones those that are indented by two.

    Args:
        inner: indexes of lines that start inside a comment or code: they belong to the line above.
    """
    depth, end, least = _columns(lines[at]), at + 1, 1
    for place in range(at + 1, len(lines)):
        line = lines[place]
        if place not in inner:
            if not line or line.isspace():
                least = 2
                continue
            if (line[0] not in " \t") if depth + least == 1 else (_columns(line) < depth + least):
                break
        end, least = place + 1, 1
    return end


def _columns(line: str) -> int:
    lead = _lead(line)
    return len(lead.expandtabs(4) if "\t" in lead else lead)
