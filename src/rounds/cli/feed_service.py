"""`rounds feed service`: run the feed server as a user service."""

import os
import shutil
import sys

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.program_name import as_typed
from rounds.cli.session import Session
from rounds.errors import RoundsError

_PLACES = {
    "systemd": ("~/.config/systemd/user/rounds.service", "systemctl --user enable --now rounds"),
    "launchd": ("~/Library/LaunchAgents/rounds.feed.plist", "launchctl load -w {}"),
}
"""Location of the service file for each kind, and the command that starts it."""


@command("service", '{"kind": systemd or launchd, "path": PATH, "start": COMMAND, "text": TEXT}')
@click.option(
    "--kind", type=click.Choice(list(_PLACES)), default=None, help="What starts it; by default that of this system."
)
def service(session: Session, *, kind: str | None) -> None:
    """Print what has the feeds watched and served from login on.

    A systemd user unit, or a launchd agent on a Mac, that runs `rounds feed serve`. Nothing is installed: what to do
    with it is said beside.
    """
    from rounds.calendar.service import launchd_plist, systemd_unit

    root = os.path.realpath(session.vault.root)
    kind = kind or ("launchd" if sys.platform == "darwin" else "systemd")
    words = [*program(), "--vault", root, "feed", "serve"]
    text = systemd_unit(words) if kind == "systemd" else launchd_plist(words)
    path, start = _PLACES[kind]
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
    from rounds.storage.output_file import check_ours

    try:
        check_ours(path, lambda there: there.decode(errors="replace").strip() == text.strip())
    except RoundsError:
        return True
    return False


def program() -> list[str]:
    """The command prefix that runs Rounds from anywhere."""
    named = os.path.basename(sys.argv[0]) == "rounds" and shutil.which(sys.argv[0])
    return [os.path.abspath(named)] if named else [sys.executable, "-c", "from rounds.main import run; run()"]
