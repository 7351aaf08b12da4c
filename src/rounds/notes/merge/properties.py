"""Front-matter merge by property, and by value if both sides changed one."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rounds.errors import EditRefusedError
from rounds.notes.document import Document, same
from rounds.notes.frontmatter.fences import split
from rounds.notes.frontmatter.value_spans import entries
from rounds.notes.merge.blocks import Kind, Piece
from rounds.notes.merge.diff3 import Conflict, lf, merged_lines, split_lines
from rounds.notes.read_note import day_of

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
        return [_property(WHOLE, text, values)]
    pieces = _lines(text[: fences.start + (found[0].start if found else len(block))])
    for entry in found:
        raw = block[entry.start : entry.end]
        end = _comments_below(raw)
        pieces += [_property(names[entry.key], raw[:end], values[names[entry.key]]), *_lines(raw[end:])]
    return pieces + _lines(text[fences.end :])


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


def _property(name: str, raw: str, value: object) -> Piece:
    return Piece(Kind.PROPERTY, raw, lf(raw), SECTION, block=name, meaning=value)


def _lines(text: str) -> list[Piece]:
    return [Piece(Kind.TEXT, line, lf(line), SECTION) for line in split_lines(text)]


def merged_property(was: Piece | None, they: Piece | None, we: Piece | None) -> Piece | Conflict | None:
    """Merge a property that differs in all three versions or is missing in some; None if it is removed."""
    key = (they or we or was).block  # type: ignore[union-attr]  # one of them is there
    raws = ("" if piece is None else piece.raw for piece in (was, they, we))
    if key == WHOLE:
        return Conflict("text", SECTION, 0, *raws)
    value = _value(key, *(_ABSENT if piece is None else piece.meaning for piece in (was, they, we)))
    new = (_comments(they) | _comments(we)) - _comments(was)
    if value is _ABSENT and not new:
        return None
    raw = None if value in (_CLASH, _ABSENT) else _written(key, was, they, we, value, comments=new)
    return Conflict("property", key, 0, *raws) if raw is None else _property(key, raw, value)


def values_of(parts: Sequence[str | Conflict | Piece]) -> dict[str, object]:
    """The properties that the merged front matter must parse to, with theirs in each conflict."""
    values: dict[str, object] = {}
    for part in parts:
        if isinstance(part, Conflict):
            read = _alone(part.theirs) if part.kind == "property" else Document.parse(part.theirs.encode())
            values |= read.properties
        elif isinstance(part, Piece) and part.kind is Kind.PROPERTY:
            values |= (
                part.meaning if isinstance(part.meaning, dict) and part.block == WHOLE else {part.block: part.meaning}
            )
    return values


def _value(key: str, base: object, theirs: object, ours: object) -> object:
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
        lists = [_items(value) for value in (base, theirs, ours)]
        if None not in lists and not (theirs is _ABSENT or ours is _ABSENT):
            return _list(*(each or [] for each in lists))
    return _CLASH


def _empty(value: object) -> bool:
    return value is _ABSENT or value is None or value in ("", [])


def _items(value: object) -> list[object] | None:
    """A list property as a list, or a single item written as text; None for other values."""
    if _empty(value):
        return []
    if isinstance(value, dict):
        return None
    return list(value) if isinstance(value, list) else [value]


def _list(base: list[object], theirs: list[object], ours: list[object]) -> list[object]:
    """Their list without the items we removed, and with each item we added after its predecessor in ours."""
    merged = [item for item in theirs if not (_within(item, base) and not _within(item, ours))]
    at = 0
    for item in ours:
        if _within(item, merged):
            at = next(place for place, known in enumerate(merged) if same(known, item)) + 1
        elif not _within(item, base):
            merged.insert(at, item)
            at += 1
    return merged


def _within(item: object, items: list[object]) -> bool:
    return any(same(item, other) for other in items)


def _written(
    key: str, was: Piece | None, they: Piece | None, we: Piece | None, value: object, *, comments: set[str]
) -> str | None:
    """The lines of a property with its merged value, keeping new comments; None if there is no way.

    Tried in order: a line merge of both sides, one side unchanged, a splice into one side.
    """
    for raw in _ways(key, was, they, we, value):
        if comments <= _comments(_property(key, raw, value)) and same(_read(key, raw), value):
            return raw
    return None


def _ways(key: str, was: Piece | None, they: Piece | None, we: Piece | None, value: object) -> Iterator[str]:
    if they and we:
        parts = merged_lines(was.raw if was else "", they.raw, we.raw)
        texts = [part for part in parts if isinstance(part, str)]
        if len(texts) == len(parts):
            yield "".join(texts)
    sides = [side for side in (they, we) if side]
    yield from (side.raw for side in sides if same(side.meaning, value))
    for side in sides:
        try:
            yield _alone(side.raw).set(key, value).block
        except EditRefusedError:
            continue


def _alone(raw: str) -> Document:
    return Document.parse(f"---\n{raw}---\n".encode(errors="surrogateescape"))


def _read(key: str, raw: str) -> object:
    document = _alone(raw)
    return document.properties.get(key, _ABSENT) if document.readable else _CLASH


def _comments(piece: Piece | None) -> set[str]:
    return {comment.strip() for comment in _COMMENT.findall(piece.text)} if piece else set()
