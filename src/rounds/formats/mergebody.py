"""Bodies merged: theirs as it stands, with what we did to log, follow-ups and text."""

from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter

from rounds.formats.lines import Chunk, Conflict, Side, diff3, matches, rising
from rounds.formats.pieces import Kind, Piece, paired, read_pieces

Part = str | Conflict | Piece
"""A stretch of the merged body: text as it stands, two versions of it, or a piece."""


def merged_body(base: str | None, theirs: str, ours: str) -> list[Part]:
    """Merge three bodies, or without a base two; each ends with a line break or is empty."""
    their_pieces, our_pieces = read_pieces(theirs), read_pieces(ours)
    base_pieces = _common(their_pieces, our_pieces) if base is None else read_pieces(base)
    known = [] if base is None else base_pieces
    their_new = _new_sections(their_pieces, [*known, *our_pieces])
    our_new = _new_sections(our_pieces, [*known, *their_pieces])
    kept = [piece for piece in our_pieces if piece.section not in our_new]
    merge = _Merge(base_pieces, their_pieces, kept, their_new)
    before = ""
    for section in dict.fromkeys(piece.section for piece in our_pieces):
        if section in our_new:
            merge.add_section(before, our_new[section])
        else:
            before = section
    return merge.parts()


def _new_sections(side: Sequence[Piece], others: Sequence[Piece]) -> dict[str, str]:
    """The text of each section that only one side has, by heading. One into which something was moved is none."""
    known = {piece.section for piece in others}
    items = {name for piece in others if piece.kind is not Kind.TEXT for name in piece.names}
    new: dict[str, str] = {}
    moved: set[str] = set()
    for piece in side:
        if piece.section not in known:
            new[piece.section] = new.get(piece.section, "") + piece.raw
            if piece.kind is not Kind.TEXT and not items.isdisjoint(piece.names):
                moved.add(piece.section)
    return {name: text for name, text in new.items() if name not in moved}


def _common(theirs: Sequence[Piece], ours: Sequence[Piece]) -> list[Piece]:
    """What two versions have in common, for a base where there is none: so nothing counts as removed.

    Of a follow-up that is open in one of them, the open one is common; of one that differs otherwise nothing is, but
    that it is the same.
    """
    pairs = paired(theirs, ours, alike=False)
    same_text = dict(matches([_mark(piece) for piece in theirs], [_mark(piece) for piece in ours]))
    common = []
    for at, piece in enumerate(theirs):
        if piece.kind is Kind.TEXT:
            if at in same_text:
                common.append(piece)
        elif at in pairs:
            other = ours[pairs[at]]
            if piece.text == other.text or other.ticks(piece):
                common.append(piece)
            elif piece.ticks(other):
                common.append(other)
            else:
                common.append(replace(piece, text="", raw=""))
    return common


def _mark(piece: Piece) -> str:
    """Text as it is; entries and follow-ups all alike, since they are compared otherwise."""
    return piece.text if piece.kind is Kind.TEXT else ""


class _Merge:
    """One merge: their pieces, each with what stands in its place now and what was added after it."""

    def __init__(
        self, base: Sequence[Piece], theirs: Sequence[Piece], ours: Sequence[Piece], apart: Container[str]
    ) -> None:
        self.base, self.theirs, self.ours = base, theirs, ours
        self.apart = apart  # sections that only they have
        self.our_sections = {piece.section for piece in ours}
        self.to_theirs, self.to_ours = paired(base, theirs), paired(base, ours)
        self.instead: dict[int, list[Part]] = {}
        self.after: dict[int, list[Part]] = defaultdict(list)
        self.sections: dict[int, list[Part]] = defaultdict(list)  # new ones, behind all else that is added there
        self.stays: dict[int, int] = {}  # places in ours and in theirs of one and the same piece
        self.added: set[int] = set()  # places in ours of pieces that go into theirs
        self.begins: dict[
            int, Conflict | int
        ] = {}  # by the first place in ours of a stretch of text: its place, or its clash
        self.lost: dict[int, Conflict] = {}  # places in ours of pieces that they removed and we changed

    def parts(self) -> list[Part]:
        self._items()
        self._texts()
        self._place()
        found: list[Part] = [*self.after[-1], *self.sections[-1][1:]]
        for at, piece in enumerate(self.theirs):
            found += self.instead.get(at, [piece])
            found += self.after[at]
            new = self.sections[at]
            found += new[1:] if _blank(found[-1:]) else new
        return found

    def add_section(self, before: str, text: str) -> None:
        """Put a new section after one that they have, or at the end."""
        places = [at for at, piece in enumerate(self.theirs) if piece.section == before]
        at = places[-1] if places else len(self.theirs) - 1
        newline = "\r\n" if text.endswith("\r\n") else "\n"
        below = newline if at + 1 < len(self.theirs) and text.split("\n")[-2].strip() else ""
        self.sections[at] += [newline, text + below]

    # Entries and follow-ups, as sets ------------------------------------------------------------------------------

    def _items(self) -> None:
        for at, piece in enumerate(self.base):
            if piece.kind is not Kind.TEXT:
                self._item(piece, self.to_theirs.get(at), self.to_ours.get(at))
        old = set(self.to_ours.values())
        ours = [at for at, piece in enumerate(self.ours) if piece.kind is not Kind.TEXT and at not in old]
        known = set(self.to_theirs.values())
        theirs = [at for at, piece in enumerate(self.theirs) if piece.kind is not Kind.TEXT and at not in known]
        both = paired([self.theirs[at] for at in theirs], [self.ours[at] for at in ours], alike=False)
        twice = {ours[new]: theirs[at] for at, new in both.items()}
        for at in ours:
            if at in twice:
                self._added_by_both(twice[at], at)
            else:
                self.added.add(at)

    def _item(self, was: Piece, there: int | None, here: int | None) -> None:
        """One entry or follow-up of the base: what became of it on both sides."""
        they = self.theirs[there] if there is not None else None
        we = self.ours[here] if here is not None else None
        if there is not None and here is not None:
            self.stays[here] = there
        if they is None:
            if we is not None and here is not None and we.text != was.text:
                self.lost[here] = Conflict("line", we.section, 0, was.raw, "", we.raw)
            return
        assert there is not None
        if we is None:
            unchanged = they.text == was.text
            clash = Conflict("line", they.section, 0, was.raw, they.raw, "")
            self.instead[there] = [] if unchanged else [clash]
        elif here is not None and they.text == was.text:
            self._ours_stands(was, they, we, there, here)
        elif we.text not in (was.text, they.text):
            self.instead[there] = [Conflict("line", they.section, 0, was.raw, they.raw, we.raw)]

    def _ours_stands(self, was: Piece, they: Piece, we: Piece, there: int, here: int) -> None:
        """They left it as it was: it changes, or moves, as with us."""
        elsewhere = we.section != was.section == they.section and was.section in self.our_sections
        moved = elsewhere or we.day != was.day
        if moved:
            self.instead[there] = []
            self.added.add(here)
            del self.stays[here]
        elif we.text != was.text:
            self.instead[there] = [we]

    def _added_by_both(self, there: int, here: int) -> None:
        they, we = self.theirs[there], self.ours[here]
        self.stays[here] = there
        if they.text == we.text or they.ticks(we):
            return
        if we.ticks(they):
            self.instead[there] = [we]
        else:
            self.instead[there] = [Conflict("line", they.section, 0, "", they.raw, we.raw)]

    # Other text, by diff3 between the entries and follow-ups that all three have in one order ----------------------

    def _texts(self) -> None:
        fixed = sorted((at, self.to_theirs[at], here) for at, here in self.to_ours.items() if at in self.to_theirs)
        fixed = [each for each in fixed if self.stays.get(each[2]) == each[1]]
        for version in (1, 2):
            fixed = [fixed[at] for at in rising([each[version] for each in fixed])]
        self.fixed = {here for _, _, here in fixed}
        before = (-1, -1, -1)
        for after in [*fixed, (len(self.base), len(self.theirs), len(self.ours))]:
            self._stretch(
                _text(self.base, before[0] + 1, after[0]),
                [at for at in _text(self.theirs, before[1] + 1, after[1]) if self.theirs[at].section not in self.apart],
                _text(self.ours, before[2] + 1, after[2]),
            )
            before = after

    def _stretch(self, base: list[int], theirs: list[int], ours: list[int]) -> None:
        old, they, we = (
            [version[at].text for at in places]
            for version, places in ((self.base, base), (self.theirs, theirs), (self.ours, ours))
        )
        for chunk in diff3(old, they, we):
            if chunk.side in (Side.NEITHER, Side.SAME):
                self.stays.update(zip(ours[slice(*chunk.ours)], theirs[slice(*chunk.theirs)], strict=True))
            elif chunk.side is Side.OURS:
                for at in theirs[slice(*chunk.theirs)]:
                    self.instead[at] = []
                self._begins(chunk, theirs, ours)
                self.added.update(ours[slice(*chunk.ours)])
            elif chunk.side is Side.BOTH:
                self._clash(chunk, base, theirs, ours)

    def _begins(self, chunk: Chunk, theirs: list[int], ours: list[int]) -> None:
        """Our lines that replace some of theirs stand in the place of the first of those."""
        if chunk.theirs[0] < chunk.theirs[1] and chunk.ours[0] < chunk.ours[1]:
            self.begins[ours[chunk.ours[0]]] = theirs[chunk.theirs[0]]

    def _clash(self, chunk: Chunk, base: list[int], theirs: list[int], ours: list[int]) -> None:
        was, they, we = base[slice(*chunk.base)], theirs[slice(*chunk.theirs)], ours[slice(*chunk.ours)]
        name = self.theirs[they[0]].section if they else self.ours[we[0]].section
        versions = ((self.base, was), (self.theirs, they), (self.ours, we))
        clash = Conflict("text", name, 0, *("".join(pieces[at].raw for at in places) for pieces, places in versions))
        if they:
            self.instead.update({at: [] for at in they})
            self.instead[they[0]] = [clash]
            self.stays.update(dict.fromkeys(we, they[0]))
        else:
            self.begins[we[0]] = clash

    # Where ours goes ----------------------------------------------------------------------------------------------

    def _place(self) -> None:
        """Put what is ours after what it follows in our version."""
        limits = self._limits()
        at = -1
        logs = self._logs()
        new: dict[str, list[tuple[date, list[Part]]]] = defaultdict(list)
        for here, piece in enumerate(self.ours):
            there = self.stays.get(here)
            if there is not None:
                fixed = piece.kind is Kind.TEXT or here in self.fixed
                at = there if fixed or at < there < limits[here] else at
            begins = self.begins.get(here)
            if isinstance(begins, Conflict):
                self.after[at].append(begins)
            elif begins is not None and at < begins < limits[here]:
                at = begins
            if here in self.lost:
                self.after[at].append(self.lost[here])
            if here in self.added:
                if piece.kind is Kind.ENTRY and piece.day and piece.section in logs:
                    new[piece.section].append((piece.day, self._with_nested(here)))
                else:
                    self.after[at].append(piece)
        for section, entries in new.items():
            newest_first = self._newest_first(logs[section], section)
            self._place_entries(logs[section], entries, newest_first=newest_first)

    def _limits(self) -> list[int]:
        """For each of our pieces the place in theirs of the next line that both have in the same order."""
        limits = []
        limit = len(self.theirs)
        for here in range(len(self.ours) - 1, -1, -1):
            limits.append(limit)
            if here in self.stays and (self.ours[here].kind is Kind.TEXT or here in self.fixed):
                limit = self.stays[here]
        return limits[::-1]

    def _logs(self) -> dict[str, list[int]]:
        """Places of their entries with a date, by section, those that go left out."""
        logs: dict[str, list[int]] = defaultdict(list)
        for at, piece in enumerate(self.theirs):
            if piece.kind is Kind.ENTRY and piece.day is not None and self.instead.get(at, True):
                logs[piece.section].append(at)
        return logs

    def _with_nested(self, here: int) -> list[Part]:
        """One of our new entries, with the new follow-ups indented below it."""
        parts: list[Part] = [self.ours[here]]
        while here + 1 in self.added and self.ours[here + 1].indented:
            here += 1
            self.added.discard(here)
            parts.append(self.ours[here])
        return parts

    def _place_entries(self, log: Sequence[int], new: Sequence[tuple[date, list[Part]]], *, newest_first: bool) -> None:
        """New entries go where the log's own order has them: by date, last among equals, or first where newest comes
        first (vault format, Log entry).
        """
        days = [(at, self.theirs[at].day or date.min) for at in log]
        first: list[Part] = []
        entries: dict[int, list[Part]] = defaultdict(list)
        for day, parts in sorted(new, key=itemgetter(0), reverse=newest_first):
            at = next((at for at, known in reversed(days) if (known > day if newest_first else known <= day)), None)
            if at is None:
                first += parts
                continue
            while at + 1 < len(self.theirs) and self.theirs[at + 1].indented:
                at += 1
            entries[at] += parts
        for at, parts in entries.items():
            self.after[at][:0] = parts
        self.instead[log[0]] = [*first, *self.instead.get(log[0], [self.theirs[log[0]]])]

    def _newest_first(self, log: Sequence[int], section: str) -> bool:
        """Whether a log runs from the newest to the oldest, by their version of it, else by ours."""
        days = [day for at in log if (day := self.theirs[at].day)]
        if len(set(days)) < 2:
            days = [piece.day for piece in self.ours if piece.section == section and piece.day]
        return len(days) > 1 and days[0] > days[-1]


def _blank(parts: Sequence[Part]) -> bool:
    """Whether a part is a blank line, or nothing at all."""
    return not any(isinstance(part, Conflict) or str(getattr(part, "text", part)).strip() for part in parts)


def _text(pieces: Sequence[Piece], start: int, end: int) -> list[int]:
    return [at for at in range(start, end) if pieces[at].kind is Kind.TEXT]
