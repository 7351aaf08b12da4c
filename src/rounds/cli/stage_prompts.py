"""Stage proposals after a touch, with commands to accept them (guide, Vocabulary)."""

import shlex
from collections.abc import Sequence

from rounds.cli.output import say
from rounds.cli.program_name import program
from rounds.cli.resolve import unmistakable
from rounds.cli.session import Session
from rounds.domain.reminders.reminder import Reminder


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
