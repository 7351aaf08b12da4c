"""Suggestions for the next contact, and choosing partners for the month (guide, lines 5 and 9)."""

from typing import TYPE_CHECKING

from rounds.tui.dialogs.draft import DraftMessage
from rounds.tui.dialogs.introductions import introduce
from rounds.tui.dialogs.list import ActionList
from rounds.tui.messages import ShowPartners
from rounds.tui.phrases import clean

if TYPE_CHECKING:
    from rounds.domain.network import Suggestion
    from rounds.tui.screens.note_screen import NoteScreen

_KEYS = {"enter": "this month", "m": "draft", "I": "introduction", "w": "go to"}
_NOBODY = "Nobody new is waiting. Gaps shows where to look, and n adds somebody."


async def suggest(place: "NoteScreen") -> None:
    """Show a few partners to contact next, with the reasons, the best way, and actions."""
    from rounds.vault.progress import month, suggestions

    found, progress = await place.desk.read(lambda vault: (suggestions(vault), month(vault)))
    rows = [(each, clean(each.name), f"by {each.channel}", [clean("; ".join(each.reasons()))]) for each in found]
    words = progress.summary(place.desk.agenda.today) + "." if progress.goal else ""
    choices = ActionList("Whom to contact next", "", rows, _KEYS, empty=_NOBODY, note=words)
    key, who = await place.wait_for(choices) or ("", None)
    if who is None:
        return
    if key == "enter":
        await _choose(place, who)
    elif key == "m":
        await place.ask(DraftMessage(place.desk, who.name, who.path))
    elif key == "I":
        await introduce(place, who.name, who.path)
    else:
        place.post_message(ShowPartners(path=who.path))


async def _choose(place: "NoteScreen", who: "Suggestion") -> None:
    from rounds.vault.progress import choose

    written = await place.desk.write(who.path, lambda vault: choose(vault, vault.entry(who.path)))
    name = clean(who.name)
    place.tell(f"{name} is on this month." if written else f"{name} is on this month already.")
