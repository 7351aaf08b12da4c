"""Undo one can see: the list of changes, redo, undo of typing, and messages beside the selected row."""

from pathlib import Path

from textual.widgets import Input

from rounds.tui.dialogs.text import TextDialog
from rounds.tui.dialogs.undo_list import ChangeList
from rounds.tui.toasts import selected
from rounds.vault.set_properties import parse_setting, set_properties
from rounds.vault.vault import Vault

from .conftest import Start, User

ROWE = "Partners/Annika Rowe.md"


async def set_city(user: User, city: str) -> None:
    await user.press("c")
    await user.type("city")
    await user.press("enter")
    await user.type(city)
    await user.press("enter")


async def test_any_change_can_be_undone_and_redone_from_a_list(vault: Vault, demo: Path, start: Start) -> None:
    """u and U take this session's changes in turn; an earlier session's are only in the list, out of order too."""
    other = Vault.open(demo, clock=vault.now)
    other.sync()
    set_properties(other, ROWE, [parse_setting("fax=206-555-0100")])
    other.close()
    path = demo / ROWE
    async with start(vault, (80, 24)) as user:
        await user.press("2", "u")
        assert "There is nothing to undo in this session\nEarlier changes are in the list of changes." in user.told()
        await user.press("c")
        await user.type("stage")
        await user.press("enter", "down", "enter")
        await set_city(user, "Tacoma")
        await user.press("u", "u")
        assert "city: Tacoma" not in path.read_text()
        await user.press("U")
        assert "Redone: changed the stage of Annika Rowe." in user.told()
        await user.press("U", "U")
        assert "There is nothing to redo" in user.told()
        assert "city: Tacoma" in path.read_text()

        await user.press("ctrl+z")
        assert isinstance(user.app.screen, ChangeList)
        screen = user.screen()
        assert screen.index("This session") < screen.index("Annika Rowe: stage active → resting")
        assert screen.index("stage active") < screen.index("Earlier") < screen.index("Annika Rowe: fax nothing → 206")
        await user.press("v")
        assert isinstance(user.app.screen, TextDialog)
        assert "city: Tacoma" in user.screen()
        await user.press("v", "down", "down", "enter")  # the other session's, below the heading
        assert "fax" not in path.read_text()
        assert "city: Tacoma" in path.read_text()
        assert "undone  " in user.screen()
        await user.press("enter")
        assert "206-555-0100" in path.read_text()
        assert "Redone: changed the fax of Annika Rowe." in user.told()
        await user.press("m")
        assert "There is nothing to redo" in user.screen()
        await user.press("escape", "escape")
        assert not user.app.screen.is_modal


async def test_what_cannot_be_undone_out_of_order_is_refused_with_both_versions(
    vault: Vault, demo: Path, start: Start
) -> None:
    """The note stays, the list stays open, and the message names what is there now."""
    path = demo / ROWE
    async with start(vault, (80, 24)) as user:
        await user.press("2")
        await set_city(user, "Tacoma")
        await set_city(user, "Olympia")
        before = path.read_bytes()
        await user.press("ctrl+z", "down", "enter")
        assert "There now: city: Olympia" in user.told()
        assert path.read_bytes() == before
        assert isinstance(user.app.screen, ChangeList)


async def test_in_a_text_field_ctrl_z_undoes_typing(vault: Vault, start: Start) -> None:
    """Word by word, and ctrl+y types it again; it opens no list."""
    async with start(vault, (80, 24)) as user:
        await user.press("2", "slash")
        field = user.app.focused
        assert isinstance(field, Input)
        await user.type("anna role")
        await user.press("ctrl+z")
        assert field.value == "anna "
        await user.press("ctrl+z", "ctrl+z")
        assert field.value == ""
        await user.press("ctrl+y", "ctrl+y")
        assert field.value == "anna "
        assert not user.app.screen.is_modal


async def test_messages_never_cover_the_selected_row(vault: Vault, start: Start) -> None:
    """At the bottom of a list they are at the top, and the other way around; the log keeps them all."""
    async with start(vault, (80, 24), toasts=True) as user:
        await user.press("2")
        for number in range(6):
            user.app.notify(f"Message {number}\nof two lines", markup=False)
            await user.settle()
        for key in ("home", "end", "home", "pagedown"):
            await user.press(key)
            row = selected(user.app.screen)
            lines = user.screen().split("\n")
            assert "Message 5" in user.screen()
            assert "of two lines" not in lines[row.y]
            assert "Message" not in lines[row.y]
        await user.rounds.run_action("app.clear_notifications")
        await user.app.screen.run_action("messages")
        await user.settle()
        assert all(f"Message {number}" in user.screen() for number in range(6))


async def test_a_message_is_shown_once_when_a_dialog_opens(vault: Vault, start: Start) -> None:
    """By the dialog, and by the screen again after it."""
    async with start(vault, (80, 24), toasts=True) as user:
        await user.press("3", "greater_than_sign", "ctrl+z", "enter")
        assert isinstance(user.app.screen, ChangeList)
        assert user.screen().count("Undone: changed the stage of") == 1
        await user.press("escape")
        assert user.screen().count("Undone: changed the stage of") == 1
