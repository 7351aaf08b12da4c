"""Parsing of an inbox line: person, kind of touch, and day.

No words are lost: the log text leaves out only what the entry already says by its note, kind or date, and only where
it stands apart from the sentence (docs/decisions/0027-words.md).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from rounds.domain.folding import fold, spaced
from rounds.domain.links import TextLink, links_in, name_of
from rounds.domain.log_followups import KINDS
from rounds.domain.periods import WEEKDAYS
from rounds.index import queries
from rounds.index.queries import PEOPLE, members_of
from rounds.notes.dates import Dated
from rounds.notes.links import plain
from rounds.vault.vault import Vault

_KIND_WORDS = {
    "emailed": "email", "mailed": "email", "mail": "email", "wrote": "email", "called": "call", "phoned": "call",
    "phone": "call", "rang": "call", "met": "meeting", "lunch": "meeting", "visited": "meeting", "zoom": "meeting",
    "replied": "reply", "answered": "reply", "thanked": "thanks", "introduced": "intro", "referred": "referral",
    "card": "card", "texted": "call",
}  # fmt: skip
_DID = frozenset({"wrote", "rang", "met", "lunch"})
_FILLERS = frozenset({"with", "to", "from", "at", "by", "had", "a", "an", "dr", "mr", "mrs", "ms", "prof", "quick"})
_BEFORE_NAME = frozenset({*KINDS, *_KIND_WORDS, *_FILLERS})
_BEFORE_KIND = frozenset({
    "had", "a", "an", "quick", "short", "long", "nice", "good", "great", "lovely", "phone", "video", "for", "over",
    "by", "with", "we", "and",
})  # fmt: skip
_BEFORE_DATE = frozenset({*_BEFORE_NAME, *_BEFORE_KIND}) - {"card"}
_NO_DATE_AFTER = frozenset({
    "to", "from", "at", "by", "for", "over", "with", "and", "until", "till", "til", "before", "after", "since",
    "through", "thru", "between", "of", "than", "starting", "not", "or",
})  # fmt: skip
"""Words before a date that isn't the day of the touch: `until 20 jan`."""

_UNTIL = frozenset({"until", "till", "til", "through", "thru", "from", "after", "since", "starting"})
"""Words before a future date that is information, not a task."""

_TO_DO = frozenset(
    {"ask", "call", "check", "email", "invite", "meet", "plan", "remind", "schedule", "send", "thank", "write"}
)
_DONE = re.compile(r"\b(?:yesterday|today|ago|last)\b")
_DEADLINE = re.compile(r"\b(?:by|before)\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)\b", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_STRONG = re.compile(r"(?:today|yesterday|tonight|last\s.*|.*\sago|\d{4}-\d\d-\d\d)\ufffc*", re.IGNORECASE | re.DOTALL)
"""Dates that almost always mean the day of the touch."""

_A_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_ONE_OF_SEVERAL = re.compile(
    rf"\s*+(?:(?:[,/&+]|and\b|or\b)\s*+{_A_DAY}|(?:[–—-]|to\b|till?\b|until\b|through\b)\s*+(?:\d|{_A_DAY}))",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\s*+(?:\ufffc|(?:with|at|about|re)\b)", re.IGNORECASE)
"""Words after a date that belongs to the touch: `coffee friday with`."""

_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"\w+")
_LINK, _MORE, _TAKEN = "\ufffa", "\ufffb", "\ufffc"
_SIGNS = re.compile(f"[{_LINK}{_MORE}{_TAKEN}]")
_NAMING = re.compile(rf"{_LINK}{_MORE}*+|[^\s,;:{_LINK}{_MORE}{_TAKEN}]+")
_STANDS = re.compile(r"(?:[^\w'’/@#-]|^)?[^\W\d_]+(?:[^\w'’/-]|$)?")
_APART = " \t,;:.-–—"
_EDGE = re.compile(r"\s*+(?:$|[,;:.)](?!\w))")
_POINTS = re.compile(r"(?<![,;:.–—-])[,;:.–—-]++(?=\s|$)\s*+")
_NEAR = 40
"""Characters before a date to search for the preceding word."""

Span = tuple[int, int]
Day = date


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One inbox line and its parsed meaning.

    Attributes:
        line: 1-based line of Inbox.md.
        text: as typed, without a list mark.
        path: path of the matching note; empty if there are none or several.
        name: that note's name.
        candidates: the matching names if there are several.
        kind: kind of touch; empty if no word names one (then it's a note).
        words: the remaining text, for the log.
        comment: the line's hidden comments, as written; added to the log entry.
        to_do: name of the note if the line is a task still to be done; else empty.
        taken: the parts left out of `words`.
    """

    line: int
    text: str
    path: str
    name: str
    candidates: tuple[str, ...]
    kind: str
    date: date
    words: str
    comment: str = ""
    to_do: str = ""
    taken: tuple["Taken", ...] = ()

    @property
    def said(self) -> str:
        """The log text: the remaining words, or the whole visible line if none remain."""
        return self.words or plain(self.text)

    def corrected(
        self, *, path: str = "", name: str = "", kind: str | None = None, on: Day | None = None
    ) -> "InboxItem":
        """The item with another person, day or kind; words left out for the old values return to its text."""
        right = {"who": path, "kind": self.kind if kind is None else kind, "when": str(on or self.date)}
        taken = tuple(
            each for each in self.taken if right[each.what] in each.means or (each.what == "who" and not path)
        )
        return replace(
            self, path=path or self.path, name=name or self.name, candidates=() if path else self.candidates,
            kind=right["kind"], date=on or self.date, taken=taken,
            words=self.words if taken == self.taken else _rest(self.text, taken),
        )  # fmt: skip


class Taken(NamedTuple):
    """A part of the line that the log leaves out.

    Attributes:
        what: `who`, `kind` or `when`.
        start, end: offsets in the item's text.
        means: the values it stands for: paths, a kind, a day.
    """

    what: str
    start: int
    end: int
    means: tuple[str, ...]


class Name(NamedTuple):
    """A person's name or alias, as folded words, and the note that has it."""

    words: tuple[str, ...]
    path: str
    title: str


def names(vault: Vault) -> list[Name]:
    """Everyone an inbox line may be about, with one entry per name."""
    known = vault.ask(queries.names_to_match, PEOPLE)
    return [Name(tuple(name.split()), path, title) for path, title, _, names, _ in known for name in members_of(names)]


def read_thought(vault: Vault, line: int, text: str, known: Sequence[Name]) -> InboxItem:
    """Parse an inbox line.

    Args:
        line: 1-based line of Inbox.md.
        text: without list mark and comments.
        known: all names.
    """
    today = vault.today()
    masked = _Masked(vault, text)
    people, who = masked.people or _people(masked.text, known, masked.names)
    rest = _blanked(masked.text, who)
    dated, ahead = _date(rest, today)
    if not people:
        people, who = _people(_blanked(rest, dated and dated[:2]), known, masked.names)
        rest = _blanked(rest, who)
    kind, kind_at = _kind(_blanked(rest, dated and dated[:2]))
    if dated is not None and not _is_clear(rest, dated):
        dated = None
    day = dated.day if dated else today
    paths = tuple(each.path for each in people)
    called = [word for each in known if each.path in paths for word in (each.title, *each.words)] if who else []
    when = dated[:2] if dated is not None and dated.clock is None else None
    found = [
        *masked.taken("who", who, paths, called),
        *masked.taken("kind", kind_at, (kind,), (kind,)),
        *masked.taken("when", when, (str(day),), (str(day), WEEKDAYS[day.weekday()])),
    ]
    taken = _apart(masked.text, found)
    item = InboxItem(
        line, text, path="", name="", candidates=(), kind=kind, date=day, words=_rest(text, taken), taken=taken
    )
    if len(people) > 1:
        return replace(item, candidates=tuple(person.title for person in people))
    if not people:
        return item
    to_do = ahead or _is_to_do(masked.text)
    only = people[0]
    return replace(item, to_do=only.title) if to_do else replace(item, path=only.path, name=only.title)


class _Masked:
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
            masked += (text[at : link.start], f"{_LINK}{_MORE * (length - 1)}")
            at = link.end
            self._links[link.start] = link
            if _ISO_DAY.fullmatch(name):
                masked[-1] = name.ljust(length, _TAKEN)
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


def _blanked(text: str, place: Span | None) -> str:
    return text if place is None else f"{text[: place[0]]}{_TAKEN * (place[1] - place[0])}{text[place[1] :]}"


def _is_to_do(text: str) -> bool:
    """Whether a line is a task: filing it would log something that hasn't happened."""
    return text.split(maxsplit=1)[0].lower() in _TO_DO and not _DONE.search(text.lower())


def _date(text: str, today: date) -> tuple[Dated | None, bool]:
    """The first possible date of the touch, and whether the line has a deadline."""
    from rounds.notes.dates import dates_in

    for found in dates_in(text, today=today, past=True):
        before = _WORDS.findall(text[max(0, found.start - _NEAR) : found.start].lower())[-1:]
        if before in (["by"], ["before"]) or text[found.start : found.end].lower().startswith("by "):
            return None, True
        if found.day > today and not _UNTIL.issuperset(before):
            return None, True
        if found.day <= today and not (before and before[0] in _NO_DATE_AFTER):
            return found, False
    return None, _DEADLINE.search(text) is not None


def _is_clear(text: str, dated: Dated) -> bool:
    """Whether a date is the day of the touch, not of something mentioned in the line.

    Args:
        text: without the person's name.
    """
    start, end, phrase = dated.start, dated.end, text[dated.start : dated.end]
    if _ONE_OF_SEVERAL.match(text, end):
        return False
    before = _WORDS.findall(text[:start].lower())
    strong = _STRONG.fullmatch(phrase) is not None
    if any(word not in _BEFORE_DATE for word in before):
        return strong and text[:start].rstrip()[-1:] in {",", ";", ":", ".", "("} and _EDGE.match(text, end) is not None
    after = _WORDS.findall(text[end : end + _NEAR].lower())[:1]
    begins = not before and _BEFORE_NAME.issuperset(after)
    goes_on = _EDGE.match(text, end) is not None or _GOES_ON.match(text, end) is not None
    return strong or begins or goes_on or any(_did(word) for word in before)


def _did(word: str) -> bool:
    return word in _DID or (word in _KIND_WORDS and word.endswith("ed"))


def _people(text: str, known: Sequence[Name], linked: Mapping[int, str]) -> tuple[list[Name], Span | None]:
    """The people the line starts with or names in full, and the span.

    Args:
        linked: the folded names of links that match nobody, by their start.
    """
    words = [*_NAMING.finditer(text)]
    folded = [linked[word.start()] if word.start() in linked else spaced(fold(word[0])) for word in words]
    best: list[Name] = []
    used = (0, 0)
    first = True
    for start in range(len(folded)):
        for end in range(min(start + 6, len(folded)), start, -1):
            wanted = tuple(" ".join(folded[start:end]).split())
            fits = {name.path: name for name in known if wanted and _fits(name, wanted, first=first)}
            if fits and folded[start] and folded[end - 1] and (not best or end - start > used[1] - used[0]):
                best, used = list(fits.values()), (start, end)
                break
        first = first and folded[start] in _BEFORE_NAME
    return best, (words[used[0]].start(), words[used[1] - 1].end()) if best else None


def _fits(name: Name, wanted: tuple[str, ...], *, first: bool) -> bool:
    """Whether the whole name matches; at the start of a line, its first word, last word or prefix is enough."""
    if name.words == wanted:
        return True
    return first and (name.words[: len(wanted)] == wanted or (len(wanted) == 1 and name.words[-1:] == wanted))


def _kind(text: str) -> tuple[str, Span | None]:
    """The first word for a kind of touch, and its span if it stands apart from the sentence.

    Verbs (`called`) count anywhere; nouns count only at the start or after words such as `had a`: `prefers email` isn't
    an email.
    """
    before, leading = "", True
    for match in _WORD.finditer(text):
        word = match[0].lower()
        leading = leading and (not before or before in _BEFORE_KIND)
        if word in KINDS and (leading or before in _BEFORE_KIND):
            return word, match.span() if _STANDS.fullmatch(text[max(0, match.start() - 1) : match.end() + 1]) else None
        if word in _KIND_WORDS and (word.endswith("ed") or leading or word in _DID):
            return _KIND_WORDS[word], None
        before = word
    return "", None


def _apart(text: str, found: Iterable[Taken]) -> tuple[Taken, ...]:
    """The parts the log can leave out: at the start of the line, or a day that ends a clause."""
    taken, at, head = [], 0, True
    for each in sorted(found, key=lambda each: each.start):
        head = head and not text[at : each.start].strip(_APART)
        at = each.end
        ends = _EDGE.match(text, each.end) is not None and text[each.end : each.end + 1] != ")"
        strong = each.what != "when" or _STRONG.fullmatch(text[each.start : each.end]) is not None
        if (head and strong) or (ends and each.what == "when"):
            taken.append(each)
        else:
            head = False
    return tuple(taken)


def _rest(text: str, taken: Sequence[Taken]) -> str:
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
    if set(text.lower().split()) <= _FILLERS:
        return ""
    for link in reversed(links_in(text)):
        start, end = link.path
        inner = text[start:end].strip()
        if inner.startswith("./"):  # relative to the inbox; now relative to the vault's root
            text = f"{text[:start]}{inner[1:]}{text[end:]}"
    return text
