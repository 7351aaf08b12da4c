"""Who knows whom: the people around one partner, and all ties of the network."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from rounds.domain.gaps_introductions_suggestions import TIES, Introduction, Network, Person, introductions

TIE_WORDS: Mapping[str, str] = {
    "introduced_by": "from an introduction",
    "knows": "know each other",
    "organization": "same workplace",
    "link": "named together",
}


class Neighbor(NamedTuple):
    """A partner beside the one in the middle.

    Attributes:
        tie: one of TIES.
        is_way: whether you are in touch with one of the two only, who could then introduce you to the other.
    """

    person: Person
    tie: str
    is_way: bool


class Around(NamedTuple):
    """The people around one partner.

    Attributes:
        ways: introductions to the partner, warmest first; none to somebody you are in touch with.
        neighbors: closest ties first, those you are in touch with before others.
    """

    person: Person
    ways: tuple[Introduction, ...]
    neighbors: tuple[Neighbor, ...]


def around(network: Network, who: int, today: date, steps: int) -> Around:
    """The people around a partner.

    Args:
        who: key of the partner.
        steps: highest number of introductions in a way.
    """
    person = network.people[who]
    ties = dict(network.ties.get(who, {}))
    for place in person.places:
        for other in network.places.get(place, ()):
            if other != who:
                ties[other] = min(ties.get(other, "organization"), "organization", key=TIES.index)
    found = [
        Neighbor(network.people[key], tie, network.people[key].in_touch != person.in_touch) for key, tie in ties.items()
    ]
    found.sort(key=lambda each: (TIES.index(each.tie), not each.person.in_touch, each.person.name.casefold()))
    ways = () if person.in_touch else tuple(introductions(network, who, today, steps))
    return Around(person, ways, tuple(found))


class Line(NamedTuple):
    """A tie between two partners, by their keys.

    Attributes:
        is_way: as in `Neighbor`.
    """

    one: int
    other: int
    tie: str
    is_way: bool


def all_lines(network: Network) -> list[Line]:
    """Every tie once; of a workplace only its ways: from those you aren't in touch with to one colleague you are."""
    people = network.people
    found = {
        (min(one, other), max(one, other)): tie for one, ties in network.ties.items() for other, tie in ties.items()
    }
    for members in network.places.values():
        known = [key for key in members if people[key].in_touch]
        if known:
            last = max(known, key=lambda key: (people[key].last or date.min, people[key].name))
            for key in members:
                if not people[key].in_touch:
                    found.setdefault((min(key, last), max(key, last)), "organization")
    return [
        Line(one, other, tie, people[one].in_touch != people[other].in_touch)
        for (one, other), tie in sorted(found.items())
    ]


class Mapped(NamedTuple):
    """A partner on the map of the whole network.

    Attributes:
        role, stage, place: as written; empty if not.
        last: the day of the last touch.
    """

    key: int
    name: str
    role: str = ""
    stage: str = ""
    place: str = ""
    last: date | None = None
    in_touch: bool = False

    def age(self, today: date) -> str:
        """How long ago the last touch was: one of AGES."""
        if self.last is None:
            return "never"
        days = (today - self.last).days
        return "recent" if days <= 92 else "this-year" if days <= 366 else "earlier"


AGES: Mapping[str, str] = {
    "recent": "last three months",
    "this-year": "last twelve months",
    "earlier": "longer ago",
    "never": "no touch yet",
}
"""How long ago a last touch was, with its words."""


ALONE = "Nobody around them is known yet. Ties come from who introduced you, who they know, and where they work."
"""Said of a partner without ties."""

Width = Callable[[str], int]
"""How many columns a text takes."""


def center(found: Around, room: int, width: Width = len) -> list[str]:
    """The partner in a box, and the way there from you: dashed where you would be introduced.

    Args:
        room: columns. If they're too few for both, the way stands above the box.
    """
    names = [each.name for each in found.ways[0].people[:-1]] if found.ways else []
    lead = "you ── " if found.person.in_touch else " ┄┄ ".join([f"you ── {names[0]}", *names[1:], ""]) if names else ""
    name, pad = found.person.name, " " * width(lead)
    above = width(lead) + width(name) + 4 > room // 2
    if above:
        pad = "  "
    across = "─" * (width(name) + 2)
    side = "│" if above or not lead else "┤"
    foot = f"┬{across[1:]}" if found.neighbors else across
    box = [f"{pad}┌{across}┐", f"{pad if above else lead}{side} {name} │", f"{pad}└{foot}┘"]
    return [lead.rstrip(), *box] if above and lead else box


def branches(found: Around, room: int, width: Width = len) -> list[str]:
    """What stands before each neighbor below the box: `├── `, or `├┄┄ ` for a possible introduction."""
    last = len(found.neighbors)
    pad = center(found, room, width)[-1].partition("└")[0]
    return [
        f"{pad} {'└' if number == last else '├'}{'┄┄' if each.is_way else '──'} "
        for number, each in enumerate(found.neighbors, 1)
    ]


def tie_words(each: Neighbor) -> str:
    """The tie of a neighbor in words: `know each other, could introduce you`."""
    words = TIE_WORDS[each.tie]
    if not each.is_way:
        return words
    return f"{words}, could introduce you" if each.person.in_touch else f"{words}, you could be introduced"
