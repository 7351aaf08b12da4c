"""While another program edits the notes: what is on the screen follows, and nothing that the user does is moved."""

from pathlib import Path

import pytest

from rounds.domain.reminders.sections import Section
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.widgets.todaylist import TodayList
from rounds.vault.vault import Vault

from .conftest import Start, User


def edit(demo: Path, old: str, new: str, name: str = "Annika Rowe") -> None:
    """As an editor saves: another file in its place."""
    path = demo / "Partners" / f"{name}.md"
    other = path.with_name("4913")
    other.write_text(path.read_text().replace(old, new))
    other.replace(path)


def text(demo: Path, name: str = "Annika Rowe") -> str:
    return (demo / "Partners" / f"{name}.md").read_text()


def partners(user: User) -> PartnersScreen:
    screen = user.rounds.main_screens["partners"]
    assert isinstance(screen, PartnersScreen)
    return screen


async def test_a_value_that_is_being_typed_and_the_other_one_are_both_shown(
    vault: Vault, demo: Path, start: Start
) -> None:
    """At once, not only when it is saved: what is typed stays, what the note says now stands below."""
    async with start(vault, follow=True) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter", "down", "down")
        assert "▌ not a fit" in user.screen()
        edit(demo, "stage: active", "stage: resting")
        await user.until(lambda: "In the note now: resting. Before: active." in user.screen())
        assert "▌ not a fit" in user.screen()
        await user.press("enter")
        assert "stage: not a fit\n" in text(demo)


async def test_escape_keeps_what_the_other_program_wrote(vault: Vault, demo: Path, start: Start) -> None:
    """Both were shown, so leaving is a choice that needs no second question."""
    async with start(vault, follow=True) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter", "down", "down")
        edit(demo, "stage: active", "stage: resting")
        await user.until(lambda: "In the note now: resting" in user.screen())
        await user.press("escape")
        assert isinstance(user.app.screen, PartnersScreen)
        assert "stage: resting\n" in text(demo)


async def test_a_value_that_nobody_touched_is_the_new_one(vault: Vault, demo: Path, start: Start) -> None:
    """The form is filled in with what the note says; nothing is to be decided."""
    async with start(vault, follow=True) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter")
        edit(demo, "stage: active", "stage: resting")
        await user.until(lambda: "changed by another program" in user.screen())
        assert "▌ resting" in user.screen()
        await user.press("down", "enter")
        assert "stage: not a fit\n" in text(demo)


async def test_other_properties_merge(vault: Vault, demo: Path, start: Start) -> None:
    """The note below a form changes elsewhere: it is said, and saving keeps both."""
    async with start(vault, follow=True) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter", "down")
        edit(demo, "role: dietitian", "role: cook")
        await user.until(lambda: "Annika Rowe was changed by another program meanwhile." in user.screen())
        assert "▌ resting" in user.screen()
        await user.press("enter")
        assert {"stage: resting", "role: cook"} <= set(text(demo).splitlines())


async def test_a_log_entry_that_is_being_typed_stays(vault: Vault, demo: Path, start: Start) -> None:
    """Neither its words nor the cursor in them move; the other program's line and ours are both in the log."""
    async with start(vault, follow=True) as user:
        await user.press("2", "l")
        await user.type("call")
        await user.press("tab", "tab")
        await user.type("all well")
        await user.press("left", "left", "left", "left")
        focused = user.app.focused
        edit(demo, "## Log\n", "## Log\n\n- 2026-11-20 note: from the phone\n")
        await user.until(lambda: "changed by another program" in user.screen())
        assert user.app.focused is focused
        await user.type("very ")
        await user.press("enter")
        assert "- 2026-11-23 call: all very well" in text(demo)
        assert "- 2026-11-20 note: from the phone" in text(demo)


async def test_a_draft_in_progress_takes_up_what_changed(vault: Vault, demo: Path, start: Start) -> None:
    """The draft is filled in anew, the words that were typed into its blanks stay."""
    async with start(vault, (100, 50), follow=True) as user:
        await user.press("2", "m")
        await user.type("a new group")
        edit(demo, "- annika@rowenutrition.example", "- annika@new.example")
        await user.until(lambda: "annika@new.example" in user.screen())
        assert "On my side: a new group." in user.screen()


async def test_a_filter_that_is_being_typed_stays(vault: Vault, demo: Path, start: Start) -> None:
    """Its text, its cursor and the focus; what it finds follows the edit."""
    async with start(vault, follow=True) as user:
        await user.press("2", "slash")
        await user.type("role:cook")
        await user.press("left", "left")
        edit(demo, "role: dietitian", "role: cook")
        await user.until(lambda: "Annika Rowe" in user.screen().partition("1 partner")[2])
        field = partners(user).filter.input
        assert (field.value, field.cursor_position, field.has_focus) == ("role:cook", 7, True)


async def test_today_keeps_cursor_scroll_and_fold(vault: Vault, demo: Path, start: Start) -> None:
    """A reminder that goes away above leaves the cursor on its reminder, at its height on the screen."""
    async with start(vault, (80, 24), follow=True) as user:
        await user.press("h", *["down"] * 20)
        listing = user.app.screen.query_one("#today", TodayList)
        held = listing.reminder
        assert held is not None
        height = listing.line_of(listing.cursor) - listing.scroll_offset.y
        edit(demo, "## Log\n", "## Log\n\n- 2026-11-23 thanks: a card\n", "Beatriz Quintal")
        await user.until(lambda: all(r.name != "Beatriz Quintal" for r in user.rounds.session.agenda.due))
        await user.settle()
        assert listing.reminder == held
        assert listing.line_of(listing.cursor) - listing.scroll_offset.y == height
        assert Section.NO_HURRY not in listing.folded


@pytest.mark.parametrize("name", ["Maria Alvarez", "Annika Rowe"])
async def test_a_note_that_is_being_read_stays_where_it_is(vault: Vault, demo: Path, start: Start, name: str) -> None:
    """An edit of this note, or of another, does not scroll it."""
    async with start(vault, (80, 24), follow=True) as user:
        await user.press("2", "slash")
        await user.type("name:alvarez")
        await user.press("enter", "v", "pagedown")
        where = partners(user).preview.scroll_offset
        assert where.y > 0
        edit(demo, "stage: active", "stage: resting", name)
        await user.until(lambda: f"{name}: stage active → resting." in user.told())
        await user.settle()
        assert partners(user).preview.scroll_offset == where
