"""Reminders: what one is, and those that people wrote down themselves. What the rules derive is in `rules.py`."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple

from rounds.domain.followup import FollowUp, Status
from rounds.domain.interval import Interval
from rounds.domain.partner import Partner
from rounds.domain.referral import Referral
from rounds.domain.release import Release
from rounds.domain.touch import MEETINGS, LogEntry

FOLLOW_UP = "follow-up"
"""The rule of what people wrote down themselves."""


class Rank(IntEnum):
    """What comes first on Today: promises of hours and days, what is written, what can wait, proposals."""

    PROMISE = 0
    WRITTEN = 1
    GENTLE = 2
    PROPOSAL = 3


class State(IntEnum):
    """Where a reminder stands on a given day."""

    OVERDUE = 0
    DUE = 1
    PLANNED = 2
    UNDATED = 3


WORKED = MEETINGS | {"reply", "call"}
"""Kinds of touches that show that an introduction has worked."""


class Introduced(NamedTuple):
    """The new contact that a partner's introduction led to.

    Attributes:
        worked: the day of the first answer, call or meeting after it was asked for.
    """

    id: str
    name: str
    worked: dt.date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one partner (or, with follow-ups alone, of any other note).

    Attributes:
        log: entries and other touches, in any order.
        followups: of the note.
        ruled: whether the rules apply; to notes that are no partner's, they don't.
        referrals, releases: that name the partner.
        introduced: people whom the partner introduced us to.
    """

    partner: Partner
    log: tuple[LogEntry, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    ruled: bool = True
    referrals: tuple[Referral, ...] = ()
    releases: tuple[Release, ...] = ()
    introduced: tuple[Introduced, ...] = ()

    def reminder(self, rule: str, title: str, due: dt.date | None, **more: Any) -> "Reminder":
        """A reminder about this note."""
        partner = self.partner
        return Reminder(rule, partner.id, partner.path, partner.name, title, due, **more)


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
        why: why it is there and since when, in words.
        step: the next step, in words.
        cause: what it comes from; with note_id and rule its identity (RFC 5545 3.8.4.7 wants a lasting one).
        line: of a follow-up, its 1-based line; else 0.
        since, wanted: of what can wait, the day it counts from and after how many days; the one that has waited longest
            beyond that, in proportion, comes first.
        sets: property and value that doing it writes, in place of a touch; `today` stands for the day.
        happened: of thanks, whether the meeting is known to have happened; it may only be planned.
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
    step: str = ""
    sets: tuple[str, str] | None = None
    happened: bool = True

    @property
    def uid(self) -> str:
        """The identity that a calendar keeps it under."""
        return f"{self.note_id}-{self.rule}-{self.cause}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by: note, rule and cause."""
        return self.note_id, self.rule, self.cause

    def state(self, today: dt.date) -> State:
        """Where it stands today."""
        if self.due is None:
            return State.UNDATED
        if today > (self.late_after or self.due):
            return State.OVERDUE
        return State.DUE if today >= self.due else State.PLANNED

    def order(self, today: dt.date) -> tuple[object, ...]:
        """Sort key: the most worthwhile first (guide, table of reminders); of promises what is late soonest."""
        waited = 0.0
        if self.rank is Rank.GENTLE and self.since is not None:
            waited = -((today - self.since).days - self.wanted) / self.wanted
        day = (self.late_after if self.rank is Rank.PROMISE else None) or self.due or dt.date.max
        return (
            self.state(today) is State.PLANNED,
            self.rank,
            waited,
            day,
            self.due or day,
            self.time or dt.time.max,
            self.name,
            self.cause,
            self.rule,
        )

    def by_day(self) -> tuple[object, ...]:
        """Sort key of what has no hurry: by day, what has none last; of one day promises first, then by name."""
        return (
            self.due or dt.date.max,
            self.rank,
            self.time or dt.time.max,
            self.name,
            self.cause,
            self.rule,
        )


WorkingDay = Callable[[dt.date], bool]
"""False for weekends and public holidays."""


@lru_cache(maxsize=4096)
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


def after(every: Interval, day: dt.date) -> dt.date | None:
    """The day an interval later; None beyond the years that a date can hold."""
    try:
        return every.after(day)
    except OverflowError:
        return None


def days_after(day: dt.date, days: int) -> dt.date | None:
    """As `after`, for days; they may be negative."""
    return after(Interval(days=days), day)


def put_off(log: Iterable[LogEntry]) -> dt.date | None:
    """The day that the newest `later RULE: DATE` names; of several from one day the latest, in whatever order."""
    until = [(e.date, e.until) for e in log if e.kind == "later" and e.until]
    return max(until)[1] if until else None


def about(facts: Facts, rule: str, since: dt.date) -> list[LogEntry]:
    """The `skip RULE` and `later RULE` entries of a log from that day on."""
    return [e for e in facts.log if e.rule == rule and e.kind in {"skip", "later"} and e.date >= since]


def declined(entries: Iterable[LogEntry]) -> bool:
    """Whether one of them is a `skip`."""
    return any(e.kind == "skip" for e in entries)


def written(facts: Facts) -> Iterator[Reminder]:
    """The open follow-ups of a note, as people wrote them. Their dates never move."""
    for followup, cause in with_keys(facts.followups):
        if followup.status is not Status.OPEN:
            continue
        yield facts.reminder(
            FOLLOW_UP,
            followup.text or followup.kind,
            followup.due,
            rank=Rank.PROMISE if followup.kind in MEETINGS or followup.kind == "thanks" else Rank.WRITTEN,
            time=followup.time,
            kind=followup.kind,
            why="you wrote it down",
            step="Do it, then tick it off.",
            cause=cause,
            line=followup.line,
        )


def with_keys(followups: Iterable[FollowUp]) -> Iterator[tuple[FollowUp, str]]:
    """Each follow-up of a note with what it is known by.

    Its block id, or else the hash of its text and which one of equals; a block id that was copied with its line counts
    up as well.
    """
    seen: dict[str, int] = {}
    for followup in followups:
        key = followup.block or _short_hash(followup.text)
        number = seen[key] = seen.get(key, 0) + 1
        if not followup.block:
            yield followup, f"{key}-{number}"
        else:
            yield followup, key if number == 1 else f"{key}~{number}"


def _short_hash(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
