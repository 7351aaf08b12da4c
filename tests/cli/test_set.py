"""`rounds set`, `rename` and `trash`: notes kept in order."""

import pytest

from cli.running import Runner

DANA, INES = "Partners/Dana Whitlock.md", "Partners/Ines Calloway.md"


def test_several_properties_in_one_save(rounds: Runner) -> None:
    """key=value sets, += adds, and all else stays as it was."""
    before = rounds.note(DANA)
    text = rounds.good("set", "dana", "whitlock", "stage=met", "insurance+=Aetna", "insurance+=Moda")
    assert text == "Dana Whitlock: stage = met\nDana Whitlock: insurance = Aetna, Moda\n"
    after = rounds.note(DANA)
    assert "stage: met\n" in after
    assert "insurance:\n  - Aetna\n  - Moda\n" in after
    assert after.partition("## About")[2] == before.partition("## About")[2]


def test_taking_away(rounds: Runner) -> None:
    """-= takes out of a list, key= empties."""
    rounds.good("set", "dana", "insurance+=Aetna,Moda", "source=a friend")
    assert rounds.json("set", "dana", "insurance-=Aetna", "source=")["changed"] == ["source", "insurance"]
    assert "insurance:\n  - Moda\n" in rounds.note(DANA)


def test_dates_in_words(rounds: Runner) -> None:
    """A date is written as one."""
    rounds.good("set", "dana", "rest_until=in 3 months")
    assert "rest_until: 2027-02-23\n" in rounds.note(DANA)


def test_nothing_to_change(rounds: Runner) -> None:
    """A value that is there already changes no byte."""
    rounds.good("set", "dana", "stage=met")
    before = rounds.note(DANA)
    assert rounds.good("set", "dana", "stage=met") == "Dana Whitlock: nothing to change.\n"
    assert rounds.note(DANA) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("dana", "stage=mt"), 2, "Did you mean met?"),
        (("dana", "rest_until=blursday"), 2, "blursday"),
        (("dana", "stage"), 2, "key=value"),
        (("stage=met",), 2, "key=value"),
        (("xyzzy", "stage=met"), 3, "xyzzy"),
        (("sam lee", "stage=met"), 4, "Partners/Sam Lee.md"),
        (("ines", "stage=met"), 1, INES),
    ],
)
def test_faults(rounds: Runner, words: tuple[str, ...], code: int, said: str) -> None:
    """Each fault has its exit code and says what to do; nothing is written."""
    before = rounds.note(DANA), rounds.note(INES)
    result = rounds("set", *words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr
    assert (rounds.note(DANA), rounds.note(INES)) == before


def test_an_invalid_note_is_mended(rounds: Runner) -> None:
    """`stage: actve` is a problem, and set mends it."""
    rounds.good("set", "leopold", "stage=active")
    assert "stage: active\n" in rounds.note("Partners/Leopold Finch.md")
    assert rounds.json("show", "leopold")["problems"] == []


def test_json(rounds: Runner) -> None:
    """The note as it is now, and the keys that changed."""
    answer = rounds.json("set", "dana", "stage=met")
    assert list(answer) == ["note", "changed"]
    assert (answer["changed"], answer["note"]["properties"]["stage"]) == (["stage"], "met")


def test_rename_takes_the_links_along(rounds: Runner) -> None:
    """The file gets the name, and each link to it follows."""
    answer = rounds.json("rename", "maria alvarez", "Maria Alvarez-Ortiz")
    assert list(answer) == ["note", "was", "relinked", "left"]
    assert (answer["was"], answer["note"]["path"]) == ("Partners/Maria Alvarez.md", "Partners/Maria Alvarez-Ortiz.md")
    assert answer["relinked"]
    for path in answer["relinked"]:
        assert "[[Maria Alvarez-Ortiz" in rounds.note(path)
        assert "[[Maria Alvarez]]" not in rounds.note(path)


def test_rename_says_what_it_did(rounds: Runner) -> None:
    """The old place, the new one, and the notes whose links follow."""
    text = rounds.good("rename", "maria alvarez", "Maria Ortiz")
    assert text.startswith("Partners/Maria Alvarez.md is now Partners/Maria Ortiz.md\nUpdated links in ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("dana", "Maria Alvarez"), 1),
        (("ines", "Ines Novak"), 1),
        (("xyzzy", "Dana"), 3),
        (("sam lee", "Sam Novak"), 4),
        (("dana",), 2),
    ],
)
def test_rename_faults(rounds: Runner, words: tuple[str, ...], code: int) -> None:
    """A name that is taken, a broken note, nobody, several: nothing moves."""
    before = sorted(path.name for path in (rounds.folder / "Partners").iterdir())
    assert rounds("rename", *words).exit_code == code
    assert sorted(path.name for path in (rounds.folder / "Partners").iterdir()) == before


def test_notes_without_an_id_are_renamed_too(rounds: Runner) -> None:
    """Practice.md has none, and never will."""
    assert rounds.good("rename", "Practice", "My practice").startswith("Practice.md is now My practice.md\n")
    assert rounds.json("rename", "My practice", "Practice")["note"]["path"] == "Practice.md"


def test_trash_needs_a_yes(rounds: Runner) -> None:
    """Without a terminal nothing is moved unless --yes says so."""
    result = rounds("trash", "dana")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert (rounds.folder / DANA).exists()


def test_trash_moves_and_deletes_nothing(rounds: Runner) -> None:
    """The note lies in .trash/ as it was; a broken one can be moved too."""
    before = rounds.note(DANA)
    assert rounds.json("trash", "dana", "--yes") == {"trashed": DANA, "now": ".trash/Dana Whitlock.md"}
    assert rounds.note(".trash/Dana Whitlock.md") == before
    assert rounds("show", "dana whitlock").exit_code == 3
    assert rounds.good("trash", "ines", "--yes") == f"{INES} is now .trash/Ines Calloway.md\n"


@pytest.mark.usefixtures("terminal")
def test_trash_asks_on_a_terminal(rounds: Runner) -> None:
    """Enter means no."""
    assert rounds.good("trash", "dana", typed="\n").endswith("It wasn't moved.\n")
    assert (rounds.folder / DANA).exists()
    rounds.good("trash", "dana", typed="y\n")
    assert not (rounds.folder / DANA).exists()


def test_an_empty_vault(nobody: Runner) -> None:
    """There is nobody to change, rename or move."""
    assert nobody("set", "dana", "stage=met").exit_code == 3
    assert nobody("rename", "dana", "Dana Novak").exit_code == 3
    assert nobody("trash", "dana", "--yes").exit_code == 3


@pytest.mark.parametrize("setting", ["email=foo", "phone=abc", "fax=none", "website=soon", "npi=12", "email+=foo"])
def test_a_value_that_can_not_reach_anybody_is_refused(rounds: Runner, setting: str) -> None:
    """By `set` and by `add`; nothing is written."""
    before = rounds.note(DANA)
    result = rounds("set", "dana", "city=Salem", setting)
    assert (result.exit_code, rounds.note(DANA)) == (2, before)
    assert "Write it like" in result.stderr or "ten digits" in result.stderr
    assert rounds("add", "Noor Haddad", setting).exit_code == 2
    assert not (rounds.folder / "Partners/Noor Haddad.md").exists()


def test_addresses_as_they_are_pasted(rounds: Runner) -> None:
    """Of a name with an address the address is kept, and several become a list."""
    rounds.good("set", "dana", "email=Dana Whitlock <dana@x.example>")
    assert "email: dana@x.example\n" in rounds.note(DANA)
    rounds.good("set", "dana", "email=dana@x.example, office@x.example", "phone=503-555-0142, ext. 204")
    assert rounds.json("show", "dana")["note"]["properties"]["email"] == ["dana@x.example", "office@x.example"]
    assert rounds.json("show", "dana")["note"]["properties"]["phone"] == "503-555-0142, ext. 204"


@pytest.mark.parametrize(
    ("words", "day"),
    [("february", "2027-02-01"), ("may", "2027-05-01"), ("end of march", "2027-03-31"), ("in 3 weeks", "2026-12-14"),
     ("next month", "2026-12-23"), ("2027-02", "2027-02-01")],
)  # fmt: skip
def test_a_date_is_said_in_the_same_words_everywhere(rounds: Runner, words: str, day: str) -> None:
    """Of a property too; a month is its first day to come."""
    rounds.good("set", "dana", f"rest_until={words}")
    assert f"rest_until: {day}\n" in rounds.note(DANA)


def test_a_date_that_has_been_is_the_last_one(rounds: Runner) -> None:
    """The last time openings were checked was not next February."""
    rounds.good("set", "dana", "accepting_checked=february")
    assert "accepting_checked: 2026-02-01\n" in rounds.note(DANA)


def test_a_role_names_who_has_it_or_its_own_note(rounds: Runner) -> None:
    """Properties of a partner are those of the only one with the role; properties of a role, those of its note."""
    assert rounds.good("set", "internist", "city=Salem") == "Raymond Oxley: city = Salem\n"
    assert rounds("set", "psychiatrist", "city=Salem").exit_code == 4
    assert rounds.good("set", "psychiatrist", "why_we_need_them=To see more").startswith("psychiatrist: ")


def test_a_misspelled_role_is_pointed_out(rounds: Runner) -> None:
    """It is kept, as a role of its own may be meant."""
    result = rounds("set", "dana", "role=psyciatrist")
    assert result.exit_code == 0
    assert result.stderr == "The role psyciatrist is new here. Did you mean psychiatrist?\n"


def test_a_misspelled_niche_is_pointed_out(rounds: Runner) -> None:
    """Which is a link to a note of the playbook; those that are there are not."""
    result = rounds("set", "Practice", "niches=Couples, Perinatl mental health")
    assert result.exit_code == 0
    assert result.stderr == "The niche Perinatl mental health is new here. Did you mean Perinatal mental health?\n"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("knows+=Marai Alvarez", "There is no note Marai Alvarez here. Did you mean Maria Alvarez?\n"),
        ("introduced_by=Prya", "There is no note Prya here. Did you mean Priya Natarajan?\n"),
        (
            "organization=Two Riverss",
            "There is no note Two Riverss here. Did you mean Two Rivers Family Medicine?\n",
        ),
        ("insurance+=Atena", "The insurance Atena is new here. Did you mean Aetna?\n"),
        ("city=Portlnd", "The city Portlnd is new here. Did you mean Portland?\n"),
        ("languages=Spansh", "The language Spansh is new here. Did you mean Spanish?\n"),
        ("knows+=Maria Alvarez", ""),
        ("knows+=[[Maria Alvarez|Maria]]", ""),
        ("insurance+=Zenith Mutual", ""),
    ],
)
def test_a_name_or_a_shared_word_that_is_nearly_another_is_pointed_out(rounds: Runner, setting: str, said: str) -> None:
    """It is kept, as somebody or something new may be meant; what is like nothing here is not spoken of."""
    result = rounds("set", "dana", setting)
    assert result.exit_code == 0
    assert result.stderr == said
