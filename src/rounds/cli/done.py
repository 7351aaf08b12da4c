"""`rounds done`: tick off a reminder."""

import click

from rounds.cli.notices import tell_if_ahead
from rounds.cli.options import command, kind_completion, kinds, who_completion
from rounds.cli.pick_reminder import choose as choose_reminder
from rounds.cli.prompts import can_ask, choose
from rounds.cli.resolve import leading, writable
from rounds.cli.session import Session
from rounds.cli.stage_prompts import proposals, tell_proposals
from rounds.domain.phrases import title_words
from rounds.domain.reminders.reminder import Rank, Reminder
from rounds.errors import UsageError


@command("done", '{"done": WRITTEN, "reminder": REMINDER}')
@click.argument("words", nargs=-1, metavar="[WHO] [TEXT]...", shell_complete=who_completion)
@click.option("--rule", default="", help="The rule of the reminder, as it is listed.")
@click.option("--number", type=click.IntRange(min=1), default=None, metavar="N", help="Its number in that list.")
@click.option("--kind", default="", help="How you were in touch, such as email.", shell_complete=kind_completion)
@click.option("--on", "on", metavar="DATE", default="", help="The day it was done.")
def done(session: Session, words: tuple[str, ...], *, rule: str, number: int | None, kind: str, on: str) -> None:
    """Tick off a reminder.

    A follow-up is ticked in its note, and TEXT goes into the log. What a rule asked for, such as a thank-you, is
    logged. Where several reminders could be meant, they are listed with their numbers. Without WHO, those of
    today are meant.
    """
    from rounds.cli.json_shapes import reminder_shape, written_shape
    from rounds.notes.dates import parse_day
    from rounds.vault.log_actions import done as tick

    vault = session.vault
    entry, rest = leading(vault, words) if words else (None, [])
    reminder = choose_reminder(session, entry, rule=rule, number=number or 0)
    writable(vault, reminder.path)
    day = parse_day(on, today=vault.today(), past=True) if on else None
    shape = reminder_shape(reminder, vault.today())
    written = tick(vault, reminder, " ".join(rest), kind=_kind(session, reminder, kind), on=day)
    vault.sync()
    session.out.show(
        lambda: {
            "done": written_shape(written, reminder.name),
            "reminder": shape,
        },
        lambda: [f"Done: {title_words(reminder)} · {reminder.name}", *(f"  {line}" for line in written.lines)],
    )
    if day:
        tell_if_ahead(day, vault.today())
    tell_proposals(session, proposals(session, [written.path], kind.strip().lower() or reminder.kind))


def _kind(session: Session, reminder: Reminder, kind: str) -> str:
    """The kind of touch; unknown only for a check-in."""
    if kind or reminder.line or reminder.sets or reminder.rank is not Rank.GENTLE:
        return kind.strip().lower()
    if can_ask(session):
        return choose(f"How were you in touch with {reminder.name}?", kinds(session), reminder.kind)
    raise UsageError(
        f"how were you in touch with {reminder.name}?", hint="Say it with --kind, for example: --kind email"
    )
