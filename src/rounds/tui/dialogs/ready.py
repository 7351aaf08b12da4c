"""The six things to have ready before a first contact (guide, line 8), and how to fix them."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.domain.readiness import Point
from rounds.tui.dialogs.text import TextDialog
from rounds.tui.messages import OpenEditor
from rounds.tui.phrases import clean, here
from rounds.tui.widgets.prose import hanging

if TYPE_CHECKING:
    from rounds.tui.screens.note_screen import NoteScreen


class Readiness(TextDialog):
    """What's ready, what isn't yet, and what would improve it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("R", "dismiss", show=False), Binding("e", "mend", show=False), Binding("c", "card", show=False),
    ]  # fmt: skip

    def __init__(self, points: Sequence[Point], mend: Callable[[], object], card: Callable[[], object]) -> None:
        """Create the sheet.

        Args:
            points: the six points.
            mend: opens Practice.md in the editor.
            card: creates the digital card and the summary.
        """
        super().__init__()
        self._points = points
        self._mend = mend
        self._card = card

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

    def action_mend(self) -> None:
        self.dismiss()
        self._mend()

    def action_card(self) -> None:
        self.dismiss()
        self._card()


async def get_ready(place: "NoteScreen") -> None:
    """Show the sheet."""
    from rounds.vault.practice import practice_of, ready

    points, path = await place.desk.read(lambda vault: (ready(vault), practice_of(vault).path))
    mend = partial(place.post_message, OpenEditor(path, 0, 1))
    place.app.push_screen(Readiness(points, mend, place.action_card))
