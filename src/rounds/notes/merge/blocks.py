"""Merge pieces: a note's properties, log entries, follow-ups, and lines of other text."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from enum import Enum

from rounds.domain.activity import Status
from rounds.notes.comments import HIDDEN, hidden, inner_lines, markup, shown, uncommented
from rounds.notes.comments import Kind as Hides
from rounds.notes.log import ENTRY
from rounds.notes.merge.diff3 import heading_of, lf, split_lines
from rounds.notes.tasks import TASK, parse_task

_ALIKE = 0.6
"""Similarity from which an unmatched new line counts as an edit of an unmatched old one."""
_MOST_LIKENED = 40


class Kind(Enum):
    """Kind of a piece."""

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
        meaning: of a follow-up, all its content except whether it is done; of a property, its value.
        open: of a follow-up, whether it is open.
        key: identity across the versions in a merge; for text, the text itself.
    """

    kind: Kind
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
        return other.open and not self.open and self.kind is Kind.TASK and self.meaning == other.meaning


def read_pieces(body: str) -> list[Piece]:
    """Split a body into pieces; their `raw` parts concatenate to the body.

    Lines inside code are text. A multi-line comment is one piece with the line where it starts: nothing may be inserted
    between its lines.
    """
    lines = split_lines(body)
    found = markup(body)
    seen = split_lines(hidden(body, found, Hides.COMMENT, Hides.BLOCK))
    inner = inner_lines(body, Hides.COMMENT)
    pieces: list[Piece] = []
    section = ""
    at = 0
    while at < len(lines):
        line = shown(seen[at]) or "\n"
        end = at + 1
        kind = Kind.TEXT
        if seen[at][0] == HIDDEN or _opens_code(line):
            pass
        elif heading := heading_of(line):
            section = heading[1]
        elif TASK.match(line):
            kind, end = Kind.TASK, _end(seen, at)
        elif line[0] in "-*+" and ENTRY.match(line):
            kind, end = Kind.ENTRY, _end(seen, at)
        while end in inner:
            end += 1
        pieces.append(_piece(kind, "".join(lines[at:end]), section))
        at = end
    return pieces


def _opens_code(line: str) -> bool:
    return line.lstrip()[:3] in ("```", "~~~")


def _end(lines: Sequence[str], at: int) -> int:
    """The index after the indented lines of the line at `at`; a follow-up among them is a separate piece."""
    depth = _indent(lines[at])
    at += 1
    while at < len(lines) and lines[at].strip() and _indent(lines[at]) > depth:
        if TASK.match(lines[at]) or _opens_code(lines[at]):
            break
        at += 1
    return at


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _piece(kind: Kind, raw: str, section: str) -> Piece:
    text = lf(raw)
    first = text.split("\n", 1)[0]
    if kind is Kind.ENTRY:
        return Piece(kind, raw, text, section, day=_day(first))
    if kind is Kind.TASK:
        try:
            task = parse_task(shown(uncommented(first)), 0)
        except ValueError:
            task = None
        if task is None:
            return Piece(kind, raw, text, section, words=first)
        words = f"{task.kind}: {task.text}"
        meaning = (words, task.block, task.due, task.time, task.repeat, text.partition("\n")[2])
        return Piece(kind, raw, text, section, words, task.block, None, meaning, task.status is Status.OPEN)
    return Piece(kind, raw, text, section)


def _day(line: str) -> date | None:
    match = ENTRY.match(line)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def paired(base: Sequence[Piece], side: Sequence[Piece], *, alike: bool = True) -> dict[int, int]:
    """Match entries and follow-ups of two versions, by index.

    First by text, duplicates in order; then follow-ups by block id and by words; finally, with `alike`, by similarity.
    """
    old = [at for at, piece in enumerate(base) if piece.kind is not Kind.TEXT]
    new = [at for at, piece in enumerate(side) if piece.kind is not Kind.TEXT]
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
        (SequenceMatcher(None, _said(base[at]), _said(side[other]), autojunk=False).ratio(), at, other)
        for at in old
        for other in new
        if base[at].kind is side[other].kind and not (base[at].block or side[other].block)
    )
    found: dict[int, int] = {}
    for ratio, at, other in sorted(ratios, key=lambda pair: -pair[0]):
        if ratio > _ALIKE and at not in found and other not in found.values():
            found[at] = other
    return found


def _said(piece: Piece) -> str:
    return piece.words or piece.text
