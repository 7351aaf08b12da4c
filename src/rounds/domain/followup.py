"""Follow-ups: what is written down to be done, and how it repeats."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from rounds.domain.recurrence import Recurrence, parse_repeat
from rounds.domain.touch import MEETINGS


def is_appointment(kind: str, *, timed: bool) -> bool:
    """Whether a follow-up is a meeting, or anything else with a kind and a time of day."""
    return kind in MEETINGS or (timed and bool(kind))


Day = TypeVar("Day", dt.date, str)


def happened_on(kind: str, due: Day | None, ticked: Day | None, *, timed: bool) -> Day | None:
    """The day on which something planned happened, once it is ticked (vault format, Follow-up).

    An appointment happened on its own day, whenever somebody found the time to tick it; or earlier, where it was
    ticked before. Everything else happened when it was ticked.

    Args:
        due, ticked: as dates or as ISO text.
    """
    if due and ticked and due < ticked and is_appointment(kind, timed=timed):
        return due
    return ticked or due


class Status(StrEnum):
    """State of a task line, by the character in its box."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A task line of a note.

    Attributes:
        text: what is to be done, without box, kind, time, dates and block id.
        status: open, done or cancelled.
        due: the day that counts: due, else scheduled, else start.
        time: local time of the practice, from a leading `HH:MM`.
        kind: of the touch that it becomes when done; empty when none is written.
        done: the day it was ticked, where the line says so.
        repeat: the rule by which it repeats, as written; empty for none.
        block: block id without `^`; empty on lines we did not write.
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
    def recurrence(self) -> Recurrence | None:
        """How it repeats; None where it does not, or by a rule that we don't know."""
        return parse_repeat(self.repeat) if self.repeat else None

    @property
    def touched(self) -> dt.date | None:
        """The day on which a done follow-up with a kind counts as a touch (vault format, Partner)."""
        if self.status is not Status.DONE or not self.kind:
            return None
        return happened_on(self.kind, self.due, self.done, timed=self.time is not None)
