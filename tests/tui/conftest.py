"""What the tests of the terminal interface share."""

import asyncio
import stat
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from rounds.tui.app import RoundsApp
from rounds.vault.vault import Vault

Start = Callable[..., AbstractAsyncContextManager["User"]]


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
        """Until no worker is busy any more."""
        for _ in range(20):
            await self.pilot.pause()
            busy = [worker for worker in self.app.workers if not worker.is_finished]
            if not busy:
                return
            with suppress(WorkerCancelled):
                await self.app.workers.wait_for_complete(busy)

    async def until(self, true: Callable[[], bool]) -> None:
        """Until something that happens in its own time has happened."""
        async with asyncio.timeout(20):
            while not true():
                await asyncio.sleep(0.01)
                await self.settle()

    def screen(self) -> str:
        """What is on the screen, as text."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in lines)

    def told(self) -> str:
        """All notifications."""
        return "\n".join(f"{n.title}: {n.message}" if n.title else n.message for n in self.app._notifications)


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal with all colors on a dark ground, whatever the tests run in."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("COLORFGBG", raising=False)


@pytest.fixture
def start() -> Start:
    """Start the interface on a vault, and close it in the end."""

    @asynccontextmanager
    async def started(
        vault: Vault,
        size: tuple[int, int] = (120, 30),
        *,
        follow: bool = False,
        mishaps: int = 0,
        toasts: bool = False,
    ) -> AsyncIterator[User]:
        app = RoundsApp(vault, follow=follow)
        async with app.run_test(size=size, notifications=toasts) as pilot:
            user = User(pilot)
            await user.settle()
            yield user
        if len(app.mishaps.met) != mishaps:
            raise app.mishaps.met[0] if app.mishaps.met else AssertionError("no error where one was expected")

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
