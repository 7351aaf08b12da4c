"""Value spans: offsets of entries and values in a front-matter block.

A YAML composer's marks don't help: its end of a block list includes the comments and rulers after it. This scanner
works line by line and keeps comments apart from values.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from rounds.notes.frontmatter.parse import key_lines, key_name, without_lone_cr

ValueKind = Literal["empty", "scalar", "flow", "list", "map"]

_DOUBLE = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_SINGLE = re.compile(r"'(?:[^']++|'')*+'")
_BLANKS = re.compile(r"[ \t]*")
_TAG_OR_ANCHOR = re.compile(r"(?:[&!][^ \t\r\n]*(?:[ \t]+|(?=[\r\n]|\Z)))*")
_BLOCK_HEADER = re.compile(r"[|>](?:([1-9])[-+]?|[-+]([1-9])?)?(?:[ \t]+(#[^\r\n]*)|[ \t]*)(?=\r?(?:\n|\Z))")
_PLAIN_LINE = re.compile(r"[^ \t\r\n]+(?:[ \t]+(?!#)[^ \t\r\n]+)*")
_FLOW_WORD = re.compile(r"[^ \t\r\n,\[\]{}]+")
_FLOW_BLANKS = re.compile(r"[ \t\r\n]+")
_COMMENT = re.compile(r"#[^\r\n]*")
_DASH = re.compile(r"-(?=[ \t\r\n]|\Z)[ \t]*")
_NESTED_KEY = re.compile(
    r"(?:\"(?:[^\"\\\n]++|\\.)*+\"[ \t]*|'(?:[^'\n]++|'')*+'[ \t]*"
    r"|\?(?=[ \t])|(?:[^ \t\r\n\"'#\-?\[\]{},|>@%`&*!]|[-?](?=[^ \t\r\n]))"
    r"(?:[^:\n#]++|(?<=[^ \t])#|:(?=[^ \t\r\n]))*+):(?=[ \t\r\n]|\Z)"
)


class Span(NamedTuple):
    """A stretch of the block: [start, end)."""

    start: int
    end: int


class Entry(NamedTuple):
    """A key and all lines up to the next key or to the closing fence."""

    key: str
    start: int
    """Start of the key's line."""
    colon: int
    """The offset just after the colon."""
    end: int


class Extent(NamedTuple):
    """Position of an entry's value."""

    kind: ValueKind
    value: Span
    """From the value's first character (tag and anchor included) to its last. For `empty`, an empty span just after the
    colon; for `list` and a block-style `map`, only the tag and anchor, if any, on the key's line."""
    lines: tuple[Span, ...]
    """The whole lines of key and value, without the comments and blank lines between and after them."""
    items: tuple[tuple[Span, ...], ...] = ()
    """For `list`, the whole lines of each item (several spans if comments come between); for `flow`, the text of each
    item."""
    comments: tuple[Span, ...] = ()
    """Comments inside the value: between brackets, or after a block scalar's header."""


class _Flow(NamedTuple):
    end: int
    items: list[Span]
    comments: list[Span]


class _ContentLine(NamedTuple):
    span: Span
    indent: int
    is_item: bool


def entries(block: str) -> list[Entry]:
    """The entries of a splittable block, in order."""
    found = key_lines(block)
    ends = [*(line.start() for line in found), len(block)][1:]
    return [
        Entry(key_name(line[1]) or line[1], line.start(), line.end(), end)
        for line, end in zip(found, ends, strict=True)
    ]


def extent(block: str, entry: Entry) -> Extent:
    """Position of an entry's value, in time linear in the block's length."""
    return _EntryScan(without_lone_cr(block[: entry.end]), entry.start).extent(entry.colon)


class _EntryScan:
    """The scanner for one entry; the text ends with that entry."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.end = len(text)

    def extent(self, colon: int) -> Extent:
        start = self._after(_BLANKS, colon)
        value = self._after(_TAG_OR_ANCHOR, start)
        key_line = Span(self.start, self.next_line(self.start))
        if not self.is_blank(value):
            return self._value(start, self.start)
        tagged = Span(start, start + len(self.text[start:value].rstrip()))
        first = next(self.lines(key_line.end), None)
        if first is None:
            if tagged.start < tagged.end:
                return Extent("scalar", tagged, (key_line,))
            return Extent("empty", Span(colon, colon), (key_line,))
        if tagged.start == tagged.end:
            tagged = Span(colon, colon)
        at = first.span.start + first.indent
        if first.is_item:
            return self._list(tagged, key_line, first.indent)
        if _NESTED_KEY.match(self.text, at) or self.text.startswith("? ", at):
            spans = tuple(line.span for line in self.lines(key_line.end))
            return Extent("map", tagged, (key_line, *spans))
        return self._value(at, first.span.start, key_line)

    def _value(self, start: int, line_start: int, *above: Span) -> Extent:
        """A value that starts on a line, with its tag and anchor."""
        at = self._after(_TAG_OR_ANCHOR, start)
        end, flow = self.value_end(at, 0)
        span, lines = Span(start, end), (*above, Span(line_start, self.next_line(end)))
        if flow is None:
            header = _BLOCK_HEADER.match(self.text, at)
            comments = (Span(*header.span(3)),) if header and header[3] else ()
            return Extent("scalar", span, lines, comments=comments)
        kind: ValueKind = "flow" if self.text[at] == "[" else "map"
        return Extent(kind, span, lines, tuple((item,) for item in flow.items), tuple(flow.comments))

    def _list(self, tagged: Span, key_line: Span, indent: int) -> Extent:
        items: list[list[Span]] = []
        for line in self.lines(key_line.end):
            if line.is_item and line.indent == indent:
                items.append([])
            items[-1].append(line.span)
        lines = (key_line, *(span for item in items for span in item))
        return Extent("list", tagged, lines, tuple(map(tuple, items)))

    def lines(self, start: int) -> Iterator[_ContentLine]:
        """The logical lines with content, from a line's start: a multi-line value is one of them."""
        at = start
        while at < self.end:
            first = self._after(_BLANKS, at)
            if self.is_blank(first):
                at = self.next_line(first)
                continue
            end = self.next_line(self._content_end(at, first))
            yield _ContentLine(Span(at, end), first - at, _DASH.match(self.text, first) is not None)
            at = end

    def _content_end(self, line_start: int, first: int) -> int:
        """End of the content of a list or map line, including its value's continuation lines."""
        at, parent = first, first - line_start
        while found := _DASH.match(self.text, at) or _NESTED_KEY.match(self.text, at):
            parent = at - line_start
            at = self._after(_BLANKS, found.end())
        at = self._after(_TAG_OR_ANCHOR, at)
        return at if self.is_blank(at) else self.value_end(at, parent)[0]

    def value_end(self, at: int, parent: int) -> tuple[int, _Flow | None]:
        """End of the value at an offset, and its parts if it's in brackets.

        `parent` is the column of its key or dash.
        """
        first = self.text[at]
        if first in "\"'" and (found := (_DOUBLE if first == '"' else _SINGLE).match(self.text, at)):
            return found.end(), None
        if first in "[{" and (flow := self._flow(at)):
            return flow.end, flow
        if first in "|>" and (found := _BLOCK_HEADER.match(self.text, at)):
            digit = found[1] or found[2]
            return self._block_end(found.end(), parent, parent + int(digit) if digit else None), None
        return self._plain_end(at, parent), None

    def _plain_end(self, at: int, parent: int) -> int:
        """End of a plain scalar: it continues on lines with more indentation, up to a comment."""
        end = self._after(_PLAIN_LINE, at)
        while self._after(_BLANKS, end) == (line_end := self.line_end(end)):
            at = line_end
            while at < self.end and self._after(_BLANKS, at) == self.line_end(at):
                at = self.next_line(at)
            first = self._after(_BLANKS, at)
            if at >= self.end or first - at <= parent or self.text[first] == "#":
                break
            end = self._after(_PLAIN_LINE, first)
        return end

    def _block_end(self, header_end: int, parent: int, indent: int | None) -> int:
        """End of a block scalar: it continues while lines are indented enough; trailing blank lines are excluded."""
        end, at = header_end, self.next_line(header_end)
        while at < self.end:
            line_end = self.line_end(at)
            column = line_end - at - len(self.text[at:line_end].lstrip(" "))
            if at + column == line_end:
                if indent is not None and column > indent:
                    end = line_end
            else:
                if indent is None:
                    indent = max(column, parent + 1)
                if column < indent:
                    break
                end = line_end
            at = self.next_line(line_end)
        return end

    def _flow(self, start: int) -> _Flow | None:
        """The parts of a value in brackets; None if they are never closed."""
        text, at, depth = self.text, start, 0
        items: list[Span] = []
        comments: list[Span] = []
        item_start, item_end, fresh = -1, -1, True
        while at < self.end:
            character = text[at]
            if found := _FLOW_BLANKS.match(text, at):
                at = found.end()
                continue
            if character == "#" and (found := _COMMENT.match(text, at)):
                comments.append(Span(*found.span()))
                at = found.end()
                continue
            if depth == 1 and character in ",]}":
                if item_start >= 0:
                    items.append(Span(item_start, item_end))
                item_start = -1
            elif depth == 1 and item_start < 0:
                item_start = at
            at, depth, fresh = self._flow_token(at, depth, fresh)
            item_end = at
            if depth == 0:
                return _Flow(at, items, comments)
        return None

    def _flow_token(self, at: int, depth: int, fresh: bool) -> tuple[int, int, bool]:
        """End of the token at an offset, the depth after it, and whether a quote may open there."""
        character = self.text[at]
        if character in "[{":
            return at + 1, depth + 1, True
        if character in "]}":
            return at + 1, depth - 1, False
        if character == ",":
            return at + 1, depth, True
        if fresh and character in "\"'" and (found := (_DOUBLE if character == '"' else _SINGLE).match(self.text, at)):
            return found.end(), depth, False
        end = self._after(_FLOW_WORD, at)
        return end, depth, self.text[end - 1] == ":"

    def _after(self, pattern: re.Pattern[str], at: int) -> int:
        found = pattern.match(self.text, at)
        return found.end() if found else at

    def is_blank(self, at: int) -> bool:
        """Whether only a comment, or nothing, follows on the line."""
        return at >= self.end or self.text[at] in "#\n" or self.text.startswith("\r\n", at)

    def line_end(self, at: int) -> int:
        """The offset of the line break that ends the line."""
        end = self.text.find("\n", at)
        if end < 0:
            return self.end
        return end - 1 if self.text[end - 1] == "\r" else end

    def next_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return self.end if end < 0 else end + 1
