"""Modules import each other in one direction, also those imports that wait until they are needed."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src"


def imports() -> dict[str, set[str]]:
    """Each module with those that it imports, at its top or within its functions; imports for types don't count."""
    paths = {".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in SOURCE.rglob("rounds/**/*.py")}
    return {name: {*_imported(ast.parse(path.read_text("utf-8")), paths)} - {name} for name, path in paths.items()}


def _imported(node: ast.AST, known: dict[str, Path]) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.ImportFrom) and child.module:
            names = [f"{child.module}.{each.name}" for each in child.names]
            yield from (name if name in known else child.module for name in names)
        yield from _imported(child, known)


def circles(graph: dict[str, set[str]]) -> list[frozenset[str]]:
    """The groups of modules of which each leads to each other (strongly connected components)."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str, along: dict[str, set[str]], found: list[str]) -> None:
        seen.add(name)
        for other in along.get(name, ()):
            if other not in seen:
                visit(other, along, found)
        found.append(name)

    for name in graph:
        if name not in seen:
            visit(name, graph, order)
    back: dict[str, set[str]] = {}
    for name, others in graph.items():
        for other in others:
            back.setdefault(other, set()).add(name)
    seen.clear()
    groups = []
    for name in reversed(order):
        if name not in seen:
            group: list[str] = []
            visit(name, back, group)
            groups.append(frozenset(group))
    return [group for group in groups if len(group) > 1]


def test_there_is_no_circle_of_imports() -> None:
    """What imports each other can only be understood, moved and tested together."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        assert circles(imports()) == []
    finally:
        sys.setrecursionlimit(limit)


def test_a_circle_is_found() -> None:
    """The test of the test."""
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set()}) == [frozenset("abc")]
