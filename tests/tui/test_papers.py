"""Files made from the terminal interface: the card and the summary (guide, line 8), the year, Today.md for the phone."""

import re
from pathlib import Path

from rounds.tui.dialogs.exports import MakeCard
from rounds.tui.screens.today import TodayScreen
from rounds.tui.screens.year import YearScreen
from rounds.vault.vault import Vault

from .conftest import Start
from .test_month import flat

FILES = ["Juniper Hale QR code.png", "Juniper Hale QR code.svg", "Juniper Hale summary.html", "Juniper Hale.vcf"]


async def test_card_and_summary_from_what_is_to_be_ready(vault: Vault, home: Path, start: Start) -> None:
    """R, c: four files where they are wanted; the QR code is on the screen where the whole of it has room."""
    async with start(vault, (120, 56)) as user:
        await user.press("R")
        assert "c make your card" in flat(user)
        await user.press("c", "ctrl+u", *["backspace"] * 12)
        await user.type("~/cards")
        await user.press("enter")
        assert sorted(path.name for path in (home / "cards").iterdir()) == FILES
        assert "Card, QR code and summary are written." in user.told()
        assert re.search(r"█ ▄▄▄▄▄ █", user.screen())
        assert "Juniper Hale summary.html" in user.screen()
        await user.press("escape")
        assert isinstance(user.app.screen, TodayScreen)


async def test_in_the_vault_practice_md_names_them(vault: Vault, demo: Path, start: Start) -> None:
    """Where it names none yet; others are written over only when asked twice."""
    practice = demo / "Practice.md"
    practice.write_text(re.sub(r"^(card|summary):.*$", r"\1:", practice.read_text(), flags=re.MULTILINE))
    other = demo / "Attachments" / "Juniper Hale.vcf"
    before = other.read_bytes()
    vault.sync()
    async with start(vault, (80, 24)) as user:
        await user.press("R", "end")
        assert "→ c makes both." in flat(user)
        await user.press("c", "enter")
        assert "holds something else Press enter again to write over it, or name another place." in flat(user)
        assert other.read_bytes() == before
        await user.press("enter")
        assert "Card, QR code and summary are written, and named in Practice.md." in user.told()
        assert "The QR code needs a larger window than this; it is in the PNG file." in flat(user)
        text = practice.read_text()
        assert "card: Attachments/Juniper Hale.vcf\n" in text
        assert "summary: Attachments/Juniper Hale summary.html\n" in text
        assert other.read_bytes() != before


async def test_without_a_name_there_is_no_card(vault: Vault, demo: Path, start: Start) -> None:
    """What is missing is said, and so is a place that is none."""
    practice = demo / "Practice.md"
    async with start(vault, (80, 24)) as user:
        await user.press("R", "c", "ctrl+u", *["backspace"] * 12)
        await user.type("Practice.md")
        await user.press("enter")
        assert "Practice.md is a file, not a folder" in flat(user)
        await user.press("ctrl+u", *["backspace"] * 12, "enter")
        assert "Where to?" in flat(user)
        practice.write_text(re.sub(r"^(name|practice_name):.*$", r"\1:", practice.read_text(), flags=re.MULTILINE))
        vault.sync()
        await user.type("Cards")
        await user.press("enter")
        assert "practice.name is missing" in flat(user)
    assert not (demo / "Cards").exists()


async def test_the_card_without_a_practice(empty: Vault, start: Start) -> None:
    """The palette finds it; what is missing is said."""
    async with start(empty, (80, 24)) as user:
        await user.press("ctrl+p")
        await user.type("digital card")
        await user.until(lambda: "Make your digital card with its QR code" in user.screen())
        await user.press("enter")
        await user.until(lambda: isinstance(user.app.screen, MakeCard))
        await user.press("enter")
        assert "There is no Practice.md" in flat(user)


async def test_the_year_as_a_page(vault: Vault, home: Path, start: Start) -> None:
    """The year that is shown; over another file only when asked twice, and never in place of a folder."""
    async with start(vault, (80, 24)) as user:
        await user.press("6", "left", "w", "enter")
        assert isinstance(user.app.screen, YearScreen)
        page = home / "Rounds 2025.html"
        assert f"Rounds 2025.html is in {home}." in user.told()
        assert "<h1>How 2025 went</h1>" in page.read_text()
        page.write_text("mine")
        await user.press("w", "enter")
        assert "holds something else" in flat(user)
        assert page.read_text() == "mine"
        await user.press("enter")
        assert "<h1>How 2025 went</h1>" in page.read_text()
        await user.press("w", "ctrl+u", *["backspace"] * 24)
        await user.type("~")
        await user.press("enter")
        assert "is a folder Nothing was written. Name a file in it" in flat(user)


async def test_today_as_a_note(vault: Vault, demo: Path, start: Start) -> None:
    """From the palette, as `rounds today --note`; a note of one's own is left alone."""
    async with start(vault, (80, 24)) as user:
        place = user.rounds.main_screens["today"]
        assert isinstance(place, TodayScreen)
        await user.press("ctrl+p")
        await user.type("Today.md")
        await user.until(lambda: "Write the due reminders into Today.md" in user.screen())
        await user.press("enter")
        await user.until(lambda: "Today.md is written." in user.told())
        assert "[[Beatriz Quintal]] Say thank you" in (demo / "Today.md").read_text()
        place.action_note()
        await user.settle()
        assert "Today.md is up to date." in user.told()
        (demo / "Today.md").write_text("mine\n")
        place.action_note()
        await user.settle()
        assert "Today.md is a note of yours" in user.told()
        assert (demo / "Today.md").read_text() == "mine\n"


async def test_at_forty_columns_they_can_be_made(vault: Vault, home: Path, start: Start) -> None:
    """The form scrolls, and the sheet says where the code is."""
    async with start(vault, (40, 15)) as user:
        await user.press("R", "c", "ctrl+u", *["backspace"] * 12)
        await user.type("~/cards")
        await user.press("enter")
        assert sorted(path.name for path in (home / "cards").iterdir()) == FILES
        assert "Juniper Hale.vcf" in user.screen()
