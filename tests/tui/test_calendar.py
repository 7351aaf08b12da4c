"""The month with what stands on each day, and the seven days above Today."""

from datetime import date
from pathlib import Path

from rounds.domain.reminders.sections import Section
from rounds.notes.document import Document
from rounds.tui.screens.calendar import CalendarScreen
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.widgets.daylist import DayList
from rounds.tui.widgets.monthgrid import MonthGrid, WeekStrip, months_later, short_name
from rounds.tui.widgets.todaylist import TodayList
from rounds.vault.vault import Vault

from .conftest import Start, User


def grid(user: User) -> MonthGrid:
    return user.app.screen.query_one(MonthGrid)


async def test_the_calendar_shows_what_stands_on_each_day(vault: Vault, demo: Path, start: Start) -> None:
    """Appointments first, with their time; arrows, pages and t move; enter lists the day, and its rows have the keys of
    a reminder.
    """
    async with start(vault, (80, 24)) as user:
        await user.press("9")
        screen = user.screen()
        assert "November 2026" in screen
        assert "[23]+7      24 +1" in screen
        assert "12:30 Pr…  09:15 An…" in screen
        assert "! Beatriz  08:30 Da…" in screen
        assert "Monday 23 November 2026, today  8 things" in screen
        await user.press("l", "x")
        assert "Press enter first" in user.told()
        await user.press("right", "down", "up", "enter")
        assert isinstance(user.app.focused, DayList)
        assert "Tuesday 24 November 2026  2 things" in user.screen()
        await user.press("v")
        assert "Annika Rowe, RD, LD" in user.screen()
        await user.press("escape")
        assert isinstance(user.app.focused, DayList)
        await user.press("space")
        assert "Done: Call: how shared care for meals could look, Annika Rowe." in user.told()
        assert "- [x] 09:15 call: how shared care" in (demo / "Partners/Annika Rowe.md").read_text()
        assert "Tuesday 24 November 2026  1 thing" in user.screen()
        await user.press("u")
        await user.press("escape", "pagedown")
        assert grid(user).day == date(2026, 12, 24)
        assert "December 2026" in user.screen()
        assert "parent night" in user.screen()
        await user.press("t", "left", "left", "enter")
        assert grid(user).day == date(2026, 11, 21)
        assert isinstance(user.app.focused, DayList)
        await user.press("w")
        screen_now = user.app.screen
        assert isinstance(screen_now, PartnersScreen)
        assert screen_now.subject is not None
        assert screen_now.subject.name == "Beatriz Quintal"


async def test_a_click_chooses_a_day_and_a_second_one_its_list(vault: Vault, start: Start) -> None:
    """An empty day says so; the month before and after are a click on their days away."""
    for size in ((50, 20), (80, 24), (120, 35), (160, 45)):
        async with start(vault, size) as user:
            await user.press("9")
            month = grid(user)
            line = next(i for i, text in enumerate(user.screen().splitlines()) if "[23]" in text)
            await user.pilot.click(offset=(month.content_region.x + month.content_size.width // 7 + 1, line))
            await user.settle()
            assert month.day == date(2026, 11, 24)
            await user.pilot.click(offset=(month.content_region.x + month.content_size.width // 7 + 1, line))
            await user.settle()
            assert isinstance(user.app.focused, DayList)
            first = next(i for i, text in enumerate(user.screen().splitlines()) if " Mo " in text) + 1
            await user.pilot.click(offset=(month.content_region.x + 1, first))
            await user.settle()
            assert month.day == date(2026, 10, 26)
            assert "October 2026" in user.screen()
            assert "Nothing is planned for this day." in user.screen()
            await user.press("escape", "enter")
            assert "Nothing is planned for 26 Oct." in user.told()
            assert month.has_focus


async def test_an_empty_vault_has_a_calendar_too(empty: Vault, start: Start) -> None:
    """The first and the last month that can be shown are an end, not an error."""
    async with start(empty, (80, 24)) as user:
        await user.press("9", "pageup", "up", "down", "enter")
        assert isinstance(user.app.screen, CalendarScreen)
        month = grid(user)
        for day, key in ((date(9998, 12, 31), "pagedown"), (date(9998, 12, 31), "right"), (date(2, 1, 1), "left")):
            month.go(day)
            await user.press(key)
            assert month.day == day
    assert months_later(date(2026, 10, 31), 1) == date(2026, 11, 30)
    assert months_later(date(2026, 10, 31), -20) == date(2025, 2, 28)


def test_names_are_cut_at_a_word() -> None:
    """In few cells, the first name is worth more than half of the last."""
    assert [short_name("Annika Rowe-Lindqvist", cells) for cells in (30, 12, 6, 4)] == [
        "Annika Rowe-Lindqvist", "Annika", "Annika", "Ann…",
    ]  # fmt: skip
    assert short_name("Two Rivers Family Medicine", 12) == "Two Rivers"
    assert short_name("", 3) == ""


async def test_seven_days_stand_above_today_in_a_wide_terminal(vault: Vault, start: Start) -> None:
    """Arrow keys move in them, enter goes to the day in the list, also in a folded section; a click does too."""
    async with start(vault, (120, 30)) as user:
        strip, today = user.app.screen.query_one(WeekStrip), user.app.screen.query_one(TodayList)
        lines = user.screen().splitlines()
        assert [lines[2].index(day) for day in ("[Mo 23]", "Tu 24", "Su 29")]
        assert "09:15 Annika" in lines[3]
        await user.press("right", "right", "enter")
        assert strip.day == date(2026, 11, 25)
        assert today.has_focus
        assert today.reminder is not None
        assert (today.reminder.name, today.reminder.due) == ("Beatriz Quintal", date(2026, 11, 25))
        today.fold(Section.THIS_WEEK)
        await user.settle()
        await user.press("right", "end", "enter")
        assert today.reminder.name == "Keiko Marlowe"
        assert Section.THIS_WEEK not in today.folded
        await user.press("left")
        assert strip.has_focus
        await user.press("escape")
        assert today.has_focus
        await user.pilot.click(strip, offset=(20, 1))
        await user.settle()
        assert strip.day == date(2026, 11, 24)
        await user.pilot.click(strip, offset=(20, 1))
        await user.settle()
        assert today.reminder.name == "Annika Rowe"
        await user.pilot.resize_terminal(100, 30)
        await user.settle()
        assert not strip.display
        await user.press("right")
        assert today.has_focus
    async with start(vault, (80, 24)) as user:
        assert "Tu 24" not in user.screen()


async def test_what_is_next_beside_a_partner_is_in_order_of_day(empty: Vault, start: Start) -> None:
    """A promise in December stands below a follow-up in November, and within a day what has a time comes first."""
    tasks = "- [ ] coffee: at Heart 📅 2026-12-04\n- [ ] Send the list 📅 2026-11-27\n- [ ] 15:00 call: the group 📅 2026-11-27\n"
    empty.create("Partners/Ann.md", Document.parse(f"---\ntype: partner\n---\n{tasks}".encode()))
    async with start(empty, (120, 30)) as user:
        await user.press("v")
        beside = user.screen().partition("What is next")[2]
        places = [beside.index(words) for words in ("Call: the group", "Send the list", "Coffee: at Heart")]
        assert places == sorted(places)


async def test_a_day_without_anything_is_said(empty: Vault, start: Start) -> None:
    """In the strip, enter on an empty day goes nowhere."""
    empty.create("Partners/Ann.md", Document.parse("---\ntype: partner\n---\n- [ ] call 📅 2026-11-25\n".encode()))
    async with start(empty, (120, 30)) as user:
        await user.press("right", "enter")
        assert "Nothing is planned for tomorrow." in user.told()
        await user.press("right", "enter")
        assert user.app.screen.query_one(TodayList).reminder is not None
