"""Problems: what is proposed is shown first, and written with one key."""

from pathlib import Path

from rounds.vault.vault import Vault

from .conftest import Start


async def test_a_applies_the_proposed_fix_after_a_look_at_it(vault: Vault, demo: Path, start: Start) -> None:
    quoted, typo = demo / "Partners/Ines Calloway.md", demo / "Partners/Leopold Finch.md"
    before = quoted.read_text()
    async with start(vault, (80, 24)) as user:
        await user.press("8", "a")
        assert 'Write: connection: "met at the wellness fair: wants groups for' in user.screen()
        assert "Now: connection: met at the wellness fair: wants groups for" in user.screen()
        await user.press("escape")
        assert quoted.read_text() == before
        await user.press("a", "enter")
        assert 'connection: "met at the wellness fair: wants groups for 4th graders"\n' in quoted.read_text()
        assert "Fixed: Ines Calloway, line 6. u takes it back." in user.told()
        await user.press("a", "enter")
        assert "stage: active\n" in typo.read_text()
        assert "Every note can be read." in user.screen()
        await user.press("u", "u")
        assert quoted.read_text() == before


async def test_where_nothing_is_proposed_it_is_said(vault: Vault, demo: Path, start: Start) -> None:
    (demo / "Partners/Ines Calloway.md").write_text("---\ntype: partner\nstage: whatever it may be\n---\n")
    vault.sync()
    async with start(vault, (80, 24)) as user:
        await user.press("8", "a")
        assert "Rounds has no fix to propose here." in user.told()
