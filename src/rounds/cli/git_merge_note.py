"""`rounds git`: the vault in a git repository. `rounds merge-note`: git's merge driver for notes."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from rounds.cli.options import Group, command
from rounds.cli.output import as_typed, say
from rounds.cli.session import Session
from rounds.errors import Level, ProblemsFound, RoundsError
from rounds.storage.open_file import ordinary

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


@click.group("git", cls=Group, no_args_is_help=False)
def git() -> None:
    """Keep the vault in git.

    Set up git to merge notes by property and by line, and sync the vault with a remote.
    """


@command("setup", '{"attributes": PATH, "driver", "changed": BOOLEAN, "hook": "on", "off" or "other"}')
@click.option("--hook/--no-hook", default=None, help="Have git check notes before each commit, or no longer.")
def setup(session: Session, *, hook: bool | None) -> None:
    """Have git merge notes with Rounds, and check them before a commit.

    Writes a line to .gitattributes, which you commit, and a merge driver to the repository's local configuration, which
    each machine needs. Without Rounds, git merges as usual.

    With --hook, git's pre-commit hook looks for client information in the notes that are staged, and stops the commit
    if it finds some; `git commit --no-verify` commits anyway. On a terminal, you are asked. A hook of your own
    stays as it is.
    """
    from rounds.storage.git import ATTRIBUTES, set_up

    session.unsynced_vault.need_settings()  # without settings, the change would go into no vault's journal
    done = set_up(session.unsynced_vault.root, session.unsynced_vault.writer.put)
    state, told = _set_hook(session, hook)
    words = "Git now merges notes" if done.changed else "Git already merges notes"
    session.out.show(
        lambda: {"attributes": ATTRIBUTES, "driver": done.driver, "changed": done.changed, "hook": state},
        lambda: [f"{words} by property and by line; commit {ATTRIBUTES}, and run this on each machine.", *told],
    )


def _set_hook(session: Session, wanted: bool | None) -> tuple[str, list[str]]:
    """Add, refresh or remove the hook; its state now, and what to tell."""
    from rounds.cli.prompts import agrees, can_ask
    from rounds.storage.git import own_program
    from rounds.storage.git_hook import add_hook, hook_of, remove_hook

    root, program = session.unsynced_vault.root, own_program()
    hook = hook_of(root, program)
    if hook.state == "other":
        told = [
            f"The hooks here are your own and stay as they are. To check notes too, add to {hook.path}:",
            hook.line,
        ]
        return "other", told if wanted is not False else []
    if wanted is None and hook.state == "off" and can_ask(session):
        wanted = agrees("Check notes for client information before each commit?")
    if wanted or (wanted is None and hook.state == "on"):
        add_hook(root, hook, program)
        how = as_typed("rounds git setup --no-hook")
        return "on", [f"Before each commit, git checks the staged notes for client information. To stop that: {how}"]
    if hook.state == "on":
        remove_hook(root, hook)
        return "off", ["Git no longer checks notes before a commit."]
    return "off", [as_typed("To check notes before each commit: rounds git setup --hook")] if wanted is None else []


@command(
    "sync",
    '{"branch", "pulled": NUMBER, "pushed": NUMBER, "conflicts": [PROBLEM], "left_out": [TEXT], '
    '"moved": [{"path": PATH, "now": PATH}]}',
)
@click.option("--trust", is_flag=True, help="Also run the repository's hooks and programs.")
def sync(session: Session, trust: bool) -> None:
    """Pull, merge and push with git.

    Merges or rebases, as the repository is configured. Nothing is pushed while a note is in conflict; the exit code is
    then 1.

    Files that git ignores but would overwrite, such as those in the trash, become conflict copies in the same folder.
    Ctrl-C lets git finish the current merge.

    The repository's hooks don't run, and nothing is synced if its settings name programs (a filter, an ssh command):
    they may come from whoever gave you the vault. With --trust, git runs them all, as git pull and git push do.
    """
    from rounds.cli.json_shapes import problem_shape
    from rounds.domain.phrases import counted
    from rounds.storage.git import sync as sync_with_remote

    vault = session.unsynced_vault
    done = sync_with_remote(vault.root, trusted=trust, tell=say)
    came = vault.sync()
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
        say(f"The repository's hooks didn't run: {', '.join(done.left_out)}. If you trust them: --trust")
    if done.pulled:
        _tell_clients(vault, [*came.added, *came.changed, *came.moved])
    if done.conflicts:
        raise ProblemsFound(counted(len(done.conflicts), "conflict"))


def _tell_clients(vault: "Vault", paths: Sequence[str]) -> None:
    """Say which of the notes that changed hold client information. It stops nothing: the others have it already."""
    from rounds.domain.phrases import some_of
    from rounds.vault.compliance import look

    found = [path for path, row in look(vault, paths)[0] if row.level == Level.ERROR and row.kind != "payment"]
    if found:
        names = some_of([*dict.fromkeys(found)])
        say(f"Notes that changed hold client information: {names}. To see it: {as_typed('rounds check')}")


for each in (setup, sync):
    git.add_command(each)


@command("merge-note", "null", vault=False)
@click.argument("base", type=click.Path(exists=True, dir_okay=False))
@click.argument("ours", type=click.Path(exists=True, dir_okay=False))
@click.argument("theirs", type=click.Path(exists=True, dir_okay=False))
@click.argument("path", default="")
@click.option("--into", type=click.Path(dir_okay=False), help="Write the merged note here instead of the second file.")
@click.option("--marker-size", type=click.IntRange(1, 1000), default=7, help="The length of git's conflict markers.")
def merge_note(_: Session, base: str, ours: str, theirs: str, path: str, *, into: str | None, marker_size: int) -> None:
    """Merge two versions of a note, for git.

    Git runs this with the versions %O %A %B and the name %P. The merged note is written to the second file, or to the
    file given with --into. The exit code is 0 if everything merged, and 76 if conflicts remain between git's markers;
    with any other code, nothing was merged.
    """
    from rounds.storage.git import MARKED, merge_files

    try:
        merged, conflicts = merge_files(base, ours, theirs, path, size=marker_size)
        for conflict in conflicts:
            say(f"{path}:{conflict.line}: {conflict.problem.message}")
        _write(into or ours, merged, as_new=not into)
    except OSError as error:
        raise _FailedError(f"{path or ours} couldn't be merged: {error.strerror}") from error
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
