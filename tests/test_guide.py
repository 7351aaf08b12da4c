"""docs/guide.md: every line of the guide has its place and its tests, and those are there."""

import re
from pathlib import Path

from rounds.cli import COMMANDS
from rounds.domain.reminders.rules import RULES
from rounds.tui.actions import SCREENS, actions_of

ROOT = Path(__file__).parents[1]
LINES = 28
"""How many numbered lines the guide has."""


def table(number: int, columns: int) -> list[list[str]]:
    """The rows of one of the page's tables."""
    found = (ROOT / "docs/guide.md").read_text(encoding="utf-8").split("\n\n| line |")[number].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found[2:] if line[:1] == "|"]
    assert {len(row) for row in cells} == {columns}
    return cells


def rows() -> list[tuple[str, str, str]]:
    """Line, place and tests of each row."""
    return [(line, place, tests) for line, place, tests in table(3, 3)]


def test_each_line_is_data_a_rule_a_command_and_a_place() -> None:
    """Of every numbered line: the notes are in the template, modules and rules are there, so is the command."""
    found = table(2, 5)
    assert [line for line, *_ in found] == [str(number) for number in range(1, LINES + 1)]
    for line, data, rule, command, _ in found:
        assert data, line
        for note in re.findall(r"`(Playbook/[^`]+)`", data):
            assert (ROOT / "vault-template" / note).exists(), f"{line}: {note}"
        modules, rules = re.findall(r"`(\w+/[\w/]+\.py)`", rule), re.findall(r"rule `([\w-]+)`", rule)
        assert modules or rules or re.match(r"none: \w+", rule), line
        assert {*rules} <= {*RULES}, line
        assert all((ROOT / "src/rounds" / module).is_file() for module in modules), line
        commands = re.findall(r"`rounds ([\w-]+)`", command)
        assert commands, line
        assert {*commands} <= {*COMMANDS}, line


def test_each_line_has_its_place_in_the_terminal_interface() -> None:
    """A screen, or an action of the action table that works there; or in a phrase why there is none."""
    titles = {title: place for place, title in SCREENS.items()}
    for line, *_, places in table(2, 5):
        if re.match(r"none: \w+", places):
            continue
        for each in places.split("; "):
            named = re.fullmatch(r"(\w+)(?: `(\w+)`)?(?: \(.+\))?", each)
            assert named, f"{line}: {each}"
            assert named[1] in titles, f"{line}: {each}"
            actions = {action.name for action in actions_of(titles[named[1]])}
            assert named[2] is None or named[2] in actions, f"{line}: {each}"


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
        for each in re.findall(
            r"`((?:calendar|cli|domain|exports|index|notes|storage|vault)/[\w/]+\.py|Playbook/[^`]+)`", place
        ):
            found = ROOT / "vault-template" / each if each.startswith("Playbook") else ROOT / "src/rounds" / each
            assert found.exists(), f"{line}: {each}"


def test_every_rule_is_there() -> None:
    """Each rule that reminds comes from a line of the guide."""
    named = [name for _, place, _ in rows() for name in re.findall(r"\brule `([\w-]+)`", place)]
    assert {*RULES} <= {*named}
