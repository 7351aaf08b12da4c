"""Note merge: their version, with our changes to the base applied.

Front matter merges by property, log and follow-ups as sets of lines, other text with diff3 (vault format, Writing).
The rest becomes a conflict with both versions in full: nothing is ever dropped. Decision and measurements:
docs/decisions/0007-merging.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from rounds.notes.document import Document, same
from rounds.notes.frontmatter.fences_quoting import BOM, lf, newline_after, split
from rounds.notes.merge.diff3 import Conflict, Side, common_lines, diff3, in_order, merged_lines
from rounds.notes.merge.pieces import Piece, PieceKind, merged_property, paired, read_head, read_pieces, values_of

__all__ = ["Conflict", "Merged", "merge"]

Part = str | Conflict | Piece
"""A stretch of the merged body: final text, a conflict, or a piece."""

_Section = tuple[str, int]
"""Heading (empty above the first), and number of earlier sections with the same heading."""


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
            _with_newline(base, newline) if base is not None else None,
            text + newline if open_end else text,
            _with_newline(ours, newline),
            newline,
            BOM if raw != text else "",
            open_end,
        )

    def data(self, parts: Sequence[Part], *, markers: int = 0) -> bytes:
        """The parts as a file's bytes, ending like theirs."""
        text = "".join(_part_text(part, self.newline, markers=markers) for part in parts)
        if self.open_end:
            text = text.removesuffix("\n").removesuffix("\r" if self.newline == "\r\n" else "")
        return (self.mark + text).encode(errors="surrogateescape")


def _with_newline(data: bytes, newline: str) -> str:
    text = lf(data.decode(errors="surrogateescape").removeprefix(BOM))
    text = text + "\n" if text and not text.endswith("\n") else text
    return text.replace("\n", newline)


def _part_text(part: Part, newline: str, *, markers: int) -> str:
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
    old = _head_and_body(texts.base) if texts.base is not None else None
    they, we = _head_and_body(texts.theirs), _head_and_body(texts.ours)
    head, body = (
        merged_pieces(old[at] if old else None, they[at], we[at], read)
        for at, read in enumerate((read_head, read_pieces))
    )
    parts = [*head, *body]
    document = Document.parse(texts.data(parts))
    as_meant = document.readable and same(document.properties, values_of(head))
    return parts if as_meant and _item_counts(read_pieces(document.body)) == _item_counts(body) else None


def _head_and_body(text: str) -> tuple[str, str]:
    """Front matter and body."""
    fences = split(text)
    at = fences.body if fences else 0
    return text[:at], text[at:]


def _item_counts(parts: Sequence[Part]) -> Counter[str]:
    """The log entries and follow-ups of a body, counted."""
    found: Counter[str] = Counter()
    for part in parts:
        if isinstance(part, str):
            found += _item_counts(read_pieces(part))
        elif isinstance(part, Conflict):
            found += _item_counts(read_pieces(part.theirs)) if part.kind == "line" else Counter()
        elif part.kind is not PieceKind.TEXT:
            found[part.text.rstrip("\n")] += 1
    return found


def _conflicts(parts: Sequence[Part], path: str, *, markers: int) -> tuple[Conflict, ...]:
    lengths = (_part_text(part, "\n", markers=markers).count("\n") for part in parts)
    lines = accumulate(lengths, initial=1)
    return tuple(
        replace(part, line=line, base=lf(part.base), theirs=lf(part.theirs), ours=lf(part.ours), path=path)
        for part, line in zip(parts, lines, strict=False)
        if isinstance(part, Conflict)
    )


def merged_pieces(base: str | None, theirs: str, ours: str, read: Callable[[str], list[Piece]]) -> list[Part]:
    """Merge three texts, or two without a base; each ends with a line break or is empty.

    Args:
        read: splits a text into pieces.
    """
    if lf(theirs) == lf(ours) or (base is not None and lf(ours) == lf(base)):
        return [*read(theirs)]
    if base is not None and lf(theirs) == lf(base):
        return [*read(ours)]
    merge = _Merge(read(base) if base is not None else None, read(theirs), read(ours))
    return merge.parts(newline_after(theirs or ours, 0))


class _Merge:
    """A single merge: matches items across versions, then merges each section with diff3.

    Attributes:
        items: each item in base, theirs and ours, by its key.
        placed: keys of items already in the merged body.
    """

    def __init__(self, base: Sequence[Piece] | None, theirs: Sequence[Piece], ours: Sequence[Piece]) -> None:
        self.items: dict[str, list[Piece | None]] = defaultdict(lambda: [None, None, None])
        self.placed: set[str] = set()
        self._set_keys(base or (), theirs, ours)
        self.base = _sections(base) if base is not None else None
        self.theirs, self.ours = _sections(theirs), _sections(ours)

    def _set_keys(self, base: Sequence[Piece], theirs: Sequence[Piece], ours: Sequence[Piece]) -> None:
        """Match the pieces of the three versions and set their keys."""
        to_base = {at: at for at in range(len(base))}
        to_theirs, to_ours = ({there: at for at, there in paired(base, side).items()} for side in (theirs, ours))
        their_new = [at for at, piece in enumerate(theirs) if piece.kind is not PieceKind.TEXT and at not in to_theirs]
        our_new = [at for at, piece in enumerate(ours) if piece.kind is not PieceKind.TEXT and at not in to_ours]
        both = paired([theirs[at] for at in their_new], [ours[at] for at in our_new], alike=False)
        to_theirs |= {at: -1 - at for at in their_new}
        to_ours |= {at: -1 - at - len(theirs) for at in our_new}
        to_ours |= {our_new[here]: to_theirs[their_new[there]] for there, here in both.items()}
        for version, (side, numbers) in enumerate(((base, to_base), (theirs, to_theirs), (ours, to_ours))):
            for at, piece in enumerate(side):
                piece.key = piece.text
                if piece.kind is not PieceKind.TEXT:
                    piece.key = f"\0{numbers[at]}"
                    self.items[piece.key][version] = piece

    def parts(self, newline: str) -> list[Part]:
        """The whole merged body, in order."""
        found: list[Part] = []
        before: _Section | None = None
        for section in in_order(list(self.theirs), list(self.ours), list(self.base or ())):
            new = self._section(section)
            moved = section not in self.theirs or before not in self.theirs
            if found and new and moved and not _is_blank(found[-1]):
                found.append(newline)
            found += new
            before = section
        return found

    def _section(self, section: _Section) -> list[Part]:
        theirs, ours = self.theirs.get(section, []), self.ours.get(section, [])
        if self.base is not None:
            base = self.base.get(section, [])
        else:  # the common pieces, so that nothing counts as removed
            base = [theirs[at] for at, _ in common_lines(_keys(theirs), _keys(ours))]
        found: list[Part] = []
        for chunk in diff3(_keys(base), _keys(theirs), _keys(ours)):
            was, they, we = base[slice(*chunk.base)], theirs[slice(*chunk.theirs)], ours[slice(*chunk.ours)]
            if chunk.side is Side.BOTH:
                found += self._both(was, they, we)
            else:
                side, other, but = (we, they, 2) if chunk.side is Side.OURS else (they, we, 1)
                found += self._stretch(side, [[piece] for piece in _text_pieces(side)], other, but)
        return found

    def _both(self, was: Sequence[Piece], they: Sequence[Piece], we: Sequence[Piece]) -> list[Part]:
        """A stretch that both sides changed: text merged with diff3, plus the items of both."""
        old, moved = set(_keys(was)), set(_keys(was)).difference(_keys(we))
        they = [piece for piece in they if piece.key not in moved or not self.items[piece.key][2]]
        we = [piece for piece in we if piece.key not in old or not self.items[piece.key][1]]
        return self._stretch(they, _merged_text(was, they, we), we)

    def _stretch(
        self, side: Sequence[Piece], texts: Sequence[Sequence[Part]], other: Sequence[Piece], but: int | None = None
    ) -> list[Part]:
        """One side's merged lines, plus items that only the other side has in this stretch.

        Args:
            texts: the replacement for each line of text; an additional one goes to the end.
            but: index of a version; items that it has anywhere are left out.
        """
        units: list[list[Piece]] = []
        for piece in other:
            if piece.kind is PieceKind.TEXT or (but is not None and self.items[piece.key][but]):
                continue
            if piece.indented and units:  # belongs to the piece above
                units[-1].append(piece)
            else:
                units.append([piece])
        below = {unit[0].key: unit[1:] for unit in units}
        found: list[Part] = []
        waiting = iter(texts)
        for piece in side:
            found += (
                next(waiting)
                if piece.kind is PieceKind.TEXT
                else self._merged_items([piece, *below.get(piece.key, ())])
            )
        for rest in waiting:
            found += rest
        newest_first = bool(units) and self._newest_first(units[0][0].section)
        for unit in units:
            begins = unit[0] is other[0] and unit[0].indented  # belongs to the piece above
            at = 0 if begins else _insertion_point(found, unit[0], newest_first=newest_first)
            found[at:at] = self._merged_items(unit)
        return found

    def _merged_items(self, pieces: Iterable[Piece]) -> list[Part]:
        return [part for piece in pieces for part in self._merged_item(piece.key)]

    def _merged_item(self, key: str) -> list[Part]:
        """The merged form of an item; nothing if it was removed or is already placed."""
        if key in self.placed:
            return []
        self.placed.add(key)
        was, they, we = self.items[key]
        old, their, our = (piece.text if piece else "" for piece in (was, they, we))
        was_open = was is None or was.open
        if our in (their, old) or (was_open and they and we and they.ticks(we)):
            return [they] if they else []
        if their == old or (was_open and they and we and we.ticks(they)):
            return [we] if we else []
        if PieceKind.PROPERTY in {piece.kind for piece in (was, they, we) if piece}:
            found = merged_property(was, they, we)
            return [found] if found else []
        if was and they and we and (lines := _merged_lines_of_entry(was, they, we)):
            return [replace(they, raw=lines, text=lf(lines))]
        section = they.section if they else we.section if we else ""
        return [Conflict("line", section, 0, *(piece.raw if piece else "" for piece in (was, they, we)))]

    def _newest_first(self, name: str) -> bool:
        """Whether a log runs from newest to oldest, in their version, else in ours."""
        for version in (self.theirs, self.ours):
            days = [piece.day for piece in version.get((name, 0), ()) if piece.day]
            if len(set(days)) > 1:
                return days[0] > days[-1]
        return False


def _merged_lines_of_entry(was: Piece, they: Piece, we: Piece) -> str:
    """The lines of an entry with several, where each side changed others; empty if there are none."""
    if was.kind is not PieceKind.ENTRY or they.text.count("\n") < 2:
        return ""
    texts = merged_lines(was.raw, they.raw, we.raw)
    found = [each for each in texts if isinstance(each, str)]
    return "".join(found) if len(found) == len(texts) else ""


def _sections(version: Sequence[Piece]) -> dict[_Section, list[Piece]]:
    """The pieces of each section."""
    found: dict[_Section, list[Piece]] = {}
    for name, pieces in groupby(version, key=lambda piece: piece.section):
        found[name, sum(1 for other, _ in found if other == name)] = list(pieces)
    return found


def _keys(version: Sequence[Piece]) -> list[str]:
    return [piece.key for piece in version]


def _text_pieces(version: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in version if piece.kind is PieceKind.TEXT]


def _merged_text(*versions: Sequence[Piece]) -> list[list[Part]]:
    """The merged text: a list of parts for each line of theirs, and one for the end."""
    base, theirs, ours = map(_text_pieces, versions)
    found: list[list[Part]] = [[] for _ in (*theirs, None)]
    for chunk in diff3(_keys(base), _keys(theirs), _keys(ours)):
        was, they, we = base[slice(*chunk.base)], theirs[slice(*chunk.theirs)], ours[slice(*chunk.ours)]
        at = chunk.theirs[0]
        if chunk.side is Side.BOTH:
            raws = ("".join(piece.raw for piece in version) for version in (was, they, we))
            found[at].append(Conflict("text", (they or we)[0].section, 0, *raws))
        elif chunk.side is Side.OURS:
            found[at] += we
        else:
            for place, piece in enumerate(they, at):
                found[place].append(piece)
    return found


def _is_blank(part: Part) -> bool:
    return not isinstance(part, Conflict) and not (part if isinstance(part, str) else part.text).strip()


def _insertion_point(parts: Sequence[Part], new: Piece, *, newest_first: bool) -> int:
    """Index for a new item: last, or in a log by date."""
    for place, part in enumerate(parts):
        day = part.day if isinstance(part, Piece) else None
        if new.day and day and day != new.day and newest_first == (day < new.day):
            return place
    at = len(parts)
    while at and _is_blank(parts[at - 1]):
        at -= 1
    return at
