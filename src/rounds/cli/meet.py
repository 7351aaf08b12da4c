"""`rounds meet`: plan a coffee or meeting."""

from collections.abc import Sequence
from datetime import date, time

import click

from rounds.cli.options import command, kind_completion, who_completion
from rounds.cli.plan import write_plan
from rounds.cli.resolve import leading
from rounds.cli.session import Session
from rounds.errors import DateError, UsageError

_EXAMPLE = 'rounds meet dana "tue 12:30" Heart Coffee'


@command("meet", '{"planned": WRITTEN, "due": DATE, "time": "HH:MM" or null}', newcomers=True)
@click.argument("words", nargs=-1, required=True, metavar="WHO WHEN [PLACE]...", shell_complete=who_completion)
@click.option("--kind", default="coffee", show_default=True, help="coffee, meeting or another kind.",
              shell_complete=kind_completion)  # fmt: skip
def meet(session: Session, words: tuple[str, ...], kind: str) -> None:
    """Plan a coffee or a meeting.

    WHEN is a day and, where you know it, a time: `rounds meet dana tue 12:30 Heart Coffee`. Once it is over,
    tick it with `rounds done`; a thank-you is planned for the day after.
    """
    vault = session.vault
    entry, rest = leading(vault, words, ends=lambda rest: _begins_with_day(rest, vault.today()))
    if not rest:
        raise UsageError("the day is missing", hint=f"For example: {_EXAMPLE}")
    due, at, place = _when(rest, vault.today())
    text = f"at {place}" if place else f"with {entry.name}"
    write_plan(session, entry, text, due=due, clock=at, kind=kind)


def _begins_with_day(words: Sequence[str], today: date) -> bool:
    try:
        _when(words, today)
    except DateError:
        return False
    return True


def _when(words: Sequence[str], today: date) -> tuple[date, time | None, str]:
    """Parse the day and time from as many first words as possible; the rest is the place."""
    from rounds.notes.dates import date_at_start, parse_moment

    for count in range(min(len(words), 6), 0, -1):
        try:
            due, at = parse_moment(" ".join(words[:count]), today=today)
        except DateError:
            continue
        place = " ".join(words[count:]).strip()
        if meant := date_at_start(place):
            hint = f"For example: {_EXAMPLE}. A place that begins so can be written after a word."
            raise DateError(f'"{meant}" can\'t be read as a time or a day here', hint=hint)
        return due, at, place[3:].strip() if place.lower().startswith("at ") else place
    raise DateError(f"no day can be read in: {' '.join(words)}", hint=f"For example: {_EXAMPLE}")
