"""`rounds git`: the vault in a git repository."""

import click

from rounds.cli.json_shapes import problem_shape
from rounds.cli.options import Command, Group, command
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.domain.phrases import counted
from rounds.errors import ProblemsFound


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
