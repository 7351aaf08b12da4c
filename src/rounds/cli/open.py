"""`rounds open`: open a note in Obsidian."""

import click

from rounds.cli.options import command, who_completion
from rounds.cli.resolve import note
from rounds.cli.session import Session


@command("open", '{"path": TEXT, "link": TEXT, "opened": BOOLEAN}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--print", "only_print", is_flag=True, help="Print the link and open nothing.")
def open_(session: Session, who: tuple[str, ...], only_print: bool) -> None:
    """Open a note in Obsidian.

    The link names the vault that Obsidian knows: the nearest folder upward that holds `.obsidian`.
    """
    from rounds.exports.obsidian import link_of, open_link

    vault = session.vault
    entry = note(vault, " ".join(who))
    link = link_of(vault.root, entry.path)
    if not only_print:
        open_link(link)
    session.out.show(
        lambda: {"path": entry.path, "link": link, "opened": not only_print},
        lambda: [link if only_print else f"Opened {entry.name} in Obsidian."],
    )
