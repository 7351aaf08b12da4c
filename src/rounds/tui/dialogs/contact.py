"""Contact at hand: copy a phone number, an email, an address or the card, or open its link."""

from typing import TYPE_CHECKING

from textual.content import Content

from rounds.tui.dialogs.list import ChoiceList
from rounds.tui.open_links import copy_text, linked, open_and_tell
from rounds.tui.phrases import clean

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.vault.contact_at_hand import Detail

_KEYS = {"enter": "copy", "o": "open"}


def _line(detail: "Detail") -> Content:
    whose = "  organization" if detail.shared else ""
    text = "name, role and all of these" if detail.label == "card" else clean(detail.text)
    return Content.assemble(
        (f"{detail.label:<10}", "$foreground-muted"), linked(Content(text), detail.link), (whose, "$foreground-muted")
    )


async def contact_at_hand(screen: "NoteScreen", name: str, path: str) -> None:
    """Ask what to copy or open."""
    from rounds.tui.jobs import in_thread
    from rounds.vault.contact_at_hand import contact_details

    details = await screen.session.read(lambda vault: contact_details(vault, path))
    if not details:
        screen.tell(f"No phone, email or address of {clean(name)} is known. c adds one.")
        return
    rows = [(each, _line(each)) for each in details]
    key, detail = await screen.choose(ChoiceList("Contact", rows, _KEYS, about=clean(name)))
    if detail is None:
        return
    if key == "o" and detail.link:
        await open_and_tell(screen.app, detail.link)
        return
    await in_thread(lambda: copy_text(screen.app, detail.text))
    only = f"There is nothing to open for the {detail.label}. " if key == "o" else ""
    screen.tell(f"{only}Copied: {detail.label} of {clean(name)}.")
