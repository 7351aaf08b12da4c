"""While a dialog is open, its note is renamed, moved or deleted outside: the dialog follows, and no word is lost."""

from pathlib import Path

import pytest
from textual.widgets import Static

from rounds.storage.tui_state import FormDrafts
from rounds.tui.dialogs.form import FormDialog
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.screens.referrals import ReferralsScreen
from rounds.vault.vault import Vault

from .conftest import Start, User

OLD, NEW = "Partners/Annika Rowe.md", "Partners/Annika Rowe-Lind.md"


def rename(demo: Path, new: str = NEW, old: str = OLD) -> Path:
    """As git mv does it, or Obsidian."""
    target = demo / new
    target.parent.mkdir(exist_ok=True)
    (demo / old).rename(target)
    return target


def dialog(user: User) -> FormDialog:
    found = user.app.screen
    assert isinstance(found, FormDialog)
    return found


def said(user: User) -> str:
    """What stands below the fields of the dialog."""
    return str(dialog(user).query_one("#trouble", Static).render())


async def type_touch(user: User) -> None:
    await user.press("2", "l")
    await user.type("call")
    await user.press("tab", "tab")
    await user.type("all well")


@pytest.mark.parametrize("new", [NEW, "Partners/Retired/Annika Rowe.md"])
async def test_a_touch_is_logged_where_the_note_is_now(vault: Vault, demo: Path, start: Start, new: str) -> None:
    """Nothing is asked and nothing said: the title has the new name, and saving finds the note."""
    async with start(vault, follow=True) as user:
        await type_touch(user)
        target = rename(demo, new)
        await user.until(lambda: dialog(user).path == new)
        assert f"Log a touch  {target.stem}" in user.screen()
        assert not dialog(user).query_one("#trouble").display
        await user.press("enter")
        assert "- 2026-11-23 call: all well" in target.read_text()
        assert not (demo / OLD).exists()
        assert f"Logged for {target.stem}" in user.told()


async def test_a_note_that_was_moved_just_now_is_found_by_the_save(vault: Vault, demo: Path, start: Start) -> None:
    """Enter comes before the watcher has noticed, or there is none."""
    async with start(vault) as user:
        await type_touch(user)
        target = rename(demo)
        await user.press("enter")
        assert isinstance(user.app.screen, PartnersScreen)
        assert "- 2026-11-23 call: all well" in target.read_text()


async def test_a_note_that_was_moved_and_edited_is_known_by_its_id(vault: Vault, demo: Path, start: Start) -> None:
    """Another file with another text, as a sync service brings it: the id says who it is."""
    async with start(vault, follow=True) as user:
        await type_touch(user)
        assert dialog(user).note.id
        text = (demo / OLD).read_text()
        assert f"id: {dialog(user).note.id}" in text
        (demo / NEW).write_text(text.replace("role: dietitian", "role: cook"))
        (demo / OLD).unlink()
        await user.until(lambda: dialog(user).path == NEW)
        await user.press("enter")
        assert {"role: cook", "- 2026-11-23 call: all well"} <= set((demo / NEW).read_text().splitlines())


async def test_a_property_is_changed_where_the_note_is_now(vault: Vault, demo: Path, start: Start) -> None:
    """The value that is being typed stays."""
    async with start(vault, follow=True) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter", "down")
        target = rename(demo)
        await user.until(lambda: dialog(user).path == NEW)
        assert "▌ resting" in user.screen()
        await user.press("enter")
        assert "stage: resting\n" in target.read_text()


async def test_a_draft_takes_up_the_new_name(vault: Vault, demo: Path, start: Start) -> None:
    """It is filled in anew; what was typed into its blanks stays."""
    async with start(vault, (100, 50), follow=True) as user:
        await user.press("2", "m")
        await user.type("a new group")
        rename(demo)
        await user.until(lambda: "To       Annika Rowe-Lind" in user.screen())
        assert "On my side: a new group." in user.screen()


async def test_a_reminder_is_put_off_where_its_note_is_now(vault: Vault, demo: Path, start: Start) -> None:
    """Also a follow-up, which is a line of the note."""
    async with start(vault, follow=True) as user:
        await user.press("2", "f")
        await user.type("send the plan")
        await user.press("tab")
        await user.type("friday")
        await user.press("enter", "t", "down")
        assert "Later: which one?" in user.screen()
        target = rename(demo)
        await user.until(lambda: user.rounds.session.place_of(OLD) == NEW)
        await user.press("enter")
        assert "Later: Send the plan" in user.screen()
        await user.press("enter")
        assert "📅 2026-11-24" in target.read_text()


async def test_a_note_that_was_deleted_is_said_at_once(vault: Vault, demo: Path, start: Start) -> None:
    """Kindly, and without a path; leaving needs no second question, and the words are offered at the next start."""
    async with start(vault, follow=True) as user:
        await type_touch(user)
        (demo / OLD).unlink()
        await user.until(lambda: said(user).startswith("Annika Rowe is no longer there. Your words are kept, "))
        await user.press("enter")
        assert said(user) == (
            "Annika Rowe is no longer there. Your words are kept, and offered when Rounds starts again.\n"
            "If it comes back, enter saves as ever. Escape leaves."
        )
        await user.press("escape")
        assert isinstance(user.app.screen, PartnersScreen)
    unsaved = FormDrafts(vault.data + "/unsaved")
    ((_, form),) = unsaved.left()
    assert form["holds"] == {"kind": "call", "when": "today", "words": "all well"}
    async with start(vault) as user:
        await user.press("enter")
        assert "all well" in dialog(user).texts()
        assert "Annika Rowe is no longer there." in said(user)
        await user.press("escape")
        assert said(user).startswith("This is not saved yet.")
        await user.press("escape")
    assert unsaved.left() == []


async def test_a_note_that_comes_back_takes_the_words(vault: Vault, demo: Path, start: Start) -> None:
    """git checkout, or the trash: the dialog says so, and saves as ever."""
    async with start(vault, follow=True) as user:
        await type_touch(user)
        text = (demo / OLD).read_text()
        (demo / OLD).unlink()
        await user.until(lambda: "Annika Rowe is no longer there." in said(user))
        (demo / OLD).write_text(text)
        await user.until(lambda: said(user) == "Annika Rowe is there again. Your words are still here.")
        await user.press("enter")
        assert "- 2026-11-23 call: all well" in (demo / OLD).read_text()


async def test_words_that_were_kept_find_a_note_that_has_moved(vault: Vault, demo: Path, start: Start) -> None:
    """It was renamed while Rounds was not running."""
    async with start(vault) as user:
        await type_touch(user)
        dialog(user).autosave.now()
        user.rounds.session.unsaved.close()
    target = rename(demo)
    async with start(vault) as user:
        await user.press("enter")
        assert dialog(user).path == NEW
        await user.press("enter")
        assert "- 2026-11-23 call: all well" in target.read_text()


async def test_words_are_kept_for_where_the_note_is_now(vault: Vault, demo: Path, start: Start) -> None:
    """Nothing was typed since it was renamed, and no id says which note it is."""
    old, new = "Partners/Aa.md", "Partners/Ab.md"
    (demo / old).write_text("---\ntype: partner\n---\n")
    vault.sync()
    async with start(vault, follow=True) as user:
        await type_touch(user)
        dialog(user).autosave.now()
        target = rename(demo, new, old)
        await user.until(lambda: dialog(user).path == new)
        user.rounds.session.unsaved.close()
    async with start(vault) as user:
        await user.press("enter")
        assert dialog(user).path == new
        await user.press("enter")
        assert "- 2026-11-23 call: all well" in target.read_text()


async def test_who_introduces_may_be_renamed(vault: Vault, demo: Path, start: Start) -> None:
    """Before the request is drafted, and again before it is copied."""
    esme, tamsin, new = (f"Partners/{name}.md" for name in ("Esme Larkspur", "Tamsin Achebe", "Tamsin Ash"))
    async with start(vault, (100, 40), follow=True) as user:
        await user.press("slash")
        await user.type("name:esme")
        await user.press("enter", "I")
        rename(demo, new, tamsin)
        await user.until(lambda: user.rounds.session.place_of(tamsin) == new)
        await user.press("enter")
        assert "Tamsin Ash <tamsin@willowlane.example>" in user.screen()
        rename(demo, "Partners/Tamsin Birch.md", new)
        await user.until(lambda: user.rounds.session.place_of(tamsin) == "Partners/Tamsin Birch.md")
        await user.press("enter")
        assert "- [ ] intro: asked [[Tamsin Birch]] to introduce us?" in (demo / esme).read_text()


async def test_who_was_chosen_by_name_may_be_renamed(vault: Vault, demo: Path, start: Start) -> None:
    """A touch for anybody: the name that was typed is the one of before."""
    async with start(vault, follow=True) as user:
        await user.press("2", "T")
        await user.type("Annika Rowe")
        target = rename(demo)
        await user.until(lambda: user.rounds.session.place_of(OLD) == NEW)
        await user.press("tab")
        await user.type("call")
        await user.press("enter")
        assert "- 2026-11-23 call" in target.read_text()


@pytest.mark.parametrize("place", ["2", "3", "7"])
async def test_the_cursor_stays_on_who_is_renamed(vault: Vault, demo: Path, start: Start, place: str) -> None:
    """In a list where the new name has another place, and on the board."""
    async with start(vault, follow=True) as user:
        await user.press(place)
        screen = user.app.screen
        assert isinstance(screen, MainScreen)
        assert screen.subject is not None
        old = screen.subject.path
        new = f"{old.partition('/')[0]}/Zoe Zweig.md"
        rename(demo, new, old)
        await user.until(lambda: screen.subject is not None and screen.subject.path != old)
        await user.settle()
        assert screen.subject == Selection(new, "Zoe Zweig")


async def test_the_cursor_stays_on_a_referral_whose_note_is_renamed(vault: Vault, demo: Path, start: Start) -> None:
    """And the status of it is changed where it is now."""
    async with start(vault, follow=True) as user:
        await user.press("4", "down", "s")
        screen = user.rounds.main_screens["referrals"]
        assert isinstance(screen, ReferralsScreen)
        assert screen.subject is not None
        old = screen.subject.path
        target = rename(demo, "Referrals/Another name.md", old)
        await user.until(lambda: screen.subject is not None and screen.subject.path == "Referrals/Another name.md")
        assert dialog(user).path == "Referrals/Another name.md"
        await user.press("home", "shift+end")
        await user.type("completed")
        await user.press("enter")
        assert "status: completed" in target.read_text()


async def test_a_note_that_is_being_read_stays_where_it_is(vault: Vault, demo: Path, start: Start) -> None:
    """Renamed, it is the same note: it is not scrolled to its top."""
    async with start(vault, (80, 24), follow=True) as user:
        await user.press("2", "slash")
        await user.type("name:alvarez")
        await user.press("enter", "v", "pagedown")
        screen = user.app.screen
        assert isinstance(screen, PartnersScreen)
        where = screen.preview.scroll_offset
        assert where.y > 0
        rename(demo, "Partners/Maria Alvarez-Ruiz.md", "Partners/Maria Alvarez.md")
        await user.until(lambda: screen.subject is not None and screen.subject.name == "Maria Alvarez-Ruiz")
        await user.settle()
        profile = screen.preview.profile
        assert profile is not None
        assert profile.entry.name == "Maria Alvarez-Ruiz"
        assert screen.preview.scroll_offset == where


async def test_a_place_that_another_note_has_taken_is_its_own(vault: Vault, demo: Path, start: Start) -> None:
    """Where a note was once is no way to where it is, as soon as somebody else is there."""
    async with start(vault) as user:
        await user.press("2")
        rename(demo)
        await user.press("r")
        assert user.rounds.session.place_of(OLD) == NEW
        (demo / OLD).write_text("---\ntype: partner\n---\n")
        await user.press("r", "l")
        assert user.rounds.session.place_of(OLD) == OLD
        assert (dialog(user).path, dialog(user).about) == (NEW, "Annika Rowe-Lind")
        await user.press("escape", "down", "l")
        assert (dialog(user).path, dialog(user).about) == (OLD, "Annika Rowe")


async def test_who_was_chosen_by_name_may_be_gone(vault: Vault, demo: Path, start: Start) -> None:
    """It is said by the name; what else was typed stays, for somebody else."""
    async with start(vault, (100, 40)) as user:
        await user.press("2", "T")
        await user.type("Annika Rowe")
        await user.press("tab")
        await user.type("call")
        (demo / OLD).unlink()
        await user.rounds.session.sync()
        await user.press("enter")
        assert said(user) == "Annika Rowe is no longer there\nChoose somebody else, or press escape to leave."
        assert "call" in dialog(user).texts()
