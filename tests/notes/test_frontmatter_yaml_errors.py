"""What is wrong with a broken note: where it begins, and a hint that mends it when it is followed to the letter."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notes.strategies import STEADY, notes
from rounds.errors import Level, Problem
from rounds.notes.document import Document

_HINT = re.compile(
    r"(?P<words>[^`]*?)"
    r"(?:, (?P<side>above|below) line (?P<beside>\d+)| \(lines? (?P<first>\d+)(?: to (?P<last>\d+))?\))?"
    r"(?:: `(?P<text>.*)`)?\.",
    re.DOTALL,
)
"""What to do; which lines, if not the one of the problem; what stands there afterwards, line by line."""


def followed(text: str, problem: Problem) -> str:
    """The file after somebody did what the hint says, and nothing else."""
    hint = _HINT.fullmatch(problem.hint)
    assert hint is not None, problem.hint
    lines = text.split("\n")
    new = hint["text"].split("`, then `") if hint["text"] else []
    assert new or hint["words"] in {"Remove the line", "Remove the lines"}, problem.hint
    if hint["side"]:
        at = int(hint["beside"]) - (hint["side"] == "above")
        return "\n".join([*lines[:at], *new, *lines[at:]])
    first = int(hint["first"] or problem.line)
    last = int(hint["last"] or first)
    return "\n".join([*lines[: first - 1], *new, *lines[last:]])


def errors(text: str) -> list[Problem]:
    return [problem for problem in Document.parse(text.encode()).problems if problem.level is Level.ERROR]


# Before; line and column where the mistake begins; the hint; after it was followed.
BROKEN: list[tuple[str, int, int, str, str]] = [
    (row["before"], row["line"], row["column"], row["hint"], row["after"])
    for row in json.loads((Path(__file__).parents[1] / "golden" / "mends.json").read_text("utf-8"))
]


@pytest.mark.parametrize(("before", "line", "column", "hint", "after"), BROKEN)
def test_following_the_hint_alone_mends_the_note(before: str, line: int, column: int, hint: str, after: str) -> None:
    """A problem stands where the mistake begins; its hint, followed to the letter, makes the note readable."""
    (problem,) = errors(before)
    assert (problem.line, problem.column, problem.hint) == (line, column, hint)
    assert followed(before, problem) == after
    assert errors(after) == []
    assert Document.parse(after.encode()).properties


@pytest.mark.parametrize("before", [row[0] for row in BROKEN])
def test_a_mend_loses_no_word(before: str) -> None:
    """What somebody wrote is still there; only signs, blanks and marks of git may go."""
    (problem,) = errors(before)
    words = re.sub(r"(?m)^(?:<{7}|={7}|>{7}).*$|\bn?\d[.)]", "", before)
    after = followed(before, problem)
    assert [word for word in re.findall(r"\w+", words) if word not in after] == []


@pytest.mark.parametrize("before", [row[0] for row in BROKEN])
def test_words_of_yaml_are_left_out(before: str) -> None:
    """Messages are for people who never heard of YAML's grammar."""
    (problem,) = errors(before)
    assert not re.search(r"scalar|flow|sequence|mapping|node|parse|token|anchor", problem.message + problem.hint)


def test_each_broken_property_is_told() -> None:
    """Three mistakes are three problems, each at its own line; whoever mends all three is done."""
    text = "---\nrole pediatrician\nhandle: @sam\nstage: met\ntags: [a\n---\n"
    found = errors(text)
    assert [(problem.line, problem.column) for problem in found] == [(2, 1), (3, 9), (5, 7)]
    for problem in reversed(found):
        text = followed(text, problem)
    assert text == '---\nrole: pediatrician\nhandle: "@sam"\nstage: met\ntags: [a]\n---\n'
    assert errors(text) == []


@pytest.mark.parametrize(
    ("before", "line", "hint"),
    [
        ("---\nrole: a\nrole: b\n---\n", 3, "Keep one of the two, and remove the other: line 2 has it already."),
        (
            "---\nWe met at the conference.\nNice people.\n---\n", 2,
            "If this is the text of the note, put an empty line above the first line with ---.",
        ),
        (
            "---\n\nWe met at the conference.\n", 1,
            "If this is the text of the note, put an empty line above the first line with ---.",
        ),
        (
            '---\n{"role": "x"\n "stage": "met"}\n---\n', 3,
            "Look for a missing comma, quote or bracket here, or write the properties as lines of `name: value`.",
        ),
        (
            "---\n<<<<<<< HEAD\nrole: a\n=======\nrole: b\n>>>>>>> other\n---\n", 2,
            "Keep one of the two versions and remove the lines with <<<<<<<, ======= and >>>>>>>.",
        ),
    ],
)  # fmt: skip
def test_a_choice_is_left_to_whoever_mends(before: str, line: int, hint: str) -> None:
    """Where only the user can know what was meant the hint says what there is to choose."""
    assert [(problem.line, problem.hint) for problem in errors(before)] == [(line, hint)]


@pytest.mark.parametrize(
    "text",
    [
        "\nkey: no property of ours\n",
        "Hello\n\n---\nrole: x\n---\n",
        "\n---\nmood: good\n---\n",
        "----\n\nText below a ruler\n\n----\n",
        "\n---\nrole: x\n",
    ],
)
def test_a_ruler_opens_nothing(text: str) -> None:
    """Text that begins with a ruler, or has one later, is text."""
    assert errors(text) == []


@pytest.mark.parametrize("sign", ["-", "\u2013", "\u2014"])
def test_a_dash_in_the_place_of_the_colon(sign: str) -> None:
    """Not the end of the value above, which would change that one."""
    (problem,) = errors(f"---\ntype: partner\nrole {sign} coach\n---\n")
    assert (problem.line, problem.hint) == (3, "Put a colon after the name: `role: coach`.")


def test_several_lines_without_a_colon() -> None:
    """Each is a property, and none a part of the value above."""
    (problem,) = errors("---\ntype: partner\ncity Portland\nstage met\nrole: x\n---\n")
    assert problem.message == "There is no colon after the name."
    assert problem.hint == "Put a colon after each name (lines 3 to 4): `city: Portland`, then `stage: met`."


def test_a_key_before_an_indented_one_is_not_lost() -> None:
    """The quick parser stops at the second line of ` type: x` and `role: y`, and says nothing."""
    (problem,) = errors("---\n type: partner\nrole: x\n---\n")
    assert (problem.line, problem.hint) == (2, "Move it to the start: `type: partner`.")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("name: &Sam Lee", "&Sam Lee without quotes loses &Sam when it is read."),
        ("name: !Sam Lee", "!Sam Lee without quotes loses !Sam when it is read."),
        (
            "\u200brole: x",
            "This line starts with an invisible character, so its name is not what it seems.",
        ),
    ],
)
def test_what_is_lost_in_silence_is_a_warning(line: str, message: str) -> None:
    """Never silently wrong (vault format, Reading): the note can be read, but not as it looks."""
    (problem,) = Document.parse(f"---\nstage: met\n{line}\n---\n".encode()).problems
    assert (problem.line, problem.level, problem.message) == (3, Level.WARNING, message)


def test_an_anchor_that_is_used_is_no_warning() -> None:
    """`&x` is right where `*x` refers to it."""
    assert Document.parse(b"---\nbase: &b shared\nother: *b\n---\n").problems == ()


def test_one_broken_property_between_anchors() -> None:
    """An entry that refers to another one's value isn't broken for standing alone."""
    found = errors("---\nbase: &b shared\nother: *b\nrole x\n---\n")
    assert [(problem.line, problem.hint) for problem in found] == [(4, "Put a colon after the name: `role: x`.")]


@pytest.mark.parametrize(
    "block",
    [
        "".join(f"key{number}: value\n" for number in range(5_000)) + "role x\n",
        "tags:\n" + "  - a\n" * 5_000 + "  - @b\n",
        "about: @" + "a b " * 50_000 + "\n",
        "about: " + " " * 100_000 + "x: y: z\n",
        "x: " + "[" * 3_000 + "\n",
        "role x\n" * 3_000,
    ],
    ids=["many keys", "many items", "long line", "many blanks", "many brackets", "many mistakes"],
)
def test_a_broken_note_takes_no_time(block: str) -> None:
    """No quadratic time, however broken a note is."""
    start = time.perf_counter()
    assert errors(f"---\n{block}---\n")
    assert time.perf_counter() - start < 5


@STEADY
@given(notes(), st.integers(0, 10_000), st.sampled_from([*"[]{}\"'`@%&*!|>:#-,\t\\ \n", "\xa0", "：", ""]))
def test_any_broken_note_has_problems_with_places_and_hints(text: str, place: int, sign: str) -> None:
    """Whatever is typed where, the answer is a place in the file and something to do."""
    at = place % (len(text) + 1)
    torn = text[:at] + sign + text[at + (not sign) :]
    for problem in Document.parse(torn.encode()).problems:
        assert 1 <= problem.line <= torn.count("\n") + 1
        assert problem.column >= 1
        assert problem.hint
