"""The board: a column of cards for each stage, and above them all stages, with what is in sight marked."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import HorizontalScroll, Vertical
from textual.content import Content
from textual.widgets import Static

from rounds.tui.phrases import no_stage
from rounds.tui.widgets.rowlist import cursor_mark
from rounds.tui.widgets.tables import PartnerTable

_CARD = 24  # cells of a column
_ROOMY = 18  # from this height on, a blank line separates the cards


class StageColumn(PartnerTable):
    """Partners of a stage as cards: name, then role and last contact."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self.stage = stage

    @property
    def title(self) -> str:
        """The stage, with a capital letter."""
        return self.stage[:1].upper() + self.stage[1:]

    @property
    def lines_each(self) -> int:
        return 3 if self.scrollable_content_region.height >= _ROOMY else 2

    def on_resize(self) -> None:
        """Use shorter cards at a small height."""
        if self.count and self.lines_each != self.line_of(1):
            self.set_rows(self._identities)

    def lit(self, index: int, line: int) -> bool:  # noqa: ARG002 - all cards are alike
        return line < 2 and self.has_focus

    def draw_head(self, width: int) -> Content:  # noqa: ARG002 - cut to the width anyway
        return Content(f"  {self.title}  {self.count:,}")

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
        if line == 0:
            mark = cursor_mark(here=here, otherwise="! " if strange or not row.entry.readable else "  ")
            return Content.assemble(mark, (row.cells["name"], "bold" if here else ""))
        start = cursor_mark(here=True) if here else "  "
        if strange:
            return Content.assemble(start, (f"no such stage: {strange}", "$text-warning"))
        last = row.cells["last"]
        role = Content.styled(row.cells["role"], "$foreground-muted")
        role = role.truncate(max(width - len(last) - 4, 4), ellipsis=True, pad=True)
        return Content.assemble(start, role, " ", (last, "$foreground-muted"), " ")


class StageTabs(Static):
    """All stages in a line: arrows where more columns are, a mark at the one in use; a click goes to a stage."""

    DEFAULT_CSS = """
    StageTabs { height: 1; }
    """

    _spans: Sequence[tuple[int, StageColumn]] = ()  # the end of each title, in cells

    def show(self, columns: Sequence[StageColumn], sight: Sequence[StageColumn], here: StageColumn | None) -> None:
        """Show the columns' titles.

        Args:
            sight: the columns on the screen.
            here: the column in use.
        """
        width = self.size.width
        titles = [f"{column.title} {column.count:,}" for column in columns]
        if _gap(titles, width) < 3:
            titles = [column.title for column in columns]
        if _gap(titles, width) < 1:
            titles = [title[:3] for title in titles]
        gap = max(1, min(3, _gap(titles, width)))
        before, after = columns[0] not in sight, columns[-1] not in sight
        parts: list[tuple[str, str]] = [("‹" if before else " ", "bold $accent")]
        ends, end = [], 1
        for column, title in zip(columns, titles, strict=True):
            style = "bold" if column is here else "" if column in sight else "$foreground-muted"
            mark = ("▸" if column is here else " ").rjust(gap)
            parts.append((f"{mark}{title}", style))
            end += len(mark) + len(title)
            ends.append((end, column))
        parts.append((" ›" if after else "", "bold $accent"))
        self._spans = ends
        self.update(Content.assemble(*parts).truncate(max(width, 1)))

    def on_click(self, event: events.Click) -> None:
        """Go to the stage under the mouse."""
        event.stop()
        if column := next((column for end, column in self._spans if event.x < end), None):
            column.focus()


def _gap(titles: Sequence[str], width: int) -> int:
    """Cells that can stand before each title; three cells are for the arrows."""
    return (width - 3 - sum(map(len, titles))) // len(titles)


class _Columns(HorizontalScroll, can_focus=False, inherit_bindings=False):
    """The columns side by side."""

    DEFAULT_CSS = """
    _Columns { height: 1fr; scrollbar-size-horizontal: 1; }
    """


class Board(Vertical):
    """Columns side by side, as many as fit; the others scroll in with the focus."""

    DEFAULT_CSS = """
    Board { height: 1fr; }
    """

    def __init__(self, columns: Sequence[StageColumn], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._columns = columns
        self._tabs, self._scroll = StageTabs(markup=False), _Columns()

    def compose(self) -> ComposeResult:
        yield self._tabs
        with self._scroll:
            yield from self._columns

    def on_mount(self) -> None:
        self.watch(self._scroll, "scroll_x", self.mark, init=False)

    def on_descendant_focus(self) -> None:
        self.mark()

    def on_resize(self) -> None:
        """Show whole columns only, and the line of all stages where not all of them fit."""
        share = self._share
        for column in self._columns:
            column.styles.width = share
            if column.has_focus:
                self.call_after_refresh(self._scroll.scroll_to_widget, column, animate=False)
        self._tabs.display = share * len(self._columns) > self.content_size.width
        self.call_after_refresh(self.mark)

    @property
    def _share(self) -> int:
        width = self.content_size.width
        return width // max(1, min(len(self._columns), width // _CARD))

    def mark(self) -> None:
        """Show again which stages are in sight and how many partners each has."""
        if self._tabs.display:
            share, left = self._share, self._scroll.scroll_x
            right = left + self.content_size.width
            places = [(number * share, column) for number, column in enumerate(self._columns)]
            sight = [column for place, column in places if left <= place and place + share <= right]
            self._tabs.show(self._columns, sight, next((each for each in self._columns if each.has_focus), None))
