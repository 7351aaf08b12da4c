"""Whom to contact next, who could introduce you, and the words to have ready (guide, lines 5, 9, 12 and 13)."""

import re
from pathlib import Path

import pytest
from textual.widgets import Input

from rounds.tui.dialogs.draft import DraftMessage
from rounds.tui.dialogs.outreach import IntroductionRequest
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.screens.today import TodayScreen
from rounds.vault.note_files import add
from rounds.vault.set_properties import Setting
from rounds.vault.vault import Vault

from .conftest import Start, User

ESME = "Partners/Esme Larkspur.md"


async def on(user: User, name: str, *keys: str) -> None:
    await user.press("slash")
    await user.type(f"name:{name}")
    await user.press("enter", *keys)


def flat(user: User) -> str:
    """What is on the screen, or in its dialog, on one line and without frames and scroll bars."""
    over = [*user.app.screen.query("#dialog, #sheet")]
    lines = user.screen().split("\n")
    if over:
        region = over[0].region
        lines = [line[region.x : region.right - 1] for line in lines[region.y : region.bottom]]
    return " ".join(re.sub("[│╭╮╰╯─▌▁-▇]", " ", "\n".join(lines)).split())


async def test_whom_to_contact_next_with_reason_and_channel(vault: Vault, demo: Path, start: Start) -> None:
    """Three, each with the best way and why; enter puts one on this month, and they are suggested no more."""
    async with start(vault, (80, 24)) as user:
        await user.press("N")
        assert "Raymond Oxley by warm introduction" in flat(user)
        words = "no internist met yet (Every practice); Nell Applewhite could introduce you; not tried yet"
        assert words in flat(user)
        assert "November: 8 new partners contacted, the goal is 3." in flat(user)
        assert "Esme Larkspur by warm introduction" in flat(user)
        await user.press("down", "enter")
        assert isinstance(user.app.screen, TodayScreen)
        assert "Esme Larkspur is on this month." in user.told()
        assert "- 2026-11-23 chosen: Tamsin Achebe could introduce you; not tried yet" in (demo / ESME).read_text()
        await user.press("N")
        assert "Esme Larkspur" not in flat(user)


async def test_one_undo_takes_the_choice_back(vault: Vault, demo: Path, start: Start) -> None:
    """As after any other change."""
    before = (demo / ESME).read_bytes()
    async with start(vault) as user:
        await user.press("N", "down", "enter", "u")
    assert (demo / ESME).read_bytes() == before


async def test_from_a_suggestion_on_to_what_is_done_about_it(vault: Vault, start: Start) -> None:
    """m drafts, I shows who could introduce you, w goes to the partner, escape does nothing."""
    async with start(vault) as user:
        await user.press("N", "m")
        assert isinstance(user.app.screen, DraftMessage)
        assert user.app.screen.about == "Raymond Oxley"
        await user.press("escape", "N", "I")
        assert "Nell Applewhite and Raymond Oxley" in flat(user)
        await user.press("escape", "N", "escape")
        assert isinstance(user.app.screen, TodayScreen)
        await user.press("N", "w")
        screen = user.app.screen
        assert isinstance(screen, PartnersScreen)
        assert screen.subject is not None
        assert screen.subject.name == "Raymond Oxley"


async def test_nobody_to_suggest(empty: Vault, start: Start) -> None:
    """An empty vault says where to look, and offers no key that would do nothing."""
    async with start(empty, (80, 24)) as user:
        await user.press("N")
        assert "Nobody new is waiting. Gaps shows where to look, and n adds somebody." in flat(user)
        assert "this month" not in flat(user)
        await user.press("enter", "w", "escape")
        assert isinstance(user.app.screen, TodayScreen)


async def test_the_bar_of_the_month_names_the_key_while_somebody_is_wanted(empty: Vault, start: Start) -> None:
    """With the key that config.toml gives; once enough are chosen, it is not named any more."""
    add(empty, "Zoe Ito", [Setting("stage", "=", "found")])
    empty.sync()
    with open(f"{empty.root}/rounds.toml", "a") as settings:  # noqa: ASYNC230 - before the app runs
        settings.write("[month]\ngoal = 1\n")
    async with start(empty, (80, 24)) as user:
        assert "0 of 1 new partner contacted N contact next" in flat(user)
        await user.pilot.resize_terminal(50, 15)
        await user.settle()
        assert "0 new, goal 1 N contact next" in flat(user)
        await user.press("N", "enter")
        assert "Zoe Ito is on this month." in user.told()
        assert "contact next" not in flat(user)


async def test_who_could_introduce_and_the_request(vault: Vault, demo: Path, start: Start) -> None:
    """The warmest first, with what ties people; the request greets by the first name, and is copied, never sent.

    Today asks whether it was sent, and with the answer, the log says who was asked.
    """
    async with start(vault, (100, 40)) as user:
        await on(user, "esme", "I")
        assert "Tamsin Achebe last contact yesterday Tamsin Achebe and Esme Larkspur work at the same place" in flat(
            user
        )
        await user.press("enter")
        assert "Tamsin Achebe <tamsin@willowlane.example>" in flat(user)
        assert "Dear Tamsin, Could you introduce me to Esme Larkspur" in flat(user)
        await user.press("enter")
        assert "Copied. Today asks whether it was sent." in user.told()
        assert user.app.clipboard.startswith("Dear Tamsin,\n")
        text = (demo / ESME).read_text()
        assert "- [ ] intro: asked [[Tamsin Achebe]] to introduce us? 📅 2026-11-23" in text
        await user.press("u")
        assert "Tamsin" not in (demo / ESME).read_text()


async def test_that_somebody_was_asked(vault: Vault, demo: Path, start: Start) -> None:
    """One key, as `rounds intro --asked`: the log alone. Another one says that it worked."""
    async with start(vault, (80, 24)) as user:
        await on(user, "esme", "I", "a")
        assert "Noted for Esme Larkspur: you asked Tamsin Achebe to introduce you." in user.told()
        assert "- 2026-11-23 intro: asked [[Tamsin Achebe]] to introduce us" in (demo / ESME).read_text()
        assert '"[[Tamsin Achebe]]"' not in (demo / ESME).read_text()
        await user.press("I", "i")
        assert "Noted for Esme Larkspur: Tamsin Achebe introduced you." in user.told()
        assert '- "[[Tamsin Achebe]]"\n' in (demo / ESME).read_text()


async def test_whom_nobody_knows_and_who_is_known(vault: Vault, demo: Path, start: Start) -> None:
    """Both are said, kindly; an organization is none of them."""
    (demo / "Partners/Zoe Ito.md").write_text("---\ntype: partner\nstage: found\n---\n")
    vault.sync()
    async with start(vault, (80, 24)) as user:
        await on(user, "zoe", "I")
        assert "Nobody you are in touch with seems to know them." in flat(user)
        assert "draft the request" not in flat(user)
        await user.press("enter", "escape")
        await on(user, "maria", "I")
        assert "You know Maria Alvarez yourself; the stage is active." in flat(user)


async def test_a_request_that_was_left_is_offered_again(vault: Vault, demo: Path, start: Start) -> None:
    """With whom it is about and who could introduce."""
    message = demo / "Playbook/Messages/Request for a warm introduction.md"
    message.write_text(message.read_text() + "\n[how we met]\n")
    vault.sync()
    async with start(vault, (100, 40)) as user:
        await on(user, "esme", "I", "enter")
        await user.type("at the clinic")
        folder = Path(vault.data, "unsaved")
        await user.until(lambda: any("at the clinic" in file.read_text() for file in folder.glob("*")))
        user.rounds.session.unsaved.close()
    async with start(vault, (100, 40)) as user:
        assert "at the clinic" in user.screen()
        await user.press("enter")
        screen = user.app.screen
        assert isinstance(screen, IntroductionRequest)
        assert screen.subject == "Partners/Tamsin Achebe.md"
        assert [field.value for field in screen.query("#asked Input").results(Input)] == ["at the clinic"]
        await user.press("enter")
        assert user.app.clipboard.rstrip().endswith("at the clinic")


async def test_the_words_of_a_call_and_for_an_event(vault: Vault, demo: Path, start: Start) -> None:
    """From the sheet, m offers the call script and the event's words before the mails; an event plans nothing."""
    path = demo / "Partners/Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault, (100, 40)) as user:
        await on(user, "rowe", "p")
        assert "m words for a call or an event" in flat(user)
        await user.press("m")
        assert "Words for Annika Rowe" in flat(user)
        assert "enter choose escape leave" in flat(user)
        assert "Call script for a call Introduction at an event for an event A lunch talk at a practice email" in flat(
            user
        )
        await user.press("down", "enter")
        assert "**" not in user.screen()
        assert "Who you are: \"I'm Juniper Hale, a therapist here in town" in flat(user)
        await user.press("enter")
        assert "Copied, to have at hand. Afterwards, l logs the people you met." in user.told()
        assert user.app.clipboard.startswith("Who you are: ")
        assert path.read_bytes() == before
        await user.press("p", "m", "enter", "enter")
        assert "Copied. Today asks whether it was made." in user.told()
        assert "- [ ] call: made? Call script 📅 2026-11-23" in path.read_text()


async def test_words_without_a_playbook(empty: Vault, start: Start) -> None:
    """It is said where the messages are."""
    add(empty, "Zoe Ito", [])
    empty.sync()
    (Path(empty.root) / "Practice.md").write_text("---\ntype: practice\n---\n")
    empty.sync()
    async with start(empty, (80, 24)) as user:
        await user.press("2", "p", "m")
        assert "There are no messages in the playbook. Each is a note in Playbook/Messages." in user.told()


async def test_an_organization_is_no_partner(vault: Vault, start: Start) -> None:
    """A reminder of Today may be an organization's: introductions and releases are for somebody there."""
    async with start(vault, (80, 24)) as user:
        await user.press("h", "end")
        screen = user.app.screen
        assert isinstance(screen, TodayScreen)
        for _ in range(60):
            if screen.subject is not None and screen.subject.path.startswith("Organizations/"):
                break
            await user.press("up")
        await user.press("I", "L")
        assert "isn't a partner\nChoose one there." in user.told()
        assert "isn't a partner\nReleases are for partners: choose one." in user.told()


@pytest.mark.parametrize(
    ("keys", "words"), [("N", ["enter this month", "escape leave"]), ("I", ["a I asked", "escape leave"])]
)
async def test_at_forty_columns_every_key_is_named(vault: Vault, start: Start, keys: str, words: list[str]) -> None:
    """The keys take as many lines as they need; the list scrolls."""
    async with start(vault, (40, 15)) as user:
        await on(user, "esme", keys)
        assert all(each in flat(user) for each in words)
