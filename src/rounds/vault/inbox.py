"""Inbox.md: quick notes, one per line, added by people and other programs, matched and filed after confirmation."""

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rounds.errors import ChangedMeanwhileError, EditRefusedError, NotFoundError
from rounds.notes.markdown import HIDDEN, MarkupKind, hidden, inner_lines, leaves_open, markup, shown
from rounds.storage import files
from rounds.vault.vault import Vault

if TYPE_CHECKING:
    from rounds.notes.document import Document
    from rounds.vault.inbox_lines import InboxItem
    from rounds.vault.log_actions import WriteResult

FILE = "Inbox.md"
_MARK = re.compile(r"\s*+(?:[-*+]|(?P<number>\d{1,9})[.)])\s+(?:\[.\]\s+)?")
_NO_THOUGHT = re.compile(r"\s*(?:#{1,6}(?:\s|$)|>|---|(?:[-*+]|\d+[.)])(?:\s+\[.\])?\s*$)")
"""A heading, a quotation, a rule, or an empty list item."""

_HEADING = re.compile(r"^(?:(?:#{1,6}\s|>)\s*+)++")
_LIST_MARK = re.compile(r"(?:[-*+]|\d+[.)])\s")


def thought_count(vault: Vault) -> int:
    """Number of inbox items; 0 if Inbox.md is missing or unreadable."""
    try:
        data, _ = files.read(os.path.join(vault.root, FILE))
    except OSError:
        return 0
    from rounds.notes.document import Document

    return len(_lines(Document.parse(data)))


def thoughts(vault: Vault) -> "list[InboxItem]":
    """The inbox items in order; empty if Inbox.md is missing, empty, or unreadable."""
    from rounds.vault.inbox_lines import read_thought
    from rounds.vault.line_names import names

    try:
        opened = vault.read(FILE)
    except NotFoundError:
        return []
    lines = _lines(opened.document)
    if not lines:
        return []
    known = names(vault)
    return [replace(read_thought(vault, number, text, known), comment=comment) for number, text, comment in lines]


def why_unreadable(vault: Vault) -> str:
    """Why the inbox can't be filed, in words; empty if it can, or doesn't exist."""
    try:
        vault.editable(FILE)
    except NotFoundError as error:
        return "" if isinstance(error.__cause__, FileNotFoundError) else error.message
    except EditRefusedError as error:
        return error.message
    return ""


def _lines(document: "Document") -> list[tuple[int, str, str]]:
    """The inbox items: 1-based line, visible text, and the comments if they end on that line."""
    body = document.body
    seen = hidden(body, markup(body), MarkupKind.COMMENT, MarkupKind.BLOCK).split("\n")
    inner = inner_lines(body, MarkupKind.COMMENT)
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
    """The list number at the start of a line, if any."""
    mark = _MARK.match(line)
    return int(mark["number"]) if mark is not None and mark["number"] else None


def _next_to(one: int | None, other: int | None) -> bool:
    """Whether two lines can belong to one list: `1.` and `2.`, or `1.` and `1.`; `20. Jan` alone is a day."""
    return one is not None and other is not None and abs(one - other) <= 1


def _comments(raw: str, seen: str) -> str:
    """The comments of a line."""
    return " ".join(raw[match.start() : match.end()] for match in re.finditer(f"{HIDDEN}+", seen))


def _thought(line: str, *, listed: bool) -> str:
    """A line without list mark and checkbox; empty if it isn't an inbox item."""
    if _NO_THOUGHT.match(line):
        return ""
    mark = _MARK.match(line) if listed else None
    return line[mark.end() if mark is not None else 0 :].strip()


def file_thought(vault: Vault, thought: "InboxItem", *, path: str = "", to_do: bool = False) -> "WriteResult":
    """Move an inbox item and its follow-ups into its note, as one change: both files or neither.

    Args:
        thought: as read from the inbox, optionally corrected (`InboxItem.corrected`).
        path: a note to use instead of the proposed one. Without either, `thought.new` is added as a partner.
        to_do: write it as a follow-up instead of a log entry.

    Returns:
        The note's new lines.

    Raises:
        ChangedMeanwhileError: the line was changed or filed by someone else. Nothing is written.
    """
    from rounds.vault.one_line import write_line

    if path:
        thought = thought.corrected(path=path)
    vault.editable(FILE)
    with vault.change("filed a line of the inbox for", of=2):
        _place(vault.editable(FILE).document, thought)  # no other process files while our change is open
        done = write_line(vault, thought, thought.about, to_do=to_do, whole=True)
        _take_out_again(vault, thought)
    return done


def _take_out_again(vault: Vault, thought: "InboxItem") -> None:
    try:
        take_out(vault, thought)
    except ChangedMeanwhileError:
        take_out(vault, thought)  # that line or the next was just edited; retry, so the item isn't filed twice


def _place(document: "Document", thought: "InboxItem") -> int:
    """The current 1-based line of an item in the inbox.

    Raises:
        ChangedMeanwhileError: the line is gone.
    """
    same = [number for number, text, _ in _lines(document) if text == thought.text]
    if not same:
        raise ChangedMeanwhileError(
            f"{FILE}: this line is no longer there as it was: {thought.text}",
            hint="Nothing was filed. It was changed or filed meanwhile.",
        )
    return min(same, key=lambda at: abs(at - thought.line))


def take_out(vault: Vault, thought: "InboxItem") -> None:
    """Remove a line from the inbox.

    Raises:
        ChangedMeanwhileError: the line is gone.
    """
    opened = vault.editable(FILE)
    lines = opened.document.text.split("\n")
    number = _place(opened.document, thought)
    mark = "\ufeff" if number == 1 and lines[0].startswith("\ufeff") else ""
    rest = []
    if number in {
        opened.document.body_line + place - 1 for place in inner_lines(opened.document.body, MarkupKind.COMMENT)
    }:
        line = opened.document.seen.split("\n")[number - 1]  # a comment starts here and ends on a later line
        rest = [lines[number - 1][len(line.rstrip(f"{HIDDEN}\r")) :]]
    text = mark + "\n".join([*lines[: number - 1], *rest, *lines[number:]])
    if number == len(lines) and number > 1:  # the previous line is now last and keeps its line ending
        text += "\n"
    from rounds.notes.document import Document

    vault.save(opened, Document.parse(text.encode()), "took a line out of")


# New lines -----------------------------------------------------------------------------------------------------------


def to_inbox(vault: Vault, typed: Iterable[str]) -> None:
    """Add lines to the inbox, each so that it hides no other line.

    Raises:
        RoundsError: the inbox can't be written.
    """
    lines = [_item(line) for line in typed]
    if not lines:
        return
    if not os.path.lexists(os.path.join(vault.root, FILE)):
        vault.writer.put(FILE, "\n".join(["# Inbox", "", *lines, ""]).encode(), None)
        return
    document = vault.editable(FILE).document
    text, end = document.text, "\r\n" if "\r\n" in document.text else "\n"
    added = "".join(f"{line}{end}" for line in lines)
    if leaves_open(document.body):  # below it, they would be hidden
        place = len(text) - len(document.body)
        text = text[:place] + added + text[place:]
    else:
        text += ("" if not text or text.endswith("\n") else end) + added
    vault.writer.put(FILE, text.encode(), bytes(document))


def is_in_inbox(vault: Vault, line: str) -> bool:
    """Whether the inbox has a line as `to_inbox` adds it."""
    try:
        return _item(line) in vault.read(FILE).document.text.splitlines()
    except NotFoundError:
        return False


def _item(line: str) -> str:
    """A line as an inbox item: a list item that opens no comment or code block."""
    words = _HEADING.sub("", line, count=1) or line
    item = words if _LIST_MARK.match(words) else f"- {words}"
    if leaves_open(item) or leaves_open(words):
        for sign, apart in (("%%", "% %"), ("```", "` ` `"), ("~~~", "~ ~ ~"), ("<!--", "<! --")):
            item = item.replace(sign, apart)
    return item
