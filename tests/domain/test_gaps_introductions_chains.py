"""Introductions: who could introduce us, the warmest first (guide, line 9)."""

from collections import defaultdict
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.gaps_introductions_suggestions import TIES, Introduction, Network, Person, introductions

TODAY = date(2026, 11, 23)
Who = dict[int, date | None]


def network(ties: list[tuple[int, int, str]], in_touch: Who, places: dict[str, list[int]] | None = None) -> Network:
    """People 0 to 9; those in touch with the day of the last touch."""
    known: dict[int, dict[int, str]] = defaultdict(dict)
    for one, other, tie in ties:
        known[one][other] = known[other][one] = tie
    places = places or {}
    people = {
        key: Person(
            key, f"P{key}", f"P{key}.md", key in in_touch, in_touch.get(key),
            frozenset(place for place, members in places.items() if key in members),
        )
        for key in range(10)
    }  # fmt: skip
    return Network(people, known, places)


def ways(found: Network, steps: int = 3) -> list[tuple[list[int], tuple[str, ...]]]:
    return [([person.key for person in way.people], way.ties) for way in introductions(found, 0, TODAY, steps)]


def test_every_kind_of_tie_leads_to_somebody() -> None:
    """Introduced by, knows, one workplace, a link in a note."""
    days: Who = {key: date(2026, 11, 20) for key in (1, 2, 3, 4)}
    found = network([(0, 4, "link"), (0, 2, "knows"), (1, 0, "introduced_by")], days, {"clinic": [3, 0]})
    assert ways(found) == [
        ([1, 0], ("introduced_by",)), ([2, 0], ("knows",)), ([3, 0], ("organization",)), ([4, 0], ("link",)),
    ]  # fmt: skip


def test_who_was_seen_of_late_comes_first() -> None:
    """Warmth is the recency of contact with whom to ask; without a day it is least."""
    ties = [(0, key, "knows") for key in (1, 2, 3)]
    found = network(ties, {1: None, 2: date(2026, 3, 1), 3: date(2026, 11, 1)})
    assert [people[0] for people, _ in ways(found)] == [3, 2, 1]


def test_a_shorter_way_comes_first() -> None:
    """Of two people seen on one day the one who knows them; every step more counts the days once more."""
    ties = [(0, 1, "knows"), (0, 2, "knows"), (2, 3, "knows")]
    assert [people for people, _ in ways(network(ties, {1: TODAY, 3: TODAY}))] == [[1, 0], [3, 2, 0]]
    assert [people for people, _ in ways(network(ties, {1: date(2026, 9, 1), 3: TODAY}))] == [[3, 2, 0], [1, 0]]
    assert [p for p, _ in ways(network(ties, {1: date(2026, 11, 1), 3: date(2026, 11, 5)}))] == [[1, 0], [3, 2, 0]]


def test_a_way_starts_with_somebody_in_touch_and_has_at_most_three_steps() -> None:
    """Found and resting partners can stand between, but can't be asked; the number is a setting."""
    chain = [(0, 1, "knows"), (1, 2, "knows"), (2, 3, "knows"), (3, 4, "knows")]
    assert ways(network(chain, {3: TODAY})) == [([3, 2, 1, 0], ("knows",) * 3)]
    assert ways(network(chain, {4: TODAY})) == []
    assert ways(network(chain, {4: TODAY}), steps=4) != []
    assert ways(network(chain, {})) == []


def test_a_way_ends_at_the_first_whom_we_know() -> None:
    """Nobody is asked to ask somebody whom we could ask ourselves."""
    found = network([(0, 1, "knows"), (1, 2, "knows")], {1: date(2025, 1, 1), 2: TODAY})
    assert [people for people, _ in ways(found)] == [[1, 0]]


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(TIES)).filter(lambda t: t[0] != t[1])),
    st.sets(st.integers(1, 9)), st.integers(1, 4),
)  # fmt: skip
def test_a_way_is_one(ties: list[tuple[int, int, str]], in_touch: set[int], steps: int) -> None:
    """It leads over real ties to whom is to be met, everybody once, one way for each whom to ask."""
    found = network(ties, dict.fromkeys(in_touch, TODAY))
    all_ways: list[Introduction] = introductions(found, 0, TODAY, steps)
    for way in all_ways:
        keys = [person.key for person in way.people]
        assert keys[-1] == 0
        assert [person.in_touch for person in way.people[:-1]] == [True, *[False] * (len(keys) - 2)]
        assert len(set(keys)) == len(keys) == len(way.ties) + 1 <= steps + 1
        assert all(found.ties[a][b] == tie for a, b, tie in zip(keys, keys[1:], way.ties, strict=False))
    assert len({way.people[0].key for way in all_ways}) == len(all_ways)
