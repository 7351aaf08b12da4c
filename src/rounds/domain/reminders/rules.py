"""Reminder rules of the guide's table: pure functions of one partner's facts. RULES is the table.

A reminder's date doesn't depend on today, only its state does, until the day of another log entry comes.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from rounds.domain.folding import fold
from rounds.domain.log_followups import MEETINGS, OUTREACH, SILENT, LogEntry, Status, is_introduction
from rounds.domain.partner_referral_release import RESTING, STAGES
from rounds.domain.periods import Interval
from rounds.domain.reminders.reminder import (
    Facts,
    Reminder,
    WorkingDay,
    after,
    day_month,
    days_after,
    declining_entries,
    followup_reminders,
    is_declined,
    last_day_owed,
    postponed_until,
    working_day_from,
)
from rounds.domain.reminders.thanks_meetings_releases import (
    answers,
    feedback,
    meeting,
    referral_in,
    referral_out,
    release,
    thank_you,
)
from rounds.domain.settings import RuleSettings, Settings

Rule = Callable[[Facts, RuleSettings, WorkingDay], Iterator[Reminder]]

EARLY = frozenset({"", "found", "contacted"})
"""Stages before the first meeting, where we wait for an answer."""

_OURS = OUTREACH | {"intro", "card", "article", "gift"}
"""Kinds of touches that we make on our own, without an answer."""

_MOVES = (
    ("active", frozenset({"referral"}), "the first referral was"),
    ("met", MEETINGS, "you met"),
    ("contacted", OUTREACH, "you wrote or called"),
)
"""Stages with the kinds of touches that lead there, farthest first."""


def reminders_of(
    fact: Facts, settings: Settings, today: dt.date, is_working_day: WorkingDay, *, lapsed: bool = False
) -> list[Reminder]:
    """The open reminders of one note, unordered.

    Args:
        fact: log entries after `today` don't count until their day (vault format, Partner).
        lapsed: include thanks that are no longer owed.
    """
    if not fact.ruled or fact.partner.stage in RESTING:
        return [*followup_reminders(fact)]
    if [True for entry in fact.log if entry.date > today]:
        fact = replace(fact, log=tuple(entry for entry in fact.log if entry.date <= today))
    ruled = [
        reminder
        for name, rule in RULES.items()
        if settings.rules[name].on
        for reminder in rule(fact, settings.rules[name], is_working_day)
        if lapsed or reminder.lapses is None or reminder.lapses >= today
    ]
    meetings = {reminder.cause for reminder in ruled if reminder.rule == "meeting"}
    return [*(reminder for reminder in followup_reminders(fact) if reminder.cause not in meetings), *ruled]


def _start_and_cause(facts: Facts, rule: str, base: dt.date) -> tuple[dt.date, str, dt.date | None]:
    """A rule's start day, its cause, and the date of a `later`. A `skip` restarts the clock."""
    entries = declining_entries(facts, rule, base)
    skipped = max((e.date for e in entries if e.kind == "skip"), default=None)
    if skipped is None:
        return base, str(base), postponed_until(entries)
    return skipped, f"{skipped}-skip", postponed_until(e for e in entries if e.date > skipped)


def _rested(due: dt.date, facts: Facts, is_working_day: WorkingDay) -> dt.date:
    """A due date of check-ins and nudges, moved past `rest_until`."""
    rest = facts.partner.rest_until
    return working_day_from(rest, is_working_day) if rest is not None and rest > due else due


def introduction(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Ask again about an introduction without a result; thank the introducer once it worked (guide, line 9)."""
    asked = max((e.date for e in facts.log if e.kind == "intro" and not is_introduction(e)), default=None)
    usual = days_after(asked, settings.days) if asked is not None else None
    if facts.partner.stage in EARLY and asked is not None and usual is not None:
        declining = declining_entries(facts, "intro", asked)
        heard = any(e.is_touch and (e.kind != "intro" or is_introduction(e)) and e.date >= asked for e in facts.log)
        if not heard and not is_declined(declining):
            due = postponed_until(declining) or working_day_from(usual, is_working_day)
            yield facts.reminder(
                "intro",
                _rested(due, facts, is_working_day),
                why=f"an introduction was asked for on {day_month(asked)}",
                cause=str(asked),
                since=asked,
                wanted=settings.days,
            )
    for other in facts.introduced:
        declining = declining_entries(facts, "intro", other.worked)
        next_day = days_after(other.worked, 1)
        if next_day is None or is_declined(declining) or any(answers(e, other.worked) for e in facts.log):
            continue
        until = postponed_until(declining)
        yield facts.reminder(
            "intro",
            until or next_day,
            wording="intro worked",
            title=f"Say thank you for introducing {other.name}",
            why=f"it worked: you were in touch on {day_month(other.worked)}",
            cause=f"{other.id}-{other.worked}",
            lapses=last_day_owed(other.worked, until, settings.lapse),
        )


def nudge(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Write again, gently, if there is no answer; after the last nudge, propose to let them rest (guide, line 23).

    Anything from their side is an answer, and so is a planned meeting. A mail or call in an open follow-up replaces
    a nudge.
    """
    if facts.partner.stage not in EARLY:
        return
    ahead = {f.kind for f in facts.followups if f.status is Status.OPEN}
    heard = max((e.date for e in facts.log if e.is_touch and e.kind not in _OURS), default=dt.date.min)
    sent = sorted({e.date for e in facts.log if e.kind in OUTREACH and e.date > heard})
    usual = days_after(sent[-1], settings.days) if sent else None
    if usual is None or ahead & (MEETINGS | OUTREACH):
        return
    declining = declining_entries(facts, "nudge", sent[-1])
    if is_declined(declining):
        return
    due = _rested(postponed_until(declining) or working_day_from(usual, is_working_day), facts, is_working_day)
    enough = len(sent) > settings.times
    yield facts.reminder(
        "nudge",
        due,
        wording="rest" if enough else "nudge",
        why=f"you wrote on {day_month(sent[-1])} and heard nothing yet",
        cause=f"{sent[-1]}-rest" if enough else str(sent[-1]),
        since=sent[-1],
        wanted=settings.days,
        sets=("stage", "resting") if enough else None,
    )


def month(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Research and write to a partner chosen for the month, by its end (guide, line 5). Any touch answers it."""
    chosen = max((e.date for e in facts.log if e.kind == "chosen"), default=None)
    if chosen is None or any(e.is_touch and e.date >= chosen for e in facts.log):
        return
    declining = declining_entries(facts, "month", chosen)
    if is_declined(declining):
        return
    first = after(Interval(months=1), chosen.replace(day=1))
    end = first - dt.timedelta(days=1) if first is not None else dt.date.max
    usual = days_after(chosen, settings.days) or end
    due = postponed_until(declining) or min(working_day_from(usual, is_working_day), end)
    yield facts.reminder(
        "month",
        due,
        late_after=max(due, end),
        why=f"chosen for {chosen:%B}",
        cause=str(chosen),
        since=chosen,
        wanted=(end - chosen).days,
    )


def check_in(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Get in touch again some months after the last touch of any kind (guide, line 22).

    Found partners that nobody chose get no reminder. A date on a weekend or holiday moves to the next working day; a
    date set with `later` stays (guide, below the table of reminders).
    """
    partner = facts.partner
    if not partner.wants_check_in or partner.stage == "found":
        return
    every = partner.check_in or settings.roles.get(fold(partner.role)) or settings.every
    last = last_touch(facts)
    if every is None or last is None:
        return
    since, cause, due = _start_and_cause(facts, "check-in", last)
    if due is None and (usual := after(every, since)) is not None:
        due = working_day_from(usual, is_working_day)
    if due is None:
        return
    yield facts.reminder(
        "check-in",
        _rested(due, facts, is_working_day),
        why=f"last in touch on {day_month(last)} {last.year}",
        cause=cause,
        since=since,
        wanted=every.length(),
    )


def last_touch(facts: Facts) -> dt.date | None:
    """The day of the last touch of any kind, or `last_contact` if later."""
    days = [entry.date for entry in facts.log if entry.kind not in SILENT]  # inlined `is_touch`, called 100,000 times
    return max([*days, *([facts.partner.last_contact] if facts.partner.last_contact else [])], default=None)


def accepting(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Ask again whether they take new clients, some time after the last check. Off by default."""
    checked = facts.partner.accepting_checked
    usual = days_after(checked, settings.days) if checked is not None else None
    if checked is None or usual is None:
        return
    since, cause, later = _start_and_cause(facts, "accepting", checked)
    usual = days_after(since, settings.days) or usual
    yield facts.reminder(
        "accepting",
        later or working_day_from(usual, is_working_day),
        why=f"last checked on {day_month(checked)} {checked.year}",
        cause=cause,
        since=since,
        wanted=settings.days,
        sets=("accepting_checked", "today"),
    )


def article(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Share something that fits their work, from time to time (guide, line 21). Off by default.

    Counted from the last article, or else from the first meeting.
    """
    shared = [e.date for e in facts.log if e.kind == "article"]
    met = [e.date for e in facts.log if e.kind in MEETINGS]
    last = max(shared) if shared else min(met, default=None)
    if last is None or settings.every is None:
        return
    since, cause, later = _start_and_cause(facts, "article", last)
    usual = after(settings.every, since)
    if usual is None:
        return
    due = later or working_day_from(usual, is_working_day)
    yield facts.reminder(
        "article",
        _rested(due, facts, is_working_day),
        why=f"{'last article' if shared else 'first met'} on {day_month(last)} {last.year}",
        cause=cause,
        since=since,
        wanted=settings.every.length(),
    )


def card(facts: Facts, settings: RuleSettings, _: WorkingDay) -> Iterator[Reminder]:
    """Send a holiday card on a fixed day to partners without recent contact (guide, line 22)."""
    if not settings.day or settings.every is None or facts.partner.stage == "found":
        return
    last = last_touch(facts)
    if last is None:
        return
    since, cause, later = _start_and_cause(facts, "card", last)
    earliest = after(settings.every, since)
    if earliest is None or earliest.year >= dt.date.max.year:
        return
    usual = min(day for year in (0, 1) if (day := _yearly_day(earliest.year + year, settings.day)) >= earliest)
    yield facts.reminder(
        "card",
        later or usual,
        why=f"last in touch on {day_month(last)} {last.year}",
        cause=cause,
        since=since,
        wanted=(usual - since).days,
    )


def _yearly_day(year: int, day: str) -> dt.date:
    """A day such as `12-10` in a year; 29 February becomes the month's last day in other years."""
    leap = dt.date.fromisoformat(f"2024-{day}")
    return Interval(months=12 * (year - leap.year)).after(leap)


def leads_to(kind: str) -> str:
    """The stage that a touch of this kind leads to; empty for none."""
    return next((name for name, kinds, _ in _MOVES if kind in kinds), "")


def stage(facts: Facts, _: RuleSettings, __: WorkingDay) -> Iterator[Reminder]:
    """Propose the stage that a partner has reached: by an outreach, a meeting, the first referral.

    It has no date, so it never displaces due items on Today and stays out of calendars. A `skip stage: met` settles
    that stage and earlier ones for all touches up to then; without a stage name, all stages.
    """
    now = facts.partner.stage or STAGES[0]
    if now not in STAGES:
        return
    declined = [entry for entry in facts.log if entry.kind == "skip" and entry.rule == "stage"]
    for name, kinds, what in _MOVES:
        if STAGES.index(name) <= STAGES.index(now):
            return
        days = [e.date for e in facts.log if e.kind in kinds and not any(_settles(d, name, e.date) for d in declined)]
        if not days:
            continue
        first = min(days)
        yield facts.reminder(
            "stage",
            postponed_until(declining_entries(facts, "stage", first)),
            title=f"Stage: {now} → {name}?",
            why=f"{what} on {day_month(first)} {first.year}",
            cause=f"{name}-{first}",
            sets=("stage", name),
        )
        return


def _settles(skip: LogEntry, name: str, day: dt.date) -> bool:
    """Whether a `skip stage` covers this stage and a touch on that day."""
    first = skip.text.replace(",", " ").split()[:1]
    named = [reached for reached, *_ in _MOVES if [reached] == first]
    return skip.date >= day and (not named or STAGES.index(named[0]) >= STAGES.index(name))


RULES: Mapping[str, Rule] = {
    "thanks": thank_you,
    "meeting": meeting,
    "intro": introduction,
    "nudge": nudge,
    "month": month,
    "check-in": check_in,
    "referral-in": referral_in,
    "feedback": feedback,
    "referral-out": referral_out,
    "release": release,
    "accepting": accepting,
    "article": article,
    "card": card,
    "stage": stage,
}
"""All deriving rules, by their name in settings, `skip` and `later`."""
