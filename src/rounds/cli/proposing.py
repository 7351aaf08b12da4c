"""The stage that what happened leads to: asked for on a terminal, elsewhere only said (guide, Vocabulary)."""

import shlex
from collections.abc import Sequence

from rounds.cli.asking import ask, can_ask
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.domain.reminders import Reminder


def proposals(session: Session, paths: Sequence[str], kind: str) -> list[Reminder]:
    """The stages that a touch of this kind leads to, where they are proposed; others wait until somebody looks."""
    from rounds.domain.stages import leads_to
    from rounds.vault.agenda import stages

    stage = leads_to(kind)
    keys = [session.vault.entry(path).key for path in paths] if stage else []
    return [each for each in stages(session.vault, keys) if each.sets == ("stage", stage)]


def offer(session: Session, proposed: Sequence[Reminder]) -> None:
    """Ask about each: yes writes the stage, no declines it for good, Enter leaves it open."""
    from rounds.vault.acts import done, skip

    for reminder in proposed:
        assert reminder.sets is not None
        question = f"{reminder.name}. {reminder.title}"
        if not can_ask(session):
            say(f"{question} rounds set {shlex.quote(reminder.name)} stage={reminder.sets[1]}")
            continue
        answer = ask(f"{question} (y/n, Enter to leave it open)").lower()
        if answer in {"y", "yes"}:
            done(session.vault, reminder)
        elif answer in {"n", "no"}:
            skip(session.vault, reminder)
    if proposed:
        session.vault.sync()
