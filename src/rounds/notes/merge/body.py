"""Body merge, section by section: their version plus our changes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from rounds.notes.merge.blocks import Kind, Piece, paired
from rounds.notes.merge.diff3 import Conflict, Side, diff3, in_order, lf, matches, newline_after
from rounds.notes.merge.properties import merged_property

Part = str | Conflict | Piece
"""A stretch of the merged body: final text, a conflict, or a piece."""

_Section = tuple[str, int]
"""Heading (empty above the first), and number of earlier sections with the same heading."""


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
        their_new = [at for at, piece in enumerate(theirs) if piece.kind is not Kind.TEXT and at not in to_theirs]
        our_new = [at for at, piece in enumerate(ours) if piece.kind is not Kind.TEXT and at not in to_ours]
        both = paired([theirs[at] for at in their_new], [ours[at] for at in our_new], alike=False)
        to_theirs |= {at: -1 - at for at in their_new}
        to_ours |= {at: -1 - at - len(theirs) for at in our_new}
        to_ours |= {our_new[here]: to_theirs[their_new[there]] for there, here in both.items()}
        for version, (side, numbers) in enumerate(((base, to_base), (theirs, to_theirs), (ours, to_ours))):
            for at, piece in enumerate(side):
                piece.key = piece.text
                if piece.kind is not Kind.TEXT:
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
            base = [theirs[at] for at, _ in matches(_keys(theirs), _keys(ours))]
        found: list[Part] = []
        for chunk in diff3(_keys(base), _keys(theirs), _keys(ours)):
            was, they, we = base[slice(*chunk.base)], theirs[slice(*chunk.theirs)], ours[slice(*chunk.ours)]
            if chunk.side is Side.BOTH:
                found += self._both(was, they, we)
            else:
                side, other, but = (we, they, 2) if chunk.side is Side.OURS else (they, we, 1)
                found += self._stretch(side, [[piece] for piece in _text(side)], other, but)
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
            if piece.kind is Kind.TEXT or (but is not None and self.items[piece.key][but]):
                continue
            if piece.indented and units:  # belongs to the piece above
                units[-1].append(piece)
            else:
                units.append([piece])
        below = {unit[0].key: unit[1:] for unit in units}
        found: list[Part] = []
        waiting = iter(texts)
        for piece in side:
            found += next(waiting) if piece.kind is Kind.TEXT else self._items([piece, *below.get(piece.key, ())])
        for rest in waiting:
            found += rest
        newest_first = bool(units) and self._newest_first(units[0][0].section)
        for unit in units:
            begins = unit[0] is other[0] and unit[0].indented  # belongs to the piece above
            at = 0 if begins else _place(found, unit[0], newest_first=newest_first)
            found[at:at] = self._items(unit)
        return found

    def _items(self, pieces: Iterable[Piece]) -> list[Part]:
        return [part for piece in pieces for part in self._item(piece.key)]

    def _item(self, key: str) -> list[Part]:
        """The merged form of an item; nothing if it was removed or is already placed."""
        if key in self.placed:
            return []
        self.placed.add(key)
        was, they, we = self.items[key]
        old, their, our = (piece.text if piece else "" for piece in (was, they, we))
        if our in (their, old) or (they and we and they.ticks(we) and not was):
            return [they] if they else []
        if their == old or (they and we and we.ticks(they) and not was):
            return [we] if we else []
        if Kind.PROPERTY in {piece.kind for piece in (was, they, we) if piece}:
            found = merged_property(was, they, we)
            return [found] if found else []
        section = they.section if they else we.section if we else ""
        return [Conflict("line", section, 0, *(piece.raw if piece else "" for piece in (was, they, we)))]

    def _newest_first(self, name: str) -> bool:
        """Whether a log runs from newest to oldest, in their version, else in ours."""
        for version in (self.theirs, self.ours):
            days = [piece.day for piece in version.get((name, 0), ()) if piece.day]
            if len(set(days)) > 1:
                return days[0] > days[-1]
        return False


def _sections(version: Sequence[Piece]) -> dict[_Section, list[Piece]]:
    """The pieces of each section."""
    found: dict[_Section, list[Piece]] = {}
    for name, pieces in groupby(version, key=lambda piece: piece.section):
        found[name, sum(1 for other, _ in found if other == name)] = list(pieces)
    return found


def _keys(version: Sequence[Piece]) -> list[str]:
    return [piece.key for piece in version]


def _text(version: Sequence[Piece]) -> list[Piece]:
    return [piece for piece in version if piece.kind is Kind.TEXT]


def _merged_text(*versions: Sequence[Piece]) -> list[list[Part]]:
    """The merged text: a list of parts for each line of theirs, and one for the end."""
    base, theirs, ours = map(_text, versions)
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


def _place(parts: Sequence[Part], new: Piece, *, newest_first: bool) -> int:
    """Index for a new item: last, or in a log by date."""
    for place, part in enumerate(parts):
        day = part.day if isinstance(part, Piece) else None
        if new.day and day and day != new.day and newest_first == (day < new.day):
            return place
    at = len(parts)
    while at and _is_blank(parts[at - 1]):
        at -= 1
    return at
