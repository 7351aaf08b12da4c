"""`rounds duplicates`."""

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
