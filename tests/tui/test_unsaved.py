"""Words that were typed survive errors and the end of the program."""

import os
import stat
from pathlib import Path

import pytest
from textual.content import Content

from rounds.storage.tui_state import FormDrafts
from rounds.tui.dialogs.form import FormDialog
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.session import VaultSession
from rounds.tui.widgets.bars import BottomBar
from rounds.tui.widgets.tables import PartnerTable
from rounds.vault import log_actions
from rounds.vault.vault import Vault

from .conftest import Start, User


def kept(vault: Vault) -> list[Path]:
    return sorted(Path(vault.data, "unsaved").glob("*"))


def last_error(vault: Vault) -> Path:
    return Path(vault.data, "last-error.txt")


async def typed(user: User, vault: Vault, *keys: str) -> None:
    await user.press("2", *keys)
    await user.type("call")
    await user.press("tab", "tab")
    await user.type("she moved to Alder Street")
    await user.until(lambda: bool(kept(vault)) and "Alder Street" in kept(vault)[0].read_text())


async def left_behind(vault: Vault, start: Start) -> None:
    """A program that ended with an open form: its file stays, and nobody has it locked any more."""
    async with start(vault) as user:
        await typed(user, vault, "l")
        user.rounds.session.unsaved.close()


async def test_an_open_form_is_kept_while_it_is_typed(vault: Vault, start: Start) -> None:
    """For its owner alone; and only until it is saved."""
    async with start(vault) as user:
        await typed(user, vault, "l")
        (file,) = kept(vault)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        await user.press("enter")
        assert kept(vault) == []


async def test_a_form_that_was_left_on_purpose_is_not_kept(vault: Vault, start: Start) -> None:
    """Escape twice means that the words may go."""
    async with start(vault) as user:
        await typed(user, vault, "l")
        await user.press("escape", "escape")
        assert kept(vault) == []


async def test_the_form_is_offered_at_the_next_start(vault: Vault, demo: Path, start: Start) -> None:
    """With what it was about; enter opens it as it was, and saving it is all that is left to do."""
    await left_behind(vault, start)
    async with start(vault) as user:
        assert "This was not saved yet when Rounds ended" in user.screen()
        assert "Log a touch · Annika Rowe" in user.screen()
        assert "she moved to Alder Street" in user.screen()
        await user.press("enter", "enter")
        text = (demo / "Partners" / "Annika Rowe.md").read_text()
        assert "- 2026-11-23 call: she moved to Alder Street" in text
        assert kept(vault) == []


@pytest.mark.parametrize(("key", "files"), [("delete", 0), ("escape", 1)])
async def test_it_can_be_let_go_or_wait(vault: Vault, start: Start, key: str, files: int) -> None:
    """Delete drops it, escape leaves it for the next start."""
    await left_behind(vault, start)
    async with start(vault) as user:
        await user.press(key)
        assert isinstance(user.app.screen, MainScreen)
        assert len(kept(vault)) == files


async def test_a_value_that_was_namecomes_back_with_its_property(vault: Vault, demo: Path, start: Start) -> None:
    """The value of the note does not take its place."""
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("city")
        await user.press("enter")
        await user.press(*["backspace"] * 30)
        await user.type("Astoria")
        await user.until(lambda: bool(kept(vault)) and "Astoria" in kept(vault)[0].read_text())
        user.rounds.session.unsaved.close()
    async with start(vault) as user:
        await user.press("enter")
        assert "▌ Astoria" in user.screen() or " Astoria" in user.screen()
        await user.press("enter", "enter")
        assert "city: Astoria" in (demo / "Partners" / "Annika Rowe.md").read_text()


async def test_words_about_what_is_gone_are_shown_and_stay_kept(vault: Vault, demo: Path, start: Start) -> None:
    """Somebody else has filed the line of the inbox meanwhile: there is no form for it any more, but the words are."""
    desk = VaultSession(vault, lambda _: None)
    form = {"form": "FileThought", "title": "File a line", "about": "", "path": "Inbox.md", "subject": "gone"}
    desk.unsaved.keep({**form, "holds": {"words": "prefers fax on Fridays"}})
    desk.unsaved.close()
    async with start(vault) as user:
        await user.press("enter")
        assert "prefers fax on Fridays" in user.told()
        assert len(kept(vault)) == 1


@pytest.mark.parametrize(
    ("form", "holds"),
    [
        (
            {"form": "ChangeProperty", "about": "Gone", "path": "Partners/Gone.md"},
            {"property": "connection", "value": "met at the talk about school refusals"},
        ),
        ({"form": "ShareArticle", "subject": "Partners/Annika Rowe.md"}, {"article": "Sleep and worry"}),
    ],
)
async def test_words_come_back_where_the_form_can_not_be_filled(
    vault: Vault, demo: Path, start: Start, form: dict[str, str], holds: dict[str, str]
) -> None:
    """The note is in the trash, the article message is gone: the words are in their fields, and kept until it is left."""
    for message in (demo / "Playbook" / "Messages").glob("*.md"):
        if "article" in message.read_text().casefold():
            message.unlink()
    vault.sync()
    desk = VaultSession(vault, lambda _: None)
    desk.unsaved.keep({**form, "title": "A form", "holds": holds})
    desk.unsaved.close()
    async with start(vault) as user:
        await user.press("enter")
        dialog = user.app.screen
        assert isinstance(dialog, FormDialog)
        assert {words for words in holds.values() if " " in words} <= set(dialog.texts())
        assert user.app.screen.query_one("#trouble").display
        (file,) = kept(vault)
        assert all(words in file.read_text() for words in holds.values())
        await user.press("escape", "escape")
        assert isinstance(user.app.screen, MainScreen)
        assert kept(vault) == []


async def test_a_skip_comes_back_with_its_reason(vault: Vault, demo: Path, start: Start) -> None:
    """A form about a reminder finds it again."""
    async with start(vault) as user:
        await user.press("down", "x")
        await user.type("thanked in the hall")
        await user.until(lambda: bool(kept(vault)) and "hall" in kept(vault)[0].read_text())
        user.rounds.session.unsaved.close()
    async with start(vault) as user:
        await user.press("enter", "enter")
        assert "skip thanks: thanked in the hall" in (demo / "Partners" / "Beatriz Quintal.md").read_text()


async def test_nothing_about_a_client_is_kept(vault: Vault, start: Start) -> None:
    """What is typed for a message about a client is written down nowhere (guide, line 24)."""
    async with start(vault, (100, 50)) as user:
        await user.press("2", "m", "shift+tab", "end", *["backspace"] * 20)
        await user.type("Update about a mutual client")
        await user.press("tab")
        await user.type("J. D.")
        await user.pilot.pause(0.5)
        assert not any("J. D." in file.read_text() for file in kept(vault))


async def test_an_error_while_saving_leaves_form_and_program(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dialog says what to do; behind it the form has its words, and saving works once the cause is gone."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    details = last_error(vault)
    async with start(vault, errors=1) as user:
        await typed(user, vault, "l")
        with monkeypatch.context() as patch:
            patch.setattr(log_actions, "log_touch", broken)
            await user.press("enter")
        assert "Something went wrong in Rounds" in user.screen()
        assert "ZeroDivisionError: nobody foresaw this" in user.screen()
        assert "nobody foresaw this" in details.read_text()
        assert stat.S_IMODE(details.stat().st_mode) == 0o600
        await user.press("enter")
        assert "she moved to Alder Street" in user.screen()
        await user.press("enter")
        assert "she moved to Alder Street" in (demo / "Partners" / "Annika Rowe.md").read_text()


async def test_an_error_in_a_screen_leaves_the_screen(
    vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list that met an error in one key takes the next, and other screens work."""

    def broken(_: object, __: int) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    async with start(vault, errors=1) as user:
        await user.press("2")
        with monkeypatch.context() as patch:
            patch.setattr(PartnerTable, "action_move", broken)
            await user.press("down")
        assert "Something went wrong in Rounds" in user.screen()
        await user.press("enter", "down", "down")
        screen = user.app.screen
        assert isinstance(screen, PartnersScreen)
        assert screen.listing.cursor == 2
        await user.press("1")
        assert "! Late" in user.screen()


async def test_a_row_that_cannot_be_drawn_leaves_the_others(
    vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One odd note is one blank line, told once; everybody else can be seen."""
    draw = PartnerTable.draw

    def broken(table: PartnerTable, index: int, line: int, width: int) -> Content:
        if index == 1:
            raise ZeroDivisionError("nobody foresaw this")
        return draw(table, index, line, width)

    monkeypatch.setattr(PartnerTable, "draw", broken)
    async with start(vault, errors=1) as user:
        await user.press("2")
        assert "ZeroDivisionError: nobody foresaw this" in user.screen()
        await user.press("enter", "down", "down")
        assert "Annika Rowe" in user.screen()
        assert "Bao Fennimore" in user.screen()


async def test_a_screen_that_cannot_be_painted_ends_the_program(
    vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing can be told any more, ending with the whole story is better than a dead screen."""

    def broken(_: object) -> None:
        raise ZeroDivisionError("nobody foresaw this")

    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - it comes out where the app ends
        async with start(vault) as user:
            monkeypatch.setattr(BottomBar, "render", broken)
            await user.press("2")
            await user.press("1")


def test_the_form_of_a_program_that_runs_is_not_offered(tmp_path: Path) -> None:
    """Its owner has it locked; once it has ended, the last whole line counts."""
    folder = str(tmp_path / "unsaved")
    here, there = FormDrafts(folder), FormDrafts(folder)
    here.keep({"holds": {"words": "a"}})
    here.keep({"holds": {"words": "ab"}})
    assert there.left() == []
    here.close()
    (file,) = Path(folder).iterdir()
    with file.open("ab") as cut:
        cut.write(b'{"holds": {"wor')
    ((path, form),) = there.left()
    assert form == {"holds": {"words": "ab"}}
    there.forget(path)
    assert there.left() == []


def test_a_disk_that_takes_nothing_stops_no_typing(tmp_path: Path) -> None:
    """What can't be kept is not kept, without a word."""
    (tmp_path / "unsaved").write_text("a file where a folder is needed")
    FormDrafts(str(tmp_path / "unsaved")).keep({"holds": {}})


def test_the_folder_is_beside_the_journal(vault: Vault) -> None:
    """Outside the vault, which is synced to other machines."""
    desk = VaultSession(vault, lambda _: None)
    assert desk.unsaved.folder == os.path.join(vault.data, "unsaved")
    assert not desk.unsaved.folder.startswith(vault.root)


@pytest.mark.parametrize(
    ("keys", "added"),
    [
        (("7", "n"), ("Organizations", "Alder Clinic", "Add an organization")),
        (("5", "end", "enter"), ("Partners", "Ada Quill", "Add a partner  coach, Allied")),
    ],
)
async def test_what_was_to_be_added_comes_back_as_the_form_it_was(
    vault: Vault, demo: Path, start: Start, keys: tuple[str, ...], added: tuple[str, str, str]
) -> None:
    """A new organization, and a partner for a gap with where to look for one."""
    folder, name, title = added
    (demo / "Partners" / "Petra Vance.md").unlink()  # the only coach: then there is a gap
    async with start(vault) as user:
        await user.press("r", *keys)
        await user.type(name)
        await user.until(lambda: bool(kept(vault)) and name in kept(vault)[0].read_text())
        user.rounds.session.unsaved.close()
    async with start(vault) as user:
        assert name in user.screen()
        await user.press("enter")
        assert title in user.screen()
        await user.press("enter")
        assert (demo / folder / f"{name}.md").is_file()
        assert kept(vault) == []


async def test_a_status_that_was_being_changed_comes_back(vault: Vault, demo: Path, start: Start) -> None:
    """Of the same referral; saved, it is in its note."""
    async with start(vault) as user:
        await user.press("4", "s", "ctrl+u")
        await user.type("completed")
        await user.until(lambda: bool(kept(vault)) and "completed" in kept(vault)[0].read_text())
        user.rounds.session.unsaved.close()
    async with start(vault) as user:
        await user.press("enter")
        assert "How does it stand?  Annika Rowe, referred by you" in user.screen()
        await user.press("enter")
        assert "Annika Rowe, referred by you: completed, today." in user.told()


async def test_a_reminder_that_was_being_done_comes_back_with_it(vault: Vault, demo: Path, start: Start) -> None:
    """The touch that a reminder waits for: its kind is known, and the reminder is done after that."""
    async with start(vault) as user:
        await user.press("down", "space")
        await user.type("a card")
        await user.until(lambda: bool(kept(vault)) and "a card" in kept(vault)[0].read_text())
        user.rounds.session.unsaved.close()
    async with start(vault) as user:
        await user.press("enter")
        assert "Say thank you  Beatriz Quintal" in user.screen()
        await user.press("enter")
        assert "- 2026-11-23 thanks: a card" in (demo / "Partners" / "Beatriz Quintal.md").read_text()


def test_a_long_file_is_begun_anew_without_a_moment_in_which_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at that moment leaves the form as it was before, and no file beside it once it is saved."""
    unsaved, other = FormDrafts(str(tmp_path)), FormDrafts(str(tmp_path))
    for number in range(4):
        unsaved.keep({"holds": f"{number} {'x' * 40_000}"})
        assert len(list(tmp_path.iterdir())) == 1
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data[:5])) and 0)
        for _ in range(3):
            unsaved.keep({"holds": "lost"})
    unsaved.close()
    ((path, form),) = other.left()
    assert form == {"holds": f"3 {'x' * 40_000}"}
    other.take_up(path)
    other.clear()
    assert list(tmp_path.iterdir()) == []
