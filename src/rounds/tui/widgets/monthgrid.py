"""A month with what stands on each day, and a strip of the next seven days."""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from rounds.domain.reminders.reminder import Reminder
from rounds.domain.reminders.sections import Section, is_suggested, section_of
from rounds.tui.messages import DayHighlighted, DaySelected
from rounds.tui.phrases import clean

FIRST, LAST = date(date.min.year + 1, 1, 1), date(date.max.year - 1, 12, 31)
"""Beyond these, the weeks of a month may go past the calendar's end."""

_HEAD = 2
"""Lines above the first week: the month, and the names of the days."""

_MOST = 5
"""Maximum lines of a week."""

_BELOW = 7
"""Lines to leave for the list of the day."""

Days = Mapping[date, Sequence[Reminder]]


def weeks_of(day: date) -> list[list[date]]:
    """The weeks of a day's month, from Monday to Sunday, with the days around it."""
    return calendar.Calendar(calendar.MONDAY).monthdatescalendar(day.year, day.month)


def days_later(day: date, days: int) -> date:
    """Another day, within the years that can be shown."""
    return date.fromordinal(min(max(day.toordinal() + days, FIRST.toordinal()), LAST.toordinal()))


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last day; the day itself outside the years that can be shown."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    if not FIRST.year <= year <= LAST.year:
        return day
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def short_name(name: str, cells: int) -> str:
    """As many whole words of a name as fit, at least a part of the first."""
    words = clean(name).split()
    for number in range(len(words), 1, -1):
        if Content(text := " ".join(words[:number])).cell_length <= cells:
            return text
    return Content(words[0] if words else "").truncate(max(cells, 1), ellipsis=True).plain


def in_a_cell(reminder: Reminder, today: date, cells: int) -> Content:
    """A reminder in a few cells: `09:15 Annika`, or for what is late `! Dana`."""
    late = section_of(reminder, today) is Section.LATE
    if reminder.time is not None:
        look = "$text-warning" if late else "bold $accent"
        if cells < 8:
            return Content.styled(f"{reminder.time:%H:%M}", look)
        return Content.styled(f"{reminder.time:%H:%M} {short_name(reminder.name, cells - 6)}", look)
    look = "$text-warning" if late else "$foreground-muted" if is_suggested(reminder) else ""
    return Content.styled(f"{'!' if late else '·'} {short_name(reminder.name, cells - 2)}", look)


class _Days(Widget, can_focus=True):
    """Days side by side with a cursor. Subclasses say which, and where."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("enter,space", "take", show=False),
    ]

    def __init__(self, today: date, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.today = today
        self.day = today
        self.days: Days = {}

    def show(self, days: Days, today: date) -> None:
        """Show these reminders; if the date has changed, a cursor on the old one moves along."""
        if self.day == self.today:
            self.day = today
        self.days, self.today = days, today
        self.refresh()

    def day_at(self, x: int, y: int) -> date | None:
        """The day at a position in the widget."""
        raise NotImplementedError

    def go(self, day: date) -> None:
        """Choose another day."""
        if day != self.day:
            self.day = day
            self.refresh(layout=True)  # another month may have more weeks
            self.post_message(DayHighlighted(day))

    def action_move(self, days: int) -> None:
        self.go(days_later(self.day, days))

    def action_take(self) -> None:
        self.post_message(DaySelected(self.day))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        day = self.day_at(offset.x, offset.y) if offset is not None else None
        if day is not None:
            again = day == self.day
            self.go(day)
            if again or event.chain == 2:
                self.action_take()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def cell(self, day: date, name: str, cells: int, lines: int, *, within: bool = True) -> list[Content]:
        """A day in some lines: its name, with the number of things that aren't shown, then one thing a line."""
        found = self.days.get(day, ())
        shown = found if len(found) < lines else found[: lines - 1]
        look = "bold underline" if day == self.today else "" if within else "$foreground-muted"
        if day == self.day:
            look = "bold reverse" if self.has_focus else "bold underline"
        more = len(found) - len(shown)
        mark = "[" if day == self.day else " "
        head = Content.assemble(mark, (name, look), "]" if day == self.day else " ")
        if more and cells >= head.cell_length + 2:
            head = Content.assemble(head, (f"+{more}" if shown else f"·{more}", "$foreground-muted"))
        return [head, *(Content(" ") + in_a_cell(each, self.today, cells - 2) for each in shown)]


class WeekStrip(_Days):
    """The next seven days in three lines."""

    DEFAULT_CSS = "WeekStrip { height: 4; padding: 1 1 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,escape", "leave", show=False),
        Binding("home", "move(-6)", show=False),
        Binding("end", "move(6)", show=False),
    ]

    @property
    def _shown(self) -> list[date]:
        return [days_later(self.today, ahead) for ahead in range(7)]

    def go(self, day: date) -> None:
        super().go(min(max(day, self._shown[0]), self._shown[-1]))

    def day_at(self, x: int, y: int) -> date | None:
        return self._shown[min(x * 7 // max(self.content_size.width, 1), 6)] if y >= 0 else None

    def action_leave(self) -> None:
        """Go to the list."""
        self.screen.focus_next("TodayList")

    def render(self) -> Content:
        starts = [self.content_size.width * place // 7 for place in range(8)]
        columns = []
        for place, day in enumerate(self._shown):
            cells = starts[place + 1] - starts[place]
            lines = self.cell(day, f"{day:%a}"[:2] + f" {day.day}", cells, 3)
            columns.append([line.truncate(cells, pad=True) for line in (*lines, *[Content("")] * (3 - len(lines)))])
        return Content("\n").join(Content("").join(column[line] for column in columns) for line in range(3))


class MonthGrid(_Days):
    """The month around a day, with as many lines for each week as there is room for."""

    DEFAULT_CSS = "MonthGrid { height: auto; padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "move(-1)", show=False),
        Binding("up,k", "move(-7)", show=False),
        Binding("down,j", "move(7)", show=False),
        Binding("pageup", "turn(-1)", show=False),
        Binding("pagedown", "turn(1)", show=False),
        Binding("home,t", "today", show=False),
    ]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's own
        """As high as the weeks are, with as many lines for each as leave room for the list below."""
        weeks = len(weeks_of(self.day))
        self._lines = min(max((container.height - _HEAD - _BELOW) // weeks, 1), _MOST)
        return _HEAD + weeks * self._lines

    _lines = 1
    """Lines of a week."""

    @property
    def _cells(self) -> int:
        return max(self.content_size.width // 7, 4)

    def day_at(self, x: int, y: int) -> date | None:
        weeks, week, place = weeks_of(self.day), (y - _HEAD) // self._lines, x // self._cells
        return weeks[week][place] if 0 <= week < len(weeks) and 0 <= place < 7 else None

    def action_turn(self, months: int) -> None:
        self.go(months_later(self.day, months))

    def action_today(self) -> None:
        self.go(self.today)

    def render(self) -> Content:
        weeks, cells, high = weeks_of(self.day), self._cells, self._lines
        names = "".join(f" {calendar.day_abbr[day.weekday()][:2]}".ljust(cells) for day in weeks[0])
        lines = [
            Content.styled(f"{self.day:%B %Y}".center(7 * cells), "bold"),
            Content.styled(names, "$foreground-muted"),
        ]
        for week in weeks:
            drawn = [self.cell(day, f"{day.day:>2}", cells, high, within=day.month == self.day.month) for day in week]
            for line in range(high):
                parts = [each[line] if line < len(each) else Content("") for each in drawn]
                lines.append(Content("").join(part.truncate(cells, pad=True) for part in parts))
        return Content("\n").join(lines)
