"""The journeys of docs/architecture.md lead through files and functions that are there; none of the source is long."""

import ast
import re
from pathlib import Path

import pytest

import mutants

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


def test_there_are_three_journeys() -> None:
    """A note to the index, a key to the disk, a rule to the calendar."""
    assert len(STEPS) >= 25


STARTS = [
    (folder, file)
    for folder, files in re.findall(
        r"^\| `(\w+)/` \|.*\|(.*)\|$", (ROOT / "docs/architecture.md").read_text("utf-8"), re.MULTILINE
    )
    for file in re.findall(r"`([\w/]+\.py)`", files)
]


@pytest.mark.parametrize(("folder", "file"), STARTS)
def test_the_files_to_start_reading_at_are_there(folder: str, file: str) -> None:
    """One or two for each folder."""
    assert (ROOT / "src/rounds" / folder / file).is_file()


@pytest.mark.parametrize(("module", "tests"), mutants.CORE.items())
def test_the_modules_that_get_faults_are_there(module: str, tests: tuple[str, ...]) -> None:
    """A renamed module would be left out of `make mutants`, or end it."""
    assert all((ROOT / path).is_file() for path in (f"src/rounds/{module}.py", *(f"tests/{test}" for test in tests)))


def test_no_file_is_over_400_lines_and_no_function_over_40() -> None:
    """Docstrings count, decorators don't."""
    long = []
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        functions = [
            node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        long += [
            f"{path}:{each.lineno} {each.name}" for each in functions if (each.end_lineno or 0) - each.lineno >= 40
        ]
        long += [str(path)] * (len(text.splitlines()) > 400)
    assert long == []
