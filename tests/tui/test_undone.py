"""After `u` the cursor is on what was undone, where the list has it; otherwise it stays where it is."""

from collections.abc import Sequence
from pathlib import Path

from rounds.tui.screens.stages import StagesScreen
from rounds.tui.widgets.todaylist import TodayList
from rounds.vault.vault import Vault

from .conftest import Start, User
from .test_live import partners
from .test_sight import in_sight, listing, marked


def chosen(user: User) -> str:
    """The name of what is under the cursor."""
    subject = user.rounds.main_screens[user.app.current_mode].subject
    return subject.name if subject else ""


async def test_on_the_board_the_card_goes_back_and_the_cursor_with_it(vault: Vault, demo: Path, start: Start) -> None:
    """Its column has the focus, and is scrolled in where not all have room."""
    async with start(vault, (80, 24)) as user:
        await user.press("3", "tab", "down")
        assert chosen(user) == "Colette Umar"
        await user.press("greater_than_sign", "greater_than_sign")
        board = user.app.screen
        assert isinstance(board, StagesScreen)
        for stage in ("met", "contacted"):
            await user.press("u")
            assert (board.listing.stage, chosen(user)) == (stage, "Colette Umar")
            assert user.app.focused is board.listing
            assert marked(user)
        await user.press("greater_than_sign", "up", "tab", "u")
        assert (board.listing.stage, chosen(user)) == ("contacted", "Colette Umar")
        await user.until(lambda: in_sight(user))


async def test_in_partners_the_cursor_goes_to_whose_change_is_undone(vault: Vault, demo: Path, start: Start) -> None:
    """From far away too; and it is in sight there."""
    async with start(vault, (80, 24)) as user:
        await user.press("2", "down", "down", "c")
        held = chosen(user)
        await user.type("city")
        await user.press("enter")
        await user.type("x")
        await user.press("enter", "end")
        assert chosen(user) != held
        await user.press("u")
        assert chosen(user) == held
        assert in_sight(user)


async def test_what_the_filter_hides_does_not_move_the_cursor(vault: Vault, demo: Path, start: Start) -> None:
    """The undone change is told by its name; filter and cursor are as before."""
    async with start(vault, (80, 24)) as user:
        await user.press("2", "c")
        await user.type("city")
        await user.press("enter")
        await user.type("x")
        await user.press("enter", "slash")
        await user.type("role:psychiatrist")
        await user.press("enter", "down")
        held, where = chosen(user), partners(user).listing.scroll_offset
        await user.press("u")
        assert "Undone: changed the city of Annika Rowe." in user.told()
        assert (chosen(user), partners(user).listing.scroll_offset) == (held, where)


async def test_one_of_several_that_are_undone_keeps_the_cursor(vault: Vault, demo: Path, start: Start) -> None:
    """Of a change of many, the one that the cursor is on is as good as the first."""
    async with start(vault, (80, 24)) as user:
        await user.press("2", "a", "a", "a", "c", "tab")
        await user.type("resting")
        await user.press("enter", "enter", "home", "down")
        held = chosen(user)
        await user.press("u")
        assert "Undone: changed" in user.told()
        assert chosen(user) == held


async def test_on_today_what_was_ticked_off_is_under_the_cursor_again(vault: Vault, demo: Path, start: Start) -> None:
    """Not what came in its place: the next space would tick that."""
    async with start(vault, (80, 24)) as user:
        held = listing(user).identity
        await user.press("space")
        assert "Done: Coffee: at Two Rivers, before clinic, Dana Whitlock." in user.told()
        assert listing(user).identity != held
        await user.press("down", "u")
        assert listing(user).identity == held
        assert marked(user)
        assert "! Late  3" in user.screen()  # its heading is in sight too


async def test_on_today_a_line_of_the_inbox_is_back_under_the_cursor(vault: Vault, demo: Path, start: Start) -> None:
    """As it stood before it was filed."""
    async with start(vault, (100, 40)) as user:
        today = listing(user)
        assert isinstance(today, TodayList)
        while today.thought is None or not today.thought.path:
            await user.press("down")
        held = today.identity
        await user.press("y", "home", "u")
        assert today.identity == held


async def test_on_today_an_undo_from_elsewhere_moves_nothing(vault: Vault, demo: Path, start: Start) -> None:
    """What is not on the list leaves the cursor on its row."""
    async with start(vault, (80, 24)) as user:
        await user.press("2", "end", "c")
        await user.type("city")
        await user.press("enter")
        await user.type("x")
        await user.press("enter", "1", "down", "down")
        held = listing(user).identity
        await user.press("u")
        assert "Undone: changed" in user.told()
        assert listing(user).identity == held


async def test_in_referrals_the_cursor_goes_to_the_one_that_is_as_before(
    vault: Vault, demo: Path, start: Start
) -> None:
    """It was closed and stood below; now it is open again, and in sight."""
    async with start(vault, (80, 16)) as user:
        await user.press("4", "s")
        held = listing(user).identity
        await user.type("lost")
        await user.press("enter", "end", "u")
        assert "Undone:" in user.told()
        assert listing(user).identity == held
        assert marked(user)


async def test_a_key_that_comes_while_the_cursor_goes_back_counts(vault: Vault, demo: Path, start: Start) -> None:
    """To find the row takes a moment with many partners; u pressed in it undoes the change before."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault) as user:
        for stage in ("down", "down"):
            await user.press("2", "c")
            await user.type("stage")
            await user.press("enter", stage, "enter")
        place = partners(user)
        go_back = place.show_undone
        pressed: list[Sequence[str]] = []

        async def slow(paths: Sequence[str]) -> None:
            if not pressed:
                pressed.append(paths)
                await user.pilot.press("u")
            await go_back(paths)

        place.show_undone = slow  # type: ignore[method-assign]
        await user.pilot.press("u")
        await user.until(lambda: path.read_bytes() == before)
        await user.settle()
        assert user.told().count("Undone: ") == 2
        assert not user.rounds.session.undos
