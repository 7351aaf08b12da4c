"""Today.md: due items as a generated note, for the phone.

It's the only generated note, made by one machine. User text in it moves to the inbox before it's rewritten.
"""

import datetime as dt
import os
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress

from rounds.domain.feed import without_codes
from rounds.domain.folding import caseless
from rounds.domain.reminders.reminder import Reminder
from rounds.domain.reminders.sections import DUE, Section
from rounds.errors import RoundsError
from rounds.index import queries
from rounds.notes.links import plain, stem
from rounds.notes.plain_text import escape_controls
from rounds.storage import files
from rounds.storage.locks_private_output_files import write_private
from rounds.storage.open_file import content
from rounds.storage.tui_state import NOTE
from rounds.vault.inbox import FILE as INBOX
from rounds.vault.inbox import to_inbox
from rounds.vault.outgoing import concerns_of, neutral_reminders
from rounds.vault.reminders import today_sections
from rounds.vault.vault import Vault

PATH = "Today.md"
_MADE = "%% Made by Rounds"
_MARK = f"{_MADE}: rounds today --note. It is written anew each time; what you type here goes to the inbox. ({{}}) %%"
_SEAL = re.compile(r"^%% Made by Rounds[^%]*?\(([0-9a-f]{8})\) %%", re.MULTILINE)
"""The mark with the digest of the text, which shows whether the note was edited."""

_MARKS = re.compile(
    re.escape(_MARK).replace(re.escape("{}"), "[0-9a-f]{8}")
    + "|%% Made by Rounds, and written anew each time: rounds today --note %%"
)
"""The whole mark, unchanged, of this version and the first one."""

_MOMENT = 120.0
"""Seconds since the last change during which the user may still be typing."""

_IN_DOUBT = (
    f"{PATH} was edited, and the text that Rounds wrote there is not known here. "
    f"Each line that may be yours was added to {INBOX}."
)

_KEPT = 3
"""Texts to remember: a killed write, or one taken back, leaves an older one in the note."""

_LINK = re.compile(r"\[\[[^\[\]\n]*+\]\]")
_NOTHING = "Nothing is due today."
_HEADINGS = frozenset(f"## {section.value}" for section in Section)


def write_today(vault: Vault, *, waits: bool = False) -> bool:
    """Write due items, with links to the notes and without client codes, into Today.md.

    Other lines are added to the inbox first, in one change with the new text; lines in doubt too.

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
    text, kept = _text(vault), _kept(vault)
    if text == there:
        if text not in kept:
            _keep(vault, [text, *kept])
        return False
    changed, typed, last = False, list[str](), there
    if there is not None and there.strip() and not _is_sealed(there):
        last = next((each for each in kept if _same_seal(each, there)), None)
        changed, typed = _typed(vault, there, [text, *kept])
    if changed and waits and time.time() - os.stat(os.path.join(vault.root, PATH)).st_mtime < _MOMENT:
        return False
    _keep(vault, [text, last or "", *kept])
    if not changed:  # only our own text goes away, so the journal needs no copy
        base = None if before is None else files.digest(before)
        vault.writer.notices += files.write(vault.root, PATH, text.encode(), base=base)
        return True
    with vault.change("moved to the inbox what was typed into" if typed else "rewrote", of=1 + bool(typed)):
        _to_inbox(vault, typed)
        vault.writer.put(PATH, text.encode(), before)
    if typed and last is None:
        vault.writer.notices.append(_IN_DOUBT)
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


def resealed(before: str, after: str) -> str:
    """A changed text with the seal that makes it ours again, if it was ours before; else as it is."""
    seal = _SEAL.search(after)
    if not _is_sealed(before) or seal is None:
        return after
    start, end = seal.span(1)
    return after[:start] + _seal(after[:start] + after[end:]) + after[end:]


def _same_seal(ours: str, theirs: str) -> bool:
    seal, other = _SEAL.search(ours), _SEAL.search(theirs)
    return seal is not None and other is not None and seal[1] == other[1]


def _kept(vault: Vault) -> list[str]:
    """The last texts this machine wrote for the note, newest first."""
    try:
        return [text for text in content(os.path.join(vault.data, NOTE)).decode().split("\0") if _is_sealed(text)]
    except (OSError, ValueError):
        return []


def _keep(vault: Vault, texts: Iterable[str]) -> None:
    """Remember texts before the note changes: whichever of them a killed write leaves there is known."""
    known = [text for text in dict.fromkeys(texts) if text.strip()][:_KEPT]
    with suppress(OSError):  # without it, lines in doubt go to the inbox
        write_private(os.path.join(vault.data, NOTE), "\0".join(known).encode())


def _typed(vault: Vault, there: str, known: Iterable[str]) -> tuple[bool, list[str]]:
    """Compare an edited note with our texts, line by line.

    Links updated by a rename don't count as typed. Lines without a letter or digit are only kept in the journal.

    Args:
        known: texts Rounds wrote, or is about to write.

    Returns:
        Whether a line isn't exactly one of ours, and the lines that the user may have typed.
    """
    ours: Counter[str] = Counter()
    for text in known:
        ours |= Counter(line.rstrip() for line in text.split("\n"))
    others = []
    for line in map(str.rstrip, there.split("\n")):
        if ours[line] > 0:
            ours[line] -= 1
        elif line and not _is_fixed(line):
            others.append(line)
    typed, missing = [], list((+ours).elements())
    for line in others:
        before = next((each for each in missing if _follows(vault, each, line)), None)
        if before is None:
            typed.append(line)
        else:
            missing.remove(before)
    said = map(_words, typed)
    return bool(others), [line for line in said if any(sign.isalnum() or sign > "\x7f" for sign in line)]


def _is_fixed(line: str) -> bool:
    """Whether a line is the same on every machine: the mark, a heading, the words for an empty day."""
    if line == _NOTHING or line in _HEADINGS or _MARKS.fullmatch(line):
        return True
    try:
        day = dt.datetime.strptime(line, "# %A, %d %B %Y").replace(tzinfo=dt.UTC).date()
    except ValueError:
        return False
    return _heading(day) == line


def _words(line: str) -> str:
    """A line without the mark. Words typed inside the mark stay, with the rest of it; they aren't a comment."""
    words = _MARKS.sub(" ", line)
    return (words.replace("%%", "") if words.startswith(_MADE) else words).strip()


def _follows(vault: Vault, old: str, new: str) -> bool:
    """Whether a line differs from ours only in links to notes that were renamed."""
    if _LINK.sub("[[]]", old) != _LINK.sub("[[]]", new):
        return False
    return all(
        was == now or _is_renamed(vault, was[2:-2], now[2:-2])
        for was, now in zip(_LINK.findall(old), _LINK.findall(new), strict=True)
    )


def _is_renamed(vault: Vault, old: str, new: str) -> bool:
    """Whether a link was updated by a rename: only its new text leads to a note, and both look the same."""
    (was, _, shown), (now, _, shows) = old.partition("|"), new.partition("|")
    if shows != shown and (shown or stem(shows) != stem(now)):
        return False
    return caseless(was) == caseless(now) or (_is_note(vault, now) and not _is_note(vault, was))


def _is_note(vault: Vault, target: str) -> bool:
    found = vault.ask(queries.paths_named, stem(target))
    return any(caseless(f"/{path}").endswith(caseless(f"/{target}.md")) for path in found)


def _to_inbox(vault: Vault, typed: Iterable[str]) -> None:
    try:
        to_inbox(vault, typed)
    except RoundsError as error:
        error.hint = f"{error.hint} {PATH} is left as it is.".strip()
        raise


# Generated text -------------------------------------------------------------------------------------------------


def _text(vault: Vault) -> str:
    today = vault.today()
    sections = today_sections(vault, everything=False)
    concerns = concerns_of(vault, {reminder.path for found in sections.values() for reminder in found})
    unnamed = {path for path, found in concerns.items() if found and 0 in found}
    lines = [_heading(today), "", _MARK]
    if not any(section in sections for section in DUE):
        lines += ["", _NOTHING]
    for section, found in sections.items():
        lines += ["", f"## {section.value}", ""]
        lines += [_line(reminder, unnamed) for reminder in neutral_reminders(vault, found, concerns)]
    text = "\n".join(lines) + "\n"
    return text.replace(_MARK, _MARK.format(_seal(text.replace(_MARK, _MARK.format("")))))


def _heading(day: dt.date) -> str:
    return f"# {day:%A}, {day.day} {day:%B %Y}"


def _line(reminder: Reminder, unnamed: Collection[str]) -> str:
    """One reminder. It starts with a link, so that it isn't parsed as a log entry or a task.

    Args:
        unnamed: paths of notes whose names stay here.
    """
    name = escape_controls(plain(reminder.name))
    target = reminder.path.removesuffix(".md")
    link = f"[[{target}|{name}]]" if stem(target) != stem(name) else f"[[{name}]]"
    if reminder.path in unnamed:
        link = f"*{name}*"
    when = (
        ""
        if reminder.due is None
        else f" ({reminder.due.day} {reminder.due:%b}{f', {reminder.time:%H:%M}' if reminder.time else ''})"
    )
    kind = f"{reminder.kind}: " if reminder.line and reminder.kind and reminder.kind != reminder.title else ""
    return f"- {link} {without_codes(escape_controls(kind + plain(reminder.title)))}{when}"
