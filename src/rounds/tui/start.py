"""What a start offers: forms left unsaved, or tips in a new vault."""

from typing import TYPE_CHECKING

from rounds.errors import RoundsError
from rounds.storage.tui_state import Tips

if TYPE_CHECKING:
    from rounds.tui.app import RoundsApp


async def offer_at_start(app: "RoundsApp") -> None:
    """Offer forms left unsaved when the program ended, there are rarely any; otherwise show the tips, once."""
    unsaved = app.session.unsaved
    left = await app.session.read(lambda _: unsaved.left())
    for path in unsaved.damaged:
        app.tell(RoundsError("unsaved text from the last session can't be read", hint=f"It is kept: {path}"))
    if left:
        from rounds.tui.dialogs.restore_forms import offer

        app.run_worker(offer(app, left), group="offer")
    elif await app.session.read(lambda vault: Tips(vault.data).take()):
        from rounds.tui.dialogs.tips import FirstTips

        app.push_screen(FirstTips())
