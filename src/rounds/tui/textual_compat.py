"""Every use of Textual's private parts. Written for Textual 8.2.8: read this module again when Textual is updated.

Each part says why the public interface isn't enough. A test fails on a private part anywhere else in `tui`.
"""

import os
import re
from collections.abc import Callable, Iterable
from traceback import extract_tb
from typing import Any, ClassVar

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.filter import Monochrome, NoColor
from textual.geometry import Size
from textual.message import Message
from textual.message_pump import MessagePump
from textual.notifications import Notification
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.widgets import Input, TextArea

# Errors -----------------------------------------------------------------------------------------------------------


class ErrorGuard(MessagePump):
    """A widget, screen or app that survives a failed message; Textual's own would stop reading messages."""

    async def _dispatch_message(self, message: Message) -> None:
        try:
            await super()._dispatch_message(message)
        except Exception as error:  # noqa: BLE001 - any error is reported
            report_error(self.app, error)


class GuardedApp(ErrorGuard, App[None]):
    """An app that an unexpected error ends only where `survives` says so; Textual always ends it."""

    def survives(self, error: Exception) -> bool:
        """Report an error. False if the app can't go on."""
        raise NotImplementedError

    def _handle_exception(self, error: Exception) -> None:
        if not self.survives(error):
            super()._handle_exception(error)


def report_error(app: App[Any], error: Exception) -> None:
    """Report an error as Textual's own message loop does; there is no public call for it."""
    app._handle_exception(error)


def failed_painting(error: Exception) -> bool:
    """Whether an error came from painting the screen, which only the name of Textual's module tells."""
    return any(os.path.basename(frame.filename) == "_compositor.py" for frame in extract_tb(error.__traceback__))


# Notifications ----------------------------------------------------------------------------------------------------


def shown_notifications(app: App[Any]) -> list[Notification]:
    """The notifications on the screen; publicly, they can only be added or removed all at once."""
    return [*app._notifications]


def remove_notification(app: App[Any], notification: Notification, *, repaint: bool = True) -> None:
    """Remove one notification."""
    app._unnotify(notification, refresh=repaint)


# Painting and styles ----------------------------------------------------------------------------------------------


def paint_now(screen: Screen[None]) -> None:
    """Paint changes at once; Textual's timer may take another 16 milliseconds."""
    screen._on_timer_update()


def mark_styled(screen: Screen[None], app: App[Any]) -> None:
    """Mark a new screen as having the current theme's styles.

    No old theme can have left a style in it; otherwise Textual would read all style sheets again for it.
    """
    screen._css_update_count = app._css_update_count


def set_lines(widget: ScrollView, lines: int) -> None:
    """Set the height of what a widget scrolls through.

    If the scrollbar stays as it is, only the scrollbar changes; Textual's own way lays out the whole screen again.
    """
    size, room = Size(1, lines), widget.scrollable_content_region.height
    if room and not widget.styles.auto_dimensions and (lines > room) == widget.show_vertical_scrollbar:
        widget.set_reactive(ScrollView.virtual_size, size)
        widget._scroll_update(size)
    else:
        widget.virtual_size = size


def keep_terminal_colors(app: App[Any]) -> None:
    """Keep a 16-color terminal's own colors. Without colors, remove them: Textual would turn them into gray, and
    the terminal's default colors into black for both text and background.
    """
    app._refresh_truecolor_filter(app.ansi_theme)
    if app.no_color:
        others = [each for each in app._filters if not isinstance(each, NoColor | Monochrome)]
        app._filters = [*others, NoColor() if app.native_ansi_color else Monochrome()]


# The terminal's background ----------------------------------------------------------------------------------------

_BACKGROUND = re.compile(
    r"\x1b\]11;rgba?:([\da-fA-F]{1,4})/([\da-fA-F]{1,4})/([\da-fA-F]{1,4})(?:/[\da-fA-F]{1,4})?(?:\x07|\x1b\\)"
)
_BEGUN = re.compile(r"\x1b\]1(?:1(?:;[rgba:\da-fA-F/]{0,40}\x1b?)?)?$")
_ASK = "\x1b]11;?\x1b\\"


class BackgroundParser(XTermParser):
    """Textual's parser of what a terminal sends, which would read the answer about the background as keys.

    Nothing waits for the answer: a terminal that never gives one costs nothing, and a late one, as over ssh, isn't
    typed.

    Attributes:
        told: gets whether the background is light, from the driver's thread, once.
    """

    told: ClassVar[Callable[[bool], object] | None] = None
    _held = ""

    def feed(self, data: str) -> Iterable[Message]:
        told = BackgroundParser.told
        if told is None or not data:
            return super().feed(data)
        data, self._held = self._held + data, ""
        if found := _BACKGROUND.search(data):
            BackgroundParser.told = None
            data = data[: found.start()] + data[found.end() :]
            red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
            told(0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5)
        elif begun := _BEGUN.search(data):  # the rest comes with the next read
            data, self._held = data[: begun.start()], begun[0]
        return super().feed(data) if data else ()


def can_ask_background(app: App[Any]) -> bool:
    """Whether the app runs in a terminal that could be asked: not in a browser, a test, or on Windows."""
    return bool(app._driver) and type(app._driver).__name__ == "LinuxDriver" and os.environ.get("TERM") != "linux"


def expect_background(told: Callable[[bool], object]) -> None:
    """Read an answer about the background from the start on; the driver makes its parser before the app can ask."""
    if os.name == "posix":
        from textual.drivers import linux_driver

        BackgroundParser.told = told
        vars(linux_driver)["XTermParser"] = BackgroundParser


def ask_background(app: App[Any]) -> None:
    """Ask the terminal for its background color (OSC 11)."""
    if app._driver is not None:
        app._driver.write(_ASK)
        app._driver.flush()


# Fields -----------------------------------------------------------------------------------------------------------


def draw_again(field: Input | TextArea) -> None:
    """Redraw a field whose text hasn't changed; a text area keeps its lines as drawn."""
    if isinstance(field, TextArea):
        field._line_cache.clear()
    field.refresh()


def has_suggestion(field: Input) -> bool:
    """Whether a completion is shown after the cursor, which Textual keeps to itself."""
    return bool(field._suggestion)
