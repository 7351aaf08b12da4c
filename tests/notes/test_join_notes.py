"""Two notes about one person as one: properties, log, follow-ups and text."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rounds.errors import EditRefusedError
from rounds.notes.document import Document
from rounds.notes.merge.join_notes import Differing, comments, joined_body, joined_properties
from rounds.notes.read_note import parse_note

KEPT = """
## About

Knows schools.

## Follow-ups

- [ ] call: ask 📅 2026-11-20 ^f-aaaa

## Log

- 2026-11-02 email: wrote
- 2026-11-20 coffee: fax
  second line
"""
OTHER = """# Sam Leigh

## About

Does EMDR.

- a list
  of hers

Second paragraph.

## Follow-ups

- [x] call: ask 📅 2026-11-20 ✅ 2026-11-19 ^f-bbbb
- [ ] send it by 2026-12-05 ^f-aaaa

## Training

Took the course.

## Log

- 2026-11-02 email: wrote
- 2026-11-10 call: hi

  its second paragraph
- 2026-12-01 meeting: later
"""
BOTH = """
## About

Knows schools.

Does EMDR.

- a list
  of hers

Second paragraph.

## Follow-ups

- [x] call: ask 📅 2026-11-20 ✅ 2026-11-19 ^f-aaaa
- [ ] send it by 2026-12-05 ^f-aaaa-2

## Training

Took the course.

## Log

- 2026-11-02 email: wrote
- 2026-11-10 call: hi

  its second paragraph
- 2026-11-20 coffee: fax
  second line
- 2026-12-01 meeting: later
"""


def test_a_body_gets_what_only_the_other_one_says() -> None:
    """By section, the log by date, doubles once, a tick kept, each mark unique; a heading of the name alone left out."""
    assert joined_body(KEPT, OTHER, "Sam Leigh") == BOTH


def test_once_more_changes_nothing() -> None:
    assert joined_body(BOTH, KEPT) == BOTH
    assert joined_body(KEPT, KEPT) == KEPT
    assert joined_body(KEPT, "") == KEPT
    assert joined_body("", KEPT) == KEPT


@pytest.mark.parametrize(
    ("kept", "other", "both"),
    [
        ("## Log\n\n- 2026-11-20 b\n- 2026-11-02 a\n", "## Log\n\n- 2026-11-10 c\n- 2026-12-01 d\n",
         "## Log\n\n- 2026-12-01 d\n- 2026-11-20 b\n- 2026-11-10 c\n- 2026-11-02 a\n"),
        ("## Log\n", "## Log\n- 2026-11-10 c\n", "## Log\n\n- 2026-11-10 c\n"),
        ("text\r\n\r\n## Log\r\n\r\n- 2026-11-20 b\r\n", "## Log\n- 2026-11-10 c\n",
         "text\r\n\r\n## Log\r\n\r\n- 2026-11-10 c\r\n- 2026-11-20 b\r\n"),
        ("no end", "## Log\n- 2026-11-10 c", "no end\n\n## Log\n- 2026-11-10 c\n"),
        ("- [ ] a\n", "- [x] a ✅ 2026-11-01\n", "- [x] a ✅ 2026-11-01\n"),
        ("- [x] a ✅ 2026-11-01\n", "- [ ] a\n", "- [x] a ✅ 2026-11-01\n"),
        ("- [x] a ✅ 2026-11-01\n", "- [x] a ✅ 2026-11-02\n", "- [x] a ✅ 2026-11-01\n- [x] a ✅ 2026-11-02\n"),
        ("- [ ] a 📅 2026-11-01\n", "- [ ] a 📅 2026-11-02\n", "- [ ] a 📅 2026-11-01\n- [ ] a 📅 2026-11-02\n"),
        ("- [ ] a ^f-1\n", "- [ ] a ^f-2\n", "- [ ] a ^f-1\n"),
        ("same\n\nmine\n", "same\n", "same\n\nmine\n"),
        ("a\n\nb\n", "c\n\nd\n", "a\n\nb\n\nc\n\nd\n"),
        ("%% 2026 %%\n", "```\n- 2026-11-10 call: in code\n\n# too\n```\n", "%% 2026 %%\n\n```\n- 2026-11-10 call: in code\n\n# too\n```\n"),
        ("- [ ] a\n  - [ ] inner\n", "- [ ] b\n  - [ ] inner\n", "- [ ] a\n  - [ ] inner\n- [ ] b\n  - [ ] inner\n"),
        ("## People\n- Ana\n", "## People\n- Bo\n", "## People\n- Ana\n- Bo\n"),
        ("- [ ] a\n- [x] a ✅ 2026-11-01\n", "  indented\n", "  indented\n\n- [ ] a\n- [x] a ✅ 2026-11-01\n"),
        ("## Log\n\n- 2026-11-02 a\n", "## Log\n\n\tindented\n\nmore\n", "## Log\n\n\tindented\n\nmore\n\n- 2026-11-02 a\n"),
        ("## A\n", "## B\n\n- [ ] a ^f-1\n\n## A\n\n- [x] a ✅ 2026-11-01\n", "## A\n\n## B\n\n- [x] a ✅ 2026-11-01 ^f-1\n"),
        ("text\n\n- [ ] a\n", "  indented\n", "text\n\n  indented\n\n- [ ] a\n"),
    ],
)  # fmt: skip
def test_joined(kept: str, other: str, both: str) -> None:
    assert joined_body(kept, other) == both


@pytest.mark.parametrize("open_", ["%% never closed\n", "```\ncode\n", "<!-- x\n"])
def test_what_would_hide_the_rest_is_refused(open_: str) -> None:
    with pytest.raises(EditRefusedError):
        joined_body(KEPT, open_)
    with pytest.raises(EditRefusedError):
        joined_body(open_, KEPT)


LINES = st.sampled_from([
    "", "", "## About", "## Log", "# Sam", "### Deep", "words", "more words", "  indented", "- 2026-11-02 call: a", "- 2026-11-20 email: b",
    "- 2026-12-01 coffee @kim: c", "  of the entry", "- [ ] call: x 📅 2026-11-20 ^f-aaaa", "- [x] call: x 📅 2026-11-20 ✅ 2026-11-19",
    "- [ ] y by 2026-12-05", "- item", "> quote", "| a | b |", "```", "%%", "%% hidden %%", "#tag [[Sam Lee]]", "1. one", "\t- [ ] nested",
])  # fmt: skip
BODIES = st.lists(LINES, max_size=14).map("\n".join)


@given(BODIES, BODIES)
@example("\n", "\n\n")
@example("- [ ] call: x 📅 2026-11-20 ^f-aaaa\n- [x] call: x 📅 2026-11-20 ✅ 2026-11-19", "  indented")
@example("## About", "## Log\n- [ ] call: x 📅 2026-11-20 ^f-aaaa\n## About\n- [x] call: x 📅 2026-11-20 ✅ 2026-11-19")
def test_no_word_is_lost(kept: str, other: str) -> None:
    """Every line of both is there, as what it was; entries and follow-ups that both have are there once."""
    try:
        both = joined_body(kept, other)
    except EditRefusedError:
        return
    for line in f"{kept}\n{other}".split("\n"):
        plain = re.sub(r" \^[\w-]+$", "", line).strip()
        ticked = plain.replace("[ ]", "[x]")
        assert plain in both or ticked in both
    log, followups = _read(both)
    for text in (kept, other):
        entries, tasks = _read(text)
        assert {*entries} <= {*log}
        assert {*tasks} <= {*followups}
    blocks = re.findall(r"\^([\w-]+)$", both, re.MULTILINE)
    is_one = all(len(re.findall(r"\^f-aaaa$", text, re.MULTILINE)) < 2 for text in (kept, other))
    assert len(blocks) == len({*blocks}) or not is_one
    assert joined_body(both, kept) == both


def _read(text: str) -> tuple[list[tuple[object, str, str]], list[str]]:
    """Day, kind and words of its entries; the words of its follow-ups."""
    _, note = parse_note("Partners/Sam Lee.md", f"---\ntype: partner\n---\n{text}".encode(), ())
    return [(entry.date, entry.kind, entry.text) for entry in note.log], [task.text for task in note.followups]


def changes(kept: dict[str, object], other: dict[str, object], *take: str) -> dict[str, object]:
    values, _ = joined_properties(
        kept, other, names=("Sam Lee", "Sam Leigh"), take=take, is_self=lambda text: text == "[[Sam Lee]]"
    )
    assert values.pop("aliases") == ["Sam Leigh"]
    return values


@pytest.mark.parametrize(
    ("kept", "other", "new"),
    [
        ({"city": "Bend"}, {"city": "Salem"}, {}),
        ({"city": None}, {"city": "Salem"}, {"city": "Salem"}),
        ({"city": "bend"}, {"city": "Bend"}, {}),
        ({"email": "a@x.org"}, {"email": ["A@x.org", "b@x.org"]}, {"email": ["a@x.org", "b@x.org"]}),
        ({"email": "a@x.org, c@x.org"}, {"email": "b@x.org"}, {"email": ["a@x.org", "c@x.org", "b@x.org"]}),
        ({}, {"email": "b@x.org"}, {"email": "b@x.org"}),
        ({"phone": "503-555-0144"}, {"phone": "+1 (503) 555 0144"}, {}),
        ({"insurance": ["Aetna"]}, {"insurance": "Moda, aetna"}, {"insurance": ["Aetna", "Moda"]}),
        ({"id": "a", "type": "partner", "name": "x"}, {"id": "b", "type": "organization", "name": "y"}, {}),
        ({"last_contact": "2026-01-02"}, {"last_contact": "2026-03-04"}, {"last_contact": "2026-03-04"}),
        ({"last_contact": "2026-03-04"}, {"last_contact": "2026-01-02"}, {}),
        ({"knows": ["[[Sam Lee]]", "[[A]]"]}, {}, {"knows": ["[[A]]"]}),
        ({"not_same": "[[Sam Lee]]"}, {"not_same": ["[[Sam Lee]]"]}, {"not_same": None}),
        ({"introduced_by": "[[A]]"}, {"introduced_by": "[[B]]"}, {"introduced_by": ["[[A]]", "[[B]]"]}),
        ({"accepting": "open"}, {"accepting": "full", "accepting_checked": "2026-03-04"}, {}),
        ({"accepting": "open"}, {"accepting": "open", "accepting_checked": "2026-03-04"},
         {"accepting_checked": "2026-03-04"}),
        ({"accepting": "open", "accepting_checked": "2026-05-01"}, {"accepting": "open", "accepting_checked": "2026-03-04"}, {}),
        ({}, {"accepting": "full", "accepting_checked": "2026-03-04"},
         {"accepting": "full", "accepting_checked": "2026-03-04"}),
        ({"favorite_cafe": "Heart"}, {"favorite_cafe": ["Coava"]}, {"favorite_cafe": ["Heart", "Coava"]}),
        ({}, {"telehealth": False}, {"telehealth": False}),
    ],
)  # fmt: skip
def test_properties(kept: dict[str, object], other: dict[str, object], new: dict[str, object]) -> None:
    assert changes(kept, other) == new


def test_values_that_differ_are_told_and_can_be_taken() -> None:
    kept, other = (
        {"city": "Bend", "accepting": "open"},
        {"city": "Salem", "accepting": "full", "accepting_checked": "2026-03-04"},
    )
    _, differing = joined_properties(kept, other, names=("Sam Lee", "Sam Leigh"))
    assert differing == [
        Differing("city", "Bend", "Salem"), Differing("accepting", "open", "full"), Differing("accepting_checked", None, "2026-03-04"),
    ]  # fmt: skip
    assert changes(dict(kept), dict(other), "accepting") == {"accepting": "full", "accepting_checked": "2026-03-04"}


def test_names_become_aliases_once() -> None:
    values, _ = joined_properties(
        {"aliases": ["Sammy"]}, {"aliases": "sammy, Sam Lee, S. L."}, names=("Sam Lee", "Sam Leigh")
    )
    assert values == {"aliases": ["Sammy", "Sam Leigh", "S. L."]}
    assert joined_properties({}, {}, names=("Sam Lee", "sam lee"))[0] == {}


def test_comments_of_the_front_matter() -> None:
    assert comments(Document.parse(b"---\n# one\nrole: x # with it\n  # two\n---\n# no\n")) == ["# one", "# two"]
