"""Messages in a corner: their log, and their place beside the selected row."""

from datetime import datetime
from typing import Any

from textual import events
from textual.app import App
from textual.geometry import Region
from textual.notifications import Notification, Notify
from textual.screen import Screen
from textual.widgets import OptionList

from rounds.tui.phrases import REDONE, UNDONE
from rounds.tui.textual_compat import remove_notification, shown_notifications
from rounds.tui.widgets.rowlist import RowList

MOST = 200
"""Messages kept in the log."""

PART = 0.45
"""The part of the height that messages may cover, at the top or at the bottom; `app.tcss` has it too."""


_WIDTH, _FRAME = 56, 3
"""Cells of a message's text, and lines around it."""


class ToastApp(App[None]):
    """An app that keeps its messages, and shows them where they don't cover the selected row.

    Attributes:
        told: time and text of each message since the start, oldest first.
    """

    told: list[tuple[datetime, str]]

    def on_notify(self, event: Notify) -> None:
        """Renew a message that is still shown instead of repeating it below: Textual adds the new one after this.

        Each undo counts, so those are repeated.
        """
        title, message = event.notification.title, event.notification.message
        self.told.append((datetime.now().astimezone(), f"{title}: {message}" if title else message))
        del self.told[:-MOST]
        for shown in shown_notifications(self):
            if (shown.title, shown.message) == (title, message) and not message.startswith((UNDONE, REDONE)):
                remove_notification(self, shown, repaint=False)
        room = self.size.height * PART - _lines(event.notification)
        for shown in reversed(shown_notifications(self)):
            room -= _lines(shown)
            if room < 0:  # the newest are in sight, the others in the log
                remove_notification(self, shown, repaint=False)
        if self.screen_stack:
            place_toasts(self.screen)

    async def on_event(self, event: events.Event) -> None:
        await super().on_event(event)
        if isinstance(event, events.InputEvent) and shown_notifications(self) and self.screen_stack:
            self.call_after_refresh(place_toasts, self.screen)


def _lines(shown: Notification) -> int:
    """Lines that a message takes, about."""
    text = f"{shown.title}\n{shown.message}" if shown.title else shown.message
    return _FRAME + sum(1 + len(line) // _WIDTH for line in text.split("\n"))


def place_toasts(screen: Screen[Any]) -> None:
    """Show messages at the other end of the screen if they could cover the selected row."""
    height, chosen = screen.size.height, selected(screen)
    above, below = chosen.y < height * PART, chosen.bottom > height * (1 - PART) - 1
    screen.set_class(bool(chosen) and below, "-toasts-top")
    screen.set_class(bool(chosen) and above, "-toasts-bottom")


def selected(screen: Screen[Any]) -> Region:
    """Where the row under the cursor is on the screen; empty if no list has the focus."""
    widget = screen.focused
    if widget is None:
        return Region()
    area = widget.content_region
    if isinstance(widget, RowList):
        if widget.cursor < 0:
            return Region()
        top = widget.line_of(widget.cursor) + widget.HEAD - int(widget.scroll_offset.y)
        height = widget.line_of(widget.cursor + 1) - widget.line_of(widget.cursor)
        return Region(area.x, area.y + top, area.width, height).intersection(area)
    if isinstance(widget, OptionList):
        lines = [y for y in range(area.height) if _option_at(widget, y) == widget.highlighted]
        return Region(area.x, area.y + lines[0], area.width, len(lines)) if lines else Region()
    return Region()


def _option_at(widget: OptionList, line: int) -> int:
    """The index of the option on a line of a list; -1 for none."""
    found = (segment.style.meta.get("option") for segment in widget.render_line(line) if segment.style)
    return next((place for place in found if place is not None), -1)
