"""Stages move by what happened: proposed, never forced (guide, Vocabulary and line 23)."""

from datetime import date

import pytest

from domain.test_reminders_reminder import SAM, log
from rounds.domain.log_followups import LogEntry
from rounds.domain.reminders.reminder import Facts, Reminder, State
from rounds.domain.reminders.rules import leads_to, reminders_of
from rounds.domain.settings import Settings

TODAY = date(2026, 11, 23)


def proposed(stage: str, *entries: str, skip: LogEntry | None = None) -> list[str]:
    return [f"{r.title} {r.why}" for r in reminders(stage, *entries, skip=skip)]


def reminders(stage: str, *entries: str, skip: LogEntry | None = None) -> list[Reminder]:
    facts = Facts(SAM._replace(stage=stage), (*log(*entries), *([skip] if skip else [])))
    return [r for r in reminders_of(facts, Settings(), TODAY, lambda _: True) if r.rule == "stage"]


def skipped(day: str, text: str = "") -> LogEntry:
    return LogEntry(date.fromisoformat(day), "skip", text, rule="stage")


@pytest.mark.parametrize(
    ("stage", "entries", "wanted"),
    [
        ("found", ["11-02 email"], ["Stage: found → contacted? you wrote or called on 2 Nov 2026"]),
        ("", ["11-02 call"], ["Stage: found → contacted? you wrote or called on 2 Nov 2026"]),
        ("contacted", ["11-02 email", "11-10 coffee"], ["Stage: contacted → met? you met on 10 Nov 2026"]),
        ("found", ["11-10 meeting", "11-12 email"], ["Stage: found → met? you met on 10 Nov 2026"]),
        ("met", ["11-03 referral", "11-09 referral"], ["Stage: met → active? the first referral was on 3 Nov 2026"]),
        ("active", ["11-10 coffee", "11-11 referral"], []),
        ("contacted", ["11-02 email", "11-05 reply", "11-06 note", "11-08 intro"], []),
        ("contacted", ["11-02 email", "11-07 event"], ["Stage: contacted → met? you met on 7 Nov 2026"]),
        ("resting", ["11-10 coffee"], []),
        ("not a fit", ["11-10 coffee"], []),
        ("actve", ["11-10 coffee"], []),
        ("found", ["12-24 email"], []),
    ],
)  # fmt: skip
def test_what_happened_proposes_a_stage(stage: str, entries: list[str], wanted: list[str]) -> None:
    """Outreach leads to contacted, a meeting to met, the first referral to active; rest is left in peace."""
    assert proposed(stage, *entries) == wanted


def test_a_proposal_has_no_day_and_writes_the_stage() -> None:
    """So it never takes a place on Today, stays out of calendars, and nothing is forced."""
    (one,) = reminders("found", "11-02 email")
    assert (one.due, one.state(TODAY), one.sets) == (None, State.UNDATED, ("stage", "contacted"))


def test_a_declined_proposal_does_not_come_back_for_the_same_cause() -> None:
    """What had happened by then is settled; what happens later may propose again."""
    assert proposed("found", "11-02 email", skip=skipped("2026-11-02")) == []
    assert proposed("found", "11-02 email", "11-01 coffee", skip=skipped("2026-11-05", "a group meeting")) == []
    assert proposed("found", "11-02 coffee", "11-12 coffee", skip=skipped("2026-11-05")) == [
        "Stage: found → met? you met on 12 Nov 2026"
    ]


def test_a_skip_that_names_its_stage_leaves_the_farther_ones() -> None:
    """Contacted declined in the morning, a coffee logged at noon: met is another matter."""
    declined = skipped("2026-11-05", "contacted, it bounced")
    assert proposed("found", "11-02 email", "11-05 coffee", skip=declined) == [
        "Stage: found → met? you met on 5 Nov 2026"
    ]
    assert proposed("found", "11-02 email", skip=declined) == []
    assert proposed("found", "11-02 email", "11-03 coffee", skip=declined._replace(text="met")) == []


def test_a_proposal_can_wait() -> None:
    """`later stage: DATE` gives it a day."""
    later = LogEntry(date(2026, 11, 20), "later", "", rule="stage", until=date(2026, 12, 1))
    assert [r.due for r in reminders("found", "11-02 email", skip=later)] == [date(2026, 12, 1)]


@pytest.mark.parametrize(
    ("kind", "stage"),
    [("email", "contacted"), ("call", "contacted"), ("coffee", "met"), ("referral", "active"), ("note", "")],
)
def test_each_kind_of_touch_leads_to_a_stage_or_to_none(kind: str, stage: str) -> None:
    """So `log` can say which stage it was about."""
    assert leads_to(kind) == stage
