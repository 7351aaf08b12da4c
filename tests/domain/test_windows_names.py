"""Names that Windows gives to no file: each is noticed on every system, and has another instead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.windows_names import is_reserved, portable, why_no_path, why_not


@pytest.mark.parametrize("name", ["con", "CON.md", "nul", "aux .md", "com1.x.y", "LPT9", "COM¹.ics", "CONIN$"])
def test_devices_of_windows_are_known(name: str) -> None:
    assert is_reserved(name)


@pytest.mark.parametrize("name", ["Connie.md", "com10", "nula", "Mr. Con", "lpt", "aux-1"])
def test_other_names_are_no_devices(name: str) -> None:
    assert not is_reserved(name)


@pytest.mark.parametrize(
    ("name", "why", "instead"),
    [
        ("CON", "its name is CON, which Windows keeps for itself", "CON_"),
        ("nul.txt", "its name is nul, which Windows keeps for itself", "nul_.txt"),
        ("Who: what?", "its name contains : and ?", "Who what"),
        ('<"a|b\\c*>', 'its name contains < and " and | and \\ and * and >', "abc"),
        ("a\tb", "its name contains a line break, or a similar character", "a b"),
        ("Sam Jr.", "its name ends with a period or a space", "Sam Jr"),
        ("Sam ", "its name ends with a period or a space", "Sam"),
        ("Sam (Rose City), Lucía", "", "Sam (Rose City), Lucía"),
        (".a", "", "a"),
    ],
)
def test_what_windows_refuses_is_named_and_left_out(name: str, why: str, instead: str) -> None:
    """Of a folder; a note has its ending, so its name may end with a period."""
    assert (why_not(name), portable(name)) == (why, instead)


def test_a_note_may_end_in_a_period_before_its_ending_and_a_path_may_be_too_long() -> None:
    """A character beyond 16 bits counts twice there."""
    assert why_no_path("Partners/Sam Jr..md") == ""
    assert why_no_path("Partners/aux.md") == "its name is aux, which Windows keeps for itself"
    assert why_no_path(f"Partners/{'x' * 188}.md") == ""
    assert why_no_path(f"Partners/{'x' * 189}.md").startswith("its path has 201 characters; Windows allows 259")
    assert why_no_path(f"Partners/{'👍' * 95}.md").startswith("its path has 202 characters")


@given(st.text())
def test_the_other_name_is_one_that_windows_takes(name: str) -> None:
    """As a file and as a folder, and it stays what it is."""
    instead = portable(name)
    assert (why_not(instead), why_no_path(f"Partners/{instead}.md")) == ("", "")
    assert portable(instead) == instead
    assert len(instead.encode()) <= 121
