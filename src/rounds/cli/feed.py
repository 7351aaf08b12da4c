"""`rounds feed`: calendar feeds. Here: `feed write` and `feed service`."""

import os
import shutil
import sys

import click

from rounds.cli.feed_publish_serve import publish, revoke, serve
from rounds.cli.feed_setup import setup
from rounds.cli.options import Group, command
from rounds.cli.output import say
from rounds.cli.program_name import as_typed
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import RoundsError


@click.group("feed", cls=Group, no_args_is_help=False)
def feed() -> None:
    """Bring reminders into your calendar."""


@command("write", '{"feeds": [{"name", "path", "events", "changed"}]}')
@click.option("--to", "to", metavar="PATH", default="", help="The folder to write to; the data folder by default.")
def write(session: Session, to: str) -> None:
    """Write the calendar feeds.

    Each `[feeds.NAME]` in rounds.toml becomes a file NAME.ics for a calendar to subscribe to: one event per reminder,
    with a partner and a task and nothing about clients. Completed reminders stay for two weeks, with a check mark. With
    "tasks = true", NAME.tasks.ics has the same reminders as tasks. docs/calendar.md explains how to subscribe.
    """
    from rounds.calendar.write_feeds import write_feeds
    from rounds.vault.index_sync import sync_until_stable

    sync_until_stable(session.unsynced_vault.sync)
    found = write_feeds(session.vault, to=to)
    for problem in dict.fromkeys(problem for each in found for problem in each.faults):
        say(f"{problem}. If it's in the calendar, it stays unchanged there.")
    for each in found:
        if each.ended:
            say(f"rounds.toml no longer has a feed {each.name}: {each.path} says that it has ended.")
    found = [each for each in found if not each.ended]
    session.out.show(
        lambda: {
            "feeds": [{"name": f.name, "path": str(f.path), "events": f.events, "changed": f.changed} for f in found]
        },
        lambda: [f"{f.path}  {counted(f.events, 'event')}{'' if f.changed else ', unchanged'}" for f in found],
    )


_SERVICES = {
    "systemd": ("~/.config/systemd/user/rounds.service", "systemctl --user enable --now rounds"),
    "launchd": ("~/Library/LaunchAgents/rounds.feed.plist", "launchctl load -w {}"),
}
"""Location of the service file for each kind, and the command that starts it."""


@command("service", '{"kind": systemd or launchd, "path": PATH, "start": COMMAND, "text": TEXT}')
@click.option(
    "--kind", type=click.Choice(list(_SERVICES)), default=None, help="The service manager; by default, this system's."
)
def service(session: Session, *, kind: str | None) -> None:
    """Print a service file that runs the feed server from login on.

    A systemd user unit, or a launchd agent on a Mac, that runs `rounds feed serve`. Nothing is installed; the
    installation command is printed too.
    """
    from rounds.calendar.server import launchd_plist, systemd_unit

    root = os.path.realpath(session.vault.root)
    kind = kind or ("launchd" if sys.platform == "darwin" else "systemd")
    words = [*_program(), "--vault", root, "feed", "serve"]
    text = systemd_unit(words) if kind == "systemd" else launchd_plist(words)
    path, start = _SERVICES[kind]
    start = start.format(path)
    session.out.show(
        lambda: {"kind": kind, "path": os.path.expanduser(path), "start": start, "text": text},
        lambda: text.rstrip("\n").split("\n"),
    )
    if _is_taken(os.path.expanduser(path), text):
        say(f"{path} already exists with different content. Check it first; this would replace it.")
        return
    make = f"mkdir -p {os.path.dirname(path)} && {as_typed('rounds feed service')} > {path}"
    say(f"To run it from login on: {make} && {start}")


def _is_taken(path: str, text: str) -> bool:
    """Whether the file exists with different content, or can't be read."""
    from rounds.storage.locks_private_files import check_ours

    try:
        check_ours(path, lambda there: there.decode(errors="replace").strip() == text.strip())
    except RoundsError:
        return True
    return False


def _program() -> list[str]:
    """The command prefix that runs Rounds from anywhere."""
    named = os.path.basename(sys.argv[0]) == "rounds" and shutil.which(sys.argv[0])
    return [os.path.abspath(named)] if named else [sys.executable, "-c", "from rounds.main import run; run()"]


for each in (setup, write, publish, serve, revoke, service):
    feed.add_command(each)
