"""Monthly outreach: new partners contacted, and suggestions for the next ones (guide, lines 5 and 9)."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from rounds.domain.gaps import Cell
from rounds.domain.introductions import Person
from rounds.domain.reminders.reminder import in_words
from rounds.domain.touch import MEETINGS, OUTREACH

FIRST = OUTREACH | MEETINGS | {"intro"}
"""Kinds of touches that make a partner contacted."""

HEARD = MEETINGS | {"reply", "referral"}
"""Kinds of touches after which a partner is no longer new."""

CHANNELS = ("warm introduction", "personal email", "short call", "event")
"""Ways to make contact, best first (guide, line 9)."""


class Month(NamedTuple):
    """Progress of this month.

    Attributes:
        goal: number of new partners wanted.
        contacted: partners with their first outreach in this month.
        chosen: partners chosen for this month and not contacted yet.
    """

    goal: int
    contacted: int
    chosen: int

    def in_words(self, day: dt.date) -> str:
        """The progress in words: `November: 1 of 3 new partners contacted, 1 chosen and still to write to`."""
        chosen = f", {self.chosen} chosen and still to write to" if self.chosen else ""
        if self.contacted >= self.goal:
            partners = "new partner" if self.contacted == 1 else "new partners"
            return f"{day:%B}: {self.contacted} {partners} contacted, the goal is {self.goal}{chosen}"
        partners = "new partner" if self.goal == 1 else "new partners"
        return f"{day:%B}: {self.contacted} of {self.goal} {partners} contacted{chosen}"


class Candidate(NamedTuple):
    """A possible partner to contact.

    Attributes:
        gap: the niche and role without anybody met that this partner would fill, if any.
        introducer: a person who could introduce us.
        has_email, has_phone: from the partner or the organization.
        connection: the personal connection, as noted.
        tried: the day of the last attempt.
    """

    key: int
    name: str
    path: str
    gap: Cell | None = None
    introducer: Person | None = None
    has_email: bool = False
    has_phone: bool = False
    connection: str = ""
    tried: dt.date | None = None

    @property
    def channel(self) -> str:
        """The best channel: a call only without an introduction and an email address (guide, line 9)."""
        ways = (self.introducer is not None, self.has_email, self.has_phone, True)
        return CHANNELS[ways.index(True)]

    def reasons(self) -> list[str]:
        """The reasons to contact them, in words."""
        found = []
        if self.gap:
            found.append(f"no {self.gap.role.name} met yet ({self.gap.niche.name})")
        if self.introducer:
            found.append(f"{self.introducer.name} could introduce you")
        if self.connection:
            found.append(f"something personal: {self.connection}")
        found.append(f"last tried on {in_words(self.tried)} {self.tried.year}" if self.tried else "not tried yet")
        return found

    def order(self) -> tuple[object, ...]:
        """Sort key, most worthwhile first: a gap in an own niche, the best channel, partners not tried yet."""
        gap = 2 if self.gap is None else 0 if self.gap.niche.own else 1
        last = self.introducer.last if self.introducer else None
        return (
            gap,
            CHANNELS.index(self.channel),
            self.tried or dt.date.min,
            not self.connection,
            -(last or dt.date.min).toordinal(),
            self.name,
        )


def suggest(candidates: Iterable[Candidate], number: int) -> list[Candidate]:
    """The next partners to contact; once one fills a gap, it no longer counts for the others."""
    firsts: dict[str, Candidate] = {}
    others: list[Candidate] = []
    for candidate in sorted(candidates, key=Candidate.order):
        if candidate.gap is None or candidate.gap.role.name in firsts:
            others.append(candidate._replace(gap=None))
        else:
            firsts[candidate.gap.role.name] = candidate
    return sorted([*firsts.values(), *others], key=Candidate.order)[:number]
