"""`rounds add`: new partners and organizations."""

import pytest

from cli.running import Runner


def test_a_partner_is_written_and_its_place_told(rounds: Runner) -> None:
    """The answer says where the file is; options and key=value become properties."""
    text = rounds.good(
        "add", "Noor Haddad", "--role", "pediatrician", "--organization", "Rose City Pediatrics", "--stage", "contacted",
        "--email", "noor@rosecity.example", "--phone", "+1 503 555 0100", "city=Portland", "insurance=Aetna, Moda",
    )  # fmt: skip
    assert text == "Added Noor Haddad: Partners/Noor Haddad.md\n"
    note = rounds.note("Partners/Noor Haddad.md")
    assert 'organization: "[[Rose City Pediatrics]]"\nstage: contacted\n' in note
    assert 'phone: "+1 503 555 0100"' in note
    assert "insurance:\n  - Aetna\n  - Moda\n" in note


def test_an_organization(rounds: Runner) -> None:
    """--type organization writes the note among the organizations."""
    assert rounds.good("add", "Fern Clinic", "--type", "organization", "--role", "clinic") == (
        "Added Fern Clinic: Organizations/Fern Clinic.md\n"
    )
    assert rounds.note("Organizations/Fern Clinic.md").startswith("---\ntype: organization\nrole: clinic\n")


def test_somebody_of_that_name_is_an_error_with_the_path(rounds: Runner) -> None:
    """Nobody is added twice; the hint says how to add a namesake."""
    before = rounds.note("Partners/Dana Whitlock.md")
    result = rounds("add", "Dana Whitlock")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "rounds: Dana Whitlock is there already: Partners/Dana Whitlock.md\n" in result.stderr
    assert "where they work (organization)" in result.stderr
    assert rounds.note("Partners/Dana Whitlock.md") == before


def test_a_namesake_who_works_elsewhere(rounds: Runner) -> None:
    """With the organization, a namesake gets a file of its own."""
    result = rounds("add", "Dana Whitlock", "--organization", "Rose City Pediatrics")
    assert result.stdout == "Added Dana Whitlock: Partners/Dana Whitlock (Rose City Pediatrics).md\n"
    assert "name: Dana Whitlock (Partners/Dana Whitlock.md)" in result.stderr


def test_similar_names_roles_and_places_are_mentioned(rounds: Runner) -> None:
    """Slips are allowed and mentioned on stderr."""
    result = rounds("add", "Dana Whitlok", "--role", "pediatrican", "--organization", "Nowhere Clinic")
    assert result.exit_code == 0
    assert "name: Dana Whitlock (Partners/Dana Whitlock.md)" in result.stderr
    assert "The role pediatrican is new here. Did you mean pediatrician?" in result.stderr
    assert "Nowhere Clinic has no note yet" in result.stderr


def test_the_same_address_or_number_is_mentioned(rounds: Runner) -> None:
    """As in the form of the terminal interface, email, phone and NPI count as well as the name."""
    rounds.good("set", "dana", "email=dana@whitlock.example", "npi=1234567893")
    hint = "Already here, with the same {}: Dana Whitlock (Partners/Dana Whitlock.md)\n"
    assert rounds("add", "Noor Haddad", "--email", "Dana@Whitlock.example").stderr == hint.format("email")
    assert rounds("add", "Zoe Ito", "npi=1234567893").stderr == hint.format("NPI")


def test_a_wrong_value_writes_nothing(rounds: Runner) -> None:
    """A stage that does not exist is an error with a suggestion, and no file."""
    result = rounds("add", "Noor Haddad", "--stage", "actve")
    assert result.exit_code == 2
    assert "Did you mean active?" in result.stderr
    assert not (rounds.folder / "Partners/Noor Haddad.md").exists()


def test_json_in_an_empty_vault(nobody: Runner) -> None:
    """The document holds the note that was added."""
    answer = nobody.json("add", "Noor Haddad", "--role", "midwife")
    note = answer.pop("added")
    assert answer == {}
    assert list(note) == ["path", "type", "name", "id", "readable", "last_contact", "properties"]
    assert (note["path"], note["type"], note["name"]) == ("Partners/Noor Haddad.md", "partner", "Noor Haddad")
    assert note["properties"]["role"] == "midwife"


def test_a_namesake_keeps_the_plain_name(rounds: Runner) -> None:
    """The file name tells namesakes apart; the name itself is a property then (vault format, Partner)."""
    rounds.good("add", "Dana Whitlock", "--organization", "Rose City Pediatrics")
    assert "name: Dana Whitlock\n" in rounds.note("Partners/Dana Whitlock (Rose City Pediatrics).md")


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("typed", "role"), [("y\n", "psychiatrist"), ("\n", "psyciatrist"), ("ls -l\n", "psyciatrist")]
)
def test_a_role_that_is_nearly_known_is_asked_about_on_a_terminal(rounds: Runner, typed: str, role: str) -> None:
    """Enter keeps what was typed, as does anything but a yes."""
    result = rounds("add", "Noor Haddad", "role=psyciatrist", typed=typed)
    assert result.exit_code == 0
    assert "Did you mean psychiatrist? [y/N]: " in result.stderr
    assert f"role: {role}\n" in rounds.note("Partners/Noor Haddad.md")


_SIGNATURE = """Yuki Tanaka, MD
Chief of Pediatrics
Larch Clinic
(503) 555-0142
yuki@larch.example.org
"""


def test_a_pasted_signature_is_shown_and_added_with_yes(rounds: Runner) -> None:
    """Without a terminal nothing is written before --yes; what is typed goes before what is pasted."""
    result = rounds("add", "--paste", typed=_SIGNATURE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "name: Yuki Tanaka\nrole: pediatrician\norganization: Larch Clinic\n" in result.stderr
    assert result.stderr.endswith("rounds: nothing was written yet\nIf this is right, add --yes.\n")
    rounds.good("add", "--paste", "--yes", "city=Portland", "--role", "family physician", typed=_SIGNATURE)
    note = rounds.note("Partners/Yuki Tanaka.md")
    for line in (
        "role: family physician", 'organization: "[[Larch Clinic]]"', "credentials: MD", "city: Portland",
        "email: yuki@larch.example.org", "Title: Chief of Pediatrics",
    ):  # fmt: skip
        assert f"\n{line}\n" in note, line
    rounds.good("undo")
    assert not (rounds.folder / "Partners/Yuki Tanaka.md").exists()


@pytest.mark.parametrize(
    ("typed", "words", "message"),
    [
        ("", (), "no name, email or phone was found in what you pasted"),
        ("see you on friday", (), "no name, email or phone was found"),
        ("503-555-0142", (), "no name was found in what you pasted"),
    ],
)
def test_a_paste_without_a_name_is_refused(nobody: Runner, typed: str, words: tuple[str, ...], message: str) -> None:
    """And a name is needed without a paste, too."""
    result = nobody("add", "--paste", "--yes", *words, typed=typed)
    assert (result.exit_code, message in result.stderr) == (2, True)
    assert nobody("add").exit_code == 2
    assert nobody.good("add", "Noor Haddad", "--paste", "--yes", typed="503-555-0142") == (
        "Added Noor Haddad: Partners/Noor Haddad.md\n"
    )


def test_somebody_who_may_be_here_already_is_said_before_the_question(rounds: Runner) -> None:
    result = rounds("add", "--paste", typed="Dana Whitlok\nMediator\n503-555-0142")
    assert "Already here" in result.stderr
