"""Joins two notes about one person into one."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from rounds.domain.contact_checks import split_contacts
from rounds.domain.folding import caseless, digits, fold, fold_value
from rounds.errors import EditRefusedError
from rounds.notes.document import Document
from rounds.notes.frontmatter.fences_quoting import lf, newline_after
from rounds.notes.markdown import CLOSE, MarkupKind, inner_lines, leaves_open
from rounds.notes.merge.diff3 import heading_of
from rounds.notes.merge.pieces import Piece, PieceKind, read_pieces
from rounds.notes.properties import LISTS, day_of, split_text
from rounds.notes.schema import LINKS

_MANY = LISTS | {"email", "phone", "introduced_by"}
"""Properties that become one list of both."""

_OWN = frozenset({"type", "id", "name"})
"""Properties that stay those of the note that is kept."""

_BLOCK = re.compile(r"\^([A-Za-z0-9-]+)(?=[ \t\r]*$)", re.MULTILINE)
_BOX = re.compile(r"(\[)[^\]]\]")
_DONE = re.compile(r" ?(?:[✅❌] ?\d{4}-\d\d-\d\d|\[(?:completion|cancelled):: ?\d{4}-\d\d-\d\d\])")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)]) ")


class Differing(NamedTuple):
    """A property with one value in both notes, and not the same.

    Attributes:
        kept: that of the note that is kept.
        other: that of the other note.
    """

    key: str
    kept: object
    other: object


# Properties -----------------------------------------------------------------------------------------------------------


def joined_properties(
    kept: Mapping[str, object],
    other: Mapping[str, object],
    *,
    names: Sequence[str],
    take: Collection[str] = (),
    is_self: Callable[[str], bool] = lambda _: False,
) -> tuple[dict[str, object], list[Differing]]:
    """What changes in the properties of the note that is kept: empty ones are filled, lists united.

    Args:
        names: of the kept note, and then the one of the other note, which becomes an alias.
        take: properties whose value comes from the other note where the two differ.
        is_self: whether a text is a link to one of the two.

    Returns:
        New values by property, and where the two differ, whichever is taken.
    """
    values: dict[str, object] = {}
    differing: list[Differing] = []
    own = {fold(name) for name in names[:-1]}
    for key in dict.fromkeys([*other, *LINKS.intersection(kept), "aliases"]):
        mine, theirs = kept.get(key), other.get(key)
        if key == "aliases":
            theirs = [text for text in [names[-1], *_items(key, theirs)] if fold(str(text)) not in own]
        if key in _OWN:
            continue
        if key in _MANY or isinstance(mine, list) or isinstance(theirs, list):
            values |= _list_of_both(key, mine, theirs, is_self)
        elif theirs in (None, "") or fold_value(mine) == fold_value(theirs):
            continue
        elif mine in (None, "") or (key == "last_contact" and _day(theirs) > _day(mine)):
            values[key] = theirs
        elif key != "last_contact":
            differing.append(Differing(key, mine, theirs))
            values |= {key: theirs} if key in take else {}
    return _with_day_checked(kept, other, values, differing), differing


def _list_of_both(key: str, mine: object, theirs: object, is_self: Callable[[str], bool]) -> dict[str, object]:
    """The new value of a list property, if it changes. What one of the two says of the other is left out."""
    lists = [_items(key, mine), _items(key, theirs)]
    if key in LINKS:
        lists = [[each for each in members if not is_self(str(each))] for members in lists]
    members = _united(key, *lists)
    if members == _items(key, mine):
        return {}
    single = members[0] if members else None
    return {key: members if len(members) > 1 or (members and key in LISTS) else single}


def _with_day_checked(
    kept: Mapping[str, object], other: Mapping[str, object], values: dict[str, object], differing: list[Differing]
) -> dict[str, object]:
    """The day on which openings were checked goes with what was found then."""
    differing[:] = [each for each in differing if each.key != "accepting_checked"]
    values.pop("accepting_checked", None)
    mine, theirs = kept.get("accepting_checked"), other.get("accepting_checked")
    is_same = fold_value(kept.get("accepting")) == fold_value(other.get("accepting"))
    if (is_same and _day(theirs) > _day(mine)) or ("accepting" in values and theirs != mine):
        values["accepting_checked"] = theirs
    elif not is_same and theirs and "accepting" in other and theirs != mine:
        differing.append(Differing("accepting_checked", mine, theirs))
    return values


def _day(value: object) -> date:
    return day_of(value) or date.min


def _items(key: str, value: object) -> list[object]:
    """The members of a property; those of a text with commas too."""
    if isinstance(value, list):
        return [each for each in value if each not in (None, "")]
    if isinstance(value, str) and value:
        return [*(split_text(key, value) if key in LISTS else split_contacts(key, value))]
    return [] if value in (None, "") else [value]


def _united(key: str, mine: Sequence[object], theirs: Sequence[object]) -> list[object]:
    """The members of the kept note, and then those that only the other one has."""
    known = {_compared(key, each) for each in mine}
    members = [*mine]
    for each in theirs:
        if _compared(key, each) not in known:
            known.add(_compared(key, each))
            members.append(each)
    return members


def _compared(key: str, value: object) -> str:
    if key == "phone":
        return digits(str(value)) or str(value)
    return caseless(str(value).strip()) if key == "email" else fold_value(value) or str(value)


# Text -----------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Unit:
    """A log entry or follow-up with all that belongs to it, or a stretch of text."""

    first: Piece
    text: str
    is_new: bool = False

    @property
    def is_text(self) -> bool:
        return self.first.kind is PieceKind.TEXT

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    @property
    def plain(self) -> str:
        """Without a mark such as `^f-k3q9`, which is the note's own."""
        return _BLOCK.sub("", lf(self.text)).strip()

    @property
    def same(self) -> str:
        """For a follow-up, also without a word of whether it's done."""
        is_task = self.first.kind is PieceKind.TASK
        return _DONE.sub("", _BOX.sub(r"\1 ]", self.plain, count=1)).rstrip() if is_task else self.plain


@dataclass(slots=True)
class _Section:
    """A heading with its line (both empty above the first one), and what stands below.

    Attributes:
        is_new: whether it comes from the other note; all of it is in `heading` then.
    """

    name: str
    heading: str
    units: list[_Unit] = field(default_factory=list)
    is_new: bool = False


def joined_body(kept: str, other: str, title: str = "") -> str:
    """The text of both, each section of the other note at the end of the one with the same heading.

    Log entries go to their day, and what both notes say is there once. A stretch of text stays whole.

    Args:
        title: of the other note; a heading with nothing but that is left out.

    Raises:
        EditRefusedError: one of the two leaves a comment or code open, which would hide the rest.
    """
    for name, text in (("The note that is kept", kept), ("The other note", other)):
        if leaves_open(text):
            raise EditRefusedError(f"{name} opens a comment or code block and doesn't close it.", hint=CLOSE)
    if not kept.strip():
        return other if other.strip() else kept
    newline = newline_after(kept, 0)
    other = lf(other).replace("\n", newline)
    sections, taken = _sections(kept), {*_BLOCK.findall(kept)}
    items = [unit for section in sections for unit in section.units if not unit.is_text]
    known = {text: unit for unit in items for text in (unit.same, unit.plain)}
    mine, at = f"\n{lf(kept)}\n", len(sections)
    lacking = [(each, [unit for unit in each.units if _is_new(unit, known, mine)]) for each in _sections(other)]
    for section, new in lacking:  # all sections were looked at: a tick in one may be for a follow-up in another
        for unit in new:
            unit.text = _BLOCK.sub(lambda found: f"^{_free(found[1], taken)}", unit.text)
            unit.is_new = True
        same = next((n for n, each in enumerate(sections) if fold(each.name) == fold(section.name)), -1)
        if same >= 0:
            for unit in new:
                unit.text = (unit.text.strip("\r\n") if unit.is_text else unit.text.rstrip("\r\n")) + newline
            _add_units(sections[same].units, new)
            at = same + 1 if section.name else at
        elif new or fold(section.name) != fold(title):
            whole = "".join([section.heading, *(unit.text for unit in section.units if unit in new or unit.is_blank)])
            sections.insert(at, _Section(section.name, whole.rstrip("\r\n") + newline, is_new=True))
            at += 1
    text = "".join(_text_of(sections, newline))
    _check(text, kept, other)
    return kept if text.rstrip("\r\n") == kept.rstrip("\r\n") else text


def _is_new(unit: _Unit, known: dict[str, _Unit], mine: str) -> bool:
    """Whether the kept note lacks a unit. A follow-up that is done in one of the two is done."""
    if unit.is_text:
        text = lf(unit.text).strip("\n")
        return bool(text.strip()) and f"\n{text}\n" not in mine
    if unit.plain in known:
        return False
    there = known.setdefault(unit.same, unit)
    known[unit.plain] = unit
    if there.first.open and not unit.first.open:
        there.text, there.first = _with_block_of(there.text, unit.text), unit.first
        return False
    return there is unit or not unit.first.open


def _with_block_of(text: str, new: str) -> str:
    """A follow-up's new text, with the mark that it had."""
    first, newline, rest = new.partition("\n")
    block = _BLOCK.search(text.partition("\n")[0])
    first = _BLOCK.sub("", first).rstrip() if block else first
    return f"{first}{f' {block[0]}' if block else ''}{newline}{rest}"


def _free(block: str, taken: set[str]) -> str:
    """A block id that the note doesn't have yet."""
    free, number = block, 1
    while free in taken:
        number += 1
        free = f"{block}-{number}"
    taken.add(free)
    return free


def _sections(body: str) -> list[_Section]:
    """The sections of a body; the first has no heading."""
    text = body if not body or body.endswith("\n") else body + newline_after(body, 0)
    inner = inner_lines(text, MarkupKind.COMMENT, MarkupKind.BLOCK)
    found, pieces, line = [_Section("", "")], read_pieces(text), 0
    for at, piece in enumerate(pieces):
        units, is_inner = found[-1].units, line in inner
        line += piece.text.count("\n")
        if piece.kind is PieceKind.TEXT and not is_inner and heading_of(piece.text.split("\n")[0]):
            found.append(_Section(piece.section, piece.raw))
        elif units and (is_inner or _belongs(pieces, at, units[-1])):
            units[-1].text += piece.raw
        else:
            units.append(_Unit(piece, piece.raw))
    return found


def _belongs(pieces: Sequence[Piece], at: int, unit: _Unit) -> bool:
    """Whether a piece belongs to the unit above: lines of text to text, and to an item what is indented below it."""
    piece = pieces[at]
    if unit.is_text or piece.kind is not PieceKind.TEXT:
        return (unit.is_text and piece.kind is PieceKind.TEXT) or (piece.indented and not unit.is_text)
    if piece.text.strip():
        return piece.indented or bool(pieces[at - 1].text.strip())
    below = next((each for each in pieces[at + 1 :] if each.text.strip()), None)
    return below is not None and below.indented


def _add_units(units: list[_Unit], new: Sequence[_Unit]) -> None:
    """Add what is new below a heading: log entries at their day, and the rest at the end, in its order."""
    days = [unit.first.day for unit in units if unit.first.day] or [unit.first.day for unit in new if unit.first.day]
    is_newest_first = len(days) > 1 and days[0] > days[-1]
    for unit in new:
        units.insert(_place(units, unit, newest_first=is_newest_first), unit)


def _place(units: Sequence[_Unit], new: _Unit, *, newest_first: bool) -> int:
    """Where a unit goes: an entry to its day, a follow-up below the last one, anything else to the end.

    Text that begins with an indented line goes above the entries and follow-ups. Below one, it would be part of it.
    """
    end = len(units) - bool(units and units[-1].is_blank)
    if new.is_text and new.text[:1] in " \t":
        texts = (at for at in range(end - 1, -1, -1) if units[at].is_text and not units[at].is_blank)
        return next(texts, -1) + 1
    if new.first.day is not None:
        dated = [(at, unit.first.day) for at, unit in enumerate(units) if unit.first.day is not None]
        for at, day in dated:
            if day < new.first.day if newest_first else day > new.first.day:
                return at
        return dated[-1][0] + 1 if dated else end
    if new.first.kind is PieceKind.TASK:
        tasks = (at for at in range(len(units) - 1, -1, -1) if units[at].first.kind is PieceKind.TASK)
        return next(tasks, end - 1) + 1
    return end


def _text_of(sections: Sequence[_Section], newline: str) -> Iterator[str]:
    """The text, with a blank line between what is new and its neighbors, but for items of one list."""
    before, is_new = "", False
    for section in sections:
        parts = [(section.heading, section.is_new), *((unit.text, unit.is_new) for unit in section.units)]
        for text, new in parts:
            is_seam = (is_new or new) and before.strip() and text.strip()
            if is_seam and not lf(before).endswith("\n\n") and text[0] not in "\r\n" and not _joins(before, text):
                yield newline
            yield text
            before, is_new = text or before, new if text else is_new


def _joins(above: str, below: str) -> bool:
    """Whether two texts can stand in neighboring lines: two items of a list."""
    return bool(_ITEM.match(above) and _ITEM.match(below))


def _check(text: str, kept: str, other: str) -> None:
    """Make sure that the joined text says all that both said.

    Raises:
        EditRefusedError: it doesn't.
    """
    now, lines = {each.same for each in _units(text)}, {line.strip() for line in text.split("\n")}
    for unit in (*_units(kept), *_units(other)):
        of_text = {line.strip() for line in unit.text.split("\n")} if unit.is_text else set()
        if leaves_open(text) or not of_text <= lines or not (unit.is_text or unit.same in now):
            raise EditRefusedError("The two texts can't be joined without changing them.", hint="Do it in the editor.")


def _units(body: str) -> Iterator[_Unit]:
    return (unit for section in _sections(body) for unit in section.units)


def comments(document: Document) -> list[str]:
    """The comment lines in the front matter."""
    return [line.strip() for line in lf(document.block).split("\n") if line.strip().startswith("#")]
