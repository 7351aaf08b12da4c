"""Reader mode, for screen readers: one column, no boxes, and the selected row as one plain line."""

import re
from typing import Any

from textual.app import App
from textual.geometry import Offset
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList, Static, TextArea

from rounds.tui.widgets.rowlist import RowList

_GAP = re.compile(r"\s{2,}")
_SIGNS = str.maketrans({**dict.fromkeys("▌▸▾│▏▎·", " "), "●": "  met  ", "◐": "  not met yet  ", "○": "  nobody yet  "})


_LOOK = 0.1
"""Seconds between two looks at the cursor."""


class SpokenLine(Static):
    """The selected row as one plain line, at the bottom. The terminal's cursor stands there, so it's read aloud."""

    DEFAULT_CSS = "SpokenLine { dock: bottom; height: auto; max-height: 3; width: 1fr; }"


class ReaderApp(App[None]):
    """An app with a reader mode, and with motion that can be turned off."""

    reader = False
    motion = True
    _spoken: tuple[Screen[Any], str] | None = None

    def set_reader(self, *, on: bool) -> None:
        """Lay out for a screen reader, or as usual."""
        self.reader = on
        self.set_class(on, "-reader")

    def set_motion(self, *, on: bool) -> None:
        """Let things move and blink, or not."""
        self.motion = on
        self.animation_level = "full" if on else "none"

    def follow_cursor(self) -> None:
        """Speak and keep still from now on, where that is set.

        A look at the cursor ten times a second also sees it move by itself, as after an undo, or into a dialog.
        """
        self.set_interval(_LOOK, self._look)

    def _look(self) -> None:
        if not self.screen_stack or not (self.reader or self._spoken or not self.motion):
            return
        screen = self.screen
        if not self.motion and isinstance(screen.focused, Input | TextArea) and screen.focused.cursor_blink:
            screen.focused.cursor_blink = False
        words = spoken(screen.focused) if self.reader else ""
        if self._spoken != (screen, words):
            self._speak(screen, words)

    def _speak(self, screen: Screen[Any], words: str) -> None:
        """Show a plain line at the bottom; without reader mode, remove it."""
        lines = list(screen.query_children(SpokenLine))
        self._spoken = (screen, words) if self.reader else None
        if not self.reader:
            for each in self.screen_stack:
                each.query(SpokenLine).remove()
            return
        if not lines:
            lines = [SpokenLine(markup=False)]
            screen.mount(lines[0])
        lines[0].update(words)
        if not isinstance(screen.focused, Input | TextArea):  # they have the terminal's cursor where one types
            self.call_after_refresh(self._stand_at, lines[0])

    def _stand_at(self, line: SpokenLine) -> None:
        if line.is_attached and line.region:
            self.cursor_position = Offset(line.region.x, line.region.y)


def spoken(widget: Widget | None) -> str:
    """The row under the cursor of a list, with commas between its columns; a field with its label; else empty."""
    if isinstance(widget, Input | TextArea):
        row = next((each for each in widget.ancestors if each.has_class("row")), None)
        label = str(row.query_one(Label).content) if row is not None else widget.name or ""
        return f"{label}: {widget.value if isinstance(widget, Input) else widget.text}" if label else ""
    if isinstance(widget, RowList) and widget.cursor >= 0:
        first, end = widget.line_of(widget.cursor), widget.line_of(widget.cursor + 1)
        drawn = [widget.draw(widget.cursor, line, 1000).plain for line in range(end - first)]
        return plain_row(drawn)
    if isinstance(widget, OptionList) and widget.highlighted is not None:
        return plain_row(str(widget.get_option_at_index(widget.highlighted).prompt).split("\n"))
    return ""


def plain_row(lines: list[str]) -> str:
    """Lines of a row as one, without signs that are only drawn."""
    parts = [part for line in lines for part in _GAP.split(line.translate(_SIGNS).strip()) if part]
    return ", ".join(part.strip() for part in parts if part.strip(" ,"))
