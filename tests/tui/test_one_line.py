"""One line about anybody: `+` on every screen, read while it is typed."""

from pathlib import Path

from textual.widgets import Input

from rounds.tui.dialogs.list import ChoiceList
from rounds.tui.dialogs.one_line import OneLine
from rounds.tui.widgets.todaylist import TodayList
from rounds.vault.vault import Vault

from .conftest import Start

DANA = "Partners/Dana Whitlock.md"
NOOR = "Partners/Noor Haddad.md"


async def test_a_line_is_read_while_it_is_typed_and_written_with_enter(vault: Vault, demo: Path, start: Start) -> None:
    """Who, entry and follow-up stand below it; the whole is one change; escape keeps nothing."""
    before = (demo / DANA).read_bytes()
    async with start(vault, (80, 24)) as user:
        await user.press("plus")
        assert isinstance(user.app.screen, OneLine)
        await user.type("call Dana yesterday: prefers fax, follow up fri")
        screen = user.screen()
        assert "Who    Dana Whitlock" in screen
        assert "Log    call · yesterday · prefers fax" in screen
        assert "Next   Fri 27 Nov · follow up" in screen
        await user.press("escape", "escape")
        assert not isinstance(user.app.screen, OneLine)
        assert (demo / DANA).read_bytes() == before
        await user.press("plus")
        assert user.app.screen.query_one("#line", Input).value == ""
        await user.type("call Dana yesterday: prefers fax, follow up fri")
        await user.press("enter")
        assert "Written for Dana Whitlock: log: call · yesterday · prefers fax; next: Fri 27 Nov" in user.told()
        note = (demo / DANA).read_text()
        assert "- 2026-11-22 call: prefers fax\n" in note
        assert "- [ ] follow up 📅 2026-11-27" in note
        await user.press("u")
        assert (demo / DANA).read_bytes() == before


async def test_an_unknown_name_is_added_and_a_line_can_be_turned(vault: Vault, demo: Path, start: Start) -> None:
    """The key line says who enter adds; ctrl+t makes what is done a thing to do, and the other way around."""
    async with start(vault, (120, 35)) as user:
        await user.press("5", "plus")
        await user.type("coffee with Noor Haddad thu 3pm")
        screen = user.screen()
        assert "Who    Noor Haddad: not in your network yet; enter adds them" in screen
        assert "To do  coffee · Thu 26 Nov 15:00 · with Noor Haddad" in screen
        assert "enter add Noor Haddad" in screen
        await user.press("ctrl+t")
        assert "Log    coffee · 19 Nov · with Noor Haddad thu 3pm" in user.screen()
        await user.press("ctrl+t", "enter")
        assert "- [ ] 15:00 coffee: with Noor Haddad 📅 2026-11-26" in (demo / NOOR).read_text()
        assert "Noor Haddad is a new partner" in user.told()
        await user.press("u")
        assert not (demo / NOOR).exists()


async def test_who_is_meant_is_asked_and_what_is_missing_is_said(vault: Vault, demo: Path, start: Start) -> None:
    """Two of one name, a mistyped name, no name, a day that doesn't exist: the line stays until it's clear."""
    async with start(vault, (50, 20)) as user:
        await user.press("8", "plus")
        await user.type("buy stamps")
        assert "Nobody is named." in user.screen()
        await user.press("enter")
        assert isinstance(user.app.screen, OneLine)
        await user.press("ctrl+u")
        await user.pilot.press(
            *[{" ": "space", "/": "slash", ":": "colon"}.get(each, each) for each in "call Dana 30 feb: x"]
        )
        await user.press("enter")
        assert "This is not a date that can be read: 30 feb" in " ".join(user.screen().split())
        await user.press("ctrl+u")
        await user.type("Dona Whitlok called")
        assert "Dana Whitlock, or Dona Whitlok" in " ".join(user.screen().replace("│", "").split())
        await user.press("enter")
        assert isinstance(user.app.screen, ChoiceList)
        await user.press("escape")
        assert isinstance(user.app.screen, OneLine)
        await user.press("enter", "enter")
        assert "- 2026-11-23 call: called\n" in (demo / DANA).read_text()


async def test_client_information_in_a_line_is_asked_about(vault: Vault, demo: Path, start: Start) -> None:
    """It is underlined while it is typed, and the note gets what was decided."""
    async with start(vault) as user:
        await user.press("plus")
        await user.type("call Dana yesterday: client Jane Doe, DOB 2011, cancelled")
        await user.press("enter")
        await user.until(lambda: "Client information belongs in the chart" in user.screen())
        await user.press("enter")
        note = (demo / DANA).read_text()
        assert "Jane Doe" not in note
        assert "- 2026-11-22 call: client [client]" in note


async def test_the_key_works_on_every_screen(vault: Vault, start: Start) -> None:
    async with start(vault) as user:
        for number in range(1, 9):
            await user.press(str(number), "plus")
            assert isinstance(user.app.screen, OneLine), number
            await user.press("escape")


async def test_a_line_of_the_inbox_can_become_a_partner(vault: Vault, demo: Path, start: Start) -> None:
    """y on a line about somebody new offers to add them with it; one undo takes both back."""
    (demo / "Inbox.md").write_text("# Inbox\n\nNoor Haddad called, next: send the card fri\n")
    vault.sync()
    async with start(vault) as user:
        listing = user.app.screen.query_one("#today", TodayList)
        await user.press("home")
        while listing.thought is None:
            await user.press("down")
        await user.press("y")
        assert "Add Noor Haddad: Done  call · today · called" in user.screen()
        await user.press("enter")
        note = (demo / NOOR).read_text()
        assert "- 2026-11-23 call: called" in note
        assert "- [ ] send the card 📅 2026-11-27" in note
        await user.press("u")
        assert not (demo / NOOR).exists()
        assert "Noor Haddad called" in (demo / "Inbox.md").read_text()
