"""The palette: every action and every partner."""

import re
from pathlib import Path

from textual.command import Hit

from rounds.tui.actions import ACTIONS, SCREENS, Action
from rounds.tui.dialogs.referrals import AddReferral
from rounds.tui.palette import ActionCommands, PartnerCommands
from rounds.tui.screens.main_screen import MainScreen
from rounds.tui.screens.note_screen import Selection
from rounds.tui.screens.partners import PartnersScreen
from rounds.vault.vault import Vault

from .conftest import Start, User


def key_of(place: str) -> str:
    return str([*SCREENS].index(place) + 1)


async def run_from_elsewhere(user: User, action: Action) -> None:
    """Choose it in the palette of a place that has no such action."""
    await user.press(key_of(next(place for place in ("year", "problems", "gaps") if place not in action.places)))
    run = {hit.text: hit.command for hit in await palette(user)}[action.name_shown]
    user.app.call_later(run)
    await user.settle()


async def test_the_palette_runs_actions(vault: Vault, start: Start) -> None:
    """Every action is found by its name."""
    async with start(vault) as user:
        await user.press("ctrl+p")
        await user.type("follow-up")
        await user.until(lambda: "Add a follow-up" in user.screen())
        await user.press("enter")
        await user.until(lambda: "add it" in user.screen())
        assert "Beatriz Quintal" in user.screen()


async def test_actions_are_found_by_their_description_too(vault: Vault, start: Start) -> None:
    """After those that match by their name; the description is there to read."""
    async with start(vault) as user:
        found = [hit async for hit in ActionCommands(user.app.screen).search("refer a client")]
        assert [str(hit.text) for hit in found if isinstance(hit, Hit)] == ["Match"]
        found = [hit async for hit in ActionCommands(user.app.screen).search("call")]
        by_score = sorted([hit for hit in found if isinstance(hit, Hit)], key=lambda hit: hit.score, reverse=True)
        assert by_score[0].text == "Prepare for a call or a coffee chat"
        assert "Log a touch" in [hit.text for hit in by_score]
        await user.press("ctrl+p")
        await user.type("refer a client")
        await user.until(lambda: "find partners to refer a client to" in user.screen())


def notes(vault: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in vault.rglob("*.md")}


async def palette(user: User) -> list[Hit]:
    """What the palette lists before anything is typed, from the top."""
    found = [hit async for hit in ActionCommands(user.app.screen).discover()]
    return sorted([hit for hit in found if isinstance(hit, Hit)], key=lambda hit: hit.score, reverse=True)


async def test_the_palette_has_every_action_of_all_places(vault: Vault, start: Start) -> None:
    """Those of the place on the screen first, then the others with where they are; nothing appears twice."""
    async with start(vault) as user:
        for place in SCREENS:
            await user.press(key_of(place))
            hits = await palette(user)
            names = [hit.text for hit in hits]
            assert {action.name_shown for action in ACTIONS} - {*names} == {"Find a command by its name"}
            assert len(names) == len({*names})
            here = names.index("Choose a theme")
            elsewhere = [bool(re.search(r"(^|· )in [A-Z]", hit.help or "")) for hit in hits]
            assert not any(elsewhere[: here + 1])
            assert all(elsewhere[here + 1 :])
        await user.press(key_of("problems"))
        about = {hit.text: hit.help for hit in await palette(user)}
        assert about["Move the partner to the next stage"] == "in Stages · key >"
        assert about["Log a touch"] == "a call, an email, a coffee, or a note · in Partners · key l"
        assert about["Write the due reminders into Today.md, for the phone"] == "in Today"


async def test_an_action_of_another_place_is_done_there(vault: Vault, start: Start) -> None:
    """What needs nothing chosen is: the screen changes, and the dialog is there."""
    async with start(vault) as user:
        await user.press("5", "ctrl+p")
        await user.type("add a referral")
        await user.until(lambda: "in Referrals · key n" in user.screen())
        await user.press("enter")
        await user.until(lambda: isinstance(user.app.screen, AddReferral))
        await user.press("escape")
        assert user.app.current_mode == "referrals"


async def test_an_action_of_another_place_is_not_done_to_whatever_the_cursor_stands_on(
    vault: Vault, demo: Path, start: Start
) -> None:
    """It leads there, and one sentence says which key does it, as the settings have it; nothing is written or opened."""
    before = notes(demo)
    async with start(vault) as user:
        for action in ACTIONS:
            if action.alone or len(action.places) == len(SCREENS) or action.name == "view":
                continue  # `view` is `read` where enter does something else
            user.rounds.session.keys[action.id] = "f9"
            await run_from_elsewhere(user, action)
            assert user.app.current_mode == action.places[0], action.id
            assert isinstance(user.app.screen, MainScreen)
            assert not user.app.screen.has_class("-reading")
            words = f"{action.name_shown}: choose first what it is about, then press f9."
            assert user.told().splitlines()[-1] == words
    assert notes(demo) == before


async def test_every_other_action_of_another_place_opens_or_shows_something(
    vault: Vault, demo: Path, start: Start
) -> None:
    """None of them writes a note by itself but Today.md, and none fails."""
    before = notes(demo)
    async with start(vault) as user:
        for action in ACTIONS:
            if action.alone and {*action.places} < {*SCREENS}:
                await run_from_elsewhere(user, action)
                assert user.app.current_mode == action.places[0], action.id
                while not isinstance(user.app.screen, MainScreen):
                    await user.press("escape")
    after = notes(demo)
    assert after.keys() - before.keys() == {demo / "Today.md"}
    assert {path: after[path] for path in before} == before


async def test_the_palette_has_every_partner(vault: Vault, start: Start) -> None:
    """By any words of the name; choosing one opens them in the list, whatever place was on the screen."""
    async with start(vault) as user:
        await user.press("3", "ctrl+p")
        await user.type("stark gid")
        await user.until(lambda: "Gideon Stark-Moreno" in user.screen())
        await user.press("down", "enter")
        await user.until(lambda: isinstance(user.app.screen, PartnersScreen))
        await user.until(
            lambda: (
                getattr(user.app.screen, "subject", None)
                == Selection("Partners/Gideon Stark-Moreno.md", "Gideon Stark-Moreno")
            )
        )


async def test_brackets_in_a_name_are_its_own(vault: Vault, demo: Path, start: Start) -> None:
    """They are no markup; nor is a name of markup that is none."""
    (demo / "Partners" / "Aa.md").write_text('---\ntype: partner\nname: "Zed [red]Aa[/blue]"\nrole: "[b]x"\n---\n')
    async with start(vault) as user:
        await user.press("3", "ctrl+p")
        await user.type("zed")
        await user.until(lambda: "Zed [red]Aa[/blue]" in user.screen())
        assert "[b]x" in user.screen()


async def test_a_typo_in_a_name_is_forgiven(vault: Vault, start: Start) -> None:
    """Where neither a command nor a partner fits; what fits a command asks about nobody."""
    async with start(vault) as user:

        async def found(typed: str) -> list[tuple[str, str]]:
            hits = [hit async for hit in PartnerCommands(user.app.screen).search(typed)]
            return [(hit.text or "", hit.help or "") for hit in hits if isinstance(hit, Hit)]

        assert await found("annka") == [("Annika Rowe", "did you mean · dietitian")]
        assert await found("annika") == [("Annika Rowe", "dietitian")]
        assert await found("log a t") == []
        assert await found("xyzzy") == []
        await user.press("ctrl+p")
        await user.type("annka")
        await user.until(lambda: "did you mean · dietitian" in user.screen())
