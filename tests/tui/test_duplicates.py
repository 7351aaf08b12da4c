"""Two notes that may be about one person, in Problems: merged, told apart, or edited."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rounds.tui.widgets.lists import ProblemList
from rounds.vault.note_files import add
from rounds.vault.set_properties import Setting
from rounds.vault.vault import Vault

from .conftest import Start, User

MARIA, OTHER = "Partners/Maria Alvarez.md", "Partners/Dr. Alvarez, Maria.md"


@pytest.fixture
def twice(vault: Vault) -> Vault:
    """A vault in which Maria Alvarez has two notes."""
    add(vault, "Dr. Alvarez, Maria", [Setting("city", "=", "Salem"), Setting("fax", "=", "503-555-0199")])
    vault.sync()
    return vault


async def to_pair(user: User) -> None:
    await user.press("8", "home")
    listing = user.app.screen.query_one(ProblemList)
    for _ in range(9):
        if listing.item and "about the same person" in listing.item.message:
            await user.press("enter")
            return
        await user.press("down")
    raise AssertionError(user.screen())


async def test_enter_merges_two_notes(twice: Vault, demo: Path, start: Start) -> None:
    """It says what stays; one undo brings both back."""
    before = (demo / MARIA).read_bytes()
    async with start(twice, toasts=True) as user:
        await to_pair(user)
        assert "Merge Dr. Alvarez, Maria into Maria Alvarez" in user.screen()
        assert (demo / MARIA).read_bytes() == before
        await user.press("enter")
        assert "Merged Dr. Alvarez, Maria into Maria Alvarez." in user.told()
        assert not (demo / OTHER).exists()
        assert "503-555-0199" in (demo / MARIA).read_text()
        assert "about the same person" not in user.screen()
        await user.until(lambda: user.rounds._target is None)  # closing a list holds the next key for a moment
        await user.press("u")
        assert (demo / MARIA).read_bytes() == before
        assert (demo / OTHER).exists()


async def test_the_palette_lists_duplicates_to_merge(twice: Vault, demo: Path, start: Start) -> None:
    """From any screen; and it says if there are none."""
    async with start(twice, toasts=True) as user:
        for _ in range(2):
            await user.press("2", "ctrl+p")
            await user.type("duplicates")
            await user.until(lambda: "List duplicates" in user.screen())
            await user.press("enter")
            await user.until(lambda: "About the same person?" in user.screen())
            if not (demo / OTHER).exists():
                break
            await user.press("enter")
            await user.until(lambda: "Merge Dr. Alvarez, Maria into Maria Alvarez" in user.screen())
            await user.press("enter")
            await user.until(lambda: not (demo / OTHER).exists())
        assert "No two notes seem to be about the same person." in user.screen()


async def test_two_that_are_not_the_same_are_told_apart(twice: Vault, demo: Path, start: Start) -> None:
    async with start(twice) as user:
        await to_pair(user)
        await user.press("down", "enter")
        assert "about the same person" not in user.screen()
    assert "not_same" in (demo / MARIA).read_text()
    assert "not_same" in (demo / OTHER).read_text()


async def test_leaving_changes_nothing_and_the_last_row_opens_the_editor(
    twice: Vault, demo: Path, start: Start, edited: Callable[[], str]
) -> None:
    before = (demo / MARIA).read_bytes()
    async with start(twice) as user:
        await to_pair(user)
        await user.press("escape")
        await to_pair(user)
        await user.press("end", "enter")
        assert "Maria Alvarez.md" in edited()
    assert (demo / MARIA).read_bytes() == before
