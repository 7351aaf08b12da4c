"""`rounds duplicates` and `rounds merge`."""

import pytest

from cli.running import Runner


def test_pairs_are_listed_and_dismissed(rounds: Runner) -> None:
    """In words and as JSON; those of the sample network that are told apart by their file names aren't listed."""
    assert rounds.good("duplicates") == "No two notes look alike.\n"
    rounds.good("add", "Dr. Alvarez, Maria")
    said = rounds.good("duplicates")
    assert said.startswith("Partners/Maria Alvarez.md\nPartners/Dr. Alvarez, Maria.md\n    the same name\n")
    assert "rounds merge 'Maria Alvarez' 'Dr. Alvarez, Maria'" in said
    assert rounds.json("duplicates")["pairs"] == [
        {
            "path": "Partners/Maria Alvarez.md",
            "other": "Partners/Dr. Alvarez, Maria.md",
            "type": "partner",
            "why": ["the same name"],
        }
    ]
    assert "Partners/Dr. Alvarez, Maria.md may be about the same person" in rounds("check").stdout
    assert rounds.good("duplicates", "--dismiss", "Maria Alvarez", "Dr. Alvarez, Maria").startswith("Noted as two.\n")
    assert "noted as not the same: Maria Alvarez" in rounds.good("history")
    assert rounds.json("duplicates")["pairs"] == []
    assert rounds.good("duplicates", "--dismiss", "Dr. Alvarez, Maria", "Maria Alvarez") == "This is noted already.\n"


def test_one_note_twice_is_a_mistake(rounds: Runner) -> None:
    result = rounds("duplicates", "--dismiss", "Maria Alvarez", "maria alvarez")
    assert result.exit_code == 2
    assert "both names mean Maria Alvarez" in result.stderr


def test_a_merge_is_shown_first(rounds: Runner) -> None:
    """Without a terminal nothing is written unless --yes is given."""
    before = rounds.note("Partners/Maria Alvarez.md")
    said = rounds.good("merge", "Maria Alvarez", "Keiko Marlowe")
    assert "    +  - keiko@marlowelactation.example" in said
    assert "role: pediatrician. Noted in the log: lactation consultant" in said
    assert " in Keiko Marlowe.md\n" in said
    assert said.endswith("To take a value of the other note: --take KEY\n")
    assert rounds.note("Partners/Maria Alvarez.md") == before
    shown = rounds.json("merge", "Maria Alvarez", "Keiko Marlowe")
    assert (shown["merged"], shown["trash"]) == (False, None)
    assert {"key": "credentials", "kept": "MD", "other": "IBCLC", "taken": False} in shown["differing"]


def test_a_merge_and_its_undo(rounds: Runner) -> None:
    before = rounds.note("Partners/Maria Alvarez.md")
    done = rounds.json("merge", "Maria Alvarez", "Keiko Marlowe", "--yes", "--take", "credentials")
    assert (done["merged"], done["trash"]) == (True, ".trash/Keiko Marlowe.md")
    assert done["note"]["properties"]["credentials"] == "IBCLC"
    assert rounds("show", "Keiko Marlowe").stdout.startswith("Maria Alvarez")  # by the alias
    assert "merged Keiko Marlowe into Maria Alvarez" in rounds.good("history")
    rounds.good("undo")
    assert rounds.note("Partners/Maria Alvarez.md") == before
    assert rounds.json("show", "Keiko Marlowe")["note"]["path"] == "Partners/Keiko Marlowe.md"


def test_differing_values_are_asked_about(rounds: Runner, terminal: None) -> None:
    """Enter keeps the value; the last question is whether to merge at all."""
    result = rounds("merge", "Maria Alvarez", "Keiko Marlowe", typed="\ntake\nkeep\nn\n")
    assert result.exit_code == 0
    assert "role: keep pediatrician, or take lactation consultant? [keep]:" in result.stderr
    assert "referral_method: secure email. Noted in the log: fax" in result.stdout
    assert result.stdout.endswith("Nothing was written.\n")
    assert (rounds.folder / "Partners/Keiko Marlowe.md").exists()
    assert rounds("merge", "Maria Alvarez", "Keiko Marlowe", typed="").exit_code == 130
    rounds.good("merge", "Maria Alvarez", "Keiko Marlowe", typed="\ntake\nkeep\ny\n")
    assert "referral_method: secure email\n" in rounds.note("Partners/Maria Alvarez.md")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Maria Alvarez", "maria alvarez"), "both names mean Maria Alvarez"),
        (
            ("Maria Alvarez", "Rose City Pediatrics"),
            "Maria Alvarez is a partner, and Rose City Pediatrics an organization",
        ),
        (("Maria Alvarez", "Practice"), "is neither a partner nor an organization"),
        (("Maria Alvarez", "Keiko Marlowe", "--take", "color"), "the two notes don't differ in color"),
    ],
)
def test_what_cannot_be_merged(rounds: Runner, words: tuple[str, ...], said: str) -> None:
    result = rounds("merge", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_note_that_cannot_be_read_stays(rounds: Runner) -> None:
    result = rounds("merge", "Maria Alvarez", "Ines Calloway", "--yes")
    assert result.exit_code != 0
    assert "Nothing was written" in result.stderr
    assert (rounds.folder / "Partners/Ines Calloway.md").exists()
