"""`rounds open` (in Obsidian) and `rounds edit` (in an editor)."""

import os

import click

from rounds.cli.options import command, who_completion
from rounds.cli.output import say
from rounds.cli.program_name import as_typed
from rounds.cli.resolve import note
from rounds.cli.session import Session


@command("open", '{"path": TEXT, "link": TEXT, "opened": BOOLEAN}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--print", "only_print", is_flag=True, help="Print the link without opening it.")
def open_(session: Session, who: tuple[str, ...], only_print: bool) -> None:
    """Open a note in Obsidian.

    The link names the vault as Obsidian knows it: the nearest parent folder with `.obsidian` in it.
    """
    from rounds.exports.editor_clipboard_obsidian import link_of, open_link

    vault = session.vault
    entry = note(vault, " ".join(who))
    link = link_of(vault.root, entry.path)
    if not only_print:
        open_link(link)
    session.out.show(
        lambda: {"path": entry.path, "link": link, "opened": not only_print},
        lambda: [link if only_print else f"Opened {entry.name} in Obsidian."],
    )


@command("edit", '{"path": TEXT, "changed": BOOLEAN, "problems": [PROBLEM]}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
def edit(session: Session, who: tuple[str, ...]) -> None:
    """Open a note in your editor.

    The editor is $VISUAL, else $EDITOR, else `editor` in config.toml, else a common one that is installed. It opens at
    the first problem in the note. When you close it, remaining problems are listed.
    """
    from rounds.cli.json_shapes import problem_shape
    from rounds.exports.editor_clipboard_obsidian import editor_command, run_editor
    from rounds.vault.problems import problems_of

    vault = session.vault
    entry = note(vault, " ".join(who))
    first = next(iter(problems_of(vault, entry.path)), None)
    line, column = (first.line, first.column) if first else (0, 1)
    path = os.path.join(vault.root, entry.path)
    run_editor(editor_command(path, line=line, column=column, configured=vault.config.editor))
    report = vault.sync()
    problems = problems_of(vault, entry.path)
    changed = bool(report)
    session.out.show(
        lambda: {"path": entry.path, "changed": changed, "problems": [problem_shape(p) for p in problems]},
        lambda: [f"{entry.path} {'was changed' if changed else 'is unchanged'}."],
    )
    for problem in problems:
        say(f"{problem.path}:{problem.line}:{problem.column}: {problem.message}")
        if problem.hint:
            say(as_typed(f"  {problem.hint}"))
