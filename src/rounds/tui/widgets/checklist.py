"""A list of points under headings; some can be ticked off."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content

from rounds.tui.phrases import clean
from rounds.tui.widgets.prose import hanging
from rounds.tui.widgets.rowlist import RowList


class Part(NamedTuple):
    """A heading and its points; whether these can be ticked off."""

    heading: str
    points: Sequence[str]
    ticks: bool = False


class Checklist(RowList):
    """Points with the cursor on those that can be ticked off.

    Attributes:
        ticked: the points that are.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *RowList.BINDINGS,
        Binding("space,enter", "tick", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.ticked: dict[str, None] = {}
        self._parts: list[Part] = []
        self._rows: list[tuple[str, str]] = []
        self._drawn_rows: list[list[Content]] = []

    def show(self, parts: Sequence[Part]) -> None:
        """Show these; empty ones are left out."""
        self._parts = [each for each in parts if each.points]
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()
        super().on_resize()

    def _lay_out(self) -> None:
        width = max(self.room - 2, 12)
        rows: list[tuple[str, list[Content]]] = []
        for part in self._parts:
            head = [Content.styled(line.plain, "bold $accent") for line in Content(clean(part.heading)).wrap(width)]
            rows.append(("", [*([Content("")] if rows else []), *head]))
            for point in part.points:
                lines = hanging(Content("  " if part.ticks else "• "), Content(clean(point)), width)
                rows.append((clean(point) if part.ticks else "", lines))
        self._drawn_rows = [lines for _, lines in rows]
        self.set_rows([point or None for point, _ in rows], [len(lines) for _, lines in rows])
        if not self.has_focus:
            self.scroll_home(animate=False, force=True)

    def _show_cursor(self) -> None:
        """What is to be read stands above the first point: it stays in sight until somebody goes to the points."""
        if self.has_focus:
            super()._show_cursor()

    def draw(self, index: int, line: int, width: int) -> Content:  # noqa: ARG002 - its lines are laid out
        point = self.identities[index]
        content = self._drawn_rows[index][line]
        if point is None:
            return Content("  ") + content
        mark = "▌ " if index == self.cursor and self.has_focus else "  "
        box = ("☑ " if point in self.ticked else "☐ ") if not line else "  "
        words = content[2:].stylize("$foreground-muted" if point in self.ticked else "")
        return Content.assemble((mark, "$accent"), (box, "bold"), words)

    def action_tick(self) -> None:
        """Tick the point under the cursor off, or not."""
        point = self.identity
        if isinstance(point, str):
            if point in self.ticked:
                del self.ticked[point]
            else:
                self.ticked[point] = None
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        before = self.cursor
        super().on_click(event)
        offset = event.get_content_offset(self)
        if offset is not None and self.cursor >= 0 and (self.cursor != before or self._at(offset.y)):
            self.action_tick()

    def _at(self, line: int) -> bool:
        """Whether a line on the screen belongs to the row under the cursor."""
        line += self.scroll_offset.y
        return self.line_of(self.cursor) <= line < self.line_of(self.cursor + 1)
