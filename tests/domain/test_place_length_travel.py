"""Place, length and travel time in the words of a planned meeting."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.domain.log_followups import MEETINGS
from rounds.domain.place_length_travel import (
    LONGEST,
    is_online,
    length_of,
    minutes_of,
    place_of,
    planned_words,
    travel_of,
)
from rounds.errors import UsageError


@pytest.mark.parametrize(
    ("words", "place", "length", "travel"),
    [
        ("at Heart", "Heart", 0, None),
        ("at the bakery on Alder, ask how long", "the bakery on Alder", 0, None),
        ("At Heart for 45 min", "Heart", 45, None),
        ("with Dana at Heart Coffee for 1 h 30 min, travel 20 min, ask", "Heart Coffee", 90, 20),
        ("at Heart for an hour and a half, 15 min travel", "Heart", 90, 15),
        ("at Heart for 2.5 hours with Sam", "Heart", 150, None),
        ("at 12 Main St. Then home", "12 Main St", 0, None),
        ("at Café Nord (2nd floor)", "Café Nord", 0, None),
        ("at Door to Hope - ask", "Door to Hope", 0, None),
        ("for half an hour at Heart", "", 30, None),
        ("about the group for 15 minutes", "", 15, None),
        ("at   Heart\tfor  90m", "Heart", 90, None),
        ("travel 0 min", "", 0, 0),
    ],
)
def test_the_words_say_where_and_how_long(words: str, place: str, length: int, travel: int | None) -> None:
    assert (place_of(words, "coffee"), length_of(words), travel_of(words)) == (place, length, travel)


@pytest.mark.parametrize(
    "words",
    [
        "", "at", "at noon", "at 3 pm", "at 5", "video, she sends the link", "look at Heart", "ask for 20 min of her time",
        "for 3 kids", "for 20 minute walks", "about travel 20 minutes away", "waits for 9999 min", "for 25 h", "for 0 min",
    ],
)  # fmt: skip
def test_other_words_say_nothing(words: str) -> None:
    """The calendar then shows the meeting as it always did."""
    assert (place_of(words, "coffee"), length_of(words), travel_of(words)) == ("", 0, None)


def test_only_a_meeting_has_a_place() -> None:
    """`call: at her request` names none."""
    assert place_of("at her request", "call") == place_of("at her request", "") == ""


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20m", 20), ("45 min", 45), ("1.5h", 90), ("an hour", 60), ("Half an hour", 30), ("1 h 30 min", 90), ("2h30m", 150),
        ("90", 90), (" 10 ", 10), ("0", 0), ("24 h", LONGEST), ("24 h 1 min", None), ("1441", None), ("soon", None), ("", None),
        ("-5", None), ("5 days", None),
    ],
)  # fmt: skip
def test_a_length_of_time(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


def test_nobody_travels_to_a_screen() -> None:
    assert all(is_online(place, "coffee") for place in ("Zoom", "https://meet.example.org/x", "her Google Meet room"))
    assert is_online("Heart", "video")
    assert not is_online("Zoomers Café", "coffee")


@given(
    st.sampled_from(["", "ask", "ask about openings, twice"]),
    st.sampled_from(["", "Heart", "12 Main St", "Zoë's"]),
    st.sampled_from(["", "1 min", "1.5 h", "600"]),
    st.sampled_from(["", "0", "5 min", "an hour"]),
    st.sampled_from(sorted(MEETINGS)),
)
def test_what_is_planned_reads_back(text: str, place: str, length: str, travel: str, kind: str) -> None:
    words = planned_words(text, place, length, travel, kind=kind, timed=True)
    assert place_of(words, kind) == place
    assert length_of(words) == (minutes_of(length) or 0)
    assert travel_of(words) == minutes_of(travel)
    assert text in words


@pytest.mark.parametrize(
    ("place", "length", "travel", "kind", "timed", "message"),
    [
        ("Heart", "", "", "call", True, "only a meeting has a place"),
        ("Heart", "", "", "", True, "only a meeting has a place"),
        ("", "20 min", "", "coffee", False, "needs a time of day"),
        ("", "", "20 min", "coffee", False, "needs a time of day"),
        ("", "soon", "", "coffee", True, "soon can't be read"),
        ("", "", "30 min", "coffee", True, "two travel times"),
    ],
)
def test_what_does_not_fit_is_an_error(
    *, place: str, length: str, travel: str, kind: str, timed: bool, message: str
) -> None:
    """And the words stay as typed, in the form or the shell's history."""
    with pytest.raises(UsageError, match=message):
        planned_words("at noon, travel 5 min", place, length, travel, kind=kind, timed=timed)
