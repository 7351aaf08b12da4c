"""Today.md: due items as a generated note, for the phone.

It's the only generated note, made by one machine. User text in it moves to the inbox before it's rewritten.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

from rounds.domain.feed import without_codes
from rounds.domain.reminders.reminder import Reminder
from rounds.errors import RoundsError
from rounds.notes.comments import leaves_open
from rounds.notes.links import plain, stem
from rounds.notes.plain_text import escape_controls
from rounds.storage import files
from rounds.storage.open_file import content
from rounds.storage.secure_files import write_private
from rounds.storage.today_snapshot import NOTE
from rounds.vault.inbox import FILE as INBOX
from rounds.vault.reminders import today_list
from rounds.vault.vault import Vault

PATH = "Today.md"
_MADE = "%% Made by Rounds"
_MARK = f"{_MADE}: rounds today --note. It is written anew each time; what you type here goes to the inbox. ({{}}) %%"
_SEAL = re.compile(r"^%% Made by Rounds[^%]*?\(([0-9a-f]{8})\) %%", re.MULTILINE)
"""The mark with the digest of the text, which shows whether the note was edited."""

_MOMENT = 120.0
"""Seconds since the last change during which the user may still be typing."""

_LINK = re.compile(r"\[\[[^\[\]\n]*+\]\]")
_HEADING = re.compile(r"^(?:(?:#{1,6}\s|>)\s*+)++")
_LIST_MARK = re.compile(r"(?:[-*+]|\d+[.)])\s")
_FORM = re.compile(
    r"# [A-Z][a-z]+, \d{1,2} [A-Z][a-z]+ \d{4}|## No hurry|Nothing is due today\.|%% Made by Rounds[^%]*%%"
    r"|- \[\[[^\]\n]+\]\] .*"
)
_BEHIND = re.compile(r"\(\d{1,2} [A-Z][a-z]{2}(?:, \d\d:\d\d)?\) *\S")


def write_today(vault: Vault, *, waits: bool = False) -> bool:
    """Write due items, with links to the notes and without client codes, into Today.md.

    Other lines are added to the inbox first, in one change with the new text.

    Args:
        waits: skip a note that was just edited; it's written next time.

    Returns:
        False if the note was left unchanged.

    Raises:
        RoundsError: a foreign note of that name exists, or it or the inbox can't be written.
    """
    if vault.vanished is not None:
        raise vault.vanished
    before = _read(vault)
    there = None if before is None else before.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    text = _text(vault)
    if text == there:
        return False
    typed: list[str] = []
    known = True
    if there is not None and there.strip() and not _is_sealed(there):
        last = _last(vault, there)
        typed, known = _typed(there, last), last is not None
    if typed and waits and time.time() - os.stat(os.path.join(vault.root, PATH)).st_mtime < _MOMENT:
        return False
    with suppress(OSError):  # without it, lines are recognized by their form
        write_private(os.path.join(vault.data, NOTE), text.encode())
    if known and not typed:
        files.write(vault.root, PATH, text.encode(), base=None if before is None else files.digest(before))
        return True
    what = "moved to the inbox what was typed into" if typed else "wrote anew"
    with vault.change(what, of=1 + bool(typed)):
        _to_inbox(vault, typed)
        vault.saving.put(PATH, text.encode(), before)
    return True


def _read(vault: Vault) -> bytes | None:
    """The note's current content; None if it doesn't exist."""
    path = os.path.join(vault.root, PATH)
    if not os.path.lexists(path):
        return None
    try:
        found, _ = files.read(path)
    except OSError as error:
        raise RoundsError(f"{PATH} can't be read: {error.strerror or error}", hint="It is left as it is.") from error
    if found.strip() and not any(line.startswith(_MADE.encode()) for line in found.splitlines()):
        raise RoundsError(f"{PATH} is a note of yours", hint="Give it another name; then it is made.")
    return found


# User text ------------------------------------------------------------------------------------------------------


def _seal(text: str) -> str:
    return files.digest(text.encode()).hex()[:8]


def _is_sealed(text: str) -> bool:
    """Whether a note is unchanged since Rounds wrote it, on any machine."""
    seal = _SEAL.search(text)
    return seal is not None and _seal(text[: seal.start(1)] + text[seal.end(1) :]) == seal[1]


def _last(vault: Vault, there: str) -> str | None:
    """The text this machine wrote for the note, identified by its seal; None if written elsewhere."""
    try:
        last = content(os.path.join(vault.data, NOTE)).decode()
    except (OSError, ValueError):
        return None
    ours, theirs = _SEAL.search(last), _SEAL.search(there)
    return last if ours is not None and theirs is not None and ours[1] == theirs[1] else None


def _typed(there: str, last: str | None) -> list[str]:
    """The lines that the user added or changed, if they contain words.

    Links updated by a rename don't count as changes.

    Args:
        last: the text Rounds wrote; None if unknown, then our lines are recognized by their form.
    """
    lines = there.split("\n")
    if last is None:
        theirs = [line for line in lines if not _FORM.fullmatch(line) or _BEHIND.search(line)]
    else:
        ours = Counter(_LINK.sub("[[]]", line).rstrip() for line in last.split("\n"))
        theirs = []
        for line in lines:
            key = _LINK.sub("[[]]", line).rstrip()
            ours[key] -= 1
            if ours[key] < 0:
                theirs.append(line)
    said = (_SEAL.sub("", line).strip() for line in theirs)
    return [line for line in said if any(sign.isalnum() or sign > "\x7f" for sign in line)]


def _to_inbox(vault: Vault, typed: Iterable[str]) -> None:
    """Add lines to the inbox, each so that it hides no other line."""
    lines = [_thought(line) for line in typed]
    if not lines:
        return
    try:
        if not os.path.lexists(os.path.join(vault.root, INBOX)):
            vault.saving.put(INBOX, "\n".join(["# Inbox", "", *lines, ""]).encode(), None)
            return
        document = vault.editable(INBOX).document
        text, end = document.text, "\r\n" if "\r\n" in document.text else "\n"
        added = "".join(f"{line}{end}" for line in lines)
        if leaves_open(document.body):  # below it, they would be hidden
            place = len(text) - len(document.body)
            text = text[:place] + added + text[place:]
        else:
            text += ("" if not text or text.endswith("\n") else end) + added
        vault.saving.put(INBOX, text.encode(), bytes(document))
    except RoundsError as error:
        error.hint = f"{error.hint} {PATH} is left as it is.".strip()
        raise


def _thought(line: str) -> str:
    """A line as an inbox item: a list item that opens no comment or code block."""
    words = _HEADING.sub("", line, count=1) or line
    item = words if _LIST_MARK.match(words) else f"- {words}"
    if leaves_open(item) or leaves_open(words):
        for sign, apart in (("%%", "% %"), ("```", "` ` `"), ("~~~", "~ ~ ~"), ("<!--", "<! --")):
            item = item.replace(sign, apart)
    return item


# Generated text -------------------------------------------------------------------------------------------------


def _text(vault: Vault) -> str:
    today = vault.today()
    due, waiting = today_list(vault)
    lines = [f"# {today:%A}, {today.day} {today:%B %Y}", "", _MARK, ""]
    lines += [_line(reminder) for reminder in due] or ["Nothing is due today."]
    soon = [r for r in waiting if r.due is not None and (r.due - today).days <= 7]
    if soon:
        lines += ["", "## No hurry", "", *[_line(reminder) for reminder in sorted(soon, key=Reminder.by_day)]]
    text = "\n".join(lines) + "\n"
    return text.replace(_MARK, _MARK.format(_seal(text.replace(_MARK, _MARK.format("")))))


def _line(reminder: Reminder) -> str:
    """One reminder. It starts with a link, so that it isn't parsed as a log entry or a task."""
    name = escape_controls(plain(reminder.name))
    target = reminder.path.removesuffix(".md")
    link = f"[[{target}|{name}]]" if stem(target) != stem(name) else f"[[{name}]]"
    when = (
        ""
        if reminder.due is None
        else f" ({reminder.due.day} {reminder.due:%b}{f', {reminder.time:%H:%M}' if reminder.time else ''})"
    )
    kind = f"{reminder.kind}: " if reminder.line and reminder.kind and reminder.kind != reminder.title else ""
    return f"- {link} {without_codes(escape_controls(kind + plain(reminder.title)))}{when}"
