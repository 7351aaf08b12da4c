"""Nobody's words are lost on the command line: each word is written, or is what the date and time say."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.running import TODAY, Runner
from rounds.errors import DateError
from rounds.notes.dates import parse_moment

NOTE = Path("Partners") / "Ann Ito.md"
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            ["call", "coffee", "prefers", "fax", "until", "by", "since", "before", "on", "at", "the", "5th", "20", "jan", "nov", "2019", "2/3", "12:30", "10am", "noon", "to", "friday", "mon", "tue", "yesterday", "tomorrow", "2026-12-01", "next", "week", "in", "two", "weeks", "ago", "📅", "by", "[due::", "x]", "✅", "🔁", "every", "^f-abc", "@kim", "#tag", "(a)", ":", "|", "é", "`x`", "[[Sam]]", "##", ">", "1.", "may", "sat"]
        ),
        st.text(max_size=4),
    ).filter(lambda word: word.strip() and not word.startswith("-") and not {*"\0\r"} & {*word}),
    min_size=1,
    max_size=6,
)  # fmt: skip


TODAY_DATE = date.fromisoformat(TODAY)


@pytest.fixture
def ann(nobody: Runner) -> Runner:
    nobody.good("add", "Ann Ito")
    return nobody


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_what_is_logged_and_planned_says_all_that_was_typed(ann: Runner, typed: list[str]) -> None:
    """What can't be written so is refused, and nothing is written."""
    for command in (("log", "ann", "note"), ("plan", "ann")):
        before = ann.note(str(NOTE))
        result = ann(*command, *typed, "--keep-as-is")  # what looks like a client's name is another test's
        written = words(ann.note(str(NOTE))) - words(before)
        if result.exit_code:
            assert (result.exit_code, ann.note(str(NOTE))) == (2, before)
        else:
            assert not words(" ".join(typed)) - words("ann ito") - written, result.output


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
def test_a_meeting_says_all_that_was_typed(ann: Runner, typed: list[str]) -> None:
    """What is not in its text is its day and time."""
    before = ann.note(str(NOTE))
    result = ann("meet", "ann", "tomorrow", *typed)
    if result.exit_code:
        assert ann.note(str(NOTE)) == before
        return
    written = words(ann.note(str(NOTE))) - words(before)
    missing = words(" ".join(typed)) - words("ann ito tomorrow") - written
    count = next((n for n in range(len(typed), -1, -1) if _names(["tomorrow", *typed[:n]])), 0)
    assert not missing - words(" ".join(typed[:count])), result.output


def _names(typed: list[str]) -> bool:
    try:
        parse_moment(" ".join(typed), today=TODAY_DATE)
    except DateError:
        return False
    return True
