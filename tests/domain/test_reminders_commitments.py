"""Promises where a small slip in a rule would ask too early, of the wrong person, or not at all."""

from dataclasses import replace
from datetime import date

import pytest

from domain.test_reminders_reminder import SAM, day, log, of
from domain.test_reminders_rules import IN, OUT, RELEASE, found
from rounds.domain.activity import FollowUp, Status, happened_on
from rounds.domain.records import Release

COFFEE = FollowUp("at Heart", due=day("11-24"), kind="coffee")
LUNCH = FollowUp("at Bean", due=day("11-30"), kind="lunch")


def due(rule: str, *entries: str, **more: object) -> list[date | None]:
    """The days on which a rule asks, for an active partner."""
    return of(rule, found(*entries, partner=SAM, **more))  # type: ignore[arg-type] # passed on as it is


# Thank-yous for meetings ---------------------------------------------------------------------------------------


def test_a_put_off_thank_you_never_comes_before_the_meeting() -> None:
    """The day named is before the meeting, so it can't be about this one."""
    assert due("thanks", "11-23 email", "11-23 later thanks 11-23", followups=[COFFEE]) == [day("11-25")]
    assert due("thanks", "11-23 later thanks 11-24", followups=[COFFEE]) == [day("11-25")]
    assert due("thanks", "11-23 later thanks 11-27", followups=[COFFEE]) == [day("11-27")]


def test_a_skip_written_ahead_is_about_the_next_planned_meeting_alone() -> None:
    """The later one still asks."""
    assert due("thanks", followups=[COFFEE, LUNCH]) == [day("11-25"), day("12-01")]
    assert due("thanks", "11-23 skip thanks", followups=[COFFEE, LUNCH]) == [day("12-01")]
    assert due("thanks", "11-23 later thanks 11-28", followups=[COFFEE, LUNCH]) == [day("11-28"), day("12-01")]


def test_a_skip_on_the_day_of_a_meeting_is_about_that_meeting() -> None:
    """Not about the one that is planned a week later."""
    assert due("thanks", "11-20 coffee", "11-20 skip thanks", followups=[LUNCH]) == [day("12-01")]


def test_a_skip_is_about_the_meeting_that_still_asks() -> None:
    """Where a meeting that was had not been thanked for, the planned one still asks."""
    assert due("thanks", "11-20 coffee", "11-22 skip thanks", followups=[LUNCH]) == [day("12-01")]
    assert due("thanks", "11-20 coffee", "11-21 thanks", "11-22 skip thanks", followups=[LUNCH]) == []


@pytest.mark.parametrize("status", [Status.DONE, Status.CANCELLED])
def test_a_meeting_that_is_ticked_or_cancelled_is_not_planned(status: Status) -> None:
    """With or without a day."""
    for when in (day("11-24"), None):
        ended = replace(COFFEE, status=status, due=when)
        assert [r.rule for r in found(partner=SAM, followups=[ended]) if r.rule in {"meeting", "thanks"}] == []


def test_a_ticked_meeting_without_any_day_is_no_touch() -> None:
    """And no error."""
    assert FollowUp("at Heart", Status.DONE, kind="coffee").touched is None
    assert happened_on("coffee", None, None, timed=False) is None


@pytest.mark.parametrize(
    ("planned", "ticked", "happened"),
    [("11-24", "11-20", "11-20"), ("11-24", "11-28", "11-24"), ("11-24", "11-24", "11-24"), ("", "11-20", "11-20")],
)
def test_a_meeting_held_early_counts_from_the_day_it_was_ticked(planned: str, ticked: str, happened: str) -> None:
    """One that was ticked late was on its own day (vault format, Follow-up)."""
    assert happened_on("coffee", planned, ticked, timed=False) == happened
    ended = FollowUp("x", Status.DONE, due=day(planned) if planned else None, done=day(ticked), kind="coffee")
    assert ended.touched == day(happened)


def test_a_task_that_is_no_meeting_happened_when_it_was_ticked() -> None:
    """A mail planned for the 10th and ticked on the 20th was sent on the 20th, unless it had a time of day."""
    assert happened_on("email", "11-10", "11-20", timed=False) == "11-20"
    assert happened_on("email", "11-10", "11-20", timed=True) == "11-10"
    assert happened_on("", "11-10", "11-20", timed=True) == "11-20"


# Referrals -----------------------------------------------------------------------------------------------------


def test_each_referral_is_asked_about_in_its_own_direction() -> None:
    """One that came in is thanked for, and never asked about as ours; one that went out the other way round."""
    came = IN._replace(date=day("11-02"))
    assert due("referral-out", referrals=[came]) == []
    assert due("referral-in", referrals=[came]) == [day("11-03")]
    assert due("referral-in", referrals=[OUT]) == []
    assert due("referral-out", referrals=[OUT]) == [day("11-16")]


def test_a_referral_without_a_day_or_that_is_closed_is_not_asked_about() -> None:
    """Closed by its day, whatever its status says."""
    assert due("referral-out", referrals=[OUT._replace(date=None)]) == []
    assert due("referral-out", referrals=[OUT._replace(closed=day("11-10"))]) == []


# Releases ------------------------------------------------------------------------------------------------------


def ending(*releases: Release) -> list[date | None]:
    """The days of the reminders about releases."""
    return due("release", releases=releases)


OTHER = RELEASE._replace(id="l2", signed=day("11-10"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(OTHER._replace(client="R-9Q2WXA", expires=day("2027-11-10"), revoked=None), id="another client"),
        pytest.param(OTHER._replace(expires=day("2027-11-10"), revoked=day("11-12")), id="revoked"),
        pytest.param(OTHER._replace(expires=day("2027-11-10"), signed=None), id="not signed"),
        pytest.param(OTHER._replace(expires=day("12-01"), revoked=None), id="ends earlier"),
        pytest.param(OTHER._replace(expires=day("12-20"), revoked=None), id="ends the same day"),
    ],
)
def test_what_is_no_renewal_silences_nothing(other: Release) -> None:
    """RELEASE ends on 20 December and is spoken of on 20 November."""
    assert day("11-20") in ending(RELEASE, other)


def test_a_renewal_without_an_end_of_its_own_is_one() -> None:
    """It ends with an event, so later than any day."""
    assert ending(RELEASE, OTHER._replace(expires=None, expires_event="end of care")) == []


def test_a_skip_from_before_the_release_was_signed_is_about_another() -> None:
    """It was signed on 10 January."""
    assert ending(RELEASE) == due("release", "01-09 skip release", releases=[RELEASE]) == [day("11-20")]
    assert due("release", "01-10 skip release", releases=[RELEASE]) == []


def test_a_log_entry_of_another_rule_changes_no_promise() -> None:
    """A skip names its rule."""
    assert due("referral-in", "11-21 skip thanks", referrals=[IN]) == [day("11-21")]
    assert log("11-21 skip thanks")[0].rule == "thanks"
