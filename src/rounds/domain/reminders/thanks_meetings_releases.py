"""Rules for commitments: thank-yous, acknowledgements, meetings, releases (guide, table of reminders)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from rounds.domain.log_followups import MEETINGS, LogEntry, Status
from rounds.domain.reminders.reminder import (
    Facts,
    Reminder,
    WorkingDay,
    day_month,
    days_after,
    declining_entries,
    followup_reminders,
    is_declined,
    last_day_owed,
    postponed_until,
    working_day_from,
)
from rounds.domain.settings import RuleSettings


def meeting(facts: Facts, _: RuleSettings, __: WorkingDay) -> Iterator[Reminder]:
    """Ask about a planned meeting, on its day and after: did it happen, did it move, or not?

    The reminder replaces the follow-up of the meeting, with the same day, time and line.
    """
    if not any(followup.kind in MEETINGS for followup in facts.followups):
        return
    for planned in followup_reminders(facts):
        if planned.kind in MEETINGS and planned.due is not None:
            yield replace(
                planned,
                rule="meeting",
                why=f"planned for {day_month(planned.due)}",
                step="Did it happen, did it move, or not? Tick it, put it off, or skip it.",
            )


def ahead(reminder: Reminder, now: dt.datetime) -> Reminder:
    """A reminder as it stands now: before its day and time, one about a meeting asks nothing.

    Args:
        now: local time of the practice.
    """
    return (
        replace(reminder, happened=False, step="")
        if reminder.rule == "meeting" and _start(reminder) > now
        else reminder
    )


def has_come(reminder: Reminder, now: dt.datetime) -> bool:
    """Whether a meeting was still ahead when the reminder was read, and has begun by now."""
    return reminder.rule == "meeting" and not reminder.happened and _start(reminder) <= now


def _start(reminder: Reminder) -> dt.datetime:
    return dt.datetime.combine(reminder.due or dt.date.min, reminder.time or dt.time.min)


def thank_you(facts: Facts, settings: RuleSettings, _: WorkingDay) -> Iterator[Reminder]:
    """Thank for the latest meeting: due the day after, overdue after two days (guide, line 18). It never moves.

    Planned together with the meeting. Thanks in any channel answer it, a later touch that reached them, and a written
    thank-you follow-up. After `lapse` days it's no longer owed.
    """
    if any(f.kind == "thanks" and f.status is Status.OPEN for f in facts.followups):
        return
    log = facts.log
    met = max((e.date for e in log if e.kind in MEETINGS), default=None)
    planned = {f.due for f in facts.followups if f.status is Status.OPEN and f.kind in MEETINGS and f.due}
    days = planned if met is None else planned | {met}
    ours = [entry for entry in log if entry.rule == "thanks"]
    for day in sorted(days):
        declining = [entry for entry in ours if _concerns(entry, day, met, planned, log, lapse=settings.lapse)]
        usual = days_after(day, settings.days)
        if usual is None or is_declined(declining) or any(answers(e, day) for e in log if e.date >= day):
            continue
        until = postponed_until(declining)
        until = until if until is not None and (until > day or day == met) else None
        due = until or usual
        yield facts.reminder(
            "thanks",
            due,
            late_after=max(due, days_after(day, settings.overdue) or due),
            why=f"{'you met on' if day == met else 'the meeting planned for'} {day_month(day)}: thank within 48 hours",
            happened=day == met,
            cause=str(day),
            lapses=last_day_owed(day, until, settings.lapse),
        )


def answers(entry: LogEntry, day: dt.date) -> bool:
    """Whether an entry settles the thanks for that day: thanks since then, or a later touch that reached them.

    Their reply, a referral, a request to someone else, a note and a message left don't.
    """
    return (entry.date > day and entry.reached) or (entry.date >= day and entry.says_thanks)


def _concerns(
    entry: LogEntry, day: dt.date, met: dt.date | None, planned: set[dt.date], log: Iterable[LogEntry], *, lapse: int
) -> bool:
    """Whether a `skip thanks` or `later thanks` is about the meeting on that day.

    That is a past meeting; or, written ahead, the next planned one, if no earlier meeting still needed thanks and
    there has been no touch since.
    """
    if entry.rule != "thanks" or entry.kind not in {"skip", "later"}:
        return False
    if entry.date >= day:
        return True
    if day != min((d for d in planned if d >= entry.date), default=None):
        return False
    touches = [e for e in log if e.is_touch]
    if any(entry.date < e.date <= day for e in touches):
        return False
    last = last_day_owed(met, None, lapse) if met is not None else None
    return met is None or (last is not None and entry.date > last) or any(answers(e, met) for e in touches)


def referral_in(facts: Facts, settings: RuleSettings, _: WorkingDay) -> Iterator[Reminder]:
    """Thank for a client they sent, within two days; it never moves.

    Any thanks answers it, and so does `acknowledged` or a status after `received`.
    """
    for referral in facts.referrals:
        day = referral.date
        if (
            referral.direction != "in"
            or day is None
            or referral.acknowledged
            or referral.status not in {"", "received"}
        ):
            continue
        declining = declining_entries(facts, "referral-in", day)
        usual = days_after(day, max(0, settings.days - 1))
        if usual is None or is_declined(declining) or any(answers(e, day) for e in facts.log):
            continue
        until = postponed_until(declining)
        due = until or usual
        yield facts.reminder(
            "referral-in",
            due,
            late_after=max(due, days_after(day, settings.days) or due),
            why=f"they sent somebody on {day_month(day)}: thank within {settings.days} days",
            cause=referral.id,
            lapses=last_day_owed(day, until, settings.lapse),
        )


def feedback(facts: Facts, settings: RuleSettings, _: WorkingDay) -> Iterator[Reminder]:
    """Send a word back about a client they sent, within a week, with or without a release; it never moves.

    Any later touch that reached them answers it, except a first thank-you before it's due; so does closing the
    referral.
    """
    for referral in facts.referrals:
        day = referral.date
        if referral.direction != "in" or day is None or not referral.is_open:
            continue
        declining = declining_entries(facts, "feedback", day)
        usual = days_after(day, max(1, settings.days - 1))
        if usual is None or is_declined(declining):
            continue
        since = [entry for entry in facts.log if entry.date > day and entry.reached]
        thanked = min((entry.date for entry in since if entry.kind == "thanks"), default=None)
        if any(entry.kind != "thanks" or entry.date != thanked or entry.date >= usual for entry in since):
            continue
        until = postponed_until(declining)
        due = until or usual
        released = referral.client and any(r.client == referral.client and r.covers(due) for r in facts.releases)
        yield facts.reminder(
            "feedback",
            due,
            wording="feedback released" if released else "",
            late_after=max(due, days_after(day, settings.days) or due),
            why=f"they sent somebody on {day_month(day)}: a word back within {settings.days} days",
            cause=referral.id,
            since=day,
            wanted=settings.days,
            lapses=last_day_owed(day, until, settings.lapse),
        )


def referral_out(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Ask after two weeks whether our referral worked out; a question or message since then answers it."""
    for referral in facts.referrals:
        day = referral.date
        usual = days_after(day, settings.days) if day is not None else None
        if referral.direction != "out" or day is None or usual is None or not referral.is_open:
            continue
        declining = declining_entries(facts, "referral-out", day)
        if is_declined(declining) or any(e.is_touch and e.kind != "referral" and e.date >= usual for e in facts.log):
            continue
        yield facts.reminder(
            "referral-out",
            postponed_until(declining) or working_day_from(usual, is_working_day),
            why=f"you referred somebody on {day_month(day)}"
            + (f", {referral.status} since" if referral.status else ""),
            cause=referral.id,
            since=day,
            wanted=settings.days,
        )


def release(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Remind a month before a signed release ends (45 CFR 164.508(c)(1)(v)). A later one for that client answers."""
    for ending in facts.releases:
        day = ending.expires
        usual = days_after(day, -settings.days) if day is not None else None
        if day is None or usual is None or ending.revoked is not None:
            continue
        declining = declining_entries(facts, "release", ending.signed or dt.date.min)
        renewed = any(
            other.client == ending.client and other.id != ending.id and (other.expires or dt.date.max) > day
            for other in facts.releases
            if other.revoked is None and other.signed is not None
        )
        if is_declined(declining) or renewed:
            continue
        due = postponed_until(declining) or min(working_day_from(usual, is_working_day), day)
        yield facts.reminder(
            "release",
            due,
            late_after=max(due, day),
            why=f"it ends on {day_month(day)} {day.year}",
            cause=ending.id,
        )
