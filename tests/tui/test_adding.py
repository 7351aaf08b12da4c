"""Add a partner: what may be a slip is pointed out once, before anything is written."""

from pathlib import Path

from textual import events
from textual.widgets import Input, Static

from rounds.vault.vault import Vault

from .conftest import Start, User


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


SIGNATURE = """Yuki Tanaka, MD
Pediatrician
Larch Clinic
12 NW Larch St, Portland, OR 97209
P: 503-555-0142
yuki@larch.example.org"""


async def test_a_mail_signature_pasted_into_the_name_fills_the_form(vault: Vault, demo: Path, start: Start) -> None:
    """What it filled is marked and said; ctrl+z takes all of it back; a name alone is pasted as it is."""
    note = demo / "Partners" / "Yuki Tanaka.md"
    async with start(vault, (80, 30)) as user:
        await user.press("2", "n")
        await paste(user, SIGNATURE)
        said = " ".join(str(user.app.screen.query_one("#trouble", Static).render()).split())
        assert said == (
            "Filled from the signature: name, role, organization, email, phone. ctrl+z in the name takes it back. "
            "Added with it: credentials MD; address 12 NW Larch St, Portland, OR 97209."
        )
        assert len(user.app.screen.query(".row.-pasted")) == 5
        await user.press("ctrl+z")
        assert [each.value for each in user.app.screen.query(Input)] == ["", "", "", "", "", ""]
        assert not user.app.screen.query(".row.-pasted")
        await paste(user, SIGNATURE)
        await user.press("ctrl+s")
        text = note.read_text()
        for line in (
            "role: pediatrician", 'organization: "[[Larch Clinic]]"', "credentials: MD", "email: yuki@larch.example.org",
            "address: 12 NW Larch St, Portland, OR 97209",
        ):  # fmt: skip
            assert f"\n{line}\n" in text
        assert "503-555-0142" in text
        await user.press("u")
        assert not note.exists()
        await user.press("n")
        await paste(user, "Ana Lima")
        assert user.app.screen.query_one("#name", Input).value == "Ana Lima"


async def paste(user: User, text: str) -> None:
    user.app.post_message(events.Paste(text))
    await user.settle()
