"""Keys and clicks that people look around with never change a file."""

from pathlib import Path

import pytest
from textual.widgets import OptionList

from rounds.tui.actions import SCREENS
from rounds.vault.vault import Vault

from .conftest import Start, User

LOOKING = ("up", "down", "left", "right", "pageup", "pagedown", "home", "end", "j", "k", "g", "G", "tab", "shift+tab")


def files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


async def look_around(user: User) -> None:
    for key in LOOKING:
        await user.press(key, key)


@pytest.mark.parametrize("place", SCREENS)
async def test_looking_around_changes_no_file(vault: Vault, demo: Path, start: Start, place: str) -> None:
    """Neither in the list, nor in the note in full, where space goes on by a screen too, nor with the mouse."""
    before = files(demo)
    async with start(vault, (120, 30)) as user:
        await user.press(str([*SCREENS].index(place) + 1))
        await look_around(user)
        for times in (1, 2):
            await user.pilot.click(user.rounds.main_screens[place].listing, offset=(4, 4), times=times)
            await user.settle()
        await user.press("escape", "escape", str([*SCREENS].index(place) + 1), "v")
        if user.app.screen.has_class("-reading"):
            await user.press("space", "space")
            await look_around(user)
        assert len(user.app.screen_stack) == 1
    assert files(demo) == before


async def test_a_click_in_a_list_to_choose_from_only_looks(vault: Vault, demo: Path, start: Start) -> None:
    """In whom to contact next, enter puts somebody on this month: a click does not, a double click does."""
    before = files(demo)
    async with start(vault, (100, 40)) as user:
        await user.press("N")
        options = user.app.screen.query_one(OptionList)
        await user.pilot.click(options, offset=(4, 5))
        await user.settle()
        assert options.highlighted  # no longer the first
        assert files(demo) == before
        await user.pilot.click(options, offset=(4, 5), times=2)
        await user.settle()
        assert "is on this month" in user.told()
    assert files(demo) != before
