"""What is saved comes back as it was; anything else is an error that callers expect."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.storage.json_codec import DAMAGED, decode, encode


class Rank(IntEnum):
    FIRST = 0
    SECOND = 1


class Pair(NamedTuple):
    name: str
    day: dt.date | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class State:
    pair: Pair
    stamp: dt.datetime
    time: dt.time | None = None
    rank: Rank = Rank.FIRST
    number: int = 0
    sets: tuple[str, str] | None = None
    pairs: tuple[Pair, ...] = ()
    by_name: Mapping[str, int] = ()  # type: ignore[assignment]


NAIVE = (dt.datetime(1971, 1, 1), dt.datetime(9998, 1, 1))  # noqa: DTZ001 - hypothesis adds the zone
DAYS = st.none() | st.dates()
PAIRS = st.builds(Pair, st.text(), DAYS, st.booleans())
STATES = st.builds(
    State,
    PAIRS,
    st.datetimes(*NAIVE, timezones=st.just(dt.UTC)),
    st.none() | st.times(),
    st.sampled_from(Rank),
    st.integers(),
    st.none() | st.tuples(st.text(), st.text()),
    st.lists(PAIRS).map(tuple),
    st.dictionaries(st.text(), st.integers()),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*State.__dataclass_fields__, "name", "x"]), inner),
    max_leaves=10,
)


@given(STATES)
def test_every_state_comes_back_as_it_was(state: State) -> None:
    assert decode(State, json.loads(encode(state))) == state


@given(JSON)
def test_anything_else_is_an_error_that_callers_expect(value: Any) -> None:
    for kind in (State, Pair, tuple[Pair, ...], Mapping[str, Pair], tuple[str, dt.date]):
        try:
            found: object = decode(kind, value)
        except DAMAGED:
            continue
        assert isinstance(found, State | tuple | dict)


def test_a_named_tuple_may_be_an_array_or_an_object_and_what_is_missing_has_its_default() -> None:
    """An empty text stands for None; a key of a later version is passed over."""
    assert decode(Pair, ["Ana", ""]) == decode(Pair, {"name": "Ana", "mood": "good"}) == Pair("Ana")
    assert encode(Pair("Ana")) == b'["Ana",null,false]'


@pytest.mark.parametrize(
    "value", [["Ana", None, 0], ["Ana", None, "x"], [1], [], {}, ["Ana", 3], ["Ana", None, True, 1], "Ana", None]
)
def test_a_value_of_another_type_is_damage(value: object) -> None:
    """1 is not true, and a field without a default can't be missing."""
    with pytest.raises(DAMAGED):
        decode(Pair, value)
