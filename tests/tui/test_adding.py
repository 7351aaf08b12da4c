"""Add a partner: what may be a slip is pointed out once, before anything is written."""

from pathlib import Path

from textual.widgets import Static

from rounds.vault.vault import Vault

from .conftest import Start


async def test_a_new_role_is_pointed_out_once(vault: Vault, demo: Path, start: Start) -> None:
    """It may be a slip; with what was most likely meant. The second time it is meant."""
    note = demo / "Partners" / "Ana Lima.md"
    async with start(vault) as user:
        await user.press("2", "n")
        await user.type("Ana Lima")
        await user.press("tab")
        await user.type("psychiatrst")
        await user.press("ctrl+s")
        assert not note.exists()
        said = str(user.app.screen.query_one("#trouble", Static).render())
        assert said == (
            "The role psychiatrst is new here. Did you mean psychiatrist?\n"
            "Press enter again to add it as it is, or escape to leave."
        )
        await user.press("ctrl+s")
        assert "role: psychiatrst\n" in note.read_text()


async def test_a_new_role_and_a_namesake_are_pointed_out_together(vault: Vault, demo: Path, start: Start) -> None:
    """One question, not two."""
    async with start(vault) as user:
        await user.press("2", "n")
        await user.type("Dana Whitlok")
        await user.press("tab")
        await user.type("zookeeper")
        await user.press("ctrl+s")
        said = str(user.app.screen.query_one("#trouble", Static).render())
        assert said == (
            "This person may already be in your network\nDana Whitlock: nearly the same name\n"
            "The role zookeeper is new here.\nPress enter again to add them all the same, or escape to leave."
        )
        await user.press("ctrl+s")
        assert "role: zookeeper\n" in (demo / "Partners" / "Dana Whitlok.md").read_text()
