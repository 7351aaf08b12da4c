"""The journeys of docs/architecture.md lead through files and functions that are there."""

import re
from pathlib import Path

import pytest

from mutants import CORE

ROOT = Path(__file__).parents[1]
STEPS = re.findall(r"`([\w/]+\.py)` `(\w+)`", (ROOT / "docs/architecture.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "name"), STEPS)
def test_each_step_of_a_journey_is_there(file: str, name: str) -> None:
    """A function, a method or a table of that name."""
    source = (ROOT / "src/rounds" / file).read_text(encoding="utf-8")
    assert re.search(rf"^\s*(?:async )?def {name}\(|^{name}\b.*=", source, re.MULTILINE)


def test_every_folder_is_in_the_table() -> None:
    """And none that is not there."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    folders = {path.name for path in (ROOT / "src/rounds").iterdir() if (path / "__init__.py").exists()}
    assert set(re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE)) == folders


@pytest.mark.parametrize(("module", "files"), CORE.items(), ids=CORE)
def test_each_module_of_make_mutants_and_its_tests_are_there(module: str, files: tuple[str, ...]) -> None:
    """They were renamed once without it, and it stopped at the first."""
    assert all((ROOT / path).exists() for path in (f"src/rounds/{module}.py", *(f"tests/{file}" for file in files)))


def test_there_are_three_journeys() -> None:
    """A note to the index, a key to the disk, a rule to the calendar."""
    assert len(STEPS) >= 25
