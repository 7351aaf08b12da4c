"""docs/guide.md: every line of the guide has its place and its tests, and those are there."""

import re
from pathlib import Path

from rounds.domain.rules import RULES

ROOT = Path(__file__).parents[1]
LINES = 28
"""How many numbered lines the guide has."""


def rows() -> list[tuple[str, str, str]]:
    """Line, place and tests of each row."""
    table = [line for line in (ROOT / "docs/guide.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    found = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in table[2:]]
    assert {len(row) for row in found} == {3}
    return [(line, place, tests) for line, place, tests in found]


def test_every_line_of_the_guide_is_there() -> None:
    """In the order of the guide, as far as the lines are numbered."""
    numbers = [
        [int(number) for number in re.findall(r"\d+", line.partition("(")[0])]
        for line, *_ in rows()
        if line[:1].isdigit()
    ]
    assert {number for found in numbers for number in found} == {*range(1, LINES + 1)}
    assert [found[0] for found in numbers] == sorted(found[0] for found in numbers)


def test_every_test_that_is_named_is_there() -> None:
    """A file of tests, or one of its functions; no row is without."""
    for line, _, tests in rows():
        path = ""
        named = re.findall(r"`([^`]+)`", tests)
        assert named, line
        for each in named:
            file, _, function = each.partition("::")
            path = file or path
            assert path.startswith("tests/"), each
            text = (ROOT / path).read_text(encoding="utf-8")
            assert re.search(rf"def {function or 'test_'}" + (r"\(" if function else ""), text), each


def test_every_module_and_note_that_is_named_is_there() -> None:
    """Files of the source and of the vault that a new user gets."""
    for line, place, _ in rows():
        for each in re.findall(r"`((?:domain|vault|formats|cli|store)/\w+\.py|Playbook/[^`]+)`", place):
            found = ROOT / "vault-template" / each if each.startswith("Playbook") else ROOT / "src/rounds" / each
            assert found.exists(), f"{line}: {each}"


def test_every_rule_is_there() -> None:
    """Each rule that reminds comes from a line of the guide."""
    named = [name for _, place, _ in rows() for name in re.findall(r"\brule `([\w-]+)`", place)]
    assert {*RULES} <= {*named}
