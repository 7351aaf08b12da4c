"""`rounds history`: list changes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from rounds.cli.json_shapes import event_shape
from rounds.cli.options import command, who_completion
from rounds.cli.prompts import agrees, can_ask
from rounds.cli.resolve import note
from rounds.cli.session import Session
from rounds.errors import UsageError

if TYPE_CHECKING:
    from rounds.vault.history import Event


@command("history", '{"changes": [CHANGE], "forgotten": BOOLEAN}')
@click.argument("who", nargs=-1, metavar="[WHO]", shell_complete=who_completion)
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, help="How many changes.")
@click.option("--forget", is_flag=True, help="Empty the journal of changes, and what Today showed last.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def history(session: Session, who: tuple[str, ...], most: int, forget: bool, yes: bool) -> None:
    """Show what was changed.

    The newest changes that Rounds made, in one note or in all, and the commits of git where the vault is in a
    repository. What could not be saved is here too. Each change has an id for `rounds undo`. The journal of changes
    lies outside the vault, readable by you alone, and keeps some three months; since it holds the words of notes,
    --forget empties it, and what Today showed last.
    """
    from rounds.vault.history import forget as empty
    from rounds.vault.history import history as changes

    vault = session.vault
    if forget:
        if who:
            raise UsageError("the journal is forgotten as a whole", hint="Leave out the name.")
        if not yes and not can_ask(session):
            raise UsageError("nothing was forgotten", hint="To forget without being asked, add --yes.")
        done = yes or agrees("Forget what was changed? It can't be undone then.")
        if done:
            empty(vault)
        words = "Forgotten. Your notes are as they were." if done else "Nothing was forgotten."
        session.out.show(lambda: {"changes": [], "forgotten": done}, lambda: [words])
        return
    found = changes(vault, note(vault, " ".join(who)).path if who else "", most=most)
    session.out.show(
        lambda: {"changes": [event_shape(event) for event in found], "forgotten": False}, lambda: _lines(found)
    )


def _lines(found: "list[Event]") -> Iterator[str]:
    if not found:
        yield "No changes are known."
    for event in found:
        state = {"saved": "", "commit": f" (git, {event.by})"}.get(event.state, f" ({event.state})")
        when = f"{event.at.astimezone():%Y-%m-%d %H:%M}" if event.at.timestamp() else "without a date  "
        yield f"{event.id:<8}  {when}  {event.what}{state}"
        heads = {f"{mark} {path}" for mark in ("---", "+++") for path in event.paths}
        yield from (f"    {line}" for line in event.diff.split("\n") if line[:1] in {"+", "-"} and line not in heads)
