"""Introductions: who of the people we are in touch with could introduce us to somebody (guide, line 9)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

TIES = ("introduced_by", "knows", "organization", "link")
"""What connects two partners, the closest first: an introduction, acquaintance, one workplace, a link in a note."""


_WORDS: Mapping[str, str] = {
    "introduced_by": "know each other from an introduction",
    "knows": "know each other",
    "organization": "work at the same place",
    "link": "are named together in your notes",
}


class Person(NamedTuple):
    """A partner in the network.

    Attributes:
        in_touch: whether we know each other: the stage is met or active.
        last: the day of the last touch.
        places: where they work; all who share one know each other.
    """

    key: int
    name: str
    path: str
    in_touch: bool = False
    last: dt.date | None = None
    places: frozenset[str] = frozenset()


class Network(NamedTuple):
    """Who is tied to whom.

    Attributes:
        people: by key.
        ties: of each person to others, one of TIES; the same both ways.
        places: who works at each.
    """

    people: Mapping[int, Person]
    ties: Mapping[int, Mapping[int, str]]
    places: Mapping[str, Sequence[int]]


class Introduction(NamedTuple):
    """A way from somebody we are in touch with to somebody else.

    Attributes:
        people: whom to ask first, then over whom, at last who is to be met.
        ties: what connects each of them with the next.
    """

    people: tuple[Person, ...]
    ties: tuple[str, ...]

    def in_words(self) -> list[str]:
        """What ties each to the next, such as `Ana and Ben know each other`."""
        pairs = zip(pairwise(self.people), self.ties, strict=True)
        return [f"{one.name} and {other.name} {_WORDS[tie]}" for (one, other), tie in pairs]

    def sort_key(self, today: dt.date) -> tuple[object, ...]:
        """Sort key, the warmest first: days since the last touch, counted once for every step."""
        last = self.people[0].last
        days = max(0, (today - last).days) + 1 if last is not None else 100_000
        return days * len(self.ties), len(self.ties), [*map(TIES.index, self.ties)], self.people[0].name


def introductions(network: Network, who: int, today: dt.date, steps: int) -> list[Introduction]:
    """Everybody we are in touch with who could lead to a person, each by a shortest way, the warmest first.

    A way ends at the first of them: nobody has to be asked to ask somebody whom we know ourselves.

    Args:
        network: of all partners.
        who: key of the person to be met.
        today: of the practice.
        steps: how many introductions a way may take at most.
    """
    way: dict[int, tuple[int, ...]] = {who: (who,)}
    ties: dict[int, tuple[str, ...]] = {who: ()}
    found: list[Introduction] = []
    edge, been = [who], set[str]()
    for _ in range(steps):
        reached: list[int] = []
        for person in edge:
            for other, tie in _near(network, person, been):
                if other in way:
                    continue
                way[other], ties[other] = (other, *way[person]), (tie, *ties[person])
                if network.people[other].in_touch:
                    found.append(Introduction(tuple(network.people[key] for key in way[other]), ties[other]))
                else:
                    reached.append(other)
        edge = reached
    return sorted(found, key=lambda each: each.sort_key(today))


def _near(network: Network, person: int, been: set[str]) -> list[tuple[int, str]]:
    """Who is tied to a person, the closest first; a workplace is looked into once."""
    near = sorted(network.ties.get(person, {}).items(), key=lambda tie: TIES.index(tie[1]))
    places = network.people[person].places - been
    been |= places
    return near + [(other, "organization") for place in sorted(places) for other in network.places.get(place, ())]
