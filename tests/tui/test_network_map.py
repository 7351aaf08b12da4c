"""Who knows whom, in the terminal: W shows it, enter walks, backspace goes back."""

from rounds.vault.vault import Vault

from .conftest import Start


async def test_enter_walks_from_one_to_the_next_and_backspace_back(vault: Vault, start: Start) -> None:
    async with start(vault, (80, 24)) as user:
        await user.press("2", "/")
        await user.type("name:esme")
        await user.press("enter", "W")
        assert "Who knows whom" in user.screen()
        assert "you ── Tamsin Achebe ┄┄" in user.screen()
        assert "├┄┄ Keiko Marlowe  from an introduction" in user.screen()
        assert "backspace" not in user.screen()
        await user.press("enter")
        assert "┤ Keiko Marlowe │" in user.screen()
        assert "── Rosalind Pike  know each other" in user.screen()
        await user.press("down", "down", "enter")
        assert "┤ Rosalind Pike │" in user.screen()
        await user.press("backspace", "backspace")
        assert "│ Esme Larkspur │" in user.screen()
        await user.press("w")
        assert "▌ Keiko Marlowe" in user.screen()
        assert "Who knows whom" not in user.screen()


async def test_somebody_without_ties_has_none_and_nothing_to_walk_to(vault: Vault, start: Start) -> None:
    async with start(vault, (50, 20)) as user:
        await user.press("2", "/")
        await user.type("hamish")
        await user.press("enter", "W")
        assert "│ Hamish Oduya │" in user.screen()
        assert "Nobody around them is known yet." in user.screen()
        await user.press("enter", "W", "escape")
        assert "Who knows whom" not in user.screen()
