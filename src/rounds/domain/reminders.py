"""Reminders: what is written down to be done, and what the rules derive from what happened.

A rule is a pure function of one partner's facts; RULES is the table of them. A reminder's date never depends on today,
only its state does.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
    """

    partner: Partner
    log: tuple[LogEntry, ...] = ()
    followups: tuple[FollowUp, ...] = ()


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
        waited: for check-ins, (elapsed - wanted) / wanted is ordered by `since` and `wanted`.
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
    for ahead in range(15):
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
        if fact.partner.stage in RESTING:
            continue
        for name, rule in RULES.items():
            rule_settings = settings.rules[name]
            if rule_settings.on:
                found += rule(_until(fact, today), rule_settings, is_working_day)
    return sorted(found, key=lambda reminder: reminder.order(today))


def _until(fact: Facts, today: dt.date) -> Facts:
    if all(entry.date <= today for entry in fact.log):
        return fact
    return Facts(fact.partner, tuple(entry for entry in fact.log if entry.date <= today), fact.followups)


def written(facts: Facts) -> Iterator[Reminder]:
    """The open follow-ups of a note, as people wrote them. Their dates never move."""
    seen: dict[str, int] = {}
    for followup in facts.followups:
        text = followup.text
        seen[text] = seen.get(text, 0) + 1
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
            cause=followup.block or f"{_short_hash(text)}-{seen[text]}",
            line=followup.line,
        )


def _short_hash(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def thank_you(facts: Facts, settings: RuleSettings, _: WorkingDay) -> Iterator[Reminder]:
    """Thank after the latest meeting: due the day after, late after two (guide, line 18). It never moves.

    Planned as soon as the meeting is. Any later touch answers it, and so does a thank-you written down to be done.
    """
    met = max((e.date for e in facts.log if e.kind in MEETINGS), default=None)
    days = {f.due for f in facts.followups if f.status is Status.OPEN and f.kind in MEETINGS and f.due}
    if met is not None:
        days.add(met)
    if any(f.kind == "thanks" and f.status is Status.OPEN for f in facts.followups):
        return
    for day in sorted(days):
        if any(_answers(entry, day) for entry in facts.log):
            continue
        due = _put_off(facts.log, "thanks", day) or day + dt.timedelta(days=settings.days)
        yield Reminder(
            rule="thanks",
            note_id=facts.partner.id,
            path=facts.partner.path,
            name=facts.partner.name,
            title="Say thank you",
            due=due,
            late_after=max(due, day + dt.timedelta(days=settings.overdue)),
            rank=Rank.PROMISE,
            kind="thanks",
            why=f"{'you met on' if day == met else 'a meeting is planned for'} {in_words(day)}: thank within 48 hours",
            cause=str(day),
        )


def _answers(entry: LogEntry, met: dt.date) -> bool:
    """Whether an entry settles the thank-you for a meeting on that day."""
    if entry.kind == "skip":
        return entry.rule == "thanks" and entry.date >= met
    if entry.kind in {"thanks", "card", "gift"}:
        return entry.date >= met
    return entry.is_touch and entry.date > met


def check_in(facts: Facts, settings: RuleSettings, is_working_day: WorkingDay) -> Iterator[Reminder]:
    """Be in touch again some months after the last touch of any kind (guide, line 22).

    Found partners that nobody has been in touch with remind of nothing. A date that falls on a weekend or holiday moves
    to the next working day.
    """
    partner = facts.partner
    every = partner.check_in or settings.roles.get(partner.role.casefold()) or settings.every
    touches = [entry.date for entry in facts.log if entry.is_touch]
    last = max([*touches, *([partner.last_contact] if partner.last_contact else [])], default=None)
    if not partner.wants_check_in or partner.stage == "found" or every is None or last is None:
        return
    since = max([last, *(e.date for e in facts.log if e.kind == "skip" and e.rule == "check-in")])
    due = _put_off(facts.log, "check-in", since) or _after(every, since)
    if due is None:
        return
    if partner.rest_until is not None:
        due = max(due, partner.rest_until)
    yield Reminder(
        rule="check-in",
        note_id=partner.id,
        path=partner.path,
        name=partner.name,
        title="Check in",
        due=working_day_from(due, is_working_day),
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


def _put_off(log: Iterable[LogEntry], rule: str, since: dt.date) -> dt.date | None:
    """The day that the newest `later RULE: DATE` since then names."""
    until = [
        (e.date, e.line, e.until)
        for e in log
        if e.kind == "later" and e.rule == rule and e.date >= since and e.until
    ]
    return max(until)[2] if until else None


RULES: Mapping[str, Rule] = {
    "thanks": thank_you,
    "check-in": check_in,
}
"""Every rule that derives reminders, by the name that settings, `skip` and `later` use."""
