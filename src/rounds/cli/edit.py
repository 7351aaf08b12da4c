"""`rounds edit`: a note, opened in an editor."""

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

import click

from rounds.cli.options import command, who_completion
from rounds.cli.output import say
from rounds.cli.session import Session
from rounds.cli.who import note
from rounds.errors import RoundsError

if TYPE_CHECKING:
    from rounds.vault.vault import Vault


@command("edit", '{"path": TEXT, "changed": BOOLEAN, "problems": [PROBLEM]}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def edit(session: Session, who: tuple[str, ...]) -> None:
    """Open a note in your editor.

    The editor is that of $VISUAL, else of $EDITOR, else `editor` in config.toml. When it is closed, what is wrong in
    the note is told.
    """
    from rounds.cli.shapes import problem_shape

    vault = session.vault
    entry = note(vault, " ".join(who))
    _run(_editor(vault), os.path.join(vault.root, entry.path))
    report = vault.sync()
    problems = [problem for problem in vault.problems() if problem.path == entry.path]
    changed = bool(report)
    session.out.show(
        lambda: {"path": entry.path, "changed": changed, "problems": [problem_shape(p) for p in problems]},
        lambda: [f"{entry.path} {'was changed' if changed else 'is as it was'}."],
    )
    for problem in problems:
        say(f"{problem.path}:{problem.line}:{problem.column}: {problem.message}")
        if problem.hint:
            say(f"  {problem.hint}")


def _editor(vault: "Vault") -> list[str]:
    text = os.environ.get("VISUAL") or os.environ.get("EDITOR") or vault.config.editor
    try:
        words = shlex.split(text, posix=os.name != "nt")
    except ValueError as error:
        raise RoundsError(f"the editor's command can't be read: {text}", hint="Is a quote missing?") from error
    if not words:
        raise RoundsError("no editor is set", hint="For example: export EDITOR=nano, or use rounds open WHO.")
    return words


def _run(editor: list[str], path: str) -> None:
    try:
        code = subprocess.run([*editor, path], check=False).returncode
    except OSError as error:
        raise RoundsError(
            f"{editor[0]} can't be started: {error.strerror}", hint="Set $EDITOR to the editor that you use."
        ) from error
    if code:
        raise RoundsError(f"{editor[0]} ended with the code {code}", hint="Look whether the note was saved.")
