"""A note is renamed, and another one takes its path, while a dialog is open: the words go to whom they are about."""

from pathlib import Path

import pytest

from rounds.tui.dialogs.form import FormDialog
from rounds.tui.dialogs.log_touch import LogTouch
from rounds.tui.messages import NotesChanged, NotesMoved
from rounds.vault.vault import Vault
from vault.notes import rows

from .conftest import Start, User
from .test_moved import NEW, OLD, dialog, rename, said, type_touch

BAO = "Partners/Bao Fennimore.md"
LINE = "- 2026-11-23 call: all well"


def swap(demo: Path) -> None:
    """Bao's note comes to where Annika's was."""
    rename(demo)
    rename(demo, OLD, BAO)


def where(demo: Path, line: str = LINE) -> list[str]:
    """The notes that have a line that begins so."""
    found = [path for path in (demo / "Partners").glob("*.md") if f"\n{line}" in path.read_text()]
    return [str(path.relative_to(demo)) for path in found]


async def test_the_words_follow_the_note_and_not_the_path(vault: Vault, demo: Path, start: Start) -> None:
    """With the watcher, which sees both at once."""
    async with start(vault, follow=True) as user:
        await type_touch(user)
        swap(demo)
        await user.until(lambda: dialog(user).path == NEW)
        assert "Log a touch  Annika Rowe-Lind" in user.screen()
        await user.press("enter")
        assert where(demo) == [NEW]


async def test_a_save_looks_whose_note_it_is(vault: Vault, demo: Path, start: Start) -> None:
    """Before the watcher has noticed, or where there is none."""
    async with start(vault) as user:
        await type_touch(user)
        swap(demo)
        await user.press("enter")
        assert "Logged for Annika Rowe-Lind" in user.told()
        assert where(demo) == [NEW]


async def test_words_that_were_kept_follow_the_note_and_not_the_path(vault: Vault, demo: Path, start: Start) -> None:
    """It happened while Rounds was not running."""
    async with start(vault) as user:
        await type_touch(user)
        dialog(user).autosave.now()
        user.rounds.session.unsaved.close()
    swap(demo)
    async with start(vault) as user:
        await user.press("enter")
        assert dialog(user).path == NEW
        await user.press("enter")
        assert where(demo) == [NEW]


@pytest.mark.parametrize("follow", [True, False])
async def test_who_is_named_is_who_was_offered(vault: Vault, demo: Path, start: Start, *, follow: bool) -> None:
    """A touch for anybody, by the name of before."""
    async with start(vault, follow=follow) as user:
        await user.press("2", "T")
        await user.type("Annika Rowe")
        await user.press("tab")
        await user.type("call")
        swap(demo)
        if follow:
            await user.until(
                lambda: bool(rows(user.rounds.session.vault, "SELECT 1 FROM notes WHERE path = ?", (NEW,)))
            )
        await user.press("enter")
        assert where(demo, "- 2026-11-23 call") == [NEW]


async def test_a_note_that_is_gone_leaves_its_path_to_nobody(vault: Vault, demo: Path, start: Start) -> None:
    """Annika's note was deleted, and Bao's is there now: nothing is written into it, and no word is lost."""
    async with start(vault) as user:
        await type_touch(user)
        (demo / OLD).unlink()
        rename(demo, OLD, BAO)
        await user.press("enter")
        assert said(user).startswith("Annika Rowe is no longer there. Your words are kept, ")
        assert where(demo) == []


async def test_of_two_copies_the_one_at_the_path_is_meant(vault: Vault, demo: Path, start: Start) -> None:
    """As where one was copied; as soon as neither is there, nobody knows which one is meant."""
    async with start(vault, follow=True) as user:
        await type_touch(user)
        text = (demo / OLD).read_text()
        (demo / "Partners/Mx.md").write_text(text)  # as `Annika Rowe-Lind` it would be a sync copy
        (demo / "Partners/Zz.md").write_text(text)
        await user.until(lambda: len(rows(vault, "SELECT 1 FROM notes WHERE id = ?", (dialog(user).note.id,))) == 3)
        assert dialog(user).path == OLD
        (demo / OLD).unlink()
        await user.until(lambda: "is no longer there" in said(user))
        await user.press("enter")
        assert where(demo) == []
        (demo / OLD).write_text(text)
        await user.until(lambda: "is there again" in said(user))
        await user.press("enter")
        assert where(demo) == [OLD]


async def test_a_note_without_an_id_goes_by_its_path(vault: Vault, demo: Path, start: Start) -> None:
    """It is followed where a rename is seen as one, by the form and by the name."""
    old, new = "Partners/Aa.md", "Partners/Ab.md"
    (demo / old).write_text("---\ntype: partner\n---\n")
    vault.sync()
    async with start(vault, follow=True) as user:
        await type_touch(user)
        assert (dialog(user).path, dialog(user).note.id) == (old, "")
        rename(demo, new, old)
        await user.until(lambda: dialog(user).path == new)
        await user.press("enter")
        assert where(demo) == [new]
    (demo / new).write_text("---\ntype: partner\n---\n")
    vault.sync()
    async with start(vault, follow=True) as user:
        await user.press("2", "T")
        await user.type("Ab")
        await user.press("tab")
        await user.type("call")
        rename(demo, old, new)
        await user.until(lambda: user.rounds.session.place_of(new) == old)
        await user.press("enter")
        assert where(demo, "- 2026-11-23 call") == [old]


async def test_who_is_no_longer_meant_is_not_missed(vault: Vault, demo: Path, start: Start) -> None:
    """Annika was named, then Bao in her place: that her note is gone is nothing to the form."""
    async with start(vault, follow=True) as user:
        await user.press("2", "T")
        await user.type("Annika Rowe")
        await user.press("tab")
        await user.type("note")
        await user.press("enter")
        assert "A note needs a few words" in said(user)
        await user.press("shift+tab", "home", "shift+end")
        await user.type("Bao Fennimore")
        (demo / OLD).unlink()
        await user.until(lambda: not rows(vault, "SELECT 1 FROM notes WHERE path = ?", (OLD,)))
        assert "no longer there" not in user.screen()
        await user.press("tab", "tab", "tab")
        await user.type("all well")
        await user.press("enter")
        assert where(demo, "- 2026-11-23 note: all well") == [BAO]


async def test_news_of_other_notes_hides_no_news_of_this_one(vault: Vault, demo: Path, start: Start) -> None:
    """Two reports right after another: a draft is filled in anew with what the note says now."""
    async with start(vault, (100, 50)) as user:
        await user.press("2", "m")
        assert "<annika@" in user.screen()
        (demo / OLD).write_text((demo / OLD).read_text().replace("annika@", "zz@"))
        vault.sync()
        dialog(user).post_message(NotesChanged())
        dialog(user).post_message(NotesMoved())
        await user.settle()
        assert "<annika@" not in user.screen()
        assert "<zz@" in user.screen()


@pytest.mark.filterwarnings("error")
async def test_many_reports_are_followed_once(vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last one counts, and none leaves work behind that nobody does."""
    followed = []

    async def follow(self: FormDialog) -> None:
        followed.append(self.path)

    monkeypatch.setattr(LogTouch, "follow", follow)
    async with start(vault) as user:
        await type_touch(user)
        for message in (NotesChanged(), NotesMoved(), NotesChanged(), NotesMoved()):
            dialog(user).post_message(message)
        await user.settle()
        assert followed == [OLD]
        dialog(user).post_message(NotesMoved())
        await user.settle()
        assert followed == [OLD]


async def test_words_that_were_erased_are_not_kept(vault: Vault, demo: Path, start: Start) -> None:
    """The note is gone, and its words are taken back: the next start offers nothing."""
    async with start(vault, follow=True) as user:
        await type_touch(user)
        (demo / OLD).unlink()
        await user.until(lambda: "Your words are kept" in said(user))
        assert _kept(user)
        await user.press(*["backspace"] * len("all well"))
        await user.press("shift+tab", "shift+tab", "home", "shift+end", "backspace")
        await user.until(lambda: not _kept(user))
        await user.press("escape")
        assert not isinstance(user.app.screen, FormDialog)
        assert not _kept(user)


def _kept(user: User) -> list[Path]:
    return list(Path(user.rounds.session.unsaved.folder).glob("*.jsonl"))
