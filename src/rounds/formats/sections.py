"""Sections of a Markdown body: where a heading's lines are, and where lines are added to them."""

import re

_MARK = re.compile(r"^(?:(#{1,6})(?:[ \t]+([^\r\n]*))?|[ \t]*(?:>[ \t]*)*(`{3,}|~{3,})([^\r\n]*))\r?$", re.MULTILINE)
_CLOSING_HASHES = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_ITEM = re.compile(r"^(?:[-*+]|\d{1,9}[.)])(?=[ \t\r\n]|\Z)", re.MULTILINE)


def addition(text: str, body: int, heading: str, lines: list[str], *, first: bool) -> tuple[int, str]:
    """Where lines go that are added to a section of the body, and what is inserted there (with LF).

    Args:
        text: of the file.
        body: the offset where its body starts.
        heading: the section's, without `#`; upper and lower case are the same.
        lines: without line ends.
        first: before the section's first list item instead of after its last line.
    """
    found = section(text, body, heading)
    new = "\n".join(lines)
    if found is None:
        return len(text), _new_section(text, body, heading, new)
    start, end = found
    content = text[start:end]
    if first and (item := _first_item(text, start, end)) is not None:
        return item, new + "\n"
    if content.strip():
        at = _line_end(text, start + len(content.rstrip()))
        return (at, new + "\n") if text.endswith("\n", 0, at) else (at, "\n" + new)
    return _into_empty(text, start, end, new)


def section(text: str, body: int, heading: str) -> tuple[int, int] | None:
    """The offsets of the first section of that heading: from the line below it to the next heading of its
    level.
    """
    wanted = heading.strip().casefold()
    fence = ""
    start, level = -1, 0
    for mark in _MARK.finditer(text, body):
        if mark[3]:
            if not fence:
                fence = mark[3] if "`" not in mark[4] or mark[3][0] == "~" else ""
            elif mark[3].startswith(fence) and not mark[4].strip():
                fence = ""
        elif not fence:
            if start >= 0 and len(mark[1]) <= level:
                return start, mark.start()
            if start < 0 and _CLOSING_HASHES.sub("", mark[2] or "").strip().casefold() == wanted:
                start, level = _line_end(text, mark.end()), len(mark[1])
    return (start, len(text)) if start >= 0 else None


def _first_item(text: str, start: int, end: int) -> int | None:
    fence = ""
    for line in re.finditer(r"[^\n]*\n?", text[start:end]):
        content = line[0].strip()
        if mark := re.match(r"`{3,}|~{3,}", content):
            fence = "" if fence and content.startswith(fence) else fence or mark[0]
        elif not fence and _ITEM.match(line[0]):
            return start + line.start()
    return None


def _line_end(text: str, at: int) -> int:
    """The offset after the line break of the line."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _into_empty(text: str, start: int, end: int, new: str) -> tuple[int, str]:
    """Below a heading without lines of its own, with a blank line before and, if something follows, after."""
    if start == end and not text.endswith("\n", 0, start):
        return start, "\n\n" + new
    if start == end:
        return start, "\n" + new + "\n" + ("\n" if end < len(text) else "")
    first_blank = _line_end(text, start)
    if not text.endswith("\n", 0, first_blank):
        return first_blank, "\n" + new
    return first_blank, new + "\n" + ("\n" if first_blank == end < len(text) else "")


def _new_section(text: str, body: int, heading: str, new: str) -> str:
    """The section to put at the end of the file; without a line break at its end if the file has none."""
    lines = f"## {heading.strip()}\n\n{new}"
    if not text[body:] and text.strip("\ufeff") == "":
        return lines + "\n"
    if not text.endswith("\n"):
        return "\n\n" + lines
    last = text[text.rfind("\n", 0, len(text) - 1) + 1 :]
    return ("\n" if last.strip() else "") + lines + "\n"
