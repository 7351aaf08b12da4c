"""Reminder types, and reminders from written follow-ups. Derived reminders are in `rules.py`."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple

from rounds.domain.log_followups import MEETINGS, FollowUp, LogEntry, Status
from rounds.domain.partner_referral_release import Partner, Referral, Release
from rounds.domain.periods import Interval
from rounds.domain.place_length_travel import length_of, travel_of

FOLLOW_UP = "follow-up"
"""The rule name of written follow-ups."""


class Rank(IntEnum):
    """Order on Today: promises within hours or days, follow-ups, reminders that can wait, proposals."""

    PROMISE = 0
    WRITTEN = 1
    GENTLE = 2
    PROPOSAL = 3


class State(IntEnum):
    """State of a reminder on a given day."""

    OVERDUE = 0
    DUE = 1
    PLANNED = 2
    UNDATED = 3


WORKED = MEETINGS | {"reply", "call"}
"""Kinds of touches that prove an introduction worked."""


class Introduced(NamedTuple):
    """A new contact from a partner's introduction.

    Attributes:
        worked: the day of the first answer, call or meeting after the request.
    """

    id: str
    name: str
    worked: dt.date


class Wording(NamedTuple):
    """The constant parts of a rule's reminder; `kind` is empty if a tick is enough."""

    rank: Rank
    title: str
    step: str
    kind: str = ""


WORDINGS: Mapping[str, Wording] = {
    "thanks": Wording(Rank.PROMISE, "Say thank you", "Two or three personal lines, or a card.", "thanks"),
    "intro": Wording(
        Rank.GENTLE, "Ask again for the introduction", "Ask who offered it whether now is a good time.", "intro"
    ),
    "intro worked": Wording(Rank.PROMISE, "", "Tell them how it went, in a line or two.", "thanks"),
    "nudge": Wording(Rank.GENTLE, "A gentle nudge", "A line or two; no answer is fine.", "email"),
    "rest": Wording(Rank.GENTLE, "Let them rest for now", "Set the stage to resting; they can come back any time."),
    "month": Wording(Rank.GENTLE, "Research and write", "Find something personal, then write a short email.", "email"),
    "check-in": Wording(Rank.GENTLE, "Check in", "A friendly word; nothing has to come of it.", "email"),
    "referral-in": Wording(
        Rank.PROMISE,
        "Thank for the referral",
        "Confirm that somebody came only where a signed release covers it.",
        "thanks",
    ),
    "feedback": Wording(
        Rank.GENTLE,
        "A word back about the referral",
        "No release is on file: thank them, or say whether you have openings, and nothing about a client.",
        "email",
    ),
    "feedback released": Wording(
        Rank.GENTLE,
        "A word back about the referral",
        "A release is on file: say what it covers, in two or three lines, by a secure channel.",
        "email",
    ),
    "referral-out": Wording(
        Rank.GENTLE,
        "Ask whether the referral worked out",
        "Ask the client first. Ask the partner only under a release, and without a name in an ordinary mail.",
        "email",
    ),
    "release": Wording(
        Rank.PROMISE, "A release ends", "Renew it with the client, or let it end and share nothing more."
    ),
    "accepting": Wording(
        Rank.GENTLE, "Ask whether they take new clients", "A look at their website may be enough; then note the day."
    ),
    "article": Wording(
        Rank.GENTLE,
        "Share something that fits their work",
        "An article or a summary; nothing about the practice.",
        "article",
    ),
    "card": Wording(Rank.GENTLE, "Send a holiday card", "A line by hand is plenty.", "card"),
    "stage": Wording(Rank.PROPOSAL, "", "Accept it, or leave the stage as it is."),
}
"""By rule (guide, table of reminders), except for the second reminders of two rules."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about one partner (or, with follow-ups alone, another note).

    Attributes:
        log: entries and other touches, in any order.
        followups: of the note.
        ruled: whether the rules apply; they do only to partner notes.
        referrals, releases: those that name the partner.
        introduced: people introduced by the partner.
    """

    partner: Partner
    log: tuple[LogEntry, ...] = ()
    followups: tuple[FollowUp, ...] = ()
    ruled: bool = True
    referrals: tuple[Referral, ...] = ()
    releases: tuple[Release, ...] = ()
    introduced: tuple[Introduced, ...] = ()

    def reminder(
        self, rule: str, due: dt.date | None, *, wording: str = "", title: str = "", wanted: int = 1, **more: Any
    ) -> "Reminder":
        """Create a reminder of a rule about this note.

        Args:
            wording: key in WORDINGS, if it isn't the rule.
            title: replaces the title of the wording.
        """
        words, partner = WORDINGS[wording or rule], self.partner
        return Reminder(
            rule, partner.id, partner.path, partner.name, title or words.title, due, words.rank,
            kind=words.kind, step=words.step, wanted=max(1, wanted), **more,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reminder:
    """A task for a day.

    Attributes:
        rule: `follow-up`, or the name of the rule that derived it.
        note_id, path, name: of the note it is about.
        title: the task, in a few words.
        due: the day; None for a follow-up without one.
        late_after: the last day before it is overdue.
        time: local time of the practice.
        kind: kind of the touch that doing it makes; empty if a tick is enough.
        why: the reason and its date, in words.
        step: the next step, in words.
        cause: source; note_id, rule and cause identify the reminder (RFC 5545 3.8.4.7 needs a stable identity).
        line: 1-based line of a follow-up; else 0.
        since, wanted: for reminders that can wait, the start day and the number of days; the longest wait beyond that,
            in proportion, comes first.
        sets: property and value to write in place of a touch; `today` stands for the day.
        happened: for a meeting, whether its time has come; for thanks, whether the meeting is known to have happened.
        lapses: the last day on which it's owed; None for no such day.
        minutes: how long it takes, by the words of a follow-up with a time; 0 if they don't say.
        travel: minutes of travel before it, in the same way; None if they don't say.
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
    lapses: dt.date | None = None
    minutes: int = 0
    travel: int | None = None

    @property
    def uid(self) -> str:
        """Its identity in calendars."""
        return f"{self.note_id}-{self.rule}-{self.cause}"

    @property
    def key(self) -> tuple[str, str, str]:
        """Its identity: note, rule and cause."""
        return self.note_id, self.rule, self.cause

    def state(self, today: dt.date) -> State:
        """Its state today."""
        if self.due is None:
            return State.UNDATED
        if today > (self.late_after or self.due):
            return State.OVERDUE
        return State.DUE if today >= self.due else State.PLANNED

    def order(self, today: dt.date) -> tuple[object, ...]:
        """Sort key: most worthwhile first (guide, table of reminders); promises by the day they become overdue."""
        waited = 0.0
        if self.rank is Rank.GENTLE and self.since is not None:
            waited = -((today - self.since).days - self.wanted) / self.wanted
        day = (self.late_after if self.rank is Rank.PROMISE else None) or self.due or dt.date.max
        planned = self.state(today) is State.PLANNED
        at = self.time or dt.time.max
        return (planned, self.rank, waited, day, self.due or day, at, self.name, self.cause, self.rule)

    @property
    def is_appointment(self) -> bool:
        """Whether it takes place on its day: a meeting, or anything with a time."""
        return self.due is not None and (self.time is not None or self.rule == "meeting")

    def by_day(self) -> tuple[object, ...]:
        """Sort key by day, undated last; within a day, appointments first by time, then promises, then by name."""
        at = self.time or dt.time.max
        return self.due or dt.date.max, at, not self.is_appointment, self.rank, self.name, self.cause, self.rule


WorkingDay = Callable[[dt.date], bool]
"""Predicate: False for weekends and public holidays."""


@lru_cache(maxsize=4096)
def day_month(day: dt.date) -> str:
    """A day as in `20 Nov`."""
    return f"{day.day} {day:%b}"


def weekday(day: dt.date) -> bool:
    """Monday to Friday; the default if no holidays are set."""
    return day.weekday() < 5


def working_day_from(day: dt.date, is_working_day: WorkingDay) -> dt.date:
    """The day itself or the next working day; searches at most two weeks."""
    for ahead in range(min(15, (dt.date.max - day).days + 1)):
        moved = day + dt.timedelta(days=ahead)
        if is_working_day(moved):
            return moved
    return day


def after(every: Interval, day: dt.date) -> dt.date | None:
    """The day one interval later; None outside the years that a date can hold."""
    try:
        return every.after(day)
    except OverflowError:
        return None


def days_after(day: dt.date, days: int) -> dt.date | None:
    """Like `after`, for a number of days, which may be negative."""
    return after(Interval(days=days), day)


def last_day_owed(day: dt.date, until: dt.date | None, lapse: int) -> dt.date | None:
    """The last day on which thanks for that day are owed, counted from the day they were put off to; None for no end.

    Args:
        lapse: days; 0 for no end.
    """
    return days_after(max(day, until or day), lapse) if lapse else None


def postponed_until(log: Iterable[LogEntry]) -> dt.date | None:
    """The date in the newest `later RULE: DATE`; of several on one day, the latest date."""
    until = [(e.date, e.until) for e in log if e.kind == "later" and e.until]
    return max(until)[1] if until else None


def declining_entries(facts: Facts, rule: str, since: dt.date) -> list[LogEntry]:
    """The `skip RULE` and `later RULE` entries of a log since that day."""
    return [e for e in facts.log if e.rule == rule and e.kind in {"skip", "later"} and e.date >= since]


def is_declined(entries: Iterable[LogEntry]) -> bool:
    """Whether there is a `skip` among the entries."""
    return any(e.kind == "skip" for e in entries)


def followup_reminders(facts: Facts) -> Iterator[Reminder]:
    """A note's open follow-ups, as written. Their dates never move."""
    for followup, cause in with_keys(facts.followups):
        if followup.status is not Status.OPEN:
            continue
        partner = facts.partner
        yield Reminder(
            FOLLOW_UP,
            partner.id,
            partner.path,
            partner.name,
            followup.text or followup.kind,
            followup.due,
            rank=Rank.PROMISE if followup.kind in MEETINGS or followup.kind == "thanks" else Rank.WRITTEN,
            time=followup.time,
            kind=followup.kind,
            why="you wrote it down",
            step="Do it, then tick it off.",
            cause=cause,
            line=followup.line,
            minutes=length_of(followup.text) if followup.time is not None else 0,
            travel=travel_of(followup.text) if followup.time is not None else None,
        )


def with_keys(followups: Iterable[FollowUp]) -> Iterator[tuple[FollowUp, str]]:
    """Each follow-up of a note with its key.

    The key is the block id, or else a hash of the text; a counter tells duplicates apart, including block ids copied
    with their line.
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
