"""`rounds import`: preview, ticks, writing, undo."""

import json
import subprocess
import time
from pathlib import Path
from random import Random

import pytest

from cli.running import Runner, command, environment
from rounds.vault.import_contacts import opened, plan, write
from rounds.vault.vault import Vault

GOLDEN = Path(__file__).parents[1] / "golden/imports"
HEAD = "Name,Organization,Title,Email,Phone,City,Notes\n"
ANA = "Ana Cruz,Heart Clinic,Psychiatrist,ana@heart.example,503-555-0142,Portland,met at the fair\n"
AUNT = "Aunt May,,,may@gmail.com,503-555-0170,,\n"
CY = 'Cy Doe,Elm School,School Counselor,cy@elm.example,,,"Her client Tim Reed, DOB 3/4/2011"\n'


def table(folder: Path, *rows: str, name: str = "people.csv") -> str:
    path = folder / name
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    return str(path)


def files(runner: Runner) -> dict[str, bytes]:
    notes = (path for path in runner.folder.glob("[!.]*/*.md") if path.is_file())
    return {path.relative_to(runner.folder).as_posix(): path.read_bytes() for path in notes}


def test_a_preview_writes_nothing(nobody: Runner, tmp_path: Path) -> None:
    """Each row with its place, its reason, and what would be written."""
    before = files(nobody)
    said = nobody.good("import", table(tmp_path, ANA, AUNT, ",,,x@y.example,,,\n"))
    assert "1 [x] new         Ana Cruz\n" in said
    assert "line 2\n" in said
    assert 'phone 503-555-0142; city Portland; text "met at the fair"' in said
    assert "2 [ ] new         Aunt May\n" in said
    assert "line 3; it has no organization, title, credential or professional email" in said
    assert "3     left out    (no name)\n" in said
    assert "line 4; it has no name" in said
    assert "3 rows: 2 new, 1 left out. Ticked: 1." in said
    assert "Nothing was written. To import the 1 ticked row, add --yes" in said
    assert files(nobody) == before


def test_an_import_is_found_undone_and_never_doubled(nobody: Runner, tmp_path: Path) -> None:
    """Stage `found`, a source, free text as text, no reminder; the same file again changes nothing; one undo."""
    before = files(nobody)
    path = table(tmp_path, ANA, "Bo Ng,Oak Clinic,,bo@oak.example,,,\n", AUNT)
    assert "Imported 2 rows. To take it back: rounds undo" in nobody.good("import", path, "--yes")
    note = nobody.note("Partners/Ana Cruz.md")
    for line in ("role: psychiatrist", 'organization: "[[Heart Clinic]]"', "stage: found", 'phone: "503-555-0142"',
                 "source: spreadsheet", "met at the fair"):  # fmt: skip
        assert f"\n{line}\n" in note
    assert nobody.json("today")["due"] == []
    assert nobody.json("check")["problems"] == []
    after = files(nobody)
    again = nobody.json("import", path, "--yes")
    assert [row["state"] for row in again["rows"]] == ["same", "same", "new"]
    assert (again["written"], files(nobody)) == ([], after)
    nobody.good("undo")
    assert files(nobody) == before


@pytest.mark.parametrize("name", [path.name for path in GOLDEN.iterdir() if path.suffix != ".rows"])
def test_every_kind_of_file_comes_in_twice_as_once(nobody: Runner, name: str) -> None:
    """All that can be ticked is written; the second time there is nothing left to write, and the vault has no problem."""
    first = nobody.json("import", str(GOLDEN / name), "--all", "--yes")
    assert first["written"]
    assert first["failed"] == []
    assert nobody.json("check")["problems"] == []
    after = files(nobody)
    again = nobody.json("import", str(GOLDEN / name), "--yes")
    assert (again["written"], files(nobody)) == ([], after)
    assert {row["state"] for row in again["rows"]} <= {"same", "left out", "look-alike"}
    assert not any(row["ticked"] for row in again["rows"])


def test_history_that_is_imported_makes_no_reminder(nobody: Runner, tmp_path: Path) -> None:
    """Nobody owes thanks because of an import: tasks, log entries and old contacts in a file stay words."""
    path = tmp_path / "old.csv"
    path.write_text(
        'Name,Organization,Last contact,Notes\nAna Cruz,Heart,2020-01-01,"- [ ] call 📅 2020-01-02\n## Log\n- 2020-01-03 coffee: hello"\n'
    )
    nobody.good("import", str(path), "--yes")
    assert "last_contact: 2020-01-01" in nobody.note("Partners/Ana Cruz.md")
    assert (
        [nobody.json("today")[key] for key in ("due", "undated")] == [[], []]
        if "undated" in nobody.json("today")
        else True
    )
    assert nobody.json("today")["due"] == []
    assert nobody.json("show", "ana")["timeline"] == []


def test_words_about_a_client_stay_out(nobody: Runner, tmp_path: Path) -> None:
    """Such a row isn't ticked; if it's ticked all the same, it's added without them, unless they are kept on purpose."""
    path = table(tmp_path, CY)
    said = nobody.json("import", path)
    assert not said["rows"][0]["ticked"]
    assert said["rows"][0]["why"].startswith("its notes may be about a client: ")
    result = nobody("import", path, "--all", "--yes")
    assert result.exit_code == 0
    assert "Row 1: added without its notes" in result.stderr
    assert "Tim" not in nobody.note("Partners/Cy Doe.md")
    nobody.good("undo")
    nobody.good("import", path, "--all", "--yes", "--keep-as-is")
    assert "Her client Tim Reed" in nobody.note("Partners/Cy Doe.md")


def test_colleagues_with_names_that_begin_alike_stay_two(nobody: Runner, tmp_path: Path) -> None:
    """They share the front desk; an initial of the last name is the same person."""
    nobody.good("add", "Kim Park", "role=psychiatrist", "phone=503-555-0142")
    said = nobody.json("import", table(tmp_path, "Kim Parker,Heart Clinic,Psychiatrist,,503-555-0142,,\n"))
    assert [(row["state"], row["ticked"]) for row in said["rows"]] == [("look-alike", False)]
    said = nobody.json("import", table(tmp_path, "Kim P,Heart Clinic,Psychiatrist,,503-555-0142,,\n"))
    assert [(row["state"], row["ticked"]) for row in said["rows"]] == [("update", True)]


def test_values_about_a_client_are_not_ticked(nobody: Runner, tmp_path: Path) -> None:
    """In any column of words, of somebody new or known; what only has the word is ticked, and nothing fails."""
    path = tmp_path / "words.csv"
    path.write_text(
        "Name,Title,Email,Organization,Connection,Specialties\n"
        'Ana Cruz,Psychiatrist,ana@heart.example,,"saw our client Lena Hartmann, DOB 3/4/2011",\n'
        "Bo Ngata,Psychiatrist,bo@heart.example,,,sleep; my client Lena Hartmann\n"
        "Cy Doe,Psychiatrist,cy@heart.example,Patient First Clinic,,anxious clients\n"
        "Di Roe,Psychiatrist,di@heart.example,my client Lena Hartmann's school,,\n"
    )
    nobody.good("add", "Bo Ngata", "role=psychiatrist", "email=bo@heart.example")
    said = nobody.json("import", str(path), "--yes")
    assert [(row["name"], row["state"], row["ticked"]) for row in said["rows"]] == [
        ("Ana Cruz", "new", False), ("Bo Ngata", "update", False), ("Cy Doe", "new", True), ("Di Roe", "new", False)
    ]  # fmt: skip
    assert said["rows"][0]["why"].startswith("its connection may be about a client: ")
    assert said["rows"][1]["why"].startswith("the same email; its specialties may be about a client: ")
    assert (said["written"], said["failed"]) == (["Partners/Cy Doe.md"], [])


def test_a_known_partner_is_filled_in(nobody: Runner, tmp_path: Path) -> None:
    """What the note has stays, byte for byte; a second email makes a list."""
    nobody.good("add", "Ana Cruz", "city=Salem", "email=a@cruz.example", "organization=Heart Clinic")
    said = nobody.good("import", table(tmp_path, ANA), "--yes")
    assert "1 [x] update      Ana Cruz" in said
    assert "city stays Salem (the file has Portland)" in said
    note = nobody.note("Partners/Ana Cruz.md")
    assert "city: Salem\n" in note
    assert "email:\n  - a@cruz.example\n  - ana@heart.example\n" in note
    assert "source:" not in note
    assert "role: psychiatrist\n" in note


KNOWN = ("add", "Ana Cruz", "city=Salem", "email=ana@heart.example", "organization=Heart")
MOVED = "Ana Cruz,Heart & Mind,Psychiatrist,ana@heart.example,503-555-0142,Portland,new office\n"


def test_a_value_that_differs_is_asked_about(nobody: Runner, tmp_path: Path, terminal: None) -> None:
    """Keep, take, or keep all others; what is taken is written, and one undo brings the note back."""
    nobody.good(*KNOWN)
    before = nobody.note("Partners/Ana Cruz.md")
    path = table(tmp_path, MOVED)
    enter = "\n" * 7
    result = nobody("import", path, typed=f"{enter}keep\ntake\nyes\n")
    assert result.exit_code == 0, result.output
    assert "Your notes differ in 2 values." in result.stderr
    assert "Ana Cruz, organization: keep Heart, or take Heart & Mind?" in result.stderr
    note = nobody.note("Partners/Ana Cruz.md")
    assert 'organization: "[[Heart]]"\n' in note
    assert "city: Portland\n" in note
    nobody.good("undo")
    assert nobody.note("Partners/Ana Cruz.md") == before
    nobody.good("import", path, typed="rest\nno\n")
    assert nobody.note("Partners/Ana Cruz.md") == before
    nobody.good("import", path, typed="t\n\nyes\n")
    assert 'organization: "[[Heart & Mind]]"\n' in nobody.note("Partners/Ana Cruz.md")
    assert "its text isn't added" in nobody("import", path, typed="\n\n").stdout


def test_a_value_that_was_changed_meanwhile_is_not_overwritten(nobody: Runner, tmp_path: Path) -> None:
    """Between the question and the writing, another program gave it a third value."""
    nobody.good(*KNOWN)
    vault = Vault.open(str(nobody.folder))
    vault.sync()
    found = plan(vault, [("x.csv", opened(vault, table(tmp_path, MOVED)).rows)])
    found.rows[0].take("city")
    nobody.good("set", "ana", "city=Bend")
    vault.sync()
    done = write(vault, found.rows)
    vault.close()
    assert [why for _, why in done.failed] == ["city is Bend now, and was something else. Import it again to choose."]
    assert "city: Bend\n" in nobody.note("Partners/Ana Cruz.md")


def test_columns_that_are_left_out_are_told(nobody: Runner, tmp_path: Path) -> None:
    """And an empty list is one."""
    path = tmp_path / "x.csv"
    path.write_text("Name;Praxis\nSam Lee;Haus am Park\n")
    assert "Left out, since it isn't clear what they are: Praxis" in nobody("import", str(path)).stderr
    path.write_text("Name;Praxis\n")
    result = nobody("import", str(path))
    assert "There is nobody in it, so nothing was written." in result.stdout


def test_only_some_rows(nobody: Runner, tmp_path: Path) -> None:
    """--only keeps the ticks of those that match; with --all, those that match are ticked."""
    path = table(tmp_path, ANA, "Bo Ng,Oak Clinic,Midwife,bo@oak.example,,Salem,\n", AUNT)

    def ticked(*words: str) -> list[str]:
        return [row["name"] for row in nobody.json("import", path, *words)["rows"] if row["ticked"]]

    assert ticked("--only", "city:salem") == ["Bo Ng"]
    assert ticked("--only", "may") == []
    assert ticked("--only", "may", "--all") == ["Aunt May"]
    assert ticked("--all") == ["Ana Cruz", "Bo Ng", "Aunt May"]
    assert nobody("import", path, "--only", "last:>90d").exit_code != 0


def test_rejects_can_be_mended_and_come_again(nobody: Runner, tmp_path: Path) -> None:
    """As in their file, with the reason beside; no file is overwritten."""
    path = table(tmp_path, ANA, ",Oak,,bo@oak.example,,,\n", "Di,Elm,,,,,,,,too many\n", ',,,"no@name.example",,,\n')
    rejects = tmp_path / "rejects.csv"
    result = nobody("import", path, "--yes", "--rejects", str(rejects))
    assert result.exit_code == 0
    assert f"2 rows that can't be imported: {rejects}" in result.stderr
    assert rejects.read_text(encoding="utf-8").splitlines() == [
        "Name,Organization,Title,Email,Phone,City,Notes,Reason",
        'Di,Elm,,,,,,,,too many,"it has 10 cells, and there are 7 columns"',
        ",,,no@name.example,,,,it has no name",
    ]
    again = nobody("import", table(tmp_path, ",,,z@y.example,,,\n", name="other.csv"), "--rejects", str(rejects))
    assert again.exit_code == 1
    assert "holds something else" in again.stderr


def test_rejects_of_several_files_stay_by_their_columns(nobody: Runner, tmp_path: Path) -> None:
    """Tables with the same columns share a file; other columns, and vCards, have a file each, which can come again."""
    one = table(tmp_path, ANA, ",,,bo@oak.example,,,\n", name="one.csv")
    two = table(tmp_path, ",,,di@elm.example,,,\n", name="two.csv")
    (tmp_path / "three.csv").write_text("Name,Email\n,no@name.example\n")
    (tmp_path / "four.vcf").write_text("BEGIN:VCARD\r\nVERSION:3.0\r\nEMAIL:x@y.example\r\n")
    three, four = str(tmp_path / "three.csv"), str(tmp_path / "four.vcf")
    rejects = tmp_path / "rejects.csv"
    result = nobody("import", one, three, two, four, "--yes", "--rejects", str(rejects))
    assert result.exit_code == 0, result.output
    names = [str(rejects), str(tmp_path / "rejects 2.csv"), str(tmp_path / "rejects 3.csv")]
    assert f"4 rows that can't be imported: {', '.join(names)}\n" in result.stderr
    first, second, third = (Path(name).read_text(encoding="utf-8").splitlines() for name in names)
    assert first == [
        "Name,Organization,Title,Email,Phone,City,Notes,Reason",
        ",,,bo@oak.example,,,,it has no name",
        ",,,di@elm.example,,,,it has no name",
    ]
    assert second == ["Name,Email,Reason", ",no@name.example,it has no name"]
    assert third == ["BEGIN:VCARD", "VERSION:3.0", "EMAIL:x@y.example"]
    assert nobody("import", one, two, "--rejects", str(tmp_path / "none/x.csv")).exit_code == 1
    assert not (tmp_path / "none").exists()


def test_a_row_that_cannot_be_written_is_told_and_the_rest_goes_on(nobody: Runner, tmp_path: Path) -> None:
    """A folder in the place of the note."""
    (nobody.folder / "Partners/Ana Cruz.md").mkdir(parents=True)
    path = table(tmp_path, "Ana Cruz,,Psychiatrist,ana@heart.example,,,\n", "Bo Ng,Oak Clinic,,bo@oak.example,,,\n")
    result = nobody("import", path, "--yes")
    assert result.exit_code == 1
    assert "Row 1: Partners/Ana Cruz.md can't be read" in result.stderr
    assert "1 row could not be imported" in result.stderr
    assert nobody.note("Partners/Bo Ng.md")


def test_an_import_of_nothing_offers_no_undo(nobody: Runner, tmp_path: Path) -> None:
    """The undo would take back the change before it."""
    (nobody.folder / "Partners/Ana Cruz.md").mkdir(parents=True)
    result = nobody("import", table(tmp_path, "Ana Cruz,,Psychiatrist,ana@heart.example,,,\n"), "--yes")
    assert result.exit_code == 1
    assert "Nothing was imported." in result.stdout
    assert "rounds undo" not in result.output
    assert "The others" not in result.output


def test_ticks_are_chosen_on_a_terminal(nobody: Runner, tmp_path: Path, terminal: None) -> None:
    """Numbers switch ticks; Enter means no."""
    path = table(tmp_path, ANA, AUNT, CY)
    enter = "\n" * 7  # what each column is
    result = nobody("import", path, typed=f"{enter}2 3-9\n1\n?\nyes\n")
    assert result.exit_code == 0, result.output
    assert "[x] 2 Aunt May" in result.stderr
    assert "[ ] 1 Ana Cruz" in result.stderr
    assert "3 7-9: tick or untick these rows" in result.stderr
    assert sorted(path.name for path in (nobody.folder / "Partners").iterdir()) == ["Aunt May.md", "Cy Doe.md"]
    nobody.good("undo")
    result = nobody("import", path, typed="all\n\n")
    assert "Nothing is ticked, so nothing was written." in result.stdout
    assert "What is in each column?" not in result.stderr
    assert not any((nobody.folder / "Partners").iterdir())


def test_a_table_is_asked_about_once(nobody: Runner, tmp_path: Path, terminal: None) -> None:
    """What each column means is saved by its header, in config.toml, and can be edited there."""
    home = tmp_path / "config"
    nobody.environ["XDG_CONFIG_HOME"] = str(home)
    path = tmp_path / "My list.csv"
    path.write_text("Who,Where,Odd\nAna Cruz,Heart Clinic,psychiatrist\n")
    result = nobody("import", str(path), typed="\norganization\nrubbish\ntitle\nyes\n")
    assert result.exit_code == 0, result.output
    config = (home / "rounds/config.toml").read_text()
    assert '[imports.my-list]\nheader = "' in config
    assert 'Who = "name"\nWhere = "organization"\nOdd = "title"\n' in config
    assert "role: psychiatrist" in nobody.note("Partners/Ana Cruz.md")
    said = nobody.json("import", str(path))
    assert [row["state"] for row in said["rows"]] == ["same"]
    (home / "rounds/config.toml").write_text(config.replace('"title"', '"shoe"'))
    wrong = nobody("import", str(path))
    assert wrong.exit_code != 0
    path.write_text("Alias,Place\nAna Cruz,Heart Clinic\n")  # as long as no column is a name, it's asked again
    (home / "rounds/config.toml").unlink()
    result = nobody("import", str(path), typed="-\n-\nname\norganization\nyes\n")
    assert "One of the columns must be the name of people, or the organization." in result.stderr
    assert 'Alias = "name"' in (home / "rounds/config.toml").read_text()
    path.write_text("Nickname,Place\nAna Cruz,Heart Clinic\n")
    assert "What is in each column?" not in nobody("import", str(path), "--yes").stderr
    (home / "rounds/config.toml").write_text(config.replace('"title"', '"shoe"'))
    path.write_text("Who,Where,Odd\nAna Cruz,Heart Clinic,psychiatrist\n")
    wrong = nobody("import", str(path))
    assert '[imports.my-list] Odd: "shoe" is not one of' in wrong.stderr


def test_a_killed_import_is_all_or_nothing(nobody: Runner, tmp_path: Path) -> None:
    """Killed after some notes: the next command takes them back."""
    before = files(nobody)
    rows = [f"Person Number{n},Clinic {n},Psychiatrist,p{n}@c{n}.example,,Portland,\n" for n in range(500)]
    path = table(tmp_path, *rows)
    for share in (1, *sorted(Random(7).sample(range(2, 400), 2))):
        with subprocess.Popen(
            command("import", path, "--yes"),
            env=environment(ROUNDS_VAULT=str(nobody.folder)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            end = time.monotonic() + 60
            while len(list((nobody.folder).glob("Partners/*.md"))) < share and time.monotonic() < end:
                time.sleep(0.001)
            process.kill()
        assert list((nobody.folder).glob("Partners/*.md"))
        nobody.good("list")
        assert files(nobody) == before
    assert len(nobody.json("import", path, "--yes")["written"]) == 500
    nobody.good("undo")
    assert files(nobody) == before


def test_several_files_are_one_import(nobody: Runner) -> None:
    """A person in two of them is one row; one undo reverts both."""
    before = files(nobody)
    said = nobody.json("import", str(GOLDEN / "google.csv"), str(GOLDEN / "google_old.csv"), "--yes")
    assert [row["file"] for row in said["rows"] if row["name"] == "Ana Cruz"] == ["google.csv", "google_old.csv"]
    assert [row["state"] for row in said["rows"] if row["name"] == "Ana Cruz"] == ["new", "same"]
    nobody.good("undo")
    assert files(nobody) == before


def test_a_file_that_is_not_there(nobody: Runner, tmp_path: Path) -> None:
    """Named, with what to do."""
    result = nobody("import", str(tmp_path / "none.csv"))
    assert result.exit_code == 1
    assert "none.csv: No such file" in result.stderr


def test_the_answer_has_every_row(nobody: Runner, tmp_path: Path) -> None:
    """Counts and rows as JSON."""
    said = nobody.json("import", table(tmp_path, ANA, AUNT))
    assert said["counts"] == {"new": 2}
    assert said["rows"][0]["adds"]["email"] == ["ana@heart.example"]
    assert json.dumps(said)


def test_notes_of_another_convention_are_adopted(nobody: Runner, tmp_path: Path) -> None:
    """In the vault, properties are added and every other byte stays; from outside, a note is copied."""
    person = "---\r\ncompany: Heart Clinic   # new\r\nspecialty: Psychiatry\r\nlast-contacted: 2026-01-02\r\n---\r\nMet at the fair.\r\n"
    here = nobody.folder / "People/Ana Cruz.md"
    here.parent.mkdir()
    here.write_bytes(person.encode())
    (here.parent / "Shopping.md").write_text("---\ntags: [home]\n---\nmilk\n")
    (here.parent / "Aunt May.md").write_text("---\ntype: person\nemail: may@gmail.com\n---\n")
    (here.parent / "Broken.md").write_text("---\na: [\n---\n")
    (here.parent / "Cy Doe.md").write_text("---\ncompany: Elm\n---\nHer client Tim Reed, DOB 3/4/2011\n")
    before = files(nobody)
    said = nobody.json("import", str(here.parent), "--yes")
    assert {row["name"]: (row["state"], row["ticked"]) for row in said["rows"]} == {
        "Ana Cruz": ("new", True), "Aunt May": ("new", False), "Broken": ("left out", False),
        "Cy Doe": ("new", False), "Shopping": ("left out", False),
    }  # fmt: skip
    lines = here.read_bytes().split(b"\r\n")
    added = [line.split(b":")[0] for line in lines if line not in person.encode().split(b"\r\n")]
    assert added == [b"type", b"role", b"organization", b"stage", b"last_contact", b"id"]
    assert [line for line in lines if line in person.encode().split(b"\r\n")] == person.encode().split(b"\r\n")
    assert [path for path, data in files(nobody).items() if data != before.get(path)] == ["People/Ana Cruz.md"]
    assert nobody.json("show", "ana")["note"]["properties"]["role"] == "psychiatrist"
    assert "Ana Cruz" not in [row["name"] for row in nobody.json("import", str(here.parent))["rows"]]
    nobody.good("undo")
    assert files(nobody) == before
    outside = tmp_path / "Contacts"
    outside.mkdir()
    (outside / "Bo Ng.md").write_text("---\nphone: 5035550142\ntitle: Midwife\n---\nKind.\n")
    assert nobody.json("import", str(outside), "--yes")["written"] == ["Partners/Bo Ng.md"]
    assert nobody.note("Partners/Bo Ng.md").endswith("---\nKind.\n")
    assert (outside / "Bo Ng.md").read_text() == "---\nphone: 5035550142\ntitle: Midwife\n---\nKind.\n"


def test_a_property_that_means_something_else_here_is_said_before_a_note_is_adopted(
    nobody: Runner, tmp_path: Path
) -> None:
    """What check would say, once it's a partner. It isn't ticked, so it's asked about; a problem that it had isn't new."""
    people = nobody.folder / "People"
    people.mkdir()
    for name, more in {
        "Ana Cruz": "stage: hot\n", "Bo Ng": "stage: active\n", "Cy Doe": "check_in: soon\naccepting: perhaps\n",
        "Di Ott": "tags: [a b]\n",
    }.items():  # fmt: skip
        (people / f"{name}.md").write_text(f"---\ncompany: Elm\ntitle: Midwife\n{more}---\n")
    rows = {row["name"]: row for row in nobody.json("import", str(people))["rows"]}
    assert {name: row["ticked"] for name, row in rows.items()} == {
        "Ana Cruz": False, "Bo Ng": True, "Cy Doe": False, "Di Ott": True
    }  # fmt: skip
    assert "it keeps a problem: " in rows["Ana Cruz"]["why"]
    assert "hot" in rows["Ana Cruz"]["why"]
    assert all(word in rows["Cy Doe"]["why"] for word in ("soon", "perhaps"))
    nobody.good("import", str(people), "--yes", "--all")
    found = [problem["message"] for problem in json.loads(nobody("check", "--json").stdout)["problems"]]
    said = [part for name in ("Ana Cruz", "Cy Doe") for part in rows[name]["why"].partition(": ")[2].split("; ")]
    assert set(said) <= set(found)
    assert len(said) == 3


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("card", b"\x89PNG\r\n\x1a\n", "card.png"),
        ("card.csv", b"\xff\xd8\xff\xe0", "card.jpg"),
        ("card.HEIC", b"\0\0\0\x18ftypheic", "card.heic"),
        ("card.tmp", b"\0\0\0\x18ftypmif1", "card.heic"),
        ("card.bin", b"RIFF\0\0\0\0WEBP", "card.webp"),
    ],
)
def test_a_picture_gets_the_ending_of_one(nobody: Runner, tmp_path: Path, name: str, data: bytes, kept: str) -> None:
    """Obsidian shows it only then."""
    (tmp_path / name).write_bytes(data)
    assert nobody.json("import", str(tmp_path / name), "--yes")["written"] == [f"Attachments/{kept}"]


@pytest.mark.parametrize("text", ["2020-01-02 10:30", "2020-01-02T10:30:00Z", "1/2/2020 9:05 PM", "2020-01-02"])
def test_a_last_contact_with_a_time_is_a_day(nobody: Runner, tmp_path: Path, text: str) -> None:
    """Spreadsheets keep a time with the date."""
    path = tmp_path / "list.csv"
    path.write_text(f"Name,Organization,Last contact\nAna Cruz,Heart,{text}\n")
    nobody.good("import", str(path), "--yes")
    assert "last_contact: 2020-01-02" in nobody.note("Partners/Ana Cruz.md")


def test_a_picture_of_a_card_is_kept_with_a_line_in_the_inbox(nobody: Runner, tmp_path: Path) -> None:
    """Once, whatever it's called; another picture of that name gets a number."""
    picture = tmp_path / "IMG 1.JPG"
    picture.write_bytes(b"\xff\xd8\xff\xe0 card")
    assert nobody.json("import", str(picture), "--yes")["written"] == ["Attachments/IMG 1.jpg"]
    again = nobody.good("import", str(picture), "--yes")
    assert "1     same        IMG 1\n" in again
    assert "rounds undo" not in again
    assert (nobody.folder / "Attachments/IMG 1.jpg").read_bytes() == picture.read_bytes()
    assert nobody.note("Inbox.md") == "# Inbox\n\n- Business card: ![[Attachments/IMG 1.jpg]]\n"
    picture.write_bytes(b"\xff\xd8\xff\xe0 another card")
    assert nobody.json("import", str(picture), "--yes")["written"] == ["Attachments/IMG 1 2.jpg"]
    assert nobody.json("inbox")["thoughts"][0]["path"] in {"", None}
    assert "IMG 1" in nobody.good("history")
    nobody.good("undo")
    assert nobody.note("Inbox.md").count("card") == 1


def test_a_name_that_says_client_stays_out(nobody: Runner, tmp_path: Path) -> None:
    """Even if its row is ticked; the rest goes on."""
    path = table(tmp_path, "My client Tim Reed,,,tim@gmail.com,,,\n", "Zoë Łukasz,Clínica Sol,,zoe@sol.example,,,\n")
    assert [row["ticked"] for row in nobody.json("import", path)["rows"]] == [False, True]
    result = nobody("import", path, "--all", "--yes")
    assert result.exit_code == 1
    assert "Row 1: the name My client Tim Reed" in result.stderr
    assert [note["name"] for note in nobody.json("list")["notes"]] == ["Zoë Łukasz"]


def test_an_undone_import_leaves_no_doubt(nobody: Runner, tmp_path: Path) -> None:
    """Most notes of a small vault are gone at once, but they are in its trash: nobody asks whether the disk is there."""
    nobody.good("add", "Ana Cruz")
    nobody.good(
        "import", table(tmp_path, *(f"Person Number{n},Clinic {n},,p{n}@c{n}.example,,,\n" for n in range(40))), "--yes"
    )
    result = nobody("undo")
    assert "gone" not in result.stderr
    assert [note["name"] for note in nobody.json("list")["notes"]] == ["Ana Cruz"]
    assert nobody("list").stderr == ""
    for path in nobody.folder.glob(".trash/*.md"):
        path.unlink()
    nobody.good("import", str(tmp_path / "people.csv"), "--yes")
    for path in nobody.folder.glob("Partners/Person*.md"):
        path.unlink()  # another program's doing: that is asked about as before
    assert "40 of 41 notes are gone" in nobody("list").stderr
