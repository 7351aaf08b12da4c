"""The six things to have ready before a first contact (guide, line 8), and how to fix them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.domain.readiness import Point
from rounds.tui.dialogs.exports import make_card
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.messages import OpenEditor
from rounds.tui.phrases import clean, here
from rounds.tui.widgets.prose import hanging

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen


class Readiness(TextDialog):
    """What's ready, what isn't yet, and what would improve it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "dismiss", show=False),
        Binding("e", "dismiss('edit')", show=False),
        Binding("c", "dismiss('card')", show=False),
    ]

    def __init__(self, points: Sequence[Point]) -> None:
        super().__init__()
        self._points = points

    def lines(self, width: int) -> Iterator[Content]:
        number = sum(point.ready for point in self._points)
        yield Content.styled(f"Ready: {number} of {len(self._points)}", "bold $accent")
        keys = [("e", "bold $accent"), (" opens Practice.md   ", "$foreground-muted"), ("c", "bold $accent"),
                (" makes your card   ", "$foreground-muted"), ("escape", "bold $accent"),
                (" closes this", "$foreground-muted")]  # fmt: skip
        yield Content.assemble(*keys)
        for point in self._points:
            yield Content("")
            box = "☑ " if point.ready else "☐ "
            yield from hanging(Content(box), Content.styled(point.name, "bold"), width)
            if point.found:
                yield from hanging(Content("  "), Content.styled(clean(point.found), "$foreground-muted"), width)
            for advice in point.advice:
                yield from hanging(Content("  → "), Content(clean(here(advice))), width)


async def get_ready(place: "NoteScreen") -> None:
    """Show the sheet."""
    from rounds.vault.practice import practice_of, ready

    points, path = await place.desk.read(lambda vault: (ready(vault), practice_of(vault).path))
    answer = await place.wait_for(Readiness(points))
    if answer == "edit":
        place.post_message(OpenEditor(path, 0, 1))
    elif answer == "card":
        await make_card(place)
