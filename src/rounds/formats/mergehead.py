"""Front matter merged by property: theirs as it stands, with what we changed in it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rounds.errors import EditRefusedError
from rounds.formats import frontmatter
from rounds.formats.document import Document, same
from rounds.formats.extents import entries
from rounds.formats.lines import Conflict, in_order, lf, merged_lines, split_lines
from rounds.formats.notes import day_of


@dataclass(frozen=True, slots=True)
class Head:
    """All of a note above its body, cut by property.

    Attributes:
        opening: the opening fence and the comments above the first property.
        raws: the lines of each property with the comments below it, by name; None where they can't be told apart.
        values: as YAML reads them, by name.
        closing: the closing fence.
    """

    text: str
    opening: str
    raws: dict[str, str] | None
    values: dict[str, object]
    closing: str

    @property
    def plain(self) -> str:
        return lf(self.text)


@dataclass(frozen=True, slots=True)
class MergedHead:
    """The parts of the merged front matter, and what it must say when it is read again with theirs in each clash."""

    parts: tuple[str | Conflict, ...]
    values: dict[str, object]


_ABSENT: Final = object()
NOTHING: Final = Head("", "", {}, {}, "")


def read_head(text: str) -> Head:
    """The front matter of a readable note, whose text has no byte order mark."""
    fences = frontmatter.split(text)
    if fences is None:
        return NOTHING
    values = Document.parse(text.encode(errors="surrogateescape")).properties
    block = text[fences.start : fences.end]
    found = entries(block)
    raws = {entry.key: block[entry.start : entry.end] for entry in found}
    start = fences.start + (found[0].start if found else len(block))
    closing = text[fences.end : fences.body]
    whole = len(raws) == len(found) and raws.keys() == values.keys()
    return Head(text[: fences.body], text[:start], raws if whole else None, values, closing)


def merged_head(base: Head | None, theirs: Head, ours: Head) -> MergedHead:
    """Merge the front matter of three versions, or without a base of two."""
    if theirs.plain == ours.plain or (base is not None and ours.plain == base.plain):
        return MergedHead((theirs.text,), theirs.values)
    if base is not None and theirs.plain == base.plain:
        return MergedHead((ours.text,), ours.values)
    old = base if base is not None else NOTHING
    if old.raws is None or theirs.raws is None or ours.raws is None:
        return _by_line(base, theirs, ours)
    found = {
        key: _property(key, *(_Version.of(head, key) for head in (old, theirs, ours)))
        for key in in_order(list(theirs.raws), list(ours.raws), list(old.raws))
    }
    opening = _opening(base, theirs, ours)
    parts = [*opening, *(part for merged in found.values() for part in merged.parts), theirs.closing or ours.closing]
    return MergedHead(
        tuple(_once(parts, theirs.plain, ours.plain)),
        {key: merged.value for key, merged in found.items() if merged.value is not _ABSENT},
    )


def _once(parts: Sequence[str | Conflict], theirs: str, ours: str) -> Iterator[str | Conflict]:
    """The parts without comments that stand there twice, since each side has them below another property."""
    left = Counter(_comment_lines(theirs)) | Counter(_comment_lines(ours))
    for part in parts:
        if isinstance(part, Conflict):
            yield part
            continue
        for line in split_lines(part):
            if line.startswith("#"):
                left[line.rstrip("\r\n")] -= 1
            if not line.startswith("#") or left[line.rstrip("\r\n")] >= 0:
                yield line


def _comment_lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.startswith("#")]


def _opening(base: Head | None, theirs: Head, ours: Head) -> Sequence[str | Conflict]:
    if not theirs.opening:
        return [ours.opening]
    was = base.opening if base is not None and base.opening else theirs.opening
    if not ours.opening or lf(ours.opening) == lf(was):
        return [theirs.opening]
    start, end = len(split_lines(theirs.opening)[0]), len(split_lines(ours.opening)[0])
    above = was[len(split_lines(was)[0]) :] if base is not None else None
    return [theirs.opening[:start], *merged_lines(above, theirs.opening[start:], ours.opening[end:], "properties")]


def _by_line(base: Head | None, theirs: Head, ours: Head) -> MergedHead:
    """Front matter that is no plain list of properties, such as JSON: theirs, and ours beside it."""
    clash = Conflict("text", "properties", 0, base.text if base is not None else "", theirs.text, ours.text)
    return MergedHead((clash,), theirs.values)


@dataclass(frozen=True, slots=True)
class _Version:
    """A property in one version: its lines, and its value, `_ABSENT` where there is none."""

    raw: str
    value: object

    @classmethod
    def of(cls, head: Head, key: str) -> "_Version":
        assert head.raws is not None
        return cls(head.raws.get(key, ""), head.values.get(key, _ABSENT))

    @property
    def plain(self) -> str:
        return lf(self.raw)


@dataclass(frozen=True, slots=True)
class _Merged:
    parts: tuple[str | Conflict, ...]
    value: object


def _property(key: str, base: _Version, theirs: _Version, ours: _Version) -> _Merged:
    if ours.plain in (base.plain, theirs.plain):
        return _Merged((theirs.raw,), theirs.value)
    if theirs.plain == base.plain:
        return _Merged((ours.raw,), ours.value)
    clash = _Merged((Conflict("property", key, 0, base.raw, theirs.raw, ours.raw),), theirs.value)
    value = _value(key, base.value, theirs.value, ours.value)
    if value is CLASH:
        return clash
    if value is _ABSENT:
        return _Merged((_new_comments(base, theirs) + _new_comments(base, ours),), value)
    raw = _written(key, base, theirs, ours, value)
    return clash if raw is None else _Merged((raw,), value)


CLASH: Final = object()
"""Two values that can't be merged."""


def _value(key: str, base: object, theirs: object, ours: object) -> object:
    """The value that a property has in the end; CLASH where both sides changed it in their own way."""
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
    return CLASH


def _empty(value: object) -> bool:
    return value is _ABSENT or value is None or value in ("", [])


def _items(value: object) -> list[object] | None:
    """A list property, of which one item may be written as text; None for what is no list."""
    if _empty(value):
        return []
    if isinstance(value, dict):
        return None
    return list(value) if isinstance(value, list) else [value]


def _list(base: list[object], theirs: list[object], ours: list[object]) -> list[object]:
    """Theirs without what we took out, and with what we added after the item that it follows with us."""
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


def _written(key: str, base: _Version, theirs: _Version, ours: _Version, value: object) -> str | None:
    """The lines of a property with its merged value, without losing a comment; None where there is no way.

    A line merge of both sides, else one side's own, else a splice into one side's.
    """
    for raw in _ways(key, base, theirs, ours, value):
        lost = any(_comments(side.plain) - _comments(base.plain) - _comments(lf(raw)) for side in (theirs, ours))
        if not lost and same(_read(key, raw), value):
            return raw
    return None


def _new_comments(base: _Version, side: _Version) -> str:
    """The comments that a side put below a property that goes."""
    old = base.plain.split("\n")
    return "".join(line for line in split_lines(side.raw) if line[0] == "#" and line.rstrip("\r\n") not in old)


def _ways(key: str, base: _Version, theirs: _Version, ours: _Version, value: object) -> Iterator[str]:
    if theirs.raw and ours.raw:
        parts = merged_lines(base.raw, theirs.raw, ours.raw)
        texts = [part for part in parts if isinstance(part, str)]
        if len(texts) == len(parts):
            yield "".join(texts)
    for side in (theirs, ours):
        if side.raw and same(side.value, value):
            yield side.raw
    for side in (theirs, ours):
        if side.raw:
            try:
                yield _alone(side.raw).set(key, value).block
            except EditRefusedError:
                continue


def _alone(raw: str) -> Document:
    return Document.parse(f"---\n{raw}---\n".encode(errors="surrogateescape"))


def _read(key: str, raw: str) -> object:
    document = _alone(raw)
    return document.properties.get(key, _ABSENT) if document.readable else CLASH


def _comments(raw: str) -> set[str]:
    found = set()
    for line in raw.split("\n"):
        at = 0 if line.startswith("#") else line.find(" #") + 1
        if at or line.startswith("#"):
            found.add(line[at:].strip())
    return found
