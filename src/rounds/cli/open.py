"""`rounds open`: a note, opened in Obsidian."""

import os

import click

from rounds.cli.options import command, who_completion
from rounds.cli.session import Session
from rounds.cli.who import note
from rounds.errors import RoundsError


@command("open", '{"path": TEXT, "link": TEXT, "opened": BOOLEAN}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--print", "only_print", is_flag=True, help="Print the link and open nothing.")
def open_(session: Session, who: tuple[str, ...], only_print: bool) -> None:
    """Open a note in Obsidian.

    The link names the vault that Obsidian knows: the nearest folder upward that holds `.obsidian`.
    """
    vault = session.vault
    entry = note(vault, " ".join(who))
    link = link_of(vault.root, entry.path)
    if not only_print and click.launch(link) != 0:
        raise RoundsError("no program here opens links of Obsidian", hint=f"The link is {link}")
    session.out.show(
        lambda: {"path": entry.path, "link": link, "opened": not only_print},
        lambda: [link if only_print else f"Opened {entry.name} in Obsidian."],
    )


def link_of(root: str, path: str) -> str:
    """The obsidian:// link of a note.

    Args:
        root: the vault's folder.
        path: of the note, relative to it.
    """
    from urllib.parse import quote

    whole = os.path.join(os.path.realpath(root), path)
    folder = os.path.realpath(root)
    while not os.path.isdir(os.path.join(folder, ".obsidian")):
        if os.path.dirname(folder) == folder:
            return f"obsidian://open?path={quote(whole, safe='')}"
        folder = os.path.dirname(folder)
    inside = os.path.relpath(whole, folder).replace(os.sep, "/").removesuffix(".md")
    return f"obsidian://open?vault={quote(os.path.basename(folder), safe='')}&file={quote(inside, safe='')}"
