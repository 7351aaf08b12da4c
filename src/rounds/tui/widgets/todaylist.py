"""Today's list: a few things that matter, and below them what has no hurry, folded."""

from collections.abc import Sequence
from datetime import date

from textual.content import Content

from rounds.domain.reminders import Reminder
from rounds.tui.widgets.rowlist import RowList
from rounds.tui.words import clean, count, what, when

FOLD = "no hurry"
"""Identity of the row that folds and unfolds."""

_NAME = 22  # cells of its column
_WIDE = 60  # from this width on there are columns
_TIGHT = 46  # below it, what to do takes the line of the reason


class TodayList(RowList):
    """Reminders: those that matter on two lines with their reason, the others on one."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.unfolded = False
        self._today = date.min
        self._roomy = False
        self._shown: list[Reminder | str] = []
        self._due: Sequence[Reminder] = ()
        self._waiting: Sequence[Reminder] = ()

    @property
    def reminder(self) -> Reminder | None:
        """The one under the cursor."""
        row = self._shown[self.cursor] if 0 <= self.cursor < len(self._shown) else None
        return row if isinstance(row, Reminder) else None

    def show(self, due: Sequence[Reminder], waiting: Sequence[Reminder], today: date) -> None:
        """Show these; the cursor stays on its reminder."""
        self._due, self._waiting, self._today = due, waiting, today
        self._roomy = self.scrollable_content_region.height >= 4 + 3 * len(due)
        heading = "What matters today" if due else "Nothing needs you today."
        self._shown = [heading, *due]
        identities: list[str | None] = [None, *(reminder.uid for reminder in due)]
        heights = [2, *([3 if self._roomy else 2] * len(due))]
        if waiting:
            self._shown.append(FOLD)
            identities.append(FOLD)
            heights.append(1 if self._roomy and due else 2)
            if self.unfolded:
                self._shown += waiting
                identities += [reminder.uid for reminder in waiting]
                heights += [1] * len(waiting)
        self.set_rows(identities, heights)

    def on_resize(self) -> None:
        """A blank line between the things that matter, where there is room."""
        if self._roomy != (self.scrollable_content_region.height >= 4 + 3 * len(self._due)):
            self.show(self._due, self._waiting, self._today)

    def fold(self) -> None:
        """Show or hide what has no hurry."""
        self.unfolded = not self.unfolded
        self.show(self._due, self._waiting, self._today)
        if not self.unfolded and self.identity != FOLD and self.reminder not in self._due:
            self.go_to(FOLD)

    def lit(self, index: int, line: int) -> bool:
        if self._shown[index] == FOLD:
            return line == self._fold_line
        return line < 2

    @property
    def _fold_line(self) -> int:
        return 0 if self._roomy and self._due else 1

    def draw(self, index: int, line: int, width: int) -> Content:
        row = self._shown[index]
        here = index == self.cursor
        if not isinstance(row, Reminder):
            return self._heading(row, line, here=here)
        if index > len(self._due):
            return self._reminder(row, width, here=here, due=False)
        if line == 2:
            return Content("")
        if line == 0:
            return self._reminder(row, width, here=here, due=True)
        words = Content(what(row)) if width < _TIGHT else Content.styled(clean(row.why), "$foreground-muted")
        return Content.assemble(_mark(here=here), words)

    def _heading(self, row: str, line: int, *, here: bool) -> Content:
        if row != FOLD:
            return Content.styled(f"  {row}", "bold") if line == 0 else Content("")
        if line != self._fold_line:
            return Content("")
        sign = "▾" if self.unfolded else "▸"
        number = len(self._waiting)
        return Content.assemble(
            _mark(here=here),
            (f"{sign} No hurry", "bold"),
            (f"  {count(number, 'thing')} can wait", "$foreground-muted"),
        )

    def _reminder(self, reminder: Reminder, width: int, *, here: bool, due: bool) -> Content:
        """Who, what and when; what is due in bold, and where it is tight with what on the line below."""
        name = Content.styled(clean(reminder.name), "bold" if due else "")
        if width >= _WIDE:
            name = name.truncate(_NAME, ellipsis=True, pad=True)
        if not due or width >= _TIGHT:
            name = Content.assemble(name, "  ", (what(reminder), "" if due else "$foreground-muted"))
        day = when(reminder, self._today)
        text = name.truncate(max(width - len(day) - 5, 8), ellipsis=True, pad=True)
        return Content.assemble(_mark(here=here), text, "  ", (day, "$accent" if due else "$foreground-muted"))


def _mark(*, here: bool) -> tuple[str, str]:
    return ("▌ " if here else "  ", "$accent")
