"""`rounds history` (list changes), `undo` (undo one) and `trash` (move a note to the trash)."""

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
    from rounds.vault.history_undo import Event


@command("history", '{"changes": [CHANGE], "forgotten": BOOLEAN}')
@click.argument("who", nargs=-1, metavar="[WHO]", shell_complete=who_completion)
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, help="The maximum number of changes.")
@click.option("--forget", is_flag=True, help="Empty the journal of changes, and delete what Today showed last.")
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def history(session: Session, who: tuple[str, ...], most: int, forget: bool, yes: bool) -> None:
    """Show past changes.

    The newest changes made by Rounds, in one note or in all, and git commits if the vault is in a repository. Changes
    that couldn't be saved are listed too. Each change has an id for `rounds undo`. The journal of changes is stored
    outside the vault, readable only by you, and covers about three months. It contains text from notes; --forget
    empties it, and deletes what Today showed last.
    """
    from rounds.vault.history_undo import forget as empty
    from rounds.vault.history_undo import history as changes

    vault = session.vault
    if forget:
        if who:
            raise UsageError("only the whole journal can be forgotten", hint="Leave out the name.")
        if not yes and not can_ask(session):
            raise UsageError("nothing was forgotten", hint="To forget without confirmation, add --yes.")
        done = yes or agrees("Forget past changes? You can't undo them afterwards.")
        if done:
            empty(vault)
        words = "Forgotten. Your notes are unchanged." if done else "Nothing was forgotten."
        session.out.show(lambda: {"changes": [], "forgotten": done}, lambda: [words])
        return
    found = changes(vault, note(vault, " ".join(who)).path if who else "", most=most)
    session.out.show(
        lambda: {"changes": [event_shape(event) for event in found], "forgotten": False}, lambda: _event_lines(found)
    )


def _event_lines(found: "list[Event]") -> Iterator[str]:
    if not found:
        yield "No changes yet."
    for event in found:
        words = {"saved": "", "commit": f" (git, {event.by})", "forgotten": " (its text was forgotten: no undo)"}
        state = words.get(event.state, f" ({event.state})")
        when = f"{event.at.astimezone():%Y-%m-%d %H:%M}" if event.at.timestamp() else "without a date  "
        yield f"{event.id:<8}  {when}  {event.what}{state}"
        heads = {f"{mark} {path}" for mark in ("---", "+++") for path in event.paths}
        yield from (f"    {line}" for line in event.diff.split("\n") if line[:1] in {"+", "-"} and line not in heads)


@command("undo", '{"undone": CHANGE}')
@click.argument("change", default="", metavar="[CHANGE]")
def undo(session: Session, change: str) -> None:
    """Undo the last change made by Rounds.

    Everything one command did is undone together, such as a rename with all its links. If a note was changed since,
    only our change is removed; if that isn't possible, nothing is done. To undo an earlier change, or an undo, give
    its id from `rounds history`.
    """
    from rounds.vault.history_undo import undo as take_back

    undone = take_back(session.vault, change)
    session.vault.sync()
    session.out.show(
        lambda: {"undone": event_shape(undone)},
        lambda: (
            [f"Undone: {undone.what}", *(f"  {path}" for path in undone.paths)]
            if undone.paths
            else [f"Nothing to write: all is as it was before this: {undone.what}"]
        ),
    )


@command("trash", '{"trashed": PATH, "now": PATH or null}')
@click.argument("who", nargs=-1, required=True, metavar="WHO", shell_complete=who_completion)
@click.option("--yes", is_flag=True, help="Don't ask for confirmation.")
def trash(session: Session, who: tuple[str, ...], yes: bool) -> None:
    """Move a note to the vault's trash.

    The note moves to `.trash/` in the vault, as in Obsidian. Nothing is deleted.
    """
    from rounds.vault.note_files import trash as move_away

    vault = session.vault
    entry = note(vault, " ".join(who))
    if not yes:
        if not can_ask(session):
            raise UsageError(f"{entry.path} was not moved", hint="To move it without confirmation, add --yes.")
        if not agrees(f"Move {entry.name} ({entry.path}) to the trash?"):
            session.out.show(lambda: {"trashed": entry.path, "now": None}, lambda: ["It wasn't moved."])
            return
    now = move_away(vault, entry.path)
    vault.sync()
    session.out.show(lambda: {"trashed": entry.path, "now": now}, lambda: [f"{entry.path} is now {now}"])
