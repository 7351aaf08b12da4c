"""A folder that goes away, or whose notes do, while the program is open."""

import shutil
from pathlib import Path

import pytest

from rounds.tui.screens.partners import PartnersScreen
from rounds.vault.vault import Vault

from .conftest import Start, User


def banner(user: User) -> str:
    """What the line that stays says; empty where it is not there."""
    found = user.app.screen.query_one("#banner")
    return str(found.render()) if found.display else ""


def move(old: Path, new: Path) -> None:
    """As another program does it."""
    old.rename(new)


async def test_a_folder_that_is_gone_is_said_for_as_long_as_it_is(vault: Vault, demo: Path, start: Start) -> None:
    """Lists keep what they had, on every screen the line says what to do; with the folder back, it goes by itself."""
    async with start(vault, follow=True) as user:
        assert banner(user) == ""
        move(demo, demo.parent / "elsewhere")
        await user.until(lambda: "rounds.toml is gone from" in banner(user))
        assert "Is the folder there and mounted? Its last known content is kept." in banner(user)
        assert "Beatriz Quintal" in user.screen()
        user.app.clear_notifications()
        await user.press("2")
        assert "rounds.toml is gone from" in banner(user)
        assert "41 partners" in user.screen()
        move(demo.parent / "elsewhere", demo)
        await user.until(lambda: banner(user) == "")
        await user.press("1")
        assert banner(user) == ""


async def test_changes_are_followed_again_when_the_folder_is_back(vault: Vault, demo: Path, start: Start) -> None:
    """Also where another folder stands there now, as after a remount: edits in it are seen at once."""
    async with start(vault, follow=True) as user:
        await user.press("2")
        move(demo, demo.parent / "elsewhere")
        await user.until(lambda: banner(user) != "")
        shutil.copytree(demo.parent / "elsewhere", demo)
        await user.until(lambda: banner(user) == "")
        path = demo / "Partners" / "Annika Rowe.md"
        path.write_text(path.read_text().replace("role: dietitian", "role: cook"))
        await user.until(lambda: "Annika Rowe: role dietitian → cook." in user.told())
        assert "cook" in user.screen()


async def test_most_notes_gone_at_once_is_said_too(vault: Vault, demo: Path, start: Start) -> None:
    """A sync in the middle empties a folder: nothing is taken away from the lists until somebody says it was meant."""
    away = demo.parent / "away"
    away.mkdir()
    async with start(vault, (80, 24), follow=True) as user:
        await user.press("2")
        for path in (demo / "Partners").glob("*.md"):
            path.rename(away / path.name)
        await user.until(lambda: "notes are gone from Partners at once" in banner(user))
        assert "rounds --yes-really check" in banner(user)
        assert "41 partners" in user.screen()
        for path in away.iterdir():
            path.rename(demo / "Partners" / path.name)
        await user.until(lambda: banner(user) == "")
        assert "41 partners" in user.screen()


@pytest.mark.parametrize("size", [(40, 15), (80, 24)])
async def test_a_look_by_hand_finds_out_as_well(vault: Vault, demo: Path, start: Start, size: tuple[int, int]) -> None:
    """Without a watcher, `r` finds the folder gone and back; the list is usable below the line."""
    async with start(vault, size) as user:
        await user.press("2")
        move(demo, demo.parent / "elsewhere")
        await user.press("r")
        assert "is gone" in user.screen()
        await user.press("down")
        assert isinstance(user.app.screen, PartnersScreen)
        move(demo.parent / "elsewhere", demo)
        await user.press("r")
        assert banner(user) == ""
