"""Writing a meeting note on the whole screen: beside the prep sheet, with follow-ups from its lines."""

from pathlib import Path

import pytest

from rounds.tui.dialogs.composer import MeetingNote
from rounds.tui.widgets.checklist import Checklist
from rounds.tui.widgets.fields import Page
from rounds.vault.vault import Vault

from .conftest import Start, User


def dana(demo: Path) -> Path:
    return demo / "Partners" / "Dana Whitlock.md"


def with_meeting(demo: Path, vault: Vault) -> None:
    dana(demo).write_text(dana(demo).read_text().replace("2026-11-22", "2026-11-20"))
    vault.sync()


def composer(user: User) -> MeetingNote:
    screen = user.app.screen
    assert isinstance(screen, MeetingNote)
    return screen


async def write(user: User, *lines: str) -> None:
    """Type lines, with enter after each."""
    for line in lines:
        await user.type(line)
        await user.press("enter")


async def opened(user: User, *keys: str) -> None:
    await user.press("2", "slash")
    await user.type("name:dana")
    await user.press("enter", *keys)


@pytest.mark.parametrize("size", [(80, 24), (50, 20)])
async def test_a_meeting_note_is_written_line_by_line(
    vault: Vault, demo: Path, start: Start, size: tuple[int, int]
) -> None:
    """On the day of the planned meeting, which it ticks off; `next:` is a follow-up, and one undo takes all back."""
    with_meeting(demo, vault)
    before = dana(demo).read_bytes()
    async with start(vault, size) as user:
        await opened(user, "C")
        assert "2026-11-20" in user.screen()
        await write(user, "We met.", "", "- twins", "- school")
        await user.type("next: send the handout fri")
        assert "☐ send the handout" in user.screen()
        assert "Fri 27 Nov" in user.screen()
        await user.press("ctrl+s")
        await user.press("escape")
        text = dana(demo).read_text()
        assert "- 2026-11-20 coffee: We met.\n\n  - twins\n  - school\n" in text
        assert "- [ ] send the handout 📅 2026-11-27" in text
        assert "📅 2026-11-20 ✅ 2026-11-20" in text
        assert "next:" not in text
        assert "Written for Dana Whitlock: coffee, 20 Nov." in user.told()
        await user.press("u")
        assert dana(demo).read_bytes() == before


async def test_points_of_the_prep_sheet_are_ticked_off(vault: Vault, demo: Path, start: Start) -> None:
    """By space, enter and a click, in a narrow terminal in place of the words; with the last talk to read."""
    with_meeting(demo, vault)
    async with start(vault, (120, 40)) as user:
        await opened(user, "C")
        points = composer(user).query_one(Checklist)
        assert "What happened last" in user.screen()
        assert "Still to be learned" in user.screen()
        await user.press("ctrl+t")
        assert points.has_focus
        await user.press("space", "down", "enter")
        assert user.screen().count("☑") == 2
        await user.press("enter")
        assert user.screen().count("☑") == 1
        line = points.line_of(points.cursor) - points.scroll_offset.y
        await user.pilot.click(points, offset=(6, line))
        await user.settle()
        assert user.screen().count("☑") == 2
        await user.press("ctrl+t")
        assert composer(user).query_one(Page).has_focus
    async with start(vault, (50, 20)) as user:
        await opened(user, "C")
        assert "☐ " not in user.screen().split("next:")[0]
        await user.press("ctrl+t")
        assert "Still to be learned" in user.screen() or "☐" in user.screen()


async def test_from_the_short_form_with_what_was_typed(vault: Vault, demo: Path, start: Start) -> None:
    """Kind, day and words go along; leaving asks once, since they aren't saved."""
    async with start(vault) as user:
        await opened(user, "l")
        await user.type("call")
        await user.press("tab")
        await user.press(*["backspace"] * 5)
        await user.type("yesterday")
        await user.press("tab")
        await user.type("prefers fax")
        await user.press("ctrl+e")
        assert composer(user).query_one(Page).text == "prefers fax"
        await user.press("escape")
        await user.until(lambda: "Press escape again to leave it, or ctrl+s to save." in user.screen())  # keys waited
        await user.press("enter", "enter")
        await user.type("back in May")
        await user.press("ctrl+s", "escape")
        assert "- 2026-11-22 call: prefers fax\n\n  back in May\n" in dana(demo).read_text()


async def test_after_yes_on_a_meeting_and_then_stage_and_thank_you(vault: Vault, demo: Path, start: Start) -> None:
    """`y` ticks it off at once; the note comes after it, and at its end the next stage and a draft are offered."""
    with_meeting(demo, vault)
    async with start(vault, (120, 40)) as user:
        while (reminder := user.rounds.main_screens["today"].reminders[:1]) and (
            reminder[0].rule,
            reminder[0].name,
        ) != (
            "meeting",
            "Dana Whitlock",
        ):
            await user.press("down")
        await user.press("y")
        assert "📅 2026-11-20 ✅ 2026-11-2" in dana(demo).read_text()
        await user.type("good talk")
        await user.press("ctrl+s")
        assert "- 2026-11-20 coffee: good talk" in dana(demo).read_text()
        assert "Stage: contacted → met?" in user.screen()
        assert "Draft a thank-you" in user.screen()
        rows = user.screen()
        first = rows.index("Stage: contacted") < rows.index("Draft a thank-you")
        await user.press(*([] if first else ["down"]), "enter")
        assert "stage: met" in dana(demo).read_text()
        assert "Draft a thank-you" in user.screen()
        await user.press("escape")


async def test_what_is_typed_outlives_the_program(vault: Vault, demo: Path, start: Start) -> None:
    """A kill during a note: the next start offers it, with its lines and what was ticked off."""
    async with start(vault, (120, 40)) as user:
        await opened(user, "C")
        await write(user, "one", "")
        await user.type("- two")
        await user.press("ctrl+t", "space", "ctrl+t")
        await user.type(", three")
        composer(user).autosave.now()
        user.rounds.session.unsaved.close()
    async with start(vault, (120, 40)) as user:
        await user.until(lambda: "This was not saved yet" in user.screen())
        await user.press("enter")
        assert composer(user).query_one(Page).text == "one\n\n- two, three"
        assert len(composer(user).query_one(Checklist).ticked) == 1
        await user.press("ctrl+s")
        assert "- 2026-11-22 coffee: one\n\n  - two, three\n" in dana(demo).read_text()


async def test_a_meeting_note_holds_no_client_information(vault: Vault, demo: Path, start: Start) -> None:
    """It's underlined while somebody types, and asked about before it's written."""
    before = dana(demo).read_bytes()
    async with start(vault, (120, 40)) as user:
        await opened(user, "C")
        await write(user, "hello")
        await user.type("our client Dana Ruiz starts therapy")
        await user.until(lambda: "!" in user.screen())
        await user.press("ctrl+s")
        assert dana(demo).read_bytes() == before
        await user.press("escape", "escape", "escape")
