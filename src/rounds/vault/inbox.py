"""Inbox.md: one thought a line, from the phone. Each is matched to a person, a kind and a day, and filed after a yes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from rounds.domain.fields import fold
from rounds.domain.touch import KINDS
from rounds.vault.acts import log_touch

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

FILE = "Inbox.md"
_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[.\]\s+)?")
_NO_THOUGHT = re.compile(r"\s*(?:#|>|%%|<!--|---|```)")
_KIND_WORDS = {
    "emailed": "email", "mailed": "email", "mail": "email", "wrote": "email", "called": "call", "phoned": "call",
    "phone": "call", "rang": "call", "met": "meeting", "lunch": "meeting", "visited": "meeting", "zoom": "meeting",
    "replied": "reply", "answered": "reply", "thanked": "thanks", "introduced": "intro", "referred": "referral",
    "card": "card", "texted": "call",
}  # fmt: skip
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


def thoughts(vault: "Vault") -> list[Thought]:
    """The lines of the inbox in their order; empty where there is no Inbox.md or nothing in it."""
    from rounds.errors import NotFoundError

    try:
        opened = vault.read(FILE)
    except NotFoundError:
        return []
    names = _names(vault)
    found = []
    start = opened.document.body_line
    for number, line in enumerate(opened.document.body.splitlines(), start):
        text = _MARK.sub("", line).strip()
        if text and not _NO_THOUGHT.match(line):
            found.append(_read(number, text, names, vault.today()))
    return found


def _names(vault: "Vault") -> list[_Name]:
    names = []
    for title, path, aliases in vault.rows(
        "SELECT title, path, aliases FROM notes WHERE type IN ('partner', 'organization')"
    ):
        for name in (str(title), *str(aliases or "").split("|")):
            words = tuple(fold(name).split())
            if words:
                names.append(_Name(words, str(path), str(title)))
    return names


def _read(line: int, text: str, names: Sequence[_Name], today: date) -> Thought:
    from rounds.formats.dates import find_date

    words = text
    day = today
    dated = find_date(text, today=today, past=True)
    if dated is not None:
        phrase, day, _ = dated
        words = words.replace(phrase, " ", 1)
    people, used = _people(words, names)
    for word in used:
        words = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", words, count=1)
    kind, words = _kind(words)
    words = re.sub(r"\s+([,;:.])", r"\1", " ".join(words.split())).strip(_EDGE)
    only = people[0] if len(people) == 1 else None
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


def _people(text: str, names: Sequence[_Name]) -> tuple[list[_Name], list[str]]:
    """Whoever the line begins with or names in full: the people, and the words that name them."""
    written = re.findall(r"[^\s,;:]+", text)
    folded = [fold(word) for word in written]
    best: list[_Name] = []
    used: list[str] = []
    for start in range(len(folded)):
        for length in range(min(4, len(folded) - start), 0, -1):
            wanted = tuple(folded[start : start + length])
            fits = {name.path: name for name in names if _fits(name, wanted, first=start == 0)}
            if fits and (length > len(used) or not best):
                best, used = list(fits.values()), written[start : start + length]
                break
    return best, used


def _fits(name: _Name, wanted: tuple[str, ...], *, first: bool) -> bool:
    """The whole name anywhere, or at the beginning of the line its first word, last word or beginning."""
    if name.words == wanted:
        return True
    return first and (name.words[: len(wanted)] == wanted or (len(wanted) == 1 and name.words[-1:] == wanted))


def _kind(text: str) -> tuple[str, str]:
    """The first word that names a kind of touch, and the text without it where nothing is lost by that."""
    for match in re.finditer(r"[^\W\d_]+", text):
        word = match[0].lower()
        if word in KINDS:
            return word, text[: match.start()] + text[match.end() :]
        if word in _KIND_WORDS:
            return _KIND_WORDS[word], text
    return "", text


def file_thought(vault: "Vault", thought: Thought, *, path: str = "") -> str:
    """Write a thought into the log of its note and take it out of the inbox, in that order: nothing is lost between.

    Args:
        thought: as read from the inbox.
        path: of another note than the proposed one.

    Returns:
        Path of the note that has it now.
    """
    target = path or thought.path
    log_touch(vault, target, thought.kind, thought.words or thought.text, on=thought.date)
    take_out(vault, thought)
    return target


def take_out(vault: "Vault", thought: Thought) -> None:
    """Take a line out of the inbox; where it has moved or changed meanwhile, it stays."""
    opened = vault.read(FILE)
    lines = opened.document.text.splitlines(keepends=True)
    for index in sorted(range(len(lines)), key=lambda i: abs(i + 1 - thought.line)):
        if _MARK.sub("", lines[index]).strip() == thought.text:
            from rounds.formats.document import Document

            vault.save(opened, Document.parse("".join(lines[:index] + lines[index + 1 :]).encode()))
            return
