"""`rounds later`: postpone a reminder."""

from contextlib import suppress

import click

from rounds.cli.json_shapes import reminder_shape, written_shape
from rounds.cli.options import command, who_completion
from rounds.cli.pick_reminder import choose
from rounds.cli.resolve import leading, spelled
from rounds.cli.session import Session
from rounds.domain.phrases import day_words, title_words
from rounds.errors import AmbiguousError, DateError, NotFoundError, UsageError


@command("later", '{"later": WRITTEN, "reminder": REMINDER, "until": DATE}')
@click.argument("words", nargs=-1, required=True, metavar="[WHO] DATE", shell_complete=who_completion)
@click.option("--rule", default="", help="The rule of the reminder, as it is listed.")
@click.option("--number", type=click.IntRange(min=1), default=None, metavar="N", help="Its number in that list.")
def later(session: Session, words: tuple[str, ...], rule: str, number: int | None) -> None:
    """Put a reminder off.

    A follow-up gets another date, a rule waits until then: `rounds later dana next week`. Without WHO, the
    reminders of today are meant.
    """
    from rounds.notes.dates import parse_moment
    from rounds.vault.log_actions import later as put_off

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
        raise UsageError(f"{until} is not a day to come", hint="For example: rounds later dana tomorrow")
    reminder = choose(session, entry, rule=rule, number=number or 0)
    written = put_off(vault, reminder, until, at=at)
    shape = reminder_shape(reminder, today)
    vault.sync()
    session.out.show(
        lambda: {
            "later": written_shape(written, reminder.name),
            "reminder": shape,
            "until": str(until),
        },
        lambda: [
            f"Waits until {day_words(until, today)}: {title_words(reminder)} · {reminder.name}",
            *(f"  {line}" for line in written.lines),
        ],
    )


def _is_name(session: Session, words: tuple[str, ...]) -> bool:
    """Whether the only word is a person's name that is also a month: April, June."""
    from rounds.notes.dates import is_month

    if len(words) > 1 or not is_month(words[0]):
        return False
    with suppress(NotFoundError, AmbiguousError):
        return spelled(leading(session.vault, words)[0], words[0])
    return False
