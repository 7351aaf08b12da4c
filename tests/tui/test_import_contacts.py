"""Import contacts in the terminal interface: the file, the rows to tick, one change."""

from pathlib import Path

from imports.test_formats import sheet
from rounds.vault.note_files import add
from rounds.vault.set_properties import Setting
from rounds.vault.vault import Vault

from .conftest import Start

HEAD = "Name,Organization,Title,Email,Phone,Notes\n"
ROWS = (
    "Ana Cruz,Heart Clinic,Psychiatrist,ana@heart.example,503-555-0242,met at the fair\n"
    "Aunt May,,,may@gmail.com,,\n"
    "Bo Ng,Oak Clinic,Midwife,bo@oak.example,,\n"
    ",,,nobody@x.example,,\n"
)


async def test_rows_are_ticked_and_imported_as_one_change(
    vault: Vault, demo: Path, tmp_path: Path, start: Start
) -> None:
    """From the palette: a file, its rows with their evidence, ticks, and an undo."""
    path = tmp_path / "people.csv"
    path.write_text(HEAD + ROWS)
    before = {each: each.read_bytes() for each in (demo / "Partners").glob("*.md")}
    async with start(vault) as user:
        await user.press("2", "ctrl+p")
        await user.type("import contacts")
        await user.press("enter")
        assert "Import contacts" in user.screen()
        await user.type(str(tmp_path / "none.csv"))
        await user.press("enter")
        assert "can't be read" in user.screen()
        for _ in "none.csv":
            await user.press("backspace")
        await user.type("people.csv")
        await user.press("enter")
        assert "What is in each column?" in user.screen()
        await user.press("enter")
        assert "3 new, 1 left out" in user.screen()
        assert "✓ Ana Cruz  new" in user.screen()
        assert "· Aunt May  new" in user.screen()
        assert "it has no organization" in user.screen()
        assert "Left out: line 5: it has no name" in user.screen()
        assert {each: each.read_bytes() for each in (demo / "Partners").glob("*.md")} == before
        await user.press("down", "space")
        assert "✓ Aunt May" in user.screen()
        await user.press("a")
        assert "✓" not in user.screen().split("Ana Cruz")[1].split("Left out")[0]
        await user.press("up", "enter", "i")
        assert "Imported 1 row; u undoes it." in user.told()
        assert (demo / "Partners/Ana Cruz.md").exists()
        assert not (demo / "Partners/Bo Ng.md").exists()
        await user.press("u")
        assert {each: each.read_bytes() for each in (demo / "Partners").glob("*.md")} == before


async def test_leaving_the_list_writes_nothing(vault: Vault, demo: Path, tmp_path: Path, start: Start) -> None:
    """Escape, although rows are ticked; in a narrow terminal too."""
    path = tmp_path / "people.csv"
    path.write_text(HEAD + ROWS)
    before = sorted((demo / "Partners").glob("*.md"))
    async with start(vault, size=(60, 20)) as user:
        await user.press("2", "ctrl+p")
        await user.type("import contacts")
        await user.press("enter")
        await user.type(str(path))
        await user.press("enter", "enter")
        assert "Ana Cruz" in user.screen()
        await user.press("escape")
        assert "Nothing was imported." in user.told()
    assert sorted((demo / "Partners").glob("*.md")) == before


async def test_columns_are_asked_once_and_rows_are_chosen(
    vault: Vault, demo: Path, tmp_path: Path, home: Path, start: Start
) -> None:
    """A table's columns with a guess, saved; only some of its rows; the second time there is no question."""
    path = tmp_path / "My list.csv"
    path.write_text("Who,Where,Odd,Town\nAna Cruz,Heart Clinic,psychiatrist,Bend\nCy Doe,Elm,midwife,Salem\n")
    async with start(vault, size=(100, 40)) as user:
        for first in (True, False):
            await user.press("2", "ctrl+p")
            await user.type("import contacts")
            await user.press("enter")
            await user.type(str(path))
            await user.press("tab", "tab")
            await user.type("city:bend")
            await user.press("enter")
            if first:
                assert "For example Heart Clinic, Elm" in user.screen()
                await user.press(*["backspace"] * 4, "enter")
                assert "One of the columns must be the name of people" in user.screen()
                await user.type("name")
                await user.press("tab")
                await user.type("shoe")
                await user.press("enter")
                assert '"shoe" is not one of' in user.screen()
                await user.press(*["backspace"] * 4)
                await user.type("organization")
                await user.press("tab")
                await user.type("title")
                await user.press("enter")
            assert "Ana Cruz" in user.screen()
            assert "role psychiatrist; organization Heart Clinic; city Bend" in user.screen()
            assert "Cy Doe" not in user.screen()
            await user.press("escape" if first else "i")
        assert "Imported 1 row; u undoes it." in user.told()
    assert 'organization: "[[Heart Clinic]]"' in (demo / "Partners/Ana Cruz.md").read_text()
    assert not (demo / "Partners/Cy Doe.md").exists()
    assert 'Odd = "title"' in (home / "config/rounds/config.toml").read_text()


async def test_what_differs_can_be_taken(vault: Vault, demo: Path, tmp_path: Path, start: Start) -> None:
    """A row with nothing new is shown for it; t takes what the file says, and again leaves it."""
    path = tmp_path / "people.csv"
    path.write_text("Name,Organization,Email,City\nAna Cruz,Heart,ana@heart.example,Bend\n")
    add(vault, "Ana Cruz", [Setting("email", "=", "ana@heart.example"), Setting("city", "=", "Salem"),
                            Setting("organization", "=", "Heart")])  # fmt: skip
    async with start(vault) as user:
        await user.press("2", "ctrl+p")
        await user.type("import contacts")
        await user.press("enter")
        await user.type(str(path))
        await user.press("enter", "enter")
        assert "city stays Salem (the" in user.screen()
        await user.press("enter")
        assert "· Ana Cruz  same" in user.screen()
        await user.press("t", "t", "t")
        assert "✓ Ana Cruz  update" in user.screen()
        assert "stays" not in user.screen()
        await user.press("i")
        assert "city: Bend\n" in (demo / "Partners/Ana Cruz.md").read_text()


async def test_a_spreadsheet_with_several_sheets_asks_which(vault: Vault, tmp_path: Path, start: Start) -> None:
    """Their names are told, and the field for it is there."""
    path = sheet(tmp_path / "x.xlsx", ["Name", "Organization"], ["Ana Cruz", "Heart"])
    async with start(vault) as user:
        await user.press("2", "ctrl+p")
        await user.type("import contacts")
        await user.press("enter")
        await user.type(str(path))
        await user.press("enter")
        assert "Which one has the people? Cover, People" in user.screen()
        await user.press("tab")
        await user.type("People")
        await user.press("enter", "enter")
        assert "Ana Cruz" in user.screen()


async def test_a_long_file_is_shown_whole(vault: Vault, demo: Path, tmp_path: Path, start: Start) -> None:
    """Thousands of rows: their number, the last one, and ticks for all."""
    path = tmp_path / "people.csv"
    names = (f"Ana {a}{b}{c}ruz" for a in "BCDFGHJKLM" for b in "aeiouy" for c in "bcdfghjklmnpqrstvwxz" * 2)
    rows = [f"{name},{number} Oak Clinic,Midwife\n" for number, name in zip(range(3000), [*names] * 3, strict=False)]
    path.write_text("".join(["Name,Organization,Title\n", *rows]))
    async with start(vault, size=(100, 30)) as user:
        await user.press("2", "ctrl+p")
        await user.type("import contacts")
        await user.press("enter")
        await user.type(str(path))
        await user.press("enter", "enter")
        assert "Row 1 of 3,000" in user.screen()
        await user.press("a", "a", "end")
        assert "Row 3,000 of 3,000, 0 ticked" in user.screen()
        await user.press("space")
        assert "Row 3,000 of 3,000, 1 ticked" in user.screen()
        assert "organization 2999 Oak Clinic" in user.screen()
        await user.press("i")
        assert "Imported 1 row; u undoes it." in user.told()
    assert any("2999 Oak Clinic" in each.read_text() for each in (demo / "Partners").glob("Ana *"))
