"""Referrals: client codes, how long one is open, and codes that stand for two people."""

from datetime import date, timedelta

import pytest

from rounds.domain.partner_referral_release import Partner, Referral, at_odds, inherited, is_code, refusal

TODAY = date(2026, 11, 23)
FIRST = date(2026, 3, 2)


def filed(partner: str, direction: str, day: int, *, client: str = "R-7K3QXM", status: str = "sent") -> Referral:
    date_ = FIRST + timedelta(days=day)
    return Referral(f"{date_} {direction} {partner}.md", partner, direction, date_, status, client)


@pytest.mark.parametrize("code", ["R-7K3QXM", "R-0000", "R-ABCDEFGH"])
def test_codes(code: str) -> None:
    """`R-` and 4 to 8 Crockford characters are read (vault format, Referral)."""
    assert is_code(code)
    assert refusal(code) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("JD", "initials"),
        ("J. D.", "initials"),
        ("R-JD", "initials"),
        ("Jane Doe", "a name"),
        ("jane", "a name"),
        ("R-JOLIU", "a name"),
        ("123456789", "longer"),
        ("R-7K3QXM7K3", "longer"),
        ("R-7K3QXM Jane", "longer"),
        ("1234", "not a client code"),
        ("", "not a client code"),
    ],
)
def test_what_is_no_code_is_refused_with_the_reason(text: str, why: str) -> None:
    """A name, initials or anything longer is none, and the reason does not repeat it (45 CFR 164.514(b)(2))."""
    assert why in refusal(text)
    assert not text or text not in refusal(text).split()


def test_how_long_it_is_open() -> None:
    """From its day to today, or to the day on which it was closed."""
    open_ = Referral("a", "Sam", "out", date(2026, 11, 7), "sent")
    assert open_.days(TODAY) == 16
    assert open_._replace(status="completed", closed=date(2026, 11, 10)).days(TODAY) == 3
    assert open_._replace(status="completed").days(TODAY) is None
    assert open_._replace(date=None).days(TODAY) is None


def test_open_ones_first_the_longest_open_before_the_others() -> None:
    """Then those that are closed, the last one first."""
    closed = [filed("d", "out", day, status="lost")._replace(closed=FIRST + timedelta(days=day)) for day in (1, 5)]
    some = [*closed, filed("b", "in", 9), filed("c", "out", 2)]
    assert [r.partner for r in sorted(some, key=lambda r: r.order(TODAY))] == ["c", "b", "d", "d"]
    assert sorted(some, key=lambda r: r.order(TODAY))[2].date == FIRST + timedelta(days=5)
    early, late = (filed(name, "out", day, status="lost") for name, day in (("early", 1), ("late", 5)))
    early = early._replace(closed=FIRST + timedelta(days=30))  # begun first and closed last
    late = late._replace(closed=FIRST + timedelta(days=20))
    assert [r.partner for r in sorted([late, early], key=lambda r: r.order(TODAY))] == ["early", "late"]


def test_an_undated_referral_counts_as_the_last_one_of_its_code() -> None:
    """Whatever is missing in a note, the others are compared."""
    first, undated = filed("Sam", "out", 1), filed("Ana", "in", 2)._replace(date=None)
    assert [*at_odds([undated, first])] == [(undated, first)]


@pytest.mark.parametrize(
    "referrals",
    [
        [filed("maria", "in", 0), filed("priya", "out", 9)],
        [filed("maria", "in", 0), filed("priya", "out", 0)],
        [filed("maria", "in", 0), filed("priya", "out", 9), filed("wren", "out", 9)],
        [filed("maria", "in", 0), filed("priya", "out", 9), filed("priya", "in", 30)],
        [filed("maria", "in", 0), filed("maria", "in", 300)],
        [filed("maria", "out", 0), filed("priya", "out", 1)],
    ],
)
def test_referrals_of_one_client(referrals: list[Referral]) -> None:
    """A client is sent on to anybody, and comes back from whoever had them: one code for all of it."""
    assert [*at_odds(reversed(referrals))] == []


@pytest.mark.parametrize("earlier", ["in", "out"])
def test_one_code_for_two_people(earlier: str) -> None:
    """Who comes in from a partner that no earlier referral of the code names is somebody else."""
    first, second = filed("maria", earlier, 0), filed("wren", "in", 40)
    assert [*at_odds([second, first])] == [(second, first)]


def test_for_how_long_in_words() -> None:
    """Open until today, or until the day it was closed; nothing where a date is missing."""
    day = date(2026, 11, 20)
    referral = Referral("a", "Ada", "out", day, "sent")
    assert referral.how_long(day) == "open since today"
    assert referral.how_long(date(2026, 11, 21)) == "open 1 day"
    assert referral._replace(closed=date(2026, 11, 23)).how_long(date(2026, 12, 1)) == "closed after 3 days"
    assert referral._replace(closed=day).how_long(date(2026, 12, 1)) == "closed the same day"
    assert referral._replace(date=None).how_long(day) == ""


@pytest.mark.parametrize(
    ("name", "first"),
    [("Dr. Ann Lee", "Ann"), ("Prof Ann", "Ann"), ("Ann Lee", "Ann"), ("Dr.", "Dr."), ("Mrs. Dr. Lee", "Lee")],
)
def test_the_first_name_is_without_titles(name: str, first: str) -> None:
    assert Partner(id="a", path="a.md", name=name, role="", stage="met").first_name == first


def test_a_value_without_letters_and_digits_is_not_inherited() -> None:
    """Nor does it keep the organization's from being."""
    assert inherited({}, {"phone": "-", "city": "Salem", "stage": "met"}) == {"city": "Salem"}
    assert inherited({"city": "?"}, {"city": "Salem"}) == {"city": "Salem"}
    assert inherited({"city": "Bend"}, {"city": "Salem"}) == {}
