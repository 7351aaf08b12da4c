import pytest

from cli.running import Runner


def test_history_shows_lines_and_ids(rounds: Runner) -> None:
    """The newest first, each with its id and the lines that came and went."""
    rounds.good("log", "dana whitlock", "call", "first")
    rounds.good("trash", "--yes", "joel brandvold")
    found = rounds.json("history")["changes"]
    assert [event["what"] for event in found] == ["moved Joel Brandvold to the trash", "logged call for Dana Whitlock"]
    lines = rounds.good("history").splitlines()
    assert lines[0].startswith(found[0]["id"])
    assert "    +- 2026-11-23 call: first" in lines
    assert not any("+++" in line or "---" in line for line in lines)


def test_history_of_one(rounds: Runner) -> None:
    """Others are left out; nothing known is said."""
    rounds.good("log", "dana whitlock", "call", "first")
    assert len(rounds.json("history", "dana whitlock")["changes"]) == 1
    assert rounds.good("history", "joel brandvold") == "No changes yet.\n"


def test_an_undone_change_says_so(rounds: Runner) -> None:
    """And so does the undo."""
    rounds.good("log", "dana whitlock", "call", "first")
    rounds.good("undo")
    found = rounds.json("history", "--most", "2")["changes"]
    assert [event["state"] for event in found] == ["saved", "undone"]
    assert found[0]["what"] == f"undid the change {found[1]['id']}"


def test_forgetting_is_asked_for(rounds: Runner, terminal: None) -> None:
    """It can't be taken back. Without a terminal it takes --yes."""
    rounds.good("log", "dana whitlock", "call", "first")
    assert "Nothing was forgotten." in rounds.good("history", "--forget", typed="n\n")
    assert len(rounds.json("history")["changes"]) == 1
    assert "Forgotten." in rounds.good("history", "--forget", typed="y\n")
    assert rounds.json("history")["changes"] == []


@pytest.mark.parametrize(
    ("words", "code"), [(("--forget",), 2), (("--forget", "dana", "--yes"), 2), (("nobody at all",), 3)]
)
def test_faults(rounds: Runner, words: tuple[str, ...], code: int) -> None:
    """Forgetting unasked, forgetting one, and asking for nobody."""
    rounds.good("log", "dana whitlock", "call", "first")
    assert rounds("history", *words).exit_code == code
    assert len(rounds.json("history")["changes"]) == 1
