"""`rounds list`: partners in columns, found by a query."""

import pytest

from cli.running import Runner

HEAD = "name                 role           organization  stage  city  last contact\n"


def names(rounds: Runner, *words: str) -> list[str]:
    return [note["name"] for note in rounds.json("list", *words)["notes"]]


def test_all_partners_in_columns(rounds: Runner) -> None:
    """Without a query all partners are listed, by name; organizations are not."""
    lines = rounds.good("list").splitlines()
    assert lines[0].split() == ["name", "role", "organization", "stage", "city", "last", "contact"]
    assert lines[1].startswith("Annika Rowe")
    assert len(lines) == rounds.json("list")["count"] + 1
    assert "Rose City Pediatrics" not in names(rounds)


def test_a_query(rounds: Runner) -> None:
    """Words of a query are taken as they come, with a minus in front too."""
    assert names(rounds, "role:psychiatrist", "-stage:found") == ["Priya Natarajan"]
    assert names(rounds, "role:psychiatrist -stage:found") == ["Priya Natarajan"]


@pytest.mark.parametrize(
    "words", [("role:family lawyer",), ("role:family lawyer", "-stage:active"), ('role:"family lawyer"',)]
)
def test_quotes_that_the_shell_took(rounds: Runner, words: tuple[str, ...]) -> None:
    """`role:"family lawyer"` works, though the shell takes the quotes away."""
    assert names(rounds, *words) == ["Gideon Stark-Moreno", "Zadie Quill"]


def test_a_type_widens(rounds: Runner) -> None:
    """`type:` in the query finds other notes than partners."""
    assert "Rose City Pediatrics" in names(rounds, "type:organization")
    assert "Rose City Pediatrics" in names(rounds, "(type:organization or type:partner)", "rose city")


def test_columns(rounds: Runner) -> None:
    """--columns picks properties; lists and links are shown as people read them."""
    text = rounds.good("list", "name:maria alvarez", "--columns", "name,organization")
    assert text == "name           organization\nMaria Alvarez  Rose City Pediatrics\n"


def test_an_unknown_column(rounds: Runner) -> None:
    """A mistyped column is an error with a suggestion, not an empty column."""
    result = rounds("list", "--columns", "name,phon")
    assert result.exit_code == 2
    assert 'there is no column "phon"\nDid you mean phone?\n' in result.stderr


def test_columns_of_the_users_own(rounds: Runner) -> None:
    """Any property that a note has can be a column; numbers, lists and checkboxes are shown as people read them."""
    note = '---\ntype: partner\nfavorite café: Heart\ntelehealth: true\nserves: [teens, adults]\nfloor: 3\nodd"one: x\n---\n'
    (rounds.folder / "Partners" / "Noor.md").write_text(note)
    text = rounds.good("list", "name:noor", "--columns", "favorite café,telehealth,serves,floor,path")
    assert text.splitlines()[1] == "Heart          yes         teens, adults  3      Partners/Noor.md"
    assert rounds("list", "--columns", 'odd"one').exit_code == 2


def test_order(rounds: Runner) -> None:
    """--sort orders, a minus turns it around."""
    days = [note["last_contact"] for note in rounds.json("list", "has:last", "--sort", "-last")["notes"]]
    assert days == sorted(days, reverse=True)
    result = rounds("list", "--sort", "lst")
    assert result.exit_code == 2
    assert "Did you mean last?" in result.stderr


def test_count(rounds: Runner) -> None:
    """--count only says how many."""
    assert rounds.good("list", "role:psychiatrist", "--count") == "2\n"


def test_a_mistyped_query_has_a_caret(rounds: Runner) -> None:
    """The fault is pointed at, with a suggestion; the exit code is 2."""
    result = rounds("list", "stage:met", "role:psyciatrist")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "rounds: Nobody has the role psyciatrist.\n"
        "  stage:met role:psyciatrist\n"
        "                 ^\n"
        "Did you mean role:psychiatrist?\n"
    )


def test_a_mistyped_option_is_no_query(rounds: Runner) -> None:
    """Words with two minuses are options, so a wrong one is an error."""
    result = rounds("list", "--cuont")
    assert result.exit_code == 2
    assert "--cuont" in result.stderr


def test_nobody(rounds: Runner, nobody: Runner) -> None:
    """Nothing found is no error; an empty vault says what to do first."""
    assert rounds.good("list", "xyzzy") == "Nobody matches.\n"
    assert nobody.good("list").startswith("Nobody is here yet.")
    assert nobody.json("list") == {"notes": [], "count": 0}


def test_a_broken_note_stays_listed(rounds: Runner) -> None:
    """A note that can't be read is listed by its file name and marked in JSON."""
    found = [note for note in rounds.json("list")["notes"] if not note["readable"]]
    assert [note["name"] for note in found] == ["Ines Calloway"]


def test_json(rounds: Runner) -> None:
    """A note with its properties as they are in the front matter."""
    note = rounds.json("list", "name:maria alvarez")["notes"][0]
    assert list(note) == ["path", "type", "name", "id", "readable", "last_contact", "properties", "inherited"]
    assert note["properties"]["organization"] == "[[Rose City Pediatrics]]"


def test_control_characters_are_shown_never_sent(rounds: Runner) -> None:
    """An escape sequence in a note can't steer the terminal, in no kind of answer."""
    rounds.folder.joinpath("Partners/Evil.md").write_text('---\ntype: partner\nrole: "\\e[31mred\\u009b1m\\nx"\n---\n')
    for words in (("list", "evil"), ("list", "evil", "--json"), ("show", "evil"), ("show", "evil", "--json")):
        text = rounds.good(*words)
        assert "\x1b" not in text
        assert "\x9b" not in text
    assert "␛[31mred\ufffd1m x" in rounds.good("list", "evil")


def test_what_the_organization_gives_is_listed(rounds: Runner) -> None:
    """In columns, for queries and in JSON, apart from what the note itself says."""
    assert "Joel Brandvold" in rounds.good("list", "insurance:aetna", "city:portland")
    assert rounds.good("list", "name:joel", "--columns", "name,city").splitlines()[1].split() == [
        "Joel",
        "Brandvold",
        "Portland",
    ]
    (joel,) = rounds.json("list", "name:joel")["notes"]
    assert "city" not in joel["properties"]
    assert joel["inherited"]["insurance"] == ["Aetna", "Moda"]
    assert joel["inherited"] == rounds.json("show", "joel")["inherited"]


def test_a_slip_in_a_value_is_pointed_out(rounds: Runner) -> None:
    """On stderr, and the list is an empty one, which is no error."""
    for command, answer in (("list", "Nobody matches.\n"), ("search", "Nothing was found.\n")):
        result = rounds(command, "insurance:atena")
        assert (result.exit_code, result.stdout) == (0, answer)
        assert result.stderr == "Did you mean insurance:aetna?\n"
    assert rounds("list", "insurance:atena", "--count").stderr == "Did you mean insurance:aetna?\n"
    assert rounds("match", "--insurance", "atena").stderr == "Did you mean aetna?\n"
    assert rounds("list", "insurance:aetna").stderr == ""


def test_a_bare_word_that_is_nearly_one_that_is_here(rounds: Runner) -> None:
    """As a value of a property; where text is searched for too, and for the registers."""
    assert rounds("list", "whitlok").stderr == "Did you mean Dana Whitlock?\n"
    assert rounds("list", "role:pediatrician", "portlnd").stderr == "Did you mean portland?\n"
    assert rounds("search", "whitlok").stderr == "Did you mean Dana Whitlock?\n"
    assert rounds("referrals", "partner:natarjan").stderr == "Did you mean partner:natarajan?\n"
    assert rounds("release", "list", "partner:natarjan").stderr.startswith("Did you mean partner:natarajan?\n")
    assert rounds("list", "qqqqzzzz").stderr == ""
