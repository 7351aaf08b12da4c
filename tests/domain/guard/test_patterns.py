"""A pattern's `needs` are parts that each of its matches has, so no match is lost where they are missing."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.domain import compliance_rules, guard
from rounds.domain.patterns import Pattern

GOLDEN = Path(__file__).parents[2] / "golden"
SIGNS = "".join(map(chr, range(32, 127))) + "\t📅✅⏳🛫➕❌áñ"


def _patterns() -> Iterator[tuple[str, Pattern]]:
    names = [f"{guard.__name__}.{each.name}" for each in pkgutil.iter_modules(guard.__path__)]
    for module in [*map(importlib.import_module, names), compliance_rules]:
        for name, value in vars(module).items():
            for each in value.values() if isinstance(value, dict) else [value]:
                if isinstance(each, Pattern) and each.needs:
                    yield f"{module.__name__.rpartition('.')[2]}.{name}", each


NEEDY = dict(_patterns())


@pytest.mark.parametrize("name", NEEDY)
@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_each_match_has_a_part_that_its_pattern_needs(name: str, data: st.DataObject) -> None:
    pattern = NEEDY[name]
    text = data.draw(st.from_regex(pattern.compiled, alphabet=SIGNS))
    assert pattern.may_match(text)


def test_no_labeled_line_loses_a_match_because_a_part_is_missing() -> None:
    lines = [line for path in GOLDEN.glob("*lines*") for line in path.read_text(encoding="utf-8").splitlines()]
    lost = {
        (name, text)
        for name, pattern in NEEDY.items()
        for line in lines
        for text in (line, line.lower())
        if pattern.compiled.search(text) and not pattern.may_match(text)
    }
    assert not lost


def test_a_text_without_the_needed_parts_is_not_searched() -> None:
    pattern = Pattern("(?:ab|cd)e", re.IGNORECASE, needs=("ab", "cd"))
    assert pattern.search("xyz") is None
    assert "compiled" not in vars(pattern)
    assert pattern.search("xCDe")
