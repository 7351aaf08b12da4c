"""Textual's private parts stand in one module, since an update may change them."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from types import ModuleType

import pytest

from rounds import tui
from rounds.tui import textual_compat

PUBLIC = {"_replace", "_asdict", "_exit"}
"""Public in spite of their names: two of named tuples, and `os._exit`."""

MODULES = [name for _, name, _ in pkgutil.walk_packages(tui.__path__, "rounds.tui.")]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@cache
def parsed(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(module)))


@cache
def own_names(cls: type) -> frozenset[str]:
    """What a class keeps to itself: methods, class attributes and attributes of its instances."""
    body = next(
        (n for n in ast.walk(parsed(cls.__module__)) if isinstance(n, ast.ClassDef) and n.name == cls.__name__), None
    )
    attributes = [each for each in ast.walk(body or ast.Pass()) if isinstance(each, ast.Attribute)]
    return frozenset(filter(is_private, [*vars(cls), *(each.attr for each in attributes if is_own(each.value))]))


def private_names(cls: type) -> frozenset[str]:
    """What Textual's bases of a class keep to themselves."""
    bases = (base for base in cls.__mro__ if base.__module__.partition(".")[0] == "textual")
    return frozenset().union(*map(own_names, bases))


def is_own(value: ast.expr) -> bool:
    return ast.unparse(value) in {"self", "cls", "super()"}


def private_uses(module: ModuleType) -> Iterator[str]:
    """Imports of private modules, private attributes of others, and those of Textual's classes in our subclasses."""
    for node in ast.walk(parsed(module.__name__)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            words = ast.unparse(node)
            if "textual" in words and any(
                is_private(part) for part in words.replace(",", " ").replace(".", " ").split()
            ):
                yield f"{node.lineno}: {words}"
        elif isinstance(node, ast.Attribute) and is_private(node.attr) and not is_own(node.value):
            if node.attr not in PUBLIC:
                yield f"{node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.ClassDef) and node.name in vars(
            module
        ):  # a message inside of a class has no base of ours
            names = private_names(vars(module)[node.name])
            for part in ast.walk(node):
                if isinstance(part, ast.Attribute) and part.attr in names and is_own(part.value):
                    yield f"{part.lineno}: {ast.unparse(part)}"
                elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and part.name in names:
                    yield f"{part.lineno}: def {part.name}"


@pytest.mark.parametrize("name", [name for name in MODULES if name != textual_compat.__name__])
def test_private_parts_of_textual_stand_in_textual_compat(name: str) -> None:
    """Neither used nor overridden elsewhere, not even by accident: that would break the base class."""
    assert not list(private_uses(importlib.import_module(name)))


def test_private_parts_are_found() -> None:
    """The test of the test: every part of the one module that uses them."""
    found = "\n".join(private_uses(textual_compat))
    for name in ("def _dispatch_message", "super()._handle_exception", "app._notifications", "screen._on_timer_update"):
        assert name in found


def test_the_private_parts_were_read_for_this_version_of_textual() -> None:
    """After an update of Textual: read the module again, then change the version in its docstring."""
    assert f"Textual {version('textual')}:" in (textual_compat.__doc__ or "")
