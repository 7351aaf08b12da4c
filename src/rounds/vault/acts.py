"""What people do: log a touch, plan a follow-up, tick, put off or decline a reminder. Each is one save of one note."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from hashlib import blake2b
from typing import TYPE_CHECKING

from rounds.domain.followup import FollowUp
from rounds.domain.reminders import FOLLOW_UP, Reminder
from rounds.domain.touch import LogEntry
from rounds.errors import ChangedMeanwhileError, UsageError
from rounds.formats.log import write_entry
from rounds.formats.tasks import cancel, move, render_task, tick
from rounds.vault.vault import Opened

if TYPE_CHECKING:
    from rounds.vault.vault import Vault

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's: no letters that look like digits


@dataclass(frozen=True, slots=True)
class Done:
    """What was written, for the words that tell about it.

    Attributes:
        path: of the note.
        lines: the lines that are now in it.
    """

    path: str
    lines: tuple[str, ...]


def log_touch(
    vault: "Vault", path: str, kind: str, text: str, *, on: date | None = None, who: str = ""
) -> Done:
    """Write a log entry into a note.

    Args:
        path: of the note.
        kind: of the touch, such as `coffee`; empty or `note` for what is no touch.
        text: may hold several lines.
        on: the day; today by default.
        who: handle of the team member.
    """
    return _write(vault, path, LogEntry(on or vault.today(), kind.strip().lower(), _one_text(text), who=who))


def _write(vault: "Vault", path: str, entry: LogEntry) -> Done:
    opened = vault.read(path)
    document = write_entry(opened.document, opened.note.log, entry)
    vault.save(opened, document)
    return Done(path, tuple(_new_lines(opened, document.text)))


def _one_text(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())


def _new_lines(opened: Opened, text: str) -> list[str]:
    """Lines that an edit of ours brought in, for showing them."""
    before = set(opened.document.text.splitlines())
    return [line for line in text.splitlines() if line.strip() and line not in before]


def plan(
    vault: "Vault", path: str, text: str, *, due: date | None, at: time | None = None, kind: str = ""
) -> Done:
    """Write a follow-up into a note, with a block id of its own.

    Args:
        due: its day; None for some time.
        at: local time of the practice.
        kind: of the touch that doing it will be.
    """
    opened = vault.read(path)
    words = " ".join(text.split())
    followup = FollowUp(words, due=due, time=at, kind=kind, block=_block_id(opened, f"{words}\0{due}\0{at}"))
    if not words and not kind:
        raise UsageError(
            "a follow-up needs a few words",
            hint='For example: rounds plan WHO "send the one-pager" --by friday',
        )
    dataview = "[due::" in opened.document.text and "📅" not in opened.document.text
    line = render_task(followup, dataview=dataview)
    vault.save(opened, opened.document.append_to_section("Follow-ups", [line]))
    return Done(path, (line,))


def _block_id(opened: Opened, text: str, taken: Collection[str] = ()) -> str:
    """A block id that the note does not have yet: the same for the same note and text (vault format, Follow-up)."""
    used = {followup.block for followup in opened.note.followups} | set(taken)
    for attempt in range(1000):
        number = int.from_bytes(blake2b(f"{opened.path}\0{text}\0{attempt}".encode(), digest_size=3).digest())
        block = "f-" + "".join(_ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))
        if block not in used:
            return block
    raise UsageError("this note holds too many follow-ups", hint="Delete some that are done.")


def done(
    vault: "Vault", reminder: Reminder, text: str = "", *, kind: str = "", on: date | None = None
) -> Done:
    """Do what a reminder asks: tick the follow-up, or log the touch that the rule waits for.

    A follow-up that repeats gets its next one in the line above. Words about a ticked follow-up go into the log.
    """
    if reminder.rule != FOLLOW_UP:
        return log_touch(vault, reminder.path, kind or reminder.kind or "note", text, on=on)
    opened, line = _task_line(vault, reminder)
    lines = tick(
        line, on or vault.today(), block=_block_id(opened, line) if reminder.cause.startswith("f-") else ""
    )
    document = opened.document.replace_line(reminder_line(opened, reminder), "\n".join(lines))
    if text:
        ticked = Opened(opened.path, document, opened.base, opened.note)
        entry = LogEntry(on or vault.today(), kind or "note", _one_text(text))
        document = write_entry(ticked.document, _log_of(vault, ticked), entry)
    vault.save(opened, document)
    return Done(opened.path, tuple(lines))


def _log_of(vault: "Vault", opened: Opened) -> tuple[LogEntry, ...]:
    from rounds.formats.notes import read_note

    return read_note(opened.path, bytes(opened.document), vault.reader.folders).log


def later(vault: "Vault", reminder: Reminder, until: date) -> Done:
    """Put a reminder off: a follow-up gets another date, a rule waits until then."""
    if reminder.rule != FOLLOW_UP:
        return _write(
            vault, reminder.path, LogEntry(vault.today(), "later", "", rule=reminder.rule, until=until)
        )
    opened, line = _task_line(vault, reminder)
    moved = move(line, until)
    vault.save(opened, opened.document.replace_line(reminder_line(opened, reminder), moved))
    return Done(opened.path, (moved,))


def skip(vault: "Vault", reminder: Reminder, why: str = "") -> Done:
    """Decline a reminder: a follow-up is marked cancelled, a rule is told to let this one be."""
    if reminder.rule != FOLLOW_UP:
        return _write(
            vault, reminder.path, LogEntry(vault.today(), "skip", _one_text(why), rule=reminder.rule)
        )
    opened, line = _task_line(vault, reminder)
    given_up = cancel(line, vault.today())
    vault.save(opened, opened.document.replace_line(reminder_line(opened, reminder), given_up))
    return Done(opened.path, (given_up,))


def _task_line(vault: "Vault", reminder: Reminder) -> tuple[Opened, str]:
    opened = vault.read(reminder.path)
    number = reminder_line(opened, reminder)
    return opened, opened.document.text.split("\n")[number - 1].rstrip("\r")


def reminder_line(opened: Opened, reminder: Reminder) -> int:
    """The 1-based line of a written reminder in the note as it is now.

    Raises:
        ChangedMeanwhileError: the line is no longer there as it was.
    """
    from rounds.domain.reminders import Facts, written
    from rounds.formats.notes import partner_of

    partner = partner_of(opened.path, "", reminder.note_id, {})
    for current in written(Facts(partner, followups=opened.note.followups)):
        if current.cause == reminder.cause:
            return current.line
    raise ChangedMeanwhileError(
        f"{reminder.path}: that follow-up is no longer there as it was", hint="Look at the note again."
    )
