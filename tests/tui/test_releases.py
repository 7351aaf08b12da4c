"""The register of releases (guide, lines 19, 20 and 25): from Referrals and from a partner."""

import re
from pathlib import Path

import pytest

from rounds.tui.dialogs.referrals import AddRelease, Revoke
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.screens.referrals import ReferralsScreen
from rounds.vault.vault import Vault

from .conftest import Start
from .test_month import flat, on
from .test_unsaved import kept

NEW = "Releases/2026-11-20 Annika Rowe.md"


def folder(demo: Path) -> set[str]:
    return {path.name for path in (demo / "Releases").glob("*.md")}


async def test_all_are_listed_from_referrals(vault: Vault, start: Start) -> None:
    """What ends soon first, with dates and scope; a register and no legal advice."""
    async with start(vault, (80, 34)) as user:
        await user.press("4", "L")
        text = flat(user)
        assert "Ingrid Solheim R-PQ2N8Y · expiring signed 2025-12-11, until 2026-12-11" in text
        assert "may share: attendance, progress" in text
        order = [text.index(word) for word in ("· expiring", "· valid", "· expired", "· revoked")]
        assert order == sorted(order)
        assert "This is a register of dates, not legal advice" in text
        await user.press("enter")
        screen = user.app.screen
        assert isinstance(screen, PartnersScreen)
        await user.until(lambda: screen.subject is not None and screen.subject.name == "Ingrid Solheim")


async def test_add_one_for_the_referral_under_the_cursor(vault: Vault, demo: Path, start: Start) -> None:
    """Partner and client are filled in, and what a valid authorization has stands below; then the referral has it."""
    async with start(vault, (100, 50)) as user:
        await user.press("4")
        assert "! no release" in user.screen()
        await user.press("L", "n")
        assert isinstance(user.app.screen, AddRelease)
        assert "A valid authorization has (45 CFR 164.508(c)):" in flat(user)
        assert "statements: it can be revoked" in flat(user)
        await user.type("20 nov")
        await user.press("tab")
        await user.type("20 nov 2027")
        await user.press("tab", "tab")
        await user.type("progress, medication")
        await user.press("enter")
        assert "On file: a release for Annika Rowe." in user.told()
        text = (demo / NEW).read_text()
        assert "client: R-M5J0DA\nsigned: 2026-11-20\nexpires: 2027-11-20\n" in text
        assert "scope:\n  - progress\n  - medication\n" in text
        screen = user.app.screen
        assert isinstance(screen, ReferralsScreen)
        assert screen.listing.filed is not None
        assert screen.listing.filed.release_words == "release valid"
        await user.press("u")
        assert not (demo / NEW).exists()


async def test_from_a_partner(vault: Vault, demo: Path, start: Start) -> None:
    """Only theirs are shown, and a new one is about them, with a code that is made for the chart."""
    before = folder(demo)
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe", "L")
        assert "No release is on file. n adds one that was signed." in flat(user)
        await user.press("n")
        await user.type("new")
        await user.press("tab")
        await user.type("today")
        await user.press("tab", "tab")
        await user.type("end of treatment")
        await user.press("tab")
        await user.type("progress")
        await user.press("enter")
        (name,) = folder(demo) - before
        assert name == "2026-11-23 Annika Rowe.md"
        text = (demo / "Releases" / name).read_text()
        assert "expires_event: end of treatment\n" in text
        code = text.partition("client: ")[2].split()[0]
        assert f"Note in the chart who {code} stands for" in user.told()
        await user.press("L")
        assert f"{code} valid signed 2026-11-23, until end of treatment" in flat(user)


async def test_what_is_missing_or_wrong_is_said(vault: Vault, demo: Path, start: Start) -> None:
    """A name is refused without being repeated; no end, no scope, an end before the signature. Nothing is written or kept."""
    before = folder(demo)
    async with start(vault, (100, 50)) as user:
        await on(user, "rowe", "L", "n", "enter")
        assert "Which client?" in flat(user)
        await user.type("John Smith")
        await user.press("tab")
        await user.type("today")
        await user.press("enter")
        assert "What may be shared?" in flat(user)
        await user.type("progres, health")
        await user.press("enter")
        assert 'There is no scope "progres"' in flat(user)
        await user.press("ctrl+u", *["backspace"] * 20)
        await user.type("progress")
        await user.press("enter")
        assert "A release ends on a day or with an event" in flat(user)
        await user.press("shift+tab", "shift+tab")
        await user.type("1 jan 2026")
        await user.press("enter")
        assert "A release is signed first and ends later" in flat(user)
        await user.press("ctrl+u", *["backspace"] * 20)
        await user.type("1 jan 2028")
        await user.press("enter")
        message = user.screen().partition("May share")[2].partition("A valid authorization")[0]
        assert "code" in message
        assert "John" not in message
        assert kept(vault) == []
    assert folder(demo) == before


@pytest.mark.parametrize("size", [(80, 24), (40, 15)])
async def test_the_first_field_that_is_missing_has_the_focus(
    vault: Vault, demo: Path, start: Start, size: tuple[int, int]
) -> None:
    """What is missing is asked for, and nothing else; it is typed at once, and seen."""
    before = folder(demo)
    async with start(vault, size) as user:
        await on(user, "rowe", "L", "n", "tab", "enter")
        assert "Which client?" in flat(user)
        await user.type("new")
        assert re.search(r"Client +▌ new", user.screen())
        await user.press("enter")
        assert "When was it signed?" in flat(user)
        await user.type("today")
        assert re.search(r"Signed +▌ today", user.screen())
        await user.press("enter")
        assert "What may be shared?" in flat(user)
        await user.type("progress")
        await user.press("enter")
        assert "A release ends on a day or with an event" in flat(user)
        await user.press("shift+tab")
        await user.type("end of treatment")
        await user.press("enter")
        assert "On file: a release for Annika Rowe." in user.told()
    assert len(folder(demo) - before) == 1


async def test_that_one_was_revoked(vault: Vault, demo: Path, start: Start) -> None:
    """Since when; one that is revoked already says so."""
    async with start(vault, (80, 30)) as user:
        await on(user, "priya", "L", "x")
        assert isinstance(user.app.screen, Revoke)
        await user.press("enter")
        assert "Priya Natarajan, R-7K3QXM: revoked, today." in user.told()
        (path,) = [path for path in (demo / "Releases").glob("*.md") if "R-7K3QXM" in path.read_text()]
        assert "revoked: 2026-11-23\n" in path.read_text()
        await user.press("L", "x", "enter")
        assert "is revoked already, since 2026-11-23" in flat(user)


async def test_the_words_for_the_client(vault: Vault, empty: Vault, start: Start) -> None:
    """Guide, line 27: when and why care is coordinated, from the playbook; where the note is gone, that is said."""
    async with start(vault, (80, 24)) as user:
        await user.press("4", "L", "w")
        assert "Clients should know when you talk with other professionals, and why" in flat(user)
        await user.press("w")
        assert isinstance(user.app.screen, ReferralsScreen)
    async with start(empty, (80, 24)) as user:
        await user.press("4", "L", "w")
        assert "There is no note named Coordinating care in the playbook." in user.told()


async def test_none_yet(empty: Vault, start: Start) -> None:
    """From Referrals without any: the key for the first, whose partner is asked for."""
    async with start(empty, (80, 24)) as user:
        await user.press("4", "L")
        assert "No release is on file. n adds one that was signed." in flat(user)
        await user.press("n", "enter")
        assert "Which partner?" in flat(user)
        await user.press("escape")
        await user.press("2", "L")
        assert "Choose somebody first." in user.told()


async def test_at_forty_columns_a_release_can_be_added(vault: Vault, demo: Path, start: Start) -> None:
    """A small terminal scrolls to the field that has the focus."""
    async with start(vault, (40, 15)) as user:
        await on(user, "rowe", "L", "n")
        await user.type("new")
        await user.press("tab")
        await user.type("today")
        await user.press("tab")
        await user.type("in 1 year")
        await user.press("tab", "tab")
        await user.type("progress")
        assert "progress" in user.screen()
        await user.press("enter")
        assert (demo / "Releases/2026-11-23 Annika Rowe.md").exists()
