"""`rounds gaps`, `rounds suggest`, `rounds intro`, and the month in `rounds today`."""

import re
from pathlib import Path

import pytest

from cli.running import Runner
from rounds.cli.output import Text

ESME, HAMISH = "Partners/Esme Larkspur.md", "Partners/Hamish Oduya.md"


def test_gaps_as_a_table(rounds: Runner) -> None:
    """Empty cells first, in plain words; where to look stands below. A role that a user adds counts the same."""
    niche = rounds.folder / "Playbook/Niches/Perinatal mental health.md"
    niche.write_text(niche.read_text().replace('  - "[[doula]]"\n', '  - "[[doula]]"\n  - "[[sleep coach]]"\n'))
    role = rounds.folder / "Playbook/Roles/sleep coach.md"
    role.write_text("---\nwhere_to_find:\n  - parent groups\n  - hospital directory\n---\n")
    lines = rounds.good("gaps").splitlines()
    assert lines[0].split() == ["niche", "role", "known"]
    assert lines[1] == "Perinatal mental health  sleep coach                     nobody yet"
    assert lines[2:].index("Where to look") == len(lines) - 4
    assert lines[-1] == "sleep coach: parent groups; hospital directory"


def test_gaps_as_json(rounds: Runner) -> None:
    """Every cell with its stages and where to look."""
    answer = rounds.json("gaps")
    assert list(answer) == ["cells", "empty", "missing"]
    assert (answer["empty"], answer["missing"]) == (0, [])
    (doula,) = [each for each in answer["cells"] if each["role"] == "doula"]
    assert (doula["niche"], doula["stages"]["active"], doula["stages"]["found"]) == ("Perinatal mental health", 1, 0)
    assert "Local doula collectives and their directories" in doula["where"]


@pytest.mark.parametrize("width", [40, 60, 80])
def test_gaps_and_today_lose_nothing_in_a_narrow_terminal(
    rounds: Runner, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """Every word is there, on more lines; none is cut, and no line is too long from 60 columns on."""
    wide = [rounds.good("gaps"), rounds.good("today", "--all")]
    monkeypatch.setattr(Text, "width", width)
    for before, command in zip(wide, [("gaps",), ("today", "--all")], strict=True):
        narrow = rounds.good(*command)
        assert "".join(narrow.split()) == "".join(before.split())
        assert width == 40 or max(map(len, narrow.splitlines())) <= width


def test_gaps_without_a_playbook_say_what_is_missing(nobody: Runner) -> None:
    """No error: a hint."""
    result = nobody("gaps")
    assert result.exit_code == 0
    assert "No niche has roles yet" in result.stdout
    assert "You can name your own niches in Practice.md" in result.stderr


def test_suggestions_say_why_and_how(rounds: Runner) -> None:
    """Three, each with the channel and the reasons, and how the month stands."""
    lines = rounds.good("suggest").splitlines()
    assert lines[0] == " 1. Raymond Oxley  by warm introduction"
    assert lines[1] == ("    no internist met yet (Every practice); Nell Applewhite could introduce you; not tried yet")
    assert [line[:3] for line in lines[::2]][:3] == [" 1.", " 2.", " 3."]
    assert lines[-1].startswith("November: ")
    answer = rounds.json("suggest")
    assert list(answer) == ["suggestions", "month", "chosen"]
    assert answer["suggestions"][0] == {
        "path": "Partners/Raymond Oxley.md", "name": "Raymond Oxley", "channel": "warm introduction",
        "reasons": ["no internist met yet (Every practice)", "Nell Applewhite could introduce you", "not tried yet"],
        "introducer": "Partners/Nell Applewhite.md", "last_tried": None,
    }  # fmt: skip


def test_choosing_one(rounds: Runner) -> None:
    """It is on the month, once, and no suggestion any more."""
    assert rounds.good("suggest", "--choose", "esme").startswith("Esme Larkspur: - 2026-11-23 chosen: ")
    assert "- 2026-11-23 chosen: " in rounds.note(ESME)
    assert rounds.good("suggest", "--choose", "esme") == "Esme Larkspur is already chosen for this month.\n"
    assert "Esme Larkspur" not in {each["name"] for each in rounds.json("suggest")["suggestions"]}
    assert "month" in {each["rule"] for each in rounds.json("show", "esme")["reminders"]}
    assert rounds.json("suggest", "--choose", "esme")["chosen"] is None


@pytest.mark.usefixtures("terminal")
def test_suggestions_ask_nothing(rounds: Runner) -> None:
    """The command that puts one on the month is said; on a terminal too."""
    result = rounds("suggest", typed="1\n")
    assert result.stderr == "To add one to this month: rounds suggest --choose 'Raymond Oxley'\n"
    assert "chosen: " not in rounds.note("Partners/Raymond Oxley.md")


def test_today_says_how_the_month_stands(nobody: Runner) -> None:
    """Progress against the goal in a line; nothing in a vault without partners."""
    assert "November" not in nobody.good("today").split("\n", 1)[1]
    nobody.good("add", "Zoe Ito")
    assert nobody.good("today").splitlines()[-1] == "November: 0 of 3 new partners contacted (rounds suggest)"
    nobody.good("suggest", "--choose", "zoe")
    assert nobody.json("today")["month"] == {"goal": 3, "contacted": 0, "chosen": 1}
    words = "November: 0 of 3 new partners contacted, 1 chosen and still to write to (rounds suggest)"
    assert nobody.good("today").splitlines()[-1] == words
    nobody.good("log", "zoe", "email", "about her talk")
    settings = nobody.folder / "rounds.toml"
    settings.write_text(settings.read_text() + "\n[month]\ngoal = 1\n")
    assert nobody.good("today").splitlines()[-1] == "November: 1 new partner contacted, the goal is 1"
    assert nobody.json("today")["month"] == {"goal": 1, "contacted": 1, "chosen": 0}


def test_today_counts_proposed_stages_among_what_waits(nobody: Runner) -> None:
    """Unobtrusive: no place of the five, a few words."""
    nobody.good("add", "Zoe Ito")
    nobody.good("log", "zoe", "email", "about her talk")
    waiting = nobody.json("today")["waiting"]
    assert sorted(each["rule"] for each in waiting) == ["nudge", "stage"]
    assert "1 more waits, no hurry (rounds today --all); 1 of them is about a stage" in nobody.good("today")


def test_ways_to_somebody_and_the_request(rounds: Runner) -> None:
    """The warmest first, with what ties people, and words to ask with."""
    lines = rounds.good("intro", "esme").splitlines()
    assert lines[:2] == [
        " 1. Tamsin Achebe -> Esme Larkspur (last contact yesterday)",
        "    Tamsin Achebe and Esme Larkspur work at the same place",
    ]
    assert "A request to Tamsin Achebe" in lines
    assert "To: Tamsin Achebe <tamsin@willowlane.example>" in lines
    draft = rounds.json("intro", "esme")["draft"]
    assert (draft["message"], draft["name"]) == ("Request for a warm introduction", "Tamsin Achebe")
    assert draft["body"].startswith("Dear Tamsin,\n\nCould you introduce me to Esme Larkspur at")
    way = rounds.json("intro", "esme")["ways"][0]
    assert way == {
        "people": [
            {"path": "Partners/Tamsin Achebe.md", "name": "Tamsin Achebe"}, {"path": ESME, "name": "Esme Larkspur"},
        ],
        "ties": ["organization"], "last_contact": "2026-11-22",
    }  # fmt: skip


def test_the_request_is_a_message_of_the_playbook(rounds: Runner) -> None:
    """The user's own words; the way's first is asked about the one after, whoever `introduced_by` names."""
    message = rounds.folder / "Playbook/Messages/Request for a warm introduction.md"
    message.write_text(
        "---\nkind: intro\nchannel: email\nstage: found\n---\n{{ partner.introduced_by }}, do you know {{ partner.name }}?\n"
    )
    before = rounds.note(ESME)
    assert "Tamsin Achebe, do you know Esme Larkspur?" in rounds.good("intro", "esme").splitlines()
    assert rounds.note(ESME) == before
    message.write_text("---\nkind: intro\n---\n{{ partner.connection }} {{ practice.phone }}\n")
    rounds.good("set", "esme", "connection=")
    assert 'has "…" where details are missing: partner.connection.' in rounds("intro", "esme").stderr
    message.write_text("---\nkind: intro\n---\n{{ nonsense }}\n")
    result = rounds("intro", "esme")
    assert (result.exit_code, rounds.json("intro", "esme")["draft"]) == (0, None)
    assert "No request was drafted: Playbook/Messages/Request for a warm introduction.md:1" in result.stderr
    message.unlink()
    assert "No request was drafted: the playbook has no message of the kind intro" in rounds("intro", "esme").stderr


def test_somebody_whom_we_know(rounds: Runner) -> None:
    """It is said, and the ways are shown all the same."""
    result = rounds("intro", "maria")
    assert "you already know Maria Alvarez; the stage is active" in result.stderr
    assert result.stdout.startswith(" 1. Keiko Marlowe -> Maria Alvarez")
    assert "yourself" not in rounds("intro", "esme").stderr
    assert "you already know Maria Alvarez" in rounds("suggest", "--choose", "maria").stderr


def test_nobody_who_could_introduce(rounds: Runner) -> None:
    """Said plainly, with what would help; no error."""
    assert rounds.good("intro", "theo").splitlines()[0] == "Nobody you are in touch with seems to know Theo Lindqvist."
    assert rounds.json("intro", "theo") == {
        "name": "Theo Lindqvist", "path": "Partners/Theo Lindqvist.md", "ways": [], "draft": None, "asked": None,
    }  # fmt: skip


def test_an_introduction_that_was_asked_for(rounds: Runner) -> None:
    """The log says who was asked, and a reminder comes after a week; `introduced_by` is for an introduction."""
    line = "- 2026-11-23 intro: asked [[Priya Natarajan]] to introduce us"
    assert rounds.good("intro", "hamish", "--asked", "priya") == f"Hamish Oduya: {line}\n"
    assert f"{line}\n" in rounds.note(HAMISH)
    assert "introduced_by" not in rounds.note(HAMISH)
    (reminder,) = rounds.json("show", "hamish")["reminders"]
    assert (reminder["rule"], reminder["due"]) == ("intro", "2026-11-30")
    assert rounds("intro", "hamish", "--asked", "hamish").exit_code == 2
    assert rounds("intro", "hamish", "--asked", "priya", "--introduced", "priya").exit_code == 2


def test_an_introduction_that_was_made(rounds: Runner) -> None:
    """The log and `introduced_by`; nothing is left to ask for."""
    rounds.good("intro", "hamish", "--asked", "priya")
    line = "- 2026-11-23 intro: [[Priya Natarajan]] introduced us"
    assert rounds.good("intro", "hamish", "--introduced", "priya") == f"Hamish Oduya: {line}\n"
    assert 'introduced_by: "[[Priya Natarajan]]"\n' in rounds.note(HAMISH)
    assert [each["rule"] for each in rounds.json("show", "hamish")["reminders"] if each["rule"] == "intro"] == []


def sheet(rounds: Runner, path: Path, *words: str) -> str:
    """The page for the client's hand."""
    rounds.good("match", *words, "--sheet", str(path), "--replace")
    return path.read_text(encoding="utf-8")


def test_a_page_of_names_for_the_clients_hand(rounds: Runner, tmp_path: Path) -> None:
    """The names of the list in its order, with how to reach them and when openings were checked."""
    path = tmp_path / "names.html"
    found = rounds.json("match", "--role", "psychiatrist", "--specialty", "adhd", "--sheet", str(path))
    assert found["sheet"] == str(path)
    page = path.read_text(encoding="utf-8")
    places = [page.index(each["name"]) for each in found["matches"]]
    assert places == sorted(places)
    assert page.count("<dt>Openings</dt>") == page.count("<span>Notes</span>") == len(found["matches"])
    assert "Juniper Hale, LCSW, PMH-C" in page
    assert "Written on November 23, 2026." in page
    assert "(checked on " in page


def test_nothing_about_the_client_is_on_it(nobody: Runner, tmp_path: Path) -> None:
    """The same page whatever the client needs, but for who is on it; no referral, no words of the need."""
    for name in ("Ana Cruz", "Bo Ngata", "Cy Doe"):
        nobody.good(
            "add", name, "role=psychiatrist", "specialties=adhd, sleep", "insurance=moda, aetna", "phone=503-555-0142"
        )
    page = sheet(nobody, tmp_path / "names.html", "--role", "psychiatrist")
    words = ("--role", "psychiatrist", "--specialty", "adhd", "--age", "9", "--insurance", "moda", "--language", "tagalog",
             "--serves", "couples", "--city", "Zzyzx", "--telehealth")  # fmt: skip
    assert sheet(nobody, tmp_path / "names.html", *words) == page
    assert "tagalog" not in page


def test_words_about_a_client_stay_off_it(nobody: Runner, tmp_path: Path) -> None:
    """Neutral words stand in their place, and the rest stays."""
    note = nobody.folder / "Partners/Ana Cruz.md"
    note.parent.mkdir()
    note.write_text(
        "---\ntype: partner\nrole: psychiatrist\nspecialties: [sleep, as with my client Dana Moore, openings R-7K3QXM]\n"
        "address: ask for R-2Q4WXT\n---\n"
    )
    page = sheet(nobody, tmp_path / "names.html", "--role", "psychiatrist")
    assert "sleep, as with" in page
    assert "Dana" not in page
    assert not re.search("R-[0-9A-Z]{6}", page)


def test_how_a_client_reaches_them(nobody: Runner, tmp_path: Path) -> None:
    """Phone, website and address; a colleague's email only if there is nothing else."""
    nobody.good("add", "Ana Cruz", "role=doula", "email=ana@a.example", "phone=503-555-0142", "referral_method=fax")
    nobody.good(
        "add", "Bo Ngata", "role=doula", "email=bo@b.example", "accepting=waitlist", "accepting_checked=2026-11-02"
    )
    page = sheet(nobody, tmp_path / "names.html", "--role", "doula")
    assert "ana@a.example" not in page
    assert "bo@b.example" in page
    assert "has a waitlist (checked on November 2, 2026)" in page
    assert "not known; ask when you call" in page
    assert "fax" not in page


def test_few_names_are_said_and_none_are_no_page(nobody: Runner, tmp_path: Path) -> None:
    nobody.good("add", "Ana Cruz", "role=doula")
    nobody.good("add", "Bo Ngata", "role=midwife", "city=Salem")
    result = nobody("match", "--role", "doula", "--sheet", str(tmp_path / "a.html"))
    assert "The sheet has 1 name." in result.stderr
    nobody.good("set", "Ana Cruz", "stage=not a fit")
    found = nobody.json("match", "--role", "doula", "--sheet", str(tmp_path / "b.html"))
    assert found["sheet"] is None
    result = nobody("match", "--role", "doula", "--sheet", str(tmp_path / "b.html"))
    assert (result.stdout, result.stderr.splitlines()[0]) == (
        "Nobody fits.\n", "No page was written. Fewer criteria give more names."
    )  # fmt: skip
    assert not (tmp_path / "b.html").exists()


def test_a_page_of_ones_own_is_not_written_over(rounds: Runner, tmp_path: Path) -> None:
    path = tmp_path / "names.html"
    path.write_text("mine")
    result = rounds("match", "--role", "psychiatrist", "--sheet", str(path))
    assert result.exit_code == 1
    assert "holds something else" in result.stderr
    assert path.read_text() == "mine"
