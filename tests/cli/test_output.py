"""What is written to stdout: columns, widths, nothing that steers a terminal."""

import pytest

from rounds.cli.output import cells, cut, one_line, table, wrapped


def test_columns_are_aligned() -> None:
    """Each column is as wide as its widest cell; nothing trails."""
    assert table([("name", "role", ""), ("Zoë", "ob-gyn", "x"), ("Maria Alvarez", "", "")]) == [
        "name           role",
        "Zoë            ob-gyn  x",
        "Maria Alvarez",
    ]


def test_wide_characters_count_twice() -> None:
    """Columns line up with East Asian names and with combining marks."""
    assert cells("李医生") == 6
    assert cells("Zoe\u0308") == 3
    assert table([("李", "a"), ("Zoe\u0308", "b")]) == ["李   a", "Zoe\u0308  b"]


def test_a_line_fits() -> None:
    """The widest column is cut first, with an ellipsis."""
    assert table([("Maria", "a very long text that goes on")], 20) == ["Maria  a very long…"]
    assert all(cells(line) <= 30 for line in table([("x" * 40, "y" * 40, "z" * 5)], 30))


def test_where_columns_would_say_too_little_rows_are_stacked() -> None:
    """No date or code is ever cut: what follows a name stands below it, what is empty is left out."""
    rows = [("partner", "", "date", "open"), ("Maria Alvarez", "out", "2026-11-20", "open 104 days")]
    assert table(rows, 43) == [
        "partner            date        open", "Maria Alvar…  out  2026-11-20  open 104 da…",
    ]  # fmt: skip
    assert table(rows, 30) == [
        "partner", "    date · open", "Maria Alvarez", "    out · 2026-11-20 · open", "    104 days",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [("Maria", 5, "Maria"), ("Maria", 4, "Mar…"), ("李医生", 5, "李医…"), ("ab cd", 4, "ab…")],
)
def test_cut(text: str, width: int, expected: str) -> None:
    """A text is cut to columns, not characters, and no blank is left before the ellipsis."""
    assert cut(text, width) == expected


def test_one_line() -> None:
    """Newlines and tabs of a note become blanks; leading blanks stay."""
    assert one_line("  a\r\nb\tc\n") == "  a b c"


def test_what_is_to_be_typed_stays_on_one_line() -> None:
    """The line that a hint shows can be copied as it stands, its blanks included."""
    hint = 'Put it in quotes: `  - "a b c d e"`, or leave it out.'
    assert wrapped(hint, 24) == ["Put it in quotes:", '`  - "a b c d e"`, or', "leave it out."]
    assert wrapped("Write `one two three four five`.", 20) == ["Write `one two three", "four five`."]


def test_wrapped() -> None:
    """A text of several lines is indented, and wrapped only where there is a width."""
    assert wrapped("one\ntwo", 0, "  ") == ["  one", "  two"]
    assert wrapped("one two three four five six", 20, "  ") == ["  one two three four", "  five six"]
