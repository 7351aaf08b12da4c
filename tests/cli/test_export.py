"""`rounds export`: files for address books and spreadsheets, and what stays in the vault."""

import csv
import json
from pathlib import Path

import pytest

from cli.running import Runner
from rounds.domain.export_rows import CARRIED, CONTACT_CARD

MARIA = "Partners/Maria Alvarez.md"


def lines(path: Path) -> list[dict[str, object]]:
    """The contacts of a file of JSON lines, without what a vault says of its own."""
    own = {"stage", "source", "introduced_by"}
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{key: value for key, value in each.items() if key not in own} for each in found]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.xlsx", "a.vcf"])
def test_a_network_moves_to_another_vault(rounds: Runner, nobody: Runner, tmp_path: Path, name: str) -> None:
    """Every partner, with the properties that the file carries, and one undo takes them back."""
    said = rounds.json("export", str(tmp_path / name))
    assert (said["count"], said["files"]) == (41, [str(tmp_path / name)])
    rounds.good("export", str(tmp_path / "before.jsonl"))
    done = nobody.json("import", str(tmp_path / name), "--all", "--yes")
    assert (len(done["written"]), done["failed"]) == (41, [])
    nobody.good("export", str(tmp_path / "after.jsonl"))
    keys = {"type", *(CONTACT_CARD if name == "a.vcf" else CARRIED)}
    before, after = ([{key: each[key] for key in each if key in keys} for each in lines(tmp_path / f"{when}.jsonl")]
                     for when in ("before", "after"))  # fmt: skip
    assert sorted(after, key=str) == sorted(before, key=str)
    nobody.good("undo")
    assert nobody.json("list")["count"] == 0


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl"])
def test_an_item_with_a_comma_stays_one_item(rounds: Runner, nobody: Runner, tmp_path: Path, ending: str) -> None:
    """Out and in again, and once more changes nothing."""
    place = rounds.folder / "Partners/Ana Cruz.md"
    place.write_text('---\ntype: partner\nspecialties:\n  - "burnout, grief"\n  - "a; b"\n  - c\n---\n')
    file = tmp_path / f"out.{ending}"
    rounds.good("export", str(file), "name:cruz")
    nobody.good("import", str(file), "--all", "--yes")
    rounds.good("export", str(tmp_path / "before.jsonl"), "name:cruz")
    nobody.good("export", str(tmp_path / "after.jsonl"), "name:cruz")
    before, after = (lines(tmp_path / f"{when}.jsonl") for when in ("before", "after"))
    assert after == before
    assert after[0]["specialties"] == ["burnout, grief", "a; b", "c"]
    assert nobody.json("import", str(file), "--all", "--yes")["written"] == []


def test_a_query_chooses_and_the_ending_tells_the_kind(rounds: Runner, tmp_path: Path) -> None:
    """`--as` counts more than the ending; without either, the endings are named."""
    path = tmp_path / "Some.CSV"
    said = rounds.good("export", str(path), "role:psychiatrist", "stage:active")
    assert said.startswith(f"{path}\n")
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = [*csv.DictReader(file)]
    assert {(each["role"], each["stage"]) for each in found} == {("psychiatrist", "active")}
    rounds.good("export", str(path.with_suffix(".txt")), "name:maria", "--as", "vcard4")
    assert path.with_suffix(".txt").read_bytes().startswith(b"BEGIN:VCARD\r\nVERSION:4.0\r\n")
    result = rounds("export", str(tmp_path / "people"))
    assert (result.exit_code, "Use .vcf, .csv, .xlsx or .jsonl" in result.stderr) == (2, True)
    result = rounds("export", str(tmp_path / "none.csv"), "city:nowhere")
    assert (result.exit_code, (tmp_path / "none.csv").exists()) == (3, False)


def test_notes_that_can_not_be_read_are_named_when_they_go_out(rounds: Runner, tmp_path: Path) -> None:
    """In a file and on a card; the contact is as it was last read. Other notes that can't be read aren't named."""
    rounds.good("list")
    for path in (MARIA, "Partners/Sam Lee.md"):
        note = rounds.folder / path
        note.write_text("---\nrole: [\n" + note.read_text(encoding="utf-8"), encoding="utf-8")
    words = "1 note can't be read: Partners/Maria Alvarez.md. What goes out may be old or incomplete."
    result = rounds("export", str(tmp_path / "a.jsonl"), "name:maria")
    assert words in result.stderr
    assert [(each["name"], each["role"]) for each in lines(tmp_path / "a.jsonl")] == [("Maria Alvarez", "pediatrician")]
    assert words in rounds("card", "maria", "--to", str(tmp_path / "a.vcf")).stderr
    assert "can't be read" not in rounds("export", str(tmp_path / "b.jsonl"), "name:dana").stderr


def test_nothing_is_written_over_unasked(rounds: Runner, tmp_path: Path) -> None:
    """The same content again is no change; another file stays, also in a folder of cards, where nothing is written then."""
    path = tmp_path / "a.csv"
    assert rounds.json("export", str(path))["written"] == [str(path)]
    assert rounds.json("export", str(path))["written"] == []
    path.write_text("mine")
    result = rounds("export", str(path))
    assert (result.exit_code, path.read_text()) == (1, "mine")
    assert "--replace" in result.stderr
    assert rounds("export", str(path), "--replace").exit_code == 0
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards/Maria Alvarez.vcf").write_text("mine")
    assert rounds("export", str(tmp_path / "cards"), "--each").exit_code == 1
    assert [each.name for each in (tmp_path / "cards").iterdir()] == ["Maria Alvarez.vcf"]


@pytest.mark.parametrize(
    "words",
    [("export", "a.csv"), ("card", "dana", "--to", "a.vcf"), ("card", "--referral-form", "a.html"), ("report", "--html", "a.html"),
     ("agenda", "--html", "a.html"), ("match", "--role", "pediatrician", "--sheet", "a.html"),
     ("draft", "dana", "personal email", "--eml", "a.eml")],
)  # fmt: skip
def test_a_file_goes_into_a_folder_that_is_there(rounds: Runner, tmp_path: Path, words: tuple[str, ...]) -> None:
    """A mistyped folder isn't created; a folder that is named itself is."""
    place = tmp_path / "nowhere" / "deeper"
    *before, name = words
    result = rounds(*before, str(place / name))
    assert (result.exit_code, (tmp_path / "nowhere").exists()) == (1, False)
    assert f"rounds: there is no folder {place}\nNothing was written. Create it, or name another one." in result.stderr
    assert rounds("export", str(place), "name:lee", "--each").exit_code == 0


def test_one_card_each(rounds: Runner, tmp_path: Path) -> None:
    """Two people of one name get a file each; only cards are written so."""
    folder = tmp_path / "cards"
    found = rounds.json("export", str(folder), "name:lee", "--each")
    assert [Path(path).name for path in found["files"]] == ["Sam Lee.vcf", "Sam Lee 2.vcf"]
    assert (folder / "Sam Lee 2.vcf").read_bytes().count(b"BEGIN:VCARD") == 1
    assert rounds("export", str(folder), "--each", "--as", "csv").exit_code == 2


def test_a_folder_of_cards_comes_back(rounds: Runner, nobody: Runner, tmp_path: Path) -> None:
    """Also with a file in it that can't be read; the others go on."""
    folder = tmp_path / "cards"
    rounds.good("export", str(folder), "name:lee", "--each")
    (folder / "nowhere.vcf").symlink_to("missing.vcf")
    done = nobody.json("import", str(folder), "--all", "--yes")
    assert [(row["name"], row["state"]) for row in done["rows"]] == [
        ("Sam Lee", "new"), ("Sam Lee", "new"), ("nowhere.vcf", "left out")
    ]  # fmt: skip
    assert len(done["written"]) == 2
    assert nobody.json("import", str(folder), "--all", "--yes")["written"] == []


def test_organizations_and_what_partners_have_of_them(rounds: Runner, tmp_path: Path) -> None:
    """`type:organization` finds them; a partner without a phone has the one of the organization; referrals never go out."""
    rounds.good("export", str(tmp_path / "a.jsonl"), "type:organization", "OR", "type:referral")
    assert {each["type"] for each in lines(tmp_path / "a.jsonl")} == {"organization"}
    rounds.good("set", "maria", "phone=")
    rounds.good("export", str(tmp_path / "b.jsonl"), "name:maria")
    assert lines(tmp_path / "b.jsonl")[0]["phone"] == ["+1 503-555-0110"]


def test_logs_go_out_only_when_asked_and_never_with_codes_or_clients(rounds: Runner, tmp_path: Path) -> None:
    """Codes become "a client"; a line about a client loses its words, and a notice says so; a marked line goes out."""
    rounds.good("log", "maria", "call", "about R-7K3QXM and fees")
    note = rounds.folder / MARIA
    text = note.read_text(encoding="utf-8")
    note.write_text(
        text.replace("## Log\n", "## Log\n\n- 2026-11-01 call: her client Tim Reed, DOB 3/4/2011, is doing well\n"),
        encoding="utf-8",
    )
    for name in ("a.jsonl", "a.csv", "a.vcf", "a.xlsx"):
        rounds.good("export", str(tmp_path / name), "maria")
        assert b"about" not in (tmp_path / name).read_bytes()
    assert "log" not in lines(tmp_path / "a.jsonl")[0]
    result = rounds("export", str(tmp_path / "b.jsonl"), "maria", "--with-log")
    said = (tmp_path / "b.jsonl").read_text(encoding="utf-8")
    assert "call: about a client and fees" in said
    for word in ("Reed", "3/4/2011", "R-7K3QXM"):
        assert word not in said
    assert "Client information stays here" in result.stderr


def test_a_property_with_client_information_stays_here(rounds: Runner, tmp_path: Path) -> None:
    """Neutral words stand in its place, in every kind of file."""
    note = rounds.folder / MARIA
    text = note.read_text(encoding="utf-8")
    note.write_text(
        text.replace("stage:", 'connection: "her client Tim Reed, DOB 3/4/2011"\nstage:', 1), encoding="utf-8"
    )
    for name in ("a.jsonl", "a.csv"):
        rounds.good("export", str(tmp_path / name))
        said = (tmp_path / name).read_text(encoding="utf-8")
        assert "Maria Alvarez" in said
        assert "Reed" not in said
        assert "3/4/2011" not in said


def test_broken_lines_of_an_export_are_listed(nobody: Runner, tmp_path: Path) -> None:
    """One bad line costs one contact; it's kept for correction as it is."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"type": "partner", "name": "Ana Cruz", "role": "midwife"}\n{"type": "partner", "na\n[1]\n')
    rejects = tmp_path / "rejects.jsonl"
    found = nobody.json("import", str(path), "--yes", "--rejects", str(rejects))
    assert [row["state"] for row in found["rows"]] == ["new", "left out", "left out"]
    assert [row["why"] for row in found["rows"]][1:] == ["the line can't be read as JSON"] * 2
    assert found["written"] == ["Partners/Ana Cruz.md"]
    assert rejects.read_text() == '{"type": "partner", "na\n[1]\n'.replace("\n", rejects.read_text()[-2:].lstrip("]"))


def test_the_card_of_a_partner(rounds: Runner, home: Path, tmp_path: Path) -> None:
    """A vCard and its QR code outside the vault, or just the file that is named; the log never goes along."""
    before = sorted(rounds.folder.rglob("*"))
    found = rounds.json("card", "dana", "whitlock")
    assert [Path(path).name for path in found["files"]] == [
        "Dana Whitlock.vcf", "Dana Whitlock QR code.svg", "Dana Whitlock QR code.png",
    ]  # fmt: skip
    assert all(Path(path).is_relative_to(home) for path in found["files"])
    assert rounds.json("card", "dana")["written"] == []
    file = tmp_path / "dana.vcf"
    assert rounds.json("card", "dana", "--to", str(file), "--vcard", "4.0")["files"] == [str(file)]
    said = file.read_text(encoding="utf-8")
    assert "VERSION:4.0" in said
    assert "FN:Dana Whitlock\\, DO" in said
    assert "NOTE" not in said
    assert sorted(rounds.folder.rglob("*")) == before
    file.write_text("mine")
    assert rounds("card", "dana", "--to", str(file)).exit_code == 1
    assert file.read_text() == "mine"
    assert rounds("card", "nobody at all").exit_code == 3
    assert next(Path(path).name for path in rounds.json("card", "rose city")["files"]) == "Rose City Pediatrics.vcf"


def test_the_qr_code_of_a_partner_is_on_the_screen(rounds: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal only, and only if it's wide enough."""
    assert "\u2588" not in rounds.good("card", "dana")
    monkeypatch.setattr("rounds.cli.output.Text.width", 80)
    said = rounds.good("card", "dana")
    assert said.count("\u2588") > 100
    assert max(map(len, said.splitlines()[:30])) <= 80
    monkeypatch.setattr("rounds.cli.output.Text.width", 40)
    result = rounds("card", "dana")
    assert ("\u2588" in result.stdout, "columns, and the terminal has 40" in result.stderr) == (False, True)


def test_a_card_that_no_code_can_hold(rounds: Runner) -> None:
    """It's said, with another way out."""
    rounds.good("set", "dana", f"address={'x' * 3000}")
    result = rounds("card", "dana")
    assert (result.exit_code, "rounds export FILE.vcf" in result.stderr) == (2, True)
