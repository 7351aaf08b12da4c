"""All SQL stands in index/; elsewhere one asks a question by its name (index/queries.py)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src/rounds"

SQL = re.compile(
    r"\b(?:SELECT|INSERT|DELETE FROM|UPDATE \w+ SET|CREATE (?:TEMP )?TABLE|PRAGMA|(?:LEFT |CROSS )?JOIN|ORDER BY|GROUP BY)\b"
    r"|\bn\.\w+ (?:=|<>|IN|IS|GLOB|LIKE)"
)


def sql_in(source: str) -> Iterator[str]:
    """The texts with SQL in a module; docstrings too, since SQL is nothing to explain outside index/."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value):
            yield node.value


def test_no_sql_stands_outside_the_index() -> None:
    """Nor does anything reach for the connection."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        name = path.relative_to(SOURCE).as_posix()
        source = path.read_text("utf-8")
        if not name.startswith("index/") and (any(sql_in(source)) or re.search(r"\bindex\.connection\b", source)):
            found.add(name)
    assert found == set()


def test_sql_is_found() -> None:
    """The test of the test."""
    assert [
        *sql_in('rows(vault, "SELECT 1 FROM notes"); entries(vault, "n.path = ?"); f"x {1} ORDER BY 1"; "select one"')
    ] == [
        "SELECT 1 FROM notes",
        "n.path = ?",
        " ORDER BY 1",
    ]
