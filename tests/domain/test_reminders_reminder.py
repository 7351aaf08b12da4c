from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from derived import derive
from rounds.domain.log_followups import FollowUp, LogEntry, Status
from rounds.domain.partner_referral_release import Partner
from rounds.domain.periods import Interval
from rounds.domain.reminders.reminder import FOLLOW_UP, Facts, Rank, Reminder, State, working_day_from
from rounds.domain.settings import DEFAULT_RULES, RuleSettings, Settings

TODAY = date(2026, 11, 23)  # a Monday
SAM = Partner(id="sam", path="Partners/Sam Lee.md", name="Sam Lee", role="therapist", stage="active")


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}" if len(text) == 5 else text)


def log(*entries: str) -> tuple[LogEntry, ...]:
    """Entries of `11-20 coffee`, `11-21 skip thanks` and `11-21 later check-in 2027-02-01`."""
    found = []
    for line, text in enumerate(entries, 1):
        when, kind, *more = text.split()
        rule = more[0] if more else ""
        found.append(LogEntry(day(when), kind, "", line, rule=rule, until=day(more[1]) if len(more) > 1 else None))
    return tuple(found)


def derived(
    entries: Sequence[LogEntry] = (),
    *followups: FollowUp,
    partner: Partner = SAM,
    today: date = TODAY,
    settings: Settings = Settings(),  # noqa: B008 - it is frozen
) -> list[Reminder]:
    return derive([Facts(partner, tuple(entries), followups)], settings, today)


def of(rule: str, found: Sequence[Reminder]) -> list[date | None]:
    return [reminder.due for reminder in found if reminder.rule == rule]


# The thank-you ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["coffee", "meeting", "event", "lunch", "conference"])
def test_a_thank_you_is_due_the_day_after_and_late_after_two(kind: str) -> None:
    """Guide, line 18: within 24 to 48 hours."""
    (thanks,) = [r for r in derived(log(f"11-20 {kind}")) if r.rule == "thanks"]
    assert thanks.due == day("11-21")
    states = [thanks.state(day(f"11-{number}")) for number in (20, 21, 22, 23)]
    assert states == [State.PLANNED, State.DUE, State.DUE, State.OVERDUE]


def test_a_thank_you_never_moves_off_a_weekend() -> None:
    """A meeting on Friday is thanked for on Saturday."""
    assert of("thanks", derived(log("11-20 coffee"))) == [day("11-21")]  # a Saturday


@pytest.mark.parametrize("kind", ["call", "email", "reply", "intro", "article", "note", "newsletter"])
def test_only_a_meeting_asks_for_a_thank_you(kind: str) -> None:
    """A call or a note does not."""
    assert of("thanks", derived(log(f"11-20 {kind}"))) == []


def test_an_introduction_that_was_asked_for_is_no_thanks() -> None:
    """It was asked of somebody else."""
    assert of("thanks", derived(log("11-20 coffee", "11-22 intro"))) == [day("11-21")]


@pytest.mark.parametrize("answer", ["11-20 thanks", "11-22 thanks", "11-20 card", "11-21 email", "11-21 skip thanks"])
def test_a_thank_you_is_settled_by_thanks_a_later_touch_or_a_skip(answer: str) -> None:
    """Also by a thank-you of the same day."""
    assert of("thanks", derived(log("11-20 coffee", answer))) == []


@pytest.mark.parametrize(
    "other",
    [
        "11-19 thanks",
        "11-20 email",
        "11-21 note",
        "11-21 reply",
        "11-21 referral",
        "11-21 skip check-in",
        "11-19 skip thanks",
    ],
)
def test_a_thank_you_is_not_settled_by_what_was_before_or_is_no_touch(other: str) -> None:
    """Thanks of the day before were for something else."""
    assert of("thanks", derived(log(other, "11-20 coffee"))) == [day("11-21")]


def test_only_the_latest_meeting_is_thanked_for() -> None:
    """An old meeting that nobody thanked for is not held against anybody."""
    assert of("thanks", derived(log("10-02 coffee", "11-20 coffee"))) == [day("11-21")]


def test_a_thank_you_is_planned_as_soon_as_the_meeting_is() -> None:
    """So that a slow calendar has it in time; it keeps its identity when the meeting becomes a log entry."""
    planned = derived((), FollowUp("at Heart", due=day("12-01"), kind="coffee"))
    (before,) = [r for r in planned if r.rule == "thanks"]
    assert before.why == "the meeting planned for 1 Dec: thank within 48 hours"
    assert before.due == day("12-02")
    assert before.state(TODAY) is State.PLANNED
    (after,) = [r for r in derived(log("12-01 coffee"), today=day("12-02")) if r.rule == "thanks"]
    assert after.uid == before.uid


@pytest.mark.parametrize(
    "followup",
    [
        FollowUp("x", due=day("12-01"), kind="call"),
        FollowUp("x", kind="coffee"),
        FollowUp("x", Status.CANCELLED, due=day("12-01"), kind="coffee"),
    ],
)
def test_no_thank_you_is_planned_without_an_open_dated_meeting(followup: FollowUp) -> None:
    """A call, a meeting some day and one that was called off are none."""
    assert of("thanks", derived((), followup)) == []


@pytest.mark.parametrize("kind", ["coffee", "meeting", "event", "lunch", "video"])
def test_an_appointment_ticked_days_later_was_on_its_own_day(kind: str) -> None:
    """Whoever ticks a meeting on Monday that was on Thursday met on Thursday (vault format, Follow-up)."""
    assert FollowUp("x", Status.DONE, due=day("11-19"), kind=kind, done=day("11-23")).touched == day("11-19")
    assert FollowUp("x", Status.DONE, due=day("11-19"), kind=kind, done=day("11-17")).touched == day("11-17")
    assert FollowUp("x", Status.DONE, due=day("11-19"), kind=kind).touched == day("11-19")


def test_a_call_counts_when_it_is_ticked_but_one_with_a_time_on_its_day() -> None:
    """A call to make can be made later than planned; one at half past nine is an appointment."""
    call = FollowUp("x", Status.DONE, due=day("11-19"), kind="call", done=day("11-23"))
    assert call.touched == day("11-23")
    assert replace(call, time=time(9, 30)).touched == day("11-19")
    assert replace(call, kind="", time=time(9, 30)).touched is None


def test_a_thank_you_that_is_written_down_takes_the_place_of_the_derived_one() -> None:
    """Nobody is reminded twice of one thing."""
    written = FollowUp("card", due=day("11-25"), kind="thanks")
    found = derived(log("11-20 coffee"), written)
    assert of("thanks", found) == []
    assert of(FOLLOW_UP, found) == [day("11-25")]


def test_a_thank_you_can_be_put_off_and_is_then_late_after_that_day() -> None:
    """`later thanks: DATE` stands as written, also on a weekend."""
    (thanks,) = [r for r in derived(log("11-20 coffee", "11-21 later thanks 2026-11-28")) if r.rule == "thanks"]
    assert thanks.due == day("11-28")
    assert thanks.state(day("11-28")) is State.DUE
    assert thanks.state(day("11-29")) is State.OVERDUE


def test_the_thank_you_for_a_planned_meeting_can_be_declined_or_put_off_ahead() -> None:
    """Any derived reminder can (guide, below the table)."""
    coffee = FollowUp("at Heart", due=day("12-01"), kind="coffee")
    assert of("thanks", derived(log("11-20 email", "11-23 skip thanks"), coffee)) == []
    assert of("thanks", derived(log("11-23 later thanks 2026-12-05"), coffee)) == [day("12-05")]


def test_declining_the_thank_you_of_one_meeting_leaves_that_of_the_next() -> None:
    """A skip is about the meeting that was, where one still asked for thanks; an old one is about nothing any more."""
    coffee = FollowUp("at Heart", due=day("12-01"), kind="coffee")
    assert of("thanks", derived(log("11-20 coffee", "11-21 skip thanks"), coffee)) == [day("12-02")]
    assert of("thanks", derived(log("02-01 skip thanks", "06-01 email"), coffee)) == [day("12-02")]


# The check-in -------------------------------------------------------------------------------------------------


def test_a_check_in_is_due_six_months_after_the_last_touch() -> None:
    """Guide, line 22 and the table; May 20, 2027 is a Thursday."""
    assert of("check-in", derived(log("03-01 email", "11-20 call"))) == [date(2027, 5, 20)]


def test_any_touch_resets_the_check_in_and_a_note_does_not() -> None:
    """Also a referral, a reply, or a kind of somebody's own."""
    for kind in ("referral", "reply", "article", "webinar"):
        assert of("check-in", derived(log("01-05 email", f"11-20 {kind}"))) == [date(2027, 5, 20)]
    assert of("check-in", derived(log("01-05 email", "11-20 note"))) == [date(2026, 7, 6)]  # July 5 is a Sunday


def test_the_partners_own_interval_comes_before_the_roles_and_the_default() -> None:
    """`check_in: 3 months`, then `[reminders.check-in] roles`, then `every`."""
    rule = DEFAULT_RULES["check-in"]._replace(roles={"therapist": Interval(months=1)})
    settings = Settings(rules={**DEFAULT_RULES, "check-in": rule})
    entries = log("11-02 email")
    assert of("check-in", derived(entries, settings=settings)) == [day("12-02")]
    assert of("check-in", derived(entries, settings=settings, partner=SAM._replace(role="Therapist"))) == [day("12-02")]
    own = SAM._replace(check_in=Interval(months=3))
    assert of("check-in", derived(entries, settings=settings, partner=own)) == [date(2027, 2, 2)]
    other = SAM._replace(role="doula")
    assert of("check-in", derived(entries, settings=settings, partner=other)) == [date(2027, 5, 3)]  # May 2: a Sunday


@pytest.mark.parametrize(
    "partner",
    [
        SAM._replace(wants_check_in=False),
        SAM._replace(stage="found"),
        SAM._replace(stage="resting"),
        SAM._replace(stage="not a fit"),
    ],
)
def test_never_found_resting_and_not_a_fit_are_left_in_peace(partner: Partner) -> None:
    """No check-in (guide, line 23, and the table: found partners remind of nothing)."""
    assert of("check-in", derived(log("01-05 email"), partner=partner)) == []


def test_a_partner_nobody_was_in_touch_with_reminds_of_nothing() -> None:
    """An imported list of a hundred names stays silent."""
    assert derived((), partner=SAM._replace(stage="")) == []


@pytest.mark.parametrize("stage", ["resting", "not a fit"])
def test_resting_silences_every_rule_but_not_what_is_written(stage: str) -> None:
    """A follow-up that somebody wrote is a promise of their own."""
    found = derived(log("11-20 coffee"), FollowUp("send it", due=TODAY), partner=SAM._replace(stage=stage))
    assert [reminder.rule for reminder in found] == [FOLLOW_UP]


def test_rest_until_pauses_check_ins_and_not_thank_yous() -> None:
    """January 30, 2027 is a Saturday: the check-in after it is on Monday."""
    resting = SAM._replace(rest_until=date(2027, 1, 30), check_in=Interval(days=14))
    found = derived(log("11-20 coffee"), partner=resting)
    assert of("check-in", found) == [date(2027, 2, 1)]
    assert of("thanks", found) == [day("11-21")]
    over = SAM._replace(rest_until=day("11-21"), check_in=Interval(months=3))
    assert of("check-in", derived(log("11-20 email"), partner=over)) == [date(2027, 2, 22)]  # of the 20th, a Saturday


def test_last_contact_of_the_note_counts_as_a_touch() -> None:
    """The later of what the note says and of what its log says."""
    partner = SAM._replace(last_contact=day("11-20"))
    assert of("check-in", derived((), partner=partner)) == [date(2027, 5, 20)]
    assert of("check-in", derived(log("11-23 call"), partner=partner)) == [date(2027, 5, 24)]  # May 23: a Sunday


def test_a_skipped_check_in_comes_back_an_interval_later() -> None:
    """The next one counts from the day of the skip."""
    assert of("check-in", derived(log("01-05 email", "11-20 skip check-in"))) == [date(2027, 5, 20)]


def test_a_check_in_put_off_stands_on_the_day_that_was_written() -> None:
    """Dates that people wrote never move: January 30, 2027 is a Saturday."""
    assert of("check-in", derived(log("01-05 email", "11-20 later check-in 2027-01-30"))) == [date(2027, 1, 30)]


def test_the_newest_later_counts_and_one_older_than_the_newest_touch_is_void() -> None:
    """After a touch the clock starts anew."""
    put_off = ("10-01 later check-in 2027-01-04", "10-02 later check-in 2026-12-01")
    assert of("check-in", derived(log("01-05 email", *put_off))) == [day("12-01")]
    assert of("check-in", derived(log("01-05 email", *put_off, "11-20 call"))) == [date(2027, 5, 20)]


def test_an_entry_in_the_future_is_none_until_its_day() -> None:
    """Neither a touch nor an answer (vault format, Partner)."""
    entries = log("11-20 coffee", "11-27 email")
    assert of("thanks", derived(entries)) == [day("11-21")]
    assert of("thanks", derived(entries, today=day("11-27"))) == []
    assert of("check-in", derived(entries, today=day("11-27"))) == [date(2027, 5, 27)]


# All of them --------------------------------------------------------------------------------------------------


def test_the_rules_are_for_partners_and_follow_ups_for_every_note() -> None:
    """A coffee planned with a clinic's front desk is a follow-up, and nothing is derived from it."""
    facts = Facts(SAM, log("11-20 coffee"), (FollowUp("x", due=TODAY, kind="coffee"),), ruled=False)
    assert [reminder.rule for reminder in derive([facts], Settings(), TODAY)] == [FOLLOW_UP]


@pytest.mark.parametrize("rule", ["thanks", "check-in"])
def test_a_rule_can_be_turned_off(rule: str) -> None:
    """`on = false` for the whole vault."""
    settings = Settings(rules={**DEFAULT_RULES, rule: DEFAULT_RULES[rule]._replace(on=False)})
    other = {"thanks": "check-in", "check-in": "thanks"}[rule]
    assert [reminder.rule for reminder in derived(log("11-20 coffee"), settings=settings)] == [other]


def test_the_numbers_of_the_thank_you_are_settings() -> None:
    """`days = 2`, `overdue = 5`."""
    settings = Settings(rules={**DEFAULT_RULES, "thanks": RuleSettings(days=2, overdue=5)})
    (thanks,) = [r for r in derived(log("11-20 coffee"), settings=settings) if r.rule == "thanks"]
    assert (thanks.due, thanks.late_after) == (day("11-22"), day("11-25"))


def test_written_follow_ups_stay_on_their_day_and_keep_their_time() -> None:
    """Also on a Saturday, also undated."""
    saturday = FollowUp("at Heart", due=day("11-28"), time=time(12, 30), kind="coffee")
    someday = FollowUp("ask about fax")
    found = [r for r in derived((), saturday, someday) if r.rule in {FOLLOW_UP, "meeting"}]
    assert [(r.title, r.due, r.time, r.state(TODAY)) for r in found] == [
        ("ask about fax", None, None, State.UNDATED),
        ("at Heart", day("11-28"), time(12, 30), State.PLANNED),
    ]


def test_what_is_promised_comes_first_and_what_can_wait_last() -> None:
    """Due promises, due follow-ups, due check-ins, then what is planned."""
    found = derived(
        log("02-02 email", "11-22 coffee"),
        FollowUp("send it", due=TODAY),
        FollowUp("next", due=day("12-24")),
        partner=SAM._replace(check_in=Interval(days=1)),
    )
    assert [(r.rule, r.title) for r in found] == [
        ("thanks", "Say thank you"), (FOLLOW_UP, "send it"), ("check-in", "Check in"), (FOLLOW_UP, "next"),
    ]  # fmt: skip


def ranked(rank: Rank, name: str, due: str = "11-20", **more: Any) -> Reminder:
    more = {"rule": "x", **more}
    return Reminder(
        note_id="id", path="P.md", name=name, title="t", due=day(due) if due else None, rank=rank, cause="c", **more
    )


ORDERS: dict[str, list[Reminder]] = {
    "promises by the day on which they are late": [
        ranked(Rank.PROMISE, "B", "11-21", late_after=day("11-22")),
        ranked(Rank.PROMISE, "A", "11-20", late_after=day("11-30")),
    ],
    "of two that are late together, the one that is due first": [
        ranked(Rank.PROMISE, "B", "11-19", late_after=day("11-22")),
        ranked(Rank.PROMISE, "A", "11-20", late_after=day("11-22")),
    ],
    "what was written by its own day, undated last": [
        ranked(Rank.WRITTEN, "C", "11-19", late_after=day("11-30")),
        ranked(Rank.WRITTEN, "B", "11-20", late_after=day("11-22")),
        ranked(Rank.WRITTEN, "A", ""),
    ],
    "what can wait by how much longer than wanted it has waited": [
        ranked(Rank.GENTLE, "D", "11-20", since=day("09-01"), wanted=20),
        ranked(Rank.GENTLE, "C", "11-10", since=day("08-01"), wanted=60),
        ranked(Rank.GENTLE, "B", "11-01"),
        ranked(Rank.GENTLE, "A", "11-01", since=day("11-20"), wanted=30),
    ],
    "nothing else waits": [
        ranked(Rank.WRITTEN, "B", "11-19", since=day("11-01")),
        ranked(Rank.WRITTEN, "A", "11-20", since=day("08-01")),
    ],
    "a day by its times, those without any last, then by name": [
        ranked(Rank.WRITTEN, "D", time=time(9)),
        ranked(Rank.WRITTEN, "C", time=time(12)),
        ranked(Rank.WRITTEN, "A"),
        ranked(Rank.WRITTEN, "B"),
    ],
    "what is planned after what is due": [
        ranked(Rank.PROPOSAL, "B", "11-23"),
        ranked(Rank.PROMISE, "A", "11-24"),
    ],
}


@pytest.mark.parametrize("wanted", ORDERS.values(), ids=ORDERS)
def test_the_order_on_today(wanted: list[Reminder]) -> None:
    """Guide, table of reminders: what is most worthwhile first."""
    mixed = wanted[::-1]
    found = sorted(mixed, key=lambda reminder: reminder.order(TODAY))
    assert [reminder.name for reminder in found] == [reminder.name for reminder in wanted]


def test_the_order_by_day() -> None:
    """Each day's appointments first, by time, then promises, then by name; undated ones at the end."""
    wanted = [
        ranked(Rank.GENTLE, "F", "11-19"),
        ranked(Rank.WRITTEN, "D", time=time(9)),
        ranked(Rank.WRITTEN, "C", time=time(12)),
        ranked(Rank.PROMISE, "Z", rule="meeting"),
        ranked(Rank.PROMISE, "E"),
        ranked(Rank.WRITTEN, "A"),
        ranked(Rank.WRITTEN, "B"),
        ranked(Rank.PROMISE, "A", ""),
    ]
    mixed = wanted[::-1]
    assert sorted(mixed, key=Reminder.by_day) == wanted


def test_a_follow_up_without_words_is_called_by_its_kind() -> None:
    """`- [ ] coffee: 📅 2026-11-28`. What a rule derives stands on no line of the note."""
    (coffee,) = derived((), FollowUp("", due=day("11-28"), kind="call", line=7))
    assert (coffee.title, coffee.line) == ("call", 7)
    assert {reminder.line for reminder in derived(log("11-20 coffee"))} == {FollowUp("x").line} == {0}


def test_ticking_one_of_two_equal_lines_keeps_the_others_identity() -> None:
    """The calendar must not take the second for the first."""
    two = (FollowUp("call", due=TODAY, line=3), FollowUp("call", due=TODAY, line=4))
    first, second = sorted(r.uid for r in derived((), *two))
    assert first != second
    ticked = derived((), replace(two[0], status=Status.DONE), two[1])
    assert [r.uid for r in ticked] == [second]


def test_a_line_copied_with_its_block_id_gets_an_identity_of_its_own() -> None:
    """The first keeps the block id."""
    found = derived((), FollowUp("call", block="f-1234"), FollowUp("call again", block="f-1234"))
    assert {r.title: r.cause for r in found} == {"call": "f-1234", "call again": "f-1234~2"}


def test_the_last_days_of_the_calendar_are_no_crash() -> None:
    """Somebody types a year of 9999; the rules have no day after it."""
    last = FollowUp("x", due=date.max, kind="coffee")
    assert [r.rule for r in derived((), last)] == ["meeting"]
    assert of("check-in", derived(log("9999-11-20 call"), today=date.max)) == []
    assert working_day_from(date.max, lambda _: False) == date.max
    assert working_day_from(day("9999-12-30"), lambda each: each == date.max) == date.max
    thanks = next(r for r in derived(log("9999-12-30 coffee"), today=date.max) if r.rule == "thanks")
    assert (thanks.due, thanks.late_after) == (date.max, date.max)


def test_a_working_day_is_looked_for_within_two_weeks() -> None:
    """Beyond them the day stays what it is."""
    assert working_day_from(TODAY, lambda each: each >= day("12-07")) == day("12-07")
    assert working_day_from(TODAY, lambda each: each >= day("12-08")) == TODAY


def test_what_is_late_comes_before_what_is_due() -> None:
    assert [*State] == [State.OVERDUE, State.DUE, State.PLANNED, State.UNDATED]
    assert sorted(State, reverse=True) == [State.UNDATED, State.PLANNED, State.DUE, State.OVERDUE]


def test_the_identity_of_a_follow_up_never_changes() -> None:
    """Without a block id it is a hash of its words: the subscriber's event would come a second time."""
    (reminder,) = derived((), FollowUp("send the one-pager", due=TODAY))
    assert reminder.cause == "11790f6b55-1"


def test_a_thank_you_that_is_written_down_is_a_promise() -> None:
    """As a meeting is; any other follow-up is not."""
    ranks = [derived((), FollowUp("x", due=TODAY, kind=kind))[0].rank for kind in ("thanks", "coffee", "call", "")]
    assert ranks == [Rank.PROMISE, Rank.PROMISE, Rank.WRITTEN, Rank.WRITTEN]
