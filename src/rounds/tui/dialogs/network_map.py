"""Who knows whom around a partner; enter walks from one to the next."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from rounds.domain.network_map import ALONE, TIE_WORDS, Neighbor, around, branches, center
from rounds.errors import UsageError
from rounds.notes.plain_text import escape_controls
from rounds.tui.dialogs.list import ChoiceList, choice
from rounds.tui.messages import ShowPartners
from rounds.tui.phrases import clean

if TYPE_CHECKING:
    from rounds.domain.network_map import Around
    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.vault.vault import Vault

_DASHED = "Dashed: you know one of the two, who could introduce you to the other."

_FRAME = 10
"""Columns that the dialog has around its text."""


class NetworkMap(ChoiceList[Neighbor | None]):
    """A partner in the middle, the way there from you, and the neighbors with their ties."""

    def __init__(self, found: "Around", room: int, *, has_come: bool) -> None:
        """Make the dialog.

        Args:
            room: columns for the text.
            has_come: whether somebody else was in the middle before.
        """
        middle = [Content.styled(escape_controls(line), "bold") for line in center(found, room, cell_len)]
        around = [
            (each, choice(f"{branch}{clean(each.person.name)}", TIE_WORDS[each.tie]))
            for branch, each in zip(branches(found, room, cell_len), found.neighbors, strict=True)
        ]
        rows: list[tuple[Neighbor | None, Content]] = [*((None, line) for line in middle), *around]
        keys = {"enter": "walk there", "w": "go to", **({"backspace": "back"} if has_come else {})}
        super().__init__("Who knows whom", rows, keys, note=_DASHED if around else ALONE)


async def show_map(screen: "NoteScreen", path: str) -> None:
    """Show the people around a partner, then around whoever is chosen."""
    way = [path]
    while way:

        def read(vault: "Vault") -> "Around":
            entry = vault.entry(way[-1])
            if entry.type != "partner":
                raise UsageError(f"{entry.name} isn't a partner", hint="Choose one there.")
            return around(screen.session.people(vault), entry.key, vault.today(), vault.settings.steps)

        found = await screen.session.read(read)
        room = min(screen.size.width, 100) - _FRAME
        key, other = await screen.choose(NetworkMap(found, room, has_come=len(way) > 1))
        if key == "backspace":
            way.pop()
        elif other is None:
            return
        elif key == "w":
            screen.post_message(ShowPartners(path=other.person.path))
            return
        else:
            way.append(other.person.path)
