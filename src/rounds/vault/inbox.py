"""Inbox.md: one thought a line, from the phone. Each is matched to person, kind and day, and filed after a yes."""

import re
from dataclasses import replace
from functools import partial

from rounds.errors import ChangedMeanwhileError, EditRefusedError, NotFoundError
from rounds.notes.comments import HIDDEN, Kind, hidden, inner_lines, markup, shown
from rounds.notes.document import Document
from rounds.vault.inbox_lines import InboxItem, names, read_thought
from rounds.vault.log_actions import WriteResult, log_touch
from rounds.vault.vault import Vault

__all__ = ["FILE", "InboxItem", "file_thought", "take_out", "thoughts"]

FILE = "Inbox.md"
_MARK = re.compile(r"\s*+(?:[-*+]|(?P<number>\d{1,9})[.)])\s+(?:\[.\]\s+)?")
_NO_THOUGHT = re.compile(r"\s*(?:#{1,6}(?:\s|$)|>|---|(?:[-*+]|\d+[.)])(?:\s+\[.\])?\s*$)")
"""A heading, a quotation, a line, or a list mark with nothing behind it."""


def thoughts(vault: Vault) -> list[InboxItem]:
    """The lines of the inbox in their order; empty where there is no Inbox.md, nothing in it, or it can't be read."""
    try:
        opened = vault.read(FILE)
    except NotFoundError:
        return []
    lines = _lines(opened.document)
    known = names(vault) if lines else []
    return [replace(read_thought(vault, number, text, known), comment=comment) for number, text, comment in lines]


def why_unreadable(vault: Vault) -> str:
    """Why the inbox can't be filed, in words; empty where it can, or where there is none."""
    try:
        vault.editable(FILE)
    except NotFoundError as error:
        return "" if isinstance(error.__cause__, FileNotFoundError) else error.message
    except EditRefusedError as error:
        return error.message
    return ""


def _lines(document: Document) -> list[tuple[int, str, str]]:
    """The thoughts of the inbox: 1-based line, what is seen of it, and its comments where they end with it."""
    body = document.body
    seen = hidden(body, markup(body), Kind.COMMENT, Kind.BLOCK).split("\n")
    inner = inner_lines(body, Kind.COMMENT)
    lines = ["" if line[:1] == HIDDEN else shown(line).strip("\ufeff\r") for line in seen]
    numbers = [_number(line) for line in lines]
    found = []
    for place, (line, raw) in enumerate(zip(lines, body.split("\n"), strict=True)):
        around = (*numbers[max(place - 1, 0) : place], *numbers[place + 1 : place + 2])
        if text := _thought(line, listed=numbers[place] is None or any(map(partial(_next_to, numbers[place]), around))):
            comments = "" if place + 1 in inner else _comments(raw, seen[place])
            found.append((document.body_line + place, text, comments))
    return found


def _number(line: str) -> int | None:
    """The number that a line begins with as one of a list has it; None for none."""
    mark = _MARK.match(line)
    return int(mark["number"]) if mark is not None and mark["number"] else None


def _next_to(one: int | None, other: int | None) -> bool:
    """Whether two lines can be of one list: `1.` and `2.`, or `1.` and `1.`; alone, `20. Jan` is a day."""
    return one is not None and other is not None and abs(one - other) <= 1


def _comments(raw: str, seen: str) -> str:
    """The comments of a line."""
    return " ".join(raw[match.start() : match.end()] for match in re.finditer(f"{HIDDEN}+", seen))


def _thought(line: str, *, listed: bool) -> str:
    """A line without list mark and box; empty where it is no thought."""
    if _NO_THOUGHT.match(line):
        return ""
    mark = _MARK.match(line) if listed else None
    return line[mark.end() if mark is not None else 0 :].strip()


def file_thought(vault: Vault, thought: InboxItem, *, path: str = "") -> WriteResult:
    """Write a thought into the log of its note and take it out of the inbox, as one change: both or nothing.

    Args:
        thought: as read from the inbox, and perhaps put right (`InboxItem.corrected`).
        path: of another note than the proposed one.

    Returns:
        What the note has now.

    Raises:
        ChangedMeanwhileError: the line is no longer in the inbox: somebody has changed or filed it. Nothing is written.
    """
    if path:
        thought = thought.corrected(path=path)
    vault.editable(FILE)
    with vault.change("filed a line of the inbox for", of=2):
        _place(vault.editable(FILE).document, thought)  # nobody else files while the change is ours
        words = f"{thought.said} {thought.comment}".strip()
        done = log_touch(vault, thought.path, thought.kind, words, on=thought.date)
        try:
            take_out(vault, thought)
        except ChangedMeanwhileError:
            take_out(vault, thought)  # somebody has just changed that line or the next; ours must not be filed twice
    return done


def _place(document: Document, thought: InboxItem) -> int:
    """The 1-based line of a thought in the inbox as it is now.

    Raises:
        ChangedMeanwhileError: it is not there any more.
    """
    same = [number for number, text, _ in _lines(document) if text == thought.text]
    if not same:
        raise ChangedMeanwhileError(
            f"{FILE}: this line is no longer there as it was: {thought.text}",
            hint="Nothing was filed. Somebody has changed or filed it meanwhile.",
        )
    return min(same, key=lambda at: abs(at - thought.line))


def take_out(vault: Vault, thought: InboxItem) -> None:
    """Take a line out of the inbox.

    Raises:
        ChangedMeanwhileError: it is not there any more.
    """
    opened = vault.editable(FILE)
    lines = opened.document.text.split("\n")
    number = _place(opened.document, thought)
    mark = "\ufeff" if number == 1 and lines[0].startswith("\ufeff") else ""
    rest = []
    if number in {opened.document.body_line + place - 1 for place in inner_lines(opened.document.body, Kind.COMMENT)}:
        line = opened.document.seen.split("\n")[number - 1]  # the comment that begins here ends in a later line
        rest = [lines[number - 1][len(line.rstrip(f"{HIDDEN}\r")) :]]
    text = mark + "\n".join([*lines[: number - 1], *rest, *lines[number:]])
    if number == len(lines) and number > 1:  # the line before is the last one now, and keeps its line end
        text += "\n"
    vault.save(opened, Document.parse(text.encode()), "took a line out of")
