"""Files that are made for the user: where they may go."""

import os
from pathlib import Path

import pytest

from rounds.errors import RoundsError
from rounds.exports.write_files import taken, write_papers


@pytest.fixture(autouse=True)
def _few_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks for a folder for ever fails."""
    left = [100]
    known = os.path.lexists

    def lexists(path: str) -> bool:
        left[0] -= 1
        assert left[0], "it looks and looks"
        return known(path) and not path.startswith("/nowhere")

    monkeypatch.setattr(os.path, "lexists", lexists)


def test_a_relative_folder_is_one_of_where_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not there yet is not taken; a file in its place is named."""
    monkeypatch.chdir(tmp_path)
    assert taken("cards/mine", {"a.vcf": b""}) == []
    (tmp_path / "cards").write_text("")
    with pytest.raises(RoundsError, match="cards is a file, not a folder"):
        taken("cards/mine", {"a.vcf": b""})


def test_a_drive_that_is_not_there_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above its root there is nothing to look for; writing then says what is wrong."""
    monkeypatch.setattr(os.path, "dirname", lambda path: "/nowhere")
    assert taken("/nowhere/cards", {"a.vcf": b""}) == []


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    """On FAT, a killed run leaves one; it was said to hold something else, for good."""
    for name, text in {"a.vcf": "", "b.vcf": "mine"}.items():
        (tmp_path / name).write_text(text)
    assert taken(str(tmp_path), {"a.vcf": b"new", "b.vcf": b"new"}) == [str(tmp_path / "b.vcf")]
    assert write_papers(str(tmp_path), {"a.vcf": b"new"}) == [str(tmp_path / "a.vcf")]
    assert (tmp_path / "a.vcf").read_bytes() == b"new"
