"""Log and reminder actions: log, plan, tick, postpone, skip; one save each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import reduce
from hashlib import blake2b
from textwrap import dedent

from rounds.domain.draft_questions import answered_by
from rounds.domain.log_followups import KINDS, MEETINGS, FollowUp, LogEntry, Status, happened_on
from rounds.domain.partner_referral_release import CROCKFORD
from rounds.domain.reminders.reminder import Facts, Reminder, followup_reminders, with_keys
from rounds.errors import ChangedMeanwhileError, UsageError
from rounds.notes.document import Document
from rounds.notes.links import plain
from rounds.notes.log import begins_block, parse_entry, render_entry, write_entry
from rounds.notes.markdown import CLOSE, HIDDEN, OPEN, leaves_open
from rounds.notes.merge.diff3 import fence_after
from rounds.notes.properties import partner_of
from rounds.notes.schema import KEYS
from rounds.notes.task_edits import cancel, move, render_task, tick
from rounds.notes.task_edits import reopen as reopened
from rounds.notes.tasks import REPEATS, parse_task, without_filter
from rounds.vault.vault import LoadedNote, Vault

_BLOCK = re.compile(r"\^([A-Za-z0-9-]+)[ \t\r]*$", re.MULTILINE)
_ALPHABET = CROCKFORD.lower()
_TOLD = 40  # characters of a follow-up shown in the history


@dataclass(frozen=True, slots=True)
class WriteResult:
    """Result of a write, for messages.

    Attributes:
        path: the note's path.
        lines: the lines now in the note; see `written_as`.
        ticked: the planned meeting that the touch settled, in words; empty for none.
    """

    path: str
    lines: tuple[str, ...]
    ticked: str = ""


def written_as(vault: Vault, path: str, lines: Iterable[str], ticked: str = "") -> WriteResult:
    """The result for some lines, each as the user decided about it (`vault.client_guard.Decisions`)."""
    return WriteResult(path, tuple(map(vault.decisions.written, lines)), ticked)


def log_touch(
    vault: Vault, note: str | LoadedNote, kind: str, text: str, *, on: date | None = None, who: str = ""
) -> WriteResult:
    """Write a log entry into a note. A meeting also ticks the follow-up planned for that kind and day.

    Args:
        note: its path, or the note as `Vault.editable` has just read it.
        kind: kind of touch, such as `coffee`; empty or `note` if it isn't a touch.
        text: may have several lines.
        on: the day; today by default.
        who: the team member's handle.

    Raises:
        UsageError: the kind or the handle isn't one word.
    """
    entry = LogEntry(on or vault.today(), _word(kind).lower(), lines_of(text), who=_handle(who))
    opened = vault.editable(note) if isinstance(note, str) else note
    return _write(vault, opened, entry if entry.kind or _reads_back(entry) else entry._replace(kind="note"))


def _write(vault: Vault, opened: LoadedNote, entry: LogEntry) -> WriteResult:
    happened = entry.date <= vault.today()
    document, answered = _with_drafts_sent(opened, entry) if happened else (opened.document, [])
    planned = _planned(opened.note.followups, entry) if happened else None
    what = f"logged {'a note' if entry.kind in {'', 'note'} else entry.kind} for"
    if planned is None:
        vault.save(opened, write_entry(document, opened.note.log, entry), what)
        return written_as(vault, opened.path, [*render_entry(entry), *answered])
    new_block = planned.block.startswith("f-")
    document, lines = _ticked(opened, planned.line, entry.date, new_block=new_block, document=document)
    vault.save(opened, write_entry(document, _log_below(opened, planned.line, len(lines)), entry), what)
    words = f"{planned.kind}: {planned.text}" if planned.text else planned.kind
    return written_as(vault, opened.path, [*render_entry(entry), *lines, *answered], words)


def _with_drafts_sent(opened: LoadedNote, entry: LogEntry) -> tuple[Document, list[str]]:
    """The document with the drafts ticked that an entry shows were sent, and those lines; no line moves."""
    document, lines = opened.document, list[str]()
    for each in answered_by(opened.note.followups, entry):
        line, seen = _line(document, each.line)
        lines += tick(line, each.due or entry.date, seen=seen)[-1:]
        document = document.replace_line(each.line, lines[-1])
    return document, lines


def _planned(followups: Iterable[FollowUp], entry: LogEntry) -> FollowUp | None:
    """The first open follow-up with a meeting's kind and day; not one whose next date can't be computed."""
    same = (f for f in followups if f.status is Status.OPEN and (f.kind, f.due) == (entry.kind, entry.date))
    return next((f for f in same if f.recurrence or not f.repeat), None) if entry.kind in MEETINGS else None


def _ticked(
    opened: LoadedNote, number: int, day: date, *, new_block: bool, document: Document | None = None
) -> tuple[Document, tuple[str, ...]]:
    """Tick a task line; returns the document and the new lines. For a recurring task, the next one goes above.

    Args:
        number: 1-based line.
        new_block: whether the next one gets a block id.

    Raises:
        UsageError: the next one can't be written, so nothing may change.
    """
    document = document or opened.document
    line, seen = _line(document, number)
    try:
        lines = tick(line, day, block=_block_id(opened, line) if new_block else "", seen=seen)
    except OverflowError:
        raise UsageError("the next one would be too far away", hint="Change how often it repeats.") from None
    except ValueError as error:
        raise UsageError(
            f'it repeats by a rule that is not known, "{error}", so its next one can\'t be written',
            hint=f"{REPEATS} Or take the rule out of the note.",
        ) from None
    return document.replace_line(number, "\n".join(lines)), tuple(lines)


def _word(kind: str) -> str:
    if kind.strip() and not re.fullmatch(r"[^\W\d_][\w-]*", kind.strip()):
        raise UsageError(f'"{kind}" is not a kind of touch', hint=f"Write one word, such as {', '.join(KINDS[:4])}.")
    return kind.strip()


def _handle(who: str) -> str:
    handle = who.strip().removeprefix("@")
    if handle and not re.fullmatch(r"[\w.-]+", handle):
        raise UsageError(f'"{who}" is not a handle', hint="Write one word, such as @kim.")
    return handle


def lines_of(text: str) -> str:
    """A text as a log entry, line by line as typed; code blocks are closed, and a task becomes a follow-up.

    Blanks at the end of lines go, and so do those that all lines begin with, below a first line of plain text too.
    """
    lines = [f"{line[: -len(line.lstrip())].expandtabs(4)}{line.strip()}" for line in text.rstrip().splitlines()]
    first, *more = dedent("\n".join(lines)).lstrip("\n").split("\n")
    if not begins_block(first):
        first, more = first.strip(), dedent("\n".join(more)).split("\n") if more else []
    if fence := reduce(lambda fence, line: fence_after(line.strip(), fence), [first, *more], ""):
        more.append(fence)
    return "\n".join([first, *more])


def _reads_back(entry: LogEntry) -> bool:
    """Whether an entry without a kind reads back as one: `coffee: nice place` and `skip thanks` don't."""
    first, *more = render_entry(entry)
    try:
        return parse_entry(first, entry.line, more) == entry
    except ValueError:
        return False


def plan(
    vault: Vault, path: str, text: str, *, due: date | None, at: time | None = None, kind: str = ""
) -> WriteResult:
    """Write a follow-up into a note, with its own block id.

    Args:
        due: its date; None for someday.
        at: local time at the practice.
        kind: kind of touch it will be once done.
    """
    words, kind = " ".join(text.split()), _word(kind).lower()
    if not words and not kind:
        raise UsageError(
            "a follow-up needs a few words",
            hint='For example: rounds plan WHO "send the one-pager" --by friday',
        )
    if leaves_open(f"- [ ] {words}"):
        raise UsageError(OPEN, hint=CLOSE)
    opened = vault.editable(path)
    followup = FollowUp(words, due=due, time=at, kind=kind, block=_block_id(opened, f"{words}\0{due}\0{at}"))
    dataview = "[due::" in opened.document.text and "📅" not in opened.document.text
    task_filter = vault.reader.task_filter
    line = render_task(followup, dataview=dataview, task_filter=task_filter)
    if not _keeps(followup, without_filter(line, task_filter)):
        raise UsageError(
            f'"{words}" would be read as something else in a note', hint="Leave out dates and signs in brackets."
        )
    vault.save(opened, opened.document.append_to_section("Follow-ups", [line]), f"planned {quoted(words or kind)} for")
    return written_as(vault, path, [line])


def _keeps(followup: FollowUp, line: str) -> bool:
    """Whether a task line reads back as requested. Its text may add more, such as a time."""
    try:
        found = parse_task(line, 0)
    except ValueError:
        return False
    return found is not None and found.block == followup.block and all(
        wanted in (None, "", given)
        for wanted, given in (
            (followup.due, found.due), (followup.time, found.time), (followup.kind, found.kind),
        )
    )  # fmt: skip


def _block_id(opened: LoadedNote, text: str) -> str:
    """An unused block id, the same for the same note and text (vault format, Follow-up)."""
    used = {*_BLOCK.findall(opened.document.text)}
    for attempt in range(1000):
        number = int.from_bytes(blake2b(f"{opened.path}\0{text}\0{attempt}".encode(), digest_size=3).digest())
        block = "f-" + "".join(_ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))
        if block not in used:
            return block
    raise UsageError("this note holds too many follow-ups", hint="Delete some that are done.")


def done(vault: Vault, reminder: Reminder, text: str = "", *, kind: str = "", on: date | None = None) -> WriteResult:
    """Do a reminder: tick the follow-up, or log the touch that the rule waits for.

    A recurring follow-up gets its next one on the line above. Text about a ticked follow-up goes into the log.

    Args:
        on: the day it was done. By default, the planned day for an appointment, and today for everything else.
    """
    if reminder.sets is not None:
        return _set(vault, reminder, on or vault.today())
    if not reminder.line:
        return log_touch(vault, reminder.path, kind or reminder.kind or "note", text, on=on)
    opened, number = _task_line(vault, reminder)
    day = on or day_done(reminder, vault.today())
    document, lines = _ticked(opened, number, day, new_block=reminder.cause.startswith("f-"))
    if day_done(reminder, day) != day:  # it took place on another day than planned
        at = number + len(lines) - 1
        lines = (*lines[:-1], move(lines[-1], day, seen=_line(document, at)[1]))
        document = document.replace_line(at, lines[-1])
    if text or (kind and kind != reminder.kind):
        entry = LogEntry(day, _word(kind).lower() or "note", lines_of(text))
        document = write_entry(document, _log_below(opened, number, len(lines)), entry)
    vault.save(opened, document, f"ticked {quoted(reminder.title)} for")
    return written_as(vault, opened.path, lines)


def day_done(reminder: Reminder, ticked: date) -> date:
    """The day a reminder was done, if it was ticked on that day."""
    return happened_on(reminder.kind, reminder.due, ticked, timed=reminder.time is not None) or ticked


def _set(vault: Vault, reminder: Reminder, day: date) -> WriteResult:
    """Write the property a reminder proposes."""
    assert reminder.sets is not None
    key, value = reminder.sets
    opened = vault.editable(reminder.path)
    written_value = day if value == "today" else value
    what = f"changed the {key.replace('_', ' ')} of"
    vault.save(opened, opened.document.set(key, written_value, order=KEYS["partner"]), what)
    return written_as(vault, opened.path, [f"{key}: {written_value}"])


def _log_below(opened: LoadedNote, number: int, count: int) -> list[LogEntry]:
    """A note's log after `count` lines took the place of its task line `number`: entries below it have moved."""
    return [e._replace(line=e.line + count - 1) if e.line > number else e for e in opened.note.log]


def reopen(vault: Vault, path: str, cause: str) -> WriteResult:
    """Reopen a ticked follow-up.

    Args:
        cause: block id, or hash and index among equal lines, as in its reminder.

    Raises:
        UsageError: it's gone or not done, or it recurs, so the next one is already open.
    """
    opened = vault.editable(path)
    for followup, known in with_keys(opened.note.followups):
        if known == cause and followup.status is Status.DONE:
            if followup.recurrence is not None:
                raise UsageError("it repeats, and the next one is open", hint="Look at the note.")
            line, seen = _line(opened.document, followup.line)
            line = reopened(line, seen=seen)
            what = f"opened {quoted(followup.text)} again for"
            vault.save(opened, opened.document.replace_line(followup.line, line), what)
            return written_as(vault, path, [line])
    raise UsageError(f"{path}: that follow-up is no longer there as it was", hint="Look at the note again.")


def later(vault: Vault, reminder: Reminder, until: date, *, at: time | None = None) -> WriteResult:
    """Postpone a reminder: a follow-up gets a new date, and time if given; a rule waits until then.

    Raises:
        UsageError: a time of day for a rule, which has none.
    """
    if not reminder.line and at is not None:
        raise UsageError(f"only a follow-up has a time of day: {at:%H:%M}", hint="Leave the time out.")
    if not reminder.line:
        return _decline(vault, reminder, LogEntry(vault.today(), "later", "", rule=reminder.rule, until=until))
    opened, number = _task_line(vault, reminder)
    line, seen = _line(opened.document, number)
    moved = move(line, until, at, task_filter=vault.reader.task_filter, seen=seen)
    vault.save(opened, opened.document.replace_line(number, moved), f"put off {quoted(reminder.title)} for")
    return written_as(vault, opened.path, [moved])


def skip(vault: Vault, reminder: Reminder, why: str = "") -> WriteResult:
    """Skip a reminder: cancel a follow-up and log the reason, or log a `skip` entry for a rule."""
    if not reminder.line:
        if reminder.rule == "stage" and reminder.sets:  # so that a later stage can be proposed on the same day
            why = ", ".join(filter(None, (reminder.sets[1], why)))
        return _decline(vault, reminder, LogEntry(vault.today(), "skip", lines_of(why), rule=reminder.rule))
    opened, number = _task_line(vault, reminder)
    line, seen = _line(opened.document, number)
    given_up = cancel(line, vault.today(), seen=seen)
    document = opened.document.replace_line(number, given_up)
    if why.strip():
        entry = LogEntry(vault.today(), "note", lines_of(why))
        document = write_entry(document, opened.note.log, entry)
    vault.save(opened, document, f"skipped {quoted(reminder.title)} for")
    return written_as(vault, opened.path, [given_up])


def _decline(vault: Vault, reminder: Reminder, entry: LogEntry) -> WriteResult:
    """Write a `skip` or `later` entry, replacing one from today for the same rule."""
    opened = vault.editable(reminder.path)
    lines = render_entry(entry)
    before = [e for e in opened.note.log if (e.date, e.rule) == (entry.date, entry.rule) and "\n" not in e.text]
    if before and HIDDEN not in _line(opened.document, before[-1].line)[1]:
        document = opened.document.replace_line(before[-1].line, "\n".join(lines))
    else:
        document = write_entry(opened.document, opened.note.log, entry)
    vault.save(opened, document, f"{'put off' if entry.until else 'skipped'} {quoted(reminder.title)} for")
    return written_as(vault, opened.path, lines)


def quoted(words: str) -> str:
    """Quote a note's words for the history."""
    words = " ".join(plain(words).split())
    return f'"{words if len(words) <= _TOLD else f"{words[: _TOLD - 1]}…"}"'


def _task_line(vault: Vault, reminder: Reminder) -> tuple[LoadedNote, int]:
    opened = vault.editable(reminder.path)
    return opened, reminder_line(opened, reminder)


def _line(document: Document, number: int) -> tuple[str, str]:
    """A line of a note without its line ending, and again with its comments hidden."""
    line, seen = (text.split("\n")[number - 1].rstrip("\r") for text in (document.text, document.seen))
    return line, seen


def reminder_line(opened: LoadedNote, reminder: Reminder) -> int:
    """The current 1-based line of a follow-up. It may have moved, but not changed.

    Raises:
        ChangedMeanwhileError: the line has changed or is gone.
    """
    partner = partner_of(opened.path, "", reminder.note_id, {})
    for current in followup_reminders(Facts(partner, followups=opened.note.followups)):
        if current.cause == reminder.cause and _what(current) == _what(reminder):
            return current.line
    raise ChangedMeanwhileError(
        f"{reminder.path}: that follow-up is no longer there as it was", hint="Look at the note again."
    )


def _what(reminder: Reminder) -> tuple[object, ...]:
    return reminder.title, reminder.due, reminder.time, reminder.kind
