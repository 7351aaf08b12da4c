"""`rounds git`: the vault in a git repository. `rounds merge-note`: git's merge driver for notes."""

import os
import sys

import click

from rounds.cli.options import Command, Group, command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.errors import ProblemsFound, RoundsError
from rounds.storage.open_file import ordinary


@click.group("git", cls=Group, no_args_is_help=False)
def git() -> None:
    """Keep the vault in git.

    Git then merges notes by property and by line, and the vault can be synced with a remote.
    """


@command("setup", '{"attributes": PATH, "driver", "changed": BOOLEAN}')
def setup(session: Session) -> None:
    """Have git merge notes with Rounds.

    Writes a line into .gitattributes, which belongs into the repository, and a merge driver into the repository's
    own configuration, which every machine needs for itself. Without Rounds, git merges as it always does.
    """
    from rounds.storage.git import ATTRIBUTES, set_up

    session.opened.need_settings()  # without settings, the change would go into no vault's journal
    done = set_up(session.opened.root, session.opened.saving.put)
    words = "Git now merges notes" if done.changed else "Git merges notes already"
    session.out.show(
        lambda: {"attributes": ATTRIBUTES, "driver": done.driver, "changed": done.changed},
        lambda: [f"{words} by property and by line; commit {ATTRIBUTES}, and run this on each machine."],
    )


@command(
    "sync",
    '{"branch", "pulled": NUMBER, "pushed": NUMBER, "conflicts": [PROBLEM], "left_out": [TEXT], '
    '"moved": [{"path": PATH, "now": PATH}]}',
)
@click.option("--trust", is_flag=True, help="Run the repository's own hooks and programs too.")
def sync(session: Session, trust: bool) -> None:
    """Pull, merge and push with git.

    Merges or rebases as the repository is set up. Nothing is pushed while a note is in conflict. The exit code is 1
    then.

    What git does not keep, such as the trash, and would write over is moved aside, as a conflict copy in its folder.
    Ctrl-C lets git end the merge that it is at.

    Hooks of the repository don't run, and where its settings name programs (a filter, an ssh command) nothing is
    synced: they may be those of whoever gave you the vault. With --trust git runs them all, as git pull and git push
    do.
    """
    from rounds.cli.json_shapes import problem_shape
    from rounds.domain.phrases import counted
    from rounds.storage.git import sync as sync_with_remote

    done = sync_with_remote(session.opened.root, trusted=trust, tell=say)
    session.opened.sync()
    session.out.show(
        lambda: {
            "branch": done.branch,
            "pulled": done.pulled,
            "pushed": done.pushed,
            "conflicts": [problem_shape(problem) for problem in done.conflicts],
            "left_out": list(done.left_out),
            "moved": [{"path": path, "now": now} for path, now in done.moved],
        },
        lambda: [
            f"{done.branch}: {counted(done.pulled, 'commit')} pulled, {done.pushed} pushed.",
            *(f"{problem.path}: {problem.message} {problem.hint}" for problem in done.conflicts),
        ],
    )
    if done.left_out:
        say(f"Hooks of the repository, which did not run: {', '.join(done.left_out)}. If they are yours: --trust")
    if done.conflicts:
        raise ProblemsFound(counted(len(done.conflicts), "conflict"))


for _each in (setup, sync):
    assert isinstance(_each, Command)
    git.add_command(_each)


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
    from rounds.storage.git import MARKED, merge_files

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
