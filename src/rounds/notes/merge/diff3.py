"""Line comparison: common lines of two versions, and diff3 of three."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeVar

from rounds.errors import Difference, Problem
from rounds.notes.frontmatter.fences_quoting import lf

T = TypeVar("T")

_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
_HEADING = re.compile(r"(#{1,6})(?=[ \t\r\n]|\Z)(.*)")
_CLOSING_HASHES = re.compile(r"(?<![ \t])[ \t]++#++[ \t\r]*+$")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_COMPARED = 250_000
"""Pairs of lines to compare; a larger stretch without unique lines counts as entirely different, because comparing
is quadratic."""


class Side(Enum):
    """The version that a stretch takes."""

    THEIRS = "they changed it, or we did not"
    OURS = "only we changed it"
    BOTH = "both changed it, differently"


class Chunk(NamedTuple):
    """A stretch of three versions, as [start, end) of each, and the version it takes."""

    side: Side
    base: tuple[int, int]
    theirs: tuple[int, int]
    ours: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A stretch that both sides changed differently.

    Attributes:
        kind: `property`, `line` (a log entry or a follow-up) or `text`.
        name: the property, or the heading above; empty above the first heading.
        line: 1-based, in the merged note; 0 until known.
        base, theirs, ours: whole lines of each version; empty if it has none there.
    """

    kind: str
    name: str
    line: int
    base: str
    theirs: str
    ours: str
    path: str = ""

    @property
    def problem(self) -> Problem:
        """The conflict as a problem of the note."""
        what = "property" if self.kind == "property" else "line" if self.kind == "line" else "stretch of text"
        where = f"the property {self.name}" if self.kind == "property" else f"a {what} under {self.name}"
        where = where if self.name else f"a {what}"
        return Problem(
            f"Two versions say different things: {where}.", self.line, hint="Choose one of the two.", path=self.path
        )

    @property
    def difference(self) -> Difference:
        """The conflict as an error shows it."""
        return Difference(self.problem.message, self.theirs, self.ours)


def common_lines(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Index pairs of equal lines in two versions, ascending in both: the unchanged lines of a diff.

    Common ends first, then lines unique in each version (a patience diff), then the stretches between.
    """
    found: list[tuple[int, int]] = []
    pending = [(0, len(one), 0, len(other))]
    while pending:
        a, b, c, d = pending.pop()
        while a < b and c < d and one[a] == other[c]:
            found.append((a, c))
            a, c = a + 1, c + 1
        while a < b and c < d and one[b - 1] == other[d - 1]:
            b, d = b - 1, d - 1
            found.append((b, d))
        if a == b or c == d:
            continue
        anchors = [(a + at, c + there) for at, there in _unique_lines(one[a:b], other[c:d])]
        if anchors:
            for (at, there), (next_at, next_there) in zip([(a - 1, c - 1), *anchors], [*anchors, (b, d)], strict=True):
                pending.append((at + 1, next_at, there + 1, next_there))
            found += anchors
        elif (b - a) * (d - c) <= _MOST_COMPARED:
            from difflib import SequenceMatcher  # few texts need it

            for block in SequenceMatcher(None, one[a:b], other[c:d], autojunk=False).get_matching_blocks():
                found += ((a + block.a + step, c + block.b + step) for step in range(block.size))
    return sorted(found)


def _unique_lines(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Index pairs of lines that are unique in both stretches, the longest ascending run."""
    counts, others = Counter(one), Counter(other)
    places = {line: at for at, line in enumerate(other)}
    pairs = [(at, places[line]) for at, line in enumerate(one) if counts[line] == 1 and others[line] == 1]
    return [pairs[at] for at in _longest_ascending([there for _, there in pairs])]


def _longest_ascending(numbers: Sequence[int]) -> list[int]:
    """Indexes of a longest ascending subsequence."""
    tails: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        tails[at : at + 1] = [number]
        places[at : at + 1] = [place]
        before.append(places[at - 1] if at else -1)
    run: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        run.append(place)
        place = before[place]
    return run[::-1]


def diff3(base: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> list[Chunk]:
    """Split three versions into stretches. Every line of each version is in exactly one of them.

    If both sides changed a stretch, common lines at its start and end are moved out of it, as in git.
    """
    to_theirs, to_ours = dict(common_lines(base, theirs)), dict(common_lines(base, ours))
    chunks: list[Chunk] = []
    a = c = e = 0
    stable = [at for at in range(len(base)) if at in to_theirs and at in to_ours]
    for at in [*stable, len(base)]:
        there = to_theirs.get(at, len(theirs)) if at < len(base) else len(theirs)
        here = to_ours.get(at, len(ours)) if at < len(base) else len(ours)
        if (a, c, e) != (at, there, here):
            chunks += _split_changed(base, theirs, ours, Chunk(Side.BOTH, (a, at), (c, there), (e, here)))
        if at < len(base):
            chunks.append(Chunk(Side.THEIRS, (at, at + 1), (there, there + 1), (here, here + 1)))
        a, c, e = at + 1, there + 1, here + 1
    return chunks


def _split_changed(base: Sequence[str], theirs: Sequence[str], ours: Sequence[str], chunk: Chunk) -> list[Chunk]:
    (a, b), (c, d), (e, f) = chunk.base, chunk.theirs, chunk.ours
    was, they, we = base[a:b], theirs[c:d], ours[e:f]
    if was == they:
        return [chunk._replace(side=Side.OURS)]
    if we in (was, they):
        return [chunk._replace(side=Side.THEIRS)]
    head = 0
    while head < min(d - c, f - e) and they[head] == we[head]:
        head += 1
    tail = 0
    while tail < min(d - c, f - e) - head and they[-1 - tail] == we[-1 - tail]:
        tail += 1
    inner = Chunk(Side.BOTH, (a, b), (c + head, d - tail), (e + head, f - tail))
    if a == b and c + head == d - tail:
        inner = inner._replace(side=Side.OURS)
    elif a == b and e + head == f - tail:
        inner = inner._replace(side=Side.THEIRS)
    before = [Chunk(Side.THEIRS, (a, a), (c, c + head), (e, e + head))] if head else []
    after = [Chunk(Side.THEIRS, (b, b), (d - tail, d), (f - tail, f))] if tail else []
    return [*before, inner, *after]


def merged_lines(base: str | None, theirs: str, ours: str) -> list[str | Conflict]:
    """Merge three texts line by line, or two without a base, where nothing counts as removed.

    Line endings don't count as a difference; theirs are kept.
    """
    they, we = split_lines(theirs), split_lines(ours)
    plain_theirs, plain_ours = list(map(lf, they)), list(map(lf, we))
    common = [they[at] for at, _ in common_lines(plain_theirs, plain_ours)] if base is None else []
    old = common if base is None else split_lines(base)
    parts: list[str | Conflict] = []
    for chunk in diff3(list(map(lf, old)), plain_theirs, plain_ours):
        was, their_text, our_text = (
            "".join(lines[slice(*span)]) for lines, span in ((old, chunk.base), (they, chunk.theirs), (we, chunk.ours))
        )
        if chunk.side is Side.BOTH:
            parts.append(Conflict("text", "", 0, was, their_text, our_text))
        else:
            parts.append(our_text if chunk.side is Side.OURS else their_text)
    return parts


def in_order(theirs: Sequence[T], ours: Sequence[T], base: Sequence[T]) -> list[T]:
    """Their items in order; each item only in ours goes after its predecessor there; then items only in the base."""
    keys = list(theirs)
    present = set(keys)
    at = 0
    for key in ours:
        if key in present:
            at = keys.index(key) + 1
        else:
            keys.insert(at, key)
            present.add(key)
            at += 1
    return [*keys, *(key for key in base if key not in present)]


def split_lines(text: str) -> list[str]:
    """The lines of a text with their line breaks, which are LF or CRLF only."""
    return _LINE.findall(text)


def fence_after(line: str, fence: str) -> str:
    """The open code fence after this line, given the one before it."""
    match = _FENCE.match(line)
    if match is None:
        return fence
    if not fence:
        return match[1]
    closes = match[1].startswith(fence) and not line.strip().strip(match[1][0])
    return "" if closes else fence


def heading_of(line: str) -> tuple[int, str] | None:
    """Level and text of a heading; None for any other line."""
    match = _HEADING.match(line)
    return (len(match[1]), _CLOSING_HASHES.sub("", match[2]).strip()) if match else None
