"""Files of contacts: what comes back on import, what other programs read, and cells that nothing calculates."""

import csv
import io
import re
from pathlib import Path

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from exports.test_card import decoded
from rounds.domain.contact_rows import MANY, Row
from rounds.domain.export_rows import CARRIED, COLUMNS, CONTACT_CARD, ExportRow, as_typed, harmless
from rounds.domain.job_titles import Roles
from rounds.exports.card import codes, partner_vcard
from rounds.exports.contact_files import FORMATS
from rounds.imports.recognize import opened

SAM = ExportRow(
    "partner", "5am", "Sam Lee",
    {
        "role": ["psychiatrist"], "credentials": ["MD, PhD"], "organization": ["Lantern; Psychiatry"],
        "email": ["sam@lantern.example", "desk@lantern.example"], "phone": ["503-555-0142 ext. 3", "+1 503-555-0143"],
        "fax": ["503-555-0144"], "website": ["https://lantern.example/team"], "address": ["1 Elm St, Suite 4"],
        "city": ["Portland"], "pronouns": ["they/them"], "npi": ["1234567893"], "insurance": ["Aetna", "Moda"],
        "accepting": ["open"], "last_contact": ["2026-11-02"],
    },
)  # fmt: skip
CLINIC = ExportRow("organization", "c1", "Rose City Clinic", {"phone": ["503-555-0150"], "role": ["psychiatrist"]})


def back(folder: Path, kind: str, *rows: ExportRow) -> list[Row]:
    """The rows of a file as an import reads them; the file's name says nothing."""
    path = folder / "file"
    path.write_bytes(FORMATS[kind].made(rows))
    found = opened(str(path), roles=Roles(), mapped=lambda header: header.guesses)
    return [*found.rows]


def carried(row: ExportRow, kind: str) -> dict[str, tuple[str, ...]]:
    """What of a row a kind of file carries both ways."""
    keys = CONTACT_CARD if kind.startswith("vcard") else CARRIED
    return {key: tuple(texts) for key in keys if (texts := row.values.get(key, ()))}


def told(row: Row) -> dict[str, tuple[str, ...]]:
    return {key: tuple(texts) for key, texts in row.values.items() if key != "source"}


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_exported_is_imported_as_it_was(tmp_path: Path, kind: str) -> None:
    """A partner and an organization, in every kind of file; a partner's own title is no job title to guess from."""
    sam, clinic = back(tmp_path, kind, SAM, CLINIC)
    assert (sam.name, sam.kind, sam.refused, sam.left, sam.text, sam.client_like) == (
        "Sam Lee",
        "partner",
        "",
        (),
        "",
        "",
    )
    assert sam.values["source"] == ("Rounds",)
    assert told(sam) == carried(SAM, kind)
    assert (clinic.name, clinic.kind) == ("Rose City Clinic", "organization")
    assert clinic.values["phone"] == ("503-555-0150",)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


SIGNS = st.sampled_from("=+-@'\"\\,;:|aZé9 \u0661\u200d\U0001f600＝")
WORDS = st.text(SIGNS | st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30)
TEXTS = WORDS.map(lambda text: " ".join(text.split())).filter(bool)
NAMES = TEXTS.map(lambda text: re.sub(r"[\[\]#^|]", "x", text))
VALUES = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.tuples(TEXTS) for key in ("role", "credentials", "pronouns", "city", "connection", "address")},
        **{key: st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(tuple) for key in MANY - {"email", "phone"}},
        "organization": st.tuples(NAMES),
        "email": st.lists(st.sampled_from(["a@b.example", "c.d@e.example"]), min_size=1, unique=True).map(tuple),
        "phone": st.lists(
            st.sampled_from(["503-555-0142", "+1 503-555-0143", "(503) 555-0144 ext. 12", "5035550145"]),
            min_size=1,
            unique=True,
        ).map(tuple),
        "fax": st.just(("5035550145",)),
        "website": st.sampled_from([("https://a.example/b,c;d",), ("a.example",)]),
        "npi": st.just(("1234567893",)),
        "last_contact": st.dates().map(lambda day: (str(day),)),
    },
)


@pytest.mark.parametrize("kind", FORMATS)
@given(
    rows=st.lists(
        st.builds(ExportRow, st.just("partner"), st.just("x1"), NAMES, VALUES, st.just(())), min_size=1, max_size=3
    )
)
def test_whatever_the_words_the_properties_come_back(folder: Path, kind: str, rows: list[ExportRow]) -> None:
    """`import(export(x)) == x` for the properties that docs/import.md lists, also for signs that spreadsheets act on."""
    found = back(folder, kind, *rows)
    assert [row.name for row in found] == [row.name for row in rows]
    assert [told(row) for row in found] == [carried(row, kind) for row in rows]


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
        ('"=1, x"; b', '"\'=1, x"; b'), ("\tx", "'\tx"), ("＝1", "'＝1"), ("a; =1", "a; '=1"), ("a\n=1", "a\n'=1"), ("'=1", "''=1"), ("''=1", "'''=1"),
        ("+1 503-555-0142", "+1 503-555-0142"), ("503-555-0142; +1 503-555-0143", "503-555-0142; +1 503-555-0143"),
        ("+1 503-555-0142*cmd", "'+1 503-555-0142*cmd"), ("plain", "plain"), ("it's", "it's"), ("'tis", "'tis"), ("a=b", "a=b"),
    ],
)  # fmt: skip
def test_no_spreadsheet_calculates_a_cell(typed: str, cell: str) -> None:
    """An apostrophe keeps it text; a plain phone number needs none; the reverse gives what was typed."""
    assert harmless(typed) == cell
    assert as_typed(cell) == typed


@given(st.text("=+-@'\"\t\r\n; 1()a＝", max_size=12))
def test_harmless_cells_have_a_reverse(typed: str) -> None:
    """Nothing is lost, whatever was there, and no part of a cell begins with a sign that counts."""
    cell = harmless(typed)
    assert as_typed(cell) == typed
    assert not re.search(r"(?:\A|;) *\"?[=@＝]", cell)


def test_formulas_stay_text_in_both_tables(tmp_path: Path) -> None:
    """CSV has an apostrophe; in a spreadsheet the cell is a text by its type, and marked so that editing keeps it one."""
    row = ExportRow("partner", "x", "=HYPERLINK(1)", {"connection": ["=1+1"], "phone": ["+1 503-555-0142"]})
    (_, cells) = csv.reader(io.StringIO(FORMATS["csv"].made([row]).decode("utf-8-sig")))
    assert (cells[0], cells[COLUMNS.index("connection")], cells[COLUMNS.index("phone")]) == (
        "'=HYPERLINK(1)", "'=1+1", "+1 503-555-0142",
    )  # fmt: skip
    import zipfile

    with zipfile.ZipFile(io.BytesIO(FORMATS["xlsx"].made([row]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert '<c t="inlineStr" s="2"><is><t xml:space="preserve">=1+1</t></is></c>' in sheet
    assert "<f>" not in sheet
    assert [row.name for row in back(tmp_path, "xlsx", row)] == ["=HYPERLINK(1)"]


def test_signs_that_no_spreadsheet_can_have_are_left_out(tmp_path: Path) -> None:
    """With one of them in it, the whole file couldn't be opened."""
    (row,) = back(tmp_path, "xlsx", SAM._replace(name="Sam\uffff Lee\ufffe"))
    assert row.name == "Sam Lee"


def test_a_log_longer_than_a_cell_is_cut_and_the_newest_stays(tmp_path: Path) -> None:
    """A spreadsheet program refuses a file with a longer cell."""
    lines = [f"2026-01-01 note: {number} {'x' * 1000}" for number in range(40)]
    row = SAM._replace(log=lines)
    path = tmp_path / "log.xlsx"
    path.write_bytes(FORMATS["xlsx"].made([row]))
    from python_calamine import CalamineWorkbook

    head, cells = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    cell = str(cells[-1])
    assert (head[-1], len(cell), cell.startswith("2026-01-01 note: 0 ")) == ("log", 32_767, True)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_another_reader_of_cards_agrees(version: str) -> None:
    """Every value is where vobject looks for it; an extension is dialed after a pause."""
    card = vobject.readOne(partner_vcard(SAM, version))
    assert card.version.value == version
    assert (card.fn.value, card.n.value.family, card.n.value.given) == ("Sam Lee, MD, PhD", "Lee", "Sam")
    assert card.org.value == ["Lantern; Psychiatry"]
    assert [each.value for each in card.tel_list] == ["503-555-0142,3", "+1 503-555-0143", "503-555-0144"]
    assert [each.value for each in card.email_list] == ["sam@lantern.example", "desk@lantern.example"]
    assert (card.title.value, card.url.value) == ("psychiatrist", "https://lantern.example/team")
    assert (card.adr.value.street, card.adr.value.city) == ("1 Elm St, Suite 4", "Portland")
    assert card.uid.value == "rounds-5am"


def test_a_phone_scans_a_partners_card(tmp_path: Path) -> None:
    """The QR code reads as the whole card."""
    card = partner_vcard(SAM._replace(name="Zoë Muñoz"))
    (tmp_path / "code.png").write_bytes(codes(card).png)
    assert decoded(tmp_path / "code.png") == card


def test_a_phone_scans_it_off_the_screen(tmp_path: Path) -> None:
    """A decoder reads the blocks that a terminal shows, and they fit in 80 columns."""
    card = partner_vcard(SAM, scanned=True)
    assert "Lantern" in card
    assert "rounds-" not in card
    lines = codes(card).terminal.rstrip("\n").split("\n")
    assert max(map(len, lines)) <= 80
    halves = {" ": (0, 0), "\u2580": (1, 0), "\u2584": (0, 1), "\u2588": (1, 1)}
    rows = [[halves[sign][half] for sign in line] for line in lines for half in (0, 1)]
    dots = [[255 * light for light in row for _ in range(4)] for row in rows for _ in range(4)]
    head = f"P5 {len(dots[0])} {len(dots)} 255\n".encode()
    (tmp_path / "screen.pgm").write_bytes(head + b"".join(map(bytes, dots)))
    assert decoded(tmp_path / "screen.pgm") == card


def test_one_file_has_all_cards() -> None:
    """And each line has at most 75 bytes, as RFC 6350 wants."""
    data = FORMATS["vcard4"].made([SAM._replace(log=["2026-11-02 call: " + "é" * 200]), CLINIC])
    cards = [*vobject.readComponents(data.decode())]
    assert [card.fn.value for card in cards] == ["Sam Lee, MD, PhD", "Rose City Clinic"]
    assert cards[0].note.value == "2026-11-02 call: " + "é" * 200
    assert max(map(len, data.split(b"\r\n"))) <= 75
