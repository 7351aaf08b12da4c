import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.notes.plain_text import escape_controls


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("a\x07\x00\rb\x7f", "a␇␀␍b␡"),
        ("\x9b31m\u2028\u202ex\u2066", "\ufffd31m\ufffd\ufffdx\ufffd"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("An\udcff.md", "An\ufffd.md"),
        ("Núñez 👩‍⚕️ 王", "Núñez 👩‍⚕️ 王"),
    ],
)
def test_control_characters_are_made_visible(text: str, safe: str) -> None:
    """An escape sequence in a note is shown, never run; newline, tab and emoji stay."""
    assert escape_controls(text) == safe


@given(st.text())
def test_what_is_shown_holds_no_control_character_and_stays_so(text: str) -> None:
    """Of C0 and C1 only newline and tab are left; showing it again changes nothing."""
    safe = escape_controls(text)
    assert not [c for c in safe if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160]
    assert len(safe) == len(text)
    assert escape_controls(safe) == safe
