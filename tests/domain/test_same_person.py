"""Names that can be one person's, and names that can't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.same_person import BY_NAME, INITIAL, MIDDLE, NEARLY, SHORT, Name, keys, similar

SIMILAR = [
    ("Lee, Sam", "Sam Lee", BY_NAME),
    ("Dr. María Álvarez, MD", "maria alvarez", BY_NAME),
    ("Sam Lee LCSW", "Sam Lee", BY_NAME),
    ("Anh Do, MD", "Anh Do", BY_NAME),
    ("Zoë O'Neil", "ZOE ONEIL", BY_NAME),
    ("S. Lee", "Sam Lee", INITIAL),
    ("Sam L.", "Sam Lee", INITIAL),
    ("Sam J. Lee", "Sam Lee", INITIAL),
    ("S Lee", "Sam J Lee", INITIAL),
    ("Ana Maria Lee", "Ana Lee", MIDDLE),
    ("Bob Smith", "Robert Smith", SHORT),
    ("Peggy Ott", "Margaret Ott", SHORT),
    ("Bill Ott", "Will Ott", SHORT),
    ("Samuel J. Lee", "Sam Lee", SHORT),
    ("Geoff Kay", "Jeff Kay", SHORT),
    ("Dana Whitlok", "Dana Whitlock", NEARLY),
    ("Kathy Oster", "Cathy Oster", NEARLY),
    ("Rose City Pediatircs", "Rose City Pediatrics", NEARLY),
]

OTHERS = [
    ("Ana Lee", "Bob Lee"),
    ("Sam J. Lee", "Sam K. Lee"),
    ("Maria G Lopez", "Maria Garcia"),
    ("Clinic 2", "Clinic 3"),
    ("Sam", "Sam Lee"),
    ("S L", "Sam Lee"),
    ("Dr. Lee", "Sam Lee"),
    ("Robert Ott", "Richard Ott"),
    ("", "Sam Lee"),
    ("...", "???"),
    ("李明", "王明"),
]


@pytest.mark.parametrize(("one", "other", "why"), SIMILAR)
def test_what_two_names_have_in_common(one: str, other: str, why: str) -> None:
    """The same from both sides, and they are compared at all."""
    first, second = Name.of(one), Name.of(other)
    assert (similar(first, second), similar(second, first)) == (why, why)
    assert not {*keys(first)}.isdisjoint(keys(second))


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_people(one: str, other: str) -> None:
    assert similar(Name.of(one), Name.of(other)) == ""


@given(st.text(), st.text())
def test_any_text_can_be_a_name(one: str, other: str) -> None:
    """Nothing fails, the order of the two doesn't matter, and a name is like itself."""
    first, second = Name.of(one), Name.of(other)
    assert similar(first, second) == similar(second, first)
    assert similar(first, first) in {BY_NAME, ""}


WORDS = st.lists(
    st.sampled_from(["sam", "samuel", "s", "j", "lee", "leigh", "bob", "robert", "ana", "maria"]), max_size=4
)


@given(WORDS, WORDS)
def test_names_that_fit_are_compared(one: list[str], other: list[str]) -> None:
    """All of the evidence but a typo is found by the keys alone."""
    first, second = Name.of(" ".join(one)), Name.of(" ".join(other))
    if similar(first, second) not in {"", NEARLY}:
        assert not {*keys(first)}.isdisjoint(keys(second))
