"""Follow-ups: planned tasks in notes, and how they repeat."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from rounds.domain.recurrence import Recurrence, parse_repeat
from rounds.domain.touch import MEETINGS


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
    def recurrence(self) -> Recurrence | None:
        """The parsed repeat rule; None if there is none or it's unknown."""
        return parse_repeat(self.repeat) if self.repeat else None

    @property
    def touched(self) -> dt.date | None:
        """The day that a done follow-up with a kind counts as a touch (vault format, Partner)."""
        if self.status is not Status.DONE or not self.kind:
            return None
        return happened_on(self.kind, self.due, self.done, timed=self.time is not None)
