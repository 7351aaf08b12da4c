"""`rounds merge-note`: git's merge driver for notes (rounds git setup)."""

import sys

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.errors import RoundsError


@command("merge-note", "null", vault=False)
@click.argument("base", type=click.Path(exists=True, dir_okay=False))
@click.argument("ours", type=click.Path(exists=True, dir_okay=False, writable=True))
@click.argument("theirs", type=click.Path(exists=True, dir_okay=False))
@click.argument("path", default="")
def merge_note(_: Session, base: str, ours: str, theirs: str, path: str) -> None:
    """Merge two versions of a note, for git.

    Git runs this with the versions %O %A %B and the name %P. The merged note is written into the second file. The exit
    code is 0 when all is merged, and 1 when something is left between git's marks.
    """
    from rounds.store.git import merge_files

    try:
        conflicts = merge_files(base, ours, theirs, path)
    except OSError as error:
        raise _FailedError(f"{path or ours} could not be merged: {error.strerror}") from error
    for conflict in conflicts:
        say(f"{path}:{conflict.line}: {conflict.problem.message}")
    if conflicts:
        sys.exit(1)


class _FailedError(RoundsError):
    """The files can't be read or written; git merges them itself."""

    exit_code = 2  # the driver's command line falls back to git's own merge
