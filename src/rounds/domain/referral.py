"""Referrals in and out: at most a random code for the client (guide, Compliance facts)."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

DIRECTIONS = ("in", "out")
STATUSES = ("sent", "received", "acknowledged", "scheduled", "started", "completed", "declined", "lost")
CLOSED = frozenset({"completed", "declined", "lost"})
ACKNOWLEDGED = "acknowledged"
FIRST = {"out": "sent", "in": "received"}
"""The status of a new referral."""

REASONS = ("assessment", "therapy", "medication", "medical", "school", "legal", "other")

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Alphabet without letters that look like digits."""

CODE_LENGTH = 6
_CODE = re.compile(f"R-[{CROCKFORD}]{{4,8}}")
TYPED_CODE = re.compile(r"(?<![^\W_])R[-\u00ad\u2010-\u2015\u2212][0-9A-HJKMNP-TV-Z]{4,8}(?![^\W_])", re.IGNORECASE)
"""A client code as people may type it."""


def is_code(text: str) -> bool:
    """Whether a text is a valid client code: `R-` and 4 to 8 Crockford characters."""
    return _CODE.fullmatch(text) is not None


def refusal(text: str) -> str:
    """Why a text isn't a client code, without repeating the text; empty if it is one.

    Initials derive from a name, so they are identifiers (45 CFR 164.514(b)(2)).
    """
    if is_code(text):
        return ""
    bare = re.sub(r"[\s.]", "", text.removeprefix("R-"))
    if bare.isalpha() and len(bare) <= 3:
        return "initials derive from a client's name, so they are kept out of the vault"
    if len(bare) > 8:
        return "that is longer than a code; names and record numbers of clients are kept out of the vault"
    return "that is no client code; a name, or anything else that derives from a client, is kept out of the vault"


class Referral(NamedTuple):
    """A referral's properties (vault format, Referral).

    Attributes:
        partner: name in the link, or name of the linked partner.
        direction: `in` or `out`.
        status: one of STATUSES; an unknown one as written.
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
        """Whether it hasn't been closed."""
        return self.closed is None and self.status not in CLOSED

    def days(self, today: dt.date) -> int | None:
        """Days it has been open, or was open before it was closed; None if a date is missing."""
        end = today if self.is_open else self.closed
        return None if self.date is None or end is None else max(0, (end - self.date).days)

    def how_long(self, today: dt.date) -> str:
        """The duration in words: `open 1 day`, `closed after 30 days`; empty if a date is missing."""
        days = self.days(today)
        if days is None:
            return ""
        return f"{'open' if self.is_open else 'closed after'} {days} day{'' if days == 1 else 's'}"

    def order(self, today: dt.date) -> tuple[object, ...]:
        """Sort key: open ones first, longest open first; then closed ones, last closed first."""
        day = (self.date or dt.date.min).toordinal()
        return (not self.is_open, day if self.is_open else -(self.closed or self.date or today).toordinal(), self.path)


def at_odds(referrals: Iterable[Referral]) -> Iterator[tuple[Referral, Referral]]:
    """Contradictory referrals of one client code: an incoming one, and the code's first.

    A known client may be referred on to anybody and sent back by any of them. But an incoming referral from a partner
    without an earlier referral of the code is about another person: one code stands for two people.
    """
    seen: list[Referral] = []
    for referral in sorted(referrals, key=lambda r: (r.date or dt.date.max, r.direction == "out", r.path)):
        if referral.direction == "in" and seen and all(r.partner != referral.partner for r in seen):
            yield referral, seen[0]
        seen.append(referral)
