"""`rounds agenda`: the coming weeks as text, and as a page."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rounds.cli.options import command
from rounds.cli.output import BOLD, GAP, PLAIN, as_typed, cells, wrapped
from rounds.cli.session import Session
from rounds.domain.settings import LEVELS

if TYPE_CHECKING:
    from rounds.calendar.agenda import Agenda

_ANSWER = (
    '{"feed": NAME, "level": LEVEL, "from": DATE, "to": DATE, "days": [{"date", "events": [{"time": TIME or null, '
    '"minutes": NUMBER or null, "summary", "place", "busy": BOOLEAN, "done": BOOLEAN}]}], "file": PATH or null}'
)


@command("agenda", _ANSWER)
@click.option("--weeks", type=click.IntRange(1, 52), default=4, show_default=True, help="How many weeks.")
@click.option("--feed", "name", metavar="NAME", default="", help="The feed in rounds.toml; by default the first one.")
@click.option("--level", type=click.Choice(LEVELS), default=None,
              help="The maximum level of detail; on a page, discreet by default.")  # fmt: skip
@click.option("--html", metavar="FILE", default="", help="Write it as a page, for screen and print.")
@click.option("--replace", is_flag=True, help="Replace an existing page.")
def agenda(session: Session, *, weeks: int, name: str, level: str | None, html: str, replace: bool) -> None:
    """Show the coming weeks, day by day.

    Shows what the calendar feed holds: meetings and calls with their time, and everything else on its day; nothing
    about clients. The page is for people without a calendar program, such as a front desk: partners stand there with
    their initials, unless --level says otherwise. `rounds feed serve` serves the same page beside the feed.
    """
    from rounds.calendar.agenda import agenda_of

    vault = session.vault
    found = agenda_of(vault, name, level or ("discreet" if html else LEVELS[0]), weeks)
    path = _write(session, found, html, replace=replace) if html else None
    session.out.show(
        lambda: {**_shape(found), "file": path},
        lambda: [path] if path else _lines(session, found),
    )


def _write(session: Session, found: "Agenda", html: str, *, replace: bool) -> str:
    from rounds.calendar.agenda import page
    from rounds.exports.write_files import write_page

    return write_page(html, page(session.vault, found), replace=replace)


def _shape(found: "Agenda") -> dict[str, object]:
    days = [
        {
            "date": str(day),
            "events": [
                {
                    "time": f"{event.time:%H:%M}" if event.time else None,
                    "minutes": event.minutes or None,
                    "summary": event.summary,
                    "place": event.place,
                    "busy": event.busy,
                    "done": event.done is not None,
                }
                for event in events
            ],
        }
        for day, events in found.days.items()
    ]
    return {
        "feed": found.name, "level": found.level, "from": str(found.first), "to": str(found.last), "days": days,
    }  # fmt: skip


def _lines(session: Session, found: "Agenda") -> Iterator[str]:
    from rounds.calendar.agenda import NOTHING, heading, week_words
    from rounds.domain.phrases import day_words

    width = session.out.width
    yield from (f"{BOLD}{line}{PLAIN}" for line in wrapped(heading(found), width))
    if not found.days:
        yield from ("", *wrapped(NOTHING if _somebody(session) else as_typed(_nobody()), width))
        return
    for start, days in found.weeks().items():
        yield from ("", f"{BOLD}{week_words(start, found.first)}{PLAIN}")
        if not days:
            yield NOTHING
        for day in days:
            near = (day - found.first).days < 2
            yield f"{day:%a} {day.day} {day:%b}{f', {day_words(day, found.first)}' if near else ''}"
            for event in found.days[day]:
                head = f"{GAP}{f'{event.time:%H:%M}' if event.time else '':5}{GAP}"
                first, *more = wrapped(found.words(event), width, " " * cells(head))
                yield from (f"{head}{first.strip()}", *more)


def _somebody(session: Session) -> bool:
    from rounds.index import queries

    return session.vault.ask(queries.has_notes, "partner")


def _nobody() -> str:
    from rounds.cli.today_inbox import NOBODY

    return NOBODY
