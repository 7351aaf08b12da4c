"""The row with the cursor is in sight, whatever changes: the rows, the room for them, or the colors."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rounds.tui.screens.main_screen import ROOM
from rounds.tui.widgets.rowlist import RowList
from rounds.vault.vault import Vault

from .conftest import Start, User
from .test_live import edit, partners

SIZES = [(40, 15), (80, 24), (120, 30)]


def listing(user: User) -> RowList:
    """The list of the place that is on the screen."""
    found = user.rounds.main_screens[user.app.current_mode].listing
    assert isinstance(found, RowList)
    return found


def marked(user: User) -> list[str]:
    """The painted lines of the list that have the mark of the cursor."""
    region = listing(user).region
    lines = user.screen().splitlines()[region.y : region.bottom]
    return [line[region.x : region.right] for line in lines if "▌" in line[region.x : region.right]]


def in_sight(user: User) -> bool:
    """Whether the row with the cursor is painted."""
    subject = user.rounds.main_screens[user.app.current_mode].subject
    assert subject is not None
    return any(subject.name.split()[0] in line for line in marked(user))


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_that_is_left_leaves_the_cursor_in_sight(
    vault: Vault, start: Start, size: tuple[int, int]
) -> None:
    """Few rows become many: the one that was found is where it belongs among them, and is seen there."""
    async with start(vault, size) as user:
        await user.press("2", "slash")
        await user.type("role:psychiatrist")
        await user.press("enter", "end")
        held = partners(user).subject
        await user.press("escape")
        assert partners(user).subject == held
        assert in_sight(user)
        await user.press("end", "s", "S", "S")
        assert in_sight(user)


@pytest.mark.parametrize("size", SIZES)
async def test_a_filter_that_hides_the_row_puts_the_cursor_on_one_in_sight(
    vault: Vault, start: Start, size: tuple[int, int]
) -> None:
    """Many rows become few, and many again."""
    async with start(vault, size) as user:
        await user.press("2", "end", "slash")
        await user.type("role:psychiatrist")
        await user.press("enter")
        assert in_sight(user)
        await user.press("escape")
        assert in_sight(user)


@pytest.mark.parametrize("place", ["1", "2", "3", "4", "5", "7", "8"])
async def test_another_size_leaves_the_cursor_in_sight_on_its_row(vault: Vault, start: Start, place: str) -> None:
    """Smaller, larger, with the sidebar and without it, and back again."""
    async with start(vault, (100, 40)) as user:
        await user.press(place, "end")
        held = listing(user).identity
        for size in ((80, 24), (40, 15), (120, 12), (66, 50), (40, 15)):
            await user.pilot.resize_terminal(*size)
            await user.settle()
            for _ in range(2):
                assert marked(user), size
                assert listing(user).identity == held
                if size[0] >= ROOM:
                    await user.press("z")


@pytest.mark.parametrize("place", ["1", "2", "3", "4", "5", "7", "8"])
async def test_other_colors_move_nothing(vault: Vault, start: Start, place: str) -> None:
    """Light or dark: cursor, scroll and what has the focus are as before."""
    async with start(vault, (80, 16)) as user:
        await user.press(place, *["pagedown"] * 3, "up", "up")
        before = (listing(user).identity, listing(user).scroll_offset, user.app.focused)
        for _ in range(2):
            await user.app.run_action("shade")
            await user.settle()
            assert (listing(user).identity, listing(user).scroll_offset, user.app.focused) == before
            assert marked(user)


async def test_marks_filter_and_scroll_outlive_colors_size_and_the_editor(
    vault: Vault, demo: Path, start: Start, edited: Callable[[], str]
) -> None:
    """Who comes back from the editor goes on where they were, also where it has changed the note."""
    async with start(vault, (80, 24)) as user:
        await user.press("2", "slash")
        await user.type("stage:active")
        await user.press("enter", *["down"] * 7, "a", "a", "up")
        table = partners(user).listing

        def now() -> tuple[object, ...]:
            return partners(user).subject, table.marked, table.scroll_offset, partners(user).filter.query_text

        held = partners(user).subject
        before = (held, {*table.marked}, table.scroll_offset, "stage:active")
        assert now() == before
        assert held is not None
        path = demo / held.path
        path.write_text(path.read_text().replace("city: ", "city: North "))
        await user.press("e")
        assert edited()
        assert now() == before
        await user.app.run_action("shade")
        await user.settle()
        assert now() == before
        await user.pilot.resize_terminal(40, 15)
        await user.settle()
        assert (now()[0], now()[1], now()[3]) == (before[0], before[1], before[3])
        assert in_sight(user)


async def test_a_note_that_is_read_in_full_stays_where_it_is_with_other_colors(vault: Vault, start: Start) -> None:
    """And the list behind it is as it was."""
    async with start(vault, (80, 24)) as user:
        await user.press("2", "slash")
        await user.type("name:alvarez")
        await user.press("enter", "escape")
        scrolled = partners(user).listing.scroll_offset
        await user.press("v", "pagedown")
        where = partners(user).preview.scroll_offset
        assert where.y
        await user.app.run_action("shade")
        await user.settle()
        assert partners(user).preview.scroll_offset == where
        assert partners(user).preview.has_focus
        await user.press("escape")
        assert partners(user).listing.scroll_offset == scrolled
        assert in_sight(user)


async def test_an_outside_change_while_the_note_is_read_leaves_the_row_in_sight(
    vault: Vault, demo: Path, start: Start
) -> None:
    """The list is not on the screen then, and has no height; back on it, the row is there."""
    async with start(vault, (80, 24), follow=True) as user:
        await user.press("2", *["down"] * 20)
        held = partners(user).subject
        await user.press("v")
        for number in range(12):
            (demo / "Partners" / f"Aa {number}.md").write_text("---\ntype: partner\n---\n")
        await user.until(lambda: partners(user).listing.count > 50)
        await user.press("escape")
        assert partners(user).subject == held
        assert in_sight(user)


async def test_an_outside_change_does_not_bring_back_who_has_scrolled_on(
    vault: Vault, demo: Path, start: Start
) -> None:
    """With the mouse one looks around; a note that changes elsewhere moves nothing."""
    async with start(vault, (80, 24), follow=True) as user:
        await user.press("2")
        partners(user).listing.scroll_to(y=20, animate=False)
        await user.settle()
        edit(demo, "role: dietitian", "role: cook")
        await user.until(lambda: "Annika Rowe: role dietitian → cook." in user.told())
        await user.settle()
        assert partners(user).listing.scroll_offset.y == 20


async def test_an_outside_change_leaves_the_board_where_it_is(vault: Vault, demo: Path, start: Start) -> None:
    """Each column keeps its cursor and its height on the screen."""
    async with start(vault, (100, 16), follow=True) as user:
        await user.press("3", *["down"] * 9, "up", "up")
        before = (listing(user).identity, listing(user).scroll_offset)
        assert before[1].y
        edit(demo, "role: dietitian", "role: cook")
        await user.until(lambda: "Annika Rowe: role dietitian → cook." in user.told())
        await user.settle()
        assert (listing(user).identity, listing(user).scroll_offset) == before
        assert marked(user)


@pytest.mark.parametrize("place", ["1", "3", "4", "7", "8"])
async def test_who_comes_back_from_the_editor_is_where_they_were(
    vault: Vault, demo: Path, start: Start, edited: Callable[[], str], place: str
) -> None:
    """On every screen; also where something has changed meanwhile."""
    async with start(vault, (80, 16)) as user:
        await user.press(place, *["pagedown"] * 3, "up")
        before = (listing(user).identity, listing(user).scroll_offset, user.app.focused)
        edit(demo, "role: dietitian", "role: cook")
        await user.press("e")
        assert edited()
        assert "Annika Rowe: role dietitian → cook." in user.told()
        assert (listing(user).identity, listing(user).scroll_offset, user.app.focused) == before
