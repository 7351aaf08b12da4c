"""The app: first paint, outside changes, the editor, problems, help, palette."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from textual.widgets._toast import Toast

from rounds.errors import Problem, SettingsError
from rounds.tui.actions import SCREENS
from rounds.tui.screens.partners import PartnersScreen
from rounds.vault.history_undo import Event as History
from rounds.vault.history_undo import undo
from rounds.vault.sync_report import SyncReport
from rounds.vault.vault import Vault

from .conftest import Start, User


def partners(user: User) -> PartnersScreen:
    screen = user.rounds.main_screens["partners"]
    assert isinstance(screen, PartnersScreen)
    return screen


async def test_the_first_paint_does_not_wait_for_the_index(
    empty: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first sync runs there is a screen that says what goes on, and takes keys."""
    may_sync = Event()
    sync = Vault.sync

    def slow(vault: Vault, **_: object) -> SyncReport:
        may_sync.wait(20)
        return sync(vault)

    monkeypatch.setattr(Vault, "sync", slow)
    async with start(empty, settled=False) as user:
        await user.pilot.press("2")
        assert "Reading your notes" in user.screen()
        may_sync.set()
        await user.until(lambda: "Nobody is in your network yet." in user.screen())


async def test_an_outside_change_shows_without_moving_anything(vault: Vault, demo: Path, start: Start) -> None:
    """Another program's edit appears; cursor, scroll, filter and an open dialog stay, and a toast says what changed."""
    async with start(vault, (100, 16), follow=True) as user:
        await user.press("2", "slash")
        await user.type("stage:active")
        await user.press("enter", *["down"] * 9)
        before = (partners(user).subject, partners(user).listing.cursor, partners(user).listing.scroll_offset)
        assert before[1] == 9
        await user.press("l")
        await user.type("coffee")
        dialog = user.app.screen
        path = demo / "Partners" / "Sam Lee.md"
        path.write_text(path.read_text().replace("role: therapist", "role: art therapist"))
        await user.until(lambda: "Sam Lee: role therapist → art therapist." in user.told())
        await user.settle()
        assert user.app.screen is dialog
        assert "coffee" in user.screen()
        await user.press("escape", "escape")
        assert (partners(user).subject, partners(user).listing.cursor, partners(user).listing.scroll_offset) == before
        assert partners(user).filter.query_text == "stage:active"
        assert "art therapist" in {row.cells["role"] for row in partners(user).listing.rows.values()}


async def test_a_row_that_comes_in_above_does_not_move_the_cursor(vault: Vault, demo: Path, start: Start) -> None:
    """The cursor stays on its partner, at the same line of the screen."""
    async with start(vault, (100, 16)) as user:
        await user.press("2", *["down"] * 20)
        listing = partners(user).listing
        held, line = partners(user).subject, listing.cursor - listing.scroll_offset.y
        for number in range(3):
            (demo / "Partners" / f"Aa {number}.md").write_text("---\ntype: partner\n---\n")
        await user.press("r")
        assert partners(user).subject == held
        assert listing.cursor == 23
        assert listing.cursor - listing.scroll_offset.y == line
        assert "Aa 0, Aa 1 and Aa 2 came in." in user.told()


async def test_our_own_changes_are_not_told_as_outside_ones(vault: Vault, start: Start) -> None:
    """What the user does here is said once, in its own words."""
    async with start(vault, follow=True) as user:
        await user.press("space")
        assert "Done:" in user.told()
        assert "changed" not in user.told()


async def test_a_note_that_changes_below_an_open_dialog_is_not_lost(vault: Vault, demo: Path, start: Start) -> None:
    """A save goes into the file as it is now: both the outside edit and the new entry are there."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type("call")
        await user.press("tab", "tab")
        await user.type("all well")
        path.write_text(path.read_text().replace("stage: active", "stage: resting"))
        await user.press("enter")
        assert "stage: resting" in path.read_text()
        assert "- 2026-11-23 call: all well" in path.read_text()


async def test_a_save_that_does_not_merge_shows_both_and_keeps_the_words(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ChangedMeanwhileError: the dialog stays and shows both versions; saving once more is a choice."""
    save = Vault.save
    path = demo / "Partners" / "Annika Rowe.md"

    def racing(self: Vault, opened: object, document: object, what: str = "") -> bool:
        monkeypatch.setattr(Vault, "save", save)
        path.write_text(path.read_text().replace("stage: active", "stage: contacted"))
        return save(self, opened, document, what)  # type: ignore[arg-type]

    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("stage")
        monkeypatch.setattr(Vault, "save", racing)
        await user.press("enter", "down", "enter")
        assert "In the note now: contacted. Before: active." in user.screen()
        assert "▌ resting" in user.screen()
        await user.press("enter")
        assert "stage: resting" in path.read_text()


async def test_u_undoes_the_last_change(vault: Vault, demo: Path, start: Start) -> None:
    """The bytes from before are back, and it is said what was undone; then there is nothing left to undo."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter", "down", "enter")
        assert path.read_bytes() != before
        await user.press("u")
        assert path.read_bytes() == before
        assert "Undone: changed the stage of Annika Rowe." in user.told()
        await user.press("u")
        assert "There is nothing to undo" in user.told()
        assert "rounds history" not in user.told()


async def test_u_twice_undoes_two_changes(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pressed quickly, one comes after the other, and both are told, though they are called the same."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault) as user:
        for _ in range(2):
            await user.press("2", "c")
            await user.type("stage")
            await user.press("enter", "down", "enter")
        may_undo = Event()

        def slow(*given: Any, **named: Any) -> History:
            may_undo.wait(20)
            return undo(*given, **named)

        monkeypatch.setattr("rounds.vault.history_undo.undo", slow)
        await user.pilot.press("u", "u")
        may_undo.set()
        await user.until(lambda: not user.rounds.session.undos)
        assert path.read_bytes() == before
        assert user.told().count("Undone: changed the stage of Annika Rowe.") == 2
        await user.press("u")
        assert "There is nothing to undo" in user.told()


async def test_the_same_words_are_told_once(empty: Vault, start: Start) -> None:
    """As long as they are still on the screen, they are renewed."""
    async with start(empty, toasts=True) as user:
        await user.press("2", "l")
        (first,) = user.toasts
        await user.press("l", "f", "l")
        (again,) = user.toasts
        assert user.told() == "Choose somebody first."
        assert again.raised_at > first.raised_at
        assert len(user.app.screen.query(Toast)) == 1


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
async def test_what_is_told_hides_no_keys_of_a_dialog(vault: Vault, start: Start, size: tuple[int, int]) -> None:
    """It stands at the top, over the title."""
    async with start(vault, size, toasts=True) as user:
        await user.press("2", "l")
        user.app.notify("Undone: changed Annika Rowe.")
        await user.settle()
        lines = user.screen().splitlines()
        assert "Undone: changed Annika Rowe." in lines[0]
        assert any("enter log it" in line and "escape leave" in line for line in lines)


async def test_what_has_been_told_covers_no_dialog_that_opens_later(vault: Vault, start: Start) -> None:
    """The title says whom it is about. What has only just been told stays."""
    async with start(vault, (80, 24), toasts=True) as user:
        await user.press("2")
        user.app.notify("A while ago.")
        user.app.notify("Just now.", timeout=60)  # however slow the machine is
        await user.settle()
        first, second = user.toasts
        first.raised_at -= 2
        second.raised_at += 60
        await user.press("l")
        assert user.told() == "Just now."
        await user.until(lambda: "Log a touch" in user.screen())


async def test_problems_are_counted_listed_and_opened_at_their_place(
    vault: Vault, demo: Path, start: Start, edited: Callable[[], str]
) -> None:
    """The footer counts them; the screen gives path, line, column and hint; enter opens the editor there."""
    async with start(vault) as user:
        assert "! 2 problems" in user.screen()
        await user.press("8")
        assert "Partners/Ines Calloway.md:6:37" in user.screen()
        assert "Put it in quotes" in user.screen()
        await user.press("enter")
        assert edited() == repr(["-n", "+normal! 6G37|", str(demo / "Partners" / "Ines Calloway.md")])
        (demo / "Partners" / "Ines Calloway.md").write_text("---\ntype: partner\n---\n")
        await user.press("r")
        assert "! 1 problem" in user.screen()
        assert "Ines" not in user.screen()


async def test_what_a_problem_asks_for_is_said_in_words_of_the_interface(
    vault: Vault, demo: Path, start: Start
) -> None:
    """No command of the command line."""
    async with start(vault) as user:
        (demo / "Partners" / "Annika Rowe.md").write_bytes(b"")
        await user.press("8", "r")
        await user.until(lambda: "Bring its text back from a backup, or with undo;" in user.screen())


async def test_a_note_that_windows_can_not_have_is_renamed_from_its_problem(
    vault: Vault, demo: Path, start: Start
) -> None:
    """After a question; what it's called stays, and one undo brings the file name back."""
    note = demo / "Partners" / "Who: what?.md"
    note.write_text("---\ntype: partner\nid: aaaa1\nstage: met\n---\n\nA colleague.\n")
    async with start(vault, (80, 24), toasts=True) as user:
        await user.press("8", "end")
        assert "rename the note to Who what; links to it" in user.screen()
        await user.press("enter")
        assert "Rename Who: what? to Who what" in user.screen()
        await user.press("enter")
        assert user.told() == "Renamed to Who what. u takes it back."
        assert 'name: "Who: what?"' in (demo / "Partners" / "Who what.md").read_text()
        assert "Windows PC" not in user.screen()
        await user.until(lambda: user.rounds._target is None)  # closing a list holds the next key for a moment
        await user.press("u")
        assert note.exists()


async def test_problems_of_the_settings_are_listed_and_opened_too(
    vault: Vault, demo: Path, start: Start, edited: Callable[[], str]
) -> None:
    """rounds.toml is a file like any other: what is wrong in it shows as soon as it is saved, first of all."""
    settings = demo / "rounds.toml"
    async with start(vault, follow=True) as user:
        await user.press("8")
        settings.write_text(f"colour = 3\n{settings.read_text()}")
        await user.until(lambda: "! 3 problems" in user.screen())
        assert "rounds.toml:1:1" in user.screen()
        assert 'unknown key "colour"' in user.screen()
        assert "rounds.toml changed." in user.told()
        await user.press("home", "enter")
        assert edited() == repr(["-n", "+normal! 1G1|", str(settings)])
        settings.write_text(settings.read_text().partition("\n")[2])
        await user.until(lambda: "! 2 problems" in user.screen())


async def test_problems_that_a_failed_sync_leaves_are_listed(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What keeps the vault from being read is told, and what is known of it is shown all the same."""
    wrong = Problem("Invalid statement", line=7, path="rounds.toml")

    def refused(_: Vault, **__: object) -> SyncReport:
        raise SettingsError("rounds.toml:7:1: Invalid statement")

    async with start(vault) as user:
        await user.press("8")
        monkeypatch.setattr(Vault, "sync", refused)
        monkeypatch.setattr("rounds.vault.problems.all_problems", lambda _: [wrong])
        await user.rounds.sync()
        await user.settle()
        assert "rounds.toml:7:1: Invalid statement" in user.told()
        assert "rounds.toml:7:1  error" in user.screen()


@pytest.mark.parametrize("code", [0, 3])
async def test_a_note_is_shown_in_obsidian(
    vault: Vault, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """The desktop gets the note's link; where no program takes it, the link is told."""
    asked = tmp_path / "asked"
    for name in ("xdg-open", "open"):  # the second one on a Mac
        opener = tmp_path / "bin" / name
        opener.parent.mkdir(exist_ok=True)
        opener.write_text(f'#!/bin/sh\nprintf %s "$1" > "{asked}"\nexit {code}\n')
        opener.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")
    async with start(vault) as user:
        await user.press("2", "down", "O")
        await user.until(asked.exists)
        assert asked.read_text() == "obsidian://open?vault=demo&file=Partners%2FArlo%20Winterbourne"
        if code:
            await user.until(lambda: "No program here opens links of Obsidian" in user.told())
            assert "obsidian://open?vault=demo" in user.told()
        else:
            assert not user.told()


async def test_no_problems_is_said_kindly(empty: Vault, start: Start) -> None:
    """An empty list of problems explains itself."""
    async with start(empty) as user:
        await user.press("8")
        assert "Every note can be read." in user.screen()
        await user.press("enter")
        assert "There is no problem to fix." in user.told()


async def test_the_places_fit_the_top_line(vault: Vault, start: Start) -> None:
    """With room the day too; at 80 columns all names, two of them short; at 40 all numbers, with the name of the place one is at."""
    names = "1 Today 2 Partners 3 Stages 4 Referrals 5 Gaps 6 Year 7 Organizations 8 Problems 9 Calendar"
    short = names.replace("Referrals", "Refer.").replace("Organizations", "Org.")
    for width, line in (
        (160, f"Rounds {names} Monday 23 November 2026"), (80, short), (40, "1 2 3 4 5 6 7 Organizations 8 9"),
    ):  # fmt: skip
        async with start(vault, (width, 24)) as user:
            await user.press("7")
            assert " ".join(user.screen().splitlines()[0].split()) == line


async def test_every_place_has_its_number_key(vault: Vault, start: Start) -> None:
    """In the order of the top line; a click on it goes there too."""
    places = ["today", "partners", "stages", "referrals", "gaps", "year", "organizations", "problems", "calendar"]
    async with start(vault, (80, 24)) as user:
        for number, place in enumerate(places, 1):
            await user.press(str(number))
            assert user.app.current_mode == place
        await user.pilot.click("TopBar", offset=(22, 0))
        await user.settle()
        assert user.app.current_mode == "stages"


async def test_help_lists_the_actions_of_the_place(vault: Vault, start: Start) -> None:
    """`?` shows every key of the place, from the action table."""
    async with start(vault, (100, 60)) as user:
        await user.press("question_mark")
        assert "Show or hide the reminders that can wait" in user.screen()
        await user.press("escape", "8", "question_mark")
        assert "Fix it: new words for client information" in user.screen()
        assert "Log a touch: a call" not in user.screen()


async def test_a_new_day_is_noticed(demo: Path, start: Start) -> None:
    """Left open over night, Today becomes that of the new day."""
    days = [date(2026, 11, 23)]
    vault = Vault.open(demo, clock=lambda: days[0])
    async with start(vault) as user:
        assert "Monday 23 November 2026" in user.screen()
        days[0] = date(2026, 11, 24)
        user.rounds.check_day()
        await user.settle()
        assert "Tuesday 24 November 2026" in user.screen()
    vault.close()


async def test_a_meeting_is_asked_about_once_its_time_has_come(demo: Path, start: Start) -> None:
    """In the morning it's a meeting of the day; left open until half past twelve, Today asks by itself."""
    now = [datetime(2026, 11, 23, 9, 0)]  # noqa: DTZ001 - local time of the practice
    vault = Vault.open(demo, clock=lambda: now[0])
    async with start(vault) as user:
        asked = user.screen().count("did it happen?")
        assert "12:30" in user.screen()
        now[0] = datetime(2026, 11, 23, 12, 31)  # noqa: DTZ001
        user.rounds.check_day()
        await user.settle()
        assert user.screen().count("did it happen?") == asked + 1
    vault.close()


async def test_garbage_is_looked_for_only_while_nobody_types(
    vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at all of it holds up a key: it waits for two seconds without one, and until there may be some."""
    now, young = [100.0], [11]
    looked: list[float] = []
    monkeypatch.setattr("rounds.tui.key_queue.monotonic", lambda: now[0])
    async with start(vault) as user:
        garbage = SimpleNamespace(get_count=lambda: (0, 0, young[0]), collect=lambda: looked.append(now[0]))
        monkeypatch.setattr("rounds.tui.app.gc", garbage)
        await user.press("j")
        user.rounds.collect_garbage()
        now[0] += 1.9
        user.rounds.collect_garbage()
        assert not looked
        now[0] += 0.2
        user.rounds.collect_garbage()
        assert len(looked) == 1
        young[0] = 10
        user.rounds.collect_garbage()
        assert len(looked) == 1


async def test_keys_and_theme_of_the_user(vault: Vault, home: Path, start: Start) -> None:
    """config.toml chooses the theme and other keys; help and footer show these."""
    folder = home / "config" / "rounds"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('theme = "light"\n[keys]\nlog = "a"\n')
    async with start(vault) as user:
        assert user.app.theme == "rounds-light"
        assert "a log" in user.screen()
        await user.press("a")
        assert "Log a touch" in user.screen()


async def test_settings_that_cannot_be_read_do_not_stop_the_app(vault: Vault, home: Path, start: Start) -> None:
    """A broken config.toml is a notification with its place."""
    folder = home / "config" / "rounds"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("theme = \n")
    async with start(vault) as user:
        assert "config.toml:1" in user.told()
        assert "! Late" in user.screen()


async def test_a_trouble_of_the_system_is_told_and_the_app_goes_on(
    vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy index or a full disk is a notification, never a traceback."""
    import sqlite3

    async with start(vault) as user:

        def busy(_: Vault, **__: object) -> None:
            raise sqlite3.OperationalError("database is locked")

        with monkeypatch.context() as patch:
            patch.setattr(Vault, "sync", busy)
            await user.press("r")
        assert "That could not be done: database is locked" in user.told()
        await user.press("2")
        assert "41 partners" in user.screen()


def feed_of(vault: Vault) -> bytes:
    """What the calendar feed holds; nothing where there is none."""
    path = Path(vault.data, "feeds", "reminders.ics")
    return path.read_bytes() if path.exists() else b""


async def test_the_feed_follows_what_is_saved_and_what_comes_from_outside(
    vault: Vault, demo: Path, start: Start
) -> None:
    """As `rounds watch` would: after each sync that changed something."""
    async with start(vault, follow=True) as user:
        await user.until(lambda: bool(feed_of(vault)))
        path = demo / "Partners" / "Sam Lee.md"
        path.write_text(f"{path.read_text()}\n- [ ] say hello 📅 2026-12-01\n")
        await user.until(lambda: b"SUMMARY:Sam Lee: say hello\r\n" in feed_of(vault))


async def test_what_keeps_the_feed_from_being_written_is_told_once(vault: Vault, demo: Path, start: Start) -> None:
    """Until it is over; the notes can be worked with all the same."""
    settings = demo / "rounds.toml"
    text = settings.read_text()
    settings.write_text(
        text.replace("[feeds.reminders]             #", '[feeds.reminders]\nquery = "onwer:kim" #').replace(
            'query = ""', ""
        )
    )
    async with start(vault) as user:
        await user.rounds.session.sync()
        await user.settle()
        assert user.told().count("onwer") == 1
        assert feed_of(vault) == b""
        settings.write_text(text)
        await user.rounds.session.sync()
        await user.settle()
        assert b"BEGIN:VEVENT" in feed_of(vault)


async def test_a_sidebar_has_the_places_and_can_fold(vault: Vault, start: Start) -> None:
    """With the number of what is there; z shows it on every screen, and it is there at the next start too."""
    async with start(vault) as user:
        assert user.screen().startswith("1 Today 2 Partners ")
        await user.press("z")
        assert [line[:20].rstrip() for line in user.screen().splitlines()[:10]] == [
            " Rounds",
            "",
            " 1 Today         13",
            " 2 Partners      41",
            " 3 Stages",
            " 4 Referrals",
            " 5 Gaps",
            " 6 Year",
            " 7 Organizations",
            " 8 Problems       2",
        ]
        assert user.screen().splitlines()[0][20:].split() == ["Today", "Monday", "23", "November", "2026"]
        await user.pilot.click("SideBar", offset=(3, 3))
        await user.settle()
        assert user.screen().splitlines()[0][20:].startswith(" Partners ")
    async with start(vault) as user:
        assert user.screen().splitlines()[3].startswith(" 2 Partners      41")
        await user.press("z")
        assert user.screen().startswith("1 Today 2 Partners ")
    async with start(vault) as user:
        assert user.screen().startswith("1 Today 2 Partners ")


async def test_a_narrow_terminal_has_no_room_for_the_sidebar(vault: Vault, start: Start) -> None:
    """The places stay at the top there; in a wider one it is there again."""
    async with start(vault, (100, 30)) as user:
        await user.press("z")
        await user.pilot.resize_terminal(40, 15)
        await user.settle()
        assert user.screen().lstrip().startswith("1 Today")
        await user.pilot.resize_terminal(100, 30)
        await user.settle()
        assert user.screen().splitlines()[3].startswith(" 2 Partners")


async def test_z_in_a_narrow_terminal_says_so_and_changes_nothing(vault: Vault, start: Start) -> None:
    """What nobody sees is not turned around: in a wider terminal, and at the next start, it is as it was."""
    async with start(vault, (40, 15)) as user:
        await user.press("z")
        assert "This terminal is too narrow for the sidebar. It takes 64 columns." in user.told()
        await user.pilot.resize_terminal(100, 30)
        await user.settle()
        assert "1 Today 2 Partners " in user.screen().split("\n")[0]
        assert not user.rounds.session.has_sidebar()


@pytest.mark.parametrize("place", [*SCREENS])
async def test_a_touch_is_logged_from_anywhere(vault: Vault, demo: Path, start: Start, place: str) -> None:
    """One key opens the dialog on every screen; whom it is for comes first, with completion."""
    async with start(vault) as user:
        await user.press(str([*SCREENS].index(place) + 1), "T")
        await user.type("annika")
        await user.press("tab")
        await user.type("call")
        await user.press("tab", "tab")
        await user.type("all well")
        await user.press("enter")
        await user.until(lambda: "Logged for Annika Rowe: call, today." in user.told())
        assert "- 2026-11-23 call: all well" in (demo / "Partners" / "Annika Rowe.md").read_text()


async def test_help_is_of_what_has_the_focus(vault: Vault, start: Start) -> None:
    """In a list its actions, in the filter the keys of the filter first, in a dialog those of a dialog."""
    async with start(vault, (100, 40)) as user:
        await user.press("2", "question_mark")
        assert "Partners  escape closes this" in user.screen()
        await user.press("escape", "slash", "f1")
        assert "In the filter  escape closes this" in user.screen()
        assert "Complete the word; with nothing to complete" in user.screen()
        await user.press("f1", "escape", "l", "f1")
        assert "In a dialog  escape closes this" in user.screen()
        await user.press("escape")
        assert "Log a touch  Annika Rowe" in user.screen()
