"""Names, titles and values of contact rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.contact_checks import has_check_digit
from rounds.domain.contact_names import proper, split_name
from rounds.domain.contact_rows import FIELDS, MANY, is_professional, phone, row_of
from rounds.domain.job_titles import Roles
from test_patterns import seconds

ROLES = Roles([("psychiatrist", ["shrink"], ["2084P0800X"]), ("movement therapist", [], ["225600000X"])])


@pytest.mark.parametrize(
    ("typed", "name", "credentials"),
    [
        ("Dr. Sam Lee, LCSW, PhD", "Sam Lee", "LCSW, PhD"),
        ("LEE, SAM MD", "Sam Lee", "MD"),
        ("Lee, Sam J.", "Sam J. Lee", ""),
        ("sam lee m.d.", "Sam Lee", "MD"),
        ("Ann Lee, M.D., F.A.A.P.", "Ann Lee", "MD, FAAP"),
        ("Ana Cruz MD PhD", "Ana Cruz", "MD, PhD"),
        ("YO YO MA", "Yo Yo Ma", ""),
        ("Jo Ma", "Jo Ma", ""),
        ("Bo McKay", "Bo McKay", ""),
        ("MARY O'BRIEN-MCKAY", "Mary O'Brien-McKay", ""),
        ("Cher", "Cher", ""),
        ("", "", ""),
    ],
)
def test_a_name_is_split_from_its_credentials(typed: str, name: str, credentials: str) -> None:
    """Titles are dropped, degrees are written as usual, `Last, First` is turned round, capitals become names."""
    assert split_name(typed) == (name, credentials)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Child & Adolescent Psychiatrist", "psychiatrist"),
        ("Psychiatric Nurse Practitioner", "psychiatric nurse practitioner"),
        ("Director of Nursing, PMHNP-BC", "psychiatric nurse practitioner"),
        ("M.D., Ob/Gyn", "ob-gyn"),
        ("School Social Worker", "school counselor"),
        ("Head shrink", "psychiatrist"),
        ("Movement therapist", "movement therapist"),
        ("Head of School", ""),
        ("", ""),
    ],
)
def test_a_title_gives_a_role(title: str, role: str) -> None:
    """The most words win, and other names in the playbook count."""
    assert ROLES.of_title(title) == role


def test_a_code_gives_a_role() -> None:
    """What the playbook says counts first; a code that two roles have is decided by the table."""
    assert ROLES.of_code("225600000x ") == "movement therapist"
    assert ROLES.of_code("208000000X") == "pediatrician"
    assert ROLES.of_code("000000000X") == ""
    two = Roles([("a", [], ["103TC0700X"]), ("b", [], ["103TC0700X"])])
    assert two.of_code("103TC0700X") == "therapist"


def test_the_check_digit_of_an_npi() -> None:
    """The example of the standard, and every other last digit."""
    assert [n for n in range(10) if has_check_digit(f"123456789{n}")] == [3]


def test_phones_are_grouped() -> None:
    """Ten bare digits, and links; anything else stays as typed."""
    assert phone("5035550142") == phone("+15035550142") == phone("1503555" + "0142") == "503-555-0142"
    assert phone("tel:+1-503-555-0145;ext=12") == "+1-503-555-0145 ext. 12"
    assert phone("+44 20 7946 0000") == "+44 20 7946 0000"


def test_private_mail() -> None:
    """By the provider, whatever its country."""
    assert not any(map(is_professional, ("a@gmail.com", "a@YAHOO.co.uk", "a@me.com")))
    assert all(map(is_professional, ("a@clinic.example", "a@mygmail.org")))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.dictionaries(st.sampled_from([*FIELDS]), st.lists(TEXTS, max_size=3)))
def test_any_texts_give_a_row(found: dict[str, list[str]]) -> None:
    """One value for what isn't a list, on one line; a row without a name is refused; no value is empty."""
    row = row_of(1, found, source="x", roles=ROLES)
    assert bool(row.refused) == (not row.name)
    assert row.name == " ".join(row.name.split())
    for key, texts in row.values.items():
        assert key not in FIELDS or key in MANY or len(texts) == 1
        assert all(text.strip() for text in texts)
        assert not any("\n" in text for text in texts)


@given(TEXTS)
def test_capitals_change_no_letter(text: str) -> None:
    """Only upper and lower case."""
    assert proper(text).casefold() == text.lower().casefold() or not text.isascii()


def test_a_name_of_many_degrees_is_split_in_one_pass() -> None:
    """Twice as many took four times as long."""
    for text in ("MD, " * 100_000, "M.D. " * 100_000):
        assert seconds(lambda text=text: split_name(text)) < 3  # type: ignore[misc]
