"""Note merge: their version, with our changes to the base applied.

Front matter merges by property, log and follow-ups as sets of lines, other text with diff3 (vault format, Writing).
The rest becomes a conflict with both versions in full: nothing is ever dropped. Decision and measurements:
docs/decisions/0007-merging.md.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from rounds.notes.document import Document, same
from rounds.notes.frontmatter.fences import BOM, split
from rounds.notes.merge.blocks import Kind, Piece, read_pieces
from rounds.notes.merge.body import Part, merged_pieces
from rounds.notes.merge.diff3 import Conflict, lf, merged_lines, newline_after
from rounds.notes.merge.properties import read_head, values_of

__all__ = ["Conflict", "Merged", "merge"]


@dataclass(frozen=True, slots=True)
class Merged:
    """Result of a merge.

    Attributes:
        data: the merged note. Each conflict has their version there, or both versions between git's markers if
            requested.
        conflicts: in line order. Without markers, our side of them isn't in `data`.
    """

    data: bytes
    conflicts: tuple[Conflict, ...] = ()


def merge(base: bytes | None, theirs: bytes, ours: bytes, *, path: str = "", markers: int = 0) -> Merged:
    """Merge two versions of a note.

    Args:
        base: the common ancestor; None if unknown: then nothing counts as removed.
        theirs: the version to start from; its bytes, line endings and byte order mark stay where we changed nothing.
        ours: the version with the changes to apply.
        path: of the note, for its conflicts.
        markers: length of git's conflict markers around both versions, ours first; 0 for no markers.

    Returns:
        A note that can be read if both sides can. Never raises.
    """
    if ours in (base, theirs):
        return Merged(theirs)
    if base == theirs:
        return Merged(ours)
    texts = _Texts.of(base, theirs, ours)
    parts = _by_meaning(base, theirs, ours, texts)
    if parts is None:
        parts = [*merged_lines(texts.base, texts.theirs, texts.ours)]
        if _readable(theirs, ours) and not Document.parse(texts.data(parts)).readable:
            parts = [Conflict("text", "", 0, texts.base or "", texts.theirs, texts.ours)]
    return Merged(texts.data(parts, markers=markers), _conflicts(parts, path, markers=markers))


@dataclass(frozen=True, slots=True)
class _Texts:
    """Three versions with one kind of line break (theirs), without byte order marks, each ending with a line break.

    Bytes that aren't UTF-8 become surrogates, so that they round-trip.
    """

    base: str | None
    theirs: str
    ours: str
    newline: str
    mark: str
    open_end: bool

    @classmethod
    def of(cls, base: bytes | None, theirs: bytes, ours: bytes) -> "_Texts":
        raw = theirs.decode(errors="surrogateescape")
        text = raw.removeprefix(BOM)
        newline = newline_after(text, 0)
        open_end = bool(text) and not text.endswith("\n")
        return cls(
            _like(base, newline) if base is not None else None,
            text + newline if open_end else text,
            _like(ours, newline),
            newline,
            BOM if raw != text else "",
            open_end,
        )

    def data(self, parts: Sequence[Part], *, markers: int = 0) -> bytes:
        """The parts as a file's bytes, ending like theirs."""
        text = "".join(_shown(part, self.newline, markers=markers) for part in parts)
        if self.open_end:
            text = text.removesuffix("\n").removesuffix("\r" if self.newline == "\r\n" else "")
        return (self.mark + text).encode(errors="surrogateescape")


def _like(data: bytes, newline: str) -> str:
    text = lf(data.decode(errors="surrogateescape").removeprefix(BOM))
    text = text + "\n" if text and not text.endswith("\n") else text
    return text.replace("\n", newline)


def _shown(part: Part, newline: str, *, markers: int) -> str:
    if isinstance(part, Piece):
        return part.raw
    if isinstance(part, str):
        return part
    if not markers:
        return part.theirs
    begin, middle, end = (sign * markers for sign in "<=>")
    return f"{begin} ours{newline}{part.ours}{middle}{newline}{part.theirs}{end} theirs{newline}"


def _readable(*versions: bytes) -> bool:
    return all(Document.parse(data).readable for data in versions)


def _by_meaning(base: bytes | None, theirs: bytes, ours: bytes, texts: _Texts) -> list[Part] | None:
    """The merge by property and by line; None if a version can't be read, or the result has unexpected content."""
    if not _readable(theirs, ours, *([] if base is None else [base])):
        return None
    old = _cut(texts.base) if texts.base is not None else None
    they, we = _cut(texts.theirs), _cut(texts.ours)
    head, body = (
        merged_pieces(old[at] if old else None, they[at], we[at], read)
        for at, read in enumerate((read_head, read_pieces))
    )
    parts = [*head, *body]
    document = Document.parse(texts.data(parts))
    as_meant = document.readable and same(document.properties, values_of(head))
    return parts if as_meant and _items(read_pieces(document.body)) == _items(body) else None


def _cut(text: str) -> tuple[str, str]:
    """Front matter and body."""
    fences = split(text)
    at = fences.body if fences else 0
    return text[:at], text[at:]


def _items(parts: Sequence[Part]) -> Counter[str]:
    """The log entries and follow-ups of a body, counted."""
    found: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, str):
            found += _items(read_pieces(part))
        elif isinstance(part, Conflict):
            found += _items(read_pieces(part.theirs)) if part.kind == "line" else Counter()
        elif part.kind is not Kind.TEXT:
            found[part.text.rstrip("\n")] += 1
    return found


def _conflicts(parts: Sequence[Part], path: str, *, markers: int) -> tuple[Conflict, ...]:
    lengths = (_shown(part, "\n", markers=markers).count("\n") for part in parts)
    lines = accumulate(lengths, initial=1)
    return tuple(
        replace(part, line=line, base=lf(part.base), theirs=lf(part.theirs), ours=lf(part.ours), path=path)
        for part, line in zip(parts, lines, strict=False)
        if isinstance(part, Conflict)
    )
