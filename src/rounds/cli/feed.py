"""`rounds feed`: calendar feeds."""

import click

from rounds.cli.feed_publish import publish
from rounds.cli.feed_serve import revoke, serve
from rounds.cli.feed_service import service
from rounds.cli.feed_setup import setup
from rounds.cli.options import Group, command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.domain.phrases import counted


@click.group("feed", cls=Group, no_args_is_help=False)
def feed() -> None:
    """Bring the reminders into your calendar."""


@command("write", '{"feeds": [{"name", "path", "events", "changed"}]}')
@click.option("--to", "to", metavar="PATH", default="", help="The folder to write to; the data folder otherwise.")
def write(session: Session, to: str) -> None:
    """Write the calendar feeds.

    Each `[feeds.NAME]` of rounds.toml becomes a file NAME.ics that a calendar can subscribe to: one event for each
    reminder, with a partner and a task and nothing about clients. What was done stays for two weeks, with a check mark.
    With "tasks = true", NAME.tasks.ics has the same as tasks. docs/calendar.md says how each calendar subscribes.
    """
    from rounds.calendar.write_feeds import write_feeds
    from rounds.vault.sync import sync_until_stable

    sync_until_stable(session.opened.sync)
    found = write_feeds(session.vault, to=to)
    for problem in dict.fromkeys(problem for each in found for problem in each.faults):
        say(f"{problem}. If the calendar has it, it stays there as it was.")
    for each in found:
        if each.ended:
            say(f"rounds.toml has no feed {each.name} any more: {each.path} says that it has ended.")
    found = [each for each in found if not each.ended]
    session.out.show(
        lambda: {
            "feeds": [{"name": f.name, "path": str(f.path), "events": f.events, "changed": f.changed} for f in found]
        },
        lambda: [f"{f.path}  {counted(f.events, 'event')}{'' if f.changed else ', as before'}" for f in found],
    )


for each in (setup, write, publish, serve, revoke, service):
    feed.add_command(each)
