"""Reminder choice for `done`, `later` and `skip`; several are listed, never guessed."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from rounds.cli.output import say, table
from rounds.cli.prompts import can_ask, pick
from rounds.cli.session import Session
from rounds.domain.phrases import due_words, title_words
from rounds.domain.reminders.reminder import FOLLOW_UP, Rank, Reminder, State
from rounds.errors import AmbiguousError, NotFoundError, UsageError

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord


def choose(session: Session, entry: "NoteRecord | None", *, rule: str, number: int) -> Reminder:
    """Find the one intended reminder.

    Args:
        entry: the reminder's note; None for reminders due today.
        rule: only reminders of this rule.
        number: 1-based position in the displayed list of matches; 0 for none.

    Raises:
        NotFoundError: there is none.
        AmbiguousError: several match, and the user can't be asked.
        UsageError: there is no such number.
    """
    found = _open(session, entry, rule)
    whose = entry.name if entry else "today"
    if not found:
        what = f" of the rule {rule}" if rule else ""
        raise NotFoundError(f"there is no open reminder{what} for {whose}", hint="See: rounds today --all")
    if rule and not number and len(found) > 1:
        found = _now(found, rule, session.vault.today())
    if number:
        if number > len(found):
            raise UsageError(f"there is no number {number} for {whose}", hint=f"There are {len(found)}.")
        return found[number - 1]
    if len(found) == 1:
        return found[0]
    rows = _rows(session, found, named=entry is None)
    if not can_ask(session):
        raise AmbiguousError(
            f"{len(found)} reminders for {whose} could be meant",
            hint="Say which one, with --number N or --rule RULE:",
            candidates=rows,
        )
    for row in rows:
        say(row)
    picked = pick("Which one?", len(found))
    if not picked:
        raise NotFoundError("no reminder was chosen", hint="Nothing was written.")
    return found[picked - 1]


def _open(session: Session, entry: "NoteRecord | None", rule: str) -> list[Reminder]:
    from rounds.vault.reminders import reminders

    today = session.vault.today()
    found = [r for r in reminders(session.vault) if entry is None or r.path == entry.path]
    if rule:
        _check(rule)
        return [r for r in found if r.rule == rule]
    if entry is None:
        return [r for r in found if r.state(today) in (State.DUE, State.OVERDUE)]
    # A rule's future reminders count only if nothing else is open.
    found = [r for r in found if r.rank is not Rank.PROPOSAL] or found
    asking = [r for r in found if r.line or r.state(today) is not State.PLANNED]
    return asking or found


def _now(found: list[Reminder], rule: str, today: date) -> list[Reminder]:
    """Narrow several reminders of one rule to those for past events, then to those due; else all of them.

    If one remains, print which.
    """
    happened = [r for r in found if r.happened] or found
    meant = [r for r in happened if r.line or r.state(today) is not State.PLANNED] or happened
    if len(meant) == 1:
        say(f"Of {len(found)} for the rule {rule}, this is the one: {meant[0].why}.")
    return meant


def _check(rule: str) -> None:
    from rounds.domain.reminders.rules import RULES

    known = [FOLLOW_UP, *RULES]
    if rule not in known:
        raise UsageError(f'there is no rule "{rule}"', hint=f"Known: {', '.join(known)}.")


def _rows(session: Session, found: Sequence[Reminder], *, named: bool) -> list[str]:
    today = session.vault.today()
    rows = [
        (f"{number}.", due_words(r, today), title_words(r), *([r.name] if named else []), f"({r.rule})")
        for number, r in enumerate(found, 1)
    ]
    return table(rows, max(0, session.out.width - 2))  # errors indent rows by two
