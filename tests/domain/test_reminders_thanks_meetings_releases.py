"""Reminders where a small slip in a rule would ask too early, of the wrong person, too often, or not at all."""

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from derived import derive
from domain.test_reminders_reminder import SAM, day, log, of
from domain.test_reminders_rules import ALL_ON, IN, NEW, OUT, RELEASE, found, only, without
from rounds.domain.log_followups import FollowUp, LogEntry, Status, happened_on
from rounds.domain.partner_referral_release import Partner, Release
from rounds.domain.reminders.reminder import Facts, Introduced, Rank
from rounds.domain.reminders.thanks_meetings_releases import ahead
from rounds.domain.settings import Settings

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
    """Not about the one that is planned a week later; the same where nobody has ticked it yet."""
    assert due("thanks", "11-20 coffee", "11-20 skip thanks", followups=[LUNCH]) == [day("12-01")]
    assert due("thanks", "11-24 skip thanks", followups=[COFFEE, LUNCH], today=day("11-24")) == [day("12-01")]
    put_off = due("thanks", "11-24 later thanks 2026-12-24", followups=[COFFEE, LUNCH], today=day("11-24"))
    assert put_off == [day("12-01"), day("12-24")]


def test_it_is_known_whether_a_meeting_that_is_to_be_thanked_for_was_held() -> None:
    """One in the log was; one that is planned may never be."""
    asked = found("11-20 coffee", partner=SAM, followups=[COFFEE])
    assert [(each.cause, each.happened) for each in asked if each.rule == "thanks"] == [
        ("2026-11-20", True), ("2026-11-24", False),
    ]  # fmt: skip


def test_a_call_that_is_planned_stays_a_follow_up_beside_a_planned_meeting() -> None:
    """Only meetings are asked about."""
    call = FollowUp("about the group", due=day("11-24"), kind="call")
    assert of("meeting", found(partner=SAM, followups=[COFFEE, call])) == [day("11-24")]
    assert [each.title for each in found(partner=SAM, followups=[COFFEE, call]) if each.rule == "follow-up"] == [
        call.text
    ]


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
    assert FollowUp("at Heart").line == 0  # read from no note
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


def said(kind: str, text: str, when: str = "11-21") -> LogEntry:
    return LogEntry(day(when), kind, text)


def owed(*entries: LogEntry) -> list[date | None]:
    """The days of thank-yous for a coffee on November 20."""
    facts = Facts(SAM, (LogEntry(day("11-20"), "coffee", ""), *entries))
    return of("thanks", derive([facts], ALL_ON, day("11-23")))


@pytest.mark.parametrize(
    "kind", ["thanks", "email", "call", "card", "gift", "article", "coffee", "lunch", "letter", "fax", "text"]
)
def test_thanks_are_settled_by_a_later_touch_that_reached_them(kind: str) -> None:
    """A later coffee asks for thanks of its own."""
    assert day("11-21") not in owed(said(kind, ""))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("reply", "thanks, it was lovely"), ("referral", "thanked her with it"), ("note", "thanked her in person"),
        ("intro", ""), ("voicemail", ""), ("call", "left a message"), ("call", "left her a voicemail"),
        ("call", "Left word with the front desk"), ("call", "no answer"), ("call", "she didn't pick up"),
        ("call", "couldn’t reach her"), ("chosen", ""), ("", "thought about it"),
    ],
)  # fmt: skip
def test_thanks_are_not_settled_by_what_did_not_reach_them(kind: str, text: str) -> None:
    """Their own words, a client, a note, or a message left."""
    assert owed(said(kind, text)) == [day("11-21")]


def test_a_call_that_reached_them_settles_thanks_whatever_was_said() -> None:
    """Words about messages in general are no message left."""
    assert owed(said("call", "she wants messages by fax, has no openings, and answered all my questions")) == []


def test_thanks_of_the_same_day_count_in_any_channel() -> None:
    """By kind, or in the words of a mail or a call; other words of that day arranged the meeting."""
    assert owed(said("email", "thank you for the coffee, and the list", "11-20")) == []
    assert owed(said("call", "thanked him", "11-20")) == []
    assert owed(said("email", "11 at Heart is fine", "11-20")) == [day("11-21")]
    assert owed(said("lunch", "he thanked me", "11-20")) == [day("11-21")]


def test_thanks_are_no_longer_owed_after_fourteen_days() -> None:
    """The guide's table of reminders; the day is a setting, and 0 means that they stay."""
    assert due("thanks", "11-20 coffee", today=day("12-04")) == [day("11-21")]
    assert due("thanks", "11-20 coffee", today=day("12-05")) == []
    assert due("thanks", "11-20 coffee", today=day("11-28"), settings=without("thanks", lapse=7)) == []
    assert due("thanks", "2020-11-20 coffee", settings=without("thanks", lapse=0)) == [day("2020-11-21")]


def test_history_written_in_later_owes_no_thanks() -> None:
    """Not for a meeting, a client sent, or an introduction: nobody is thanked a year late."""
    asked = found(
        "2025-10-25 coffee",
        partner=SAM,
        referrals=[IN._replace(date=day("2025-10-25"))],
        introduced=[Introduced("m1", "Maria Alvarez", day("2025-10-25"))],
        settings=Settings(),
    )
    assert [each.rule for each in asked] == ["check-in"]


def test_thanks_that_were_put_off_lapse_counted_from_that_day() -> None:
    """Whoever named a day wants to be asked then."""
    put_off = ("11-20 coffee", "11-21 later thanks 2026-12-20")
    assert due("thanks", *put_off, today=day("12-20")) == [day("12-20")]
    assert due("thanks", *put_off, today=day("2027-01-03")) == [day("12-20")]
    assert due("thanks", *put_off, today=day("2027-01-04")) == []


def test_a_planned_meeting_nobody_confirmed_owes_no_thanks_forever() -> None:
    """The question whether it took place stays."""
    asked = found(partner=SAM, followups=[COFFEE], today=day("12-09"))
    assert [each.rule for each in asked if each.due and each.due < day("12-09")] == ["meeting"]


def test_a_skip_written_ahead_is_about_the_planned_meeting_once_older_thanks_lapsed() -> None:
    """The coffee of May is no longer owed any thanks."""
    assert due("thanks", "05-20 coffee", "11-22 skip thanks", followups=[LUNCH]) == []


@pytest.mark.parametrize(("clock", "asks"), [("09:00", False), ("12:29", False), ("12:30", True), ("18:00", True)])
def test_a_meeting_with_a_time_is_asked_about_after_its_time(clock: str, asks: bool) -> None:
    """Before, it's a meeting of the day."""
    timed = replace(COFFEE, time=time(12, 30))
    (meeting,) = [each for each in found(partner=SAM, followups=[timed]) if each.rule == "meeting"]
    now = ahead(meeting, datetime.fromisoformat(f"2026-11-24T{clock}"))
    assert (now.happened, bool(now.step)) == (asks, asks)
    assert (now.uid, now.due, now.time) == (meeting.uid, meeting.due, meeting.time)


def test_a_meeting_without_a_time_is_asked_about_on_its_day() -> None:
    """Not on the day before."""
    (meeting,) = [each for each in found(partner=SAM, followups=[COFFEE]) if each.rule == "meeting"]
    assert not ahead(meeting, datetime(2026, 11, 23, 23, 59)).happened  # noqa: DTZ001 - local time
    assert ahead(meeting, datetime(2026, 11, 24)).happened  # noqa: DTZ001


# A word back ---------------------------------------------------------------------------------------------------


def back(*entries: str, today: str = "11-26", **more: object) -> list[date | None]:
    """The days on which a word back is asked for, about a client sent on November 20."""
    return due("feedback", *entries, **{"referrals": [IN], "today": day(today)} | more)


def test_who_sent_a_client_gets_a_word_back_within_a_week() -> None:
    """Due on the sixth day, late after the seventh."""
    (asked,) = [each for each in found(partner=SAM, referrals=[IN]) if each.rule == "feedback"]
    assert (asked.due, asked.late_after, asked.rank, asked.kind) == (day("11-26"), day("11-27"), Rank.GENTLE, "email")
    assert back(settings=without("feedback", days=14)) == [day("12-03")]
    assert back(settings=without("feedback", on=False)) == []


@pytest.mark.parametrize("entry", ["11-21 thanks", "11-21 reply", "11-23 note", "11-19 email", "11-22 referral"])
def test_a_first_thank_you_is_not_yet_a_word_back(entry: str) -> None:
    """Nor is what didn't reach them, or came before."""
    assert back(entry) == [day("11-26")]


@pytest.mark.parametrize("entries", [["11-24 email"], ["11-22 call"], ["11-21 thanks", "11-25 thanks"],
                                     ["11-26 thanks"], ["11-25 skip feedback"]])  # fmt: skip
def test_a_later_touch_is_a_word_back(entries: list[str]) -> None:
    """Also thanks, if they were not the first, or came that late."""
    assert back(*entries) == []


def test_a_closed_referral_or_an_old_one_is_owed_no_word() -> None:
    """It lapses after 30 days."""
    assert back(referrals=[IN._replace(status="completed")]) == []
    assert back(referrals=[IN._replace(closed=day("11-22"))]) == []
    assert back(referrals=[IN._replace(status="scheduled")]) == [day("11-26")]
    assert back(referrals=[OUT]) == []
    assert back(today="12-20") == [day("11-26")]
    assert back(today="12-21") == []


@pytest.mark.parametrize(
    ("release", "released"),
    [
        (RELEASE, True),
        (RELEASE._replace(client="R-9Q2WXA"), False),
        (RELEASE._replace(expires=day("11-25")), False),
        (RELEASE._replace(revoked=day("11-21")), False),
    ],
)
def test_the_word_back_says_what_a_release_allows(release: Release, released: bool) -> None:
    """With or without one there is something to say; without one, nothing about a client."""
    known = IN._replace(client="R-7K3QXM")
    (asked,) = [r for r in found(partner=SAM, referrals=[known], releases=[release]) if r.rule == "feedback"]
    assert asked.step.startswith("A release is on file") is released
    assert ("nothing about a client" in asked.step) is not released
    assert "R-7K3QXM" not in f"{asked.title} {asked.why} {asked.step} {asked.uid}"


# Referrals -----------------------------------------------------------------------------------------------------


def test_each_referral_is_asked_about_in_its_own_direction() -> None:
    """One that came in is thanked for, and never asked about as ours; one that went out the other way round."""
    came = IN._replace(date=day("11-12"))
    assert due("referral-out", referrals=[came]) == []
    assert due("referral-in", referrals=[came]) == [day("11-13")]
    assert due("referral-in", referrals=[OUT]) == []
    assert due("referral-out", referrals=[OUT]) == [day("11-16")]


def test_a_referral_without_a_day_or_that_is_closed_is_not_asked_about() -> None:
    """Closed by its day, whatever its status says."""
    assert due("referral-out", referrals=[OUT._replace(date=None)]) == []
    assert due("referral-out", referrals=[OUT._replace(closed=day("11-10"))]) == []


def test_a_question_of_the_very_day_answers_for_a_referral() -> None:
    """The 16th is two weeks after it."""
    assert due("referral-out", "11-16 email", referrals=[OUT]) == []
    assert due("referral-out", "11-15 email", referrals=[OUT]) == [day("11-16")]


@pytest.mark.parametrize(
    ("entry", "asked"), [("11-08 email", []), ("11-12 note", [day("11-16")]), ("11-07 email", [day("11-16")])]
)
def test_a_request_for_an_introduction_is_answered_by_a_touch_since_then(entry: str, asked: list[date | None]) -> None:
    """Also by one of the same day; not by one before, or by a note about them."""
    assert of("intro", found("11-08 intro", entry)) == asked


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


# All rules -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partner", "entries", "expected"),
    [
        (NEW, ["11-03 chosen"], ["month 2026-11-10 2026-11-03"]),
        (SAM, ["11-23 note"], []),
        (
            NEW,
            ["11-05 email"],
            ["nudge 2026-11-16 2026-11-05", "check-in 2027-05-05 2026-11-05", "card 2027-12-10 2026-11-05"],
        ),
        (
            NEW,
            ["10-01 email", "10-12 email", "10-22 call"],
            ["nudge 2026-11-02 2026-10-22-rest", "check-in 2027-04-22 2026-10-22", "card 2027-12-10 2026-10-22"],
        ),
        (
            NEW,
            ["10-01 email", "11-08 intro"],
            ["nudge 2026-10-12 2026-10-01", "intro 2026-11-16 2026-11-08", "check-in 2027-05-10 2026-11-08",
             "card 2027-12-10 2026-11-08"],
        ),
        (
            SAM,
            ["11-20 coffee"],
            ["thanks 2026-11-21 2026-11-20", "article 2027-03-22 2026-11-20", "check-in 2027-05-20 2026-11-20",
             "card 2027-12-10 2026-11-20"],
        ),
    ],
)  # fmt: skip
def test_a_partner_has_these_reminders_and_no_other(partner: Partner, entries: list[str], expected: list[str]) -> None:
    """All rules on: rule, day and cause of each, as on Today."""
    asked = found(*entries, partner=partner)
    assert [f"{each.rule} {each.due} {each.cause}" for each in asked] == expected


def test_a_partner_with_everything_at_once_has_these_reminders_and_no_other() -> None:
    """A planned coffee, one that was, a client each way, a release, and somebody they introduced."""
    maria = Introduced("m1", "Maria Alvarez", day("11-20"))
    asked = found(
        "05-04 email",
        "11-20 coffee",
        partner=SAM,
        followups=[COFFEE],
        referrals=[IN, OUT],
        releases=[RELEASE],
        introduced=[maria],
    )
    assert [(each.rule, str(each.due), each.kind) for each in asked] == [
        ("intro", "2026-11-21", "thanks"), ("thanks", "2026-11-21", "thanks"), ("referral-in", "2026-11-21", "thanks"),
        ("release", "2026-11-20", ""), ("meeting", "2026-11-24", "coffee"), ("thanks", "2026-11-25", "thanks"),
        ("feedback", "2026-11-26", "email"), ("article", "2027-03-22", "article"), ("check-in", "2027-05-20", "email"),
        ("card", "2027-12-10", "card"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["intro", "email", "call", "coffee", "chosen", "article", "referral", "skip thanks", "skip check-in"]
)
def test_no_rule_fails_on_the_last_day_that_there_is(kind: str) -> None:
    """A typo in a year must not take every other reminder away: what would be due after it is left out."""
    end = date.max
    introduced = [Introduced("m1", "Maria Alvarez", end)]
    referrals = [each._replace(date=end) for each in (IN, OUT)]
    for partner in (SAM, NEW):
        everything = found(
            f"{end} {kind}",
            partner=partner._replace(accepting_checked=end),
            followups=[replace(COFFEE, due=end)],
            referrals=referrals,
            releases=[RELEASE._replace(expires=end)],
            introduced=introduced,
            today=end,
        )
        assert {each.rule for each in everything} - {"release", "month", "stage"} == {"meeting"}


@pytest.mark.parametrize(
    ("last", "day_of_card"), [("9998-05-04", "9998-12-10"), ("9998-08-03", None), ("9999-01-05", None)]
)
def test_no_card_is_planned_in_the_last_year_that_there_is(last: str, day_of_card: str | None) -> None:
    """There is no year after it, in which the next card would be."""
    cards = found(f"{last} email", partner=SAM, today=date.max, settings=ALL_ON)
    assert [str(each.due) for each in cards if each.rule == "card"] == ([day_of_card] if day_of_card else [])


def test_what_waits_is_counted_in_days_from_its_start() -> None:
    """`wanted` orders what can wait; it is never less than a day, as things are divided by it."""
    assert only("month", found("11-03 chosen")).wanted == 27
    assert only("month", found("11-30 chosen", today=day("11-30"))).wanted == 1
    assert only("nudge", found("11-05 email")).wanted == 10
    assert only("intro", found("11-08 intro")).wanted == 7
    assert only("card", found("11-05 email")).wanted == 400
