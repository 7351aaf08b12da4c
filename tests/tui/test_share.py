"""An article to several: a mail each, who had it is said, nothing is sent (guide, line 21)."""

import email
from email.policy import SMTP
from functools import partialmethod
from pathlib import Path

import pytest

from rounds.tui.dialogs.share import ShareArticle
from rounds.tui.note_refs import MOVED
from rounds.tui.screens.partners import PartnersScreen
from rounds.vault.log_actions import log_touch
from rounds.vault.vault import Vault
from vault.notes import rows

from .conftest import Start, User
from .test_jobs import Gate, meets
from .test_month import flat
from .test_moved import rename

MARIA, KEIKO = "Partners/Maria Alvarez.md", "Partners/Keiko Marlowe.md"
TITLE = "Sleep and worry, J. Doe"


async def filtered(user: User, query: str) -> None:
    await user.press("slash")
    await user.type(query)
    await user.press("enter", "M")


async def test_a_mail_each_in_a_folder_of_the_articles_own(vault: Vault, demo: Path, home: Path, start: Start) -> None:
    """Enter shows the mails, enter again writes them; each note asks today whether its mail was sent. One undo."""
    before = (demo / MARIA).read_bytes()
    async with start(vault, (100, 50)) as user:
        await filtered(user, "malvarez or keiko@marlowelactation.example")
        await user.type(TITLE)
        await user.press("tab")
        await user.type("Worry shortens sleep.")
        await user.press("enter")
        assert "2 mails: Keiko Marlowe, Maria Alvarez" in flat(user)
        assert "Sleep and worry, J. Doe In short: Worry shortens sleep." in flat(user)
        assert not (home / "Rounds mails").exists()
        assert (demo / MARIA).read_bytes() == before
        await user.press("enter")
        assert isinstance(user.app.screen, PartnersScreen)
        folder = home / "Rounds mails" / TITLE.removesuffix(".")
        assert f"2 mails in {folder}: each opens as an unsent mail. Today asks whether they were sent." in user.told()
        mails = [email.message_from_bytes(path.read_bytes(), policy=SMTP) for path in sorted(folder.iterdir())]
        assert [str(mail["To"]) for mail in mails] == [
            "Keiko Marlowe <keiko@marlowelactation.example>", "Maria Alvarez <malvarez@rosecitypeds.example>",
        ]  # fmt: skip
        assert {(mail["X-Unsent"], mail["Bcc"], mail["Cc"]) for mail in mails} == {("1", None, None)}
        for path in (MARIA, KEIKO):
            assert "- [ ] article: sent? Sleep and worry, J. Doe 📅 2026-11-23" in (demo / path).read_text()
        await user.press("u")
        assert (demo / MARIA).read_bytes() == before


async def test_the_line_of_keys_says_what_enter_does(vault: Vault, start: Start) -> None:
    """It shows the mails, then it writes them; with other words it shows them again."""
    async with start(vault, (100, 50)) as user:
        await filtered(user, "malvarez")
        await user.type(TITLE)
        assert "enter show the mails" in flat(user)
        await user.press("enter")
        assert "enter write them escape leave" in flat(user)
        await user.press("x")
        assert "enter show the mails" in flat(user)
        assert "enter write them" not in flat(user)


async def test_only_the_mails_that_are_shown_are_written(
    vault: Vault, demo: Path, home: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another article, typed while the mails were being made, has to be seen first: mail and note name the same one."""
    gate = Gate(ShareArticle._mails)
    monkeypatch.setattr(ShareArticle, "_mails", partialmethod(gate))
    async with start(vault, (100, 50)) as user:
        await filtered(user, "malvarez")
        await user.type(TITLE)
        dialog = user.app.screen
        assert isinstance(dialog, ShareArticle)
        await user.pilot.press("enter")
        await meets(user, lambda: dialog.busy)
        await user.pilot.press(*"x2")
        await meets(user, lambda: dialog.holds()["article"] == f"{TITLE}x2")
        await user.pilot.pause()
        gate.open()
        await user.settle()
        await user.press("enter")
        assert not (home / "Rounds mails").exists()
        assert f"{TITLE}x2 In short" in flat(user)
        await user.press("enter")
        (mail,) = (home / "Rounds mails" / f"{TITLE}x2").iterdir()
        assert f"{TITLE}x2" in email.message_from_bytes(mail.read_bytes(), policy=SMTP).get_content()
        assert f"sent? {TITLE}x2 " in (demo / MARIA).read_text()


async def test_who_had_it_rests_or_has_no_address_is_said(vault: Vault, start: Start) -> None:
    """And gets none; `send again` gives it to who had it."""
    log_touch(vault, KEIKO, "article", f"sent {TITLE} to her")
    vault.sync()
    async with start(vault, (100, 50)) as user:
        await filtered(user, "name:keiko or name:petra or name:odette or malvarez")
        await user.type(TITLE)
        await user.press("enter")
        text = flat(user)
        assert "1 mail: Maria Alvarez" in text
        assert "! Keiko Marlowe is left out: had it today" in text
        assert "! Odette Marsh is left out: there is no email address" in text
        assert "! Petra Vance is left out: no reminders are wanted at this stage" in text
        await user.press("tab", "tab", "down")
        assert "1 mail" not in flat(user)
        await user.press("enter")
        assert "2 mails: Keiko Marlowe, Maria Alvarez" in flat(user)


async def test_the_marked_ones_come_before_the_filter(vault: Vault, start: Start) -> None:
    """Whom a are marked; afterwards they are no more."""
    async with start(vault, (100, 50)) as user:
        await user.press("2", "a", "M")
        assert "Share an article with 1 partner" in flat(user)
        await user.type(TITLE)
        await user.press("enter")
        assert "1 mail: Annika Rowe" in flat(user)
        await user.press("enter")
        assert "marked" not in user.screen()


async def test_to_many_at_once_it_is_a_mailing(vault: Vault, home: Path, start: Start) -> None:
    """Ten at most; and an article needs words. Nothing is written."""
    async with start(vault, (100, 50)) as user:
        await user.press("2", "M")
        assert "27 would get it. An article goes to 10 at most: to more at once it is a mailing." in flat(user)
        assert "Press escape, then mark fewer with a, or narrow the filter." in flat(user)
        await user.press("enter")
        assert "Which article?" in flat(user)
        await user.type(TITLE)
        await user.press("enter")
        assert "It would go to 27; to more than 10 at once it is a mailing Press escape, then mark" in flat(user)
    assert not (home / "Rounds mails").exists()


async def test_who_has_typed_nothing_leaves_without_a_question(vault: Vault, start: Start) -> None:
    """Whether those who had it get it again is no words of one's own; an article is."""
    async with start(vault, (100, 50)) as user:
        await filtered(user, "malvarez")
        await user.press("tab", "tab", "down", "escape")
        assert isinstance(user.app.screen, PartnersScreen)
        await user.press("M")
        await user.type(TITLE)
        await user.press("escape")
        assert "This is not saved yet." in flat(user)


async def test_nobody_to_send_it_to(vault: Vault, empty: Vault, start: Start) -> None:
    """With the reason for each; in an empty vault at once."""
    async with start(vault, (100, 50)) as user:
        await filtered(user, "name:odette")
        await user.type(TITLE)
        await user.press("enter")
        assert "There is nobody to send it to Odette Marsh: there is no email address" in flat(user)
    async with start(empty, (80, 24)) as user:
        await user.press("2", "M")
        assert "There is nobody here to share it with." in user.told()


async def test_what_should_not_go_out_does_not(vault: Vault, home: Path, start: Start) -> None:
    """A promise for a referral in the words for all stops them all."""
    async with start(vault, (100, 50)) as user:
        await filtered(user, "malvarez")
        await user.type(TITLE)
        await user.press("tab")
        await user.type("a referral fee for each client")
        await user.press("enter")
        assert "The mail to Maria Alvarez isn't ready to send" in flat(user)
        await user.press("enter")
        assert isinstance(user.app.screen, ShareArticle)
    assert not (home / "Rounds mails").exists()


async def test_other_mails_are_written_over_only_when_asked_twice(vault: Vault, home: Path, start: Start) -> None:
    """What is in the way is named first; a file in place of the folder is said to be one."""
    folder = home / "Rounds mails" / TITLE
    folder.mkdir(parents=True)
    (folder / "Maria Alvarez.eml").write_text("mine")
    async with start(vault, (100, 50)) as user:
        await filtered(user, "malvarez")
        await user.type(TITLE)
        await user.press("enter", "enter")
        assert "Maria Alvarez.eml is there already and holds something else" in flat(user)
        assert (folder / "Maria Alvarez.eml").read_text() == "mine"
        await user.press("enter")
        assert "1 mail in " in user.told()
        assert (folder / "Maria Alvarez.eml").read_bytes().startswith(b"X-Unsent: 1")


async def test_a_form_that_was_left_is_offered_again(vault: Vault, start: Start) -> None:
    """With whom it is for."""
    async with start(vault, (100, 50)) as user:
        await filtered(user, "malvarez")
        await user.type(TITLE)
        folder = Path(vault.data, "unsaved")
        await user.until(lambda: any(TITLE in file.read_text() for file in folder.glob("*")))
        user.rounds.session.unsaved.close()
    async with start(vault, (100, 50)) as user:
        assert TITLE in user.screen()
        await user.press("enter", "enter")
        assert "1 mail: Maria Alvarez" in flat(user)


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
async def test_in_a_small_terminal_it_can_be_done(
    vault: Vault, demo: Path, start: Start, size: tuple[int, int]
) -> None:
    """The form scrolls."""
    async with start(vault, size) as user:
        await filtered(user, "malvarez")
        await user.type(TITLE)
        await user.press("enter")
        assert "1 mail: Maria Alvarez" in flat(user)
        await user.press("enter")
        assert "article: sent? Sleep and worry" in (demo / MARIA).read_text()


@pytest.mark.parametrize("follow", [True, False])
async def test_who_is_renamed_after_the_preview_is_shown_again(
    vault: Vault, demo: Path, home: Path, start: Start, *, follow: bool
) -> None:
    """And somebody else, whose note has that path by now, gets nothing; enter then writes the mails."""
    other = "Partners/Maria Alvarez-Ruiz.md"
    async with start(vault, (100, 50), follow=follow) as user:
        await filtered(user, "malvarez")
        await user.type(TITLE)
        await user.press("enter")
        assert "1 mail: Maria Alvarez " in flat(user)
        rename(demo, other, MARIA)
        rename(demo, MARIA, KEIKO)
        if follow:
            await user.until(lambda: bool(rows(vault, "SELECT 1 FROM notes WHERE path = ?", (other,))))
        await user.press("enter")
        assert f"{MOVED} " in f"{flat(user)} "
        assert "1 mail: Maria Alvarez-Ruiz " in flat(user)
        assert not (home / "Rounds mails").exists()
        await user.press("enter")
        assert isinstance(user.app.screen, PartnersScreen)
        assert "article: sent?" in (demo / other).read_text()
        assert "article: sent?" not in (demo / MARIA).read_text()


async def test_who_was_renamed_before_the_preview_gets_a_mail(vault: Vault, demo: Path, start: Start) -> None:
    """Also where the note stores no id."""
    path, new = "Partners/Zz.md", "Partners/Zzz.md"
    (demo / path).write_text("---\ntype: partner\nstage: active\nemail: zz@x.example\n---\n")
    vault.sync()
    async with start(vault, (100, 50), follow=True) as user:
        await filtered(user, "malvarez or zz@x.example")
        await user.type(TITLE)
        rename(demo, new, path)
        await user.until(lambda: user.rounds.session.place_of(path) == new)
        await user.press("enter")
        assert "2 mails: Maria Alvarez, Zzz " in flat(user)
