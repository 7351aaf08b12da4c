"""Several partners at once, columns, saved views, recent filters, completion, and who may be there already."""

import json
from pathlib import Path

import pytest

from rounds.notes.bases import View, views
from rounds.tui.screens.partners import PartnersScreen
from rounds.tui.widgets.tables import DEFAULT, partner_layout
from rounds.vault.list_search import saved_views
from rounds.vault.vault import Vault
from vault.notes import rows

from .conftest import Start, User
from .test_live import edit
from .test_moved import NEW, OLD, rename


def partners(user: User) -> PartnersScreen:
    screen = user.rounds.main_screens["partners"]
    assert isinstance(screen, PartnersScreen)
    return screen


def text(demo: Path, name: str) -> str:
    return (demo / "Partners" / f"{name}.md").read_text()


async def test_marked_partners_are_changed_together_after_a_preview(vault: Vault, demo: Path, start: Start) -> None:
    """Before and after of each is shown first; enter again writes all as one change, which one undo takes back."""
    before = {path: path.read_bytes() for path in (demo / "Partners").glob("*.md")}
    async with start(vault) as user:
        await user.press("2", "a", "a")
        assert "41 partners, 2 marked" in user.screen()
        assert "✓ Annika Rowe" in user.screen()
        await user.press("c")
        assert "Change several  2 partners" in user.screen()
        await user.press("tab")
        await user.type("resting")
        await user.press("enter")
        assert "Annika Rowe  active → resting" in user.screen()
        assert "enter writes this into 2 notes" in user.screen()
        assert {path: path.read_bytes() for path in (demo / "Partners").glob("*.md")} == before
        await user.press("enter")
        assert "Changed 2 partners; u undoes it." in user.told()
        assert "stage: resting\n" in text(demo, "Annika Rowe")
        assert "stage: resting\n" in text(demo, "Arlo Winterbourne")
        assert "marked" not in user.screen()
        await user.press("u")
        assert {path: path.read_bytes() for path in (demo / "Partners").glob("*.md")} == before


async def test_tags_are_added_and_taken_away(vault: Vault, demo: Path, start: Start) -> None:
    """A minus takes a tag away; a partner that has it all stays as it is, and is said to."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("name:rowe")
        await user.press("enter", "a", "c")
        await user.type("tags")
        await user.press("tab")
        await user.type("school")
        await user.press("enter")
        assert "nothing → school" in user.screen()
        await user.press("enter")
        assert "tags:\n  - school\n" in text(demo, "Annika Rowe")
        await user.press("a", "c")
        await user.type("tags")
        await user.press("tab")
        await user.type("school")
        await user.press("enter")
        assert "1 partner as they are" in user.screen()


async def test_a_value_that_no_note_can_have_writes_nothing(vault: Vault, demo: Path, start: Start) -> None:
    """It is said before anything is shown as a change."""
    async with start(vault) as user:
        await user.press("2", "a", "c", "tab")
        await user.type("zzz")
        await user.press("enter")
        assert "not one of its values" in user.screen()
        assert "→" not in user.screen()


async def test_marking_ends_with_the_last_row(vault: Vault, start: Start) -> None:
    """Held down, the key marks everybody once; from another row it takes the last mark away again."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("stage:resting")
        await user.press("enter", *["a"] * 5)
        assert len(partners(user).listing.marked) == 2
        await user.press("up", "down", "a")
        assert len(partners(user).listing.marked) == 1


async def test_marks_stay_while_the_filter_and_the_notes_change(vault: Vault, demo: Path, start: Start) -> None:
    """Another filter, and an edit from outside, leave marks, cursor and scroll; escape takes the marks away first."""
    async with start(vault, follow=True) as user:
        await user.press("2", "a", "down", "a")
        marked = set(partners(user).listing.marked)
        cursor = partners(user).listing.cursor
        edit(demo, "role: dietitian", "role: cook")
        await user.until(lambda: "Annika Rowe: role dietitian → cook." in user.told())
        await user.settle()
        assert (partners(user).listing.marked, partners(user).listing.cursor) == (marked, cursor)
        await user.press("slash")
        await user.type("stage:met")
        await user.press("enter", "A")
        assert len(partners(user).listing.marked) == 2 + 6
        assert "6 partners, 8 marked (2 not listed)" in user.screen()
        await user.press("escape")
        assert partners(user).listing.marked == set()
        assert partners(user).filter.query_text == "stage:met"


async def test_tab_completes_the_word_at_the_cursor(vault: Vault, start: Start) -> None:
    """A field, then its value, also where it has a blank in it; what tab would write is shown."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("sta")
        assert "tab: stage:" in user.screen()
        await user.press("tab")
        await user.type("res")
        await user.press("tab")
        assert partners(user).filter.query_text == "stage:resting "
        await user.type("organization:rose")
        await user.press("tab")
        assert partners(user).filter.query_text == 'stage:resting organization:"Rose City Pediatrics" '
        await user.press("tab")
        assert not partners(user).filter.input.has_focus


async def test_recent_filters_come_back_also_after_a_restart(vault: Vault, start: Start) -> None:
    """Up goes through them; they are kept for the next start, outside the vault."""
    async with start(vault) as user:
        await user.press("2", "slash")
        await user.type("stage:met")
        await user.press("enter", "escape", "slash")
        await user.type("role:midwife")
        await user.press("enter")
    async with start(vault) as user:
        await user.press("2", "slash", "up")
        assert partners(user).filter.query_text == "role:midwife"
        await user.press("up")
        assert partners(user).filter.query_text == "stage:met"
        assert "6 partners" in user.screen()


async def test_views_of_the_vault_are_saved_filters(vault: Vault, start: Start) -> None:
    """b lists them with what they find; choosing one fills in the filter."""
    async with start(vault) as user:
        await user.press("2", "b")
        assert "Stay in touch: Answers awaited" in user.screen()
        await user.press("down", "enter")
        assert partners(user).filter.query_text in {view.query for view in saved_views(vault)}


def test_a_view_is_said_in_the_query_language(vault: Vault) -> None:
    """What its filters say, as far as they can be said; each finds without an error."""
    from rounds.vault.list_search import keys

    found = {view.name: view.query for view in saved_views(vault)}
    assert found["Partners: Taking new clients"] == "(accepting:open or accepting:waitlist)"
    assert found["Partners by role: Who is known in each role"] == '-stage:"not a fit"'
    assert found["Stay in touch: Not in touch for six months"] == (
        '-stage:found -stage:resting -stage:"not a fit" -stage:contacted (no:last_contact or has:last_contact last:>6m)'
    )
    assert "Stay in touch: Due for a word" not in found  # a formula is more than a query can say
    assert not [name for name in found if name.startswith("This note")]
    for query in found.values():
        keys(vault, query, types=("partner",))


@pytest.mark.parametrize(
    "base", ["", "[", "filters: x\nviews: 3", "views:\n  - 1", "filters:\n  not: [a]\nviews: [{}]"]
)
def test_a_base_that_says_something_else_has_no_views(base: str) -> None:
    """What can't be read or said is left out."""
    assert views(base, "B") == list[View]()


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ('!file.path.contains("Templates/")', "stage:met"),
        ('!file.folder.endsWith("Templates")', "stage:met"),
        ('!file.inFolder("Work/Templates")', "stage:met"),
        ('file.folder != "Templates"', "stage:met"),
        ({"not": ['file.inFolder("Templates")']}, "stage:met"),
        ('file.inFolder("Templates")', None),
        ('!file.inFolder("My Templates")', None),
        ('!file.inFolder("Old")', None),
        ({"not": ['file.inFolder("Templates")', 'stage == "met"']}, None),
    ],
)
def test_templates_are_no_notes_here(line: object, query: str | None) -> None:
    """What leaves Templates out says nothing about notes, whatever its form; another folder can't be said."""
    conditions = ['type == "partner"', line, 'stage == "met"']
    base = json.dumps({"filters": {"and": conditions}, "views": [{"type": "table", "name": "Met"}]})
    assert views(base, "B") == ([View("B: Met", query)] if query else [])


async def test_columns_can_be_chosen_and_stay_chosen(vault: Vault, start: Start) -> None:
    """Each is shown or hidden; the choice is there at the next start."""
    async with start(vault, (160, 45)) as user:
        await user.press("2", "i", *["down"] * 5, "enter")
        assert "phone" in user.screen().splitlines()[4] + user.screen().splitlines()[5]
        assert "+1 503-555-0186" in user.screen()
    async with start(vault, (160, 45)) as user:
        await user.press("2")
        assert partners(user).listing.columns == ("role", "organization", "stage", "last", "phone")


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (100, ["name", "role", "organization", "stage", "last"]),
        (60, ["name", "role", "stage", "last"]),
        (39, ["name", "stage", "last"]),
        (30, ["name", "last"]),
        (16, ["name"]),
    ],
)
def test_columns_that_do_not_fit_are_left_out(width: int, names: list[str]) -> None:
    """The name is always there, then the last touch; nothing is wider than the list."""
    found = partner_layout(width, DEFAULT)
    assert [name for name, _ in found] == names
    assert sum(cells for _, cells in found) + 2 * (len(found) - 1) + 2 <= width


async def test_a_new_partner_who_may_be_there_already_is_said(vault: Vault, demo: Path, start: Start) -> None:
    """By email, phone or name; who saves again means somebody else."""
    async with start(vault, (100, 40)) as user:
        await user.press("2", "n")
        await user.type("Anika Rowe")
        await user.press("tab", "tab", "tab")
        await user.type("Annika@RoweNutrition.example")
        await user.press("tab")
        await user.type("503.555.0186")
        await user.press("enter")
        assert "Annika Rowe: the same email, the same phone, nearly the same" in user.screen()
        assert not (demo / "Partners" / "Anika Rowe.md").exists()
        await user.press("enter")
        assert (demo / "Partners" / "Anika Rowe.md").exists()


async def test_the_preview_has_what_belongs_to_a_partner(vault: Vault, start: Start) -> None:
    """Facts of the organization, referrals with the release on file, releases, and who could introduce us."""
    async with start(vault, (160, 70)) as user:
        await user.press("2", "slash")
        await user.type("name:natarajan")
        await user.press("enter")
        assert "by you · sent · R-7K3QXM · release" in user.screen()
        assert "Releases" in user.screen()
        await user.press("slash", *["backspace"] * 20)
        await user.type("name:whitlock")
        await user.press("enter")
        assert "(organization)" in user.screen()
        assert "Nell Applewhite" in user.screen().partition("Who could introduce you")[2]


@pytest.mark.parametrize("follow", [True, False])
async def test_who_is_renamed_after_the_preview_is_shown_again(
    vault: Vault, demo: Path, start: Start, *, follow: bool
) -> None:
    """And somebody else, whose note has that path by now, stays as they are; enter then writes the change."""
    other = "Partners/Bao Fennimore.md"
    async with start(vault, (100, 40), follow=follow) as user:
        await user.press("2", "a", "c", "tab")
        await user.type("resting")
        await user.press("enter")
        rename(demo)
        before = rename(demo, OLD, other).read_text()
        if follow:
            await user.until(lambda: bool(rows(vault, "SELECT 1 FROM notes WHERE path = ?", (NEW,))))
        await user.press("enter")
        assert "Notes were renamed, moved or deleted meanwhile." in user.screen()
        assert "Annika Rowe-Lind  active → resting" in user.screen()
        await user.press("enter")
        assert "Changed 1 partner; u undoes it." in user.told()
        assert "stage: resting\n" in (demo / NEW).read_text()
        assert (demo / OLD).read_text() == before


async def test_who_was_renamed_before_the_preview_is_changed(vault: Vault, demo: Path, start: Start) -> None:
    """Also where the note stores no id; who is gone is left out."""
    path, new = "Partners/Aa.md", "Partners/Ab.md"
    (demo / path).write_text("---\ntype: partner\nstage: active\n---\n")
    vault.sync()
    async with start(vault, (100, 40), follow=True) as user:
        await user.press("2", "a", "a", "c", "tab")
        await user.type("resting")
        rename(demo, new, path)
        (demo / OLD).unlink()
        await user.until(lambda: not rows(vault, "SELECT 1 FROM notes WHERE path = ?", (OLD,)))
        await user.until(lambda: user.rounds.session.place_of(path) == new)
        await user.press("enter", "enter")
        assert "Changed 1 partner; u undoes it." in user.told()
        assert "stage: resting\n" in (demo / new).read_text()
