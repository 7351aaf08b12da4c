"""Names of files: bounded in bytes, and cut between characters as people see them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.file_names_copies import LONGEST, bounded, cut, is_cut

FAMILY, THUMB, FLAG = "👨‍👩‍👧", "👍🏽", "🇺🇸"
JAMO = unicodedata.normalize("NFD", "한")
ACCENT = unicodedata.normalize("NFD", "é")


@pytest.mark.parametrize("one", [FAMILY, THUMB, FLAG, JAMO, ACCENT, "कि", "☂️", "é", "你", "a"])
def test_a_cut_goes_between_characters_as_people_see_them(one: str) -> None:
    """At whatever byte: a family, a flag, a letter with its accent stays whole, or goes."""
    text = one * 5
    for most in range(len(one.encode()), len(text.encode())):
        kept = cut(text, most)
        assert kept == one * (most // len(one.encode()))


def test_a_character_that_is_too_long_for_a_name_is_cut_all_the_same() -> None:
    """A letter under a hundred accents is no name, but it is no reason for none either."""
    assert cut("a" + "\u0301" * 200, 21) == "a" + "\u0301" * 10


@given(st.text(max_size=300), st.text(max_size=20))
def test_a_bounded_name_fits_and_keeps_its_end(name: str, end: str) -> None:
    """In bytes of UTF-8, and so in the units of UTF-16 that Windows and Macs count."""
    found = bounded(name, end)
    assert found.endswith(end)
    assert len(found.encode("utf-8", "surrogatepass")) <= LONGEST
    assert len(found.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST
    assert name.startswith(found[: len(found) - len(end)])
    assert found == name + end or len((name + end).encode("utf-8", "surrogatepass")) > LONGEST


def test_a_cut_name_is_known_as_that_of_a_longer_one() -> None:
    end = " (conflicted copy 2026-11-29 101010).md"
    whole = "Ana " + "é" * 118
    short = bounded(whole, end)[: -len(end)]
    assert is_cut(short, whole, end)
    assert not is_cut("Ana", "Ana Lee", end)
    assert not is_cut("Ana", whole, end)
