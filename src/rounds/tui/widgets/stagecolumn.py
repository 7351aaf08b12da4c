"""A column of the board: the partners of one stage as cards."""

from collections.abc import Hashable, Sequence

from textual.containers import HorizontalScroll
from textual.content import Content

from rounds.tui.phrases import no_stage
from rounds.tui.widgets.partnertable import PartnerTable

_CARD = 24  # cells of a column
_ROOMY = 18  # from this height on, a blank line separates the cards


class StageColumn(PartnerTable):
    """Partners of a stage: name, then role and last contact."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self.stage = stage
        self._lines_each = 2

    def set_rows(
        self,
        identities: Sequence[Hashable | None],
        heights: Sequence[int] | None = None,
        held: Hashable | None = None,
    ) -> None:
        """Set the cards, with as many lines each as there is room for."""
        self._lines_each = 3 if self.scrollable_content_region.height >= _ROOMY else 2
        super().set_rows(identities, heights or [self._lines_each] * len(identities), held)

    def on_resize(self) -> None:
        """Use shorter cards at a small height."""
        if self._lines_each != (3 if self.scrollable_content_region.height >= _ROOMY else 2):
            self.set_rows(self._identities)

    def lit(self, index: int, line: int) -> bool:  # noqa: ARG002 - all cards are alike
        return line < 2 and self.has_focus

    def draw_head(self, line: int, width: int) -> Content:  # noqa: ARG002 - the head has one line
        return Content(f"  {self.stage[:1].upper()}{self.stage[1:]}  {self.count:,}")

    def head_clicked(self, x: int) -> None:
        """Does nothing: a stage isn't a sort order."""

    def draw(self, index: int, line: int, width: int) -> Content:
        if line == 2:
            return Content("")
        row = self.row_at(index)
        if row is None:
            return Content.styled("  …" if line == 0 else "", "$foreground-muted")
        here = index == self.cursor and self.has_focus
        strange = no_stage(row.entry.properties.get("stage"))
        mark = ("▌ " if here else "! " if strange or not row.entry.readable else "  ", "$accent")
        if line == 0:
            return Content.assemble(mark, (row.cells["name"], "bold" if here else ""))
        if strange:
            return Content.assemble(mark if here else "  ", (f"no such stage: {strange}", "$text-warning"))
        last = row.cells["last"]
        role = Content.styled(row.cells["role"], "$foreground-muted")
        role = role.truncate(max(width - len(last) - 4, 4), ellipsis=True, pad=True)
        return Content.assemble(mark if here else "  ", role, " ", (last, "$foreground-muted"), " ")


class Board(HorizontalScroll, can_focus=False, inherit_bindings=False):
    """Columns side by side, as many as fit; the others scroll in with the focus."""

    DEFAULT_CSS = """
    Board { height: 1fr; scrollbar-size-horizontal: 1; }
    """

    def on_resize(self) -> None:
        """Show whole columns only."""
        width, columns = self.content_size.width, list(self.query(StageColumn))
        share = width // max(1, min(len(columns), width // _CARD))
        for column in columns:
            column.styles.width = share
            if column.has_focus:
                self.call_after_refresh(self.scroll_to_widget, column, animate=False)
