"""Partners: the live filter, the list, the preview, and what can be done from there."""

import re
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from rounds.tui.messages import RowsRequested
from rounds.tui.screens.partners import PartnersScreen
from rounds.vault.vault import Vault

from .conftest import Start, User


def screen_of(user: User) -> PartnersScreen:
    screen = user.rounds.main_screens["partners"]
    assert isinstance(screen, PartnersScreen)
    return screen


async def test_the_filter_is_live_and_speaks_the_query_language(vault: Vault, start: Start) -> None:
    """Every key narrows the list; enter or down leads into it, and the filter stays."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("role:psychiatrist stage:active")
        assert "1 partner" in user.screen()
        assert "Priya Natarajan" in user.screen()
        assert "Odette Marsh" not in user.screen()
        await user.press("enter")
        assert screen_of(user).listing.has_focus
        await user.press("escape")
        assert "41 partners" in user.screen()


async def test_a_finished_word_that_is_wrong_gets_a_caret_and_the_list_stays(vault: Vault, start: Start) -> None:
    """A query that can't be understood is explained under its place; what is right in it still counts."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("rle:doula stage:met")
        assert screen_of(user).listing.count == 6
        lines = user.screen().splitlines()
        query = next(i for i, line in enumerate(lines) if "rle:doula" in line)
        assert lines[query + 1].index("^") == lines[query].index("rle:doula")
        assert "Did you mean role?" in lines[query + 1] + lines[query + 2]
        await user.press("home", *["delete"] * 10)
        assert "6 partners" in user.screen()


async def test_half_a_word_is_no_mistake(vault: Vault, start: Start) -> None:
    """While a word is typed, the list stays and the line below tells what it may become; left so, it is explained."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("stage:met role:")
        assert '6 partners  "addiction counselor" · ' in user.screen()
        await user.type("psychiatric")
        assert "6 partners  " in user.screen()
        assert "^" not in user.screen()
        await user.press("enter")
        assert "^" in user.screen()
        assert "Nobody has the role psychiatric." in user.screen()
        assert screen_of(user).listing.count == 6
        await user.press("slash")
        await user.press("end", *["backspace"] * 11)
        await user.type("midwife,")
        assert '1 partner  "addiction counselor"' in user.screen()
        await user.type("doula ")
        assert "1 partner  by name" in user.screen()


async def test_quotes_and_parentheses_count_while_they_are_open(vault: Vault, start: Start) -> None:
    """What is not closed yet finds what it will find when it is; closing nothing is explained after leaving."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("(stage:met or role:midwife")
        assert "7 partners" in user.screen()
        assert "^" not in user.screen()
        await user.press("enter")
        assert "^ This ( is never closed." in user.screen()
        assert screen_of(user).listing.count == 7


async def test_rows_that_were_asked_for_come_whatever_is_asked_for_next(vault: Vault, start: Start) -> None:
    """Quick scrolling leaves no row behind that stays empty."""
    async with start(vault) as user:
        await user.press("2")
        listing = screen_of(user).listing
        first, *_, last = keys = listing.keys
        listing.show(keys, {})
        for key in (first, last):
            screen_of(user).on_rows_requested(RowsRequested((key,)))
        await user.settle()
        assert {first, last} <= set(listing.rows)


async def test_only_rows_in_sight_are_read(vault: Vault, demo: Path, start: Start) -> None:
    """With many partners the list holds keys; rows come from the index as they come into sight."""
    for number in range(600):
        (demo / "Partners" / f"Zz {number:03}.md").write_text("---\ntype: partner\nrole: coach\n---\n")
    async with start(vault, (80, 24)) as user:
        await user.press("2")
        listing = screen_of(user).listing
        assert listing.count == 641
        assert len(listing.rows) < 200
        await user.press("end")
        await user.until(lambda: "Zz 599" in user.screen())
        await user.until(lambda: "…" not in user.screen().partition("Zz 599")[0].splitlines()[-2])
        assert len(listing.rows) < 400


async def test_columns_sort_and_turn_around(vault: Vault, start: Start) -> None:
    """Sorting keeps the cursor on its partner."""
    async with start(vault, (160, 45)) as user:
        await user.press("2", "down", "down")
        name = screen_of(user).subject
        assert name is not None
        assert name.name == "Bao Fennimore"
        while screen_of(user).listing.order != "last":
            await user.press("s")
        await user.press("S")
        assert screen_of(user).listing.order == "-last"
        assert "last ↓" in user.screen()
        assert screen_of(user).subject == name
        await user.press("home")
        first = screen_of(user).subject
        assert first is not None
        assert first.name == "Tamsin Achebe"


async def test_the_preview_shows_all_of_a_partner(vault: Vault, start: Start) -> None:
    """Facts, what is next, what happened, and the text of the note, with links as readers see them."""
    async with start(vault, (160, 60)) as user:
        await user.press("2", "slash")
        await user.type("name:alvarez")
        await user.press("enter")
        screen = user.screen()
        assert "Maria Alvarez, MD" in screen
        assert "pediatrician · Rose City Pediatrics · active" in screen
        assert "Send the school-refusal one-pager" in screen
        assert "+1 503-555-0112" in screen
        assert "Keiko Marlowe, Sam Lee" in screen
        assert "coffee with Maria: prefers fax over email" in screen
        assert "thank-you note: " in screen
        assert "General pediatrics, lots of newborns." in screen
        assert "[[" not in screen


async def test_log_a_touch(vault: Vault, demo: Path, start: Start) -> None:
    """Kind, day in words and text; the beginning of a kind is enough; ctrl+j makes a second line."""
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type("cof")
        await user.press("tab")
        await user.press(*["backspace"] * 5)
        await user.type("last friday")
        assert "Friday 20 November 2026" in user.screen()
        await user.press("tab")
        await user.type("likes email")
        await user.press("ctrl+j")
        await user.type("back in May")
        await user.press("enter")
        text = (demo / "Partners" / "Annika Rowe.md").read_text()
        assert "- 2026-11-20 coffee: likes email\n  back in May\n" in text
        assert "Logged for Annika Rowe: coffee, 20 Nov." in user.told()
        assert "coffee" in user.screen()


async def test_a_day_that_cannot_be_read_keeps_the_dialog(vault: Vault, demo: Path, start: Start) -> None:
    """Errors are said in the dialog with a hint; the text stays and can be saved after mending."""
    before = (demo / "Partners" / "Annika Rowe.md").read_bytes()
    async with start(vault) as user:
        await user.press("2", "l")
        await user.type("call")
        await user.press("tab")
        await user.type(" blurb")
        await user.press("tab")
        await user.type("keep these words")
        await user.press("enter")
        assert "not a date" in user.screen()
        assert "keep these words" in user.screen()
        assert (demo / "Partners" / "Annika Rowe.md").read_bytes() == before
        await user.press("shift+tab")
        await user.press(*["backspace"] * 6)
        await user.press("enter")
        assert "- 2026-11-23 call: keep these words" in (demo / "Partners" / "Annika Rowe.md").read_text()


async def test_leaving_with_words_asks_once(vault: Vault, start: Start) -> None:
    """Escape leaves an untouched dialog at once; with words in it, only when pressed again."""
    async with start(vault) as user:
        await user.press("2", "l", "escape")
        assert isinstance(user.app.screen, PartnersScreen)
        await user.press("l")
        await user.type("call")
        await user.press("escape")
        assert "not saved yet" in user.screen()
        await user.press("escape")
        assert isinstance(user.app.screen, PartnersScreen)


async def test_add_a_follow_up(vault: Vault, demo: Path, start: Start) -> None:
    """What, when with a time, and the kind; it is in the note and in the preview at once."""
    async with start(vault) as user:
        await user.press("2", "f")
        await user.type("at Heart")
        await user.press("tab")
        await user.type("fri 12:30")
        assert "Friday 27 November 2026 12:30" in user.screen()
        await user.press("tab")
        await user.type("coffee")
        await user.press("enter")
        text = (demo / "Partners" / "Annika Rowe.md").read_text()
        assert "- [ ] 12:30 coffee: at Heart 📅 2026-11-27 ^f-" in text
        assert "Coffee: at Heart" in user.screen()


async def test_change_a_property(vault: Vault, demo: Path, start: Start) -> None:
    """The stage is a choice: up and down go through its values; only that value changes in the file."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_text()
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter")
        assert "found   contacted   met   ✓ active   resting" in user.screen()
        await user.press("down", "enter")
        # With it goes what every save of ours keeps up: last_contact (vault format, Partner).
        after = [line for line in path.read_text().splitlines() if not line.startswith("last_contact")]
        assert after == before.replace("stage: active", "stage: resting").splitlines()
        assert "Annika Rowe: stage is now resting." in user.told()


@pytest.mark.parametrize(("key", "kept"), [("escape", "resting"), ("enter", "not a fit")])
async def test_a_property_changed_meanwhile_is_not_overwritten(
    vault: Vault, demo: Path, start: Start, key: str, kept: str
) -> None:
    """Both values are shown, neither is lost: escape keeps what is in the note, saving once more puts ours there."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter", "down", "down")
        path.write_text(path.read_text().replace("stage: active", "stage: resting"))
        await user.press("enter")
        assert "In the note now: resting. Before: active." in user.screen()
        assert "▌ not a fit" in user.screen()
        assert "stage: resting" in path.read_text()
        await user.press(key)
        assert isinstance(user.app.screen, PartnersScreen)
        assert f"stage: {kept}\n" in path.read_text()


async def test_another_property_changed_meanwhile_is_kept_with_ours(vault: Vault, demo: Path, start: Start) -> None:
    """An edit elsewhere in the note is no conflict, nor is one that came to the same value."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter", "down")
        path.write_text(
            path.read_text().replace("stage: active", "stage: resting").replace("role: dietitian", "role: cook")
        )
        await user.press("enter")
        assert "Everything stays as it was." in user.told()
        await user.press("c")
        await user.type("stage")
        await user.press("enter", "down")
        path.write_text(path.read_text().replace("role: cook", "role: baker"))
        await user.press("enter")
        assert {"stage: not a fit", "role: baker"} <= set(path.read_text().splitlines())


async def test_a_property_is_found_as_people_write_it(vault: Vault, demo: Path, start: Start) -> None:
    """`Check-in` is check_in: its value is filled in, and is what saving changes."""
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("che")
        assert "check in" in user.screen()
        assert "check_in" not in user.screen()
        await user.press("ctrl+u")
        await user.type("Check-in")
        assert "6 months" in user.screen()
        await user.press("tab")
        await user.press(*["backspace"] * 8)
        await user.type("1 year")
        await user.press("enter")
        assert "check_in: 1 year" in path.read_text()
        assert "Annika Rowe: check in is now 1 year." in user.told()
        await user.press("c")
        await user.type("referral met")
        await user.press("enter")
        await user.type("fax")
        await user.press("enter")
        assert "referral_method: fax" in path.read_text()


async def test_what_does_not_fit_a_line_is_left_to_the_editor(vault: Vault, demo: Path, start: Start) -> None:
    """A text of several lines, or an item with a comma, would not survive being typed again."""
    path = demo / "Partners" / "Aa.md"
    path.write_text('---\ntype: partner\ninsurance: ["Aetna, PPO", Moda]\n---\n')
    before = path.read_bytes()
    vault.sync()
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("insurance")
        await user.press("enter")
        assert "Insurance has content that can't be edited here" in user.screen()
        assert path.read_bytes() == before


async def test_a_note_that_is_gone_is_explained_in_its_dialog(vault: Vault, demo: Path, start: Start) -> None:
    """A file deleted outside just before the dialog opened ends neither dialog nor program."""
    async with start(vault) as user:
        await user.press("2")
        (demo / "Partners" / "Annika Rowe.md").unlink()
        await user.press("c")
        assert "Annika Rowe is no longer there." in user.screen()


async def test_the_whole_history_is_in_the_full_view(vault: Vault, demo: Path, start: Start) -> None:
    """Beside the list it is short, and says how much more there is and which key shows it."""
    path = demo / "Partners" / "Annika Rowe.md"
    entries = "".join(f"- 2020-01-{day:02} call: number {day}\n" for day in range(1, 31))
    path.write_text(f"---\ntype: partner\n---\n\n## Log\n\n{entries}")
    vault.sync()
    async with start(vault, (160, 60)) as user:
        await user.press("2")
        await user.until(lambda: "and 19 before: v shows all" in user.screen())
        assert "number 20" in user.screen()
        assert "number 19" not in user.screen()
        await user.press("v")
        await user.until(lambda: re.search(r"number 1\b", user.screen()) is not None)
        assert "shows all" not in user.screen()


async def test_a_value_that_does_not_exist_is_explained(vault: Vault, demo: Path, start: Start) -> None:
    """A wrong stage names the right ones and writes nothing."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_bytes()
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("stage")
        await user.press("enter")
        await user.type("x")
        await user.press("enter")
        assert 'stage: "x" is not one of its values' in user.screen()
        assert path.read_bytes() == before


async def test_what_was_wrong_is_not_said_of_what_is_right(vault: Vault, demo: Path, start: Start) -> None:
    """The words about a value are gone with it, in every form; who is asked whether to leave may type on."""
    async with start(vault) as user:
        await user.press("2", "c")
        await user.type("rest until")
        await user.press("enter")
        await user.type("nowhen")
        await user.press("enter")
        assert "This is not a date that can be read" in user.screen()
        await user.press(*["backspace"] * 6)
        await user.type("1 feb")
        assert "This is not a date that can be read" not in user.screen()
        assert "Monday 1 February 2027" in user.screen()
        await user.press("enter")
        assert "rest_until: 2027-02-01" in (demo / "Partners" / "Annika Rowe.md").read_text()
        await user.press("l", "x", "escape")
        assert "This is not saved yet." in user.screen()
        await user.press("y")
        assert "This is not saved yet." not in user.screen()


def shows(field: Input, ghost: str) -> bool:
    return field._suggestion == ghost


async def test_tab_and_right_take_what_is_shown_behind_the_cursor(vault: Vault, start: Start) -> None:
    """In a form the first of several that begin so; in the filter what the line below says."""
    async with start(vault) as user:
        for key in ("tab", "right"):
            await user.press("2", "l")
            await user.type("c")  # call, coffee, card
            field = user.app.screen.query_one("#kind Input", Input)
            await user.until(partial(shows, field, "call"))
            await user.press(key)
            assert field.value == "call"
            assert field.has_focus == (key == "right")
            await user.press("escape", "escape")
            await user.press("slash")
            await user.type("accep")
            await user.press(key)
            assert screen_of(user).filter.query_text == "accepting:"
            await user.press("escape", "escape")


async def test_add_a_partner(vault: Vault, demo: Path, start: Start) -> None:
    """Name and role; then the list shows the new partner, whatever the filter was."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("stage:met")
        await user.press("enter", "n")
        await user.type("Quinn Abara")
        await user.press("tab")
        await user.type("midwife")
        await user.press("enter")
        await user.settle()
        assert "role: midwife" in (demo / "Partners" / "Quinn Abara.md").read_text()
        subject = screen_of(user).subject
        assert subject is not None
        assert subject.name == "Quinn Abara"
        await user.press("n")
        await user.type("Quinn Abara")
        await user.press("enter")
        assert "is there already" in user.screen()


async def test_add_a_namesake(vault: Vault, demo: Path, start: Start) -> None:
    """Somebody of a name that is taken gets a file of their own by where they work, as with `rounds add`."""
    async with start(vault) as user:
        await user.press("2", "n")
        await user.type("Dana Whitlock")
        await user.press("enter")
        assert "say where they work" in user.screen()
        await user.press("tab", "tab")
        await user.type("rose city")
        await user.press("enter", "enter")
        note = (demo / "Partners" / "Dana Whitlock (Rose City Pediatrics).md").read_text()
        assert 'organization: "[[Rose City Pediatrics]]"' in note
        subject = screen_of(user).subject
        assert subject is not None
        assert subject.path == "Partners/Dana Whitlock (Rose City Pediatrics).md"


async def test_a_completion_is_seen_before_it_is_saved(vault: Vault, demo: Path, start: Start) -> None:
    """Half a role is written out on the way; who takes that back gets what they typed."""
    async with start(vault) as user:
        await user.press("2", "n")
        await user.type("Ana Lima")
        await user.press("tab")
        await user.type("pedi")
        await user.press("tab")
        assert "▌ pediatrician" in user.screen()
        await user.press("shift+tab", "end", *["backspace"] * 8)
        await user.press("enter")
        assert "The role pedi is new here. Did you mean pediatrician?" in user.screen()
        await user.press("enter")
        assert "role: pedi\n" in (demo / "Partners" / "Ana Lima.md").read_text()
        await user.press("n")
        await user.type("Bea Lima")
        await user.press("tab")
        await user.type("MIDW")
        await user.press("enter")
        assert "▌ midwife" in user.screen()
        assert not (demo / "Partners" / "Bea Lima.md").exists()
        await user.press("enter")
        assert (demo / "Partners" / "Bea Lima.md").exists()


async def test_done_with_several_reminders_asks_which(vault: Vault, demo: Path, start: Start) -> None:
    """From the list of partners, one of several reminders is picked."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("name:alvarez")
        await user.press("enter", "d")
        assert "which one?" in user.screen()
        await user.press("down", "enter")
        assert "- [x] Send the school-refusal one-pager" in (demo / "Partners" / "Maria Alvarez.md").read_text()


async def test_done_with_nothing_waiting_says_so(vault: Vault, start: Start) -> None:
    """A partner without reminders has nothing to tick."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("name:peppercorn")
        await user.press("enter", "d")
        assert "Nothing is waiting for Yolanda Peppercorn." in user.told()


async def test_a_filter_that_nobody_fits_says_so(vault: Vault, start: Start) -> None:
    """An empty list tells the way back."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("xyzzy")
        assert "Nobody fits this filter." in user.screen()
        await user.press("n")
        await user.press("enter", "escape")
        assert "41 partners" in user.screen()


async def test_the_filter_and_the_columns_know_the_organization(vault: Vault, start: Start) -> None:
    """Who has insurance and city from there is found and shown; a slip is pointed out where nobody is found."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("insurance:aetna name:joel")
        assert "Joel Brandvold" in user.screen()
        row = screen_of(user).listing.row
        assert row is not None
        assert (row.cells["city"], row.cells["insurance"]) == ("Portland", "Aetna, Moda")
        await user.press("escape", "escape", "slash")
        await user.type("insurance:atena")
        assert "Did you mean insurance:aetna?" in user.screen()


async def test_a_typo_in_the_filter_is_forgiven(vault: Vault, start: Start) -> None:
    """Where nobody fits, somebody near is named; enter shows them, and the filter says what it looks for now."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("bloom annka")
        assert screen_of(user).listing.count == 0
        assert "Press enter to see them." not in user.screen()
        await user.press("ctrl+u")
        await user.type("annka role:dietitian")
        assert "Did you mean annika? Press enter to see them." in user.screen()
        await user.press("enter")
        assert screen_of(user).filter.query_text == "annika role:dietitian"
        assert (row := screen_of(user).listing.row) is not None
        assert row.entry.name == "Annika Rowe"
        assert 'Nobody fits "annka role:dietitian", so these fit "annika role:dietitian".' in user.told()
        await user.press("slash", "ctrl+u")
        await user.type("annka")
        assert "Did you mean Annika Rowe? Press enter to see them." in user.screen()
        await user.press("ctrl+u")
        await user.pilot.press(*"annka", "enter", "l")
        await user.until(lambda: "Log a touch  Annika Rowe" in user.screen())


async def test_the_cursor_goes_to_the_first_hit_of_a_new_filter(vault: Vault, start: Start) -> None:
    """Also if the partner below it fits too; a change of a note, another order or no filter leave it where it is."""
    async with start(vault) as user:
        await user.press("2")
        screen_of(user).go_to("Partners/Sam Lee.md")
        await user.settle()
        await user.press("slash")
        await user.type("role:ped")
        assert screen_of(user).listing.cursor == 0
        await user.press("enter", "down")
        assert screen_of(user).listing.cursor == 1
        assert (row := screen_of(user).listing.row) is not None
        await user.press("r", "s")
        assert screen_of(user).listing.identity == row.entry.key
        await user.press("escape")
        assert screen_of(user).filter.query_text == ""
        assert screen_of(user).listing.identity == row.entry.key


async def test_enter_goes_to_whom_the_filter_names(vault: Vault, start: Start) -> None:
    """Others are found who only know them; a key that follows at once is meant for the one who is named."""
    async with start(vault) as user:
        await user.press("2")
        screen_of(user).go_to("Partners/Keiko Marlowe.md")
        await user.settle()
        await user.press("slash")
        await user.pilot.press(*"maria", "enter", "l")
        await user.until(lambda: "Log a touch  Maria Alvarez" in user.screen())
        await user.press("escape", "escape", "escape", "down")
        assert screen_of(user).listing.count == 41


@pytest.mark.parametrize("name", ["Sam Lee", "Sam Lee (Rose City Pediatrics)"])
async def test_enter_leaves_the_cursor_on_one_who_is_named_so(vault: Vault, start: Start, name: str) -> None:
    """Of two with one name, whoever was chosen stays so, as long as the filter is the same."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("sam lee")
        await user.press("enter")
        screen_of(user).go_to(f"Partners/{name}.md")
        await user.settle()
        await user.press("slash", "enter")
        subject = screen_of(user).subject
        assert subject is not None
        assert subject.path == f"Partners/{name}.md"


async def test_a_list_without_rows_keeps_its_place(vault: Vault, start: Start) -> None:
    """What stands there instead of rows wraps with the list, and the lines above and below it stay where they are."""
    async with start(vault, (40, 15)) as user:
        await user.press("2", "slash")
        before = user.screen().splitlines()
        await user.type("xyzzy")
        lines = user.screen().splitlines()
        first = next(i for i, line in enumerate(lines) if "fits" in line)
        said = [line.strip() for line in lines[first : first + 4]]
        assert said == ["Nobody fits this filter.", "", "Press escape to see everybody", "again."]
        assert "0 partners" in lines[next(i for i, line in enumerate(before) if "41 partners" in line)]
        assert len(lines) == len(before)


async def test_escapes_and_markup_in_notes_are_shown_not_run(vault: Vault, demo: Path, start: Start) -> None:
    """A note can't paint the screen: brackets and escape sequences appear as they are."""
    (demo / "Partners" / "Aa.md").write_text(
        '---\ntype: partner\nname: "[red]Aa[/red]"\nrole: "x\\e[31my"\n---\nsee [bold]this[/bold]\x1b[2J\n'
    )
    async with start(vault, (160, 40)) as user:
        await user.press("2")
        screen_of(user).go_to("Partners/Aa.md")
        await user.settle()
        assert "[red]Aa[/red]" in user.screen()
        assert "[bold]this[/bold]␛[2J" in user.screen()
        assert "\x1b" not in user.screen()


async def test_at_eighty_columns_the_preview_is_below(vault: Vault, start: Start) -> None:
    """80x24 shows list and preview; enter gives the note the whole screen, escape the list."""
    async with start(vault, (80, 24)) as user:
        await user.press("2")
        assert "41 partners" in user.screen()
        assert "Annika Rowe, RD, LD" in user.screen()
        await user.press("enter")
        assert "41 partners" not in user.screen()
        await user.press("pagedown")
        assert "What happened" in user.screen()
        await user.press("escape")
        assert "41 partners" in user.screen()


async def test_two_appointments_at_one_minute_are_said(vault: Vault, demo: Path, start: Start) -> None:
    """In the form of a follow-up, with whom the other one is."""
    path = demo / "Partners" / "Keiko Marlowe.md"
    path.write_text(path.read_text() + "\n- [ ] 12:30 coffee: at Heart 📅 2026-12-01 ^f-zzzz\n")
    vault.sync()
    async with start(vault) as user:
        await user.press("2", "f")
        await user.type("the handout")
        await user.press("tab")
        await user.type("2026-12-01 12:30")
        await user.press("enter")
        assert "Added for Annika Rowe: the handout, 1 Dec. At the same time: coffee, Keiko Marlowe." in user.told()


async def test_one_sheet_has_all_facts_and_saves_them_together(vault: Vault, demo: Path, start: Start) -> None:
    """Edited in place: two of them, one after the other; a third stays. One undo takes both back."""
    path = demo / "Partners" / "Annika Rowe.md"
    before = path.read_text()
    async with start(vault, (80, 24)) as user:
        await user.press("2", "c")
        shown = user.screen()
        for words in ("Facts  Annika Rowe", "stage", "▌ active", "▌ dietitian", "▌ 6 months", "▌ +1 503-555-0186"):
            assert words in shown
        assert "_" not in shown.replace("check_in", "_"), "labels are words"
        await user.type("phone")
        await user.press("tab", "ctrl+u")
        await user.type("503-555-0199")
        await user.press("shift+tab", "up", "ctrl+u")
        await user.type("1 year")
        await user.press("ctrl+s")
        assert "check in is now 1 year, phone is now 503-555-0199." in user.told()
        after = path.read_text()
        assert "check_in: 1 year\n" in after
        assert 'phone: "503-555-0199"\n' in after
        assert "stage: active\n" in after
        await user.press("u")
        assert path.read_text() == before


async def test_a_property_that_no_note_has_is_asked_about_once(vault: Vault, demo: Path, start: Start) -> None:
    path = demo / "Partners" / "Annika Rowe.md"
    async with start(vault, (80, 24)) as user:
        await user.press("2", "c")
        await user.type("Büro Hund")
        await user.press("enter")
        assert 'No note has a property "Büro Hund" yet' in user.screen()
        assert "To add it, press enter again." in user.screen()
        await user.press("enter")
        await user.type("Rex")
        await user.press("enter")
        assert "Büro Hund: Rex\n" in path.read_text()
        await user.press("c")
        assert "▌ Rex" in user.screen()
