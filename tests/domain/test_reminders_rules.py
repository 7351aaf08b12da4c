"""The rules of the guide's table beyond thank-you and check-in, and what holds for every rule."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derived import derive
from domain.test_reminders_reminder import SAM, day, log, of
from rounds.domain.log_followups import FollowUp, LogEntry, Status
from rounds.domain.partner_referral_release import Partner, Referral, Release
from rounds.domain.reminders.reminder import FOLLOW_UP, Facts, Introduced, Rank, Reminder, State
from rounds.domain.reminders.rules import RULES, reminders_of
from rounds.domain.settings import DEFAULT_RULES, RuleSettings, Settings

TODAY = date(2026, 11, 23)  # a Monday
NEW = SAM._replace(stage="contacted")
ALL_ON = Settings(rules={name: each._replace(on=True) for name, each in DEFAULT_RULES.items()} | {
    "card": DEFAULT_RULES["card"]._replace(day="12-10"),
})  # fmt: skip


def found(
    *entries: str,
    partner: Partner = NEW,
    followups: Sequence[FollowUp] = (),
    settings: Settings = ALL_ON,
    today: date = TODAY,
    referrals: Sequence[Referral] = (),
    releases: Sequence[Release] = (),
    introduced: Sequence[Introduced] = (),
) -> list[Reminder]:
    facts = Facts(partner, log(*entries), tuple(followups), True, tuple(referrals), tuple(releases), tuple(introduced))
    return derive([facts], settings, today)


def only(rule: str, reminders: Sequence[Reminder]) -> Reminder:
    (one,) = [reminder for reminder in reminders if reminder.rule == rule]
    return one


def without(rule: str, **numbers: Any) -> Settings:
    """All rules on, one of them with other numbers."""
    return ALL_ON._replace(rules={**ALL_ON.rules, rule: ALL_ON.rules[rule]._replace(**numbers)})


# Meetings -----------------------------------------------------------------------------------------------------


def test_a_planned_meeting_asks_on_its_day_whether_it_happened() -> None:
    """It takes the place of the follow-up that planned it, on the same day, line and identity of its block."""
    coffee = FollowUp("at Heart", due=day("11-23"), kind="coffee", block="f-1", line=9)
    (asked, *_) = found("11-01 email", followups=[coffee])
    assert (asked.rule, asked.title, asked.due, asked.line) == ("meeting", "at Heart", TODAY, 9)
    assert asked.step == "Did it happen, did it move, or not? Tick it, put it off, or skip it."
    assert (asked.rank, asked.state(TODAY), asked.state(day("11-24"))) == (Rank.PROMISE, State.DUE, State.OVERDUE)


def test_a_meeting_is_a_plain_follow_up_where_the_rule_is_off_or_nothing_is_dated() -> None:
    """What people wrote is never lost."""
    coffee = FollowUp("at Heart", due=TODAY, kind="coffee")
    assert of(FOLLOW_UP, found(followups=[coffee], settings=without("meeting", on=False))) == [TODAY]
    assert of(FOLLOW_UP, found(followups=[replace(coffee, due=None)])) == [None]


# Introductions ------------------------------------------------------------------------------------------------


def test_an_introduction_is_asked_for_again_after_a_week() -> None:
    """Guide, table: ask again after 7 days; the 15th is a Sunday."""
    asked = only("intro", found("11-08 intro"))
    assert (asked.title, asked.due, asked.kind) == ("Ask again for the introduction", day("11-16"), "intro")
    assert asked.why == "an introduction was asked for on 8 Nov"
    assert of("intro", found("11-08 intro", settings=without("intro", days=3))) == [day("11-11")]


@pytest.mark.parametrize("answer", ["11-12 reply", "11-12 email", "11-12 skip intro"])
def test_whatever_follows_answers_the_request(answer: str) -> None:
    """A first mail to the partner means that it has worked."""
    assert of("intro", found("11-08 intro", answer)) == []


def test_an_introduction_by_somebody_known_is_history() -> None:
    """An active partner's own `intro` entry says whom they introduced."""
    assert of("intro", found("11-08 intro", partner=SAM)) == []


def test_who_introduced_somebody_is_thanked_once_it_worked() -> None:
    """Guide, table: thank the introducer once it worked. Any thanks or later touch answers it."""
    maria = Introduced("m1", "Maria Alvarez", day("11-20"))
    thanks = only("intro", found("06-01 coffee", "06-02 thanks", partner=SAM, introduced=[maria]))
    assert (thanks.title, thanks.due) == ("Say thank you for introducing Maria Alvarez", day("11-21"))
    assert (thanks.kind, thanks.rank) == ("thanks", Rank.PROMISE)
    for answer in ("11-20 thanks", "11-22 email", "11-21 skip intro"):
        assert of("intro", found("06-01 coffee", answer, partner=SAM, introduced=[maria])) == []
    assert of("intro", found("11-20 email", partner=SAM, introduced=[maria])) == [day("11-21")]


# Nudges -------------------------------------------------------------------------------------------------------


def test_no_answer_means_a_gentle_nudge_after_ten_days() -> None:
    """Guide, table; moved to a working day."""
    nudge = only("nudge", found("11-05 email"))
    assert (nudge.title, nudge.due, nudge.kind) == ("A gentle nudge", day("11-16"), "email")
    assert nudge.why == "you wrote on 5 Nov and heard nothing yet"


def test_after_two_nudges_rest_is_proposed() -> None:
    """Guide, table: at most 2, then propose to let the partner rest. Neutral in its words."""
    second = only("nudge", found("10-01 email", "10-12 email"))
    assert second.title == "A gentle nudge"
    rest = only("nudge", found("10-01 email", "10-12 email", "10-22 call"))
    assert (rest.title, rest.sets, rest.kind) == ("Let them rest for now", ("stage", "resting"), "")
    assert only("nudge", found("10-01 email", "10-12 email", settings=without("nudge", times=1))).sets is not None


@pytest.mark.parametrize("answer", ["11-07 reply", "11-05 coffee", "11-09 referral", "11-10 skip nudge"])
def test_anything_from_their_side_is_an_answer(answer: str) -> None:
    assert of("nudge", found("11-05 email", answer)) == []


@pytest.mark.parametrize("entry", ["11-06 note", "11-05 chosen", "11-06 skip accepting"])
def test_what_we_only_write_down_is_not_an_answer(entry: str) -> None:
    """Nobody was in touch."""
    assert of("nudge", found("11-05 email", entry)) == [day("11-16")]


def test_a_nudge_counts_from_the_last_answer() -> None:
    """Three mails a year ago and one now are a first mail now."""
    sent = ("2025-01-01 email", "2025-02-01 email", "2025-03-01 email", "2025-03-05 reply", "11-05 email")
    assert only("nudge", found(*sent)).sets is None


@pytest.mark.parametrize(
    ("partner", "followups"),
    [
        (SAM, []),
        (NEW, [FollowUp("at Heart", due=day("12-01"), kind="coffee")]),
        (NEW, [FollowUp("write again", due=day("12-01"), kind="email")]),
    ],
)
def test_no_nudge_for_whom_we_know_or_have_a_plan_with(partner: Partner, followups: list[FollowUp]) -> None:
    """An active partner's mail is no outreach; what people wrote takes the rule's place."""
    assert of("nudge", found("11-05 email", partner=partner, followups=followups)) == []


def test_rest_until_pauses_nudges() -> None:
    """Vault format, Partner: not before that day, which is a Saturday here."""
    assert of("nudge", found("11-05 email", partner=NEW._replace(rest_until=day("12-05")))) == [day("12-07")]


# The month ----------------------------------------------------------------------------------------------------


def test_who_was_chosen_for_the_month_is_written_to_within_it() -> None:
    """Guide, line 5. A week later it is worth a word; from the month's end on it is late."""
    chosen = only("month", found("11-03 chosen", partner=SAM._replace(stage="found")))
    assert (chosen.due, chosen.late_after, chosen.kind) == (day("11-10"), day("11-30"), "email")
    assert of("month", found("11-28 chosen", today=day("11-28"))) == [day("11-30")]
    assert of("month", found("11-03 chosen", "11-03 email")) == []
    assert of("month", found("10-01 email", "11-03 chosen")) == [day("11-10")]  # that was before
    assert of("month", found("11-03 chosen", "11-05 note")) == [day("11-10")]


def test_nobody_chose_means_no_reminder() -> None:
    """Found and imported partners remind of nothing (guide, table)."""
    assert found(partner=SAM._replace(stage="found")) == []
    assert found("11-03 note", partner=SAM._replace(stage="found")) == []


# Referrals and releases ---------------------------------------------------------------------------------------

IN = Referral("R.md", "Sam Lee", "in", day("11-20"), "received", id="r1")
OUT = Referral("R.md", "Sam Lee", "out", day("11-02"), "sent", id="r2")


def test_a_referral_of_ours_is_not_thanked_for() -> None:
    """Whatever its status says."""
    for status in ("", "received"):
        assert of("referral-in", found(partner=SAM, referrals=[OUT._replace(status=status)])) == []


def test_a_referral_can_be_thanked_for_on_its_own_day() -> None:
    """With one day in the settings, or none; late after it, and on the last day of the calendar."""
    for days in (0, 1):
        assert of("referral-in", found(partner=SAM, referrals=[IN], settings=without("referral-in", days=days))) == [
            day("11-20")
        ]
    last = found(
        partner=SAM, referrals=[IN._replace(date=date.max)], settings=without("referral-in", days=1), today=date.max
    )
    assert (only("referral-in", last).due, only("referral-in", last).late_after) == (date.max, date.max)


def test_a_referral_in_is_thanked_for_within_two_days() -> None:
    """Guide, table: only with a release where it would confirm a client. A Saturday stays one."""
    thanks = only("referral-in", found(partner=SAM, referrals=[IN]))
    assert (thanks.due, thanks.late_after, thanks.kind) == (day("11-21"), day("11-22"), "thanks")
    assert thanks.step == "Confirm that somebody came only where a signed release covers it."


@pytest.mark.parametrize(
    ("entries", "referral"),
    [
        (["11-20 thanks"], IN),
        (["11-21 skip referral-in"], IN),
        ([], IN._replace(acknowledged=day("11-21"))),
        ([], IN._replace(status="scheduled")),
        ([], IN._replace(date=None)),
    ],
)
def test_a_referral_in_is_answered(entries: list[str], referral: Referral) -> None:
    assert of("referral-in", found(*entries, partner=SAM, referrals=[referral])) == []


def test_a_referral_out_is_asked_about_after_two_weeks() -> None:
    """Guide, table: ask whether it worked out; close it. The referral itself is no answer."""
    asked = only("referral-out", found("11-02 referral", partner=SAM, referrals=[OUT]))
    assert (asked.due, asked.why) == (day("11-16"), "you referred somebody on 2 Nov, sent since")
    assert of("referral-out", found("11-17 email", partner=SAM, referrals=[OUT])) == []
    assert of("referral-out", found("11-10 email", partner=SAM, referrals=[OUT])) == [day("11-16")]
    assert of("referral-out", found(partner=SAM, referrals=[OUT._replace(status="completed")])) == []
    assert of("referral-out", found("11-17 referral", partner=SAM, referrals=[OUT])) == [day("11-16")]  # another one


RELEASE = Release("L.md", "Sam Lee", "R-7K3QXM", day("01-10"), day("12-20"), id="l1")


def test_a_release_is_spoken_of_a_month_before_it_ends() -> None:
    """45 CFR 164.508(c)(1)(v): an authorization has an end. No client code in the words."""
    ends = only("release", found(partner=SAM, releases=[RELEASE]))
    assert (ends.due, ends.late_after, ends.kind) == (day("11-20"), day("12-20"), "")
    assert "R-7K3QXM" not in f"{ends.title} {ends.why} {ends.step} {ends.uid}"


@pytest.mark.parametrize(
    "releases",
    [
        [RELEASE._replace(revoked=day("11-01"))],
        [RELEASE, RELEASE._replace(id="l2", signed=day("11-10"), expires=day("2027-11-10"))],
        [RELEASE._replace(expires=None, expires_event="end of care")],
    ],
)
def test_revoked_renewed_and_open_releases_remind_of_nothing(releases: list[Release]) -> None:
    assert [
        r.due for r in found(partner=SAM, releases=releases) if r.rule == "release" and r.due and r.due < day("12-31")
    ] == []


# What is off unless it is turned on ---------------------------------------------------------------------------


def test_the_rules_that_are_off_by_default() -> None:
    """Guide, table: re-check of openings, being a resource; the card wants a date."""
    partner = SAM._replace(accepting_checked=day("01-02"))
    rules = {r.rule for r in found("01-05 coffee", "01-06 thanks", partner=partner, settings=Settings())}
    assert rules == {"check-in"}
    assert {r.rule for r in found("01-05 coffee", "01-06 thanks", partner=partner)} == {
        "check-in", "accepting", "article", "card",
    }  # fmt: skip


def test_openings_are_checked_again_after_ninety_days() -> None:
    """Doing it writes the day into the note, and so starts the clock again."""
    again = only("accepting", found(partner=SAM._replace(accepting_checked=day("08-03"))))
    assert (again.due, again.sets) == (day("11-02"), ("accepting_checked", "today"))


def test_an_article_every_four_months_from_the_last_or_the_first_meeting() -> None:
    """Guide, line 21."""
    assert of("article", found("01-05 coffee", "01-06 thanks", partner=SAM)) == [day("05-05")]
    assert of("article", found("01-05 coffee", "05-04 article", partner=SAM)) == [day("09-04")]
    assert of("article", found("01-05 email", partner=SAM)) == []


def test_a_holiday_card_for_whom_nobody_was_in_touch_with_for_six_months() -> None:
    """Guide, line 22: on the day that the practice sets, which doesn't move."""
    assert of("card", found("05-04 email", partner=SAM)) == [day("12-10")]
    assert of("card", found("08-03 email", partner=SAM)) == [day("2027-12-10")]
    assert of("card", found("05-04 email", partner=SAM._replace(stage="found"))) == []
    leap = without("card", day="02-29")
    assert of("card", found("08-03 email", partner=SAM, settings=leap)) == [day("2027-02-28")]


# What holds for every rule ------------------------------------------------------------------------------------

_DAYS = st.integers(-400, 60).map(lambda ahead: TODAY + timedelta(days=ahead))
_PAST = st.integers(-400, 0).map(lambda ahead: TODAY + timedelta(days=ahead))
_KINDS = st.sampled_from(
    ["coffee", "meeting", "email", "thanks", "call", "note", "card", "", "intro", "reply", "chosen", "article"]
)
_TOUCHES = st.builds(LogEntry, _DAYS, _KINDS, st.just(""), st.integers(1, 99))
_DECLINED = st.builds(
    LogEntry, _DAYS, st.sampled_from(["skip", "later"]), st.just(""), st.integers(1, 99),
    rule=st.sampled_from([*RULES]), until=_DAYS,
)  # fmt: skip
_FOLLOWUPS = st.builds(
    FollowUp, st.sampled_from(["call", "send it"]), st.sampled_from(Status), st.none() | _DAYS,
    kind=st.sampled_from(["", "coffee", "thanks", "email"]), block=st.sampled_from(["", "f-1234"]),
)  # fmt: skip
_REFERRALS = st.builds(
    Referral, st.just("R.md"), st.just("Sam Lee"), st.sampled_from(["in", "out"]), st.none() | _PAST,
    st.sampled_from(["sent", "received", "completed", ""]), id=st.sampled_from(["r1", "r2", "r3"]),
)  # fmt: skip
_RELEASES = st.builds(
    Release, st.just("L.md"), st.just("Sam Lee"), st.sampled_from(["R-7K3QXM", ""]), st.none() | _PAST,
    st.none() | _DAYS, id=st.sampled_from(["l1", "l2", "l3"]),
)  # fmt: skip
_FACTS = st.builds(
    Facts,
    st.builds(
        SAM._replace, stage=st.sampled_from(["", "found", "contacted", "met", "active"]),
        accepting_checked=st.none() | _PAST, rest_until=st.none() | _DAYS,
    ),
    st.lists(_TOUCHES | _DECLINED, max_size=12).map(tuple),
    st.lists(_FOLLOWUPS, max_size=5).map(tuple),
    st.just(True),
    st.lists(_REFERRALS, max_size=3, unique_by=lambda r: r.id).map(tuple),
    st.lists(_RELEASES, max_size=3, unique_by=lambda r: r.id).map(tuple),
    st.lists(st.builds(Introduced, st.just("m1"), st.just("Maria"), _PAST), max_size=1).map(tuple),
)  # fmt: skip


def asked(facts: Facts, today: date = TODAY) -> list[Reminder]:
    return derive([facts], ALL_ON, today)


@given(_FACTS)
def test_no_two_reminders_share_an_identity(facts: Facts) -> None:
    """So never two of one rule for one cause."""
    uids = [reminder.uid for reminder in asked(facts)]
    assert len(uids) == len(set(uids))


@given(_FACTS, st.randoms())
def test_the_order_of_log_lines_does_not_matter(facts: Facts, random: object) -> None:
    """A log may run either way, or be patched together from two."""
    shuffled = list(facts.log)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert asked(replace(facts, log=tuple(shuffled))) == asked(facts)


@given(_FACTS, st.integers(0, 300))
def test_while_no_entry_comes_due_only_the_state_changes(facts: Facts, ahead: int) -> None:
    """Moving today forward never loses a reminder and never moves one, except thanks that lapse by then."""
    facts = replace(facts, log=tuple(entry for entry in facts.log if entry.date <= TODAY))
    then = TODAY + timedelta(days=ahead)
    now = {(r.uid, r.due, r.late_after) for r in asked(facts) if r.lapses is None or r.lapses >= then}
    assert now == {(r.uid, r.due, r.late_after) for r in asked(facts, then)}


@given(_FACTS)
def test_what_was_done_is_not_asked_for_again(facts: Facts) -> None:
    """The touch that a due reminder asks for, logged today, ends it: of its rule and cause nothing is left."""
    facts = replace(facts, log=tuple(entry for entry in facts.log if entry.date <= TODAY))
    for reminder in asked(facts):
        if reminder.line == 0 and reminder.kind and reminder.rule in RULES and reminder.state(TODAY) <= State.DUE:
            if reminder.rule == "meeting":
                continue  # a line to tick
            done = replace(facts, log=(*facts.log, LogEntry(TODAY, reminder.kind, "")))
            assert reminder.uid not in {r.uid for r in asked(done)}, reminder


@given(_FACTS)
def test_what_was_declined_is_not_asked_for_again(facts: Facts) -> None:
    """`skip RULE`, written today, ends what is due of that rule; `later` moves it to that day."""
    facts = replace(facts, log=tuple(entry for entry in facts.log if entry.date <= TODAY))
    for reminder in asked(facts):
        if reminder.rule not in RULES or reminder.rule == "meeting" or reminder.state(TODAY) > State.DUE:
            continue
        skipped = replace(facts, log=(*facts.log, LogEntry(TODAY, "skip", "", rule=reminder.rule)))
        assert reminder.uid not in {r.uid for r in asked(skipped)}, reminder
        until = TODAY + timedelta(days=400)
        put_off = LogEntry(TODAY, "later", "", rule=reminder.rule, until=until)
        later = {r.uid: r for r in asked(replace(facts, log=(*facts.log, put_off)))}[reminder.uid]
        assert later.due is not None
        assert later.due >= until, reminder


@pytest.mark.parametrize("rule", [*RULES])
def test_every_rule_of_the_table_has_its_settings_and_can_be_turned_off(rule: str) -> None:
    """Guide: every number can be changed in the vault."""
    assert isinstance(DEFAULT_RULES[rule], RuleSettings)
    facts = Facts(
        NEW._replace(accepting_checked=day("01-02")),
        log("01-02 coffee", "03-02 email", "05-02 intro", "06-02 chosen", "02-01 article"),
        (FollowUp("x", due=TODAY, kind="coffee"),), True, (IN, OUT), (RELEASE,),
    )  # fmt: skip
    assert rule not in {r.rule for r in reminders_of(facts, without(rule, on=False), TODAY, lambda _: True)}


def test_the_table_is_complete() -> None:
    """Every rule that has settings is there, and none other."""
    assert set(RULES) == set(DEFAULT_RULES)
