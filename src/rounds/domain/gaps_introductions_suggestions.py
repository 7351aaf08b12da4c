"""The network: gaps, chains of introductions, and partners to contact this month (guide, lines 1 to 9)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from rounds.domain.log_followups import MEETINGS, OUTREACH
from rounds.domain.partner_referral_release import STAGES
from rounds.domain.phrases import counted
from rounds.domain.query.fields import fold
from rounds.domain.reminders.reminder import day_month

MET = frozenset({"met", "active"})
"""Stages of partners who have been met, even without a meeting in the log."""


class Niche(NamedTuple):
    """A niche and its roles.

    Attributes:
        own: whether the practice lists it as its own; the others count for every practice.
    """

    name: str
    roles: tuple[str, ...]
    own: bool = True


class Role(NamedTuple):
    """A partner type.

    Attributes:
        names: other names for the same role.
        where: where to find such partners.
        path: of its note in the playbook; empty if there is none.
    """

    name: str
    names: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    path: str = ""


class Cell(NamedTuple):
    """A niche and role.

    Attributes:
        role: its name, and where to look.
        stages: number of partners in each stage, in stage order.
        met: number of known partners who have been met.
    """

    niche: Niche
    role: Role
    stages: Mapping[str, int]
    met: int = 0

    @property
    def known(self) -> int:
        """Number of known partners, without those who are not a fit."""
        return sum(number for stage, number in self.stages.items() if stage != STAGES[-1])

    @property
    def empty(self) -> bool:
        """Whether no partner is known."""
        return not self.known

    @property
    def open(self) -> bool:
        """Whether no partner has been met."""
        return not self.met

    def order(self) -> tuple[object, ...]:
        """Sort key: nobody known first, then nobody met; own niches before others."""
        return (not self.empty, not self.open, not self.niche.own)


def has_met(stage: str, *, logged: bool) -> bool:
    """Whether a partner counts as met: by stage, or while resting by a meeting in the log (guide, line 23).

    A partner who is not a fit never counts.
    """
    return stage in MET or (stage == "resting" and logged)


def gaps(
    niches: Sequence[Niche], roles: Iterable[Role], partners: Iterable[tuple[Iterable[str], str, bool, int]]
) -> list[Cell]:
    """A cell for every niche and role, in the given order.

    Args:
        niches: in display order.
        roles: of the playbook; a niche may name other roles too.
        partners: role names, stage (an unknown one counts as found), whether the log has a meeting, and number of
            partners.
    """
    known = {fold(name): role for role in roles for name in (*role.names, role.name)}
    for name in [name for niche in niches for name in niche.roles]:
        known.setdefault(fold(name), Role(name))
    counts: dict[str, dict[str, int]] = {role.name: dict.fromkeys(STAGES, 0) for role in known.values()}
    met = dict.fromkeys(counts, 0)
    for names, stage, logged, number in partners:
        for role_name in {known[name].name for name in map(fold, names) if name in known}:
            counts[role_name][stage if stage in STAGES else STAGES[0]] += number
            met[role_name] += number if has_met(stage, logged=logged) else 0
    return [
        Cell(niche, role, counts[role.name], met[role.name]) for niche in niches for role in _roles_of(niche, known)
    ]


def _roles_of(niche: Niche, known: Mapping[str, Role]) -> Iterable[Role]:
    return dict.fromkeys(known[fold(name)] for name in niche.roles)


TIES = ("introduced_by", "knows", "organization", "link")
"""Kinds of connection, closest first: an introduction, acquaintance, shared workplace, link in a note."""


_WORDS: Mapping[str, str] = {
    "introduced_by": "know each other from an introduction",
    "knows": "know each other",
    "organization": "work at the same place",
    "link": "are named together in your notes",
}


class Person(NamedTuple):
    """A partner in the network.

    Attributes:
        in_touch: whether the stage is met or active.
        last: the day of the last touch.
        places: workplaces; people who share one know each other.
    """

    key: int
    name: str
    path: str
    in_touch: bool = False
    last: dt.date | None = None
    places: frozenset[str] = frozenset()


class Network(NamedTuple):
    """People and their ties.

    Attributes:
        people: by key.
        ties: of each person to others, each one of TIES; symmetric.
        places: people by workplace.
    """

    people: Mapping[int, Person]
    ties: Mapping[int, Mapping[int, str]]
    places: Mapping[str, Sequence[int]]


class Introduction(NamedTuple):
    """A chain of people from one of our contacts to the target.

    Attributes:
        people: from first contact to target.
        ties: the tie between each person and the next.
    """

    people: tuple[Person, ...]
    ties: tuple[str, ...]

    def tie_phrases(self) -> list[str]:
        """The ties in words, such as `Ana and Ben know each other`."""
        pairs = zip(pairwise(self.people), self.ties, strict=True)
        return [f"{one.name} and {other.name} {_WORDS[tie]}" for (one, other), tie in pairs]

    def sort_key(self, today: dt.date) -> tuple[object, ...]:
        """Sort key, warmest first: days since the last touch, multiplied by the number of steps."""
        last = self.people[0].last
        days = max(0, (today - last).days) + 1 if last is not None else 100_000
        return days * len(self.ties), len(self.ties), [*map(TIES.index, self.ties)], self.people[0].name


def introductions(network: Network, who: int, today: dt.date, steps: int) -> list[Introduction]:
    """Shortest chains to a person, one for each of our contacts who can start one, warmest first.

    Only the first person in a chain is one of our contacts.

    Args:
        who: key of the target.
        steps: highest number of introductions in a chain.
    """
    way: dict[int, tuple[int, ...]] = {who: (who,)}
    ties: dict[int, tuple[str, ...]] = {who: ()}
    found: list[Introduction] = []
    edge, been = [who], set[str]()
    for _ in range(steps):
        reached: list[int] = []
        for person in edge:
            for other, tie in _neighbors(network, person, been):
                if other in way:
                    continue
                way[other], ties[other] = (other, *way[person]), (tie, *ties[person])
                if network.people[other].in_touch:
                    found.append(Introduction(tuple(network.people[key] for key in way[other]), ties[other]))
                else:
                    reached.append(other)
        edge = reached
    return sorted(found, key=lambda each: each.sort_key(today))


def _neighbors(network: Network, person: int, been: set[str]) -> list[tuple[int, str]]:
    """People tied to a person, closest first; each workplace is visited once."""
    near = sorted(network.ties.get(person, {}).items(), key=lambda tie: TIES.index(tie[1]))
    places = network.people[person].places - been
    been |= places
    return near + [(other, "organization") for place in sorted(places) for other in network.places.get(place, ())]


FIRST_CONTACT = OUTREACH | MEETINGS | {"intro"}
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

    def summary(self, day: dt.date) -> str:
        """The progress in words: `November: 1 of 3 new partners contacted, 1 chosen and still to write to`."""
        chosen = f", {self.chosen} chosen and still to write to" if self.chosen else ""
        if self.contacted >= self.goal:
            return f"{day:%B}: {counted(self.contacted, 'new partner')} contacted, the goal is {self.goal}{chosen}"
        return f"{day:%B}: {self.contacted} of {counted(self.goal, 'new partner')} contacted{chosen}"


class Suggestion(NamedTuple):
    """A possible partner to contact.

    Attributes:
        gap: the niche and role that this partner would fill, if nobody was met for it yet.
        introducer: a person who could introduce us.
        has_email, has_phone: from the partner or the organization.
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
        found.append(f"last tried on {day_month(self.tried)} {self.tried.year}" if self.tried else "not tried yet")
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


def suggest(candidates: Iterable[Suggestion], number: int) -> list[Suggestion]:
    """The next partners to contact; once one fills a gap, it no longer counts for the others."""
    firsts: dict[str, Suggestion] = {}
    others: list[Suggestion] = []
    for candidate in sorted(candidates, key=Suggestion.order):
        if candidate.gap is None or candidate.gap.role.name in firsts:
            others.append(candidate._replace(gap=None))
        else:
            firsts[candidate.gap.role.name] = candidate
    return sorted([*firsts.values(), *others], key=Suggestion.order)[:number]
