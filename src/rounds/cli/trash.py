"""`rounds trash`: move a note to the trash."""

import click

from rounds.cli.options import command, who_completion
from rounds.cli.prompts import agrees, can_ask
from rounds.cli.resolve import note
from rounds.cli.session import Session
from rounds.errors import UsageError


@command("trash", '{"trashed": PATH, "now": PATH or null}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--yes", is_flag=True, help="Don't ask.")
def trash(session: Session, who: tuple[str, ...], yes: bool) -> None:
    """Move a note to the vault's trash.

    The note goes to `.trash/` in the vault, as in Obsidian. Nothing is deleted.
    """
    from rounds.vault.properties import trash as move_away

    vault = session.vault
    entry = note(vault, " ".join(who))
    if not yes:
        if not can_ask(session):
            raise UsageError(f"{entry.path} was not moved", hint="To move it without being asked, add --yes.")
        if not agrees(f"Move {entry.name} ({entry.path}) to the trash?"):
            session.out.show(lambda: {"trashed": entry.path, "now": None}, lambda: ["It stays where it is."])
            return
    now = move_away(vault, entry.path)
    vault.sync()
    session.out.show(
        lambda: {"trashed": entry.path, "now": now},
        lambda: [f"{entry.path} is now {now}"],
    )
