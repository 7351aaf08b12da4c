"""docs/security.md: every promise names the tests that show it, and those are there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not re.fullmatch(r"\| (it|they) can't \| test \|", line)
]


def test_everybody_is_there() -> None:
    """Who may be hostile, each with a part of the page."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    for who in (
        "A vault that you received",
        "A teammate",
        "a sync service",
        "A calendar server",
        "Another user of your machine",
    ):
        assert re.search(rf"^## .*{who}", text, re.MULTILINE), who


def test_every_promise_has_its_tests() -> None:
    """A file of tests, or one of its functions."""
    assert len(ROWS) > 20
    for promise, tests in ROWS:
        named = re.findall(r"`([^`]+)`", tests)
        assert named, promise
        for each in named:
            file, _, function = each.partition("::")
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
            assert any(name.startswith("test_") for name in names) if not function else function in names, each
