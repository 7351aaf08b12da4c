"""The list of changes to undo or redo, and the messages shown so far."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList

from rounds.tui.dialogs.list import ChoiceList, choice
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.phrases import clean, day_name, note_name, property_changes
from rounds.tui.widgets.prose import hanging

if TYPE_CHECKING:
    from datetime import date, datetime

    from rounds.tui.screens.note_screen import NoteScreen
    from rounds.vault.undo_list import ListedChange

_KEYS = {"enter": "undo or redo", "v": "view", "m": "messages"}


class ChangeList(ChoiceList["ListedChange | None"]):
    """Changes of this session, then earlier ones."""

    def __init__(self, found: "Sequence[ListedChange]", today: "date", at: str = "") -> None:
        """Create the list; `at` is the id of the change that the cursor begins on."""
        rows: list[tuple[ListedChange | None, Content]] = []
        for heading, own in (("This session", True), ("Earlier", False)):
            some = [each for each in found if each.own is own]
            rows += [(None, Content.styled(heading, "bold"))] if some else []
            rows += [(each, _line(each, today)) for each in some]
        empty = "No changes yet. What you change is listed here, and can be undone."
        super().__init__("Changes", rows, _KEYS, empty=empty, alone="m")
        self._start = next((place for place, (each, _) in enumerate(rows) if each and each.id == at), 1)

    def on_mount(self) -> None:
        for rows in self.query(OptionList):  # none if the list was left before it was laid out
            rows.highlighted = self._start if self._rows else None

    def action_end(self, key: str) -> None:
        if self.item is not None or key not in {"enter", "v"}:
            super().action_end(key)


def _line(change: "ListedChange", today: "date") -> Content:
    at = change.at.astimezone()
    what = clean(change.what[:1].upper() + change.what[1:])
    if change.properties and (parts := property_changes(*change.properties)):
        what = f"{note_name(change.path)}: {', '.join(parts)}"
    words = choice(f"{day_name(at.date(), today)} {at:%H:%M}  {what}")
    return Content.styled("undone  ", "$foreground-muted") + words if change.undo else words


class ChangeText(TextDialog):
    """What a change did in each note: removed and added lines."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("v", "dismiss", show=False)]

    def __init__(self, change: "ListedChange") -> None:
        super().__init__()
        self._change = change

    def lines(self, width: int) -> Iterator[Content]:
        yield from Content.styled(clean(self._change.what), "bold $accent").wrap(width)
        yield Content.styled("escape closes this", "$foreground-muted")
        for line in self._change.diff.split("\n"):
            style = "" if line[:1] in {"+", "-"} else "$foreground-muted"
            yield from hanging(Content(line[:1] or " "), Content.styled(clean(line[1:]), style), width)


class MessageLog(TextDialog):
    """The messages shown since the start, newest first."""

    def __init__(self, told: "Sequence[tuple[datetime, str]]") -> None:
        super().__init__()
        self._told = told

    def lines(self, width: int) -> Iterator[Content]:
        yield Content.assemble(("Messages", "bold $accent"), ("  escape closes this", "$foreground-muted"))
        if not self._told:
            yield Content("No messages yet.")
        for at, words in reversed(self._told):
            first, *more = words.split("\n")
            yield from hanging(Content.styled(f"{at:%H:%M}  ", "$foreground-muted"), Content(first), width)
            for line in more:
                yield from hanging(Content("       "), Content(line), width)


async def show_changes(screen: "NoteScreen") -> None:
    """Show the list, and undo, redo or view the chosen change, until the list is left."""
    from rounds.errors import RoundsError
    from rounds.vault.undo_list import listed

    at = ""
    while True:
        found = await screen.session.read(listed, "Reading the changes")
        key, change = await screen.choose(ChangeList(found, screen.session.agenda.today, at))
        if key == "m":
            await screen.wait_for(MessageLog(screen.session.told))
        elif change is None:
            return
        elif key == "v":
            await screen.wait_for(ChangeText(change))
        else:
            try:
                await screen.undo_one(change.undo or change.id, redone=change.what if change.undo else "")
            except RoundsError as error:
                screen.tell(error)
        at = change.id if change else ""
