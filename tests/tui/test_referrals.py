"""Referrals: how they stand, adding one, and whom to refer a client to."""

import re
from pathlib import Path

from textual.widgets import Input

from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.screens.referrals import ReferralsScreen
from rounds.vault.vault import Vault

from .conftest import Start, User

KEY = "4"


def folder(demo: Path) -> set[str]:
    return {path.name for path in demo.joinpath("Referrals").rglob("*.md")}


def partner(user: User) -> str:
    screen = user.app.screen
    assert isinstance(screen, PartnersScreen)
    return screen.subject.name if screen.subject else ""


async def test_open_ones_come_first_with_their_release_beside(vault: Vault, start: Start) -> None:
    """Partner, way, how it stands, for how long; a release that covers nothing is marked by a sign, not by color alone."""
    async with start(vault) as user:
        await user.press(KEY)
        lines = [line.partition("▏")[0].split() for line in user.screen().splitlines()]
        assert lines[2] == ["6", "open"]
        assert lines[4] == ["▌", "to", "Annika", "Rowe", "open", "60", "days"]
        assert lines[5] == ["▌", "started", "·", "R-M5J0DA", "·", "medical", "!", "no", "release"]
        assert ["to", "Priya", "Natarajan", "open", "16", "days"] in lines
        assert ["sent", "·", "R-7K3QXM", "·", "medication", "release", "valid"] in lines
        assert ["scheduled"] in lines
        assert lines.index(["4", "closed"]) > lines.index(["scheduled"])
        assert ["from", "Maria", "Alvarez", "lost,", "closed", "after", "30", "days"] in lines


async def test_the_status_is_one_key_and_a_choice(vault: Vault, demo: Path, start: Start) -> None:
    """`s`, the beginning of a status, enter: the note has it with its day, and the list has it among the closed."""
    async with start(vault) as user:
        await user.press(KEY, "s")
        await user.type("compl")
        await user.press("enter")
        note = (demo / "Referrals" / "2026" / "2026-09-24 out Annika Rowe.md").read_text()
        assert "status: completed\n" in note
        assert "closed: 2026-11-23\n" in note
        assert "Annika Rowe, referred by you: completed, today." in user.told()
        assert "5 open" in user.screen()
        assert "5 closed" in user.screen()


async def test_a_status_that_there_is_not_keeps_the_dialog_open(vault: Vault, demo: Path, start: Start) -> None:
    """Nothing is written; what is known is said. The same status again writes nothing either."""
    note = demo / "Referrals" / "2026" / "2026-09-24 out Annika Rowe.md"
    before = note.read_bytes()
    async with start(vault) as user:
        await user.press(KEY, "s")
        await user.type("gone")
        await user.press("enter")
        assert 'There is no status "gone"' in user.screen()
        await user.press("escape", "escape", "s", "enter")
        assert "started, as it was." in user.told()
    assert note.read_bytes() == before


async def test_add_a_referral(vault: Vault, demo: Path, start: Start) -> None:
    """Partner and way are enough; a code is made on request and belongs into the chart. The list goes to it."""
    before = folder(demo)
    async with start(vault) as user:
        await user.press(KEY, "n")
        await user.type("cyrus")
        await user.press("tab", "tab")
        await user.type("new")
        await user.press("enter")
        added = folder(demo) - before
        assert added == {"2026-11-23 out Cyrus Bellweather.md"}
        note = (demo / "Referrals" / "2026" / added.pop()).read_text()
        assert "direction: out\n" in note
        assert "status: sent\n" in note
        code = note.partition("client: ")[2].split()[0]
        assert f"Note in the chart who {code} stands for" in user.told()
        screen = user.app.screen
        assert isinstance(screen, ReferralsScreen)
        assert screen.subject is not None
        assert screen.subject.name == "2026-11-23 out Cyrus Bellweather"


async def test_one_undo_takes_a_referral_back(vault: Vault, demo: Path, start: Start) -> None:
    """With it goes the id that was written into the partner's note, so that the link outlives a rename."""
    before, note = folder(demo), demo / "Partners" / "Hamish Oduya.md"
    text = note.read_bytes()
    async with start(vault) as user:
        await user.press(KEY, "n")
        await user.type("hamish")
        await user.press("tab", "enter")
        assert folder(demo) - before == {"2026-11-23 out Hamish Oduya.md"}
        assert note.read_bytes() != text
        await user.press("u")
        assert folder(demo) == before
        assert note.read_bytes() == text


async def test_one_that_came_in(vault: Vault, demo: Path, start: Start) -> None:
    """The other way, with a reason and an earlier day."""
    async with start(vault) as user:
        await user.press(KEY, "n")
        await user.type("odette")
        await user.press("tab", "down", "tab", "tab")
        await user.type("ther")
        await user.press("tab")
        await user.type("yesterday")
        await user.press("enter")
        note = (demo / "Referrals" / "2026" / "2026-11-22 in Odette Marsh.md").read_text()
        assert "status: received\n" in note
        assert "reason: therapy\n" in note


async def test_no_name_of_a_client_gets_in(vault: Vault, demo: Path, start: Start) -> None:
    """Guide, line 24: a name or initials are refused with the reason, and the dialog keeps the rest."""
    before = folder(demo)
    async with start(vault) as user:
        await user.press(KEY, "n")
        await user.type("odette")
        await user.press("tab", "tab")
        await user.type("JD")
        await user.press("enter")
        assert "Initials derive from a client's name" in " ".join(user.screen().replace("│", " ").split())
        assert folder(demo) == before


async def test_a_partner_whom_nobody_knows(vault: Vault, start: Start) -> None:
    """Typos are forgiven, strangers are not made up, and several of one name are named."""
    async with start(vault) as user:
        await user.press(KEY, "n", "enter")
        assert "Which partner?" in user.screen()
        await user.type("Zzyzx")
        await user.press("enter")
        assert 'There is nobody named "Zzyzx"' in user.screen()


async def test_namesakes_are_told_apart(vault: Vault, demo: Path, start: Start) -> None:
    """Two of one name are offered with where they work or what they are; the bare name is not guessed at."""
    before = folder(demo)
    async with start(vault) as user:
        await user.press(KEY, "n")
        await user.type("sam lee")
        await user.press("enter")
        assert '"sam lee" could be one of 2' in user.screen()
        assert folder(demo) == before
        await user.type(" (rose")
        await user.press("tab", "enter")
        assert folder(demo) - before == {"2026-11-23 out Sam Lee (Rose City Pediatrics).md"}


async def test_match_ranks_by_need_with_reasons_and_enter_goes_to_the_partner(vault: Vault, start: Start) -> None:
    """Guide, line 26: what fits, what is not known, what doesn't fit; more than one name."""
    async with start(vault) as user:
        await user.press(KEY, "m")
        await user.type("psychiatrist")
        await user.press("tab")
        await user.type("adhd")
        await user.press("tab")
        await user.type("9")
        await user.press("enter")
        screen = user.screen()
        assert "2 partners. Give the client more than one name; the choice is theirs." in screen
        assert screen.index("Priya Natarajan") < screen.index("Odette Marsh")
        assert "+ ADHD" in screen
        assert "- age 9: no, but adults" in screen
        assert "? has a waitlist" in screen
        await user.press("down", "enter")
        assert partner(user) == "Odette Marsh"


async def test_a_match_can_be_referred_to_at_once(vault: Vault, demo: Path, start: Start) -> None:
    """`n` writes the referral, and the list is there for another one; escape leads back to the need, and then all of it
    is forgotten: the next client is another.
    """
    async with start(vault) as user:
        await user.press(KEY, "m")
        await user.type("psychiatrist")
        await user.press("enter", "n", "enter")
        assert "2026-11-23 out Priya Natarajan.md" in folder(demo)
        assert "Give the client more than one name" in user.screen()
        await user.press("escape")
        assert "Find partners for a client" in user.screen()
        assert "psychiatrist" in [field.value for field in user.app.screen.query(Input)]
        await user.press("escape", "escape", "m")
        assert not [field.value for field in user.app.screen.query(Input) if field.value]


async def test_a_need_that_nobody_fits_or_that_says_nothing(vault: Vault, start: Start) -> None:
    """The form stays open and says what to do."""
    async with start(vault) as user:
        await user.press(KEY, "m", "enter")
        assert "What does the client need?" in user.screen()
        await user.type("psychiatrst")
        await user.press("enter")
        assert "Did you mean psychiatrist?" in user.screen()
        await user.press("tab", "tab")
        await user.type("nine")
        await user.press("enter")
        assert '"nine" isn\'t an age in years' in user.screen()


async def test_enter_goes_to_the_partner_and_v_shows_the_note(vault: Vault, start: Start) -> None:
    """At 40x15 too."""
    async with start(vault, (40, 15)) as user:
        await user.press(KEY, "v")
        assert "2026-09-24 out Annika Rowe" in user.screen()
        await user.press("v", "enter")
        assert partner(user) == "Annika Rowe"


async def test_no_referrals_yet(empty: Vault, start: Start) -> None:
    """The empty list says what to do first, and no key does harm."""
    async with start(empty) as user:
        await user.press(KEY)
        assert "No referrals yet." in user.screen()
        assert "Press n to write down a referral" in user.screen()
        await user.press("s", "enter", "v")
        assert "There is no referral yet." in user.told()


async def test_the_note_of_a_referral_says_who_referred(vault: Vault, start: Start) -> None:
    """In words, not as the property has it; so does the form of its status."""
    async with start(vault, (160, 40)) as user:
        await user.press(KEY)
        assert re.search(r"referred +(?:by|to) you", user.screen())
        assert "direction" not in user.screen()
        await user.press("s")
        assert re.search(r", referred (?:by|to) you", user.screen())
