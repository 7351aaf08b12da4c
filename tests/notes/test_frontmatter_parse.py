"""Front matter: the split, the reading, and the problems of the golden cases."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import frontmatter as python_frontmatter
import pytest
from hypothesis import assume, given

from notes.strategies import STEADY, notes
from rounds.errors import EditRefusedError, Level
from rounds.notes.document import Document
from rounds.notes.frontmatter.fences_quoting import split
from rounds.notes.frontmatter.parse import read
from rounds.notes.post import Handler

GOLDEN = Path(__file__).parents[1] / "golden" / "frontmatter"
CASES = sorted(path.stem for path in GOLDEN.glob("*.md"))


def expected(case: str) -> Any:
    return json.loads((GOLDEN / f"{case}.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_reads_the_weird_cases_as_obsidian_does(case: str) -> None:
    """Every row of the weird front matter is read as expected, or is a problem with line, column and a hint."""
    document = Document.parse((GOLDEN / f"{case}.md").read_bytes())
    want = expected(case)
    assert document.properties == want["properties"]
    assert [
        {"line": p.line, "column": p.column, "level": p.level.value, "message": p.message, "hint": p.hint}
        for p in document.problems
    ] == want["problems"]
    assert document.body_line == want["body_line"]
    assert all(problem.hint for problem in document.problems)


@pytest.mark.parametrize("case", CASES)
def test_edits_the_weird_cases_as_expected(case: str) -> None:
    """Each edit of a golden case gives exactly the expected file."""
    data = (GOLDEN / f"{case}.md").read_bytes()
    document = Document.parse(data)
    for edit in expected(case)["edits"]:
        name, *arguments = edit["call"]
        assert bytes(getattr(document, name)(*arguments)).decode() == edit["text"]
    assert bytes(document) == data


@pytest.mark.parametrize("case", CASES)
def test_a_weird_case_is_restored_or_refused(case: str) -> None:
    """A new key that is removed again leaves the same bytes; an unreadable note is refused and left alone."""
    data = (GOLDEN / f"{case}.md").read_bytes()
    document = Document.parse(data)
    if document.readable and case not in {"json", "explicit-key", "indented-keys", "no-front-matter"}:
        assert bytes(document.set("new", "value").remove("new")) == data
    elif case != "no-front-matter":
        with pytest.raises(EditRefusedError):
            document.set("new", "value")


def test_every_golden_case_is_there() -> None:
    """The rows of the weird front matter; a case that is dropped is missed."""
    assert len(CASES) == 57


@pytest.mark.parametrize(
    ("text", "block", "body"),
    [
        ("---\na: 1\n---\nbody", "a: 1\n", "body"),
        ("\ufeff---\r\na: 1\r\n---\r\nbody", "a: 1\r\n", "body"),
        ("---\na: 1\n...\nbody\n---\n", "a: 1\n", "body\n---\n"),
        ("---  \na: 1\n---\t", "a: 1\n", ""),
        ("---\n---\n", "", ""),
        ("---\na: |\n  ---\n --- x\n---x\n---\n", "a: |\n  ---\n --- x\n---x\n", ""),
    ],
)
def test_split_finds_the_fences(text: str, block: str, body: str) -> None:
    """A block is between a first line of --- and a line of --- or ... at column 0, blanks allowed after them."""
    fences = split(text)
    assert fences is not None
    assert text[fences.start : fences.end] == block
    assert text[fences.body :] == body


@pytest.mark.parametrize("text", ["", "text", "\n---\na: 1\n---\n", "----\na: 1\n---\n", "--- a\n---\n", "---\na: 1\n"])
def test_split_finds_no_fences(text: str) -> None:
    """Without an opening fence on the first line, or a closing one, there is no front matter."""
    assert split(text) is None


def test_duplicates_are_found_at_their_second_line() -> None:
    """Obsidian refuses a note with a key twice; py-yaml12 silently takes the last one."""
    problems = read("a: 1\nb: 2\n'a': 3\nb : 4\n").problems
    assert [(problem.line, problem.column, problem.message) for problem in problems] == [
        (4, 1, "The property a appears twice."),
        (5, 1, "The property b appears twice."),
    ]


def test_keys_that_python_takes_for_equal_are_kept_apart() -> None:
    """`1` and `true` are two keys of YAML though one of a Python dict."""
    assert read("1: one\ntrue: yes\n1.0: float\n").properties == {"1": "one", "true": "yes", "1.0": "float"}


def test_text_after_a_document_mark_is_a_problem() -> None:
    """py-yaml12 silently stops at a second document."""
    reading = read("a: 1\n--- x\nb: 2\n")
    assert reading.properties == {}
    assert (reading.problems[0].line, reading.problems[0].level) == (3, Level.ERROR)


def test_many_aliases_that_stay_small_are_read() -> None:
    """Anchors are fine; only their multiplication is not."""
    reading = read("base: &b [x, y]\n" + "".join(f"k{number}: *b\n" for number in range(100)))
    assert len(reading.properties) == 101
    assert reading.properties["k99"] == ["x", "y"]
    assert reading.problems == ()


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x, x, x, x]\n"
        + "".join(f"{c}: &{c} [{','.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefg", "bcdefgh")),  # noqa: B905
        f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 5_000)}]\n",
        "a: &a [*a]\n",
        "a: &a\n" + "  - *a\n" * 20,
    ],
    ids=["multiplied", "long text", "itself", "itself often"],
)
def test_a_bomb_of_aliases_is_a_problem(block: str) -> None:
    """Anchors never expand without bound (vault format, Reading)."""
    assert read(block).problems[0].level is Level.ERROR


@STEADY
@given(notes())
def test_python_frontmatter_reads_the_same_through_our_handler(text: str) -> None:
    """python-frontmatter with our split gives our properties, and our body without blanks around it and with LF."""
    document = Document.parse(text.encode())
    assume(document.readable)
    post = python_frontmatter.loads(text, handler=Handler())
    assert repr(post.metadata) == repr(document.properties)
    assert post.content == document.body.replace("\r\n", "\n").strip()


def test_the_handler_raises_for_a_block_that_cannot_be_read() -> None:
    """As python-frontmatter's own handlers do."""
    with pytest.raises(ValueError, match="appears twice"):
        python_frontmatter.loads("---\na: 1\na: 2\n---\n", handler=Handler())


def test_importing_and_reading_stay_light() -> None:
    """Start-up imports neither python-frontmatter nor PyYAML nor ruamel; a plain note needs py-yaml12 only."""
    code = (
        "import sys; from rounds.notes.document import Document; assert 'yaml12' not in sys.modules;"
        "assert Document.parse(b'---\\ntags: [a]\\n---\\n').set('a', 'b').properties == {'tags': ['a'], 'a': 'b'};"
        "print(sorted({'frontmatter', 'yaml', 'ruamel'} & {name.split('.')[0] for name in sys.modules}))"
    )
    source = Path(__file__).parents[2] / "src"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(source)},
    )
    assert run.stdout == "[]\n"
