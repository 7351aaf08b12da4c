"""Reminders: what is written down to be done, and what the rules derive from what happened.

A rule is a pure function of one partner's facts; RULES is the table of them. While no log entry's day comes, a
reminder's date does not depend on today, only its state does.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from rounds.domain.followup import FollowUp, Status
from rounds.domain.interval import Interval
from rounds.domain.partner import RESTING, Partner
from rounds.domain.settings import RuleSettings, Settings
from rounds.domain.touch import MEETINGS, LogEntry

FOLLOW_UP = "follow-up"
"""The rule of what people wrote down themselves."""


class Rank(IntEnum):
    """What comes first on Today: promises of hours and days, then what is written, then what can wait."""

    PROMISE = 0
    WRITTEN = 1
    GENTLE = 2


class State(IntEnum):
    """Where a reminder stands on a given day."""

    OVERDUE = 0
    DUE = 1
    PLANNED = 2
    UNDATED = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one partner (or, with follow-ups alone, of any other note).

    Attributes:
        log: entries and other touches, in any order.
        followups: of the note.
        ruled: whether the rules apply; to notes that are no partner's, they don't.
    """

    partner: Partner
    log: tuple[LogEntry, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to do, on a day.

    Attributes:
        rule: `follow-up`, or the name of the rule that derived it.
        note_id, path, name: of the note it is about.
        title: what to do, in a few words.
        due: the day; None for a follow-up without one.
        late_after: the last day on which it is not overdue.
        time: local time of the practice.
        kind: the touch that doing it makes; empty where a tick is all.
        why: why it is there, in words.
        cause: what it comes from; with note_id and rule its identity (RFC 5545 3.8.4.7 wants a lasting one).
        line: of a follow-up, its 1-based line; else 0.
        since, wanted: of a check-in, the day it counts from and after how many days; the one that has waited longest
            beyond that, in proportion, comes first.
    """

    rule: str
    note_id: str
    path: str
    name: str
    title: str
    due: dt.date | None
    rank: Rank
    cause: str
    late_after: dt.date | None = None
    time: dt.time | None = None
    kind: str = ""
    why: str = ""
    line: int = 0
    since: dt.date | None = None
    wanted: int = 1

    @property
    def uid(self) -> str:
        """The identity that a calendar keeps it under."""
        return f"{self.note_id}-{self.rule}-{self.cause}"

    def state(self, today: dt.date) -> State:
        """Where it stands today."""
        if self.due is None:
            return State.UNDATED
        if today > (self.late_after or self.due):
            return State.OVERDUE
        return State.DUE if today >= self.due else State.PLANNED

    def order(self, today: dt.date) -> tuple[object, ...]:
        """Sort key: the most worthwhile first (guide, table of reminders)."""
        waited = 0.0
        if self.rank is Rank.GENTLE and self.since is not None:
            waited = -((today - self.since).days - self.wanted) / self.wanted
        day = self.due or dt.date.max
        return (
            self.state(today) is State.PLANNED,
            self.rank,
            waited,
            day,
            self.time or dt.time.max,
            self.name,
            self.cause,
        )


WorkingDay = Callable[[dt.date], bool]
Rule = Callable[[Facts, RuleSettings, WorkingDay], Iterator[Reminder]]


def in_words(day: dt.date) -> str:
    """A day as in `20 Nov`."""
    return f"{day.day} {day:%b}"


def weekday(day: dt.date) -> bool:
    """Monday to Friday; the check for who has set no holidays."""
    return day.weekday() < 5


def working_day_from(day: dt.date, is_working_day: WorkingDay) -> dt.date:
    """The day itself or the next working day; at most two weeks are searched."""
    for ahead in range(min(15, (dt.date.max - day).days + 1)):
        moved = day + dt.timedelta(days=ahead)
        if is_working_day(moved):
            return moved
    return day


def derive(
    facts: Iterable[Facts], settings: Settings, today: dt.date, is_working_day: WorkingDay = weekday
) -> list[Reminder]:
    """All open reminders, the most worthwhile first.

    Args:
        facts: one a note. Log entries after `today` are none until their day (vault format, Partner).
        settings: which rules run, and their numbers.
        today: of the practice.
        is_working_day: False for weekends and public holidays.
    """
    found: list[Reminder] = []
    for fact in facts:
        found += written(fact)
        if not fact.ruled or fact.partner.stage in RESTING:
            continue
        for name, rule in RULES.items():
            rule_settings = settings.rules[name]
            if rule_settings.on:
                found += rule(_until(fact, today), rule_settings, is_working_day)
    return sorted(found, key=lambda reminder: reminder.order(today))


def _until(fact: Facts, today: dt.date) -> Facts:
    if all(entry.date <= today for entry in fact.log):
        return fact
    return replace(fact, log=tuple(entry for entry in fact.log if entry.date <= today))


def written(facts: Facts) -> Iterator[Reminder]:
    """The open follow-ups of a note, as people wrote them. Their dates never move."""
    seen: dict[str, int] = {}
    for followup in facts.followups:
        text = followup.text
        key = followup.block or _short_hash(text)
        seen[key] = seen.get(key, 0) + 1
        if followup.status is not Status.OPEN:
            continue
        yield Reminder(
            rule=FOLLOW_UP,
            note_id=facts.partner.id,
            path=facts.partner.path,
            name=facts.partner.name,
            title=text or followup.kind,
            due=followup.due,
            rank=Rank.PROMISE if followup.kind in MEETINGS or followup.kind == "thanks" else Rank.WRITTEN,
            time=followup.time,
            kind=followup.kind,
            why="you wrote it down",
            cause=_cause(followup, key, seen[key]),
            line=followup.line,
        )


def _cause(followup: FollowUp, key: str, number: int) -> str:
    """Block id, or hash and which one of equals; a block id that was copied with its line counts up as well."""
    if not followup.block:
        return f"{key}-{number}"
    return key if number == 1 else f"{key}~{number}"


def _short_hash(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def thank_you(facts: Facts, settings: RuleSettings, _: WorkingDay) -> Iterator[Reminder]:
    """Thank after the latest meeting: due the day after, late after two (guide, line 18). It never moves.

    Planned as soon as the meeting is. Any later touch answers it, and so does a thank-you written down to be done.
    """
    if any(f.kind == "thanks" and f.status is Status.OPEN for f in facts.followups):
        return
    log = _as_held(facts)
    met = max((e.date for e in log if e.kind in MEETINGS), default=None)
    planned = {f.due for f in facts.followups if f.status is Status.OPEN and f.kind in MEETINGS and f.due}
    days = planned if met is None else planned | {met}
    for day in sorted(days):
        declining = [entry for entry in log if _concerns(entry, day, met, planned, log)]
        usual = _later_day(day, settings.days)
        if usual is None or any(e.kind == "skip" for e in declining) or any(_answers(e, day) for e in log):
            continue
        due = _put_off(declining) or usual
        yield Reminder(
            rule="thanks",
            note_id=facts.partner.id,
            path=facts.partner.path,
            name=facts.partner.name,
            title="Say thank you",
            due=due,
            late_after=max(due, _later_day(day, settings.overdue) or due),
            rank=Rank.PROMISE,
            kind="thanks",
            why=f"{'you met on' if day == met else 'if you meet on'} {in_words(day)}: thank within 48 hours",
            cause=str(day),
        )


def _as_held(facts: Facts) -> list[LogEntry]:
    """The log, where a meeting whose follow-up was ticked late still was on its own day."""
    held = {f.line: f.due for f in facts.followups if f.kind in MEETINGS and f.due and f.touched and f.due < f.touched}
    return [
        replace(entry, date=held[entry.line]) if entry.kind in MEETINGS and entry.line in held else entry
        for entry in facts.log
    ]


def _answers(entry: LogEntry, met: dt.date) -> bool:
    """Whether an entry settles the thank-you for a meeting on that day: what we did, not what reached us."""
    if entry.kind in {"thanks", "card", "gift"}:
        return entry.date >= met
    return entry.is_touch and entry.date > met and entry.kind not in {"reply", "referral"}


def _concerns(
    entry: LogEntry, day: dt.date, met: dt.date | None, planned: set[dt.date], log: Iterable[LogEntry]
) -> bool:
    """Whether a `skip thanks` or `later thanks` is about the meeting on that day.

    About one that was; or, written ahead, about the next that is planned, where no meeting before still asked for
    thanks and nothing has happened since.
    """
    if entry.rule != "thanks" or entry.kind not in {"skip", "later"}:
        return False
    if entry.date >= day:
        return True
    if day != min((d for d in planned if d > entry.date), default=None):
        return False
    touches = [e for e in log if e.is_touch]
    if any(entry.date < e.date <= day for e in touches):
        return False
    return met is None or any(_answers(e, met) for e in touches)


def check_in(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Be in touch again some months after the last touch of any kind (guide, line 22).

    Found partners that nobody chose remind of nothing. A date that falls on a weekend or holiday moves to the next
    working day; one that somebody wrote with `later` stays (guide, below the table of reminders).
    """
    partner = facts.partner
    every = partner.check_in or settings.roles.get(partner.role.casefold()) or settings.every
    touches = [entry.date for entry in facts.log if entry.is_touch]
    last = max([*touches, *([partner.last_contact] if partner.last_contact else [])], default=None)
    if not partner.wants_check_in or partner.stage == "found" or every is None or last is None:
        return
    since = max([last, *(e.date for e in facts.log if e.kind == "skip" and e.rule == "check-in")])
    due = _put_off(e for e in facts.log if e.rule == "check-in" and e.date >= since)
    if due is None and (usual := _after(every, since)) is not None:
        due = working_day_from(usual, is_working_day)
    if due is not None and partner.rest_until is not None and partner.rest_until > due:
        due = working_day_from(partner.rest_until, is_working_day)
    if due is None:
        return
    yield Reminder(
        rule="check-in",
        note_id=partner.id,
        path=partner.path,
        name=partner.name,
        title="Check in",
        due=due,
        rank=Rank.GENTLE,
        kind="email",
        why=f"last in touch on {in_words(last)} {last.year}",
        cause=str(since),
        since=since,
        wanted=max(1, every.length()),
    )


def _after(every: Interval, day: dt.date) -> dt.date | None:
    try:
        return every.after(day)
    except OverflowError:
        return None


def _later_day(day: dt.date, days: int) -> dt.date | None:
    return _after(Interval(days=days), day)


def _put_off(log: Iterable[LogEntry]) -> dt.date | None:
    """The day that the newest `later RULE: DATE` names; of several from one day the latest, in whatever order."""
    until = [(e.date, e.until) for e in log if e.kind == "later" and e.until]
    return max(until)[1] if until else None


RULES: Mapping[str, Rule] = {
    "thanks": thank_you,
    "check-in": check_in,
}
"""Every rule that derives reminders, by the name that settings, `skip` and `later` use."""
