"""`rounds inbox`: thoughts are filed after a yes; what can't be placed stays."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.running import Runner

DANA, KEIKO = "Partners/Dana Whitlock.md", "Partners/Keiko Marlowe.md"


def test_without_a_terminal_thoughts_are_only_listed(rounds: Runner) -> None:
    """Every line is shown with its proposal, and nothing is written."""
    before = rounds.note("Inbox.md"), rounds.note(DANA)
    text = rounds.good("inbox")
    assert (
        "stays  Dana coffee yesterday, prefers fax\n       Dana Whitlock · coffee · yesterday · prefers fax\n" in text
    )
    assert "no person found" in text
    assert "sheet\n       Gideon Stark-Moreno · to do: call · 30 Nov · about his parenting-plan sheet\n" in text
    assert text.endswith("0 thoughts filed, 5 left in the inbox.\n")
    assert (rounds.note("Inbox.md"), rounds.note(DANA)) == before


def test_yes_files_what_is_placed(rounds: Runner) -> None:
    """--yes files every thought that has found its person; the rest stays in Inbox.md."""
    answer = rounds.json("inbox", "--yes")
    placed = [each for each in answer["thoughts"] if each["path"]]
    assert answer["filed"] == len(placed) >= 3
    assert all(each["filed"] for each in placed)
    assert "- 2026-11-22 coffee: prefers fax\n" in rounds.note(DANA)
    left = rounds.note("Inbox.md")
    assert "Dana coffee" not in left
    assert "somebody at the bakery" in left


@pytest.mark.usefixtures("terminal")
def test_each_is_asked_about(rounds: Runner) -> None:
    """Yes files, no leaves, quit ends; what was filed before stays filed."""
    rounds.good("inbox", typed="y\nn\nq\n")
    assert "- 2026-11-22 coffee: prefers fax\n" in rounds.note(DANA)
    left = rounds.note("Inbox.md")
    assert "Dana coffee" not in left
    assert "emailed Bao Fennimore" in left
    assert "Keiko sent" in left


@pytest.mark.usefixtures("terminal")
def test_another_person_and_another_kind(rounds: Runner) -> None:
    """The proposal can be corrected before the yes; a name that fits nobody is told and asked again. The words that
    said who and what it seemed to be are in the log then.
    """
    rounds.good("inbox", typed="person\nxyzzy\nperson\nkeiko\nkind\nemail\nyes\nquit\n")
    assert "- 2026-11-22 email: Dana coffee, prefers fax\n" in rounds.note(KEIKO)
    assert "prefers fax" not in rounds.note(DANA)


def test_a_broken_note_keeps_its_thought_in_the_inbox(rounds: Runner) -> None:
    """A thought about a note that can't be read stays; the others are filed; the exit code is not 0."""
    inbox = rounds.folder / "Inbox.md"
    inbox.write_text("# Inbox\n\nInes Calloway call today, back on Monday\nKeiko call today, back on Tuesday\n")
    before = rounds.note("Partners/Ines Calloway.md")
    result = rounds("inbox", "--yes")
    assert result.exit_code == 1
    assert "Partners/Ines Calloway.md:6:37: The value holds" in result.stderr
    assert rounds.note("Partners/Ines Calloway.md") == before
    assert inbox.read_text() == "# Inbox\n\nInes Calloway call today, back on Monday\n"
    assert "- 2026-11-23 call" in rounds.note(KEIKO)


def test_an_empty_inbox(nobody: Runner) -> None:
    """No Inbox.md, or nothing in it, is said in a line."""
    assert nobody.good("inbox") == "The inbox is empty.\n"
    assert nobody.json("inbox") == {"thoughts": [], "filed": 0}


@pytest.mark.skipif(os.name != "posix", reason="pipes have names on POSIX")
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_an_inbox_that_is_no_file_is_not_an_empty_one(rounds: Runner, make: Callable[[Path], None]) -> None:
    """It says what it is."""
    (rounds.folder / "Inbox.md").unlink()
    make(rounds.folder / "Inbox.md")
    for words in (("inbox",), ("inbox", "--yes")):
        result = rounds(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "rounds: Inbox.md can't be read: " in result.stderr


def test_an_inbox_that_can_t_be_read_is_said(rounds: Runner) -> None:
    """With the line, as of any note."""
    (rounds.folder / "Inbox.md").write_bytes(b"Dana called\n\xff\n")
    result = rounds("inbox")
    assert (result.exit_code, "rounds: Inbox.md:2:1: " in result.stderr) == (1, True)


def test_json(rounds: Runner) -> None:
    """Each thought with its proposal."""
    first = rounds.json("inbox")["thoughts"][0]
    assert first == {
        "line": 3,
        "text": "Dana coffee yesterday, prefers fax",
        "path": DANA,
        "name": "Dana Whitlock",
        "candidates": [],
        "kind": "coffee",
        "date": "2026-11-22",
        "words": "prefers fax",
        "to_do": "",
        "new": "",
        "filed": False,
    }


def test_a_mistyped_option(rounds: Runner) -> None:
    """A wrong option is an error of use and files nothing."""
    before = rounds.note("Inbox.md")
    assert rounds("inbox", "--yess").exit_code == 2
    assert rounds.note("Inbox.md") == before


@pytest.mark.usefixtures("terminal")
def test_a_line_becomes_a_follow_up_a_partner_or_nothing(rounds: Runner) -> None:
    """Each is one change that undo takes back, and the line is in the inbox again."""
    inbox = rounds.folder / "Inbox.md"
    inbox.write_text(
        "# Inbox\n\ncall Dana\nNoor Haddad called\nbuy stamps\nKeiko coffee yesterday, next: send it fri\n"
    )
    result = rounds("inbox", typed="todo\nadd\n\nyes\ndiscard\nyes\n")
    assert "Done, or to do? (log, todo, no, person, add, discard, quit)" not in result.stderr
    assert "Done, or to do? (log, todo, no, person, discard, quit)" in result.stderr
    assert result.stdout == "3 thoughts filed, 1 discarded, 0 left in the inbox.\n"
    assert "- [ ] call: Dana Whitlock ^f-" in rounds.note(DANA)
    assert "- 2026-11-23 call: called\n" in rounds.note("Partners/Noor Haddad.md")
    assert "- 2026-11-22 coffee:\n" in rounds.note(KEIKO)
    assert "- [ ] send it 📅 2026-11-27" in rounds.note(KEIKO)
    assert inbox.read_text() == "# Inbox\n\n"
    for _ in range(4):
        rounds.good("undo")
    assert inbox.read_text().count("\n") == 6
    assert not (rounds.folder / "Partners/Noor Haddad.md").exists()
