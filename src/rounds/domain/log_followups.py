"""Activity in notes: log entries, touches, and follow-ups (guide, Vocabulary)."""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from rounds.domain.recurrence import Recurrence


KINDS = (
    "email", "call", "coffee", "meeting", "event", "intro", "referral", "reply", "letter", "thanks", "article", "card",
    "gift", "note",
)  # fmt: skip
"""Kinds in the vault format; a log may have others."""

MEETINGS = frozenset({
    "coffee", "meeting", "event", "breakfast", "lunch", "dinner", "tea", "visit", "walk", "zoom", "video", "conference",
    "workshop",
})  # fmt: skip
"""Kinds of meetings, in person, on screen or at an event: a thank-you follows (guide, lines 13, 18).

The first three are in the format, the others are common words for a meeting."""

OUTREACH = frozenset({"email", "call", "letter"})
"""Kinds of messages to a partner, which wait for an answer (guide, line 9)."""

SILENT = frozenset({"", "note", "skip", "later", "chosen"})
"""Kinds that don't count as a touch."""

_NOT_REACHED = frozenset({"reply", "referral", "intro", "voicemail"})
"""Kinds of touches in which we didn't speak to the partner: a message from them, a client, a request to someone else,
a message left."""

_LEFT = re.compile(
    r"\b(?:left (?:\w+ ){0,3}(?:message|voice ?mail|vm|word)|voice ?mail|answering machine|no answer|no one answered"
    r"|not in|(?:did not|didn['’]t) (?:answer|pick up|reach)|(?:could not|couldn['’]t) reach)\b",
    re.IGNORECASE,
)
"""A call that reached nobody, in its own words."""

_THANKS = re.compile(r"\bthank(?:s|ed|ing)?\b", re.IGNORECASE)


class LogEntry(NamedTuple):
    """A log line, `- DATE kind @who: text`, with its indented continuation lines.

    Attributes:
        kind: lower case; empty if the line has none. `skip` and `later` decline or postpone a rule.
        text: the text after the colon, continuation lines joined by newlines.
        line: 1-based line of the file.
        who: handle of the team member, without `@`.
        rule: the rule of a `skip` or `later`.
        until: the date of a `later`.
    """

    date: dt.date
    kind: str
    text: str
    line: int = 0
    who: str = ""
    rule: str = ""
    until: dt.date | None = None

    @property
    def is_touch(self) -> bool:
        """Whether this entry is an interaction: notes, skips and laters are not (vault format, Partner)."""
        return self.kind not in SILENT

    @property
    def reached(self) -> bool:
        """Whether we spoke or wrote to the partner: not a reply of theirs, a referral, a note or a message left."""
        if self.kind in SILENT or self.kind in _NOT_REACHED:
            return False
        return not (self.kind == "call" and self.text and _LEFT.search(self.text))

    @property
    def says_thanks(self) -> bool:
        """Whether we thanked the partner, by the kind of touch or in its words."""
        return self.kind in {"thanks", "card", "gift"} or (
            self.kind not in MEETINGS and self.reached and _THANKS.search(self.text) is not None
        )


_INTRODUCED = re.compile(r"\bintroduced\b", re.IGNORECASE)
_ASKED = re.compile(r"\bask(?:ed)?\b|\bsent\?|\brequest", re.IGNORECASE)


def is_introduction(entry: LogEntry) -> bool:
    """Whether the log says that an introduction was made, such as `intro: [[Sam Lee]] introduced us`."""
    return entry.kind == "intro" and bool(_INTRODUCED.search(entry.text))


def is_request(entry: LogEntry) -> bool:
    """Whether the log says that an introduction was asked for, such as `intro: asked [[Sam Lee]] to introduce us`."""
    return entry.kind == "intro" and not is_introduction(entry) and bool(_ASKED.search(entry.text))


def is_appointment(kind: str, *, timed: bool) -> bool:
    """Whether a follow-up is a meeting, or has a kind and a time of day."""
    return kind in MEETINGS or (timed and bool(kind))


Day = TypeVar("Day", dt.date, str)


def happened_on(kind: str, due: Day | None, ticked: Day | None, *, timed: bool) -> Day | None:
    """The day a ticked item happened (vault format, Follow-up).

    An appointment happened on its own day, even if ticked later; if ticked earlier, on the earlier day. Everything
    else happened when it was ticked.

    Args:
        due, ticked: as dates or as ISO text.
    """
    if due and ticked and due < ticked and is_appointment(kind, timed=timed):
        return due
    return ticked or due


class Status(StrEnum):
    """Status of a task line, by the character in its box."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A task line of a note.

    Attributes:
        text: the task, without box, kind, time, dates and block id.
        status: open, done or cancelled.
        due: the effective day: due, else scheduled, else start.
        time: local time of the practice, from a leading `HH:MM`.
        kind: kind of the touch it becomes when done; empty if not written.
        done: the day it was ticked, if the line has it.
        repeat: the repeat rule as written; empty for none.
        block: block id without `^`; empty on lines that Rounds didn't write.
        line: 1-based line of the file.
    """

    text: str
    status: Status = Status.OPEN
    due: dt.date | None = None
    time: dt.time | None = None
    kind: str = ""
    done: dt.date | None = None
    repeat: str = ""
    block: str = ""
    line: int = 0

    @property
    def recurrence(self) -> "Recurrence | None":
        """The parsed repeat rule; None if there is none or it's unknown."""
        from rounds.domain.recurrence import parse_repeat  # not needed at start-up

        return parse_repeat(self.repeat) if self.repeat else None

    @property
    def touched(self) -> dt.date | None:
        """The day that a done follow-up with a kind counts as a touch (vault format, Partner)."""
        if self.status is not Status.DONE or not self.kind:
            return None
        return happened_on(self.kind, self.due, self.done, timed=self.time is not None)
