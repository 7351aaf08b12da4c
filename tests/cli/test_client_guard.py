"""Client information at entry: what a command does before a byte is written."""

import pytest

from cli.running import Runner

ALVAREZ = "Partners/Maria Alvarez.md"
NAME = "our client Rebecca Thornbury starts with us"


@pytest.mark.parametrize(
    "words",
    [
        ("log", "alvarez", "call", NAME),
        ("plan", "alvarez", "ask how Dana M. is doing"),
        ("meet", "alvarez", "friday", "coffee", NAME),
        ("set", "alvarez", "connection=client born 4/12/2009"),
        ("add", "Kim Brand", "connection=our client Rebecca Thornbury"),
    ],
)
def test_nothing_is_written_without_a_terminal(rounds: Runner, words: tuple[str, ...]) -> None:
    """Exit code 7, with the words that were found and the way to write them all the same."""
    before = {path: path.read_bytes() for path in rounds.folder.rglob("*.md")}
    result = rounds(*words)
    assert result.exit_code == 7, result.output
    assert "Nothing was written." in result.stderr
    assert "--keep-as-is" in result.stderr
    assert {path: path.read_bytes() for path in rounds.folder.rglob("*.md")} == before


def test_it_can_be_kept_as_it_is(rounds: Runner) -> None:
    rounds.good("log", "alvarez", "call", NAME, "--keep-as-is")
    assert NAME in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_on_a_terminal_it_asks_and_writes_the_line_without_it(rounds: Runner) -> None:
    result = rounds("log", "alvarez", "call", NAME, typed="write\n\n")
    assert result.exit_code == 0, result.output
    assert "Without it: - 2026-11-23 call: our client [client] starts with us" in result.stderr
    assert "call: our client [client] starts with us" in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_an_exception_is_marked_with_its_reason(rounds: Runner) -> None:
    rounds.good("log", "alvarez", "call", NAME, typed="keep\na colleague\n")
    assert f"{NAME} %% rounds: ok phi: a colleague %%" in rounds.note(ALVAREZ)
    assert ALVAREZ not in rounds("check").stdout


@pytest.mark.usefixtures("terminal")
def test_an_edited_line_is_looked_at_again(rounds: Runner) -> None:
    result = rounds("log", "alvarez", "call", NAME, typed="edit\n- 2026-11-23 call: pt Anna Lindgren\nstop\n")
    assert result.exit_code == 1
    assert "Anna Lindgren" in result.stderr
    assert "Lindgren" not in rounds.note(ALVAREZ)


def test_a_warning_is_one_line_and_goes_on(rounds: Runner) -> None:
    result = rounds("log", "alvarez", "call", "pt T.K. sleeps better on the new dose")
    assert result.exit_code == 0
    assert len([line for line in result.stderr.splitlines() if "client's initials" in line]) == 1


def test_undo_brings_back_what_was_there(rounds: Runner) -> None:
    """The guard looks at what people type, not at what undo puts back."""
    rounds.good("log", "alvarez", "call", NAME, "--keep-as-is")
    rounds.good("set", "alvarez", "city=Salem")
    rounds.good("undo")
    assert NAME in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_a_property_stays_text(rounds: Runner) -> None:
    """Brackets would make a list of it, or break the front matter."""
    rounds.good("set", "alvarez", "connection=Rebecca Thornbury is our client", typed="write\n\n")
    assert "connection: (client) is our client\n" in rounds.note(ALVAREZ)


@pytest.mark.usefixtures("terminal")
def test_two_edits_that_lead_back_end(rounds: Runner) -> None:
    """A line edited into another one with client information, and that one back: it asks again."""
    first, second = f"- 2026-11-23 call: {NAME}", "- 2026-11-23 call: pt Anna Lindgren"
    result = rounds("log", "alvarez", "call", NAME, typed=f"edit\n{second}\nedit\n{first}\nstop\n")
    assert result.exit_code == 1
    assert "Lindgren" not in rounds.note(ALVAREZ)


def test_exceptions_are_listed_with_their_reasons(rounds: Runner) -> None:
    """Note, line, what is accepted, and why; in properties and in lines of any kind."""
    rounds.good("log", "alvarez", "call", f"{NAME} %% rounds: ok phi: a colleague %%")
    path = rounds.folder / "Partners/Kept.md"
    path.write_text(
        "---\ntype: partner\nconnection: client JD  # %% rounds: ok phi: a firm %%\n---\n\ncash %% rounds: ok gift %%\n"
    )
    found = rounds.json("check", "--exceptions")["exceptions"]
    assert found == [
        {"path": "Partners/Kept.md", "line": 3, "kind": "phi", "reason": "a firm", "text": "connection: client JD"},
        {"path": "Partners/Kept.md", "line": 6, "kind": "gift", "reason": "", "text": "cash"},
        {"path": ALVAREZ, "line": found[2]["line"], "kind": "phi", "reason": "a colleague",
         "text": f"- 2026-11-23 call: {NAME}"},
    ]  # fmt: skip
    shown = rounds.good("check", "--exceptions").splitlines()
    assert shown[:2] == ["Partners/Kept.md:3: phi: a firm", "    connection: client JD"]
    assert shown[-1] == "3 exceptions."
    assert rounds("check", "--exceptions", "--staged").exit_code == 2


def test_words_that_are_there_already_are_not_asked_about(rounds: Runner) -> None:
    """A tick adds no words; what is added beside it is looked at."""
    path = rounds.folder / ALVAREZ
    path.write_text(f"{path.read_text()}\n- [ ] {NAME} 📅 2026-11-20\n- [ ] Call the desk 📅 2026-11-21\n")
    result = rounds("done", "alvarez", "--number", "2")
    assert result.exit_code == 0, result.output
    assert f"- [x] {NAME} 📅 2026-11-20" in rounds.note(ALVAREZ)
    assert rounds("log", "alvarez", "call", NAME).exit_code == 7
