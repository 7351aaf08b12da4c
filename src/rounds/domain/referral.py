"""A referral in or out. No client is named: a random code at most (guide, Compliance facts)."""

import datetime as dt
from typing import NamedTuple

DIRECTIONS = ("in", "out")
STATUSES = ("sent", "received", "acknowledged", "scheduled", "started", "completed", "declined", "lost")
CLOSED = frozenset({"completed", "declined", "lost"})
REASONS = ("assessment", "therapy", "medication", "medical", "school", "legal", "other")


class Referral(NamedTuple):
    """What a referral's properties say (vault format, Referral).

    Attributes:
        partner: name that the link gives.
        direction: `in` or `out`.
        status: one of STATUSES, as written where it is none.
        client: `R-` and a random code, or empty.
        id: as stored, or derived from vault id and path.
    """

    path: str
    partner: str
    direction: str
    date: dt.date | None
    status: str = ""
    client: str = ""
    reason: str = ""
    closed: dt.date | None = None
    acknowledged: dt.date | None = None
    id: str = ""

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it yet."""
        return self.closed is None and self.status not in CLOSED
