"""Stages: the board, and how cards are moved on it."""

import asyncio
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from rounds.domain.partner_referral_release import STAGES
from rounds.errors import RoundsError
from rounds.tui.screens.stages import StagesScreen
from rounds.tui.widgets.board import StageColumn, StageTabs
from rounds.tui.widgets.preview import Preview
from rounds.vault.list_search import by_stage
from rounds.vault.vault import Vault
from vault.notes import entries

from .conftest import Start, User

KEY = "3"
STRANGE = "Leopold Finch"


def board(user: User) -> StagesScreen:
    screen = user.app.screen
    assert isinstance(screen, StagesScreen)
    return screen


def name(user: User) -> str:
    subject = board(user).subject
    return subject.name if subject else ""


def note(demo: Path, who: str) -> str:
    return (demo / "Partners" / f"{who}.md").read_text()


def in_sight(user: User) -> list[str]:
    """The stages of the columns that are wholly on the screen."""
    screen = board(user)
    return [each.stage for each in screen.query(StageColumn) if screen.region.contains_region(each.region)]


async def test_every_stage_has_a_column_with_its_partners_and_their_number(vault: Vault, start: Start) -> None:
    """In the order of the stages; all of them are in sight where there is room."""
    async with start(vault, (160, 45)) as user:
        await user.press(KEY)
        assert [column.stage for column in board(user).columns] == list(STAGES)
        heads = user.screen().splitlines()[2].split()
        assert heads == [
            "Found", "12", "Contacted", "7", "Met", "6", "Active", "12", "Resting", "2", "Not", "a", "fit", "2",
        ]  # fmt: skip
        assert in_sight(user) == list(STAGES)
        assert "Zadie Quill" in user.screen()


def test_a_stage_that_is_none_counts_as_found(empty: Vault) -> None:
    """As for the gaps: a typo hides nobody."""
    folder = Path(empty.root, "Partners")
    folder.mkdir()
    for who, stage in (("Ada", "actve"), ("Ben", ""), ("Cyd", "met")):
        (folder / f"{who}.md").write_text(f"---\ntype: partner\nstage: {stage}\n---\n")
    empty.sync()
    names = {entry.key: entry.name for entry in entries(empty, "n.type = 'partner'")}
    found = {stage: [names[key] for key in keys] for stage, keys in by_stage(empty).items()}
    assert found == {"found": ["Ada", "Ben"], "contacted": [], "met": ["Cyd"], "active": [], "resting": [],
                     "not a fit": []}  # fmt: skip


async def test_greater_and_less_move_the_card_and_the_cursor_with_it(vault: Vault, demo: Path, start: Start) -> None:
    """The stage in the note changes, and what each save keeps up; the move is told and can be undone."""
    before = note(demo, "Colette Umar")
    async with start(vault) as user:
        await user.press(KEY, "tab", "down")
        assert name(user) == "Colette Umar"
        await user.press("greater_than_sign")
        new = set(note(demo, "Colette Umar").splitlines()) - set(before.splitlines())
        assert {line for line in new if not line.startswith("id: ")} == {"stage: met", "last_contact: 2026-11-09"}
        assert "Colette Umar: stage is now met." in user.told()
        assert board(user).listing.stage == "met"
        assert name(user) == "Colette Umar"
        await user.press("greater_than_sign", "greater_than_sign")
        assert "stage: resting\n" in note(demo, "Colette Umar")
        await user.press("less_than_sign", "less_than_sign")
        assert "stage: met\n" in note(demo, "Colette Umar")
        await user.press("u")
        assert "stage: active\n" in note(demo, "Colette Umar")


async def test_right_and_left_look_at_the_column_beside(vault: Vault, start: Start) -> None:
    """As far down on the screen as the cursor was, where there are so many; at the ends it stays."""
    async with start(vault, (160, 45)) as user:
        await user.press(KEY, "left", "down", "down", "right")
        assert (board(user).listing.stage, board(user).listing.cursor) == ("contacted", 2)
        assert board(user).listing.has_focus
        await user.press(*["right"] * 5)
        assert (board(user).listing.stage, board(user).listing.cursor) == ("not a fit", 1)
        await user.press("left")
        assert (board(user).listing.stage, board(user).listing.cursor) == ("resting", 1)


async def test_keys_that_come_quickly_move_it_as_often(
    vault: Vault, demo: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key is lost, also where a save takes longer than keys wait for it."""
    save, writing, may_write = Vault.save, Event(), Event()

    def slow(*given: Any) -> bool:
        writing.set()
        may_write.wait(20)
        return save(*given)

    async with start(vault) as user:
        await user.press(KEY, "tab", "down")
        monkeypatch.setattr(Vault, "save", slow)
        await user.pilot.press("greater_than_sign")
        assert await asyncio.to_thread(writing.wait, 20)
        board(user).action_forward()
        board(user).action_forward()
        may_write.set()
        await user.settle()
        assert "stage: resting\n" in note(demo, "Colette Umar")
        assert board(user).listing.stage == "resting"
        assert name(user) == "Colette Umar"


async def test_there_is_nothing_before_the_first_and_after_the_last(vault: Vault, demo: Path, start: Start) -> None:
    """At the ends, a card stays."""
    before = {path.name: path.read_bytes() for path in (demo / "Partners").iterdir()}
    async with start(vault) as user:
        await user.press(KEY, "less_than_sign", *["tab"] * 5, "greater_than_sign")
        assert board(user).listing.stage == "not a fit"
    assert {path.name: path.read_bytes() for path in (demo / "Partners").iterdir()} == before


async def test_at_80_columns_three_are_in_sight_and_the_others_scroll_in(vault: Vault, start: Start) -> None:
    """Whole columns only, with those before and after the one in use; at 40 columns it is one."""
    async with start(vault, (80, 24)) as user:
        await user.press(KEY)
        assert in_sight(user) == ["found", "contacted", "met"]
        await user.press("tab", "tab", "tab")
        await user.until(lambda: in_sight(user) == ["met", "active", "resting"])
        await user.pilot.resize_terminal(40, 24)
        await user.until(lambda: in_sight(user) == ["active"])
    async with start(vault, (40, 15)) as user:
        await user.press(KEY)
        assert in_sight(user) == ["found"]
        await user.press("tab")
        await user.until(lambda: in_sight(user) == ["contacted"])


async def test_a_stage_that_was_changed_meanwhile_is_not_overwritten(vault: Vault, demo: Path, start: Start) -> None:
    """What somebody else has just written counts; it is told, and the card goes where the note says."""
    path = demo / "Partners" / "Colette Umar.md"
    async with start(vault) as user:
        await user.press(KEY, "tab", "down")
        path.write_text(path.read_text().replace("stage: contacted", "stage: resting"))
        await user.press("greater_than_sign")
        assert "changed by another program meanwhile" in user.told()
        assert "stage: resting\n" in path.read_text()
        await user.press("r", "down")
        assert name(user) == "Harriet Bloom"


async def test_a_note_that_cannot_be_written_says_why(
    vault: Vault, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card stays, and the keys go on working."""

    def refused(*_: object) -> bool:
        raise RoundsError("The disk is full")

    async with start(vault) as user:
        await user.press(KEY)
        with monkeypatch.context() as patch:
            patch.setattr(Vault, "save", refused)
            await user.press("greater_than_sign")
        assert "The disk is full" in user.told()
        assert (board(user).listing.stage, name(user)) == ("found", "Esme Larkspur")
        await user.press("greater_than_sign")
        assert (board(user).listing.stage, name(user)) == ("contacted", "Esme Larkspur")


async def test_what_can_be_done_with_a_partner_can_be_done_here(vault: Vault, demo: Path, start: Start) -> None:
    """Log, view and the rest, for the card under the cursor."""
    async with start(vault) as user:
        await user.press(KEY, "tab", "l")
        await user.type("call")
        await user.press("enter")
        assert "- 2026-11-23 call" in note(demo, "Bao Fennimore")
        await user.press("v")
        assert "What happened" in user.screen()
        await user.press("escape")
        assert board(user).listing.has_focus


async def test_nobody_yet(empty: Vault, start: Start) -> None:
    """The empty board says what to do first, and no key does harm."""
    async with start(empty) as user:
        await user.press(KEY, "greater_than_sign", "l")
        assert "Press n to add the first partner." in user.screen()
        assert "Choose somebody first." in user.told()


async def test_a_stage_that_is_none_has_a_mark_and_words(vault: Vault, demo: Path, start: Start) -> None:
    """It stands under Found, and says why; moved from there it is told what it was, and one undo brings that back."""
    before = note(demo, STRANGE)
    assert "stage: actve\n" in before
    async with start(vault, (100, 50)) as user:
        await user.press(KEY)
        assert f"! {STRANGE} " in user.screen()
        assert "no such stage: actve" in user.screen()
        while name(user) != STRANGE:
            await user.press("down")
        assert f"▌ {STRANGE} " in user.screen()
        assert "▌ no such stage: actve" in user.screen()
        await user.press("greater_than_sign")
        assert "stage: contacted\n" in note(demo, STRANGE)
        assert f"{STRANGE}: stage is now contacted." in user.told()
        assert 'It was "actve", which isn\'t a stage. u takes that back.' in user.told()
        assert "no such stage" not in user.screen()
        await user.press("u")
        assert note(demo, STRANGE) == before


async def test_the_preview_says_that_a_stage_is_none(vault: Vault, start: Start) -> None:
    """With where the partner stands meanwhile, and where it is mended."""
    async with start(vault, (160, 45)) as user:
        await user.press("2", "slash")
        await user.type("name:leopold")
        await user.press("enter")
        shown = " ".join(user.app.screen.query_one(Preview).text.split())
        assert '! "actve" isn\'t a stage, so this partner is shown under found; see Problems.' in shown


def tabs(user: User) -> str:
    """The line of all stages; empty where there is none."""
    strip = board(user).query_one(StageTabs)
    return str(strip.render()).rstrip() if strip.display else ""


async def test_at_80_columns_all_stages_are_named_and_reached(vault: Vault, start: Start) -> None:
    """With their numbers, a mark at the one in use and arrows where more are; by keys and by a click."""
    async with start(vault, (80, 24)) as user:
        await user.press(KEY)
        assert tabs(user) == "   ▸Found 12   Contacted 7   Met 6   Active 12   Resting 2   Not a fit 2 ›"
        for stage in STAGES[1:]:
            await user.press("right")
            await user.until(lambda stage=stage: f"▸{stage[:1].upper()}{stage[1:]} " in tabs(user))  # type: ignore[misc]
            assert board(user).listing.stage == stage
        await user.until(lambda: tabs(user).startswith("‹") and "›" not in tabs(user))
        assert in_sight(user)[-1] == "not a fit"
        strip = board(user).query_one(StageTabs)
        await user.pilot.click(StageTabs, offset=(str(strip.render()).index("Contacted") + 2, 0))
        await user.until(lambda: "contacted" in in_sight(user))
        assert board(user).listing.stage == "contacted"


@pytest.mark.parametrize(("width", "shown"), [(50, "Contacted"), (30, "Con"), (24, "Con"), (40, "Con"), (160, "")])
async def test_the_stages_fit_into_any_width(vault: Vault, start: Start, width: int, shown: str) -> None:
    """First without the numbers, then with three letters each; where all columns fit, there is no such line."""
    async with start(vault, (width, 24)) as user:
        await user.press(KEY)
        assert len(tabs(user)) <= width - 2
        assert shown in tabs(user)
        assert bool(tabs(user)) == bool(shown)


async def test_a_moved_card_is_counted_above(vault: Vault, demo: Path, start: Start) -> None:
    """The numbers follow the notes."""
    async with start(vault, (80, 24)) as user:
        await user.press(KEY, "greater_than_sign")
        await user.until(lambda: "Found 11 " in tabs(user) and "▸Contacted 8 " in tabs(user))
