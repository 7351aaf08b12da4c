"""A release's state by date."""

from datetime import date

import pytest

from rounds.domain.partner_referral_release import Release, ReleaseState, scopes
from rounds.errors import UsageError

TODAY = date(2026, 11, 23)
SIGNED = date(2026, 1, 2)


def state(**more: object) -> str:
    release = Release("a", "Sam", "R-7K3QXM", **{"signed": SIGNED, **more})  # type: ignore[arg-type]
    assert release.covers(TODAY) is (release.state(TODAY, 30) in {ReleaseState.VALID, ReleaseState.EXPIRING})
    return release.state(TODAY, 30)


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (date(2027, 6, 1), "valid"),
        (date(2026, 12, 24), "valid"),
        (date(2026, 12, 23), "expiring"),
        (TODAY, "expiring"),
        (date(2026, 11, 22), "expired"),
    ],
)
def test_by_the_day_on_which_it_ends(expires: date, expected: str) -> None:
    """Valid, from so many days before its end expiring, after its last day expired (45 CFR 164.508(b)(2)(i))."""
    assert state(expires=expires) == expected


def test_an_event_ends_it_too() -> None:
    """An event in place of a date (45 CFR 164.508(c)(1)(v))."""
    assert state(expires_event="end of the assessment") == "valid"


def test_one_that_was_signed_today_counts_today() -> None:
    assert state(signed=TODAY, expires=date(2027, 6, 1)) == "valid"


def test_revoked_from_its_day_on() -> None:
    """Whatever else stands there; one that is revoked on a day to come still counts until then."""
    assert state(expires=date(2027, 6, 1), revoked=TODAY) == "revoked"
    assert state(expires=date(2026, 6, 1), revoked=date(2026, 5, 1)) == "revoked"
    assert state(expires=date(2027, 6, 1), revoked=date(2026, 11, 24)) == "valid"


@pytest.mark.parametrize(
    "more",
    [{"signed": None, "expires": date(2027, 6, 1)}, {"signed": date(2026, 11, 24), "expires": date(2027, 6, 1)}, {}],
)
def test_what_is_not_signed_or_never_ends_covers_nothing(more: dict[str, object]) -> None:
    """Signature, date and an end are among what a valid authorization has (45 CFR 164.508(c)(1)(v), (vi))."""
    assert state(**more) == "incomplete"


def test_scopes_are_those_of_the_format_in_any_case_and_each_once() -> None:
    """With commas or one by one; another word is told, with those that there are."""
    assert scopes(["Progress, other", "progress", "school"]) == ["progress", "other", "school"]
    with pytest.raises(UsageError, match='there is no scope "gossip"') as caught:
        scopes(["school", "gossip"])
    assert "treatment plan" in caught.value.hint
