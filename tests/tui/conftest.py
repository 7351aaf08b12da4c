"""What the tests of the terminal interface share."""

import asyncio
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual._compositor import Compositor
from textual.app import App
from textual.notifications import Notification
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.worker import Worker, get_current_worker

from conftest import PATIENCE
from rounds.tui.app import RoundsApp
from rounds.tui.jobs import DELAYS, Delays, finished
from rounds.tui.textual_compat import shown_notifications
from rounds.vault.vault import Vault

Start = Callable[..., AbstractAsyncContextManager["User"]]


SOON = 0.02
"""Seconds: what the clock brings within them is waited for, such as a painting or a change of size."""

LATE = 1.0
"""Seconds after which it is not, since it comes again and again."""

NO_DELAYS = Delays(note=0, note_typing=0, ties=0, ties_typing=0, suggestion=0, draft=DELAYS.draft, guard=DELAYS.guard)
"""Nobody sits at the keyboard of a test. Typed text is still kept after a pause, and looked at: after each key, that would cost more."""


async def quiet(*_: float) -> None:
    """Until everybody who can go on has done so, and waits for a message, a thread, or for longer than SOON.

    In place of Textual's own `wait_for_idle`, which sleeps 20 ms at a time until the process has used little of the
    processor: four times a key, and on a busy machine no proof that anything is done.
    """
    loop: Any = asyncio.get_running_loop()
    late = loop.time() + LATE
    while True:
        await asyncio.sleep(0)
        await asyncio.sleep(0)  # what the clock, a pipe or a thread has brought is ready one turn later
        now = loop.time()
        if loop._ready and now < late:
            continue
        soon = min((each._when for each in loop._scheduled if not each._cancelled), default=late)
        if soon > now + SOON or now > late:
            return
        await asyncio.sleep(max(0, soon - now))


_ASKING: dict[Worker[Any], Screen[Any]] = {}
"""Workers that wait for the answer to a dialog."""


_PAINTING: list[Screen[Any]] = []
"""The screen that is being painted."""


def painted(screen: Screen[Any]) -> None:
    """Paint a screen now."""
    _PAINTING.append(screen)
    try:
        screen._compositor_refresh()
    finally:
        _PAINTING.clear()


class User:
    """Somebody at the keyboard, who waits until the screen has come to rest."""

    def __init__(self, pilot: Pilot[None]) -> None:
        self.pilot = pilot
        self.app = pilot.app
        assert isinstance(self.app, RoundsApp)
        self.rounds: RoundsApp = self.app

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type characters quickly, as people do."""
        names = {" ": "space", ":": "colon", "-": "minus", ",": "comma", ".": "full_stop", "(": "left_parenthesis"}
        await self.pilot.press(*[names.get(letter, letter) for letter in text])
        await self.settle()

    async def settle(self) -> None:
        """Until all messages are read, no worker is busy any more and all is painted; painting may ask for more rows."""
        for _ in range(5):
            await self._calm()
            await self._paint()
            if not self._busy and not self._unpainted:
                break

    async def _calm(self) -> None:
        for _ in range(20):
            await self.pilot.pause()
            await quiet()
            if self._busy:
                while self._busy:  # noqa: ASYNC110 - no event says that it has opened a dialog
                    await asyncio.sleep(0.001)
            elif not self._unpainted:
                break

    async def _paint(self) -> None:
        """Paint what has changed since the last time, as the screen does it itself: one picture for each key."""
        screen = self.app.screen
        if screen._compositor._dirty_regions and screen.is_running:
            screen.call_next(painted, screen)
            await self.pilot.pause()
            await quiet()

    @property
    def _busy(self) -> bool:
        """Whether a worker is neither finished nor waiting for the answer to a dialog that is open."""
        opened = [screen for stack in self.app._screen_stacks.values() for screen in stack]
        return any(not each.is_finished and _ASKING.get(each) not in opened for each in self.app.workers)

    @property
    def _unpainted(self) -> bool:
        """Whether something asks to be painted, or waits for that."""
        screen = self.app.screen
        wanted = screen._layout_required, screen._repaint_required, screen._scroll_required, screen._recompose_required
        return any(wanted) or bool(screen._dirty_widgets or screen._callbacks)

    async def until(self, true: Callable[[], bool]) -> None:
        """Until something that happens in its own time has happened."""
        async with asyncio.timeout(20):
            while not true():
                await asyncio.sleep(0.01)
                await self.settle()

    def screen(self) -> str:
        """What is on the screen, as text."""
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in self.strips())

    def strips(self) -> list[Strip]:
        """What is on the screen, in styled pieces."""
        return self.app.screen._compositor.render_strips()

    @property
    def toasts(self) -> list[Notification]:
        """The notifications on the screen."""
        return shown_notifications(self.app)

    def told(self) -> str:
        """All notifications."""
        return "\n".join(f"{n.title}: {n.message}" if n.title else n.message for n in self.toasts)


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal with all colors on a dark ground, whatever the tests run in."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("COLORFGBG", raising=False)


@pytest.fixture(autouse=True)
def _pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys don't wait for Textual's own idea of rest."""
    for module in (textual.app, textual.pilot):
        monkeypatch.setattr(module, "wait_for_idle", quiet)


@pytest.fixture(autouse=True)
def _frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the screen for less than a key is not painted: nobody looks, and it takes a third of the time."""
    real = Compositor.render_update

    def render_update(self: Compositor, full: bool = False, **more: Any) -> object:
        return real(self, full, **more) if full or _PAINTING else None  # in full for a picture

    monkeypatch.setattr(Compositor, "render_update", render_update)


@pytest.fixture(autouse=True)
def _asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that waits for the answer to a dialog is known as such, since only the next key brings it on."""
    push = App.push_screen_wait

    async def asked(app: App[Any], screen: Screen[Any]) -> object:
        worker = get_current_worker()
        _ASKING[worker] = screen
        try:
            return await push(app, screen)
        finally:
            del _ASKING[worker]

    monkeypatch.setattr(App, "push_screen_wait", asked)


@pytest.fixture
def start() -> Start:
    """Start the interface on a vault, and close it in the end."""

    @asynccontextmanager
    async def started(
        vault: Vault,
        size: tuple[int, int] = (120, 30),
        *,
        follow: bool = False,
        errors: int = 0,
        toasts: bool = False,
        delays: Delays = NO_DELAYS,
        settled: bool = True,
    ) -> AsyncIterator[User]:
        app = RoundsApp(vault, follow=follow, delays=delays)
        async with app.run_test(size=size, notifications=toasts) as pilot:
            user = User(pilot)
            if settled:
                await user.settle()
            yield user
        await asyncio.to_thread(
            finished, PATIENCE, PATIENCE
        )  # a read that was abandoned may still go on: the vault stays open
        if len(app.error_log.errors) != errors:
            raise app.error_log.errors[0] if app.error_log.errors else AssertionError("no error where one was expected")

    return started


@pytest.fixture
def edited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], str]:
    """An editor that ends at once; what it was asked to open is returned."""
    editor, asked = tmp_path / "vim", tmp_path / "asked"
    editor.write_text(
        f"#!{sys.executable}\nimport sys, pathlib\npathlib.Path({str(asked)!r}).write_text(repr(sys.argv[1:]))\n"
    )
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("VISUAL", f"{editor} -n")
    monkeypatch.setattr(RoundsApp, "suspend", lambda _: nullcontext())
    return asked.read_text
