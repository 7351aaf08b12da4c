"""`rounds plan` and `rounds meet`: what will be."""

import re

import pytest

from cli.running import Runner

DANA = "Partners/Dana Whitlock.md"


def test_a_follow_up_with_its_day(rounds: Runner) -> None:
    """The words become a task line with a due date and a block id of its own."""
    text = rounds.good("plan", "dana", "send the one-pager", "--by", "friday")
    assert re.fullmatch(r"Dana Whitlock: - \[ \] send the one-pager 📅 2026-11-27 \^f-\w{4}\n", text)
    assert "- [ ] send the one-pager 📅 2026-11-27 ^f-" in rounds.note(DANA)


def test_time_and_kind(rounds: Runner) -> None:
    """A time leads the line, then the kind."""
    text = rounds.good("plan", "dana", "the fax number", "--by", "2026-12-01", "--at", "9am", "--kind", "call")
    assert "- [ ] 09:00 call: the fax number 📅 2026-12-01" in text


def test_json_of_some_time(rounds: Runner) -> None:
    """Without --by a follow-up has no date."""
    answer = rounds.json("plan", "dana", "ask about the group")
    assert (answer["due"], answer["time"], answer["planned"]["path"]) == (None, None, DANA)
    assert "📅" not in answer["planned"]["lines"][0]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("plan", "dana", "x", "--by", "blursday"), 2),
        (("plan", "dana", "--by", "friday"), 2),
        (("plan", "dana", "x", "--at", "9:00"), 2),
        (("plan", "dana", "x", "--by", "friday", "--at", "friday"), 2),
        (("plan", "xyzzy", "x", "--by", "friday"), 3),
        (("plan", "sam", "x", "--by", "friday"), 4),
        (("plan", "ines", "x", "--by", "friday"), 1),
        (("meet", "dana"), 2),
        (("meet", "dana", "whenever"), 2),
        (("meet", "ines", "tomorrow"), 1),
        (("plan", "dana", "x", "--by", "friday", "--at", "25:30"), 2),
        (("plan", "dana", "x", "--by", "tue 25:30"), 2),
        (("plan", "dana", "x", "--by", "tue 12:30", "--at", "13:00"), 2),
        (("plan", "dana", "x", "--by", "tue", "--at", "friday 9am"), 2),
    ],
)
def test_what_can_not_be_planned(rounds: Runner, words: tuple[str, ...], code: int) -> None:
    """Each fault has its exit code, and nothing is written."""
    before = rounds.note(DANA), rounds.note("Partners/Ines Calloway.md")
    assert rounds(*words).exit_code == code
    assert (rounds.note(DANA), rounds.note("Partners/Ines Calloway.md")) == before


def test_nobody_to_plan_with(nobody: Runner) -> None:
    """An empty vault says how to add somebody."""
    result = nobody("plan", "dana", "x", "--by", "friday")
    assert result.exit_code == 3
    assert "rounds add" in result.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("tue 12:30", "Heart Coffee"), "- [ ] 12:30 coffee: at Heart Coffee 📅 2026-11-24"),
        (("tue", "12:30", "at", "Heart", "Coffee"), "- [ ] 12:30 coffee: at Heart Coffee 📅 2026-11-24"),
        (("tomorrow",), "- [ ] coffee: with Dana Whitlock 📅 2026-11-24"),
        (("2026-12-01 9am", "--kind", "meeting"), "- [ ] 09:00 meeting: with Dana Whitlock 📅 2026-12-01"),
        (("dec", "3", "noon"), "- [ ] 12:00 coffee: with Dana Whitlock 📅 2026-12-03"),
    ],
)
def test_a_coffee(rounds: Runner, words: tuple[str, ...], line: str) -> None:
    """As many of the words as name a day and a time are WHEN; the rest is the place."""
    assert line in rounds.good("meet", "dana", *words)
    assert line in rounds.note(DANA)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("meet", "dana", "tue 12:30", "Heart", "--for", "45m"), "12:30 coffee: at Heart for 45 min"),
        (("meet", "dana", "tue 12:30", "Heart", "--travel", "1 h"), "12:30 coffee: at Heart, travel 60 min"),
        (("meet", "dana", "tue 12:30", "--for", "90"), "12:30 coffee: with Dana Whitlock for 90 min"),
        (
            ("plan", "dana", "ask", "--by", "tue 9am", "--kind", "Visit", "--place", "Nel", "--for", "an hour"),
            "09:00 visit: at Nel for 60 min, ask",
        ),
        (("plan", "dana", "--by", "tue", "--kind", "lunch", "--place", "Nel"), "lunch: at Nel"),
        (("plan", "dana", "ask", "--by", "tue 9am", "--kind", "call", "--for", "15 min"), "09:00 call: ask for 15 min"),
    ],
)
def test_place_length_and_travel(rounds: Runner, words: tuple[str, ...], line: str) -> None:
    """They are words of the line, so that a phone can type them too."""
    assert f"- [ ] {line} 📅 2026-11-24" in rounds.good(*words)
    assert f"- [ ] {line} 📅 2026-11-24" in rounds.note(DANA)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("meet", "dana", "tue 12:30", "--for", "soon"), "soon can't be read as a length of time"),
        (("meet", "dana", "tue 12:30", "--travel", "2 days"), "2 days can't be read as a length of time"),
        (("meet", "dana", "tue", "--for", "45m"), "a length or a travel time needs a time of day"),
        (
            ("meet", "dana", "tue 12:30", "Heart", "--kind", "call", "--for", "0 min", "--travel", "25 h"),
            "25 h can't be read",
        ),
        (("plan", "dana", "ask", "--by", "tue", "--kind", "call", "--place", "Nel"), "only a meeting has a place"),
    ],
)
def test_a_length_or_place_that_can_not_be(rounds: Runner, words: tuple[str, ...], message: str) -> None:
    """Nothing is written."""
    before = rounds.note(DANA)
    result = rounds(*words)
    assert (result.exit_code, rounds.note(DANA)) == (2, before)
    assert message in result.stderr.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("25:30",), "25:30"),
        (("tue 25:30",), "25:30"),
        (("tue", "at", "13pm", "Heart"), "13pm"),
        (("tue", "2026-13-40"), "2026-13-40"),
        (("tue", "12/25"), "12/25"),
        (("tue", "feb", "30", "Heart"), "feb 30"),
        (("tue", "12:30-13:30", "Heart"), "12:30-13:30"),
        (("tue", "at", "5"), "5"),
        (("tue", "friday"), "friday"),
    ],
)
def test_what_was_meant_as_a_time_is_no_place(rounds: Runner, words: tuple[str, ...], meant: str) -> None:
    """A time or day that can't be is an error that names it, and nothing is written."""
    before = rounds.note(DANA)
    result = rounds("meet", "dana", *words)
    assert result.exit_code == 2
    assert meant in result.stderr.splitlines()[0]
    assert rounds.note(DANA) == before


@pytest.mark.parametrize("place", ["24 Main St", "5th Ave Diner", "Friday's", "Cafe 12:30", "Market 5"])
def test_places_may_hold_numbers(rounds: Runner, place: str) -> None:
    """A house number or a name is none of a time."""
    assert f"coffee: at {place} 📅 2026-11-24" in rounds.good("meet", "dana", "tue", place)


def test_a_plan_for_the_past_is_written_and_said(rounds: Runner) -> None:
    """People backfill; who mistyped the day hears of it, on stderr."""
    for words in (("plan", "dana", "send it", "--by", "yesterday"), ("meet", "dana", "yesterday")):
        result = rounds(*words)
        assert result.exit_code == 0
        assert result.stderr.startswith("Note: yesterday is in the past, so it's already overdue.")
        assert "📅 2026-11-22" in rounds.note(DANA)
    assert rounds("plan", "dana", "x", "--by", "today").stderr == ""


def test_meet_json(rounds: Runner) -> None:
    """Day and time are told apart."""
    answer = rounds.json("meet", "dana", "tue 12:30", "Heart")
    assert list(answer) == ["planned", "due", "time"]
    assert (answer["due"], answer["time"]) == ("2026-11-24", "12:30")


def test_another_appointment_at_the_same_minute_is_said(nobody: Runner) -> None:
    """With another partner or the same one, when it is planned or moved; what is done, or has no time, is none."""
    for who in ("Dana Whitlock", "Sam Lee"):
        nobody.good("add", who)
    assert nobody("meet", "dana", "2026-12-01 12:30", "Heart").stderr == ""
    assert nobody("plan", "dana", "the form", "--by", "2026-12-01").stderr == ""
    assert nobody("meet", "sam", "2026-12-01 12:31").stderr == ""
    nobody.good("plan", "sam", "the handout", "--by", "2026-12-01", "--at", "12:30")
    told = "At the same time: coffee, Dana Whitlock, the handout, Sam Lee.\n"
    assert nobody("plan", "sam", "call back", "--by", "2026-12-01", "--at", "12:30", "--kind", "call").stderr == told
    moved = nobody("later", "dana", "1 dec 12:31", "--number", "1")
    assert "At the same time: coffee, Sam Lee.\n" in moved.stderr
