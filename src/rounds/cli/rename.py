"""`rounds rename`: another name for a note, and for all links to it."""

import click

from rounds.cli.options import command, who_completion
from rounds.cli.session import Session
from rounds.cli.shapes import note_shape
from rounds.cli.who import note, writable
from rounds.domain.words import counted


@command("rename", '{"note": NOTE, "was": TEXT, "relinked": [PATH]}')
@click.argument("who", shell_complete=who_completion)
@click.argument("new")
def rename(session: Session, who: str, new: str) -> None:
    """Rename a note and all links to it.

    What a link shows in place of the name stays as it is.
    """
    from rounds.vault.naming import rename as give_name

    vault = session.vault
    entry = note(vault, who)
    writable(vault, entry.path)
    path, relinked = give_name(vault, entry, new)
    vault.sync()
    now = vault.entry(path)
    session.out.show(
        lambda: {"note": note_shape(now), "was": entry.path, "relinked": relinked},
        lambda: [
            f"{entry.path} is now {now.path}",
            *([f"Links in {counted(len(relinked), 'note')} follow:"] if relinked else []),
            *(f"  {path}" for path in relinked),
        ],
    )
