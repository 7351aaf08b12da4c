"""Messages shared by several commands."""

import shlex
from collections.abc import Sequence
from datetime import date, timedelta

from rounds.cli.output import as_typed, program, say
from rounds.cli.prompts import agrees, can_ask
from rounds.cli.resolve import unmistakable
from rounds.cli.session import Session
from rounds.domain.phrases import day_words
from rounds.domain.reminders.reminder import Reminder


def tell_if_past(day: date, today: date) -> None:
    """Say that a planned day is in the past, so it's already overdue."""
    if day < today:
        what = as_typed("To record what happened: rounds log")
        say(f"Note: {day_words(day, today)} is in the past, so it's already overdue. {what}")


def tell_if_ahead(day: date, today: date) -> None:
    """Say that a logged touch doesn't count until its day (vault format, Partner)."""
    if day > today:
        say(f"Note: {day_words(day, today)} is in the future; until then this doesn't count as a touch.")
        say(as_typed("To plan something: rounds meet, rounds plan"))


def tell_of_code(code: str) -> None:
    """Say where to keep a newly generated client code."""
    say(f"Note in the chart who {code} stands for; the vault must not contain clients' names.")


def confirm_word(session: Session, key: str, text: str) -> str:
    """Check a role or other word for a likely typo: ask if a known word was intended, else print that it's new.

    Returns the text, with the known word if the user chose it.
    """
    from rounds.vault.did_you_mean import slips

    for slip in slips(session.vault, key, text):
        if slip.likely and can_ask(session) and agrees(slip.in_words()):
            text = text.replace(slip.word, slip.near)
        else:
            say(slip.in_words())
    return text


def is_soon(reminder: Reminder, today: date) -> bool:
    """Whether it's due within two weeks from today."""
    return reminder.due is not None and reminder.due <= today + timedelta(days=14)


def proposals(session: Session, paths: Sequence[str], kind: str) -> list[Reminder]:
    """The stages proposed for these partners because of this kind of touch; others wait until someone looks."""
    from rounds.domain.reminders.rules import leads_to
    from rounds.vault.reminders import stages

    stage = leads_to(kind)
    keys = [session.vault.entry(path).key for path in paths] if stage else []
    return [each for each in stages(session.vault, keys) if each.sets == ("stage", stage)]


def tell_proposals(session: Session, proposed: Sequence[Reminder]) -> None:
    """Print each, with the command that writes the stage."""
    for reminder in proposed:
        assert reminder.sets is not None
        who = shlex.quote(unmistakable(session.vault, reminder.path, reminder.name))
        command = f"{program(session.named)} set {who} stage={shlex.quote(reminder.sets[1])}"
        say(f"{reminder.name}. {reminder.title} {command}")
