"""Client information in a form: it asks before anything is written."""

from pathlib import Path

import pytest

from rounds.vault.vault import Vault
from tui.conftest import Start

ANNIKA = "Partners/Annika Rowe.md"
NAME = "our client Rebecca Thornbury starts with us"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (["enter"], "- 2026-11-23 call: our client [client] starts with us"),
        (["end", "enter", "enter"], f"- 2026-11-23 call: {NAME} %% rounds: ok phi: not a client %%"),
    ],
)
async def test_a_line_is_written_as_decided(vault: Vault, demo: Path, start: Start, keys: list[str], line: str) -> None:
    """Without the words that were found, or as an exception with its reason."""
    before = (demo / ANNIKA).read_bytes()
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type("call")
        await user.press("tab", "tab")
        await user.type(NAME)
        await user.press("ctrl+s")
        assert "Client information belongs in the chart" in user.screen()
        assert (demo / ANNIKA).read_bytes() == before
        await user.press(*keys)
        assert f"{line}\n" in (demo / ANNIKA).read_text()


async def test_escape_goes_back_to_the_text(vault: Vault, demo: Path, start: Start) -> None:
    """Nothing is written, and the form says why."""
    before = (demo / ANNIKA).read_bytes()
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type("call")
        await user.press("tab", "tab")
        await user.type(NAME)
        await user.press("ctrl+s")
        await user.press("escape")
        assert NAME in user.screen()
        assert "holds no client information" in user.screen().replace("\n", " ")
        assert (demo / ANNIKA).read_bytes() == before
