"""Inbox.md: one thought a line, from the phone. Each is matched to person, kind and day, and filed after a yes."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rounds.domain.folding import fold, spaced
from rounds.domain.links import TextLink, links_in, name_of
from rounds.domain.touch import KINDS
from rounds.errors import ChangedMeanwhileError, NotFoundError
from rounds.formats.comments import HIDDEN, Kind, hidden, inner_lines, markup, shown
from rounds.formats.document import Document
from rounds.formats.links import plain
from rounds.vault.acts import Done, log_touch
from rounds.vault.people import links_to
from rounds.vault.vault import Vault

FILE = "Inbox.md"
_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[.\]\s+)?")
_NO_THOUGHT = re.compile(r"\s*(?:#{1,6}(?:\s|$)|>|---|(?:[-*+]|\d+[.)])(?:\s+\[.\])?\s*$)")
"""A heading, a quotation, a line, or a list mark with nothing behind it."""

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
_LEFT_OVER = re.compile(rf"(?:(?:{'|'.join(sorted(_FILLERS))})\b\s*)+[,;:]\s*", re.IGNORECASE)
"""What stood before a name that is gone: `coffee with Sam: prefers fax`."""

_TO_DO = frozenset(
    {"ask", "call", "check", "email", "invite", "meet", "plan", "remind", "schedule", "send", "thank", "write"}
)
_EDGE = " \t,;:.-–—"
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


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
        comment: what is hidden in the line, as written; it goes into the log with the rest.
        to_do: name of the note that the line is about where it says what is still to be done; else empty.
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

    @property
    def said(self) -> str:
        """What the log says: the rest, or where that is nothing the whole line as a reader sees it."""
        return self.words or plain(self.text)


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
    lines = _lines(opened.document)
    names = _names(vault) if lines else []
    return [replace(_read(vault, number, text, names), comment=comment) for number, text, comment in lines]


def _lines(document: Document) -> list[tuple[int, str, str]]:
    """The thoughts of the inbox: 1-based line, what is seen of it, and its comments where they end with it."""
    body = document.body
    seen = hidden(body, markup(body), Kind.COMMENT, Kind.BLOCK).split("\n")
    inner = inner_lines(body, Kind.COMMENT)
    found = []
    for place, (line, raw) in enumerate(zip(seen, body.split("\n"), strict=True)):
        if text := _thought(shown(line)) if line[:1] != HIDDEN else "":
            comments = "" if place + 1 in inner else _comments(raw, line)
            found.append((document.body_line + place, text, comments))
    return found


def _comments(raw: str, seen: str) -> str:
    """The comments of a line."""
    return " ".join(raw[match.start() : match.end()] for match in re.finditer(f"{HIDDEN}+", seen))


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
            words = tuple(spaced(fold(name)).split())
            if words:
                names.append(_Name(words, path, title))
    return names


def _read(vault: Vault, line: int, text: str, names: Sequence[_Name]) -> Thought:
    today = vault.today()
    masked = _Masked(vault, text)
    people, rest = masked.people()
    if not people:
        people, rest = _people(masked.text, names, masked.names)  # before the date: May, June and Sun are names too
    day, words = _day(rest, today)
    if not people:
        people, words = _people(words, names, masked.names)
    kind, words = _kind(words, masked.names)
    words = re.sub(r"(?<!\s)\s++([,;:.])", r"\1", " ".join(words.split())).strip(_EDGE)
    if left_over := _LEFT_OVER.match(words):
        words = words[left_over.end() :]
    if set(words.lower().split()) <= _FILLERS:
        words = ""
    to_do = _is_to_do(masked.text, day, today)
    only = people[0] if len(people) == 1 and not to_do else None
    return Thought(
        line=line,
        text=text,
        path=only.path if only else "",
        name=only.title if only else "",
        candidates=tuple(person.title for person in people) if len(people) > 1 else (),
        kind=kind,
        date=day,
        words=masked.restored(words),
        to_do=people[0].title if len(people) == 1 and to_do else "",
    )


class _Masked:
    """A line in which each link is one sign, so that no word of it is taken for something else.

    Attributes:
        text: with the signs. A link to a day is the day.
        names: the folded name that each sign stands for.
    """

    def __init__(self, vault: Vault, text: str) -> None:
        self.names: dict[str, str] = {}
        self._links: dict[str, str] = {}
        self._people: list[tuple[str, list[_Name]]] = []
        signs = (sign for sign in map(chr, range(0xF0000, 0xFFFFD)) if sign not in text)
        masked: list[str] = []
        at = 0
        for link in links_in(text):
            name = name_of(link.target)
            sign = name if _ISO_DAY.fullmatch(name) else next(signs)
            masked += (text[at : link.start], sign)
            at = link.end
            if sign != name:
                self.names[sign] = spaced(fold(name))
                self._links[sign] = _from_anywhere(text, link)
                found = [_Name((), path, title) for path, title in links_to(vault, link.target)]
                self._people += [(sign, found)] if found else []
        self.text = "".join((*masked, text[at:]))

    def people(self) -> tuple[list[_Name], str]:
        """Whoever the first link to a person or place leads to, and the text without it."""
        for sign, found in self._people:
            return found, self.text.replace(sign, " ", 1)
        return [], self.text

    def restored(self, words: str) -> str:
        """Words with the links that were left in them."""
        for sign, link in self._links.items():
            words = words.replace(sign, link)
        return words


def _from_anywhere(text: str, link: TextLink) -> str:
    """A link as it leads to the same note from any other: one that counts from the inbox, from the vault's root."""
    start, end = link.path
    inner = text[start:end].strip()
    if inner.startswith("./"):
        inner = inner[1:]
    return f"{text[link.start : start]}{inner}{text[end : link.end]}"


def _is_to_do(text: str, day: date, today: date) -> bool:
    """Whether a line is about what is still to be done, so that filing it would log what never happened."""
    first = text.split(maxsplit=1)[0].lower()
    return day > today or (first in _TO_DO and not re.search(r"\b(yesterday|today|ago|last)\b", text.lower()))


def _day(text: str, today: date) -> tuple[date, str]:
    """The day that a text names, today without one, and the text without it."""
    from rounds.formats.dates import find_date

    dated = find_date(text, today=today, past=True)
    return (dated[1], text.replace(dated[0], " ", 1)) if dated is not None else (today, text)


def _people(text: str, names: Sequence[_Name], linked: Mapping[str, str]) -> tuple[list[_Name], str]:
    """Whoever the line begins with or names in full, and the text without the words that name them.

    Args:
        linked: the folded names of links to nobody, by the sign that stands for each in the text.
    """
    words = list(re.finditer(rf"[{''.join(linked)}]|[^\s,;:{''.join(linked)}]+" if linked else r"[^\s,;:]+", text))
    folded = [linked.get(word[0]) or spaced(fold(word[0])) for word in words]
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


def _kind(text: str, signs: Collection[str]) -> tuple[str, str]:
    """The first word that says what kind of touch it was, and the text without it where nothing is lost by that.

    What was done says it anywhere (`called`), what there was only at the beginning or after such words as `had a`:
    `prefers email` is no email.

    Args:
        signs: those that stand for links; one before the word stays.
    """
    before: list[str] = []
    for match in re.finditer(r"[^\W\d_]+", text):
        word = match[0].lower()
        leading = all(known in _BEFORE_KIND for known in before)
        if word in KINDS and (leading or before[-1] in _BEFORE_KIND):
            before_it = text[: match.start()]
            named = any(sign in before_it for sign in signs)
            return word, (before_it if named else "") + text[match.end() :] if leading else text
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
        words = f"{thought.said} {thought.comment}".strip()
        done = log_touch(vault, target, thought.kind, words, on=thought.date)
        try:
            take_out(vault, thought)
        except ChangedMeanwhileError:
            take_out(vault, thought)  # somebody has just changed that line or the next; ours must not be filed twice
    return done


def take_out(vault: Vault, thought: Thought) -> None:
    """Take a line out of the inbox; where it has changed meanwhile, it stays."""
    opened = vault.editable(FILE)
    lines = opened.document.text.split("\n")
    same = [number for number, text, _ in _lines(opened.document) if text == thought.text]
    if not same:
        return
    number = min(same, key=lambda at: abs(at - thought.line))
    mark = "\ufeff" if number == 1 and lines[0].startswith("\ufeff") else ""
    rest = []
    if number in {opened.document.body_line + place - 1 for place in inner_lines(opened.document.body, Kind.COMMENT)}:
        line = opened.document.seen.split("\n")[number - 1]  # the comment that begins here ends in a later line
        rest = [lines[number - 1][len(line.rstrip(f"{HIDDEN}\r")) :]]
    text = mark + "\n".join([*lines[: number - 1], *rest, *lines[number:]])
    if number == len(lines) and number > 1:  # the line before is the last one now, and keeps its line end
        text += "\n"
    vault.save(opened, Document.parse(text.encode()), "took a line out of")
