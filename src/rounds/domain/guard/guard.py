"""The client guard: client information in a line, and the line without it.

An error is an identifier of Safe Harbor (45 CFR 164.514(b)(2)) that belongs to a client or to their family. A warning
is what may show a person: initials, a bare first name, a rare story, words that confirm care, session dates.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rounds.domain.patterns import Pattern

from . import evidence, evidence_people, lexicon, stories
from .identifiers import Candidate, identifiers
from .people import initials, names
from .reading import NOBODY, Known, Reading
from .reading import line as read_line
from .text import with_neutral
from .weights import probability, strongest


class Certainty(StrEnum):
    """How sure a finding is: an error is stopped, a warning is asked about."""

    ERROR = "error"
    WARNING = "warning"


class Finding(NamedTuple):
    """Client information in a line.

    Attributes:
        kind: a key of `_SORTS`.
        start, end: its place in the line as typed; a finding without words of its own is the whole line.
        why: the reason, in words for users; how: what to do.
        neutral: what can stand in its place; empty for a finding that is a whole line.
    """

    kind: str
    level: Certainty
    start: int
    end: int
    text: str
    why: str
    how: str
    neutral: str


class _Sort(NamedTuple):
    what: str
    neutral: str
    how: str


_SORTS = {
    "name": _Sort("a client's name", "[client]", "Use their code, or leave the name out."),
    "dob": _Sort("a client's date of birth", "[age group]", "An age group is enough, such as teen or adult."),
    "date": _Sort("the date of something that happened to a client", "[date]", "Leave the date out; a year may stay."),
    "phone": _Sort("a client's phone number", "[phone]", "Keep it in the chart."),
    "email": _Sort("a client's email address", "[email]", "Keep it in the chart."),
    "address": _Sort("a client's address", "[address]", "Keep it in the chart."),
    "ssn": _Sort("a social security number", "[number]", "Keep it in the chart."),
    "mrn": _Sort("a client's record number", "[number]", "Keep it in the chart."),
    "member_id": _Sort("a client's insurance number", "[number]", "Keep it in the chart."),
    "account": _Sort("a number of a client's account or case", "[number]", "Keep it in the chart."),
    "number": _Sort("a number that belongs to a client", "[number]", "Keep it in the chart."),
    "url": _Sort("a link to a client's page", "[link]", "Keep it in the chart."),
    "ip": _Sort("the internet address of a client", "[address]", "Keep it in the chart."),
    "device": _Sort("the number of a client's device", "[number]", "Keep it in the chart."),
    "plate": _Sort("a client's vehicle", "[vehicle]", "Keep it in the chart."),
    "photo": _Sort("a client's picture or file", "[file]", "Keep it in the chart."),
    "age": _Sort("an age above 89", "[over 89]", "Write: over 89."),
    "initials": _Sort("a client's initials", "[client]", "Use their code, or leave the initials out."),
    "firstname": _Sort("a client's first name", "[client]", "Use their code, or leave the name out."),
    "quasi": _Sort("a story that people may recognize", "", "Leave out what is rare about the person."),
    "confirmation": _Sort("that somebody is a client", "", "Leave out who it is, or that they are in care."),
    "dates": _Sort("session dates", "", "Keep the dates in the chart."),
}  # fmt: skip
_ERROR = 0.55
_WARNING = {
    "identifier": 0.4,
    "name": 0.3,
    "first name": 0.38,
    "initials": 0.38,
    "story": 0.5,
    "confirmation": 0.4,
    "dates": 0.45,
}
_LABELS = {
    "records": "mrn",
    "member": "member_id",
    "account": "account",
    "device": "device",
    "plate": "plate",
    "social": "ssn",
    "birth": "dob",
    "reach": "phone",
}
_RELEASED = Pattern(
    r"\b(?:signed|expires?|expired|expiring|valid|until|ends?|revoked|exp\.?|through|thru|dated|acknowledged|firmada|"
    r"vence|hasta)(?: on|:)? $"
)
_STEADY = frozenset(("id", "partner_id", "npi", "created", "updated", "uid"))
"""Properties that never hold anything about a person beside the partner."""


def find(typed: str, known: Known = NOBODY) -> list[Finding]:
    """Client information in a line, in its order; whole lines last.

    Args:
        typed: one line of a note, as it stands in the file.
        known: people and numbers that aren't a client's.
    """
    found: list[Finding] = []
    start = 0
    while start < len(typed):
        end = _window(typed, start)
        inside = _find(typed[start:end], known) if end - start == len(typed) else _find_piece(typed[start:end], known)
        found += [each._replace(start=each.start + start, end=each.end + start) for each in inside]
        start = end
    return found


_WINDOW = 600
"""Characters read at once: text farther away has no effect on a word, and the time stays linear."""


def _window(typed: str, start: int) -> int:
    """The end of the piece that begins at `start`: at a blank where there is one."""
    if len(typed) - start <= _WINDOW:
        return len(typed)
    blank = typed.rfind(" ", start + _WINDOW // 2, start + _WINDOW)
    return blank if blank > 0 else start + _WINDOW


@lru_cache(maxsize=256)
def _find_piece(typed: str, known: Known) -> tuple[Finding, ...]:
    """The findings of a piece of a long line; such lines repeat themselves."""
    return tuple(_find(typed, known))


def _find(typed: str, known: Known) -> list[Finding]:
    words = lexicon.load()
    line = read_line(typed, known, words)
    if line.kind == "property" and line.label in _STEADY:
        return []
    placed = identifiers(line)
    found = [*_identifiers(line, placed), *_people(line, words, taken_places(line, placed))]
    found.sort(key=lambda each: each.start)
    return [*found, *_lines(line)]


def _identifiers(line: Reading, placed: list[Candidate]) -> Iterator[Finding]:
    for candidate in placed:
        signs = evidence.of_identifier(line, candidate)
        if "known number" in signs or is_released(line, candidate, signs):
            continue
        chance = probability("identifier", signs)
        if chance > _WARNING["identifier"] or _speaks_for_itself(candidate, signs):
            level = Certainty.ERROR if chance > _ERROR else Certainty.WARNING
            yield _finding(
                line, candidate, _kind(candidate, signs), level, _because(line, candidate, "identifier", signs)
            )


def _speaks_for_itself(candidate: Candidate, signs: set[str]) -> bool:
    """Whether to ask no matter who it belongs to: a social security number, a date of birth, a record number."""
    if signs & {
        "teach@clause",
        "private@clause",
        "official@line",
        "office@line",
        "known number",
        "their_family@clause",
        "property=birthday",
    }:
        return False
    return candidate.kind == "ssn" or "birth date" in signs or {"labeled", "records@before"} <= signs


def is_released(line: Reading, candidate: Candidate, signs: set[str]) -> bool:
    """Is it a date of a release (signed, expires)? The vault keeps those."""
    dated = candidate.kind == "date" and "birth date" not in signs
    return dated and bool(_RELEASED.search(line.text.plain[: candidate.begin]))


def taken_places(line: Reading, placed: list[Candidate]) -> lexicon.Spans:
    """Places where no name or initials are looked for. Names of files may be names of people."""
    return [*line.own, *line.codes, *((each.begin, each.end) for each in placed if each.kind not in ("number", "file"))]


def _kind(candidate: Candidate, signs: set[str]) -> str:
    if candidate.kind == "file":
        return "photo"
    if candidate.kind == "date":
        return "dob" if "birth date" in signs else "date"
    if candidate.kind == "number":
        for place in ("before", "clause", "line"):
            for group, kind in _LABELS.items():
                if f"{group}@{place}" in signs and not (kind == "phone" and signs & {"short", "four digits"}):
                    return kind
    return candidate.kind


def _people(line: Reading, words: lexicon.Lexicon, taken: lexicon.Spans) -> Iterator[Finding]:
    for candidate in initials(line, taken):
        signs = evidence_people.of_initials(line, words, candidate)
        if "known" not in signs and probability("initials", signs) > _WARNING["initials"]:
            yield _finding(line, candidate, "initials", Certainty.WARNING, _because(line, candidate, "initials", signs))
    for candidate in names(line, words, taken):
        if is_known(line, words, candidate):
            continue
        signs = evidence_people.of_name(line, words, candidate)
        model = evidence_people.name_model(signs)
        chance = probability(model, signs)
        if chance > _WARNING[model]:
            level = Certainty.ERROR if model == "name" and chance > _ERROR else Certainty.WARNING
            kind = "name" if model == "name" else "firstname"
            yield _finding(line, candidate, kind, level, _because(line, candidate, model, signs))


def is_known(line: Reading, words: lexicon.Lexicon, candidate: Candidate) -> bool:
    """Is it somebody of this note, their office or the team? "Client Maria" isn't, if only a Maria is known."""
    plain = line.text.plain[candidate.begin : candidate.end]
    parts = [part for part in re.findall(r"[^\W\d_]+", plain) if not words.has("work_title", part)]
    whole = [part for part in parts if len(part) > 1]
    if len(whole) == 1 and line.follows("client", candidate.begin):
        return False
    if len(whole) == 1 < len(parts):
        return " ".join(parts) in line.known.people
    return bool(whole) and (all(part in line.known.words for part in whole) or " ".join(whole) in line.known.people)


def _lines(line: Reading) -> Iterator[Finding]:
    whole = Candidate("line", 0, len(line.text.seen))
    signs = stories.of_story(line) if stories.may_tell(line) else set()
    for model, kind in (("story", "quasi"), ("confirmation", "confirmation")):
        if signs and probability(model, signs) > _WARNING[model]:
            yield _finding(line, whole, kind, Certainty.WARNING, _because(line, whole, model, signs))
    if (signs := stories.of_dates(line)) and probability("dates", signs) > _WARNING["dates"]:
        yield _finding(line, whole, "dates", Certainty.WARNING, _because(line, whole, "dates", signs))


def _finding(line: Reading, candidate: Candidate, kind: str, level: Certainty, why: str) -> Finding:
    start, end = line.text.span(candidate.begin, candidate.end)
    sort = _SORTS[kind]
    return Finding(
        kind,
        level,
        start,
        end,
        line.text.typed[start:end],
        f"{_looks(level)} {sort.what}{why}",
        sort.how,
        sort.neutral,
    )


def _looks(level: Certainty) -> str:
    return "this looks like" if level is Certainty.ERROR else "this may be"


def _because(line: Reading, candidate: Candidate, model: str, signs: set[str]) -> str:
    """The words of the line that made the finding, at most two."""
    said: list[str] = []
    for sign in strongest(model, signs):
        group = sign.partition("@")[0]
        for begin, end in line.near(group):
            start, stop = line.text.span(begin, end)
            word = line.text.typed[start:stop].strip(".,")
            if (
                not (candidate.begin <= begin < candidate.end)
                and word
                and not any(word in each or each in word for each in said)
            ):
                said.append(word)
                break
        if len(said) == 2:
            break
    return f" (because of {' and '.join(said)})" if said else ""


def without(typed: str, findings: list[Finding]) -> str:
    """The line with neutral words in place of the finding; a whole line stays as it is."""
    for each in sorted(findings, key=lambda finding: -finding.start):
        if each.neutral:
            typed = with_neutral(typed, each.start, each.end, each.neutral)
    return typed
