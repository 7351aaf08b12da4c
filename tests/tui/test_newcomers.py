"""A form that asks for a partner by name is no dead end for somebody new: they are added, and what was typed is kept."""

from pathlib import Path

from rounds.vault.vault import Vault

from .conftest import Start
from .test_kinds import said


def new(demo: Path, name: str) -> str:
    return (demo / "Partners" / f"{name}.md").read_text()


async def test_a_touch_of_somebody_new_adds_them_and_is_logged(vault: Vault, demo: Path, start: Start) -> None:
    """Asked for once, with all that was typed; one undo takes both back."""
    path = demo / "Partners" / "Robin Halloway.md"
    async with start(vault) as user:
        await user.press("T")
        await user.type("Robin Halloway")
        await user.press("tab")
        await user.type("coffee")
        await user.press("tab")
        await user.type("yesterday")
        await user.press("tab")
        await user.type("prefers fax")
        await user.press("enter")
        assert said(user).startswith('There is nobody named "Robin Halloway" yet\n')
        assert "Press enter again to add them as a new partner and save this" in said(user)
        assert not path.exists()
        await user.press("enter")
        assert "- 2026-11-22 coffee: prefers fax\n" in path.read_text()
        assert "Logged for Robin Halloway: coffee" in user.told()
        assert "Robin Halloway is a new partner; c adds what they do." in user.told()
        await user.press("u")
        assert not path.exists()


async def test_a_slip_in_a_name_is_put_right_and_adds_nobody(vault: Vault, demo: Path, start: Start) -> None:
    """What was meant is named, and the question is gone once the name is another."""
    before = {*(demo / "Partners").iterdir()}
    async with start(vault) as user:
        await user.press("T")
        await user.type("Mariela Alvarado")
        await user.press("tab", *"call", "enter")
        assert "Did you mean Maria Alvarez" in said(user)
        await user.press("shift+tab", *["backspace"] * 16, *"maria", "space", *"alv", "tab", "enter")
        assert "Logged for Maria Alvarez: call, today." in user.told()
    assert {*(demo / "Partners").iterdir()} == before


async def test_what_cannot_be_read_adds_nobody(vault: Vault, demo: Path, start: Start) -> None:
    """The rest of the form has to be right first; an organization and an address are no names of partners."""
    before = {*(demo / "Partners").iterdir()}
    async with start(vault) as user:
        await user.press("T", *"robin", "tab", *"call", "tab", *["backspace"] * 5, *"nowhen", "enter", "enter", "enter")
        assert "This is not a date that can be read" in said(user)
        await user.press("escape", "escape", "T", *"x@y.example", "tab", *"call", "enter", "enter", "enter")
        assert 'There is nobody named "x@y.example"' in said(user)
        await user.press("escape", "escape", "T", *"larch", "space", *"street", "tab", *"call", "enter", "enter")
        assert "is an organization" in said(user)
    assert {*(demo / "Partners").iterdir()} == before


async def test_a_referral_of_somebody_new_adds_them(vault: Vault, demo: Path, start: Start) -> None:
    """As for a touch."""
    async with start(vault) as user:
        await user.press("4", "n", *"Robin", "space", *"Halloway", "enter")
        assert 'There is nobody named "Robin Halloway" yet' in said(user)
        await user.press("enter")
        assert "Robin Halloway is a new partner" in user.told()
    assert "type: partner" in new(demo, "Robin Halloway")
    assert [*(demo / "Referrals").rglob("*Robin Halloway*")]
