"""`rounds merge-note`: git's merge driver for notes (rounds git setup)."""

import os
import sys

import click

from rounds.cli.options import command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.errors import RoundsError
from rounds.storage.open_file import ordinary


@command("merge-note", "null", vault=False)
@click.argument("base", type=click.Path(exists=True, dir_okay=False))
@click.argument("ours", type=click.Path(exists=True, dir_okay=False))
@click.argument("theirs", type=click.Path(exists=True, dir_okay=False))
@click.argument("path", default="")
@click.option("--into", type=click.Path(dir_okay=False), help="Write the merged note here, not into the second file.")
@click.option("--marker-size", type=click.IntRange(1, 1000), default=7, help="The length of git's marks.")
def merge_note(_: Session, base: str, ours: str, theirs: str, path: str, *, into: str | None, marker_size: int) -> None:
    """Merge two versions of a note, for git.

    Git runs this with the versions %O %A %B and the name %P. The merged note is written into the second file, or the
    one that --into names. The exit code is 0 when all is merged, and 76 when something is left between git's marks;
    with any other one, nothing is merged.
    """
    from rounds.storage.merge_driver import MARKED, merge_files

    try:
        merged, conflicts = merge_files(base, ours, theirs, path, size=marker_size)
        for conflict in conflicts:
            say(f"{path}:{conflict.line}: {conflict.problem.message}")
        _write(into or ours, merged, as_new=not into)
    except OSError as error:
        raise _FailedError(f"{path or ours} could not be merged: {error.strerror}") from error
    if conflicts:
        sys.exit(MARKED)


def _write(path: str, data: bytes, *, as_new: bool) -> None:
    """Write a file, or replace it atomically: git has no other copy of our version."""
    new = f"{path}.rounds" if as_new else path
    with open(new, "wb", opener=ordinary) as file:
        file.write(data)
    if as_new:
        os.replace(new, path)


class _FailedError(RoundsError):
    """The files can't be read or written; git merges them itself."""

    exit_code = 2  # the driver's command line falls back to git's own merge
