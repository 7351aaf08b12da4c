"""docs/guide.md, first page: what it says about each line is so, and its examples are what the sample network shows."""

import re
import shlex
from pathlib import Path

import pytest

from cli.running import Runner

ROOT = Path(__file__).parents[2]
LINES = 28


def rows() -> dict[str, tuple[str, str, str]]:
    """What the guide says, how well it's done, and the example, by line."""
    text = (ROOT / "docs/guide.md").read_text(encoding="utf-8").split("\n\n| line |")[1].split("\n\n")[0]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()[2:]]
    return {line.strip(): (says, how, example.removesuffix(" |")) for line, says, how, example in cells}


def test_each_line_says_how_well_it_is_done() -> None:
    """In order; where not all of it is done, what is missing."""
    found = rows()
    assert [*found] == [str(number) for number in range(1, LINES + 1)]
    for line, (says, how, _) in found.items():
        assert says.endswith("."), line
        assert re.match(r"Done(: .+)?\.$|(Mostly|Partly): .+\.$", how), line


@pytest.mark.parametrize("line", [str(number) for number in range(1, LINES + 1)])
def test_an_example_shows_what_the_page_says(rounds: Runner, line: str) -> None:
    """The command is run in the sample network."""
    example = rows()[line][2]
    found = re.fullmatch(r'`rounds ([^`]+)` shows "(.+?)"[^"]*\.', example)
    assert found, example
    result = rounds(*shlex.split(found[1]))
    assert found[2] in " ".join(f"{result.stdout} {result.stderr}".split()), result.output


def test_the_numbers_of_the_page_are_those_of_the_playbook(rounds: Runner) -> None:
    """Niches and roles of a new vault."""
    text = (ROOT / "docs/guide.md").read_text(encoding="utf-8")
    niches, roles = (len([*(rounds.folder / "Playbook" / name).glob("*.md")]) for name in ("Niches", "Roles"))
    assert f"{niches} niches with {roles} roles" in text
    assert f"written for all {roles} roles" in text
