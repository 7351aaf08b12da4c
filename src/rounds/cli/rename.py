"""`rounds rename`: rename a note and update links to it."""

import click

from rounds.cli.json_shapes import note_shape
from rounds.cli.options import command, who_completion
from rounds.cli.output import say
from rounds.cli.resolve import note, writable
from rounds.cli.session import Session
from rounds.domain.phrases import counted


@command("rename", '{"note": NOTE, "was": TEXT, "relinked": [PATH], "left": [{"path", "reason"}]}')
@click.argument("who", shell_complete=who_completion)
@click.argument("new")
def rename(session: Session, who: str, new: str) -> None:
    """Rename a note and all links to it.

    Links follow in notes, templates, canvases and bases, each in its own form; what a link shows in place of the name
    stays as it is. Files whose links can't be rewritten are named.
    """
    from rounds.vault.rename import rename as give_name

    vault = session.vault
    entry = note(vault, who)
    writable(vault, entry.path)
    renamed = give_name(vault, entry, new)
    vault.sync()
    now = vault.entry(renamed.path)
    session.out.show(
        lambda: {
            "note": note_shape(now),
            "was": entry.path,
            "relinked": renamed.relinked,
            "left": [{"path": path, "reason": reason} for path, reason in renamed.left],
        },
        lambda: [
            f"{entry.path} is now {now.path}",
            *([f"Links in {counted(len(renamed.relinked), 'file')} follow:"] if renamed.relinked else []),
            *(f"  {path}" for path in renamed.relinked),
        ],
    )
    if renamed.left:
        say(f"The old name stays in {counted(len(renamed.left), 'place')}:")
    for path, reason in renamed.left:
        say(f"  {path}: {reason.rstrip('.')}")
