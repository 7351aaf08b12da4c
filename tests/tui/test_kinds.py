"""Kinds of touches: any word may be one; what may be a slip is pointed out once, before anything is written."""

from pathlib import Path

import pytest
from textual.widgets import Static

from rounds.vault.log_actions import log_touch
from rounds.vault.vault import Vault

from .conftest import Start, User

ANNIKA = "Partners/Annika Rowe.md"


def said(user: User) -> str:
    found = user.app.screen.query("#trouble").results(Static)
    return "\n".join(str(each.render()) for each in found if each.display)


@pytest.mark.parametrize("keys", [["2", "l"], ["2", "T", *"annika", "tab"]])
async def test_a_kind_that_may_be_a_slip_is_pointed_out_once(
    vault: Vault, demo: Path, start: Start, keys: list[str]
) -> None:
    """With what was most likely meant; another slip is another question. The second time it is meant."""
    before = (demo / ANNIKA).read_bytes()
    async with start(vault) as user:
        await user.press(*keys)
        await user.type("cofee")
        await user.press("enter")
        assert (demo / ANNIKA).read_bytes() == before
        assert said(user) == (
            '"cofee" isn\'t a kind of touch so far\n'
            "Did you mean coffee?\nPress enter again to log it as it is, or escape to leave."
        )
        await user.press("x", "enter")
        assert '"cofeex" isn\'t a kind of touch so far' in said(user)
        await user.press("enter")
        assert "- 2026-11-23 cofeex:\n" in (demo / ANNIKA).read_text()


async def test_a_slip_is_pointed_out_for_a_reminder_too(vault: Vault, demo: Path, start: Start) -> None:
    """Where done logs what a reminder asks for."""
    async with start(vault) as user:
        await user.press("down", "d", "shift+tab", "shift+tab", "end", "ctrl+u")
        await user.type("thakns")
        await user.press("ctrl+s")
        assert "Did you mean thanks?" in said(user)


@pytest.mark.parametrize("kind", ["lunch", "coffees"])
async def test_a_kind_of_ones_own_needs_no_second_enter(vault: Vault, demo: Path, start: Start, kind: str) -> None:
    """One that is like none, or that a log has already."""
    log_touch(vault, ANNIKA, "coffees", "two of them")
    vault.sync()
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type(kind)
        await user.press("enter")
        assert f"Logged for Annika Rowe: {kind}, today." in user.told()


async def test_a_meeting_with_place_length_and_travel(vault: Vault, demo: Path, start: Start) -> None:
    """The form writes them as words of the line; what can't be read is said, and the text stays."""
    async with start(vault) as user:
        await user.press("2", "f")
        for text in ("ask about openings", "tue 12:30", "coffee", "Heart", "soon", "20 min"):
            await user.type(text)
            await user.press("tab")
        await user.press("ctrl+s")
        assert "Soon can't be read as a length of time" in said(user)
        await user.press("shift+tab", "shift+tab", "ctrl+u")
        await user.type("45m")
        await user.press("ctrl+s")
        line = "- [ ] 12:30 coffee: at Heart for 45 min, ask about openings, travel 20 min 📅 2026-11-24"
        assert line in (demo / ANNIKA).read_text()
