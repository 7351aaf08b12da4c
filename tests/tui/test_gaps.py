"""Gaps: the map of niches and roles, and how a gap is filled."""

from pathlib import Path

from rounds.tui.screens.gaps import GapsScreen
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.widgets.gapmap import GapMap
from rounds.vault.vault import Vault

from .conftest import Start, User

KEY = "5"
PLAYBOOK = {
    "Practice.md": "---\ntype: practice\nniches:\n  - '[[Perinatal]]'\n---\n",
    "Playbook/Niches/Perinatal.md": "---\nroles:\n  - '[[midwife]]'\n  - doula\n  - ob-gyn\n---\n",
    "Playbook/Niches/Every practice.md": "---\nroles:\n  - psychiatrist\n---\n",
    "Playbook/Roles/midwife.md": "---\naliases:\n  - nurse-midwife\n---\nAsk about birth plans.\n",
    "Playbook/Roles/doula.md": "---\nwhy_they_need_us: Mood drops.\nwhy_we_need_them: Calm.\n"
    "where_to_find:\n  - birth centers\n  - doula collectives\n---\n",
    "Partners/Ida Fenn.md": "---\nrole: nurse-midwife\nstage: met\n---\n",
    "Partners/Ola Brandt.md": "---\nrole: psychiatrist\nstage: found\n---\n",
}


def playbook(vault: Vault) -> Path:
    root = Path(vault.root)
    for path, text in PLAYBOOK.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


def gap_map(user: User) -> GapMap:
    screen = user.app.screen
    assert isinstance(screen, GapsScreen)
    return screen.listing


async def test_each_role_of_a_niche_has_a_sign_and_a_number(empty: Vault, start: Start) -> None:
    """State is told by sign and number, not by color alone: nobody yet, not met yet, met; in the playbook's order."""
    playbook(empty)
    async with start(empty) as user:
        await user.press(KEY)
        lines = [line.partition("▏")[0].split() for line in user.screen().splitlines()]
        assert ["Perinatal", "○", "2", "of", "3"] in lines
        assert ["▌●", "1", "midwife", "○", "0", "doula"] in lines
        assert ["○", "0", "ob-gyn"] in lines
        assert ["◐", "1", "psychiatrist"] in lines
        assert "○ nobody yet   ◐ not met yet   ● met" in user.screen()


async def test_who_rests_was_met_all_the_same(empty: Vault, start: Start) -> None:
    """A coffee in the log counts, whatever the stage says now."""
    note = playbook(empty) / "Partners/Ola Brandt.md"
    note.write_text("---\nrole: psychiatrist\nstage: resting\n---\n\n## Log\n\n- 2026-02-02 coffee: fax\n")
    async with start(empty) as user:
        await user.press(KEY)
        lines = [line.partition("▏")[0].split() for line in user.screen().splitlines()]
        assert ["●", "1", "psychiatrist"] in lines


async def test_enter_on_an_empty_tile_says_where_to_look_and_adds_a_partner(empty: Vault, start: Start) -> None:
    """Guide, lines 4 and 6: where to look and the two whys; the role is filled in, the source a choice."""
    root = playbook(empty)
    async with start(empty) as user:
        await user.press(KEY, "right", "enter")
        screen = user.screen()
        assert "Where to look: birth centers; doula collectives" in screen
        assert "Why they need you: Mood drops." in screen
        assert "Why you need them: Calm." in screen
        await user.type("Wren Moss")
        await user.press("shift+tab", "down", "enter")  # the last field
        note = (root / "Partners" / "Wren Moss.md").read_text()
        assert "role: doula\n" in note
        assert "source: birth centers\n" in note
        assert "stage: found\n" in note
        assert isinstance(user.app.screen, PartnersScreen)
        assert user.app.screen.subject is not None
        assert user.app.screen.subject.name == "Wren Moss"
        await user.press(KEY)
        assert gap_map(user).identity == ("Perinatal", "doula")
        cell = gap_map(user).cell
        assert cell is not None
        assert cell.known == 1


async def test_leaving_the_dialog_as_it_opened_asks_nothing(empty: Vault, start: Start) -> None:
    """The role that is filled in is not something that somebody typed."""
    playbook(empty)
    async with start(empty) as user:
        await user.press(KEY, "right", "enter", "escape")
        assert isinstance(user.app.screen, GapsScreen)


async def test_enter_on_another_tile_shows_who_is_known(empty: Vault, start: Start) -> None:
    """The partners of the role, also those filed under another of its names."""
    playbook(empty)
    async with start(empty) as user:
        await user.press(KEY, "enter")
        assert isinstance(user.app.screen, PartnersScreen)
        assert user.app.screen.filter.query_text == "role:nurse-midwife"
        assert "1 partner " in user.screen()
        assert "Ida Fenn" in user.screen()


async def test_the_cursor_moves_over_tiles_and_stays_on_its_role(empty: Vault, start: Start) -> None:
    """Left and right go on in the next line; another width or an outside change moves nothing."""
    root = playbook(empty)
    async with start(empty, (120, 30)) as user:
        await user.press(KEY, "right", "right")
        assert gap_map(user).identity == ("Perinatal", "ob-gyn")
        await user.press("right")
        assert gap_map(user).identity == ("Every practice", "psychiatrist")
        await user.press("right", "left", "up", "right")
        assert gap_map(user).identity == ("Perinatal", "doula")
        await user.pilot.resize_terminal(50, 30)
        await user.settle()
        assert gap_map(user).identity == ("Perinatal", "doula")
        niche = root / "Playbook" / "Niches" / "Perinatal.md"
        niche.write_text("---\nroles:\n  - ob-gyn\n  - lactation consultant\n  - doula\n---\n")
        await user.press("r")
        assert gap_map(user).identity == ("Perinatal", "doula")
        await user.press("up")
        assert gap_map(user).identity == ("Perinatal", "lactation consultant")


async def test_the_mouse_chooses_a_tile(empty: Vault, start: Start) -> None:
    """A click puts the cursor on the tile below it, a double one does what enter does."""
    playbook(empty)
    async with start(empty) as user:
        await user.press(KEY)
        await user.pilot.click(GapMap, offset=(40, 3))
        await user.settle()
        assert gap_map(user).identity == ("Perinatal", "doula")


async def test_the_note_of_the_role_is_beside_the_map_and_one_key_away(empty: Vault, start: Start) -> None:
    """At 40x15 too; a role without a note says so."""
    playbook(empty)
    async with start(empty, (40, 15)) as user:
        await user.press(KEY, "v")
        assert "Ask about birth plans." in user.screen()
        await user.press("escape", "end", "v")
        assert "There is no note for this role" in user.told()
    async with start(empty, (120, 30)) as user:
        await user.press(KEY, "end")
        assert "There is no note for this role" in user.screen()


async def test_a_vault_without_niches_is_told_what_to_write(empty: Vault, start: Start) -> None:
    """The empty map explains itself, and no key does harm."""
    async with start(empty) as user:
        await user.press(KEY)
        assert "No niche has roles yet." in user.screen()
        await user.press("enter", "v", "left", "e")
        assert "There is no role to look at." in user.told()
