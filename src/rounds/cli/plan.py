"""`rounds plan`: plan a follow-up."""

from contextlib import suppress
from datetime import date, time
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import written_shape
from rounds.cli.notices import tell_if_past
from rounds.cli.options import command, kind_completion, who_completion
from rounds.cli.resolve import leading, some_words
from rounds.cli.session import Session
from rounds.errors import DateError, UsageError

if TYPE_CHECKING:
    from rounds.vault.vault import NoteRecord

_EXAMPLE = 'rounds plan dana "send the one-pager" --by friday'


@command("plan", '{"planned": WRITTEN, "due": DATE or null, "time": "HH:MM" or null}', newcomers=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO TEXT...", shell_complete=who_completion)
@click.option("--by", "by", metavar="DATE", default="", help="Its day: friday, in 2 weeks, 20 nov, 2026-12-01.")
@click.option("--at", "at", metavar="HH:MM", default="", help="Its time of day.")
@click.option("--kind", default="", help="The touch that doing it will be, such as email.",
              shell_complete=kind_completion)  # fmt: skip
def plan(session: Session, words: tuple[str, ...], by: str, at: str, kind: str) -> None:
    """Write a follow-up for a day to come.

    Without --by it is a thing for some time.
    """
    from rounds.notes.dates import parse_moment

    vault = session.vault
    entry, rest = leading(vault, words)
    text = some_words(" ".join(rest), _EXAMPLE)
    due, clock = parse_moment(by, today=vault.today()) if by else (None, None)
    if at:
        if due is None:
            raise UsageError("a time needs a day", hint=f"Add --by, for example: {_EXAMPLE} --at {at}")
        if clock is not None:
            raise UsageError(f"two times of day: {by} and {at}", hint="Leave one of them out.")
        clock = _time(at, vault.today())
    write_plan(session, entry, text, due=due, clock=clock, kind=kind)


def write_plan(
    session: Session, entry: "NoteRecord", text: str, *, due: date | None, clock: time | None, kind: str
) -> None:
    """Write a follow-up and answer with it; warn if its day is past."""
    from rounds.vault.log_actions import plan as plan_followup

    vault = session.vault
    written = plan_followup(vault, entry.path, text, due=due, at=clock, kind=kind.strip().lower())
    vault.sync()
    session.out.show(
        lambda: {
            "planned": written_shape(written, entry.name),
            "due": str(due) if due else None,
            "time": f"{clock:%H:%M}" if clock else None,
        },
        lambda: [f"{entry.name}: {line}" for line in written.lines],
    )
    if due:
        tell_if_past(due, vault.today())


def _time(text: str, today: date) -> time:
    from rounds.notes.dates import parse_moment

    with suppress(DateError):
        day, at = parse_moment(text, today=today)
        if at is not None and day == today:
            return at
    raise UsageError(f"{text} is not a time of day", hint="Write it like 12:30 or 9am.")
