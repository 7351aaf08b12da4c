"""`rounds report`: text, JSON and the page."""

import re
from pathlib import Path

import pytest

from cli.running import Runner


def test_the_text(rounds: Runner) -> None:
    """Tables of months and of what became of the referrals, and the rest in sentences."""
    lines = rounds.good("report").splitlines()
    assert lines[0] == "How 2026 is going"
    assert lines[2] == "     referred by you  referred to you  new partners"
    assert re.fullmatch(r"all  \d+ +\d+ +\d+", lines[14])
    assert lines[16].split() == ["open", "completed", "declined", "lost"]
    assert lines[17].startswith("referred by you  ")
    assert "Replies: 12 of 16 partners that you first wrote to or called answered (75%)." in lines
    assert lines[lines.index("Who is resting") + 1 :] == [
        "Cyrus Bellweather", "Jun Thistlewood (not a fit)", "Petra Vance, until 22 Jan 2027", "Tobias Greenleaf (not a fit)",
    ]  # fmt: skip


def test_the_json(rounds: Runner) -> None:
    """Every number, with twelve months."""
    answer = rounds.json("report")
    assert list(answer) == ["report", "file"]
    found = answer["report"]
    assert list(found) == [
        "year", "today", "goal", "months", "replies", "to_meeting", "to_referral", "outcomes", "open_before", "undated",
        "gaps_closed", "cells", "open_gaps", "resting", "main_source",
    ]  # fmt: skip
    assert [each["month"] for each in found["months"]] == [f"2026-{number:02}" for number in range(1, 13)]
    assert found["replies"] == {"written": 16, "answered": 12, "rate": 0.75}
    assert found["gaps_closed"][0] == {"niche": "Perinatal mental health", "role": "ob-gyn", "date": "2026-01-02"}
    assert found["resting"][0] == {
        "path": "Partners/Cyrus Bellweather.md", "name": "Cyrus Bellweather", "stage": "resting", "until": None,
    }  # fmt: skip
    assert sum(found["outcomes"]["out"].values()) == sum(each["out"] for each in found["months"])


def test_an_empty_vault_and_other_years(nobody: Runner) -> None:
    """No table of zeros: a plain word."""
    assert nobody.good("report").splitlines()[:2] == ["How 2026 is going", "Nothing is recorded for this year."]
    assert "No niche has roles yet (rounds gaps)." in nobody.good("report")
    assert nobody.good("report", "--year", "2019").startswith("How 2019 went\n")
    assert nobody.good("report", "--year", "2031").startswith("2031 is still to come\n")
    assert nobody.json("report")["report"]["replies"]["rate"] is None
    assert nobody("report", "--year", "last").exit_code == 2


def test_the_page_is_written_where_it_is_wanted(rounds: Runner, tmp_path: Path) -> None:
    """Private, never over another file unasked; the vault is left alone."""
    before = sorted(rounds.folder.rglob("*"))
    file = tmp_path / "year.html"
    assert rounds.good("report", "--html", str(file)) == f"{file}\n"
    assert rounds.json("report", "--html", str(file))["file"] == str(file)
    page = file.read_bytes()
    result = rounds("report", "--year", "2025", "--html", str(file))
    assert (result.exit_code, file.read_bytes()) == (1, page)
    assert "--replace" in result.stderr
    rounds.good("report", "--year", "2025", "--html", str(file), "--replace")
    assert b"<h1>How 2025 went</h1>" in file.read_bytes()
    assert sorted(rounds.folder.rglob("*")) == before


def test_nothing_about_clients(rounds: Runner, tmp_path: Path) -> None:
    """No code, no reason, and no partner beside a number of referrals (guide, lines 24 and 26)."""
    file = tmp_path / "year.html"
    rounds.good("report", "--html", str(file))
    page = file.read_text(encoding="utf-8")
    resting = page.index("Who is resting")
    for text in (page, rounds.good("report"), rounds.good("report", "--json")):
        assert not re.search(r"R-[0-9A-Z]{4}|assessment|medication|school\b(?! counselor)", text)
    for path in (rounds.folder / "Partners").glob("*.md"):
        assert path.stem not in page[:resting]


@pytest.mark.parametrize("columns", ["60", "40"])
def test_a_narrow_terminal(rounds: Runner, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is wider than the terminal."""
    monkeypatch.setattr("rounds.cli.output.Text.width", int(columns))
    assert max(map(len, rounds.good("report").splitlines())) <= int(columns)
