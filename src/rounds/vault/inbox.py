"""Inbox.md: one thought a line, from the phone. Each is matched to person, kind and day, and filed after a yes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rounds.domain.fields import fold
from rounds.domain.touch import KINDS
from rounds.errors import ChangedMeanwhileError, NotFoundError
from rounds.formats.document import Document
from rounds.vault.acts import Done, log_touch
from rounds.vault.vault import Vault

FILE = "Inbox.md"
_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[.\]\s+)?")
_NO_THOUGHT = re.compile(r"\s*(?:#{1,6}(?:\s|$)|>|%%|<!--|---|```)")
_KIND_WORDS = {
    "emailed": "email", "mailed": "email", "mail": "email", "wrote": "email", "called": "call", "phoned": "call",
    "phone": "call", "rang": "call", "met": "meeting", "lunch": "meeting", "visited": "meeting", "zoom": "meeting",
    "replied": "reply", "answered": "reply", "thanked": "thanks", "introduced": "intro", "referred": "referral",
    "card": "card", "texted": "call",
}  # fmt: skip
_DID = frozenset({"wrote", "rang", "met", "lunch"})
_BEFORE_NAME = frozenset({
    *KINDS, *_KIND_WORDS, "with", "to", "from", "at", "by", "had", "a", "an", "dr", "mr", "mrs", "ms", "prof", "quick",
})  # fmt: skip
_BEFORE_KIND = frozenset({
    "had", "a", "an", "quick", "short", "long", "nice", "good", "great", "lovely", "phone", "video", "for", "over",
    "by", "with", "we",
})  # fmt: skip
_TO_DO = frozenset(
    {"ask", "call", "check", "email", "invite", "meet", "plan", "remind", "schedule", "send", "thank", "write"}
)
_EDGE = " \t,;:.-–—"


@dataclass(frozen=True, slots=True)
class Thought:
    """One line of the inbox, and what it seems to say.

    Attributes:
        line: 1-based line of Inbox.md.
        text: as typed, without a list mark.
        path: of the note that it seems to be about; empty where nobody, or more than one, fits.
        name: of that note.
        candidates: names that fit, where there are several.
        kind: of the touch; empty where no word names one (then it is a note).
        words: the rest, for the log.
    """

    line: int
    text: str
    path: str
    name: str
    candidates: tuple[str, ...]
    kind: str
    date: date
    words: str


@dataclass(frozen=True, slots=True)
class _Name:
    words: tuple[str, ...]
    path: str
    title: str


def thoughts(vault: Vault) -> list[Thought]:
    """The lines of the inbox in their order; empty where there is no Inbox.md or nothing in it."""
    try:
        opened = vault.read(FILE)
    except NotFoundError:
        return []
    body = enumerate(opened.document.body.split("\n"), opened.document.body_line)
    lines = [(number, text) for number, line in body if (text := _thought(line))]
    names = _names(vault) if lines else []
    return [_read(number, text, names, vault.today()) for number, text in lines]


def _thought(line: str) -> str:
    """A line without list mark, box and line end; empty where it is no thought."""
    line = line.strip("\ufeff\r")
    return "" if _NO_THOUGHT.match(line) else _MARK.sub("", line).strip()


def _names(vault: Vault) -> list[_Name]:
    names = []
    for title, path, aliases in vault.rows(
        "SELECT title, path, aliases FROM notes WHERE type IN ('partner', 'organization')"
    ):
        for name in (title, *(aliases or "").split("|")):
            words = tuple(fold(name).split())
            if words:
                names.append(_Name(words, path, title))
    return names


def _read(line: int, text: str, names: Sequence[_Name], today: date) -> Thought:
    people, rest = _people(text, names)  # before the date: May, June and Sun are names too
    day, words = _day(rest, today)
    if not people:
        people, words = _people(words, names)
    kind, words = _kind(words)
    words = re.sub(r"\s+([,;:.])", r"\1", " ".join(words.split())).strip(_EDGE)
    only = people[0] if len(people) == 1 and not _is_to_do(text, day, today) else None
    return Thought(
        line=line,
        text=text,
        path=only.path if only else "",
        name=only.title if only else "",
        candidates=tuple(person.title for person in people) if len(people) > 1 else (),
        kind=kind,
        date=day,
        words=words,
    )


def _is_to_do(text: str, day: date, today: date) -> bool:
    """Whether a line is about what is still to be done, so that filing it would log what never happened."""
    first = text.split(maxsplit=1)[0].lower()
    return day > today or (first in _TO_DO and not re.search(r"\b(yesterday|today|ago|last)\b", text.lower()))


def _day(text: str, today: date) -> tuple[date, str]:
    """The day that a text names, today without one, and the text without it."""
    from rounds.formats.dates import find_date

    dated = find_date(text, today=today, past=True)
    return (dated[1], text.replace(dated[0], " ", 1)) if dated is not None else (today, text)


def _people(text: str, names: Sequence[_Name]) -> tuple[list[_Name], str]:
    """Whoever the line begins with or names in full, and the text without the words that name them."""
    words = list(re.finditer(r"[^\s,;:]+", text))
    folded = [fold(word[0]) for word in words]
    best: list[_Name] = []
    used = (0, 0)
    first = True
    for start in range(len(folded)):
        for end in range(min(start + 6, len(folded)), start, -1):
            wanted = tuple(" ".join(folded[start:end]).split())
            fits = {name.path: name for name in names if wanted and _fits(name, wanted, first=first)}
            if fits and (not best or end - start > used[1] - used[0]):
                best, used = list(fits.values()), (start, end)
                break
        first = first and folded[start] in _BEFORE_NAME
    if not best:
        return [], text
    return best, f"{text[: words[used[0]].start()]} {text[words[used[1] - 1].end() :]}"


def _fits(name: _Name, wanted: tuple[str, ...], *, first: bool) -> bool:
    """The whole name anywhere, or at the beginning of the line its first word, last word or beginning."""
    if name.words == wanted:
        return True
    return first and (name.words[: len(wanted)] == wanted or (len(wanted) == 1 and name.words[-1:] == wanted))


def _kind(text: str) -> tuple[str, str]:
    """The first word that says what kind of touch it was, and the text without it where nothing is lost by that.

    What was done says it anywhere (`called`), what there was only at the beginning or after such words as `had a`:
    `prefers email` is no email.
    """
    before: list[str] = []
    for match in re.finditer(r"[^\W\d_]+", text):
        word = match[0].lower()
        leading = all(known in _BEFORE_KIND for known in before)
        if word in KINDS and (leading or before[-1] in _BEFORE_KIND):
            return word, text[match.end() :] if leading else text
        if word in _KIND_WORDS and (word.endswith("ed") or leading or word in _DID):
            return _KIND_WORDS[word], text
        before.append(word)
    return "", text


def file_thought(vault: Vault, thought: Thought, *, path: str = "") -> Done:
    """Write a thought into the log of its note and take it out of the inbox, in that order: nothing is lost between.

    Args:
        thought: as read from the inbox.
        path: of another note than the proposed one.

    Returns:
        What the note has now.
    """
    target = path or thought.path
    vault.editable(FILE)
    with vault.change("filed a line of the inbox for", of=2):
        done = log_touch(vault, target, thought.kind, thought.words or thought.text, on=thought.date)
        try:
            take_out(vault, thought)
        except ChangedMeanwhileError:
            take_out(vault, thought)  # somebody has just changed that line or the next; ours must not be filed twice
    return done


def take_out(vault: Vault, thought: Thought) -> None:
    """Take a line out of the inbox; where it has changed meanwhile, it stays."""
    opened = vault.editable(FILE)
    lines = opened.document.text.split("\n")
    same = [number for number, line in enumerate(lines, 1) if _thought(line) == thought.text]
    if not same:
        return
    number = min(same, key=lambda at: abs(at - thought.line))
    mark = "\ufeff" if number == 1 and lines[0].startswith("\ufeff") else ""
    text = mark + "\n".join(lines[: number - 1] + lines[number:])
    if number == len(lines) and number > 1:  # the line before is the last one now, and keeps its line end
        text += "\n"
    vault.save(opened, Document.parse(text.encode()), "took a line out of")
