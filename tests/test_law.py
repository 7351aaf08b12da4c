"""docs/law.md: every rule of law that the code goes by is listed, with its source and whether it was read."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECTION = re.compile(r"\b(\d+ (?:CFR|USC|ILCS) (?:Part \d+|\d+[a-z]?(?:[./-]\d+[a-z]?)*))")


def test_every_section_that_the_code_names_is_listed() -> None:
    page = (ROOT / "docs/law.md").read_text(encoding="utf-8")
    named = {
        found
        for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "vault-template").rglob("*.md")]
        for found in SECTION.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) >= 4
    assert sorted(each for each in named if each not in page) == []


def test_each_row_says_where_it_was_read_or_that_it_was_not() -> None:
    page = (ROOT / "docs/law.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")][1:]
    assert {len(row) for row in rows} == {4}
    for *_, read in rows:
        assert re.search(r"\b\d{4}-\d{2}-\d{2}, |\b\d{4}-\d{2}-\d{2}: |not read here", read), read
    assert "no\nlegal advice" in page or "no legal advice" in page
