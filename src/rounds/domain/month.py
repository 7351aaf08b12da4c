"""The month: how many new partners were contacted, and whom to contact next (guide, lines 5 and 9)."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from rounds.domain.gaps import Cell
from rounds.domain.introductions import Person
from rounds.domain.reminders.reminder import in_words
from rounds.domain.touch import MEETINGS, OUTREACH

FIRST = OUTREACH | MEETINGS | {"intro"}
"""Kinds of touches of which the first makes a partner contacted."""

HEARD = MEETINGS | {"reply", "referral"}
"""Kinds of touches after which somebody is no new partner any more."""

CHANNELS = ("warm introduction", "personal email", "short call", "event")
"""How to reach somebody, the best first (guide, line 9)."""


class Month(NamedTuple):
    """How this month stands.

    Attributes:
        goal: new partners wanted.
        contacted: partners whose first outreach lies in this month.
        chosen: partners who were put on this month and are still to be contacted.
    """

    goal: int
    contacted: int
    chosen: int

    def in_words(self, day: dt.date) -> str:
        """How it stands, such as `November: 1 of 3 new partners contacted, 1 chosen and still to write to`."""
        chosen = f", {self.chosen} chosen and still to write to" if self.chosen else ""
        if self.contacted >= self.goal:
            partners = "new partner" if self.contacted == 1 else "new partners"
            return f"{day:%B}: {self.contacted} {partners} contacted, the goal is {self.goal}{chosen}"
        partners = "new partner" if self.goal == 1 else "new partners"
        return f"{day:%B}: {self.contacted} of {self.goal} {partners} contacted{chosen}"


class Candidate(NamedTuple):
    """A partner who could be contacted.

    Attributes:
        gap: the niche and role in which nobody has been met, if the partner would fill one.
        introducer: who could introduce us.
        has_email, has_phone: their own, or their organization's.
        connection: what is personal, as noted.
        tried: the day of the last try.
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
        """The best way to reach them: a call only where there is neither introduction nor email (guide, line 9)."""
        ways = (self.introducer is not None, self.has_email, self.has_phone, True)
        return CHANNELS[ways.index(True)]

    def reasons(self) -> list[str]:
        """Why them, in words."""
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
        """Sort key, the most worthwhile first: a gap of an own niche, the best channel, who was not tried yet."""
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
    """Whom to contact next; once somebody stands for a role, it is no gap for the others."""
    firsts: dict[str, Candidate] = {}
    others: list[Candidate] = []
    for candidate in sorted(candidates, key=Candidate.order):
        if candidate.gap is None or candidate.gap.role.name in firsts:
            others.append(candidate._replace(gap=None))
        else:
            firsts[candidate.gap.role.name] = candidate
    return sorted([*firsts.values(), *others], key=Candidate.order)[:number]
