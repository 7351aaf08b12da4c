"""Front-matter edits: candidate blocks for a change, best first.

Each candidate is the old block with a few stretches replaced; `Document` parses them in order and takes the first with
the intended content.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rounds.notes.frontmatter import fences_quoting as syntax
from rounds.notes.frontmatter.value_spans import Entry, Extent, Span, entries, extent
from rounds.notes.merge.diff3 import common_lines


class Splice(NamedTuple):
    """The stretch [start, end) of a block and its replacement."""

    start: int
    end: int
    text: str


def with_splices(block: str, splices: Sequence[Splice]) -> str:
    """The block with stretches replaced; splices must not overlap, and those at one offset keep their order."""
    parts: list[str] = []
    at = 0
    for start, end, text in sorted(splices, key=lambda splice: splice[:2]):
        parts += (block[at:start], text)
        at = end
    return "".join([*parts, block[at:]])


def with_new(block: str, key: str, value: object, order: Sequence[str], newline: str) -> Iterator[str]:
    """The block with a new entry: after the nearest key before it in `order`, else before the first one
    after it, else at the end ("vault format", Writing).
    """
    present = entries(block)
    for text in _forms(value):
        lines = syntax.scalar(key) + ":" + _after_colon(text, newline) + newline
        for at in dict.fromkeys(_places(block, present, key, order)):
            yield with_splices(block, [Splice(at, at, lines)])


def _places(block: str, present: list[Entry], key: str, order: Sequence[str]) -> Iterator[int]:
    place = {entry.key.lower(): index for index, entry in enumerate(present)}
    at = order.index(key) if key in order else 0
    before = next((place[name] for name in reversed(order[:at]) if name in place), len(present) - 1)
    if key in order and not any(name in place for name in order[:at]):
        after = next((place[name] for name in order[at:] if name in place), None)
        if after is not None:
            yield present[after].start
    if present:
        yield extent(block, present[before]).lines[-1].end
        yield present[before].end
    yield len(block)
    if present:
        yield present[before].start


def with_value(block: str, entry: Entry, current: object, value: object, newline: str) -> Iterator[str]:
    """The block with a new value for an entry; nothing for a nested map, which is never rewritten."""
    found = extent(block, entry)
    if found.kind == "map":
        return
    if isinstance(value, list) and isinstance(current, list) and value and len(current) == len(found.items) > 0:
        splices: list[Splice] | None
        if found.kind == "list":
            splices = _edited_list(block, found, current, value, newline)
        else:
            splices = _edited_flow(found, current, value)
        if splices is not None:
            yield with_splices(block, splices)
        return
    for text in _forms(value, kept=_kept(block, found, current)):
        one_line = isinstance(text, str) and text and "\n" not in text
        if one_line and found.kind in ("scalar", "flow") and not found.comments:
            yield with_splices(block, [Splice(*found.value, str(text))])
        yield _replaced(block, entry, found, text, newline)


def without(block: str, entry: Entry) -> str:
    """The block without the lines of an entry; comments and blank lines stay."""
    return with_splices(block, [Splice(*span, "") for span in extent(block, entry).lines])


def renamed(block: str, entry: Entry, new: str) -> str:
    """The block with an entry renamed."""
    colon = entry.colon - 1
    end = entry.start + len(block[entry.start : colon].rstrip(" \t"))
    return with_splices(block, [Splice(entry.start, end, syntax.scalar(new))])


def _forms(value: object, kept: tuple[object, str] | None = None) -> Iterator[str | list[str]]:
    """Ways to write a value: a text, whose lines after the first go below the key, or a list's items."""
    if isinstance(value, list):
        yield [kept[1] if kept and kept[0] == item else syntax.scalar(item) for item in value]
    elif isinstance(value, str) and "\n" in value:
        if block := syntax.literal(value):
            yield block
        yield syntax.double_quoted(value)
    else:
        yield syntax.scalar(value)


def _kept(block: str, found: Extent, current: object) -> tuple[object, str] | None:
    """A single text and its bytes, to keep when it becomes a list item."""
    text = block[found.value.start : found.value.end]
    if found.kind == "scalar" and isinstance(current, str) and "\n" not in text and text[0] not in "|>&!*":
        return current, text
    return None


def _after_colon(text: str | list[str], newline: str) -> str:
    if isinstance(text, list):
        return "".join(f"{newline}  - {item}".rstrip(" ") for item in text) or " []"
    return f" {text}".rstrip(" ").replace("\n", newline)


def _replaced(block: str, entry: Entry, found: Extent, text: str | list[str], newline: str) -> str:
    """The block with a new value; a comment on the value's line stays there, those between its lines stay below."""
    start, end = found.value
    written = _after_colon(text, newline)
    head, break_, below = written.partition(newline)
    key_line = found.lines[0]
    splices = [Splice(*span, "") for span in found.lines[1:]]
    rest_start = end if start < key_line.end else entry.colon
    rest_end = block.find("\n", rest_start)
    line_end = rest_end - 1 if block[rest_end - 1] == "\r" else rest_end
    rest = block[rest_start:line_end]
    comments = [block[span.start : span.end] for span in found.comments]
    if start >= key_line.end and "#" in (tail := block[end : found.lines[-1].end]):
        comments.append(tail.strip())
    rest = rest if rest.strip() else ""
    below = break_ + below + "".join(newline + comment for comment in comments)
    return with_splices(block, [Splice(entry.colon, line_end, head + rest + below), *splices])


def _matched(current: list[object], value: list[object]) -> Iterator[tuple[int, int, int, int]]:
    """Ranges to replace between two lists (first, last, new first, new last); all else stays."""
    as_read = [syntax.as_read(item) for item in value]
    old, new = ([f"{type(item).__name__} {item!r}" for item in items] for items in (current, as_read))
    first = new_first = 0
    for last, new_last in [*common_lines(old, new), (len(old), len(new))]:
        if (first, new_first) != (last, new_last):
            yield first, last, new_first, new_last
        first, new_first = last + 1, new_last + 1


def _edited_list(block: str, found: Extent, current: list[object], value: list[object], newline: str) -> list[Splice]:
    splices = []
    for first, last, new_first, new_last in _matched(current, value):
        neighbor = found.items[max(first - 1, 0)]
        at = neighbor[-1].end if first else neighbor[0].start
        line = block[neighbor[0].start : neighbor[0].end]
        indent = line[: len(line) - len(line.lstrip(" "))]
        added = [f"{indent}- {syntax.scalar(item)}".rstrip(" ") + newline for item in value[new_first:new_last]]
        splices.append(Splice(at, at, "".join(added)))
        splices += [Splice(*span, "") for item in found.items[first:last] for span in item]
    return splices


def _edited_flow(found: Extent, current: list[object], value: list[object]) -> list[Splice] | None:
    """None if a comment would be lost."""
    items = [item[0] for item in found.items]
    splices = []
    for first, last, new_first, new_last in _matched(current, value):
        added = ", ".join(syntax.scalar(item, flow=True) for item in value[new_first:new_last])
        if first == last:
            at = items[first - 1].end if first else items[0].start
            splices.append(Splice(at, at, f", {added}" if first else f"{added}, "))
            continue
        span = Span(items[first].start, items[last - 1].end)
        if not added:
            span = Span(span.start, items[last].start) if last < len(items) else Span(items[first - 1].end, span.end)
        if any(span.start <= comment.start < span.end for comment in found.comments):
            return None
        splices.append(Splice(*span, added))
    return splices
