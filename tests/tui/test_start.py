"""The start: what is there at once, and what waits."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from threading import Event, Thread

from rounds.storage.tui_state import Tips
from rounds.tui.app import RoundsApp
from rounds.tui.session import VaultSession
from rounds.vault.reminders import today_sections
from rounds.vault.stored_today import stored_today
from rounds.vault.vault import Vault

from .conftest import NO_DELAYS, Start, User


@asynccontextmanager
async def while_the_index_is_busy(vault: Vault) -> AsyncIterator[User]:
    """The interface on a vault of which nothing can be read as long as this goes on."""
    held, done = Event(), Event()

    def hold() -> None:
        with vault.lock:
            held.set()
            done.wait(60)

    thread = Thread(target=hold)
    thread.start()
    assert held.wait(20)
    try:
        async with RoundsApp(vault, follow=False, delays=NO_DELAYS).run_test(size=(120, 30)) as pilot:
            yield User(pilot)
            done.set()
            await User(pilot).settle()
    finally:
        done.set()
        thread.join(20)


async def shows(user: User, words: str) -> None:
    async with asyncio.timeout(20):
        while words not in user.screen():  # noqa: ASYNC110 - painting has no event to wait for
            await asyncio.sleep(0.01)


async def test_today_is_there_before_anything_is_read(vault: Vault, start: Start) -> None:
    """The second start shows what the index holds, without waiting for the thread that has it."""
    async with start(vault) as user:
        assert "Beatriz Quintal" in user.screen()
    async with while_the_index_is_busy(vault) as user:
        await shows(user, "Beatriz Quintal")


async def test_a_first_start_says_that_it_reads(vault: Vault) -> None:
    """Where nothing is known yet, the screen is there at once, and says what is going on."""
    async with while_the_index_is_busy(vault) as user:
        await shows(user, "Reading your notes …")


async def test_what_was_done_meanwhile_goes_once_it_is_read(vault: Vault, start: Start) -> None:
    """What was remembered gives way to what the notes say."""
    async with start(vault):
        pass
    (Path(vault.root) / "Partners" / "Beatriz Quintal.md").unlink()
    async with start(vault) as user:
        assert "! Late" in user.screen()
        assert "Beatriz Quintal" not in user.screen()


async def test_an_empty_index_says_nothing_about_today(vault: Vault) -> None:
    """While the index is built anew, what was due stays on the screen."""
    desk = VaultSession(vault, lambda _: None)
    await desk.sync()
    await desk.look_up()
    due = desk.agenda.due
    assert due
    desk = VaultSession(vault, lambda _: None)
    vault.index.replace()
    await desk.look_up()
    assert [each.uid for each in desk.agenda.due] == [each.uid for each in due]
    await desk.sync()
    await desk.look_up()
    assert desk.agenda.due == due


def test_the_first_rows_are_those_of_the_index(vault: Vault, tmp_path: Path) -> None:
    """As they'd be read, but for questions and No hurry; nothing if there is no index, or another program writes it."""
    (tmp_path / "rounds.toml").write_text('vault = "never-read"\n')
    unread = Vault.open(tmp_path)
    assert stored_today(unread) == {}
    assert not Path(unread.index_file).exists()
    vault.sync()
    expected = today_sections(vault, everything=False)
    assert stored_today(vault) == expected != {}
    with closing(sqlite3.connect(vault.index_file, isolation_level=None)) as other:
        vault.close()
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        assert stored_today(vault) == {}
    Path(vault.index_file).write_bytes(b"SQLite format 3\0 and no more")
    assert stored_today(vault) == {}


def test_a_start_imports_what_today_needs() -> None:
    """Forms, the other places, and what reads and writes notes are imported when they are first used."""
    code = "import sys, rounds.tui.app, rounds.tui.screens.today; print(*sys.modules)"
    modules = set(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    )
    assert "rounds.tui.screens.today" in modules
    assert not modules & {
        "rounds.tui.dialogs.form", "rounds.tui.screens.partners", "rounds.tui.screens.year", "rounds.notes.document",
        "rounds.vault.reminders", "rounds.vault.list_search", "watchdog", "icalendar",
    }  # fmt: skip


async def test_a_new_vault_begins_with_four_tips_once(empty: Vault, start: Start) -> None:
    Tips(empty.data).owe()
    async with start(empty, (80, 24)) as user:
        assert "Welcome to Rounds" in user.screen()
        assert sum(word in user.screen() for word in ("Look   ", "Write  ", "Find   ", "Keep   ")) == 4
        await user.press("enter")
        assert "Three steps to begin with" in user.screen()
    async with start(empty, (80, 24)) as user:
        assert "Welcome" not in user.screen()


async def test_the_example_in_the_empty_filter_finds_somebody(vault: Vault, empty: Vault, start: Start) -> None:
    async with start(vault, (80, 24)) as user:
        await user.press("2")
        shown = user.screen().splitlines()[2].strip()
        assert shown == "/ such as role:midwife stage:met"
        await user.press("/")
        await user.type("role:midwife stage:met")
        assert "1 partner" in user.screen()
    async with start(empty, (80, 24)) as user:
        await user.press("2")
        assert "/ such as role:psychiatrist accepting:open portland" in user.screen()
