"""Introductions: chains of acquaintances that lead to a new contact (guide, line 9)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

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
    """A chain of people from a contact of ours to the target.

    Attributes:
        people: from first contact to target.
        ties: the tie between each person and the next.
    """

    people: tuple[Person, ...]
    ties: tuple[str, ...]

    def in_words(self) -> list[str]:
        """The ties in words, such as `Ana and Ben know each other`."""
        pairs = zip(pairwise(self.people), self.ties, strict=True)
        return [f"{one.name} and {other.name} {_WORDS[tie]}" for (one, other), tie in pairs]

    def sort_key(self, today: dt.date) -> tuple[object, ...]:
        """Sort key, warmest first: days since the last touch, multiplied by the number of steps."""
        last = self.people[0].last
        days = max(0, (today - last).days) + 1 if last is not None else 100_000
        return days * len(self.ties), len(self.ties), [*map(TIES.index, self.ties)], self.people[0].name


def introductions(network: Network, who: int, today: dt.date, steps: int) -> list[Introduction]:
    """Shortest chains to a person, one for each contact of ours who can start one, warmest first.

    A chain has only one contact of ours, its first person.

    Args:
        network: of all partners.
        who: key of the target.
        today: the practice's current date.
        steps: highest number of introductions in a chain.
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
    """People tied to a person, closest first; each workplace is visited once."""
    near = sorted(network.ties.get(person, {}).items(), key=lambda tie: TIES.index(tie[1]))
    places = network.people[person].places - been
    been |= places
    return near + [(other, "organization") for place in sorted(places) for other in network.places.get(place, ())]
