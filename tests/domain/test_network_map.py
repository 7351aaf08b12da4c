"""Who knows whom: neighbors, ways to be introduced, and how both are drawn."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.gaps_introductions_suggestions import TIES, Network, Person
from rounds.domain.network_map import AGES, Line, Mapped, all_lines, around, branches, center, tie_words

TODAY = date(2026, 12, 1)
ANA = Person(1, "Ana", "Ana.md", in_touch=True, last=date(2026, 11, 1), places=frozenset({"oak"}))
BEN = Person(2, "Ben", "Ben.md")
CARA = Person(3, "Cara", "Cara.md", in_touch=True, last=date(2025, 1, 1), places=frozenset({"oak"}))
DEV = Person(4, "Dev", "Dev.md", places=frozenset({"oak"}))
ALONE = Person(5, "Finn", "Finn.md")
NETWORK = Network(
    {each.key: each for each in (ANA, BEN, CARA, DEV, ALONE)},
    {1: {2: "knows"}, 2: {1: "knows", 3: "introduced_by"}, 3: {2: "introduced_by"}},
    {"oak": [1, 3, 4]},
)


def test_around_somebody_you_know_are_neighbors_and_who_they_could_introduce() -> None:
    found = around(NETWORK, ANA.key, TODAY, 3)
    assert found.ways == ()
    assert [(each.person.name, each.tie, each.is_way) for each in found.neighbors] == [
        ("Ben", "knows", True),
        ("Cara", "organization", False),
        ("Dev", "organization", True),
    ]
    assert center(found, 80) == ["       ┌─────┐", "you ── ┤ Ana │", "       └┬────┘"]
    assert branches(found, 80) == ["        ├┄┄ ", "        ├── ", "        └┄┄ "]
    assert tie_words(found.neighbors[0]) == "know each other, you could be introduced"


def test_to_somebody_new_leads_the_warmest_way() -> None:
    found = around(NETWORK, BEN.key, TODAY, 3)
    assert [way.people[0].name for way in found.ways] == ["Ana", "Cara"]
    assert center(found, 80)[1] == "you ── Ana ┄┄ ┤ Ben │"
    assert tie_words(found.neighbors[0]) == "from an introduction, could introduce you"
    assert center(found, 30) == ["you ── Ana ┄┄", "  ┌─────┐", "  │ Ben │", "  └┬────┘"]
    assert branches(found, 30) == ["   ├┄┄ ", "   └┄┄ "]


def test_a_partner_without_ties_stands_alone() -> None:
    found = around(NETWORK, ALONE.key, TODAY, 3)
    assert center(found, 80) == ["┌──────┐", "│ Finn │", "└──────┘"]
    assert branches(found, 80) == []


def test_every_tie_is_one_line_and_a_workplace_only_where_it_helps() -> None:
    """From Dev, who only a colleague could introduce, to the colleague of the last touch; not to each."""
    assert all_lines(NETWORK) == [
        Line(1, 2, "knows", is_way=True),
        Line(1, 4, "organization", is_way=True),
        Line(2, 3, "introduced_by", is_way=True),
    ]


def test_how_long_ago_the_last_touch_was() -> None:
    days = [None, date(2026, 12, 1), date(2026, 8, 31), date(2026, 8, 30), date(2025, 11, 30), date(2025, 11, 29)]
    found = [Mapped(1, "Ana", last=each).age(TODAY) for each in days]
    assert found == ["never", "recent", "recent", "this-year", "this-year", "earlier"]
    assert set(found) == set(AGES)


PEOPLE = st.lists(st.tuples(st.booleans(), st.sampled_from(["", "oak", "elm"])), min_size=1, max_size=8)
PAIRS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from(TIES)), max_size=20)


@given(PEOPLE, PAIRS, st.integers(1, 120))
def test_every_neighbor_has_one_branch_and_the_box_is_closed(
    people: list[tuple[bool, str]], pairs: list[tuple[int, int, str]], room: int
) -> None:
    known = {
        key: Person(key, f"P{key}", "", in_touch, TODAY, frozenset({place} - {""}))
        for key, (in_touch, place) in enumerate(people)
    }
    ties: dict[int, dict[int, str]] = {}
    for one, other, tie in pairs:
        if one != other and one in known and other in known:
            ties.setdefault(one, {})[other] = ties.setdefault(other, {})[one] = tie
    places = {each: [key for key, (_, place) in enumerate(people) if place == each] for each in ("oak", "elm")}
    network = Network(known, ties, places)
    for key in known:
        found = around(network, key, TODAY, 3)
        drawn, before = center(found, room), branches(found, room)
        assert len(before) == len(found.neighbors)
        assert len({len(line) for line in drawn[-3:]}) == 1
        assert all(line.index("├" if "├" in line else "└") == drawn[-1].index("┬") for line in before)
    lines = all_lines(network)
    assert len({(line.one, line.other) for line in lines}) == len(lines)
    assert {tie for line in lines for tie in [line.tie]} <= set(TIES)
