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


_SERVICES = {
    "systemd": ("~/.config/systemd/user/rounds.service", "systemctl --user enable --now rounds"),
    "launchd": ("~/Library/LaunchAgents/rounds.feed.plist", "launchctl load -w {}"),
}
"""Location of the service file for each kind, and the command that starts it."""


@command("service", '{"kind": systemd or launchd, "path": PATH, "start": COMMAND, "text": TEXT}')
@click.option(
    "--kind", type=click.Choice(list(_SERVICES)), default=None, help="What starts it; by default that of this system."
)
def service(session: Session, *, kind: str | None) -> None:
    """Print what has the feeds watched and served from login on.

    A systemd user unit, or a launchd agent on a Mac, that runs `rounds feed serve`. Nothing is installed: what to do
    with it is said beside.
    """
    from rounds.calendar.service import launchd_plist, systemd_unit

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
        say(f"{path} is there already and holds something else. Look at it first; this would take its place.")
        return
    make = f"mkdir -p {os.path.dirname(path)} && {as_typed('rounds feed service')} > {path}"
    say(f"To have it run from login on: {make} && {start}")


def _is_taken(path: str, text: str) -> bool:
    """Whether the file exists with different content, or can't be read."""
    from rounds.storage.secure_files import check_ours

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
