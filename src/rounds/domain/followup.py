"""Follow-ups: what is written down to be done, and how it repeats."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from rounds.domain.recurrence import Recurrence, parse_repeat


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
        return self.done or self.due
