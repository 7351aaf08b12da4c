"""Drafts: filled in, checked, copied, never sent; and the same follow-up as `rounds draft` writes."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import TextArea

from rounds.tui.screens.partners import PartnersScreen
from rounds.vault.vault import Vault

from .conftest import Start, User
from .test_month import flat


async def on(user: User, name: str) -> None:
    await user.press("slash")
    await user.type(f"name:{name}")
    await user.press("enter", "m")


async def test_a_draft_is_shown_filled_in_and_copied(vault: Vault, demo: Path, start: Start) -> None:
    """The fitting message; its blanks are asked for and seen in it; enter copies it and plans `sent?` for today."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        screen = user.screen()
        assert "▌ Check-in" in screen or " Check-in" in screen
        assert "Annika Rowe <annika@rowenutrition.example>" in screen
        assert "Hello from Juniper Hale" in screen
        await user.type("a new group")
        assert "On my side: a new group." in user.screen()
        await user.press("enter")
        assert isinstance(user.app.screen, PartnersScreen)
        assert "Copied. Today asks whether it was sent." in user.told()
        assert user.app.clipboard.startswith("Dear Annika,\n")
        assert "On my side: a new group." in user.app.clipboard
        assert "- [ ] email: sent? Check-in 📅 2026-11-23 ^f-" in path.read_text()
        assert "a new group" not in path.read_text()


async def test_what_is_missing_is_asked_for_and_saved(vault: Vault, demo: Path, start: Start) -> None:
    """A message that needs something personal asks for it, writes it into the note, and then shows the draft."""
    path = demo / "Partners" / "Zoe Lind.md"
    path.write_text("---\ntype: partner\nrole: pediatrician\nstage: found\nemail: zoe@lind.example\n---\n")
    vault.sync()
    async with start(vault, (100, 50)) as user:
        await on(user, "lind")
        assert "Zoe Lind: connection" in user.screen()
        await user.press("enter")
        assert "Something is still missing" in user.screen()
        await user.type("your talk on sleep")
        await user.press("enter")
        assert "connection: your talk on sleep" in path.read_text()
        assert "Dear Zoe" in user.screen() or "Dear Dr" in user.screen()
        assert "your talk on sleep" in user.screen()
        await user.press("enter", "enter")  # the first says that there are blanks
        assert "- [ ] email: sent? Personal email 📅 2026-11-23" in path.read_text()


async def test_no_client_is_copied_from_a_property(vault: Vault, demo: Path, start: Start) -> None:
    """The draft shows what goes out; where it comes from is told."""
    path = demo / "Partners" / "Owen Farraday.md"
    path.write_text(path.read_text().replace("reading and worry", "worry, and our client Rebecca Thornbury"))
    vault.sync()
    async with start(vault, (100, 50)) as user:
        await on(user, "farraday")
        await user.press("end", *["backspace"] * 30)
        await user.type("Personal email")
        assert "our client (client)" in flat(user)
        await user.press("enter", "enter")
        assert "our client (client)" in user.app.clipboard
        assert "Thornbury" not in user.app.clipboard
        told = user.told()
        assert "Client information stays here: neutral words go out in its place" in told
        assert "To see it: Problems." in told


async def test_another_message_can_be_chosen(vault: Vault, demo: Path, start: Start) -> None:
    """The first field names the message; another name shows another draft."""
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        await user.press("shift+tab")
        await user.press("ctrl+u", "end", *["backspace"] * 20)
        await user.type("An article to share")
        assert "An article that made me think of your work" in user.screen()


async def test_what_is_about_a_client_needs_a_release(vault: Vault, demo: Path, start: Start) -> None:
    """A client's code is asked for; without a valid release only the frame is shown, and nothing is planned."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        await user.press("shift+tab", "end", *["backspace"] * 20)
        await user.type("Update about a mutual client")
        assert "The client's code" in user.screen()
        await user.press("tab")
        await user.type("John")
        await user.press("enter")
        assert "Write its code, for example: R-7K3QXM." in user.screen()
        await user.press(*["backspace"] * 4)
        await user.type("R-7K3QXM")
        await user.press("enter")
        assert "a valid release is missing (none is on file), so this is the frame alone" in flat(user)
        assert "(To be written once a release is signed.)" in user.screen()
        await user.press("enter")
        assert "Copied, the frame alone: a valid release is missing." in user.told()
        assert path.read_bytes() == before


async def test_a_draft_that_is_not_fit_is_not_copied(vault: Vault, demo: Path, start: Start) -> None:
    """A promise for a referral in a blank stops it, with the reason; the words stay to be changed."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        await user.type("a referral fee for each client")
        await user.press("enter")
        assert "The draft isn't ready to send" in user.screen()
        assert "▌ a referral fee for each client" in user.screen()
        assert user.app.clipboard == ""
        assert path.read_bytes() == before


async def test_at_forty_columns_a_draft_can_be_made(vault: Vault, demo: Path, start: Start) -> None:
    """A small terminal loses nothing: the fields, the draft by scrolling, and the keys."""
    async with start(vault, (40, 15)) as user:
        await on(user, "rowe")
        await user.type("news")
        assert "enter copy it" in user.screen()
        await user.press("enter")
        assert "email: sent? Check-in" in (demo / "Partners" / "Annika Rowe.md").read_text()


async def test_a_blank_is_told_of_before_it_goes_out(vault: Vault, demo: Path, start: Start) -> None:
    """Enter says what is still to be filled in, and where; filled in it goes, and left so only with another enter."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        blank = "[one line of news, such as an opening or a new group]"
        await user.press("enter")
        assert f"Still to be filled in: {blank}" in flat(user)
        assert not user.app.clipboard
        assert path.read_bytes() == before
        await user.type("a new group")
        assert "Still to be filled in" not in flat(user)
        await user.press("enter")
        assert "On my side: a new group." in user.app.clipboard
        await user.press("m", "enter")
        assert "Still to be filled in" in flat(user)
        await user.press("enter")
        assert blank in user.app.clipboard


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """A desktop whose opener only notes the links; all of them are returned."""
    folder, asked = tmp_path / "bin", tmp_path / "links"
    folder.mkdir()
    for name in ("xdg-open", "open"):
        (folder / name).write_text(
            f"#!{sys.executable}\nimport sys\nopen({str(asked)!r}, 'a').write(sys.argv[1] + '\\n')\n"
        )
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return lambda: asked.read_text() if asked.exists() else ""


async def test_a_draft_is_edited_in_place(vault: Vault, demo: Path, start: Start) -> None:
    """An answer given before or after the edit fills its blank; what is copied is what is seen."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        await user.type("a group")
        await user.press("tab")
        assert isinstance(user.app.focused, TextArea)
        await user.press("ctrl+home")
        await user.type("Hooray, ")
        await user.press("end", "ctrl+j")
        await user.type("It rains")
        await user.press("shift+tab", "end")
        await user.type(" for teens")
        assert "Hooray, Dear Annika" in user.screen()
        assert "On my side: a group for teens." in user.screen()
        await user.press("enter")
        assert user.app.clipboard.startswith("Hooray, Dear Annika,\nIt rains\n")
        assert "On my side: a group for teens." in user.app.clipboard
        assert "Hooray" not in path.read_text()


async def test_ctrl_o_opens_the_mail_program_with_the_draft(
    vault: Vault, demo: Path, start: Start, opened: Callable[[], str]
) -> None:
    """Blanks are asked for first; then it's as if it was copied: Today asks whether it was sent."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault, (80, 24)) as user:
        await on(user, "rowe")
        await user.press("ctrl+o")
        assert "press ctrl+o again to open it as it is" in flat(user)
        assert opened() == ""
        await user.type("a new group")
        await user.press("tab")
        await user.type("Hooray, ")
        await user.press("ctrl+o")
        assert "Opened in your mail program. Today asks whether it was sent." in user.told()
        assert opened().startswith(
            "mailto:annika@rowenutrition.example?subject=Hello%20from%20Juniper%20Hale&body=Hooray%2C%20Dear"
        )
        assert "a%20new%20group" in opened()
        assert user.app.clipboard == ""
        assert "- [ ] email: sent? Check-in" in path.read_text()


async def test_a_client_in_an_edited_draft_is_not_copied(vault: Vault, demo: Path, start: Start) -> None:
    """The guard reads the whole text, not only the blanks."""
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        await user.type("a group")
        await user.press("tab")
        await user.type(" My client Rebecca Thornbury has panic attacks")
        await user.press("enter")
        assert user.app.clipboard == ""
        assert user.app.screen.is_modal


async def test_contact_details_are_copied_or_opened(
    vault: Vault, demo: Path, start: Start, opened: Callable[[], str]
) -> None:
    """Y lists them, the organization's too; enter copies, o opens, and a click on one in the note opens it too."""
    async with start(vault, (120, 35)) as user:
        await user.press("slash")
        await user.type("name:quintal")
        await user.press("enter", "Y")
        screen = user.screen()
        assert "Contact  Beatriz Quintal" in screen
        assert "https://larchstreet.example  organization" in screen
        await user.press("down", "enter")
        assert "Copied: email of Beatriz Quintal." in user.told()
        assert user.app.clipboard == "bquintal@larchstreet.example"
        await user.press("Y", "end", "enter")
        assert user.app.clipboard.startswith("Beatriz Quintal\nschool counselor, Larch Street School\nPhone: ")
        await user.press("Y", "o")
        await user.until(lambda: opened() != "")
        assert opened().startswith("tel:")
        await user.press("escape")
        lines = user.screen().split("\n")
        y = next(number for number, line in enumerate(lines) if "https://larchstreet.example" in line)
        x = lines[y].index("https://")
        style = user.app.screen.get_style_at(x, y)
        assert style.link == "https://larchstreet.example"
        await user.pilot.click(offset=(x, y))
        await user.until(lambda: "https://larchstreet.example\n" in opened())


async def test_without_a_program_a_link_is_copied(
    vault: Vault, demo: Path, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a remote machine; it is said, and nothing is lost."""
    monkeypatch.setenv("PATH", str(tmp_path))
    async with start(vault, (80, 24)) as user:
        await user.press("slash")
        await user.type("name:rowe")
        await user.press("enter", "Y", "o")
        await user.until(lambda: "It is copied." in user.told())
        assert user.app.clipboard.startswith(("mailto:", "tel:"))
        await user.rounds.run_action("app.open_link('file:///etc/passwd')")
        await user.settle()
        assert "This link isn't opened" in user.told()


async def test_an_edited_draft_survives_a_change_of_its_note(vault: Vault, demo: Path, start: Start) -> None:
    """Another program saves the note meanwhile: the answers and the edited text stay."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe")
        await user.type("a group")
        await user.press("tab")
        await user.type("Hooray, ")
        path.write_text(path.read_text().replace("role: dietitian", "role: coach"))
        await user.rounds.sync()
        await user.settle()
        assert "Hooray, Dear Annika" in user.screen()
        await user.press("enter")
        assert user.app.clipboard.startswith("Hooray, Dear Annika,\n")
        assert "On my side: a group." in user.app.clipboard
        assert "role: coach" in path.read_text()
