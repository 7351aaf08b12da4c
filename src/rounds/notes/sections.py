"""Sections of a Markdown body: their lines, and where to add new ones."""

from itertools import accumulate

from rounds.notes.comments import Kind, end_of_visible, hidden, markup, shown
from rounds.notes.merge.diff3 import heading_of, split_lines


def addition(text: str, body: int, heading: str, lines: list[str]) -> tuple[int, str]:
    """Position and text (with LF) to insert, for lines added to a section of the body.

    The position is above any unclosed comment or code, which would hide the lines.

    Args:
        text: the whole file.
        body: the offset where its body starts.
        heading: the section's, without `#`; case doesn't matter.
        lines: without line ends.
    """
    found = section(text, body, heading)
    new = "\n".join(lines)
    most = body + end_of_visible(text[body:])
    if found is None:
        added = _new_section(text[:most], body, heading, new)
        return most, added if most == len(text) else f"{added}\n"
    start, end = found[0], min(found[1], most)
    content = text[start:end]
    if content.strip():
        at = _line_end(text, start + len(content.rstrip()))
        return (at, new + "\n") if text.endswith("\n", 0, at) else (at, "\n" + new)
    return _into_empty(text, start, end, new)


def section(text: str, body: int, heading: str) -> tuple[int, int] | None:
    """Offsets of the first section with that heading: from the line below it to the next heading of its level."""
    wanted = heading.strip().casefold()
    lines = split_lines(hidden(text[body:], markup(text[body:]), Kind.COMMENT, Kind.BLOCK))
    starts = list(accumulate(map(len, lines), initial=body))
    start, level = -1, 0
    for place, line in enumerate(lines):
        if (found := heading_of(shown(line))) is None:
            continue
        if start >= 0 and found[0] <= level:
            return start, starts[place]
        if start < 0 and found[1].casefold() == wanted:
            start, level = starts[place + 1], found[0]
    return (start, len(text)) if start >= 0 else None


def _line_end(text: str, at: int) -> int:
    """The offset after the line's line break."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _into_empty(text: str, start: int, end: int, new: str) -> tuple[int, str]:
    """Position and text below a heading without lines, with a blank line before and, if something follows, after."""
    if start == end and not text.endswith("\n", 0, start):
        return start, "\n\n" + new
    if start == end:
        return start, "\n" + new + "\n" + ("\n" if end < len(text) else "")
    first_blank = _line_end(text, start)
    if not text.endswith("\n", 0, first_blank):
        return first_blank, "\n" + new
    return first_blank, new + "\n" + ("\n" if first_blank == end < len(text) else "")


def _new_section(text: str, body: int, heading: str, new: str) -> str:
    """The section to append to the file; without a trailing line break if the file has none."""
    lines = f"## {heading.strip()}\n\n{new}"
    if not text[body:] and text.strip("\ufeff") == "":
        return lines + "\n"
    if not text.endswith("\n"):
        return "\n\n" + lines
    last = text[text.rfind("\n", 0, len(text) - 1) + 1 :]
    return ("\n" if last.strip() else "") + lines + "\n"
