"""Where the folders outside the vault can't be written, or a part of the vault can't be read: the screens go on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import TODAY
from rounds.errors import RoundsError
from rounds.storage import files
from rounds.tui.dialogs.form import FormDialog
from rounds.vault.vault import Vault
from unprivileged import unlistable
from vault.notes import rows

from .conftest import Start, User
from .test_away import banner

SAID = "The index can't be kept on the disk"


@pytest.fixture
def homeless(demo: Path, home: Path) -> Iterator[Vault]:
    """A vault on a machine where neither index nor journal can be kept."""
    for kind in ("cache", "data"):
        shutil.rmtree(home / kind, ignore_errors=True)
        (home / kind).write_text("a file")
    vault = Vault.open(demo, clock=lambda: TODAY)
    yield vault
    vault.close()


async def log(user: User) -> None:
    """Log a call with the first partner."""
    await user.press("2", "l")
    await user.type("call")
    await user.press("tab", "tab")
    await user.type("words that were typed")
    await user.press("enter")


async def test_all_is_there_and_can_be_written_to(homeless: Vault, demo: Path, start: Start) -> None:
    """It is said once that the index is in memory, and of a save that it can't be undone."""
    async with start(homeless, follow=True) as user:
        assert "Beatriz Quintal" in user.screen()
        await log(user)
        assert "call: words that were typed" in (demo / "Partners" / "Annika Rowe.md").read_text()
        said = user.rounds.session.told  # the newest messages take the place of others
        await user.until(lambda: any("this can't be undone" in words for _, words in said))
        assert [SAID in words for _, words in said].count(True) == 1
        (demo / "Partners" / "Zoe Quux.md").write_text("---\ntype: partner\nrole: cook\n---\n")
        await user.until(lambda: "42 partners" in user.screen())


async def test_what_can_be_saved_nowhere_stays_in_the_form(
    homeless: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the note nor the journal can be written: the words are where they were typed."""

    def refuse(_: str, path: str, *__: object, **___: object) -> list[str]:
        raise RoundsError(f"{path} could not be saved: Read-only file system", hint="The file is as it was before.")

    before = (demo / "Partners" / "Annika Rowe.md").read_text()
    async with start(homeless) as user:
        with monkeypatch.context() as patch:
            patch.setattr(files, "write", refuse)
            await log(user)
            assert isinstance(user.app.screen, FormDialog)
            assert "words that were typed" in user.screen()
            assert "Read-only file system" in user.screen()
        assert (demo / "Partners" / "Annika Rowe.md").read_text() == before
        await user.press("enter")
        assert not isinstance(user.app.screen, FormDialog)
    assert "call: words that were typed" in (demo / "Partners" / "Annika Rowe.md").read_text()


async def test_a_disk_that_fills_up_while_the_program_is_open(vault: Vault, demo: Path, start: Start) -> None:
    """What was known stays on the screen, and what comes is taken in."""
    async with start(vault, follow=True) as user:
        await user.press("2")
        vault.index.connection.execute("PRAGMA max_page_count = 1")
        for number in range(30):
            (demo / "Partners" / f"New {number}.md").write_text(f"---\ntype: partner\n---\n{number} " + "word " * 900)
        await user.until(lambda: SAID in user.told())
        await user.until(lambda: "71 partners" in user.screen())


async def test_a_folder_that_can_not_be_listed(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lists keep its notes, the line says why, the list of problems has its path, and changes elsewhere come in."""
    async with start(vault, follow=True) as user:
        await user.press("2")
        with unlistable(monkeypatch, "Partners/"):
            (demo / "Organizations" / "New.md").write_text("---\ntype: organization\n---\n")
            await user.until(lambda: "Partners: this folder can't be read: Permission denied" in banner(user))
            assert "41 partners" in user.screen()
            await user.press("8")
            assert "Partners" in user.screen()
            assert "this folder can't be read" in user.screen()
            await user.press("enter", "escape")
            vault.sync()
            assert rows(vault, "SELECT 1 FROM notes WHERE path = 'Organizations/New.md'")
        await user.press("r")
        await user.until(lambda: banner(user) == "")
