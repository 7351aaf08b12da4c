"""Merge pieces: properties, log entries, follow-ups and lines of text; and the merge of a single property."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import Enum
from typing import Final

from rounds.domain.log_followups import Status
from rounds.errors import EditRefusedError
from rounds.notes.document import Document, same
from rounds.notes.frontmatter.fences_quoting import lf, split
from rounds.notes.frontmatter.value_spans import entries
from rounds.notes.log import ENTRY, end_of_item
from rounds.notes.markdown import HIDDEN, MarkupKind, hidden, inner_lines, markup, shown, uncommented
from rounds.notes.merge.diff3 import Conflict, heading_of, merged_lines, split_lines
from rounds.notes.properties import day_of
from rounds.notes.tasks import TASK, parse_task

_ALIKE = 0.6
"""Similarity from which an unmatched new line counts as an edit of an unmatched old one."""
_MOST_LIKENED = 40
_TICKED_ON = re.compile(
    r"(?<![ \t])[ \t]*(?:[✅❌]\ufe0f?[ \t]*\d{4}-\d\d-\d\d|[\[(](?:completion|cancelled)::[^\[\]()\n]*[\])])"
)


class PieceKind(Enum):
    """PieceKind of a piece."""

    TEXT = "text"
    PROPERTY = "property"
    ENTRY = "entry"
    TASK = "task"


@dataclass(slots=True)
class Piece:
    """A line of text, a property, or a log entry or follow-up with its indented lines.

    Attributes:
        raw: its lines as in the file, each with its line break.
        text: the same with LF.
        section: the heading above it; empty above the first heading.
        words: of a follow-up, the task itself, unchanged by a tick or a new date.
        block: of a follow-up, its block id; of a property, its name.
        day: of a log entry.
        meaning: of a follow-up, its text except whether and when it was done; of a property, its value.
        open: of a follow-up, whether it is open.
        key: identity across the versions in a merge; for text, the text itself.
    """

    kind: PieceKind
    raw: str
    text: str
    section: str = ""
    words: str = ""
    block: str = ""
    day: date | None = None
    meaning: object = None
    open: bool = False
    key: str = ""

    @property
    def indented(self) -> bool:
        """Whether it may belong to the piece above."""
        return self.text[:1] in (" ", "\t") and bool(self.text.strip())

    def ticks(self, other: "Piece") -> bool:
        """Whether this is `other`, an open follow-up, done or canceled."""
        return other.open and not self.open and self.kind is PieceKind.TASK and self.meaning == other.meaning


def read_pieces(body: str) -> list[Piece]:
    """Split a body into pieces; their `raw` parts concatenate to the body.

    Lines inside code are text. A multi-line comment is one piece with the line where it starts: nothing may be inserted
    between its lines.
    """
    lines = split_lines(body)
    found = markup(body)
    raws = split_lines(hidden(body, found, MarkupKind.COMMENT))
    seen = split_lines(hidden(body, found, MarkupKind.COMMENT, MarkupKind.BLOCK))
    inner = inner_lines(body, MarkupKind.COMMENT, found=found)
    code = inner_lines(body, MarkupKind.COMMENT, MarkupKind.BLOCK, found=found)
    pieces: list[Piece] = []
    section = ""
    at = 0
    while at < len(lines):
        line = shown(seen[at]) or "\n"
        end = at + 1
        kind = PieceKind.TEXT
        if seen[at][0] == HIDDEN:
            pass
        elif heading := heading_of(line):
            section = heading[1]
        elif TASK.match(line):
            kind, end = PieceKind.TASK, _end_of_item(raws, at, code)
        elif line[0] in "-*+" and ENTRY.match(line):
            kind, end = PieceKind.ENTRY, _end_of_item(raws, at, code)
        while end in inner:
            end += 1
        pieces.append(_piece(kind, "".join(lines[at:end]), section))
        at = end
    return pieces


def _end_of_item(lines: Sequence[str], at: int, inner: Collection[int]) -> int:
    """The index after the lines of the item at `at`; a follow-up among them is a separate piece."""
    end = end_of_item(lines, at, inner)
    return next((place for place in range(at + 1, end) if place not in inner and TASK.match(lines[place])), end)


def _piece(kind: PieceKind, raw: str, section: str) -> Piece:
    text = lf(raw)
    first = text.split("\n", 1)[0]
    if kind is PieceKind.ENTRY:
        match = ENTRY.match(first)
        return Piece(kind, raw, text, section, day=day_of(match[1]) if match else None)
    if kind is PieceKind.TASK:
        try:
            task = parse_task(shown(uncommented(first)), 0)
        except ValueError:
            task = None
        if task is None:
            return Piece(kind, raw, text, section, words=first)
        words = f"{task.kind}: {task.text}"
        is_open = task.status is Status.OPEN
        return Piece(kind, raw, text, section, words, task.block, None, _unticked(text, is_open=is_open), is_open)
    return Piece(kind, raw, text, section)


def _unticked(text: str, *, is_open: bool) -> str:
    """The lines of a follow-up with an empty box, and without the day of the tick if it isn't open."""
    first, newline, rest = text.partition("\n")
    box = TASK.match(first)
    assert box is not None
    first = f"{first[: box.start('box')]} {first[box.end('box') :]}"
    return f"{first if is_open else _TICKED_ON.sub('', first, count=1)}{newline}{rest}"


def paired(base: Sequence[Piece], side: Sequence[Piece], *, alike: bool = True) -> dict[int, int]:
    """Match entries and follow-ups of two versions, by index.

    First by text, duplicates in order; then follow-ups by block id and by words; finally, with `alike`, by similarity.
    """
    old = [at for at, piece in enumerate(base) if piece.kind is not PieceKind.TEXT]
    new = [at for at, piece in enumerate(side) if piece.kind is not PieceKind.TEXT]
    found: dict[int, int] = {}
    for name in ("text", "block", "words"):
        by_name: dict[str, list[int]] = defaultdict(list)
        for at in new:
            if key := getattr(side[at], name):
                by_name[key].append(at)
        for at in old:
            same = by_name.get(getattr(base[at], name) or "")
            if same and not (base[at].block and side[same[0]].block and base[at].block != side[same[0]].block):
                found[at] = same.pop(0)
        taken = set(found.values())
        old = [at for at in old if at not in found]
        new = [at for at in new if at not in taken]
    if alike and len(old) <= _MOST_LIKENED and len(new) <= _MOST_LIKENED:
        found.update(_likened(base, side, old, new))
    return found


def _likened(base: Sequence[Piece], side: Sequence[Piece], old: Sequence[int], new: Sequence[int]) -> dict[int, int]:
    ratios = (
        (SequenceMatcher(None, _content(base[at]), _content(side[other]), autojunk=False).ratio(), at, other)
        for at in old
        for other in new
        if base[at].kind is side[other].kind and not (base[at].block or side[other].block)
    )
    found: dict[int, int] = {}
    for ratio, at, other in sorted(ratios, key=lambda pair: -pair[0]):
        if ratio > _ALIKE and at not in found and other not in found.values():
            found[at] = other
    return found


def _content(piece: Piece) -> str:
    return piece.words or piece.text


SECTION: Final = "properties"
"""Section name of front-matter pieces."""

WHOLE: Final = "---"
"""Name for all properties together, if they can't be separated, as in JSON."""

_ABSENT: Final = object()
_CLASH: Final = object()
_COMMENT = re.compile(r"(?:^| )(#.*)", re.MULTILINE)


def read_head(text: str) -> list[Piece]:
    """Split everything above a readable note's body into properties and other lines; `block` is a property's name.

    Args:
        text: without byte order mark; empty for a note without front matter.
    """
    fences = split(text)
    if fences is None:
        return []
    document = Document.parse(text.encode(errors="surrogateescape"))
    values = document.properties
    names = {document.written(name): name for name in values}
    block = text[fences.start : fences.end]
    found = entries(block)
    if len(found) != len(values) or {entry.key for entry in found} != names.keys():
        return [_property_piece(WHOLE, text, values)]
    pieces = _text_pieces(text[: fences.start + (found[0].start if found else len(block))])
    for entry in found:
        raw = block[entry.start : entry.end]
        end = _comments_below(raw)
        pieces += [_property_piece(names[entry.key], raw[:end], values[names[entry.key]]), *_text_pieces(raw[end:])]
    return pieces + _text_pieces(text[fences.end :])


def _comments_below(raw: str) -> int:
    """Start of the comment lines at the end of a property; its length if there are none."""
    start = at = len(raw)
    while at and raw[at - 1] == "\n":
        line = raw.rfind("\n", 0, at - 1) + 1
        if raw[line] == "#":
            start = line
        elif raw[line:at].strip(" \t\r\n"):
            break
        at = line
    return start


def _property_piece(name: str, raw: str, value: object) -> Piece:
    return Piece(PieceKind.PROPERTY, raw, lf(raw), SECTION, block=name, meaning=value)


def _text_pieces(text: str) -> list[Piece]:
    return [Piece(PieceKind.TEXT, line, lf(line), SECTION) for line in split_lines(text)]


def merged_property(was: Piece | None, they: Piece | None, we: Piece | None) -> Piece | Conflict | None:
    """Merge a property that differs in all three versions or is missing in some; None if it is removed."""
    key = (they or was).block  # type: ignore[union-attr]  # what only ours has isn't asked about
    raws = ("" if piece is None else piece.raw for piece in (was, they, we))
    if key == WHOLE:
        return Conflict("text", SECTION, 0, *raws)
    value = _merged_value(key, *(_ABSENT if piece is None else piece.meaning for piece in (was, they, we)))
    new = (_comments(they) | _comments(we)) - _comments(was)
    if value is _ABSENT and not new:
        return None
    raw = None if value in (_CLASH, _ABSENT) else _property_text(key, was, they, we, value, comments=new)
    return Conflict("property", key, 0, *raws) if raw is None else _property_piece(key, raw, value)


def values_of(parts: Sequence[str | Conflict | Piece]) -> dict[str, object]:
    """The properties that the merged front matter must parse to, with theirs in each conflict."""
    values: dict[str, object] = {}
    for part in parts:
        if isinstance(part, Conflict):
            read = _document_of(part.theirs) if part.kind == "property" else Document.parse(part.theirs.encode())
            values |= read.properties
        elif isinstance(part, Piece) and part.kind is PieceKind.PROPERTY:
            values |= (
                part.meaning if isinstance(part.meaning, dict) and part.block == WHOLE else {part.block: part.meaning}
            )
    return values


def _merged_value(key: str, base: object, theirs: object, ours: object) -> object:
    """The merged value of a property; _CLASH if both sides changed it differently."""
    if same(theirs, ours) or same(ours, base):
        return theirs
    if same(theirs, base):
        return ours
    if _empty(base) and (_empty(theirs) or _empty(ours)):
        return ours if _empty(theirs) else theirs
    if key == "id":
        return ours if _empty(theirs) else theirs
    if key == "last_contact":
        days = [(day, value) for value in (theirs, ours) if (day := day_of(value))]
        if days:
            return max(days, key=lambda pair: pair[0])[1]
    if isinstance(theirs, list) or isinstance(ours, list):
        lists = [_as_items(value) for value in (base, theirs, ours)]
        if None not in lists and not (theirs is _ABSENT or ours is _ABSENT):
            return _merged_list(*(each or [] for each in lists))
    return _CLASH


def _empty(value: object) -> bool:
    return value is _ABSENT or value is None or value in ("", [])


def _as_items(value: object) -> list[object] | None:
    """A list property as a list, or a single item written as text; None for other values."""
    if _empty(value):
        return []
    if isinstance(value, dict):
        return None
    return list(value) if isinstance(value, list) else [value]


def _merged_list(base: list[object], theirs: list[object], ours: list[object]) -> list[object]:
    """Their list without the items we removed, and with each item we added after its predecessor in ours."""
    merged = [item for item in theirs if not (_contains(item, base) and not _contains(item, ours))]
    at = 0
    for item in ours:
        if _contains(item, merged):
            at = next(place for place, known in enumerate(merged) if same(known, item)) + 1
        elif not _contains(item, base):
            merged.insert(at, item)
            at += 1
    return merged


def _contains(item: object, items: list[object]) -> bool:
    return any(same(item, other) for other in items)


def _property_text(
    key: str, was: Piece | None, they: Piece | None, we: Piece | None, value: object, *, comments: set[str]
) -> str | None:
    """The lines of a property with its merged value, keeping new comments; None if there is no way.

    Tried in order: a line merge of both sides, one side unchanged, a splice into one side.
    """
    for raw in _candidates(key, was, they, we, value):
        if comments <= _comments(_property_piece(key, raw, value)) and same(_read(key, raw), value):
            return raw
    return None


def _candidates(key: str, was: Piece | None, they: Piece | None, we: Piece | None, value: object) -> Iterator[str]:
    if they and we:
        parts = merged_lines(was.raw if was else "", they.raw, we.raw)
        texts = [part for part in parts if isinstance(part, str)]
        if len(texts) == len(parts):
            yield "".join(texts)
    sides = [side for side in (they, we) if side]
    yield from (side.raw for side in sides if same(side.meaning, value))
    for side in sides:
        try:
            yield _document_of(side.raw).set(key, value).block
        except EditRefusedError:
            continue


def _document_of(raw: str) -> Document:
    return Document.parse(f"---\n{raw}---\n".encode(errors="surrogateescape"))


def _read(key: str, raw: str) -> object:
    document = _document_of(raw)
    return document.properties.get(key, _ABSENT) if document.readable else _CLASH


def _comments(piece: Piece | None) -> set[str]:
    return {comment.strip() for comment in _COMMENT.findall(piece.text)} if piece else set()
