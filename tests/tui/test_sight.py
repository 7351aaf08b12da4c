"""The row with the cursor is in sight, whatever changes: the rows, the room for them, or the colors."""

from pathlib import Path

import pytest
from textual.geometry import Offset

from rounds.tui.widgets.rowlist import RowList
from rounds.vault.vault import Vault

from .conftest import Start, User
from .test_live import partners

SIZES = [(40, 15), (80, 24), (120, 30)]


def listing(user: User) -> RowList:
    """The list of the place that is on the screen."""
    found = user.rounds.places[user.app.current_mode].listing
    assert isinstance(found, RowList)
    return found


def marked(user: User) -> list[str]:
    """The painted lines of the list that have the mark of the cursor."""
    region = listing(user).region
    lines = user.screen().splitlines()[region.y : region.bottom]
    return [line[region.x : region.right] for line in lines if "▌" in line[region.x : region.right]]


def in_sight(user: User) -> bool:
    """Whether the row with the cursor is painted."""
    subject = user.rounds.places[user.app.current_mode].subject
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
