"""The lines around a list: the screens, the sidebar, a warning, the month's goal, and the keys with problems."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from rounds.errors import RoundsError
from rounds.notes.plain_text import escape_controls
from rounds.tui.actions import ORGANIZATIONS, REFERRALS, SCREENS, Action, key_name
from rounds.tui.jobs import Job
from rounds.tui.phrases import count

if TYPE_CHECKING:
    from rounds.domain.gaps_introductions_suggestions import Month

_BAR, _SHORT_BAR = 18, 8  # cells of the month's bar
_ROOM = 64  # width from which the line of keys says more about the problems

_SHORT = {**SCREENS, REFERRALS: "Refer.", ORGANIZATIONS: "Org."}
"""Titles that fit into 80 cells."""


class Bar(Widget):
    """A line with clickable parts: each part's style names an action of the screen."""

    ALLOW_SELECT = False

    async def on_click(self, event: events.Click) -> None:
        run = event.style.meta.get("run")
        if run:
            await self.screen.run_action(run)


class TopBar(Bar):
    """The screens with their number keys, and the day."""

    DEFAULT_CSS = "TopBar { height: 1; }"

    day = reactive("")

    def __init__(self, place: str, day: str) -> None:
        super().__init__()
        self._place = place
        self.set_reactive(TopBar.day, day)

    def render(self) -> Content:
        width = self.size.width
        if self.screen.has_class("-sidebar"):
            return self._line(Content.styled(f" {SCREENS[self._place]}", "bold"))
        ways = [self._tabs(" Rounds  ", " ", " "), self._tabs(" Rounds  ", "", " "), self._tabs("", "", " ")]
        with_day = [way for way in ways if way.cell_length + len(self.day) + 2 <= width]
        if with_day:
            return self._line(with_day[0])
        ways += [self._tabs("", "", " ", titles=_SHORT), self._tabs("", " ", "", brief=True)]
        return next((way for way in ways if way.cell_length <= width), ways[-1])

    def _line(self, left: Content) -> Content:
        room = self.size.width - left.cell_length - 1
        return left + Content.styled(self.day.rjust(room) + " ", "$foreground-muted")

    def _tabs(
        self, name: str, pad: str, gap: str, *, titles: Mapping[str, str] = SCREENS, brief: bool = False
    ) -> Content:
        """The screens' tabs with blanks around them; if brief, only the current one has its title."""
        parts: list[Content | tuple[str, str]] = [(name, "bold $accent")]
        for number, (place, title) in enumerate(titles.items(), 1):
            here = place == self._place
            words = f"{number}" if brief and not here else f"{number} {title}"
            tab = Content.styled(f"{pad}{words}{pad}", "bold reverse" if here else "")
            parts += [tab.stylize(Style.from_meta({"run": f"app.go('{place}')"})), (gap, "")]
        return Content.assemble(*parts[:-1])


class SideBar(Bar):
    """The screens as a column, some with a number. When folded, they are in the top line."""

    DEFAULT_CSS = "SideBar { dock: left; width: 20; height: 1fr; display: none; }"
    numbers: reactive[Mapping[str, int]] = reactive(dict)
    """By screen."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def render(self) -> Content:
        width = self.size.width
        lines = [Content.styled(" Rounds", "bold $accent"), Content("")]
        for number, (place, title) in enumerate(SCREENS.items(), 1):
            much = f"{self.numbers[place]:,}" if self.numbers.get(place) else ""
            text = Content(f" {number} {title}".ljust(width - len(much) - 1) + f"{much} ")
            tab = text.stylize("bold reverse") if place == self._place else text
            lines.append(tab.stylize(Style.from_meta({"run": f"app.go('{place}')"})))
        fold = Content.styled(" z", "bold $accent") + Content.styled(" folds this", "$foreground-muted")
        lines += [Content("")] * (self.size.height - len(lines) - 1)
        return Content("\n").join([*lines, fold.stylize(Style.from_meta({"run": "app.sidebar"}))])


class Banner(Widget):
    """A few lines below the top; hidden without a message."""

    DEFAULT_CSS = "Banner { height: auto; max-height: 5; display: none; }"

    _error: RoundsError | None = None

    def show(self, error: RoundsError | None) -> None:
        """Show a problem and what to do; hide with None."""
        self._error = error
        self.display = error is not None
        self.refresh(layout=True)

    def render(self) -> Content:
        if self._error is None:
            return Content("")
        return Content.assemble(
            ("! ", "bold"), (escape_controls(self._error.message), "bold"), f". {escape_controls(self._error.hint)}"
        )


class MonthBar(Widget):
    """A line; hidden without a goal or without partners."""

    DEFAULT_CSS = "MonthBar { height: auto; display: none; }"

    _month: "Month | None" = None
    _day = date.min
    _key = ""

    def show(self, month: "Month | None", day: date, *, anybody: bool, key: str = "") -> None:
        """Show the month's progress.

        Args:
            key: opens the suggestions; shown while the goal is open.
        """
        wanted = month is not None and month.contacted + month.chosen < month.goal
        self._month, self._day, self._key = month, day, key if wanted else ""
        self.display = month is not None and bool(month.goal) and anybody
        self.refresh(layout=True)

    def render(self) -> Content:
        month, width = self._month, self.size.width
        if month is None:
            return Content("")
        hint = Content.assemble("   ", (self._key, "bold $accent"), (" contact next", "$foreground-muted"))
        chosen = f", {month.chosen} chosen" if month.chosen else ""
        line = _month_line(month, _BAR, month.summary(self._day))
        brief = _month_line(month, _SHORT_BAR, f"{month.contacted} new, goal {month.goal}{chosen}")
        ways = [*([line + hint] if self._key else []), line, *([brief + hint] if self._key else []), brief]
        fits = (way for way in ways if way.cell_length <= width)
        return next(fits, brief.truncate(max(width, 1), ellipsis=True))


class KeyBar(Bar):
    """A line of keys, replaced by the progress of long-running work."""

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None

    def show_job(self, job: Job | None) -> None:
        """Show a job's progress; None brings the keys back."""
        if job is not None or self._job is not None:
            self._job = job
            self.refresh()

    def render(self) -> Content:
        return self._job.line(self.size.width) if self._job else self.keys(self.size.width)

    def keys(self, width: int) -> Content:
        """The line shown while no job runs."""
        raise NotImplementedError


class BottomBar(KeyBar):
    """As many keys as fit, and the number of problems."""

    DEFAULT_CSS = "BottomBar { height: 1; }"
    actions: reactive[Sequence[Action]] = reactive(tuple)
    problems = reactive(0)
    about_clients = reactive(0)
    """How many of the problems are client information."""

    def keys(self, width: int) -> Content:
        clients = f", {self.about_clients:,} about clients" if self.about_clients and width >= _ROOM else ""
        right = f"! {count(self.problems, 'problem')}{clients} " if self.problems else ""
        shown = [action for action in self.actions if action.label and action.keys]
        last = [action for action in shown if action.name in {"help", "quit"}]
        kept = [action for action in shown if action not in last]
        while kept and sum(_width(action) for action in kept + last) > width - len(right):
            kept.pop()
        line = Content.assemble(*[_shown(action) for action in kept + last])
        room = width - line.cell_length - len(right)
        click = Style.from_meta({"run": "app.go('problems')"})
        return line + Content(" " * max(room, 0)) + Content.styled(right, "bold $text-warning").stylize(click)


class DialogBar(KeyBar):
    """The keys of a dialog."""

    DEFAULT_CSS = "DialogBar { height: 1; }"

    def __init__(self, keys: Sequence[tuple[str, str, str]]) -> None:
        """Create the line.

        Args:
            keys: key, what it does, and the screen's action.
        """
        super().__init__()
        self._keys = keys

    def set_keys(self, keys: Sequence[tuple[str, str, str]]) -> None:
        """Show other keys."""
        self._keys = keys
        self.refresh()

    def keys(self, width: int) -> Content:
        line = self._line(self._keys)
        return line if line.cell_length <= width else self._line([part for part in self._keys if part[2]])

    def _line(self, keys: Sequence[tuple[str, str, str]]) -> Content:
        parts = []
        for key, label, action in keys:
            part = Content.assemble((key, "bold $accent"), f" {label}")
            parts.append(part.stylize(Style.from_meta({"run": action})) if action else part)
        return Content("   ").join(parts)


def _width(action: Action) -> int:
    return len(key_name(action.keys[0])) + len(action.label) + 3


def _shown(action: Action) -> Content:
    click = Style.from_meta({"run": action.call})
    key = Content.styled(f" {key_name(action.keys[0])}", "bold $accent")
    return (key + Content(f" {action.label} ")).stylize(click)


def _month_line(month: "Month", cells: int, words: str) -> Content:
    """The month's bar and words; a goal that is reached has a quiet check mark in place of a full bar."""
    progress = [("✓", "$foreground-muted")] if month.contacted >= month.goal else _bar(month, cells)
    return Content.assemble("  ", *progress, "  ", (words, "$foreground-muted"))


def _bar(month: "Month", cells: int) -> list[tuple[str, str]]:
    """Full for contacted, half for chosen, light for open: readable without color."""
    goal = max(month.goal, 1)
    full = min(month.contacted * cells // goal, cells)
    half = min(month.chosen * cells // goal, cells - full)
    return [("█" * full, "$accent"), ("▒" * half, "$accent"), ("░" * (cells - full - half), "$foreground-muted")]
