"""Today: what it lists, and what can be done from it."""

from pathlib import Path

from rounds.formats.document import Document
from rounds.tui.screens.today import TodayScreen
from rounds.tui.widgets.todaylist import FOLD
from rounds.vault.vault import Vault

from .conftest import Start


def read(demo: Path, name: str) -> str:
    return (demo / "Partners" / f"{name}.md").read_text()


async def test_five_things_matter_and_the_rest_is_folded(vault: Vault, start: Start) -> None:
    """Each with partner, what, why and since when; the rest waits under one line until asked for."""
    async with start(vault) as user:
        screen = user.screen()
        assert "Beatriz Quintal" in screen
        assert "Say thank you" in screen
        assert "since 21 Nov" in screen
        assert "you met on 20 Nov" in screen
        assert "▸ No hurry" in screen
        assert "Rosalind Pike" not in screen
        await user.press("h")
        assert "▾ No hurry" in user.screen()
        assert "Rosalind Pike" in user.screen()


async def test_the_lists_are_those_of_the_agenda(vault: Vault, start: Start) -> None:
    """What is shown first is what the agenda says matters, in its order and up to its cap."""
    from rounds.vault.agenda import today_list

    due, waiting = today_list(vault)
    async with start(vault) as user:
        await user.press("h")
        listing = user.app.screen.query_one("#today")
        assert [r.uid for r in user.rounds.desk.agenda.due] == [r.uid for r in due]
        assert list(getattr(listing, "_identities")) == [  # noqa: B009
            None, *(r.uid for r in due), FOLD, *(r.uid for r in waiting)
        ]  # fmt: skip


async def test_space_ticks_a_written_follow_up(vault: Vault, demo: Path, start: Start) -> None:
    """A follow-up that somebody wrote is done with one key; its line is ticked and nothing else changes."""
    before = read(demo, "Dana Whitlock")
    line = next(line for line in before.splitlines() if "before clinic" in line)
    async with start(vault) as user:
        await user.press("down", "space")
        after = read(demo, "Dana Whitlock")
        assert line not in after.splitlines()
        assert any("before clinic" in new and new.startswith("- [x]") for new in after.splitlines())
        assert "Done: Coffee: at Two Rivers, before clinic, Dana Whitlock." in user.told()
        assert "before clinic" not in user.screen().partition("No hurry")[0].partition("What is next")[0]


async def test_done_on_a_derived_reminder_asks_for_the_touch(vault: Vault, demo: Path, start: Start) -> None:
    """A thank-you is done by logging it: the dialog opens with the kind filled in and the cursor in the text."""
    async with start(vault) as user:
        await user.press("d")
        assert "Say thank you" in user.screen()
        await user.type("a card with a pressed leaf")
        await user.press("enter")
        assert "- 2026-11-23 thanks: a card with a pressed leaf" in read(demo, "Beatriz Quintal").splitlines()
        assert "Logged for Beatriz Quintal: thanks, today." in user.told()
        assert isinstance(user.app.screen, TodayScreen)


async def test_later_takes_a_preset_or_words(vault: Vault, demo: Path, start: Start) -> None:
    """Put off until next week with two keys, or until any day in words."""
    async with start(vault) as user:
        await user.press("t", "down", "enter")
        assert "- 2026-11-23 later thanks: 2026-11-30" in read(demo, "Beatriz Quintal").splitlines()
        await user.press("t")
        await user.type("in 2 days")
        assert "Wednesday 25 November 2026" in user.screen()
        await user.press("enter")
        assert "before clinic" in read(demo, "Dana Whitlock")
        assert "2026-11-25" in next(x for x in read(demo, "Dana Whitlock").splitlines() if "before clinic" in x)


async def test_skip_lets_a_reminder_go(vault: Vault, demo: Path, start: Start) -> None:
    """Skipping a derived reminder is a line in the log, with the reason that was given."""
    async with start(vault) as user:
        await user.press("x")
        await user.type("thanked her in the hall")
        await user.press("enter")
        assert "- 2026-11-23 skip thanks: thanked her in the hall" in read(demo, "Beatriz Quintal").splitlines()


async def test_an_empty_vault_teaches_what_to_do_first(empty: Vault, start: Start) -> None:
    """A new vault shows the first keys to press."""
    async with start(empty) as user:
        assert "Nobody is in your network yet." in user.screen()
        assert "Press n to add the first partner" in user.screen()
        await user.press("l")
        assert "Choose somebody first." in user.told()


async def test_a_day_without_anything_says_so(empty: Vault, start: Start) -> None:
    """With partners but nothing to do, Today explains what will turn up there."""
    empty.create("Partners/Ada Bell.md", Document.parse(b"---\ntype: partner\nstage: found\n---\n"))
    async with start(empty) as user:
        assert "Nothing is waiting." in user.screen()


async def test_small_and_narrow_terminals_lose_nothing(vault: Vault, start: Start) -> None:
    """At 40x15 the list says who, what and when; the note is one key away and one key back."""
    async with start(vault, (40, 15)) as user:
        assert "Beatriz Quintal" in user.screen()
        assert "Say thank you" in user.screen()
        assert "since 21 Nov" in user.screen()
        await user.press("v")
        assert "What is next" in user.screen()
        await user.press("v")
        assert "What matters today" in user.screen()
