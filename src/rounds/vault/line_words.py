"""Words of a typed line, with its links masked, and what its log entry leaves out."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rounds.domain.folding import fold, spaced
from rounds.domain.links import TextLink, links_in, name_of
from rounds.index import queries
from rounds.vault.line_names import FILLERS, LINK, MORE, TAKEN, Name
from rounds.vault.vault import Vault

_SIGNS = re.compile(f"[{LINK}{MORE}{TAKEN}]")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
STRONG = re.compile(r"(?:today|yesterday|tonight|last\s.*|.*\sago|\d{4}-\d\d-\d\d)\ufffc*", re.IGNORECASE | re.DOTALL)
"""Dates that almost always mean the day of the touch."""

APART = " \t,;:.-–—"
EDGE = re.compile(r"\s*+(?:$|[,;:.)](?!\w))")
_POINTS = re.compile(r"(?<![,;:.–—-])[,;:.–—-]++(?=\s|$)\s*+")

Span = tuple[int, int]


class Taken(NamedTuple):
    """A part of the line that the log leaves out.

    Attributes:
        what: `who`, `kind`, `when` or `next`, a follow-up.
        start, end: offsets in the item's text.
        means: the values it stands for: paths, a kind, a day.
    """

    what: str
    start: int
    end: int
    means: tuple[str, ...]


class Masked:
    """A line with its links masked by placeholder characters, so that their words aren't parsed.

    Attributes:
        text: as long as the line. A link to a day becomes the day, padded.
        names: the folded name of each link, by its start.
        people: the notes that the first link to a person or place can mean, and its span; None if there is none.
    """

    def __init__(self, vault: Vault, text: str) -> None:
        self.names: dict[int, str] = {}
        self.people: tuple[list[Name], Span] | None = None
        self._raw = text
        self._links: dict[int, TextLink] = {}
        text = _SIGNS.sub("\ufffd", text)
        masked: list[str] = []
        at = 0
        for link in links_in(text):
            length, name = link.end - link.start, name_of(link.target)
            masked += (text[at : link.start], f"{LINK}{MORE * (length - 1)}")
            at = link.end
            self._links[link.start] = link
            if _ISO_DAY.fullmatch(name):
                masked[-1] = name.ljust(length, TAKEN)
                continue
            self.names[link.start] = spaced(fold(name))
            if self.people is None and (found := vault.ask(queries.link_targets, link.target)):
                self.people = [Name((), path, title) for path, title in found], (link.start, link.end)
        self.text = "".join((*masked, text[at:]))

    def taken(self, what: str, place: Span | None, means: tuple[str, ...], words: Iterable[str]) -> list[Taken]:
        """The part to leave out, if any: plain words, or a link whose text adds nothing beyond `words`."""
        if place is None:
            return []
        if (link := self._links.get(place[0])) is None:
            return [Taken(what, *place, means)]
        beside = f"{self._raw[link.start : link.path[0]]} {self._raw[link.path[1] : link.end]}"
        known = {part for word in words for part in spaced(fold(word)).split()}
        says_more = set(spaced(fold(beside)).split()) - {"md"} - known
        return [] if says_more else [Taken(what, link.start, link.end, means)]


def blanked(text: str, place: Span | None) -> str:
    return text if place is None else f"{text[: place[0]]}{TAKEN * (place[1] - place[0])}{text[place[1] :]}"


def apart(text: str, found: Iterable[Taken]) -> tuple[Taken, ...]:
    """The parts the log can leave out: at the start of the line, or a day that ends a clause."""
    taken, at, head = [], 0, True
    for each in sorted(found, key=lambda each: each.start):
        head = head and not text[at : each.start].strip(APART)
        at = each.end
        ends = EDGE.match(text, each.end) is not None and text[each.end : each.end + 1] != ")"
        strong = each.what != "when" or STRONG.fullmatch(text[each.start : each.end]) is not None
        if (head and strong) or (ends and each.what == "when"):
            taken.append(each)
        else:
            head = False
    return tuple(taken)


def rest_of(text: str, taken: Sequence[Taken]) -> str:
    """A line without the taken parts; empty if only words such as `with` remain.

    Links are rewritten to work from any note.
    """
    for each in sorted(taken, key=lambda each: -each.start):
        left, right = text[: each.start].rstrip(), text[each.end :].lstrip()
        if not left or left[-1] in ",;:–—-":
            right = right[points.end() :] if (points := _POINTS.match(right)) is not None else right
        if not right:
            left = left.rstrip(" \t,;:–—-")
        text = f"{left}{' ' if left and not _POINTS.match(right) else ''}{right}"
    text = text.strip()
    if set(text.lower().split()) <= FILLERS:
        return ""
    for link in reversed(links_in(text)):
        start, end = link.path
        inner = text[start:end].strip()
        if inner.startswith("./"):  # relative to the inbox; now relative to the vault's root
            text = f"{text[:start]}{inner[1:]}{text[end:]}"
    return text
