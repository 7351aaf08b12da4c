"""Import contacts in the terminal interface: the file, the rows to tick, one change."""

from pathlib import Path

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
        await user.press("enter")
        assert "Ana Cruz" in user.screen()
        await user.press("escape")
        assert "Nothing was imported." in user.told()
    assert sorted((demo / "Partners").glob("*.md")) == before
