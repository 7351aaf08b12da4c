"""`rounds skip`: skip a reminder."""

import click

from rounds.cli.json_shapes import reminder_shape, written_shape
from rounds.cli.options import command, who_completion
from rounds.cli.pick_reminder import choose
from rounds.cli.resolve import leading
from rounds.cli.session import Session
from rounds.domain.phrases import title_words


@command("skip", '{"skipped": WRITTEN, "reminder": REMINDER}')
@click.argument("words", nargs=-1, metavar="[WHO] [WHY]...", shell_complete=who_completion)
@click.option("--rule", default="", help="The rule of the reminder, as it is listed.")
@click.option("--number", type=click.IntRange(min=1), default=None, metavar="N", help="Its number in that list.")
def skip(session: Session, words: tuple[str, ...], rule: str, number: int | None) -> None:
    """Let a reminder be.

    A follow-up is marked as given up, and WHY goes into the log as a note; a rule is told in the log to let this one
    be. Without WHO, the reminders of today are meant.
    """
    from rounds.vault.log_actions import skip as decline

    vault = session.vault
    entry, rest = leading(vault, words) if words else (None, [])
    reminder = choose(session, entry, rule=rule, number=number or 0)
    shape = reminder_shape(reminder, vault.today())
    written = decline(vault, reminder, " ".join(rest))
    vault.sync()
    session.out.show(
        lambda: {
            "skipped": written_shape(written, reminder.name),
            "reminder": shape,
        },
        lambda: [f"Let be: {title_words(reminder)} · {reminder.name}", *(f"  {line}" for line in written.lines)],
    )
