"""`rounds +`: one line about anybody; what is unclear is asked on a terminal, and refused without one."""

import re

import pytest

from cli.running import Runner

DANA = "Partners/Dana Whitlock.md"
NOOR = "Partners/Noor Haddad.md"


def test_a_clear_line_is_written_as_one_change(rounds: Runner) -> None:
    """Entry and follow-up are said as they stand in the note; one undo takes both back."""
    before = rounds.note(DANA)
    text = rounds.good("+", "call", "Dana", "yesterday:", "prefers", "fax,", "follow", "up", "fri")
    assert re.sub(r" \^f-\w+", "", text) == (
        "Dana Whitlock: - 2026-11-22 call: prefers fax\nDana Whitlock: - [ ] follow up 📅 2026-11-27\n"
    )
    assert "- 2026-11-22 call: prefers fax\n" in rounds.note(DANA)
    rounds.good("undo")
    assert rounds.note(DANA) == before


@pytest.mark.parametrize(
    "words", [('+call dana yesterday: it\'s "fine"; $5',), ("+call", "dana", "yesterday:", 'it\'s "fine"; $5')]
)
def test_the_sign_may_stand_at_the_first_word(rounds: Runner, words: tuple[str, ...]) -> None:
    """Quoted as a whole, or word by word."""
    assert rounds.good(*words) == 'Dana Whitlock: - 2026-11-22 call: it\'s "fine"; $5\n'


def test_what_is_still_to_come_is_planned(rounds: Runner) -> None:
    """A day to come, or a verb that asks for something; the JSON says which it was."""
    found = rounds.json("+", "coffee with Dana thu 3pm", "--todo")
    assert (found["added"], found["to_do"]) == (False, True)
    assert re.sub(r" \^f-\w+", "", found["written"]["lines"][0]) == "- [ ] 15:00 coffee: with Dana 📅 2026-11-26"
    assert rounds.good("+", "send Dana the form by fri").startswith(
        "Dana Whitlock: - [ ] send Dana the form 📅 2026-11-27"
    )


@pytest.mark.parametrize(
    ("line", "code", "message", "hint"),
    [
        ("coffee with Sam", 4, "the name could be one of 2 known people", "Write more of the name."),
        ("Noor Haddad called", 3, "there is nobody named Noor Haddad", "+ --yes 'Noor Haddad called'"),
        ("call Dona Whitlok yesterday", 3, "there is nobody named Dona Whitlok", "Did you mean Dana Whitlock? To add them"),
        ("call Dana", 2, "this could be done, or still to do", "Add --done or --todo."),
        ("buy stamps", 2, "nobody is named.", "Nothing was written."),
        ("call Dana on 2/30: x", 2, "this is not a date that can be read: on 2/30", "Nothing was written."),
        ("call Dana: client Jane Doe, DOB 3/4/2011, cancelled", 7, "client information", "To write it as typed: --keep-as-is."),
    ],
)  # fmt: skip
def test_without_a_terminal_nothing_is_guessed(rounds: Runner, line: str, code: int, message: str, hint: str) -> None:
    """The exit code says what kind of thing is unclear, and nothing is written."""
    done = "--done" if code == 7 else "--json"
    before = rounds.note(DANA)
    result = rounds("+", line, done)
    assert (result.exit_code, message in result.stderr, hint in result.stderr) == (code, True, True), result.stderr
    assert rounds.note(DANA) == before


def test_yes_adds_who_is_unknown(rounds: Runner) -> None:
    """As typed, in the same change."""
    assert rounds.good("+", "--yes", "coffee noor haddad yesterday: prefers fax") == (
        f"Added Noor Haddad: {NOOR}\nNoor Haddad: - 2026-11-22 coffee: prefers fax\n"
    )
    rounds.good("undo")
    assert not (rounds.folder / NOOR).exists()


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_the_reading_is_shown_and_asked_about(rounds: Runner) -> None:
    """Enter writes it; a known name can be chosen in place of a mistyped one."""
    result = rounds("+", "call Dana yesterday: prefers fax, follow up fri", typed="\n")
    assert "  Dana Whitlock · call · yesterday · prefers fax\n  next: Fri 27 Nov · follow up\n" in result.stderr
    assert result.stdout.startswith("Dana Whitlock: - 2026-11-22 call: prefers fax\n")
    result = rounds("+", "Dona Whitlok called", typed="person\n1\nyes\n")
    assert "could be Dana Whitlock" in result.stderr
    assert result.stdout == "Dana Whitlock: - 2026-11-23 call: called\n"
    result = rounds("+", "call Dana", typed="todo\n")
    assert "Done, or to do? (log, todo, no, person" in result.stderr
    assert result.stdout.startswith("Dana Whitlock: - [ ] call: Dana Whitlock ^f-")


@pytest.mark.usefixtures("terminal")
def test_no_writes_nothing(rounds: Runner) -> None:
    before = rounds.note(DANA)
    result = rounds("+", "Noor Haddad called", typed="no\n")
    assert "  Noor Haddad (a new partner) · call · today · called\n" in result.stderr
    assert result.exit_code == 1
    assert not (rounds.folder / NOOR).exists()
    assert rounds.note(DANA) == before


@pytest.mark.usefixtures("terminal")
def test_client_information_is_asked_about(rounds: Runner) -> None:
    """As in every command: once, and the line is written as decided."""
    line = "call Dana yesterday: client Jane Doe, DOB 3/4/2011, cancelled"
    result = rounds("+", line, typed="yes\nstop\n")
    assert "belongs in the chart" in result.stderr
    assert "Jane Doe" not in rounds.note(DANA)
    rounds.good("+", line, typed="yes\nwrite\n\n\n\n")
    assert "Jane Doe" not in rounds.note(DANA)
    assert "- 2026-11-22 call:" in rounds.note(DANA)


def test_a_line_without_the_sign_is_recognized(rounds: Runner) -> None:
    """`rounds call dana` is no command; the hint is the line to type."""
    result = rounds("call", "dana", "yesterday:", "prefers fax")
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "To write that as a line about somebody: rounds + call dana yesterday: 'prefers fax'\n"
    )
    assert "rounds +" not in rounds("call", "xyzzy").stderr
