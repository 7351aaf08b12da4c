"""What people do in a task app, in the notes: what they type, and their answers to what Today asks about it."""

from datetime import date, time

from rounds.domain.reminders.reminder import Reminder, with_keys
from rounds.domain.server_questions import ASKING, cause_of
from rounds.errors import ChangedMeanwhileError, UsageError
from rounds.notes.log import write_below
from rounds.vault import log_actions
from rounds.vault.log_actions import WriteResult, lines_of, log_touch, quoted, written_as
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
        UsageError: the follow-up is gone.
        EditRefusedError: the text leaves a code block open.
    """
    opened = vault.editable(path)
    words = lines_of(text.replace("%%", "% %").replace("<!--", "< !--"))
    if not cause:
        said = {"", *(line.strip() for entry in opened.note.log for line in entry.text.split("\n"))}
        if said.issuperset(map(str.strip, words.split("\n"))):
            return None
        return log_touch(vault, opened, "note", words)
    found = [followup for followup, known in with_keys(opened.note.followups) if known == cause]
    if not found:
        raise UsageError(f"{path}: that follow-up is no longer there as it was", hint="Look at the note again.")
    document, lines = write_below(opened.document, found[0].line, words.split("\n"))
    if not lines:
        return None
    vault.save(opened, document, f"added to {quoted(found[0].text)} for")
    return written_as(vault, path, lines)


# Answers --------------------------------------------------------------------------------------------------------------


def done(vault: Vault, reminder: Reminder, text: str = "", *, kind: str = "", on: date | None = None) -> WriteResult:
    """Do a reminder, as `log_actions.done`; if it asks, do in the note what was done in the task app.

    Raises:
        ChangedMeanwhileError: the question was answered meanwhile, or its reminder is gone.
    """
    if reminder.rule not in ASKING:
        return log_actions.done(vault, reminder, text, kind=kind, on=on)
    with remote_state(vault).changing_questions() as found:
        about = _about(vault, reminder)
        question = found.pop(about.key, None)
        if question is None or question.declined:
            raise _answered(reminder)
        if question.what == "deleted" or question.day is None:
            return log_actions.skip(vault, about)
        return log_actions.later(vault, about, question.day, at=question.time)


def skip(vault: Vault, reminder: Reminder, why: str = "") -> WriteResult:
    """Skip a reminder, as `log_actions.skip`; if it asks, keep the note: the next publishing puts it back there.

    Raises:
        ChangedMeanwhileError: as for `done`.
    """
    if reminder.rule not in ASKING:
        return log_actions.skip(vault, reminder, why)
    with remote_state(vault).changing_questions() as found:
        about = _about(vault, reminder)
        if (question := found.get(about.key)) is None:
            raise _answered(reminder)
        found[about.key] = question._replace(declined=True)
    return WriteResult(reminder.path, ())


def later(vault: Vault, reminder: Reminder, until: date, *, at: time | None = None) -> WriteResult:
    """Postpone a reminder, as `log_actions.later`; or the one that it asks about, which answers the question."""
    about = _about(vault, reminder) if reminder.rule in ASKING else reminder
    return log_actions.later(vault, about, until, at=at)


def _about(vault: Vault, asking: Reminder) -> Reminder:
    found = [each for each in reminders(vault) if each.note_id == asking.note_id and cause_of(each.key) == asking.cause]
    if len(found) != 1:
        raise _answered(asking)
    return found[0]


def _answered(asking: Reminder) -> ChangedMeanwhileError:
    return ChangedMeanwhileError(
        f"{asking.path}: that question is answered, or its reminder is gone", hint="Look at Today again."
    )
