"""Parsing of one typed line, of the inbox or of `+`: person, kind of touch, day, and follow-ups.

No words are lost: the log text leaves out only what the entry already says by its note, kind or date, and only where
it stands apart from the sentence (docs/decisions/0027-words.md).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import NamedTuple

from rounds.domain.folding import fold, spaced
from rounds.domain.log_followups import KINDS
from rounds.domain.periods import WEEKDAYS
from rounds.notes.dates import Dated, dates_in
from rounds.notes.links import plain
from rounds.notes.next_steps import NextStep, next_steps
from rounds.vault.line_kinds import BEFORE_KIND, KIND_WORDS, did, kind_in
from rounds.vault.line_names import (
    BEFORE_NAME,
    TAKEN,
    TO_DO,
    Name,
    Names,
    named_beside,
    new_name,
    people_in,
)
from rounds.vault.line_words import APART, EDGE, STRONG, Masked, Taken, apart, blanked, rest_of
from rounds.vault.vault import Vault

_HAPPENED = frozenset({"had", "was", "were", "said", "told", "left", "sent", "gave", "did", "went"})
_BEFORE_DATE = frozenset({*BEFORE_NAME, *BEFORE_KIND}) - {"card"}
_NO_DATE_AFTER = frozenset({
    "to", "from", "at", "by", "for", "over", "with", "and", "until", "till", "til", "before", "after", "since",
    "through", "thru", "between", "of", "than", "starting", "not", "or",
})  # fmt: skip
"""Words before a date that isn't the day of the touch: `until 20 jan`."""

_UNTIL = frozenset({"until", "till", "til", "through", "thru", "from", "after", "since", "starting"})
"""Words before a future date that is information, not a task."""

_DONE = re.compile(r"\b(?:yesterday|ago|last)\b")
_TODAY = re.compile(r"\btoday\b", re.IGNORECASE)
_CLOCK_TODAY = re.compile(r"\btoday,?\s+(?:at\s+)?\d", re.IGNORECASE)
_SAID = re.compile(r"(?:,?\s+[A-Z][A-Z./-]{1,7})*+\s*:")
"""What follows a name, maybe with its credentials, before what was said."""

_TOUCH_FIRST = re.compile(
    rf"\W*(?:{'|'.join(sorted({*KINDS, *KIND_WORDS} - {'note', 'card', 'event', 'article', 'gift'}))})\b"
    r"(?:(?:dr|mr|mrs|ms|prof)\.|[^,;:.!?])*",
    re.IGNORECASE,
)
"""A clause that begins with the touch, `met her at the fair`, so that the day at its end is the touch's."""

_RECENT = timedelta(days=180)
_DEADLINE = re.compile(r"\b(?:by|before)\s+(?:the\s+)?\d{1,2}(?:st|nd|rd|th)\b", re.IGNORECASE)
_A_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_ONE_OF_SEVERAL = re.compile(
    rf"\s*+(?:(?:[,/&+]|and\b|or\b)\s*+{_A_DAY}|(?:[–—-]|to\b|till?\b|until\b|through\b)\s*+(?:\d|{_A_DAY}))",
    re.IGNORECASE,
)
_A_WEEKDAY = re.compile(rf"(?:(?:on|this)\s+)?{_A_DAY}", re.IGNORECASE)
_GOES_ON = re.compile(r"\s*+(?:\ufffc|(?:with|at|about|re)\b)", re.IGNORECASE)
"""Words after a date that belongs to the touch: `coffee friday with`."""

_WORDS = re.compile(r"\w+")
_NEAR = 40
"""Characters before a date to search for the preceding word."""

Day = date


class Plan(NamedTuple):
    """A follow-up that a line names.

    Attributes:
        text: what to do; empty if the kind says it.
        due: its day; None for none.
        clock: its time of day, if any.
        kind: the kind of touch it will be; empty for none.
    """

    text: str
    due: date | None
    clock: time | None
    kind: str


_NO_PLAN = Plan("", None, None, "")


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
        places: paths of the candidates, or of the one matching note.
        new: the name of nobody known, which may be a new partner's; else empty.
        also: names of others beside the first, `Yuki and Dana`, for whom nothing is written.
        ahead: whether it's still to be done, whoever it's about.
        asks: whether it could be either.
        plan: the follow-up that the line is if it's still to be done.
        steps: the follow-ups that it names besides.
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
    taken: tuple[Taken, ...] = ()
    places: tuple[str, ...] = ()
    new: str = ""
    also: tuple[str, ...] = ()
    ahead: bool = False
    asks: bool = False
    plan: Plan = _NO_PLAN
    steps: tuple[Plan, ...] = ()

    @property
    def about(self) -> str:
        """Path of the one note that matches, also for a line that's still to be done; empty for none or several."""
        return self.path or ("" if self.candidates or len(self.places) != 1 else self.places[0])

    @property
    def said(self) -> str:
        """The log text: the remaining words, or the whole visible line if none remain and it's only the entry."""
        return self.words or ("" if self.steps and self.kind else plain(self.text))

    def corrected(
        self, *, path: str = "", name: str = "", kind: str | None = None, on: Day | None = None
    ) -> "InboxItem":
        """The item with another person, day or kind; words left out for the old values return to its text.

        A typed name that turns out to mean a candidate stays left out.
        """
        means = NEW if path in self.places and self.new else path
        right = {"who": means, "kind": self.kind if kind is None else kind, "when": str(on or self.date), "next": ""}
        taken = tuple(
            each for each in self.taken if right[each.what] in each.means or (each.what == "who" and not path)
        )
        return replace(
            self, path=path or self.path, name=name or self.name, candidates=() if path else self.candidates,
            places=(path,) if path else self.places, new="" if path else self.new, to_do="" if path else self.to_do,
            kind=right["kind"], date=on or self.date, taken=taken,
            words=self.words if taken == self.taken else rest_of(self.text, taken),
        )  # fmt: skip


NEW = "\0"
"""Path of a partner who isn't in the vault yet."""


def read_thought(vault: Vault, line: int, text: str, known: Names) -> InboxItem:
    """Parse a typed line.

    Args:
        line: 1-based line of Inbox.md.
        text: without list mark and comments.
        known: all names.
    """
    parsed = _Parsed(vault, text, known)
    name = "" if parsed.masked.people else new_name(parsed.undated)
    words = tuple(spaced(fold(name)).split())
    if not words or (parsed.people and not parsed.is_other(words) and not parsed.is_behind_other):
        return parsed.item(line)
    item = _Parsed(vault, text, known, Name(words, NEW, name)).item(line)
    return replace(
        item,
        candidates=tuple(each.title for each in parsed.people),
        places=tuple(each.path for each in parsed.people),
    )


class _Parsed:
    """The parts of a line.

    Attributes:
        head: the masked line, its follow-ups blanked; the whole one if it's nothing but a follow-up.
        people: the notes that may be meant, and where they are named.
        named_day: the first date that may be the touch's; `dated` if it clearly is.
        undated: the head with its days blanked.
    """

    def __init__(self, vault: Vault, text: str, known: Names, new: Name | None = None) -> None:
        self.today = today = vault.today()
        self.text, self.known, self.masked = text, known, Masked(vault, text)
        self.head = masked = self.masked.text
        self.steps = [*next_steps(text, today=today)]
        for step in self.steps:
            self.head = f"{self.head[: step.start]};{' ' * (step.end - step.start - 1)}{self.head[step.end :]}"
        self.only_step = bool(self.steps) and not self.head.strip(APART)
        if self.only_step:
            self.head = masked
        people, who = self.masked.people or people_in(self.head, known, self.masked.names, new)
        rest = blanked(self.head, who)
        dated, self.ahead = _date(rest, today)
        if not people:
            day = dated or next(_days_ahead(rest, today), None)
            people, who = people_in(blanked(rest, day and day[:2]), known, self.masked.names, new)
            rest = blanked(rest, who)
        self.kind, self.kind_at = kind_in(blanked(rest, dated and dated[:2]))
        self.named_day = dated
        self.dated = dated if dated is not None and _is_clear(rest, dated) else None
        self.people, self.who, self.rest = people, who, rest
        self.undated = self.head
        for found in (dated, next(_days_ahead(rest, today), None)):
            self.undated = blanked(self.undated, found and found[:2])

    @property
    def is_behind_other(self) -> bool:
        """Whether a name that nobody here has stands before the person's: `met Noor Haddad, who knows Dana`."""
        before = self.undated[: self.who[0]] if self.who else ""
        words = tuple(spaced(fold(new_name(before))).split())
        known = [each.words for each in people_in(before, self.known, {})[0]]
        return bool(words) and not any(words in (each[: len(words)], each[-1:]) for each in known)

    def is_other(self, words: tuple[str, ...]) -> bool:
        """Whether a name that begins like the one found, `Dana Smith`, isn't that person's, Dana Whitlock."""
        typed = tuple(spaced(fold(self.head[slice(*self.who)])).split()) if self.who else ()
        longer = len(words) > len(typed) and words[: len(typed)] == typed
        return longer and not any(
            each.words in (typed, words) or each.words[: len(words)] == words for each in self.people
        )

    def item(self, line: int) -> InboxItem:
        """What the line means."""
        day = self.dated.day if self.dated else self.today
        when = self.dated[:2] if self.dated is not None and self.dated.clock is None else None
        steps = [] if self.only_step else [Taken("next", each.start, each.end, ("",)) for each in self.steps]
        found = [*self._named(), *self.masked.taken("when", when, (str(day),), (str(day), WEEKDAYS[day.weekday()]))]
        taken = tuple(sorted([*apart(self.head, found), *steps], key=lambda each: each.start))
        item = InboxItem(
            line, self.text, path="", name="", candidates=(), kind=self.kind, date=day, words=rest_of(self.text, taken),
            taken=taken, plan=self._plan(),
            steps=() if self.only_step else tuple(Plan(each.text, each.due, each.clock, "") for each in self.steps),
        )  # fmt: skip
        to_do, asks = (True, False) if self.only_step else _is_to_do(self.head, self.rest, self)
        item = replace(
            item, ahead=to_do, asks=asks, places=tuple(each.path for each in self.people if each.path != NEW)
        )
        if len(self.people) > 1:
            return replace(item, candidates=tuple(person.title for person in self.people))
        if not self.people:
            return item
        only, item = self.people[0], replace(item, also=named_beside(self.head, self.who, self.known))
        if only.path == NEW:
            return replace(item, new=only.title, to_do=only.title if to_do else "")
        return replace(item, to_do=only.title) if to_do else replace(item, path=only.path, name=only.title)

    def _named(self) -> list[Taken]:
        """The words for the person and the kind."""
        paths = tuple(each.path for each in self.people)
        called = [word for each in self.known.all if each.path in paths for word in (each.title, *each.words)]
        return [
            *self.masked.taken("who", self.who, paths, called if self.who else []),
            *self.masked.taken("kind", self.kind_at, (self.kind,), (self.kind,)),
        ]

    def _plan(self) -> Plan:
        """The follow-up that the line is if it's still to be done."""
        if self.only_step:
            first, *more = self.steps
            text = "; ".join([first.text, *(each.text for each in more)])
            return Plan(text, first.due, first.clock, "")
        found = next(_days_ahead(self.rest, self.today), None)
        taken = [*apart(self.head, [*self._named(), *_spans(self.steps)])]
        if found is not None:
            led = _LED.search(self.head[: found.start])
            taken = [each for each in taken if each.end <= found.start or each.start >= found.end]
            taken.append(Taken("when", led.start(1) if led else found.start, found.end, ()))
        text = rest_of(self.text, [*taken, *_spans(self.steps)]).strip(APART)
        kind = "" if self.kind == "note" else self.kind
        return Plan(text, found and found.day, found and found.clock, kind)


_LED = re.compile(r"(?:^|\s)((?:before|until|till|for|at)\s+)$", re.IGNORECASE)


def _spans(steps: Iterable[NextStep]) -> list[Taken]:
    return [Taken("next", each.start, each.end, ("",)) for each in steps]


def _days_ahead(text: str, today: date) -> Iterator[Dated]:
    """The dates in a line that may be the day of a follow-up."""
    for found in dates_in(text, today=today, short=True):
        before = _before(text, found.start)
        sure = text[found.start].isalpha() or "-" in text[found.start : found.end] or found.clock is not None
        if found.day >= today and not _UNTIL.intersection(before) and (sure or _BEFORE_DATE.issuperset(before)):
            yield found


def _is_past(parsed: _Parsed) -> bool:
    """Whether a line names a day that is over, as more than a weekday: `20 nov` is, if it was within half a year."""
    dated = parsed.dated
    if dated is None or _A_WEEKDAY.match(parsed.rest, dated.start):
        return False
    return parsed.today - _RECENT < dated.day < parsed.today


def _before(text: str, start: int) -> list[str]:
    """The word directly before a date; none if the person's name stands there."""
    return _WORDS.findall(text[max(0, start - _NEAR) : start].lower().rpartition(TAKEN)[2])[-1:]


def _is_to_do(text: str, rest: str, parsed: _Parsed) -> tuple[bool, bool]:
    """Whether a line is a task, because filing it would log something that hasn't happened; and whether to ask.

    Args:
        rest: the line without the person's name.
    """
    if parsed.ahead:
        return True, False
    first, second = [*_WORDS.findall(text[:_NEAR].lower()), "", ""][:2]
    first = second if (first, second) in {("phone", "call"), ("text", "message")} else first
    if first in TO_DO and first != second and not _DONE.search(text.lower()) and not _is_past(parsed):
        is_touch = first in KINDS or first in KIND_WORDS
        said = parsed.who is not None and _SAID.match(text, parsed.who[1]) is not None
        is_done = is_touch and (said or (_TODAY.search(text) is not None and not _CLOCK_TODAY.search(text)))
        return not is_done, is_touch
    dated = parsed.named_day
    words = _WORDS.findall(rest.lower())
    if dated is None or parsed.kind in {"", "note"} or not _A_WEEKDAY.match(rest, dated.start):
        return False, False
    if any(map(did, words)) or not _HAPPENED.isdisjoint(words):
        return False, False
    after = rest[dated.end :].lstrip(f"{APART}{TAKEN}").lower()
    says_more = after and not after.startswith(("at ", "with"))
    return dated.clock is not None, dated.clock is not None or (parsed.dated is not None and not says_more)


def _date(text: str, today: date) -> tuple[Dated | None, bool]:
    """The first possible date of the touch, and whether the line has a deadline."""
    for found in dates_in(text, today=today, past=True, short=True):
        before = _before(text, found.start)
        if before in (["by"], ["before"]) or text[found.start : found.end].lower().startswith("by "):
            return None, True
        if found.day > today and not _UNTIL.intersection(before):
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
    strong = STRONG.fullmatch(phrase) is not None
    if strong and _TOUCH_FIRST.fullmatch(text[:start]) and EDGE.match(text, end):
        return True
    if any(word not in _BEFORE_DATE for word in before):
        return strong and text[:start].rstrip()[-1:] in {",", ";", ":", ".", "("} and EDGE.match(text, end) is not None
    after = _WORDS.findall(text[end : end + _NEAR].lower())[:1]
    begins = not before and BEFORE_NAME.issuperset(after)
    goes_on = EDGE.match(text, end) is not None or _GOES_ON.match(text, end) is not None
    return strong or begins or goes_on or any(did(word) for word in before)
