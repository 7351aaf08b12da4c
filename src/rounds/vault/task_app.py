"""What people do in a task app, in the notes: what they type, and their answers to what Today asks about it."""

from datetime import date, time

from rounds.domain.reminders.reminder import Reminder, with_keys
from rounds.domain.server_questions import cause_of
from rounds.errors import ChangedMeanwhileError
from rounds.notes.log import write_below
from rounds.vault.log_actions import WriteResult, later, lines_of, log_touch, quoted, skip, written_as
from rounds.vault.reminders import reminders, remote_state
from rounds.vault.vault import Vault


def note_typed(vault: Vault, path: str, cause: str, text: str) -> WriteResult | None:
    """Write what was typed about a reminder: below its follow-up, indented, or as a log entry.

    Args:
        cause: of the follow-up, as for `reopen`; empty for a log entry of today.
        text: a line each; comment signs in it become plain text.

    Returns:
        None if all its lines are there already, as after a second machine has read them.

    Raises:
        ChangedMeanwhileError: the follow-up is gone.
        EditRefusedError: the text leaves a code block open.
    """
    opened = vault.editable(path)
    words = lines_of(text.replace("%%", "% %").replace("<!--", "< !--"))
    if not cause:
        said = {line for entry in opened.note.log for line in entry.text.split("\n")}
        return None if said.issuperset(words.split("\n")) else log_touch(vault, opened, "note", words)
    found = [followup for followup, known in with_keys(opened.note.followups) if known == cause]
    if not found:
        raise ChangedMeanwhileError(
            f"{path}: that follow-up is no longer there as it was", hint="Look at the note again."
        )
    document, lines = write_below(opened.document, found[0].line, words.split("\n"))
    if not lines:
        return None
    vault.save(opened, document, f"added to {quoted(found[0].text)} for")
    return written_as(vault, path, lines)


# Answers --------------------------------------------------------------------------------------------------------------


def accept(vault: Vault, asking: Reminder) -> WriteResult:
    """Do in the note what was done in the task app: move the reminder to the new day, or let it go.

    Raises:
        ChangedMeanwhileError: the question was answered meanwhile, or its reminder is gone.
    """
    with remote_state(vault).changing_questions() as found:
        about = _about(vault, asking)
        question = found.pop(about.key, None)
        if question is None or question.declined:
            raise _answered(asking)
        if question.what == "deleted" or question.day is None:
            return skip(vault, about)
        return later(vault, about, question.day, at=question.time)


def decline(vault: Vault, asking: Reminder) -> WriteResult:
    """Leave the note as it is: the next publishing puts it back into the task app.

    Raises:
        ChangedMeanwhileError: as for `accept`.
    """
    with remote_state(vault).changing_questions() as found:
        about = _about(vault, asking)
        if (question := found.get(about.key)) is None:
            raise _answered(asking)
        found[about.key] = question._replace(declined=True)
    return WriteResult(asking.path, ())


def other_day(vault: Vault, asking: Reminder, until: date, *, at: time | None = None) -> WriteResult:
    """Move the reminder to a third day, which the next publishing puts into the task app too."""
    return later(vault, _about(vault, asking), until, at=at)


def _about(vault: Vault, asking: Reminder) -> Reminder:
    found = [each for each in reminders(vault) if each.note_id == asking.note_id and cause_of(each.key) == asking.cause]
    if len(found) != 1:
        raise _answered(asking)
    return found[0]


def _answered(asking: Reminder) -> ChangedMeanwhileError:
    return ChangedMeanwhileError(
        f"{asking.path}: that question is answered, or its reminder is gone", hint="Look at Today again."
    )
