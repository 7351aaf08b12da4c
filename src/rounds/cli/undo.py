"""`rounds undo`: undo a change made by Rounds."""

import click

from rounds.cli.json_shapes import event_shape
from rounds.cli.options import command
from rounds.cli.session import Session


@command("undo", '{"undone": CHANGE}')
@click.argument("change", default="", metavar="[CHANGE]")
def undo(session: Session, change: str) -> None:
    """Undo the last change that Rounds made.

    All that one command did is undone at once, such as a rename with all its links. Where a note was changed since,
    only our change is taken out of it; where that can't be told apart, nothing is done. Another change than the last
    one is named by its id in `rounds history`; so is an undo that is to be undone itself.
    """
    from rounds.vault.history import undo as take_back

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
