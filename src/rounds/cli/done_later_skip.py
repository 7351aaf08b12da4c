"""`rounds done`, `later` and `skip`: tick off, postpone or skip a reminder."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import reminder_shape, written_shape
from rounds.cli.notices_unknown_words import proposals, tell_if_ahead, tell_proposals
from rounds.cli.options import F, command, kind_completion, kinds, who_completion
from rounds.cli.output import say, table
from rounds.cli.prompts import can_ask, choose, pick
from rounds.cli.resolve import leading, spelled, writable
from rounds.cli.session import Session
from rounds.domain.phrases import day_words, due_words, title_words
from rounds.domain.reminders.reminder import FOLLOW_UP, Rank, Reminder, State
from rounds.domain.server_questions import ASKING
from rounds.errors import AmbiguousError, DateError, NotFoundError, UsageError

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord


def _which(function: F) -> F:
    """Options to choose one of several reminders."""
    number = click.option(
        "--number", type=click.IntRange(min=1), metavar="N", help="The reminder's number in the list."
    )
    return click.option("--rule", default="", help="The reminder's rule, as listed.")(number(function))


@command("done", '{"done": WRITTEN, "reminder": REMINDER}', guarded=True)
@click.argument("words", nargs=-1, metavar="[WHO] [TEXT]...", shell_complete=who_completion)
@_which
@click.option("--kind", default="", help="How you were in touch, such as email.", shell_complete=kind_completion)
@click.option("--on", "on", metavar="DATE", default="", help="The day you did it.")
def done(session: Session, words: tuple[str, ...], *, rule: str, number: int | None, kind: str, on: str) -> None:
    """Tick off a reminder.

    A follow-up is ticked in its note, and TEXT goes into the log. A reminder from a rule, such as a thank-you, is
    logged. If several reminders match, they are listed with numbers. Without WHO, the reminders due today are used.
    """
    from rounds.notes.dates import parse_day
    from rounds.vault.task_app import done as tick

    vault = session.vault
    entry, rest = leading(vault, words) if words else (None, [])
    reminder = pick_reminder(session, entry, rule=rule, number=number or 0)
    day = parse_day(on, today=vault.today(), past=True) if on else None
    shape = reminder_shape(reminder, vault.today())
    written = tick(vault, reminder, " ".join(rest), kind=_kind(session, reminder, kind), on=day)
    vault.sync_written()
    session.out.show(
        lambda: {"done": written_shape(written, reminder.name), "reminder": shape},
        lambda: [f"Done: {title_words(reminder)} · {reminder.name}", *(f"  {line}" for line in written.lines)],
    )
    if day:
        tell_if_ahead(day, vault.today())
    tell_proposals(session, proposals(session, [written.path], kind.strip().lower() or reminder.kind))


def _kind(session: Session, reminder: Reminder, kind: str) -> str:
    """The kind of touch; unknown only for a check-in."""
    if kind or reminder.line or reminder.sets or reminder.rank is not Rank.GENTLE:
        return kind.strip().lower()
    writable(session.vault, reminder.path)
    if can_ask(session):
        return choose(f"How were you in touch with {reminder.name}?", kinds(session), reminder.kind)
    raise UsageError(f"how were you in touch with {reminder.name}?", hint="Add --kind, for example: --kind email")


@command("later", '{"later": WRITTEN, "reminder": REMINDER, "until": DATE}', guarded=True)
@click.argument("words", nargs=-1, required=True, metavar="[WHO] DATE", shell_complete=who_completion)
@_which
def later(session: Session, words: tuple[str, ...], rule: str, number: int | None) -> None:
    """Postpone a reminder.

    A follow-up gets the new date; a rule waits until then: `rounds later dana next week`. Without WHO, the reminders
    due today are used.
    """
    from rounds.notes.dates import parse_moment
    from rounds.vault.same_time import also_then
    from rounds.vault.task_app import later as put_off

    vault = session.vault
    today = vault.today()
    try:
        (until, at), entry = parse_moment("" if _is_name(session, words) else " ".join(words), today=today), None
    except DateError:
        entry, rest = leading(vault, words)
        if not rest:
            raise UsageError("until when?", hint="For example: rounds later dana next week") from None
        until, at = parse_moment(" ".join(rest), today=today)
    if until <= today:
        raise UsageError(f"{until} isn't in the future", hint="For example: rounds later dana tomorrow")
    reminder = pick_reminder(session, entry, rule=rule, number=number or 0)
    own = reminder.path, reminder.line
    clash = also_then(vault, until, at or reminder.time, own) if reminder.line else ""
    written = put_off(vault, reminder, until, at=at)
    shape = reminder_shape(reminder, today)
    vault.sync_written()
    session.out.show(
        lambda: {"later": written_shape(written, reminder.name), "reminder": shape, "until": str(until)},
        lambda: [
            f"Waits until {day_words(until, today)}: {title_words(reminder)} · {reminder.name}",
            *(f"  {line}" for line in written.lines),
        ],
    )
    if clash:
        say(clash)


def _is_name(session: Session, words: tuple[str, ...]) -> bool:
    """Whether the only word is a person's name that is also a month: April, June."""
    from rounds.notes.dates import is_month

    if len(words) > 1 or not is_month(words[0]):
        return False
    with suppress(NotFoundError, AmbiguousError):
        return spelled(leading(session.vault, words)[0], words[0])
    return False


@command("skip", '{"skipped": WRITTEN, "reminder": REMINDER}', guarded=True)
@click.argument("words", nargs=-1, metavar="[WHO] [WHY]...", shell_complete=who_completion)
@_which
def skip(session: Session, words: tuple[str, ...], rule: str, number: int | None) -> None:
    """Skip a reminder.

    A follow-up is marked as canceled, and WHY goes into the log as a note. For a rule, a log entry records the skip.
    Without WHO, the reminders due today are used.
    """
    from rounds.vault.task_app import skip as decline

    vault = session.vault
    entry, rest = leading(vault, words) if words else (None, [])
    reminder = pick_reminder(session, entry, rule=rule, number=number or 0)
    shape = reminder_shape(reminder, vault.today())
    written = decline(vault, reminder, " ".join(rest))
    vault.sync_written()
    session.out.show(
        lambda: {"skipped": written_shape(written, reminder.name), "reminder": shape},
        lambda: [f"Skipped: {title_words(reminder)} · {reminder.name}", *(f"  {line}" for line in written.lines)],
    )


def pick_reminder(session: Session, entry: "NoteRecord | None", *, rule: str, number: int) -> Reminder:
    """Find the one intended reminder.

    Args:
        entry: the reminder's note; None for reminders due today.
        number: 1-based position in the displayed list of matches; 0 for none.
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
            f"{len(found)} reminders for {whose} match",
            hint="Choose one with --number N or --rule RULE:",
            candidates=rows,
        )
    for row in rows:
        say(row)
    picked = pick("Which one?", len(found))
    if not picked:
        raise NotFoundError("no reminder was chosen", hint="Nothing was written.")
    return found[picked - 1]


def _open(session: Session, entry: "NoteRecord | None", rule: str) -> list[Reminder]:
    from rounds.vault.reminders import note_reminders, questions, reminders

    today = session.vault.today()
    asked = [each for each in questions(session.vault) if entry is None or each.path == entry.path]
    found = [*asked, *(reminders(session.vault) if entry is None else note_reminders(session.vault, entry.path))]
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
    due = [r for r in happened if r.line or r.state(today) is not State.PLANNED] or happened
    if len(due) == 1:
        say(f"Of {len(found)} for the rule {rule}, this one was chosen: {due[0].why}.")
    return due


def _check(rule: str) -> None:
    from rounds.domain.reminders.rules import RULES

    known = [FOLLOW_UP, *RULES, *sorted(ASKING)]
    if rule not in known:
        raise UsageError(f'there is no rule "{rule}"', hint=f"Known: {', '.join(known)}.")


def _rows(session: Session, found: Sequence[Reminder], *, named: bool) -> list[str]:
    today = session.vault.today()
    rows = [
        (f"{number}.", due_words(r, today), title_words(r), *([r.name] if named else []), f"({r.rule})")
        for number, r in enumerate(found, 1)
    ]
    return table(rows, max(0, session.out.width - 2))  # errors indent rows by two
