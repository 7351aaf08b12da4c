"""Each kind of file, made from its public description, is read into the rows that stand beside it."""

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.domain.contact_rows import Row
from rounds.domain.job_titles import Roles
from rounds.errors import RoundsError, UsageError
from rounds.imports.recognize import opened

GOLDEN = Path(__file__).parents[1] / "golden/imports"
FILES = sorted(path.name for path in GOLDEN.iterdir() if path.suffix != ".rows")
KINDS = {
    "google": "google",
    "outlook": "outlook",
    "linkedin": "linkedin",
    "phone": "vcard",
    "npi": "npi",
    "table": "table",
}


def read(path: Path, *, kind: str = "", sheet: str = "") -> tuple[str, list[Row]]:
    found = opened(str(path), kind=kind, sheet=sheet, roles=Roles(), mapped=lambda header: header.guesses)
    return found.kind, [*found.rows]


def told(row: Row) -> dict[str, object]:
    """A row without what is empty."""
    every = {**row._asdict(), "values": {key: [*texts] for key, texts in row.values.items()}, "raw": len(row.raw)}
    return {key: [*value] if isinstance(value, tuple) else value for key, value in every.items() if value}


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_its_rows(name: str) -> None:
    """The kind is known by the content, whatever the file is called."""
    kind, rows = read(GOLDEN / name)
    assert kind == KINDS[name.split(".", maxsplit=1)[0].split("_", maxsplit=1)[0]]
    expected = GOLDEN / f"{name}.rows"
    assert "".join(f"{json.dumps(told(row), ensure_ascii=False)}\n" for row in rows) == expected.read_text(
        encoding="utf-8"
    )


def sheet(path: Path, *rows: list[str]) -> Path:
    """A small XLSX of two sheets, the second with the rows."""

    def cells(values: list[str]) -> str:
        return "".join(
            f'<c t="inlineStr"><is><t>{value}</t></is></c>'
            if not value.startswith("#")
            else f"<c><v>{value[1:]}</v></c>"
            for value in values
        )

    head = '<?xml version="1.0" encoding="UTF-8"?>'
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = [[["nothing"]], [*rows]]
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "[Content_Types].xml",
            f'{head}<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kinds}.worksheet+xml"/>'
                for n in (1, 2)
            )
            + "</Types>",
        )
        book.writestr(
            "_rels/.rels",
            f'{head}<Relationships xmlns="{package}/relationships"><Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'{head}<workbook {main} xmlns:r="{office}"><sheets><sheet name="Cover" sheetId="1" r:id="r1"/><sheet name="People" sheetId="2" r:id="r2"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'{head}<Relationships xmlns="{package}/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2)
            )
            + "</Relationships>",
        )
        for number, lines in enumerate(sheets, 1):
            book.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f"{head}<worksheet {main}><sheetData>"
                + "".join(f"<row>{cells(line)}</row>" for line in lines)
                + "</sheetData></worksheet>",
            )
    return path


def test_a_sheet_of_a_spreadsheet(tmp_path: Path) -> None:
    """By name or number; numbers have no `.0`."""
    path = sheet(tmp_path / "contacts.bin", ["Name", "Phone", "NPI"], ["Sam Lee", "#5035550144", "#1234567893"])
    for name in ("People", "2"):
        kind, rows = read(path, sheet=name)
        assert (kind, [(row.name, row.values["phone"], row.values["npi"]) for row in rows]) == (
            "table", [("Sam Lee", ("503-555-0144",), ("1234567893",))],
        )  # fmt: skip
    with pytest.raises(UsageError, match='no sheet "3"') as caught:
        read(path, sheet="3")
    assert caught.value.hint == "It has: Cover, People."


def test_a_sheet_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """A small file, most of it zeros; nothing of it is unpacked."""
    path = sheet(tmp_path / "bomb.xlsx", ["Name"], ["Sam Lee"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/media/zeros", "w") as file:
        for _ in range(140):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(RoundsError, match="unpacks to more than 128 MB"):
        read(path)


def test_files_of_another_kind_are_refused(tmp_path: Path) -> None:
    """With what can be imported instead; an empty file and a broken spreadsheet too."""
    for name, data, words in (
        ("empty.csv", b" \n", "is empty"),
        ("mark.csv", b"\xef\xbb\xbf\r\n", "is empty"),
        ("mark16.csv", b"\xff\xfe", "is empty"),
        ("paper.csv", b"%PDF-1.7\n1 0 obj\nendobj\n", "is a PDF file"),
        ("page.csv", b"<!doctype html><html><body>Please, sign in</body></html>", "is a web page"),
        ("letter.csv", b"{\\rtf1 Dear Dana, it was nice}", "is a document"),
        ("mail.csv", b"Received: from a.example\nSubject: Hello, Dana\n", "is an email"),
        ("days.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "is a calendar"),
        ("list.json", b"[1, 2, 3]", "has no results from the NPI registry"),
        ("program", b"\x7fELF\x02\x01\x00\x00\x00\x00", "isn't a kind of file"),
        ("broken.xlsx", b"PK\x03\x04 broken", "can't be read as a spreadsheet"),
        ("half.json", b'{"results": [', "can't be read as JSON"),
        ("other.json", b'{"a": 1}', "no results"),
        ("deep.json", b"[" * 100_000, "can't be read as JSON"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(RoundsError, match=words):
            read(tmp_path / name)
    with pytest.raises(RoundsError, match="no column seems to hold names") as caught:
        read(GOLDEN / "table_no_header.csv", kind="linkedin")
    assert "LinkedIn" in caught.value.hint
    with pytest.raises(RoundsError, match="no column seems to hold names"):
        read(GOLDEN / "google.csv", kind="npi")


def test_a_zip_file_says_what_is_in_it(tmp_path: Path) -> None:
    """As LinkedIn sends it."""
    path = tmp_path / "Export.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("Connections.csv", "First Name")
    with pytest.raises(RoundsError, match=r"is a ZIP file with: Connections\.csv$") as caught:
        read(path)
    assert caught.value.hint.startswith("Unpack it")


def test_only_a_spreadsheet_has_sheets(tmp_path: Path) -> None:
    """A sheet of a CSV file isn't overlooked in silence; one of several sheets is chosen."""
    with pytest.raises(UsageError, match="isn't a spreadsheet"):
        read(GOLDEN / "google.csv", sheet="People")
    path = sheet(tmp_path / "x.xlsx", ["Name"], ["Sam Lee"])
    seen: list[list[str]] = []

    def choose(names: Sequence[str]) -> str:
        seen.append([*names])
        return "People"

    found = opened(str(path), roles=Roles(), mapped=lambda header: header.guesses, chosen=choose)
    assert ([row.name for row in found.rows], seen) == (["Sam Lee"], [["Cover", "People"]])


def test_short_text_of_excel_without_a_mark(tmp_path: Path) -> None:
    """UTF-16 is known by its zero bytes, however few there are."""
    for encoding in ("utf-16-le", "utf-16-be"):
        (tmp_path / "x.txt").write_bytes("Name\tPhone\r\nSam Lee\t503-555-0144\r\n".encode(encoding))
        assert [row.name for row in read(tmp_path / "x.txt")[1]] == ["Sam Lee"]


def test_the_first_name_of_a_list_without_a_header_is_kept(tmp_path: Path) -> None:
    """A first line that is a person is no header; one with a word for a column is."""
    path = tmp_path / "x.csv"
    for text, names in (
        ("Sam Lee\nAna Cruz\n", ["Sam Lee", "Ana Cruz"]),
        ("Sam Lee,Rose City\nAna Cruz,Heart\n", ["Sam Lee", "Ana Cruz"]),
        ("Provider Name\nAna Cruz\n", ["Ana Cruz"]),
        ("Full Legal Name,Where\nAna Cruz,Heart\n", ["Ana Cruz"]),
    ):
        path.write_text(text)
        assert [row.name for row in read(path)[1]] == names


def test_the_card_of_a_company_is_an_organization(tmp_path: Path) -> None:
    """A Mac writes its name as the full name too."""
    path = tmp_path / "x.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nFN:Rose Center\nORG:Rose Center;\nTEL:503-555-0105\nX-ABShowAs:COMPANY\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nN:Lee;Sam;;;\nFN:Sam Lee\nORG:Sam Lee\nEND:VCARD\n"
    )
    assert [(row.name, row.kind) for row in read(path)[1]] == [("Rose Center", "organization"), ("Sam Lee", "partner")]


def test_the_phone_of_the_office_comes_before_the_one_at_home(tmp_path: Path) -> None:
    """The first number is the one that is called; Outlook writes Home Phone first."""
    path = tmp_path / "x.csv"
    path.write_text(
        "First Name,Last Name,E-mail Address,Home Phone,Business Phone,Company\n"
        "Sam,Lee,s@lee.example,503-555-0101,503-555-0102,Rose\n"
    )
    kind, rows = read(path)
    assert (kind, rows[0].values["phone"]) == ("outlook", ("503-555-0102", "503-555-0101"))


def test_the_user_can_say_what_a_file_is() -> None:
    """`--as` counts more than what was recognized."""
    _, rows = read(GOLDEN / "google.csv", kind="linkedin")
    assert (rows[0].name, rows[0].values["source"]) == ("Ana Cruz", ("LinkedIn",))
    kind, rows = read(GOLDEN / "outlook_com.csv", kind="table")
    assert (kind, rows[0].values["organization"]) == ("table", ("Birch OT",))


def test_a_row_of_ten_thousand_columns(tmp_path: Path) -> None:
    """It's read where the header has as many, and refused where it hasn't."""
    path = tmp_path / "wide.csv"
    wide = ",".join(["Name", "Email", *(f"c{n}" for n in range(9_998))])
    path.write_text(f"{wide}\nSam Lee,sam@lee.example{',x' * 9_998}\n" + f"Name{',y' * 20_000}\n")
    _, rows = read(path)
    assert (rows[0].name, rows[0].values["email"], rows[0].refused) == ("Sam Lee", ("sam@lee.example",), "")
    assert rows[1].refused == "it has 20001 cells, and there are 10000 columns"


def test_a_card_without_an_end_takes_no_other_with_it(tmp_path: Path) -> None:
    """Millions of lines in one card are neither kept nor read as one."""
    path = tmp_path / "odd.vcf"
    path.write_text("BEGIN:VCARD\nFN:Long\n" + "X-A:b\n" * 50_000 + "BEGIN:VCARD\nFN:Sam Lee\nEND:VCARD\n")
    _, rows = read(path)
    assert [(row.name, bool(row.refused)) for row in rows] == [("FN:Long".partition(":")[2], True), ("Sam Lee", False)]
    assert len(rows[0].raw) == 2_000


LINES = st.lists(
    st.sampled_from(
        [b"BEGIN:VCARD", b"END:VCARD", b"FN:Sam", b"N:Lee;Sam", b'TEL;TYPE="a:503', b"NOTE;ENCODING=QUOTED-PRINTABLE:a=", b" folded",
         b"First Name,Last Name,E-mail 1 - Value", b'"open,x', b"a,b,c,d", b'"a""b",c', b"Name;Email", b"\xff\xfe", b"\xe9,\xe8", b"",
         b"\x00", b"NPI,Entity Type Code", b"1234567893,1", b"PHOTO:", b"\xf0\x9f\x98\x80"]
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=300)
@given(
    LINES,
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.sampled_from(["", "google", "outlook", "linkedin", "vcard", "npi", "table"]),
)
def test_any_file_is_read_or_refused(folder: Path, lines: list[bytes], end: bytes, kind: str) -> None:
    """Each row has a place, in order; nothing else than an error of ours is raised."""
    path = folder / "file"
    path.write_bytes(end.join(lines))
    try:
        _, rows = read(path, kind=kind)
    except RoundsError:
        return
    places = [row.line for row in rows]
    assert places == sorted(places)
    assert all(1 <= place <= len(lines) + 1 for place in places)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any")


NAMES = st.text(st.characters(categories=["L"], max_codepoint=0x24F), min_size=2, max_size=8).map(str.capitalize)
NOTES = st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0x24F), max_size=200).map(str.strip)


@given(st.lists(st.tuples(NAMES, NAMES, NOTES, st.from_regex(r"503555\d{4}", fullmatch=True)), min_size=1, max_size=4))
def test_another_reader_of_cards_agrees(folder: Path, people: list[tuple[str, str, str, str]]) -> None:
    """Cards as vobject writes them, folded and escaped, are read as they were meant."""
    texts = []
    for first, last, note, phone in people:
        card = vobject.vCard()
        card.add("n").value = vobject.vcard.Name(family=last, given=first)
        card.add("fn").value = f"{first} {last}"
        card.add("note").value = note
        card.add("tel").value = phone
        card.add("org").value = ["Clinic; and, more"]
        texts.append(card.serialize())
    path = folder / "cards"
    path.write_bytes("".join(texts).encode())
    _, rows = read(path)
    assert [row.values["phone"] for row in rows] == [(f"503-555-{phone[6:]}",) for *_, phone in people]
    assert [row.text for row in rows] == [" ".join(note.split()) for _, _, note, _ in people]
    assert all(row.values["organization"] == ("Clinic; and, more",) for row in rows)
    assert [row.name.casefold() for row in rows] == [f"{first} {last}".casefold() for first, last, *_ in people]
