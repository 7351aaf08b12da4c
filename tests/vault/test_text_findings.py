"""What problems need from the texts of notes is read once for each version of a note."""

from pathlib import Path

import pytest

from rounds.errors import NotFoundError
from rounds.vault.problems import all_problems
from rounds.vault.text_findings import TextFindings
from rounds.vault.vault import Vault
from vault.notes import put


def test_a_text_is_read_again_only_after_its_note_changed() -> None:
    """What isn't asked for any more is forgotten."""
    before = {"a.md": {"id": [2, 1]}, "b.md": {"id": [3, 1]}, "gone.md": {"id": [4, 1]}}
    texts = TextFindings(before, {"b.md"})

    assert texts.of("a.md", "id", lambda: [9, 9]) == [2, 1]
    assert texts.of("b.md", "id", lambda: [5, 1]) == [5, 1]
    assert texts.of("a.md", "partner", lambda: [7, 1]) == [7, 1]
    assert texts.kept == {"a.md": {"id": [2, 1], "partner": [7, 1]}, "b.md": {"id": [5, 1]}}
    assert TextFindings(before).of("a.md", "id", lambda: [9, 9]) == [9, 9]


def test_a_note_that_cannot_be_read_is_tried_again() -> None:
    texts = TextFindings({}, set())

    def read() -> None:
        raise NotFoundError("it is gone")

    with pytest.raises(NotFoundError):
        texts.of("a.md", "id", read)
    assert texts.kept == {}


def test_problems_stay_where_they_are_when_another_note_changes(tmp_path: Path) -> None:
    """And move with the lines of their own note."""
    (tmp_path / "rounds.toml").write_text("")
    vault = Vault.open(tmp_path)
    lost = "---\ntype: referral\npartner: '[[Nobody]]'\n---\n"
    put(vault, {"Referrals/1.md": lost, "Partners/Sam.md": "---\ntype: partner\n---\n"})
    assert [(each.path, each.line) for each in all_problems(vault)] == [("Referrals/1.md", 3)]

    put(vault, {"Partners/Sam.md": "---\ntype: partner\nrole: midwife\n---\n"})
    assert [(each.path, each.line) for each in all_problems(vault)] == [("Referrals/1.md", 3)]

    put(vault, {"Referrals/1.md": lost.replace("type", "date: 2026-05-04\ntype")})
    assert [(each.path, each.line) for each in all_problems(vault)] == [("Referrals/1.md", 4)]
    vault.close()
