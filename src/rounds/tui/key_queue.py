"""A key queue: keys go out one at a time, so each reaches the widget that the key before it opened.

Textual sends every key to the widget focused at that moment. Typed quickly, `/name` would open the
filter with its first key while the others are already on their way to the list, where `n` has another meaning.
"""

from collections import deque
from dataclasses import dataclass
from time import monotonic

from textual import events
from textual.message import Message
from textual.widget import Widget

from rounds.tui.textual_compat import GuardedApp
from rounds.tui.widgets.typing_undo import TypingUndo

LIMIT = 0.5
"""Seconds before the next key goes out even if the one before was lost because its widget is gone."""


@dataclass
class KeyArrived(Message):
    """Sent after a key, through the same widgets: when it comes back, the key has been handled.

    It goes twice, since handling a key often sends a message whose effect matters.

    Attributes:
        number: of the key.
        again: whether this is the second time.
    """

    number: int
    again: bool = False


class KeyQueueApp(GuardedApp):
    """An app that handles one key at a time.

    A screen with a true attribute `busy` also makes keys wait, for LIMIT at most.
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: deque[events.Key] = deque()
        self._target: Widget | None = None
        self._number = 0
        self._until = 0.0
        self._last_input = monotonic()
        self._typing = TypingUndo()

    @property
    def idle(self) -> float:
        """Seconds since the last key or mouse event."""
        return monotonic() - self._last_input

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent):
            self._last_input = monotonic()
        if not isinstance(event, events.Key) or event.is_forwarded:
            if isinstance(event, events.Paste):
                self._typing.take(self.focused, event)
            await super().on_event(event)
            return
        self._keys.append(event)
        if self._target is None:
            await self._send()

    async def _send(self) -> None:
        if not self._keys:
            self._target = None
            return
        self._target = self.focused or self.screen
        self._number += 1
        self._until = monotonic() + LIMIT
        key = self._keys.popleft()
        if not self._typing.take(self.focused, key):
            await super().on_event(key)
        self._escort(KeyArrived(self._number))
        self._look_again(LIMIT)

    def _escort(self, arrival: KeyArrived) -> None:
        if self._target is None or not self._target.post_message(arrival):
            self.post_message(arrival)

    def _look_again(self, seconds: float) -> None:
        number = self._number
        self.set_timer(seconds, lambda: self.post_message(KeyArrived(number, again=True)))

    async def on_key_arrived(self, event: KeyArrived) -> None:
        """Send the next key when the screen is ready for it."""
        event.stop()
        if event.number != self._number or self._target is None:
            return
        if not event.again:
            self._escort(KeyArrived(event.number, again=True))
        elif self._busy and monotonic() < self._until:
            self._look_again(0.01)
        else:
            await self._send()

    @property
    def _busy(self) -> bool:
        """Whether a dialog is still opening (no focus yet) or saving."""
        screen = self.screen
        return bool(getattr(screen, "busy", False)) or (screen.is_modal and screen.focused is None)
