"""Log lines as people write them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.log_followups import LogEntry
from rounds.notes.document import Document
from rounds.notes.log import (
    entry_of,
    newest_first,
    parse_entry,
    render_entry,
    scan_entry,
    write_entry,
)
from rounds.notes.merge.pieces import read_pieces
from rounds.notes.read_note import read_body

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("- 2026-11-20 coffee: prefers fax", LogEntry(DAY, "coffee", "prefers fax")),
        ("- 2026-11-20 Coffee: prefers: fax  ", LogEntry(DAY, "coffee", "prefers: fax")),
        ("- 2026-11-20 coffee @kim: prefers fax", LogEntry(DAY, "coffee", "prefers fax", who="kim")),
        ("- 2026-11-20 @kim coffee: prefers fax", LogEntry(DAY, "coffee", "prefers fax", who="kim")),
        ("* 2026-11-20   call:", LogEntry(DAY, "call", "")),
        ("- 2026-11-20 call", LogEntry(DAY, "call", "")),
        ("+\t[[2026-11-20]] email: hi", LogEntry(DAY, "email", "hi")),
        ("- [[2026-11-20|last Friday]] email: hi", LogEntry(DAY, "email", "hi")),
        ("- 2026-11-20 met her at the fair", LogEntry(DAY, "", "met her at the fair")),
        ("- 2026-11-20 lunch: of our own kind", LogEntry(DAY, "lunch", "of our own kind")),
        ("- 2026-11-20 Mittagessen: gut", LogEntry(DAY, "mittagessen", "gut")),
        ("- 2026-11-20 déjeuner: bon", LogEntry(DAY, "déjeuner", "bon")),
        ("- 2026-11-20 12:30 call: late", LogEntry(DAY, "", "12:30 call: late")),
        ("- 2026-11-20 see https://a.example", LogEntry(DAY, "", "see https://a.example")),
        ("- 2026-11-20", LogEntry(DAY, "", "")),
        ("- 2026-11-20 skip thanks: in person", LogEntry(DAY, "skip", "in person", rule="thanks")),
        ("- 2026-11-20 skip thanks", LogEntry(DAY, "skip", "", rule="thanks")),
        (
            "- 2026-11-20 later check-in: 2027-02-01 on leave",
            LogEntry(DAY, "later", "on leave", rule="check-in", until=date(2027, 2, 1)),
        ),
    ],
)
def test_a_log_line_is_read(text: str, entry: LogEntry) -> None:
    """`- DATE kind @who: text`; the kind may be missing, the date may be a link (vault format, Log entry)."""
    assert parse_entry(text, 0) == entry


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- call: her",
        "2026-11-20 call: x",
        "- 2026-11 call",
        "- 2026-11-201 x",
        "- 2026-11-20-x",
        "  - 2026-11-20 x",
    ],
)
def test_other_lines_are_none(text: str) -> None:
    """Text that only looks like a log line stays text."""
    assert parse_entry(text, 1) is None


@pytest.mark.parametrize("text", ["- 2026-02-30 call: x", "- 2026-13-01", "- 2026-11-20 later thanks: soon"])
def test_a_date_that_does_not_exist_is_an_error(text: str) -> None:
    """Never silently wrong."""
    with pytest.raises(ValueError, match=r"."):
        parse_entry(text, 1)


def test_indented_lines_belong_to_the_entry() -> None:
    """They are its text, joined by line breaks, and lists in it stay nested."""
    entry = parse_entry("- 2026-11-20 call: one", 7, ["  two", "", "  - three", "\t- four"])
    assert entry == LogEntry(DAY, "call", "one\ntwo\n\n- three\n  - four", 7)


@given(
    st.sampled_from(["- ", "* ", "-  "]),
    st.sampled_from(["2026-11-20", "2026-02-30", "[[2026-11-20]]", "2026-1-1"]),
    st.text(alphabet="abKéc :@-_\t.skiplater", max_size=20),
)
def test_the_quick_look_reads_what_the_long_one_reads(mark: str, day: str, rest: str) -> None:
    """The usual form is read in a quicker way; an empty line below it takes the long one, and gives the same."""
    found = []
    for more in ((), ("",)):
        with suppress(ValueError):
            found.append(scan_entry(f"{mark}{day} {rest}", 1, more))
    assert not found or found[0] == found[1]


def test_the_usual_form() -> None:
    """A touch has a kind and a text; a note is none."""
    assert scan_entry("- 2026-11-20 call: hi", 3) == (3, "2026-11-20", "call", "", "hi", "", "", 1)
    assert scan_entry("- 2026-11-20 note:", 3) == (3, "2026-11-20", "note", "", "", "", "", 0)


@given(
    st.sampled_from(["call", "coffee", "lunch", "skip", "later", ""]),
    st.text(alphabet="abc é", max_size=12).map(str.strip),
)
def test_what_is_written_is_read_back(kind: str, text: str) -> None:
    """The lines of an entry say the same entry."""
    entry = LogEntry(
        DAY,
        kind,
        text if kind else f"x {text}".strip(),
        rule="thanks" if kind in ("skip", "later") else "",
        until=date(2027, 1, 1) if kind == "later" else None,
    )
    first, *more = render_entry(entry)
    assert parse_entry(first, 0, more) == entry


def test_a_new_entry_stands_where_the_log_has_it() -> None:
    """Last where the oldest comes first, first where the newest does (vault format, Log entry)."""
    old, new, middle = "- 2026-11-01 call: a", "- 2026-11-30 call: b\n  more", "- 2026-11-20 email: c"
    entry = LogEntry(DAY, "email", "c")
    for before, after in (
        (f"{old}\n{new}\nend\n", f"{old}\n{middle}\n{new}\nend\n"),
        (f"{new}\n{old}\nend\n", f"{new}\n{middle}\n{old}\nend\n"),
        ("text\n", f"text\n\n## Log\n\n{middle}\n"),
    ):
        document = Document.parse(before.encode())
        entries = [found for n, line in enumerate(before.split("\n"), 1) if (found := scan_entry(line, n))]
        written = write_entry(document, tuple(map(entry_of, entries)), entry)
        assert bytes(written).decode() == after


def test_the_order_of_a_log_is_seen_from_its_ends() -> None:
    """One entry alone runs from the oldest to the newest."""
    first, last = LogEntry(date(2026, 1, 1), "", ""), LogEntry(date(2026, 2, 1), "", "")
    assert [newest_first(entries) for entries in ([], [first], [first, last], [last, first])] == [
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    "day",
    [
        "[[2026-11-20]]", "[[2026-11-20|Friday]]", "[[Daily/2026-11-20.md#Morning|Friday]]", "[[../Daily/2026-11-20]]",
        "[2026-11-20](2026-11-20.md)", "[Fri 20](../Daily/2026-11-20.md#x)", "[x](<Daily/2026-11-20.md>)",
    ],
)  # fmt: skip
def test_the_date_may_be_a_link_to_the_note_of_the_day(day: str) -> None:
    """In either form, in a folder, with heading and alias."""
    (found,) = read_body(f"- {day} call: with [[Sam Lee]]\n", 1).entries
    assert entry_of(found) == LogEntry(date(2026, 11, 20), "call", "with [[Sam Lee]]", 1)
    assert read_pieces(f"- {day} call: x\n")[0].day == date(2026, 11, 20)
