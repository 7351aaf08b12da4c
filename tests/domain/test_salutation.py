"""How a message addresses a partner."""

import pytest

from rounds.domain.salutation import Name, called, is_doctor, on_first_names, salutation

OKORO = Name("", "Ada", "Okoro")


@pytest.mark.parametrize(
    ("credentials", "role", "codes", "doctor"),
    [
        ("MD", "", (), True),
        ("M.D., FAAP", "", (), True),
        ("DO", "family physician", (), True),
        ("Ph.D.", "therapist", (), True),
        ("PsyD, ABPP", "testing psychologist", (), True),
        ("PMHNP-BC, DNP", "psychiatric nurse practitioner", (), True),
        ("PMHNP-BC", "psychiatric nurse practitioner", ("363LP0808X",), False),
        ("LCSW", "psychologist", (), False),  # the license speaks before the role
        ("EdS, NCSP", "educational psychologist", ("103TS0200X",), False),
        ("", "pediatrician", ("208000000X",), True),
        ("", "testing psychologist", ("103TC0700X", "103G00000X"), True),
        ("", "therapist", ("101YM0800X", "103TC0700X"), False),  # one code of several says nothing
        ("", "physician assistant", ("363A00000X",), False),
        ("", "Neurologist", (), True),
        ("", "ob-gyn", (), True),
        ("", "gastroenterologist", (), True),
        ("", "physician assistant", (), False),
        ("", "psychiatric nurse practitioner", (), False),
        ("", "speech-language pathologist", (), False),
        ("", "audiologist", (), False),
        ("", "doula", (), False),
        ("", "", (), False),
    ],
)
def test_who_is_a_doctor(credentials: str, role: str, codes: tuple[str, ...], *, doctor: bool) -> None:
    """Physicians, psychologists and whoever has a doctorate; credentials come before the role."""
    assert is_doctor(OKORO, credentials, role, codes) is doctor


def test_a_title_in_the_name_counts_first() -> None:
    assert is_doctor(Name("Dr.", "Ada", "Okoro"), "LCSW", "therapist")
    assert not is_doctor(Name("Ms.", "Ada", "Okoro"), "MD", "pediatrician")


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("Ada prefers fax", True),
        ("lunch with Ada, Kim and Lou", True),
        ("wrote to Ada Okoro", False),
        ("wrote to Ada N. Okoro", False),
        ("call with Dr. Ada", False),
        ("wrote to ada@okoro.example", False),
        ("Adamant about fax", False),
        ("wrote to her", False),
    ],
)
def test_first_names_in_the_log(text: str, *, used: bool) -> None:
    """The first name alone, and not as a part of something else."""
    assert on_first_names(OKORO, [text]) is used


@pytest.mark.parametrize(
    ("name", "doctor", "own", "said"),
    [
        (OKORO, True, "", "Dear Dr. Okoro"),
        (OKORO, False, "", "Dear Ada"),
        (Name("Prof.", "Ada", "Okoro"), True, "", "Dear Prof. Okoro"),
        (Name("Dr", "", "Okoro"), True, "", "Dear Dr. Okoro"),
        (Name("Ms.", "", "Okoro"), False, "", "Dear Ms. Okoro"),
        (Name("", "Madonna", ""), True, "", "Dear Madonna"),
        (Name(), False, "", "Dear Front desk"),
        (OKORO, True, "Ada", "Dear Ada"),
        (OKORO, True, "Hi Ada,", "Hi Ada"),
        (OKORO, False, "Dr. Okoro", "Dear Dr. Okoro"),
    ],
)
def test_the_salutation(name: Name, own: str, said: str, *, doctor: bool) -> None:
    """By title and last name for a doctor, else by first name; `salutation` decides where it is set."""
    assert salutation(name, doctor=doctor, own=own, whole="Front desk") == said


def test_the_name_in_a_sentence() -> None:
    assert (called(OKORO, doctor=True), called(OKORO, doctor=False)) == ("Dr. Okoro", "Ada")
