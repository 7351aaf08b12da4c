"""Partner matching for a client, by the client's need alone (guide, line 26).

A Candidate has no data on referrals received, closeness or last contact, so no ranking can use them; only whether
anybody has met the partner at all.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from rounds.domain.folding import fold, spaced

Alike = Callable[[str, str], float]
"""Similarity of two words, 0 to 100."""

CLOSE = 88.0
"""Similarity from which two words count as the same: misspelled, or in the plural."""

AGES: dict[str, tuple[int, int]] = {
    "older adult": (60, 150), "young adult": (18, 29), "adolescent": (12, 19), "preschool": (3, 5),
    "all ages": (0, 150), "lifespan": (0, 150), "newborn": (0, 1), "toddler": (1, 3), "infant": (0, 2),
    "senior": (60, 150), "adult": (18, 150), "child": (0, 12), "teen": (12, 19), "kid": (0, 12),
}  # fmt: skip
"""First and last year of age for a word under `serves` without numbers; longer words first."""

_RANGE = re.compile(r"(?<!\d)(\d{1,3})\s*+(?:-|–|to|through)\s*+(\d{1,3})(?!\d)")
_FROM = re.compile(r"(?:from|over|above)\s*+(\d{1,3})(?!\d)|(?<!\d)(\d{1,3})\s*+(?:\+|and (?:older|up|over))")
_UNDER = re.compile(
    r"(?:under|below)\s*+(\d{1,3})(?!\d)|(?:up to|until)\s*+(\d{1,3})(?!\d)|(?<!\d)(\d{1,3})\s*+and (?:younger|under)"
)


class Need(NamedTuple):
    """A client's criteria; empty ones don't matter.

    Attributes:
        specialties, serves, insurance, languages: each one is required.
        age: in years.
    """

    role: str = ""
    specialties: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    age: int | None = None
    insurance: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    city: str = ""
    telehealth: bool = False


def split_criteria(texts: Iterable[str]) -> tuple[str, ...]:
    """The criteria in several comma-separated texts."""
    return tuple(part.strip() for text in texts for part in text.split(",") if part.strip())


class Candidate(NamedTuple):
    """A partner's properties that a need can match, including those of the organization.

    Attributes:
        accepting: one of ACCEPTING, or empty.
        checked: the day `accepting` was last confirmed.
        treats: whether the role offers therapy or other treatment of the mind; None if unknown.
        met: whether anybody of the practice has met them.
    """

    path: str
    name: str
    role: str = ""
    specialties: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    insurance: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    city: str = ""
    telehealth: bool | None = None
    accepting: str = ""
    checked: date | None = None
    treats: bool | None = None
    met: bool = False


class Fit(IntEnum):
    """Whether a partner meets a criterion."""

    YES = 0
    UNKNOWN = 1
    NO = 2


MARKS = {Fit.YES: "+", Fit.UNKNOWN: "?", Fit.NO: "-"}
"""The sign before a reason."""


class Reason(NamedTuple):
    """A criterion, its fit, and the fit in words."""

    fit: Fit
    words: str


_NOT_MET = Reason(Fit.UNKNOWN, "nobody here has met them yet")


class Match(NamedTuple):
    """A partner who may fit a client.

    Attributes:
        reasons: one for each criterion.
        taking: whether they take new clients, in words.
        stale: whether `accepting` was confirmed too long ago, or never.
        suits: whether they see such clients, as far as is known; False for another age or population, unless a role is
            asked for.
    """

    candidate: Candidate
    reasons: tuple[Reason, ...]
    taking: Reason
    stale: bool
    suits: bool = True

    @property
    def said(self) -> tuple[Reason, ...]:
        """The reasons to show: the criteria, openings, and that nobody has met them yet."""
        return (*self.reasons, self.taking, *(() if self.candidate.met else (_NOT_MET,)))

    def order(self) -> tuple[object, ...]:
        """Sort key: if no role is asked for, roles that treat come first, if they see such clients. Then full practices
        last; criteria missed minus criteria met; unknown criteria; partners nobody has met after the others; openings;
        the name.
        """
        fits = [reason.fit for reason in self.reasons]
        waiting = {"open": 0, "": 2, "waitlist": 3}.get(self.candidate.accepting, 4)
        waiting += waiting == 0 and self.stale
        return (
            {True: 0, None: 1, False: 2}[self.candidate.treats] if self.suits else 2,
            self.candidate.accepting == "full",
            fits.count(Fit.NO) - fits.count(Fit.YES),
            fits.count(Fit.UNKNOWN),
            not self.candidate.met,
            waiting,
            fold(self.candidate.name),
            self.candidate.path,
        )


def match(need: Need, candidates: Iterable[Candidate], *, today: date, days: int, alike: Alike) -> list[Match]:
    """All partners who meet at least one criterion, best fit first.

    Args:
        days: age in days from which `accepting` is stale.
        alike: word similarity, for misspellings.
    """
    found = []
    if need.role:  # the role decides; whether it treats doesn't
        candidates = [each._replace(treats=None) for each in candidates]
    same = lru_cache(maxsize=4096)(_word_matcher(alike))  # many partners share the same few words
    for candidate in candidates:
        if need.role and candidate.role and fold(candidate.role) != fold(need.role):
            continue
        reasons = tuple(_reasons(need, candidate, same))
        if all(reason.fit is not Fit.YES for reason in reasons):
            continue
        stale = candidate.checked is None or today - candidate.checked > timedelta(days=days)
        suits = bool(need.role) or all(r.fit is not Fit.NO for r in _people_reasons(need, candidate, same))
        found.append(Match(candidate, reasons, _taking(candidate, today, stale=stale), stale, suits))
    return sorted(found, key=Match.order)


def _reasons(need: Need, candidate: Candidate, same: Callable[[str, str], bool]) -> Iterable[Reason]:
    if need.role:
        yield _reason([need.role], [candidate.role], lambda one, other: fold(one) == fold(other), "")
    for wanted, known, word in (
        (need.specialties, candidate.specialties, ""),
        (need.serves, candidate.serves, "sees"),
        (need.insurance, candidate.insurance, "takes"),
        (need.languages, candidate.languages, "speaks"),
        ((need.city,), (candidate.city,), "in"),
    ):
        for each in wanted:
            if each:
                yield _reason([each], known, same, word)
    if need.age is not None:
        yield _age_reason(need.age, candidate.serves)
    if need.telehealth:
        fit = {True: Fit.YES, False: Fit.NO, None: Fit.UNKNOWN}[candidate.telehealth]
        yield Reason(fit, _fit_words(fit, "telehealth", "", "telehealth"))


def _people_reasons(need: Need, candidate: Candidate, same: Callable[[str, str], bool]) -> Iterable[Reason]:
    """The criteria about the people they see."""
    return _reasons(Need(serves=need.serves, age=need.age), candidate, same)


def _word_matcher(alike: Alike) -> Callable[[str, str], bool]:
    """Whether every wanted word is a prefix of a known word or similar to one."""

    def near(word: str, other: str) -> bool:
        return other == word or (len(word) > 2 and (other.startswith(word) or alike(word, other) >= CLOSE))

    return lambda wanted, known: all(
        any(near(word, other) for other in _folded_words(known)) for word in _folded_words(wanted)
    )


@lru_cache(maxsize=4096)
def _folded_words(text: str) -> tuple[str, ...]:
    return tuple(spaced(fold(text)).split())


def _reason(wanted: Sequence[str], known: Sequence[str], same: Callable[[str, str], bool], word: str) -> Reason:
    said = [each for each in known if each]
    found = [each for each in said if same(wanted[0], each)]
    fit = Fit.YES if found else Fit.NO if said else Fit.UNKNOWN
    return Reason(
        fit, _fit_words(fit, wanted[0], ", ".join(said), f"{word} {found[0] if found else wanted[0]}".strip())
    )


def _fit_words(fit: Fit, wanted: str, instead: str, words: str) -> str:
    if fit is Fit.YES:
        return words
    if fit is Fit.UNKNOWN:
        return f"{wanted}: not known"
    return f"{wanted}: no" + (f", but {instead}" if instead else "")


def _age_reason(age: int, serves: Sequence[str]) -> Reason:
    spans = [(each, span) for each in serves if (span := ages(each)) is not None]
    found = [each for each, (first, last) in spans if first <= age <= last]
    fit = Fit.YES if found else Fit.NO if spans else Fit.UNKNOWN
    named = ", ".join(each for each, _ in spans)
    return Reason(fit, _fit_words(fit, f"age {age}", named, f"sees {found[0]}" if found else ""))


@lru_cache(maxsize=4096)
def ages(text: str) -> tuple[int, int] | None:
    """The first and last year of age in a text under `serves`; None if there is none."""
    lower = text.casefold()
    if span := _RANGE.search(lower):
        return int(span[1]), int(span[2])
    if start := _FROM.search(lower):
        return int(start[1] or start[2]), 150
    if end := _UNDER.search(lower):
        return 0, int(end[1]) - 1 if end[1] else int(end[2] or end[3])
    spans: list[tuple[int, int]] = []
    words = fold(text)
    for word, years in AGES.items():
        rest = re.sub(rf"\b{word}(?:s|ren|ers?|agers?)?\b", "", words)
        if rest != words:
            spans.append(years)
            words = rest
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _taking(candidate: Candidate, today: date, *, stale: bool) -> Reason:
    fit, words = {
        "open": (Fit.YES, "takes new clients"),
        "waitlist": (Fit.UNKNOWN, "has a waitlist"),
        "full": (Fit.NO, "takes no new clients"),
    }.get(candidate.accepting, (Fit.UNKNOWN, "taking new clients: not known"))
    if stale and candidate.accepting:
        asked = "never checked" if candidate.checked is None else f"checked {(today - candidate.checked).days} days ago"
        words += f" ({asked}: ask again)"
    return Reason(fit, words)
