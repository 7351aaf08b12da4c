"""A month beside the words for a day, and editors that fit what they edit."""

from datetime import date
from pathlib import Path

import pytest

from rounds.tui.dialogs.day import DayPicker, Month
from rounds.vault.vault import Vault

from .conftest import Start, User


def picker(user: User) -> DayPicker:
    screen = user.app.screen
    assert isinstance(screen, DayPicker)
    return screen


def text(demo: Path, name: str = "Annika Rowe") -> str:
    return (demo / "Partners" / f"{name}.md").read_text()


def test_a_month_is_drawn_with_the_day_in_brackets() -> None:
    """Monday first; days of the months around fill its weeks; the day is told without color."""
    drawn = Month(date(2026, 11, 23), date(2026, 11, 23)).render().plain.splitlines()
    assert [line.rstrip() for line in drawn] == [
        "       November 2026",
        " Mo  Tu  We  Th  Fr  Sa  Su",
        " 26  27  28  29  30  31   1",
        "  2   3   4   5   6   7   8",
        "  9  10  11  12  13  14  15",
        " 16  17  18  19  20  21  22",
        "[23] 24  25  26  27  28  29",
        " 30   1   2   3   4   5   6",
        "",
        " Monday 23 November 2026 · today",
    ]


async def test_a_day_is_chosen_from_a_month(vault: Vault, demo: Path, start: Start) -> None:
    """From the day that the words name, arrows move by days and weeks; enter puts it into the field."""
    async with start(vault) as user:
        await user.press("2", "f")
        await user.type("ask about openings")
        await user.press("tab")
        await user.type("friday 12:30")
        assert "ctrl+o month" in user.screen()
        await user.press("ctrl+o")
        assert picker(user).month.day == date(2026, 11, 27)
        await user.press("down", "right", "pagedown", "left")
        assert picker(user).month.day == date(2027, 1, 4)
        await user.press("enter")
        assert "2027-01-04 12:30" in user.screen()
        assert "Monday 4 January 2027 12:30" in user.screen()
        await user.press("enter")
        assert "- [ ] 12:30 ask about openings 📅 2027-01-04" in text(demo)


async def test_leaving_the_month_leaves_the_words(vault: Vault, start: Start) -> None:
    """Escape closes the month alone; words that name no day begin at today."""
    async with start(vault) as user:
        await user.press("2", "f", "tab")
        await user.type("whenever")
        await user.press("ctrl+o")
        assert picker(user).month.day == date(2026, 11, 23)
        assert "Monday 23 November 2026 · today" in user.screen()
        await user.press("right", "escape")
        assert "whenever" in user.screen()
        assert "Add a follow-up" in user.screen()


async def test_a_month_has_its_ends(vault: Vault, start: Start) -> None:
    """The last of a month stays within a shorter one; home is today."""
    async with start(vault) as user:
        await user.press("2", "l", "tab")
        await user.press("ctrl+o")
        month = picker(user).month
        month.go(date(2027, 1, 31))
        await user.press("pagedown")
        assert month.day == date(2027, 2, 28)
        await user.press("home")
        assert month.day == date(2026, 11, 23)
        assert month.day_at(5, 2) == date(2026, 10, 27)
        assert month.day_at(5, 0) is None


@pytest.mark.parametrize(("typed", "shown"), [("9999-12-01", "December 9998"), ("0001-01-01", "January")])
async def test_a_day_at_the_end_of_the_calendar(vault: Vault, start: Start, typed: str, shown: str) -> None:
    """Its month can't be drawn whole: the nearest that can is, and the words stay."""
    async with start(vault) as user:
        await user.press("2", "f", "tab")
        await user.type(typed)
        await user.press("ctrl+o")
        assert shown in user.screen()
        await user.press("up", "down", "pageup", "pagedown", "escape")
        assert typed in user.screen()


async def test_a_date_of_a_note_can_be_chosen_too(vault: Vault, demo: Path, start: Start) -> None:
    """The value of a property that is a date has the month; that of another has none."""
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("city")
        await user.press("enter", "ctrl+o")
        assert "Facts" in user.screen()
        await user.press("escape", "escape", "c")
        await user.type("rest_until")
        await user.press("enter", "ctrl+o", "down", "enter", "enter")
        assert "rest_until: 2026-11-30" in text(demo)


async def test_a_list_completes_its_last_member(vault: Vault, demo: Path, start: Start) -> None:
    """What others have is offered for each member; what stands before the comma stays."""
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("insurance")
        await user.press("enter", "ctrl+u")
        await user.type("Cash, blue")
        await user.press("enter")
        assert "Cash, Blue Heron Health" in user.screen()
        await user.press("enter")
        assert "insurance:\n  - Cash\n  - Blue Heron Health\n" in text(demo)


async def test_a_link_completes_from_partners(vault: Vault, demo: Path, start: Start) -> None:
    """Who introduced somebody is one of the partners; what is written is a link."""
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("introduced_by")
        await user.press("enter", "ctrl+u")
        await user.type("Beatr")
        await user.press("enter", "enter")
        assert 'introduced_by: "[[Beatriz Quintal]]"' in text(demo)


async def test_what_belongs_to_one_partner_is_not_offered_to_another(vault: Vault, start: Start) -> None:
    """The emails and phones of others are no choices."""
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("phone")
        await user.press("enter", "ctrl+u")
        await user.type("503")
        assert "503-555" not in user.screen().partition("Facts")[2].partition("enter save")[0]
