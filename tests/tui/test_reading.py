"""Reading a note on the whole screen: its history by year, links, search, the next note, and the way back."""

from pathlib import Path

import pytest

from rounds.exports import editor_clipboard_mail_obsidian
from rounds.tui.screens.gaps import GapsScreen
from rounds.tui.widgets.preview import Preview
from rounds.vault.vault import Vault

from .conftest import Start, User

HISTORY = "".join(
    f"- {year}-06-{day:02} call: number {year}{day:02}\n" for year in range(2020, 2026) for day in range(1, 29)
)
MEETING = """\
- 2026-11-20 coffee: We met at **Heart**.

  ## Needs
  - twins, see [[Sam Lee|Sam]]
    - school refusals
  1. first

  The article is at https://a.example/x, and [[Rose City Pediatrics]] knows [[pediatrician]] work.
"""


def with_history(demo: Path, vault: Vault) -> None:
    path = demo / "Partners" / "Dana Whitlock.md"
    path.write_text(f"{path.read_text().split('## Log')[0]}## Log\n\n{HISTORY}{MEETING}")
    vault.sync()


def preview(user: User) -> Preview:
    return user.app.screen.query_one("#preview", Preview)


async def opened(user: User) -> None:
    """Dana's note on the whole screen."""
    await user.press("2", "slash")
    await user.type("name:dana")
    await user.press("enter", "v")


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (50, 20)])
async def test_the_history_is_read_to_its_beginning(
    vault: Vault, demo: Path, start: Start, size: tuple[int, int]
) -> None:
    """By year, loaded as it scrolls; with the lines, lists and headings of a meeting; no line is wider than 76 cells."""
    with_history(demo, vault)
    async with start(vault, size) as user:
        await opened(user)
        assert "202001" not in preview(user).text, "not yet laid out"
        await user.press("G")
        assert "number 202001" in user.screen()
        lines = [line.strip() for line in preview(user).text.split("\n")]
        assert max(map(len, preview(user).text.split("\n"))) <= 76
        assert [line for line in lines if line.isdigit()] == ["2026", "2025", "2024", "2023", "2022", "2021", "2020"]
        assert {"Needs", "• twins, see Sam", "• school refusals", "1. first"} <= set(lines)
        nested = {line.strip(): len(line) - len(line.lstrip()) for line in preview(user).text.split("\n")}
        assert nested["• school refusals"] - nested["• twins, see Sam"] == 2
        await user.press("g")
        assert "Dana Whitlock" in user.screen()
        for key, line in (("j", 1), ("j", 2), ("k", 1), ("pagedown", preview(user).size.height - 4)):
            await user.press(key)
            if key != "pagedown":
                assert preview(user).scroll_offset.y == line
        below = preview(user).scroll_offset.y
        assert below > 8
        await user.press("pageup", "home")
        assert preview(user).scroll_offset.y == 0


async def test_words_are_searched_in_the_note(vault: Vault, demo: Path, start: Start) -> None:
    """Without regard to case and accents, in all of the history; enter and the arrows go from place to place."""
    with_history(demo, vault)
    async with start(vault, (80, 24)) as user:
        await opened(user)
        await user.press("slash")
        await user.type("NUMBER 2020")
        assert "1 of 28" in user.screen()
        assert "number 202028" in user.screen()
        await user.press("enter", "down")
        assert "3 of 28" in user.screen()
        await user.press("up")
        assert "2 of 28" in user.screen()
        await user.press(*["backspace"] * 11)
        await user.type("knows pédiatrician work")
        assert "1 of 1" in user.screen(), "across the end of a line"
        await user.type("x")
        assert "not found" in user.screen()
        await user.press("escape")
        assert "Find" not in user.screen()
        assert preview(user).has_focus
        await user.press("escape")
        assert user.rounds.main_screens["partners"].listing.has_focus


async def test_links_are_followed_and_backspace_comes_back(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By tab and enter or a click: partners and organizations on their screens, a role as a text, a web page outside."""
    opened_links: list[str] = []
    monkeypatch.setattr(editor_clipboard_mail_obsidian, "open_link", opened_links.append)
    with_history(demo, vault)
    async with start(vault, (100, 40)) as user:
        await opened(user)
        while "twins, see Sam" not in user.screen():
            await user.press("pagedown")
        await user.press("tab")
        assert preview(user).link.startswith("mailto:"), "the first in sight"
        while preview(user).link != "Sam Lee":
            await user.press("tab")
        await user.press("enter")
        assert user.app.screen.has_class("-reading")
        assert "Sam Lee" in user.screen().splitlines()[2]
        await user.press("backspace")
        assert "twins, see Sam" in user.screen(), "the same note at the same line"
        while preview(user).link != "https://a.example/x":
            await user.press("tab")
        await user.press("enter")
        assert opened_links == ["https://a.example/x"]
        await user.press("tab", "enter")
        assert user.app.current_mode == "organizations"
        assert "Rose City Pediatrics" in user.screen()
        assert "Front desk" in user.screen()
        await user.press("backspace")
        row, line = next((row, line) for row, line in enumerate(user.screen().splitlines()) if "twins, see Sam" in line)
        await user.pilot.click(offset=(line.index("Sam") + 1, row))
        await user.settle()
        assert "Sam Lee" in user.screen().splitlines()[2]
        await user.press("backspace")
        while preview(user).link != "pediatrician":
            await user.press("tab")
        await user.press("enter")
        assert "escape closes this" in user.screen()
        await user.press("escape")
        assert "Find" not in user.screen()


async def test_the_next_note_of_the_list_and_the_one_before(vault: Vault, start: Start) -> None:
    """On the whole screen too, from its top; on Today, past all rows of one partner."""
    async with start(vault, (80, 24)) as user:
        for place in ("2", "1"):
            await user.press(place, "v")
            seen = []
            for key in ("pagedown", "J", "J", "K"):
                await user.press(key)
                profile = preview(user).profile
                assert profile is not None
                seen.append(profile.entry.name)
            assert seen[0] != seen[1] == seen[3] != seen[2]
            assert preview(user).scroll_offset.y == 0
            assert user.app.screen.has_class("-reading")


async def test_one_way_back_for_all_screens(vault: Vault, start: Start) -> None:
    """From Partners to Gaps, with the filter that was there; a note that was read is read again."""
    async with start(vault, (120, 30)) as user:
        await user.press("2", "slash")
        await user.type("stage:met")
        await user.press("enter", "5")
        assert isinstance(user.app.screen, GapsScreen)
        await user.press("3", "enter", "1")
        await user.press("backspace")
        assert user.app.current_mode == "stages"
        assert user.app.screen.has_class("-reading")
        await user.press("backspace")
        assert not user.app.screen.has_class("-reading")
        await user.press("backspace", "backspace")
        assert user.app.current_mode == "partners"
        assert "stage:met" in user.screen()
        await user.press("backspace", "backspace", "backspace")
        assert user.app.current_mode == "today"


async def test_the_preview_shows_that_it_has_the_focus(vault: Vault, start: Start) -> None:
    """By its border, in other characters, so without colors too."""
    async with start(vault, (120, 30)) as user:
        await user.press("2")
        before = [line[60:] for line in user.screen().splitlines()]
        await user.press("tab")
        assert preview(user).has_focus
        assert [line[60:] for line in user.screen().splitlines()] != before
        await user.press("tab")
        assert not preview(user).has_focus, "tab goes over links on the whole screen only"
