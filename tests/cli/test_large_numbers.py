"""Numbers of 5,000 digits, of which Python reads none: whatever they stand in, an answer or an error with its place."""

import re
from pathlib import Path

import pytest

from cli.running import Runner
from rounds.storage.user_config import config_path

BIG = "9" * 5000
HEX = f"0x{'f' * 9000}"
READING = (
    ("list",), ("list", "score:>1"), ("list", "--json"), ("show", "ann", "--json"), ("today", "--all"), ("check",),
    ("match", "doula"), ("feed", "write"), ("set", "ann", "city=Salem"),
)  # fmt: skip


@pytest.fixture
def ann(nobody: Runner) -> Runner:
    nobody.good("add", "Ann Ito", "role=doula", "stage=met")
    return nobody


@pytest.mark.parametrize(
    "front",
    [
        f"score: {BIG}", f"score: {BIG}\nx: .nan", f"score: [.nan, {BIG}]", f"score: {HEX}", f"score: {BIG}.5",
        f"score: 1e{BIG}", f"last_contact: {BIG}-01-01", f"rest_until: {BIG}", f"check_in: {BIG} days", f"npi: {BIG}",
        f'phone: "{BIG}"', f"serves: [ages {BIG} to {BIG}, {BIG}+, under {BIG}]", f"tags: [{BIG}]", f"{BIG}: a",
        f"? {BIG}\n: a", f"id: {BIG}", f"aliases: [{BIG}]", f"organization: {BIG}", f"telehealth: {BIG}",
    ],
    ids=range(19),
)  # fmt: skip
def test_in_properties(nobody: Runner, front: str) -> None:
    (nobody.folder / "Partners").mkdir()
    (nobody.folder / "Partners" / "Ann.md").write_text(f"---\ntype: partner\nrole: doula\n{front}\n---\n")
    for words in READING:
        nobody(*words)  # raises what is no error of ours


@pytest.mark.parametrize(
    "line",
    [
        f"- [ ] a 📅 {BIG}-01-01", f"- [ ] {BIG}:30 a 📅 2026-12-01", f"- [ ] a 📅 2026-12-01 🔁 every {BIG} days",
        f"- [ ] a 📅 2026-12-01 🔁 every month on the {BIG}th", "- [ ] a 📅 2026-12-01 🔁 every ² days",
        "- [ ] a 📅 2026-12-01 🔁 every month on the ²nd", f"- [ ] a [due:: {BIG}-01-01]", f"- {BIG}-11-20 call: a",
        f"- 2026-11-20 later check-in: {BIG}-01-01", f"- 2026-11-20 call @{BIG}: a", f"#{BIG} [[{BIG}]] ^{BIG}",
    ],
    ids=range(11),
)  # fmt: skip
def test_in_tasks_and_log_lines(nobody: Runner, line: str) -> None:
    (nobody.folder / "Partners").mkdir()
    (nobody.folder / "Partners" / "Ann.md").write_text(f"---\ntype: partner\n---\n\n{line}\n")
    for words in READING:
        nobody(*words)
    (nobody.folder / "Inbox.md").write_text(f"{line}\nAnn called {BIG} days ago\n{BIG}. Ann called\nAnn nov {BIG}\n")
    nobody("inbox", "--yes")


@pytest.mark.parametrize(
    "value", [BIG, f"-{BIG}", HEX, f'"{BIG} days"', f"{BIG}.5", f"1e{BIG}", f"{BIG}-01-01"], ids=range(7)
)
@pytest.mark.parametrize(
    "key", ["month.goal", "today.cap", "network.suggest", "drafts.words", "reminders.thank-you.days"]
)
def test_in_settings(ann: Runner, key: str, value: str) -> None:
    """The line is named, and the notes are listed all the same."""
    table, _, name = key.rpartition(".")
    toml = ann.folder / "rounds.toml"
    toml.write_text(f"{toml.read_text()}[{table}]\n{name} = {value}\n")
    assert "Ann Ito" in ann("list").stdout
    assert re.search(r"^rounds.toml:[34]:", ann("check").stdout, re.MULTILINE)
    ann("today")


@pytest.mark.parametrize(
    "words",
    [
        *[("list", query) for query in (f"score:>{BIG}", f"score:{BIG}", f"last:>{BIG}d", f"last:{BIG}-01-01", f"due:<{BIG}w",
                                        f"npi:{BIG}", f"serves:{BIG}", f"last:{BIG}w..{BIG}w", BIG, "score:>²", "last:²d")],
        ("done", "ann", "--number", BIG), ("done", "ann", "--on", BIG), ("log", "ann", "call", "x", "--on", f"{BIG} days ago"),
        ("plan", "ann", "x", "--by", f"in {BIG} weeks"), ("plan", "ann", "x", "--by", f"nov {BIG}"),
        ("plan", "ann", "x", "--by", "friday", "--at", f"{BIG}:30"), ("meet", "ann", BIG), ("later", "ann", f"{BIG}d"),
        ("plan", "ann", f"x 📅 {BIG}-01-01 🔁 every {BIG} days"), ("set", "ann", f"check_in={BIG} days"),
        ("set", "ann", f"rest_until={BIG}"), ("set", "ann", f"npi={BIG}"), ("match", "doula", "--age", BIG), ("report", BIG),
        ("search", BIG), ("show", BIG), ("history", "--most", BIG), ("suggest", BIG), ("undo", BIG),
    ],
    ids=range(30),
)  # fmt: skip
def test_on_the_command_line(ann: Runner, words: tuple[str, ...]) -> None:
    """An answer, or an error of the command's words."""
    assert ann(*words).exit_code in {0, 1, 2, 3}


@pytest.mark.parametrize("line", [f"largest = {BIG}", f"[serve]\nport = {BIG}", f"me = {BIG}"], ids=range(3))
def test_in_config(ann: Runner, line: str) -> None:

    Path(config_path()).parent.mkdir(parents=True)
    Path(config_path()).write_text(f"{line}\n")
    result = ann("list", "owner:me")
    assert (result.exit_code, "A number here is too large" in result.stderr) == (1, True)
