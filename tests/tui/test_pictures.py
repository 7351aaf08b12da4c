"""Pictures of the screens, compared with accepted ones in __snapshots__. What they do is tested elsewhere.

After a wanted change: `pytest tests/tui/test_pictures.py --snapshot-update`, and look at each.
"""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from rounds.tui.app import RoundsApp
from rounds.vault.vault import Vault

from .conftest import NO_DELAYS, User

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are taken with Python 3.11")

Compare = Callable[..., bool]


def keys(*pressed: str, theme: str = "") -> Callable[[Pilot[None]], Awaitable[None]]:
    async def press(pilot: Pilot[None]) -> None:
        user = User(pilot)
        await user.settle()
        if theme:
            user.app.theme = theme
        await user.press(*pressed)
        for field in user.app.screen.query(Input):
            field.cursor_blink = False  # shown, whatever the moment

    return press


@pytest.mark.parametrize(
    ("size", "pressed", "theme"),
    [
        pytest.param((160, 45), (), "", id="today-wide-dark"),
        pytest.param((80, 24), ("h",), "rounds-light", id="today-light"),
        pytest.param((40, 15), (), "", id="today-small"),
        pytest.param((160, 45), ("2", "down"), "rounds-light", id="partners-wide-light"),
        pytest.param((80, 24), ("2",), "", id="partners-dark"),
        pytest.param((40, 15), ("2",), "", id="partners-small"),
        pytest.param((80, 24), ("2", "enter"), "ansi-dark", id="note-sixteen-colors"),
        pytest.param((80, 24), ("8",), "", id="problems"),
        pytest.param((100, 30), ("3", "tab", "down"), "", id="stages"),
        pytest.param((80, 24), ("4", "down"), "rounds-light", id="referrals-light"),
        pytest.param((120, 32), ("5", "right"), "rounds-light", id="gaps-light"),
        pytest.param((112, 24), ("7", "down"), "", id="organizations"),
        pytest.param((80, 24), ("z", "3"), "", id="sidebar"),
        pytest.param((80, 24), ("f", "tab", "ctrl+o", "down"), "rounds-light", id="month"),
        pytest.param((100, 46), ("6",), "", id="year"),
        pytest.param((100, 30), ("9", "right", "enter"), "rounds-light", id="calendar"),
        pytest.param((80, 24), ("l", "c", "o"), "rounds-light", id="log"),
        pytest.param((40, 15), ("l",), "", id="log-small"),
        pytest.param((80, 24), ("t", "down"), "", id="later"),
        pytest.param((80, 24), ("question_mark",), "", id="help"),
        pytest.param((80, 24), ("m",), "", id="draft"),
        pytest.param((80, 24), ("p",), "rounds-light", id="prep"),
        pytest.param((80, 24), ("2", "a", "a", "c", "tab", "down", "down", "down", "enter"), "", id="several"),
        pytest.param((40, 15), ("m",), "rounds-light", id="draft-small"),
        pytest.param((80, 24), ("N",), "rounds-light", id="suggest"),
        pytest.param((80, 24), ("4", "L"), "", id="releases"),
        pytest.param((80, 24), ("2", "a", "M", "S", "l", "e", "e", "p", "enter"), "", id="share"),
    ],
)
def test_screens_look_as_accepted(
    vault: Vault, snap_compare: Compare, size: tuple[int, int], pressed: tuple[str, ...], theme: str
) -> None:
    """Nothing moves, loses a column or changes color by accident."""
    app: Any = RoundsApp(vault, follow=False, delays=NO_DELAYS)
    assert snap_compare(app, terminal_size=size, run_before=keys(*pressed, theme=theme))


def test_without_color_it_can_still_be_read(
    vault: Vault, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_COLOR: the cursor has its mark, the place its reversed tab."""
    monkeypatch.setenv("NO_COLOR", "1")
    app: Any = RoundsApp(vault, follow=False, delays=NO_DELAYS)
    assert snap_compare(app, terminal_size=(80, 24), run_before=keys("2", "down"))


def test_there_is_a_picture_for_every_case() -> None:
    """No accepted picture is left over from a case that is gone."""
    folder = Path(__file__).parent / "__snapshots__" / "test_pictures"
    assert len(list(folder.glob("*.svg"))) == 28
