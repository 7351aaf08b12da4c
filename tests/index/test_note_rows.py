"""A note laid out as rows."""

import marshal
import sqlite3
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.index.database import FOLDED
from rounds.index.ids_last_contact import derived_id
from rounds.index.note_rows import Rows, artefact, rows_of, unreadable
from rounds.index.scan import Reader
from rounds.index.writer import _NOTE_COLUMNS
from rounds.notes.schema import FOLDERS, folder_types

READER = Reader("vault", folder_types(FOLDERS))


def columns(rows: Rows) -> Mapping[str, object]:
    assert rows.note is not None
    return {key: value for key, value in zip(_NOTE_COLUMNS, rows.note, strict=True) if value != ""}


def test_a_note_without_properties_is_found_by_its_file_name() -> None:
    """Everything else is empty, the text is searchable."""
    rows = rows_of("Notes/Ideas für Märkte.md", b"call the *market*", READER)
    assert columns(rows) == {
        "path": "Notes/Ideas für Märkte.md",
        "stem": "ideas für märkte",
        "folder": "//notes/",
        "title": "Ideas für Märkte",
        "id": derived_id("vault", "Notes/Ideas für Märkte.md"),
        "stored_id": False,
        "readable": True,
        "name": " | ideas fur markte | ",
    }
    assert rows.details == ("{}", None)
    assert rows.search == ("Ideas fur Markte", "", "call the *market*")


def test_known_properties_have_columns_and_others_stand_in_json() -> None:
    """Values folded, lists by member, a checkbox as its word, dates as ISO text or not at all."""
    data = (
        b"---\nname: Dr. Sam Lee\naccepting: true\ninsurance: [Aetna, BlueCross/BlueShield]\ntags:\naccepting_checked: "
        b"2026-11-01\nrest_until: soon\nFavorite tea: Earl Grey\nrate: 150\nempty:\nid: abc\n---\n"
    )
    rows = rows_of("Partners/Sam.md", data, READER)
    assert columns(rows) == {
        "path": "Partners/Sam.md",
        "type": "partner",
        "stem": "sam",
        "folder": "//partners/",
        "title": "Dr. Sam Lee",
        "id": "abc",
        "stored_id": True,
        "readable": True,
        "name": " | dr sam lee | ",
        "accepting": " | open | ",
        "insurance": " | aetna | bluecross blueshield | ",
        "accepting_checked": "2026-11-01",
    }
    assert rows.details[1] == '{"Favorite tea":" | earl grey | ","rate":" | 150 | "}'
    assert rows.search[1] == "Dr. Sam Lee\n\nAetna BlueCross/BlueShield\nEarl Grey\n150"
    assert [problem[3] for problem in rows.problems] == ['rest_until: "soon" is not a date']


@pytest.mark.parametrize(
    ("path", "original", "what"),
    [
        ("A (1).md", "A.md", "this is a copy of A.md, as sync tools make them"),
        (".A.md.icloud", "A.md", "A.md is in iCloud but not on this machine"),
        ("A\ufffd.md", "", "the name of this file or folder is not UTF-8 text"),
    ],
)
def test_what_is_no_note_has_a_problem_alone(path: str, original: str, what: str) -> None:
    """A warning that says what it is and what to do."""
    rows = artefact(path, original)
    ((line, column, level, message, hint),) = rows.problems
    assert (rows.note, line, column, level, message) == (None, 1, 1, "warning", what)
    assert hint


def test_a_file_that_can_not_be_read_is_listed_with_the_reason() -> None:
    """By its file name, marked, with one problem."""
    rows = unreadable("Partners/Sam.md", "Input/output error", READER)
    assert columns(rows)["title"] == "Sam"
    assert (columns(rows)["readable"], rows.readable) == (False, False)
    assert [problem[2:4] for problem in rows.problems] == [("error", "the file can't be read: Input/output error")]


@given(st.binary(max_size=200) | st.text().map(lambda text: f"---\n{text}\n---\n{text}".encode(errors="replace")))
def test_rows_of_any_bytes_can_be_stored_and_sent(data: bytes) -> None:
    """Whatever a file holds, SQLite takes its rows, and a helper process can hand them over."""
    rows = rows_of("Partners/A.md", data, READER, "2026-11-23")
    assert marshal.loads(marshal.dumps(tuple(rows), 2)) == tuple(rows)  # type: ignore[arg-type]
    connection = sqlite3.connect(":memory:")
    assert rows.note is not None
    for row in (rows.note, rows.details, rows.search, *rows.log, *rows.followups, *rows.links, *rows.problems):
        marks = ",".join("?" * len(row))
        (back,) = connection.execute(f"SELECT {marks}", row).fetchall()
        assert len(back) == len(row)
    connection.close()


def test_every_folded_column_is_a_property_of_the_format() -> None:
    """A column that no property fills would be a mistake."""
    from rounds.notes.schema import KEYS

    assert set(FOLDED) <= {key for keys in KEYS.values() for key in keys}
